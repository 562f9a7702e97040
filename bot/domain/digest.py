"""The digest: whom a member should talk to today, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.absences import Absence
from bot.domain.cadence import (
    OURS,
    Cadences,
    ClientState,
    cadence_of,
    is_new_owner,
    state_of,
    usual_cadence,
)
from bot.domain.clients import Client
from bot.domain.giving_way import gives_way
from bot.domain.members import Member
from bot.domain.occasions import Occasion
from bot.domain.pace import next_day
from bot.domain.touches import Direction, Restart, Touch, restart

ROWS = 5
LEAST = 2
"""Rows of a digest, and how many of them each lane has at least where there is as much to say."""


class Lane(StrEnum):
    """Where a client stands in a digest, in the order in which it is read."""

    OWED = "owed"
    """You owe them: promises."""
    SOMETHING = "something"
    """You have something for them: an occasion."""
    CLOSE = "close"
    """Stay close: due, or neglected."""


class Wrote(StrEnum):
    """Who alone has spoken since both sides did."""

    WE = "we"
    THEY = "they"
    BOTH = "both"
    """One side and then the other, but never together."""


@dataclass(frozen=True, slots=True)
class Row:
    """One client worth a member's attention today, with the reasons.

    `days` counts calendar days since the last touch, or since the client came into the book when there was `never`
    one; `usual` is the cadence in days; `one_way` says that only one side has spoken since the last conversation,
    and `wrote` which. `missed_on` is the day on which a question of the client was left waiting too long, while
    that counts. `by` names the colleague whose touch was the last (empty: the reader's own, or nobody's).
    `new_owner` says that the reader has the client only lately. `promised` counts open promises, `promised_on` is
    the day of the first. `only` names the one person who was spoken to lately out of `known`. `occasions` are to be
    seen to; `due` says that the client is due as well. `covering` names the colleague whose client it is, for whom
    the reader covers until the day `covering_until` (ISO); both are empty for the reader's own.
    """

    client_id: int
    client: str
    tier: str
    state: ClientState
    days: int
    usual: int
    one_way: bool = False
    never: bool = False
    complaint: bool = False
    missed_on: date | None = None
    by: str = ""
    wrote: Wrote | None = None
    new_owner: bool = False
    promised: int = 0
    promised_on: date | None = None
    only: str = ""
    known: int = 0
    occasions: tuple[Occasion, ...] = ()
    due: bool = True
    covering: str = ""
    covering_until: str = ""


@dataclass(frozen=True, slots=True)
class Owed:
    """A promise worth a member's attention today. `late` counts the days since it was due; below zero it is to come.

    In a digest `more` are further promises to the same client, and `also` says why else the client is there.
    `covering` and `covering_until` as in `Row`.
    """

    promise_id: int
    client_id: int
    client: str
    text: str
    due_on: date
    late: int
    more: tuple[Owed, ...] = ()
    also: Row | None = None
    covering: str = ""
    covering_until: str = ""


AnyRow = Owed | Row


def lane_of(row: AnyRow) -> Lane:
    """The lane of a row: the first of those into which its client belongs."""
    if isinstance(row, Owed):
        return Lane.OWED
    return Lane.SOMETHING if row.occasions else Lane.CLOSE


COMPLAINT_WEIGHS = 1.0
"""What an open complaint adds to the urgency: as much as one whole interval of waiting."""


@dataclass(frozen=True, slots=True)
class Urgency:
    """How pressing a client is. The neglected stand before all others; then the greater `total` comes first.

    What `gives_way` to others comes behind all of them, in the same order among itself (see `giving_way`). `late` is
    how long the client has been due, in intervals of its own: 0 when it becomes due, 1 one whole interval later, below
    zero before. `complaint` is what an open complaint adds.
    """

    neglected: bool
    late: float
    complaint: float
    gives_way: bool = False

    @property
    def total(self) -> float:
        return self.late + self.complaint

    @property
    def rank(self) -> tuple[bool, bool, float]:
        """What clients are sorted by, the most pressing first."""
        return self.gives_way, not self.neglected, -self.total


def urgency(
    client: Client, now: datetime, cadences: Cadences = OURS, *, reader_id: int | None = None
) -> Urgency:
    """The terms of a client's urgency: (now - due_at) / cadence, and 1 while a complaint is open.

    Comparing in intervals keeps a client that expects a call every two weeks from waiting behind one that is as many
    days late after three months. The interval is the one people say, not the one that weekends and holidays made of it:
    of two clients of one cadence the one that is due longer comes first. After a complaint or a missed clock the
    interval stays the one without it: the complaint is a term of its own. `reader_id` is whose digest is meant, in
    which a client may give way; in a list of a whole book none does.
    """
    complaint = 0.0 if client.complaint_at is None else COMPLAINT_WEIGHS
    if client.due_at is None:
        return Urgency(False, float("-inf"), complaint)
    neglected = client.neglected_at is not None and client.neglected_at <= now
    late = (now - client.due_at) / timedelta(days=usual_cadence(client, now, cadences).due)
    return Urgency(neglected, late, complaint, gives_way(client, reader_id, now))


def is_nudgeable(client: Client, now: datetime) -> bool:
    """Whether the client belongs into a digest at `now`: due, not snoozed, not archived."""
    if client.archived or client.due_at is None or now < client.due_at:
        return False
    return client.snoozed_until is None or now >= client.snoozed_until


def compose(
    clients: Iterable[Client], member: Member, now: datetime, limit: int = ROWS, cadences: Cadences = OURS
) -> tuple[Row, ...]:
    """The rows of a digest, worst first, at most `limit`: neglected before due, then by urgency, tier and name; those
    that give way last."""
    due = [client for client in clients if is_nudgeable(client, now)]
    due.sort(
        key=lambda c: (*urgency(c, now, cadences, reader_id=member.id).rank, c.tier, c.name.casefold(), c.id)
    )
    return tuple(row_of(client, member, now, cadences) for client in due[:limit])


def shares(counts: Sequence[int], limit: int = ROWS, least: int = LEAST) -> tuple[int, ...]:
    """How many rows each lane gets of `limit`: first `least` each in their order, then what is left in their order."""
    given = [0] * len(counts)
    for most in (least, limit):
        for lane, count in enumerate(counts):
            given[lane] += max(0, min(min(count, most) - given[lane], limit - sum(given)))
    return tuple(given)


def lanes(
    owed: Sequence[Owed],
    something: Sequence[Row],
    close: Sequence[Row],
    limit: int = ROWS,
    least: int = LEAST,
) -> tuple[AnyRow, ...]:
    """The rows of a digest lane by lane: *you owe them*, *you have something for them*, *stay close*.

    Each lane has its worst first; a client stands in one of them only. Where all three are full the middle one gives
    way: who is neglected must not wait behind an anniversary.
    """
    ours, theirs, between = shares((len(owed), len(close), len(something)), limit, least)
    return (*owed[:ours], *something[:between], *close[:theirs])


def together(owed: Sequence[Owed]) -> tuple[Owed, ...]:
    """One row for each client out of one for each promise: the first of a client's promises leads the `more`."""
    by_client: dict[int, list[Owed]] = {}
    for row in owed:
        by_client.setdefault(row.client_id, []).append(row)
    return tuple(replace(first, more=tuple(rest)) for first, *rest in by_client.values())


