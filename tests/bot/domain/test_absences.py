"""Leave: what can be entered, and where it counts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.absences import Absence, away_on, check_absence, without_days
from bot.domain.digest import next_digest
from bot.domain.gate import Speak, Wait, may_speak
from bot.domain.members import Member
from bot.domain.refusals import Refusal
from tests.bot.domain.people import NOW, PEOPLE, YEAR, member

TODAY = date(2026, 11, 16)
CHRISTMAS = Absence(1, 1, date(2026, 12, 21), date(2027, 1, 1))


def span(first: int, last: int) -> tuple[date, date]:
    return TODAY + timedelta(days=first), TODAY + timedelta(days=last)


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (0, 0, None),
        (-3, 0, None),
        (5, 4, "leave.backwards"),
        (-3, -1, "leave.past"),
        (0, 365, None),
        (0, 366, "leave.too_long"),
        (730, 740, None),
        (731, 740, "leave.too_far"),
    ],
)
def test_what_can_be_entered(first: int, last: int, code: str | None) -> None:
    if code is None:
        check_absence(*span(first, last), TODAY, [])
        return
    with pytest.raises(Refusal) as refused:
        check_absence(*span(first, last), TODAY, [])
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("first", "last", "free"),
    [
        (date(2026, 12, 18), date(2026, 12, 20), True),
        (date(2026, 12, 18), date(2026, 12, 21), False),
        (date(2026, 12, 24), date(2026, 12, 24), False),
        (date(2027, 1, 1), date(2027, 1, 5), False),
        (date(2027, 1, 2), date(2027, 1, 5), True),
    ],
)
def test_two_absences_do_not_share_a_day(first: date, last: date, *, free: bool) -> None:
    if free:
        check_absence(first, last, TODAY, [CHRISTMAS])
        return
    with pytest.raises(Refusal) as refused:
        check_absence(first, last, TODAY, [CHRISTMAS])
    assert refused.value.facts == {"first": CHRISTMAS.first, "last": CHRISTMAS.last}


def test_more_than_fifty_are_refused_and_past_ones_do_not_count() -> None:
    known = [Absence(n, 1, TODAY + timedelta(days=2 * n), TODAY + timedelta(days=2 * n)) for n in range(50)]
    with pytest.raises(Refusal) as refused:
        check_absence(*span(1, 1), TODAY, known)
    assert refused.value.code == "leave.too_many"
    past = [Absence(0, 1, *span(-9, -8)), *known[1:]]
    check_absence(*span(1, 1), TODAY, past)


LEAVE = st.builds(
    lambda begins, days: Absence(
        1, 1, date(2026, 1, 1) + timedelta(days=begins), date(2026, 1, 1) + timedelta(days=begins + days)
    ),
    st.integers(0, 360),
    st.integers(0, 60),
)


@given(PEOPLE, YEAR, st.lists(LEAVE, max_size=4))
def test_nobody_is_spoken_to_on_leave_and_the_wait_ends_on_a_working_day(
    person: Member, now: datetime, absences: list[Absence]
) -> None:
    answer = may_speak(person, now, absences=absences)
    calendar = person.calendar.without(absences)
    if isinstance(answer, Speak):
        assert calendar.is_working_day(calendar.local_date(now))
    else:
        assert isinstance(answer, Wait)
        assert calendar.is_working_day(calendar.local_date(answer.until))
        assert isinstance(may_speak(person, answer.until, absences=absences), Speak)


def test_the_next_digest_waits_for_the_end_of_leave() -> None:
    alice = member(digest_time=time(9))
    away = Absence(1, 1, date(2026, 11, 16), date(2026, 11, 25))

    assert next_digest(alice, NOW, [away]) == alice.calendar.at(date(2026, 11, 27), time(9)), "Thanksgiving"


spans = st.tuples(st.integers(0, 40), st.integers(-2, 15)).map(lambda each: span(each[0], each[0] + each[1]))


@given(st.lists(spans.filter(lambda each: each[0] <= each[1]), max_size=4), st.lists(spans, max_size=4))
def test_what_is_left_of_leave_is_every_day_of_it_that_nobody_covers(
    away: list[tuple[date, date]], covered: list[tuple[date, date]]
) -> None:
    leave = [Absence(number, 1, *days) for number, days in enumerate(away)]
    left = without_days(leave, covered)

    for offset in range(-1, 60):
        day = TODAY + timedelta(days=offset)
        expected = any(first <= day <= last for first, last in away) and not any(
            first <= day <= last for first, last in covered
        )
        assert (away_on(left, day) is not None) == expected
