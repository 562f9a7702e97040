"""What every repository has in common: one connection, one workspace."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, CursorResult, Executable, Table, TextClause, and_, bindparam
from sqlalchemy.dialects import postgresql, sqlite

LAST = "\U0010ffff"
"""The last of all letters: what begins with some text lies between that text and it with this behind."""


def within(table: Table, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """The rows of the workspace that asks, for a statement that is built once and run with `Scope.run`."""
    return and_(table.c.workspace_id == bindparam("workspace"), *conditions)


def begins(connection: Connection, column: ColumnElement[str], begun: str) -> ColumnElement[bool]:
    """Rows whose column begins so, capitals and all."""
    if (
        connection.dialect.name == "sqlite"
    ):  # which compares letter by letter, and finds a range through its index
        return and_(column >= begun, column < begun + LAST)
    return column.startswith(begun, autoescape=True)


@dataclass(frozen=True, slots=True)
class Scope:
    """A connection inside a transaction, and the one workspace it may see."""

    connection: Connection
    workspace_id: int

    def of(self, table: Table, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
        """The rows of this workspace that meet all `conditions`."""
        return and_(table.c.workspace_id == self.workspace_id, *conditions)

    def run(self, statement: Executable, **values: Any) -> CursorResult[Any]:
        """Run a statement that was built once (see `within`) with the values of its other parameters.

        Building a statement takes three times as long as running it: what every command asks is a constant.
        """
        return self.connection.execute(statement, {"workspace": self.workspace_id, **values})

    def insert_new(
        self,
        table: Table,
        unique: tuple[str, ...],
        values: dict[str, Any],
        *,
        where: TextClause | None = None,
    ) -> int | None:
        """Insert unless a row of the same `unique` columns exists; its id (or 0 without one), None if it existed.

        `where` is the condition of a unique index that holds for some rows alone.
        """
        statement = _insert_new(self.connection.dialect.name, table, unique, where)
        inserted = self.connection.execute(statement, {"workspace_id": self.workspace_id, **values})
        found = inserted.scalar_one_or_none()
        if found is None or "id" in table.c:
            return found
        return 0


@lru_cache(maxsize=64)
def _insert_new(dialect: str, table: Table, unique: tuple[str, ...], where: TextClause | None) -> Executable:
    build = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = build(table).on_conflict_do_nothing(
        index_elements=["workspace_id", *unique], index_where=where
    )
    # Asked for in any case: PostgreSQL's driver does not count the rows of an insert.
    return statement.returning(table.c.id if "id" in table.c else table.c.workspace_id)
