"""Remembers clients and their names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from bot.domain.addresses import Address
from bot.domain.cadence import Moments
from bot.domain.clients import Client, Part
from bot.domain.lookup import NamedClient, Nearness, Via
from bot.domain.names import fold, normalise
from bot.ports import NewClient
from storage import rows
from storage.names import NameIndex
from storage.repository import Scope, within
from storage.schema import client_channels, client_names, client_team, clients, workspaces
from storage.through import names_of_people, through_people
from storage.types import Moment

_INSERT = insert(clients).returning(clients.c.id)
_LONGEST_NAME_IN_WORDS = 8
_LONGEST_KEY = 255

_BY_ID = select(clients).where(within(clients, clients.c.id == bindparam("client")))
# SQLite has one writer at a time, who holds everything; there the clause is left out.
_HELD = _BY_ID.with_for_update()
_ALIASES = (
    select(client_names.c.name)
    .where(
        within(
            client_names,
            client_names.c.client_id == bindparam("client"),
            client_names.c.alias,
            ~client_names.c.removed,
        )
    )
    .order_by(client_names.c.id)
)
_OWNED = select(clients).where(within(clients, clients.c.owner_id == bindparam("owner"), ~clients.c.archived))
_FIRST_OWNED = _OWNED.order_by(clients.c.due_at, clients.c.id).limit(bindparam("most"))
_DUE = (
    _OWNED.where(
        clients.c.due_at <= bindparam("now"),
        or_(clients.c.snoozed_until.is_(None), clients.c.snoozed_until <= bindparam("now")),
    )
    .order_by(clients.c.neglected_at, clients.c.id)
    .limit(bindparam("most"))
)
_COUNTED = (
    select(func.count())
    .select_from(clients)
    .where(within(clients, clients.c.owner_id == bindparam("owner"), ~clients.c.archived))
)
_NAMED = (
    select(
        clients.c.id,
        clients.c.name,
        clients.c.market,
        clients.c.owner_id,
        func.min(client_names.c.name).label("matched"),
    )
    .join(
        client_names,
        (client_names.c.workspace_id == clients.c.workspace_id) & (client_names.c.client_id == clients.c.id),
    )
    .where(
        within(clients, client_names.c.key == bindparam("key"), ~client_names.c.removed, ~clients.c.archived)
    )
    .group_by(clients.c.id, clients.c.name, clients.c.market, clients.c.owner_id)
    .order_by(clients.c.name, clients.c.id)
)
_KNOWN_KEYS = select(client_names.c.key).where(
    within(client_names, client_names.c.key.in_(bindparam("keys", expanding=True)), ~client_names.c.removed)
)
_COUNTED_ALL = select(
    func.count().label("all_of_them"), func.count().filter(clients.c.owner_id.is_(None)).label("unowned")
).where(within(clients, ~clients.c.archived))
_AFTER = (
    select(clients)
    .where(within(clients, clients.c.id > bindparam("client"), ~clients.c.archived))
    .order_by(clients.c.id)
    .limit(bindparam("most"))
)
_SNOOZED = (
    select(clients)
    .where(
        within(
            clients,
            clients.c.owner_id == bindparam("owner"),
            clients.c.snoozed_until > bindparam("now"),
            ~clients.c.archived,
        )
    )
    .order_by(clients.c.snoozed_until, clients.c.id)
    .limit(bindparam("most"))
)
_CHANGE = update(clients).where(within(clients, clients.c.id == bindparam("client")))
_ACTED_ON: dict[str, Any] = {"named_to": None, "named_at": None, "named_times": 0, "gives_way_until": None}
"""What is written of a client when it is acted on: no digest has named it since."""
_THESE = clients.c.id.in_(bindparam("clients", expanding=True))
_HELD_ALL = select(clients.c.id).where(within(clients, _THESE)).order_by(clients.c.id).with_for_update()
_AT: ColumnElement[Any] = bindparam("at", type_=Moment())
_READER: ColumnElement[int] = bindparam("reader", type_=clients.c.named_to.type)
_OFTEN: ColumnElement[int] = bindparam("often", type_=clients.c.named_times.type)
_KNOWN = and_(
    clients.c.named_to == _READER,
    clients.c.due_at <= clients.c.named_at,
    or_(clients.c.neglected_at > _AT, clients.c.neglected_at <= clients.c.named_at),
)
_GIVES_WAY = and_(_KNOWN, clients.c.gives_way_until > _AT)
_TIMES = case(
    (and_(_KNOWN, or_(clients.c.gives_way_until.is_(None), _GIVES_WAY)), clients.c.named_times + 1), else_=1
)
# Named while it gives way, because there was room: that makes it give way no longer.
_NAMED_IN_VAIN = (
    update(clients)
    .where(within(clients, _THESE, clients.c.due_at <= _AT, ~clients.c.archived))
    .values(
        named_to=_READER,
        named_at=_AT,
        named_times=_TIMES,
        gives_way_until=case(
            (_GIVES_WAY, clients.c.gives_way_until),
            (_OFTEN <= _TIMES, bindparam("until", type_=Moment())),
            else_=None,
        ),
    )
)


@dataclass(slots=True)
class SqlClients:
    scope: Scope
    index: NameIndex
    _names_version: int | None = field(default=None, init=False)

    def get(self, client_id: int) -> Client | None:
        client = self._one(_BY_ID, client_id)
        while client is not None and client.merged_into_id is not None:
            client = self._one(_BY_ID, client.merged_into_id)
        return client

    def itself(self, client_id: int) -> Client | None:
        return self._one(_BY_ID, client_id)

    def hold(self, client_id: int) -> Client | None:
        client = self._one(_HELD, client_id)
        while client is not None and client.merged_into_id is not None:
            client = self._one(_HELD, client.merged_into_id)
        return client

    def hold_names(self) -> None:
        self._next_names_version()

    def add(self, new: NewClient, *, created_at: datetime) -> int:
        client_id: int = self.scope.connection.execute(
            _INSERT,
            {
                "workspace_id": self.scope.workspace_id,
                "created_at": created_at,
                "last_conversation_at": new.spoke_before_at,
                **_description(new),
            },
        ).scalar_one()
        self._write_names(client_id, new)
        return client_id

    def update(self, client_id: int, new: NewClient, *, version: int | None = None) -> bool:
        still = () if version is None else (clients.c.version == version,)
        changed = self.scope.connection.execute(
            update(clients)
            .where(self.scope.of(clients, clients.c.id == client_id, *still))
            .values(version=clients.c.version + 1, **_description(new))
        )
        if changed.rowcount != 1:
            return False
        named = select(client_names.c.name, client_names.c.alias).where(
            self.scope.of(client_names, client_names.c.client_id == client_id, ~client_names.c.removed)
        )
        held = {(name, alias) for name, alias in self.scope.connection.execute(named)}
        if held != set(_named(new)):
            self.scope.connection.execute(
                update(client_names)
                .where(self.scope.of(client_names, client_names.c.client_id == client_id))
                .values(removed=True, version=self._next_names_version())
            )
            self._write_names(client_id, new)
        return True

    def archive(self, client_id: int, *, at: datetime | None, merged_into_id: int | None = None) -> bool:
        self._next_names_version()  # who looks clients up by name learns of it
        statement = (
            update(clients)
            .where(
                self.scope.of(
                    clients,
                    clients.c.id == client_id,
                    clients.c.archived if at is None else ~clients.c.archived,
                )
            )
            .values(
                archived=at is not None,
                archived_at=at,
                merged_into_id=merged_into_id,
                version=clients.c.version + 1,
                **_ACTED_ON,
            )
        )
        return self.scope.connection.execute(statement).rowcount == 1

    def set_complaint(self, client_id: int, at: datetime | None) -> None:
        self.scope.run(_CHANGE, client=client_id, complaint_at=at)

    def decline_rhythm(self, client_id: int, days: int) -> None:
        self.scope.run(_CHANGE, client=client_id, rhythm_declined=days)

    def team(self, client_id: int) -> Mapping[Part, int]:
        query = select(client_team.c.part, client_team.c.member_id).where(
            self.scope.of(client_team, client_team.c.client_id == client_id)
        )
        return {Part(row.part): row.member_id for row in self.scope.connection.execute(query)}

    def set_team(self, client_id: int, part: Part, member_id: int | None) -> None:
        held = self.scope.of(
            client_team, client_team.c.client_id == client_id, client_team.c.part == part.value
        )
        self.scope.connection.execute(delete(client_team).where(held))
        if member_id is not None:
            self.scope.insert_new(
                client_team,
                ("client_id", "part"),
                {"client_id": client_id, "part": part.value, "member_id": member_id},
            )

    def channels(self, client_id: int) -> Sequence[str]:
        query = (
            select(client_channels.c.channel_id)
            .where(self.scope.of(client_channels, client_channels.c.client_id == client_id))
            .order_by(client_channels.c.channel_id)
        )
        return list(self.scope.connection.execute(query).scalars())

    def set_channels(self, client_id: int, channel_ids: Sequence[str]) -> None:
        self.scope.connection.execute(
            delete(client_channels).where(
                self.scope.of(client_channels, client_channels.c.client_id == client_id)
            )
        )
        for channel_id in channel_ids:
            self.scope.insert_new(
                client_channels,
                ("channel_id", "client_id"),
                {"channel_id": channel_id, "client_id": client_id},
            )

    def archived(self, owner_id: int | None, limit: int) -> Sequence[Client]:
        owned = () if owner_id is None else (clients.c.owner_id == owner_id,)
        query = (
            select(clients)
            .where(self.scope.of(clients, clients.c.archived, clients.c.merged_into_id.is_(None), *owned))
            .order_by(clients.c.archived_at.desc(), clients.c.id.desc())
            .limit(limit)
        )
        return [rows.client(row) for row in self.scope.connection.execute(query)]

    def of_channel(self, channel_id: str) -> Sequence[Client]:
        spoken_with = select(client_channels.c.client_id).where(
            self.scope.of(client_channels, client_channels.c.channel_id == channel_id)
        )
        query = (
            select(clients)
            .where(self.scope.of(clients, clients.c.id.in_(spoken_with), ~clients.c.archived))
            .order_by(clients.c.name, clients.c.id)
        )
        return [rows.client(row) for row in self.scope.connection.execute(query)]

    def of_owner(self, owner_id: int, limit: int) -> Sequence[Client]:
        return [rows.client(row) for row in self.scope.run(_FIRST_OWNED, owner=owner_id, most=limit)]

    def count_of_owner(self, owner_id: int) -> int:
        count: int = self.scope.run(_COUNTED, owner=owner_id).scalar_one()
        return count

    def count(self) -> tuple[int, int]:
        row = self.scope.run(_COUNTED_ALL).one()
        return row.all_of_them, row.unowned

    def after(self, client_id: int, limit: int) -> Sequence[Client]:
        return [rows.client(row) for row in self.scope.run(_AFTER, client=client_id, most=limit)]

    def snoozed(self, owner_id: int, now: datetime, limit: int) -> Sequence[Client]:
        return [rows.client(row) for row in self.scope.run(_SNOOZED, owner=owner_id, now=now, most=limit)]

    def due(self, owner_id: int, now: datetime, limit: int) -> Sequence[Client]:
        return [rows.client(row) for row in self.scope.run(_DUE, owner=owner_id, now=now, most=limit)]

    def set_clock(self, client: Client, moments: Moments | None, *, acted_on: bool = False) -> None:
        self.scope.run(
            _CHANGE,
            client=client.id,
            last_conversation_at=client.last_conversation_at,
            last_one_way_at=client.last_one_way_at,
            missed_at=client.missed_at,
            snoozes=client.snoozes,
            due_at=None if moments is None else moments.due_at,
            neglected_at=None if moments is None else moments.neglected_at,
            **(_ACTED_ON if acted_on else {}),
        )

    def snooze(self, client_id: int, until: datetime | None, *, reason: str | None, count: int) -> None:
        put_off = {"snoozed_until": until, "snooze_reason": reason, "snoozes": count}
        self.scope.run(_CHANGE, client=client_id, **put_off, **_ACTED_ON)

    def hold_all(self, client_ids: Collection[int]) -> None:
        if self.scope.connection.dialect.name != "sqlite":
            self.scope.run(_HELD_ALL, clients=list(client_ids)).all()

    def named_in_vain(
        self, client_ids: Collection[int], reader_id: int, *, at: datetime, often: int, until: datetime
    ) -> None:
        self.scope.run(
            _NAMED_IN_VAIN, clients=list(client_ids), reader=reader_id, at=at, often=often, until=until
        )

    def named(self, name: str) -> Sequence[NamedClient]:
        key = _key(name)
        return [
            NamedClient(
                row.id,
                row.name,
                row.matched,
                100.0,
                via=Via.NAME if _key(row.name) == key else Via.ALIAS,
                market=row.market,
                owner_id=row.owner_id,
            )
            for row in self.scope.run(_NAMED, key=key)
        ]

    def similar(self, name: str, *, owner_id: int | None, limit: int) -> Sequence[NamedClient]:
        return self.index.similar(
            self.scope.connection,
            self.scope.workspace_id,
            name,
            owner_id=owner_id,
            limit=limit,
            committed=self._names_version is None,
        )

    def through_people(
        self,
        typed: str,
        address: Address | None,
        *,
        owner_id: int | None,
        limit: int,
        nearness: Nearness = Nearness.SLIPS,
    ) -> Sequence[NamedClient]:
        return through_people(self.scope, typed, address, owner_id=owner_id, limit=limit, nearness=nearness)

    def longest_name(self, words: Sequence[str], *, people: bool = False) -> int:
        keys = {
            count: _key(" ".join(words[:count]))
            for count in range(1, min(len(words), _LONGEST_NAME_IN_WORDS) + 1)
        }
        known = set(self.scope.run(_KNOWN_KEYS, keys=sorted(set(keys.values()))).scalars())
        longest = max((count for count, key in keys.items() if key in known), default=0)
        if people:
            folded = {
                count: fold(" ".join(words[:count]))[:_LONGEST_KEY] for count in keys if count > longest
            }
            met = names_of_people(self.scope, list(folded.values()))
            longest = max((count for count, key in folded.items() if key in met), default=longest)
        return longest

    def _one(self, query: Select[Any], client_id: int) -> Client | None:
        row = self.scope.run(query, client=client_id).first()
        if row is None:
            return None
        return rows.client(row, tuple(self.scope.run(_ALIASES, client=client_id).scalars()))

    def _write_names(self, client_id: int, new: NewClient) -> None:
        version = self._next_names_version()
        self.scope.connection.execute(
            insert(client_names),
            [
                {
                    "workspace_id": self.scope.workspace_id,
                    "client_id": client_id,
                    "name": name,
                    "key": _key(name),
                    "alias": alias,
                    "version": version,
                }
                for name, alias in _named(new)
            ],
        )

    def _next_names_version(self) -> int:
        """One version for all names that this transaction writes; taking it makes other writers of names wait."""
        if self._names_version is None:
            self._names_version = self.scope.connection.execute(
                update(workspaces)
                .where(workspaces.c.id == self.scope.workspace_id)
                .values(names_version=workspaces.c.names_version + 1)
                .returning(workspaces.c.names_version)
            ).scalar_one()
        return self._names_version


def _key(name: str) -> str:
    """What a name is found by, as much of it as the column holds: some letters are spelt out, "㏒" as "log"."""
    return normalise(name)[:_LONGEST_KEY]


def _named(new: NewClient) -> list[tuple[str, bool]]:
    return [(new.name, False), *((alias, True) for alias in new.aliases)]


def _description(new: NewClient) -> dict[str, Any]:
    return {
        "name": new.name,
        "owner_id": new.owner_id,
        "tier": new.tier.value,
        "market": new.market,
        "currency": new.currency,
        "cadence_days": new.cadence_days,
        "spoke_before_at": new.spoke_before_at,
        "new_until": new.new_until,
        "calm_until": new.calm_until,
        "status": new.status.value,
        "zone": new.zone,
        "hours": null() if new.hours is None else rows.hours_kept(new.hours),
        "own_holidays": [day.isoformat() for day in new.own_holidays] or null(),
        "sector": new.sector,
        "price_floor": None if new.price_floor is None else new.price_floor.amount,
        "offerings": list(new.offerings) or null(),
        "relation_since": new.relation_since,
        "contract_on": new.contract_on,
        "renews_on": new.renews_on,
        "import_id": new.import_id,
    }
