"""What must hold for every proposal and every rule, whatever the rules say."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.domain.gifts.book import Rulebook
from bot.domain.gifts.contract import answer_line
from bot.domain.gifts.facts import FACTS
from bot.domain.gifts.hearing import verdict
from bot.domain.gifts.judge import judge
from bot.domain.gifts.proposal import CATEGORIES, Item, Prior, Proposal, read_proposal
from bot.domain.gifts.rules import LAYERS, Outcome, Rule, read_group
from bot.rulebook.reader import load_rulebook
from tests.bot.domain.gifts.proposals import about, likely_proposals, priors, proposals
from tests.bot.domain.gifts.shelf import RATES, TODAY, shipped

_MANY = settings(max_examples=200, deadline=None)


def _raised(item: Item, by: Decimal) -> Item:
    def more(value: Decimal | None) -> Decimal | None:
        return None if value is None else value + by

    return replace(
        item,
        unit_value=more(item.unit_value),
        face_value=more(item.face_value),
        market_value=more(item.market_value),
        cost_to_giver=more(item.cost_to_giver),
        value_above=more(item.value_above),
    )


@_MANY
@given(likely_proposals | proposals, st.data(), st.decimals(min_value="0.01", max_value=2000, places=2))
def test_more_value_never_makes_the_verdict_milder(
    proposal: Proposal, data: st.DataObject, by: Decimal
) -> None:
    place = data.draw(st.integers(0, len(proposal.items) - 1))
    items = list(proposal.items)
    items[place] = _raised(items[place], by)
    dearer = replace(proposal, items=tuple(items))

    assert verdict(dearer, shipped(), rates=RATES) >= verdict(proposal, shipped(), rates=RATES)


@_MANY
@given(likely_proposals | proposals, st.data(), st.integers(1, 1_000))
def test_more_pieces_never_make_the_verdict_milder(proposal: Proposal, data: st.DataObject, by: int) -> None:
    place = data.draw(st.integers(0, len(proposal.items) - 1))
    items = list(proposal.items)
    items[place] = replace(items[place], quantity=(items[place].quantity or 1) + by)
    more = replace(proposal, items=tuple(items))

    assert verdict(more, shipped(), rates=RATES) >= verdict(proposal, shipped(), rates=RATES)


@_MANY
@given(likely_proposals | proposals, st.data())
def test_more_items_never_make_the_verdict_milder(proposal: Proposal, data: st.DataObject) -> None:
    # What is paid back, and a share of a pooled object, are told of the whole gift: with more in it they mean less.
    more = replace(proposal, items=(*proposal.items, data.draw(st.sampled_from(proposal.items))))

    assert verdict(more, shipped(), rates=RATES) >= verdict(proposal, shipped(), rates=RATES)


@_MANY
@given(likely_proposals | proposals, st.lists(priors, min_size=1, max_size=3), st.data())
def test_more_received_earlier_never_makes_the_verdict_milder(
    proposal: Proposal, added: list[Prior], data: st.DataObject
) -> None:
    before = list(proposal.context.prior or ())
    dearer: bool = data.draw(st.booleans())
    if before and dearer:
        place = data.draw(st.integers(0, len(before) - 1))
        by = data.draw(st.decimals(min_value="0.01", max_value=2000, places=2))
        before[place] = replace(before[place], amount=before[place].amount + by)
    else:
        before += added
    count = data.draw(
        st.sampled_from([proposal.context.prior_count, (proposal.context.prior_count or 0) + 1])
    )
    more = replace(proposal, context=replace(proposal.context, prior=tuple(before), prior_count=count))

    assert verdict(more, shipped(), rates=RATES) >= verdict(proposal, shipped(), rates=RATES)


@pytest.mark.parametrize("rule", shipped().rules, ids=lambda rule: rule.id)
def test_around_each_rule_more_of_anything_is_never_milder(rule: Rule) -> None:
    @settings(max_examples=12, deadline=None, phases=[Phase.generate], database=None)
    @given(about(rule), st.decimals(min_value="0.01", max_value=500, places=2))
    def check(proposal: Proposal, by: Decimal) -> None:
        was = verdict(proposal, shipped(), rates=RATES)
        first, *others = proposal.items
        context = proposal.context
        received = Prior(by, proposal.currency, proposal.date, first.category)
        variants = {
            "value": replace(proposal, items=(_raised(first, by), *others)),
            "pieces": replace(proposal, items=(replace(first, quantity=(first.quantity or 1) + 1), *others)),
            "items": replace(proposal, items=(first, *others, first)),
            "earlier": replace(proposal, context=replace(context, prior=(*(context.prior or ()), received))),
        }
        milder = {name for name, more in variants.items() if verdict(more, shipped(), rates=RATES) < was}

        assert milder == set()

    check()


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
@given(likely_proposals | proposals, st.data())
def test_one_more_prohibition_never_makes_the_verdict_milder(proposal: Proposal, data: st.DataObject) -> None:
    added = read_group(_prohibition(data), place="test", sources={}, yardsticks={})
    stricter = Rulebook([*shipped().rules, *added], version="more", date=date(2026, 1, 1), phrases={})

    assert verdict(proposal, stricter, rates=RATES) >= verdict(proposal, shipped(), rates=RATES)


@_MANY
@given(likely_proposals | proposals, st.randoms(use_true_random=False))
def test_the_order_of_rules_does_not_matter(proposal: Proposal, random: Any) -> None:
    rules = list(shipped().rules)
    random.shuffle(rules)
    book = shipped()
    shuffled = Rulebook(rules, version=book.version, date=book.date, phrases=book.phrases)

    assert judge(proposal, shuffled, rates=RATES).as_json() == judge(proposal, book, rates=RATES).as_json()


@_MANY
@given(likely_proposals | proposals, st.randoms(use_true_random=False))
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


def _written(proposal: Proposal) -> str:
    """The proposal as another program would send it."""
    return json.dumps(_told(asdict(proposal)))


def _told(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _told(part) for name, part in value.items() if part is not None}
    if isinstance(value, list | tuple):
        return [_told(part) for part in value]
    return value if isinstance(value, bool | int) else str(value)


@cache
def _loaded_again() -> Rulebook:
    return load_rulebook()


@settings(max_examples=100, deadline=None)
@given(likely_proposals | proposals)
def test_a_proposal_sent_as_json_to_a_rulebook_loaded_anew_gets_the_very_same_answer(
    proposal: Proposal,
) -> None:
    data = json.loads(_written(proposal))
    data.pop("currency")
    money = proposal.currency
    here = judge(proposal, shipped(), rates=RATES, explain=True).as_json()
    there = answer_line(json.dumps(data), _loaded_again(), RATES, TODAY, currency=money)

    # Which earlier currency an amount is in is told beside the proposal; all else stands in it.
    read = read_proposal(data, today=TODAY, currency=money)
    assert read == proposal
    assert _loaded_again().version == shipped().version
    assert judge(read, _loaded_again(), rates=RATES, explain=True).as_json() == here
    if read_proposal(data, today=TODAY, fallback_currency=money).currency == money:
        assert json.dumps(there) == json.dumps(here)


@_MANY
@given(proposals)
def test_every_allowed_names_in_its_answer_the_rule_that_allows_it_or_that_nothing_is_given(
    proposal: Proposal,
) -> None:
    judgement = judge(proposal, shipped(), rates=RATES)
    said: Any = judgement.as_json()
    allowing = [each["rule"] for each in said["findings"] if each["decisive"]]

    if said["verdict"] == "allowed":
        assert allowing or (judgement.silence == "paid_in_full" and proposal.context.recipient_pays)
    assert not (judgement.silence and said["verdict"] in ("needs_approval", "not_allowed"))


@_MANY
@given(likely_proposals | proposals)
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
@given(likely_proposals | proposals)
def test_caution_never_makes_the_verdict_milder(proposal: Proposal) -> None:
    bold = verdict(proposal, shipped(), rates=RATES)

    assert verdict(proposal, shipped(), rates=RATES, cautious=True) >= bold


@settings(max_examples=40, deadline=None)
@given(likely_proposals | proposals)
def test_what_is_said_in_explanation_is_true(proposal: Proposal) -> None:
    judgement = judge(proposal, shipped(), rates=RATES, explain=True)

    assert len(judgement.alternatives) <= 3
    assert judgement.verdict is not Outcome.ALLOWED or not judgement.alternatives
    for assumption in judgement.assumptions:
        assert assumption.verdict_if_other is not judgement.verdict
