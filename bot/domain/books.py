"""Books: many clients at once, looked for, counted, and told page by page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.cadence import TIERS, Cadence, ClientState
from bot.domain.clients import Client, Tier
from bot.domain.names import normalise

PAGE = 20
"""Clients on one page: with all that stands around them well below the hundred blocks that Slack shows."""
TYPED = 100
"""Characters that are looked at of what somebody looks for."""
_WORDS = 6


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose clients are meant, by member ids.

    Those that `owners` own, and those that `backup` stands in for. `owners` None: everybody's, and what nobody owns.
    `nobody`: only what nobody owns.
    """

    owners: frozenset[int] | None
    backup: int | None = None
    nobody: bool = False


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


def cadences(own: Mapping[str, Sequence[int]]) -> Mapping[Tier, Cadence]:
    """The cadence of each tier in a workspace with `own` ones (due and neglected, in days) for some."""
    return {
        tier: Cadence(own[tier][0], own[tier][1]) if tier in own else usual for tier, usual in TIERS.items()
    }
