"""HTTP mode: signed requests, as Bolt takes them, and Slack's retries."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_sdk.signature import SignatureVerifier

from sandbox.driver import Driver
from sandbox.options import Options
from sandbox.server import running

ALICE = "U0ALICE01"
SECRET = "a-secret-for-tests"


@dataclass
class Receiver:
    """Notes each request; answers with the statuses in turn, then with 200."""

    statuses: list[int] = field(default_factory=list)
    no_retry: bool = False
    requests: list[tuple[dict[str, str], str]] = field(default_factory=list)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                receiver.requests.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                if receiver.no_retry:
                    self.send_header("X-Slack-No-Retry", "1")
                is_command = "command=" in body
                answer = json.dumps({"text": "noted"}) if is_command else ""
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer.encode())

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named by http.server
                return

        return Handler


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def drive(options: Options, receiver: Receiver) -> Iterator[Driver]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), receiver.handler())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_address[1]}/slack/events"
    over_http = replace(
        options, request_url=url, signing_secret=SECRET, event_retry_delays=(0.0, 0.01, 0.02), ack_limit=3.0
    )
    with running(over_http) as sandbox:
        yield Driver(sandbox.base_url)
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_a_command_is_a_signed_form(drive: Driver, receiver: Receiver) -> None:
    answer = drive.command(ALICE, "/note hello & welcome")
    assert [m["text"] for m in answer["messages"]] == ["noted"]
    ((headers, body),) = receiver.requests
    assert SignatureVerifier(SECRET).is_valid_request(body, headers)
    assert not SignatureVerifier("another").is_valid_request(body, headers)
    assert parse_qs(body)["text"] == ["hello &amp; welcome"]
    assert headers["content-type"] == "application/x-www-form-urlencoded"


def test_an_interaction_is_json_in_a_form(drive: Driver, receiver: Receiver) -> None:
    assert drive.act("shortcut", ALICE, callback_id="new_form", wait=0)["outcome"] == "acked"
    ((headers, body),) = receiver.requests
    assert SignatureVerifier(SECRET).is_valid_request(body, headers)
    assert json.loads(parse_qs(body)["payload"][0])["callback_id"] == "new_form"


def test_an_event_is_tried_three_more_times(drive: Driver, receiver: Receiver) -> None:
    receiver.statuses = [500, 404, 500, 500]
    drive.act("say", ALICE, text="hello", wait=0)
    drive.until(lambda: len(receiver.requests) == 4)
    numbers = [headers.get("x-slack-retry-num") for headers, _ in receiver.requests]
    assert numbers == [None, "1", "2", "3"]
    assert receiver.requests[1][0]["x-slack-retry-reason"] == "http_error"
    assert len({json.loads(body)["event_id"] for _, body in receiver.requests}) == 1


def test_an_app_can_stop_the_retries(drive: Driver, receiver: Receiver) -> None:
    receiver.statuses, receiver.no_retry = [500], True
    drive.act("say", ALICE, text="hello", wait=0)
    drive.until(lambda: drive.deliveries() and drive.deliveries()[0]["outcome"] == "failed")
    drive.act("say", ALICE, text="bye", wait=0)
    drive.until(lambda: len(drive.deliveries()) == 2 and drive.deliveries()[1]["outcome"] == "acked")
    assert len(receiver.requests) == 2


def test_a_failing_app_shows_as_slacks_own_sentence(drive: Driver, receiver: Receiver) -> None:
    receiver.statuses = [500]
    assert drive.command(ALICE, "/note x")["error"] == "/note failed: the app answered with an error."
