"""When a client is due, and when it is neglected."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cadence import (
    NEW,
    TIERS,
    Cadence,
    ClientState,
    Why,
    cadence_of,
    moments,
    state_of,
    working_days,
)
from bot.domain.clients import Client, Tier
from bot.domain.working_time import WorkingCalendar
from tests.bot.domain.people import NOW, client, moments_between

NEW_YORK = WorkingCalendar(ZoneInfo("America/New_York"), country="US")
PLAIN = WorkingCalendar(ZoneInfo("America/New_York"))
past = moments_between(datetime(2025, 1, 1, tzinfo=UTC), NOW)
books = st.builds(
    client,
    tier=st.sampled_from(list(Tier)),
    created_at=past,
    cadence_days=st.none() | st.integers(1, 730),
    last_conversation_at=st.none() | past,
    last_one_way_at=st.none() | past,
    new_until=st.none() | past | st.just(NOW + timedelta(days=30)),
    calm_until=st.none() | st.just(NOW + timedelta(days=14)),
    complaint_at=st.none() | past,
    missed_at=st.none() | past,
)


def noon(day: date) -> datetime:
    return NEW_YORK.at(day, time(12))


@pytest.mark.parametrize(
    ("tier", "due", "neglected"),
    [
        (Tier.A, date(2026, 9, 21), date(2026, 9, 28)),
        (Tier.B, date(2026, 10, 6), date(2026, 10, 21)),
        (Tier.C, date(2026, 11, 5), date(2026, 12, 4)),
        (Tier.D, date(2026, 12, 4), date(2027, 1, 19)),
    ],
)
def test_each_tier_is_due_and_neglected_after_its_days(tier: Tier, due: date, neglected: date) -> None:
    spoke = client(tier=tier, last_conversation_at=noon(date(2026, 9, 7)))

    expected = moments(spoke, PLAIN, NOW)

    assert (PLAIN.local_date(expected.due_at), PLAIN.local_date(expected.neglected_at)) == (due, neglected)


def test_without_holidays_two_weeks_end_on_the_same_weekday() -> None:
    spoke = client(last_conversation_at=noon(date(2026, 10, 21)))

    assert PLAIN.local_date(moments(spoke, PLAIN, NOW).due_at) == date(2026, 11, 4)


def test_a_holiday_does_not_age_a_client() -> None:
    spoke = client(last_conversation_at=noon(date(2026, 11, 20)))  # Thanksgiving lies in between

    assert NEW_YORK.local_date(moments(spoke, NEW_YORK, NOW).due_at) == date(2026, 12, 7)


def test_after_a_complaint_a_client_is_due_in_three_working_days_and_neglected_in_five() -> None:
    friday = noon(date(2026, 10, 23))
    complained = client(last_conversation_at=friday, complaint_at=friday)

    expected = moments(complained, PLAIN, NOW)

    assert PLAIN.local_date(expected.due_at) == date(2026, 10, 28)
    assert PLAIN.local_date(expected.neglected_at) == date(2026, 10, 30)
    assert cadence_of(complained, NOW).why is Why.COMPLAINT
    assert cadence_of(replace(complained, complaint_at=None), NOW).why is Why.TIER


def test_a_complaint_by_mail_counts_from_itself_and_a_talk_after_it_from_the_talk() -> None:
    spoke, wrote, again = (noon(date(2026, 10, day)) for day in (5, 19, 21))
    complained = client(last_conversation_at=spoke, last_one_way_at=wrote, complaint_at=wrote)

    assert PLAIN.local_date(moments(complained, PLAIN, NOW).due_at) == date(2026, 10, 19 + 3)
    talked = replace(complained, last_conversation_at=again)
    assert PLAIN.local_date(moments(talked, PLAIN, NOW).due_at) == date(2026, 10, 26)


@given(books)
def test_a_complaint_never_makes_a_client_due_later(known: Client) -> None:
    without = moments(replace(known, complaint_at=None), NEW_YORK, NOW)
    expected = moments(known, NEW_YORK, NOW)

    assert expected.due_at <= without.due_at
    assert expected.neglected_at <= without.neglected_at


def test_a_new_client_is_looked_after_more_closely() -> None:
    new = client(tier=Tier.D, cadence_days=365, new_until=NOW + timedelta(days=1))

    assert cadence_of(new, NOW) == NEW
    assert cadence_of(new, NOW + timedelta(days=1)) == Cadence(365, 548)


def test_a_cadence_out_of_order_is_refused() -> None:
    with pytest.raises(ValueError, match="in order"):
        Cadence(30, 20)
    with pytest.raises(ValueError, match="positive"):
        Cadence(0, 20)


def test_one_way_contact_restarts_half_of_the_interval() -> None:
    spoke = client(last_conversation_at=noon(date(2026, 11, 2)))
    mailed = replace(spoke, last_one_way_at=noon(date(2026, 11, 13)))

    assert PLAIN.local_date(moments(spoke, PLAIN, NOW).due_at) == date(2026, 11, 16)
    assert PLAIN.local_date(moments(mailed, PLAIN, NOW).due_at) == date(2026, 11, 20)


@given(books, past)
def test_one_way_contact_never_brings_a_moment_forward(known: Client, at: datetime) -> None:
    mailed = replace(known, last_one_way_at=max(at, known.last_one_way_at or at))

    before, after = moments(known, NEW_YORK, NOW), moments(mailed, NEW_YORK, NOW)

    assert after.due_at >= before.due_at
    assert after.neglected_at >= before.neglected_at


@given(books, past)
def test_a_later_conversation_never_brings_a_moment_forward(known: Client, at: datetime) -> None:
    since = known.last_conversation_at or known.created_at
    spoke = replace(known, last_conversation_at=max(at, since))

    assert moments(spoke, NEW_YORK, NOW).due_at >= moments(known, NEW_YORK, NOW).due_at


@given(books)
def test_a_client_is_due_before_it_is_neglected_and_both_begin_working_days(known: Client) -> None:
    expected = moments(known, NEW_YORK, NOW)

    assert expected.due_at <= expected.neglected_at
    for moment in (expected.due_at, expected.neglected_at):
        assert NEW_YORK.starts(NEW_YORK.local_date(moment)) == moment or moment == known.calm_until
        assert NEW_YORK.is_working_day(NEW_YORK.local_date(expected.due_at))


@given(books)
def test_nothing_turns_red_while_the_time_after_an_import_lasts(known: Client) -> None:
    expected = moments(known, NEW_YORK, NOW)
    calm = replace(known, due_at=expected.due_at, neglected_at=expected.neglected_at)

    if known.calm_until is not None:
        assert state_of(calm, known.calm_until - timedelta(seconds=1)) is not ClientState.NEGLECTED


@given(books, st.lists(st.integers(0, 900), min_size=2, max_size=8))
def test_a_client_only_ever_goes_from_bad_to_worse_as_time_passes(known: Client, days: list[int]) -> None:
    expected = moments(known, NEW_YORK, NOW)
    stands = replace(known, due_at=expected.due_at, neglected_at=expected.neglected_at)
    order = [
        ClientState.ON_TRACK,
        ClientState.DUE_SOON,
        ClientState.NEVER if known.last_touch_at is None else ClientState.DUE,
        ClientState.NEGLECTED,
    ]
    began = known.last_touch_at or known.created_at

    seen = [order.index(state_of(stands, began + timedelta(days=n))) for n in sorted(days)]

    assert seen == sorted(seen)


def test_due_soon_is_the_last_fifth() -> None:
    spoke = client(
        last_conversation_at=NOW, due_at=NOW + timedelta(days=10), neglected_at=NOW + timedelta(days=15)
    )

    assert state_of(spoke, NOW + timedelta(days=7, hours=23)) is ClientState.ON_TRACK
    assert state_of(spoke, NOW + timedelta(days=8)) is ClientState.DUE_SOON
    assert state_of(spoke, NOW + timedelta(days=10)) is ClientState.DUE
    assert state_of(spoke, NOW + timedelta(days=15)) is ClientState.NEGLECTED


def test_a_client_without_a_clock_is_on_track_and_one_never_spoken_to_says_so() -> None:
    assert state_of(client(), NOW) is ClientState.NO_RULE
    never = client(due_at=NOW, neglected_at=NOW + timedelta(days=1))
    assert state_of(never, NOW) is ClientState.NEVER


@given(st.integers(1, 2000))
def test_days_become_working_days_at_five_a_week(days: int) -> None:
    assert abs(working_days(days) - days * 5 / 7) <= 1
    assert working_days(days) >= 1


def test_the_tiers_are_those_of_the_house() -> None:
    assert {tier.value: (c.due, c.neglected) for tier, c in TIERS.items()} == {
        "A": (14, 21),
        "B": (30, 45),
        "C": (60, 90),
        "D": (90, 135),
    }
