"""The ladder: when a client is on it, how far up, and what counts as having told its owner."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bot.domain.absences import Absence
from bot.domain.cadence import ClientState
from bot.domain.clients import Status, Tier
from bot.domain.ladder import (
    LOOKED_BACK,
    begins_week,
    days_told,
    is_on_it,
    leads,
    looks_next,
    reached,
    tells_of,
    untold_are_due,
    week_name,
)
from bot.domain.members import Role
from bot.domain.team import Coverage
from tests.bot.domain.people import client, member

LEA = member(id=3, name="Lea Lang", roles=frozenset({Role.LEAD}), country="US")
NEGLECTED = datetime(2026, 11, 16, 5, tzinfo=UTC)
"""The beginning of Monday in New York."""


def at(day: int, hour: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC) + timedelta(hours=5)


@pytest.mark.parametrize(
    ("days", "from_"),
    [
        (5, at(23)),  # a week later
        (10, at(1, month=12)),  # two weeks and the day of Thanksgiving
    ],
)
def test_working_days_of_the_owner_are_counted(days: int, from_: datetime) -> None:
    late = client(due_at=NEGLECTED, neglected_at=NEGLECTED)

    assert not reached(late, member().calendar, from_ - timedelta(seconds=1), days)
    assert reached(late, member().calendar, from_, days)


@pytest.mark.parametrize(
    ("more", "on_it"),
    [
        ({}, True),
        ({"archived": True}, False),
        ({"owner_id": None}, False),
        ({"status": Status.ON_HOLD}, False),
        ({"snoozed_until": at(20)}, False),
        ({"snoozed_until": at(17)}, True),
        ({"neglected_at": at(30)}, False),  # calm after an import, or only due
        ({"neglected_at": None}, False),
    ],
)
def test_who_is_on_the_ladder(more: dict[str, Any], on_it: bool) -> None:
    late = replace(client(due_at=NEGLECTED, neglected_at=NEGLECTED), **more)

    assert is_on_it(late, at(18)) is on_it


def test_only_digests_of_this_time_of_neglect_can_have_told_of_it() -> None:
    late = client(due_at=NEGLECTED, neglected_at=NEGLECTED)

    assert days_told(late, member(), at(18, 12)) == [date(2026, 11, n) for n in (16, 17, 18)]
    assert len(days_told(late, member(), at(18) + timedelta(days=500))) == LOOKED_BACK + 1
    assert days_told(client(), member(), at(18)) == []


def test_a_digest_tells_of_those_that_it_calls_neglected() -> None:
    rows = [
        {"client_id": 1, "state": ClientState.NEGLECTED.value},
        {"client_id": 2, "state": ClientState.DUE.value},
        {"promise_id": 7, "client_id": 3},
        {
            "promise_id": 8,
            "client_id": 4,
            "also": {"client_id": 4, "state": ClientState.NEGLECTED.value},
        },
        {"promise_id": 9, "client_id": 5, "also": {"client_id": 5, "state": ClientState.DUE.value}},
    ]

    assert tells_of({"day": "2026-11-16", "rows": rows}) == {1, 4}
    assert tells_of({"day": "2026-11-16"}) == frozenset()


@pytest.mark.parametrize(
    ("away", "first"),
    [
        (None, date(2026, 11, 23)),
        (Absence(1, 3, date(2026, 11, 20), date(2026, 11, 24)), date(2026, 11, 25)),
        (Absence(1, 3, date(2026, 11, 23), date(2026, 11, 27)), None),
    ],
)
def test_a_week_begins_on_the_first_day_on_which_the_lead_works(
    away: Absence | None, first: date | None
) -> None:
    absences = () if away is None else (away,)
    week = [date(2026, 11, 23) + timedelta(days=n) for n in range(7)]

    assert [day for day in week if begins_week(LEA, day, absences)] == ([] if first is None else [first])


def test_leads_are_told_at_a_quarter_past_nine_of_their_working_days() -> None:
    friday = date(2026, 11, 20)

    assert looks_next(LEA, friday, ()) == LEA.calendar.at(date(2026, 11, 23), time(9, 15))
    assert week_name(date(2027, 1, 1)) == "2026-W53"
    assert leads(LEA)
    assert not leads(replace(LEA, active=False))
    assert not leads(member())


def test_of_the_neglected_those_count_as_due_whose_owners_were_not_told() -> None:
    by_tier = {Tier.A: Coverage(5, 2, 3), Tier.B: Coverage(1, 0, 2)}

    assert untold_are_due(by_tier, {Tier.A: 1}) == {Tier.A: Coverage(5, 4, 1), Tier.B: Coverage(1, 2, 0)}
