"""By when a client is answered, what stops and pauses the clocks, and who hears of it when."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.answer_terms import Market, market_of, policy_of
from bot.domain.business_time import BusinessTime
from bot.domain.clients import Tier
from bot.domain.response import (
    Event,
    Measured,
    Rung,
    What,
    by_month,
    deadlines,
    ladder,
    next_look,
    percentile,
    standing_of,
    step_now,
    time_to,
    times_of_day,
)
from tests.bot.domain.test_business_time import MINUTE, cases, minutes

NEW_YORK = BusinessTime(ZoneInfo("America/New_York"), country="US-NY")
TORONTO = BusinessTime(ZoneInfo("America/Toronto"), country="CA-ON")
PARIS = BusinessTime(
    ZoneInfo("Europe/Paris"),
    tuple(((time(9), time(12, 30)), (time(14), time(18, 30))) if day < 5 else () for day in range(7)),
    "FR",
)
EVERY_HOUR = BusinessTime(ZoneInfo("America/New_York"), tuple(((time(0), time(23, 59)),) for _ in range(7)))
MARKETS = st.sampled_from(list(Market))
TIERS = st.sampled_from(list(Tier))


def new_york(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK.zone).astimezone(UTC)


def toronto(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TORONTO.zone).astimezone(UTC)


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS.zone).astimezone(UTC)


def due(
    asked: datetime, market: Market, tier: Tier, business: BusinessTime, *events: Event
) -> tuple[datetime | None, datetime | None]:
    found = deadlines(standing_of(asked, events), policy_of(market, tier), business)
    return found.acknowledge, found.answer


@pytest.mark.parametrize(
    ("place", "market"),
    [("US-NY", Market.US), ("CA-QC", Market.CANADA), ("FR", Market.EUROPE), ("DE", Market.EUROPE),
     ("GB", Market.ELSEWHERE), ("JP", Market.ELSEWHERE), ("", Market.ELSEWHERE)],
)  # fmt: skip
def test_a_client_belongs_to_the_market_of_its_place(place: str, market: Market) -> None:
    assert market_of(place) is market


def test_an_american_is_acknowledged_within_the_hour_and_answered_within_two() -> None:
    asked = new_york("2026-11-16 10:00")
    assert due(asked, Market.US, Tier.B, NEW_YORK) == (asked + 60 * MINUTE, asked + 120 * MINUTE)
    assert due(asked, Market.US, Tier.A, NEW_YORK) == (asked + 30 * MINUTE, asked + 60 * MINUTE)


def test_what_is_asked_on_the_eve_of_thanksgiving_waits_over_the_holiday() -> None:
    asked = new_york("2026-11-25 16:30")
    assert due(asked, Market.US, Tier.C, NEW_YORK) == (
        new_york("2026-11-27 09:30"),
        new_york("2026-11-27 10:30"),
    )


def test_a_canadian_is_answered_the_next_business_day() -> None:
    asked = toronto("2026-11-20 15:00")  # a Friday
    assert due(asked, Market.CANADA, Tier.B, TORONTO) == (
        toronto("2026-11-23 12:00"),
        toronto("2026-11-23 17:00"),
    )
    acknowledge, answer = due(asked, Market.CANADA, Tier.A, TORONTO)
    assert (acknowledge, answer) == (toronto("2026-11-23 11:00"), toronto("2026-11-23 12:00"))


def test_a_frenchman_is_acknowledged_within_eight_hours_of_a_split_day() -> None:
    asked = paris("2026-11-16 11:00")
    assert due(asked, Market.EUROPE, Tier.B, PARIS) == (paris("2026-11-17 11:00"), paris("2026-11-17 17:00"))
    assert due(asked, Market.EUROPE, Tier.A, PARIS) == (paris("2026-11-16 16:30"), paris("2026-11-17 12:00"))


def test_a_client_that_works_at_night_is_never_due_before_it_begins() -> None:
    night = BusinessTime(ZoneInfo("America/Toronto"), tuple(((time(18), time(23)),) for _ in range(7)))
    asked = toronto("2026-11-16 13:00")
    assert due(asked, Market.CANADA, Tier.B, night) == (
        toronto("2026-11-16 18:00"),
        toronto("2026-11-16 18:00"),
    )


def test_waiting_for_the_client_stops_the_clock_and_goes_on_where_it_stood() -> None:
    asked = new_york("2026-11-16 10:00")
    paused = Event(What.PAUSED, asked + 20 * MINUTE, 1)
    assert due(asked, Market.US, Tier.B, NEW_YORK, paused) == (None, None)
    resumed = Event(What.RESUMED, new_york("2026-11-17 15:00"))
    assert due(asked, Market.US, Tier.B, NEW_YORK, paused, resumed) == (
        new_york("2026-11-17 15:40"),
        new_york("2026-11-17 16:40"),
    )


def test_a_pause_after_the_deadline_forgives_nothing() -> None:
    asked = new_york("2026-11-16 10:00")
    paused = Event(What.PAUSED, new_york("2026-11-16 14:00"), 1)
    assert due(asked, Market.US, Tier.B, NEW_YORK, paused)[1] == new_york("2026-11-16 12:00")


def test_what_is_closed_twice_keeps_the_first_word_and_can_be_taken_back() -> None:
    asked = new_york("2026-11-16 10:00")
    first, second = (Event(What.ANSWERED, asked + n * MINUTE, n) for n in (5, 9))
    closed = standing_of(asked, [first, second])
    assert closed.closed == first
    again = standing_of(asked, [first, second, Event(What.REOPENED, asked + 10 * MINUTE, 1)])
    assert again.closed is None
    assert again.running == ((asked, None),)


@settings(deadline=None, max_examples=120)
@given(cases(), MARKETS, TIERS)
def test_no_acknowledgement_is_due_after_the_answer_and_no_deadline_before_the_question(
    case: tuple[BusinessTime, datetime], market: Market, tier: Tier
) -> None:
    business, asked = case
    acknowledge, answer = due(asked, market, tier, business)
    assert acknowledge is not None
    assert answer is not None
    assert asked <= acknowledge <= answer


@settings(deadline=None, max_examples=120)
@given(cases(), MARKETS)
def test_tier_a_is_never_answered_later_than_the_others(
    case: tuple[BusinessTime, datetime], market: Market
) -> None:
    business, asked = case
    tight, usual = (due(asked, market, tier, business) for tier in (Tier.A, Tier.B))
    assert all(a is not None and b is not None and a <= b for a, b in zip(tight, usual, strict=True))


@settings(deadline=None, max_examples=100)
@given(cases(), st.lists(st.integers(1, 400), max_size=5))
def test_deadlines_in_minutes_are_what_a_stopwatch_says(
    case: tuple[BusinessTime, datetime], waits: list[int]
) -> None:
    """A stopwatch that runs through the client's minutes of business and stands while we wait for the client."""
    business, asked = case
    events, at = [], asked
    for number, wait in enumerate(waits):
        at += wait * MINUTE
        events.append(Event(What.RESUMED if number % 2 else What.PAUSED, at))
    moments = [(event.at, event.what is What.PAUSED) for event in events]
    expected, counted = None, 0
    for minute in minutes(business, asked):
        if counted == 120:
            break
        paused = next((stands for since, stands in reversed(moments) if since <= minute), False)
        if paused and minute >= at:
            break
        if not paused:
            counted += 1
            expected = minute + MINUTE if counted == 120 else None
    standing = standing_of(asked, events)

    assert deadlines(standing, policy_of(Market.US, Tier.B), business).answer == expected


