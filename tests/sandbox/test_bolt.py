"""A real Bolt app over a real Socket Mode connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_bolt import App

from sandbox import payloads
from sandbox.driver import Driver
from sandbox.server import Running
from tests.sandbox.tiny_app import connected

Json = dict[str, Any]
ALICE, BENOIT, EVE, BOT = "U0ALICE01", "U0BENOIT1", "U0EXTERN1", "U0RAPPORT"
CHECKS: dict[str, Callable[[Json], list[str]]] = {
    "block_actions": payloads.check_action,
    "view_submission": payloads.check_view_submission,
    "view_closed": payloads.check_view_closed,
    "shortcut": payloads.check_shortcut,
    "message_action": payloads.check_shortcut,
    "block_suggestion": payloads.check_block_suggestion,
    "event_callback": payloads.check_event,
}


def as_typed(payload: Json) -> Json:
    """Without the two keys of an app's own message that Slack sends and its published types do not list."""
    event = dict(payload.get("event", {}))
    for message in (event, event.get("message"), event.get("previous_message")):
        if isinstance(message, dict) and message.get("bot_id"):
            message.pop("app_id", None)
            message.pop("metadata", None)
    return {**payload, "event": event} if event else payload


@pytest.fixture(autouse=True)
def app(sandbox: Running, drive: Driver) -> Iterator[App]:
    """The connected app. Afterwards, everything that the sandbox sent must look like Slack's own."""
    with connected(sandbox) as bolt:
        yield bolt
    for delivery in drive.deliveries():
        payload = delivery["payload"]
        check = CHECKS.get(payload.get("type", ""), payloads.check_command)
        assert check(as_typed(payload)) == [], delivery["what"]


def test_a_command_is_answered_to_its_author_alone(drive: Driver) -> None:
    answer = drive.command(ALICE, "/note buy pens")
    assert answer["outcome"] == "acked"
    assert [m["text"] for m in answer["messages"]] == ["Noted: buy pens"]
    assert answer["messages"][0]["ephemeral_for"] == ALICE
    assert drive.messages(**{"as": BENOIT}) == []


def test_an_escaped_command_carries_ids_of_people_and_entities(drive: Driver) -> None:
    answer = drive.command(ALICE, "/note tell @benoit & <all> in #general")
    text = answer["messages"][0]["text"]
    assert text == "Noted: tell <@U0BENOIT1|benoit> &amp; &lt;all&gt; in <#C0GENERAL|general>"


def test_an_unescaped_command_carries_what_was_typed(drive: Driver) -> None:
    drive.command(ALICE, "/raw tell @benoit & <all>")
    assert drive.deliveries(kind="slash_commands")[0]["payload"]["text"] == "tell @benoit & <all>"


def test_a_command_without_an_answer_fails_after_the_limit(drive: Driver) -> None:
    answer = drive.command(ALICE, "/note never answer")
    assert answer["outcome"] == "no_answer"
    assert answer["error"] == "/note failed: the app did not answer in time."
    assert len(drive.deliveries(kind="slash_commands")) == 1


def test_an_unknown_command_never_reaches_the_app(drive: Driver) -> None:
    answer = drive.command(ALICE, "/nothing")
    assert answer["outcome"] == "refused"
    assert drive.deliveries() == []


def test_a_person_of_another_company_shows_their_own_team(drive: Driver) -> None:
    drive.command(EVE, "/note hello", channel="C0FORDEXT")
    payload = drive.deliveries(kind="slash_commands")[0]["payload"]
    assert (payload["team_id"], payload["team_domain"]) == ("T0ELSEWHERE", "ford-buying")


def test_a_button_replaces_the_message_that_carries_it(drive: Driver) -> None:
    told = drive.command(ALICE, "/note buy pens")["messages"][0]
    answer = drive.press(ALICE, "undo", channel=told["channel"], ts=told["ts"])
    assert [(m["ts"], m["text"], m["blocks"]) for m in answer["messages"]] == [(told["ts"], "Undone", [])]
    payload = drive.deliveries(kind="interactive")[0]["payload"]
    assert payload["container"]["is_ephemeral"] is True
    assert "message" not in payload


def test_a_form_is_filled_refused_corrected_and_saved(drive: Driver) -> None:
    opened = drive.command(ALICE, "/form", expect="views")
    assert [view["callback_id"] for view in opened["views"]] == ["touch"]

    incomplete = drive.submit(ALICE)
    assert incomplete["field_errors"].keys() == {"client", "note"}
    assert drive.deliveries(kind="interactive") == []

    found = drive.act("options", ALICE, action_id="find", value="acme")["options"]
    assert [choice["value"] for choice in found] == ["Acme", "Acme Europe"]
    values = {"client": {"find": found[1]}, "note": {"note": "their health"}}
    refused = drive.submit(ALICE, values)
    assert refused["field_errors"] == {"note": "Leave out health: the client may read this."}
    assert refused["views"][0]["errors"] == refused["field_errors"]

    saved = drive.submit(ALICE, {"note": {"note": "the renewal"}}, expect="message")
    assert saved["views"] == []
    assert [m["text"] for m in saved["messages"]] == ["Logged for Acme Europe"]
    assert saved["messages"][0]["metadata"]["event_payload"] == {"id": "1"}


