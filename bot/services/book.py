"""The book: the clients that one member looks after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.cadence import ClientState, state_of
from bot.domain.clients import Client
from bot.services.house import Actor, House, present
from bot.services.owners import calendar_of, owner_of


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


@dataclass(frozen=True, slots=True)
class Care:
    """Who looks after a client (None: nobody), and on which day of theirs it is due."""

    owner: str | None
    due_on: date | None


def care_of(house: House, actor: Actor, client: Client) -> Care:
    """Who looks after a client of any book, and when it is due on their calendar."""
    with house.memory.read(actor.workspace_id) as unit:
        owner = owner_of(unit, client)
        calendar = calendar_of(unit, client)
    due_on = None if client.due_at is None else calendar.local_date(client.due_at)
    return Care(None if owner is None else owner.name, due_on)
