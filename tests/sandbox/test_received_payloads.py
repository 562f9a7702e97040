"""The judge of what the sandbox sends in Slack's place: payloads such as Slack sends pass, others do not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sandbox import payloads
from tests.sandbox.payload_examples import (
    BLOCKS,
    Json,
    asking,
    button,
    changed,
    mrkdwn,
    option,
    plain,
    section,
)

COMMAND: Json = {
    "token": "t",
    "command": "/client-touch",
    "text": "Acme call yesterday",
    "response_url": "http://127.0.0.1:1/respond/1",
    "trigger_id": "1.2.3",
    "user_id": "U1",
    "user_name": "nadia",
    "team_id": "T1",
    "team_domain": "rapport",
    "channel_id": "D1",
    "channel_name": "directmessage",
    "api_app_id": "A1",
    "is_enterprise_install": "false",
}

OUTPUT_VIEW: Json = {
    "id": "V1",
    "team_id": "T1",
    "type": "modal",
    "blocks": [asking({"type": "plain_text_input", "action_id": "note"}, block_id="note")],
    "private_metadata": "",
    "callback_id": "touch",
    "state": {"values": {"note": {"note": {"type": "plain_text_input", "value": "Renewal"}}}},
    "hash": "1.abc",
    "title": plain("Log a touch"),
    "clear_on_close": False,
    "notify_on_close": False,
    "close": None,
    "submit": plain("Log"),
    "previous_view_id": None,
    "root_view_id": "V1",
    "app_id": "A1",
    "external_id": "",
    "app_installed_team_id": "T1",
    "bot_id": "B1",
}

WHO: Json = {
    "team": {"id": "T1", "domain": "rapport"},
    "user": {"id": "U1", "username": "nadia", "name": "nadia", "team_id": "T1"},
    "api_app_id": "A1",
    "token": "t",
    "trigger_id": "1.2.3",
    "enterprise": None,
    "is_enterprise_install": False,
}

SUBMISSION: Json = {**WHO, "type": "view_submission", "view": OUTPUT_VIEW, "response_urls": []}

PRESS: Json = {**button("log"), "block_id": "row-1", "action_ts": "1.2"}

ACTION: Json = {
    **WHO,
    "type": "block_actions",
    "container": {"type": "message", "message_ts": "1.2", "channel_id": "D1", "is_ephemeral": False},
    "channel": {"id": "D1", "name": "directmessage"},
    "message": {
        "type": "message",
        "user": "U2",
        "ts": "1.2",
        "text": "Acme is due",
        "blocks": [BLOCKS["actions"]],
    },
    "state": {"values": {}},
    "response_url": "http://127.0.0.1:1/respond/1",
    "actions": [PRESS],
}

ENVELOPE: Json = {
    "token": "t",
    "team_id": "T1",
    "api_app_id": "A1",
    "type": "event_callback",
    "event_id": "Ev1",
    "event_time": 1_793_600_000,
    "authorizations": [
        {
            "enterprise_id": None,
            "team_id": "T1",
            "user_id": "U2",
            "is_bot": True,
            "is_enterprise_install": False,
        }
    ],
    "is_ext_shared_channel": False,
}

OPENED: Json = {
    **ENVELOPE,
    "event": {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home", "event_ts": "1.2"},
}
SAID: Json = {
    **ENVELOPE,
    "event": {
        "type": "message",
        "user": "U1",
        "text": "hello",
        "ts": "1.2",
        "event_ts": "1.2",
        "channel": "D1",
        "channel_type": "im",
        "client_msg_id": "m-1",
    },
}


def home_output(*blocks: Json) -> Json:
    state: Json = {"values": {}}
    return {
        **OUTPUT_VIEW,
        "type": "home",
        "title": plain("View Title"),
        "submit": None,
        "state": state,
        "blocks": [*blocks],
    }


def test_payloads_such_as_slack_sends_are_recognised() -> None:
    on_home = {
        key: value for key, value in ACTION.items() if key not in ("message", "channel", "response_url")
    }
    on_home |= {"view": home_output(BLOCKS["actions"]), "container": {"type": "view", "view_id": "V1"}}
    on_ephemeral = {key: value for key, value in ACTION.items() if key != "message"}
    on_ephemeral["container"] = {**ACTION["container"], "is_ephemeral": True}

    assert payloads.check_command(COMMAND) == []
    assert payloads.check_view_submission(SUBMISSION) == []
    assert payloads.check_action(ACTION) == []
    assert payloads.check_action(on_home) == []
    assert payloads.check_action(on_ephemeral) == []
    assert payloads.check_event(OPENED) == []
    assert payloads.check_event(SAID) == []


@pytest.mark.parametrize(
    "pressed",
    [
        {"type": "static_select", "selected_option": option("call")},
        {"type": "external_select", "selected_option": option("7"), "min_query_length": 1},
        {"type": "datepicker", "selected_date": "2026-11-02", "initial_date": "2026-11-01"},
        {"type": "datepicker", "selected_date": None},
        {"type": "datetimepicker", "selected_date_time": 1_793_600_000},
        {"type": "timepicker", "selected_time": "09:30"},
        {"type": "radio_buttons", "selected_option": {"text": mrkdwn("*A*"), "value": "a"}},
        {"type": "checkboxes", "selected_options": []},
        {"type": "overflow", "selected_option": option("open")},
        {"type": "users_select", "selected_user": "U1"},
        {"type": "multi_static_select", "selected_options": [option("audit")]},
        {"type": "plain_text_input", "value": None},
        {"type": "number_input", "value": "45"},
    ],
)
def test_every_kind_of_press_that_the_bot_uses_is_recognised(pressed: Json) -> None:
    action = {"block_id": "b", "action_id": "a", "action_ts": "1.2", **pressed}
    payload = changed(ACTION, "actions", to=[action])
    payload["message"].pop("blocks")

    assert payloads.check_action(payload) == []


@pytest.mark.parametrize(
    ("check", "payload", "told"),
    [
        (payloads.check_command, changed(COMMAND, "trigger_id", to=...), "payload: lacks 'trigger_id'"),
        (
            payloads.check_command,
            changed(COMMAND, "command", to="rapport"),
            'command: "rapport" does not begin with a slash',
        ),
        (payloads.check_command, changed(COMMAND, "response_url", to=""), "response_url: is empty"),
        (payloads.check_command, changed(COMMAND, "text", to=None), "text: must be a string, not null"),
        (payloads.check_action, changed(ACTION, "actions", to=[]), "actions: is empty"),
        (
            payloads.check_action,
            changed(ACTION, "actions", 0, "action_ts", to=...),
            "actions[0]: lacks 'action_ts'",
        ),
        (
            payloads.check_action,
            changed(ACTION, "actions", 0, "type", to="buton"),
            'actions[0].type: "buton" is not one of',
        ),
        (
            payloads.check_action,
            changed(ACTION, "actions", 0, "block_id", to="row-9"),
            'actions[0].block_id: "row-9" is no block',
        ),
        (
            payloads.check_action,
            changed(ACTION, "actions", 0, "action_id", to="drop"),
            'actions[0].action_id: "drop" is not in',
        ),
        (
            payloads.check_action,
            changed(ACTION, "message", to=...),
            "payload: needs the view or the message that was pressed",
        ),
        (
            payloads.check_action,
            changed(ACTION, "response_url", to=...),
            "response_url: is needed for a press in a message",
        ),
        (
            payloads.check_action,
            changed(ACTION, "message", "blocks", 0, "elements", 1, "action_id", to=...),
            "message.blocks[0].elements[1].action_id: is always there in what Slack sends",
        ),
        (payloads.check_view_submission, changed(SUBMISSION, "view", "hash", to=...), "view: lacks 'hash'"),
        (
            payloads.check_view_submission,
            changed(SUBMISSION, "view", "blocks", 0, "block_id", to=...),
            "view.blocks[0].block_id: is always there in what Slack sends",
        ),
        (
            payloads.check_view_submission,
            changed(SUBMISSION, "view", "state", "values", "note", "note", "valu", to="x"),
            "view.state.values.note.note: unknown key 'valu'",
        ),
        (
            payloads.check_view_submission,
            changed(SUBMISSION, "view", "state", "values", "other", to={}),
            "view.state.values.other: the view has no block of that id",
        ),
        (payloads.check_event, changed(OPENED, "event_id", to=...), "payload: lacks 'event_id'"),
        (
            payloads.check_event,
            changed(OPENED, "event", "type", to="app_home_open"),
            'event.type: "app_home_open" is no event',
        ),
        (payloads.check_event, changed(OPENED, "event", "channel", to=...), "event: lacks 'channel'"),
        (
            payloads.check_event,
            changed(OPENED, "event", "tab", to="about"),
            'event.tab: "about" is not one of',
        ),
        (payloads.check_event, changed(SAID, "event", "chanel", to="D1"), "event: unknown key 'chanel'"),
        (
            payloads.check_event,
            changed(SAID, "event", "subtype", to="bot_messag"),
            'event.subtype: "bot_messag" is not one of',
        ),
        (
            payloads.check_event,
            changed(OPENED, "event", "view", to=home_output(section())),
            "event.view.blocks[0].block_id: is always there in what Slack sends",
        ),
    ],
)
def test_a_payload_that_slack_would_not_send_names_its_fault_first(
    check: Callable[[Json], list[str]], payload: Json, told: str
) -> None:
    assert check(payload)[0].startswith(told)


def test_closings_shortcuts_and_requests_for_options_are_judged_too() -> None:
    without_trigger = {key: value for key, value in WHO.items() if key != "trigger_id"}
    closed = {**without_trigger, "type": "view_closed", "view": OUTPUT_VIEW, "is_cleared": False}
    asked = {
        **without_trigger,
        "type": "block_suggestion",
        "block_id": "client",
        "action_id": "client",
        "value": "acm",
        "container": {"type": "view", "view_id": "V1"},
        "view": OUTPUT_VIEW,
    }
    called = {key: value for key, value in WHO.items() if key != "api_app_id"}
    called |= {"callback_id": "touch", "action_ts": "1.2"}
    on_message = {
        **called,
        "type": "message_action",
        "message_ts": "1.2",
        "response_url": "http://127.0.0.1:1/respond/1",
        "message": {"type": "message", "user": "U3", "ts": "1.2", "text": "When?"},
        "channel": {"id": "C1", "name": "acme"},
    }

    assert payloads.check_view_closed(closed) == []
    assert payloads.check_block_suggestion(asked) == []
    assert payloads.check_shortcut({**called, "type": "shortcut"}) == []
    assert payloads.check_shortcut(on_message) == []
    assert payloads.check_view_closed(changed(closed, "is_cleared", to=...)) == [
        "payload: lacks 'is_cleared'"
    ]
    assert payloads.check_block_suggestion(changed(asked, "value", to=...)) == ["payload: lacks 'value'"]
    assert payloads.check_shortcut(changed(on_message, "channel", to=...)) == ["payload: lacks 'channel'"]
