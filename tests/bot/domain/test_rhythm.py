"""The rhythm that is learnt from touches."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.absences import Absence
from bot.domain.cadence import AFTER_COMPLAINT, NEW, Cadence, working_days
from bot.domain.rhythm import LEAST_DAYS, Rhythm, is_proposed, learnt
from tests.bot.domain.people import NOW, client, member

NOBODYS = member(country="").calendar


def every(days: int, times: int = 8) -> list[datetime]:
    return [NOW - timedelta(days=days * number) for number in range(times)]


@pytest.mark.parametrize("days", [7, 14, 21, 28])
def test_a_steady_rhythm_is_learnt_in_the_days_people_say(days: int) -> None:
    assert learnt(every(days), NOBODYS) == Rhythm(days, days, days, 8)


def test_the_middle_gap_decides_and_the_spread_is_told() -> None:
    gaps = [7, 7, 14, 14, 21, 70, 7]
    moments = [NOW]
    for gap in gaps:
        moments.append(moments[-1] - timedelta(days=gap))
    assert learnt(moments, NOBODYS) == Rhythm(14, 7, 18, 8)


def test_too_few_days_tell_of_no_rhythm_and_several_touches_on_a_day_are_one() -> None:
    assert learnt(every(7, LEAST_DAYS - 1), NOBODYS) is None
    assert learnt([NOW + timedelta(minutes=n) for n in range(8)], NOBODYS) is None
    assert learnt([], NOBODYS) is None


def test_leave_makes_no_rhythm_slower() -> None:
    away = Absence(1, 1, (NOW - timedelta(days=20)).date(), (NOW - timedelta(days=1)).date())
    slower = [NOW, *(at - timedelta(days=21) for at in every(7, 6))]
    told = learnt(slower, NOBODYS.without([away]))
    assert told is not None
    assert (told.days, told.high) == (7, 7)


@given(st.lists(st.integers(1, 400), min_size=4, max_size=12))
def test_the_spread_encloses_the_rhythm(gaps: list[int]) -> None:
    moments = [NOW]
    for gap in gaps:
        moments.append(moments[-1] - timedelta(days=gap))
    told = learnt(moments, NOBODYS)
    if told is not None:
        assert 1 <= told.low <= told.days <= told.high <= 730
        assert working_days(told.days) >= 1


def test_it_is_proposed_when_it_differs_clearly_and_not_again_once_declined() -> None:
    usual = Cadence(14, 21)
    weekly = Rhythm(21, 18, 24, 8)
    assert is_proposed(weekly, client(), usual)
    assert not is_proposed(Rhythm(16, 14, 18, 8), client(), usual)
    assert not is_proposed(weekly, client(rhythm_declined=21), usual)
    assert is_proposed(Rhythm(42, 40, 44, 8), client(rhythm_declined=21), usual)
    assert not is_proposed(None, client(), usual)


def test_who_is_new_or_has_complained_is_asked_nothing() -> None:
    for close in (NEW, AFTER_COMPLAINT):
        assert not is_proposed(Rhythm(30, 30, 30, 8), client(), close)
