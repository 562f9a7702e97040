"""Who has more in their book than there is room for: three of their clients that would suit somebody who has room.

Proposed to the lead once in ninety days for each of their people, and said of the clients, never of the person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.clients import Client, Status, Tier
from bot.domain.fit import POINTS, weights_of, with_room
from bot.domain.members import Member
from bot.domain.reassignment import PROPOSED_AGAIN, WHY_LIMIT, Reason
from bot.ports import UnitOfWork
from bot.services import reassignment_steps
from bot.services.fit import Book, client_facts

PROPOSED = 3
"""Clients that are proposed at once for one person."""
_LOOKED_AT = 100
_NAMED = 2


def propose(unit: UnitOfWork, lead: Member, now: datetime) -> int:
    """Propose other managers for some clients of those of the lead's people who are overloaded; returns for how many.

    Overloaded is whose clients weigh more than their capacity, as `fit` reckons both (docs/fit.md).
    """
    proposed = 0
    for owner in unit.members.led_by(lead.id):
        if not owner.active or unit.reassignments.proposed_for(
            owner.id, Reason.OVERLOAD, now - PROPOSED_AGAIN
        ):
            continue
        book = unit.clients.of_owner(owner.id, _LOOKED_AT)
        if _is_overloaded(unit, owner, book, now):
            proposed += _propose_some(unit, book, now)
    return proposed


def _is_overloaded(unit: UnitOfWork, owner: Member, book: Sequence[Client], now: datetime) -> bool:
    declared = unit.fit.declared(owner.id)
    weights = weights_of(unit.workspace)
    room = (weights.capacity if declared.capacity is None else declared.capacity) * POINTS[Tier.B]
    return sum(POINTS[each.tier] for each in book if each.status is not Status.ON_HOLD) > room


def _propose_some(unit: UnitOfWork, book: Sequence[Client], now: datetime) -> int:
    """Those that suit somebody with room best, the less weighty first among equals."""
    weights = weights_of(unit.workspace)
    facts = client_facts(unit, [each for each in book if each.status is not Status.ON_HOLD], now)
    known = Book(unit, facts, now)
    found = []
    for each in facts:
        suits, people = with_room(each, known.members_for(each), weights)
        if people:
            found.append((-suits, POINTS[each.tier], each.id, people[:_NAMED]))
    proposed = 0
    for _, _, client_id, people in sorted(found, key=lambda each: each[:3]):
        if proposed == PROPOSED:
            break
        names = ", ".join(person.name for person in people)[:WHY_LIMIT]
        done = reassignment_steps.propose(unit, client_id, Reason.OVERLOAD.value, now, suits=names)
        proposed += done is not None
    return proposed
