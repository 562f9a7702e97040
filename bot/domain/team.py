"""What can be said of a book, or of a team's books together, in a few figures. Sums only: nobody is ranked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median

from bot.domain.books import Group
from bot.domain.cadence import ClientState
from bot.domain.clients import Tier
from bot.domain.members import Member, Role
from bot.domain.promises import PromiseState
from bot.domain.refusals import Refusal
from bot.domain.touches import Direction

WEEKS = 12
"""Weeks, the running one included, over which touches are told."""
AGES = (14, 30, 60, 90)
"""Days since the last contact that divide the bands of `AgeBands`."""
PROMISES_SINCE = 90
"""Days back to the first day of which promises are counted."""
_NOT_DUE = frozenset({ClientState.ON_TRACK, ClientState.DUE_SOON})


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many clients of one kind (a tier, or all) are on track, due, and neglected."""

    on_track: int = 0
    due: int = 0
    neglected: int = 0

    @property
    def total(self) -> int:
        return self.on_track + self.due + self.neglected


def coverage(groups: Iterable[Group]) -> Mapping[Tier, Coverage]:
    """The coverage of each tier that has clients, A first. What was never contacted and is due counts as due.

    Clients for which there is no rule, as those on hold, are left out: nobody falls short of one.
    """
    sums: dict[Tier, list[int]] = {}
    for group in groups:
        if group.state is ClientState.NO_RULE:
            continue
        place = 0 if group.state in _NOT_DUE else 2 if group.state is ClientState.NEGLECTED else 1
        sums.setdefault(group.tier, [0, 0, 0])[place] += group.count
    return {tier: Coverage(*sums[tier]) for tier in Tier if tier in sums}


def overall(by_tier: Mapping[Tier, Coverage]) -> Coverage:
    return Coverage(
        sum(each.on_track for each in by_tier.values()),
        sum(each.due for each in by_tier.values()),
        sum(each.neglected for each in by_tier.values()),
    )


@dataclass(frozen=True, slots=True)
class DirectionCounts:
    """How many touches of each direction took place in the week that begins on `monday`, on the reader's calendar."""

    monday: date
    counts: Mapping[Direction, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class AgeBands:
    """How many clients were last contacted how long ago.

    One count for each band of `AGES` (up to and including so many days), one for what is older, and how many were
    `never` contacted.
    """

    counts: tuple[int, ...]
    never: int

    @property
    def total(self) -> int:
        return sum(self.counts) + self.never


@dataclass(frozen=True, slots=True)
class OwnerLoad:
    """How many clients a member (None: nobody) owns, and how many contacts a week their cadences ask for."""

    owner_id: int | None
    clients: int
    weekly: float


@dataclass(frozen=True, slots=True)
class Load:
    """How the clients of a team are spread, without saying who has how many.

    `managers` own clients. `clients` and `weekly` (contacts a week that the cadences ask for) are sums; the ranges
    are smallest, middle and largest of one manager. `unowned` clients belong to nobody, `left` to people who are no
    longer here.
    """

    managers: int
    clients: int
    weekly: float
    range: tuple[int, float, int]
    weekly_range: tuple[float, float, float]
    unowned: int = 0
    left: int = 0


def load(owners: Iterable[OwnerLoad], here: frozenset[int]) -> Load:
    """The load of those who are `here`; what belongs to anybody else is counted apart."""
    books = [each for each in owners if each.owner_id in here]
    counts, weekly = [each.clients for each in books] or [0], [each.weekly for each in books] or [0.0]
    return Load(
        managers=len(books),
        clients=sum(counts),
        weekly=sum(weekly),
        range=(min(counts), median(counts), max(counts)),
        weekly_range=(min(weekly), median(weekly), max(weekly)),
        unowned=sum(each.clients for each in owners if each.owner_id is None),
        left=sum(each.clients for each in owners if each.owner_id is not None and each.owner_id not in here),
    )


@dataclass(frozen=True, slots=True)
class PromisesKept:
    """What was promised for the last `PROMISES_SINCE` days: kept, still open though its day has passed, released."""

    kept: int
    late: int
    released: int

    @property
    def made(self) -> int:
        """Those that count: what the client released us from does not."""
        return self.kept + self.late


def promises_kept(counts: Mapping[PromiseState, int]) -> PromisesKept:
    return PromisesKept(
        counts.get(PromiseState.KEPT, 0),
        counts.get(PromiseState.OPEN, 0),
        counts.get(PromiseState.RELEASED, 0),
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """What can be said of a book, or of several together."""

    coverage: Mapping[Tier, Coverage]
    weeks: tuple[DirectionCounts, ...]
    ages: AgeBands
    promises: PromisesKept


@dataclass(frozen=True, slots=True)
class Team:
    """The figures of all books together, how the clients are spread, and the `people`, by name.

    `everybody`: they are all members of the workspace.
    """

    everybody: bool
    people: tuple[Member, ...]
    load: Load
    figures: Figures


def may_see_team(member: Member) -> bool:
    """Leads see their own people's figures, admins everybody's."""
    return member.is_(Role.LEAD) or member.is_(Role.ADMIN)


def check_may_see_team(member: Member) -> None:
    """Raises Refusal ``team.not_yours``."""
    if not may_see_team(member):
        raise Refusal("team.not_yours")


def people_of(reader: Member, everybody: Iterable[Member]) -> tuple[Member, ...]:
    """Whose books `reader` answers for: for an admin everybody's, for a lead those they lead."""
    return tuple(each for each in everybody if reader.is_(Role.ADMIN) or each.lead_id == reader.id)
