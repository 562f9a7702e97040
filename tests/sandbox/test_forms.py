"""Forms over the whole way: triggers, what an acknowledgement does to the stack, and answers that Slack refuses."""

from __future__ import annotations

import contextlib
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
from tests.sandbox.conftest import Hand

Json = dict[str, Any]
ALICE = "U0ALICE01"


def form(title: str, **more: Any) -> Json:
    note = {
        "type": "input",
        "block_id": "note",
        "optional": True,
        "label": {"type": "plain_text", "text": "Note"},
        "element": {"type": "plain_text_input", "action_id": "note"},
    }
    texts = {"title": {"type": "plain_text", "text": title}, "submit": {"type": "plain_text", "text": "Send"}}
    return {"type": "modal", "callback_id": title.lower(), **texts, "blocks": [note], **more}


@dataclass
class Scripted:
    """A client whose acknowledgements are written beforehand; it keeps what came."""

    api: WebClient
    answers: list[Json | None] = field(default_factory=list)
    came: list[Json] = field(default_factory=list)

    def __call__(self, client: Any, request: SocketModeRequest) -> None:
        self.came.append(request.payload)
        answer = self.answers.pop(0) if self.answers else None
        client.send_socket_mode_response(SocketModeResponse(request.envelope_id, answer))


@pytest.fixture
def app(sandbox: Running, api: WebClient) -> Iterator[Scripted]:
    scripted = Scripted(api)
    client = SocketModeClient("xapp-sandbox", web_client=api)
    client.socket_mode_request_listeners.append(scripted)
    with contextlib.closing(client):
        client.connect()
        yield scripted


def trigger(app: Scripted, drive: Driver) -> str:
    """A fresh trigger id, from a command."""
    drive.command(ALICE, "/form", wait=0)
    return str(app.came[-1]["trigger_id"])


def opened(app: Scripted, drive: Driver, **more: Any) -> Json:
    """Alice's form, open."""
    answer = app.api.views_open(trigger_id=trigger(app, drive), view=form("First", **more))
    view: Json = answer["view"]
    return view


def titles(answer: Json) -> list[str]:
    return [view["title"]["text"] for view in answer["views"]]


def test_a_trigger_is_spent_by_use_and_by_time(app: Scripted, drive: Driver, hand: Hand) -> None:
    spent, late = trigger(app, drive), trigger(app, drive)
    app.api.views_open(trigger_id=spent, view=form("First"))
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        app.api.views_open(trigger_id=spent, view=form("First"))
    hand.seconds += 3.5
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        app.api.views_open(trigger_id=late, view=form("First"))


def test_an_open_form_is_updated_only_with_its_newest_hash(app: Scripted, drive: Driver) -> None:
    view = opened(app, drive)
    newer = app.api.views_update(view_id=view["id"], hash=view["hash"], view=form("Second"))["view"]
    with pytest.raises(SlackApiError, match="hash_conflict"):
        app.api.views_update(view_id=view["id"], hash=view["hash"], view=form("Third"))
    app.api.views_update(view_id=view["id"], hash=newer["hash"], view=form("Third"))
    assert titles(drive.look("views", **{"as": ALICE})) == ["Third"]


def test_acknowledgements_push_update_and_clear(app: Scripted, drive: Driver) -> None:
    opened(app, drive)
    app.answers = [{"response_action": "push", "view": form("Second")}]
    assert titles(drive.submit(ALICE)) == ["First", "Second"]
    app.answers = [{"response_action": "update", "view": form("Changed")}]
    assert titles(drive.submit(ALICE)) == ["First", "Changed"]
    app.answers = [{"response_action": "push", "view": form("Third")}]
    pushed = drive.submit(ALICE)
    assert titles(pushed) == ["First", "Changed", "Third"]
    assert pushed["views"][2]["root_view_id"] == pushed["views"][0]["id"]
    assert pushed["views"][2]["previous_view_id"] == pushed["views"][1]["id"]
    assert titles(drive.submit(ALICE)) == ["First", "Changed"]
    app.answers = [{"response_action": "clear"}]
    assert titles(drive.submit(ALICE)) == []


def test_a_press_in_a_form_may_push_another(app: Scripted, drive: Driver) -> None:
    button = {"type": "button", "action_id": "more", "text": {"type": "plain_text", "text": "More"}}
    view = form("First")
    view["blocks"].append({"type": "actions", "block_id": "row", "elements": [button]})
    app.api.views_open(trigger_id=trigger(app, drive), view=view)
    drive.press(ALICE, "more", values={"note": {"note": "half"}}, wait=0)
    pressed = app.came[-1]
    assert pressed["view"]["state"]["values"]["note"]["note"]["value"] == "half"
    assert "response_url" not in pressed
    app.api.views_push(trigger_id=pressed["trigger_id"], view=form("Second"))
    assert titles(drive.look("views", **{"as": ALICE})) == ["First", "Second"]


def test_closing_clears_the_stack_where_the_form_says_so(app: Scripted, drive: Driver) -> None:
    opened(app, drive, notify_on_close=True)
    app.answers = [
        {"response_action": "push", "view": form("Second", notify_on_close=True, clear_on_close=True)}
    ]
    drive.submit(ALICE)
    assert drive.act("close", ALICE, wait=0)["views"] == []
    closed = [
        (came["view"]["callback_id"], came["is_cleared"])
        for came in app.came
        if came.get("type") == "view_closed"
    ]
    assert closed == [("second", True), ("first", True)]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"response_action": "errors", "errors": {"elsewhere": "No"}}, "no input block of that id"),
        ({"response_action": "push", "view": {"type": "modal"}}, "view"),
        ({"response_action": "explode"}, "response_action"),
    ],
)
def test_an_answer_that_slack_would_refuse_is_named(
    app: Scripted, drive: Driver, body: Json, fault: str
) -> None:
    opened(app, drive)
    app.answers = [body]
    answer = drive.submit(ALICE)
    assert answer["outcome"] == "refused"
    assert answer["error"] == "The form could not be sent: the app's answer was not understood."
    assert titles(answer) == ["First"]
    (complaint,) = answer["complaints"]
    assert fault in complaint["faults"][0]


def test_a_chosen_conversation_brings_a_response_address(app: Scripted, drive: Driver) -> None:
    select = {
        "type": "conversations_select",
        "action_id": "where",
        "response_url_enabled": True,
        "default_to_current_conversation": True,
    }
    view = form("First")
    label = {"type": "plain_text", "text": "Where"}
    view["blocks"].append({"type": "input", "block_id": "where", "label": label, "element": select})
    drive.command(ALICE, "/form", channel="C0GENERAL", wait=0)
    app.api.views_open(trigger_id=app.came[-1]["trigger_id"], view=view)
    drive.submit(ALICE)
    (address,) = app.came[-1]["response_urls"]
    assert (address["channel_id"], address["block_id"]) == ("C0GENERAL", "where")
    assert address["response_url"].startswith(drive.base_url)
