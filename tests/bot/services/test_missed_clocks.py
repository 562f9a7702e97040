"""Left waiting too long: a client is looked after closely until somebody spoke to it after the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.cadence import Why
from bot.domain.clients import Client, Tier
from bot.domain.digest import Row, digest_key
from bot.domain.digest_facts import rows_from
from bot.domain.response import Waiting, What
from bot.domain.touches import Channel, Direction, TouchDraft
from bot.ports import description_of
from bot.services import (
    client_edits,
    digest,
    handover,
    merges,
    response_ladder,
    responses,
    touches,
    whys,
)
from bot.services.house import Actor
from tests.conftest import Firm

TEN = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
"""Monday 16 November 2026, 10 in New York."""
MONDAY, THURSDAY, NEXT_MONDAY = date(2026, 11, 16), date(2026, 11, 19), date(2026, 11, 23)
ELEVEN = TEN + timedelta(hours=1)
"""By when a question asked at ten is to be acknowledged; an hour later it is to be answered."""


@pytest.fixture
def acme(firm: Firm) -> Client:
    """A client of Alice's in New York, tier B, spoken to an hour ago; clocks are enforced since the first."""
    firm.clock.now = TEN - timedelta(days=100)
    made = firm.client("Acme", tier=Tier.B, market="US-NY", zone="America/New_York")
    firm.clock.now = TEN
    enforce(firm, date(2026, 11, 1))
    talk(firm, made, TEN - timedelta(hours=1))
    return made


def enforce(firm: Firm, since: date) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.change_workspace(replace(unit.hold_workspace(), clocks_on=since))


def ask(firm: Firm, client: Client, key: str = "press") -> Waiting:
    return responses.start(firm.house, firm.actor(firm.alice), client.id, key).waiting


def settle(firm: Firm, waiting: Waiting, what: What) -> None:
    responses.settle(firm.house, firm.actor(firm.alice), waiting.question_id, what)


def look(firm: Firm, **span: float) -> None:
    """Let time pass, and look after what waits at its end."""
    firm.clock.tick(**span)
    response_ladder.tick(firm.house, firm.workspace.id)


def talk(
    firm: Firm,
    client: Client,
    at: datetime | None = None,
    *,
    direction: Direction = Direction.TWO_WAY,
    whole_day: bool = False,
    by: Actor | None = None,
) -> int:
    when = at or firm.clock()
    draft = TouchDraft(client.id, Channel.CALL, direction, at=when, whole_day=whole_day)
    done = touches.log(firm.house, by or firm.actor(firm.alice), draft, f"call:{when}:{firm.clock()}")
    return done.touch.id


def days(firm: Firm, client: Client) -> tuple[date, date]:
    """When the client is due and neglected."""
    now = firm.again(client)
    assert now.due_at is not None
    assert now.neglected_at is not None
    calendar = firm.alice.calendar
    return calendar.local_date(now.due_at), calendar.local_date(now.neglected_at)


def is_close(firm: Firm, client: Client) -> bool:
    return firm.again(client).missed_at is not None


def test_a_question_that_waits_too_long_lets_its_client_be_due_after_three_working_days(
    firm: Firm, acme: Client
) -> None:
    usual = days(firm, acme)
    ask(firm, acme)
    look(firm, minutes=59)
    assert days(firm, acme) == usual
    look(firm, minutes=1)
    assert firm.again(acme).missed_at == ELEVEN
    assert days(firm, acme) == (THURSDAY, NEXT_MONDAY)
    look(firm, hours=5)
    assert firm.again(acme).missed_at == ELEVEN, "it counts from the first deadline that passed"


def test_what_is_answered_in_time_changes_nothing(firm: Firm, acme: Client) -> None:
    usual = days(firm, acme)
    waiting = ask(firm, acme)
    look(firm, minutes=40)
    settle(firm, waiting, What.ACKNOWLEDGED)
    look(firm, minutes=70)
    settle(firm, waiting, What.ANSWERED)
    look(firm, hours=5)
    assert days(firm, acme) == usual
    assert not is_close(firm, acme)


