"""Judging a variant of what was heard before finds exactly what hearing everybody finds."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.gifts.explain import alternatives, assumptions
from bot.domain.gifts.facts import FACTS, Situation
from bot.domain.gifts.hearing import hear, verdict
from bot.domain.gifts.judge import judge
from bot.domain.gifts.proposal import Context, Giver, Item, Proposal, Recipient
from bot.domain.gifts.rules import Outcome
from bot.domain.gifts.variants import Variants
from tests.bot.domain.gifts.proposals import contexts, givers, items, likely_proposals, proposals, recipients
from tests.bot.domain.gifts.shelf import RATES, shipped

_SECTIONS: dict[str, Any] = {"recipient": recipients, "giver": givers, "context": contexts}
_KINDS: dict[str, Any] = {"recipient": Recipient, "giver": Giver, "context": Context, "item": Item}


def _everybody_heard(proposal: Proposal, *, cautious: bool) -> Outcome:
    return hear(proposal, shipped(), RATES, cautious=cautious).outcome


@settings(max_examples=150, deadline=None)
@given(proposals | likely_proposals, st.booleans())
def test_the_explanation_is_the_one_of_judging_every_variant_in_full(
    proposal: Proposal, cautious: bool
) -> None:
    def in_full(variant: Proposal) -> Outcome:
        return _everybody_heard(variant, cautious=cautious)

    judgement = judge(proposal, shipped(), rates=RATES, explain=True, cautious=cautious)
    plain = in_full(proposal)

    assert judgement.verdict is plain
    assert judgement.assumptions == assumptions(proposal, shipped(), plain, in_full)
    assert judgement.alternatives == alternatives(proposal, plain, in_full)


def _with_changes(proposal: Proposal, data: st.DataObject) -> Proposal:
    """The proposal with a few of its fields as some other proposal has them."""
    for _ in range(data.draw(st.integers(1, 3))):
        section = data.draw(
            st.sampled_from(["recipient", "giver", "context", "context", "item", "item", "top"])
        )
        if section == "top":
            other = data.draw(proposals)
            name = data.draw(st.sampled_from(["date", "currency", "house_policy", "direction", "items"]))
            changed: dict[str, Any] = {name: getattr(other, name)}
            proposal = replace(proposal, **changed)
            continue
        name = data.draw(st.sampled_from([field.name for field in fields(_KINDS[section])]))
        if section == "item":
            place = data.draw(st.integers(0, len(proposal.items) - 1))
            many = list(proposal.items)
            changed = {name: getattr(data.draw(items), name)}
            many[place] = replace(many[place], **changed)
            proposal = replace(proposal, items=tuple(many))
        else:
            changed = {name: getattr(data.draw(_SECTIONS[section]), name)}
            part: dict[str, Any] = {section: replace(getattr(proposal, section), **changed)}
            proposal = replace(proposal, **part)
    return proposal


@settings(max_examples=250, deadline=None)
@given(proposals | likely_proposals, st.booleans(), st.data())
def test_any_change_is_judged_as_if_it_had_been_proposed_at_first(
    proposal: Proposal, cautious: bool, data: st.DataObject
) -> None:
    variants = Variants(
        hear(proposal, shipped(), RATES, cautious=cautious), shipped(), rates=RATES, cautious=cautious
    )
    variant = proposal
    # Each variant is held against those before it, so that what was remembered of them is put to use.
    for _ in range(4):
        variant = _with_changes(data.draw(st.sampled_from([proposal, variant])), data)
        plain = _everybody_heard(variant, cautious=cautious)

        assert variants.verdict(variant) is plain
        assert verdict(variant, shipped(), rates=RATES, cautious=cautious) is plain


@settings(max_examples=150, deadline=None)
@given(proposals, proposals, st.booleans())
def test_a_fact_reads_nothing_but_what_it_says_it_reads(
    proposal: Proposal, other: Proposal, official: bool
) -> None:
    for section, kind in _KINDS.items():
        for field in fields(kind):
            path = f"{section}.{field.name}"
            holder: Any = proposal.items[0] if section == "item" else getattr(proposal, section)
            donor: Any = other.items[0] if section == "item" else getattr(other, section)
            changed: dict[str, Any] = {field.name: getattr(donor, field.name)}
            if section == "item":
                variant = replace(proposal, items=(replace(holder, **changed),))
            else:
                part: dict[str, Any] = {section: replace(holder, **changed)}
                variant = replace(proposal, **part)
            before = Situation(proposal, proposal.items[0], official=official)
            after = Situation(variant, variant.items[0], official=official)
            moved = {name for name, fact in FACTS.items() if fact.read(before) != fact.read(after)}

            assert moved <= {name for name, fact in FACTS.items() if path in (name, *fact.also)}
