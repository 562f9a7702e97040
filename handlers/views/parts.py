"""Building blocks of messages, forms and the Home tab, as plain dictionaries.

Whatever is too long is shortened with an ellipsis, so that no name or note can make Slack refuse a payload. Names and
notes go into plain text, where nothing can mention or link; a text with markup gets its facts escaped by `Words`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, time
from hashlib import sha256
from typing import Any

from handlers.answers import Block, Message, View
from handlers.i18n import escape

Element = dict[str, Any]
Text = dict[str, Any]

HEADER = 150
SECTION = 3000
BUTTON = 75
CHOICE = 75
TITLE = 24
PLACEHOLDER = 150
LABEL = 2000
CONTEXT_ELEMENTS = 10
CHOICES = 100
NOTES = 3000
TYPED = 3000
TEXT = 12_000
ALT = 2000
"""Characters that Slack takes in each place (https://docs.slack.dev/reference/block-kit)."""

_CUT_ENTITY = re.compile(r"&[a-z]{0,3}\Z")


def shortened(text: str, limit: int) -> str:
    """The text, or as much of its beginning as fits with an ellipsis. Never empty: Slack refuses an empty text."""
    if not text.strip():
        return "–"
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def one_line(text: str, limit: int) -> str:
    """The text with its line breaks and runs of spaces turned into single spaces, shortened to `limit`."""
    return shortened(" ".join(text.split()), limit)


def plain(text: str, limit: int = SECTION) -> Text:
    """Plain text: shown as it stands, codes such as ``:wine_glass:`` included."""
    return {"type": "plain_text", "text": shortened(text, limit), "emoji": False}


def marked(text: str) -> Text:
    """Text with Slack's markup; names of people and channels in it are not turned into mentions."""
    if len(text) > SECTION:
        text = _CUT_ENTITY.sub("", text[: SECTION - 1]).rstrip() + "…"
    return {"type": "mrkdwn", "text": shortened(text, SECTION), "verbatim": True}


# --- Blocks -----------------------------------------------------------------------------------------------


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, HEADER)}


def section(text: Text, accessory: Element | None = None) -> Block:
    return {"type": "section", "text": text, **({"accessory": accessory} if accessory else {})}


def context(*texts: Text) -> Block:
    """Small print; what is more than ten texts is left out."""
    return {"type": "context", "elements": list(texts[:CONTEXT_ELEMENTS])}


def divider() -> Block:
    return {"type": "divider"}


def image(file_id: str, title: str, alt: str) -> Block:
    """An image that was uploaded; `alt` says to who cannot see it what it shows."""
    return {
        "type": "image",
        "slack_file": {"id": file_id},
        "title": plain(title, ALT),
        "alt_text": shortened(alt, ALT),
    }


def actions(*elements: Element) -> Block:
    return {"type": "actions", "elements": list(elements)}


