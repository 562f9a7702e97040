"""Working days, and local days on which the clock is changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.working_time import MONDAY_TO_FRIDAY, WorkingCalendar, public_holidays
from tests.bot.domain.people import transitions

NEW_YORK = WorkingCalendar(ZoneInfo("America/New_York"), country="US")
PARIS = WorkingCalendar(ZoneInfo("Europe/Paris"), country="FR")

days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
calendars = st.builds(
    WorkingCalendar,
    zone=st.sampled_from([ZoneInfo(name) for name in ("America/New_York", "Asia/Tokyo", "Africa/Cairo")]),
    work_days=st.frozensets(st.integers(0, 6), min_size=1),
    country=st.sampled_from(["", "US", "US-NY", "FR", "JP", "IL"]),
)


def counted_slowly(calendar: WorkingCalendar, start: date, count: int) -> date:
    """Walks day by day and says of each whether people work on it."""
    day, left = start, count
    while left or not calendar.is_working_day(day):
        day += timedelta(days=1)
        if left and calendar.is_working_day(day):
            left -= 1
    return day


def test_public_holidays_of_the_country_are_days_off() -> None:
    assert not NEW_YORK.is_working_day(date(2026, 11, 26))  # Thanksgiving
    assert not PARIS.is_working_day(date(2026, 11, 11))  # the armistice of 1918
    assert PARIS.is_working_day(date(2026, 11, 26))
    assert not NEW_YORK.is_working_day(date(2026, 11, 21))


def test_holidays_are_known_for_years_far_away() -> None:
    assert not PARIS.is_working_day(date(2031, 7, 14))


@pytest.mark.parametrize("country", ["XX", "ZZ-ZZ", "nonsense"])
def test_an_unknown_country_has_no_holidays(country: str) -> None:
    assert date(2026, 12, 25) not in public_holidays(country)


def test_an_unknown_subdivision_has_the_holidays_of_its_country() -> None:
    assert date(2026, 11, 26) in public_holidays("US-XX")


def test_a_calendar_without_any_working_day_is_an_error_and_not_an_endless_search() -> None:
    with pytest.raises(ValueError, match="no working day"):
        WorkingCalendar(ZoneInfo("UTC"), frozenset()).first_working_day(date(2026, 1, 1))


@given(calendars, days, st.integers(0, 60))
def test_working_days_are_added_as_a_walk_from_day_to_day_adds_them(
    calendar: WorkingCalendar, start: date, count: int
) -> None:
    assert calendar.add_working_days(start, count) == counted_slowly(calendar, start, count)


@given(calendars, days)
def test_the_first_working_day_is_one_and_none_lies_before_it(calendar: WorkingCalendar, day: date) -> None:
    first = calendar.first_working_day(day)

    assert calendar.is_working_day(first)
    assert not any(calendar.is_working_day(day + timedelta(days=n)) for n in range((first - day).days))


def test_a_local_time_falls_on_its_own_date_in_every_zone_on_each_day_around_a_change() -> None:
    """Neither skipped nor on another day, whatever the hour; at most moved by the gap."""
    times = [time(hour, minute) for hour in (0, 1, 2, 3, 9, 23) for minute in (0, 30)]
    wrong = []
    for name, day in transitions():
        calendar = WorkingCalendar(ZoneInfo(name))
        for wanted in times:
            moment = calendar.at(day, wanted)
            shown = moment.astimezone(calendar.zone)
            late = datetime.combine(day, shown.time()) - datetime.combine(day, wanted)
            if shown.date() != day or not timedelta(hours=-1) <= late <= timedelta(hours=2):
                wrong.append((name, day, wanted, shown))

    assert len(transitions()) > 500
    assert wrong == []


def test_of_a_time_that_comes_twice_the_first_is_meant() -> None:
    assert NEW_YORK.at(date(2026, 11, 1), time(1, 30)) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_a_time_that_is_skipped_moves_ahead_by_the_gap() -> None:
    assert NEW_YORK.at(date(2026, 3, 8), time(2, 30)) == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)


def test_days_begin_in_order_in_every_zone() -> None:
    for name, day in transitions():
        calendar = WorkingCalendar(ZoneInfo(name), MONDAY_TO_FRIDAY)
        lengths = calendar.starts(day + timedelta(days=1)) - calendar.starts(day)

        assert timedelta(hours=22) <= lengths <= timedelta(hours=26), (name, day)
        assert calendar.local_date(calendar.starts(day)) == day
