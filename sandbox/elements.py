"""The elements a person fills or presses: what a raw value becomes in `state.values` and in `actions`.

A *raw value* is what a form field holds: a string, a list of strings, or nothing. Choices are given by their
`value`; a choice that came from `block_suggestion` is given as the whole option object. Files are given as Slack
describes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from typing import Any

Json = dict[str, Any]
Raw = Any
RawValues = Mapping[str, Mapping[str, Raw]]

TYPED = frozenset({"plain_text_input", "email_text_input", "number_input", "url_text_input"})
ONE_OPTION = frozenset({"static_select", "external_select", "radio_buttons"})
MANY_OPTIONS = frozenset({"multi_static_select", "multi_external_select", "checkboxes"})
ONE_ID = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
}
MANY_IDS = {
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
MOMENTS = {
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
STATEFUL = (
    TYPED
    | ONE_OPTION
    | MANY_OPTIONS
    | ONE_ID.keys()
    | MANY_IDS.keys()
    | MOMENTS.keys()
    | {"rich_text_input", "file_input"}
)
_INITIAL = {
    "users_select": "initial_user",
    "conversations_select": "initial_conversation",
    "channels_select": "initial_channel",
    "multi_users_select": "initial_users",
    "multi_conversations_select": "initial_conversations",
    "multi_channels_select": "initial_channels",
    "datepicker": "initial_date",
    "timepicker": "initial_time",
    "datetimepicker": "initial_date_time",
}
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


class WrongValue(Exception):
    """A raw value that the element could not hold, with the reason in words for a test's author."""


def elements_of(block: Mapping[str, Any]) -> Iterator[Json]:
    """The interactive elements of one block, in order."""
    if isinstance(accessory := block.get("accessory"), dict):
        yield accessory
    if isinstance(element := block.get("element"), dict):
        yield element
    if block.get("type") in ("actions", "context_actions"):
        yield from block.get("elements", [])


