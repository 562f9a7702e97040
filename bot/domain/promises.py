"""Promises: what we said we would do, with a date."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.clients import Client
from bot.domain.members import Member, Role
from bot.domain.refusals import Refusal

TEXT_LIMIT = 300
REASON_LIMIT = 500
FARTHEST = timedelta(days=366 * 2)
"""How far ahead a promise may be due: whoever means more has mistyped the year."""


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


@dataclass(frozen=True, slots=True)
class Kept:
    """How many of the promises `made` to a client were kept, and how many it released us of."""

    kept: int
    made: int
    released: int


def kept_over_made(tally: Mapping[PromiseState, int]) -> Kept:
    """Every promise that was confirmed counts as made, open ones and released ones as well."""
    return Kept(tally.get(PromiseState.KEPT, 0), sum(tally.values()), tally.get(PromiseState.RELEASED, 0))


def check_text(text: str) -> None:
    """Raise Refusal ``promise.no_text`` or ``promise.text_too_long`` (length, limit)."""
    if not text.strip():
        raise Refusal("promise.no_text")
    if len(text) > TEXT_LIMIT:
        raise Refusal("promise.text_too_long", length=len(text), limit=TEXT_LIMIT)


def check_day(day: date, today: date) -> None:
    """Raise Refusal ``promise.past_day`` (day) or ``promise.far_day`` (day, limit in days) for a day nobody means."""
    if day < today:
        raise Refusal("promise.past_day", day=day)
    if day > today + FARTHEST:
        raise Refusal("promise.far_day", day=day, limit=FARTHEST.days)


def check_reason(reason: str) -> None:
    """Raise Refusal ``promise.no_reason`` where a promise is put off or given up without a word."""
    if not reason.strip():
        raise Refusal("promise.no_reason")


def may_settle(
    member: Member, promise: Promise, client: Client, team: Collection[int], lead_ids: Collection[int | None]
) -> bool:
    """Whether `member` may call a promise kept, move or release it.

    That is for who made it, for who looks after the client (`team`: backup and the like), for the lead of either
    (`lead_ids`), and for admins.
    """
    if member.is_(Role.ADMIN) or member.id in (promise.member_id, client.owner_id) or member.id in team:
        return True
    return member.is_(Role.LEAD) and member.id in lead_ids
