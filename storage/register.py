"""Remembers the register: entries in a chain, each sealed with the one before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, update

from bot.domain.gifts.chain import (
    BEGINNING,
    NewRegisterEntry,
    RegisterEntry,
    digest,
    seal_of,
)
from storage import rows
from storage.repository import Scope
from storage.schema import register_entries, register_heads

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class SqlRegister:
    scope: Scope

    def append(self, new: NewRegisterEntry) -> RegisterEntry:
        number, before = self._hold_head()
        facts_digest = digest(new.facts)
        entry = RegisterEntry(
            number=number + 1,
            kind=new.kind.value,
            at=new.at,
            member_id=new.member_id,
            facts=new.facts,
            check_id=new.check_id,
            request_id=new.request_id,
            facts_digest=facts_digest,
            seal=seal_of(
                before,
                number + 1,
                kind=new.kind.value,
                at=new.at,
                member_id=new.member_id,
                check_id=new.check_id,
                request_id=new.request_id,
                facts_digest=facts_digest,
            ),
        )
        self.scope.connection.execute(
            insert(register_entries).values(
                workspace_id=self.scope.workspace_id,
                number=entry.number,
                kind=entry.kind,
                at=entry.at,
                member_id=entry.member_id,
                check_id=entry.check_id,
                request_id=entry.request_id,
                facts=dict(entry.facts),
                facts_digest=entry.facts_digest,
                seal=entry.seal,
            )
        )
        self.scope.connection.execute(
            update(register_heads)
            .where(self.scope.of(register_heads))
            .values(number=entry.number, seal=entry.seal)
        )
        return entry

    def head(self) -> tuple[int, str]:
        row = self.scope.connection.execute(
            select(register_heads.c.number, register_heads.c.seal).where(self.scope.of(register_heads))
        ).first()
        return (0, BEGINNING) if row is None else (row.number, row.seal)

    def entries(self) -> Iterator[RegisterEntry]:
        last = -1
        while True:
            query = (
                select(register_entries)
                .where(self.scope.of(register_entries, register_entries.c.id > last))
                .order_by(register_entries.c.id)
                .limit(_PAGE)
            )
            page = self.scope.connection.execute(query).all()
            for row in page:
                yield rows.register_entry(row)
            if len(page) < _PAGE:
                return
            last = page[-1].id

    def of_check(self, check_id: int) -> Sequence[RegisterEntry]:
        return self._those(register_entries.c.check_id == check_id)

    def of_request(self, request_id: int) -> Sequence[RegisterEntry]:
        return self._those(register_entries.c.request_id == request_id)

    def between(self, first: datetime, last: datetime) -> Sequence[RegisterEntry]:
        return self._those(register_entries.c.at >= first, register_entries.c.at < last)

    def _those(self, *conditions: ColumnElement[bool]) -> Sequence[RegisterEntry]:
        query = (
            select(register_entries)
            .where(self.scope.of(register_entries, *conditions))
            .order_by(register_entries.c.number)
        )
        return [rows.register_entry(row) for row in self.scope.connection.execute(query)]

    def _hold_head(self) -> tuple[int, str]:
        """The last entry's number and seal; nobody else appends before this unit ends."""
        self.scope.insert_new(register_heads, (), {"number": 0, "seal": BEGINNING})
        row = self.scope.connection.execute(
            select(register_heads.c.number, register_heads.c.seal)
            .where(self.scope.of(register_heads))
            .with_for_update()
        ).one()
        return row.number, row.seal
