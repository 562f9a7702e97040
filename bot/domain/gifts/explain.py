"""What a verdict hangs on, and what would pass instead: found by judging variants of the proposal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any, TypeVar

from bot.domain.gifts.book import Rulebook
from bot.domain.gifts.facts import FACTS, Fact, Situation, was_given
from bot.domain.gifts.judgement import Alternative, Assumption
from bot.domain.gifts.proposal import Context, Giver, Item, Proposal, Recipient
from bot.domain.gifts.rules import Outcome, Rule

VerdictOf = Callable[[Proposal], Outcome]

_CENT = Decimal("0.01")
_MOST_ALTERNATIVES = 3
#: Facts of this many items are varied. The verdict is about all; but the work would grow with their square.
MOST_ITEMS_VARIED = 12
_WHOLE_FROM = Decimal(5)
#: Asked first among questions that are equally decisive: what people know at once and what matters most.
_ASKED_FIRST = (
    "items[0].unit_value",
    "items[0].category",
    "context.pending_decision",
    "recipient.buys_from_giver",
    "context.host_present",
    "context.guests",
    "context.given_to",
    "context.offered_to",
)
#: Plausible replacements, nearest first, by what is proposed.
_INSTEAD_OF_HOSPITALITY = ("meal", "refreshment", "gift", "promotional_item", "greeting_card")
_INSTEAD_OF_MONEY = ("gift", "promotional_item", "meal", "refreshment", "greeting_card")
_INSTEAD_OF_GOODS = (
    "gift",
    "perishable",
    "promotional_item",
    "educational_item",
    "informational_material",
    "meal",
    "refreshment",
    "greeting_card",
)
_HOSPITALITY = frozenset(("meal", "refreshment", "entertainment", "event_attendance", "travel", "lodging"))
_MONEY = frozenset(("cash", "cash_equivalent", "gift_card_retail", "tip", "loan", "investment", "discount"))


def assumptions(
    proposal: Proposal, rulebook: Rulebook, verdict: Outcome, verdict_of: VerdictOf
) -> tuple[Assumption, ...]:
    """The facts left out on which the verdict hangs, the most decisive first: the questions worth asking.

    Each comes with the other value that moves the verdict farthest; a fact of which no answer would move it is not
    among them. Judges one variant for each value that a rule concerning this proposal tells apart.
    """
    found: list[Assumption] = []
    for key, assumed, variants in _left_out(proposal, rulebook):
        moved = [
            (value, other) for value, variant in variants if (other := verdict_of(variant)) is not verdict
        ]
        if moved:
            value, other = max(moved, key=lambda each: abs(each[1] - verdict))
            found.append(Assumption(key, assumed, value, other))
    return tuple(sorted(found, key=lambda each: _order(each.key, abs(each.verdict_if_other - verdict))))


def _order(key: str, distance: int) -> tuple[int, int, str]:
    place = _ASKED_FIRST.index(key) if key in _ASKED_FIRST else len(_ASKED_FIRST)
    return (-distance, place, key)


def _left_out(
    proposal: Proposal, rulebook: Rulebook
) -> Iterator[tuple[str, object, list[tuple[object, Proposal]]]]:
    """Each fact that was left out and that a rule here reads: key, assumed value, and variants with others.

    Codes that no rule here tells apart are represented by two of them.
    """
    rules = [
        rule for group in rulebook.applicable(proposal).values() for rule in group if rule.layer != "tax"
    ]
    official = any(code in rulebook.public_offices for code in proposal.recipient.regimes or ())
    probes = _probes(rules)
    for path in sorted(probes):
        fact = FACTS[path]
        if not fact.asked:
            continue
        items = min(len(proposal.items), MOST_ITEMS_VARIED) if path.startswith("item.") else 1
        for index in range(items):
            if fact.asked_of is not None and proposal.items[index].category not in fact.asked_of:
                continue
            situation = Situation(proposal, proposal.items[index], official=official)
            if was_given(path, situation):
                continue
            assumed = fact.read(situation)
            values = [value for value in _values(fact, probes[path]) if value != assumed]
            yield (
                _key(path, index),
                assumed,
                [(value, _with(proposal, path, index, value)) for value in values],
            )
    for index, item in enumerate(proposal.items[:MOST_ITEMS_VARIED]):
        if not _has_value(item):
            yield (
                f"items[{index}].unit_value",
                None,
                [
                    (value, _with(proposal, "item.unit_value", index, value))
                    for value in _telling_values(rules)
                ],
            )


#: Facts whose ordinary case depends on others are asked about through these as well.
_BEHIND = {
    "context.diversity_of_views": ("context.attendees",),
    "context.because_of_position": ("context.offered_to",),
    "giver.seeks_official_action": ("giver.capacity",),
}


def _probes(rules: Iterable[Rule]) -> dict[str, set[object]]:
    found: dict[str, set[object]] = {}
    for rule in rules:
        for condition in (rule.when, rule.unless, rule.satisfied_when):
            if condition is None:
                continue
            for path in condition.facts:
                found.setdefault(path, set()).update(condition.probes.get(path, ()))
                for behind in _BEHIND.get(path, ()):
                    found.setdefault(behind, set())
    found.setdefault("item.category", set())
    return found


def _values(fact: Fact, probes: set[object]) -> list[object]:
    if fact.kind == "flag":
        return [True, False]
    if fact.kind == "count":
        counts = {value for value in probes if isinstance(value, int) and value >= 0}
        if fact.path == "context.attendees":
            counts |= {26}
        return [*sorted(counts)]
    if fact.path == "item.category":
        return list(fact.codes)
    others = [code for code in fact.codes if code not in probes]
    return [code for code in fact.codes if code in probes or code in (*others[:1], *others[-1:])]


def _telling_values(rules: Iterable[Rule]) -> list[Decimal]:
    """Values around which a verdict can turn: each limit, and a little more than each."""
    limits = {Decimal(1)}
    for rule in rules:
        if rule.threshold is not None:
            for amount in (rule.threshold.amount, rule.threshold.above):
                if amount is not None:
                    limits |= {amount, amount + 1, max(amount - 1, Decimal(1))}
    return sorted(limits)


def _has_value(item: Item) -> bool:
    return any(
        value is not None
        for value in (item.unit_value, item.face_value, item.market_value, item.cost_to_giver)
    )


def _key(path: str, index: int) -> str:
    section, _, name = path.partition(".")
    return f"items[{index}].{name}" if section == "item" else path


def _with(proposal: Proposal, path: str, index: int, value: object) -> Proposal:
    section, _, name = path.partition(".")
    if not name:
        return _copied(proposal, section, value)
    if section == "item":
        items = list(proposal.items)
        items[index] = _copied(items[index], name, value)
        return _copied(proposal, "items", tuple(items))
    return _copied(proposal, section, _copied(getattr(proposal, section), name, value))


_Part = TypeVar("_Part", Proposal, Recipient, Giver, Item, Context)


def _copied(part: _Part, name: str, value: object) -> _Part:
    """As `dataclasses.replace` for one field of a dataclass, in half the time: dozens are made for one check."""
    values: dict[str, Any] = {each: getattr(part, each) for each in type(part).__slots__}
    values[name] = value
    return type(part)(**values)


def alternatives(proposal: Proposal, verdict: Outcome, verdict_of: VerdictOf) -> tuple[Alternative, ...]:
    """At most three near things that the judge finds allowed, best first; none when the proposal itself is."""
    if verdict is Outcome.ALLOWED:
        return ()
    found: list[Alternative] = []
    kinds: set[str] = set()
    for kind, changes, variant in _candidates(proposal, verdict_of):
        if kind not in kinds and verdict_of(variant) is Outcome.ALLOWED:
            kinds.add(kind)
            found.append(Alternative(kind, changes))
            if len(found) == _MOST_ALTERNATIVES:
                break
    return tuple(found)


Candidate = tuple[str, dict[str, object], Proposal]


def _candidates(proposal: Proposal, verdict_of: VerdictOf) -> Iterator[Candidate]:
    """Near things, the nearest to what was meant first. Lazy: later ones cost nothing once three passed."""
    yield from _other_circumstances(proposal)
    yield from _lower_values(proposal, verdict_of)
    yield from _other_categories(proposal, verdict_of, lower=False)
    yield from _other_days(proposal, verdict_of)
    yield from _other_categories(proposal, verdict_of, lower=True)
    yield from _to_everybody(proposal)
    yield from _paid_by_recipient(proposal)


def _other_circumstances(proposal: Proposal) -> Iterator[Candidate]:
    context = proposal.context
    categories = {item.category or "gift" for item in proposal.items}
    if categories & _HOSPITALITY and not context.host_present:
        yield _changed(proposal, "host_present", {"context.host_present": True})
    if context.guests:
        heads = 1 + context.guests
        items = tuple(
            replace(item, quantity=max(1, (item.quantity or 1) // heads)) for item in proposal.items
        )
        alone = replace(proposal, items=items, context=replace(context, guests=0, guest_relation=None))
        changes: dict[str, object] = {"context.guests": 0}
        if context.guest_relation is not None:
            changes["context.guest_relation"] = None
        for index, (before, after) in enumerate(zip(proposal.items, items, strict=True)):
            if before.quantity is not None and before.quantity != after.quantity:
                changes[f"items[{index}].quantity"] = after.quantity
        yield ("no_guests", changes, alone)
    if context.given_to not in (None, "recipient"):
        yield _changed(proposal, "to_recipient", {"context.given_to": "recipient"})
    if "meal" in categories and "HCP" in (proposal.recipient.regimes or ()) and not context.presentation:
        yield _changed(
            proposal,
            "with_presentation",
            {"context.presentation": True, "context.host_present": True, "context.setting": "workplace"},
        )
    if context.pending_decision:
        yield _changed(proposal, "after_decision", {"context.pending_decision": False})


def _lower_values(proposal: Proposal, verdict_of: VerdictOf) -> Iterator[Candidate]:
    for index, item in enumerate(proposal.items[:MOST_ITEMS_VARIED]):
        if (item.quantity or 1) > 1 and not proposal.context.guests:
            yield _most_pieces(proposal, index, verdict_of)
        found = _highest_allowed(proposal, index, verdict_of)
        if found is not None:
            yield ("lower_value", *found)


def _most_pieces(proposal: Proposal, index: int, verdict_of: VerdictOf) -> Candidate:
    """The greatest number of pieces that is allowed, by halving as below; one piece, where none is."""

    def fewer(quantity: int) -> Candidate:
        return _changed(proposal, "fewer_pieces", {f"items[{index}].quantity": quantity})

    good, too_many = 1, proposal.items[index].quantity or 1
    while too_many - good > 1:
        middle = (good + too_many) // 2
        if verdict_of(fewer(middle)[2]) is Outcome.ALLOWED:
            good = middle
        else:
            too_many = middle
    return fewer(good)


def _highest_allowed(
    proposal: Proposal, index: int, verdict_of: VerdictOf
) -> tuple[dict[str, object], Proposal] | None:
    """The greatest value of one piece that is allowed, by halving: more value never makes a verdict milder."""
    item = proposal.items[index]
    known = [
        value for value in (item.unit_value, item.face_value, item.market_value, item.value_above) if value
    ]
    if not known:
        return None
    too_much = int(max(known) / _CENT)
    good = 0
    if verdict_of(_worth(proposal, index, _CENT)) is not Outcome.ALLOWED:
        return None
    good = 1
    while too_much - good > 1:
        middle = (good + too_much) // 2
        if verdict_of(_worth(proposal, index, middle * _CENT)) is Outcome.ALLOWED:
            good = middle
        else:
            too_much = middle
    value = good * _CENT
    if value >= _WHOLE_FROM:
        value = value.to_integral_value(ROUND_FLOOR)
    if value < 1:
        return None  # nobody gives a present of a few cents
    variant = _worth(proposal, index, value)
    changes: dict[str, object] = {}
    for name in ("unit_value", "face_value", "market_value", "cost_to_giver", "value_above"):
        before, after = getattr(item, name), getattr(variant.items[index], name)
        if before != after:
            changes[f"items[{index}].{name}"] = after
    return changes, variant


def _worth(proposal: Proposal, index: int, value: Decimal) -> Proposal:
    item = proposal.items[index]
    items = list(proposal.items)
    items[index] = replace(
        item,
        unit_value=value,
        face_value=None if item.face_value is None else value,
        market_value=None if item.market_value is None else value,
        cost_to_giver=None if item.cost_to_giver is None else min(value, item.cost_to_giver),
        value_above=None,
    )
    return replace(proposal, items=tuple(items))


def _other_categories(proposal: Proposal, verdict_of: VerdictOf, *, lower: bool) -> Iterator[Candidate]:
    if len(proposal.items) != 1:
        return
    item = proposal.items[0]
    category = item.category or "gift"
    instead: tuple[str, ...]
    if category in _HOSPITALITY:
        instead = _INSTEAD_OF_HOSPITALITY
    elif category in _MONEY:
        instead = _INSTEAD_OF_MONEY
    else:
        instead = _INSTEAD_OF_GOODS
    for other in instead:
        if other == category:
            continue
        kind, changes, variant = _changed(proposal, "other_category", {"items[0].category": other})
        if not lower:
            yield kind, changes, variant
        elif verdict_of(variant) is not Outcome.ALLOWED:
            found = _highest_allowed(variant, 0, verdict_of)
            if found is not None:
                yield ("smaller_category", {**changes, **found[0]}, found[1])
                return  # found by judging, so that it is allowed; one of its kind is enough


def _other_days(proposal: Proposal, verdict_of: VerdictOf) -> Iterator[Candidate]:
    """The first day of the next month and year, and the day on which enough earlier gifts are a year old."""
    day = proposal.date
    next_year = date(day.year + 1, 1, 1)
    next_month = next_year if day.month == 12 else date(day.year, day.month + 1, 1)
    lapsing = sorted(
        {
            prior.date + timedelta(days=365)
            for prior in proposal.context.prior or ()
            if prior.date is not None and prior.date + timedelta(days=365) > day
        }
    )
    # Each day fewer gifts are left to count, so that the first day that passes can be found by halving.
    low, high = 0, len(lapsing)
    while low < high:
        middle = (low + high) // 2
        if verdict_of(_on(proposal, lapsing[middle])[2]) is Outcome.ALLOWED:
            high = middle
        else:
            low = middle + 1
    days = {next_month, next_year, *lapsing[low : low + 1]}
    yield from (_on(proposal, each) for each in sorted(days))


def _on(proposal: Proposal, day: date) -> Candidate:
    context = proposal.context
    changes: dict[str, object] = {"date": day}
    if day.year != proposal.date.year and context.prior_count is not None:
        # A count made for this calendar year says nothing about the next one.
        context = replace(context, prior_count=0)
        changes["context.prior_count"] = 0
    return ("later_date", changes, replace(proposal, date=day, context=context))


def _to_everybody(proposal: Proposal) -> Iterator[Candidate]:
    if proposal.context.offered_to not in ("all_employees", "public"):
        yield _changed(proposal, "offer_to_all", {"context.offered_to": "all_employees"})


def _paid_by_recipient(proposal: Proposal) -> Iterator[Candidate]:
    whole = Decimal(0)
    currencies = {item.currency or proposal.currency for item in proposal.items}
    for item in proposal.items:
        known = [
            value
            for value in (item.unit_value, item.face_value, item.market_value, item.cost_to_giver)
            if value
        ]
        if not known:
            return
        whole += max(known) * (item.quantity or 1)
    if len(currencies) == 1:
        yield _changed(proposal, "recipient_pays", {"context.recipient_pays": whole})


def _changed(proposal: Proposal, kind: str, changes: dict[str, object]) -> Candidate:
    variant = proposal
    for key, value in changes.items():
        if key.startswith("items["):
            index, _, name = key.removeprefix("items[").partition("].")
            variant = _with(variant, f"item.{name}", int(index), value)
        else:
            variant = _with(variant, key, 0, value)
    return (kind, changes, variant)