@settings(deadline=None, max_examples=120)
@given(cases(), MARKETS, TIERS, st.booleans())
def test_the_ladder_goes_up_in_order_and_ends_when_the_time_is_over(
    case: tuple[BusinessTime, datetime], market: Market, tier: Tier, acknowledged: bool
) -> None:
    business, asked = case
    standing = standing_of(asked, [Event(What.ACKNOWLEDGED, asked, 1)] if acknowledged else [])
    steps = ladder(standing, policy_of(market, tier), business)
    found = deadlines(standing, policy_of(market, tier), business)
    last = found.acknowledge if market is Market.US and not acknowledged else found.answer

    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert [step.number for step in steps] == sorted({step.number for step in steps})
    assert steps[-1].rung is Rung.LEAD
    assert last is not None
    assert asked <= steps[0].at
    assert steps[-1].at <= max(last, asked)
    assert next_look(steps, 0) == steps[0].at
    assert next_look(steps, steps[-1].number) is None
    assert step_now(steps, 0, last + 9 * MINUTE) == steps[-1]
    assert step_now(steps, 0, steps[0].at - MINUTE) is None


def test_the_ladder_of_an_american_and_of_a_canadian() -> None:
    asked = new_york("2026-11-16 10:00")
    steps = ladder(standing_of(asked, []), policy_of(Market.US, Tier.B), NEW_YORK)
    assert [(s.at - asked, s.rung) for s in steps] == [
        (30 * MINUTE, Rung.MANAGER),
        (45 * MINUTE, Rung.BACKUP),
        (60 * MINUTE, Rung.LEAD),
    ]
    seen = standing_of(asked, [Event(What.ACKNOWLEDGED, asked + MINUTE, 1)])
    assert [s.at - asked for s in ladder(seen, policy_of(Market.US, Tier.B), NEW_YORK)] == [
        90 * MINUTE,
        105 * MINUTE,
        120 * MINUTE,
    ]

    steps = ladder(standing_of(toronto("2026-11-16 15:00"), []), policy_of(Market.CANADA, Tier.B), TORONTO)
    assert [(s.at, s.rung) for s in steps] == [
        (toronto("2026-11-17 09:00"), Rung.MANAGER),
        (toronto("2026-11-17 14:00"), Rung.AGAIN),
        (toronto("2026-11-17 16:00"), Rung.BACKUP),
        (toronto("2026-11-17 17:00"), Rung.LEAD),
    ]


