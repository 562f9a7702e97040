"""Remembers contacts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, insert, null, or_, select, update

from bot.domain.clients import Contact
from bot.domain.contacts import KnownPerson, domain_of
from bot.domain.names import fold
from bot.ports import NewContact
from storage import rows
from storage.merges import Families
from storage.repository import Scope, within
from storage.schema import clients, contacts

_READ_AT_MOST = 1000
_LONGEST_KEY = 255
_WORDS_ASKED = 6
_PLAIN = frozenset("bfmpqvx0123456789")
"""Letters that bear no accent in the languages of our names, and so stand in a name as they are typed."""

_INSERT = insert(contacts).returning(contacts)
_BY_ID = select(contacts).where(within(contacts, contacts.c.id == bindparam("contact")))
_OF_CLIENT = (
    select(contacts)
    .where(within(contacts, contacts.c.client_id == bindparam("client"), contacts.c.active))
    .order_by(contacts.c.name, contacts.c.id)
)
_NAMES = (
    select(contacts.c.id, contacts.c.name)
    .where(within(contacts, contacts.c.active))
    .order_by(contacts.c.name, contacts.c.id)
)


@dataclass(frozen=True, slots=True)
class SqlContacts:
    scope: Scope
    families: Families

    def get(self, contact_id: int) -> Contact | None:
        return self.itself(self.families.kept_contact(contact_id))

    def itself(self, contact_id: int) -> Contact | None:
        row = self.scope.run(_BY_ID, contact=contact_id).first()
        return None if row is None else rows.contact(row)

    def called(self, name: str, limit: int) -> Sequence[Contact]:
        # Only names are read of everybody: no database folds accents as people type them.
        wanted = fold(name).split()
        found: list[int] = []
        for row in self.scope.run(_NAMES) if wanted else ():
            words = fold(row.name).split()
            if all(any(word.startswith(each) for word in words) for each in wanted):
                found.append(row.id)
                if len(found) == limit:
                    break
        # Two who were joined when their clients were merged are one.
        people = {self.families.kept_contact(number): None for number in found}
        return [contact for number in people if (contact := self.itself(number)) is not None]

    def of_client(self, client_id: int) -> Sequence[Contact]:
        return [rows.contact(row) for row in self.scope.run(_OF_CLIENT, client=client_id)]

    def search(self, typed: str, *, owner_id: int, limit: int) -> Sequence[KnownPerson]:
        asked = fold(typed).split()[:_WORDS_ASKED] if typed.strip() else []
        found = {one.contact.id: one for one in self._like(asked, _as_typed, owner_id, limit)}
        if asked and len(found) < limit:
            found |= {one.contact.id: one for one in self._like(asked, _with_accents, owner_id, limit)}
        ranked = sorted(found.values(), key=lambda one: (not one.own, one.contact.name, one.contact.id))
        return ranked[:limit]

    def _like(
        self, asked: Sequence[str], pattern: Callable[[str], str], owner_id: int, limit: int
    ) -> Sequence[KnownPerson]:
        """Those whom the database takes for alike by this pattern of each word, compared as a whole afterwards."""
        likes = [pattern(word) for word in asked]
        near = [or_(contacts.c.name.ilike(like), clients.c.name.ilike(like)) for like in likes]
        own = case((clients.c.owner_id == owner_id, 0), else_=1)
        query = (
            select(contacts, clients.c.name.label("client"), clients.c.owner_id)
            .join(
                clients,
                (clients.c.workspace_id == contacts.c.workspace_id) & (clients.c.id == contacts.c.client_id),
            )
            .where(self.scope.of(contacts, contacts.c.active, ~clients.c.archived, *near))
            .order_by(own, contacts.c.name, contacts.c.id)
            .limit(_READ_AT_MOST if asked else limit)
        )
        found: list[KnownPerson] = []
        for row in self.scope.connection.execute(query):
            held = f"{fold(row.name)} {fold(row.client)}".split()
            if all(any(word.startswith(begun) for word in held) for begun in asked):
                found.append(KnownPerson(rows.contact(row), row.client, own=row.owner_id == owner_id))
        return found[:limit]

    def add(self, new: NewContact) -> Contact:
        values = {"workspace_id": self.scope.workspace_id, **_values(new)}
        return rows.contact(self.scope.connection.execute(_INSERT, values).one())

    def update(self, contact_id: int, new: NewContact, *, version: int | None = None) -> bool:
        still = () if version is None else (contacts.c.version == version,)
        return self._change(contact_id, *still, version=contacts.c.version + 1, **_values(new))

    def set_left(self, contact_id: int, *, at: datetime | None) -> bool:
        known = ~contacts.c.active if at is None else contacts.c.active
        return self._change(contact_id, known, active=at is None, left_at=at, version=contacts.c.version + 1)

    def all_of_client(self, client_id: int) -> Sequence[Contact]:
        query = (
            select(contacts)
            .where(self.scope.of(contacts, contacts.c.client_id == client_id))
            .order_by(~contacts.c.active, contacts.c.name, contacts.c.id)
        )
        return [rows.contact(row) for row in self.scope.connection.execute(query)]

    def _change(self, contact_id: int, *conditions: ColumnElement[bool], **values: Any) -> bool:
        statement = (
            update(contacts)
            .where(self.scope.of(contacts, contacts.c.id == contact_id, *conditions))
            .values(values)
        )
        return self.scope.connection.execute(statement).rowcount == 1


def _as_typed(begun: str) -> str:
    """A pattern for names in which a word begins so, letter by letter."""
    return f"%{begun.replace('%', '').replace('_', '')}%"


def _with_accents(begun: str) -> str:
    """A pattern for all names in which a word may begin so: a letter that may bear an accent stands for any."""
    return f"%{''.join(letter if letter in _PLAIN else '%' for letter in begun)}%"


def _values(new: NewContact) -> dict[str, Any]:
    return {
        **asdict(new),
        "regimes": list(new.regimes),
        "preferences": dict(new.preferences) or null(),
        "key": fold(new.name)[:_LONGEST_KEY],
        "domain": domain_of(new.email),
    }
