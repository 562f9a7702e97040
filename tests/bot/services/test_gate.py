"""The gate with a book behind it: what it counts, what it remembers, and what it writes down."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.domain.clients import Client
from bot.domain.decisions import NEVER, SPEAK, WAIT, Decision
from bot.domain.gate import Speak
from bot.domain.members import Member, NewSettings, Noise
from bot.domain.outbox import Entry, NewEntry, State
from bot.domain.outlook import Listed
from bot.domain.pace import Pace
from bot.domain.refusals import Refusal
from bot.door.simulation.defaults import Defaults, TriedMemory
from bot.services import delivery, digest, members, nudges, presses, settings, upkeep, why
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import MONDAY, Firm

NUDGE = "something_new"
"""A kind that is named nowhere: a nudge that says what it was given."""


def nudged(firm: Firm, name: str, *, kind: str = NUDGE, **facts: object) -> int:
    """A message to Alice that is due by now, however many are due (each a second after the last); its entry."""
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.outbox.add(
            NewEntry(
                name, kind, firm.alice.id, facts or {"n": name}, due_at=firm.clock.now - timedelta(seconds=4)
            ),
            now=firm.clock.now,
        )
        entry = unit.outbox.by_key(name)
    assert entry is not None
    return entry.id


def delivered(firm: Firm, slack: ScriptedMessenger | None = None) -> ScriptedMessenger:
    """Whatever is due, handed to delivery."""
    carrier = slack or ScriptedMessenger()
    for entry_id in delivery.due(firm.house, firm.workspace.id, 100):
        delivery.deliver(firm.house, carrier, firm.workspace.id, entry_id)
    return carrier


def entry_of(firm: Firm, entry_id: int) -> Entry:
    with firm.house.memory.read(firm.workspace.id) as unit:
        found = unit.outbox.get(entry_id)
    assert found is not None
    return found


def again(firm: Firm, member: Member) -> Member:
    with firm.house.memory.read(firm.workspace.id) as unit:
        found = unit.members.get(member.id)
    assert found is not None
    return found


def decisions(firm: Firm, member: Member | None = None) -> list[Decision]:
    """What was decided, the first first."""
    with firm.house.memory.read(firm.workspace.id) as unit:
        return list(reversed(unit.decisions.of_member((member or firm.alice).id, 100)))


# --- The budget -------------------------------------------------------------------------------------------


def test_of_ten_messages_three_come_in_an_hour_six_in_a_day_and_none_is_lost(firm: Firm) -> None:
    entries = [nudged(firm, f"n{n}") for n in range(10)]
    posted: list[tuple[datetime, str]] = []
    slack = ScriptedMessenger()
    while firm.clock.now < MONDAY + timedelta(days=3):
        before = len(slack.posted)
        delivered(firm, slack)
        posted += [(firm.clock.now, key) for _, key, _ in slack.posted[before:]]
        firm.clock.tick(minutes=10)

    assert sorted(key for _, key in posted) == [f"n{n}" for n in range(10)]
    moments = [at for at, _ in posted]
    assert all(sum(timedelta() <= at - each < timedelta(hours=1) for each in moments) <= 3 for at in moments)
    days = [again(firm, firm.alice).calendar.local_date(at) for at in moments]
    assert [days.count(day) for day in sorted(set(days))] == [6, 4]
    assert {entry_of(firm, each).state for each in entries} == {State.SENT}


def test_the_daily_message_and_answers_come_all_the_same(small_firm: Firm) -> None:
    small_firm.client("Acme", spoke_before_at=MONDAY - timedelta(days=300))
    for n in range(4):
        nudged(small_firm, f"n{n}")
    delivered(small_firm)
    nudged(small_firm, "answer", kind="policy_answered")
    digest.plan(small_firm.house, small_firm.workspace.id)
    small_firm.clock.tick(minutes=1)
    keys = delivered(small_firm).keys()

    assert sorted(keys) == ["answer", f"digest:{small_firm.alice.id}:2026-11-16"]


def test_two_workers_at_once_do_not_spend_the_same_room(firm: Firm) -> None:
    entries = [nudged(firm, f"n{n}") for n in range(8)]
    slack = ScriptedMessenger()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda each: delivery.deliver(firm.house, slack, firm.workspace.id, each), entries))

    assert len(slack.posted) == 3


def test_what_came_to_nothing_spends_no_room(small_firm: Firm) -> None:
    for n in range(3):
        nudged(small_firm, f"n{n}")
    delivered(small_firm)
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        entry = unit.outbox.by_key("n0")
        assert entry is not None
        unit.outbox.settle(entry, State.DEAD)
    nudged(small_firm, "n4")

    assert delivered(small_firm).keys() == ["n4"]


# --- Written down -----------------------------------------------------------------------------------------


def test_a_decision_is_written_down_once_however_often_it_is_asked(firm: Firm) -> None:
    firm.clock.now = MONDAY + timedelta(hours=12)
    acme = firm.client("Acme")
    entry_id = nudged(firm, "late", client=acme.id)
    for _ in range(3):
        delivered(firm)
        with firm.house.memory.write(firm.workspace.id) as unit:
            entry = unit.outbox.get(entry_id)
            assert entry is not None
            unit.outbox.postpone(entry, until=firm.clock.now, state=State.PENDING, error=None)
    firm.clock.now = MONDAY + timedelta(days=1)
    delivered(firm)

    assert [(d.decision, d.reason, d.client_id, d.entry_id) for d in decisions(firm)] == [
        (WAIT, "quiet_hours", acme.id, entry_id),
        (SPEAK, "", acme.id, entry_id),
    ]
    assert decisions(firm)[0].until == datetime(2026, 11, 17, 13, 30, tzinfo=UTC)


def test_a_morning_without_anything_and_a_morning_of_leave_are_written_down(firm: Firm) -> None:
    digest.plan(firm.house, firm.workspace.id)
    firm.clock.now = MONDAY + timedelta(days=1)
    with firm.house.memory.write(
        firm.workspace.id
    ) as unit:  # entered by hand, so that the moment does not move
        unit.members.add_absence(firm.alice.id, date(2026, 11, 17), date(2026, 11, 18))
    digest.plan(firm.house, firm.workspace.id)

    assert [(d.kind, d.decision, d.reason) for d in decisions(firm)] == [
        ("digest", NEVER, "nothing_due"),
        ("digest", WAIT, "away"),
    ]


def test_a_morning_on_which_the_message_does_not_come_is_no_morning_without_anything(
    firm: Firm, engine: Engine, due: Client
) -> None:
    wednesdays = TriedMemory(engine, Defaults(days=frozenset({2})))
    digest.plan(replace(firm.house, memory=wednesdays), firm.workspace.id)

    assert [(d.kind, d.reason) for d in decisions(firm)] == [("digest", "other_day")]


def test_decisions_are_forgotten_after_a_month(firm: Firm) -> None:
    nudged(firm, "n", client=firm.client("Acme").id)
    delivered(firm)
    firm.clock.tick(days=29)
    upkeep.prune(firm.house, firm.workspace.id)
    kept = decisions(firm)
    firm.clock.tick(days=2)
    upkeep.prune(firm.house, firm.workspace.id)

    assert (len(kept), decisions(firm)) == (1, [])


# --- Subjects ---------------------------------------------------------------------------------------------


def test_a_snooze_holds_whatever_is_about_the_client_and_nothing_else(firm: Firm) -> None:
    acme, ford = firm.client("Acme"), firm.client("Ford")
    nudges.snooze(firm.house, firm.actor(firm.alice), acme.id, day=date(2026, 11, 19))
    held, said = nudged(firm, "acme", client_id=acme.id), nudged(firm, "ford", client_id=ford.id)
    delivered(firm)

    assert entry_of(firm, said).state is State.SENT
    assert entry_of(firm, held).due_at == datetime(2026, 11, 19, 13, 30, tzinfo=UTC)
    firm.clock.now = datetime(2026, 11, 19, 14, 0, tzinfo=UTC)
    delivered(firm)
    assert entry_of(firm, held).state is State.SENT


def test_what_piled_up_and_says_the_same_is_said_once(firm: Firm) -> None:
    acme = firm.client("Acme")
    first = nudged(firm, "one", client=acme.id, late=3, day="2026-11-16")
    same = nudged(firm, "two", client=acme.id, late=3, day="2026-11-17")
    other = nudged(firm, "three", client=acme.id, late=4, day="2026-11-17")
    delivered(firm)

    assert [entry_of(firm, each).state for each in (first, same, other)] == [
        State.SENT,
        State.SKIPPED,
        State.SENT,
    ]
    assert entry_of(firm, same).note == "nothing_changed"


def test_what_never_arrived_does_not_count_as_said(small_firm: Firm) -> None:
    acme = small_firm.client("Acme")
    first = nudged(small_firm, "one", client=acme.id)
    delivered(small_firm)
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.outbox.settle(replace(entry_of(small_firm, first)), State.DEAD)
    nudged(small_firm, "two", client=acme.id)

    assert delivered(small_firm).keys() == ["two"]


# --- Do-not-disturb ---------------------------------------------------------------------------------------


def test_while_somebody_is_not_to_be_disturbed_the_digest_waits_and_then_comes(firm: Firm) -> None:
    firm.client("Acme", spoke_before_at=MONDAY - timedelta(days=300))
    span = (MONDAY - timedelta(hours=1), MONDAY + timedelta(minutes=30))
    members.note_do_not_disturb(firm.house, firm.workspace.id, "U0ALICE", span)
    digest.plan(firm.house, firm.workspace.id)
    waiting = delivered(firm).keys()
    firm.clock.tick(minutes=30)

    assert (waiting, len(delivered(firm).keys())) == ([], 1)
    assert decisions(firm)[0].reason == "do_not_disturb"


# --- Pace -------------------------------------------------------------------------------------------------


def mornings(firm: Firm, days: int) -> list[date]:
    """The days on which Alice is sent a digest."""
    slack, end = ScriptedMessenger(), firm.clock.now + timedelta(days=days)
    while firm.clock.now < end:
        digest.plan(firm.house, firm.workspace.id)
        delivered(firm, slack)
        firm.clock.tick(hours=1)
    keys = slack.keys()
    return [date.fromisoformat(key[-10:]) for key in keys if key.startswith("digest:")]


@pytest.fixture
def due(firm: Firm) -> Client:
    return firm.client("Acme", spoke_before_at=MONDAY - timedelta(days=300))


def test_who_does_not_use_the_digest_gets_it_less_often_and_daily_again_after_a_press(
    firm: Firm, due: Client
) -> None:
    ignored = mornings(firm, 28)
    slowed = again(firm, firm.alice)
    noted = presses.note(firm.house, firm.actor(firm.alice), slowed)
    once_more = presses.note(firm.house, firm.actor(firm.alice), again(firm, firm.alice))
    used = mornings(firm, 4)

    nov, dec = (
        [date(2026, 11, d) for d in (16, 17, 18, 19, 20, 23, 27, 30)],
        [date(2026, 12, d) for d in (3, 7)],
    )
    assert ignored == [*nov, *dec]
    assert (noted, once_more) == (True, False)
    assert used == [date(2026, 12, d) for d in (14, 15, 16, 17)]


def test_a_slowed_digest_says_so_and_a_daily_one_does_not(firm: Firm, due: Client) -> None:
    mornings(firm, 8)
    with firm.house.memory.read(firm.workspace.id) as unit:
        entries = [unit.outbox.by_key(f"digest:{firm.alice.id}:2026-11-{day}") for day in (16, 23)]

    assert [None if entry is None else entry.facts.get("pace") for entry in entries] == [None, "twice"]


def test_where_nothing_was_due_nothing_was_ignored(firm: Firm) -> None:
    mornings(firm, 30)

    assert again(firm, firm.alice).unheeded_since is None


# --- Why --------------------------------------------------------------------------------------------------


def test_why_tells_of_each_client_whether_it_is_on_the_list_and_if_not_why(firm: Firm, due: Client) -> None:
    alice = firm.actor(firm.alice)

    def listed(client: Client) -> Listed:
        seen = why.outlook(firm.house, alice, client.id).client
        assert seen is not None
        return seen.listed

    fresh = firm.client("Ford", spoke_before_at=MONDAY)
    assert (listed(due), listed(fresh)) == (Listed.LISTED, Listed.NOT_DUE)
    nudges.snooze(firm.house, alice, due.id, day=date(2026, 11, 19))
    assert listed(due) is Listed.SNOOZED
    for n in range(6):
        firm.client(f"Old {n}", spoke_before_at=MONDAY - timedelta(days=300 + n))
    assert listed(firm.clients["Old 0"]) is Listed.CROWDED
    others = why.outlook_by_operator(firm.house, firm.workspace.id, firm.lea.id, "Ford").client
    assert others is not None
    assert (others.listed, others.owner) == (Listed.OTHERS, "Alice Ames")


def test_why_counts_and_answers_for_now(firm: Firm) -> None:
    for n in range(4):
        nudged(firm, f"n{n}")
    delivered(firm)
    settings.change(firm.house, firm.actor(firm.alice), NewSettings(noise=Noise.DIGEST))
    seen = why.outlook(firm.house, firm.actor(firm.alice))

    assert (seen.day, seen.hour, seen.pace) == (3, 3, Pace.DAILY)
    assert isinstance(seen.daily, Speak)
    assert not isinstance(seen.nudge, Speak)
    assert {d.decision for d in seen.decisions} == {SPEAK, WAIT}


def test_nobody_is_told_why_of_a_client_that_they_may_not_see(firm: Firm) -> None:
    acme = firm.client("Acme")
    for client_id, code in ((acme.id, "client.not_yours"), (10**9, "client.gone")):
        with pytest.raises(Refusal) as refused:
            why.outlook(firm.house, firm.actor(firm.bruno), client_id)
        assert refused.value.code == code
