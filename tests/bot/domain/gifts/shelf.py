"""What the tests of this folder share: the shipped rulebook, fixed rates, and a short way to a verdict."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from bot.domain.gifts.book import Rulebook
from bot.domain.gifts.judge import judge
from bot.domain.gifts.judgement import Judgement
from bot.domain.gifts.proposal import Proposal, read_proposal
from bot.domain.gifts.rates import FixedRates
from bot.rulebook.reader import load_rulebook

TODAY = date(2026, 11, 20)

RATES = FixedRates(
    base="EUR",
    per_base={
        "USD": Decimal("1.10"),
        "GBP": Decimal("0.85"),
        "CAD": Decimal("1.50"),
        "AUD": Decimal("1.65"),
    },
    published=date(2026, 11, 19),
)


@cache
def shipped() -> Rulebook:
    """The rulebook as it ships, read once for the whole run."""
    return load_rulebook()


def proposal(text_or_data: str | dict[str, Any]) -> Proposal:
    """A proposal from JSON text or plain data, decoded as the interface does."""
    text = text_or_data if isinstance(text_or_data, str) else json.dumps(text_or_data, default=str)
    return read_proposal(json.loads(text, parse_float=Decimal), today=TODAY)


def judged(data: str | dict[str, Any], *, explain: bool = False, cautious: bool = False) -> Judgement:
    """The judgement of the shipped rulebook."""
    return judge(proposal(data), shipped(), rates=RATES, explain=explain, cautious=cautious)


def told(judgement: Judgement) -> set[str]:
    """The ids of the rules that spoke."""
    return {finding.rule.id for finding in judgement.findings}


def decisive(judgement: Judgement) -> set[str]:
    """The ids of the rules that alone explain the verdict."""
    return {finding.rule.id for finding in judgement.findings if finding.decisive}


def obliged(judgement: Judgement) -> set[str]:
    """The codes of what must be done even so."""
    return {obligation.code for obligation in judgement.obligations}
