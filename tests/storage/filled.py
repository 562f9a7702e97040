"""Rows in every table there is, made from the schema alone: what is added to it later is filled too."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Date,
    Integer,
    String,
    Table,
    Time,
    insert,
    null,
    update,
)

from storage.copying import tables
from storage.types import Amount, Moment

ROWS = 3
"""Of each table, each in a workspace of its own and referring to rows of that workspace alone."""

_MOMENT = datetime(2026, 3, 8, 6, 59, 59, 123456, tzinfo=UTC)
_LETTERS = "É漢'\"\\ \U0001f381"
_JSON: tuple[Any, ...] = (
    null(),
    {"letters": _LETTERS, "number": 0.1, "large": 10**20, "none": None, "inner": [{}, []]},
    None,
)
"""Nothing, something of everything, and the null of JSON where a column keeps that apart."""


def fill(connection: Connection, more: int = 0) -> None:
    """Fill every table; `more` clients on top. The first member's lead is a member who came after."""
    for table in tables():
        for number in range(ROWS):
            connection.execute(insert(table).values(row(table, number)))
        for reference in table.foreign_key_constraints:
            if reference.referred_table is table:
                later = {**row(table, 0), "id": 99, **_unique(table, 99)}
                connection.execute(insert(table).values(later))
                forward = {c.name: 99 for c in reference.columns if c.name != "workspace_id"}
                connection.execute(update(table).where(table.c.id == 1).values(forward))
        if table.name == "clients" and more:
            connection.execute(
                insert(table),
                [
                    {
                        "workspace_id": 1,
                        "name": f"Client {n}",
                        "tier": "A",
                        "market": "US",
                        "currency": "USD",
                        "created_at": _MOMENT,
                    }
                    for n in range(more)
                ],
            )


def row(table: Table, number: int) -> dict[str, Any]:
    """Values of every column; numbers of rows begin with 1."""
    referring = {column.name for reference in table.foreign_key_constraints for column in reference.columns}
    itself = {
        column.name
        for reference in table.foreign_key_constraints
        if reference.referred_table is table
        for column in reference.columns
    }
    values: dict[str, Any] = {}
    for column in table.columns:
        if column.name == "workspace_id" or column is table.autoincrement_column:
            values[column.name] = number + 1
        elif column.name in itself:
            values[column.name] = None
        elif column.name in referring:
            values[column.name] = number + 1
        else:
            values[column.name] = _value(table, column, number)
    return values


def _unique(table: Table, number: int) -> dict[str, Any]:
    return {
        column.name: _value(table, column, number)
        for column in table.columns
        if isinstance(column.type, String) and _choices(table, column) is None
    }


def _choices(table: Table, column: Column[Any]) -> list[str] | None:
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            found = re.match(rf"{column.name} in \((.+)\)", str(constraint.sqltext))
            if found:
                return re.findall(r"'([^']*)'", found[1])
    return None


def _value(table: Table, column: Column[Any], number: int) -> Any:
    choices = _choices(table, column)
    if choices is not None:
        return choices[number % len(choices)]
    if column.nullable and number == 0 and not isinstance(column.type, JSON):
        return None
    match column.type:
        case JSON():
            return _JSON[number % 3] if column.nullable else {"of": column.name, "letters": _LETTERS}
        case Moment():
            return _MOMENT + timedelta(microseconds=number)
        case Amount():
            return Decimal("12345678901.0001") + number
        case Boolean():
            return bool(number % 2)
        case Date():
            return date(2028, 2, 29) + timedelta(days=number)
        case Time():
            return time(2, 30, number)
        case String(length=length):
            return f"{number}{_LETTERS}{column.name}"[: length or 10_000]
        case Integer():
            return number
        case other:
            raise AssertionError(f"no example of {other!r} for {table.name}.{column.name}")
