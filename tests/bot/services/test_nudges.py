"""Putting a client off."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.refusals import Refusal
from bot.services import nudges
from bot.services.nudges import day_after, next_monday
from tests.conftest import MONDAY, Firm

THURSDAY = datetime(2026, 11, 19, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "wish", "day"),
    [
        (MONDAY, "tomorrow", date(2026, 11, 17)),
        (MONDAY, "three_days", date(2026, 11, 19)),
        (MONDAY, "monday", date(2026, 11, 23)),
        (THURSDAY + timedelta(days=1), "tomorrow", date(2026, 11, 23)),
        (THURSDAY, "three_days", date(2026, 11, 23)),
        (THURSDAY + timedelta(days=6), "tomorrow", date(2026, 11, 27)),  # over Thanksgiving
        (datetime(2026, 11, 17, 4, 59, tzinfo=UTC), "tomorrow", date(2026, 11, 17)),  # still Monday there
        (datetime(2026, 11, 22, 12, tzinfo=UTC), "monday", date(2026, 11, 23)),  # a Sunday
        (datetime(2026, 9, 4, 14, tzinfo=UTC), "monday", date(2026, 9, 8)),  # the Monday is Labor Day
    ],
)
def test_a_wish_means_a_working_day_of_the_member(firm: Firm, now: datetime, wish: str, day: date) -> None:
    firm.clock.now = now
    acme = firm.client("Acme")

    snoozed = nudges.snooze(firm.house, firm.actor(firm.alice), acme.id, wish=wish)

    assert snoozed.day == day
    assert firm.again(acme).snoozed_until == snoozed.until == firm.alice.calendar.starts(day)


def test_a_chosen_day_is_kept_as_it_is_even_on_a_weekend(small_firm: Firm) -> None:
    acme = small_firm.client("Acme")

    snoozed = nudges.snooze(
        small_firm.house, small_firm.actor(small_firm.alice), acme.id, day=date(2026, 11, 28)
    )

    assert snoozed.day == date(2026, 11, 28)


def test_from_the_second_time_on_a_reason_is_asked(firm: Firm) -> None:
    acme = firm.client("Acme")
    actor = firm.actor(firm.alice)
    nudges.snooze(firm.house, actor, acme.id, wish="tomorrow")

    with pytest.raises(Refusal) as refused:
        nudges.snooze(firm.house, actor, acme.id, wish="monday", reason="  ")
    nudges.snooze(firm.house, actor, acme.id, wish="monday", reason="on holiday")

    assert refused.value.code == "snooze.reason"
    assert refused.value.facts["client"] == "Acme"
    assert (firm.again(acme).snoozes, firm.again(acme).snoozed_until) == (
        2,
        firm.alice.calendar.starts(date(2026, 11, 23)),
    )


def test_pressing_the_same_button_twice_is_one_snooze(firm: Firm) -> None:
    acme = firm.client("Acme")

    for _ in range(2):
        nudges.snooze(firm.house, firm.actor(firm.alice), acme.id, wish="tomorrow")

    assert firm.again(acme).snoozes == 1


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2026, 11, 16), "snooze.past"),
        (date(2026, 11, 1), "snooze.past"),
        (date(2027, 2, 17), "snooze.too_far"),
        (date(9999, 12, 31), "snooze.too_far"),
    ],
)
def test_a_day_that_is_past_or_too_far_is_refused(small_firm: Firm, day: date, code: str) -> None:
    acme = small_firm.client("Acme")

    with pytest.raises(Refusal) as refused:
        nudges.snooze(small_firm.house, small_firm.actor(small_firm.alice), acme.id, day=day)

    assert (refused.value.code, refused.value.facts["day"]) == (code, day)
    assert small_firm.again(acme).snoozed_until is None


def test_the_last_day_that_is_not_too_far_is_taken(small_firm: Firm) -> None:
    acme = small_firm.client("Acme")

    nudges.snooze(small_firm.house, small_firm.actor(small_firm.alice), acme.id, day=date(2027, 2, 16))

    assert small_firm.again(acme).snoozes == 1


def test_only_who_may_read_a_client_may_put_it_off(firm: Firm) -> None:
    acme = firm.client("Acme", owner=firm.alice)

    with pytest.raises(Refusal) as refused:
        nudges.snooze(firm.house, firm.actor(firm.bruno), acme.id, wish="tomorrow")
    nudges.snooze(firm.house, firm.actor(firm.lea), acme.id, wish="tomorrow")

    assert refused.value.code == "client.not_yours"
    assert firm.again(acme).snoozes == 1


def test_an_unknown_client_is_gone_and_an_unknown_wish_a_fault_of_ours(small_firm: Firm) -> None:
    acme = small_firm.client("Acme")
    actor = small_firm.actor(small_firm.alice)

    with pytest.raises(Refusal) as refused:
        nudges.snooze(small_firm.house, actor, 4711, wish="tomorrow")
    with pytest.raises(ValueError, match="no such wish"):
        nudges.snooze(small_firm.house, actor, acme.id, wish="never")

    assert refused.value.code == "client.gone"


def test_days_of_wishes_are_the_members_own(small_firm: Firm) -> None:
    armistice = datetime(2026, 11, 10, 9, tzinfo=UTC)

    assert day_after(small_firm.bruno, armistice, 1) == date(2026, 11, 12)
    assert next_monday(small_firm.bruno, armistice) == date(2026, 11, 16)
