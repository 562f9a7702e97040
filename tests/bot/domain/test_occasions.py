"""Days of a relation: when they come round, and when they are worth a word."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.clients import Status
from bot.domain.occasions import (
    Occasion,
    OccasionKind,
    anniversaries,
    days_of_the_year,
    falling,
    near,
    stage_began,
)
from tests.bot.domain.people import NOW, client, member

ALICE = member()
TODAY = date(2026, 11, 16)
DAYS = st.dates(date(1950, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("year", "kept_on"),
    [
        (2025, date(2025, 2, 28)),
        (2027, date(2027, 2, 28)),
        (2028, date(2028, 2, 29)),
        (2100, date(2100, 2, 28)),
    ],
)
def test_what_began_on_a_leap_day_is_kept_every_year(year: int, kept_on: date) -> None:
    found = list(anniversaries(date(2024, 2, 29), date(year, 1, 1), date(year, 12, 31)))
    assert found == [(kept_on, year - 2024)]


@given(DAYS, DAYS)
def test_every_year_after_the_first_has_one_anniversary(of: date, day: date) -> None:
    first, last = date(day.year, 1, 1), date(day.year, 12, 31)
    found = list(anniversaries(of, first, last))
    assert [years for _, years in found] == ([day.year - of.year] if day.year > of.year else [])
    assert all(each.month == of.month for each, _ in found)


@given(DAYS, DAYS, st.integers(0, 20))
def test_the_database_is_asked_for_all_days_that_may_come_round(of: date, first: date, span: int) -> None:
    last = first + timedelta(days=span)
    if list(anniversaries(of, first, last)):
        assert of.month * 100 + of.day in days_of_the_year(first, last)


def test_an_anniversary_is_told_a_week_ahead_and_again_on_the_day_and_over_the_weekend() -> None:
    occasion = Occasion(OccasionKind.RELATION, TODAY, 5)
    told = {n: stage_began(occasion, TODAY + timedelta(days=n)) for n in (-8, -7, -1, 0, 3, 4)}
    week = TODAY - timedelta(days=7)
    assert told == {-8: None, -7: week, -1: week, 0: TODAY, 3: TODAY, 4: None}


def test_a_renewal_is_told_sixty_thirty_and_ten_days_ahead_and_not_after_its_day() -> None:
    occasion = Occasion(OccasionKind.RENEWAL, TODAY)
    began = [stage_began(occasion, TODAY - timedelta(days=left)) for left in (61, 60, 31, 30, 10, 0, -1)]
    left = [None if day is None else (TODAY - day).days for day in began]
    assert left == [None, 60, 60, 30, 10, 10, None]


def test_a_touch_sees_to_an_occasion_until_its_next_stage() -> None:
    renewing = client(renews_on=TODAY + timedelta(days=31), last_conversation_at=NOW - timedelta(days=1))
    assert near(renewing, ALICE.calendar, NOW) == ()
    assert [each.kind for each in near(renewing, ALICE.calendar, NOW + timedelta(days=1))] == ["renewal"]


def test_what_was_put_aside_is_not_told_again_but_next_year_is() -> None:
    known = client(relation_since=date(2021, 11, 18))
    (occasion,) = near(known, ALICE.calendar, NOW)
    assert (occasion.on, occasion.years) == (date(2026, 11, 18), 5)
    assert near(known, ALICE.calendar, NOW, {occasion.key}) == ()
    (next_year,) = near(known, ALICE.calendar, NOW + timedelta(days=365), {occasion.key})
    assert next_year.years == 6


def test_nothing_is_told_of_who_is_on_hold_archived_or_put_off() -> None:
    known = {"relation_since": date(2021, 11, 18)}
    for silent in (
        client(**known, status=Status.ON_HOLD),
        client(**known, archived=True),
        client(**known, snoozed_until=NOW + timedelta(days=1)),
    ):
        assert near(silent, ALICE.calendar, NOW) == ()


def test_the_day_itself_is_no_anniversary() -> None:
    begun = client(relation_since=TODAY, contract_on=date(2025, 11, 16))
    assert falling(begun, TODAY, TODAY) == [Occasion(OccasionKind.CONTRACT, TODAY, 1)]
