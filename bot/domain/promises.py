"""Promises: what we said we would do, with a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

TEXT_LIMIT = 300


class PromiseState(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    RELEASED = "released"
    """The client needs it no more, or freed us of it."""


@dataclass(frozen=True, slots=True)
class NewPromise:
    """A promise about to be noted; see `Promise`."""

    client_id: int
    member_id: int
    text: str
    due_on: date
    made_at: datetime
    key: str
    touch_id: int | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """Something a member promised to a client by a day, on that member's calendar.

    `touch_id` is the touch in which it was promised. `moves` counts how often the day was put off, `reason` says why
    it was last moved or released. `settled_at` and `settled_by`: when, and by whom, it was called kept or released.
    `key` names the submission, so that the same one counts once.
    """

    id: int
    client_id: int
    member_id: int
    text: str
    due_on: date
    made_at: datetime
    key: str
    state: PromiseState = PromiseState.OPEN
    touch_id: int | None = None
    moves: int = 0
    reason: str = ""
    settled_at: datetime | None = None
    settled_by: int | None = None
