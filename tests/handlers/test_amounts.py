"""Amounts of money as people type them."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money
from handlers.amounts import MAX_DIGITS, AmountError, FoundAmount, find_amount

NARROW, NO_BREAK = "\u202f", "\u00a0"


def outcome(
    text: str, locale: str = "en-US", dollar: str = "USD", *, bare: bool = False
) -> FoundAmount | AmountError | None:
    """What comes of it, complaints included."""
    try:
        return find_amount(text, locale=locale, dollar=dollar, bare=bare)
    except AmountError as error:
        return error


def money(text: str, locale: str = "en-US", dollar: str = "USD", *, bare: bool = False) -> str | None:
    result = find_amount(text, locale=locale, dollar=dollar, bare=bare)
    return f"{result.money.amount} {result.money.currency}" if result else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$45", "45 USD"),
        ("45 $", "45 USD"),
        ("45,50 €", "45.50 EUR"),
        ("€1,000", "1000 EUR"),
        ("$1,000", "1000 USD"),
        ("$1,000.50", "1000.50 USD"),
        ("1.000,50 €", "1000.50 EUR"),
        ("1.000.000 €", "1000000 EUR"),
        ("1 000 €", "1000 EUR"),
        (f"1{NARROW}000 €", "1000 EUR"),
        (f"1{NO_BREAK}000,50{NO_BREAK}€", "1000.50 EUR"),
        ("1'000.50 CHF", "1000.50 CHF"),
        ("US$ 20", "20 USD"),
        ("CA$20", "20 CAD"),
        ("C$20", "20 CAD"),
        ("20 $CA", "20 CAD"),
        ("20 $ CA", "20 CAD"),
        ("$45 CAD", "45 CAD"),
        ("$45 US", "45 USD"),
        ("A$5", "5 AUD"),
        ("45 EUR", "45 EUR"),
        ("EUR 45", "45 EUR"),
        ("45EUR", "45 EUR"),
        ("45 usd", "45 USD"),
        ("£30", "30 GBP"),
        ("¥1000", "1000 JPY"),
        ("45 dollars", "45 USD"),
        ("20 euros", "20 EUR"),
        ("45 bucks", "45 USD"),
        ("45 dollars canadiens", "45 CAD"),
        ("20 Swiss francs", "20 CHF"),
        ("20 francs suisses", "20 CHF"),
        ("20 livres sterling", "20 GBP"),
        ("45,5€", "45.5 EUR"),
        ("10€50", "10.5 EUR"),
        ("$5k", "5000 USD"),
        ("$0", "0 USD"),
        ("$999999999999", "999999999999 USD"),
        ("2 x $30 tickets", "30 USD"),
        ("2x$30", "30 USD"),
        ("$20 thousand-island dressing", "20 USD"),
        ("12 pens, $45.", "45 USD"),
        ("moins de 50 €", "50 EUR"),
        ("$45/each", "45 USD"),
        ("wine for Jane - $45", "45 USD"),
    ],
)
def test_an_amount_is_read_as_it_is_written(text: str, expected: str) -> None:
    assert money(text) == expected


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        ("-5", "negative", "-5"),
        ("-$5", "negative", "-$5"),
        ("$-5", "negative", "$-5"),
        ("wine for −5 €", "negative", "−5 €"),
        ("minus 5 dollars", "negative", "minus 5 dollars"),
        ("1e9", "not_a_number", "1e9"),
        ("$1e9", "not_a_number", "$1e9"),
        ("NaN", "not_a_number", "NaN"),
        ("$inf", "not_a_number", "$inf"),
        ("∞ €", "not_a_number", "∞ €"),
        ("$1,00,0", "not_a_number", "$1,00,0"),
        ("$1,000,50", "not_a_number", "$1,000,50"),
        ("$.50", "not_a_number", "$.50"),
        ("$2m", "not_a_number", "$2m"),
        ("١٢ €", "not_a_number", "١٢ €"),
        ("$2 hundred", "not_a_number", "$2"),
        ("$20 thousand", "not_a_number", "$20"),
        ("2 € mille", "not_a_number", "2 €"),
        ("fifty dollars", "words", "fifty dollars"),
        ("forty-five euros", "words", "forty-five euros"),
        ("cent cinquante euros", "words", "cent cinquante euros"),
        ("$9999999999999", "too_large", "$9999999999999"),
        ("$999999999999k", "too_large", "$999999999999k"),
        ("$1.000", "ambiguous", "$1.000"),
        ("$40-50", "ambiguous", "$40"),
        ("40-50 €", "ambiguous", "50 €"),
        ("$40 to $50", "ambiguous", "$40"),
        ("over $50", "ambiguous", "$50"),
        ("plus de 50 €", "ambiguous", "50 €"),
        ("$100+", "ambiguous", "$100"),
        ("$45 €", "ambiguous", "$45 €"),
        ("20 francs", "ambiguous", "20 francs"),
        ("$45 200 pens", "ambiguous", "$45 200"),
        ("10 $20", "ambiguous", "10 $20"),
        ("3 $100 pens", "ambiguous", "3 $100"),
        ("3 €5", "ambiguous", "3 €5"),
        ("10 euros 50", "ambiguous", "10 euros"),
        ("₿45", "unknown_currency", "₿45"),
        ("45 btc", "unknown_currency", "45 btc"),
        ("12 FRF", "unknown_currency", "12 FRF"),
        ("XY$20", "unknown_currency", "XY$20"),
    ],
)
def test_what_cannot_be_an_amount_is_named(text: str, code: str, word: str) -> None:
    error = outcome(text)
    assert isinstance(error, AmountError)
    assert (error.code, error.text) == (code, word)
    assert text[slice(*error.span)] == word


@pytest.mark.parametrize(
    "text",
    [
        "pen",
        "45 wine",
        "2 bottles",
        "12/03 lunch",
        "5 %",
        "room 12",
        "A45 €",
        "20 pounds of chocolate",
        "2 bob",
        "all 45",
        "",
    ],
)
def test_a_number_without_a_currency_is_no_amount(text: str) -> None:
    assert money(text) is None


def test_the_full_stop_groups_only_where_the_comma_is_the_decimal() -> None:
    assert money("1.000 €", "fr-FR") == "1000 EUR"
    assert money("1.000 $", "fr-CA", "CAD") == "1000 CAD"
    for locale in ("en-US", "en-GB", "xx-nowhere"):
        error = outcome("1.000 €", locale)
        assert isinstance(error, AmountError)
        assert error.code == "ambiguous"


def test_a_comma_with_three_digits_is_a_thousand_for_everybody() -> None:
    assert money("1,000 €", "fr-FR") == money("1,000 €", "en-US") == "1000 EUR"


def test_a_plain_dollar_is_the_dollar_of_the_client() -> None:
    assert money("$45", dollar="CAD") == "45 CAD"
    assert money("45 dollars", "fr-CA", "CAD") == "45 CAD"
    assert money("US$45", dollar="CAD") == "45 USD"


def test_a_lone_number_counts_only_when_the_caller_allows_it() -> None:
    assert money("45,50") is None
    assert money("45,50", bare=True) == "45.50 USD"
    assert money("1,000", "fr-CA", "CAD", bare=True) == "1000 CAD"
    assert money("2 of 45", bare=True) is None
    assert money("5 %", bare=True) is None


def test_number_words_alone_are_named_as_typed_when_an_amount_is_expected() -> None:
    error = outcome("  FIFTY ", bare=True)
    assert isinstance(error, AmountError)
    assert (error.code, error.text, error.span) == ("words", "FIFTY", (2, 7))


def test_the_span_covers_number_and_currency() -> None:
    text = "a bottle at 1 000,50 € for Jane"
    result = find_amount(text, locale="fr-FR")
    assert result is not None
    assert text[slice(*result.span)] == "1 000,50 €"
    assert result.money == Money(Decimal("1000.50"), "EUR")


def test_the_first_of_two_amounts_is_found() -> None:
    assert money("$45 wine and €30 flowers") == "45 USD"


# --------------------------------------------------------------------------- properties

_PIECES = st.sampled_from(
    re.split(
        r"\|",
        "$|€|45|1,000|1.000|-|1e9|NaN|fifty|cent|dollars|euros|EUR|CAD|k| |\u202f|,|.|x|to|over|<@U1|🙂|שלום|\u202e|000"
        "|US|pounds|of|%|¤|'|９|٣|\n|francs|each|+",
    )
)
_TEXTS = st.one_of(
    st.text(max_size=100),
    st.lists(_PIECES, max_size=25).map("".join),
    st.lists(_PIECES, max_size=25).map(" ".join),
    st.lists(_PIECES, min_size=1, max_size=5).map(lambda pieces: ("".join(pieces) * 4000)[:4000]),
)
CODES = ("negative", "not_a_number", "words", "ambiguous", "too_large", "unknown_currency")


@given(_TEXTS, st.sampled_from(("en-US", "fr-FR", "fr-CA", "en-GB", "", "?")), st.booleans())
def test_any_text_gives_sound_money_or_none_or_a_named_error(text: str, locale: str, bare: bool) -> None:
    result = outcome(text, locale, bare=bare)
    if result is None:
        return
    start, end = result.span
    assert 0 <= start < end <= len(text)
    if isinstance(result, AmountError):
        assert result.code in CODES
        assert result.text == text[start:end]
    else:
        assert 0 <= result.money.amount < Decimal(10) ** MAX_DIGITS
        assert re.search(r"\d", text[start:end])


_CENTS = st.integers(0, 10**13 - 1)


@given(_CENTS)
def test_english_writing_is_read_back_to_the_cent(cents: int) -> None:
    value = Decimal(cents) / 100
    for text in (f"${value:,.2f}", f"US$ {value:,.2f}", f"{value:.2f} USD"):
        result = find_amount(f"wine {text} for Jane", locale="en-US")
        assert result is not None
        assert result.money == Money(value, "USD")


@given(_CENTS, st.sampled_from((" ", NARROW, NO_BREAK, ".")))
def test_french_writing_is_read_back_to_the_cent(cents: int, group: str) -> None:
    value = Decimal(cents) / 100
    typed = f"{value:,.2f}".replace(",", "_").replace(".", ",").replace("_", group)
    result = find_amount(f"vin à {typed} € pour Jeanne", locale="fr-FR")
    assert result is not None
    assert result.money == Money(value, "EUR")


@given(st.integers(1, 10**6), st.sampled_from(("-", "−")))
def test_a_minus_never_becomes_an_amount(number: int, minus: str) -> None:
    for text in (f"{minus}{number} €", f"{minus}${number}", f"wine {minus}{number} EUR"):
        error = outcome(text)
        assert isinstance(error, AmountError)
        assert error.code == "negative"
