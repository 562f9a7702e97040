"""More in a book than there is room for: three clients are proposed to somebody else, once."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.clients import Tier
from bot.domain.outbox import Entry
from bot.domain.reassignment import Reason
from bot.domain.strengths import Declared
from bot.services import leads, overloads, reassignment
from handlers.i18n import words_for
from handlers.messenger import SAID
from tests.bot.services.test_handover import delivered, entry_of, kinds
from tests.conftest import Firm


def crowded(firm: Firm, clients: int = 5) -> None:
    """Alice says that she has room for two clients of tier B, and has more."""
    for number in range(clients):
        firm.client(f"Client {number}", tier=Tier.B, market="FR" if number < 2 else "US")
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.fit.declare(firm.alice.id, Declared(capacity=2), at=firm.clock())


def proposed(firm: Firm) -> int:
    with firm.house.memory.write(firm.workspace.id) as unit:
        return overloads.propose(unit, firm.lea, firm.clock())


def message(firm: Firm, entry: Entry, locale: str) -> str:
    return SAID[entry.kind](entry.facts, firm.lea, words_for(locale), entry.id).text


def test_three_clients_are_proposed_once_to_the_lead_in_one_message_with_whom_they_would_suit(
    small_firm: Firm,
) -> None:
    crowded(small_firm)
    assert proposed(small_firm) == 3
    assert proposed(small_firm) == 0

    assert reassignment.tell_proposals(small_firm.house, small_firm.workspace.id) == 1
    delivered(small_firm)
    assert kinds(small_firm, small_firm.lea) == [reassignment.PROPOSAL]
    said = message(small_firm, entry_of(small_firm, small_firm.lea, reassignment.PROPOSAL), "en-US")
    assert "3 clients may need another manager." in said
    assert said.count("there is more in this book than there is room for") == 3
    assert "It would suit " in said
    small_firm.clock.tick(days=89)
    assert proposed(small_firm) == 0


def test_a_book_with_room_proposes_nothing(small_firm: Firm) -> None:
    crowded(small_firm, clients=2)
    assert proposed(small_firm) == 0


def test_nothing_is_proposed_where_nobody_else_has_room(small_firm: Firm) -> None:
    crowded(small_firm)
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        for member in (small_firm.bruno, small_firm.lea):
            unit.members.set_active(member.id, active=False)
    assert proposed(small_firm) == 0


def test_the_lead_reads_of_it_on_a_working_morning(small_firm: Firm) -> None:
    crowded(small_firm)
    small_firm.clock.tick(hours=1)
    for _ in range(3):
        small_firm.clock.tick(days=1)
        leads.plan(small_firm.house, small_firm.workspace.id)
    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        since = small_firm.clock() - timedelta(days=9)
        assert unit.reassignments.proposed_for(small_firm.alice.id, Reason.OVERLOAD, since)
