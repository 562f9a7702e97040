"""Socket Mode, spoken to by the SDK's plain client: acknowledgements, one redelivery, several connections."""

from __future__ import annotations

import contextlib
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from sandbox.driver import Driver
from sandbox.server import Running

Json = dict[str, Any]
ALICE = "U0ALICE01"


@dataclass
class Peer:
    """A client that notes what comes and acknowledges all but the first `deaf_to` envelopes."""

    deaf_to: int = 0
    came: list[SocketModeRequest] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, client: Any, request: SocketModeRequest) -> None:
        with self.lock:
            self.came.append(request)
            answers = len(self.came) > self.deaf_to
        if answers:
            client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))


@contextlib.contextmanager
def listening(sandbox: Running, peer: Peer) -> Iterator[SocketModeClient]:
    web = WebClient("xoxb-sandbox", base_url=f"{sandbox.base_url}/api/", retry_handlers=[])
    client = SocketModeClient("xapp-sandbox", web_client=web, ping_interval=0.2)
    client.socket_mode_request_listeners.append(peer)
    client.connect()
    try:
        yield client
    finally:
        client.close()


def test_an_event_that_is_not_acknowledged_comes_once_more(sandbox: Running, drive: Driver) -> None:
    peer = Peer(deaf_to=10)
    with listening(sandbox, peer):
        drive.act("say", ALICE, text="hello", wait=0)
        drive.until(lambda: len(drive.deliveries()) == 2 and drive.deliveries()[1]["outcome"] == "no_answer")
    assert [request.retry_attempt for request in peer.came] == [0, 1]
    assert peer.came[1].retry_reason == "timeout"
    assert peer.came[0].payload["event_id"] == peer.came[1].payload["event_id"]


def test_an_acknowledged_event_comes_once(sandbox: Running, drive: Driver) -> None:
    peer = Peer()
    with listening(sandbox, peer):
        drive.act("say", ALICE, text="hello", wait=0)
        drive.until(lambda: drive.deliveries() and drive.deliveries()[0]["outcome"] == "acked")
    assert len(peer.came) == len(drive.deliveries()) == 1


def test_an_event_comes_twice_on_demand(sandbox: Running, drive: Driver) -> None:
    drive.faults(duplicate_events=1)
    peer = Peer()
    with listening(sandbox, peer):
        drive.act("say", ALICE, text="hello", wait=0)
        drive.until(lambda: [d["outcome"] for d in drive.deliveries()] == ["acked", "acked"])
        drive.act("say", ALICE, text="again", wait=0)
        drive.until(lambda: [d["outcome"] for d in drive.deliveries()] == ["acked"] * 3)
    assert len({request.payload["event_id"] for request in peer.came}) == 2


def test_a_command_that_is_not_acknowledged_does_not_come_again(sandbox: Running, drive: Driver) -> None:
    peer = Peer(deaf_to=10)
    with listening(sandbox, peer):
        answer = drive.command(ALICE, "/note hello")
    assert answer["outcome"] == "no_answer"
    assert [request.type for request in peer.came] == ["slash_commands"]


def test_nothing_is_kept_for_an_app_that_is_away(drive: Driver) -> None:
    assert drive.command(ALICE, "/note hello")["error"] == "/note failed: the app is not connected."
    drive.act("say", ALICE, text="hello", wait=0)
    outcomes = drive.until(lambda: [d["outcome"] for d in drive.deliveries(kind="events_api")])
    assert outcomes == ["not_connected"]


def test_each_envelope_goes_to_one_of_several_connections(sandbox: Running, drive: Driver) -> None:
    peers = [Peer(), Peer()]
    with listening(sandbox, peers[0]), listening(sandbox, peers[1]):
        for _ in range(6):
            assert drive.command(ALICE, "/note hello", wait=0)["outcome"] == "acked"
    assert [len(peer.came) for peer in peers] == [3, 3]


@pytest.mark.parametrize("fault", ["silent_socket", "deaf_socket"])
def test_a_silent_socket_delivers_nothing(sandbox: Running, drive: Driver, fault: str) -> None:
    peer = Peer()
    with listening(sandbox, peer) as client:
        drive.faults(**{fault: True})
        assert drive.command(ALICE, "/note hello")["outcome"] == "no_answer"
        assert client.is_connected()
        drive.good_weather()
        drive.until(lambda: drive.command(ALICE, "/note hello", wait=0)["outcome"] == "acked")


def test_a_silent_socket_answers_no_pings_so_that_the_client_gives_it_up(
    sandbox: Running, drive: Driver
) -> None:
    with listening(sandbox, Peer()) as client:
        first = client.session_id()
        drive.faults(silent_socket=True)
        drive.until(lambda: client.session_id() not in (first, None), 20)
        drive.good_weather()


def test_no_socket_opens_while_slack_is_unreachable(sandbox: Running, drive: Driver, api: WebClient) -> None:
    drive.faults(unreachable=True)
    with pytest.raises(SlackApiError) as caught:
        api.apps_connections_open(app_token="xapp-sandbox")
    assert caught.value.response.status_code == 503


def test_a_socket_needs_the_ticket_that_was_given(sandbox: Running, api: WebClient) -> None:
    url = api.apps_connections_open(app_token="xapp-sandbox")["url"]
    assert url.startswith(f"{sandbox.base_url.replace('http', 'ws')}/link/?ticket=")
    forged = url.replace("ws://", "http://").replace("ticket=", "ticket=x")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(forged, timeout=5)
    assert caught.value.code == 403
    caught.value.close()
