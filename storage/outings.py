"""Remembers outings, and the checks of those who are invited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, bindparam, insert, select, update

from bot.domain.gifts.outings import NewOuting, Outing
from storage import rows
from storage.repository import Scope, within
from storage.schema import gift_outing_people, gift_outings

_OF_MEMBER = (
    select(gift_outings)
    .where(
        within(
            gift_outings,
            gift_outings.c.member_id == bindparam("member"),
            gift_outings.c.day >= bindparam("since"),
            gift_outings.c.changed_at.is_(None),
        )
    )
    .order_by(gift_outings.c.day.desc(), gift_outings.c.id.desc())
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class SqlOutings:
    scope: Scope

    def add(self, new: NewOuting) -> int | None:
        of = new.circumstances
        outing_id = self.scope.insert_new(
            gift_outings,
            ("key",),
            {
                "member_id": new.member_id,
                "key": new.key,
                "description": of.description,
                "category": of.category,
                "cost": None if of.cost is None else of.cost.amount,
                "currency": new.currency,
                "day": of.day,
                "host_present": of.host_present,
                "host": of.host,
                "companions": of.companions,
                "setting": of.setting,
                "planned_at": new.planned_at,
            },
        )
        if outing_id is not None and new.check_ids:
            people = [
                {
                    "workspace_id": self.scope.workspace_id,
                    "outing_id": outing_id,
                    "place": place,
                    "check_id": check_id,
                }
                for place, check_id in enumerate(new.check_ids)
            ]
            self.scope.connection.execute(insert(gift_outing_people), people)
        return outing_id

    def get(self, outing_id: int) -> Outing | None:
        return self._one(gift_outings.c.id == outing_id)

    def by_key(self, key: str) -> Outing | None:
        return self._one(gift_outings.c.key == key)

    def of_member(self, member_id: int, since: date, limit: int) -> Sequence[Outing]:
        found = self.scope.run(_OF_MEMBER, member=member_id, since=since, most=limit).all()
        return [self._whole(row) for row in found]

    def supersede(self, outing_id: int, *, at: datetime) -> bool:
        statement = (
            update(gift_outings)
            .where(
                self.scope.of(
                    gift_outings, gift_outings.c.id == outing_id, gift_outings.c.changed_at.is_(None)
                )
            )
            .values(changed_at=at)
        )
        return self.scope.connection.execute(statement).rowcount == 1

    def swap_check(self, check_id: int, new_id: int) -> bool:
        statement = (
            update(gift_outing_people)
            .where(self.scope.of(gift_outing_people, gift_outing_people.c.check_id == check_id))
            .values(check_id=new_id)
        )
        return self.scope.connection.execute(statement).rowcount == 1

    def holds(self, check_id: int) -> bool:
        held = self.scope.of(gift_outing_people, gift_outing_people.c.check_id == check_id)
        query = select(gift_outing_people.c.check_id).where(held)
        return self.scope.connection.execute(query).first() is not None

    def _one(self, condition: ColumnElement[bool]) -> Outing | None:
        row = self.scope.connection.execute(
            select(gift_outings).where(self.scope.of(gift_outings, condition))
        ).first()
        return None if row is None else self._whole(row)

    def _whole(self, row: rows.AnyRow) -> Outing:
        people = (
            select(gift_outing_people.c.check_id)
            .where(self.scope.of(gift_outing_people, gift_outing_people.c.outing_id == row.id))
            .order_by(gift_outing_people.c.place)
        )
        return rows.outing(row, tuple(self.scope.connection.execute(people).scalars()))