def test_a_choice_changes_the_form_and_keeps_what_was_typed(drive: Driver) -> None:
    drive.command(ALICE, "/form", expect="views")
    values = {"note": {"note": "half a sentence"}}
    changed = drive.press(ALICE, "kind", value="gift", values=values, expect="views")
    (view,) = changed["views"]
    assert [block["block_id"] for block in view["blocks"]] == ["client", "kind", "gift", "note"]
    assert view["state"]["values"]["note"]["note"]["value"] == "half a sentence"
    assert view["state"]["values"]["kind"]["kind"]["selected_option"]["value"] == "gift"


def test_closing_a_form_tells_the_app(drive: Driver) -> None:
    drive.command(ALICE, "/form", expect="views")
    answer = drive.act("close", ALICE)
    assert (answer["outcome"], answer["views"]) == ("acked", [])
    assert drive.deliveries(kind="interactive")[-1]["payload"]["is_cleared"] is False


def test_shortcuts_work_on_messages_and_anywhere(drive: Driver) -> None:
    said = drive.act("say", BENOIT, text="Call me back, Acme", channel="C0GENERAL", wait=0)["body"]
    kept = drive.act("shortcut", ALICE, callback_id="keep", channel="C0GENERAL", ts=said["ts"])
    assert [m["text"] for m in kept["messages"]] == ["Kept: Call me back, Acme"]
    opened = drive.act("shortcut", ALICE, callback_id="new_form", expect="views")
    assert opened["views"][0]["callback_id"] == "touch"


def test_a_message_shortcut_works_in_a_thread_and_between_two_people(drive: Driver) -> None:
    parent = drive.act("say", BENOIT, text="Acme", channel="C0GENERAL", wait=0)["body"]["ts"]
    reply = drive.act("say", BENOIT, text="They rang", channel="C0GENERAL", thread_ts=parent, wait=0)["body"]
    kept = drive.act("shortcut", ALICE, callback_id="keep", channel="C0GENERAL", ts=reply["ts"])
    assert [(m["text"], m["thread_ts"]) for m in kept["messages"]] == [("Kept: They rang", parent)]
    assert drive.deliveries(kind="interactive")[-1]["payload"]["message"]["thread_ts"] == parent

    direct = drive.ask("POST", "/sandbox/direct", {"as": ALICE, "with": BENOIT})["channel"]
    said = drive.act("say", BENOIT, text="Between us", channel=direct, wait=0)["body"]
    kept = drive.act("shortcut", ALICE, callback_id="keep", channel=direct, ts=said["ts"])
    (answer,) = kept["messages"]
    assert (answer["text"], answer["channel"], answer["ephemeral_for"]) == (
        "Kept: Between us",
        direct,
        ALICE,
    )
    assert drive.deliveries(kind="interactive")[-1]["payload"]["channel"] == {
        "id": direct,
        "name": "directmessage",
    }
    assert direct not in {d["payload"]["event"]["channel"] for d in drive.deliveries(kind="events_api")}


def test_opening_home_publishes_it(drive: Driver) -> None:
    answer = drive.act("home", ALICE, expect="home")
    assert answer["home"]["blocks"][0]["text"]["text"] == "Welcome, <@U0ALICE01>"
    again = drive.act("home", ALICE, expect="home")
    assert again["home"]["id"] == answer["home"]["id"]
    assert drive.deliveries(kind="events_api")[-1]["payload"]["event"]["view"]["id"] == answer["home"]["id"]


def test_a_direct_message_reaches_the_app_with_its_rich_text(drive: Driver) -> None:
    answer = drive.act("say", ALICE, text="echo thanks @benoit")
    assert [m["text"] for m in answer["messages"]] == ["thanks <@U0BENOIT1>"]
    event = drive.deliveries(kind="events_api")[0]["payload"]["event"]
    assert event["channel_type"] == "im"
    assert event["blocks"][0]["elements"][0]["elements"][1] == {"type": "user", "user_id": BENOIT}


def test_a_changed_zone_is_told_as_an_event(drive: Driver) -> None:
    drive.ask("POST", "/sandbox/person", {"id": ALICE, "tz": "Asia/Tokyo"})
    (event,) = drive.until(lambda: drive.deliveries(kind="events_api"))
    assert event["payload"]["event"]["user"]["tz"] == "Asia/Tokyo"
    assert drive.until(lambda: drive.deliveries(kind="events_api")[0]["outcome"] == "acked")


def test_a_malformed_acknowledgement_is_complained_of(drive: Driver) -> None:
    answer = drive.command(ALICE, "/raw " + "x" * 3100)
    assert answer["messages"] == []
    (complaint,) = answer["complaints"]
    assert complaint["where"] == "acknowledgement of /raw"
    assert complaint["faults"][0].startswith("blocks[0].text")


def test_the_app_connects_anew_when_it_is_asked_to(drive: Driver) -> None:
    assert drive.ask("POST", "/sandbox/socket", {"do": "refresh"}) == {"sockets": 1}
    drive.until(lambda: drive.look("state", **{"as": ALICE})["connections"] == 1)
    assert drive.command(ALICE, "/note again")["outcome"] == "acked"


def test_the_app_connects_anew_when_its_socket_is_cut(drive: Driver) -> None:
    assert drive.ask("POST", "/sandbox/socket", {"do": "drop"}) == {"sockets": 1}
    drive.until(lambda: drive.look("state", **{"as": ALICE})["connections"] == 1, 20)
    assert drive.command(ALICE, "/note again")["outcome"] == "acked"
