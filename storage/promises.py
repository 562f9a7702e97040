"""Remembers promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, select, update

from bot.domain.promises import NewPromise, Promise, PromiseState
from storage import rows
from storage.repository import Scope, within
from storage.schema import promises

_OPEN = promises.c.state == PromiseState.OPEN.value
_OF_MEMBER = (
    select(promises)
    .where(
        within(
            promises,
            promises.c.member_id == bindparam("member"),
            _OPEN,
            promises.c.due_on <= bindparam("until"),
        )
    )
    .order_by(promises.c.due_on, promises.c.id)
    .limit(bindparam("most"))
)
_OPEN_OF_CLIENT = (
    select(promises)
    .where(within(promises, promises.c.client_id == bindparam("client"), _OPEN))
    .order_by(promises.c.due_on, promises.c.id)
)


@dataclass(frozen=True, slots=True)
class SqlPromises:
    scope: Scope

    def add(self, new: NewPromise) -> int | None:
        return self.scope.insert_new(promises, ("key",), {**asdict(new), "state": PromiseState.OPEN.value})

    def get(self, promise_id: int) -> Promise | None:
        found = self._some(promises.c.id == promise_id)
        return found[0] if found else None

    def open_of_client(self, client_id: int) -> Sequence[Promise]:
        return [rows.promise(row) for row in self.scope.run(_OPEN_OF_CLIENT, client=client_id)]

    def open_of_member(self, member_id: int, until: date, limit: int) -> Sequence[Promise]:
        found = self.scope.run(_OF_MEMBER, member=member_id, until=until, most=limit)
        return [rows.promise(row) for row in found]

    def of_touch(self, touch_id: int) -> Sequence[Promise]:
        return self._some(promises.c.touch_id == touch_id)

    def move(self, old: Promise, due_on: date, *, reason: str) -> bool:
        return self._change(old, due_on=due_on, reason=reason, moves=old.moves + 1)

    def settle(self, old: Promise, state: PromiseState, *, by: int, at: datetime, reason: str = "") -> bool:
        return self._change(
            old, state=state.value, settled_by=by, settled_at=at, reason=reason or old.reason or None
        )

    def reopen(self, old: Promise, *, member_id: int) -> bool:
        return self._change(
            old, member_id=member_id, state=PromiseState.OPEN.value, settled_by=None, settled_at=None
        )

    def remove(self, promise_id: int) -> bool:
        statement = delete(promises).where(self.scope.of(promises, promises.c.id == promise_id))
        return self.scope.connection.execute(statement).rowcount == 1

    def tally(self, client_id: int) -> Mapping[PromiseState, int]:
        query = (
            select(promises.c.state, func.count())
            .where(self.scope.of(promises, promises.c.client_id == client_id))
            .group_by(promises.c.state)
        )
        return {PromiseState(state): count for state, count in self.scope.connection.execute(query)}

    def _some(self, *conditions: ColumnElement[bool]) -> list[Promise]:
        query = (
            select(promises)
            .where(self.scope.of(promises, *conditions))
            .order_by(promises.c.due_on, promises.c.id)
        )
        return [rows.promise(row) for row in self.scope.connection.execute(query)]

    def _change(self, old: Promise, **values: Any) -> bool:
        """Change a promise that still is as it was read."""
        statement = (
            update(promises)
            .where(
                self.scope.of(
                    promises,
                    promises.c.id == old.id,
                    promises.c.state == old.state.value,
                    promises.c.moves == old.moves,
                )
            )
            .values(**values)
        )
        return self.scope.connection.execute(statement).rowcount == 1
