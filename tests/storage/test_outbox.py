"""The outbox moves on only from where it was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.outbox import Entry, NewEntry, State
from bot.ports import UnitOfWork
from tests.conftest import MONDAY, Firm

LATER = MONDAY + timedelta(minutes=5)


def put(firm: Firm, key: str = "one") -> Entry:
    with firm.house.memory.write(firm.workspace.id) as unit:
        new = NewEntry(key, "notice", firm.alice.id, {"n": 1, "text": "déjà “vu” 🚀"}, MONDAY, LATER)
        assert unit.outbox.add(new, now=MONDAY)
        added = unit.outbox.by_key(key)
    assert added is not None
    return added


def read(unit: UnitOfWork, entry_id: int) -> Entry:
    entry = unit.outbox.get(entry_id)
    assert entry is not None
    return entry


def mark(unit: UnitOfWork, entry: Entry) -> bool:
    return unit.outbox.mark_trying(entry, now=MONDAY, until=LATER, facts={"n": 2}, body={"text": "x"})


def test_an_entry_comes_back_as_it_was_put_in(firm: Firm) -> None:
    entry = put(firm)

    assert entry == Entry(
        entry.id,
        "one",
        "notice",
        firm.alice.id,
        {"n": 1, "text": "déjà “vu” 🚀"},
        State.PENDING,
        MONDAY,
        MONDAY,
        LATER,
    )


def test_a_key_exists_once_whatever_became_of_its_entry(firm: Firm) -> None:
    entry = put(firm)
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.outbox.settle(entry, State.SKIPPED, note="late")

        assert not unit.outbox.add(NewEntry("one", "notice", firm.bruno.id, {}, MONDAY), now=MONDAY)
        assert read(unit, entry.id).state is State.SKIPPED


def test_of_two_who_read_the_same_entry_one_takes_it(firm: Firm) -> None:
    entry = put(firm)
    with firm.house.memory.write(firm.workspace.id) as unit:
        assert mark(unit, entry)
        assert not mark(unit, entry)
        assert not unit.outbox.settle(entry, State.SENT)
        assert not unit.outbox.postpone(entry, until=LATER, state=State.PENDING, error=None)
        taken = read(unit, entry.id)

    assert (taken.state, taken.attempts, taken.first_try_at, taken.facts) == (
        State.TRYING,
        1,
        MONDAY,
        {"n": 2},
    )


def test_an_attempt_that_did_not_count_can_not_be_mistaken_for_none(firm: Firm) -> None:
    """After a 429 the counts are as before: who read the entry before the attempt must still not take it."""
    entry = put(firm)
    with firm.house.memory.write(firm.workspace.id) as unit:
        mark(unit, entry)
        unit.outbox.postpone(
            read(unit, entry.id), until=MONDAY, state=State.PENDING, error="ratelimited", counted=False
        )
        again = read(unit, entry.id)

        assert (again.attempts, again.state) == (0, State.PENDING)
        assert not mark(unit, entry)
        assert mark(unit, again)


def test_a_look_up_that_did_not_count_is_taken_off_the_look_ups_alone(firm: Firm) -> None:
    entry = put(firm)
    with firm.house.memory.write(firm.workspace.id) as unit:
        mark(unit, entry)
        tried = read(unit, entry.id)
        assert unit.outbox.count_look_up(tried, until=LATER)
        assert not unit.outbox.count_look_up(tried, until=LATER)
        unit.outbox.postpone(
            read(unit, entry.id), until=LATER, state=State.TRYING, error="ratelimited", counted=False
        )
        after = read(unit, entry.id)

    assert (after.look_ups, after.attempts, after.error) == (0, 1, "ratelimited")


@pytest.mark.parametrize("state", [State.SENT, State.DEAD, State.SKIPPED])
def test_what_is_settled_stays_settled(firm: Firm, state: State) -> None:
    entry = put(firm)
    with firm.house.memory.write(firm.workspace.id) as unit:
        assert unit.outbox.settle(entry, state, note="n", error="e", conversation="D1", receipt="1.2")
        settled = read(unit, entry.id)
        assert (settled.note, settled.error, settled.conversation, settled.receipt) == ("n", "e", "D1", "1.2")
        assert unit.outbox.due(LATER, 10) == []
        for other in (State.SENT, State.DEAD):
            assert not unit.outbox.settle(replace(settled, state=State.PENDING), other)


def test_what_is_due_comes_first_things_first(firm: Firm) -> None:
    first, second, third = (put(firm, key) for key in ("one", "two", "three"))
    with firm.house.memory.write(firm.workspace.id) as unit:
        for entry, due in ((first, LATER), (second, MONDAY), (third, MONDAY)):
            unit.outbox.postpone(entry, until=due, state=State.PENDING, error=None)

        assert unit.outbox.due(MONDAY, 10) == [second.id, third.id]
        assert unit.outbox.due(LATER, 10) == [second.id, third.id, first.id]
        assert unit.outbox.due(LATER, 1) == [second.id]


def test_what_is_urgent_comes_before_what_was_due_earlier(firm: Firm) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        for key, due, urgent in (("one", MONDAY, False), ("two", LATER, True), ("three", MONDAY, True)):
            new = NewEntry(key, "notice", firm.bruno.id, {}, due, urgent=urgent)
            assert unit.outbox.add(new, now=MONDAY)
        due_now = [read(unit, entry_id).key for entry_id in unit.outbox.due(LATER, 10)]

    assert due_now == ["three", "two", "one"]


def test_messages_to_one_person_are_planned_a_second_apart(firm: Firm) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        for number in range(3):
            unit.outbox.add(NewEntry(f"a{number}", "notice", firm.alice.id, {}, MONDAY), now=MONDAY)
        unit.outbox.add(NewEntry("b", "notice", firm.bruno.id, {}, MONDAY), now=MONDAY)
        planned = {key: unit.outbox.by_key(key) for key in ("a0", "a1", "a2", "b")}

    seconds = [0 if entry is None else (entry.due_at - MONDAY).total_seconds() for entry in planned.values()]
    assert seconds == [0, 1, 2, 0]


def test_slots_follow_each_other_and_never_lie_before_what_was_wished(firm: Firm) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        slots = [unit.take_slot(MONDAY) for _ in range(3)] + [unit.take_slot(LATER), unit.take_slot(MONDAY)]

    assert [(slot - MONDAY).total_seconds() for slot in slots] == [0, 1.25, 2.5, 300, 301.25]
