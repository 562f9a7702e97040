"""Finding clients by name: exact through an index of the database, near misses through postings in memory.

The names of a workspace are held in memory and brought up to date from the rows that changed since the last look-up,
so that several processes agree without talking to each other. Few names are read while somebody waits; many are read
by a thread of their own, and until it is done the database answers with what begins as typed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, and_, bindparam, select
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.lookup import NamedClient, Via
from bot.domain.names import normalise
from storage.repository import begins, within
from storage.schema import client_names, clients, workspaces

if TYPE_CHECKING:
    from storage.postings import Hit, Names

_log = logging.getLogger(__name__)

_READ_AT_ONCE = 20_000
"""As many changed names are read while somebody waits (a quarter of a second); more are read in the background."""
_BATCH = 5_000
_SPARE = 4
"""Clients asked for beyond those wanted, because some may be archived."""
_BEGUN_AT_MOST = 100
_OWN_AT_MOST = 1000

_VERSION = select(workspaces.c.names_version).where(workspaces.c.id == bindparam("workspace"))
# The sum keeps a planner from an index of workspaces, for which it would sort all names anew for every batch.
_ALL = (
    select(client_names.c.id, client_names.c.client_id, client_names.c.key, client_names.c.removed)
    .where(client_names.c.workspace_id + 0 == bindparam("workspace"), client_names.c.id > bindparam("after"))
    .order_by(client_names.c.id)
    .limit(_BATCH)
)
_CHANGED = (
    select(client_names.c.id, client_names.c.client_id, client_names.c.key, client_names.c.removed)
    .where(within(client_names, client_names.c.version > bindparam("version")))
    .limit(_READ_AT_ONCE + 1)
)
_SHOWN = (
    select(
        client_names.c.id.label("name_id"),
        client_names.c.client_id,
        client_names.c.key,
        client_names.c.name.label("matched"),
        client_names.c.alias,
        clients.c.name,
        clients.c.owner_id,
        clients.c.market,
    )
    .select_from(clients)
    .join(
        client_names,
        and_(client_names.c.workspace_id == clients.c.workspace_id, client_names.c.client_id == clients.c.id),
    )
    .where(~clients.c.archived, ~client_names.c.removed)
)
_FOUND = _SHOWN.where(within(clients, clients.c.id.in_(bindparam("clients", expanding=True))))
# Asked for by themselves: a planner without statistics would rather read all names.
_OWNED = (
    select(clients.c.id)
    .where(within(clients, clients.c.owner_id == bindparam("owner"), ~clients.c.archived))
    .limit(_OWN_AT_MOST)
)


@dataclass(slots=True)
class _Held:
    """What is known of one workspace; `lock` is held while its names are read or changed, never by another's."""

    lock: Lock = field(default_factory=Lock)
    names: Names | None = None
    loading: Event | None = None


class NameIndex:
    """The names of every workspace this process has looked up; safe to use from several threads."""

    def __init__(self, reader: Engine) -> None:
        self._reader = reader
        self._lock = Lock()
        self._of: dict[int, _Held] = {}

    def similar(
        self,
        connection: Connection,
        workspace_id: int,
        name: str,
        *,
        owner_id: int | None,
        limit: int,
        committed: bool,
    ) -> list[NamedClient]:
        """Clients that `name` may mean, best first, each once; archived ones are left out.

        `committed` says that this transaction has changed no names: only then may the index learn from it, for
        what is rolled back must not be remembered. As long as the names are not read in, the database answers and
        nothing is sure.
        """
        key = normalise(name)
        if not key:
            return []
        held = self._held(workspace_id)
        with held.lock:
            names = self._fresh(held, connection, workspace_id) if committed else held.names
            if names is not None:
                hits, overflow = names.find(key)
                found = [(names.client_ids[hit.row], names.name_ids[hit.row], hit) for hit in hits]
        if names is None:
            return _begun(connection, workspace_id, key, owner_id, limit)
        best = _described(connection, workspace_id, found, owner_id, limit)
        if overflow and owner_id is not None:
            # More begin so than were read; those of whoever asks must not be missing for it.
            best |= {
                c.client_id: c
                for c in _own(connection, workspace_id, key, owner_id)
                if c.client_id not in best
            }
        return _ranked(best.values(), limit)

    def warm(self, workspace_id: int) -> None:
        """Read the names of a workspace now, and wait until that is done."""
        held = self._held(workspace_id)
        with held.lock:
            if held.names is None and held.loading is None:
                self._load_apart(held, workspace_id)
            loading = held.loading
        if loading is not None:
            loading.wait()

    def _held(self, workspace_id: int) -> _Held:
        with self._lock:
            return self._of.setdefault(workspace_id, _Held())

    def _fresh(self, held: _Held, connection: Connection, workspace_id: int) -> Names | None:
        """The names as they are now; None while too many of them are being read."""
        if held.loading is not None:
            return None
        version = connection.execute(_VERSION, {"workspace": workspace_id}).scalar_one()
        names = held.names
        if names is not None and names.version == version:
            return names
        if names is None:
            from storage.postings import Names  # costs a tenth of a second, which not every start has to pay

            names = Names()
        asked = {"workspace": workspace_id, "version": names.version}
        changed = connection.execute(_CHANGED, asked).all()
        if len(changed) <= _READ_AT_ONCE and _learn(names, sorted(tuple(row) for row in changed)):
            names.version = version
            held.names = names
            return names
        self._load_apart(held, workspace_id)
        return None

    def _load_apart(self, held: _Held, workspace_id: int) -> None:
        held.loading = Event()
        Thread(target=self._load, args=(held, workspace_id), name="names", daemon=True).start()

    def _load(self, held: _Held, workspace_id: int) -> None:
        """Read all names into a new index; the old one is of no use meanwhile."""
        names = None
        try:
            with self._reader.begin() as connection:
                names = _read(connection, workspace_id)
        except SQLAlchemyError as error:
            # The next look-up tries again; until then the database answers.
            _log.warning("could not read the names of clients", extra={"error": type(error).__name__})
        with held.lock:
            held.names = names
            loading, held.loading = held.loading, None
        if loading is not None:
            loading.set()