def paused(asked: datetime, *minutes: int) -> tuple[Event, ...]:
    """Pauses that begin and end so many minutes after the question."""
    return tuple(
        Event(What.RESUMED if number % 2 else What.PAUSED, asked + minute * MINUTE)
        for number, minute in enumerate(minutes)
    )


def steps_after(asked: datetime, *minutes: int) -> list[tuple[int, int, Rung]]:
    """The ladder of an American's question with pauses: number, minutes after the question, rung."""
    steps = ladder(standing_of(asked, paused(asked, *minutes)), policy_of(Market.US, Tier.B), NEW_YORK)
    return [(each.number, int((each.at - asked) / MINUTE), each.rung) for each in steps]


def test_what_was_told_to_the_lead_before_a_pause_climbs_again_before_the_answer_is_due() -> None:
    asked = new_york("2026-11-16 09:00")
    assert steps_after(asked, 62, 162)[3:] == [
        (4, 190, Rung.MANAGER), (5, 205, Rung.BACKUP), (6, 220, Rung.LEAD),
    ]  # fmt: skip


def test_what_is_overdue_when_the_client_writes_again_climbs_from_the_manager_on() -> None:
    asked = new_york("2026-11-16 09:00")
    assert steps_after(asked, 130, 200)[3:] == [
        (7, 200, Rung.MANAGER), (8, 215, Rung.BACKUP), (9, 230, Rung.LEAD),
    ]  # fmt: skip
    assert steps_after(asked, 130, 200, 210, 300)[3:] == [
        (10, 300, Rung.MANAGER), (11, 315, Rung.BACKUP), (12, 330, Rung.LEAD),
    ]  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 16), max_size=6), st.integers(0, 26))
def test_whatever_the_pauses_the_ladder_is_climbed_step_by_step_and_to_its_end(
    waits: list[int], acknowledged: int
) -> None:
    asked = new_york("2026-11-16 09:00")
    ends = [5 * each for each in accumulate(waits)]
    events = list(paused(asked, *ends))
    if acknowledged:
        events.append(Event(What.ACKNOWLEDGED, asked + 5 * acknowledged * MINUTE, 1))
    events.sort(key=lambda event: event.at)
    order = [Rung.MANAGER, Rung.BACKUP, Rung.LEAD]
    told, taken = 0, [-1]
    for minute in range(0, max(ends, default=0) + 200, 5):
        now = asked + minute * MINUTE
        standing = standing_of(asked, [event for event in events if event.at <= now])
        step = step_now(ladder(standing, policy_of(Market.US, Tier.B), EVERY_HOUR), told, now)
        if step is not None:
            told = step.number
            taken.append(order.index(step.rung))
    assert all(after <= before + 1 for before, after in pairwise(taken))
    if len(waits) % 2 == 0:
        assert taken[-1] == 2, "it waits for us until the lead knows"


