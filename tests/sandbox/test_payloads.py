"""The judge of what we send: takes what Slack takes, and names the real fault of what it refuses, in one line."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models import blocks as sdk
from slack_sdk.models.views import View

from sandbox import payloads
from tests.sandbox.payload_examples import (
    ASKED,
    BLOCKS,
    CARD,
    LINES,
    MANIFEST,
    NOT_SENT_IN_A_MESSAGE,
    PICTURE,
    PIE,
    PRESSED,
    TABLE_ROWS,
    Json,
    asking,
    button,
    changed,
    home,
    message,
    modal,
    mrkdwn,
    option,
    plain,
    rich_text,
    section,
)

# --- What Slack takes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", BLOCKS)
def test_every_kind_of_block_is_taken_in_a_message(kind: str) -> None:
    assert payloads.check_message(message(BLOCKS[kind])) == []


@pytest.mark.parametrize("kind", PRESSED)
def test_every_element_of_an_actions_block_is_taken(kind: str) -> None:
    assert payloads.check_message(message({"type": "actions", "elements": [PRESSED[kind]]})) == []


@pytest.mark.parametrize("kind", ASKED)
def test_every_element_of_an_input_block_is_taken_in_a_modal(kind: str) -> None:
    assert payloads.check_view(modal(asking(ASKED[kind]))) == []


@pytest.mark.parametrize(
    "kind", ["actions", "context", "divider", "header", "image", "input", "rich_text", "section", "video"]
)
def test_plain_blocks_are_taken_on_every_surface(kind: str) -> None:
    assert payloads.check_view(modal(BLOCKS[kind])) == []
    assert payloads.check_home(home(BLOCKS[kind])) == []


def test_what_the_slack_sdk_builds_is_taken() -> None:
    built = View(
        type="modal",
        title="Log a touch",
        submit="Log",
        close="Cancel",
        private_metadata="7",
        blocks=[
            sdk.InputBlock(
                block_id="client",
                label="Client",
                element=sdk.ExternalDataSelectElement(action_id="client", min_query_length=1),
            ),
            sdk.InputBlock(
                block_id="channel",
                label="Channel",
                element=sdk.StaticSelectElement(
                    action_id="channel", options=[sdk.Option(value="call", label="Call")], focus_on_load=True
                ),
            ),
            sdk.SectionBlock(block_id="said", text=sdk.MarkdownTextObject(text="Acme", verbatim=True)),
        ],
    ).to_dict()

    assert payloads.check_view(built) == []


def test_a_full_message_is_taken_and_one_block_more_is_not() -> None:
    assert payloads.check_message(message(*[section()] * 50)) == []
    assert payloads.check_message(message(*[section()] * 51)) == ["blocks: 51 items, at most 50 allowed"]


def test_a_view_takes_a_hundred_blocks_and_not_one_more() -> None:
    assert payloads.check_home(home(*[section()] * 100)) == []
    assert payloads.check_home(home(*[section()] * 101)) == ["blocks: 101 items, at most 100 allowed"]


def test_the_same_action_may_stand_in_many_blocks() -> None:
    rows = [{"type": "actions", "block_id": f"row-{n}", "elements": [button("log")]} for n in range(5)]

    assert payloads.check_message(message(*rows)) == []


def test_metadata_may_nest_once() -> None:
    event = {
        "event_type": "rapport_entry",
        "event_payload": {"id": "digest-1", "try": 2, "parts": [{"n": 1}]},
    }

    assert payloads.check_message(message(section(), metadata=event)) == []


# --- What it refuses, and how it says so ------------------------------------------------------------------


def in_message(block: Json) -> list[str]:
    return payloads.check_message(message(block))


def in_actions(element: Json) -> list[str]:
    return payloads.check_message(message({"type": "actions", "elements": [element]}))


def in_modal(element: Json) -> list[str]:
    return payloads.check_view(modal(asking(element)))


@pytest.mark.parametrize(
    ("block", "told"),
    [
        (changed(BLOCKS["actions"], "elements", to=[]), "blocks[0].elements: is empty"),
        (
            changed(BLOCKS["actions"], "elements", to=[button(f"a{n}") for n in range(26)]),
            "blocks[0].elements: 26 items, at most 25 allowed",
        ),
        (
            changed(BLOCKS["actions"], "elements", 1, "action_id", to="log"),
            'blocks[0].elements[1].action_id: "log" is already that of blocks[0].elements[0]',
        ),
        (
            changed(BLOCKS["actions"], "block_id", to="b" * 256),
            "blocks[0].block_id: 256 characters, at most 255 allowed",
        ),
        (
            changed(BLOCKS["alert"], "level", to="waning"),
            "blocks[0].level: \"waning\" is not one of 'default', 'info', 'warning', 'error', 'success', did you mean",
        ),
        (
            changed(BLOCKS["card"], "body", "text", to="b" * 201),
            "blocks[0].body.text: 201 characters, at most 200 allowed",
        ),
        (
            {"type": "card", "icon": PICTURE},
            "blocks[0]: needs one of 'hero_image', 'title', 'actions', 'body'",
        ),
        ({"type": "carousel", "elements": [CARD] * 11}, "blocks[0].elements: 11 items, at most 10 allowed"),
        (changed(BLOCKS["container"], "title", to=...), "blocks[0]: needs 'title' or 'rich_text_title'"),
        (
            changed(BLOCKS["container"], "has_header_divider", to=True),
            "blocks[0].has_header_divider: cannot be combined with is_collapsible",
        ),
        (
            {**BLOCKS["container"], "is_collapsible": False, "default_collapsed": True},
            "blocks[0].default_collapsed: needs is_collapsible",
        ),
        (
            changed(
                BLOCKS["container"],
                "child_blocks",
                0,
                to={"type": "file", "source": "remote", "external_id": "7"},
            ),
            "blocks[0].child_blocks[0].type: a block of type 'file' cannot be sent",
        ),
        (
            {"type": "context", "elements": [plain("x")] * 11},
            "blocks[0].elements: 11 items, at most 10 allowed",
        ),
        (
            changed(BLOCKS["context_actions"], "elements", 0, "positive_button", "text", "text", to="x" * 76),
            "blocks[0].elements[0].positive_button.text.text: 76 characters, at most 75 allowed",
        ),
        (changed(BLOCKS["data_table"], "caption", to=...), "blocks[0]: lacks 'caption'"),
        (
            changed(BLOCKS["data_table"], "rows", 0, 0, to=rich_text("Client")),
            "blocks[0].rows[0]: a header cannot hold rich_text",
        ),
        (
            changed(BLOCKS["data_table"], "rows", 1, to=TABLE_ROWS[1][:1]),
            "blocks[0].rows[1]: 1 cells, the header has 2",
        ),
        (changed(BLOCKS["data_table"], "page_size", to=101), "blocks[0].page_size: 101 is more than 100"),
        (
            changed(BLOCKS["data_table"], "row_header_column_index", to=2),
            "blocks[0].row_header_column_index: the table has only 2 columns",
        ),
        (
            changed(BLOCKS["data_visualization"], "title", to="t" * 51),
            "blocks[0].title: 51 characters, at most 50 allowed",
        ),
        (
            changed(
                BLOCKS["data_visualization"], "chart", "series", 0, "data", to=[{"label": "May", "value": 3}]
            ),
            "blocks[0].chart.series[0].data: needs exactly one point for each category",
        ),
        (
            changed(BLOCKS["data_visualization"], "chart", "series", to=[*LINES["series"], *LINES["series"]]),
            'blocks[0].chart.series[1].name: "touches" stands there twice',
        ),
        (
            changed(BLOCKS["data_visualization"], "chart", to=changed(PIE, "segments", 0, "value", to=0)),
            "blocks[0].chart.segments[0].value: 0 is not more than 0",
        ),
        (
            changed(BLOCKS["data_visualization"], "chart", to={**PIE, "segments": [PIE["segments"][0]] * 8}),
            "blocks[0].chart.segments: 8 items, at most 6 allowed",
        ),
        ({"type": "divider", "text": plain("x")}, "blocks[0]: unknown key 'text'"),
        (
            {"type": "file", "source": "remote", "external_id": "7"},
            "blocks[0].type: a block of type 'file' cannot stand in a message",
        ),
        ({"type": "header"}, "blocks[0]: lacks 'text'"),
        (
            {"type": "header", "text": plain("h" * 151)},
            "blocks[0].text.text: 151 characters, at most 150 allowed",
        ),
        ({"type": "header", "text": plain("")}, "blocks[0].text.text: is empty"),
        (
            {"type": "header", "text": mrkdwn("h")},
            'blocks[0].text.type: "mrkdwn" stands where "plain_text" must',
        ),
        (
            changed(BLOCKS["image"], "image_url", to=...),
            "blocks[0]: needs exactly one of 'image_url', 'slack_file'",
        ),
        (
            {**BLOCKS["image"], "slack_file": {"id": "F1"}},
            "blocks[0]: needs exactly one of 'image_url', 'slack_file'",
        ),
        (changed(BLOCKS["image"], "alt_text", to=...), "blocks[0]: lacks 'alt_text'"),
        (changed(BLOCKS["input"], "label", to=...), "blocks[0]: lacks 'label'"),
        (changed(BLOCKS["input"], "element", to=button()), 'blocks[0].element.type: "button" is not one of'),
        (
            {"type": "markdown", "text": "m" * 12_001},
            "blocks[0].text: 12001 characters, at most 12000 allowed",
        ),
        (
            changed(BLOCKS["plan"], "tasks", 0, "status", to="done"),
            "blocks[0].tasks[0].status: \"done\" is not one of 'pending', 'in_progress', 'complete', 'error'",
        ),
        (
            changed(rich_text("x"), "elements", 0, "elements", 0, "type", to="txt"),
            'blocks[0].elements[0].elements[0].type: "txt" is not one of',
        ),
        ({"type": "section"}, "blocks[0]: needs 'text' or 'fields'"),
        (section("s" * 3001), "blocks[0].text.text: 3001 characters, at most 3000 allowed"),
        (
            section(fields=[mrkdwn("f" * 2001)]),
            "blocks[0].fields[0].text: 2001 characters, at most 2000 allowed",
        ),
        (section(fields=[mrkdwn("f")] * 11), "blocks[0].fields: 11 items, at most 10 allowed"),
        (section(acessory=button()), "blocks[0]: unknown key 'acessory', did you mean 'accessory'?"),
        ({"type": "section", "txt": mrkdwn("x")}, "blocks[0]: unknown key 'txt', did you mean 'text'?"),
        (
            changed(BLOCKS["table"], "rows", to=TABLE_ROWS * 51),
            "blocks[0].rows: 102 items, at most 100 allowed",
        ),
        (
            changed(BLOCKS["table"], "rows", 0, to=[TABLE_ROWS[0][0]] * 21),
            "blocks[0].rows[0]: 21 items, at most 20 allowed",
        ),
        (changed(BLOCKS["task_card"], "task_id", to=...), "blocks[0]: lacks 'task_id'"),
        (
            changed(BLOCKS["video"], "title", to=plain("v" * 200)),
            "blocks[0].title.text: 200 characters, at most 199 allowed",
        ),
        ({"type": "sektion"}, 'blocks[0].type: "sektion" is not one of'),
        ({"text": plain("x")}, "blocks[0]: lacks 'type'"),
    ],
)
def test_a_broken_block_gives_one_line_that_names_its_fault(block: Json, told: str) -> None:
    faults = in_message(block)

    assert len(faults) == 1
    assert faults[0].startswith(told)


@pytest.mark.parametrize(
    ("check", "element", "told"),
    [
        (in_actions, button(text="x" * 76), "text.text: 76 characters, at most 75 allowed"),
        (in_actions, {**button(), "value": "v" * 2001}, "value: 2001 characters, at most 2000 allowed"),
        (in_actions, {**button(), "url": "u" * 3001}, "url: 3001 characters, at most 3000 allowed"),
        (in_actions, {**button(), "style": "green"}, "style: \"green\" is not one of 'primary', 'danger'"),
        (in_actions, button("a" * 256), "action_id: 256 characters, at most 255 allowed"),
        (
            in_actions,
            changed(PRESSED["button"], "confirm", "text", "text", to="x" * 301),
            "confirm.text.text: 301 characters, at most 300 allowed",
        ),
        (
            in_actions,
            changed(PRESSED["button"], "confirm", "title", "text", to="x" * 101),
            "confirm.title.text: 101 characters, at most 100 allowed",
        ),
        (
            in_actions,
            changed(PRESSED["button"], "confirm", "deny", "text", to="x" * 31),
            "confirm.deny.text: 31 characters, at most 30 allowed",
        ),
        (
            in_actions,
            changed(PRESSED["button"], "confirm", "txt", to="x"),
            "confirm: unknown key 'txt'",
        ),
        (
            in_actions,
            {"type": "checkboxes", "action_id": "x", "options": [option(str(n)) for n in range(11)]},
            "options: 11 items, at most 10 allowed",
        ),
        (
            in_actions,
            changed(PRESSED["checkboxes"], "initial_options", 0, "text", "text", to="other"),
            'initial_options[0]: "mon" does not exactly match one of the options',
        ),
        (
            in_actions,
            changed(PRESSED["datepicker"], "initial_date", to="02/11/2026"),
            'initial_date: "02/11/2026" does not have the form YYYY-MM-DD',
        ),
        (
            in_actions,
            changed(PRESSED["datepicker"], "placeholder", "text", to="p" * 151),
            "placeholder.text: 151 characters, at most 150 allowed",
        ),
        (
            in_actions,
            changed(PRESSED["datetimepicker"], "initial_date_time", to=17_936),
            "initial_date_time: 17936 is less than 1000000000",
        ),
        (
            in_actions,
            {"type": "overflow", "action_id": "x", "options": [option(str(n)) for n in range(6)]},
            "options: 6 items, at most 5 allowed",
        ),
        (
            in_actions,
            {"type": "radio_buttons", "action_id": "x", "options": [option(str(n)) for n in range(11)]},
            "options: 11 items, at most 10 allowed",
        ),
        (
            in_actions,
            changed(PRESSED["radio_buttons"], "options", 0, "url", to="https://example.com"),
            'options: only an overflow menu may have a url, and "a" has',
        ),
        (
            in_actions,
            changed(PRESSED["static_select"], "initial_option", to=option("fax")),
            'initial_option: "fax" does not exactly match one of the options',
        ),
        (
            in_actions,
            {**PRESSED["static_select"], "options": [option("visit")]},
            "needs exactly one of 'options', 'option_groups'",
        ),
        (
            in_actions,
            changed(PRESSED["static_select"], "option_groups", 0, "label", "text", to="l" * 76),
            "option_groups[0].label.text: 76 characters, at most 75 allowed",
        ),
        (in_actions, {"type": "static_select", "action_id": "x", "options": []}, "options: is empty"),
        (
            in_actions,
            {"type": "static_select", "action_id": "x", "options": [option(str(n)) for n in range(101)]},
            "options: 101 items, at most 100 allowed",
        ),
        (
            in_actions,
            {"type": "static_select", "action_id": "x", "options": [option("v" * 151)]},
            "options[0].value: 151 characters, at most 150 allowed",
        ),
        (
            in_actions,
            {"type": "static_select", "action_id": "x", "options": [option("v", "t" * 76)]},
            "options[0].text.text: 76 characters, at most 75 allowed",
        ),
        (
            in_actions,
            {"type": "static_select", "action_id": "x", "options": [{"text": plain("x")}]},
            "options[0]: lacks 'value'",
        ),
        (
            in_actions,
            {"type": "static_select", "action_id": "x", "options": [{"text": mrkdwn("x"), "value": "x"}]},
            'options[0].text.type: "mrkdwn" stands where "plain_text" must',
        ),
        (
            in_actions,
            changed(PRESSED["external_select"], "min_query_length", to=-1),
            "min_query_length: -1 is less than 0",
        ),
        (
            in_actions,
            changed(PRESSED["users_select"], "initial_user", to=None),
            "initial_user: must be a string, not null",
        ),
        (
            in_actions,
            changed(PRESSED["conversations_select"], "filter", "include", 0, to="dm"),
            'filter.include[0]: "dm" is not one of',
        ),
        (
            in_actions,
            changed(PRESSED["channels_select"], "initial_chanel", to="C1"),
            "unknown key 'initial_chanel', did you mean 'initial_channel'?",
        ),
        (
            in_actions,
            changed(PRESSED["multi_static_select"], "max_selected_items", to=0),
            "max_selected_items: 0 is less than 1",
        ),
        (
            in_actions,
            {
                **PRESSED["multi_static_select"],
                "initial_options": [option("audit"), option("advice")],
                "max_selected_items": 1,
            },
            "initial_options: more than max_selected_items",
        ),
        (in_actions, {**PRESSED["multi_external_select"], "options": [option("x")]}, "unknown key 'options'"),
        (
            in_actions,
            changed(PRESSED["multi_users_select"], "initial_users", to="U1"),
            "initial_users: must be a list, not a string",
        ),
        (
            in_actions,
            {**PRESSED["multi_conversations_select"], "initial_conversation": "C1"},
            "unknown key 'initial_conversation', did you mean 'initial_conversations'?",
        ),
        (
            in_actions,
            changed(PRESSED["multi_channels_select"], "focus_on_load", to="yes"),
            "focus_on_load: must be true or false, not a string",
        ),
        (
            in_actions,
            changed(PRESSED["timepicker"], "initial_time", to="9:00"),
            'initial_time: "9:00" does not have the form HH:mm',
        ),
        (
            in_actions,
            changed(PRESSED["workflow_button"], "workflow", "trigger", to=...),
            "workflow: lacks 'trigger'",
        ),
        (in_modal, PRESSED["workflow_button"], 'type: "workflow_button" is not one of'),
        (
            in_modal,
            changed(ASKED["email_text_input"], "initial_value", to=7),
            "initial_value: must be a string, not a number",
        ),
        (in_modal, changed(ASKED["file_input"], "max_files", to=11), "max_files: 11 is more than 10"),
        (
            in_modal,
            changed(ASKED["number_input"], "is_decimal_allowed", to=...),
            "lacks 'is_decimal_allowed'",
        ),
        (
            in_modal,
            changed(ASKED["number_input"], "initial_value", to="45,50"),
            'initial_value: "45,50" is no number',
        ),
        (
            in_modal,
            changed(ASKED["number_input"], "min_value", to="2000"),
            "min_value: is more than max_value",
        ),
        (
            in_modal,
            changed(ASKED["plain_text_input"], "max_length", to=3001),
            "max_length: 3001 is more than 3000",
        ),
        (
            in_modal,
            {**ASKED["plain_text_input"], "min_length": 20, "max_length": 10},
            "min_length: is more than max_length",
        ),
        (
            in_modal,
            {**ASKED["plain_text_input"], "max_length": 3},
            "initial_value: 7 characters, at most 3 allowed",
        ),
        (in_modal, {**ASKED["rich_text_input"], "max_lines": 1}, "min_lines: is more than max_lines"),
        (
            in_modal,
            {**ASKED["rich_text_input"], "initial_value": "Hello"},
            "initial_value: must be an object, not a string",
        ),
        (in_modal, {**ASKED["url_text_input"], "multiline": True}, "unknown key 'multiline'"),
    ],
)
def test_a_broken_element_gives_one_line_that_names_its_fault(
    check: Callable[[Json], list[str]], element: Json, told: str
) -> None:
    faults = check(element)
    place = "blocks[0].elements[0]" if check is in_actions else "blocks[0].element"

    assert len(faults) == 1
    assert faults[0].removeprefix(place).lstrip(".: ").startswith(told)
    assert faults[0].startswith(place)


@pytest.mark.parametrize("kind", [kind for kind in BLOCKS if payloads.check_home(home(BLOCKS[kind]))])
def test_a_block_that_only_messages_show_is_refused_on_home(kind: str) -> None:
    assert payloads.check_home(home(section(), BLOCKS[kind])) == [
        f"blocks[1].type: a block of type {kind!r} cannot stand in the Home tab"
    ]


def test_charts_and_tables_are_for_messages_only() -> None:
    for kind in ("data_visualization", "data_table", "table", "markdown"):
        assert payloads.check_view(modal(BLOCKS[kind])) == [
            f"blocks[0].type: a block of type {kind!r} cannot stand in a modal"
        ]


@pytest.mark.parametrize("kind", NOT_SENT_IN_A_MESSAGE)
def test_inputs_that_only_views_show_are_refused_in_a_message(kind: str) -> None:
    assert in_message(asking(ASKED[kind])) == [
        f"blocks[0].element.type: an element of type {kind!r} cannot stand in a message"
    ]


def test_a_date_and_time_cannot_be_picked_on_home() -> None:
    faults = payloads.check_home(home({"type": "actions", "elements": [PRESSED["datetimepicker"]]}))

    assert faults == [
        "blocks[0].elements[0].type: an element of type 'datetimepicker' cannot stand in the Home tab"
    ]


def test_two_blocks_cannot_share_an_id_even_inside_another_block() -> None:
    outer = {**BLOCKS["container"], "child_blocks": [section(block_id="acme")]}

    faults = payloads.check_message(message(section(block_id="acme"), outer))

    assert faults == ['blocks[1].child_blocks[0].block_id: "acme" is already that of blocks[0]']


def test_sums_over_a_whole_message_are_kept() -> None:
    long = {"type": "markdown", "text": "m" * 7000}
    wide = changed(BLOCKS["table"], "rows", 0, 0, "text", to="t" * 10_001)
    charts = [{**BLOCKS["data_visualization"], "chart": PIE}] * 3

    assert payloads.check_message(message(long, long)) == [
        "blocks: 14000 characters of markdown, at most 12000 allowed in a message"
    ]
    assert payloads.check_message(message(BLOCKS["table"], BLOCKS["table"])) == [
        "blocks: 2 blocks of type 'table', at most 1 allowed in a message"
    ]
    assert payloads.check_message(message(*charts)) == [
        "blocks: 3 blocks of type 'data_visualization', at most 2 allowed in a message"
    ]
    assert len(payloads.check_message(message(wide))) == 1
    assert "characters in table cells" in payloads.check_message(message(wide))[0]


def test_each_broken_block_is_told() -> None:
    faults = payloads.check_message(message({"type": "header"}, section(), {"type": "divder"}))

    assert [fault.split(":")[0] for fault in faults] == ["blocks[0]", "blocks[2].type"]


# --- Messages as wholes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        ({}, "payload: says nothing; needs text, blocks, attachments or markdown_text"),
        (
            {"text": "", "blocks": []},
            "payload: says nothing; needs text, blocks, attachments or markdown_text",
        ),
        ({"blocks": [section()]}, "text: is needed beside blocks, for screen readers and notifications"),
        ({"text": "x" * 40_001}, "text: 40001 characters, at most 40000 allowed"),
        ({"text": "x", "blocks": "[]"}, "blocks: must be a list, not a string"),
        (
            {"text": "x", "unfurl_link": False},
            "payload: unknown key 'unfurl_link', did you mean 'unfurl_links'?",
        ),
        ({"text": "x", "markdown_text": "x"}, "markdown_text: cannot be combined with text or blocks"),
        (
            {"text": "x", "metadata": {"event_type": "x"}},
            "metadata: event_type and event_payload go together",
        ),
        (
            {"text": "x", "metadata": {"event_type": "x", "event_payload": {"a": {"b": {"c": 1}}}}},
            "metadata.event_payload.a.b: must be ",
        ),
        (
            {"text": "x", "attachments": [{"txt": "x"}]},
            "attachments[0]: unknown key 'txt', did you mean 'text'?",
        ),
        (
            {"text": "x", "attachments": [{"blocks": [{"type": "header"}]}]},
            "attachments[0].blocks[0]: lacks 'text'",
        ),
    ],
)
def test_a_broken_message_gives_one_line(payload: Json, told: str) -> None:
    faults = payloads.check_message(payload)

    assert len(faults) == 1
    assert faults[0].startswith(told)


def test_a_message_knows_the_arguments_of_posting_and_of_answering() -> None:
    posted = message(section(), channel="D1", thread_ts="1.2", unfurl_links=False, unfurl_media=False)
    edited = {"channel": "D1", "ts": "1.2", "text": "Done"}
    answered = {"text": "Done", "response_type": "ephemeral", "replace_original": True}

    assert payloads.check_message(posted) == []
    assert payloads.check_message(edited) == []
    assert payloads.check_message(answered) == []
    assert payloads.check_message({"delete_original": True}) == []


# --- Views ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("view", "told"),
    [
        (modal(section(), title=plain("t" * 25)), "title.text: 25 characters, at most 24 allowed"),
        (modal(section(), submit=plain("s" * 25)), "submit.text: 25 characters, at most 24 allowed"),
        (modal(section(), close=plain("c" * 25)), "close.text: 25 characters, at most 24 allowed"),
        (
            modal(section(), private_metadata="m" * 3001),
            "private_metadata: 3001 characters, at most 3000 allowed",
        ),
        (modal(section(), callback_id="c" * 256), "callback_id: 256 characters, at most 255 allowed"),
        (changed(modal(section()), "title", to=...), "payload: lacks 'title'"),
        (
            changed(modal(BLOCKS["input"]), "submit", to=...),
            "submit: is needed in a modal with an input block",
        ),
        (changed(modal(section()), "calback_id", to="x"), "payload: unknown key 'calback_id'"),
        (home(section()), "payload: lacks 'title'"),
        (
            modal(
                asking(ASKED["plain_text_input"]), asking({**ASKED["plain_text_input"], "action_id": "more"})
            ),
            "blocks[1].element.focus_on_load: only one element of a view may have it",
        ),
    ],
)
def test_a_broken_modal_gives_one_line(view: Json, told: str) -> None:
    faults = payloads.check_view(view)

    assert len(faults) == 1
    assert faults[0].startswith(told)


def test_home_has_no_title_and_is_no_modal() -> None:
    assert payloads.check_home({**home(section()), "title": plain("Today")}) == [
        "payload: unknown key 'title'"
    ]
    assert payloads.check_home(modal(section())) != []


# --- Acknowledgements -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        {},
        "Logged.",
        {"text": "Logged.", "response_type": "ephemeral"},
        {"text": "Logged.", "blocks": [section()], "replace_original": False},
        {"delete_original": True},
        {"response_action": "clear"},
        {"response_action": "errors", "errors": {"note": "Please write something."}},
        {"response_action": "update", "view": modal(section())},
        {"response_action": "push", "view": modal(BLOCKS["input"])},
        {"options": [option("7", "Acme")]},
        {"options": []},
        {"option_groups": [{"label": plain("Mine"), "options": [option("7", "Acme")]}]},
    ],
)
def test_every_kind_of_acknowledgement_is_taken(body: object) -> None:
    assert payloads.check_response(body) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (7, "payload: must be an object or a text, not 7"),
        ({"text": "x", "channel": "C1"}, "payload: unknown key 'channel'"),
        (
            {"text": "x", "response_type": "ephemral"},
            "response_type: \"ephemral\" is not one of 'in_channel', 'ephemeral', did you mean 'ephemeral'?",
        ),
        ({"response_action": "close"}, 'response_action: "close" is not one of'),
        ({"response_action": "clear", "view": modal()}, "view: unknown key beside 'clear'"),
        ({"response_action": "errors", "errors": {}}, "errors: is empty"),
        ({"response_action": "errors", "errors": {"note": ["no"]}}, "errors.note: must be a sentence"),
        ({"response_action": "errors", "error": {"note": "no"}}, "error: unknown key beside 'errors'"),
        ({"response_action": "update"}, "view: must be an object, not null"),
        (
            {"response_action": "update", "view": modal({"type": "header"})},
            "view.blocks[0]: lacks 'text'",
        ),
        ({"response_action": "push", "view": home(section())}, "view: lacks 'title'"),
        ({"options": [option("7", "t" * 76)]}, "options[0].text.text: 76 characters, at most 75 allowed"),
        ({"options": [option(str(n)) for n in range(101)]}, "options: 101 items, at most 100 allowed"),
        ({"options": [], "option_groups": []}, "option_groups: cannot be combined with options"),
    ],
)
def test_a_broken_acknowledgement_names_its_fault_first(body: object, told: str) -> None:
    faults = payloads.check_response(body)

    assert faults[0].startswith(told)


def test_errors_must_name_input_blocks_of_the_submitted_view() -> None:
    view = modal(asking(ASKED["plain_text_input"], block_id="note"), section(block_id="said"))
    answer = {"response_action": "errors", "errors": {"said": "No.", "note": "No."}}

    assert payloads.check_response(answer, view) == ["errors.said: the view has no input block of that id"]


# --- The manifest -----------------------------------------------------------------------------------------


def over_http(manifest: Json) -> Json:
    served = copy.deepcopy(manifest)
    served["settings"]["socket_mode_enabled"] = False
    for name in ("event_subscriptions", "interactivity"):
        served["settings"][name]["request_url"] = "https://rapport.example.com/slack/events"
    served["features"]["slash_commands"][0]["url"] = "https://rapport.example.com/slack/events"
    return served


def test_a_manifest_is_taken_for_socket_mode_and_for_http() -> None:
    assert payloads.check_manifest(MANIFEST) == []
    assert payloads.check_manifest(over_http(MANIFEST)) == []


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (
            ("display_information", "name"),
            "n" * 36,
            "display_information.name: 36 characters, at most 35 allowed",
        ),
        (
            ("display_information", "background_color"),
            "teal",
            'display_information.background_color: "teal" does not',
        ),
        (
            ("features", "slash_comands"),
            [],
            "features: unknown key 'slash_comands'",
        ),
        (
            ("features", "slash_commands", 0, "command"),
            "client-touch",
            'features.slash_commands[0].command: "client-touch" does not have the form /command',
        ),
        (
            ("features", "slash_commands", 0, "usage_hint"),
            "h" * 1001,
            "features.slash_commands[0].usage_hint: 1001 characters, at most 1000 allowed",
        ),
        (
            ("features", "shortcuts", 0, "name"),
            "n" * 25,
            "features.shortcuts[0].name: 25 characters, at most 24 allowed",
        ),
        (
            ("features", "bot_user", "display_name"),
            "Rapport!",
            'features.bot_user.display_name: "Rapport!" does not',
        ),
        (("features", "bot_user"), ..., "features.bot_user: is needed for bot scopes"),
        (
            ("oauth_config", "scopes", "bot", 1),
            "chat:writes",
            'oauth_config.scopes.bot[1]: "chat:writes" is not one of',
        ),
        (
            ("oauth_config", "scopes", "bot", 3),
            "users:read",
            "oauth_config.scopes.bot: 'users:read' stands there twice",
        ),
        (
            ("oauth_config", "scopes", "bot_optional"),
            ["team:read"],
            "oauth_config.scopes.bot_optional: 'team:read' must",
        ),
        (
            ("settings", "event_subscriptions", "bot_events", 0),
            "app_home_open",
            'settings.event_subscriptions.bot_events[0]: "app_home_open" is not one of',
        ),
        (
            ("settings", "event_subscriptions", "bot_events", 0),
            "reaction_added",
            "oauth_config.scopes.bot: lacks 'reactions:read', which the event 'reaction_added' needs",
        ),
        (("settings", "interactivity", "is_enabled"), ..., "settings.interactivity: lacks 'is_enabled'"),
        (("settngs",), {}, "payload: unknown key 'settngs'"),
    ],
)
def test_a_broken_manifest_names_its_fault_first(path: tuple[str | int, ...], value: Any, told: str) -> None:
    faults = payloads.check_manifest(changed(MANIFEST, *path, to=value))

    assert faults[0].startswith(told)


def test_a_command_needs_its_scope_and_over_http_an_https_address() -> None:
    unscoped = changed(MANIFEST, "oauth_config", "scopes", "bot", to=["chat:write", "im:history"])
    plain_http = changed(
        over_http(MANIFEST), "features", "slash_commands", 0, "url", to="http://rapport.example.com"
    )
    silent = changed(MANIFEST, "settings", "socket_mode_enabled", to=False)

    assert payloads.check_manifest(unscoped) == [
        "oauth_config.scopes.bot: lacks 'commands', which features.slash_commands needs",
        "oauth_config.scopes.bot: lacks 'commands', which features.shortcuts needs",
    ]
    assert payloads.check_manifest(plain_http) == [
        'features.slash_commands[0].url: "http://rapport.example.com" is no https address'
    ]
    assert len(payloads.check_manifest(silent)) == 3


# --- Properties -------------------------------------------------------------------------------------------

WHOLES: list[tuple[Callable[[Json], list[str]], Json]] = [
    *((payloads.check_message, message(block)) for block in BLOCKS.values()),
    *(
        (payloads.check_message, message({"type": "actions", "elements": [element]}))
        for element in PRESSED.values()
    ),
    *((payloads.check_view, modal(asking(element))) for element in ASKED.values()),
    (payloads.check_home, home(section(), BLOCKS["actions"])),
    (payloads.check_manifest, MANIFEST),
]


def objects(node: Any, path: str = "") -> Iterator[tuple[str, Json]]:
    """Every object inside a payload, with the path by which a fault would name it."""
    if isinstance(node, dict):
        yield path, node
        for key, child in node.items():
            yield from objects(child, f"{path}.{key}" if path else key)
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from objects(child, f"{path}[{index}]")


@given(st.data())
def test_one_misspelt_key_anywhere_gives_one_line_at_its_place(data: st.DataObject) -> None:
    check, sound = data.draw(st.sampled_from(WHOLES))
    broken = copy.deepcopy(sound)
    path, target = data.draw(st.sampled_from([(path, found) for path, found in objects(broken) if found]))
    key = data.draw(st.sampled_from(sorted(target)))
    target[f"{key}q"] = target.pop(key)

    faults = check(broken)

    assert len(faults) == 1
    assert faults[0].startswith(f"{path or 'payload'}: ")
    assert f"'{key}" in faults[0]


@given(st.data())
def test_a_null_where_something_stood_is_told_at_its_place(data: st.DataObject) -> None:
    check, sound = data.draw(st.sampled_from(WHOLES))
    broken = copy.deepcopy(sound)
    path, target = data.draw(st.sampled_from([(path, found) for path, found in objects(broken) if found]))
    key = data.draw(st.sampled_from(sorted(target)))
    target[key] = None

    faults = check(broken)

    assert len(faults) == 1
    assert faults[0].startswith(f"{path}.{key}: " if path else f"{key}: ")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["type", "text", "blocks", "elements", "element", "rows", "x"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_no_value_makes_the_judge_itself_fail(value: Any) -> None:
    for kind in (
        "section",
        "actions",
        "input",
        "table",
        "data_table",
        "data_visualization",
        "carousel",
        "container",
    ):
        block = {**value, "type": kind} if isinstance(value, dict) else value

        assert isinstance(payloads.check_message({"text": "x", "blocks": [block]}), list)
    if isinstance(value, dict):
        faults = payloads.check_message(value), payloads.check_view(value), payloads.check_manifest(value)

        assert all(isinstance(found, list) for found in faults)
    assert isinstance(payloads.check_response(value), list)
