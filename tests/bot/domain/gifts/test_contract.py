"""The interface other programs call: text in, plain data out, faults as data."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.gifts.contract import answer, answer_line
from bot.domain.gifts.proposal import ProposalError
from tests.bot.domain.gifts.shelf import RATES, TODAY, shipped


def line(text: str) -> dict[str, Any]:
    return answer_line(text, shipped(), RATES, TODAY)


def test_the_answer_has_exactly_the_keys_of_the_interface() -> None:
    got = line('{"recipient": {"employer": "Ford"}, "items": [{"category": "alcohol", "unit_value": 45.50}]}')

    assert set(got) == {
        "verdict",
        "findings",
        "obligations",
        "reporting",
        "tax",
        "assumptions",
        "alternatives",
        "valuation",
        "rulebook",
    }
    assert set(got["findings"][0]) == {
        "rule",
        "layer",
        "effect",
        "decisive",
        "reason",
        "threshold",
        "used",
        "remaining",
        "source_title",
        "source_url",
        "checked",
        "text_date",
    }
    assert got["verdict"] == "not_allowed"
    assert got["findings"][0]["rule"] == "ford-seed"
    assert got["valuation"]["total"] == "45.50"
    assert json.loads(json.dumps(got)) == got


def test_reasons_come_in_the_language_asked_for() -> None:
    text = '{"recipient": {"employer": "Ford"}, "items": [{"category": "alcohol"}]}'

    french: Any = answer(text, shipped(), RATES, TODAY, language="fr")

    assert french["findings"][0]["reason"].startswith("Les salariés de Ford")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "$"),
        ("[]", "$"),
        ("nonsense", "$"),
        ('{"items": [{"unit_value": NaN}]}', "$"),
        ('{"items": [{"unit_value": -Infinity}]}', "$"),
        ('{"items": [{"unit_value": 1e999999999999999999999}]}', "items[0].unit_value"),
        ('{"items": [{"unit_value": ' + "9" * 5000 + "}]}", "items[0].unit_value"),
        ('{"items": [{"quantity": ' + "9" * 5000 + "}]}", "items[0].quantity"),
        ('{"items": [{}], "items": [{}]}', "items"),
        ("[" * 100_000, "$"),
        ('{"a":' * 100_000, "$"),
        ('{"items": [{}], "context": {"colour": 1}}', "context.colour"),
        ('{"items": [{"unit_value": 0.00001}]}', "items[0].unit_value"),
    ],
)
def test_bad_input_is_answered_with_the_key_that_is_wrong(text: str, key: str) -> None:
    got = line(text)

    assert set(got) == {"error"}
    assert got["error"]["key"] == key
    assert got["error"]["message"]
    assert "\n" not in got["error"]["message"]


def test_the_recipients_currency_goes_before_the_workspaces() -> None:
    text = '{"recipient": {"regimes": ["EU"]}, "items": [{"unit_value": 50}], "house_policy": false}'

    got: Any = answer(text, shipped(), RATES, TODAY, currency="USD")

    assert got["valuation"]["currency"] == "EUR"
    assert got["verdict"] == "needs_approval"


def test_a_single_check_raises_instead() -> None:
    with pytest.raises(ProposalError):
        answer("{}", shipped(), RATES, TODAY)


def test_a_number_is_never_rounded_through_binary() -> None:
    got = line(
        '{"recipient": {"regimes": ["US-FED"]}, "items": [{"unit_value": 20.0000}], "house_policy": false}'
    )
    over = line(
        '{"recipient": {"regimes": ["US-FED"]}, "items": [{"unit_value": 20.0001}], "house_policy": false}'
    )

    assert got["verdict"] == "allowed"
    assert over["verdict"] == "not_allowed"


@settings(deadline=None)
@given(st.text(max_size=200) | st.binary(max_size=100).map(lambda data: data.decode("latin-1")))
def test_no_text_crashes_the_interface(text: str) -> None:
    got = line(text)

    assert "error" in got or "verdict" in got
