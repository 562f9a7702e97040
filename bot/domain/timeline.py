"""The timeline of a client: how often we were in touch, month by month, and in which direction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.touches import Direction

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Month:
    """The touches of one calendar month; `first` is its first day. A direction that is not there had none."""

    first: date
    by_direction: Mapping[Direction, int] = field(default_factory=dict)

    @property
    def touches(self) -> int:
        return sum(self.by_direction.values())


def first_month(today: date, months: int = MONTHS) -> date:
    """The first day of the earliest of the `months` calendar months that end with that of `today`."""
    year, month = divmod(today.year * 12 + today.month - months, 12)
    return date(year, month + 1, 1)


def timeline(
    touches: Iterable[tuple[datetime, Direction]], today: date, zone: ZoneInfo, months: int = MONTHS
) -> tuple[Month, ...]:
    """The last `months` calendar months up to that of `today`, the earliest first, those without touches as well.

    `touches` are moments (aware) with their direction in any order; they fall into months on the clock of `zone`.
    """
    first = first_month(today, months)
    firsts = [first_month(today, n) for n in range(months, 0, -1)]
    counts: dict[date, dict[Direction, int]] = {each: {} for each in firsts}
    for at, direction in touches:
        month = at.astimezone(zone).date().replace(day=1)
        if month >= first and month in counts:
            counts[month][direction] = counts[month].get(direction, 0) + 1
    return tuple(Month(each, counts[each]) for each in firsts)
