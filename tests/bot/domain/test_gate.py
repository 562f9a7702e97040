"""When the bot may speak to somebody by itself."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given

from bot.domain.gate import Never, Speak, Wait, may_speak
from bot.domain.members import Member
from tests.bot.domain.people import PEOPLE, YEAR, member, transitions

ALICE = member()


def new_york(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 on Alice's wall, which shows five hours less than UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) + timedelta(hours=5)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (new_york(16, 8, 29), Wait(new_york(16, 8, 30), "quiet_hours")),
        (new_york(16, 8, 30), Speak(new_york(16, 18))),
        (new_york(16, 17, 59), Speak(new_york(16, 18))),
        (new_york(16, 18), Wait(new_york(17, 8, 30), "quiet_hours")),
        (new_york(20, 19), Wait(new_york(23, 8, 30), "quiet_hours")),
        (new_york(21, 12), Wait(new_york(23, 8, 30), "day_off")),
        (new_york(26, 12), Wait(new_york(27, 8, 30), "day_off")),
    ],
    ids=[
        "before it opens",
        "opens",
        "before it closes",
        "closes",
        "friday night",
        "saturday",
        "thanksgiving",
    ],
)
def test_quiet_hours_and_days_off_are_kept(at: datetime, expected: Speak | Wait) -> None:
    assert may_speak(ALICE, at) == expected


def test_a_closed_account_is_never_spoken_to() -> None:
    assert may_speak(member(active=False), new_york(16, 12)) == Never("inactive")


@pytest.mark.parametrize(
    ("digest_time", "closes"),
    [
        (time(6, 0), new_york(16, 18)),
        (time(17, 30), new_york(16, 19, 30)),
        (time(21, 15), new_york(16, 23, 15)),
        (time(22, 30), new_york(17, 0)),
        (time(23, 59), new_york(17, 0)),
    ],
)
def test_a_digest_time_in_the_quiet_hours_moves_their_border_with_it(
    digest_time: time, closes: datetime
) -> None:
    late = member(digest_time=digest_time)

    assert may_speak(
        late, late.calendar.at(late.calendar.local_date(new_york(16, 12)), digest_time)
    ) == Speak(closes)


@given(PEOPLE, YEAR)
def test_at_the_digest_time_of_a_working_day_the_gate_stands_open(person: Member, now: datetime) -> None:
    calendar = person.calendar
    day = calendar.first_working_day(calendar.local_date(now))

    assert isinstance(may_speak(person, calendar.at(day, person.digest_time)), Speak)


@given(PEOPLE, YEAR)
def test_who_is_told_to_wait_may_speak_at_that_moment_and_not_before(person: Member, now: datetime) -> None:
    answer = may_speak(person, now)

    if isinstance(answer, Speak):
        assert answer.until > now
        assert not isinstance(may_speak(person, answer.until), Speak)
        assert isinstance(may_speak(person, answer.until - timedelta(seconds=1)), Speak)
    else:
        assert isinstance(answer, Wait)
        assert answer.until > now
        assert isinstance(may_speak(person, answer.until), Speak)
        assert may_speak(person, answer.until - timedelta(seconds=1)) != Speak(answer.until)


@given(PEOPLE, YEAR)
def test_nobody_is_spoken_to_on_a_day_off(person: Member, now: datetime) -> None:
    calendar = person.calendar

    if not calendar.is_working_day(calendar.local_date(now)):
        assert isinstance(may_speak(person, now), Wait)


def test_the_gate_opens_on_each_working_day_on_which_a_zone_changes_its_clock() -> None:
    for zone, day in transitions():
        for digest_time in (time(0, 30), time(2, 30), time(9, 0), time(23, 45)):
            person = member(zone=zone, country="", work_days=frozenset(range(7)), digest_time=digest_time)

            assert isinstance(may_speak(person, person.calendar.at(day, digest_time)), Speak), (zone, day)