def test_what_was_acknowledged_in_time_and_answered_late_counts_from_the_second_deadline(
    firm: Firm, acme: Client
) -> None:
    waiting = ask(firm, acme)
    settle(firm, waiting, What.ACKNOWLEDGED)
    firm.clock.tick(hours=3)
    settle(firm, waiting, What.ANSWERED)
    assert firm.again(acme).missed_at == TEN + timedelta(hours=2), "also where nobody looked in between"


def test_it_ends_with_a_conversation_after_the_answer_and_with_nothing_less(firm: Firm, acme: Client) -> None:
    usual = days(firm, acme)
    waiting = ask(firm, acme)
    look(firm, hours=2)
    talk(firm, acme)
    assert is_close(firm, acme), "they still wait"
    firm.clock.tick(hours=1)
    settle(firm, waiting, What.ANSWERED)
    assert days(firm, acme) == (THURSDAY, NEXT_MONDAY)
    firm.clock.tick(minutes=1)
    talk(firm, acme, direction=Direction.OUTBOUND)
    assert is_close(firm, acme), "only we spoke"
    firm.clock.tick(minutes=1)
    call = talk(firm, acme)
    assert not is_close(firm, acme)
    assert days(firm, acme) == usual, "the same day as before, and the usual rhythm"
    touches.withdraw(firm.house, firm.actor(firm.alice), call)
    assert is_close(firm, acme), "that conversation never was"


def test_a_call_today_that_was_noted_after_the_answer_ends_it(firm: Firm, acme: Client) -> None:
    waiting = ask(firm, acme)
    look(firm, hours=2)
    settle(firm, waiting, What.ANSWERED)
    firm.clock.tick(hours=1)
    today = firm.alice.calendar.starts(MONDAY)
    talk(firm, acme, today - timedelta(days=1), whole_day=True)
    assert is_close(firm, acme), "yesterday is before the answer"
    talk(firm, acme, today, whole_day=True)
    assert not is_close(firm, acme)


def test_no_question_was_never_missed(firm: Firm, acme: Client) -> None:
    usual = days(firm, acme)
    waiting = ask(firm, acme)
    look(firm, hours=2)
    assert is_close(firm, acme)
    settle(firm, waiting, What.NOT_A_QUESTION)
    assert days(firm, acme) == usual
    settle(firm, waiting, What.REOPENED)
    assert days(firm, acme) == (THURSDAY, NEXT_MONDAY)


def test_a_question_whose_touch_is_taken_back_was_never_missed(firm: Firm, acme: Client) -> None:
    draft = TouchDraft(acme.id, Channel.EMAIL, Direction.INBOUND, note="when does it ship?", at=TEN)
    mail = touches.log(firm.house, firm.actor(firm.alice), draft, "mail").touch.id
    responses.start_from_touch(firm.house, firm.actor(firm.alice), mail, asks=True)
    look(firm, hours=2)
    assert is_close(firm, acme)
    touches.withdraw(firm.house, firm.actor(firm.alice), mail)
    assert not is_close(firm, acme)


def test_of_two_questions_the_one_that_still_counts_does(firm: Firm, acme: Client) -> None:
    first = ask(firm, acme)
    look(firm, hours=2)
    settle(firm, first, What.ANSWERED)
    firm.clock.tick(minutes=5)
    ask(firm, acme, "second")
    look(firm, hours=1)
    talk(firm, acme)
    assert firm.again(acme).missed_at == TEN + timedelta(hours=3, minutes=5), (
        "the first is over, the second waits"
    )


def test_what_was_asked_before_the_start_alarms_nobody(firm: Firm, acme: Client) -> None:
    enforce(firm, date(2026, 11, 17))
    usual = days(firm, acme)
    waiting = ask(firm, acme)
    look(firm, hours=6)
    settle(firm, waiting, What.ANSWERED)
    assert days(firm, acme) == usual


