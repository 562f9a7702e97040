"""Imports: what came into the book from a file, by whom, and who may bring what in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.clients import Client, Contact, Part
from bot.domain.members import Member, Role


class Decision(StrEnum):
    """What is to become of a client that looks like another."""

    SAME = "same"
    ANOTHER = "another"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Import:
    """A file that was taken into the book; `member_id` None: whoever runs the machine.

    `counts` says how many clients and contacts are new and changed: ``new``, ``changed``, ``contacts``,
    ``contacts_changed``.
    """

    id: int
    member_id: int | None
    name: str
    digest: str
    at: datetime
    counts: Mapping[str, int]
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeldClient:
    """A client with all that a list may say of it."""

    client: Client
    team: Mapping[Part, int]
    channels: tuple[str, ...]
    external_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeldContact:
    """A contact with what it is called by in other systems."""

    contact: Contact
    external_ids: tuple[str, ...]


def may_import_for(reader: Member | None, owner: Member | None) -> bool:
    """Whether `reader` (None: whoever runs the machine) may bring in a client of `owner` (None: of nobody).

    Admins may bring in everything, everybody else their own, leads their people's and what belongs to nobody.
    """
    if reader is None or reader.is_(Role.ADMIN):
        return True
    if owner is None:
        return reader.is_(Role.LEAD)
    return owner.id == reader.id or (reader.is_(Role.LEAD) and owner.lead_id == reader.id)


def may_undo(reader: Member | None, done: Import) -> bool:
    """Whoever brought something in may take it back, and admins."""
    return reader is None or reader.is_(Role.ADMIN) or done.member_id == reader.id


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reader sees of the book.

    Clients of these `owners`, those that the `reader` stands by as backup or sponsor, and with `nobodys` those that
    nobody owns.
    """

    reader: int
    owners: frozenset[int]
    nobodys: bool = False
