"""Building blocks: whatever a person wrote, Slack takes it."""

from __future__ import annotations

import json
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.views import parts
from sandbox.payloads import check_home, check_message, check_view

ANY_TEXT = st.one_of(
    st.text(max_size=200),
    st.text(alphabet="<>&!@# \n🍷\u202eم", max_size=400),
    st.builds(lambda text, n: text * n, st.text(min_size=1, max_size=20), st.integers(1, 400)),
)


@given(ANY_TEXT, st.integers(1, 300))
def test_a_shortened_text_fits_and_is_never_empty(text: str, limit: int) -> None:
    short = parts.shortened(text, limit)
    assert 0 < len(short) <= limit
    assert short == text or short == "–" or short.endswith("…")


@given(ANY_TEXT)
def test_one_line_is_one_line(text: str) -> None:
    assert len(parts.one_line(text, 100).splitlines()) == 1


@given(ANY_TEXT, ANY_TEXT)
def test_a_message_of_any_text_is_one_that_slack_takes(text: str, label: str) -> None:
    message = parts.told(
        text,
        [
            parts.header(text),
            parts.section(parts.plain(text), parts.button(label, "one", spoken=label)),
            parts.section(parts.marked(text)),
            parts.context(*[parts.plain(text)] * 12),
            *parts.quoted(text),
            parts.divider(),
            parts.actions(
                parts.button(label, "two", "value", primary=True),
                parts.select("three", [parts.choice(label, str(n), text) for n in range(120)], text, "5"),
                parts.asking_select("four", text, parts.choice(label, "1")),
            ),
        ],
    )
    assert check_message({"channel": "D0", "text": message.text, "blocks": list(message.blocks)}) == []
    assert "<" not in message.text


@given(ANY_TEXT, ANY_TEXT)
def test_a_form_of_any_text_is_one_that_slack_takes(text: str, label: str) -> None:
    choices = [parts.choice(label, str(number), text) for number in range(3)]
    view = parts.modal(
        "form",
        text,
        [
            parts.field("a", label, parts.text_input("a", text, lines=True), hint=text),
            parts.field("b", label, parts.radio("b", choices), optional=True),
            parts.field("c", label, parts.checkbox("c", choices)),
            parts.field("d", label, parts.day_picker("d", date(2026, 3, 3)), asks_at_once=True),
            parts.field("e", label, parts.time_picker("e", time(9, 5))),
            parts.field("f", label, parts.select("f", choices, text)),
        ],
        submit=label or "Save",
        close=label,
        notes={"text": text[:400]},
    )
    assert check_view(view) == []


@given(ANY_TEXT)
def test_a_home_tab_of_any_text_is_one_that_slack_takes(text: str) -> None:
    assert check_home(parts.home_tab([parts.header(text), parts.section(parts.plain(text))])) == []


@given(st.text(alphabet=" abc\n", max_size=9000))
def test_a_quoted_text_is_quoted_whole(text: str) -> None:
    shown = "".join(block["text"]["text"] for block in parts.quoted(text))
    assert "".join(shown.split()) == "".join(text.split())


def test_no_escaped_character_is_cut_in_half() -> None:
    for length in range(2990, 3001):
        short = parts.marked("x" * length + "&amp;" * 5)["text"]
        assert len(short) <= 3000
        assert short.replace("&amp;", "").replace("x", "") in ("…", "")


def test_names_are_shown_as_plain_text_and_markup_links_nothing() -> None:
    assert parts.plain(":wine_glass: <@U1>") == {
        "type": "plain_text",
        "text": ":wine_glass: <@U1>",
        "emoji": False,
    }
    assert parts.marked("*a*")["verbatim"] is True


def test_what_a_button_carries_is_compact_and_leaves_nothing_out() -> None:
    assert json.loads(parts.value_of(client=1, entry=None, name="é")) == {"client": 1, "name": "é"}


def test_notes_beyond_what_slack_keeps_are_refused() -> None:
    with pytest.raises(ValueError, match="3000"):
        parts.notes_text({"text": "x" * 3000})
