"""Clients: find, add, read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.domain.addresses import read_address
from bot.domain.cadence import NEW_CLIENT_FOR
from bot.domain.clients import (
    NAME_LIMIT,
    Client,
    Contact,
    Hours,
    Part,
    Status,
    Tier,
    check_description,
    may_hand_over,
)
from bot.domain.history import ChangeKind, NewChange, Subject
from bot.domain.lookup import AS_CALLED, TAKEN_FROM, NamedClient
from bot.domain.members import Member
from bot.domain.money import Money
from bot.domain.names import fold
from bot.domain.refusals import Refusal
from bot.ports import NewClient, NewContact, UnitOfWork
from bot.services import workspaces
from bot.services.house import Actor, House, present
from bot.services.lookup import find, meant
from bot.services.owners import moments_of

_CHOICES = 20
_OWN_CHOICES = 100
"""As many as a list can show: somebody who has typed nothing yet looks for one of their own."""


def leading_name(house: House, actor: Actor, words: Sequence[str], *, people: bool = False) -> int:
    """How many leading words are exactly a client's name or alias; 0 when none are.

    With `people`, or the full name of somebody there, or an e-mail address or domain that leads to a client.
    """
    if not words:
        return 0
    with house.memory.read(actor.workspace_id) as unit:
        longest = unit.clients.longest_name(words, people=people)
        if longest or not people or (address := read_address(words[0])) is None:
            return longest
        return 1 if unit.clients.through_people(words[0], address, owner_id=None, limit=1) else 0


def id_of(house: House, actor: Actor, name: str) -> int:
    """The client that a typed name clearly means. Raises the refusals of `lookup.meant`."""
    with house.memory.read(actor.workspace_id) as unit:
        return meant(unit, present(unit, actor), name).client_id


def type_ahead(house: House, actor: Actor, typed: str) -> Sequence[NamedClient]:
    """Clients for a list that narrows while somebody types: the member's own before the others, best first.

    Nothing typed yet gives the member's own clients, the earliest due first.
    """
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        if not typed.strip():
            return [
                NamedClient(client.id, client.name, client.name, 0.0, own=True)
                for client in unit.clients.of_owner(member.id, _OWN_CHOICES)
            ]
        found = _with_owners(unit, find(unit, member.id, typed, _CHOICES, typing=True))
        return sorted(found, key=lambda c: (c.score < AS_CALLED, not c.own, -c.score))


def _with_owners(unit: UnitOfWork, found: Sequence[NamedClient]) -> Sequence[NamedClient]:
    """Those of which several are called the same, each with its owner's name."""
    names = Counter(client.name for client in found)
    if len(names) == len(found):
        return found
    owners = {client.owner_id for client in found if names[client.name] > 1 and client.owner_id is not None}
    called = {number: member.name for number in owners if (member := unit.members.get(number)) is not None}
    return [replace(client, owner=called.get(client.owner_id or 0, "")) for client in found]


def is_near(house: House, actor: Actor, name: str) -> bool:
    """Whether a typed name is so near to a client's that it was surely meant as one, be it one of several."""
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        if unit.clients.named(name):
            return True
        found = unit.clients.similar(name, owner_id=member.id, limit=1)
        return bool(found) and found[0].score >= TAKEN_FROM


def people_at(
    house: House, actor: Actor, client_ids: Sequence[int]
) -> tuple[Sequence[Client], Sequence[Contact]]:
    """Several clients and the people known there, client by client. Raises Refusal ``client.gone``."""
    with house.memory.read(actor.workspace_id) as unit:
        present(unit, actor)
        clients = [client for one in client_ids if (client := unit.clients.get(one)) is not None]
        if len(clients) != len(client_ids) or any(client.archived for client in clients):
            raise Refusal("client.gone")
        return clients, [person for client in clients for person in unit.contacts.of_client(client.id)]


def contacts_of(house: House, actor: Actor, client_id: int) -> tuple[Client, Sequence[Contact]]:
    """A client and the people known there. Raises Refusal ``client.gone``."""
    with house.memory.read(actor.workspace_id) as unit:
        present(unit, actor)
        client = unit.clients.get(client_id)
        if client is None or client.archived:
            raise Refusal("client.gone")
        return client, unit.contacts.of_client(client_id)


