"""Remembers the register: entries in a chain, each sealed with the one before it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, insert, or_, select, update

from bot.domain.gifts.chain import (
    BEGINNING,
    EntryKind,
    NewRegisterEntry,
    RegisterEntry,
    digest,
    seal_of,
)
from bot.domain.gifts.register import GiftCheck, GiftGiven
from storage import rows
from storage.merges import Families
from storage.repository import Scope
from storage.schema import gift_checks, gift_requests, gifts_given, register_entries, register_heads

_PAGE = 1000


def _within(first: datetime | None, last: datetime | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if first is not None:
        conditions.append(register_entries.c.at >= first)
    if last is not None:
        conditions.append(register_entries.c.at < last)
    return conditions


@dataclass(frozen=True, slots=True)
class SqlRegister:
    scope: Scope
    families: Families

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

    def page(
        self, after: int, limit: int, first: datetime | None = None, last: datetime | None = None
    ) -> Sequence[RegisterEntry]:
        query = (
            select(register_entries)
            .where(self.scope.of(register_entries, register_entries.c.number > after, *_within(first, last)))
            .order_by(register_entries.c.number)
            .limit(limit)
        )
        return [rows.register_entry(row) for row in self.scope.connection.execute(query)]

    def count(self, first: datetime | None = None, last: datetime | None = None) -> int:
        query = (
            select(func.count())
            .select_from(register_entries)
            .where(self.scope.of(register_entries, *_within(first, last)))
        )
        return self.scope.connection.execute(query).scalar_one()

    def latest(
        self, limit: int, client_id: int | None = None, contact_id: int | None = None
    ) -> Sequence[RegisterEntry]:
        conditions: list[ColumnElement[bool]] = []
        of_client = None if client_id is None else self.families.clients(client_id)
        of_contact = None if contact_id is None else self.families.contacts(contact_id)
        for column, wanted in (("client_id", of_client), ("contact_id", of_contact)):
            if wanted is not None:
                conditions.append(
                    or_(
                        *(
                            exists().where(
                                self.scope.of(
                                    table,
                                    table.c[key] == register_entries.c.check_id,
                                    table.c[column].in_(wanted),
                                )
                            )
                            for table, key in ((gift_checks, "id"), (gifts_given, "check_id"))
                        )
                    )
                )
        query = (
            select(register_entries)
            .where(self.scope.of(register_entries, *conditions))
            .order_by(register_entries.c.number.desc())
            .limit(limit)
        )
        return [rows.register_entry(row) for row in self.scope.connection.execute(query)]

    def last_of_checks(self, check_ids: Collection[int], kinds: Collection[str]) -> Mapping[int, int]:
        return self._last(register_entries.c.check_id, check_ids, kinds)

    def last_of_requests(self, request_ids: Collection[int], kinds: Collection[str]) -> Mapping[int, int]:
        return self._last(register_entries.c.request_id, request_ids, kinds)

    def request_states(self, request_ids: Collection[int]) -> Mapping[int, str]:
        if not request_ids:
            return {}
        query = select(gift_requests.c.id, gift_requests.c.state).where(
            self.scope.of(gift_requests, gift_requests.c.id.in_(request_ids))
        )
        return {row.id: row.state for row in self.scope.connection.execute(query)}

    def untold_checks(self, limit: int) -> Sequence[GiftCheck]:
        told = self._told(register_entries.c.check_id, gift_checks.c.id, (EntryKind.CHECKED,))
        query = (
            select(gift_checks)
            .where(self.scope.of(gift_checks, ~told))
            .order_by(gift_checks.c.id)
            .limit(limit)
        )
        return [rows.gift_check(row) for row in self.scope.connection.execute(query)]

    def untold_gifts(self, limit: int) -> Sequence[GiftGiven]:
        told = self._told(
            register_entries.c.check_id, gifts_given.c.check_id, (EntryKind.GIVEN, EntryKind.RECEIVED)
        )
        query = (
            select(gifts_given)
            .where(self.scope.of(gifts_given, ~told))
            .order_by(gifts_given.c.id)
            .limit(limit)
        )
        return [rows.gift_given(row) for row in self.scope.connection.execute(query)]

    def untold_requests(self, limit: int) -> Sequence[int]:
        told = self._told(register_entries.c.request_id, gift_requests.c.id, (EntryKind.REQUESTED,))
        query = (
            select(gift_requests.c.id)
            .where(self.scope.of(gift_requests, ~told))
            .order_by(gift_requests.c.id)
            .limit(limit)
        )
        return list(self.scope.connection.execute(query).scalars())

    def _told(
        self, column: ColumnElement[Any], record: ColumnElement[Any], kinds: Collection[EntryKind]
    ) -> ColumnElement[bool]:
        return exists().where(
            self.scope.of(
                register_entries,
                column == record,
                register_entries.c.kind.in_([kind.value for kind in kinds]),
            )
        )

    def _last(
        self, column: ColumnElement[Any], wanted: Collection[int], kinds: Collection[str]
    ) -> Mapping[int, int]:
        if not wanted:
            return {}
        query = (
            select(column.label("record"), func.max(register_entries.c.number).label("number"))
            .where(self.scope.of(register_entries, column.in_(wanted), register_entries.c.kind.in_(kinds)))
            .group_by(column)
        )
        return {row.record: row.number for row in self.scope.connection.execute(query)}

    def of_check(self, check_id: int) -> Sequence[RegisterEntry]:
        return self._those(register_entries.c.check_id == check_id)

    def of_request(self, request_id: int) -> Sequence[RegisterEntry]:
        return self._those(register_entries.c.request_id == request_id)

    def _those(self, *conditions: ColumnElement[bool]) -> Sequence[RegisterEntry]:
        query = (
            select(register_entries)
            .where(self.scope.of(register_entries, *conditions))
            .order_by(register_entries.c.number)
        )
        return [rows.register_entry(row) for row in self.scope.connection.execute(query)]

    def hold(self) -> None:
        self._hold_head()

    def _hold_head(self) -> tuple[int, str]:
        """The last entry's number and seal; nobody else appends before this unit ends."""
        self.scope.insert_new(register_heads, (), {"number": 0, "seal": BEGINNING})
        row = self.scope.connection.execute(
            select(register_heads.c.number, register_heads.c.seal)
            .where(self.scope.of(register_heads))
            .with_for_update()
        ).one()
        return row.number, row.seal