@dataclass(frozen=True, slots=True)
class Ahead:
    """What of the coming week concerns one client: on which day, and a promise's text, or an occasion.

    `covering` is whose client it is, where the reader covers for a colleague on that day.
    """

    client: str
    on: date
    text: str = ""
    occasion: Occasion | None = None
    covering: str = ""


@dataclass(frozen=True, slots=True)
class Week:
    """The week ahead, of each kind the earliest first: what is promised, who becomes due, occasions, meetings.

    Only some of each are named; `counts` says how many of each there are, in this order.
    """

    promises: tuple[Ahead, ...] = ()
    due: tuple[Ahead, ...] = ()
    occasions: tuple[Ahead, ...] = ()
    meetings: tuple[tuple[str, datetime], ...] = ()
    counts: tuple[int, int, int, int] = (0, 0, 0, 0)


def opens_the_week(member: Member, day: date, absences: Iterable[Absence] = ()) -> bool:
    """Whether `day` is the first of its week, Monday to Sunday, on which the member works."""
    monday = day - timedelta(days=day.weekday())
    return member.calendar.without(absences).first_working_day(monday) == day


def wrote_alone(touches: Sequence[Touch]) -> Wrote | None:
    """Who alone spoke since both sides did, from a client's latest touches, the latest first; None: both spoke."""
    sides: set[Wrote] = set()
    for touch in touches:
        if restart(touch.channel, touch.direction) is Restart.WHOLE:
            break
        sides.add(Wrote.THEY if touch.direction is Direction.INBOUND else Wrote.WE)
    return Wrote.BOTH if len(sides) > 1 else next(iter(sides), None)


def row_of(client: Client, member: Member, now: datetime, cadences: Cadences = OURS) -> Row:
    """What a digest says of one client."""
    calendar = member.calendar
    since = client.last_touch_at or client.created_at
    spoke, wrote = client.last_conversation_at, client.last_one_way_at
    return Row(
        client_id=client.id,
        client=client.name,
        tier=client.tier.value,
        state=state_of(client, now),
        days=max(0, (calendar.local_date(now) - calendar.local_date(since)).days),
        usual=cadence_of(client, now, cadences).due,
        never=client.last_touch_at is None,
        complaint=client.complaint_at is not None,
        missed_on=None if client.missed_at is None else calendar.local_date(client.missed_at),
        one_way=wrote is not None and (spoke is None or wrote > spoke),
        new_owner=is_new_owner(client, now),
        due=is_nudgeable(client, now),
    )


def next_digest(member: Member, now: datetime, absences: Iterable[Absence] = ()) -> datetime:
    """The UTC moment of the first digest of `member` that is still to come.

    One per local working day at the member's digest time: today's when that is ahead and today had none yet,
    else the next working day's, and less often while it goes unheeded (see `bot.domain.pace`). Days of `absences`,
    those since it does included, are none.
    """
    calendar = member.calendar.without(absences)
    day = calendar.local_date(now)
    if now > calendar.at(day, member.digest_time) or member.last_digest_on == day:
        day += timedelta(days=1)
    if member.last_digest_on is not None:
        day = max(day, member.last_digest_on + timedelta(days=1))
    return calendar.at(next_day(member, calendar, day), member.digest_time)


def digest_key(member_id: int, day: date) -> str:
    """The name under which a member's digest of one local day can exist only once."""
    return f"digest:{member_id}:{day.isoformat()}"
