"""What thinking asks of memory when lists of clients come in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.domain.cadence import Moments
from bot.domain.clients import Part
from bot.domain.imports import HeldClient, HeldContact, Import, Seen
from bot.ports.book import NewClient, NewContact

Packed = tuple[Any, ...]
"""A row made ready for the database beforehand; what stands in it is memory's own business. It can be marshalled."""


class Spool(Protocol):
    """Rows that wait in a file to be written all at once, and how many there are."""

    @property
    def clients(self) -> int: ...
    @property
    def contacts(self) -> int: ...
    def packed(self, kind: str) -> Iterator[Sequence[Packed]]:
        """The rows of a kind as they were put there, some at a time: ``client``, ``client_change``,
        ``name``, ``contact``, ``contact_change``."""


class Imports(Protocol):
    """What came from files: read and written many rows at a time.

    Rows are packed while nobody waits, and written in one go. A client that is not in the book yet is referred to by a
    negative number: -1 is the first of the spool. So is an owner who is no member yet, by its place among `owners`.
    """

    def add(
        self, member_id: int | None, name: str, digest: str, counts: Mapping[str, int], at: datetime
    ) -> int: ...
    def get(self, import_id: int) -> Import | None: ...
    def last(self, member_id: int | None) -> Import | None:
        """The latest import that was not undone; only the member's own unless None."""

    def mark_undone(self, import_id: int, at: datetime) -> bool:
        """False when somebody did so already."""

    def names_version(self) -> int:
        """Changes whenever a client is entered, renamed, archived or restored."""

    def names(self) -> Iterator[tuple[str, int, str]]:
        """Every name and alias in the book: normalised, whose it is, as written. Archived clients are left out."""

    def clients(self, client_ids: Sequence[int]) -> Sequence[HeldClient]: ...
    def contacts(self, client_ids: Sequence[int]) -> Sequence[HeldContact]:
        """All contacts of these clients, those who left as well."""

    def clients_called(self, external_ids: Sequence[str]) -> Mapping[str, int]:
        """By what another system calls them; archived ones are left out."""

    def contacts_called(self, external_ids: Sequence[str]) -> Mapping[str, HeldContact]: ...
    def pack_client(
        self,
        new: NewClient,
        moments: Moments | None,
        team: Mapping[Part, int],
        channels: Sequence[str],
        external_ids: Sequence[str],
        created_at: datetime,
    ) -> Packed: ...
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
        """`clock` is the last conversation and what follows from it, `external_ids` are those to be added."""

    def pack_name(self, client_id: int, name: str) -> Packed:
        """Another name of a client of the spool."""

    def pack_contact(self, new: NewContact, external_id: str, left_at: datetime | None) -> Packed: ...
    def pack_contact_change(
        self,
        held: HeldContact,
        new: NewContact,
        left_at: datetime | None,
        external_id: str,
        facts: Mapping[str, Any],
    ) -> Packed: ...
    def write(
        self, import_id: int, spool: Spool, owners: Sequence[int], member_id: int | None, at: datetime
    ) -> bool:
        """Write all that was packed; False when something that changes is no longer as it was read: roll back then."""

    def forget_client_ids(self, client_id: int, external_ids: Sequence[str]) -> None:
        """The client is no longer called so elsewhere."""

    def forget_contact_ids(self, contact_id: int, external_ids: Sequence[str]) -> None: ...
    def stirred(self, since: datetime) -> Sequence[int]:
        """Clients with whom a touch was logged or taken back, or of whom something was changed, from `since` on."""

    def touched_since(self, import_id: int) -> Sequence[tuple[int, str]]:
        """Clients that the import brought and something hangs on now (touches, gifts, promises, meetings, changes by
        people), with their names."""

    def take_out(self, import_id: int, at: datetime) -> tuple[int, int]:
        """Archive the clients that the import brought, `touched_since` aside, and remove the contacts that it brought
        to others and nothing hangs on; how many clients and contacts went."""

    def of_reader(self, seen: Seen | None, after: int, limit: int) -> Sequence[int]:
        """Ids of clients greater than `after` that are seen; None: of all clients."""