def add(
    house: House,
    actor: Actor,
    new: NewClient,
    contact: str = "",
    *,
    owner: str = "",
    team: Mapping[Part, str] | None = None,
    channels: Sequence[str] = (),
) -> Client:
    """Put a client into the book of the member who asks, with one contact where a name is given.

    A new client is looked after more closely at first (see `cadence.NEW`). `owner` and `team` are platform users; leads
    and admins may name an owner other than themselves. Raises the refusals of `check_description`, ``client.exists``
    (client, client_id) when one of that very name is there already, ``client.not_to_hand_over`` and those of
    `teammate`.
    """
    now = house.clock()
    name = one_line(new.name)
    aliases = different_names(name, new.aliases)
    sector, offerings = one_line(new.sector), several(new.offerings)
    check_description(name, aliases, sector, offerings, new.cadence_days)
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        unit.clients.hold_names()
        workspaces.begin(unit, now)
        check_names_free(unit, (name, *aliases), None)
        looks_after = teammate(unit, owner, "owner") if owner else member
        assert looks_after is not None, "a user id that is given leads to a member"
        if looks_after.id != member.id and not may_hand_over(member, looks_after):
            raise Refusal("client.not_to_hand_over", client=name)
        currency = new.currency or unit.workspace.currency
        client_id = enter(
            unit,
            replace(
                new,
                name=name,
                owner_id=looks_after.id,
                market=new.market or unit.workspace.country,
                currency=currency,
                aliases=aliases,
                sector=sector,
                offerings=offerings,
                price_floor=None if new.price_floor is None else Money(new.price_floor.amount, currency),
                new_until=now + NEW_CLIENT_FOR,
            ),
            now,
        )
        for part, user_id in (team or {}).items():
            if (beside := teammate(unit, user_id, part.value)) is not None:
                unit.clients.set_team(client_id, part, beside.id)
        unit.clients.set_channels(client_id, channels)
        unit.history.add(
            NewChange(Subject.CLIENT, client_id, client_id, ChangeKind.ADDED, now, member.id, {"name": name})
        )
        if contact.strip():
            add_person(unit, client_id, contact.strip()[:NAME_LIMIT], member, now)
        added = unit.clients.get(client_id)
        assert added is not None, "a client does not vanish within a transaction"
        return added


def add_person(unit: UnitOfWork, client_id: int, name: str, member: Member, now: datetime) -> Contact:
    """Note somebody at a client by name alone, with a row in the history, as part of something larger."""
    person = unit.contacts.add(NewContact(client_id, name))
    facts = {"name": person.name}
    unit.history.add(
        NewChange(Subject.CONTACT, person.id, client_id, ChangeKind.ADDED, now, member.id, facts)
    )
    return person


def teammate(unit: UnitOfWork, user_id: str, field: str) -> Member | None:
    """The active member behind a platform user; None for nobody. Who is known no more is said at `field`.

    Raises Refusal ``member.unknown`` (field) or ``member.inactive`` (name, field).
    """
    if not user_id:
        return None
    member = unit.members.by_user(user_id)
    if member is None:
        raise Refusal("member.unknown", field=field)
    if not member.active:
        raise Refusal("member.inactive", name=member.name, field=field)
    return member


def check_names_free(unit: UnitOfWork, names: Sequence[str], client_id: int | None) -> None:
    """Raise Refusal ``client.exists`` (client, client_id, field) where another client than this one has such a name.

    Hold the names before.
    """
    for position, name in enumerate(names):
        for same in unit.clients.named(name):
            if same.client_id != client_id:
                raise Refusal(
                    "client.exists",
                    client=same.name,
                    client_id=same.client_id,
                    field="aliases" if position else "name",
                )


def one_line(text: str) -> str:
    return " ".join(text.split())


def several(texts: Iterable[str]) -> tuple[str, ...]:
    """Each text once, in one line, the empty ones left out."""
    return tuple(dict.fromkeys(line for text in texts if (line := one_line(text))))


def different_names(name: str, aliases: Iterable[str]) -> tuple[str, ...]:
    """Further names of a client, without those that are written like the first, or like each other."""
    kept: dict[str, str] = {}
    for alias in several(aliases):
        if fold(alias) != fold(name):
            kept.setdefault(fold(alias), alias)
    return tuple(kept.values())


def enter(unit: UnitOfWork, new: NewClient, now: datetime) -> int:
    """Write a client into the book together with its due moments; returns its id."""
    client_id = unit.clients.add(new, created_at=now)
    client = unit.clients.get(client_id)
    assert client is not None, "a client does not vanish within a transaction"
    unit.clients.set_clock(client, moments_of(unit, client, now))
    return client_id


def new_client(
    name: str,
    tier: Tier = Tier.B,
    market: str = "",
    currency: str = "",
    *,
    aliases: tuple[str, ...] = (),
    cadence_days: int | None = None,
    status: Status = Status.ACTIVE,
    zone: str | None = None,
    hours: Hours | None = None,
    own_holidays: tuple[date, ...] = (),
    sector: str = "",
    price_floor: Money | None = None,
    offerings: tuple[str, ...] = (),
    relation_since: date | None = None,
    contract_on: date | None = None,
    renews_on: date | None = None,
) -> NewClient:
    """What a form tells of a client; empty market and currency mean the workspace's."""
    return NewClient(
        name=name,
        owner_id=None,
        tier=tier,
        market=market,
        currency=currency,
        aliases=aliases,
        cadence_days=cadence_days,
        status=status,
        zone=zone,
        hours=hours,
        own_holidays=own_holidays,
        sector=sector,
        price_floor=price_floor,
        offerings=offerings,
        relation_since=relation_since,
        contract_on=contract_on,
        renews_on=renews_on,
    )
