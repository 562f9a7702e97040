"""Remembers what the gate decided, and what was said last of each subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from bot.domain.decisions import Decision, NewDecision, Said
from storage import rows
from storage.repository import Scope
from storage.schema import gate_decisions, gate_said


@dataclass(frozen=True, slots=True)
class SqlDecisions:
    scope: Scope

    def add(self, new: NewDecision) -> None:
        self.scope.connection.execute(
            insert(gate_decisions), {"workspace_id": self.scope.workspace_id, **asdict(new)}
        )

    def last_of(self, entry_id: int) -> Decision | None:
        query = (
            select(gate_decisions)
            .where(self.scope.of(gate_decisions, gate_decisions.c.entry_id == entry_id))
            .order_by(gate_decisions.c.id.desc())
            .limit(1)
        )
        row = self.scope.connection.execute(query).first()
        return None if row is None else rows.decision(row)

    def set_until(self, decision_id: int, until: datetime | None) -> None:
        self.scope.connection.execute(
            update(gate_decisions)
            .where(self.scope.of(gate_decisions, gate_decisions.c.id == decision_id))
            .values(until=until)
        )

    def of_member(self, member_id: int, limit: int, *, client_id: int | None = None) -> Sequence[Decision]:
        conditions = [gate_decisions.c.member_id == member_id]
        if client_id is not None:
            conditions.append(gate_decisions.c.client_id == client_id)
        query = (
            select(gate_decisions)
            .where(self.scope.of(gate_decisions, *conditions))
            .order_by(gate_decisions.c.at.desc(), gate_decisions.c.id.desc())
            .limit(limit)
        )
        return [rows.decision(row) for row in self.scope.connection.execute(query)]

    def said(self, member_id: int, subject: str) -> Said | None:
        query = select(gate_said).where(
            self.scope.of(gate_said, gate_said.c.member_id == member_id, gate_said.c.subject == subject)
        )
        row = self.scope.connection.execute(query).first()
        return None if row is None else Said(row.facts, row.entry_id, row.at)

    def say(self, member_id: int, subject: str, said: Said) -> None:
        values = {"member_id": member_id, "subject": subject, **asdict(said)}
        if self.scope.insert_new(gate_said, ("member_id", "subject"), values) is None:
            self.scope.connection.execute(
                update(gate_said)
                .where(
                    self.scope.of(
                        gate_said, gate_said.c.member_id == member_id, gate_said.c.subject == subject
                    )
                )
                .values(**asdict(said))
            )

    def prune(self, before: datetime) -> int:
        gone = 0
        for table in (gate_decisions, gate_said):
            statement = delete(table).where(self.scope.of(table, table.c.at < before))
            gone += self.scope.connection.execute(statement).rowcount
        return gone
