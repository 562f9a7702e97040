"""Remembers who asked for another manager, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, literal_column, or_, select

from bot.domain.members import Role
from bot.domain.reassignment import NewRequest, Reason, Request, RequestState
from storage import awaited, rows
from storage.repository import Scope
from storage.schema import clients, members, reassignments
from storage.schema.handover import PROPOSED_WAITS

_WAITING = reassignments.c.state == literal_column(f"'{RequestState.WAITING.value}'")
"""Written as in the index of those that wait, which counts only then."""


@dataclass(frozen=True, slots=True)
class SqlReassignments:
    scope: Scope

    def add(self, new: NewRequest) -> int:
        added: int = self.scope.connection.execute(
            insert(reassignments)
            .values(workspace_id=self.scope.workspace_id, **_values(new))
            .returning(reassignments.c.id)
        ).scalar_one()
        return added

    def propose(self, new: NewRequest) -> int | None:
        return self.scope.insert_new(reassignments, ("client_id",), _values(new), where=PROPOSED_WAITS)

    def get(self, request_id: int) -> Request | None:
        return next(iter(self._some(reassignments.c.id == request_id)), None)

    def hold(self, request_id: int) -> Request | None:
        awaited.hold(self.scope, reassignments, request_id)
        return self.get(request_id)

    def open_of_client(self, client_id: int) -> Sequence[Request]:
        return self._some(reassignments.c.client_id == client_id, _WAITING)

    def of_client(self, client_id: int, limit: int) -> Sequence[Request]:
        query = (
            select(reassignments)
            .where(self.scope.of(reassignments, reassignments.c.client_id == client_id))
            .order_by(reassignments.c.id.desc())
            .limit(limit)
        )
        return [rows.reassignment(row) for row in self.scope.connection.execute(query)]

    def open_by(self, member_id: int) -> Sequence[Request]:
        return self._some(reassignments.c.asked_by == member_id, _WAITING)

    def waiting(self, limit: int) -> Sequence[Request]:
        found = awaited.waiting(self.scope, reassignments, _WAITING, limit)
        return sorted((rows.reassignment(row) for row in found), key=lambda each: each.id)

    def proposed_for(self, owner_id: int, reason: Reason, since: datetime) -> bool:
        query = select(reassignments.c.id).where(
            self.scope.of(
                reassignments,
                reassignments.c.owner_id == owner_id,
                reassignments.c.reason == reason.value,
                reassignments.c.asked_by.is_(None),
                reassignments.c.asked_at > since,
            )
        )
        return self.scope.connection.execute(query.limit(1)).first() is not None

    def left_behind(self, since: datetime, limit: int) -> Sequence[int]:
        known = (
            select(reassignments.c.id)
            .where(
                reassignments.c.workspace_id == clients.c.workspace_id,
                reassignments.c.client_id == clients.c.id,
                reassignments.c.owner_id == clients.c.owner_id,
                or_(
                    _WAITING & reassignments.c.asked_by.is_not(None),
                    (reassignments.c.reason == Reason.GONE.value)
                    & or_(_WAITING, reassignments.c.asked_at > since),
                ),
            )
            .exists()
        )
        keeps = [members.c.roles.contains(role.value) for role in (Role.ACCOUNT_MANAGER, Role.LEAD)]
        query = (
            select(clients.c.id)
            .join(
                members,
                (members.c.workspace_id == clients.c.workspace_id) & (members.c.id == clients.c.owner_id),
            )
            .where(self.scope.of(clients, ~clients.c.archived, ~known, ~members.c.active | ~or_(*keeps)))
            .order_by(clients.c.owner_id, clients.c.id)
            .limit(limit)
        )
        return self.scope.connection.execute(query).scalars().all()

    def due(self, now: datetime, limit: int) -> Sequence[int]:
        return awaited.due(self.scope, reassignments, _WAITING, now, limit)

    def settle(
        self,
        old: Request,
        state: RequestState,
        *,
        at: datetime | None,
        by: int | None = None,
        answer: str = "",
        to_id: int | None = None,
        next_step_at: datetime | None = None,
    ) -> bool:
        again = {"reminded_at": None, "widened_at": None} if state is RequestState.WAITING else {}
        return self._change(
            old,
            state=state.value,
            version=old.version + 1,
            decided_at=at,
            decided_by=by,
            answer=answer,
            to_id=to_id,
            next_step_at=next_step_at,
            **again,
        )

    def step(
        self,
        old: Request,
        *,
        next_step_at: datetime | None,
        reminded_at: datetime | None = None,
        widened_at: datetime | None = None,
    ) -> bool:
        return awaited.step(
            self.scope,
            reassignments,
            old,
            next_step_at=next_step_at,
            reminded_at=reminded_at,
            widened_at=widened_at,
        )

    def tell(self, request_id: int, member_ids: Sequence[int]) -> None:
        found = self.get(request_id)
        awaited.tell(self.scope, reassignments, request_id, () if found is None else found.told, member_ids)

    def _some(self, *conditions: ColumnElement[bool]) -> list[Request]:
        query = (
            select(reassignments)
            .where(self.scope.of(reassignments, *conditions))
            .order_by(reassignments.c.id)
        )
        return [rows.reassignment(row) for row in self.scope.connection.execute(query)]

    def _change(self, old: Request, **values: Any) -> bool:
        return awaited.change(self.scope, reassignments, old, **values)


def _values(new: NewRequest) -> dict[str, Any]:
    return {
        "client_id": new.client_id,
        "owner_id": new.owner_id,
        "asked_by": new.asked_by,
        "reason": new.reason.value,
        "why": new.why,
        "state": RequestState.WAITING.value,
        "version": 1,
        "asked_at": new.asked_at,
        "next_step_at": new.next_step_at,
        "answer": "",
        "told": [],
    }
