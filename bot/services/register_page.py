"""The register as compliance reads it in passing: the last entries, and what counts about a client or a person."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.clients import Client, Contact
from bot.domain.contacts import meant
from bot.domain.gifts.register import Side, check_may_see_register
from bot.domain.gifts.register_rows import RegisterRow
from bot.domain.gifts.windows import Windows
from bot.domain.lookup import TAKEN_FROM
from bot.ports import UnitOfWork
from bot.services.house import Actor, House, present
from bot.services.register_rows import Names, rows_of
from bot.services.windows import windows

_SHOWN = 10
_CHOICES = 5


@dataclass(frozen=True, slots=True)
class About:
    """Whom a page is about: a client, or a person there."""

    client: Client
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """The last entries, the newest first, out of `total` in the whole register.

    `about` None: of everything. `given` and `received` are what counts about them over all colleagues. `choices` are
    those whom a typed name may mean where it is not clear.
    """

    rows: tuple[RegisterRow, ...]
    total: int
    about: About | None = None
    given: Windows | None = None
    received: Windows | None = None
    choices: tuple[About, ...] = ()


def page(
    house: House, actor: Actor, client_id: int | None = None, contact_id: int | None = None
) -> RegisterPage:
    """The page of everything, of a client or of a contact. Raises Refusal ``register.not_yours``."""
    with house.memory.read(actor.workspace_id) as unit:
        check_may_see_register(present(unit, actor))
        return _page(house, unit, actor, _about(unit, client_id, contact_id))


def search(house: House, actor: Actor, name: str, organisation: str = "") -> RegisterPage:
    """The page of whom a typed name means: a client, or a person, at `organisation` where one is named.

    Several come back as `choices`; nobody at all as a page about nobody without choices. Raises as `page`.
    """
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        check_may_see_register(member)
        found = _meant(unit, member.id, name, organisation)
        if len(found) == 1:
            return _page(house, unit, actor, found[0])
        return RegisterPage((), unit.register.head()[0], choices=tuple(found[:_CHOICES]))


def _meant(unit: UnitOfWork, member_id: int, name: str, organisation: str) -> list[About]:
    if organisation:
        clients = _clients(unit, member_id, organisation)
        there = [About(client, person) for client in clients for person in _people(unit, client, name)]
        return there or _clients_only(clients)
    clients = _clients(unit, member_id, name, exactly=True)
    if clients:
        return _clients_only(clients)
    people = [
        About(client, person)
        for person in unit.contacts.called(name, _CHOICES + 1)
        if (client := unit.clients.get(person.client_id)) is not None
    ]
    return people or _clients_only(_clients(unit, member_id, name))


def _clients_only(clients: list[Client]) -> list[About]:
    return [About(client) for client in clients]


def _clients(unit: UnitOfWork, member_id: int, name: str, *, exactly: bool = False) -> list[Client]:
    ids = [each.client_id for each in unit.clients.named(name)]
    if not ids and not exactly:
        similar = unit.clients.similar(name, owner_id=member_id, limit=_CHOICES)
        ids = [each.client_id for each in similar if each.score >= TAKEN_FROM]
    return [client for number in ids if (client := unit.clients.get(number)) is not None]


def _people(unit: UnitOfWork, client: Client, name: str) -> list[Contact]:
    known = unit.contacts.of_client(client.id)
    found = meant(known, name)
    if found is not None:
        return [found]
    return [person for person in unit.contacts.called(name, 50) if person.client_id == client.id]


def _about(unit: UnitOfWork, client_id: int | None, contact_id: int | None) -> About | None:
    contact = unit.contacts.get(contact_id) if contact_id is not None else None
    number = contact.client_id if contact is not None else client_id
    client = unit.clients.get(number) if number is not None else None
    return None if client is None else About(client, contact)


def _page(house: House, unit: UnitOfWork, actor: Actor, about: About | None) -> RegisterPage:
    client_id = about.client.id if about is not None else None
    contact_id = about.contact.id if about is not None and about.contact is not None else None
    entries = unit.register.latest(_SHOWN, client_id, contact_id)
    rows, total = tuple(rows_of(unit, entries, Names())), unit.register.head()[0]
    if about is None:
        return RegisterPage(rows, total)
    today = present(unit, actor).calendar.local_date(house.clock())
    given, received = (
        windows(unit, house, about.client.id, contact_id, today, direction=side) for side in Side
    )
    return RegisterPage(rows, total, about, given, received)
