"""Reactions of people: told where the app is a member, and the one message that was meant can be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import payloads
from sandbox.driver import Driver
from sandbox.options import Options
from sandbox.server import running
from tests.sandbox.conftest import EVENTS, SCOPES

Json = dict[str, Any]
ALICE, BENOIT, LENA, GENERAL = "U0ALICE01", "U0BENOIT1", "U0LENA001", "C0GENERAL"
REACTIONS = frozenset({"reaction_added", "reaction_removed"})


@pytest.fixture
def options(options: Options) -> Options:
    return replace(options, scopes=(*SCOPES, "reactions:read"), events=EVENTS | REACTIONS)


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


def told(drive: Driver) -> list[Json]:
    """The events about reactions, all such as Slack sends."""
    found = [d["payload"] for d in drive.deliveries(kind="events_api")]
    found = [payload for payload in found if payload["event"]["type"] in REACTIONS]
    for payload in found:
        assert payloads.check_event(payload) == []
    return [payload["event"] for payload in found]


def said(drive: Driver, channel: str = GENERAL, **asked: Any) -> str:
    body = drive.act("say", BENOIT, channel=channel, text="Acme rang", wait=0, **asked)["body"]
    return str(body["ts"])


def test_a_reaction_is_told_with_its_message_and_taken_away_again(drive: Driver) -> None:
    ts = said(drive)
    drive.react(ALICE, GENERAL, ts, "memo", wait=0)
    drive.react(ALICE, GENERAL, ts, ":memo:", remove=True, wait=0)
    added, removed = drive.until(lambda: len(found := told(drive)) == 2 and found)
    assert (added["type"], removed["type"]) == ("reaction_added", "reaction_removed")
    for event in (added, removed):
        assert (event["user"], event["reaction"], event["item_user"]) == (ALICE, "memo", BENOIT)
        assert event["item"] == {"type": "message", "channel": GENERAL, "ts": ts}
    assert drive.messages(channel=GENERAL)[0]["reactions"] == []


def test_reactions_of_several_are_counted_and_read_back(drive: Driver, api: WebClient) -> None:
    ts = said(drive)
    drive.react(ALICE, GENERAL, ts, "memo", wait=0)
    drive.react(LENA, GENERAL, ts, "memo", wait=0)
    drive.react(LENA, GENERAL, ts, "+1::skin-tone-3", wait=0)
    answer = api.reactions_get(channel=GENERAL, timestamp=ts)
    assert answer["message"]["text"] == "Acme rang"
    assert [(r["name"], r["count"]) for r in answer["message"]["reactions"]] == [
        ("memo", 2),
        ("+1::skin-tone-3", 1),
    ]
    drive.react(ALICE, GENERAL, ts, "memo", remove=True, wait=0)
    assert api.reactions_get(channel=GENERAL, timestamp=ts)["message"]["reactions"][0]["users"] == [LENA]


def test_the_one_message_can_be_read_from_a_channel_and_from_a_thread(drive: Driver, api: WebClient) -> None:
    first = said(drive)
    said(drive)
    reply = said(drive, thread_ts=first)
    one = api.conversations_history(channel=GENERAL, latest=first, inclusive=True, limit=1)
    assert [message["ts"] for message in one["messages"]] == [first]
    in_thread = api.conversations_replies(channel=GENERAL, ts=reply, limit=1)
    assert [message["thread_ts"] for message in in_thread["messages"]] == [first]


def test_where_the_app_is_no_member_it_hears_and_reads_nothing(drive: Driver, api: WebClient) -> None:
    ts = said(drive, "C0NOTHERE")
    drive.react(ALICE, "C0NOTHERE", ts, "memo", wait=0)
    direct = drive.ask("POST", "/sandbox/direct", {"as": ALICE, "with": BENOIT})["channel"]
    drive.react(ALICE, direct, said(drive, direct), "memo", wait=0)
    drive.react(ALICE, GENERAL, said(drive), "eyes", wait=0)
    (event,) = drive.until(lambda: told(drive))
    assert event["reaction"] == "eyes"
    assert refused(lambda: api.reactions_get(channel="C0NOTHERE", timestamp=ts)) == "not_in_channel"
    assert refused(lambda: api.conversations_replies(channel="C0NOTHERE", ts=ts)) == "not_in_channel"


def test_without_the_scope_no_reaction_is_told(options: Options) -> None:
    with running(replace(options, scopes=SCOPES)) as without:
        drive = Driver(without.base_url)
        drive.react(ALICE, GENERAL, said(drive), "memo", wait=0)
        said(drive)
        drive.until(lambda: len(drive.deliveries(kind="events_api")) == 2)
        assert told(drive) == []
        api = WebClient("xoxb-sandbox", base_url=f"{without.base_url}/api/", retry_handlers=[])
        assert refused(lambda: api.reactions_get(channel=GENERAL, timestamp="1.2")) == "missing_scope"


def test_reactions_that_make_no_sense_are_refused(drive: Driver, api: WebClient) -> None:
    ts = said(drive)
    drive.react(ALICE, GENERAL, ts, "memo", wait=0)
    whispered = api.chat_postEphemeral(channel=GENERAL, user=ALICE, text="psst")["message_ts"]
    for asked, reason in (
        ({"ts": ts, "name": "memo"}, "already reacted"),
        ({"ts": ts, "name": "eyes", "remove": True}, "not reacted"),
        ({"ts": ts, "name": "two words"}, "no name"),
        ({"ts": "1.2", "name": "memo"}, "sees no message"),
        ({"ts": whispered, "name": "memo"}, "only one person"),
    ):
        with pytest.raises(ValueError, match=reason):
            drive.act("react", ALICE, channel=GENERAL, **asked)


def test_the_apps_own_reactions_come_and_go(drive: Driver, api: WebClient) -> None:
    ts = said(drive)
    assert api.reactions_add(channel=GENERAL, timestamp=ts, name="eyes")["ok"]
    assert api.reactions_remove(channel=GENERAL, timestamp=ts, name="eyes")["ok"]
    assert refused(lambda: api.reactions_remove(channel=GENERAL, timestamp=ts, name="eyes")) == "no_reaction"
