"""What was named in vain gives way, returns, and never does while a complaint is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.clients import Client
from bot.domain.digest import compose, urgency
from bot.domain.giving_way import GIVES_WAY_FOR, gives_way, way_ends, way_lasts
from bot.domain.members import Member
from tests.bot.domain.people import NOW, PEOPLE, client, member

ALICE = member()
DAY = timedelta(days=1)


def in_vain(**more: Any) -> Client:
    """A client that has been neglected for long, named to Alice yesterday, and gives way for three days more."""
    named = client(due_at=NOW - 30 * DAY, neglected_at=NOW - 20 * DAY)
    return replace(
        named,
        **{
            "named_to": ALICE.id,
            "named_at": NOW - DAY,
            "named_times": 3,
            "gives_way_until": NOW + 3 * DAY,
            **more,
        },
    )


@given(st.integers(1, 5), st.integers(1, 400), st.integers(1, 8), st.integers(1, 5))
def test_it_lasts_until_all_others_were_shown_as_often(
    often: int, due: int, shown: int, between: int
) -> None:
    lasts = way_lasts(1, often, due, shown, between)

    assert lasts // between * shown >= often * due
    assert way_lasts(lasts + 3, often, due, shown, between) == lasts + 3


moments = st.integers(-60, 60).map(lambda days: NOW + timedelta(days=days, hours=1))
named = st.builds(
    in_vain,
    id=st.integers(1, 10_000),
    name=st.sampled_from(["Acme", "Ford", "Élan", "zeta"]),
    due_at=st.integers(-60, 0).map(lambda days: NOW + timedelta(days=days)),
    neglected_at=moments,
    complaint_at=st.none() | st.just(NOW - DAY),
    named_to=st.sampled_from([None, ALICE.id, 99]),
    named_at=st.none() | moments,
    gives_way_until=st.none() | moments,
)
books = st.lists(named, max_size=12, unique_by=lambda each: each.id)


def test_what_gives_way_stands_behind_who_is_only_due_and_is_named_where_there_is_room() -> None:
    fresh = client(id=2, name="Fresh", due_at=NOW - DAY, neglected_at=NOW + 9 * DAY)

    assert [row.client_id for row in compose([in_vain(id=1), fresh], ALICE, NOW)] == [2, 1]
    assert [row.client_id for row in compose([in_vain(id=1, gives_way_until=None), fresh], ALICE, NOW)] == [
        1,
        2,
    ]


def test_a_list_of_the_whole_book_knows_no_giving_way() -> None:
    assert not urgency(in_vain(), NOW).gives_way
    assert urgency(in_vain(), NOW, reader_id=ALICE.id).gives_way


def test_a_new_owner_and_a_covering_colleague_read_it_in_its_place() -> None:
    assert not gives_way(in_vain(), 99, NOW)


def test_what_became_due_anew_does_not_give_way() -> None:
    assert not gives_way(in_vain(due_at=NOW - DAY / 2), ALICE.id, NOW)


@given(named, st.integers(1, 60))
def test_a_complaint_never_gives_way(each: Client, later: int) -> None:
    assert not gives_way(replace(each, complaint_at=NOW), ALICE.id, NOW + later * DAY)


@settings(deadline=None)  # the holidays of a country are read once
@given(PEOPLE, st.integers(0, 400))
def test_each_row_returns_after_so_many_working_days(person: Member, day: int) -> None:
    calendar = person.calendar
    on = calendar.first_working_day(date(2026, 1, 1) + timedelta(days=day))
    until = way_ends(calendar, on)
    began = calendar.starts(on)
    each = in_vain(
        named_at=calendar.at(on, time(12)), due_at=began, neglected_at=began, gives_way_until=until
    )

    assert gives_way(each, ALICE.id, until - timedelta(seconds=1))
    assert not gives_way(each, ALICE.id, until)
    returns = calendar.local_date(until)
    between = [on + timedelta(days=n) for n in range(1, (returns - on).days)]
    assert sum(calendar.is_working_day(each) for each in between) == GIVES_WAY_FOR


@given(books)
def test_rows_that_give_way_come_last_and_each_part_is_in_order(book: list[Client]) -> None:
    rows = compose(book, ALICE, NOW, len(book))
    ranks = [gives_way(next(c for c in book if c.id == row.client_id), ALICE.id, NOW) for row in rows]

    assert ranks == sorted(ranks)
    assert {row.client_id for row in rows} == {each.id for each in book if each.due_at and each.due_at <= NOW}
    without = [replace(each, gives_way_until=None) for each in book]
    order = [row.client_id for row in compose(without, ALICE, NOW, len(book))]
    for part in (True, False):
        ids = [row.client_id for row, way in zip(rows, ranks, strict=True) if way is part]
        assert ids == [each for each in order if each in ids]
