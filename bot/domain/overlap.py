"""How much of a client's working time falls into a colleague's: by zones, hours, days and daylight-saving time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.clients import Hours
from bot.domain.working_time import HOURS_FROM, HOURS_UNTIL, MONDAY_TO_FRIDAY, WorkingCalendar

LOOKED_AHEAD = 28
"""Days over which hours are compared: four whole weeks, so that every weekday counts the same."""
USUAL: Hours = dict.fromkeys(sorted(MONDAY_TO_FRIDAY), ((HOURS_FROM, HOURS_UNTIL),))
"""The hours of a client of whom none are known."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Minutes that two people share, and how many the client works, both on a day on which the client works, on average
    over `LOOKED_AHEAD` days."""

    shared: int
    of: int

    @property
    def share(self) -> float:
        return self.shared / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class OpenTime:
    """When a client works from one day on: `spans` in minutes since the beginning of 1970 in UTC, in order, on so many
    `days`."""

    spans: tuple[tuple[int, int], ...]
    days: int
    first: date


def open_time(zone: ZoneInfo, hours: Hours | None, first: date) -> OpenTime:
    """The hours of a client (None: the usual ones) on `LOOKED_AHEAD` days of its own calendar from `first` on.

    Public holidays and days off count as days like any other: they say nothing of whom it suits.
    """
    opened = USUAL if hours is None else hours
    spans: list[tuple[int, int]] = []
    days = 0
    for day in _days(first, LOOKED_AHEAD):
        intervals = opened.get(day.weekday(), ())
        days += bool(intervals)
        spans += [(_minute(day, begin, zone), _minute(day, end, zone)) for begin, end in intervals]
    return OpenTime(tuple(spans), days, first)


def overlap(client: OpenTime, calendar: WorkingCalendar) -> Overlap:
    """What `calendar` shares of the client's time, by its weekdays and hours alone."""
    if not client.days:
        return Overlap(0, 0)
    # A day more on both sides: somewhere it is tomorrow already.
    theirs = [
        (
            _minute(day, calendar.hours_from, calendar.zone),
            _minute(day, calendar.hours_until, calendar.zone),
        )
        for day in _days(client.first - timedelta(days=2), LOOKED_AHEAD + 4)
        if day.weekday() in calendar.work_days
    ]
    shared, at = 0, 0
    for begin, end in client.spans:
        while at < len(theirs) and theirs[at][1] <= begin:
            at += 1
        near = at
        while near < len(theirs) and theirs[near][0] < end:
            shared += max(0, min(end, theirs[near][1]) - max(begin, theirs[near][0]))
            near += 1
    worked = sum(max(0, end - begin) for begin, end in client.spans)
    return Overlap(round(shared / client.days), round(worked / client.days))


def _days(first: date, count: int) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range(count))


def _minute(day: date, at: time, zone: ZoneInfo) -> int:
    moment = datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
    return int(moment.timestamp()) // 60
