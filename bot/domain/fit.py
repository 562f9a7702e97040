"""Whom a client would suit: three people with reasons, by a formula that docs/fit.md tells, and never a mark.

What speaks for somebody is a share from 0 to 1 for each of eight things, times the weight that the workspace gives it;
the sum puts people in order and goes nowhere else. Who has no room left comes after everybody who has some. Whom the
client asked not to have, or who has a conflict of interest, is never offered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from enum import StrEnum
from heapq import nsmallest
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.absences import Absence
from bot.domain.clients import Client, Hours, Status, Tier
from bot.domain.members import Member, Role
from bot.domain.overlap import OpenTime, Overlap, open_time, overlap
from bot.domain.refusals import Refusal
from bot.domain.strengths import NOTHING, Declared, Strength, same_sector, spoken_in
from bot.domain.workspaces import Workspace

OFFERED = 3
MOST_WEIGHT = 10
POINTS: Mapping[Tier, int] = {Tier.A: 6, Tier.B: 3, Tier.C: 2, Tier.D: 1}
"""How much work a client of each tier is: about as its usual rhythm asks for contacts (every 14, 30, 60, 90 days)."""
ENOUGH_CLIENTS = 3
"""Clients in the same country after which somebody knows the market as well as who says so."""
ENOUGH_TOUCHES = 5
"""Touches with the client, in the last year, after which somebody knows it."""
MANY_TAKEN = 5
"""Clients taken over in ninety days that are as many as anybody should be given."""
TOUCHED_WITHIN = timedelta(days=365)
LEAVE_AHEAD = timedelta(days=30)
RENEWAL_AHEAD = timedelta(days=90)
NEARLY = 0.9
"""Share of the capacity from which on somebody is nearly full."""


class Because(StrEnum):
    """Why somebody must not be given a client."""

    CLIENT_ASKED = "client_asked"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each thing counts, 0 (not at all) to `MOST_WEIGHT`, and `capacity`: how many clients of tier B somebody
    is taken to have room for who has not said otherwise."""

    market: int = 3
    language: int = 3
    strengths: int = 2
    hours: int = 2
    load: int = 3
    known: int = 1
    leave: int = 1
    fairness: int = 1
    capacity: int = 40


OURS = Weights()
FACTORS = tuple(each.name for each in fields(Weights) if each.name != "capacity")
LARGEST_CAPACITY = 200


def weights_of(workspace: Workspace) -> Weights:
    """The weights of the workspace: ours, where it has none of its own."""
    known = {name: number for name, number in workspace.fit.items() if name in (*FACTORS, "capacity")}
    return Weights(**known)


def check_weights(said: Mapping[str, int]) -> None:
    """Raise Refusal ``fit.weight`` (name, limit), ``fit.capacity`` (limit), ``fit.unknown`` (name), or ``fit.nothing``
    where nothing would count any more."""
    for name, number in said.items():
        if name == "capacity":
            if not 1 <= number <= LARGEST_CAPACITY:
                raise Refusal("fit.capacity", limit=LARGEST_CAPACITY)
        elif name not in FACTORS:
            raise Refusal("fit.unknown", name=name)
        elif not 0 <= number <= MOST_WEIGHT:
            raise Refusal("fit.weight", name=name, limit=MOST_WEIGHT)
    if not any(said.get(name, getattr(OURS, name)) for name in FACTORS):
        raise Refusal("fit.nothing")


