"""Remembers when leads are told next, and of which neglected clients they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update

from bot.domain.clients import Client
from storage import rows
from storage.repository import Scope, within
from storage.schema import clients, lead_watches, members, neglect_told

_LED_BY = select(members.c.id).where(
    within(members, members.c.lead_id == bindparam("lead"), members.c.active)
)
_NEGLECTED = (
    select(clients)
    .where(
        within(
            clients,
            clients.c.owner_id.in_(_LED_BY),
            clients.c.neglected_at <= bindparam("before", type_=clients.c.neglected_at.type),
            ~clients.c.archived,
        )
    )
    .order_by(clients.c.neglected_at, clients.c.id)
)


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
        return [rows.client(row) for row in self.scope.run(_NEGLECTED, lead=lead_id, before=before)]

    def told(self, lead_id: int) -> frozenset[tuple[int, datetime]]:
        query = (
            select(neglect_told.c.client_id, neglect_told.c.period)
            .join(
                clients,
                (clients.c.workspace_id == neglect_told.c.workspace_id)
                & (clients.c.id == neglect_told.c.client_id),
            )
            .where(self.scope.of(neglect_told, clients.c.owner_id.in_(_LED_BY)))
        )
        found = self.scope.connection.execute(query, {"workspace": self.scope.workspace_id, "lead": lead_id})
        return frozenset((row.client_id, row.period) for row in found)

    def tell(self, client_id: int, period: datetime, lead_id: int, *, at: datetime) -> bool:
        values = {"client_id": client_id, "period": period, "lead_id": lead_id, "at": at}
        return self.scope.insert_new(neglect_told, ("client_id", "period"), values) is not None
