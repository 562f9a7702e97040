"""Many clients at once: the database reckons states and urgency as thinking does, and pages leave nobody out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from bot.domain.books import PAGE, Reach, Wanted, counted, pages_of
from bot.domain.cadence import OURS, ClientState, Moments, cadence_of, state_of
from bot.domain.clients import Client, Part, Tier
from bot.domain.digest import ROWS, compose, urgency
from bot.domain.promises import NewPromise, PromiseState
from bot.domain.team import AGES
from bot.domain.touches import Channel, Direction, TouchDraft
from bot.ports import NewContact, description_of
from bot.services import touches
from tests.conftest import Firm

USUAL = OURS


@pytest.fixture
def full(firm: Firm) -> Firm:
    """Alice's book: some sixty clients in every state, and others that are not hers."""
    random = Random(4)
    for number in range(60):
        made = firm.client(
            f"Client {number:03}",
            tier=random.choice(list(Tier)),
            market=random.choice(["US-NY", "US-CA", "FR", "CA-QC"]),
            cadence_days=random.choice([None, None, 10, 45]),
        )
        with firm.house.memory.write(firm.workspace.id) as unit:
            held = unit.clients.hold(made.id)
            assert held is not None
            ago = firm.clock() - timedelta(days=random.randrange(120), minutes=random.randrange(900))
            held = _spoken(held, random.choice([None, ago]), random.choice([None, None, ago]))
            due = firm.clock() + timedelta(days=random.randrange(-40, 20), seconds=random.randrange(9))
            clock = Moments(due, due + timedelta(days=random.randrange(30)))
            unit.clients.set_clock(held, random.choice([clock, clock, clock, clock, None]))
    firm.client("Bruno's own", owner=firm.bruno)
    gone = firm.client("Long gone")
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.archive(gone.id, at=firm.clock())
    return firm


def _spoken(client: Client, spoke: datetime | None, wrote: datetime | None) -> Client:
    return replace(client, last_conversation_at=spoke, last_one_way_at=wrote)


def mine(firm: Firm) -> Reach:
    return Reach(frozenset([firm.alice.id]), backup=firm.alice.id)


def pages(firm: Firm, wanted: Wanted, reach: Reach | None = None) -> list[Client]:
    """All pages, one behind the other."""
    found: list[Client] = []
    with firm.house.memory.read(firm.workspace.id) as unit:
        while True:
            page, total = unit.books.page(
                reach or mine(firm), wanted, firm.clock(), USUAL, limit=7, offset=len(found)
            )
            if not page:
                return found
            assert total >= len(found) + len(page)
            found += page


def all_of(firm: Firm) -> Sequence[Client]:
    with firm.house.memory.read(firm.workspace.id) as unit:
        return unit.clients.of_owner(firm.alice.id, 1000)


def test_each_client_is_on_exactly_one_page_the_most_urgent_first(full: Firm) -> None:
    now = full.clock()
    found = pages(full, Wanted())
    assert sorted(client.id for client in found) == sorted(client.id for client in all_of(full))
    wanted = sorted(
        all_of(full),
        key=lambda c: (*urgency(c, now).rank, c.tier, c.name, c.id),
    )
    assert [client.name for client in found] == [client.name for client in wanted]


@pytest.mark.parametrize("state", list(ClientState))
def test_the_database_finds_the_clients_of_a_state(full: Firm, state: ClientState) -> None:
    expected = {client.id for client in all_of(full) if state_of(client, full.clock()) is state}
    assert expected
    assert {client.id for client in pages(full, Wanted(state=state))} == expected


def test_the_groups_count_what_the_pages_show(full: Firm) -> None:
    with full.house.memory.read(full.workspace.id) as unit:
        groups = unit.books.groups(mine(full), full.clock())
    now = full.clock()
    expected = Counter((client.tier, state_of(client, now), client.market) for client in all_of(full))
    assert {(group.tier, group.state, group.market): group.count for group in groups} == expected
    for wanted in (Wanted(tier=Tier.A), Wanted(market="FR"), Wanted(Tier.B, ClientState.DUE, "US-CA")):
        assert len(pages(full, wanted)) == counted(groups, wanted)
    assert pages_of(0) == 1
    assert pages_of(PAGE + 1) == 2


def test_clients_are_found_by_beginnings_of_words_of_their_names_aliases_and_people(firm: Firm) -> None:
    acme = firm.client("Compagnie Générale des Eaux", aliases=("Veolia",))
    firm.contact(acme, "Jérôme Lefèvre")
    firm.client("Acme 100%")
    for typed in ("générale eau", "VEOL", "jerome", "lefevre jér", "compagnie"):
        assert [client.name for client in pages(firm, Wanted(typed=typed))] == ["Compagnie Générale des Eaux"]
    assert pages(firm, Wanted(typed="enerale")) == []
    assert [client.name for client in pages(firm, Wanted(typed="100"))] == ["Acme 100%"]


def test_what_somebody_stands_in_for_and_what_nobody_owns(firm: Firm) -> None:
    danone = firm.client("Danone", owner=firm.bruno)
    orphan = firm.client("Orphan")
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.set_team(danone.id, Part.BACKUP, firm.alice.id)
        unit.clients.update(orphan.id, replace(description_of(orphan), owner_id=None))
    assert [client.name for client in pages(firm, Wanted())] == ["Danone"]
    assert [client.name for client in pages(firm, Wanted(), Reach(None, nobody=True))] == ["Orphan"]
    assert len(pages(firm, Wanted(), Reach(None))) == 2
    assert pages(firm, Wanted(), Reach(frozenset())) == []