def field(
    block_id: str,
    label: str,
    element: Element,
    *,
    optional: bool = False,
    hint: str = "",
    asks_at_once: bool = False,
) -> Block:
    """A field of a form. `asks_at_once`: a choice is told to the bot at once, not only with the submission."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, LABEL),
        "element": element,
        "optional": optional,
        **({"hint": plain(hint, LABEL)} if hint else {}),
        **({"dispatch_action": True} if asks_at_once else {}),
    }


def quoted(text: str) -> list[Block]:
    """All of a text in as many sections as it takes, up to six; a command takes less than that."""
    blocks: list[Block] = []
    rest = text.strip()
    while rest and len(blocks) < 6:
        cut = len(rest) if len(rest) <= SECTION else rest.rfind(" ", SECTION // 2, SECTION)
        cut = SECTION if cut < 0 else cut
        blocks.append(section(plain(rest[:cut])))
        rest = rest[cut:].lstrip()
    return blocks


# --- Elements ---------------------------------------------------------------------------------------------


def button(
    label: str, action_id: str, value: str = "", *, primary: bool = False, spoken: str = ""
) -> Element:
    """A button; `spoken` is what a screen reader says where the label alone is too terse."""
    return {
        "type": "button",
        "action_id": action_id,
        "text": plain(label, BUTTON),
        **({"value": value} if value else {}),
        **({"style": "primary"} if primary else {}),
        **({"accessibility_label": shortened(spoken, BUTTON)} if spoken else {}),
    }


def choice(label: str, value: str, description: str = "") -> Element:
    """One option of a select, of radio buttons or of checkboxes; `value` must fit into 150 characters."""
    return {
        "text": plain(label, CHOICE),
        "value": value,
        **({"description": plain(description, CHOICE)} if description else {}),
    }


def select(
    action_id: str, choices: Sequence[Element], placeholder: str, chosen: str | None = None
) -> Element:
    """A list to choose one from, with the option of value `chosen` chosen; at most the first hundred are shown."""
    shown = list(choices[:CHOICES])
    initial = next((option for option in shown if option["value"] == chosen), None)
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, PLACEHOLDER),
        "options": shown,
        **({"initial_option": initial} if initial is not None else {}),
    }


def overflow(action_id: str, choices: Sequence[Element]) -> Element:
    """A menu behind three dots, of at most five things to do."""
    return {"type": "overflow", "action_id": action_id, "options": list(choices[:5])}


def multi_select(
    action_id: str, choices: Sequence[Element], placeholder: str, chosen: Sequence[str] = ()
) -> Element:
    """A list to choose several from, with the options of the values `chosen` chosen; the first hundred are shown."""
    shown = list(choices[:CHOICES])
    initial = [option for option in shown if option["value"] in chosen]
    return {
        "type": "multi_static_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, PLACEHOLDER),
        "options": shown,
        **({"initial_options": initial} if initial else {}),
    }


def asking_select(action_id: str, placeholder: str, chosen: Element | None = None) -> Element:
    """A list that asks the bot while somebody types, and before the first letter."""
    return {
        "type": "external_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, PLACEHOLDER),
        "min_query_length": 0,
        **({"initial_option": chosen} if chosen else {}),
    }


def nothing_or_asking_select(action_id: str, placeholder: str, chosen: Element | None = None) -> Element:
    """As `asking_select`, for a field that may be emptied again: of a list of several, at most one is taken."""
    return asking_multi_select(action_id, placeholder, () if chosen is None else (chosen,), most=1)


def asking_multi_select(
    action_id: str, placeholder: str, chosen: Sequence[Element] = (), *, most: int
) -> Element:
    """A list to choose several from, `most` at the most, that asks the bot while somebody types."""
    return {
        "type": "multi_external_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, PLACEHOLDER),
        "min_query_length": 0,
        "max_selected_items": most,
        **({"initial_options": list(chosen)} if chosen else {}),
    }


def person_select(action_id: str, placeholder: str, user_id: str = "") -> Element:
    """A list of the people of the chat platform, with that user chosen."""
    return {
        "type": "users_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, PLACEHOLDER),
        **({"initial_user": user_id} if user_id else {}),
    }


def nobody_or_person_select(action_id: str, placeholder: str, user_id: str = "") -> Element:
    """As `person_select`, for a field that may be emptied again: of a list of several, at most one is taken."""
    return {
        "type": "multi_users_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, PLACEHOLDER),
        "max_selected_items": 1,
        **({"initial_users": [user_id]} if user_id else {}),
    }


def channels_select(action_id: str, placeholder: str, channel_ids: Sequence[str] = ()) -> Element:
    """A list of channels, public and private, to choose several from."""
    return {
        "type": "multi_conversations_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, PLACEHOLDER),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
        **({"initial_conversations": list(channel_ids)} if channel_ids else {}),
    }


def checkbox(action_id: str, choices: Sequence[Element], ticked: Sequence[str] = ()) -> Element:
    """At most ten boxes, those of the values `ticked` from the start."""
    initial = [option for option in choices if option["value"] in ticked]
    return {
        "type": "checkboxes",
        "action_id": action_id,
        "options": list(choices),
        **({"initial_options": initial} if initial else {}),
    }


def radio(action_id: str, choices: Sequence[Element], chosen: str | None = None) -> Element:
    initial = next((option for option in choices if option["value"] == chosen), None)
    return {
        "type": "radio_buttons",
        "action_id": action_id,
        "options": list(choices),
        **({"initial_option": initial} if initial is not None else {}),
    }


def day_picker(action_id: str, day: date | None = None) -> Element:
    return {
        "type": "datepicker",
        "action_id": action_id,
        **({"initial_date": day.isoformat()} if day else {}),
    }


def time_picker(action_id: str, at: time | None = None) -> Element:
    return {
        "type": "timepicker",
        "action_id": action_id,
        **({"initial_time": at.strftime("%H:%M")} if at else {}),
    }


def text_input(
    action_id: str, value: str = "", *, lines: bool = False, limit: int = TYPED, placeholder: str = ""
) -> Element:
    return {
        "type": "plain_text_input",
        "action_id": action_id,
        "multiline": lines,
        "max_length": limit,
        **({"initial_value": shortened(value, limit)} if value.strip() else {}),
        **({"placeholder": plain(placeholder, PLACEHOLDER)} if placeholder else {}),
    }


def number_input(action_id: str, value: int | None = None, *, least: int, most: int) -> Element:
    """A field for a whole number between two bounds, which Slack itself holds."""
    return {
        "type": "number_input",
        "action_id": action_id,
        "is_decimal_allowed": False,
        "min_value": str(least),
        "max_value": str(most),
        **({"initial_value": str(value)} if value is not None else {}),
    }


# --- Views ------------------------------------------------------------------------------------------------


def modal(
    callback_id: str,
    title: str,
    blocks: Sequence[Block],
    *,
    close: str,
    submit: str = "",
    notes: Mapping[str, Any] | None = None,
) -> View:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, TITLE),
        "close": plain(close, TITLE),
        "blocks": list(blocks),
        "private_metadata": notes_text(notes or {}),
        **({"submit": plain(submit, TITLE)} if submit else {}),
    }


def home_tab(blocks: Sequence[Block], notes: Mapping[str, Any] | None = None) -> View:
    return {
        "type": "home",
        "callback_id": "home",
        "blocks": list(blocks),
        "private_metadata": notes_text(notes or {}),
    }


def notes_text(notes: Mapping[str, Any]) -> str:
    """Notes of a form as JSON without anything that is None. Raises ValueError beyond what Slack keeps."""
    text = value_of(**notes)
    if len(text) > NOTES:
        raise ValueError(f"notes of {len(text)} characters; Slack keeps {NOTES}")
    return text


def value_of(**facts: Any) -> str:
    """What a button or an option carries, as compact JSON without anything that is None."""
    kept = {key: fact for key, fact in facts.items() if fact is not None}
    return json.dumps(kept, separators=(",", ":"), ensure_ascii=False)


def fingerprint(text: str) -> str:
    """A short name for a text, for the block_id of a field that is to begin anew whenever the text changes."""
    return sha256(text.encode("utf-8", "ignore")).hexdigest()[:12]


def told(text: str, blocks: Sequence[Block]) -> Message:
    """A message: its blocks, and `text` (plain) for screen readers and notifications.

    Slack reads markup in that text even when blocks are shown: it is escaped here, once and for all.
    """
    return Message(text=escape(shortened(text, TEXT)), blocks=list(blocks))


def stated(text: str, *blocks: Block) -> Message:
    """A message that says `text` (plain), with further blocks such as buttons below it."""
    return told(text, [*stated_blocks(text), *blocks])


def stated_blocks(text: str) -> list[Block]:
    return [section(plain(text))]
