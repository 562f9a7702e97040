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
_SOME = settings(max_examples=100, deadline=None)


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


def _of_unknown_value(item: Item) -> Item:
    return replace(item, unit_value=None, face_value=None, market_value=None, cost_to_giver=None)


def _with_payment(proposal: Proposal, data: st.DataObject) -> Proposal:
    """The proposal with something paid back that lies around one of its amounts, or between two of them."""
    amounts = {
        (value + cent) * (item.quantity or 1)
        for item in proposal.items
        for value in (item.unit_value, item.face_value, item.market_value, item.cost_to_giver)
        if value is not None
        for cent in (Decimal("-0.01"), Decimal(0), Decimal("0.01"))
    }
    whole = sum((max(amount, Decimal(0)) for amount in amounts), Decimal(0)) / 3
    chosen = data.draw(st.sampled_from(sorted(a for a in amounts | {whole, Decimal(5)} if a >= 0)))
    paid = chosen.quantize(Decimal("0.01"))
    return replace(proposal, context=replace(proposal.context, recipient_pays=paid))


@_MANY
@given(likely_proposals | proposals, st.data(), st.decimals(min_value="0.01", max_value=500, places=2))
def test_more_for_what_is_paid_back_is_never_milder_nor_is_paying_back_less(
    proposal: Proposal, data: st.DataObject, by: Decimal
) -> None:
    paid = _with_payment(proposal, data)
    pays = paid.context.recipient_pays or Decimal(0)
    first, *others = paid.items
    more = {
        "value": replace(paid, items=(_raised(first, by), *others)),
        "a cent": replace(paid, items=(_raised(first, Decimal("0.01")), *others)),
        "pieces": replace(paid, items=(replace(first, quantity=(first.quantity or 1) + 1), *others)),
        "items": replace(paid, items=(*paid.items, first)),
        "less paid": replace(paid, context=replace(paid.context, recipient_pays=max(pays - by, Decimal(0)))),
        "nothing paid": replace(paid, context=replace(paid.context, recipient_pays=None)),
    }
    was = verdict(paid, shipped(), rates=RATES)

    assert {name for name, each in more.items() if verdict(each, shipped(), rates=RATES) < was} == set()


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
    added = data.draw(
        st.sampled_from(proposal.items) | st.sampled_from(proposal.items).map(_of_unknown_value)
    )
    more = replace(proposal, items=(*proposal.items, added))

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
            "unknown": replace(proposal, items=(first, *others, _of_unknown_value(first))),
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


_WORSE = (
    "item.lavish",
    "item.cash_component",
    "context.frequent",
    "context.conditional",
    "context.pending_decision",
    "context.after_official_act",
    "context.scarce",
    "giver.registered_lobbyist",
    "giver.retains_lobbyist",
    "recipient.procurement_role",
)


@_SOME
@given(likely_proposals | proposals, st.sampled_from(_WORSE))
def test_what_speaks_against_a_gift_never_makes_the_verdict_milder(proposal: Proposal, path: str) -> None:
    section, _, name = path.partition(".")

    def told(*, holds: bool) -> Outcome:
        changed: dict[str, Any] = {name: holds}
        if section == "item":
            changed = {"items": tuple(replace(item, **changed) for item in proposal.items)}
        else:
            changed = {section: replace(getattr(proposal, section), **changed)}
        return verdict(replace(proposal, **changed), shipped(), rates=RATES)

    assert told(holds=True) >= told(holds=False)


@_SOME
@given(likely_proposals | proposals)
def test_a_value_nobody_knows_is_allowed_only_where_any_value_would_be_or_a_rule_says_so(
    proposal: Proposal,
) -> None:
    unknown = replace(proposal, items=tuple(_of_unknown_value(item) for item in proposal.items))
    dear = replace(
        unknown, items=tuple(replace(item, unit_value=Decimal(1_000_000)) for item in unknown.items)
    )
    judgement = judge(unknown, shipped(), rates=RATES)

    if judgement.verdict is Outcome.ALLOWED:
        said_so = any(finding.rule.unknown == "allow" for finding in judgement.findings)
        assert said_so or verdict(dear, shipped(), rates=RATES) is Outcome.ALLOWED


class _NoRates:
    def quote(self, source: str, target: str, day: date) -> None:
        """No rate is on file."""


@_SOME
@given(likely_proposals | proposals)
def test_without_rates_nothing_is_allowed_that_is_not_with_them(proposal: Proposal) -> None:
    if verdict(proposal, shipped(), rates=_NoRates()) is Outcome.ALLOWED:
        assert verdict(proposal, shipped(), rates=RATES) is Outcome.ALLOWED


@_SOME
@given(likely_proposals | proposals, priors, st.randoms(use_true_random=False))
def test_of_earlier_gifts_neither_order_nor_a_missing_day_makes_the_verdict_milder(
    proposal: Proposal, one: Prior, random: Any
) -> None:
    earlier = [one, *(proposal.context.prior or ())]

    def told(first: Prior, *others: Prior) -> Outcome:
        context = replace(proposal.context, prior=(first, *others))
        return verdict(replace(proposal, context=context), shipped(), rates=RATES)

    today = replace(one, date=proposal.date)
    shuffled = earlier.copy()
    random.shuffle(shuffled)

    assert told(*shuffled) is told(*earlier)
    assert told(*earlier) <= told(today, *earlier[1:]) is told(replace(today, date=None), *earlier[1:])
    assert told(today, *earlier[1:]) <= told(replace(today, category=None), *earlier[1:])


def _changed(data: dict[str, Any], changes: Any) -> dict[str, Any]:
    """The proposal as another program would send it, changed as an alternative of an answer says."""
    for key, value in changes.items():
        section, _, name = key.rpartition(".")
        if section.startswith("items["):
            data["items"][int(section.removeprefix("items[").removesuffix("]"))][name] = value
        elif section:
            data.setdefault(section, {})[name] = value
        else:
            data[name] = value
    return data


@_SOME
@given(likely_proposals | proposals, st.booleans())
def test_every_alternative_is_allowed_when_it_is_proposed_just_as_the_answer_says(
    proposal: Proposal, cautious: bool
) -> None:
    said: Any = judge(proposal, shipped(), rates=RATES, explain=True, cautious=cautious).as_json()
    for alternative in said["alternatives"]:
        data = json.loads(_written(proposal))
        money = data.pop("currency")
        other = read_proposal(_changed(data, alternative["changes"]), today=TODAY, currency=money)

        assert verdict(other, shipped(), rates=RATES, cautious=cautious) is Outcome.ALLOWED


@settings(max_examples=40, deadline=None)
@given(likely_proposals | proposals)
def test_what_is_said_in_explanation_is_true(proposal: Proposal) -> None:
    judgement = judge(proposal, shipped(), rates=RATES, explain=True)

    assert len(judgement.alternatives) <= 3
    assert judgement.verdict is not Outcome.ALLOWED or not judgement.alternatives
    for assumption in judgement.assumptions:
        assert assumption.verdict_if_other is not judgement.verdict
