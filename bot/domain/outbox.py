"""The outbox: what the bot says by itself, and what may be done with each message next.

An entry goes pending → trying → sent, dead or skipped. "Trying" is written before the attempt, so an attempt whose
end is unknown is known as such: it waits out a quarantine and is looked up before it is repeated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

QUARANTINE = timedelta(seconds=90)
"""How long an attempt with an unclear end rests before it is looked up: the platform's history lags behind."""

MOST_ATTEMPTS = 10
MOST_LOOK_UPS = 20


class State(StrEnum):
    PENDING = "pending"
    TRYING = "trying"
    SENT = "sent"
    DEAD = "dead"
    SKIPPED = "skipped"


OPEN_STATES = (State.PENDING, State.TRYING)


@dataclass(frozen=True, slots=True)
class Entry:
    """One message to one member.

    `key` is unique in the workspace; `facts` is what was decided, as JSON values; `body` the rendered message, fixed
    at the first attempt; `due_at` the next moment at which something may be done (while it is being tried: the end
    of its quarantine); `expires_at` when it is no longer worth saying. `conversation` and `receipt` name the message on
    the platform once it is there. All moments UTC.
    """

    id: int
    key: str
    kind: str
    member_id: int
    facts: Mapping[str, object]
    state: State
    due_at: datetime
    created_at: datetime
    expires_at: datetime | None = None
    attempts: int = 0
    look_ups: int = 0
    first_try_at: datetime | None = None
    last_try_at: datetime | None = None
    error: str | None = None
    note: str | None = None
    body: Mapping[str, object] | None = None
    conversation: str | None = None
    receipt: str | None = None


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A message that was decided on and is not yet in the outbox."""

    key: str
    kind: str
    member_id: int
    facts: Mapping[str, object]
    due_at: datetime
    expires_at: datetime | None = None


EDIT = "edit"
"""The kind of an entry that puts a new message in the place of one that was sent."""


def edit_of(entry: Entry, *, key: str, due_at: datetime) -> NewEntry:
    """An entry that brings the message of `entry` up to date where it stands; `key` names what has changed.

    Nothing is posted: who reads the conversation again finds the message as it should be now.
    """
    return NewEntry(
        key=f"edit:{entry.id}:{key}",
        kind=EDIT,
        member_id=entry.member_id,
        facts={"entry": entry.id},
        due_at=due_at,
    )


class Step(StrEnum):
    """What may be done with an entry now."""

    NOTHING = "nothing"
    """It is settled, or its moment has not come."""
    FIRST_TRY = "first_try"
    """Check whether it is still true, render it, mark it, post it."""
    TRY_AGAIN = "try_again"
    """The last attempt was refused for certain: post the same body again."""
    LOOK_UP = "look_up"
    """The last attempt ended unclearly: find out whether it arrived."""
    EXPIRE = "expire"
    """Too late to be of use."""
    GIVE_UP = "give_up"
    """Tried too often."""


def next_step(entry: Entry, now: datetime) -> Step:
    """Decide from the row alone; never "post again" while it is unknown whether the last post arrived."""
    if entry.state not in OPEN_STATES or now < entry.due_at:
        return Step.NOTHING
    if entry.state is State.TRYING and entry.kind == EDIT:
        # Editing twice is the same as once: an unclear end needs no look-up.
        return Step.TRY_AGAIN if entry.attempts < MOST_ATTEMPTS else Step.GIVE_UP
    if entry.state is State.TRYING:
        return Step.LOOK_UP if entry.look_ups < MOST_LOOK_UPS else Step.GIVE_UP
    if entry.expires_at is not None and now >= entry.expires_at:
        return Step.EXPIRE
    if entry.attempts >= MOST_ATTEMPTS:
        return Step.GIVE_UP
    return Step.FIRST_TRY if entry.body is None else Step.TRY_AGAIN


def pause_after(attempts: int) -> timedelta:
    """How long to wait after the n-th attempt that failed for a passing reason: 30 s, doubled up to an hour."""
    return min(timedelta(seconds=30 << max(0, min(attempts, 10) - 1)), timedelta(hours=1))
