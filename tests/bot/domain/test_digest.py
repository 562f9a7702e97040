"""Whom a digest names, and when the next one is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cadence import ClientState
from bot.domain.clients import Client, Tier
from bot.domain.digest import ROWS, compose, digest_key, is_nudgeable, next_digest, row_of, urgency
from bot.domain.members import Member
from tests.bot.domain.people import NOW, PEOPLE, YEAR, client, member, transitions

ALICE = member()
spans = st.integers(-40, 40).map(lambda days: NOW + timedelta(days=days))
books = st.lists(
    st.builds(
        client,
        id=st.integers(1, 10_000),
        name=st.sampled_from(["Acme", "Ford", "Élan", "zeta", "Acme"]),
        tier=st.sampled_from(list(Tier)),
        last_conversation_at=st.none() | st.integers(50, 90).map(lambda d: NOW - timedelta(days=d)),
        due_at=st.none() | spans,
        neglected_at=st.just(NOW + timedelta(days=3)) | st.just(NOW - timedelta(days=1)),
        snoozed_until=st.none() | spans,
        archived=st.booleans(),
    ),
    max_size=25,
    unique_by=lambda c: c.id,
)


def late(name: str, **more: object) -> Client:
    """A client that has been due since a week, not neglected yet."""
    return client(
        name=name,
        **{
            "last_conversation_at": NOW - timedelta(days=21),
            "due_at": NOW - timedelta(days=7),
            "neglected_at": NOW + timedelta(days=1),
            **more,
        },
    )


def test_neglected_clients_come_first_then_the_most_overdue_in_their_own_intervals() -> None:
    book = [
        late("due, half an interval", id=1),
        late("due, a tenth", id=2, tier=Tier.D, due_at=NOW - timedelta(days=9)),
        late("neglected", id=3, due_at=NOW - timedelta(days=1), neglected_at=NOW),
        late("due, a whole one", id=4, cadence_days=7),
    ]

    named = [row.client for row in compose(book, ALICE, NOW)]

    assert named == ["neglected", "due, a whole one", "due, half an interval", "due, a tenth"]


def test_a_row_says_since_when_and_how_often() -> None:
    row = row_of(late("Acme", last_one_way_at=NOW - timedelta(days=3)), ALICE, NOW)

    assert (row.days, row.usual, row.state, row.one_way) == (3, 14, ClientState.DUE, True)


def test_days_are_counted_by_the_readers_own_calendar() -> None:
    just_before_midnight = datetime(2026, 11, 16, 4, 59, tzinfo=UTC)  # 23:59 of the 15th in New York
    row = row_of(late("Acme", last_conversation_at=just_before_midnight), ALICE, NOW)

    assert row.days == 1


@given(books)
def test_a_digest_names_only_due_clients_that_are_not_snoozed_each_once_and_few(book: list[Client]) -> None:
    rows = compose(book, ALICE, NOW)
    wanted = {c.id for c in book if is_nudgeable(c, NOW)}
    known = {c.id: c for c in book}

    assert len(rows) == min(ROWS, len(wanted))
    assert {row.client_id for row in rows} <= wanted
    assert len({row.client_id for row in rows}) == len(rows)
    for row in rows:
        snoozed = known[row.client_id].snoozed_until
        assert snoozed is None or snoozed <= NOW


@given(books, st.randoms())
def test_the_order_of_the_book_does_not_matter(book: list[Client], chance: Random) -> None:
    shuffled = list(book)
    chance.shuffle(shuffled)

    assert compose(book, ALICE, NOW) == compose(shuffled, ALICE, NOW)


@given(books)
def test_nobody_left_out_is_neglected_while_somebody_named_is_not(book: list[Client]) -> None:
    known = {c.id: c for c in book}
    named = [known[row.client_id] for row in compose(book, ALICE, NOW)]
    left = [c for c in book if is_nudgeable(c, NOW) and c not in named]
    states = {row.client_id: row.state for row in compose(book, ALICE, NOW, limit=100)}

    if any(states[c.id] is ClientState.NEGLECTED for c in left):
        assert all(states[c.id] is ClientState.NEGLECTED for c in named)


def test_urgency_counts_in_intervals() -> None:
    assert urgency(late("Acme"), NOW).total == 0.5
    assert urgency(late("Acme", tier=Tier.D), NOW).total == 7 / 90
    assert urgency(late("Acme", due_at=NOW), NOW).total == 0
    assert urgency(client(), NOW).total == float("-inf")


@given(PEOPLE, YEAR)
def test_the_next_digest_is_ahead_on_a_working_day_at_the_digest_time(person: Member, now: datetime) -> None:
    expected = next_digest(person, now)
    day = person.calendar.local_date(expected)

    assert expected >= now
    assert person.calendar.is_working_day(day)
    assert person.calendar.at(day, person.digest_time) == expected


@given(PEOPLE, YEAR, st.integers(5, 30))
def test_digests_follow_each_other_one_for_each_working_day(
    person: Member, now: datetime, count: int
) -> None:
    days = []
    for _ in range(count):
        now = next_digest(person, now)
        days.append(person.calendar.local_date(now))
        person = replace(person, last_digest_on=days[-1])

    between = [
        days[0] + timedelta(days=n)
        for n in range((days[-1] - days[0]).days + 1)
        if person.calendar.is_working_day(days[0] + timedelta(days=n))
    ]
    assert days == between


@given(PEOPLE, YEAR)
def test_a_day_that_had_its_digest_gets_no_other(person: Member, now: datetime) -> None:
    had = replace(person, last_digest_on=person.calendar.local_date(now))

    assert had.calendar.local_date(next_digest(had, now)) > had.calendar.local_date(now)


def test_around_each_change_of_the_clock_every_day_has_one_digest_in_every_zone() -> None:
    for zone, day in transitions():
        for digest_time in (time(0, 0), time(2, 30), time(9, 0), time(23, 30)):
            person = member(zone=zone, country="", work_days=frozenset(range(7)), digest_time=digest_time)
            person = replace(person, last_digest_on=day - timedelta(days=2))
            now = person.calendar.at(day - timedelta(days=2), digest_time)
            days = []
            for _ in range(4):
                now = next_digest(person, now)
                days.append(person.calendar.local_date(now))
                person = replace(person, last_digest_on=days[-1])

            assert days == [day + timedelta(days=n) for n in (-1, 0, 1, 2)], (zone, day, digest_time)


def test_moving_across_the_date_line_gives_no_second_digest_for_one_date() -> None:
    tokyo = member(zone="Asia/Tokyo", country="", last_digest_on=date(2026, 11, 17))
    landed = replace(tokyo, zone="America/Los_Angeles")
    now = datetime(2026, 11, 17, 1, 0, tzinfo=UTC)  # still Monday evening in Los Angeles

    assert landed.calendar.local_date(next_digest(landed, now)) == date(2026, 11, 18)


def test_the_key_says_member_and_day() -> None:
    assert digest_key(7, date(2026, 11, 16)) == "digest:7:2026-11-16"