def test_an_overdue_question_of_a_canadian_climbs_step_by_step_on_the_day_after_the_pause() -> None:
    asked = toronto("2026-11-16 15:00")
    events = [
        Event(What.PAUSED, toronto("2026-11-17 18:00"), 1),
        Event(What.RESUMED, toronto("2026-11-18 10:00")),
    ]
    standing = standing_of(asked, events)
    assert deadlines(standing, policy_of(Market.CANADA, Tier.B), TORONTO).answer == toronto(
        "2026-11-17 17:00"
    )
    steps = ladder(standing, policy_of(Market.CANADA, Tier.B), TORONTO)
    assert [(step.number, step.at) for step in steps] == [
        (5, toronto("2026-11-19 09:00")),
        (6, toronto("2026-11-19 14:00")),
        (7, toronto("2026-11-19 16:00")),
        (8, toronto("2026-11-19 17:00")),
    ]


def test_who_acknowledges_late_is_not_told_at_once_of_what_they_have_just_seen() -> None:
    asked = new_york("2026-11-16 10:00")
    seen = standing_of(asked, [Event(What.ACKNOWLEDGED, asked + 110 * MINUTE, 1)])
    steps = ladder(seen, policy_of(Market.US, Tier.B), NEW_YORK)
    assert [(step.number, step.at - asked) for step in steps] == [(6, 120 * MINUTE)]


@pytest.mark.parametrize(
    ("end", "times"),
    [(17, (9, 14, 16, 17)), (12, (9, 10, 11, 12)), (13, (9, 10, 12, 13)), (20, (9, 17, 19, 20))],
)
def test_the_times_of_a_day_follow_its_end(end: int, times: tuple[int, ...]) -> None:
    assert times_of_day(time(end)) == tuple(time(hour) for hour in times)


def test_nobody_is_told_of_what_waits_for_the_client_or_is_answered() -> None:
    asked = new_york("2026-11-16 10:00")
    for what in (What.PAUSED, What.ANSWERED, What.NOT_A_QUESTION):
        assert (
            ladder(standing_of(asked, [Event(what, asked + MINUTE)]), policy_of(Market.US, Tier.B), NEW_YORK)
            == ()
        )


def test_time_is_measured_without_nights_and_without_waiting_for_the_client() -> None:
    asked = new_york("2026-11-16 16:30")
    standing = standing_of(
        asked,
        [
            Event(What.PAUSED, new_york("2026-11-16 16:45")),
            Event(What.RESUMED, new_york("2026-11-17 09:30")),
            Event(What.ANSWERED, new_york("2026-11-17 10:00")),
        ],
    )
    assert time_to(standing, new_york("2026-11-17 10:00"), NEW_YORK) == 45 * MINUTE


def test_figures_by_month_and_market_leave_out_what_is_not_decided() -> None:
    hours = [timedelta(hours=n) for n in (1, 2, 3, 4, 10)]
    day = new_york("2026-11-16 10:00").date()
    several = [Measured(day, Market.US, each, each, True, each.seconds < 14_000) for each in hours]
    open_still = Measured(day, Market.US, None, None, None, None)
    earlier = Measured(day.replace(month=10), Market.EUROPE, None, None, False, False)

    latest, before = by_month([*several, open_still, earlier])

    assert (latest.questions, latest.acknowledged, latest.answered) == (6, 1.0, 0.6)
    assert (latest.half, latest.ninth) == (timedelta(hours=3), timedelta(hours=10))
    assert (before.market, before.answered, before.half) == (Market.EUROPE, 0.0, None)
    assert percentile([], 50) is None