def _read(connection: Connection, workspace_id: int) -> Names:
    from storage.postings import Names

    names = Names()
    version = connection.execute(_VERSION, {"workspace": workspace_id}).scalar_one()
    after = 0
    while batch := connection.execute(_ALL, {"workspace": workspace_id, "after": after}).all():
        _learn(names, [tuple(row) for row in batch])
        after = batch[-1].id
    names.version = version
    return names


def _learn(names: Names, rows: Iterable[tuple[Any, ...]]) -> bool:
    """Take rows of names in, in the order of their ids; False when one came out of order."""
    return all(
        names.put(name_id, client_id, "" if removed else key) for name_id, client_id, key, removed in rows
    )


def _described(
    connection: Connection,
    workspace_id: int,
    found: Sequence[tuple[int, int, Hit]],
    owner_id: int | None,
    limit: int,
) -> dict[int, NamedClient]:
    """The clients behind names, each with the name that came nearest, until there are enough.

    `found` holds client, name and hit, best first.
    """
    nearest: dict[int, tuple[int, Hit]] = {}
    for client_id, name_id, hit in found:
        nearest.setdefault(client_id, (name_id, hit))
    best: dict[int, NamedClient] = {}
    wanted = list(nearest)
    while wanted and len(best) < limit:
        part, wanted = wanted[: limit + _SPARE], wanted[limit + _SPARE :]
        for row in connection.execute(_FOUND, {"workspace": workspace_id, "clients": part}):
            name_id, hit = nearest[row.client_id]
            if row.name_id == name_id:
                via = Via.INITIALS if hit.by_initials else _via(row)
                best[row.client_id] = _client(row, hit.score, hit.sure, via, owner_id)
    return best


def _begun(
    connection: Connection, workspace_id: int, key: str, owner_id: int | None, limit: int
) -> list[NamedClient]:
    """Clients of which a name begins as typed, or as its first word: what the database finds without an index."""
    best: dict[int, NamedClient] = {}
    for begun in dict.fromkeys((key, key.split()[0])):
        query = (
            _SHOWN.where(
                clients.c.workspace_id == workspace_id,
                client_names.c.workspace_id == workspace_id,
                begins(connection, client_names.c.key, begun),
            )
            .order_by(client_names.c.key)
            .limit(_BEGUN_AT_MOST)
        )
        _take(best, connection.execute(query), key, owner_id)
    if owner_id is not None:
        best |= {
            c.client_id: c for c in _own(connection, workspace_id, key, owner_id) if c.client_id not in best
        }
    return _ranked(best.values(), limit)


def _own(connection: Connection, workspace_id: int, key: str, owner_id: int) -> list[NamedClient]:
    """The owner's clients of which some word of a name begins as typed."""
    owned = connection.execute(_OWNED, {"workspace": workspace_id, "owner": owner_id}).scalars().all()
    found = connection.execute(_FOUND, {"workspace": workspace_id, "clients": owned}) if owned else ()
    best: dict[int, NamedClient] = {}
    _take(best, (row for row in found if f" {row.key}".find(f" {key}") >= 0), key, owner_id)
    return list(best.values())


def _take(best: dict[int, NamedClient], rows: Iterable[Any], key: str, owner_id: int | None) -> None:
    from storage.likeness import Asked  # for the same reason

    asked = Asked(key)
    for row in rows:
        score, _ = asked.like(row.key)
        held = best.get(row.client_id)
        if held is None or score > held.score:
            # What is not read in may hold somebody nearer: nothing but the very name is sure.
            best[row.client_id] = _client(row, score, row.key == key, _via(row), owner_id)


def _via(row: Any) -> Via:
    return Via.ALIAS if row.alias else Via.NAME


def _client(row: Any, score: float, sure: bool, via: Via, owner_id: int | None) -> NamedClient:
    return NamedClient(
        row.client_id,
        row.name,
        row.matched,
        score,
        own=owner_id is not None and row.owner_id == owner_id,
        via=via,
        sure=sure,
        market=row.market,
        owner_id=row.owner_id,
    )


def _ranked(found: Iterable[NamedClient], limit: int) -> list[NamedClient]:
    """The likest, and in their place those of whoever asks where more are alike than fit."""
    return sorted(found, key=lambda c: (-c.score, not c.own, c.client_id))[:limit]
