"""Remembers who covers for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update

from bot.domain.absences import Span
from bot.domain.covers import OPEN, Cover, CoverState, NewCover
from storage import rows
from storage.repository import Scope
from storage.schema import absences, cover_clients, covers

_OPEN = sorted(state.value for state in OPEN)


@dataclass(frozen=True, slots=True)
class SqlCovers:
    scope: Scope

    def add(self, new: NewCover, *, at: datetime) -> int:
        added: int = self.scope.connection.execute(
            insert(covers)
            .values(
                workspace_id=self.scope.workspace_id,
                owner_id=new.owner_id,
                colleague_id=new.colleague_id,
                asked_by=new.asked_by,
                first=new.first,
                last=new.last,
                state=CoverState.ASKED.value,
                for_leave=new.for_leave,
                note=new.note,
                reason="",
                asked_at=at,
            )
            .returning(covers.c.id)
        ).scalar_one()
        if new.client_ids:
            self.scope.connection.execute(
                insert(cover_clients),
                [
                    {"workspace_id": self.scope.workspace_id, "cover_id": added, "client_id": client_id}
                    for client_id in new.client_ids
                ],
            )
        return added

    def get(self, cover_id: int) -> Cover | None:
        found = self._some(covers.c.id == cover_id)
        return found[0] if found else None

    def of_colleague(self, member_id: int, since: date) -> Sequence[Cover]:
        return self._some(
            covers.c.colleague_id == member_id, covers.c.state.in_(_OPEN), covers.c.last >= since
        )

    def of_owner(self, member_id: int, since: date) -> Sequence[Cover]:
        return self._some(covers.c.owner_id == member_id, covers.c.state.in_(_OPEN), covers.c.last >= since)

    def agreed(self, member_id: int, since: date) -> Sequence[Cover]:
        return self._some(
            covers.c.owner_id == member_id,
            covers.c.state.in_([CoverState.ACCEPTED.value, CoverState.ENDED.value]),
            covers.c.answered_at.is_not(None),
            covers.c.last >= since,
        )

    def agreed_by(self, member_id: int, since: date) -> Sequence[Cover]:
        return self._some(
            covers.c.colleague_id == member_id,
            covers.c.state.in_([CoverState.ACCEPTED.value, CoverState.ENDED.value]),
            covers.c.answered_at.is_not(None),
            covers.c.last >= since,
        )

    def settle(self, cover: Cover, state: CoverState, *, at: datetime, reason: str = "") -> bool:
        match state:
            case CoverState.ENDED:
                values: dict[str, Any] = {"ended_at": at}
            case CoverState.ASKED:
                values = {"answered_at": None, "ended_at": None}
            case _ if cover.state is CoverState.ENDED:  # taken up again: the answer is the one of then
                values = {"ended_at": None}
            case _:
                values = {"answered_at": at, "reason": reason}
        statement = (
            update(covers)
            .where(self.scope.of(covers, covers.c.id == cover.id, covers.c.state == cover.state.value))
            .values(state=state.value, **values)
        )
        return self.scope.connection.execute(statement).rowcount == 1

    def hand_over(self, cover: Cover, owner_id: int) -> bool:
        as_read = (
            covers.c.id == cover.id,
            covers.c.state == cover.state.value,
            covers.c.owner_id == cover.owner_id,
        )
        statement = update(covers).where(self.scope.of(covers, *as_read)).values(owner_id=owner_id)
        return self.scope.connection.execute(statement).rowcount == 1

    def _some(self, *conditions: ColumnElement[bool]) -> list[Cover]:
        query = select(covers).where(self.scope.of(covers, *conditions)).order_by(covers.c.first, covers.c.id)
        found = self.scope.connection.execute(query).all()
        if not found:
            return []
        meant: dict[int, list[int]] = {row.id: [] for row in found}
        about = (
            select(cover_clients.c.cover_id, cover_clients.c.client_id)
            .where(self.scope.of(cover_clients, cover_clients.c.cover_id.in_(list(meant))))
            .order_by(cover_clients.c.client_id)
        )
        for row in self.scope.connection.execute(about):
            meant[row.cover_id].append(row.client_id)
        away = self._away(found)
        return [rows.cover(row, tuple(meant[row.id]), away.get(row.colleague_id, ())) for row in found]

    def _away(self, found: Sequence[rows.AnyRow]) -> Mapping[int, Sequence[Span]]:
        """The leave of the colleagues, of each by id, as far as it may fall on days of these covers."""
        leave: dict[int, list[Span]] = {}
        query = (
            select(absences.c.member_id, absences.c.first, absences.c.last)
            .where(
                self.scope.of(
                    absences,
                    absences.c.member_id.in_({row.colleague_id for row in found}),
                    absences.c.last >= min(row.first for row in found),
                    absences.c.first <= max(row.last for row in found),
                )
            )
            .order_by(absences.c.first, absences.c.id)
        )
        for row in self.scope.connection.execute(query):
            leave.setdefault(row.member_id, []).append((row.first, row.last))
        return leave
