"""What each element puts into `state.values` and `actions`, and what is refused before a form is sent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import elements

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


RED, BLUE = ({"text": plain(name), "value": name.lower()} for name in ("Red", "Blue"))
COLOURS = {"options": [RED, BLUE]}
GROUPED = {
    "option_groups": [{"label": plain("Warm"), "options": [RED]}, {"label": plain("Cold"), "options": [BLUE]}]
}

HELD: list[tuple[Json, Any, Json]] = [
    ({"type": "plain_text_input"}, "hi", {"value": "hi"}),
    ({"type": "plain_text_input"}, "", {"value": None}),
    ({"type": "plain_text_input", "initial_value": "before"}, ..., {"value": "before"}),
    ({"type": "email_text_input"}, "a@b.example", {"value": "a@b.example"}),
    ({"type": "url_text_input"}, "https://b.example", {"value": "https://b.example"}),
    ({"type": "number_input", "is_decimal_allowed": True}, 4.5, {"value": "4.5"}),
    ({"type": "static_select", **COLOURS}, "red", {"selected_option": RED}),
    ({"type": "static_select", **GROUPED}, "blue", {"selected_option": BLUE}),
    ({"type": "static_select", **COLOURS}, ..., {"selected_option": None}),
    ({"type": "static_select", **COLOURS, "initial_option": RED}, ..., {"selected_option": RED}),
    ({"type": "external_select"}, RED, {"selected_option": RED}),
    ({"type": "radio_buttons", **COLOURS}, "blue", {"selected_option": BLUE}),
    ({"type": "multi_static_select", **COLOURS}, ["red", "blue"], {"selected_options": [RED, BLUE]}),
    ({"type": "multi_static_select", **COLOURS}, ..., {"selected_options": []}),
    ({"type": "multi_external_select"}, [BLUE], {"selected_options": [BLUE]}),
    ({"type": "checkboxes", **COLOURS, "initial_options": [RED]}, ..., {"selected_options": [RED]}),
    ({"type": "checkboxes", **COLOURS, "initial_options": [RED]}, [], {"selected_options": []}),
    ({"type": "users_select"}, "U0ALICE01", {"selected_user": "U0ALICE01"}),
    ({"type": "users_select"}, None, {"selected_user": None}),
    ({"type": "conversations_select"}, "C0GENERAL", {"selected_conversation": "C0GENERAL"}),
    (
        {"type": "conversations_select", "default_to_current_conversation": True},
        ...,
        {"selected_conversation": "C0HERE"},
    ),
    ({"type": "channels_select", "initial_channel": "C0GENERAL"}, ..., {"selected_channel": "C0GENERAL"}),
    ({"type": "multi_users_select"}, ["U0ALICE01"], {"selected_users": ["U0ALICE01"]}),
    ({"type": "multi_conversations_select"}, ["C0A"], {"selected_conversations": ["C0A"]}),
    ({"type": "multi_channels_select"}, ["C0A"], {"selected_channels": ["C0A"]}),
    ({"type": "datepicker"}, "2026-11-03", {"selected_date": "2026-11-03"}),
    ({"type": "datepicker", "initial_date": "2026-01-01"}, ..., {"selected_date": "2026-01-01"}),
    ({"type": "timepicker"}, "09:05", {"selected_time": "09:05"}),
    ({"type": "datetimepicker"}, 1_793_700_000, {"selected_date_time": 1_793_700_000}),
    ({"type": "datetimepicker"}, None, {"selected_date_time": None}),
    ({"type": "file_input"}, [{"id": "F1", "name": "a.csv"}], {"files": [{"id": "F1", "name": "a.csv"}]}),
    (
        {"type": "rich_text_input"},
        "hi",
        {
            "rich_text_value": {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "hi"}]}],
            }
        },
    ),
]  # fmt: skip


def field(element: Json, **block: Any) -> Json:
    return {
        "type": "input",
        "block_id": "b",
        "label": plain("Field"),
        "element": {"action_id": "a", **element},
        **block,
    }


@pytest.mark.parametrize(("element", "raw", "expected"), HELD, ids=lambda value: str(value)[:40])
def test_state_is_as_slack_sends_it(element: Json, raw: Any, expected: Json) -> None:
    touched = {} if raw is ... else {"b": {"a": raw}}
    state = elements.state_values([field(element)], touched, "C0HERE")
    assert state == {"b": {"a": {"type": element["type"], **expected}}}


def test_a_time_of_another_zone_says_so() -> None:
    block = field({"type": "timepicker", "timezone": "Europe/Paris"})
    held = elements.state_values([block], {"b": {"a": "09:05"}})["b"]["a"]
    assert (held["selected_time"], held["timezone"]) == ("09:05", "Europe/Paris")


def test_every_kind_that_holds_something_is_covered_here() -> None:
    assert {element["type"] for element, _, _ in HELD} == elements.STATEFUL


def test_buttons_and_menus_have_no_place_in_the_state() -> None:
    blocks = [{"type": "actions", "block_id": "b", "elements": [{"type": "button", "action_id": "a"}]}]
    assert elements.state_values(blocks, {}) == {}


def test_several_elements_of_one_block_stand_side_by_side() -> None:
    block = {
        "type": "actions",
        "block_id": "b",
        "elements": [
            {"type": "datepicker", "action_id": "day"},
            {"type": "users_select", "action_id": "who", "initial_user": "U0ALICE01"},
        ],
    }
    assert elements.state_values([block], {"b": {"day": "2026-11-03"}}) == {
        "b": {
            "day": {"type": "datepicker", "selected_date": "2026-11-03"},
            "who": {"type": "users_select", "selected_user": "U0ALICE01"},
        }
    }


def test_an_action_says_what_was_pressed() -> None:
    button = {"type": "button", "action_id": "go", "text": plain("Go"), "value": "7", "style": "primary"}
    block = {"type": "actions", "block_id": "b", "elements": [button]}
    assert elements.action_of(block, button, None, "1.2") == {
        "type": "button",
        "block_id": "b",
        "action_id": "go",
        "action_ts": "1.2",
        "text": plain("Go"),
        "value": "7",
        "style": "primary",
    }
    menu = {"type": "overflow", "action_id": "more", **COLOURS}
    assert elements.action_of(block, menu, "red", "1.2")["selected_option"] == RED


def test_a_choice_that_is_not_offered_is_an_error_of_the_test() -> None:
    with pytest.raises(elements.WrongValue, match="its options: red, blue"):
        elements.chosen({"type": "static_select", "action_id": "a", **COLOURS}, "green")
    with pytest.raises(elements.WrongValue, match="cannot hold"):
        elements.chosen({"type": "datepicker", "action_id": "a"}, "tomorrow")


@pytest.mark.parametrize(
    ("element", "raw", "sentence"),
    [
        ({"type": "plain_text_input"}, "  ", "Please fill in this field."),
        ({"type": "plain_text_input", "min_length": 3}, "ab", "Please write at least 3 characters."),
        ({"type": "plain_text_input", "max_length": 3}, "abcd", "Please write at most 3 characters."),
        ({"type": "email_text_input"}, "alice", "Please write an email address."),
        ({"type": "url_text_input"}, "example", "Please write a web address."),
        ({"type": "number_input", "is_decimal_allowed": False}, "4.5", "Please write a whole number."),
        ({"type": "number_input", "is_decimal_allowed": True}, "fifty", "Please write a number."),
        ({"type": "number_input", "min_value": "1"}, "-5", "Please write a number of at least 1."),
        ({"type": "number_input", "max_value": "9"}, "10", "Please write a number of at most 9."),
        ({"type": "checkboxes", **COLOURS}, [], "Please fill in this field."),
        ({"type": "datepicker"}, None, "Please fill in this field."),
    ],
)
def test_slacks_own_client_refuses_first(element: Json, raw: Any, sentence: str) -> None:
    assert elements.complaints([field(element)], {"b": {"a": raw}}) == {"b": sentence}


def test_an_optional_field_may_stay_empty_but_not_be_wrong() -> None:
    number = field({"type": "number_input"}, optional=True)
    assert elements.complaints([number], {}) == {}
    assert elements.complaints([number], {"b": {"a": "x"}}).keys() == {"b"}


@given(st.text(min_size=1, max_size=3000).filter(str.strip))
def test_any_text_is_held_to_the_letter(text: str) -> None:
    blocks = [field({"type": "plain_text_input"})]
    assert elements.complaints(blocks, {"b": {"a": text}}) == {}
    assert elements.state_values(blocks, {"b": {"a": text}})["b"]["a"]["value"] == text
