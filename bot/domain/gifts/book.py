"""The rulebook: all rules in force, checked against one another and indexed by whom they concern."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise

from bot.domain.gifts.facts import FACTS
from bot.domain.gifts.proposal import Proposal, Recipient
from bot.domain.gifts.rules import Rule, RuleError
from bot.domain.names import fold, normalise

#: Sentences that belong to no single rule, by code and language ("en", "fr").
Phrases = Mapping[str, Mapping[str, str]]

_PARTIES_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class _Parties:
    """What of a proposal decides which rules concern it: both sides, the day, and whether our own policy counts."""

    employer: str | None
    regimes: tuple[str, ...]
    places: tuple[str, ...]
    giver: str | None
    giver_place: str | None
    on: date
    house_policy: bool


@dataclass(frozen=True)
class Docket:
    """The rules that concern two parties on one day, by regime; inside a regime exceptions stand first."""

    regimes: Mapping[str, Sequence[Rule]]

    @cached_property
    def names(self) -> frozenset[str]:
        """All regimes."""
        return frozenset(self.regimes)

    @cached_property
    def ours(self) -> Sequence[str]:
        """The regimes of our own policy; they speak last, because they may ask whether others have spoken."""
        return [name for name, rules in self.regimes.items() if rules[0].layer == "house"]

    @cached_property
    def theirs(self) -> Sequence[str]:
        """All other regimes."""
        return [name for name in self.regimes if name not in self.ours]

    @cached_property
    def asking_who_spoke(self) -> frozenset[str]:
        """The regimes with a rule that asks whether the recipient's side has spoken."""
        return frozenset(rule.regime for rule in self.readers.get("derived.recipient_rule_on_file", ()))

    @cached_property
    def _about(self) -> dict[tuple[str, frozenset[str]], Sequence[Rule]]:
        return {}

    def about(self, regime: str, categories: frozenset[str]) -> Sequence[Rule]:
        """The rules of a regime that can bear on a verdict about gifts of these categories, in their order."""
        key = (regime, categories)
        if key not in self._about:
            self._about[key] = [
                rule
                for rule in self.regimes[regime]
                if rule.layer != "tax" and not rule.only_if_forbidden and rule.categories & categories
            ]
        return self._about[key]

    @cached_property
    def readers(self) -> Mapping[str, Sequence[Rule]]:
        """By each field of the proposal the rules with a condition on which it bears; tax notes are no verdict."""
        found: dict[str, list[Rule]] = {}
        for rules in self.regimes.values():
            for rule in rules:
                if rule.layer == "tax":
                    continue
                paths = {field for path in rule.facts for field in (path, *FACTS[path].also)}
                for path in paths:
                    found.setdefault(path, []).append(rule)
        return found

    @cached_property
    def measuring(self) -> frozenset[str]:
        """The regimes in which something depends on how much is given."""
        return frozenset(
            name
            for name, rules in self.regimes.items()
            if any(rule.threshold is not None and rule.layer != "tax" for rule in rules)
        )


