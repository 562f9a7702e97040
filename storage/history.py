"""Remembers who changed what of the book, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, insert, select

from bot.domain.history import Change, NewChange, Subject
from storage import rows
from storage.merges import Families
from storage.repository import Scope
from storage.schema import changes


@dataclass(frozen=True, slots=True)
class SqlHistory:
    scope: Scope
    families: Families

    def add(self, new: NewChange) -> None:
        self.scope.connection.execute(
            insert(changes),
            {
                **asdict(new),
                "workspace_id": self.scope.workspace_id,
                "subject": new.subject.value,
                "kind": new.kind.value,
            },
        )

    def of_subject(self, subject: Subject, subject_id: int, limit: int) -> Sequence[Change]:
        return self._latest(limit, changes.c.subject == subject.value, changes.c.subject_id == subject_id)

    def of_client(self, client_id: int, limit: int, before: int | None = None) -> Sequence[Change]:
        older = () if before is None else (changes.c.id < before,)
        return self._latest(limit, changes.c.client_id.in_(self.families.clients(client_id)), *older)

    def of_import(self, import_id: int, after: int, limit: int) -> Sequence[Change]:
        query = (
            select(changes)
            .where(self.scope.of(changes, changes.c.import_id == import_id, changes.c.id > after))
            .order_by(changes.c.id)
            .limit(limit)
        )
        return [rows.change(row) for row in self.scope.connection.execute(query)]

    def _latest(self, limit: int, *conditions: ColumnElement[bool]) -> list[Change]:
        query = (
            select(changes)
            .where(self.scope.of(changes, *conditions))
            .order_by(changes.c.id.desc())
            .limit(limit)
        )
        return [rows.change(row) for row in self.scope.connection.execute(query)]
