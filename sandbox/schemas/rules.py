"""Rules of Block Kit that no schema states: places, unique ids, sums, and fields that depend on each other.

A block is looked at here only when its schema holds, so that one mistake gives one line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from sandbox.schemas import fault, shown

Surface: TypeAlias = Literal["message", "modal", "home"]
Json: TypeAlias = Mapping[str, Any]

ANYWHERE = frozenset({"message", "modal", "home"})
IN_MESSAGES = frozenset({"message"})
NOWHERE: frozenset[str] = frozenset()

# Where a block may stand. Slack's pages name the places for the first group and for charts; the others are shown there
# in messages only, and an alert in messages and modals. What no page shows is refused.
SURFACES = {
    **dict.fromkeys(("actions", "context", "divider", "header", "image", "input"), ANYWHERE),
    **dict.fromkeys(("rich_text", "section", "video"), ANYWHERE),
    **dict.fromkeys(
        ("card", "carousel", "container", "context_actions", "data_table", "data_visualization"), IN_MESSAGES
    ),
    **dict.fromkeys(("markdown", "plan", "table", "task_card"), IN_MESSAGES),
    "alert": frozenset({"message", "modal"}),
    # Appears in messages that are read, and cannot be sent.
    "file": NOWHERE,
}

# Elements that may not stand wherever their block may (the table of elements in Slack's reference).
ELEMENT_SURFACES = {
    "datetimepicker": frozenset({"message", "modal"}),
    "email_text_input": frozenset({"modal"}),
    "file_input": frozenset({"modal"}),
    "number_input": frozenset({"modal"}),
    "url_text_input": frozenset({"modal"}),
    "rich_text_input": frozenset({"modal", "home"}),
    "workflow_button": IN_MESSAGES,
}

MARKDOWN_IN_A_MESSAGE = 12_000
CELLS_IN_A_MESSAGE = 10_000
AT_MOST = {"table": 1, "data_visualization": 2}

_PLACES = {"message": "a message", "modal": "a modal", "home": "the Home tab"}


def block_faults(blocks: Sequence[Any], surface: Surface, path: str) -> Iterator[str]:
    """Faults of a list of blocks on one surface. `path` names the list, as in "blocks" or "view.blocks"."""
    sound: list[tuple[str, Json]] = []
    for index, block in enumerate(blocks):
        place = f"{path}[{index}]"
        found = _misplaced(block, surface, place) or fault("sent", "RootBlock", block, place)
        if found:
            yield found
        else:
            sound.append((place, block))
    everything = [inner for place, block in sound for inner in with_children(block, place)]
    for place, block in everything:
        yield from _inside(block, surface, place)
    yield from _twice("block_id", everything)
    if surface != "message":
        focused = [
            f"{at}.focus_on_load" for at, element in _all_elements(everything) if element.get("focus_on_load")
        ]
        yield from (f"{at}: only one element of a view may have it" for at in focused[1:])
    yield from _sums(everything, path)


def echo_faults(blocks: Sequence[Any], surface: Surface, path: str) -> Iterator[str]:
    """Faults of blocks that Slack sends back: as when they were sent, and every block and element has its id."""
    yield from block_faults(blocks, surface, path)
    for place, block in _sound(blocks, path):
        if "block_id" not in block:
            yield f"{place}.block_id: is always there in what Slack sends"
        for at, element in elements(block, place):
            if "action_id" not in element:
                yield f"{at}.action_id: is always there in what Slack sends"


def _sound(blocks: Sequence[Any], path: str) -> Iterator[tuple[str, Json]]:
    for index, block in enumerate(blocks):
        if not fault("sent", "RootBlock", block):
            yield f"{path}[{index}]", block


def with_children(block: Json, path: str) -> Iterator[tuple[str, Json]]:
    """The block and the blocks inside it (cards of a carousel, children of a container, tasks of a plan)."""
    yield path, block
    for key in {"container": ("child_blocks",), "carousel": ("elements",), "plan": ("tasks",)}.get(
        block["type"], ()
    ):
        for index, child in enumerate(block.get(key, ())):
            yield from with_children(child, f"{path}.{key}[{index}]")


def elements(block: Json, path: str) -> Iterator[tuple[str, Json]]:
    """The interactive elements of one block, without those of blocks inside it."""
    kind = block.get("type")
    if kind in ("actions", "context_actions"):
        yield from ((f"{path}.elements[{index}]", element) for index, element in enumerate(block["elements"]))
    elif kind == "card":
        yield from (
            (f"{path}.actions[{index}]", button) for index, button in enumerate(block.get("actions", ()))
        )
    elif kind == "section" and block.get("accessory", {}).get("type", "image") != "image":
        yield f"{path}.accessory", block["accessory"]
    elif kind == "input":
        yield f"{path}.element", block["element"]


def option_faults(element: Json, path: str) -> Iterator[str]:
    """Faults of an element's choices that its schema cannot see. `path` is "" or names the element."""
    before = f"{path}." if path else ""
    kind = element["type"]
    groups = element.get("option_groups", [])
    options = [*element.get("options", ()), *(option for group in groups for option in group["options"])]
    if kind in ("static_select", "multi_static_select") and ("options" in element) == (
        "option_groups" in element
    ):
        yield f"{path or 'payload'}: needs exactly one of 'options', 'option_groups'"
    if kind != "overflow":
        linked = [option for option in options if "url" in option]
        yield from (
            f"{before}options: only an overflow menu may have a url, and {shown(o['value'])} has"
            for o in linked
        )
    if kind in ("external_select", "multi_external_select"):
        return
    chosen = [(f"{before}initial_option", element["initial_option"])] if "initial_option" in element else []
    for index, option in enumerate(element.get("initial_options", ())):
        chosen.append((f"{before}initial_options[{index}]", option))
    for at, option in chosen:
        if option not in options:
            yield f"{at}: {shown(option['value'])} does not exactly match one of the options"


