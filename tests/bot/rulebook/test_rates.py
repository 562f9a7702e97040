"""The official rates that ship with the package."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.rulebook.rates import EcbRates

RATES = EcbRates()


def test_a_published_rate_is_exact() -> None:
    quote = RATES.quote("EUR", "USD", date(1999, 1, 4))

    assert quote is not None
    assert quote.rate == Decimal("1.1789")
    assert quote.day == date(1999, 1, 4)


def test_a_weekend_takes_the_rate_of_the_friday_before() -> None:
    quote = RATES.quote("EUR", "USD", date(2024, 3, 10))

    assert quote is not None
    assert quote.day == date(2024, 3, 8)


def test_two_other_currencies_cross_over_the_euro() -> None:
    day = date(2024, 3, 8)
    dollars, pounds, cross = (
        RATES.quote("EUR", "USD", day),
        RATES.quote("EUR", "GBP", day),
        RATES.quote("USD", "GBP", day),
    )

    assert dollars is not None
    assert pounds is not None
    assert cross is not None
    assert cross.rate == pounds.rate / dollars.rate


def test_after_the_newest_rates_the_newest_hold() -> None:
    quote = RATES.quote("EUR", "USD", RATES.last_day + timedelta(days=400))

    assert quote is not None
    assert quote.day == RATES.last_day


@pytest.mark.parametrize(
    ("source", "target", "day"),
    [
        ("EUR", "USD", date(1998, 12, 31)),
        ("EUR", "AED", date(2024, 3, 8)),
        ("XOF", "USD", date(2024, 3, 8)),
        ("SIT", "EUR", date(2024, 3, 8)),
    ],
)
def test_what_was_never_published_has_no_rate(source: str, target: str, day: date) -> None:
    assert RATES.quote(source, target, day) is None
