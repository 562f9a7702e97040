"""Outings: hospitality for several people of several clients, each judged for themselves.

What would let all of them come is found by judging: more value never makes a verdict milder, so that the highest cost
a head at which everybody may come can be found by halving.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal

from bot.domain.gifts.proposal import Proposal
from bot.domain.gifts.rules import Outcome
from bot.domain.money import Money
from bot.domain.refusals import Refusal

KINDS = ("meal", "refreshment", "entertainment", "event_attendance", "travel", "lodging")
"""What people can be invited to: codes of the proposal vocabulary."""
MOST_PEOPLE = 30
MOST_COMPANIONS = 9
"""Companions that each person may bring."""
LONGEST_BACK = timedelta(days=366)
FARTHEST_AHEAD = timedelta(days=730)
_CENT = Decimal("0.01")
_WHOLE_FROM = Decimal(5)
_FAR = Decimal(1000)
"""How far a cost for all is looked for where none was named."""
_MOST_WAYS = 3

VerdictOf = Callable[[Proposal], Outcome]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is the same for everybody who is invited.

    `category` is a code of the proposal vocabulary, `cost` that of one head (None: not known yet). `host_present` says
    that somebody of ours comes along, `host` who. Each person may bring `companions`. `setting` is a code, too.
    """

    description: str
    category: str
    cost: Money | None
    day: date
    host_present: bool = True
    host: str = ""
    companions: int = 0
    setting: str | None = None


@dataclass(frozen=True, slots=True)
class NewOuting:
    """An outing about to be recorded: who plans it, under which key it may exist once, and the check of each person."""

    member_id: int
    key: str
    circumstances: Circumstances
    currency: str
    planned_at: datetime
    check_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outing:
    """An outing as it stands. `check_ids` are one for each person, in the order in which they were named.

    `currency` is that of the cost, known even where the cost is not. `changed_at` says that a newer one took its place.
    """

    id: int
    member_id: int
    circumstances: Circumstances
    currency: str
    planned_at: datetime
    changed_at: datetime | None
    check_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """Something that would let everybody come, found by judging each of them.

    `cost` is the highest cost a head (None: as planned). `host` says that somebody of ours comes along as well, `alone`
    that nobody brings companions. `without` are the places, among the people, of those for whom no lower cost would do.
    """

    cost: Decimal | None
    host: bool = False
    alone: bool = False
    without: tuple[int, ...] = ()


def check_day(day: date, today: date) -> None:
    """Raise Refusal ``outing.day`` (day) for a day too far away to be judged by the rules on file."""
    if not today - LONGEST_BACK <= day <= today + FARTHEST_AHEAD:
        raise Refusal("outing.day", day=day)


def ways(proposals: Sequence[Proposal], verdict_of: VerdictOf, currency: str) -> tuple[Way, ...]:
    """At most three ways in which all may come, the nearest to what is planned first; none where all may come as it is.

    `proposals` have one item each, whose price is the cost a head in `currency`. Where nothing lets all of them come,
    the only way tells how high the cost may be for all but those for whom no cost would do.
    """
    if _all_may(proposals, verdict_of):
        return ()
    found: list[Way] = []
    at_lower_cost: list[Way] = []
    for host, alone in _other_circumstances(proposals):
        changed = [_changed(proposal, host=host, alone=alone) for proposal in proposals]
        if (host or alone) and _all_may(changed, verdict_of):
            found.append(Way(None, host, alone))
        elif (cost := _highest(changed, verdict_of, currency)) is not None:
            at_lower_cost.append(Way(cost, host, alone))
    # A cost that is no higher than what is possible with less ado adds nothing.
    best = Decimal(0)
    for way in at_lower_cost:
        assert way.cost is not None, "a lower cost is a cost"
        if way.cost > best:
            best = way.cost
            found.append(way)
    if found:
        return tuple(found[:_MOST_WAYS])
    return _all_but_some(proposals, verdict_of, currency)


def _all_but_some(proposals: Sequence[Proposal], verdict_of: VerdictOf, currency: str) -> tuple[Way, ...]:
    kept = [
        place
        for place, proposal in enumerate(proposals)
        if verdict_of(_at(proposal, Decimal(1), currency)) is Outcome.ALLOWED
    ]
    if not kept:
        return ()
    others = [proposals[place] for place in kept]
    without = tuple(place for place in range(len(proposals)) if place not in kept)
    cost = _highest(others, verdict_of, currency)
    return () if cost is None else (Way(cost, without=without),)


def _all_may(proposals: Sequence[Proposal], verdict_of: VerdictOf) -> bool:
    return all(verdict_of(proposal) is Outcome.ALLOWED for proposal in proposals)


def _other_circumstances(proposals: Sequence[Proposal]) -> Iterator[tuple[bool, bool]]:
    host = any(proposal.context.host_present is False for proposal in proposals)
    alone = any(proposal.context.guests for proposal in proposals)
    yield False, False
    if host:
        yield True, False
    if alone:
        yield False, True
    if host and alone:
        yield True, True


def _changed(proposal: Proposal, *, host: bool, alone: bool) -> Proposal:
    context, items = proposal.context, proposal.items
    if host:
        context = replace(context, host_present=True)
    if alone:
        context = replace(context, guests=0, guest_relation=None)
        items = tuple(replace(item, quantity=1) for item in items)
    return replace(proposal, context=context, items=items)


def _highest(proposals: Sequence[Proposal], verdict_of: VerdictOf, currency: str) -> Decimal | None:
    """The highest cost a head, below the one planned, at which all may come; None when they may at none."""

    def may_at(cents: int) -> bool:
        return _all_may([_at(each, cents * _CENT, currency) for each in proposals], verdict_of)

    known = [price for each in proposals if (price := each.items[0].unit_value) is not None]
    good, too_much = 100, int(max(known, default=_FAR) / _CENT)  # nobody is invited for a few cents
    if too_much <= good or not may_at(good):
        return None
    if not known and may_at(too_much):
        return _FAR
    while too_much - good > 1:
        middle = (good + too_much) // 2
        if may_at(middle):
            good = middle
        else:
            too_much = middle
    cost = good * _CENT
    whole = cost.to_integral_value(ROUND_FLOOR)
    return whole if whole >= _WHOLE_FROM and may_at(int(whole / _CENT)) else cost


def _at(proposal: Proposal, cost: Decimal, currency: str) -> Proposal:
    items = tuple(replace(item, unit_value=cost, currency=currency) for item in proposal.items)
    return replace(proposal, items=items)