def test_while_we_wait_for_the_client_nothing_is_missed(firm: Firm, acme: Client) -> None:
    waiting = ask(firm, acme)
    look(firm, minutes=30)
    settle(firm, waiting, What.PAUSED)
    look(firm, days=2)
    assert not is_close(firm, acme)


def test_other_hours_of_the_client_take_back_what_would_have_been_in_time(firm: Firm, acme: Client) -> None:
    waiting = ask(firm, acme)
    look(firm, hours=2)
    settle(firm, waiting, What.ANSWERED)
    assert is_close(firm, acme)
    # In Los Angeles it was seven in the morning.
    now = firm.again(acme)
    there = client_edits.Sheet(
        replace(description_of(now), zone="America/Los_Angeles"), firm.alice.user_id, {}
    )
    client_edits.edit(firm.house, firm.actor(firm.alice), acme.id, there, now.version)
    assert not is_close(firm, acme)


def test_a_complaint_and_a_missed_clock_are_one_reason_and_both_must_end(firm: Firm, acme: Client) -> None:
    ask(firm, acme)
    look(firm, hours=2)
    draft = TouchDraft(acme.id, Channel.EMAIL, Direction.INBOUND, at=firm.clock(), complaint=True)
    touches.log(firm.house, firm.actor(firm.alice), draft, "complaint")
    found = whys.of(firm.house, firm.actor(firm.alice), acme.id)
    assert found.cadence.why is Why.COMPLAINT
    assert days(firm, acme) == (THURSDAY, NEXT_MONDAY)


def test_a_new_owner_begins_anew_and_what_is_taken_back_comes_back(firm: Firm, acme: Client) -> None:
    waiting = ask(firm, acme)
    look(firm, hours=2)
    settle(firm, waiting, What.ANSWERED)
    done = handover.hand(firm.house, firm.actor(firm.lea), acme.id, firm.bruno.id, "client")
    assert not is_close(firm, acme), "what a predecessor missed is none of the new owner's"
    handover.undo(firm.house, firm.actor(firm.lea), done.handover.id)
    assert firm.again(acme).missed_at == ELEVEN


def test_a_deadline_that_passes_with_the_new_owner_counts_with_them(firm: Firm, acme: Client) -> None:
    ask(firm, acme)
    look(firm, minutes=50)
    handover.hand(firm.house, firm.actor(firm.lea), acme.id, firm.bruno.id, "client")
    look(firm, minutes=10)
    assert firm.again(acme).missed_at == ELEVEN


def test_it_goes_with_a_client_that_is_merged_and_comes_back(firm: Firm, acme: Client) -> None:
    kept = firm.client("Acme Group", tier=Tier.B, market="US-NY", zone="America/New_York")
    waiting = ask(firm, acme)
    look(firm, hours=2)
    settle(firm, waiting, What.ANSWERED)
    done = merges.merge(firm.house, firm.actor(firm.lea), kept.id, acme.id)
    assert firm.again(kept).missed_at == ELEVEN
    merges.undo(firm.house, firm.actor(firm.lea), done.merge.id)
    assert not is_close(firm, kept)
    assert is_close(firm, acme)


def test_the_morning_message_and_why_tell_the_day(firm: Firm, acme: Client) -> None:
    waiting = ask(firm, acme)
    look(firm, hours=2)
    settle(firm, waiting, What.ANSWERED)
    digest.start_clocks(firm.house, firm.workspace.id)
    firm.clock.now = datetime(2026, 11, 19, 14, 0, 30, tzinfo=UTC)
    digest.plan(firm.house, firm.workspace.id)
    with firm.house.memory.read(firm.workspace.id) as unit:
        entry = unit.outbox.by_key(digest_key(firm.alice.id, THURSDAY))
    assert entry is not None
    (row,) = rows_from(entry.facts)
    assert isinstance(row, Row)
    assert row.missed_on == MONDAY
    found = whys.of(firm.house, firm.actor(firm.alice), acme.id)
    assert (found.cadence.why, found.missed_on) == (Why.MISSED, MONDAY)
