"""The published list: what people type and which client they mean (`bench/typed/`), and how often that is understood.

Clients are well-known companies and invented ones, with near namesakes among them; people, addresses and domains are
invented. A row of ``typed.csv`` is what is typed, in which way it differs, and the client that is meant; for the kind
``ask`` the clients that have to be among those asked about, and for ``nobody`` none: neither may lead to a client.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from bot.domain.clients import Tier
from bot.domain.lookup import NamedClient, choose
from bot.ports import NewClient, NewContact, UnitOfWork
from bot.services.lookup import find

_FOLDER = Path(__file__).parent / "typed"
_OFFERED = 12
ASK, NOBODY = "ask", "nobody"


@dataclass(frozen=True, slots=True)
class Typed:
    """A row of the list; `meant` are names of clients."""

    typed: str
    kind: str
    meant: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Understood:
    """What became of a row: the client that was taken, if any, and those offered, the likest first."""

    row: Typed
    taken: str | None
    offered: tuple[str, ...]

    @property
    def wrong(self) -> bool:
        """Whether a client was taken that was not meant, or one where nobody should have been."""
        return self.taken is not None and (self.row.kind in (ASK, NOBODY) or self.taken not in self.row.meant)

    def among(self, first: int) -> bool:
        """Whether the one that was meant is taken, or among the first so many offered."""
        return any(name in self.offered[:first] for name in self.row.meant)


@cache
def typed() -> tuple[Typed, ...]:
    return tuple(
        Typed(row["typed"], row["kind"], tuple(name for name in row["meant"].split("|") if name))
        for row in _rows("typed.csv")
    )


def enter(unit: UnitOfWork, owner_id: int | None, at: datetime) -> None:
    """Put the clients and the people of the list into a book."""
    ids: dict[str, int] = {}
    for row in _rows("clients.csv"):
        aliases = tuple(alias for alias in row["aliases"].split("|") if alias)
        new = NewClient(row["client"], owner_id, Tier.B, "US", "USD", aliases)
        ids[row["client"]] = unit.clients.add(new, created_at=at)
    for row in _rows("people.csv"):
        person = unit.contacts.add(NewContact(ids[row["client"]], row["person"], email=row["e-mail"]))
        if row["left"]:
            unit.contacts.set_left(person.id, at=at)


def understood(unit: UnitOfWork, row: Typed) -> Understood:
    """Look a row of the list up in a book that holds its clients."""
    found: Sequence[NamedClient] = find(unit, None, row.typed, _OFFERED)
    taken = choose(found).client
    # What is taken is not asked about: who is offered others has not been understood.
    offered = (taken.name,) if taken is not None else tuple(client.name for client in found)
    return Understood(row, None if taken is None else taken.name, offered)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