# --- One block --------------------------------------------------------------------------------------------


def _misplaced(block: object, surface: Surface, path: str) -> str | None:
    kind = block.get("type") if isinstance(block, Mapping) else None
    if not isinstance(kind, str) or surface in SURFACES.get(kind, ANYWHERE):
        return None
    return f"{path}.type: a block of type {kind!r} cannot stand in {_PLACES[surface]}"


def _inside(block: Json, surface: Surface, path: str) -> Iterator[str]:
    inner = list(elements(block, path))
    for at, element in inner:
        yield from _element(element, surface, at)
    yield from _twice("action_id", inner)
    match block["type"]:
        case "section":
            if "text" not in block and "fields" not in block:
                yield f"{path}: needs 'text' or 'fields'"
        case "card":
            if not any(block.get(key) for key in ("hero_image", "title", "actions", "body")):
                yield f"{path}: needs one of 'hero_image', 'title', 'actions', 'body'"
        case "container":
            yield from _container(block, path)
        case "data_table":
            yield from _data_table(block, path)
        case "data_visualization":
            yield from _chart(block["chart"], f"{path}.chart")


def _container(block: Json, path: str) -> Iterator[str]:
    if "title" not in block and "rich_text_title" not in block:
        yield f"{path}: needs 'title' or 'rich_text_title'"
    if block.get("default_collapsed") and not block.get("is_collapsible"):
        yield f"{path}.default_collapsed: needs is_collapsible"
    if block.get("has_header_divider") and block.get("is_collapsible"):
        yield f"{path}.has_header_divider: cannot be combined with is_collapsible"
    yield from (
        f"{path}.child_blocks[{index}].type: a block of type 'file' cannot be sent"
        for index, child in enumerate(block["child_blocks"])
        if child["type"] == "file"
    )


def _data_table(block: Json, path: str) -> Iterator[str]:
    header = block["rows"][0]
    if any(cell["type"] == "rich_text" for cell in header):
        yield f"{path}.rows[0]: a header cannot hold rich_text"
    for index, row in enumerate(block["rows"]):
        if len(row) != len(header):
            yield f"{path}.rows[{index}]: {len(row)} cells, the header has {len(header)}"
    if block.get("row_header_column_index", 0) >= len(header):
        yield f"{path}.row_header_column_index: the table has only {len(header)} columns"