# --- What is known ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """What of a client says whom it would suit.

    `languages` are ISO 639-1, the one most spoken there first; `zone` None: unknown. `excluded` are the members who
    must not have it.
    """

    id: int
    owner_id: int | None
    tier: Tier
    market: str
    asked_on: date
    sector: str = ""
    languages: tuple[str, ...] = ()
    zone: ZoneInfo | None = None
    hours: Hours | None = None
    wanted: frozenset[Strength] = frozenset()
    excluded: frozenset[int] = frozenset()

    @property
    def country(self) -> str:
        return self.market.partition("-")[0]


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """What of a member says whether a client would suit them.

    `points` is their load, weighted by tier (`POINTS`); `in_market` how many clients of theirs are in the client's
    country; `taken` how many they took over in the last ninety days. `touches` with this client, in the last year, the
    last of them on `touched_on`. `away` are absences that have not ended.
    """

    member: Member
    declared: Declared = NOTHING
    points: int = 0
    in_market: int = 0
    taken: int = 0
    touches: int = 0
    touched_on: date | None = None
    away: tuple[Absence, ...] = ()

    def capacity(self, weights: Weights) -> int:
        """In points."""
        room = weights.capacity if self.declared.capacity is None else self.declared.capacity
        return room * POINTS[Tier.B]


class Why(StrEnum):
    """What may be said of somebody and a client."""

    SAYS_MARKET = "says_market"
    """facts: market"""
    HAS_MARKET = "has_market"
    """facts: market, count"""
    LANGUAGE = "language"
    """facts: language"""
    STRENGTHS = "strengths"
    """facts: strengths"""
    SECTOR = "sector"
    """facts: sector"""
    HOURS = "hours"
    """facts: shared, of (minutes)"""
    KNOWS = "knows"
    """facts: count, on"""
    ROOM = "room"
    TOOK_NONE = "took_none"
    NO_LANGUAGE = "no_language"
    """facts: language"""
    FEW_HOURS = "few_hours"
    """facts: shared, of (minutes)"""
    NEARLY_FULL = "nearly_full"
    FULL = "full"
    AWAY = "away"
    """facts: first, last"""
    TOOK_MANY = "took_many"


AGAINST = frozenset({Why.NO_LANGUAGE, Why.FEW_HOURS, Why.NEARLY_FULL, Why.FULL, Why.AWAY, Why.TOOK_MANY})


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing to be said, with the facts that belong to it."""

    why: Why
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def against(self) -> bool:
        return self.why in AGAINST


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a client would suit, and why; what is to be considered against it comes last."""

    member_id: int
    reasons: tuple[Reason, ...]


def facts_of(
    client: Client,
    languages: Mapping[str, int],
    excluded: Iterable[int],
    asked_on: date,
    wanted: Iterable[Strength] = (),
) -> ClientFacts:
    """What is known of a client on the local day `asked_on`; `languages` counts those of its people (BCP 47)."""
    spoken: dict[str, int] = {}
    for tag, count in languages.items():
        code = tag.partition("-")[0].lower()
        if code:
            spoken[code] = spoken.get(code, 0) + count
    by_people = tuple(sorted(spoken, key=lambda code: (-spoken[code], code)))
    return ClientFacts(
        id=client.id,
        owner_id=client.owner_id,
        tier=client.tier,
        market=client.market,
        asked_on=asked_on,
        sector=client.sector,
        languages=by_people or spoken_in(client.market),
        zone=None if client.zone is None else ZoneInfo(client.zone),
        hours=client.hours,
        wanted=wanted_of(client, asked_on) | frozenset(wanted),
        excluded=frozenset(excluded),
    )


def wanted_of(client: Client, on: date) -> frozenset[Strength]:
    """What this client asks of whoever looks after it.

    American clients are blunt, and are best served by who stays composed and can say no; an open complaint wants
    calming, a renewal within ninety days negotiating, a prospect winning.
    """
    wanted = set()
    if client.market.partition("-")[0] == "US":
        wanted |= {Strength.BLUNT, Strength.SAYING_NO}
    if client.complaint_at is not None:
        wanted.add(Strength.CALMING)
    if client.renews_on is not None and on <= client.renews_on <= on + RENEWAL_AHEAD:
        wanted.add(Strength.NEGOTIATING)
    if client.status is Status.PROSPECT:
        wanted.add(Strength.WINNING)
    return frozenset(wanted)


# --- The formula --------------------------------------------------------------------------------------------


def may_be_given(client: ClientFacts, member: Member) -> bool:
    """Whether a member may be offered the client at all: here, keeping clients, not its owner, and not excluded."""
    return (
        member.active
        and member.refreshed_at is not None
        and member.is_(Role.ACCOUNT_MANAGER)
        and member.id != client.owner_id
        and member.id not in client.excluded
    )


def with_room(
    client: ClientFacts, members: Iterable[MemberFacts], weights: Weights = OURS
) -> tuple[float, tuple[Member, ...]]:
    """Those of the people whom the client would suit best who have room for it, the best first, and how well it suits
    the first (to put clients in order, and for nothing else)."""
    fitting = [
        facts
        for facts in members
        if may_be_given(client, facts.member)
        and facts.points + POINTS[client.tier] <= facts.capacity(weights)
    ]
    shared = Sharing(client)
    best = nsmallest(OFFERED, fitting, key=lambda facts: _order(client, facts, weights, shared))
    suits = suiting(client, best[0], weights, shared) if best else 0.0
    return suits, tuple(each.member for each in best)


def candidates(
    client: ClientFacts, members: Iterable[MemberFacts], weights: Weights = OURS
) -> tuple[Candidate, ...]:
    """The three people, or fewer, whom the client would suit best, the best first."""
    fitting = [facts for facts in members if may_be_given(client, facts.member)]
    shared = Sharing(client)
    best = nsmallest(OFFERED, fitting, key=lambda facts: _order(client, facts, weights, shared))
    return tuple(Candidate(each.member.id, reasons(client, each, weights, shared)) for each in best)


_Order = tuple[bool, float, int, str, int]


def _order(client: ClientFacts, facts: MemberFacts, weights: Weights, shared: Sharing) -> _Order:
    points = facts.points + POINTS[client.tier]
    capacity = facts.capacity(weights)
    said = suiting(client, facts, weights, shared)
    said += weights.load * (1 - min(1.0, points / capacity))
    said += weights.fairness * (1 - min(1.0, facts.taken / MANY_TAKEN))
    return points > capacity, -round(said, 9), facts.points, facts.member.name.casefold(), facts.member.id


def suiting(client: ClientFacts, facts: MemberFacts, weights: Weights, shared: Sharing) -> float:
    """How well the client suits the member, whatever else they look after: 0 to the sum of these six weights."""
    return (
        weights.market * _market(client, facts)
        + weights.language * _language(client, facts)
        + weights.strengths * _strengths(client, facts)
        + weights.hours * _hours(shared.with_(facts.member))
        + weights.known * min(1.0, facts.touches / ENOUGH_TOUCHES)
        + weights.leave * (1 - _away(client, facts))
    )


class Sharing:
    """What of a client's hours members share; asked once for all who keep the same hours in the same zone."""

    def __init__(self, client: ClientFacts) -> None:
        self._open: OpenTime | None = None
        if client.zone is not None:
            self._open = open_time(client.zone, client.hours, client.asked_on)
        self._known: dict[tuple[object, ...], Overlap] = {}

    def with_(self, member: Member) -> Overlap | None:
        """None where the client's zone is unknown."""
        if self._open is None:
            return None
        key = (member.zone, member.work_days, member.hours_from, member.hours_until)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = overlap(self._open, member.calendar)
        return found


