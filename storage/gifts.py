"""Remembers gift checks and the gifts that were given."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import BigInteger, ColumnElement, func, insert, select, type_coerce, update

from bot.domain.gifts.register import Fate, GiftCheck, GiftGiven, NewGiftCheck, NewGiftGiven, Side, Sum
from bot.domain.money import Money
from storage import rows
from storage.merges import Families
from storage.repository import Scope
from storage.schema import gift_checks, gifts_given
from storage.types import exactly


@dataclass(frozen=True, slots=True)
class SqlGifts:
    scope: Scope
    families: Families

    def record_check(self, new: NewGiftCheck) -> int:
        statement = (
            insert(gift_checks)
            .values(workspace_id=self.scope.workspace_id, **_columns(new))
            .returning(gift_checks.c.id)
        )
        check_id: int = self.scope.connection.execute(statement).scalar_one()
        return check_id

    def check(self, check_id: int) -> GiftCheck | None:
        row = self.scope.connection.execute(
            select(gift_checks).where(self.scope.of(gift_checks, gift_checks.c.id == check_id))
        ).first()
        return None if row is None else rows.gift_check(row)

    def hold_check(self, check_id: int) -> GiftCheck | None:
        self.scope.connection.execute(
            select(gift_checks.c.id)
            .where(self.scope.of(gift_checks, gift_checks.c.id == check_id))
            .with_for_update(key_share=True)
        )
        return self.check(check_id)

    def recent_checks(self, limit: int) -> Sequence[GiftCheck]:
        query = (
            select(gift_checks)
            .where(self.scope.of(gift_checks))
            .order_by(gift_checks.c.id.desc())
            .limit(limit)
        )
        return [rows.gift_check(row) for row in self.scope.connection.execute(query)]

    def record_given(self, new: NewGiftGiven) -> bool:
        given = self.scope.insert_new(
            gifts_given,
            ("check_id",),
            {
                "check_id": new.check_id,
                "member_id": new.member_id,
                "client_id": new.client_id,
                "contact_id": new.contact_id,
                "category": new.category,
                "description": new.description,
                "value": new.value.amount,
                "currency": new.value.currency,
                "given_on": new.given_on,
                "recorded_at": new.recorded_at,
                "direction": new.direction.value,
                "fate": None if new.fate is None else new.fate.value,
            },
        )
        return given is not None

    def cancel_given(self, check_id: int, *, at: datetime) -> bool:
        statement = (
            update(gifts_given)
            .where(
                self.scope.of(
                    gifts_given, gifts_given.c.check_id == check_id, gifts_given.c.cancelled_at.is_(None)
                )
            )
            .values(cancelled_at=at)
        )
        return self.scope.connection.execute(statement).rowcount == 1

    def given_to(
        self, client_id: int, contact_id: int | None, since: date, *, direction: Side = Side.GIVEN
    ) -> Sequence[GiftGiven]:
        receiver = (
            gifts_given.c.contact_id.is_(None)
            if contact_id is None
            else gifts_given.c.contact_id.in_(self.families.contacts(contact_id))
        )
        query = (
            select(gifts_given)
            .where(
                self.scope.of(
                    gifts_given,
                    gifts_given.c.client_id.in_(self.families.clients(client_id)),
                    receiver,
                    gifts_given.c.given_on >= since,
                    gifts_given.c.cancelled_at.is_(None),
                    gifts_given.c.direction == direction.value,
                    _COUNTS,
                )
            )
            .order_by(gifts_given.c.given_on, gifts_given.c.id)
        )
        return [rows.gift_given(row) for row in self.scope.connection.execute(query)]

    def set_fate(self, check_id: int, *, old: Fate, new: Fate) -> bool:
        statement = (
            update(gifts_given)
            .where(
                self.scope.of(
                    gifts_given,
                    gifts_given.c.check_id == check_id,
                    gifts_given.c.cancelled_at.is_(None),
                    gifts_given.c.fate == old.value,
                )
            )
            .values(fate=new.value)
        )
        return self.scope.connection.execute(statement).rowcount == 1

    def received_by(self, member_id: int, client_id: int, since: date) -> Sequence[GiftGiven]:
        query = (
            select(gifts_given)
            .where(
                self.scope.of(
                    gifts_given,
                    gifts_given.c.client_id.in_(self.families.clients(client_id)),
                    gifts_given.c.member_id == member_id,
                    gifts_given.c.given_on >= since,
                    gifts_given.c.cancelled_at.is_(None),
                    gifts_given.c.direction == Side.RECEIVED.value,
                    _COUNTS,
                )
            )
            .order_by(gifts_given.c.given_on, gifts_given.c.id)
        )
        return [rows.gift_given(row) for row in self.scope.connection.execute(query)]

    def checks(self, check_ids: Collection[int]) -> Sequence[GiftCheck]:
        query = select(gift_checks).where(self.scope.of(gift_checks, gift_checks.c.id.in_(check_ids)))
        return [rows.gift_check(row) for row in self.scope.connection.execute(query)] if check_ids else []

    def entered(self, check_ids: Collection[int]) -> Sequence[GiftGiven]:
        query = select(gifts_given).where(self.scope.of(gifts_given, gifts_given.c.check_id.in_(check_ids)))
        return [rows.gift_given(row) for row in self.scope.connection.execute(query)] if check_ids else []

    def sums(
        self,
        client_id: int,
        contact_id: int | None,
        first: date,
        last: date,
        *,
        direction: Side = Side.GIVEN,
        member_id: int | None = None,
    ) -> Sequence[Sum]:
        conditions: list[ColumnElement[bool]] = [
            gifts_given.c.client_id.in_(self.families.clients(client_id)),
            gifts_given.c.given_on >= first,
            gifts_given.c.given_on <= last,
            gifts_given.c.cancelled_at.is_(None),
            gifts_given.c.direction == direction.value,
            _COUNTS,
        ]
        if contact_id is not None:
            to_nobody = gifts_given.c.contact_id.is_(None)
            of_them = gifts_given.c.contact_id.in_(self.families.contacts(contact_id))
            conditions.append(of_them | to_nobody)
        if member_id is not None:
            conditions.append(gifts_given.c.member_id == member_id)
        total = type_coerce(func.sum(gifts_given.c.value), BigInteger)
        query = (
            select(gifts_given.c.currency, func.count().label("number"), total.label("total"))
            .where(self.scope.of(gifts_given, *conditions))
            .group_by(gifts_given.c.currency)
            .order_by(gifts_given.c.currency)
        )
        return [
            Sum(row.number, Money(exactly(int(row.total)), row.currency))
            for row in self.scope.connection.execute(query)
        ]


_COUNTS = gifts_given.c.fate.is_(None) | (gifts_given.c.fate == Fate.KEPT.value)
"""What was given back or handed in stands in the register, and counts nowhere."""


def _columns(new: NewGiftCheck) -> dict[str, object]:
    """The check by column. Unlike `asdict` this copies neither proposal nor answer, which are long."""
    return {field.name: getattr(new, field.name) for field in fields(new)}
