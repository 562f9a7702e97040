"""Judging variants of one proposal: only those are heard again whom the change touches.

A verdict found here is exactly the one that a hearing of everybody would come to. What a rule says depends on
the two parties and the day (which rules there are), on the facts that its conditions read, and on what the gift
counts for where it has a limit. A regime of which none of that has changed says what it said before.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence, Set
from dataclasses import fields
from operator import attrgetter

from bot.domain.gifts.book import Rulebook
from bot.domain.gifts.facts import Situation
from bot.domain.gifts.hearing import (
    Hearing,
    Verdict,
    concerns,
    concluded,
    hear_side,
    places_of_limits,
    refuses,
    remember_whether_on_file,
    verdict,
)
from bot.domain.gifts.proposal import Context, Giver, Item, Proposal, Recipient
from bot.domain.gifts.rates import Rates
from bot.domain.gifts.rules import Outcome, Rule
from bot.domain.gifts.valuation import AMOUNTS, COUNTED_FIELDS, Ledger, Place, Till

#: A field that differs: its path, the place of the item it belongs to (0 for all others), and the new value.
Change = tuple[str, int, object]
Places = Sequence[tuple[Place, bool]]

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


def _comparer(section: str, kind: type) -> Callable[[object, object, int], list[Change]]:
    """A function that names the fields in which a second value of one kind differs from a first."""
    names = [field.name for field in fields(kind)]
    paths = [f"{section}.{name}" for name in names]
    read = attrgetter(*names)

    def differing(one: object, other: object, place: int) -> list[Change]:
        if one is other:
            return []
        values = zip(paths, read(one), read(other), strict=True)
        return [(path, place, new) for path, old, new in values if old is not new and old != new]

    return differing


_of_recipient = _comparer("recipient", Recipient)
_of_giver = _comparer("giver", Giver)
_of_item = _comparer("item", Item)
_of_context = _comparer("context", Context)


class _Known:
    """A hearing that is over, and what was found out about it when variants were held against it."""

    def __init__(self, hearing: Hearing, outcome: Outcome) -> None:
        self.hearing = hearing
        self.outcome = outcome
        self._bearings: dict[tuple[str, int], bool | None] = {}
        self._places: dict[str, Places] = {}
        #: Regimes that refuse for good whatever the others say.
        self.refusing = {
            name
            for name, speeches in hearing.heard.items()
            if name not in hearing.docket.asking_who_spoke and refuses(speeches)
        }

    def bearing(self, rule: Rule, index: int) -> bool | None:
        """See `_bearing`."""
        key = (rule.id, index)
        if key not in self._bearings:
            self._bearings[key] = _bearing(rule, self.hearing, index)
        return self._bearings[key]

    def places(self, regime: str) -> Places:
        """See `places_of_limits`."""
        if regime not in self._places:
            self._places[regime] = places_of_limits(self.hearing, regime)
        return self._places[regime]


class Variants:
    """Verdicts of variants of a proposal that has been `heard`; made once for one explanation."""

    def __init__(self, heard: Verdict, rulebook: Rulebook, *, rates: Rates, cautious: bool) -> None:
        self._base = _Known(heard.hearing, heard.outcome)
        self._rulebook = rulebook
        self._rates = rates
        self._cautious = cautious
        self._docket = heard.hearing.docket
        self._ledger = Ledger()
        self._tills: dict[Hashable, Till] = {(): heard.hearing.till}
        self._outcomes: dict[Hashable, Outcome] = {(): heard.outcome}
        #: By all changes but those of amounts, the hearing to which others with these changes are compared.
        self._known: dict[Hashable, _Known] = {(): self._base}

    def verdict(self, variant: Proposal) -> Outcome:
        """The bare verdict on a variant, whatever it changes."""
        changes = self._changes(variant)
        if changes is None:
            return verdict(
                variant, self._rulebook, rates=self._rates, cautious=self._cautious, ledger=self._ledger
            )
        key: Hashable = tuple(changes)
        if key not in self._outcomes:
            self._outcomes[key] = self._found(variant, changes)
        return self._outcomes[key]

    def _found(self, variant: Proposal, changes: Sequence[Change]) -> Outcome:
        till = self._till(variant, changes)
        but_for_amounts: Hashable = tuple(change for change in changes if change[0] not in AMOUNTS)
        before = self._known.get(but_for_amounts)
        if before is not None:
            items = zip(before.hearing.proposal.items, variant.items, strict=True)
            worth = [change for index, pair in enumerate(items) for change in _of_item(*pair, index)]
            known = self._heard(variant, till, worth, before)
        else:
            known = self._heard(variant, till, changes, self._base)
            if known is not None:
                self._known[but_for_amounts] = known
        return Outcome.NOT_ALLOWED if known is None else known.outcome

    def _till(self, variant: Proposal, changes: Iterable[Change]) -> Till:
        """A till that counts the variant; one that has counted just this before, if there is one."""
        counted: Hashable = tuple(change for change in changes if change[0] in COUNTED_FIELDS)
        if counted not in self._tills:
            self._tills[counted] = Till(variant, self._rates, self._ledger)
        return self._tills[counted]

    def _heard(
        self, variant: Proposal, till: Till, changes: Sequence[Change], before: _Known
    ) -> _Known | None:
        """Let those speak again whom the changes touch; the others say what they said before.

        None as soon as somebody refuses for good.
        """
        hearing = Hearing(
            variant,
            till,
            [
                Situation(
                    variant, item, official=then.official, recipient_rule_on_file=then.recipient_rule_on_file
                )
                for item, then in zip(variant.items, before.hearing.situations, strict=True)
            ],
            self._docket,
            frozenset(item.category or "gift" for item in variant.items),
        )
        if not variant.context.recipient_pays and all(path in AMOUNTS for path, _, _ in changes):
            hearing.concerned = before.hearing.concerned.copy()
        if before.refusing and self._touched(hearing, changes, before, before.refusing) != before.refusing:
            return None
        touched = self._touched(hearing, changes, before, self._docket.names)
        if not touched:
            hearing.heard = before.hearing.heard
            return _Known(hearing, before.outcome)
        if self._refused(self._docket.theirs, hearing, touched, before):
            return None
        remember_whether_on_file(hearing, self._rulebook)
        if any(
            now.recipient_rule_on_file is not then.recipient_rule_on_file
            for now, then in zip(hearing.situations, before.hearing.situations, strict=True)
        ):
            touched |= self._docket.asking_who_spoke
            for name in self._docket.asking_who_spoke:
                hearing.concerned.pop(name, None)
        if self._refused(self._docket.ours, hearing, touched, before):
            return None
        return _Known(hearing, concluded(hearing)[0])

    def _refused(self, names: Iterable[str], hearing: Hearing, touched: set[str], before: _Known) -> bool:
        for name in names:
            if name not in touched:
                hearing.hear(name, before.hearing.heard[name])
            elif hear_side(hearing, (name,), cautious=self._cautious):
                return True
        return False

    def _changes(self, variant: Proposal) -> list[Change] | None:
        """How the variant differs; None where other rules may apply to it."""
        proposal = self._base.hearing.proposal
        if (
            variant.date != proposal.date
            or variant.currency != proposal.currency
            or variant.house_policy is not proposal.house_policy
            or variant.direction != proposal.direction
            or len(variant.items) != len(proposal.items)
        ):
            return None
        changes = _of_recipient(proposal.recipient, variant.recipient, 0)
        changes += _of_giver(proposal.giver, variant.giver, 0)
        if any(path in _PARTIES for path, _, _ in changes):
            return None
        changes += _of_context(proposal.context, variant.context, 0)
        for index, (one, other) in enumerate(zip(proposal.items, variant.items, strict=True)):
            changes += _of_item(one, other, index)
        return changes

    def _touched(
        self, hearing: Hearing, changes: Iterable[Change], before: _Known, among: Set[str]
    ) -> set[str]:
        """Those of some regimes that have to speak again."""
        paths = {path for path, _, _ in changes}
        pays = (before.hearing.proposal.context.recipient_pays, hearing.proposal.context.recipient_pays)
        if any(pays) or "item.category" in paths:
            # Whether anything is given at all, and of what kind, matters to every rule.
            return set(among)
        touched: set[str] = set()
        for path, place, _ in changes:
            places = (place,) if path.startswith("item.") else range(len(hearing.situations))
            for rule in self._docket.readers.get(path, ()):
                if (
                    rule.regime in among
                    and rule.regime not in touched
                    and any(
                        _bearing(rule, hearing, index) is not before.bearing(rule, index) for index in places
                    )
                ):
                    touched.add(rule.regime)
        if not paths.isdisjoint(COUNTED_FIELDS):
            # With several items, who counts together depends on what others said: they are simply asked again.
            several = len(hearing.situations) > 1
            touched.update(
                name
                for name in self._docket.measuring & among - touched
                if several or places_of_limits(hearing, name) != before.places(name)
            )
        return touched


def _bearing(rule: Rule, hearing: Hearing, index: int) -> bool | None:
    """Whether what would satisfy the rule is there; None where the rule is not about this item."""
    if not concerns(rule, hearing, index):
        return None
    return rule.satisfied_when is not None and rule.satisfied_when.holds(hearing.situations[index])
