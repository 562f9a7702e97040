"""Reading a form: the values of its fields, and what a button or its notes carry.

A field is known by the name of its block; what follows a colon is not part of the name, so that a field can be shown
anew (Slack keeps what was entered in a block of the same id).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from bot.domain.refusals import Refusal
from handlers import refusals
from handlers.answers import FormErrors
from handlers.ask import Ask
from handlers.parsing.plain import storable

State = Mapping[str, Mapping[str, Mapping[str, Any]]]

_ID_DIGITS = 18
"""What both databases can look for."""
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)


def carried(ask: Ask) -> Mapping[str, Any]:
    """What the pressed button or the chosen option carries (see `parts.value_of`).

    Raises Refusal ``request.unknown`` for what no button of ours carries.
    """
    try:
        facts = json.loads(ask.value) if ask.value else {}
    except ValueError:
        facts = None
    if not isinstance(facts, dict):
        raise Refusal("request.unknown")
    return facts


def number(said: object) -> int:
    """An id that a button, an option or a form's notes carry. Raises Refusal ``request.unknown`` for anything else."""
    written = str(said)
    if isinstance(said, bool) or not (written.isascii() and written.isdecimal()) or len(written) > _ID_DIGITS:
        raise Refusal("request.unknown")
    return int(written)


def block_of(state: State, name: str) -> str:
    """The block_id under which the field stands; the name itself where it does not."""
    return next((block for block in state if block.partition(":")[0] == name), name)


def at_field(ask: Ask, refusal: Refusal, fields: Mapping[str, str]) -> FormErrors:
    """A refusal at the field of the form that `fields` names for its code; any other goes on."""
    field = fields.get(refusal.code)
    if field is None:
        raise refusal
    return FormErrors({block_of(ask.state or {}, field): refusals.text(refusal, ask.words)})


def written(state: State, name: str) -> str:
    """The text typed into a field, without space around it, and without NUL and halves of letters, which no database
    can keep."""
    return storable(str(_element(state, name).get("value") or "")).strip()


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


def chosen_many(state: State, name: str) -> list[tuple[str, str]]:
    """Value and label of each option chosen in a list of several, in their order; or in a list of one."""
    element = _element(state, name)
    one = element.get("selected_option")
    options = element.get("selected_options") or ((one,) if one else ())
    return [(str(option["value"]), str(option["text"]["text"])) for option in options]


def first_chosen(state: State, name: str) -> str:
    """The value of the option chosen in a list of one, or of the first in a list of several; empty for none."""
    return next((value for value, _ in chosen_many(state, name)), "")


def day(state: State, name: str) -> date | None:
    """The day picked; one beyond any calendar we reckon with is the nearest that we do."""
    picked = _element(state, name).get("selected_date")
    return min(max(date.fromisoformat(str(picked)), _FIRST_DAY), _LAST_DAY) if picked else None


def clock_time(state: State, name: str) -> time | None:
    picked = _element(state, name).get("selected_time")
    return time.fromisoformat(str(picked)) if picked else None


def person(state: State, name: str) -> str:
    """The platform's user chosen in a list of people, or the first of several; empty for nobody."""
    element = _element(state, name)
    several = element.get("selected_users") or ()
    return str(element.get("selected_user") or next(iter(several), ""))


def channels(state: State, name: str) -> tuple[str, ...]:
    """The channels chosen, by the platform's identifiers."""
    return tuple(str(each) for each in _element(state, name).get("selected_conversations") or ())


def _element(state: State, name: str) -> Mapping[str, Any]:
    elements = state.get(block_of(state, name), {})
    return next(iter(elements.values()), {})
