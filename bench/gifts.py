"""The judge of gifts alone, without Slack and without a database."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from statistics import median

from bench.firms import MONDAY
from bench.measure import Case, each, interleave, spread
from bench.results import Row, single
from bench.scale import Bench
from bot.domain.gifts.judge import judge
from bot.domain.gifts.proposal import Proposal, read_proposal
from bot.rulebook.rates import EcbRates
from bot.rulebook.reader import load_rulebook

_RECIPIENTS = (
    {"employer": "Ford", "jurisdiction": "US-MI"},
    {"employer": "Verizon", "jurisdiction": "US-NY"},
    {"employer": "Google", "jurisdiction": "US-CA"},
    {"employer": "Acme", "jurisdiction": "FR"},
    {"employer": "Mercy Hospital", "jurisdiction": "US-VT", "regimes": ["HCP"]},
)
_ITEMS = (
    {"description": "bottle of wine", "category": "perishable", "unit_value": "45", "currency": "USD"},
    {"description": "dinner", "category": "meal", "unit_value": "120", "currency": "USD"},
    {"description": "pens", "category": "promotional_item", "unit_value": "8", "currency": "EUR"},
    {"description": "tickets", "category": "event_attendance", "currency": "USD"},
)


def measure(bench: Bench) -> list[Row]:
    rulebook, rates = load_rulebook(), EcbRates()
    proposals = cycle(_proposals())
    times = interleave(
        [
            Case(
                "judged",
                each(lambda: next(proposals), lambda one: judge(one, rulebook, rates=rates)),
            ),
            Case(
                "explained",
                each(lambda: next(proposals), lambda one: judge(one, rulebook, rates=rates, explain=True)),
            ),
        ],
        bench.scale.pace,
    )
    rules = len(rulebook.rules)
    return [
        Row("gift.rules", "rules in the book", single(rules), ""),
        Row(
            "gift.judged",
            "gifts judged, each with its findings, for a second of processor time",
            single(1 / median(times.cpu["judged"])),
            "per s",
        ),
        Row("gift.judged_time", "one gift judged", spread(times.cpu["judged"]).scaled(1e6), "µs"),
        Row(
            "gift.explained",
            "with assumptions and alternatives, each proved by judging it, to the verdict alone",
            times.cpu_ratio("explained", "judged"),
            "×",
        ),
    ]


def _proposals() -> Sequence[Proposal]:
    today = MONDAY.date()
    return [
        read_proposal({"recipient": recipient, "items": [item]}, today=today, currency="USD")
        for recipient in _RECIPIENTS
        for item in _ITEMS
    ]