def _market(client: ClientFacts, facts: MemberFacts) -> float:
    if says_market(client, facts.declared):
        return 1.0
    return min(1.0, facts.in_market / ENOUGH_CLIENTS)


def says_market(client: ClientFacts, declared: Declared) -> bool:
    return any(code.partition("-")[0] == client.country for code in declared.markets)


def spoken_by(facts: MemberFacts) -> frozenset[str]:
    """The languages a member speaks: those they named, and the one they read the bot in."""
    return frozenset({*facts.declared.languages, facts.member.locale.partition("-")[0].lower()})


def _language(client: ClientFacts, facts: MemberFacts) -> float:
    spoken = spoken_by(facts)
    if client.languages and client.languages[0] in spoken:
        return 1.0
    return 0.5 if spoken & set(client.languages) else 0.0


def _strengths(client: ClientFacts, facts: MemberFacts) -> float:
    asked = len(client.wanted) + bool(client.sector)
    met = len(client.wanted & facts.declared.strengths) + _knows_sector(client, facts)
    return met / asked if asked else 0.0


def _knows_sector(client: ClientFacts, facts: MemberFacts) -> bool:
    return any(same_sector(client.sector, each) for each in facts.declared.sectors)


def _hours(shared: Overlap | None) -> float:
    return 0.0 if shared is None else shared.share


def _away(client: ClientFacts, facts: MemberFacts) -> float:
    """Which share of the working days ahead the member is away."""
    if not facts.away:
        return 0.0
    calendar = facts.member.calendar
    days = [client.asked_on + timedelta(days=number) for number in range(LEAVE_AHEAD.days)]
    worked = [day for day in days if day.weekday() in calendar.work_days]
    gone = [day for day in worked if any(each.first <= day <= each.last for each in facts.away)]
    return len(gone) / len(worked) if worked else 0.0


# --- In words -----------------------------------------------------------------------------------------------


