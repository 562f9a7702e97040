"""Judging variants of one proposal: only those are heard again whom the change touches.

A verdict found here is exactly the one that a hearing of everybody would come to. What a rule says depends on
the two parties and the day (which rules there are), on the facts that its conditions read, and on what the gift
counts for where it has a limit. A regime of which none of that has changed says what it said before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from operator import attrgetter

from bot.domain.gifts.book import Rulebook
from bot.domain.gifts.facts import Situation
from bot.domain.gifts.hearing import (
    Hearing,
    Verdict,
    concerns,
    concluded,
    hear_regime,
    remember_whether_on_file,
    sides,
    verdict,
)
from bot.domain.gifts.proposal import Context, Giver, Item, Proposal, Recipient
from bot.domain.gifts.rates import Rates
from bot.domain.gifts.rules import Outcome, Rule
from bot.domain.gifts.valuation import COUNTED_FIELDS, Ledger, Till

#: A field that differs: its path, and the place of the item it belongs to (0 for all others).
Changed = tuple[str, int]

#: What decides which rules there are. A variant that differs in one of these is heard from the start.
_PARTIES = frozenset(
    (
        "recipient.employer",
        "recipient.regimes",
        "recipient.jurisdiction",
        "giver.description",
        "giver.jurisdiction",
    )
)


def _comparer(section: str, kind: type) -> Callable[[object, object], list[str]]:
    """A function that names the fields in which two values of one kind differ."""
    names = [field.name for field in fields(kind)]
    paths = [f"{section}.{name}" for name in names]
    read = attrgetter(*names)

    def differing(one: object, other: object) -> list[str]:
        if one is other:
            return []
        pairs = zip(paths, read(one), read(other), strict=True)
        return [path for path, before, after in pairs if before is not after and before != after]

    return differing


_of_recipient = _comparer("recipient", Recipient)
_of_giver = _comparer("giver", Giver)
_of_item = _comparer("item", Item)
_of_context = _comparer("context", Context)


class Variants:
    """Verdicts of variants of a proposal that has been `heard`; made once for one explanation."""

    def __init__(self, heard: Verdict, rulebook: Rulebook, *, rates: Rates, cautious: bool) -> None:
        self._before = heard.hearing
        self._outcome = heard.outcome
        self._rulebook = rulebook
        self._rates = rates
        self._cautious = cautious
        self._docket = rulebook.docket(heard.hearing.proposal)
        self._theirs, self._ours = sides(self._docket.regimes)
        self._ledger = Ledger()
        self._bearings: dict[tuple[str, int], bool | None] = {}

    def verdict(self, variant: Proposal) -> Outcome:
        """The bare verdict on a variant, whatever it changes."""
        changed = self._changed(variant)
        if changed is None:
            return verdict(
                variant, self._rulebook, rates=self._rates, cautious=self._cautious, ledger=self._ledger
            )
        if not changed:
            return self._outcome
        before = self._before
        situations = [
            Situation(
                variant, item, official=known.official, recipient_rule_on_file=known.recipient_rule_on_file
            )
            for item, known in zip(variant.items, before.situations, strict=True)
        ]
        till = Till(variant, self._rates, self._ledger)
        hearing = Hearing(variant, till, situations, self._docket.regimes)
        touched = self._touched(hearing, changed)
        if not touched:
            return self._outcome
        self._hear(self._theirs, hearing, touched)
        remember_whether_on_file(hearing, self._rulebook)
        if any(
            now.recipient_rule_on_file is not then.recipient_rule_on_file
            for now, then in zip(situations, before.situations, strict=True)
        ):
            touched.update(
                rule.regime for rule in self._docket.readers.get("derived.recipient_rule_on_file", ())
            )
        self._hear(self._ours, hearing, touched)
        return concluded(hearing)[0]

    def _hear(self, names: Iterable[str], hearing: Hearing, touched: set[str]) -> None:
        for name in names:
            if name in touched:
                rules = self._docket.regimes[name]
                hearing.hear(name, hear_regime(rules, hearing, cautious=self._cautious))
            else:
                hearing.hear(name, self._before.heard[name])

    def _changed(self, variant: Proposal) -> list[Changed] | None:
        """The fields in which the variant differs; None where other rules may apply to it."""
        proposal = self._before.proposal
        if (
            variant.date != proposal.date
            or variant.currency != proposal.currency
            or variant.house_policy is not proposal.house_policy
            or variant.direction != proposal.direction
            or len(variant.items) != len(proposal.items)
        ):
            return None
        paths = _of_recipient(proposal.recipient, variant.recipient)
        paths += _of_giver(proposal.giver, variant.giver)
        if not _PARTIES.isdisjoint(paths):
            return None
        paths += _of_context(proposal.context, variant.context)
        changed = [(path, 0) for path in paths]
        for index, (one, other) in enumerate(zip(proposal.items, variant.items, strict=True)):
            changed += [(path, index) for path in _of_item(one, other)]
        return changed

    def _touched(self, hearing: Hearing, changed: Iterable[Changed]) -> set[str]:
        """The regimes that have to speak again."""
        pays = (self._before.proposal.context.recipient_pays, hearing.proposal.context.recipient_pays)
        if any(pays) or any(path == "item.category" for path, _ in changed):
            # Whether anything is given at all, and of what kind, matters to every rule.
            return set(self._docket.regimes)
        touched: set[str] = set()
        for path, place in changed:
            if path in COUNTED_FIELDS:
                touched |= self._docket.measuring
            places = (place,) if path.startswith("item.") else range(len(hearing.situations))
            for rule in self._docket.readers.get(path, ()):
                if rule.regime not in touched and any(
                    self._bears_otherwise(rule, hearing, index) for index in places
                ):
                    touched.add(rule.regime)
        return touched

    def _bears_otherwise(self, rule: Rule, hearing: Hearing, index: int) -> bool:
        key = (rule.id, index)
        if key not in self._bearings:
            self._bearings[key] = _bearing(rule, self._before, index)
        return _bearing(rule, hearing, index) is not self._bearings[key]


def _bearing(rule: Rule, hearing: Hearing, index: int) -> bool | None:
    """Whether what would satisfy the rule is there; None where the rule is not about this item."""
    if not concerns(rule, hearing, index):
        return None
    return rule.satisfied_when is not None and rule.satisfied_when.holds(hearing.situations[index])
