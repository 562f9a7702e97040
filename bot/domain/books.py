"""Books: many clients at once, looked for, counted, and told page by page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.domain.cadence import Cadences, ClientState
from bot.domain.clients import Client, Tier
from bot.domain.members import Member
from bot.domain.names import normalise

PAGE = 20
"""Clients on one page: with all that stands around them well below the hundred blocks that Slack shows."""
TYPED = 100
"""Characters that are looked at of what somebody looks for."""
_WORDS = 6


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose clients are meant, by member ids.

    Those that `owners` own, those that `backup` stands in for, and `clients` by their own ids. `owners` None:
    everybody's, and what nobody owns. `nobody`: only what nobody owns.
    """

    owners: frozenset[int] | None
    backup: int | None = None
    nobody: bool = False
    clients: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which clients are looked for; None and nothing typed: any.

    `typed` is a part of a name, an alias or a contact's name. `ids` are the only clients that may be meant (None: any).
    """

    tier: Tier | None = None
    state: ClientState | None = None
    market: str | None = None
    typed: str = ""
    archived: bool = False
    ids: tuple[int, ...] | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """What a name has to hold at the beginnings of its words."""
        return tuple(normalise(self.typed[:TYPED]).split()[:_WORDS])

    @property
    def narrowed(self) -> tuple[str, ...]:
        """By what it is narrowed down: of ``typed``, ``tier``, ``state`` and ``market``."""
        said = {"typed": self.typed, "tier": self.tier, "state": self.state, "market": self.market}
        return tuple(name for name, value in said.items() if value)


@dataclass(frozen=True, slots=True)
class Group:
    """How many clients of a reach have one tier, state and market in common."""

    tier: Tier
    state: ClientState
    market: str
    count: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a book: `number` from 1 on of `pages`, and `total` clients on all of them.

    `groups` count the whole reach, whatever is looked for. `typo` says that nothing was found as it was typed, and
    that these are clients whose names come near.
    """

    clients: tuple[Client, ...]
    number: int
    pages: int
    total: int
    groups: tuple[Group, ...]
    typo: bool = False

    @property
    def reach_total(self) -> int:
        return sum(group.count for group in self.groups)

    def by_state(self) -> Mapping[ClientState, int]:
        """How many clients of the whole reach stand how."""
        sums: Counter[ClientState] = Counter()
        for group in self.groups:
            sums[group.state] += group.count
        return sums

    def markets(self) -> tuple[str, ...]:
        """The markets of the whole reach, the one with most clients first."""
        sums: Counter[str] = Counter()
        for group in self.groups:
            sums[group.market] += group.count
        return tuple(sorted(sums, key=lambda market: (-sums[market], market)))


class Whose(StrEnum):
    """Whose clients a shelf holds."""

    MINE = "mine"
    MEMBER = "member"
    TEAM = "team"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Care:
    """In whose hands a client is until `until`: those of the colleague `name`; or, for who covers, `name` is whose
    client it is, and `edits` says whether the reader may change what the book says of it."""

    name: str
    until: date
    edits: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of clients; `member` is whose they are where it is one person's, `owners` names the owners by id.

    `cadences` are those of the workspace. `covered` are clients in the hands of a colleague, `covering` those that the
    reader covers for, by client id.
    """

    listed: Listed
    whose: Whose
    owners: Mapping[int, str]
    cadences: Cadences
    member: Member | None = None
    covered: Mapping[int, Care] = field(default_factory=dict)
    covering: Mapping[int, Care] = field(default_factory=dict)


def counted(groups: Iterable[Group], wanted: Wanted) -> int:
    """How many clients meet tier, state and market."""
    return sum(
        group.count
        for group in groups
        if wanted.tier in (None, group.tier)
        and wanted.state in (None, group.state)
        and wanted.market in (None, group.market)
    )


def pages_of(total: int, size: int = PAGE) -> int:
    """How many pages that many clients fill; an empty book has one."""
    return max(1, -(-total // size))
