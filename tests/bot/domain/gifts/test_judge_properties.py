"""What must hold for every proposal and every rule, whatever the rules say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.gifts.book import Rulebook
from bot.domain.gifts.facts import FACTS
from bot.domain.gifts.hearing import verdict
from bot.domain.gifts.judge import judge
from bot.domain.gifts.proposal import CATEGORIES, Item, Proposal
from bot.domain.gifts.rules import LAYERS, Outcome, read_group
from tests.bot.domain.gifts.proposals import proposals
from tests.bot.domain.gifts.shelf import RATES, shipped

_MANY = settings(max_examples=300, deadline=None)


def _raised(item: Item, by: Decimal) -> Item:
    def more(value: Decimal | None) -> Decimal | None:
        return None if value is None else value + by

    return replace(
        item,
        unit_value=more(item.unit_value),
        face_value=more(item.face_value),
        market_value=more(item.market_value),
        cost_to_giver=more(item.cost_to_giver),
    )


@_MANY
@given(proposals, st.data(), st.decimals(min_value="0.01", max_value=2000, places=2))
def test_more_value_never_makes_the_verdict_milder(
    proposal: Proposal, data: st.DataObject, by: Decimal
) -> None:
    place = data.draw(st.integers(0, len(proposal.items) - 1))
    items = list(proposal.items)
    items[place] = _raised(items[place], by)
    dearer = replace(proposal, items=tuple(items))

    assert verdict(dearer, shipped(), rates=RATES) >= verdict(proposal, shipped(), rates=RATES)


def _prohibition(data: st.DataObject) -> Any:
    path = data.draw(st.sampled_from(sorted(p for p, fact in FACTS.items() if fact.kind in ("flag", "code"))))
    fact = FACTS[path]
    value = data.draw(st.booleans() if fact.kind == "flag" else st.sampled_from(fact.codes))
    regime = data.draw(st.sampled_from(["of-the-day", *sorted({rule.regime for rule in shipped().rules})]))
    layer = next((rule.layer for rule in shipped().rules if rule.regime == regime), None)
    entry = {
        "id": "added-prohibition",
        "effect": "prohibit",
        "categories": data.draw(st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=5, unique=True)),
        "when": {path: value},
        "absolute": data.draw(st.booleans()),
        "source": {"title": "a test", "url": None, "checked": "primary"},
        "summary": {"en": "No.", "fr": "Non."},
    }
    if layer is None or layer == "tax":
        regime = "of-the-day"
        layer = data.draw(st.sampled_from([name for name in LAYERS if name != "tax"]))
    return {"regime": regime, "layer": layer, "rules": [entry]}


@_MANY
@given(proposals, st.data())
def test_one_more_prohibition_never_makes_the_verdict_milder(proposal: Proposal, data: st.DataObject) -> None:
    added = read_group(_prohibition(data), place="test", sources={}, yardsticks={})
    stricter = Rulebook([*shipped().rules, *added], version="more", date=date(2026, 1, 1), phrases={})

    assert verdict(proposal, stricter, rates=RATES) >= verdict(proposal, shipped(), rates=RATES)


@_MANY
@given(proposals, st.randoms(use_true_random=False))
def test_the_order_of_rules_does_not_matter(proposal: Proposal, random: Any) -> None:
    rules = list(shipped().rules)
    random.shuffle(rules)
    book = shipped()
    shuffled = Rulebook(rules, version=book.version, date=book.date, phrases=book.phrases)

    assert judge(proposal, shuffled, rates=RATES).as_json() == judge(proposal, book, rates=RATES).as_json()


@_MANY
@given(proposals, st.randoms(use_true_random=False))
def test_the_order_of_items_does_not_matter(proposal: Proposal, random: Any) -> None:
    # What the recipient pays is in the currency of the first item, so that order counts with mixed currencies.
    items = [replace(item, currency="USD") for item in proposal.items]
    sorted_one = replace(proposal, items=tuple(items))
    random.shuffle(items)
    shuffled = replace(proposal, items=tuple(items))

    first = judge(sorted_one, shipped(), rates=RATES)
    second = judge(shuffled, shipped(), rates=RATES)

    assert first.verdict is second.verdict
    assert first.obligations == second.obligations
    assert {f.rule.id for f in first.findings if f.decisive} == {
        f.rule.id for f in second.findings if f.decisive
    }


@_MANY
@given(proposals)
def test_the_same_question_gets_the_same_answer_every_time(proposal: Proposal) -> None:
    first = judge(proposal, shipped(), rates=RATES).as_json()

    assert judge(proposal, shipped(), rates=RATES).as_json() == first


@_MANY
@given(proposals)
def test_every_verdict_names_the_rules_that_explain_it_or_their_absence(proposal: Proposal) -> None:
    judgement = judge(proposal, shipped(), rates=RATES)
    explained = any(finding.decisive for finding in judgement.findings)

    if judgement.verdict is Outcome.ASK:
        assert judgement.silence == "no_rule_on_file"
    else:
        assert explained or judgement.silence == "paid_in_full"
    strictest = [finding.counts_as or 0 for finding in judgement.findings]
    assert strictest == sorted(strictest, reverse=True)


@_MANY
@given(proposals)
def test_caution_never_makes_the_verdict_milder(proposal: Proposal) -> None:
    bold = verdict(proposal, shipped(), rates=RATES)

    assert verdict(proposal, shipped(), rates=RATES, cautious=True) >= bold


@settings(max_examples=40, deadline=None)
@given(proposals)
def test_what_is_said_in_explanation_is_true(proposal: Proposal) -> None:
    judgement = judge(proposal, shipped(), rates=RATES, explain=True)

    assert len(judgement.alternatives) <= 3
    assert judgement.verdict is not Outcome.ALLOWED or not judgement.alternatives
    for assumption in judgement.assumptions:
        assert assumption.verdict_if_other is not judgement.verdict
