"""Remembers imports, and reads and writes the book many rows at a time.

What an import writes is packed beforehand: made into what the database driver takes, while nobody waits for the lock
that a writer of SQLite holds. Writing is then one statement for a thousand rows, driven by the driver itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import repeat
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.engine import Dialect

from bot.domain.cadence import Moments
from bot.domain.clients import Part
from bot.domain.contacts import domain_of
from bot.domain.history import ChangeKind, Subject
from bot.domain.imports import HeldClient, HeldContact, Import, Seen
from bot.domain.names import fold, normalise
from bot.ports import NewClient, NewContact, Packed, Spool
from storage import rows
from storage.repository import Scope, within
from storage.schema import (
    changes,
    client_channels,
    client_external_ids,
    client_names,
    client_team,
    clients,
    contact_external_ids,
    contacts,
    gift_checks,
    gift_requests,
    gifts_given,
    imports,
    meetings,
    policy_questions,
    promises,
    questions,
    touch_contacts,
    touches,
    workspaces,
)

_LONGEST_KEY = 255
_AT_ONCE = 5000

_CLIENT = (
    "owner_id", "name", "tier", "market", "currency", "cadence_days", "spoke_before_at", "last_conversation_at",
    "due_at", "neglected_at", "new_until", "calm_until", "status", "zone", "hours", "own_holidays", "sector",
    "price_floor", "offerings", "relation_since", "contract_on", "renews_on",
)  # fmt: skip
"""What is written of a client, new or changed; the owner first, who may still have to become a member."""
_CONTACT = (
    "name", "role", "email", "employer", "regimes", "jurisdiction", "language", "preferences", "key", "domain",
    "active", "left_at",
)  # fmt: skip

_NAMES = (
    select(client_names.c.key, client_names.c.client_id, client_names.c.name)
    .join(
        clients,
        and_(clients.c.workspace_id == client_names.c.workspace_id, clients.c.id == client_names.c.client_id),
    )
    .where(within(client_names, ~client_names.c.removed, ~clients.c.archived))
    .order_by(client_names.c.alias, client_names.c.id)
)


def _by_ids(table: Table, column: ColumnElement[Any], *order: ColumnElement[Any]) -> Select[Any]:
    return select(table).where(within(table, column.in_(bindparam("ids", expanding=True)))).order_by(*order)


_CLIENTS = _by_ids(clients, clients.c.id, clients.c.id)
_ALIASES = select(client_names.c.client_id, client_names.c.name).where(
    within(
        client_names,
        client_names.c.client_id.in_(bindparam("ids", expanding=True)),
        client_names.c.alias,
        ~client_names.c.removed,
    )
).order_by(client_names.c.id)  # fmt: skip
_TEAMS = _by_ids(client_team, client_team.c.client_id)
_CHANNELS = _by_ids(client_channels, client_channels.c.client_id, client_channels.c.channel_id)
_CLIENT_IDS = _by_ids(client_external_ids, client_external_ids.c.client_id, client_external_ids.c.external_id)
_CONTACTS = _by_ids(contacts, contacts.c.client_id, ~contacts.c.active, contacts.c.id)
_CONTACTS_BY_ID = _by_ids(contacts, contacts.c.id)
_CONTACT_IDS = _by_ids(
    contact_external_ids, contact_external_ids.c.contact_id, contact_external_ids.c.external_id
)


@dataclass(frozen=True, slots=True)
class SqlImports:
    scope: Scope

    # --- Imports --------------------------------------------------------------------------------------------

    def add(
        self, member_id: int | None, name: str, digest: str, counts: Mapping[str, int], at: datetime
    ) -> int:
        statement = (
            insert(imports)
            .values(
                workspace_id=self.scope.workspace_id,
                member_id=member_id,
                name=name[:255],
                digest=digest,
                counts=dict(counts),
                at=at,
            )
            .returning(imports.c.id)
        )
        import_id: int = self.scope.connection.execute(statement).scalar_one()
        return import_id

    def get(self, import_id: int) -> Import | None:
        return self._import(imports.c.id == import_id)

    def last(self, member_id: int | None) -> Import | None:
        own = () if member_id is None else (imports.c.member_id == member_id,)
        return self._import(imports.c.undone_at.is_(None), *own)

    def mark_undone(self, import_id: int, at: datetime) -> bool:
        statement = (
            update(imports)
            .where(self.scope.of(imports, imports.c.id == import_id, imports.c.undone_at.is_(None)))
            .values(undone_at=at)
        )
        return self.scope.connection.execute(statement).rowcount == 1

    def _import(self, *conditions: ColumnElement[bool]) -> Import | None:
        query = (
            select(imports).where(self.scope.of(imports, *conditions)).order_by(imports.c.id.desc()).limit(1)
        )
        row = self.scope.connection.execute(query).first()
        return None if row is None else rows.imported(row)

    # --- Reading --------------------------------------------------------------------------------------------

    def names_version(self) -> int:
        query = select(workspaces.c.names_version).where(workspaces.c.id == self.scope.workspace_id)
        version: int = self.scope.connection.execute(query).scalar_one()
        return version

    def names(self) -> Iterator[tuple[str, int, str]]:
        for row in self.scope.run(_NAMES).yield_per(_AT_ONCE):
            yield row.key, row.client_id, row.name

    def clients(self, client_ids: Sequence[int]) -> Sequence[HeldClient]:
        aliases = self._grouped(_ALIASES, client_ids, lambda row: (row.client_id, row.name))
        teams = self._grouped(_TEAMS, client_ids, lambda row: (row.client_id, (row.part, row.member_id)))
        channels = self._grouped(_CHANNELS, client_ids, lambda row: (row.client_id, row.channel_id))
        others = self._grouped(_CLIENT_IDS, client_ids, lambda row: (row.client_id, row.external_id))
        return [
            HeldClient(
                rows.client(row, tuple(aliases.get(row.id, ()))),
                {Part(part): member_id for part, member_id in teams.get(row.id, ())},
                tuple(channels.get(row.id, ())),
                tuple(others.get(row.id, ())),
            )
            for row in self._of(_CLIENTS, client_ids)
        ]

    def contacts(self, client_ids: Sequence[int]) -> Sequence[HeldContact]:
        return self._held(list(self._of(_CONTACTS, client_ids)))

    def clients_called(self, external_ids: Sequence[str]) -> Mapping[str, int]:
        query = (
            select(client_external_ids.c.external_id, client_external_ids.c.client_id)
            .join(
                clients,
                and_(
                    clients.c.workspace_id == client_external_ids.c.workspace_id,
                    clients.c.id == client_external_ids.c.client_id,
                ),
            )
            .where(
                within(
                    client_external_ids,
                    client_external_ids.c.external_id.in_(bindparam("ids", expanding=True)),
                    ~clients.c.archived,
                )
            )
        )
        return {row.external_id: row.client_id for row in self._of(query, external_ids)}

    def contacts_called(self, external_ids: Sequence[str]) -> Mapping[str, HeldContact]:
        query = select(contact_external_ids.c.contact_id).where(
            within(
                contact_external_ids,
                contact_external_ids.c.external_id.in_(bindparam("ids", expanding=True)),
            )
        )
        numbers = [row.contact_id for row in self._of(query, external_ids)]
        held = self._held(list(self._of(_CONTACTS_BY_ID, numbers)))
        return {external_id: one for one in held for external_id in one.external_ids}

    def of_reader(self, seen: Seen | None, after: int, limit: int) -> Sequence[int]:
        theirs: tuple[ColumnElement[bool], ...] = ()
        if seen is not None:
            stands_by = select(client_team.c.client_id).where(
                self.scope.of(client_team, client_team.c.member_id == seen.reader)
            )
            owned = clients.c.owner_id.in_(seen.owners)
            nobodys = (clients.c.owner_id.is_(None),) if seen.nobodys else ()
            theirs = (or_(owned, clients.c.id.in_(stands_by), *nobodys),)
        query = (
            select(clients.c.id)
            .where(self.scope.of(clients, clients.c.id > after, ~clients.c.archived, *theirs))
            .order_by(clients.c.id)
            .limit(limit)
        )
        return list(self.scope.connection.execute(query).scalars())

    def _held(self, found: Sequence[Any]) -> list[HeldContact]:
        others = self._grouped(
            _CONTACT_IDS, [row.id for row in found], lambda row: (row.contact_id, row.external_id)
        )
        return [HeldContact(rows.contact(row), tuple(others.get(row.id, ()))) for row in found]

    def _of(self, query: Select[Any], ids: Sequence[Any]) -> Iterator[Any]:
        for begin in range(0, len(ids), _AT_ONCE):
            yield from self.scope.run(query, ids=list(ids[begin : begin + _AT_ONCE]))

    def _grouped(
        self, query: Select[Any], ids: Sequence[int], pick: Callable[[Any], tuple[int, Any]]
    ) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = {}
        for row in self._of(query, ids):
            whose, what = pick(row)
            found.setdefault(whose, []).append(what)
        return found

    # --- Packing --------------------------------------------------------------------------------------------

    def pack_client(
        self,
        new: NewClient,
        moments: Moments | None,
        team: Mapping[Part, int],
        channels: Sequence[str],
        external_ids: Sequence[str],
        created_at: datetime,
    ) -> Packed:
        return (
            self._client(new, new.spoke_before_at, moments),
            _names(new),
            [(part.value, member_id) for part, member_id in team.items()],
            list(channels),
            list(external_ids),
            self._kept(clients, "created_at")(created_at),
        )

    def pack_client_change(
        self,
        held: HeldClient,
        new: NewClient,
        clock: tuple[datetime | None, Moments | None],
        team: Mapping[Part, int],
        channels: Sequence[str],
        external_ids: Sequence[str],
        facts: Mapping[str, Any],
    ) -> Packed:
        renamed = (new.name, new.aliases) != (held.client.name, held.client.aliases)
        return (
            (*self._client(new, *clock), held.client.version + 1),
            held.client.id,
            held.client.version,
            _names(new) if renamed else None,
            [(part.value, member_id) for part, member_id in team.items()] if team != held.team else None,
            list(channels) if tuple(channels) != held.channels else None,
            list(external_ids),
            json.dumps(facts),
        )

    def pack_name(self, client_id: int, name: str) -> Packed:
        return client_id, name, normalise(name)[:_LONGEST_KEY]

    def pack_contact(self, new: NewContact, external_id: str, left_at: datetime | None) -> Packed:
        return (new.client_id, self._contact(new, left_at), external_id)

    def pack_contact_change(
        self,
        held: HeldContact,
        new: NewContact,
        left_at: datetime | None,
        external_id: str,
        facts: Mapping[str, Any],
    ) -> Packed:
        contact = held.contact
        return (
            (
                *self._contact(new, left_at, contact.active or contact.left_at is not None),
                contact.version + 1,
            ),
            contact.id,
            contact.version,
            contact.client_id,
            external_id,
            json.dumps(facts),
        )

    def _client(self, new: NewClient, spoke_at: datetime | None, moments: Moments | None) -> Packed:
        moment = self._kept(clients, "due_at")
        return (
            new.owner_id,
            new.name,
            new.tier.value,
            new.market,
            new.currency,
            new.cadence_days,
            moment(new.spoke_before_at),
            moment(spoke_at),
            None if moments is None else moment(moments.due_at),
            None if moments is None else moment(moments.neglected_at),
            moment(new.new_until),
            moment(new.calm_until),
            new.status.value,
            new.zone,
            None if new.hours is None else json.dumps(rows.hours_kept(new.hours)),
            json.dumps([day.isoformat() for day in new.own_holidays]) if new.own_holidays else None,
            new.sector,
            None if new.price_floor is None else self._kept(clients, "price_floor")(new.price_floor.amount),
            json.dumps(list(new.offerings)) if new.offerings else None,
            *(
                None if day is None else self._kept(clients, name)(day)
                for name, day in (
                    ("relation_since", new.relation_since),
                    ("contract_on", new.contract_on),
                    ("renews_on", new.renews_on),
                )
            ),
        )

    def _contact(self, new: NewContact, left_at: datetime | None, there: bool = True) -> Packed:
        """`there` is False for somebody who left nobody knows when."""
        return (
            new.name,
            new.role,
            new.email,
            new.employer,
            json.dumps(list(new.regimes)) if new.regimes else "[]",
            new.jurisdiction,
            new.language,
            json.dumps(dict(new.preferences)) if new.preferences else None,
            fold(new.name)[:_LONGEST_KEY],
            domain_of(new.email),
            there and left_at is None,
            None if left_at is None else self._kept(contacts, "left_at")(left_at),
        )

    def _kept(self, table: Table, column: str) -> Callable[[Any], Any]:
        """How a value of that column is handed to the driver."""
        return _keeping(self.scope.connection.dialect, table.name, column)

    # --- Writing --------------------------------------------------------------------------------------------

    def write(
        self, import_id: int, spool: Spool, owners: Sequence[int], member_id: int | None, at: datetime
    ) -> bool:
        numbers = self._numbers(clients, spool.clients)
        newcomers = iter(numbers)
        noted = self._kept(changes, "at")(at)
        for packed in spool.packed("client"):
            self._write_clients(packed, newcomers, owners, import_id, member_id, noted)
        for packed in spool.packed("client_change"):
            if not self._change_clients(packed, owners, import_id, member_id, noted):
                return False
        for packed in spool.packed("name"):
            version = self._next_names_version()
            self._insert(
                client_names,
                ("workspace_id", "client_id", "name", "key", "alias", "version"),
                [
                    (self.scope.workspace_id, numbers[-1 - row[0]], row[1], row[2], True, version)
                    for row in packed
                ],
            )
        people = iter(self._numbers(contacts, spool.contacts))
        for packed in spool.packed("contact"):
            self._write_contacts(packed, numbers, people, import_id)
        for packed in spool.packed("contact_change"):
            if not self._change_contacts(packed, import_id, member_id, noted):
                return False
        return True

    def _write_clients(
        self,
        packed: Sequence[Packed],
        newcomers: Iterator[int],
        owners: Sequence[int],
        import_id: int,
        member_id: int | None,
        noted: Any,
    ) -> None:
        workspace, version = self.scope.workspace_id, self._next_names_version()
        placed = [
            (number, row) for row, number in zip(packed, newcomers, strict=False)
        ]  # takes no number too many
        self._insert(
            clients,
            ("id", "workspace_id", *_CLIENT, "created_at", "import_id"),
            [
                (number, workspace, _owner(row[0][0], owners), *row[0][1:], row[5], import_id)
                for number, row in placed
            ],
        )
        self._insert(
            client_names,
            ("workspace_id", "client_id", "name", "key", "alias", "version"),
            [(workspace, number, *name, version) for number, row in placed for name in row[1]],
        )
        self._attach(placed, owners)
        self._insert(
            changes,
            ("workspace_id", "subject", "subject_id", "client_id", "kind", "facts", "at", "member_id", "import_id"),
            [
                (
                    workspace, Subject.CLIENT.value, number, number, ChangeKind.ADDED.value, "{}", noted,
                    member_id, import_id,
                )
                for number, _ in placed
            ],
        )  # fmt: skip

    def _attach(self, placed: Iterable[tuple[int, Packed]], owners: Sequence[int]) -> None:
        """Team, channels and names in other systems of clients that have none yet."""
        workspace, found = self.scope.workspace_id, list(placed)
        self._insert(
            client_team,
            ("workspace_id", "client_id", "part", "member_id"),
            [
                (workspace, number, part, _owner(whose, owners))
                for number, row in found
                for part, whose in row[2]
            ],
        )
        self._insert(
            client_channels,
            ("workspace_id", "client_id", "channel_id"),
            [(workspace, number, channel) for number, row in found for channel in row[3]],
        )
        self._insert(
            client_external_ids,
            ("workspace_id", "client_id", "external_id"),
            [(workspace, number, called) for number, row in found for called in row[4]],
        )

    def _change_clients(
        self,
        packed: Sequence[Packed],
        owners: Sequence[int],
        import_id: int,
        member_id: int | None,
        noted: Any,
    ) -> bool:
        workspace = self.scope.workspace_id
        if not self._update(
            clients,
            (*_CLIENT, "version"),
            [(_owner(row[0][0], owners), *row[0][1:], workspace, row[1], row[2]) for row in packed],
        ):
            return False
        renamed = [row for row in packed if row[3] is not None]
        if renamed:
            version = self._next_names_version()
            self.scope.connection.execute(
                update(client_names)
                .where(self.scope.of(client_names, client_names.c.client_id.in_([row[1] for row in renamed])))
                .values(removed=True, version=version)
            )
            self._insert(
                client_names,
                ("workspace_id", "client_id", "name", "key", "alias", "version"),
                [(workspace, row[1], *name, version) for row in renamed for name in row[3]],
            )
        for table, at in ((client_team, 4), (client_channels, 5)):
            changed = [row[1] for row in packed if row[at] is not None]
            if changed:
                self.scope.connection.execute(
                    delete(table).where(self.scope.of(table, table.c.client_id.in_(changed)))
                )
        self._attach(((row[1], (None, None, row[4] or (), row[5] or (), row[6])) for row in packed), owners)
        self._note([(Subject.CLIENT, row[1], row[1], row[7]) for row in packed], import_id, member_id, noted)
        return True

    def _write_contacts(
        self, packed: Sequence[Packed], numbers: Sequence[int], people: Iterator[int], import_id: int
    ) -> None:
        workspace = self.scope.workspace_id
        placed = [(next(people), numbers[-1 - row[0]] if row[0] < 0 else row[0], row) for row in packed]
        self._insert(
            contacts,
            ("id", "workspace_id", "client_id", *_CONTACT, "import_id"),
            [(number, workspace, client, *row[1], import_id) for number, client, row in placed],
        )
        self._insert(
            contact_external_ids,
            ("workspace_id", "contact_id", "external_id"),
            [(workspace, number, row[2]) for number, _, row in placed if row[2]],
        )

    def _change_contacts(
        self, packed: Sequence[Packed], import_id: int, member_id: int | None, noted: Any
    ) -> bool:
        workspace = self.scope.workspace_id
        if not self._update(
            contacts, (*_CONTACT, "version"), [(*row[0], workspace, row[1], row[2]) for row in packed]
        ):
            return False
        self._insert(
            contact_external_ids,
            ("workspace_id", "contact_id", "external_id"),
            [(workspace, row[1], row[4]) for row in packed if row[4]],
        )
        self._note([(Subject.CONTACT, row[1], row[3], row[5]) for row in packed], import_id, member_id, noted)
        return True

    def _note(
        self,
        changed: Sequence[tuple[Subject, int, int, str]],
        import_id: int,
        member_id: int | None,
        noted: Any,
    ) -> None:
        workspace = self.scope.workspace_id
        self._insert(
            changes,
            ("workspace_id", "subject", "subject_id", "client_id", "kind", "facts", "at", "member_id", "import_id"),
            [
                (
                    workspace, subject.value, number, client, ChangeKind.EDITED.value, facts, noted, member_id,
                    import_id,
                )
                for subject, number, client, facts in changed
            ],
        )  # fmt: skip

    def _insert(self, table: Table, columns: Sequence[str], packed: Sequence[Packed]) -> None:
        if packed:
            mark = self._mark
            marks = ", ".join(repeat(mark, len(columns)))
            self.scope.connection.exec_driver_sql(
                f"insert into {table.name} ({', '.join(columns)}) values ({marks})",
                list(packed),
            )

    def _update(self, table: Table, columns: Sequence[str], packed: Sequence[Packed]) -> bool:
        """Whether all rows were still there, in the version in which they were read."""
        mark = self._mark
        changed = ", ".join(f"{column} = {mark}" for column in columns)
        done = self.scope.connection.exec_driver_sql(
            f"update {table.name} set {changed} where workspace_id = {mark} and id = {mark} and version = {mark}",
            list(packed),
        )
        return done.rowcount == len(packed)

    @property
    def _mark(self) -> str:
        return "?" if self.scope.connection.dialect.name == "sqlite" else "%s"

    def _numbers(self, table: Table, count: int) -> Sequence[int]:
        """So many new ids, which nobody else takes meanwhile."""
        if not count:
            return ()
        if self.scope.connection.dialect.name == "sqlite":
            query = select(func.coalesce(func.max(table.c.id), 0))
            first: int = self.scope.connection.execute(query).scalar_one()
            return range(first + 1, first + count + 1)
        sequence = func.pg_get_serial_sequence(table.name, "id")
        query = select(func.nextval(sequence)).select_from(func.generate_series(1, count))
        return list(self.scope.connection.execute(query).scalars())

    def _next_names_version(self) -> int:
        version: int = self.scope.connection.execute(
            update(workspaces)
            .where(workspaces.c.id == self.scope.workspace_id)
            .values(names_version=workspaces.c.names_version + 1)
            .returning(workspaces.c.names_version)
        ).scalar_one()
        return version

    # --- Taking back ----------------------------------------------------------------------------------------

    def forget_client_ids(self, client_id: int, external_ids: Sequence[str]) -> None:
        self._forget(client_external_ids, client_external_ids.c.client_id == client_id, external_ids)

    def forget_contact_ids(self, contact_id: int, external_ids: Sequence[str]) -> None:
        self._forget(contact_external_ids, contact_external_ids.c.contact_id == contact_id, external_ids)

    def _forget(self, table: Table, whose: ColumnElement[bool], external_ids: Sequence[str]) -> None:
        if external_ids:
            self.scope.connection.execute(
                delete(table).where(self.scope.of(table, whose, table.c.external_id.in_(external_ids)))
            )

    def stirred(self, since: datetime) -> Sequence[int]:
        logged = select(touches.c.client_id).where(
            self.scope.of(touches, or_(touches.c.logged_at >= since, touches.c.withdrawn_at >= since))
        )
        changed = select(changes.c.client_id).where(
            self.scope.of(
                changes,
                changes.c.at >= since,
                changes.c.import_id.is_(None),
                changes.c.client_id.is_not(None),
            )
        )
        return sorted(self.scope.connection.execute(logged.union(changed)).scalars())

    def touched_since(self, import_id: int) -> Sequence[tuple[int, str]]:
        query = (
            select(clients.c.id, clients.c.name)
            .where(self._came_with(import_id), self._in_use(import_id))
            .order_by(clients.c.name, clients.c.id)
        )
        return [(row.id, row.name) for row in self.scope.connection.execute(query)]

    def take_out(self, import_id: int, at: datetime) -> tuple[int, int]:
        going = select(clients.c.id).where(self._came_with(import_id), ~self._in_use(import_id))
        self.scope.connection.execute(
            delete(client_external_ids).where(
                self.scope.of(client_external_ids, client_external_ids.c.client_id.in_(going))
            )
        )
        gone = select(contacts.c.id).where(
            self.scope.of(contacts, contacts.c.import_id == import_id),
            ~exists().where(
                clients.c.workspace_id == contacts.c.workspace_id,
                clients.c.id == contacts.c.client_id,
                clients.c.import_id == import_id,
            ),
            contacts.c.version == 0,
            # One that was joined to another by a merge comes back when the merge is taken back.
            ~exists().where(
                clients.c.workspace_id == contacts.c.workspace_id,
                clients.c.id == contacts.c.client_id,
                clients.c.merged_into_id.is_not(None),
            ),
            *(
                ~exists().where(
                    table.c.workspace_id == contacts.c.workspace_id, table.c.contact_id == contacts.c.id
                )
                for table in (touch_contacts, gift_checks, gifts_given, gift_requests)
            ),
        )
        numbers = list(self.scope.connection.execute(gone).scalars())
        for begin in range(0, len(numbers), _AT_ONCE):
            some = numbers[begin : begin + _AT_ONCE]
            for table, column in (
                (contact_external_ids, contact_external_ids.c.contact_id),
                (contacts, contacts.c.id),
            ):
                self.scope.connection.execute(delete(table).where(self.scope.of(table, column.in_(some))))
        of_going = select(contacts.c.id).where(self.scope.of(contacts, contacts.c.client_id.in_(going)))
        self.scope.connection.execute(
            delete(contact_external_ids).where(
                self.scope.of(contact_external_ids, contact_external_ids.c.contact_id.in_(of_going))
            )
        )
        self._next_names_version()
        archived = self.scope.connection.execute(
            update(clients)
            .where(self._came_with(import_id), ~self._in_use(import_id))
            .values(archived=True, archived_at=at, version=clients.c.version + 1)
        ).rowcount
        return archived, len(numbers)

    def _came_with(self, import_id: int) -> ColumnElement[bool]:
        return self.scope.of(clients, clients.c.import_id == import_id, ~clients.c.archived)

    def _in_use(self, import_id: int) -> ColumnElement[bool]:
        """Whether something hangs on a client, or somebody has changed what the import said of it."""
        hanging = [
            exists().where(table.c.workspace_id == clients.c.workspace_id, table.c.client_id == clients.c.id)
            for table in (
                touches, promises, meetings, questions, gift_checks, gifts_given, gift_requests, policy_questions,
            )
        ]  # fmt: skip
        later = exists().where(
            changes.c.workspace_id == clients.c.workspace_id,
            changes.c.client_id == clients.c.id,
            or_(changes.c.import_id.is_(None), changes.c.import_id != import_id),
        )
        return or_(clients.c.version > 0, later, *hanging)


def _names(new: NewClient) -> list[tuple[str, str, bool]]:
    return [
        (name, normalise(name)[:_LONGEST_KEY], alias)
        for name, alias in ((new.name, False), *((each, True) for each in new.aliases))
    ]


def _owner(whose: int | None, owners: Sequence[int]) -> int | None:
    return owners[-1 - whose] if whose is not None and whose < 0 else whose


@lru_cache(maxsize=64)
def _keeping(dialect: Dialect, table: str, column: str) -> Callable[[Any], Any]:
    prepare = workspaces.metadata.tables[table].c[column].type.bind_processor(dialect)

    def kept(value: Any) -> Any:
        ready = value if value is None or prepare is None else prepare(value)
        return ready.isoformat() if isinstance(ready, datetime) else ready  # a moment of PostgreSQL's

    return kept
