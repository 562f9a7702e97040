"""Remembers which client was merged into which, and moves what belongs to one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, insert, select, update

from bot.domain.merges import Merge, Moved, NewMerge, joined_from, moved_from
from storage.repository import Scope
from storage.schema import (
    client_channels,
    client_external_ids,
    client_merges,
    concessions,
    contacts,
    gifts_given,
    handovers,
    meetings,
    promises,
    questions,
    reassignments,
    touch_contacts,
    touches,
)

_AT_ONCE = 500
"""Identifiers in one statement: what both databases take in any version."""

_ROWS: Mapping[str, Table] = {
    "touches": touches,
    "promises": promises,
    "meetings": meetings,
    "questions": questions,
    "contacts": contacts,
    "reassignments": reassignments,
    "handovers": handovers,
    "concessions": concessions,
}
"""What belongs to one client, by what `Moved` calls it."""
_ASKED = frozenset({reassignments, concessions})
"""What somebody is asked to decide, whose version says what they have seen."""
_COUNTED = ("touches", "promises", "meetings", "contacts", "questions")


@dataclass(slots=True)
class Families:
    """Which clients, and which contacts, are one since they were merged; read once in a unit of work.

    The register of gifts is sealed and keeps the numbers it was written with, so whoever counts there asks here.
    """

    scope: Scope
    _into: dict[int, int] | None = field(default=None, init=False)
    _joined: dict[int, int] | None = field(default=None, init=False)

    def clients(self, client_id: int) -> list[int]:
        """The client and all that are one with it."""
        return _one_with(client_id, self._merged())

    def contacts(self, contact_id: int) -> list[int]:
        return _one_with(contact_id, self._people())

    def kept_contact(self, contact_id: int) -> int:
        """The contact into which this one was joined; itself when it was not."""
        people, seen = self._people(), {contact_id}
        while (kept := people.get(contact_id)) is not None and kept not in seen:
            seen.add(kept)
            contact_id = kept
        return contact_id

    def forget(self) -> None:
        """Read anew at the next question: something was merged or parted."""
        self._into = self._joined = None

    def _merged(self) -> dict[int, int]:
        if self._into is None:
            query = select(client_merges.c.gone_id, client_merges.c.kept_id).where(self._standing())
            self._into = {row.gone_id: row.kept_id for row in self.scope.connection.execute(query)}
        return self._into

    def _people(self) -> dict[int, int]:
        if not self._merged():
            return {}
        if self._joined is None:
            self._joined = {}
            # Only that part: of all that moved, a thousand merges take ten milliseconds to read.
            query = select(client_merges.c.moved["joined"]).where(self._standing())
            for joined in self.scope.connection.execute(query).scalars():
                self._joined |= joined_from(joined)
        return self._joined

    def _standing(self) -> ColumnElement[bool]:
        return self.scope.of(client_merges, client_merges.c.undone_at.is_(None))


def _one_with(number: int, into: Mapping[int, int]) -> list[int]:
    """The number and all that a mapping of each to the next leads to one with it."""
    if not into:
        return [number]
    around: dict[int, list[int]] = {}
    for gone, kept in into.items():
        around.setdefault(gone, []).append(kept)
        around.setdefault(kept, []).append(gone)
    found, ahead = {number}, [number]
    while ahead:
        for near in around.get(ahead.pop(), ()):
            if near not in found:
                found.add(near)
                ahead.append(near)
    return sorted(found)


@dataclass(frozen=True, slots=True)
class SqlMerges:
    scope: Scope
    families: Families

    def add(self, new: NewMerge) -> int:
        statement = (
            insert(client_merges)
            .values(
                workspace_id=self.scope.workspace_id,
                kept_id=new.kept_id,
                gone_id=new.gone_id,
                member_id=new.member_id,
                at=new.at,
                moved=new.moved.as_json(),
            )
            .returning(client_merges.c.id)
        )
        merge_id: int = self.scope.connection.execute(statement).scalar_one()
        self.families.forget()
        return merge_id

    def get(self, merge_id: int) -> Merge | None:
        return self._one(client_merges.c.id == merge_id)

    def undo(self, merge_id: int, *, at: datetime) -> bool:
        statement = (
            update(client_merges)
            .where(
                self.scope.of(
                    client_merges, client_merges.c.id == merge_id, client_merges.c.undone_at.is_(None)
                )
            )
            .values(undone_at=at)
        )
        self.families.forget()
        return self.scope.connection.execute(statement).rowcount == 1

    def same_contacts(self, contact_id: int) -> Sequence[int]:
        return self.families.contacts(contact_id)

    def kept_since(self, client_id: int, since: datetime) -> bool:
        query = select(client_merges.c.id).where(
            self.scope.of(
                client_merges,
                client_merges.c.kept_id == client_id,
                client_merges.c.undone_at.is_(None),
                client_merges.c.at >= since,
            )
        )
        return self.scope.connection.execute(query.limit(1)).first() is not None

    def tally(self, client_id: int) -> Mapping[str, int]:
        counted = {name: self._count(_ROWS[name], client_id) for name in _COUNTED}
        counted["gifts"] = self._count(gifts_given, client_id)
        return counted

    def _count(self, table: Table, client_id: int) -> int:
        query = (
            select(func.count())
            .select_from(table)
            .where(self.scope.of(table, table.c.client_id == client_id))
        )
        number: int = self.scope.connection.execute(query).scalar_one()
        return number

    def move(self, gone_id: int, kept_id: int, joined: Mapping[int, int]) -> Moved:
        moved: dict[str, tuple[int, ...]] = {}
        for name, table in _ROWS.items():
            stay = () if table is not contacts else (~contacts.c.id.in_(joined),)
            statement = (
                update(table)
                .where(self.scope.of(table, table.c.client_id == gone_id, *stay))
                .values(client_id=kept_id, **_newer(table))
                .returning(table.c.id)
            )
            moved[name] = tuple(sorted(self.scope.connection.execute(statement).scalars()))
        return Moved(
            touches=moved["touches"],
            promises=moved["promises"],
            meetings=moved["meetings"],
            questions=moved["questions"],
            contacts=moved["contacts"],
            reassignments=moved["reassignments"],
            handovers=moved["handovers"],
            concessions=moved["concessions"],
            joined=dict(joined),
            spoken_to=self._rejoin(joined),
            external_ids=self._hand_on(client_external_ids, "external_id", gone_id, kept_id),
            channels=self._hand_on(client_channels, "channel_id", gone_id, kept_id),
        )

    def move_back(self, gone_id: int, kept_id: int, moved: Moved) -> None:
        for name, table in _ROWS.items():
            for some in _parts(getattr(moved, name)):
                self.scope.connection.execute(
                    update(table)
                    .where(self.scope.of(table, table.c.client_id == kept_id, table.c.id.in_(some)))
                    .values(client_id=gone_id, **_newer(table))
                )
        self._part_again(moved)
        for table, column, given in (
            (client_external_ids, "external_id", moved.external_ids),
            (client_channels, "channel_id", moved.channels),
        ):
            self._hand_back(table, column, gone_id, kept_id, given)

    def _rejoin(self, joined: Mapping[int, int]) -> tuple[tuple[int, int, int], ...]:
        """Let touches with joined people name those who are kept: (touch, who was named, who is)."""
        changed: list[tuple[int, int, int]] = []
        for gone, kept in sorted(joined.items()):
            of_gone = self.scope.of(touch_contacts, touch_contacts.c.contact_id == gone)
            named = self.scope.connection.execute(select(touch_contacts.c.touch_id).where(of_gone)).scalars()
            for touch_id in sorted(named):
                if not self._names(touch_id, kept):
                    self.scope.connection.execute(
                        insert(touch_contacts).values(
                            workspace_id=self.scope.workspace_id, touch_id=touch_id, contact_id=kept
                        )
                    )
                changed.append((touch_id, gone, kept))
            self.scope.connection.execute(delete(touch_contacts).where(of_gone))
        return tuple(changed)

    def _part_again(self, moved: Moved) -> None:
        """Name again whom the touches named that went back; one that names them no more was edited since."""
        back = set(moved.touches)
        again = [(t, gone, kept) for t, gone, kept in moved.spoken_to if t in back and self._names(t, kept)]
        for touch_id, _, kept in again:
            self.scope.connection.execute(
                delete(touch_contacts).where(
                    self.scope.of(
                        touch_contacts,
                        touch_contacts.c.touch_id == touch_id,
                        touch_contacts.c.contact_id == kept,
                    )
                )
            )
        rows = [
            {"workspace_id": self.scope.workspace_id, "touch_id": t, "contact_id": g} for t, g, _ in again
        ]
        if rows:
            self.scope.connection.execute(insert(touch_contacts), rows)

    def _names(self, touch_id: int, contact_id: int) -> bool:
        query = select(touch_contacts.c.touch_id).where(
            self.scope.of(
                touch_contacts,
                touch_contacts.c.touch_id == touch_id,
                touch_contacts.c.contact_id == contact_id,
            )
        )
        return self.scope.connection.execute(query).first() is not None

    def _hand_on(self, table: Table, column: str, gone_id: int, kept_id: int) -> tuple[str, ...]:
        """Give the kept client what the other is called by or spoken to in; returns what it had not itself."""
        theirs, ours = self._of(table, column, gone_id), self._of(table, column, kept_id)
        self.scope.connection.execute(delete(table).where(self.scope.of(table, table.c.client_id == gone_id)))
        new = [each for each in theirs if each not in ours]
        for each in new:
            self._give(table, column, each, kept_id)
        # What both had is told as well: the other gets it back, and the kept one keeps it.
        return (*new, *(f"={each}" for each in theirs if each in ours))

    def _hand_back(self, table: Table, column: str, gone_id: int, kept_id: int, given: Iterable[str]) -> None:
        ours = self._of(table, column, kept_id)
        for each in given:
            value = each.removeprefix("=")
            if value not in ours:
                continue  # taken away since
            if not each.startswith("="):
                self.scope.connection.execute(
                    delete(table).where(
                        self.scope.of(table, table.c.client_id == kept_id, table.c[column] == value)
                    )
                )
            self._give(table, column, value, gone_id)

    def _of(self, table: Table, column: str, client_id: int) -> list[str]:
        query = (
            select(table.c[column])
            .where(self.scope.of(table, table.c.client_id == client_id))
            .order_by(table.c[column])
        )
        return list(self.scope.connection.execute(query).scalars())

    def _give(self, table: Table, column: str, value: str, client_id: int) -> None:
        self.scope.connection.execute(
            insert(table).values(
                {"workspace_id": self.scope.workspace_id, column: value, "client_id": client_id}
            )
        )

    def _one(self, *conditions: ColumnElement[bool]) -> Merge | None:
        row = self.scope.connection.execute(
            select(client_merges).where(self.scope.of(client_merges, *conditions))
        ).first()
        if row is None:
            return None
        return Merge(
            id=row.id,
            kept_id=row.kept_id,
            gone_id=row.gone_id,
            member_id=row.member_id,
            at=row.at,
            moved=moved_from(row.moved),
            undone_at=row.undone_at,
        )


def _newer(table: Table) -> dict[str, Any]:
    """A form that is open on a moved row is out of date, where rows count their changes; a request for another manager,
    or to agree to a concession, asks the same as before."""
    counts = "version" in table.c and table not in _ASKED
    return {"version": table.c.version + 1} if counts else {}


def _parts(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[start : start + _AT_ONCE] for start in range(0, len(numbers), _AT_ONCE))
