"""Remembers gift checks and the gifts that were given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import insert, select, update

from bot.domain.gifts.register import GiftCheck, GiftGiven, NewGiftCheck, NewGiftGiven
from storage import rows
from storage.repository import Scope
from storage.schema import gift_checks, gifts_given


@dataclass(frozen=True, slots=True)
class SqlGifts:
    scope: Scope

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

    def given_to(self, client_id: int, contact_id: int | None, since: date) -> Sequence[GiftGiven]:
        receiver = (
            gifts_given.c.contact_id.is_(None)
            if contact_id is None
            else gifts_given.c.contact_id == contact_id
        )
        query = (
            select(gifts_given)
            .where(
                self.scope.of(
                    gifts_given,
                    gifts_given.c.client_id == client_id,
                    receiver,
                    gifts_given.c.given_on >= since,
                    gifts_given.c.cancelled_at.is_(None),
                )
            )
            .order_by(gifts_given.c.given_on, gifts_given.c.id)
        )
        return [rows.gift_given(row) for row in self.scope.connection.execute(query)]


def _columns(new: NewGiftCheck) -> dict[str, object]:
    """The check by column. Unlike `asdict` this copies neither proposal nor answer, which are long."""
    return {field.name: getattr(new, field.name) for field in fields(new)}
