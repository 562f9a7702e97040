"""The outbox: what the bot says by itself, and what may be done with each message next.

An entry goes pending → trying → sent, dead or skipped. "Trying" is written before the attempt, so an attempt whose
end is unknown is known as such: it waits out a quarantine and is looked up before it is repeated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.pacing import Lane

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
    the platform once it is there. `urgent` ones are waited for and pass before the others; `paced` says that `due_at`
    is a moment at which the workspace may be posted to, `reference` what the log calls the request that wrote the
    entry, `answer` what the platform said last, as far as it tells nothing of the message. All moments UTC.
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
    urgent: bool = False
    paced: bool = True
    reference: str | None = None
    answer: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A message that was decided on and is not yet in the outbox; `urgent` where somebody waits for it."""

    key: str
    kind: str
    member_id: int
    facts: Mapping[str, object]
    due_at: datetime
    expires_at: datetime | None = None
    urgent: bool = False


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


def lane_of(entry: Entry) -> Lane:
    """By whose moments the entry goes out."""
    if entry.kind == EDIT:
        return Lane.EDITS
    return Lane.URGENT if entry.urgent else Lane.ORDINARY


class Fault(StrEnum):
    """Why an attempt failed, as far as the answer tells; the log and the figures count by it."""

    RATE = "rate"
    """Too much at once: the workspace waits."""
    NETWORK = "network"
    """No answer."""
    PLATFORM = "platform"
    """The platform broke over it."""
    ACCESS = "access"
    """The whole workspace is closed to us: a token that was revoked, a right that is missing."""
    CHANNEL = "channel"
    """This reader cannot be reached."""
    CONTENT = "content"
    """The message itself is wrong: our mistake."""
    OTHER = "other"
    """A refusal that nobody foresaw."""


AGAINST_THE_CHANNEL = frozenset({Fault.CHANNEL, Fault.OTHER})
"""What counts as a failure of the reader's channel; the others say nothing about it."""

TOLD_AFTER = 3
"""Failures in a row after which admins hear of a channel."""
OFF_AFTER = 10
"""Failures in a row after which nothing is tried in a channel any more."""

PERHAPS_TWICE = "perhaps_twice"
"""The note of an entry that is posted again although the first post may have arrived."""

_RATHER_TWICE = frozenset(
    {
        "approval",
        "approval_news",
        "approvals",
        "approvals_again",
        "client_came",
        "client_waiting",
        "cover_asked",
        "cover_gap",
        "cover_news",
        "delivery_trouble",
        "handover_check",
        "handover_in",
        "handover_led",
        "handover_out",
        "handover_undone",
        "help_offered",
        "lead_neglect",
        "meeting",
        "policy_answered",
        "reassign_again",
        "reassign_asked",
        "reassign_news",
        "reassign_proposed",
    }
)


def unknown_for_good(entry: Entry) -> State:
    """What becomes of an entry of which nobody can say whether it arrived: pending again, skipped, or dead.

    What its reader waits for comes a second time rather than never, though only once more. Everything else is skipped:
    what was due is still due, and tomorrow's message says it.
    """
    if entry.kind not in _RATHER_TWICE:
        return State.SKIPPED
    return State.DEAD if entry.note == PERHAPS_TWICE else State.PENDING


LATE = timedelta(seconds=5)
"""By how much an entry may miss its moment before it takes a new one."""

SOON = timedelta(seconds=3)
"""A new moment that is so near is as good as now: two or three messages are no wave."""


def needs_a_slot(entry: Entry, now: datetime) -> bool:
    """Whether a due entry must take a moment of its lane first: it has none, or missed it.

    After a pause everything that came due meanwhile would otherwise go out at once.
    """
    return not entry.paced or now - entry.due_at > LATE


def may_revive(entry: Entry, now: datetime) -> str | None:
    """Why a given-up entry must not be tried anew; None when it may.

    ``open`` or ``sent`` (or skipped), ``unclear``: it may have arrived, ``late``: it is of no use any more.
    """
    if entry.state is not State.DEAD:
        return "open" if entry.state in OPEN_STATES else entry.state.value
    if entry.expires_at is not None and now >= entry.expires_at:
        return "late"
    return "unclear" if entry.note == "unclear" else None


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
    UNKNOWN = "unknown"
    """Looked up too often without an answer: see `unknown_for_good`."""
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
        return Step.LOOK_UP if entry.look_ups < MOST_LOOK_UPS else Step.UNKNOWN
    if entry.expires_at is not None and now >= entry.expires_at:
        return Step.EXPIRE
    if entry.attempts >= MOST_ATTEMPTS:
        return Step.GIVE_UP
    return Step.FIRST_TRY if entry.body is None else Step.TRY_AGAIN


def pause_after(attempts: int) -> timedelta:
    """How long to wait after the n-th attempt that failed for a passing reason: 30 s, doubled up to an hour."""
    return min(timedelta(seconds=30 << max(0, min(attempts, 10) - 1)), timedelta(hours=1))
