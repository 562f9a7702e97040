"""A row that was shown in vain gives way to those behind it, until somebody acts on it or its time is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.cadence import OURS, Moments
from bot.domain.clients import Client, Tier
from bot.domain.digest import ROWS, compose, digest_key
from bot.domain.giving_way import GIVES_WAY_FOR, IN_VAIN, gives_way
from bot.domain.members import Member
from bot.domain.outlook import Listed
from bot.domain.touches import Channel, TouchDraft
from bot.ports import Unclear, description_of
from bot.services import (
    client_edits,
    covers,
    delivery,
    digest,
    leads,
    merges,
    nudges,
    presses,
    promises,
    touch_marks,
    touches,
    why,
    whys,
)
from bot.services.digest import close_in
from tests.bot.services.messenger import ScriptedMessenger
from tests.bot.services.test_races import at_once
from tests.conftest import MONDAY, Firm

BEHIND = 4
"""Clients of Alice that are due behind the five that a digest shows."""


@pytest.fixture
def crowded(firm: Firm) -> Firm:
    """Alice's book: nine neglected clients, the first of them for longest."""
    for number in range(ROWS + BEHIND):
        firm.client(f"Client {number}", spoke_before_at=MONDAY - timedelta(days=300 - number))
    return firm


def again(firm: Firm, client: Client) -> Client:
    with firm.house.memory.read(firm.workspace.id) as unit:
        found = unit.clients.itself(client.id)
    assert found is not None
    return found


def named(firm: Firm, reader: Member | None = None) -> list[str]:
    """Whom the digest of the day names, told at noon at the latest; afterwards it is the next morning."""
    reader = reader or firm.alice
    slack = ScriptedMessenger()
    # Whoever uses the bot in between gets a digest every day.
    with firm.house.memory.read(firm.workspace.id) as unit:
        member = unit.members.get(reader.id)
    assert member is not None
    presses.note(firm.house, firm.actor(reader), member)
    digest.plan(firm.house, firm.workspace.id)
    for entry_id in delivery.due(firm.house, firm.workspace.id, 100):
        delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)
    firm.clock.tick(minutes=1)
    for entry_id in delivery.due(firm.house, firm.workspace.id, 100):
        delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)
    today = reader.calendar.local_date(firm.clock())
    with firm.house.memory.read(firm.workspace.id) as unit:
        entry = unit.outbox.by_key(digest_key(reader.id, today))
    tomorrow = reader.calendar.add_working_days(today, 1)
    firm.clock.now = reader.calendar.at(tomorrow, reader.digest_time)
    if entry is None:
        return []
    return [row.client for row in digest.rows_from(entry.facts)]


FIRST = [f"Client {number}" for number in range(ROWS)]
OTHERS = [f"Client {number}" for number in range(ROWS, ROWS + BEHIND)]


def test_named_in_vain_three_times_the_fourth_digest_names_those_behind(crowded: Firm) -> None:
    for _ in range(IN_VAIN):
        assert named(crowded) == FIRST

    assert named(crowded) == [*OTHERS, FIRST[0]]
    first = again(crowded, crowded.clients["Client 0"])
    assert (first.named_to, first.named_times) == (crowded.alice.id, IN_VAIN + 1)


def test_it_returns_after_its_days_and_is_never_forgotten(crowded: Firm) -> None:
    shown = [named(crowded) for _ in range(IN_VAIN + GIVES_WAY_FOR + 1)]

    assert FIRST[1] not in shown[IN_VAIN]
    assert shown[-1] == FIRST
    assert {name for rows in shown for name in rows} == {*FIRST, *OTHERS}
    assert again(crowded, crowded.clients["Client 1"]).named_times == 1


