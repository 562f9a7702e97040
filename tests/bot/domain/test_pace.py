"""The digest slows down while nobody uses it, and is daily again at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.absences import Absence
from bot.domain.digest import next_digest
from bot.domain.members import Member
from bot.domain.pace import Pace, is_to_note, next_day, pace_on
from tests.bot.domain.people import NOW, PEOPLE, member

MONDAY = date(2026, 3, 2)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def days_of(person: Member, first: date, last: date, absences: tuple[Absence, ...] = ()) -> list[date]:
    """The days on which a digest comes from `first` to `last`."""
    calendar = person.calendar.without(absences)
    found, day = [], next_day(person, calendar, first)
    while day <= last:
        found.append(day)
        day = next_day(person, calendar, day + timedelta(days=1))
    return found


def test_after_five_unheeded_days_it_comes_twice_a_week_and_after_fifteen_once() -> None:
    ignoring = member(unheeded_since=MONDAY)

    assert days_of(ignoring, MONDAY, date(2026, 3, 31)) == [
        *(date(2026, 3, day) for day in (2, 3, 4, 5, 6)),
        *(date(2026, 3, day) for day in (9, 12, 16, 19)),
        *(date(2026, 3, day) for day in (23, 30)),
    ]


def test_who_has_pressed_since_gets_one_every_working_day() -> None:
    assert days_of(member(), MONDAY, date(2026, 3, 6)) == [date(2026, 3, d) for d in range(2, 7)]


def test_on_a_monday_that_is_off_the_slow_digest_comes_on_tuesday() -> None:
    ignoring = member(unheeded_since=date(2025, 12, 1))  # 19 January 2026 is a holiday in the United States

    assert days_of(ignoring, date(2026, 1, 12), date(2026, 1, 27)) == [
        date(2026, 1, 12),
        date(2026, 1, 20),
        date(2026, 1, 26),
    ]


def test_who_is_away_ignores_nothing() -> None:
    ignoring = member(unheeded_since=MONDAY)
    leave = (Absence(1, ignoring.id, date(2026, 3, 3), date(2026, 3, 20)),)

    assert pace_on(ignoring, ignoring.calendar, date(2026, 3, 23)) is Pace.WEEKLY
    assert pace_on(ignoring, ignoring.calendar.without(leave), date(2026, 3, 23)) is Pace.DAILY


@given(PEOPLE, DAYS, DAYS)
def test_however_long_it_was_ignored_a_digest_comes_within_eight_days_of_a_full_week(
    person: Member, since: date, day: date
) -> None:
    ignoring = replace(person, country="", unheeded_since=since)
    found = next_day(ignoring, ignoring.calendar, day)

    assert ignoring.calendar.is_working_day(found)
    assert found - day <= timedelta(days=13)


@given(PEOPLE, DAYS, DAYS)
def test_any_press_restores_the_daily_digest_at_once(person: Member, since: date, day: date) -> None:
    calendar = person.calendar
    now = calendar.starts(day)
    ignoring = replace(person, unheeded_since=since)
    pressed = replace(ignoring, unheeded_since=None, last_press_at=now)

    assert next_digest(pressed, now) == calendar.at(calendar.first_working_day(day), person.digest_time)
    assert next_digest(pressed, now) <= next_digest(ignoring, now)


@pytest.mark.parametrize(
    ("person", "noted"),
    [
        (member(), True),
        (member(last_press_at=NOW - timedelta(hours=1)), False),
        (member(last_press_at=NOW - timedelta(days=1)), True),
        (member(last_press_at=NOW - timedelta(hours=1), unheeded_since=NOW.date()), True),
    ],
    ids=["the first ever", "again on that day", "the first of a day", "the first after a digest"],
)
def test_a_press_is_noted_once_a_day_and_after_a_digest(person: Member, noted: bool) -> None:
    assert is_to_note(person, NOW) is noted
