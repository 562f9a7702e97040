"""Remembers which occasions were seen to, and finds those that come up."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Column, ColumnElement, bindparam, delete, extract, or_, select

from bot.domain.clients import Client, Status
from bot.domain.occasions import OccasionKind, Seen, days_of_the_year
from storage import rows
from storage.repository import Scope, within
from storage.schema import clients, seen_occasions


def _comes_round(column: Column[date]) -> ColumnElement[bool]:
    day = extract("month", column) * 100 + extract("day", column)
    return day.in_(bindparam("days", expanding=True))


_OF_OWNER = (
    select(clients)
    .where(
        within(
            clients,
            clients.c.owner_id == bindparam("owner"),
            ~clients.c.archived,
            clients.c.status != Status.ON_HOLD.value,
            or_(
                _comes_round(clients.c.relation_since),
                _comes_round(clients.c.contract_on),
                clients.c.renews_on.between(bindparam("first"), bindparam("until")),
            ),
        )
    )
    .order_by(clients.c.due_at, clients.c.id)  # by id alone, the whole workspace would be walked through
    .limit(bindparam("most"))
)
_SEEN = select(seen_occasions).where(
    within(seen_occasions, seen_occasions.c.client_id.in_(bindparam("ids", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class SqlOccasions:
    scope: Scope

    def of_owner(
        self, owner_id: int, first: date, last: date, renews_until: date, limit: int
    ) -> Sequence[Client]:
        days = sorted(days_of_the_year(first, last))
        found = self.scope.run(
            _OF_OWNER, owner=owner_id, days=days, first=first, until=renews_until, most=limit
        )
        return [rows.client(row) for row in found]

    def seen(self, client_ids: Collection[int]) -> Mapping[int, Seen]:
        known: dict[int, set[tuple[OccasionKind, date]]] = {}
        if client_ids:
            for row in self.scope.run(_SEEN, ids=sorted(client_ids)):
                known.setdefault(row.client_id, set()).add((OccasionKind(row.kind), row.day))
        return known

    def see_to(self, client_id: int, kind: OccasionKind, day: date, *, by: int, at: datetime) -> bool:
        values = {"client_id": client_id, "kind": kind.value, "day": day, "member_id": by, "at": at}
        return self.scope.insert_new(seen_occasions, ("client_id", "kind", "day"), values) is not None

    def take_back(self, client_id: int, kind: OccasionKind, day: date) -> bool:
        statement = delete(seen_occasions).where(
            self.scope.of(
                seen_occasions,
                seen_occasions.c.client_id == client_id,
                seen_occasions.c.kind == kind.value,
                seen_occasions.c.day == day,
            )
        )
        return self.scope.connection.execute(statement).rowcount > 0
