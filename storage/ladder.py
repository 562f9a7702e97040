"""Remembers when leads are told next, and of which neglected clients they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update

from bot.domain.clients import Client
from storage import rows
from storage.repository import Scope
from storage.schema import clients, lead_watches, members, neglect_told


@dataclass(frozen=True, slots=True)
class SqlLadder:
    scope: Scope

    def due(self, now: datetime, limit: int) -> Sequence[tuple[int, datetime]]:
        query = (
            select(lead_watches.c.member_id, lead_watches.c.next_at)
            .join(
                members,
                (members.c.workspace_id == lead_watches.c.workspace_id)
                & (members.c.id == lead_watches.c.member_id),
            )
            .where(self.scope.of(lead_watches, lead_watches.c.next_at <= now, members.c.active))
            .order_by(lead_watches.c.next_at, lead_watches.c.member_id)
            .limit(limit)
        )
        return [(row.member_id, row.next_at) for row in self.scope.connection.execute(query)]

    def move(self, member_id: int, *, old: datetime, new: datetime) -> bool:
        still = (lead_watches.c.member_id == member_id, lead_watches.c.next_at == old)
        statement = update(lead_watches).where(self.scope.of(lead_watches, *still)).values(next_at=new)
        return self.scope.connection.execute(statement).rowcount == 1

    def neglected(self, lead_id: int, before: datetime) -> Sequence[Client]:
        query = (
            select(clients)
            .where(
                self.scope.of(
                    clients,
                    clients.c.owner_id.in_(self._led_by(lead_id)),
                    clients.c.neglected_at <= before,
                    ~clients.c.archived,
                )
            )
            .order_by(clients.c.neglected_at, clients.c.id)
        )
        return [rows.client(row) for row in self.scope.connection.execute(query)]

    def told(self, lead_id: int) -> frozenset[tuple[int, datetime]]:
        query = (
            select(neglect_told.c.client_id, neglect_told.c.period)
            .join(
                clients,
                (clients.c.workspace_id == neglect_told.c.workspace_id)
                & (clients.c.id == neglect_told.c.client_id),
            )
            .where(self.scope.of(neglect_told, clients.c.owner_id.in_(self._led_by(lead_id))))
        )
        return frozenset((row.client_id, row.period) for row in self.scope.connection.execute(query))

    def tell(self, client_id: int, period: datetime, lead_id: int, *, at: datetime) -> bool:
        values = {"client_id": client_id, "period": period, "lead_id": lead_id, "at": at}
        return self.scope.insert_new(neglect_told, ("client_id", "period"), values) is not None

    def _led_by(self, lead_id: int) -> Select[Any]:
        return select(members.c.id).where(
            self.scope.of(members, members.c.lead_id == lead_id, members.c.active)
        )
