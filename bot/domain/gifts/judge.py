"""The judge: may this gift be given, why, on what does that hang, and what would pass instead."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.gifts.book import Rulebook
from bot.domain.gifts.explain import alternatives, assumptions
from bot.domain.gifts.hearing import hear, judgement_of
from bot.domain.gifts.judgement import Judgement
from bot.domain.gifts.proposal import Proposal
from bot.domain.gifts.rates import Rates
from bot.domain.gifts.variants import Variants


def judge(
    proposal: Proposal,
    rulebook: Rulebook,
    *,
    rates: Rates,
    explain: bool = False,
    cautious: bool = False,
) -> Judgement:
    """Decide whether the gift may be given.

    With `explain` the answer also lists the assumptions on which the verdict hangs and up to three
    alternatives that would be allowed; that judges some dozens of variants. With `cautious` a rule that speaks
    with a caveat (secondary, unverified, undated or old source) no longer allows: a person has to approve.
    """
    heard = hear(proposal, rulebook, rates, cautious=cautious)
    judgement = judgement_of(heard, rulebook)
    if not explain:
        return judgement
    verdict_of = Variants(heard, rulebook, rates=rates, cautious=cautious).verdict
    return replace(
        judgement,
        assumptions=assumptions(proposal, rulebook, judgement.verdict, verdict_of),
        alternatives=alternatives(proposal, judgement.verdict, verdict_of),
    )
