"""What a change of the rulebook means: which rules differ, and which recorded checks would come out differently."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from bot.domain.gifts.book import Rulebook
from bot.domain.gifts.conditions import Condition
from bot.domain.gifts.hearing import verdict
from bot.domain.gifts.proposal import Proposal
from bot.domain.gifts.rates import Rates
from bot.domain.gifts.rules import Outcome, Rule, Tax

_ENTRIES = {"threshold": "limit", "scope": "applies_to", "lifts_all": "lifts"}
"""Where a rule file calls an entry otherwise than we do."""


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule that was ``added``, ``removed`` or ``changed``; `entries` are those of the rule file that differ."""

    rule: str
    kind: str
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """A recorded check, by its place among those given, that would come out differently."""

    place: int
    before: Outcome
    after: Outcome


def changes(before: Rulebook, after: Rulebook) -> tuple[RuleChange, ...]:
    """How the second rulebook differs from the first, rule by rule, in the order of the ids."""
    found: list[RuleChange] = []
    for name in sorted({*before.by_id, *after.by_id}):
        old, new = before.by_id.get(name), after.by_id.get(name)
        if old is None:
            found.append(RuleChange(name, "added"))
        elif new is None:
            found.append(RuleChange(name, "removed"))
        else:
            entries = _differing(old, new)
            if entries:
                found.append(RuleChange(name, "changed", entries))
    return tuple(found)


def verdict_changes(
    proposals: Iterable[Proposal],
    before: Rulebook,
    after: Rulebook,
    *,
    rates: Rates,
    cautious: bool = False,
    cautious_after: bool | None = None,
) -> tuple[VerdictChange, ...]:
    """Which of these checks the change would turn; each keeps the date on which it was made.

    `cautious_after` None: the change leaves it as it is.
    """
    later = cautious if cautious_after is None else cautious_after
    found: list[VerdictChange] = []
    for place, proposal in enumerate(proposals):
        old = verdict(proposal, before, rates=rates, cautious=cautious)
        new = verdict(proposal, after, rates=rates, cautious=later)
        if old is not new:
            found.append(VerdictChange(place, old, new))
    return tuple(found)


def _differing(old: Rule, new: Rule) -> tuple[str, ...]:
    differing = [
        _ENTRIES.get(field.name, field.name)
        for field in fields(Rule)
        if _comparable(getattr(old, field.name)) != _comparable(getattr(new, field.name))
    ]
    return tuple(dict.fromkeys(differing))


def _comparable(value: object) -> object:
    """Compiled conditions are compared by what they were compiled from."""
    if isinstance(value, Condition):
        return value.source
    if isinstance(value, Tax):
        return (value.kind, value.share, _comparable(value.share_when), value.counts, value.known)
    return value
