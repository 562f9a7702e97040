"""Money is exact and knows its currency."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


@given(amounts, amounts)
def test_amounts_of_one_currency_add_up_to_the_cent(one: Decimal, other: Decimal) -> None:
    assert Money(one, "USD") + Money(other, "USD") == Money(one + other, "USD")


def test_two_currencies_are_never_added() -> None:
    with pytest.raises(ValueError, match="cannot add EUR to USD"):
        Money(Decimal(1), "USD") + Money(Decimal(1), "EUR")


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity"), 1.5, 2, "3"])
def test_what_is_no_finite_decimal_is_no_amount(amount: Any) -> None:
    with pytest.raises(ValueError, match="not a finite decimal"):
        Money(amount, "USD")


@pytest.mark.parametrize("currency", ["usd", "US", "USDX", "", "ÉUR"])
def test_what_is_no_code_is_no_currency(currency: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(Decimal(1), currency)
