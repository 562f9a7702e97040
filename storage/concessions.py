"""Remembers what was given to clients, and what came back for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, literal_column, select

from bot.domain.concessions import COUNTED, Concession, Given, Ground, NewConcession, State
from storage import awaited, rows
from storage.repository import Scope, within
from storage.schema import clients, concessions

_WAITING = concessions.c.state == literal_column(f"'{State.ASKED.value}'")
"""Written as in the index of those that wait, which counts only then."""
_COUNTS = concessions.c.state.in_(sorted(state.value for state in COUNTED))

_OF_CLIENT = (
    select(concessions)
    .where(
        within(
            concessions,
            concessions.c.client_id == bindparam("client"),
            concessions.c.given_on >= bindparam("since"),
        )
    )
    .order_by(concessions.c.given_on.desc(), concessions.c.id.desc())
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class SqlConcessions:
    scope: Scope

    def add(self, new: NewConcession) -> int | None:
        return self.scope.insert_new(
            concessions,
            ("key",),
            {
                "client_id": new.client_id,
                "member_id": new.member_id,
                **_told(new.given, new.grounds),
                "version": 1,
                "at": new.at,
                "key": new.key,
                "next_step_at": new.next_step_at,
                "answer": "",
                "told": [],
            },
        )

    def by_key(self, key: str) -> Concession | None:
        return next(iter(self._some(concessions.c.key == key)), None)

    def get(self, concession_id: int) -> Concession | None:
        return next(iter(self._some(concessions.c.id == concession_id)), None)

    def hold(self, concession_id: int) -> Concession | None:
        awaited.hold(self.scope, concessions, concession_id)
        return self.get(concession_id)

    def waiting_of_client(self, client_id: int) -> Sequence[Concession]:
        return self._some(concessions.c.client_id == client_id, _WAITING)

    def waiting(self, limit: int) -> Sequence[Concession]:
        found = awaited.waiting(self.scope, concessions, _WAITING, limit)
        return sorted((rows.concession(row) for row in found), key=lambda each: each.id)

    def of_client(self, client_id: int, since: date, limit: int) -> Sequence[Concession]:
        found = self.scope.run(_OF_CLIENT, client=client_id, since=since, most=limit)
        return [rows.concession(row) for row in found]

    def between(
        self,
        first: date,
        last: date,
        limit: int,
        *,
        owners: Collection[int] | None = None,
        counted: bool = True,
    ) -> Sequence[Concession]:
        query = select(concessions).where(
            self.scope.of(
                concessions, *([_COUNTS] if counted else []), concessions.c.given_on.between(first, last)
            )
        )
        if owners is not None:
            query = query.join(
                clients,
                (clients.c.workspace_id == concessions.c.workspace_id)
                & (clients.c.id == concessions.c.client_id),
            ).where(clients.c.owner_id.in_(sorted(owners)))
        query = query.order_by(concessions.c.given_on.desc(), concessions.c.id.desc()).limit(limit)
        return [rows.concession(row) for row in self.scope.connection.execute(query)]

    def held_by(self, member_id: int, first: date, last: date) -> int:
        query = (
            select(func.count())
            .select_from(concessions)
            .where(
                self.scope.of(
                    concessions,
                    concessions.c.member_id == member_id,
                    concessions.c.held,
                    _COUNTS,
                    concessions.c.given_on.between(first, last),
                )
            )
        )
        number: int = self.scope.connection.execute(query).scalar_one()
        return number

    def due(self, now: datetime, limit: int) -> Sequence[int]:
        return awaited.due(self.scope, concessions, _WAITING, now, limit)

    def rewrite(
        self,
        old: Concession,
        given: Given,
        grounds: frozenset[Ground],
        *,
        at: datetime,
        next_step_at: datetime | None,
    ) -> bool:
        return self._change(
            old,
            **_told(given, grounds),
            version=old.version + 1,
            at=at,
            next_step_at=next_step_at,
            reminded_at=None,
            widened_at=None,
        )

    def settle(
        self, old: Concession, state: State, *, at: datetime, by: int | None = None, answer: str = ""
    ) -> bool:
        return self._change(
            old,
            state=state.value,
            version=old.version + 1,
            decided_at=at,
            decided_by=by,
            answer=answer,
            next_step_at=None,
        )

    def ask_anew(self, old: Concession, *, at: datetime, next_step_at: datetime | None) -> bool:
        return self._change(
            old,
            version=old.version + 1,
            at=at,
            next_step_at=next_step_at,
            reminded_at=None,
            widened_at=None,
        )

    def step(
        self,
        old: Concession,
        *,
        next_step_at: datetime | None,
        reminded_at: datetime | None = None,
        widened_at: datetime | None = None,
    ) -> bool:
        return awaited.step(
            self.scope,
            concessions,
            old,
            next_step_at=next_step_at,
            reminded_at=reminded_at,
            widened_at=widened_at,
        )

    def tell(self, concession_id: int, member_ids: Sequence[int]) -> None:
        found = self.get(concession_id)
        awaited.tell(self.scope, concessions, concession_id, () if found is None else found.told, member_ids)

    def _some(self, *conditions: ColumnElement[bool]) -> list[Concession]:
        query = select(concessions).where(self.scope.of(concessions, *conditions)).order_by(concessions.c.id)
        return [rows.concession(row) for row in self.scope.connection.execute(query)]

    def _change(self, old: Concession, **values: Any) -> bool:
        return awaited.change(self.scope, concessions, old, **values)


def _told(given: Given, grounds: frozenset[Ground]) -> dict[str, Any]:
    """The columns of what was given, and of the state that follows from the grounds."""
    return {
        "kind": given.kind.value,
        "held": given.held,
        "given_on": given.given_on,
        "percent": given.percent,
        "amount": None if given.money is None else given.money.amount,
        "currency": None if given.money is None else given.money.currency,
        "price": None if given.price is None else given.price.amount,
        "price_currency": None if given.price is None else given.price.currency,
        "note": given.note,
        "counterparts": [each.value for each in given.counterparts],
        "back": given.back,
        "grounds": sorted(each.value for each in grounds),
        "state": (State.ASKED if grounds else State.RECORDED).value,
    }
