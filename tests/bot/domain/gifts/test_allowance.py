"""An allowed gift says what is left of our own yearly allowance, whoever gave the earlier ones."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bot.domain.gifts.judge import judge
from bot.domain.gifts.proposal import read_proposal
from bot.rulebook.rates import EcbRates
from tests.conftest import shipped_rulebook

DAY = date(2026, 11, 16)


def test_an_allowed_gift_shows_what_was_used_and_what_is_left_over_twelve_months() -> None:
    proposal = read_proposal(
        {
            "recipient": {"employer": "Google"},
            "items": [{"category": "promotional_item", "unit_value": "15", "currency": "USD"}],
            "context": {
                "prior": [
                    {"amount": "30", "currency": "USD", "date": "2026-03-02", "category": "gift"},
                    {"amount": "99", "currency": "USD", "date": "2025-11-15", "category": "gift"},
                ]
            },
        },
        today=DAY,
    )

    judgement = judge(proposal, shipped_rulebook(), rates=EcbRates())

    yearly = next(f for f in judgement.findings if f.rule.id == "house-gifts-12-months")
    assert judgement.as_json()["verdict"] == "allowed"
    assert (yearly.used, yearly.remaining) == (Decimal(45), Decimal(55))
