"""Reading a form: the values of its fields, and what a button or its notes carry.

A field is known by the name of its block; what follows a colon is not part of the name, so that a field can be shown
anew (Slack keeps what was entered in a block of the same id).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from handlers.ask import Ask

State = Mapping[str, Mapping[str, Mapping[str, Any]]]


def carried(ask: Ask) -> Mapping[str, Any]:
    """What the pressed button or the chosen option carries (see `parts.value_of`)."""
    facts: Mapping[str, Any] = json.loads(ask.value) if ask.value else {}
    return facts


def block_of(state: State, name: str) -> str:
    """The block_id under which the field stands; the name itself where it does not."""
    return next((block for block in state if block.partition(":")[0] == name), name)


def written(state: State, name: str) -> str:
    """The text typed into a field, without space around it and without NUL, which PostgreSQL cannot keep."""
    return str(_element(state, name).get("value") or "").replace("\0", "").strip()


def chosen(state: State, name: str) -> str | None:
    """The value of the option chosen in a select or among radio buttons."""
    option = _element(state, name).get("selected_option")
    return None if not option else str(option["value"])


def chosen_label(state: State, name: str) -> str:
    """What the chosen option is called."""
    option = _element(state, name).get("selected_option")
    return "" if not option else str(option["text"]["text"])


def ticked(state: State, name: str) -> frozenset[str]:
    options = _element(state, name).get("selected_options") or ()
    return frozenset(str(option["value"]) for option in options)


def day(state: State, name: str) -> date | None:
    picked = _element(state, name).get("selected_date")
    return date.fromisoformat(str(picked)) if picked else None


def clock_time(state: State, name: str) -> time | None:
    picked = _element(state, name).get("selected_time")
    return time.fromisoformat(str(picked)) if picked else None


def _element(state: State, name: str) -> Mapping[str, Any]:
    elements = state.get(block_of(state, name), {})
    return next(iter(elements.values()), {})