def test_clients_are_named_one_by_one_beside_those_of_the_owners(firm: Firm) -> None:
    firm.client("Own")
    danone, gone = firm.client("Danone", owner=firm.bruno), firm.client("Gone", owner=firm.bruno)
    firm.client("Engie", owner=firm.bruno)
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.archive(gone.id, at=firm.clock())
    named = Reach(frozenset([firm.alice.id]), clients=frozenset([danone.id, gone.id]))

    assert {client.name for client in pages(firm, Wanted(), named)} == {"Own", "Danone"}
    with firm.house.memory.read(firm.workspace.id) as unit:
        assert sum(group.count for group in unit.books.groups(named, firm.clock())) == 2


def test_archived_clients_are_a_list_of_their_own(full: Firm) -> None:
    assert [client.name for client in pages(full, Wanted(archived=True))] == ["Long gone"]


def test_loads_and_ages_count_every_client_once(full: Firm) -> None:
    now = full.clock()
    with full.house.memory.read(full.workspace.id) as unit:
        loads = {each.owner_id: each for each in unit.books.loads(Reach(None), now, USUAL)}
        ages = unit.books.ages(mine(full), now)
    clocked = [client for client in all_of(full) if client.due_at is not None]
    assert loads[full.alice.id].clients == len(all_of(full))
    assert loads[full.alice.id].weekly == pytest.approx(sum(7 / cadence_of(c, now).due for c in clocked))
    assert loads[full.bruno.id].clients == 1
    passed = [
        (now - c.last_touch_at) / timedelta(days=1) for c in all_of(full) if c.last_touch_at is not None
    ]
    edges = [-1.0, *AGES, float("inf")]
    expected = [sum(low < days <= high for days in passed) for low, high in pairwise(edges)]
    assert list(ages.counts) == expected
    assert ages.never == len(all_of(full)) - len(passed)


def test_touches_are_counted_by_week_and_direction(firm: Firm) -> None:
    acme = firm.client("Acme")
    alice = firm.actor(firm.alice)
    for days, direction in ((0, Direction.TWO_WAY), (6, Direction.INBOUND), (8, Direction.INBOUND)):
        draft = TouchDraft(
            client=acme.id,
            channel=Channel.EMAIL,
            direction=direction,
            at=firm.clock() - timedelta(days=days),
        )
        touches.log(firm.house, alice, draft, f"touch {days}")
    gone = touches.log(firm.house, alice, TouchDraft(client=acme.id, channel=Channel.CALL), "gone")
    touches.withdraw(firm.house, alice, gone.touch.id)
    since = firm.clock() - timedelta(days=13, hours=1)
    with firm.house.memory.read(firm.workspace.id) as unit:
        found = unit.books.touches_by_week(mine(firm), since, since + timedelta(weeks=2))
        assert not unit.books.touches_by_week(Reach(frozenset([firm.bruno.id])), since, firm.clock())
    assert found == {
        (0, Direction.INBOUND): 1,
        (1, Direction.INBOUND): 1,
        (1, Direction.TWO_WAY): 1,
    }


def test_promises_are_counted_by_what_became_of_them(firm: Firm) -> None:
    acme = firm.client("Acme")
    today = firm.clock().date()
    with firm.house.memory.write(firm.workspace.id) as unit:
        ids = [
            unit.promises.add(
                NewPromise(
                    acme.id, firm.alice.id, "the quote", today - timedelta(days=n), firm.clock(), f"{n}"
                )
            )
            for n in (1, 2, 200)
        ]
        kept = unit.promises.get(ids[0] or 0)
        assert kept is not None
        unit.promises.settle(kept, PromiseState.KEPT, by=firm.alice.id, at=firm.clock())
    with firm.house.memory.read(firm.workspace.id) as unit:
        counts = unit.books.promises(frozenset([firm.alice.id]), today - timedelta(days=90), today)
        assert counts == {PromiseState.KEPT: 1, PromiseState.OPEN: 1}
        assert unit.books.promises(None, today - timedelta(days=90), today) == counts
        assert unit.books.promises(frozenset([firm.bruno.id]), today, today) == {}


def test_a_contact_who_left_finds_nothing(firm: Firm) -> None:
    acme = firm.client("Acme")
    with firm.house.memory.write(firm.workspace.id) as unit:
        dana = unit.contacts.add(NewContact(acme.id, "Dana Dune"))
        assert unit.contacts.set_left(dana.id, at=firm.clock())
    assert pages(firm, Wanted(typed="dana")) == []


def test_the_most_urgent_are_those_of_whom_a_digest_is_made(full: Firm) -> None:
    now = full.clock()
    with full.house.memory.write(full.workspace.id) as unit:
        worst = unit.books.most_urgent(full.alice.id, now, USUAL, ROWS)[0]
        unit.clients.snooze(worst.id, now + timedelta(days=1), reason=None, count=1)
        held = unit.books.most_urgent(full.alice.id, now, USUAL, ROWS)
        assert compose(held, full.alice, now) == compose(
            unit.clients.of_owner(full.alice.id, 1000), full.alice, now
        )
        assert worst not in held
        assert unit.books.has_any(full.alice.id)
        assert unit.books.has_any(full.bruno.id)
        assert not unit.books.has_any(full.lea.id)
