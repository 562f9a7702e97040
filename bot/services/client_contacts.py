"""Contacts: who is known at a client, added and edited, gone and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.book_facts import contact_facts
from bot.domain.book_rows import JURISDICTION_LIMIT
from bot.domain.clients import NAME_LIMIT, Client, Contact, may_edit
from bot.domain.history import ChangeKind, NewChange, Subject, differences
from bot.domain.names import fold
from bot.domain.preferences import check_preferences
from bot.domain.refusals import Refusal
from bot.ports import NewContact, UnitOfWork
from bot.services.clients import one_line
from bot.services.house import Actor, House, present
from bot.services.owners import check_editor, check_reader, in_the_book, owner_of

Described = NewContact
"""What a form tells of a person."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


@dataclass(frozen=True, slots=True)
class People:
    """The people known at a client, those who left at the end."""

    client: Client
    contacts: tuple[Contact, ...]
    may_edit: bool


@dataclass(frozen=True, slots=True)
class Saved:
    """A contact after it was added or edited, and what differs: field → [before, after] (JSON values)."""

    client: Client
    contact: Contact
    changed: Mapping[str, list[Any]]
    added: bool = False


def people(house: House, actor: Actor, client_id: int) -> People:
    """Everybody known at a client. Raises the refusals of `in_the_book` and ``client.not_yours``."""
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = unit.clients.get(client_id)
        client = in_the_book(unit, found.id if found is not None else client_id)
        check_reader(unit, member, client, house.clock())
        return People(
            client,
            tuple(unit.contacts.all_of_client(client.id)),
            may_edit(member, client, owner_of(unit, client), unit.clients.team(client.id)),
        )


def person(house: House, actor: Actor, contact_id: int) -> tuple[Client, Contact]:
    """A contact to be edited, with the client.

    Raises ``contact.gone``, those of `in_the_book`, and ``client.not_to_edit``.
    """
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        contact = unit.contacts.get(contact_id)
        if contact is None:
            raise Refusal("contact.gone")
        client = in_the_book(unit, contact.client_id)
        check_editor(unit, member, client)
        return client, contact


def client_to_add_to(house: House, actor: Actor, client_id: int) -> Client:
    """The client for a new contact. Raises the refusals of `in_the_book` and ``client.not_to_edit``."""
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        client = in_the_book(unit, client_id)
        check_editor(unit, member, client)
        return client


def add(house: House, actor: Actor, new: NewContact) -> Saved:
    """Note a person at a client. Raises the refusals of `client_to_add_to`, ``contact.nameless``, ``contact.too_long``
    (field, limit), ``contact.email``, ``contact.exists`` (name, contact) and those of `check_preferences`."""
    now = house.clock()
    wanted = _tidied(new)
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        unit.clients.hold(new.client_id)
        client = in_the_book(unit, new.client_id)
        check_editor(unit, member, client)
        _check_new(unit, wanted, None)
        contact = unit.contacts.add(wanted)
        unit.history.add(
            NewChange(
                Subject.CONTACT,
                contact.id,
                client.id,
                ChangeKind.ADDED,
                now,
                member.id,
                {"name": contact.name},
            )
        )
        return Saved(client, contact, {}, added=True)


def edit(house: House, actor: Actor, contact_id: int, new: NewContact, version: int, *, left: bool) -> Saved:
    """Replace what is known of a person, if they still are as at `version`; `left` says that they are there no more.

    Raises the refusals of `person` and `add`, and ``contact.changed_meanwhile`` (name).
    """
    now = house.clock()
    wanted = _tidied(new)
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        before = unit.contacts.itself(contact_id)
        if before is None or unit.contacts.get(contact_id) != before:
            raise Refusal("contact.gone")
        unit.clients.hold(before.client_id)
        client = in_the_book(unit, before.client_id)
        check_editor(unit, member, client)
        wanted = replace(wanted, client_id=before.client_id, import_id=before.import_id)
        _check_new(unit, wanted, contact_id)
        if not unit.contacts.update(contact_id, wanted, version=version):
            raise Refusal("contact.changed_meanwhile", name=before.name)
        unit.contacts.set_left(contact_id, at=now if left else None)
        after = unit.contacts.itself(contact_id)
        assert after is not None, "a contact does not vanish within a transaction"
        changed = differences(contact_facts(before), contact_facts(after))
        if changed:
            unit.history.add(
                NewChange(Subject.CONTACT, contact_id, client.id, ChangeKind.EDITED, now, member.id, changed)
            )
        return Saved(client, after, changed)


def _tidied(new: NewContact) -> NewContact:
    tidied = replace(
        new,
        name=one_line(new.name),
        role=one_line(new.role),
        email=one_line(new.email or "") or None,
        employer=one_line(new.employer or "") or None,
        preferences=check_preferences(new.preferences),
    )
    if not tidied.name:
        raise Refusal("contact.nameless")
    for field in ("name", "role", "email", "employer"):
        if len(getattr(tidied, field) or "") > NAME_LIMIT:
            raise Refusal("contact.too_long", field=field, limit=NAME_LIMIT)
    if len(tidied.jurisdiction or "") > JURISDICTION_LIMIT:
        raise Refusal("contact.too_long", field="jurisdiction", limit=JURISDICTION_LIMIT)
    if tidied.email and not _EMAIL.fullmatch(tidied.email):
        raise Refusal("contact.email")
    return tidied


def _check_new(unit: UnitOfWork, wanted: NewContact, contact_id: int | None) -> None:
    """Two people of one name are told apart by their addresses; without any they would be mistaken for each other."""
    there: Sequence[Contact] = unit.contacts.all_of_client(wanted.client_id)
    for known in there:
        if known.id == contact_id or fold(known.name) != fold(wanted.name):
            continue
        if not known.email or not wanted.email or known.email.casefold() == wanted.email.casefold():
            raise Refusal("contact.exists", name=known.name, contact=known.id)


def public_offices(house: House, actor: Actor) -> frozenset[str]:
    """Codes of the public offices that some rule in force knows."""
    with house.memory.read(actor.workspace_id) as unit:
        present(unit, actor)
        return house.rulebooks.of(unit).public_offices
