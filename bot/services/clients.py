"""Clients: find, add, read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.cadence import NEW_CLIENT_FOR, moments
from bot.domain.clients import NAME_LIMIT, Client, Contact, Tier
from bot.domain.lookup import NamedClient
from bot.domain.refusals import Refusal
from bot.ports import NewClient, NewContact, UnitOfWork
from bot.services.house import Actor, House, present
from bot.services.owners import calendar_of
from bot.services.touches import named

_CHOICES = 20


def leading_name(house: House, actor: Actor, words: Sequence[str]) -> int:
    """How many leading words are exactly a client's name or alias; 0 when none are."""
    if not words:
        return 0
    with house.memory.read(actor.workspace_id) as unit:
        return unit.clients.longest_name(words)


def id_of(house: House, actor: Actor, name: str) -> int:
    """The client that a typed name clearly means. Raises the refusals of `named`."""
    with house.memory.read(actor.workspace_id) as unit:
        return named(unit, present(unit, actor), name)


def type_ahead(house: House, actor: Actor, typed: str) -> Sequence[NamedClient]:
    """Clients for a list that narrows while somebody types: the member's own before the others, best first.

    Nothing typed yet gives the member's own clients, the earliest due first.
    """
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        if not typed.strip():
            return [
                NamedClient(client.id, client.name, client.name, 0.0, own=True)
                for client in unit.clients.of_owner(member.id, _CHOICES)
            ]
        found = unit.clients.similar(typed, owner_id=member.id, limit=_CHOICES)
        return sorted(found, key=lambda c: (c.score < 100, not c.own, -c.score))


def contacts_of(house: House, actor: Actor, client_id: int) -> tuple[Client, Sequence[Contact]]:
    """A client and the people known there. Raises Refusal ``client.gone``."""
    with house.memory.read(actor.workspace_id) as unit:
        present(unit, actor)
        client = unit.clients.get(client_id)
        if client is None or client.archived:
            raise Refusal("client.gone")
        return client, unit.contacts.of_client(client_id)


def add(house: House, actor: Actor, new: NewClient, contact: str = "") -> Client:
    """Put a client into the book of the member who asks, with one contact where a name is given.

    A new client is looked after more closely at first (see `cadence.NEW`). Raises Refusal ``client.missing``,
    ``client.name_too_long`` (limit) or ``client.exists`` (client) when one of that very name is there already.
    """
    now = house.clock()
    name = " ".join(new.name.split())
    if not name:
        raise Refusal("client.missing")
    if len(name) > NAME_LIMIT:
        raise Refusal("client.name_too_long", limit=NAME_LIMIT)
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        unit.clients.hold_names()
        same = unit.clients.named(name)
        if same:
            raise Refusal("client.exists", client=same[0].name, client_id=same[0].client_id)
        client_id = enter(
            unit,
            NewClient(
                name=name,
                owner_id=member.id,
                tier=new.tier,
                market=new.market or unit.workspace.country,
                currency=new.currency or unit.workspace.currency,
                aliases=new.aliases,
                cadence_days=new.cadence_days,
                new_until=now + NEW_CLIENT_FOR,
            ),
            now,
        )
        if contact.strip():
            unit.contacts.add(NewContact(client_id, contact.strip()[:NAME_LIMIT]))
        added = unit.clients.get(client_id)
        assert added is not None, "a client does not vanish within a transaction"
        return added


def enter(unit: UnitOfWork, new: NewClient, now: datetime) -> int:
    """Write a client into the book together with its due moments; returns its id."""
    client_id = unit.clients.add(new, created_at=now)
    client = unit.clients.get(client_id)
    assert client is not None, "a client does not vanish within a transaction"
    unit.clients.set_clock(client, moments(client, calendar_of(unit, client), now))
    return client_id


def new_client(name: str, tier: Tier = Tier.B, market: str = "", currency: str = "") -> NewClient:
    """What a form knows of a client to add; empty market and currency mean the workspace's."""
    return NewClient(name=name, owner_id=None, tier=tier, market=market, currency=currency)
