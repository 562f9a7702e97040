"""What rows that wait for a decision have in common: hold one, change it as it was read, take its next step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Row, Table, select, update

from storage.repository import Scope


class Awaited(Protocol):
    """Something that waits, as it was read."""

    @property
    def id(self) -> int: ...
    @property
    def state(self) -> Enum: ...
    @property
    def version(self) -> int: ...
    @property
    def next_step_at(self) -> datetime | None: ...


def hold(scope: Scope, table: Table, number: int) -> None:
    """Let nobody else change the row before this unit of work ends."""
    scope.connection.execute(
        select(table.c.id).where(scope.of(table, table.c.id == number)).with_for_update(key_share=True)
    )


def due(scope: Scope, table: Table, waits: ColumnElement[bool], now: datetime, limit: int) -> Sequence[int]:
    """Those of which a step has come, the longest overdue first."""
    query = (
        select(table.c.id)
        .where(scope.of(table, waits, table.c.next_step_at <= now))
        .order_by(table.c.next_step_at, table.c.id)
        .limit(limit)
    )
    return scope.connection.execute(query).scalars().all()


def waiting(scope: Scope, table: Table, waits: ColumnElement[bool], limit: int) -> Sequence[Row[Any]]:
    """All that waits, the next to be seen to first: in the order of the index that holds nothing else."""
    query = (
        select(table).where(scope.of(table, waits)).order_by(table.c.next_step_at, table.c.id).limit(limit)
    )
    return scope.connection.execute(query).all()


def change(scope: Scope, table: Table, old: Awaited, *conditions: ColumnElement[bool], **values: Any) -> bool:
    """Write only while it is as `old` was read: of two who decide at once, one does."""
    as_read = (table.c.id == old.id, table.c.state == old.state.value, table.c.version == old.version)
    statement = update(table).where(scope.of(table, *as_read, *conditions)).values(values)
    return scope.connection.execute(statement).rowcount == 1


def step(
    scope: Scope, table: Table, old: Awaited, *, next_step_at: datetime | None, **taken: datetime | None
) -> bool:
    """Set the next step, unless somebody set another one since `old` was read; False then.

    `taken` are columns that say when a step was taken; None leaves one as it is.
    """
    moment = table.c.next_step_at
    return change(
        scope,
        table,
        old,
        moment.is_(None) if old.next_step_at is None else moment == old.next_step_at,
        next_step_at=next_step_at,
        **{column: at for column, at in taken.items() if at is not None},
    )


def tell(scope: Scope, table: Table, number: int, known: Sequence[int], member_ids: Sequence[int]) -> None:
    """Remember who was told, after those who are `known`."""
    scope.connection.execute(
        update(table)
        .where(scope.of(table, table.c.id == number))
        .values(told=list(dict.fromkeys((*known, *member_ids))))
    )
