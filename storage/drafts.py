"""Remembers questions that wait for their author, and what the platform has delivered to us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from bot.domain.drafts import Draft
from storage import rows
from storage.repository import Scope
from storage.schema import deliveries, drafts


@dataclass(frozen=True, slots=True)
class SqlDrafts:
    scope: Scope

    def add(self, member_id: int, kind: str, facts: Mapping[str, object], *, at: datetime) -> int:
        statement = (
            insert(drafts)
            .values(
                workspace_id=self.scope.workspace_id,
                member_id=member_id,
                kind=kind,
                facts=dict(facts),
                created_at=at,
            )
            .returning(drafts.c.id)
        )
        draft_id: int = self.scope.connection.execute(statement).scalar_one()
        return draft_id

    def get(self, draft_id: int) -> Draft | None:
        row = self.scope.connection.execute(
            select(drafts).where(self.scope.of(drafts, drafts.c.id == draft_id))
        ).first()
        return None if row is None else rows.draft(row)

    def prune(self, before: datetime) -> int:
        statement = delete(drafts).where(self.scope.of(drafts, drafts.c.created_at < before))
        return self.scope.connection.execute(statement).rowcount


@dataclass(frozen=True, slots=True)
class SqlDeliveries:
    scope: Scope

    def first_time(self, key: str, *, at: datetime) -> bool:
        return self.scope.insert_new(deliveries, ("key",), {"key": key, "at": at}) is not None

    def prune(self, before: datetime) -> int:
        statement = delete(deliveries).where(self.scope.of(deliveries, deliveries.c.at < before))
        return self.scope.connection.execute(statement).rowcount