def stateful(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """Each block and element of it that has a place in `state.values`."""
    for block in blocks:
        for element in elements_of(block):
            if element.get("type") in STATEFUL:
                yield block, element


def options_of(element: Mapping[str, Any]) -> list[Json]:
    """All choices, those inside groups too."""
    groups = [group.get("options", []) for group in element.get("option_groups", [])]
    return [option for options in [element.get("options", []), *groups] for option in options]


def initial_raw(element: Mapping[str, Any], current_channel: str | None = None) -> Raw:
    """What the element holds before anybody touched it."""
    kind = element["type"]
    if kind in TYPED:
        return element.get("initial_value")
    if kind in ONE_OPTION:
        return element.get("initial_option")
    if kind in MANY_OPTIONS:
        return list(element.get("initial_options", []))
    if kind == "rich_text_input":
        return element.get("initial_value")
    if kind == "file_input":
        return []
    value = element.get(_INITIAL[kind])
    if value is None and element.get("default_to_current_conversation") and current_channel:
        return [current_channel] if kind in MANY_IDS else current_channel
    return list(value or []) if kind in MANY_IDS else value


def _option(element: Mapping[str, Any], raw: Raw) -> Json:
    if isinstance(raw, Mapping):
        return dict(raw)
    for option in options_of(element):
        if option.get("value") == raw:
            return dict(option)
    known = ", ".join(str(option.get("value")) for option in options_of(element)) or "none"
    raise WrongValue(f"{element.get('action_id')} has no option {raw!r}; its options: {known}")


def chosen(element: Mapping[str, Any], raw: Raw) -> Json:
    """The key and value that say what is chosen, as both `state.values` and `actions` carry them."""
    kind = element["type"]
    empty = raw is None or raw == ""
    if kind in TYPED:
        return {"value": None if empty else str(raw)}
    if kind == "rich_text_input":
        return {"rich_text_value": _rich_text(raw)}
    if kind == "file_input":
        return {"files": [dict(file) for file in raw or []]}
    if kind in ONE_OPTION or kind == "overflow":
        return {"selected_option": None if empty else _option(element, raw)}
    if kind in MANY_OPTIONS:
        return {"selected_options": [_option(element, item) for item in raw or []]}
    if kind in ONE_ID:
        return {ONE_ID[kind]: None if empty else str(raw)}
    if kind in MANY_IDS:
        return {MANY_IDS[kind]: [str(item) for item in raw or []]}
    if kind in MOMENTS:
        return {MOMENTS[kind]: None if empty else _moment(element, raw)}
    raise WrongValue(f"{kind} holds no value")


def _moment(element: Mapping[str, Any], raw: Raw) -> str | int:
    try:
        match element["type"]:
            case "datepicker":
                return date.fromisoformat(str(raw)).isoformat()
            case "timepicker":
                return time.fromisoformat(str(raw)).strftime("%H:%M")
            case _:
                return int(raw)
    except ValueError as error:
        raise WrongValue(f"{element.get('action_id')} cannot hold {raw!r}") from error


def _rich_text(raw: Raw) -> Json | None:
    if raw is None or raw == "":
        return None
    if isinstance(raw, Mapping):
        return dict(raw)
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": str(raw)}]}
    return {"type": "rich_text", "elements": [section]}


def state_values(blocks: Sequence[Json], raw: RawValues, current_channel: str | None = None) -> Json:
    """`state.values`: for each block with something to fill, each element's type and what it holds.

    `raw` has the touched fields; the others hold their initial value. Fields that are not in `blocks` are ignored.
    """
    values: Json = {}
    for block, element in stateful(blocks):
        block_id, action_id = block["block_id"], element["action_id"]
        touched = raw.get(block_id, {})
        held = touched[action_id] if action_id in touched else initial_raw(element, current_channel)
        entry: Json = {"type": element["type"], **chosen(element, held)}
        if element["type"] == "timepicker" and element.get("timezone"):
            entry["timezone"] = element["timezone"]
        values.setdefault(block_id, {})[action_id] = entry
    return values


def action_of(block: Mapping[str, Any], element: Mapping[str, Any], raw: Raw, action_ts: str) -> Json:
    """One entry of `actions`: the element pressed or changed to `raw`."""
    action: Json = {
        "type": element["type"],
        "block_id": block["block_id"],
        "action_id": element["action_id"],
        "action_ts": action_ts,
    }
    if element["type"] == "button":
        action["text"] = dict(element["text"])
        for key in ("value", "style"):
            if key in element:
                action[key] = element[key]
        return action
    for key in ("placeholder", *(key for key in element if key.startswith("initial_"))):
        if key in element:
            action[key] = element[key]
    return {**action, **chosen(element, raw)}


def is_empty(element: Mapping[str, Any], held: Raw) -> bool:
    """Whether a required field would count as not filled."""
    return held in (None, "", []) or (element["type"] in TYPED and not str(held).strip())


def complaints(blocks: Sequence[Json], raw: RawValues, current_channel: str | None = None) -> dict[str, str]:
    """What Slack's own client says before it submits a form: a sentence by `block_id`, empty if all is filled."""
    said: dict[str, str] = {}
    for block in blocks:
        if block.get("type") != "input":
            continue
        element = block["element"]
        if element.get("type") not in STATEFUL:
            continue
        touched = raw.get(block["block_id"], {})
        action_id = element["action_id"]
        held = touched[action_id] if action_id in touched else initial_raw(element, current_channel)
        if is_empty(element, held):
            if not block.get("optional"):
                said[block["block_id"]] = "Please fill in this field."
        elif (sentence := _shape_complaint(element, held)) is not None:
            said[block["block_id"]] = sentence
    return said


def _shape_complaint(element: Mapping[str, Any], held: Raw) -> str | None:
    kind, text = element["type"], str(held)
    if kind == "plain_text_input":
        if len(text) < element.get("min_length", 0):
            return f"Please write at least {element['min_length']} characters."
        if len(text) > element.get("max_length", 3000):
            return f"Please write at most {element.get('max_length', 3000)} characters."
    if kind == "email_text_input" and not _EMAIL.fullmatch(text):
        return "Please write an email address."
    if kind == "url_text_input" and not text.startswith(("http://", "https://")):
        return "Please write a web address."
    if kind == "number_input":
        return _number_complaint(element, text)
    if kind == "file_input":
        return _files_complaint(element, held)
    return None


def _files_complaint(element: Mapping[str, Any], held: Sequence[Json]) -> str | None:
    most, types = element.get("max_files", 10), element.get("filetypes")
    if len(held) > most:
        return f"Please choose at most {most} files."
    for file in held:
        extension = str(file.get("name")).rpartition(".")[2].lower()
        if types and not {extension, file.get("filetype")} & set(types):
            return f"{file.get('name')} is no file of these kinds: {', '.join(types)}."
    return None


def _number_complaint(element: Mapping[str, Any], text: str) -> str | None:
    decimal = element.get("is_decimal_allowed", False)
    if not re.fullmatch(r"-?\d+(\.\d+)?" if decimal else r"-?\d+", text):
        return "Please write a number." if decimal else "Please write a whole number."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and float(text) < float(low):
        return f"Please write a number of at least {low}."
    if high is not None and float(text) > float(high):
        return f"Please write a number of at most {high}."
    return None


def find_element(
    blocks: Sequence[Json], action_id: str, block_id: str | None = None
) -> tuple[Json, Json] | None:
    """The block and element of that `action_id` (in that block, if it is named)."""
    for block in blocks:
        if block_id is not None and block.get("block_id") != block_id:
            continue
        for element in elements_of(block):
            if element.get("action_id") == action_id:
                return block, element
    return None


def find_moved(blocks: Sequence[Json], action_id: str) -> tuple[Json, Json] | None:
    """The only element of that `action_id`, whatever its block is called; None where there are several."""
    found = [
        (block, element)
        for block in blocks
        for element in elements_of(block)
        if element.get("action_id") == action_id
    ]
    return found[0] if len(found) == 1 else None
