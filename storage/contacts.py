"""Remembers contacts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from bot.domain.clients import Contact
from bot.domain.names import fold
from bot.ports import NewContact
from storage import rows
from storage.repository import Scope, within
from storage.schema import contacts

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

    def get(self, contact_id: int) -> Contact | None:
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
        return [contact for number in found if (contact := self.get(number)) is not None]

    def of_client(self, client_id: int) -> Sequence[Contact]:
        return [rows.contact(row) for row in self.scope.run(_OF_CLIENT, client=client_id)]

    def add(self, new: NewContact) -> Contact:
        values = {"workspace_id": self.scope.workspace_id, **_values(new)}
        return rows.contact(self.scope.connection.execute(_INSERT, values).one())

    def update(self, contact_id: int, new: NewContact) -> None:
        self.scope.connection.execute(
            update(contacts).where(self.scope.of(contacts, contacts.c.id == contact_id)).values(_values(new))
        )


def _values(new: NewContact) -> dict[str, Any]:
    return {**asdict(new), "regimes": list(new.regimes)}