def test_in_a_full_book_everybody_is_named_before_the_first_return(firm: Firm) -> None:
    many = 45
    for number in range(many):
        firm.client(f"Client {number}", spoke_before_at=MONDAY - timedelta(days=300 - number))
    shown = [named(firm) for _ in range(IN_VAIN * many // ROWS)]

    assert len({name for rows in shown for name in rows}) == many
    assert named(firm) == FIRST


def test_who_was_named_as_due_is_named_as_neglected_all_the_same(crowded: Firm) -> None:
    for _ in range(IN_VAIN):
        named(crowded)
    first = again(crowded, crowded.clients["Client 0"])
    with crowded.house.memory.write(crowded.workspace.id) as unit:
        held = unit.clients.hold(first.id)
        assert held is not None
        assert held.due_at is not None
        unit.clients.set_clock(held, Moments(held.due_at, crowded.clock() - timedelta(hours=1)))

    assert named(crowded) == ["Client 0", *OTHERS]
    assert again(crowded, first).named_times == 1


def test_what_gave_way_stands_where_nobody_else_wants_the_place(firm: Firm) -> None:
    firm.client("Acme", spoke_before_at=MONDAY - timedelta(days=300))

    assert [named(firm) for _ in range(6)] == [["Acme"]] * 6


def test_the_lead_is_told_of_those_behind_as_well(crowded: Firm) -> None:
    told = []
    for _ in range(IN_VAIN + 1):
        named(crowded)
        with crowded.house.memory.read(crowded.workspace.id) as unit:
            told.append(len(leads.told_of(unit, crowded.clients.values(), crowded.clock())))

    assert told == [ROWS, ROWS, ROWS, ROWS + BEHIND]


def _touch(firm: Firm, client: Client) -> None:
    draft = TouchDraft(client.id, Channel.CALL, at=firm.clock() - timedelta(days=200))
    touches.log(firm.house, firm.actor(firm.alice), draft, "called")


def _snooze(firm: Firm, client: Client) -> None:
    alice = firm.actor(firm.alice)
    nudges.snooze(firm.house, alice, client.id, wish="tomorrow")
    nudges.end_snooze(firm.house, alice, client.id)


def _hand_over(firm: Firm, client: Client) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.update(client.id, replace(description_of(client), owner_id=firm.bruno.id))


def _archive(firm: Firm, client: Client) -> None:
    lea = firm.actor(firm.lea)
    client_edits.archive(firm.house, lea, client.id)
    client_edits.restore(firm.house, lea, client.id)


def _complain(firm: Firm, client: Client) -> None:
    draft = TouchDraft(client.id, Channel.CALL, at=firm.clock() - timedelta(days=200), complaint=True)
    touches.log(firm.house, firm.actor(firm.alice), draft, "complained")
    touch_marks.settle(firm.house, firm.actor(firm.alice), client.id)


def _merge(firm: Firm, client: Client) -> None:
    merges.merge(firm.house, firm.actor(firm.lea), client.id, firm.clients["Client 8"].id)


@pytest.mark.parametrize("act", [_touch, _snooze, _hand_over, _archive, _complain, _merge])
def test_whoever_acts_on_it_gives_it_its_place_back(
    crowded: Firm, act: Callable[[Firm, Client], None]
) -> None:
    for _ in range(IN_VAIN):
        named(crowded)
    client = again(crowded, crowded.clients["Client 0"])
    with crowded.house.memory.read(crowded.workspace.id) as unit:
        before = unit.books.most_urgent(crowded.alice.id, crowded.clock(), OURS, 1)[0]
    assert before.name == OTHERS[0], "all five give way"

    act(crowded, client)

    after = again(crowded, client)
    assert not gives_way(after, after.owner_id, crowded.clock())
    assert after.named_times == 0 or after.named_to != after.owner_id
    assert gives_way(again(crowded, crowded.clients["Client 1"]), crowded.alice.id, crowded.clock())


def test_a_complaint_never_gives_way(crowded: Firm) -> None:
    for _ in range(IN_VAIN):
        named(crowded)
    with crowded.house.memory.write(crowded.workspace.id) as unit:
        unit.clients.set_complaint(crowded.clients["Client 0"].id, crowded.clock())

    assert named(crowded)[0] == "Client 0"


def test_what_is_owed_never_gives_way_and_does_not_count_as_named_in_vain(crowded: Firm) -> None:
    client = crowded.clients["Client 0"]
    alice = crowded.actor(crowded.alice)
    promises.make(crowded.house, alice, client.id, "the quote", MONDAY.date(), "promised")

    assert {named(crowded)[0] for _ in range(IN_VAIN + 2)} == {"Client 0"}
    assert again(crowded, client).named_times == 0


def test_what_was_not_sent_named_nobody_and_what_was_found_did_once(crowded: Firm) -> None:
    slack = ScriptedMessenger(on_post=[Unclear("reset")])
    digest.plan(crowded.house, crowded.workspace.id)
    (entry_id,) = delivery.due(crowded.house, crowded.workspace.id, 9)
    delivery.deliver(crowded.house, slack, crowded.workspace.id, entry_id)
    assert again(crowded, crowded.clients["Client 0"]).named_times == 0

    slack.posted.append(("D-U0ALICE", digest_key(crowded.alice.id, MONDAY.date()), {}))
    crowded.clock.tick(minutes=30)
    delivery.deliver(crowded.house, slack, crowded.workspace.id, entry_id)
    delivery.deliver(crowded.house, slack, crowded.workspace.id, entry_id)

    assert again(crowded, crowded.clients["Client 0"]).named_times == 1


def test_who_does_not_read_the_message_any_more_is_told_of_each_client_once(crowded: Firm) -> None:
    with crowded.house.memory.write(crowded.workspace.id) as unit:
        unit.members.unheeded(crowded.alice.id, date(2026, 9, 1))
    digest.plan(crowded.house, crowded.workspace.id)
    (entry_id,) = delivery.due(crowded.house, crowded.workspace.id, 9)
    delivery.deliver(crowded.house, ScriptedMessenger(), crowded.workspace.id, entry_id)

    rows = [row.client for row in digest.today(crowded.house, crowded.actor(crowded.alice))]
    assert rows == [*OTHERS, FIRST[0]]


def test_a_covering_colleague_reads_what_the_owner_ignored_first(crowded: Firm) -> None:
    for _ in range(IN_VAIN):
        named(crowded)
    sheet = covers.ask(
        crowded.house,
        crowded.actor(crowded.alice),
        crowded.clients["Client 0"].id,
        crowded.bruno.id,
        date(2026, 12, 4),
    )
    covers.accept(crowded.house, crowded.actor(crowded.bruno), sheet.cover.id)

    rows = digest.today(crowded.house, crowded.actor(crowded.bruno))
    assert [row.client for row in rows] == ["Client 0"]
    found = whys.of(crowded.house, crowded.actor(crowded.bruno), crowded.clients["Client 0"].id)
    assert (found.urgency.gives_way, found.named_times) == (False, 0)


def test_why_says_that_it_gives_way_and_until_when(crowded: Firm) -> None:
    for _ in range(IN_VAIN):
        named(crowded)
    alice, client = crowded.actor(crowded.alice), crowded.clients["Client 1"]

    found = whys.of(crowded.house, alice, client.id)
    assert (found.urgency.gives_way, found.named_times) == (True, IN_VAIN)
    # Three mornings from Monday 16 November on, then twenty days of work, Thanksgiving is none.
    assert found.gives_way_until == date(2026, 12, 18)
    seen = why.outlook(crowded.house, alice, client.id).client
    assert seen is not None
    assert seen.listed is Listed.GIVES_WAY


def test_two_digests_at_once_that_name_the_same_client_wait_for_each_other(crowded: Firm) -> None:
    """The owner's and a colleague's, who covers the whole book; and touches meanwhile."""
    ids = [client.id for client in crowded.clients.values()]

    def name(reader: Member, order: list[int]) -> None:
        with crowded.house.memory.write(crowded.workspace.id) as unit:
            unit.clients.hold_all(order)
            unit.clients.named_in_vain(order, reader.id, at=crowded.clock(), often=3, until=crowded.clock())

    for _ in range(3):
        answers = at_once(
            lambda: name(crowded.alice, ids),
            lambda: name(crowded.bruno, ids[::-1]),
            lambda: _touch(crowded, crowded.clients["Client 3"]),
            lambda: name(crowded.alice, ids[2:]),
        )
        assert len(answers) == 4
    assert {again(crowded, each).named_to for each in crowded.clients.values()} <= {
        None,
        crowded.alice.id,
        crowded.bruno.id,
    }


def test_the_database_ranks_as_thinking_does(firm: Firm) -> None:
    now = firm.clock()
    for number in range(40):
        made = firm.client(
            f"Client {number:02}",
            tier=list(Tier)[number % 4],
            spoke_before_at=now - timedelta(days=95 + number),
        )
        with firm.house.memory.write(firm.workspace.id) as unit:
            told = (firm.alice.id, firm.bruno.id)[number % 3 == 0]
            until = now + timedelta(days=number % 7 - 3)
            at = now - timedelta(days=number % 5 * 10)
            unit.clients.named_in_vain([made.id], told, at=at, often=1 + number % 2, until=until)
            if number % 11 == 0:
                unit.clients.set_complaint(made.id, now)
    with firm.house.memory.read(firm.workspace.id) as unit:
        book = unit.clients.of_owner(firm.alice.id, 1000)
        for reader in (firm.alice, firm.bruno):
            urgent = unit.books.most_urgent(firm.alice.id, now, OURS, 60, reader_id=reader.id)
            assert [row.client for row in compose(book, reader, now, 60)] == [each.name for each in urgent]
            ways = [each.gives_way_until for each in urgent]
            assert any(ways)
        assert [each.id for each in unit.books.most_urgent(firm.alice.id, now, OURS, 60)] == [
            row.client_id for row in compose(book, firm.alice, now, 60)
        ]


def test_a_digest_without_due_clients_names_nobody(firm: Firm) -> None:
    acme = firm.client("Acme")
    promises.make(firm.house, firm.actor(firm.alice), acme.id, "the quote", MONDAY.date(), "promised")
    digest.plan(firm.house, firm.workspace.id)
    with firm.house.memory.read(firm.workspace.id) as unit:
        entry = unit.outbox.by_key(digest_key(firm.alice.id, MONDAY.date()))
    assert entry is not None

    assert close_in(entry) == []


def test_a_moment_is_kept_to_the_microsecond_on_both_databases(crowded: Firm) -> None:
    until = datetime(2026, 12, 1, 5, tzinfo=UTC)
    client = crowded.clients["Client 0"]
    with crowded.house.memory.write(crowded.workspace.id) as unit:
        unit.clients.named_in_vain([client.id], crowded.alice.id, at=crowded.clock(), often=1, until=until)

    kept = again(crowded, client)
    assert (kept.named_at, kept.gives_way_until, kept.named_times) == (crowded.clock(), until, 1)
