"""The judge of gifts alone, without Slack and without a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count, cycle
from statistics import median

import yaml

from bench.firms import MONDAY
from bench.measure import Case, each, interleave, percentile, spread
from bench.results import Row, single
from bench.scale import Bench
from bot.domain.gifts.judge import judge
from bot.domain.gifts.proposal import Prior, Proposal, read_proposal
from bot.rulebook.rates import EcbRates
from bot.rulebook.reader import load_rulebook, read_rulebook, shipped_files

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


_EARLIER = 1_000
_KINDS = ("gift", "meal", "perishable", "promotional_item")


def measure(bench: Bench) -> list[Row]:
    rulebook, rates = load_rulebook(), EcbRates()
    proposals = cycle(_proposals())
    with_history = cycle([_after_ten_years(one) for one in _proposals()])
    loads = count()
    texts = list(shipped_files().values())
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
            Case(
                "with a history",
                each(lambda: next(with_history), lambda one: judge(one, rulebook, rates=rates)),
            ),
            Case(
                "with a history, explained",
                each(lambda: next(with_history), lambda one: judge(one, rulebook, rates=rates, explain=True)),
            ),
            Case(
                "loaded",
                each(
                    # Texts that were read before are remembered: another comment each time makes them new.
                    lambda: {name: f"{text}\n# {next(loads)}\n" for name, text in shipped_files().items()},
                    read_rulebook,
                ),
            ),
            Case(
                "texts",
                each(
                    lambda: None,
                    lambda _: [yaml.load(text, yaml.CSafeLoader) for text in texts],
                ),
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
        Row(
            "gift.history",
            f"with {_EARLIER} earlier gifts of ten years to the same person, to the verdict without",
            times.cpu_ratio("with a history", "judged"),
            "×",
        ),
        Row(
            "gift.history_p99",
            "the same, the slowest of a hundred samples, to the median without",
            single(percentile(times.cpu["with a history"], 99) / median(times.cpu["judged"])),
            "×",
        ),
        Row(
            "gift.history_judged",
            "gifts with such a history judged for a second of processor time",
            single(1 / median(times.cpu["with a history"])),
            "per s",
        ),
        Row(
            "gift.history_explained",
            "the same with assumptions and alternatives, to the verdict without history",
            times.cpu_ratio("with a history, explained", "judged"),
            "×",
        ),
        Row(
            "gift.load",
            "rulebook read, checked and compiled, to the bare C loader of YAML on the same texts",
            times.cpu_ratio("loaded", "texts"),
            "×",
        ),
        Row("gift.load_time", "the same", spread(times.cpu["loaded"]).scaled(1e3), "ms"),
    ]


def _after_ten_years(proposal: Proposal) -> Proposal:
    """The same gift to somebody who has had a hundred a year for ten years."""
    today = MONDAY.date()
    step = timedelta(days=3650) / _EARLIER
    priors = tuple(
        Prior(Decimal(5 + number % 40), ("USD", "EUR")[number % 2], today - number * step, _KINDS[number % 4])
        for number in range(_EARLIER)
    )
    return replace(proposal, context=replace(proposal.context, prior=priors, prior_count=20))


def _proposals() -> Sequence[Proposal]:
    today = MONDAY.date()
    return [
        read_proposal({"recipient": recipient, "items": [item]}, today=today, currency="USD")
        for recipient in _RECIPIENTS
        for item in _ITEMS
    ]
