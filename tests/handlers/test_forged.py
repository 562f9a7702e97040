"""Buttons and forms that nobody was shown: each is answered, and none reaches what is somebody else's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from slack_bolt import BoltResponse
from sqlalchemy import Engine

from bot.services import meetings, touches
from handlers import forms
from handlers.app import table_of_contents
from tests.conftest import Firm
from tests.handlers.slack_app import SlackApp, open_app, said

ROUTES = table_of_contents()
IDS: list[Any] = [1, -1, 0, 2**31, 10**18 - 1, 2**63, 10**30, 1.5, "x", "1" * 5000, "١", True, None, [], {}]
KEYS = (
    "client",
    "touch",
    "draft",
    "check",
    "contact",
    "outing",
    "place",
    "request",
    "version",
    "question",
    "waiting",
    "absence",
    "member",
    "merge",
    "gone",
    "page",
    "before",
    "promise",
    "meeting",
    "n",
    "import",
    "cover",
    "reassignment",
    "handover",
    "concession",
)
TOLD = {
    "act": "open",
    "do": "history",
    "tab": "team",
    "whose": "member",
    "team": True,
    "direction": "inbound",
    "went": "well",
}
"""What the buttons carry beside ids."""
FORGED = [
    *(json.dumps({**dict.fromkeys(KEYS, value), "wish": "tomorrow"}) for value in IDS),
    json.dumps({"client": 1, "wish": "tomorrow", "entry": "x"}),
    json.dumps({"client": 1, "wish": "never"}),
    *("", "x", "null", "[]", "1", '"x"', "{}", "é" * 10_000),
]


@pytest.fixture
def app(firm: Firm, engine: Engine) -> Iterator[SlackApp]:
    acme = firm.client("Acme Inc.")
    firm.contact(acme, "Dana White")
    opened = open_app(firm, engine)
    for method in ("views.open", "views.push", "views.update", "views.publish"):
        opened.slack.expect(method, times=200)
    opened.slack.expect(
        "conversations.open", *[opened.slack.refusal("fatal_error")] * 60
    )  # an export has no place
    opened.slack.expect("chat.postMessage", *[{"ok": True, "channel": "D0ALICE", "ts": "1.1"}] * 60)
    opened.slack.expect("chat.update", times=60)
    yield opened
    opened.bot.afterwards.close(5)


def heard(app: SlackApp, answer: BoltResponse) -> str:
    """All that the person was told since the last time."""
    told = [answer.body or "", *(json.dumps(body) for _, body in app.replies.sent)]
    told += [json.dumps(dict(call.arguments)) for call in app.slack.calls]
    app.replies.sent.clear()
    app.slack.calls.clear()
    return "\n".join(told)


def press(app: SlackApp, action: str, value: str, by: str) -> str:
    button = {"type": "button", "action_id": action, "block_id": "b", "value": value, "action_ts": "1"}
    payload = {"type": "block_actions", "actions": [button], "response_url": "https://hooks.slack.test/1"}
    answer = app.interact(payload, by=by)
    assert answer.status == 200
    return heard(app, answer)


# A select in a form is answered by the form anew, and so is no button's value.
@pytest.mark.parametrize("action", sorted(ROUTES.actions.keys() - {"touch.client", "gift.client"}))
def test_a_button_with_any_value_is_answered_and_is_no_surprise(app: SlackApp, action: str) -> None:
    for value in FORGED:
        told = press(app, action, value, by="U0ALICE")
        assert told.strip(), f"nothing is said to {value[:80]}"
        assert "went wrong" not in told, value[:80]


@pytest.mark.parametrize(
    "action", sorted(name for name in ROUTES.actions if name.startswith(("rules.", "upkeep.")))
)
def test_a_button_for_compliance_with_any_value_is_no_surprise_to_compliance(
    app: SlackApp, action: str
) -> None:
    for value in (*FORGED, json.dumps({"file": "client_x.yaml", "digest": "x", "entry": 1}), "client_x.yaml"):
        told = press(app, action, value, by="U0CARLA")
        assert told.strip(), f"nothing is said to {value[:80]}"
        assert "went wrong" not in told, value[:80]


@pytest.mark.parametrize(
    "action",
    [
        "touch.undo",
        "touch.edit",
        "touch.from_draft",
        "client.open",
        "gift.rules",
        "outing.open",
        "outing.person",
        "outing.change",
        "outing.came",
        "outing.undo",
        "client.more",
        "client.less",
        "client.edit",
        "client.history",
        "client.contacts",
        "contact.edit",
        "client.menu",
        "merge.undo",
        "import.undo",
        "nudge.open",
        "promise.open",
        "promise.kept",
        "promise.move",
        "promise.release",
        "promise.reopen",
        "promise.yes",
        "promise.from_draft",
        "meeting.cancel",
        "meeting.move",
        "meeting.list",
        "meeting.from_draft",
        "touch.direction",
        "touch.complaint",
        "touch.settle",
        "touch.same",
        "touch.another",
        "book.act",
        "home.go",
        "figures.show",
    ],
)
def test_a_button_for_what_is_somebody_else_s_shows_and_changes_nothing(app: SlackApp, action: str) -> None:
    said(app.command("Acme call yesterday, between you and me"))
    said(app.command("Nobodyknown call, between you and me"))
    said(app.command("$5 pen between you and me for Dana White at Acme", command="/gift-check"))
    invitation = "$5 dinner between you and me for Dana White at Acme and Ida Low at Zephyr"
    said(app.command(invitation, command="/gift-check"))
    said(app.command("Acme promise a quote between you and me by Friday", command="/client"))
    said(app.command("Acme meeting tomorrow 15:00 between you and me", command="/client"))

    for value in range(1, 4):
        told = press(app, action, json.dumps({**dict.fromkeys(KEYS, value), **TOLD}), by="U0BRUNO")
        assert told.strip()
        assert "between you and me" not in told

    alice = app.firm.actor(app.firm.alice)
    assert touches.to_edit(app.firm.house, alice, 1).touch.withdrawn_at is None
    with app.firm.house.memory.read(app.firm.workspace.id) as unit:
        still_open = unit.promises.open_of_member(alice.member_id, date.max, 9)
    assert [each.text for each in still_open] == ["quote between you and me"]
    assert len(meetings.ahead(app.firm.house, alice)) == 1


@pytest.mark.parametrize("by", ["U0ALICE", "U0BRUNO"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("hour", [None, "00:00", "23:59"])
def test_a_day_at_the_end_of_the_calendar_is_refused_at_its_field(
    app: SlackApp, by: str, day: str, hour: str | None
) -> None:
    state = {
        "client": {"c": {"selected_option": {"text": {"type": "plain_text", "text": "Acme"}, "value": "1"}}},
        "channel": {
            "c": {"selected_option": {"text": {"type": "plain_text", "text": "Call"}, "value": "call"}}
        },
        "day": {"d": {"selected_date": day}},
        "time": {"t": {"selected_time": hour}},
    }
    view = {"id": "V0", "hash": "1", "type": "modal", "callback_id": "touch.form", "private_metadata": "{}"}

    answer = said(
        app.interact({"type": "view_submission", "view": {**view, "state": {"values": state}}}, by=by)
    )

    assert list(answer["errors"]) == ["day"]


def test_half_a_letter_and_nul_are_left_out_of_what_is_typed() -> None:
    assert forms.written({"note": {"n": {"value": " a\ud800b\0c "}}}, "note") == "abc"
