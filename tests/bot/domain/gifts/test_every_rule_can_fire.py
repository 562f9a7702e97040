"""No dead rule: for each one there is a proposal about which it speaks."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.gifts.facts import FACTS
from bot.domain.gifts.judge import judge
from bot.domain.gifts.proposal import Context, Giver, Item, Prior, Proposal, Recipient
from bot.domain.gifts.rules import Rule
from tests.bot.domain.gifts.shelf import RATES, TODAY, shipped

_MOST_TRIES = 4_000


def _day(rule: Rule, dice: random.Random) -> date:
    days = [day for day in (TODAY, TODAY.replace(year=TODAY.year + 1)) if rule.in_force(day)]
    return dice.choice(days) if days else rule.effective_to or rule.effective_from or TODAY


def _amounts(rule: Rule) -> list[Decimal]:
    limit = rule.threshold
    if limit is None:
        return [Decimal(1), Decimal(30), Decimal(1000)]
    edges = [edge for edge in (limit.amount, limit.above) if edge is not None] or [Decimal(10)]
    return [value for edge in edges for value in (edge, edge / 2, edge * 2, edge + 1)]


def _try(rule: Rule, dice: random.Random) -> Proposal:
    scope = rule.scope
    proposal = Proposal(
        items=(
            Item(
                category=dice.choice(sorted(rule.categories)),
                unit_value=dice.choice(_amounts(rule)).quantize(Decimal("0.01")),
            ),
        ),
        date=_day(rule, dice),
        currency=rule.threshold.currency if rule.threshold and rule.threshold.currency != "XXX" else "USD",
        house_policy=rule.own_policy,
        recipient=Recipient(
            employer=scope.employers[0] if scope.employers else None,
            regimes=(scope.regimes[0],) if scope.regimes else None,
            jurisdiction=scope.jurisdictions[0] if scope.jurisdictions else None,
        ),
        giver=Giver(
            description=scope.givers[0] if scope.givers else None,
            jurisdiction=scope.giver_jurisdictions[0] if scope.giver_jurisdictions else None,
        ),
        context=Context(
            prior_count=dice.choice([None, 5]) if rule.threshold and rule.threshold.times else None
        ),
    )
    for condition in (rule.when, rule.unless):
        if condition is None:
            continue
        for path in sorted(condition.facts):
            if path.startswith("derived.") or dice.random() < 0.25:
                continue
            proposal = _told(proposal, path, condition.probes.get(path, frozenset()), dice)
    if "derived.paid_in_full" in rule.facts or rule.even_if_paid:
        value = proposal.items[0].unit_value
        proposal = replace(
            proposal, context=replace(proposal.context, recipient_pays=dice.choice([value, None]))
        )
    if rule.only_if_forbidden:
        proposal = replace(proposal, items=(replace(proposal.items[0], unit_value=Decimal(90)),))
    return proposal


def _told(proposal: Proposal, path: str, probes: frozenset[object], dice: random.Random) -> Proposal:
    fact = FACTS[path]
    section, _, name = path.partition(".")
    value: Any
    if fact.kind == "flag":
        value = dice.random() < 0.5
    elif fact.kind == "amount":
        value = Decimal(1)
    elif fact.kind == "codes":
        value = (dice.choice(sorted(str(probe) for probe in probes)),)
    elif probes:
        value = dice.choice(sorted(probes, key=str))
        if fact.codes and dice.random() < 0.3:
            value = dice.choice(fact.codes)
    else:
        return proposal
    change: dict[str, Any] = {name: value}
    if section == "item":
        if name == "category":
            return proposal  # chosen among the rule's own categories already
        return replace(proposal, items=(replace(proposal.items[0], **change),))
    if not name:
        return replace(proposal, **{section: value})
    part: dict[str, Any] = {section: replace(getattr(proposal, section), **change)}
    return replace(proposal, **part)


def _spoke(rule: Rule, proposal: Proposal) -> bool:
    judgement = judge(proposal, shipped(), rates=RATES)
    return rule.id in (
        {finding.rule.id for finding in judgement.findings}
        | {note.rule for note in judgement.tax}
        | {report.rule for report in judgement.reporting}
    )


@pytest.mark.parametrize("rule", shipped().rules, ids=lambda rule: rule.id)
def test_there_is_a_proposal_about_which_the_rule_speaks(rule: Rule) -> None:
    dice = random.Random(rule.id)

    assert any(_spoke(rule, _try(rule, dice)) for _ in range(_MOST_TRIES))


def test_prior_gifts_alone_do_not_silence_a_yearly_rule() -> None:
    proposal = Proposal(
        items=(Item(unit_value=Decimal(5)),),
        date=TODAY,
        currency="USD",
        house_policy=False,
        recipient=Recipient(regimes=("US-FED",)),
        context=Context(prior=(Prior(Decimal(49), "USD", TODAY),)),
    )

    assert _spoke(shipped().by_id["us-fed-50-year"], proposal)
