"""Covers as values: when one is in force, about which clients, and which get in each other's way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.clients import may_edit, may_govern, may_read
from bot.domain.covers import Cover, CoverState, covering, may_ask, may_end, standing_in_the_way
from bot.domain.members import Role
from tests.bot.domain.people import NOW, client, member

FIRST, LAST = date(2026, 11, 16), date(2026, 11, 20)
ALICE, BRUNO = member(), member(id=2, name="Bruno Petit")
LEA = member(id=3, name="Lea Lang", roles=frozenset({Role.LEAD}))
ADMIN = member(id=4, name="Carla Cruz", roles=frozenset({Role.ADMIN}))


def cover(**more: Any) -> Cover:
    facts: dict[str, Any] = {"state": CoverState.ACCEPTED, "asked_at": NOW, "asked_by": 1, **more}
    return Cover(1, ALICE.id, BRUNO.id, facts.pop("first", FIRST), facts.pop("last", LAST), **facts)


@given(day=st.dates(date(2026, 11, 1), date(2026, 12, 1)), state=st.sampled_from(CoverState))
def test_a_cover_is_in_force_on_its_days_and_on_no_other(day: date, state: CoverState) -> None:
    assert cover(state=state).in_force(day) is (state is CoverState.ACCEPTED and FIRST <= day <= LAST)


@given(
    day=st.dates(date(2026, 11, 10), date(2026, 11, 26)),
    leave=st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 6)), max_size=3),
)
def test_who_is_away_sees_to_nobody_and_the_gaps_say_so(day: date, leave: list[tuple[int, int]]) -> None:
    away = tuple((FIRST + timedelta(days=n), FIRST + timedelta(days=n + more)) for n, more in leave)
    agreed = cover(away=away)
    absent = any(first <= day <= last for first, last in away)

    assert agreed.in_force(day) is (FIRST <= day <= LAST and not absent)
    assert agreed.is_agreed(day) is (FIRST <= day <= LAST)
    assert any(first <= day <= last for first, last in agreed.gaps(FIRST, LAST)) is (
        FIRST <= day <= LAST and absent
    )
    assert agreed.is_in_force_between(day, day) is agreed.in_force(day)
    assert any(first <= day <= last for first, last in agreed.days_in_force()) is agreed.in_force(day)


def test_leave_of_who_covers_leaves_room_for_somebody_else() -> None:
    away = ((FIRST, FIRST + timedelta(days=1)),)
    asked = cover(away=away, state=CoverState.ASKED)

    assert standing_in_the_way([cover(away=away)], *away[0], ()) is None
    assert standing_in_the_way([cover(away=away)], FIRST, LAST, ()) is not None
    assert standing_in_the_way([asked], *away[0], ()) is asked


def test_it_is_about_the_owners_clients_alone() -> None:
    assert cover().about(client(id=7))
    assert not cover().about(client(id=7, owner_id=9))
    assert cover(client_ids=(7, 8)).about(client(id=7))
    assert not cover(client_ids=(8,)).about(client(id=7))
    assert not cover(client_ids=(7,)).about(client(id=7, owner_id=9))


def test_of_several_the_one_that_lasts_longest_is_told() -> None:
    longer = cover(last=LAST + timedelta(days=3))

    assert covering([cover(), longer, cover(state=CoverState.ASKED)], client(), FIRST) is longer
    assert covering([cover(client_ids=(99,))], client(), FIRST) is None


@pytest.mark.parametrize(
    ("known", "wanted", "in_the_way"),
    [
        ({"client_ids": (1,)}, (1,), True),
        ({"client_ids": (1, 2)}, (2, 3), True),
        ({"client_ids": (1,)}, (2,), False),
        ({}, (), True),
        ({}, (1,), False),
        ({"client_ids": (1,)}, (), False),
        ({"state": CoverState.DECLINED}, (), False),
        ({"state": CoverState.ENDED}, (), False),
        ({"state": CoverState.ASKED}, (), True),
        ({"first": LAST + timedelta(days=1), "last": LAST + timedelta(days=2)}, (), False),
    ],
)
def test_two_covers_of_the_same_are_one_too_many(
    known: dict[str, Any], wanted: tuple[int, ...], in_the_way: bool
) -> None:
    assert (standing_in_the_way([cover(**known)], FIRST, LAST, wanted) is not None) is in_the_way


def test_who_covers_reads_but_neither_edits_nor_governs() -> None:
    acme = client()

    assert may_read(BRUNO, acme, ALICE, covering=True)
    assert not may_read(BRUNO, acme, ALICE)
    assert not may_edit(BRUNO, acme, ALICE)
    assert not may_govern(BRUNO, acme, ALICE)


def test_who_asks_and_who_ends() -> None:
    alice = member(lead_id=LEA.id)

    assert [each.name for each in (alice, BRUNO, LEA, ADMIN) if may_ask(each, alice, client())] == [
        "Alice Ames",
        "Lea Lang",
        "Carla Cruz",
    ]
    assert [each.name for each in (alice, BRUNO, LEA, ADMIN) if may_end(each, cover(), alice)] == [
        "Alice Ames",
        "Bruno Petit",
        "Lea Lang",
        "Carla Cruz",
    ]
    assert not may_end(member(id=8, name="Dora"), cover(), alice)
