"""Business time against a model that asks the wall clock minute by minute."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.business_time import USUAL_WEEK, BusinessTime, NoBusinessTime, Week

ZONES = (
    "America/New_York",
    "Europe/Paris",
    "Asia/Tokyo",
    "America/St_Johns",
    "Pacific/Auckland",
    "Pacific/Apia",
)
"""New York and Auckland are up to 18 hours apart, Tokyo and New York 14 or 13."""
MINUTE = timedelta(minutes=1)


@lru_cache
def public(country: str) -> Container[date]:
    """The public holidays of a country, or of a part of it."""
    code, _, part = country.partition("-")
    found: Container[date] = holidays.country_holidays(code, subdiv=part or None)
    return found


def is_day_off(business: BusinessTime, day: date) -> bool:
    return day in business.holidays or (business.country != "" and day in public(business.country))


def minutes(business: BusinessTime, start: datetime) -> Iterator[datetime]:
    """Every minute of business from `start` on, as the client's own wall clock says it; the code is asked nothing."""
    moment = start
    while True:
        wall = moment.astimezone(business.zone)
        day, at = wall.date(), wall.time()
        open_now = any(a <= at < b for a, b in business.week[day.weekday()])
        if open_now and not is_day_off(business, day):
            yield moment
        moment += MINUTE


def slow_add(business: BusinessTime, start: datetime, count: int) -> datetime:
    found = minutes(business, start)
    for _ in range(count - 1):
        next(found)
    return next(found) + MINUTE


def slow_between(business: BusinessTime, start: datetime, end: datetime) -> timedelta:
    passed = timedelta()
    for moment in minutes(business, start):
        if moment >= end:
            return passed
        passed += MINUTE
    raise AssertionError("time does not end")


@st.composite
def intervals(draw: st.DrawFn) -> tuple[tuple[time, time], ...]:
    """None, one or two intervals of a day, in order."""
    cuts = draw(st.lists(st.integers(0, 95), unique=True, max_size=4).map(sorted))
    if len(cuts) % 2:
        cuts = cuts[:-1]
    clock = [time(cut // 4, cut % 4 * 15) for cut in cuts]
    return tuple(zip(clock[::2], clock[1::2], strict=True))


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    week = tuple(draw(intervals()) for _ in range(7))
    return week if any(week) else USUAL_WEEK


# Around changes of daylight-saving time, of the year, and of a holiday.
STARTS = st.sampled_from(
    [
        datetime(2026, 3, 7, 12, tzinfo=UTC),
        datetime(2026, 3, 28, 20, tzinfo=UTC),
        datetime(2026, 4, 4, 9, tzinfo=UTC),
        datetime(2026, 9, 26, 10, tzinfo=UTC),
        datetime(2026, 10, 24, 21, tzinfo=UTC),
        datetime(2026, 10, 31, 22, tzinfo=UTC),
        datetime(2026, 11, 25, 15, tzinfo=UTC),
        datetime(2011, 12, 29, 9, tzinfo=UTC),
    ]
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[BusinessTime, datetime]:
    start = draw(STARTS) + timedelta(minutes=draw(st.integers(0, 1500)))
    holidays = frozenset(
        start.date() + timedelta(days=n) for n in draw(st.sets(st.integers(0, 3), max_size=2))
    )
    business = BusinessTime(
        ZoneInfo(draw(st.sampled_from(ZONES))),
        draw(weeks()),
        draw(st.sampled_from(["", "US-NY", "FR", "CA-QC"])),
        holidays,
    )
    return business, start


@settings(deadline=None, max_examples=150)
@given(cases(), st.integers(1, 700))
def test_adding_business_time_ends_where_the_wall_clock_says(
    case: tuple[BusinessTime, datetime], count: int
) -> None:
    business, start = case
    assert business.add(start, timedelta(minutes=count)) == slow_add(business, start, count)


@settings(deadline=None, max_examples=150)
@given(cases(), st.integers(0, 4000))
def test_business_time_between_two_moments_is_what_the_wall_clock_counts(
    case: tuple[BusinessTime, datetime], count: int
) -> None:
    business, start = case
    end = start + timedelta(minutes=count)
    assert business.between(start, end) == slow_between(business, start, end)


@settings(deadline=None, max_examples=80)
@given(cases(), st.integers(1, 900))
def test_what_is_added_lies_between(case: tuple[BusinessTime, datetime], count: int) -> None:
    business, start = case
    span = timedelta(minutes=count)
    assert business.between(start, business.add(start, span)) == span


@settings(deadline=None, max_examples=80)
@given(cases())
def test_the_next_business_day_begins_after_the_moment_and_is_the_first(
    case: tuple[BusinessTime, datetime],
) -> None:
    business, start = case
    begun: set[date] = set()
    for first in minutes(business, start - timedelta(days=2)):
        day = first.astimezone(business.zone).date()
        if day not in begun and first > start:
            break
        begun.add(day)
    assert business.next_business_day(start) == day
    assert business.opens(day) == first


def test_a_question_in_the_night_belongs_to_the_day_that_begins() -> None:
    toronto = BusinessTime(ZoneInfo("America/Toronto"), country="CA-ON")
    assert toronto.next_business_day(datetime(2026, 11, 17, 7, tzinfo=UTC)) == date(2026, 11, 17)
    assert toronto.next_business_day(datetime(2026, 11, 17, 14, tzinfo=UTC)) == date(2026, 11, 18)
    assert toronto.next_business_day(datetime(2026, 11, 20, 23, tzinfo=UTC)) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("country", "day", "works"),
    [
        ("US-NY", date(2026, 11, 26), False),  # Thanksgiving
        ("US-NY", date(2026, 11, 27), True),
        ("US-NY", date(2027, 7, 5), False),  # the Fourth of July falls on a Sunday
        ("FR", date(2026, 5, 14), False),  # Ascension
        ("FR", date(2026, 7, 14), False),
        ("CA-QC", date(2026, 6, 24), False),  # Saint-Jean-Baptiste
        ("CA-ON", date(2026, 6, 24), True),
    ],
)
def test_days_off_are_those_that_people_there_know(country: str, day: date, works: bool) -> None:
    assert BusinessTime(ZoneInfo("UTC"), country=country).is_business_day(day) is works


def test_a_client_that_never_works_is_said_to_be_one() -> None:
    never = BusinessTime(ZoneInfo("UTC"), ((),) * 7)
    with pytest.raises(NoBusinessTime):
        never.add(datetime(2026, 11, 16, tzinfo=UTC), MINUTE)
    with pytest.raises(NoBusinessTime):
        never.next_business_day(datetime(2026, 11, 16, tzinfo=UTC))