def _chart(chart: Json, path: str) -> Iterator[str]:
    if chart["type"] == "pie":
        return
    categories = chart["axis_config"]["categories"]
    if len(set(categories)) < len(categories):
        yield f"{path}.axis_config.categories: each may stand there only once"
    names = [series["name"] for series in chart["series"]]
    for index, series in enumerate(chart["series"]):
        if series["name"] in names[:index]:
            yield f"{path}.series[{index}].name: {shown(series['name'])} stands there twice"
        labels = [point["label"] for point in series["data"]]
        if sorted(labels) != sorted(categories):
            yield f"{path}.series[{index}].data: needs exactly one point for each category"


# --- One element ------------------------------------------------------------------------------------------


def _element(element: Json, surface: Surface, path: str) -> Iterator[str]:
    kind = element["type"]
    if surface not in ELEMENT_SURFACES.get(kind, ANYWHERE):
        yield f"{path}.type: an element of type {kind!r} cannot stand in {_PLACES[surface]}"
        return
    yield from option_faults(element, path)
    if kind == "plain_text_input":
        yield from _plain_text_input(element, path)
    if kind == "number_input":
        yield from _number_input(element, path)
    if kind == "rich_text_input" and element.get("min_lines", 1) > element.get("max_lines", 100):
        yield f"{path}.min_lines: is more than max_lines"
    if len(element.get("initial_options", ())) > element.get("max_selected_items", 100):
        yield f"{path}.initial_options: more than max_selected_items"


def _plain_text_input(element: Json, path: str) -> Iterator[str]:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if least > most:
        yield f"{path}.min_length: is more than max_length"
    value = element.get("initial_value", "")
    if len(value) > most:
        yield f"{path}.initial_value: {len(value)} characters, at most {most} allowed"


def _number_input(element: Json, path: str) -> Iterator[str]:
    values: dict[str, float] = {}
    for key in ("min_value", "initial_value", "max_value"):
        if key in element:
            try:
                values[key] = float(element[key])
            except ValueError:
                yield f"{path}.{key}: {shown(element[key])} is no number"
    if values.get("min_value", float("-inf")) > values.get("max_value", float("inf")):
        yield f"{path}.min_value: is more than max_value"


# --- Many blocks ------------------------------------------------------------------------------------------


def _all_elements(blocks: Sequence[tuple[str, Json]]) -> Iterator[tuple[str, Json]]:
    for place, block in blocks:
        yield from elements(block, place)


def _twice(key: str, things: Sequence[tuple[str, Json]]) -> Iterator[str]:
    first: dict[str, str] = {}
    for path, thing in things:
        name = thing.get(key)
        if name is None:
            continue
        if name in first:
            yield f"{path}.{key}: {shown(name)} is already that of {first[name]}"
        first.setdefault(name, path)


def _sums(blocks: Sequence[tuple[str, Json]], path: str) -> Iterator[str]:
    markdown = sum(len(block["text"]) for _, block in blocks if block["type"] == "markdown")
    if markdown > MARKDOWN_IN_A_MESSAGE:
        yield f"{path}: {markdown} characters of markdown, at most {MARKDOWN_IN_A_MESSAGE} allowed in a message"
    cells = sum(_written(block["rows"]) for _, block in blocks if block["type"] in ("table", "data_table"))
    if cells > CELLS_IN_A_MESSAGE:
        yield f"{path}: {cells} characters in table cells, at most {CELLS_IN_A_MESSAGE} allowed in a message"
    for kind, most in AT_MOST.items():
        count = sum(block["type"] == kind for _, block in blocks)
        if count > most:
            yield f"{path}: {count} blocks of type {kind!r}, at most {most} allowed in a message"


def _written(node: object) -> int:
    """How many characters of text stand in a cell, a row or a table."""
    if isinstance(node, Mapping):
        return sum(
            len(value) if key == "text" and isinstance(value, str) else _written(value)
            for key, value in node.items()
        )
    return sum(map(_written, node)) if isinstance(node, list) else 0
