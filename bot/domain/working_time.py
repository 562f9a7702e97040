"""Working days of a person, and the moments at which local days begin.

A digest, a due day and a snooze belong to a local calendar date. Dates are counted as plain dates and only
then turned into moments, so a change of daylight-saving time can neither skip nor double a day.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.domain.absences import Absence, away_on

MONDAY_TO_FRIDAY = frozenset(range(5))
"""Weekdays as `date.weekday()` counts them: Monday is 0."""

HOURS_FROM = time(9, 0)
HOURS_UNTIL = time(17, 0)
"""The hours of a working day in which somebody can be expected to answer, unless they chose others."""
_LAST_HOURS = 22
_ONE_DAY = timedelta(days=1)
_LONGEST_SEARCH = 3700
"""Days after which the search for a working day gives up: ten years without one is a broken calendar."""


@lru_cache(maxsize=64)
def public_holidays(country: str) -> Container[date]:
    """Days on which people in `country` do not work, for any year.

    `country` is ISO 3166-1 (``FR``) or with a subdivision (``US-NY``). An unknown country has no holidays, an
    unknown subdivision those of its country. Source: the `holidays` package.
    """
    import holidays  # loading it takes longer than all of our own start-up: only when a calendar is asked

    code, _, subdivision = country.partition("-")
    for within in (subdivision or None, None):
        try:
            found: Container[date] = holidays.country_holidays(code, subdiv=within)
        except NotImplementedError:
            continue
        return found
    return frozenset[date]()


@lru_cache(maxsize=64)
def holiday_names(country: str, year: int, language: str) -> Mapping[date, str]:
    """The public holidays of `country` in one year with their names, in `language` (``fr``) where they are known in it.

    For `country` see `public_holidays`. Source: the `holidays` package; a language that it does not have for a country
    gives the country's own.
    """
    import holidays  # as above

    code, _, subdivision = country.partition("-")
    for within in (subdivision or None, None):
        try:
            known = holidays.country_holidays(code, subdiv=within)
        except NotImplementedError:
            continue
        spoken = [each for each in known.supported_languages if each.partition("_")[0] == language]
        found = holidays.country_holidays(
            code, subdiv=within, years=year, language=spoken[0] if spoken else None
        )
        return {day: name for day, name in found.items() if day.year == year}
    return {}


def holidays_ahead(country: str, first: date, last: date, language: str) -> list[tuple[date, str]]:
    """The public holidays from `first` to `last`, both included, with their names; none without a country."""
    years = range(first.year, last.year + 1) if country else ()
    return sorted(
        (day, name)
        for year in years
        for day, name in holiday_names(country, year, language).items()
        if first <= day <= last
    )


@lru_cache(maxsize=20_000)
def is_public_holiday(day: date, country: str) -> bool:
    """Whether `day` is one of `public_holidays`; due moments ask this of the same few months again and again."""
    return day in public_holidays(country)


@dataclass(frozen=True)
class WorkingCalendar:
    """When one person works: zone, weekdays, hours, public holidays of `country` (empty: none).

    `away` are absences. They count where somebody is spoken to, and where nobody covers for them (`without`).
    """

    zone: ZoneInfo
    work_days: frozenset[int] = MONDAY_TO_FRIDAY
    country: str = ""
    hours_from: time = HOURS_FROM
    hours_until: time = HOURS_UNTIL
    away: tuple[Absence, ...] = ()

    def without(self, absences: Iterable[Absence]) -> WorkingCalendar:
        """The same calendar, in which no day of an absence is a working day."""
        return replace(self, away=tuple(absences))

    def local_date(self, moment: datetime) -> date:
        """The calendar date on this person's wall at `moment` (aware)."""
        return moment.astimezone(self.zone).date()

    def at(self, day: date, at: time) -> datetime:
        """The UTC moment at which this person's clock shows `at` on `day`.

        A time that a daylight-saving change skips moves forward by the gap, or back by it where forward would be
        the next day (Greenland skips the last hour of a day); one that occurs twice means the first occurrence.
        """
        moment = datetime.combine(day, at.replace(fold=0), tzinfo=self.zone).astimezone(UTC)
        if at.hour >= _LAST_HOURS and self.local_date(moment) != day:
            return datetime.combine(day, at.replace(fold=1), tzinfo=self.zone).astimezone(UTC)
        return moment

    def starts(self, day: date) -> datetime:
        """The UTC moment at which `day` begins for this person."""
        return self.at(day, time())

    def is_working_day(self, day: date) -> bool:
        if day.weekday() not in self.work_days:
            return False
        if self.away and away_on(self.away, day) is not None:
            return False
        return not self.country or not is_public_holiday(day, self.country)

    def first_working_day(self, day: date) -> date:
        """`day` itself when it is a working day, else the next one.

        Raises ValueError when there is none within ten years.
        """
        for offset in range(_LONGEST_SEARCH):
            candidate = day + timedelta(days=offset)
            if self.is_working_day(candidate):
                return candidate
        raise ValueError(f"no working day within {_LONGEST_SEARCH} days of {day}")

    def add_working_days(self, day: date, count: int) -> date:
        """The working day that is `count` (≥ 0) working days after `day`; for 0 the first from `day` on.

        Raises ValueError like `first_working_day`.
        """
        if count == 0:
            return self.first_working_day(day)
        reached, last = day, day + timedelta(days=7 * count + _LONGEST_SEARCH)
        while count:
            if reached >= last:
                raise ValueError(f"not {count} more working days until {last}")
            reached += _ONE_DAY
            count -= self.is_working_day(reached)
        return reached

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days there are after `first` up to and including `last`."""
        return sum(self.is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))

    def next_at(self, moment: datetime, at: time) -> datetime:
        """The first UTC moment from `moment` (aware) on at which the clock shows `at` on a working day.

        Raises ValueError like `first_working_day`.
        """
        day = self.first_working_day(self.local_date(moment))
        found = self.at(day, at)
        return found if found >= moment else self.at(self.first_working_day(day + _ONE_DAY), at)

    def add_working_hours(self, moment: datetime, span: timedelta) -> datetime:
        """The UTC moment at which `span` (≥ 0) of working hours has passed since `moment` (aware).

        Counted from `hours_from` to `hours_until` of this person's clock on working days, as long as those really last:
        a change of daylight-saving time in between makes a day longer or shorter. Raises ValueError like
        `first_working_day`.
        """
        reached = moment.astimezone(UTC)
        day = self.first_working_day(self.local_date(reached))
        while True:
            start, end = max(reached, self.at(day, self.hours_from)), self.at(day, self.hours_until)
            if start < end and span <= end - start:
                return start + span
            if start < end:
                span -= end - start
            day = self.first_working_day(day + _ONE_DAY)
