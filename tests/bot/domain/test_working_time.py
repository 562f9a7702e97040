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


# --- Working hours ----------------------------------------------------------------------------------------


def hours_counted_slowly(calendar: WorkingCalendar, start: datetime, end: datetime) -> timedelta:
    """Walks minute by minute and says of each whether the clock shows a working hour."""
    counted, moment = timedelta(), start
    while moment < end:
        local = moment.astimezone(calendar.zone)
        if calendar.is_working_day(local.date()) and 9 <= local.hour < 17:
            counted += timedelta(minutes=1)
        moment += timedelta(minutes=1)
    return counted


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-16T14:00", 4, "2026-11-16T18:00"),  # Monday at nine
        ("2026-11-16T12:00", 4, "2026-11-16T18:00"),  # before the day begins
        ("2026-11-16T20:00", 4, "2026-11-17T16:00"),  # two hours today, the rest tomorrow
        ("2026-11-20T21:00", 4, "2026-11-23T17:00"),  # Friday, one hour before five
        ("2026-11-25T23:00", 8, "2026-11-27T22:00"),  # the evening before Thanksgiving
        ("2026-11-16T18:00", 0, "2026-11-16T18:00"),
    ],
)
def test_working_hours_run_from_nine_to_five_on_working_days(start: str, hours: int, end: str) -> None:
    moment = datetime.fromisoformat(start).replace(tzinfo=UTC)
    found = NEW_YORK.add_working_hours(moment, timedelta(hours=hours))
    assert found == datetime.fromisoformat(end).replace(tzinfo=UTC)


@given(st.data())
def test_working_hours_are_neither_lost_nor_doubled_when_clocks_change(data: st.DataObject) -> None:
    calendar = data.draw(
        st.builds(
            WorkingCalendar,
            zone=st.sampled_from(
                [ZoneInfo(n) for n in ("America/New_York", "Europe/Paris", "Africa/Cairo", "Asia/Tokyo")]
            ),
            work_days=st.sampled_from([frozenset(range(7)), MONDAY_TO_FRIDAY]),
        )
    )
    changes = [
        datetime(2026, 3, 8, tzinfo=UTC),
        datetime(2026, 3, 29, tzinfo=UTC),
        datetime(2026, 4, 24, tzinfo=UTC),
        datetime(2026, 10, 25, tzinfo=UTC),
        datetime(2026, 10, 29, tzinfo=UTC),
        datetime(2026, 11, 1, tzinfo=UTC),
    ]
    start = data.draw(st.sampled_from(changes)) + timedelta(minutes=data.draw(st.integers(-1440, 1440)))
    span = timedelta(minutes=data.draw(st.integers(1, 16 * 60)))

    end = calendar.add_working_hours(start, span)

    assert hours_counted_slowly(calendar, start, end) == span
    assert calendar.is_working_day(calendar.local_date(end))


@given(calendars, st.integers(0, 500_000))
def test_more_working_hours_never_end_earlier(calendar: WorkingCalendar, minutes: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ends = [calendar.add_working_hours(start, timedelta(hours=hours)) for hours in (1, 4, 8, 9)]
    assert ends == sorted(ends)
    assert start < ends[0]
    again = calendar.add_working_hours(ends[1], timedelta(hours=4))
    assert again == ends[2], "four hours and four hours are eight"


@given(calendars, st.integers(0, 500_000))
def test_the_next_ten_o_clock_is_on_a_working_day_and_not_behind_us(
    calendar: WorkingCalendar, minutes: int
) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = calendar.next_at(start, time(10, 0))
    local = found.astimezone(calendar.zone)
    assert found >= start
    assert (local.hour, local.minute) == (10, 0)
    assert calendar.is_working_day(local.date())
