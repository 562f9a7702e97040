"""Occasions: days on which there is something to say to a client.

Three days of a relation are known: since when we work together, the contract, and its renewal. The first two come
round every year, the renewal once. They are plain dates: of which zone they are is never asked. Every occasion is
spoken of in stages, for a call of last week is no reason to say nothing on the day itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from dateutil.rrule import YEARLY, rrule

from bot.domain.clients import Client, Status
from bot.domain.working_time import WorkingCalendar

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Years that are taken for a day of a relation."""


class OccasionKind(StrEnum):
    RELATION = "relation"
    CONTRACT = "contract"
    RENEWAL = "renewal"


STAGES = {
    OccasionKind.RELATION: (7, 0),
    OccasionKind.CONTRACT: (7, 0),
    OccasionKind.RENEWAL: (60, 30, 10),
}
"""How many days ahead each stage begins; it lasts until the next one, or until STAYS after the day."""
STAYS = timedelta(days=3)
"""How long an anniversary can still be wished: as long as a weekend with a day off. A renewal cannot be put right."""
AHEAD = timedelta(days=60)
"""The earliest stage of all."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """One occasion of a client: on which day it falls, and the how manieth it is (0: of no count)."""

    kind: OccasionKind
    on: date
    years: int = 0

    @property
    def key(self) -> tuple[OccasionKind, date]:
        """What it is known by once somebody has seen to it."""
        return self.kind, self.on


Seen = Collection[tuple[OccasionKind, date]]
"""Occasions of a client that somebody has put aside for good, by their keys."""


def is_reckoned_with(day: date) -> bool:
    """Whether a day may be one of a relation."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def anniversaries(of: date, first: date, last: date) -> Iterator[tuple[date, int]]:
    """The anniversaries of a day from `first` to `last`, both included, with their number; the day itself is none.

    That of 29 February is kept on the 28th in years that have none.
    """
    days = (28, 29) if (of.month, of.day) == (2, 29) else (of.day,)
    rule = rrule(
        YEARLY,
        dtstart=datetime.combine(of, time()),
        bymonth=of.month,
        bymonthday=days,
        bysetpos=-1,
        until=datetime.combine(last, time()),
    )
    for each in rule.xafter(datetime.combine(first, time()), inc=True):
        if each.year > of.year:
            yield each.date(), each.year - of.year


def days_of_the_year(first: date, last: date) -> frozenset[int]:
    """Month and day, as ``month * 100 + day``, of all whose anniversary may fall on one of these days."""
    found = {
        day.month * 100 + day.day
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
    }
    return frozenset(found | ({229} if 228 in found else set()))


def falling(client: Client, first: date, last: date) -> list[Occasion]:
    """The occasions of a client from `first` to `last`, both included, the earliest first."""
    found = [
        Occasion(kind, day, years)
        for kind, of in (
            (OccasionKind.RELATION, client.relation_since),
            (OccasionKind.CONTRACT, client.contract_on),
        )
        if of is not None
        for day, years in anniversaries(of, first, last)
    ]
    if client.renews_on is not None and first <= client.renews_on <= last:
        found.append(Occasion(OccasionKind.RENEWAL, client.renews_on))
    return sorted(found, key=lambda each: (each.on, each.kind))


def stage_began(occasion: Occasion, today: date) -> date | None:
    """The day on which the stage began in which the occasion is `today`; None when it is too early or too late."""
    left = (occasion.on - today).days
    stays = timedelta() if occasion.kind is OccasionKind.RENEWAL else STAYS
    if today > occasion.on + stays:
        return None
    begun = [ahead for ahead in STAGES[occasion.kind] if left <= ahead]
    return occasion.on - timedelta(days=min(begun)) if begun else None


def near(client: Client, calendar: WorkingCalendar, now: datetime, seen: Seen = ()) -> tuple[Occasion, ...]:
    """The occasions of a client that somebody should see to now, the earliest first.

    One is seen to by a touch since its stage began, until the next stage, or for good once it is among `seen`. Of a
    client that is archived, on hold or snoozed there are none.
    """
    if client.archived or client.status is Status.ON_HOLD:
        return ()
    if client.snoozed_until is not None and now < client.snoozed_until:
        return ()
    today = calendar.local_date(now)
    spoke = client.last_touch_at
    return tuple(
        occasion
        for occasion in falling(client, today - STAYS, today + AHEAD)
        if occasion.key not in seen
        and (began := stage_began(occasion, today)) is not None
        and (spoke is None or calendar.local_date(spoke) < began)
    )
