"""Business time of a client: when somebody there is at work, and how much of that time has passed.

A moment counts when the client's own wall clock shows an hour at which the client works, on a day on which it does. A
change of daylight-saving time makes such an interval longer or shorter, as it does for the people there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.domain.clients import Client
from bot.domain.working_time import HOURS_FROM, HOURS_UNTIL, MONDAY_TO_FRIDAY, is_public_holiday

Week = tuple[tuple[tuple[time, time], ...], ...]
"""Intervals of each weekday, Monday first; none: nobody works then."""
Spans = tuple[tuple[datetime, datetime], ...]
"""UTC moments from and until, in order and apart."""

_ONE_DAY = timedelta(days=1)
_LONGEST_SEARCH = 800
"""Days without business after which the search gives up: a client that never works is a mistake in the book."""
_DAYS_KEPT = 40
"""Days of which a calendar remembers the spans: those around now, again and again."""
_WIDEST = timedelta(hours=28)
"""By how much a local day may lie away from the UTC day of the same date, with room to spare."""

USUAL_WEEK: Week = tuple(
    ((HOURS_FROM, HOURS_UNTIL),) if weekday in MONDAY_TO_FRIDAY else () for weekday in range(7)
)
"""The hours of a client that told none: 9 to 17, Monday to Friday."""


class NoBusinessTime(ValueError):
    """The client works on no day in the years ahead."""


@dataclass(frozen=True, slots=True)
class BusinessTime:
    """When a client works: zone, hours of each weekday, public holidays of `country` (empty: none), own holidays."""

    zone: ZoneInfo
    week: Week = USUAL_WEEK
    country: str = ""
    holidays: frozenset[date] = frozenset()
    _known: dict[date, Spans] = field(default_factory=dict, init=False, repr=False, compare=False)

    def local_date(self, moment: datetime) -> date:
        """The calendar date on the client's wall at `moment` (aware)."""
        return moment.astimezone(self.zone).date()

    def at(self, day: date, at: time) -> datetime:
        """The UTC moment at which the client's clock shows `at` on `day`; in a gap moved forward, twice the first."""
        return datetime.combine(day, at.replace(fold=0), tzinfo=self.zone).astimezone(UTC)

    def is_business_day(self, day: date) -> bool:
        if not self.week[day.weekday()] or day in self.holidays:
            return False
        return not self.country or not is_public_holiday(day, self.country)

    def spans(self, day: date) -> Spans:
        """When the client works on its local `day`; empty on a day off."""
        spans = self._known.get(day)
        if spans is None:
            if len(self._known) >= _DAYS_KEPT:
                self._known.clear()
            spans = self._known[day] = _spans(self, day)
        return spans

    def opens(self, day: date) -> datetime | None:
        """The first moment of business on `day`; None on a day off."""
        spans = self.spans(day)
        return spans[0][0] if spans else None

    def is_open(self, moment: datetime) -> bool:
        return any(start <= moment < end for start, end in self.spans(self.local_date(moment)))

    def add(self, moment: datetime, span: timedelta) -> datetime:
        """The UTC moment at which `span` (> 0) of business time has passed since `moment` (aware).

        Raises NoBusinessTime.
        """
        moment = moment.astimezone(UTC)
        day, left, idle = self.local_date(moment) - _ONE_DAY, span, 0
        while idle < _LONGEST_SEARCH:
            idle += 1
            for start, end in self.spans(day):
                begin = max(start, moment)
                if begin >= end:
                    continue
                idle = 0
                if left <= end - begin:
                    return begin + left
                left -= end - begin
            day += _ONE_DAY
        raise NoBusinessTime(self)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much business time lies between two moments; none when the second is not after the first."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        passed, day, last = timedelta(), self.local_date(start) - _ONE_DAY, self.local_date(end) + _ONE_DAY
        while start < end and day <= last:
            for begin, until in self.spans(day):
                passed += max(min(until, end) - max(begin, start), timedelta())
            day += _ONE_DAY
        return passed

    def next_business_day(self, moment: datetime) -> date:
        """The first business day that begins after `moment`: in the night before one, that very day.

        Raises NoBusinessTime.
        """
        day = self.local_date(moment)
        for _ in range(_LONGEST_SEARCH):
            opens = self.opens(day)
            if opens is not None and opens > moment:
                return day
            day += _ONE_DAY
        raise NoBusinessTime(self)


def _spans(business: BusinessTime, day: date) -> Spans:
    if not business.is_business_day(day):
        return ()
    found: list[tuple[datetime, datetime]] = []
    for begin, until, offset in _same_offset(business.zone, day):
        for opens, closes in business.week[day.weekday()]:
            start = max(datetime.combine(day, opens, tzinfo=UTC) - offset, begin)
            end = min(datetime.combine(day, closes, tzinfo=UTC) - offset, until)
            if start < end:
                found.append((start, end))
    return tuple(_joined(sorted(found)))


def _joined(spans: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Spans that touch or overlap as one."""
    joined: list[tuple[datetime, datetime]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _same_offset(zone: ZoneInfo, day: date) -> list[tuple[datetime, datetime, timedelta]]:
    """The time around a local day in parts of one UTC offset each: from, until (UTC), offset."""
    noon = datetime.combine(day, time(12), tzinfo=UTC)
    first, last = noon - _WIDEST, noon + _WIDEST
    before, after = _offset(zone, first), _offset(zone, last)
    if before == after:
        return [(first, last, before)]
    low, high = first, last
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if _offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    return [(first, high, before), (high, last, after)]


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None, "a zone knows its offset at every moment"
    return offset


def business_time_of(client: Client, zone: str) -> BusinessTime:
    """The client's business time; in `zone`, and with the usual hours where it told none of its own."""
    return _business_time(
        client.zone or zone,
        USUAL_WEEK if not client.hours else tuple(tuple(client.hours.get(day, ())) for day in range(7)),
        client.market,
        frozenset(client.own_holidays),
    )


@lru_cache(maxsize=20_000)
def _business_time(zone: str, week: Week, country: str, holidays: frozenset[date]) -> BusinessTime:
    return BusinessTime(ZoneInfo(zone), week, country, holidays)
