"""When the bot may speak to somebody by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.absences import Absence
from bot.domain.gate import (
    A_DAY,
    AN_HOUR,
    WEIGHTS,
    Never,
    Speak,
    Told,
    Wait,
    Weight,
    interrupts,
    may_speak,
    weight_of,
)
from bot.domain.members import Member, Role
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


# --- What else is weighed ---------------------------------------------------------------------------------

KINDS = st.sampled_from([*WEIGHTS, "something new"])
SPANS = st.integers(1, 400).map(lambda hours: timedelta(hours=hours))


@st.composite
def asked(draw: st.DrawFn) -> tuple[Member, datetime, str, Told]:
    """A person, a moment, a kind of message, and what was said and done before."""
    now = draw(YEAR)
    person = replace(
        draw(PEOPLE),
        quiet_hours=draw(st.booleans()),
        dnd_from=now - timedelta(hours=draw(st.integers(0, 30))),
        dnd_until=now + timedelta(hours=draw(st.integers(-2, 30))),
        roles=frozenset(Role),
    )
    told = Told(
        interrupted=tuple(
            now - timedelta(minutes=m) for m in draw(st.lists(st.integers(0, 1500), max_size=9))
        ),
        snoozed_until=draw(st.none() | SPANS.map(lambda span: now + span)),
    )
    return person, now, draw(KINDS), told


@given(asked())
def test_waiting_always_ends(case: tuple[Member, datetime, str, Told]) -> None:
    person, now, kind, told = case
    answer = may_speak(person, now, about=kind, told=told)

    for _ in range(6):
        if not isinstance(answer, Wait):
            break
        assert answer.until > now
        now = answer.until
        answer = may_speak(person, now, about=kind, told=told)
    assert isinstance(answer, Speak)


@given(asked())
def test_nothing_but_a_wish_is_said_in_quiet_hours_unless_they_were_given_up(
    case: tuple[Member, datetime, str, Told],
) -> None:
    person, now, kind, told = case
    answer = may_speak(person, now, about=kind, told=told)

    if isinstance(answer, Speak) and isinstance(may_speak(person, now), Wait):
        assert weight_of(kind) is Weight.WISH or not person.quiet_hours
        assert kind != "digest"


@given(asked())
def test_the_budget_is_never_exceeded(case: tuple[Member, datetime, str, Told]) -> None:
    person, now, kind, told = case
    answer = may_speak(person, now, about=kind, told=told)
    today = person.calendar.local_date(now)

    if isinstance(answer, Speak) and interrupts(kind):
        assert sum(each > now - timedelta(hours=1) for each in told.interrupted) < AN_HOUR
        assert sum(person.calendar.local_date(each) == today for each in told.interrupted) < A_DAY


def test_with_a_full_hour_the_next_one_waits_for_the_first_of_three_to_be_an_hour_old() -> None:
    said = tuple(new_york(16, 10, minute) for minute in (0, 20, 40))

    waits = may_speak(ALICE, new_york(16, 10, 50), about="policy_reminder", told=Told(said))
    assert waits == Wait(new_york(16, 11), "budget_hour")
    for spared in ("digest", "approval_news", "meeting"):
        assert isinstance(may_speak(ALICE, new_york(16, 10, 50), about=spared, told=Told(said)), Speak)


def test_with_a_full_day_the_next_one_waits_for_the_morning() -> None:
    said = tuple(new_york(16, hour) for hour in range(9, 15))

    waits = may_speak(ALICE, new_york(16, 17), about="approval", told=Told(said))
    assert waits == Wait(new_york(17, 8, 30), "budget_day")


def test_do_not_disturb_and_a_snooze_hold_a_nudge_until_they_end() -> None:
    noon, disturbed = new_york(16, 12), member(dnd_from=new_york(16, 11), dnd_until=new_york(16, 13))
    snoozed = Told(snoozed_until=new_york(18, 0))

    assert may_speak(disturbed, noon, about="digest") == Wait(new_york(16, 13), "do_not_disturb")
    assert isinstance(may_speak(disturbed, new_york(16, 13), about="digest"), Speak)
    assert may_speak(ALICE, noon, about="policy_reminder", told=snoozed) == Wait(
        new_york(18, 8, 30), "snoozed"
    )
    assert isinstance(may_speak(ALICE, noon, about="approval_news", told=snoozed), Speak)


def test_who_gave_up_quiet_hours_hears_of_all_but_the_daily_message_at_night_and_on_sunday() -> None:
    night_owl = member(quiet_hours=False)

    for moment in (new_york(16, 23), new_york(22, 12)):
        assert isinstance(may_speak(night_owl, moment, about="approval"), Speak)
        assert isinstance(may_speak(night_owl, moment, about="digest"), Wait)
    away = (Absence(1, night_owl.id, date(2026, 11, 16), date(2026, 11, 17)),)
    assert may_speak(night_owl, new_york(16, 23), about="approval", absences=away) == Wait(
        new_york(18, 8, 30), "away"
    )


def test_what_is_for_a_role_is_not_said_to_who_has_lost_it() -> None:
    assert may_speak(ALICE, new_york(16, 12), about="rule_upkeep") == Never("role")
    assert may_speak(ALICE, new_york(16, 12), about="lead_page") == Never("role")
    assert may_speak(ALICE, new_york(16, 12), about="lead_neglect") == Never("role")
    officer = member(roles=frozenset({Role.COMPLIANCE}))
    assert isinstance(may_speak(officer, new_york(16, 12), about="rule_upkeep"), Speak)


@pytest.mark.parametrize(
    ("facts", "hours", "held"),
    [("same", 47, True), ("same", 49, False), ("other", 1, False)],
    ids=["soon", "later", "something changed"],
)
def test_a_nudge_is_not_repeated_while_nothing_changed(facts: str, hours: int, held: bool) -> None:
    now = new_york(18, 12)
    told = Told(facts="same", last=(facts, now - timedelta(hours=hours)))

    answer = may_speak(ALICE, now, about="policy_reminder", told=told)
    assert answer == Never("nothing_changed") if held else isinstance(answer, Speak)
    assert isinstance(may_speak(ALICE, now, about="approval", told=told), Speak)