class Rulebook:
    """Rules with a version. The same version always gives the same answer to the same proposal.

    `version` names the content, `date` is the day to which the content was brought up to date, `phrases`
    holds sentences that belong to no single rule. Raises RuleError when an id is used twice, or a rule names
    another one (or a regime) that does not exist, or exceptions run in a circle.
    """

    def __init__(self, rules: Iterable[Rule], *, version: str, date: date, phrases: Phrases) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: rule.id))
        self.version = version
        self.date = date
        self.phrases = phrases
        self.by_id: Mapping[str, Rule] = {rule.id: rule for rule in self.rules}
        self._check()
        self._rank = _ranks(self.rules)
        self._names = {
            rule.id: (
                frozenset(normalise(name) for name in rule.scope.employers),
                frozenset(fold(name) for name in rule.scope.not_employers),
                tuple(normalise(name) for name in rule.scope.givers),
            )
            for rule in self.rules
        }
        # One check judges dozens of variants of a gift, nearly all between the same two parties.
        self._applicable = lru_cache(maxsize=_PARTIES_REMEMBERED)(self._found)
        self._by_employer: dict[str, list[Rule]] = {}
        self._by_regime: dict[str, list[Rule]] = {}
        self._by_place: dict[str, list[Rule]] = {}
        self._by_giver_place: dict[str, list[Rule]] = {}
        self._for_all: list[Rule] = []
        for rule in self.rules:
            self._file(rule)
        #: Codes of the recipients who hold a public office.
        self.public_offices = frozenset(
            code for rule in self.rules if rule.layer == "public_official" for code in rule.scope.regimes
        )
        #: Every regime code that some rule knows.
        self.known_codes = frozenset(code for rule in self.rules for code in rule.scope.regimes)

    def applicable(self, proposal: Proposal) -> Mapping[str, Sequence[Rule]]:
        """The rules that concern this recipient and giver on that day, by regime.

        Inside a regime an exception stands before the rules that it lifts.
        """
        return self.docket(proposal).regimes

    def docket(self, proposal: Proposal) -> Docket:
        """The applicable rules, with what is worth knowing about them before many variants are judged."""
        recipient, giver = proposal.recipient, proposal.giver
        return self._applicable(
            _Parties(
                recipient.employer,
                recipient.regimes or (),
                _places(recipient),
                giver.description,
                giver.jurisdiction,
                proposal.date,
                house_policy=proposal.house_policy is not False,
            )
        )

    def _found(self, parties: _Parties) -> Docket:
        found: dict[str, Rule] = {}
        employer = normalise(parties.employer) if parties.employer else None
        candidates: list[list[Rule]] = [self._for_all]
        if employer:
            candidates.append(self._by_employer.get(employer, []))
        candidates.extend(self._by_regime.get(code, []) for code in parties.regimes)
        candidates.extend(self._by_place.get(place, []) for place in parties.places)
        candidates.extend(self._by_giver_place.get(place, []) for place in _around(parties.giver_place))
        for rules in candidates:
            for rule in rules:
                if rule.id not in found and self._concerns(rule, parties, employer):
                    found[rule.id] = rule
        regimes: dict[str, list[Rule]] = {}
        for rule in sorted(found.values(), key=lambda each: self._rank[each.id]):
            regimes.setdefault(rule.regime, []).append(rule)
        return Docket(regimes)

    def knows_employer(self, employer: str) -> bool:
        """Whether any rule names this employer."""
        folded = fold(employer)
        return any(
            folded not in self._names[rule.id][1] for rule in self._by_employer.get(normalise(employer), [])
        )

    def is_namesake(self, employer: str) -> bool:
        """Whether a rule names this employer as somebody else of the same name ("Merck KGaA" beside Merck)."""
        folded = fold(employer)
        return any(
            folded in self._names[rule.id][1] for rule in self._by_employer.get(normalise(employer), [])
        )

    def _concerns(self, rule: Rule, parties: _Parties, employer: str | None) -> bool:
        scope = rule.scope
        employers, not_employers, givers = self._names[rule.id]
        if not rule.in_force(parties.on):
            return False
        if rule.own_policy and not parties.house_policy:
            return False
        if employers:
            if employer is None or employer not in employers:
                return False
            if not_employers and fold(parties.employer or "") in not_employers:
                return False
        if givers and not _begins_with(parties.giver, givers):
            return False
        if scope.regimes and not set(scope.regimes).intersection(parties.regimes):
            return False
        if scope.jurisdictions and not set(scope.jurisdictions).intersection(parties.places):
            return False
        return not scope.giver_jurisdictions or bool(
            set(scope.giver_jurisdictions).intersection(_around(parties.giver_place))
        )

    def _file(self, rule: Rule) -> None:
        scope = rule.scope
        if scope.employers:
            for name in self._names[rule.id][0]:
                self._by_employer.setdefault(name, []).append(rule)
        elif scope.regimes:
            for code in scope.regimes:
                self._by_regime.setdefault(code, []).append(rule)
        elif scope.jurisdictions:
            for place in scope.jurisdictions:
                self._by_place.setdefault(place, []).append(rule)
        elif scope.giver_jurisdictions:
            for place in scope.giver_jurisdictions:
                self._by_giver_place.setdefault(place, []).append(rule)
        else:
            self._for_all.append(rule)

    def _check(self) -> None:
        regimes = {rule.regime for rule in self.rules}
        if len(self.by_id) != len(self.rules):
            twice = next(one.id for one, other in pairwise(self.rules) if one.id == other.id)
            raise RuleError(twice, "id", "is used twice")
        for rule in self.rules:
            for target in rule.lifts:
                lifted = self.by_id.get(target)
                if lifted is None or lifted.regime != rule.regime:
                    raise RuleError(rule.id, "lifts", f"{target!r} is no rule of the regime {rule.regime!r}")
            for target in rule.exempts:
                exempted = self.by_id.get(target)
                if exempted is None or exempted.effect != "report":
                    raise RuleError(rule.id, "exempts", f"{target!r} is no rule of effect report")
            for regime in rule.yields_to:
                if regime not in regimes:
                    raise RuleError(rule.id, "yields_to", f"{regime!r} is no regime")


def _begins_with(description: str | None, names: tuple[str, ...]) -> bool:
    words = normalise(description or "")
    return any(words == name or words.startswith(f"{name} ") for name in names)


def _places(recipient: Recipient) -> tuple[str, ...]:
    """Where the recipient is, and what that lies in; without a jurisdiction, the seats of its public offices."""
    if recipient.jurisdiction is not None:
        return tuple(_around(recipient.jurisdiction))
    # ``UK`` is a body here and ``GB`` the country; codes such as HCP name no place that a rule knows.
    seats = (
        "GB" + code[2:] if code == "UK" or code.startswith("UK-") else code
        for code in recipient.regimes or ()
    )
    return tuple(dict.fromkeys(place for seat in seats for place in _around(seat)))


def _around(place: str | None) -> list[str]:
    """The place and what it lies in: ``US-VT`` lies in ``US``."""
    if place is None:
        return []
    parts = place.split("-")
    return ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]


def _ranks(rules: Iterable[Rule]) -> dict[str, tuple[int, str]]:
    """An order in which every exception comes before what it lifts; ids break ties, so it is always the same."""
    by_id = {rule.id: rule for rule in rules}
    # The number of steps below: what is lifted must come later, so the tallest comes first.
    heights: dict[str, int] = {}
    for name in by_id:
        # By hand instead of by calling itself, because a file may hold thousands of rules in one chain.
        path = [name]
        under_way = {name}
        while path:
            rule = by_id[path[-1]]
            waiting = next((target for target in sorted(rule.lifts) if target not in heights), None)
            if waiting is None:
                heights[rule.id] = 1 + max((heights[target] for target in rule.lifts), default=0)
                under_way.remove(path.pop())
            elif waiting in under_way:
                raise RuleError(waiting, "lifts", "exceptions run in a circle")
            else:
                path.append(waiting)
                under_way.add(waiting)
    top = max(heights.values(), default=0) + 1
    return {rule.id: (-(top if rule.lifts_all else heights[rule.id]), rule.id) for rule in by_id.values()}
