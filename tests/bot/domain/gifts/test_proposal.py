"""Reading a proposal: strict about what is said, silent about what is left out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.gifts.proposal import Item, Proposal, ProposalError, read_amount, read_proposal

TODAY = date(2026, 11, 20)


def read(data: object) -> Proposal:
    return read_proposal(data, today=TODAY)


def test_only_items_are_needed() -> None:
    proposal = read({"items": [{}]})

    assert proposal.date == TODAY
    assert proposal.currency == "USD"
    assert proposal.items[0].category is None


def test_null_means_left_out() -> None:
    assert read({"items": [{"category": None}], "context": {"guests": None}}) == read(
        {"items": [{}], "context": {}}
    )


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ([], "$"),
        ({}, "items"),
        ({"items": []}, "items"),
        ({"items": {}}, "items"),
        ({"items": [{}], "surprise": 1}, "surprise"),
        ({"items": [{"price": 5}]}, "items[0].price"),
        ({"items": [{}, {"unit_value": -5}]}, "items[1].unit_value"),
        ({"items": [{"unit_value": "45,50"}]}, "items[0].unit_value"),
        ({"items": [{"unit_value": "1e9"}]}, "items[0].unit_value"),
        ({"items": [{"unit_value": "-5"}]}, "items[0].unit_value"),
        ({"items": [{"unit_value": True}]}, "items[0].unit_value"),
        ({"items": [{"unit_value": 0.1}]}, "items[0].unit_value"),
        ({"items": [{"unit_value": float("nan")}]}, "items[0].unit_value"),
        ({"items": [{"unit_value": Decimal("Infinity")}]}, "items[0].unit_value"),
        ({"items": [{"unit_value": Decimal("1E+99999")}]}, "items[0].unit_value"),
        ({"items": [{"unit_value": Decimal("1E-99999")}]}, "items[0].unit_value"),
        ({"items": [{"unit_value": 10**30}]}, "items[0].unit_value"),
        ({"items": [{"currency": "usd"}]}, "items[0].currency"),
        ({"items": [{"currency": "XXX"}]}, "items[0].currency"),
        ({"items": [{"quantity": 0}]}, "items[0].quantity"),
        ({"items": [{"quantity": 1.5}]}, "items[0].quantity"),
        ({"items": [{"category": "wine"}]}, "items[0].category"),
        ({"items": [{"branded": "yes"}]}, "items[0].branded"),
        ({"items": [{"source": 2}]}, "items[0].source"),
        ({"items": [{}], "date": "2026-02-30"}, "date"),
        ({"items": [{}], "date": "20260330"}, "date"),
        ({"items": [{}], "date": "9999-12-31"}, "date"),
        ({"items": [{}], "date": "0001-01-01"}, "date"),
        ({"items": [{}], "recipient": {"regimes": "HCP"}}, "recipient.regimes"),
        ({"items": [{}], "recipient": {"regimes": ["HCP", "us-fed"]}}, "recipient.regimes[1]"),
        ({"items": [{}], "recipient": {"jurisdiction": "France"}}, "recipient.jurisdiction"),
        ({"items": [{}], "context": {"prior": [{"currency": "USD"}]}}, "context.prior[0].amount"),
        ({"items": [{}], "context": {"prior": [{"amount": 5}]}}, "context.prior[0].currency"),
        ({"items": [{}], "context": {"guests": -1}}, "context.guests"),
        ({"items": [{}], "giver": []}, "giver"),
        ({"items": [{"description": "x" * 4001}]}, "items[0].description"),
        ({"items": [{}] * 101}, "items"),
    ],
)
def test_a_fault_is_named_by_its_key(data: Any, key: str) -> None:
    with pytest.raises(ProposalError) as caught:
        read(data)

    assert caught.value.key == key


@pytest.mark.parametrize(
    ("written", "exact"),
    [
        ("45.50", "45.50"),
        (45, "45"),
        (Decimal("1E+3"), "1000"),
        (0.5, "0.5"),
        ("0", "0"),
        (Decimal("-0"), "0"),
    ],
)
def test_amounts_keep_their_exact_value(written: object, exact: str) -> None:
    assert read_amount(written, "x") == Decimal(exact)


def test_the_currency_follows_the_recipients_country_or_office() -> None:
    assert read({"items": [{}], "recipient": {"jurisdiction": "GB"}}).currency == "GBP"
    assert read({"items": [{}], "recipient": {"jurisdiction": "UK"}}).recipient.jurisdiction == "GB"
    assert read({"items": [{}], "recipient": {"regimes": ["EU"]}}).currency == "EUR"
    assert read_proposal({"items": [{}]}, today=TODAY, currency="CHF").currency == "CHF"
    french = {"items": [{}], "recipient": {"jurisdiction": "FR"}}
    assert read_proposal(french, today=TODAY, currency="USD").currency == "USD"
    assert read_proposal(french, today=TODAY, fallback_currency="USD").currency == "EUR"
    assert read_proposal({"items": [{}]}, today=TODAY, fallback_currency="CAD").currency == "CAD"


def test_places_fill_what_was_left_out_and_no_more() -> None:
    proposal = read_proposal(
        {"items": [{}], "recipient": {"jurisdiction": "FR"}},
        today=TODAY,
        recipient_jurisdiction="US",
        giver_jurisdiction="CA",
    )

    assert (proposal.recipient.jurisdiction, proposal.giver.jurisdiction) == ("FR", "CA")


nested = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
keys = st.sampled_from(["items", "date", "recipient", "giver", "context", "house_policy", "direction", "?"])


@given(st.dictionaries(keys, nested) | nested)
def test_no_data_crashes_the_reader(data: Any) -> None:
    fault: str | None = None
    items: tuple[Item, ...] = ()
    try:
        items = read(data).items
    except ProposalError as error:
        fault = error.key

    assert items or fault is not None
