"""Handovers: a client goes from one manager to another, with all that is still open for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.members import Member, Role
from bot.domain.refusals import Refusal

UNDONE_WITHIN = timedelta(days=1)
CHECKED_AFTER = 30
"""Days after which the lead is asked how it goes."""

Given = tuple[int, int]
"""The id of a row, and of the member whose it was."""


class Went(StrEnum):
    """What the lead says of a handover after `CHECKED_AFTER` days: about the client, and about nobody's work."""

    WELL = "well"
    EARLY = "early"
    """Too early to say."""
    ATTENTION = "attention"
    """The client needs attention."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What went to the new owner with the client, exactly enough to send it back.

    Each row is named with whose it was: open `promises`, `meetings` ahead, `requests` for approval of gifts, questions
    for the client's `policies`, `entries` of the outbox that were not sent yet, and `covers` of this client alone.
    `ended` are covers that had no sense any more, with the state in which they were. `moot` are other requests for
    another manager that this settled. `part` is what the new owner had been to the client, `new_until` and `handed_at`
    (ISO) what the client's clock was reckoned by. `merged` is what the client was called that was merged into another
    one with that (empty: none was). `questions` of the client that waited for an answer and `concessions` that waited
    for a lead are the client's whoever looks after it: they are named for words alone.
    """

    promises: tuple[Given, ...] = ()
    meetings: tuple[Given, ...] = ()
    requests: tuple[Given, ...] = ()
    policies: tuple[Given, ...] = ()
    entries: tuple[Given, ...] = ()
    covers: tuple[Given, ...] = ()
    ended: tuple[tuple[int, str], ...] = ()
    moot: tuple[int, ...] = ()
    parts: tuple[str, ...] = ()
    new_until: str | None = None
    handed_at: str | None = None
    merged: str = ""
    questions: tuple[int, ...] = ()
    concessions: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        pairs = {
            name: [list(each) for each in getattr(self, name)]
            for name in (
                "promises",
                "meetings",
                "requests",
                "policies",
                "entries",
                "covers",
                "ended",
            )
        }
        return {
            **pairs,
            "moot": list(self.moot),
            "parts": list(self.parts),
            "new_until": self.new_until,
            "handed_at": self.handed_at,
            "merged": self.merged,
            "questions": list(self.questions),
            "concessions": list(self.concessions),
        }


def moved_from(data: Mapping[str, Any]) -> Moved:
    """What `Moved.as_json` wrote."""

    def given(name: str) -> tuple[Given, ...]:
        return tuple((int(row), int(whose)) for row, whose in data.get(name) or ())

    return Moved(
        promises=given("promises"),
        meetings=given("meetings"),
        requests=given("requests"),
        policies=given("policies"),
        entries=given("entries"),
        covers=given("covers"),
        ended=tuple((int(row), str(state)) for row, state in data.get("ended") or ()),
        moot=tuple(int(each) for each in data.get("moot") or ()),
        parts=tuple(str(each) for each in data.get("parts") or ()),
        new_until=data.get("new_until"),
        handed_at=data.get("handed_at"),
        merged=str(data.get("merged") or ""),
        questions=tuple(int(each) for each in data.get("questions") or ()),
        concessions=tuple(int(each) for each in data.get("concessions") or ()),
    )


@dataclass(frozen=True, slots=True)
class NewHandover:
    """A handover about to be noted; see `Handover`."""

    client_id: int
    from_id: int | None
    to_id: int
    by_id: int | None
    reason: str
    why: str
    at: datetime
    request_id: int | None
    check_at: datetime
    moved: Moved = field(default_factory=Moved)


@dataclass(frozen=True, slots=True)
class Handover:
    """A client that went from `from_id` (None: nobody) to `to_id`. Moments are UTC.

    `by_id` is who decided (None: whoever runs the machine), `reason` a `reassignment.Reason`, `why` their words, and
    `request_id` the request that was answered so. `check_at` is when the lead is to be asked how it goes (None: nothing
    is to be asked any more), `went` what they said.
    """

    id: int
    client_id: int
    from_id: int | None
    to_id: int
    by_id: int | None
    reason: str
    why: str
    at: datetime
    request_id: int | None
    moved: Moved
    check_at: datetime | None = None
    undone_at: datetime | None = None
    undone_by: int | None = None
    went: Went | None = None
    went_by: int | None = None
    went_at: datetime | None = None

    @property
    def answer(self) -> Went | None:
        """What was said of it; nothing any more once who said that it is too early was asked again."""
        return None if self.went is Went.EARLY and self.check_at is None else self.went

    def can_be_undone(self, now: datetime) -> bool:
        return self.undone_at is None and now < self.at + UNDONE_WITHIN


def check_recipient(found: Member | None, owner_id: int | None) -> Member:
    """Who is to get the client. Raises Refusal ``handover.nobody``, ``handover.inactive`` (name) for a closed account,
    ``handover.theirs`` (name) for who has it already, or ``handover.no_keeper`` (name) for who keeps no clients by
    their roles."""
    if found is None:
        raise Refusal("handover.nobody")
    if not found.active:
        raise Refusal("handover.inactive", name=found.name)
    if found.id == owner_id:
        raise Refusal("handover.theirs", name=found.name)
    if not (found.is_(Role.ACCOUNT_MANAGER) or found.is_(Role.LEAD)):
        raise Refusal("handover.no_keeper", name=found.name)
    return found


def first_touch_on(member: Member, at: datetime) -> date:
    """The member's day by which the client is to have heard from its new owner: the working day after."""
    calendar = member.calendar
    return calendar.add_working_days(calendar.local_date(at), 1)


def check_moment(member: Member | None, at: datetime) -> datetime:
    """When it is asked how a handover at `at` goes: at nine on a working day of who is asked."""
    later = at + timedelta(days=CHECKED_AFTER)
    if member is None:
        return later
    calendar = member.calendar
    day = calendar.first_working_day(calendar.local_date(later))
    return calendar.at(day, calendar.hours_from)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much came along, for words."""

    questions: int = 0
    promises: int = 0
    meetings: int = 0
    gifts: int = 0
    policies: int = 0
    concessions: int = 0


def counts_of(moved: Moved) -> Counts:
    return Counts(
        questions=len(moved.questions),
        promises=len(moved.promises),
        meetings=len(moved.meetings),
        gifts=len(moved.requests),
        policies=len(moved.policies),
        concessions=len(moved.concessions),
    )


def members_of(given: Sequence[Given]) -> frozenset[int]:
    """Whose the rows were."""
    return frozenset(whose for _, whose in given)


@dataclass(frozen=True, slots=True)
class Done:
    """A handover with the names that who did it is told."""

    handover: Handover
    client: str
    former: str
    to: str
    first_touch_on: date
    undoable: bool
