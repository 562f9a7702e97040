"""The book: the clients that one member looks after."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.cadence import ClientState, state_of
from bot.domain.clients import Client
from bot.services.house import Actor, House, present


@dataclass(frozen=True, slots=True)
class Book:
    """How many clients a member owns, and the first of them, the earliest due first, each with how it stands."""

    count: int
    clients: tuple[tuple[Client, ClientState], ...]


def own(house: House, actor: Actor, limit: int) -> Book:
    """The book of the member who asks, with at most `limit` clients of it."""
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        first = unit.clients.of_owner(member.id, limit)
        return Book(
            count=unit.clients.count_of_owner(member.id),
            clients=tuple((client, state_of(client, now)) for client in first),
        )