def reasons(
    client: ClientFacts, facts: MemberFacts, weights: Weights, shared: Sharing, *, load: int | None = None
) -> tuple[Reason, ...]:
    """What there is to say: first what speaks for it, what counts most first; then what is to be considered.

    What has no weight is not said. `load` is what they would look after with the client, in points, where that is not
    their load and the client alone.
    """
    points = facts.points + POINTS[client.tier] if load is None else load
    said = [
        *_said_of_market(client, facts, weights),
        *_said_of_language(client, facts, weights),
        *_said_of_strengths(client, facts, weights),
        *_said_of_hours(shared.with_(facts.member), weights),
        *_said_of_touches(facts, weights),
        *_said_of_load(points, facts.capacity(weights), weights),
        *_said_of_leave(client, facts, weights),
        *_said_of_fairness(facts, weights),
    ]
    said.sort(key=lambda each: (each[1].against, -each[0]))
    return tuple(reason for _, reason in said)


_Said = list[tuple[float, Reason]]


def _said_of_market(client: ClientFacts, facts: MemberFacts, weights: Weights) -> _Said:
    if not weights.market:
        return []
    if facts.in_market:
        found = Reason(Why.HAS_MARKET, {"market": client.country, "count": facts.in_market})
    elif says_market(client, facts.declared):
        found = Reason(Why.SAYS_MARKET, {"market": client.country})
    else:
        return []
    return [(weights.market * _market(client, facts), found)]


def _said_of_language(client: ClientFacts, facts: MemberFacts, weights: Weights) -> _Said:
    if not weights.language or not client.languages:
        return []
    spoken = spoken_by(facts)
    theirs = next((code for code in client.languages if code in spoken), None)
    if theirs is None:
        return [(0.0, Reason(Why.NO_LANGUAGE, {"language": client.languages[0]}))]
    return [(weights.language * _language(client, facts), Reason(Why.LANGUAGE, {"language": theirs}))]


def _said_of_strengths(client: ClientFacts, facts: MemberFacts, weights: Weights) -> _Said:
    found: _Said = []
    counts = weights.strengths * _strengths(client, facts)
    met = sorted(client.wanted & facts.declared.strengths)
    if weights.strengths and met:
        found.append((counts, Reason(Why.STRENGTHS, {"strengths": tuple(met)})))
    if weights.strengths and _knows_sector(client, facts):
        found.append((counts, Reason(Why.SECTOR, {"sector": client.sector})))
    return found


def _said_of_hours(shared: Overlap | None, weights: Weights) -> _Said:
    if shared is None or not shared.of or not weights.hours:
        return []
    why = Why.HOURS if shared.share >= 0.5 else Why.FEW_HOURS
    return [(weights.hours * shared.share, Reason(why, {"shared": shared.shared, "of": shared.of}))]


def _said_of_touches(facts: MemberFacts, weights: Weights) -> _Said:
    if not facts.touches or not weights.known:
        return []
    counts = weights.known * min(1.0, facts.touches / ENOUGH_TOUCHES)
    return [(counts, Reason(Why.KNOWS, {"count": facts.touches, "on": facts.touched_on}))]


def _said_of_load(points: int, capacity: int, weights: Weights) -> _Said:
    if points > capacity:
        return [(0.0, Reason(Why.FULL))]
    if not weights.load:
        return []
    if points >= NEARLY * capacity:
        return [(0.0, Reason(Why.NEARLY_FULL))]
    return [(weights.load * (1 - points / capacity), Reason(Why.ROOM))]


def _said_of_leave(client: ClientFacts, facts: MemberFacts, weights: Weights) -> _Said:
    ahead = [
        each
        for each in facts.away
        if each.last >= client.asked_on and each.first <= client.asked_on + LEAVE_AHEAD
    ]
    if not ahead or not weights.leave:
        return []
    longest = max(ahead, key=lambda each: (each.last - each.first, each.id))
    return [(0.0, Reason(Why.AWAY, {"first": longest.first, "last": longest.last}))]


def _said_of_fairness(facts: MemberFacts, weights: Weights) -> _Said:
    if not weights.fairness:
        return []
    if not facts.taken:
        return [(weights.fairness * 0.5, Reason(Why.TOOK_NONE))]
    return [(0.0, Reason(Why.TOOK_MANY))] if facts.taken >= MANY_TAKEN else []
