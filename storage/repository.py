"""What every repository has in common: one connection, one workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_
from sqlalchemy.dialects import postgresql, sqlite


@dataclass(frozen=True, slots=True)
class Scope:
    """A connection inside a transaction, and the one workspace it may see."""

    connection: Connection
    workspace_id: int

    def of(self, table: Table, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
        """The rows of this workspace that meet all `conditions`."""
        return and_(table.c.workspace_id == self.workspace_id, *conditions)

    def insert_new(self, table: Table, unique: tuple[str, ...], values: dict[str, Any]) -> int | None:
        """Insert unless a row of the same `unique` columns exists; its id (or 0 without one), None if it existed."""
        build = sqlite.insert if self.connection.dialect.name == "sqlite" else postgresql.insert
        statement = (
            build(table)
            .values(workspace_id=self.workspace_id, **values)
            .on_conflict_do_nothing(index_elements=["workspace_id", *unique])
        )
        if "id" not in table.c:
            return 0 if self.connection.execute(statement).rowcount == 1 else None
        return self.connection.execute(statement.returning(table.c.id)).scalar_one_or_none()
