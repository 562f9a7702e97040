"""How people behave in the simulation: assumptions, each with its unit and the reason for its value.

None of these numbers was measured. They are chosen so that the types differ clearly, and so that each effect that a
default of ours could have (a longer message, more messages, a row repeated every day) is there to be seen. What follows
from them is a comparison of defaults under these assumptions, and no forecast.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from typing import Any


def _said(default: float, unit: str, why: str) -> Any:
    return field(default=default, metadata={"unit": unit, "why": why})


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a manager behaves; the defaults are those of the type ``diligent``."""

    opens: float = _said(0.95, "chance a working day", "reads the daily message on nearly every day")
    opens_after: float = _said(20, "minutes, mean", "looks into Slack when the day begins, not at once")
    acts_owed: float = _said(0.9, "chance a row", "what was promised is done first")
    acts_close: float = _said(0.7, "chance a row", "a call to make takes more resolve than a promise to keep")
    acts_something: float = _said(
        0.6, "chance a row", "an occasion is a welcome reason to write, and waits well"
    )
    first_rows: float = _said(0.95, "factor a row further down", "what stands first is seen first")
    again: float = _said(
        0.93, "factor a showing before", "a row that was passed over is passed over more easily"
    )
    again_most: float = _said(5, "showings", "after a week in vain one more makes no difference")
    per_day: float = _said(4, "rows a day, mean", "room for about one conversation every two hours")
    tolerates: float = _said(3, "messages a day", "so many messages a day do not tire")
    fatigue: float = _said(0.15, "share of `opens` lost a message above", "noise makes people look away")
    reached: float = _said(
        0.65, "chance an attempt", "of three calls one is not answered: a mail is sent instead"
    )
    snoozes: float = _said(0.3, "chance a row read and not acted on", "puts off what cannot be done today")
    by_command: float = _said(
        0.3, "share of what is done from rows", "logs some of it by command, not by the row"
    )
    unprompted: float = _said(
        1.2, "contacts a week and ten clients", "speaks with clients without being told"
    )
    logs: float = _said(0.85, "chance a contact", "what came about without a row is not always logged")
    promises: float = _said(0.25, "chance a conversation", "every fourth conversation ends with a promise")
    keeps: float = _said(
        0.5, "chance a promise", "half of the promises are kept before anything recalls them"
    )
    meets: float = _said(
        1.5, "meetings a week", "enters meetings ahead of time, and gets a brief before each"
    )
    leave: float = _said(0.08, "chance a week", "about four leaves a year")
    leave_days: float = _said(7, "calendar days, mean", "a week at a time")
    unannounced: float = _said(
        0.0, "share of leaves", "enters its leave beforehand; others are away without a word"
    )
    asks_cover: float = _said(0.7, "chance an entered leave", "asks a colleague for the whole book with it")
    accepts: float = _said(0.8, "chance a question", "helps out unless busy; the others decline and say why")


TYPES: Mapping[str, Behaviour] = {
    "diligent": Behaviour(),
    "busy": Behaviour(
        opens=0.75,
        opens_after=120,
        acts_owed=0.75,
        acts_close=0.45,
        acts_something=0.35,
        first_rows=0.85,
        again=0.88,
        per_day=2.5,
        tolerates=2,
        fatigue=0.25,
        reached=0.55,
        snoozes=0.2,
        by_command=0.2,
        unprompted=0.8,
        logs=0.6,
        keeps=0.35,
        meets=2,
        unannounced=0.2,
        asks_cover=0.4,
        accepts=0.6,
    ),
    "absent": Behaviour(
        opens=0.3,
        opens_after=240,
        acts_owed=0.5,
        acts_close=0.3,
        acts_something=0.2,
        first_rows=0.8,
        again=0.85,
        per_day=2,
        tolerates=1,
        fatigue=0.3,
        snoozes=0.1,
        unprompted=0.4,
        logs=0.4,
        keeps=0.3,
        meets=0.5,
        leave=0.12,
        leave_days=14,
        unannounced=0.6,
        asks_cover=0.2,
        accepts=0.4,
    ),
    "silent": Behaviour(
        opens=0,
        unprompted=0,
        logs=0,
        promises=0,
        keeps=0,
        meets=0,
        leave=0,
        fatigue=0,
        asks_cover=0,
        accepts=0,
    ),
    "eager": Behaviour(
        opens=1,
        opens_after=5,
        acts_owed=1,
        acts_close=1,
        acts_something=1,
        first_rows=1,
        again=1,
        per_day=50,
        fatigue=0,
        reached=1,
        snoozes=0,
        logs=1,
        keeps=1,
        leave=0,
        accepts=1,
    ),
}
"""The types of manager. ``silent`` ignores all that the bot says and logs nothing, ``eager`` does everything at once:
neither is common, both show what the bot does at the edges."""

MIX: Mapping[str, int] = {"diligent": 3, "busy": 3, "absent": 1, "silent": 1}
"""How many of each type there are among eight managers, in the order in which they are appointed."""


@dataclass(frozen=True, slots=True)
class Initiative:
    """What clients do by themselves, and what a book is made of."""

    clients_a: float = _said(0.2, "share of a book", "one client in five is watched most closely")
    clients_b: float = _said(0.35, "share of a book", "and about a third closely")
    clients_c: float = _said(0.3, "share of a book", "the rest, D, is what is left")
    calls_a: float = _said(0.35, "contacts a week", "an important client comes to us about every three weeks")
    calls_b: float = _said(0.2, "contacts a week", "every five weeks")
    calls_c: float = _said(0.1, "contacts a week", "every ten weeks")
    calls_d: float = _said(0.05, "contacts a week", "every twenty weeks")
    by_phone: float = _said(0.5, "share", "half ring, half write")
    answered: float = _said(
        0.6, "share of what is written", "the answer is logged with it; the rest only came in"
    )
    complains: float = _said(0.04, "share of contacts", "one contact in twenty-five is a complaint")
    settled_after: float = _said(7, "calendar days, mean", "how long a complaint stays open")
    newcomers: float = _said(0.1, "clients a week and manager", "somebody new every ten weeks")
    knows_since: float = _said(
        0.5, "share of a book", "since when we work together is known of every other client"
    )
    renews: float = _said(0.4, "share of a book", "has a contract that is renewed on a day within the year")
    seen_lately: float = _said(
        1.1, "due intervals", "at the start the last conversations lie evenly back as far as that"
    )


CLIENTS = Initiative()


def mixed(mix: Mapping[str, int], count: int) -> list[str]:
    """The types of `count` managers: those of `mix` in turn, as often as it says, and again from its beginning.

    Raises ValueError for a mix without anybody.
    """
    order = [
        name for turn in range(max(mix.values(), default=0)) for name, many in mix.items() if turn < many
    ]
    if not order:
        raise ValueError("a mix names one type at least")
    return [order[number % len(order)] for number in range(count)]


def always(name: str, **changed: float) -> Behaviour:
    """A type with some numbers changed."""
    return replace(TYPES[name], **changed)


def told(kind: type[Behaviour | Initiative]) -> list[tuple[str, str, str]]:
    """Name, unit and reason of each number, in order."""
    described: list[Field[Any]] = list(fields(kind))
    return [(each.name, each.metadata["unit"], each.metadata["why"]) for each in described]
