"""Remembers what members say of themselves and who must not be given a client, and counts what a member looks after."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, case, delete, func, insert, select, update

from bot.domain.absences import Absence
from bot.domain.clients import Status, Tier
from bot.domain.fit import Because
from bot.domain.strengths import NOTHING, Declared, Strength
from bot.ports import Burden, Touched
from storage import rows
from storage.merges import Families
from storage.repository import Scope, within
from storage.schema import absences, client_exclusions, clients, contacts, member_strengths, touches
from storage.types import Moment

_AT_ONCE = 500
"""Identifiers in one statement: what both databases take in any version."""

_BURDENS: Select[Any] = (
    select(
        clients.c.owner_id,
        clients.c.tier,
        func.count().label("many"),
        func.sum(case((func.substr(clients.c.market, 1, 2) == bindparam("country"), 1), else_=0)).label(
            "in_market"
        ),
        func.sum(case((clients.c.new_until > bindparam("now", type_=Moment()), 1), else_=0)).label("taken"),
    )
    .where(
        within(
            clients,
            ~clients.c.archived,
            clients.c.owner_id.is_not(None),
            clients.c.status != Status.ON_HOLD.value,
        )
    )
    .group_by(clients.c.owner_id, clients.c.tier)
)


@dataclass(frozen=True, slots=True)
class SqlFit:
    scope: Scope
    families: Families

    def declared(self, member_id: int) -> Declared:
        query = select(member_strengths).where(
            self.scope.of(member_strengths, member_strengths.c.member_id == member_id)
        )
        row = self.scope.connection.execute(query).first()
        return NOTHING if row is None else _declared(row)

    def all_declared(self) -> Mapping[int, Declared]:
        query = select(member_strengths).where(self.scope.of(member_strengths))
        return {row.member_id: _declared(row) for row in self.scope.connection.execute(query)}

    def declare(self, member_id: int, said: Declared, *, at: datetime) -> None:
        values = {
            "strengths": sorted(said.strengths),
            "languages": list(said.languages),
            "markets": list(said.markets),
            "sectors": list(said.sectors),
            "capacity": said.capacity,
            "changed_at": at,
        }
        if (
            self.scope.insert_new(member_strengths, ("member_id",), {"member_id": member_id, **values})
            is None
        ):
            self.scope.connection.execute(
                update(member_strengths)
                .where(self.scope.of(member_strengths, member_strengths.c.member_id == member_id))
                .values(values)
            )

    def exclusions(self, client_ids: Collection[int]) -> Mapping[int, Mapping[int, Because]]:
        found: dict[int, dict[int, Because]] = {}
        wanted: dict[int, list[int]] = {}
        for client_id in client_ids:
            for one_with_it in self.families.clients(client_id):
                wanted.setdefault(one_with_it, []).append(client_id)
        for some in _parts(sorted(wanted)):
            query = select(
                client_exclusions.c.client_id, client_exclusions.c.member_id, client_exclusions.c.because
            ).where(self.scope.of(client_exclusions, client_exclusions.c.client_id.in_(some)))
            for row in self.scope.connection.execute(query):
                for client_id in wanted[row.client_id]:
                    found.setdefault(client_id, {})[row.member_id] = Because(row.because)
        return found

    def exclude(
        self, client_id: int, member_id: int, because: Because, *, by: int | None, at: datetime
    ) -> None:
        self.allow(client_id, member_id)
        self.scope.connection.execute(
            insert(client_exclusions).values(
                workspace_id=self.scope.workspace_id,
                client_id=client_id,
                member_id=member_id,
                because=because.value,
                by_id=by,
                at=at,
            )
        )

    def allow(self, client_id: int, member_id: int) -> bool:
        statement = delete(client_exclusions).where(
            self.scope.of(
                client_exclusions,
                client_exclusions.c.client_id.in_(self.families.clients(client_id)),
                client_exclusions.c.member_id == member_id,
            )
        )
        return self.scope.connection.execute(statement).rowcount > 0

    def burdens(self, country: str, now: datetime) -> Mapping[int, Burden]:
        tiers: dict[int, dict[Tier, int]] = {}
        sums: dict[int, tuple[int, int]] = {}
        for row in self.scope.run(_BURDENS, country=country, now=now):
            tiers.setdefault(row.owner_id, {})[Tier(row.tier)] = row.many
            in_market, taken = sums.get(row.owner_id, (0, 0))
            sums[row.owner_id] = in_market + int(row.in_market), taken + int(row.taken)
        return {owner_id: Burden(counted, *sums[owner_id]) for owner_id, counted in tiers.items()}

    def touched(self, client_ids: Collection[int], since: datetime) -> Mapping[int, Mapping[int, Touched]]:
        found: dict[int, dict[int, Touched]] = {}
        for some in _parts(sorted(client_ids)):
            query = (
                select(
                    touches.c.client_id,
                    touches.c.member_id,
                    func.count().label("many"),
                    func.max(touches.c.at, type_=Moment()).label("last"),
                )
                .where(
                    self.scope.of(
                        touches,
                        touches.c.client_id.in_(some),
                        touches.c.at >= since,
                        touches.c.withdrawn_at.is_(None),
                    )
                )
                .group_by(touches.c.client_id, touches.c.member_id)
            )
            for row in self.scope.connection.execute(query):
                found.setdefault(row.client_id, {})[row.member_id] = Touched(row.many, row.last)
        return found

    def languages(self, client_ids: Collection[int]) -> Mapping[int, Mapping[str, int]]:
        found: dict[int, dict[str, int]] = {}
        for some in _parts(sorted(client_ids)):
            query = (
                select(contacts.c.client_id, contacts.c.language, func.count().label("many"))
                .where(
                    self.scope.of(
                        contacts, contacts.c.client_id.in_(some), contacts.c.active, contacts.c.language != ""
                    )
                )
                .group_by(contacts.c.client_id, contacts.c.language)
            )
            for row in self.scope.connection.execute(query):
                found.setdefault(row.client_id, {})[row.language] = row.many
        return found

    def away(self, first: date, last: date) -> Sequence[Absence]:
        query = (
            select(absences)
            .where(self.scope.of(absences, absences.c.last >= first, absences.c.first <= last))
            .order_by(absences.c.member_id, absences.c.first, absences.c.id)
        )
        return [rows.absence(row) for row in self.scope.connection.execute(query)]


def _declared(row: Any) -> Declared:
    return Declared(
        strengths=frozenset(Strength(each) for each in row.strengths if each in set(Strength)),
        languages=tuple(row.languages),
        markets=tuple(row.markets),
        sectors=tuple(row.sectors),
        capacity=row.capacity,
    )


def _parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[start : start + _AT_ONCE] for start in range(0, len(numbers), _AT_ONCE))
