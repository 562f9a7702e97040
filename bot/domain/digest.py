"""The digest: whom a member should talk to today, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.absences import Absence
from bot.domain.cadence import OURS, Cadences, ClientState, cadence_of, state_of
from bot.domain.clients import Client
from bot.domain.members import Member
from bot.domain.pace import next_day

ROWS = 5
LEAST = 2
"""Rows of a digest, and how many of them each lane has at least where there is as much to say."""


@dataclass(frozen=True, slots=True)
class Row:
    """One client worth a member's attention today, with the reason.

    `days` counts calendar days since the last touch, or since the client came into the book when there was `never`
    one; `usual` is the cadence in days; `one_way` says that only one side has spoken since the last conversation.
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


@dataclass(frozen=True, slots=True)
class Owed:
    """A promise worth a member's attention today. `late` counts the days since it was due; below zero it is to come."""

    promise_id: int
    client_id: int
    client: str
    text: str
    due_on: date
    late: int


AnyRow = Owed | Row


def urgency(client: Client, now: datetime, cadences: Cadences = OURS) -> float:
    """How late a client is, in intervals of its own: 0 when it becomes due, 1 one whole interval later.

    (now - due_at) / cadence. Comparing in intervals keeps a client that expects a call every two weeks from waiting
    behind one that is as many days late after three months. The interval is the one people say, not the one that
    weekends and holidays made of it: of two clients of one cadence the one that is due longer comes first.
    """
    if client.due_at is None:
        return float("-inf")
    return (now - client.due_at) / timedelta(days=cadence_of(client, now, cadences).due)


def is_nudgeable(client: Client, now: datetime) -> bool:
    """Whether the client belongs into a digest at `now`: due, not snoozed, not archived."""
    if client.archived or client.due_at is None or now < client.due_at:
        return False
    return client.snoozed_until is None or now >= client.snoozed_until


def compose(
    clients: Iterable[Client], member: Member, now: datetime, limit: int = ROWS, cadences: Cadences = OURS
) -> tuple[Row, ...]:
    """The rows of a digest, worst first, at most `limit`: neglected before due, then by urgency, tier and name."""
    due = [client for client in clients if is_nudgeable(client, now)]
    due.sort(
        key=lambda c: (
            state_of(c, now) is not ClientState.NEGLECTED,
            -urgency(c, now, cadences),
            c.tier,
            c.name.casefold(),
            c.id,
        )
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
    owed: Sequence[Owed], close: Sequence[Row], limit: int = ROWS, least: int = LEAST
) -> tuple[AnyRow, ...]:
    """The rows of a digest lane by lane: *you owe them*, then *stay close*; each lane has its worst first."""
    ours, theirs = shares((len(owed), len(close)), limit, least)
    return (*owed[:ours], *close[:theirs])


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
        one_way=wrote is not None and (spoke is None or wrote > spoke),
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
