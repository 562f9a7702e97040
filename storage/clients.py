"""Remembers clients and their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, or_, select, update

from bot.domain.cadence import Moments
from bot.domain.clients import Client
from bot.domain.lookup import NamedClient
from bot.domain.names import normalise
from bot.ports import NewClient
from storage import rows
from storage.names import NameIndex
from storage.repository import Scope
from storage.schema import client_names, clients, workspaces

_LONGEST_NAME_IN_WORDS = 8
_LONGEST_KEY = 255


@dataclass(slots=True)
class SqlClients:
    scope: Scope
    index: NameIndex
    _names_version: int | None = field(default=None, init=False)

    def get(self, client_id: int) -> Client | None:
        row = self.scope.connection.execute(
            select(clients).where(self.scope.of(clients, clients.c.id == client_id))
        ).first()
        return None if row is None else rows.client(row, self._aliases(client_id))

    def hold(self, client_id: int) -> Client | None:
        # SQLite has one writer at a time, who holds everything; there the clause is left out.
        row = self.scope.connection.execute(
            select(clients).where(self.scope.of(clients, clients.c.id == client_id)).with_for_update()
        ).first()
        return None if row is None else rows.client(row, self._aliases(client_id))

    def hold_names(self) -> None:
        self._next_names_version()

    def add(self, new: NewClient, *, created_at: datetime) -> int:
        client_id: int = self.scope.connection.execute(
            insert(clients)
            .values(
                workspace_id=self.scope.workspace_id,
                created_at=created_at,
                spoke_before_at=new.spoke_before_at,
                last_conversation_at=new.spoke_before_at,
                new_until=new.new_until,
                calm_until=new.calm_until,
                **_description(new),
            )
            .returning(clients.c.id)
        ).scalar_one()
        self._write_names(client_id, new)
        return client_id

    def update(self, client_id: int, new: NewClient) -> None:
        self.scope.connection.execute(
            update(clients).where(self.scope.of(clients, clients.c.id == client_id)).values(_description(new))
        )
        held = set(
            self.scope.connection.execute(
                select(client_names.c.name, client_names.c.alias).where(
                    self.scope.of(
                        client_names, client_names.c.client_id == client_id, ~client_names.c.removed
                    )
                )
            ).tuples()
        )
        if held != set(_named(new)):
            self.scope.connection.execute(
                update(client_names)
                .where(self.scope.of(client_names, client_names.c.client_id == client_id))
                .values(removed=True, version=self._next_names_version())
            )
            self._write_names(client_id, new)

    def of_owner(self, owner_id: int, limit: int) -> Sequence[Client]:
        return self._many(self._owned(owner_id).order_by(clients.c.due_at, clients.c.id).limit(limit))

    def count_of_owner(self, owner_id: int) -> int:
        query = (
            select(func.count())
            .select_from(clients)
            .where(self.scope.of(clients, clients.c.owner_id == owner_id, ~clients.c.archived))
        )
        return self.scope.connection.execute(query).scalar_one()

    def due(self, owner_id: int, now: datetime, limit: int) -> Sequence[Client]:
        query = self._owned(owner_id).where(
            clients.c.due_at <= now,
            or_(clients.c.snoozed_until.is_(None), clients.c.snoozed_until <= now),
        )
        return self._many(query.order_by(clients.c.neglected_at, clients.c.id).limit(limit))

    def set_clock(self, client: Client, moments: Moments) -> None:
        self.scope.connection.execute(
            update(clients)
            .where(self.scope.of(clients, clients.c.id == client.id))
            .values(
                last_conversation_at=client.last_conversation_at,
                last_one_way_at=client.last_one_way_at,
                snoozes=client.snoozes,
                due_at=moments.due_at,
                neglected_at=moments.neglected_at,
            )
        )

    def snooze(self, client_id: int, until: datetime | None, *, reason: str | None, count: int) -> None:
        self.scope.connection.execute(
            update(clients)
            .where(self.scope.of(clients, clients.c.id == client_id))
            .values(snoozed_until=until, snooze_reason=reason, snoozes=count)
        )

    def named(self, name: str) -> Sequence[NamedClient]:
        query = (
            select(clients.c.id, clients.c.name, func.min(client_names.c.name).label("matched"))
            .join(
                client_names,
                (client_names.c.workspace_id == clients.c.workspace_id)
                & (client_names.c.client_id == clients.c.id),
            )
            .where(
                self.scope.of(
                    clients,
                    client_names.c.key == _key(name),
                    ~client_names.c.removed,
                    ~clients.c.archived,
                )
            )
            .group_by(clients.c.id, clients.c.name)
            .order_by(clients.c.name, clients.c.id)
        )
        return [
            NamedClient(row.id, row.name, row.matched, 100.0) for row in self.scope.connection.execute(query)
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

    def longest_name(self, words: Sequence[str]) -> int:
        keys = {
            count: _key(" ".join(words[:count]))
            for count in range(1, min(len(words), _LONGEST_NAME_IN_WORDS) + 1)
        }
        known = set(
            self.scope.connection.execute(
                select(client_names.c.key).where(
                    self.scope.of(
                        client_names,
                        client_names.c.key.in_(set(keys.values())),
                        ~client_names.c.removed,
                    )
                )
            ).scalars()
        )
        return max((count for count, key in keys.items() if key in known), default=0)

    def _owned(self, owner_id: int) -> Select[Any]:
        return select(clients).where(
            self.scope.of(clients, clients.c.owner_id == owner_id, ~clients.c.archived)
        )

    def _many(self, query: Select[Any]) -> list[Client]:
        return [rows.client(row) for row in self.scope.connection.execute(query)]

    def _aliases(self, client_id: int) -> tuple[str, ...]:
        query = (
            select(client_names.c.name)
            .where(
                self.scope.of(
                    client_names,
                    client_names.c.client_id == client_id,
                    client_names.c.alias,
                    ~client_names.c.removed,
                )
            )
            .order_by(client_names.c.id)
        )
        return tuple(self.scope.connection.execute(query).scalars())

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
    }
