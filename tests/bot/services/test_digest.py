"""Planning the digest: one for each working day of each member, whatever happens to clocks, planners and zones."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from bot.domain.digest import ROWS, digest_key
from bot.domain.members import Member, Role
from bot.domain.outbox import State
from bot.domain.refusals import Refusal
from bot.domain.touches import Channel, TouchDraft
from bot.services import delivery, digest, members, nudges, presses, touches
from storage.engine import open_engine
from storage.unit_of_work import SqlMemory, SqlUnitOfWork
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import MONDAY, Firm, StandingClock, open_firm, profile

LONG_AGO = MONDAY - timedelta(days=300)


def due_client(firm: Firm, name: str = "Acme", owner: Member | None = None) -> None:
    firm.client(name, owner=owner, spoke_before_at=LONG_AGO)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment on the wall in New York (winter time)."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) + timedelta(hours=5)


def ticks(firm: Firm, start: datetime, end: datetime, minutes: int = 60, *, used: bool = False) -> list[str]:
    """Plans and delivers at regular moments from `start` to `end`; the keys of all that was posted.

    `used`: everybody presses something in between.
    """
    slack = ScriptedMessenger()
    firm.clock.now = start
    while firm.clock.now <= end:
        for member in (firm.alice, firm.bruno, firm.lea, firm.carla) if used else ():
            presses.note(firm.house, firm.actor(member), again(firm, member))
        digest.plan(firm.house, firm.workspace.id)
        for entry_id in delivery.due(firm.house, firm.workspace.id, 100):
            delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)
        firm.clock.tick(minutes=minutes)
    return slack.keys()


def days_of(keys: list[str], member: Member) -> list[date]:
    prefix = digest_key(member.id, date(2026, 1, 1)).removesuffix("2026-01-01")
    return [date.fromisoformat(key.removeprefix(prefix)) for key in keys if key.startswith(prefix)]


def again(firm: Firm, member: Member) -> Member:
    with firm.house.memory.read(firm.workspace.id) as unit:
        found = unit.members.get(member.id)
    assert found is not None
    return found


def test_everybody_gets_one_digest_on_each_of_their_own_working_days(firm: Firm) -> None:
    due_client(firm, "Acme", firm.alice)
    due_client(firm, "Brie & Co", firm.bruno)
    start = datetime(2026, 11, 9, tzinfo=UTC)
    with firm.house.memory.write(firm.workspace.id) as unit:
        for person in unit.members.all():
            unit.members.move_digest(person.id, old=person.next_digest_at, new=start)

    keys = ticks(firm, start, datetime(2026, 11, 30, tzinfo=UTC), minutes=60, used=True)

    working = [date(2026, 11, d) for d in (*range(9, 14), *range(16, 21), *range(23, 28))]
    armistice, thanksgiving = date(2026, 11, 11), date(2026, 11, 26)  # the first is Veterans Day in the US
    assert days_of(keys, firm.alice) == [day for day in working if day not in (armistice, thanksgiving)]
    assert days_of(keys, firm.bruno) == [day for day in working if day != armistice]
    assert len(keys) == len(set(keys))


def test_a_digest_comes_at_nine_and_not_before(firm: Firm) -> None:
    due_client(firm)
    firm.clock.now = MONDAY - timedelta(seconds=1)
    before = digest.plan(firm.house, firm.workspace.id)
    firm.clock.now = MONDAY
    after = digest.plan(firm.house, firm.workspace.id)
    again_at_once = digest.plan(firm.house, firm.workspace.id)

    assert (before.digests, after.digests, again_at_once.digests) == (0, 1, 0)
    assert again(firm, firm.alice).next_digest_at == MONDAY + timedelta(days=1)
    assert again(firm, firm.alice).last_digest_on == MONDAY.date()


def test_planners_of_two_processes_pass_each_other_by(postgres_database_url: str) -> None:
    engine = open_engine(postgres_database_url)
    firm = open_firm(engine, StandingClock())
    due_client(firm, "Acme", firm.alice)
    due_client(firm, "Brie & Co", firm.lea)

    with firm.house.memory.write(firm.workspace.id) as theirs:
        held = theirs.members.plan_alone(firm.alice.id)
        meanwhile = digest.plan(firm.house, firm.workspace.id)
        left = again(firm, firm.alice).next_digest_at
    afterwards = digest.plan(firm.house, firm.workspace.id)

    assert held
    assert (meanwhile.digests, left) == (1, firm.alice.next_digest_at), "Lea's, at once"
    assert afterwards.digests == 1, "Alice's, whose other planner came to nothing"
    engine.dispose()


@pytest.mark.parametrize(
    ("started", "first"),
    [
        (at(16, 11, 30), date(2026, 11, 16)),
        (at(16, 17, 59), date(2026, 11, 16)),
        (at(16, 20), date(2026, 11, 17)),
        (at(21, 12), date(2026, 11, 23)),
        (at(22, 9), date(2026, 11, 23)),
    ],
    ids=["later that day", "just before it closes", "in the evening", "on saturday", "on sunday at nine"],
)
def test_down_at_nine_there_is_one_digest_after_the_restart_not_none_and_not_three(
    firm: Firm, started: datetime, first: date
) -> None:
    due_client(firm)

    keys = ticks(firm, started, started + timedelta(days=3), minutes=20)

    days = days_of(keys, firm.alice)
    assert days[0] == first
    assert days == sorted(set(days))


def test_down_over_a_weekend_nothing_is_made_up_for(firm: Firm) -> None:
    due_client(firm)
    friday = ticks(firm, at(20, 8), at(20, 12))

    monday = ticks(firm, at(23, 14), at(23, 16))

    assert days_of(friday + monday, firm.alice) == [date(2026, 11, 20), date(2026, 11, 23)]


def test_who_has_nothing_due_and_who_has_no_clients_hears_nothing(firm: Firm) -> None:
    firm.client("Acme", spoke_before_at=MONDAY - timedelta(days=1))

    assert ticks(firm, MONDAY, MONDAY + timedelta(days=2)) == []


def test_what_becomes_due_after_nine_waits_for_the_next_day(firm: Firm) -> None:
    firm.clock.now = MONDAY
    digest.plan(firm.house, firm.workspace.id)
    due_client(firm)

    keys = ticks(firm, MONDAY + timedelta(minutes=1), MONDAY + timedelta(days=1, hours=2))

    assert days_of(keys, firm.alice) == [date(2026, 11, 17)]


def test_a_digest_names_the_worst_five(firm: Firm) -> None:
    for number in range(8):
        firm.client(f"Client {number}", spoke_before_at=MONDAY - timedelta(days=40 + 10 * number))
    firm.clock.now = MONDAY
    digest.plan(firm.house, firm.workspace.id)

    (entry_id,) = delivery.due(firm.house, firm.workspace.id, 10)
    with firm.house.memory.read(firm.workspace.id) as unit:
        entry = unit.outbox.get(entry_id)

    assert entry is not None
    rows = digest.rows_from(entry.facts)
    assert [row.client for row in rows] == [f"Client {number}" for number in range(7, 7 - ROWS, -1)]
    assert entry.expires_at == at(16, 18)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        # Paris has had its nine o'clock already, and Monday its digest.
        ("Europe/Paris", [date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)]),
        ("America/Los_Angeles", [date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)]),
        ("Asia/Tokyo", [date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)]),
    ],
)
def test_a_change_of_zone_at_noon_gives_each_day_one_digest(
    firm: Firm, zone: str, expected: list[date]
) -> None:
    due_client(firm)
    keys = ticks(firm, MONDAY, MONDAY + timedelta(hours=3), minutes=30)

    members.refresh(firm.house, firm.workspace.id, profile("U0ALICE", "Alice Ames", zone=zone, country=""))
    keys += ticks(firm, MONDAY + timedelta(hours=3), MONDAY + timedelta(days=2, hours=4), minutes=30)

    assert days_of(keys, firm.alice) == expected


def test_a_change_of_zone_moves_the_next_digest_to_nine_there(firm: Firm) -> None:
    firm.clock.now = at(16, 12)
    digest.plan(firm.house, firm.workspace.id)

    members.refresh(
        firm.house, firm.workspace.id, profile("U0ALICE", "Alice Ames", zone="Europe/Paris", country="FR")
    )

    assert again(firm, firm.alice).next_digest_at == datetime(2026, 11, 17, 8, 0, tzinfo=UTC)


def test_a_clock_set_back_gives_no_second_digest(firm: Firm) -> None:
    due_client(firm)
    keys = ticks(firm, MONDAY, MONDAY + timedelta(hours=2))

    keys += ticks(firm, MONDAY - timedelta(hours=1), MONDAY + timedelta(hours=2))

    assert days_of(keys, firm.alice) == [date(2026, 11, 16)]


def test_a_closed_account_is_not_planned_for(firm: Firm) -> None:
    due_client(firm)
    members.close(firm.house, firm.workspace.id, "U0ALICE")

    assert ticks(firm, MONDAY, MONDAY + timedelta(hours=2)) == []


def test_slots_pace_what_is_said(firm: Firm) -> None:
    people = [
        members.admit(firm.house, firm.workspace.id, profile(f"U0P{number}", f"Person {number}"))
        for number in range(5)
    ]
    for person in people:
        due_client(firm, f"Client of {person.name}", person)
    firm.clock.now = MONDAY + timedelta(days=1)

    digest.plan(firm.house, firm.workspace.id)

    with firm.house.memory.read(firm.workspace.id) as unit:
        entries = [unit.outbox.get(n) for n in unit.outbox.due(firm.clock() + timedelta(hours=1), 100)]
    waits = [(entry.due_at - firm.clock()).total_seconds() for entry in entries if entry is not None]
    assert waits == [0, 1.25, 2.5, 3.75, 5]  # four fifths of sixty a minute


def test_members_without_a_moment_get_one_at_start(small_firm: Firm, sqlite_engine: Engine) -> None:
    with sqlite_engine.begin() as connection:
        connection.execute(text("update members set next_digest_at = null"))

    assert digest.start_clocks(small_firm.house, small_firm.workspace.id) == 4
    assert digest.start_clocks(small_firm.house, small_firm.workspace.id) == 0
    assert again(small_firm, small_firm.alice).next_digest_at == MONDAY


def test_a_member_who_cannot_be_planned_holds_nobody_else_up(small_firm: Firm, sqlite_engine: Engine) -> None:
    due_client(small_firm, "Acme", small_firm.alice)
    due_client(small_firm, "Lot", small_firm.lea)
    with sqlite_engine.begin() as connection:
        connection.execute(text("update members set zone = 'Mars/Olympus' where user_id = 'U0ALICE'"))
    small_firm.clock.now = MONDAY

    keys = ticks(small_firm, MONDAY, MONDAY + timedelta(hours=2), minutes=10)

    assert days_of(keys, small_firm.lea) == [date(2026, 11, 16)]
    with sqlite_engine.begin() as connection:
        connection.execute(text("update members set zone = 'America/New_York' where user_id = 'U0ALICE'"))
    assert days_of(ticks(small_firm, at(16, 13), at(16, 14)), small_firm.alice) == [date(2026, 11, 16)]


class FullDisk(SqlMemory):
    """Memory that can be read, and not written any more."""

    @contextmanager
    def write(self, workspace_id: int) -> Iterator[SqlUnitOfWork]:
        yield from ()
        raise OperationalError("insert", None, sqlite3.OperationalError("database or disk is full"))


def test_trouble_with_memory_is_not_taken_for_a_members_fault(
    small_firm: Firm, sqlite_engine: Engine
) -> None:
    due_client(small_firm)
    small_firm.clock.now = MONDAY

    with pytest.raises(OperationalError):
        digest.plan(replace(small_firm.house, memory=FullDisk(sqlite_engine)), small_firm.workspace.id)

    assert digest.plan(small_firm.house, small_firm.workspace.id).digests == 1


# --- What is shown afterwards -----------------------------------------------------------------------------


def test_a_sent_digest_loses_the_rows_that_are_done(firm: Firm) -> None:
    for name in ("Acme", "Ford", "Merck"):
        due_client(firm, name)
    slack = ScriptedMessenger()
    digest.plan(firm.house, firm.workspace.id)
    (entry_id,) = delivery.due(firm.house, firm.workspace.id, 10)
    delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)
    alice = firm.actor(firm.alice)

    full = digest.current(firm.house, alice, entry_id)
    touches.log(firm.house, alice, TouchDraft("Acme", Channel.CALL), "k")
    nudges.snooze(firm.house, alice, firm.clients["Ford"].id, wish="tomorrow")
    less = digest.current(firm.house, alice, entry_id)

    assert ([row.client for row in full.rows], full.done) == (["Acme", "Ford", "Merck"], 0)
    assert ([row.client for row in less.rows], less.done, less.day) == (["Merck"], 2, date(2026, 11, 16))
    assert [row.client for row in digest.today(firm.house, alice)] == ["Merck"]


def test_somebody_elses_digest_is_gone_for_all_others(firm: Firm) -> None:
    due_client(firm)
    digest.plan(firm.house, firm.workspace.id)
    (entry_id,) = delivery.due(firm.house, firm.workspace.id, 10)

    for reader in (firm.bruno, firm.lea, firm.carla):
        with pytest.raises(Refusal) as refused:
            digest.current(firm.house, firm.actor(reader), entry_id)
        assert refused.value.code == "digest.gone"
    with pytest.raises(Refusal) as refused:
        digest.current(firm.house, firm.actor(firm.alice), entry_id + 1)
    assert refused.value.code == "digest.gone"


def test_a_planned_digest_is_pending_until_it_is_taken(firm: Firm) -> None:
    due_client(firm)
    digest.plan(firm.house, firm.workspace.id)
    (entry_id,) = delivery.due(firm.house, firm.workspace.id, 10)

    with firm.house.memory.read(firm.workspace.id) as unit:
        entry = unit.outbox.get(entry_id)

    assert entry is not None
    assert (entry.state, entry.kind, entry.body, entry.attempts) == (State.PENDING, "digest", None, 0)


def test_a_lead_gets_a_digest_of_their_own_clients_only(firm: Firm) -> None:
    due_client(firm, "Acme", firm.alice)
    due_client(firm, "Lot", firm.lea)

    assert [row.client for row in digest.today(firm.house, firm.actor(firm.lea))] == ["Lot"]
    assert digest.today(firm.house, firm.actor(replace(firm.carla, roles=frozenset({Role.ADMIN})))) == ()
