"""The language of conditions: what it can say, and what it refuses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.gifts.conditions import ConditionError, compile_condition
from bot.domain.gifts.facts import Situation
from tests.bot.domain.gifts.shelf import proposal


def holds(condition: Any, data: dict[str, object]) -> bool:
    told = proposal({"items": [{}], **data})
    situation = Situation(told, told.items[0], official=bool(told.recipient.regimes))
    return compile_condition(condition, "when").holds(situation)


@pytest.mark.parametrize(
    ("condition", "data", "expected"),
    [
        ({"context.host_present": True}, {"context": {"host_present": True}}, True),
        ({"context.host_present": True}, {}, False),
        ({"context.host_present": True}, {"items": [{"category": "meal"}]}, True),
        ({"fact": "context.guests", "at_least": 1}, {"context": {"guests": 1}}, True),
        ({"context.guests": {"below": 1}}, {}, True),
        ({"context.attendees": {"above": 25}}, {}, False),
        ({"context.diversity_of_views": True}, {"context": {"attendees": 26}}, True),
        ({"context.diversity_of_views": True}, {"context": {"attendees": 25}}, False),
        ({"giver.capacity": ["friend", "relative"]}, {"giver": {"capacity": "friend"}}, True),
        ({"giver.seeks_official_action": True}, {}, True),
        ({"giver.seeks_official_action": True}, {"giver": {"capacity": "friend"}}, False),
        ({"context.because_of_position": True}, {"recipient": {"regimes": ["US-FED"]}}, True),
        (
            {"context.because_of_position": True},
            {"recipient": {"regimes": ["US-FED"]}, "context": {"offered_to": "public"}},
            False,
        ),
        ({"context.fee_charged": True}, {"items": [{"category": "event_attendance"}]}, True),
        ({"fact": "context.setting", "given": False}, {}, True),
        ({"not": {"context.setting": "home"}}, {}, True),
        ({"any": [{"context.scarce": True}, {"context.regift": True}]}, {"context": {"regift": True}}, True),
        ({"all": [{"context.scarce": True}, {"context.regift": True}]}, {"context": {"regift": True}}, False),
        (
            {"item.description": {"mentions": ["baseball cap"]}},
            {"items": [{"description": "A Baseball-Cap!"}]},
            True,
        ),
        ({"item.description": {"mentions": ["cap"]}}, {"items": [{"description": "capital"}]}, False),
        ({"recipient.regimes": ["HCP"]}, {"recipient": {"regimes": ["HCP", "US-FED"]}}, True),
        ({"giver.jurisdiction": {"lies_in": ["US"]}}, {"giver": {"jurisdiction": "US-MA"}}, True),
        ({"giver.jurisdiction": {"lies_in": ["US"]}}, {"giver": {"jurisdiction": "US"}}, True),
        ({"giver.jurisdiction": {"lies_in": ["US"]}}, {"giver": {"jurisdiction": "JP"}}, False),
        ({"giver.jurisdiction": {"lies_in": ["US"]}}, {}, False),
    ],
)
def test_a_condition_holds_when_the_facts_say_so(
    condition: Any, data: dict[str, object], expected: bool
) -> None:
    assert holds(condition, data) is expected


deep: Any = {"context.scarce": True}
for _ in range(40):
    deep = {"not": deep}


@pytest.mark.parametrize(
    "condition",
    [
        {},
        [],
        "context.scarce",
        None,
        {"context.colour": True},
        {"__class__": True},
        {"fact": "context.scarce"},
        {"fact": "context.scarce", "is": True, "in": [True]},
        {"fact": "context.scarce", "eval": "1"},
        {"giver.jurisdiction": {"lies_in": "US"}},
        {"giver.jurisdiction": {"lies_in": [1]}},
        {"item.description": {"lies_in": ["US"]}},
        {"context.scarce": "__import__('os')"},
        {"context.scarce": 1},
        {"context.guests": {"at_least": True}},
        {"context.guests": {"at_least": "1"}},
        {"context.scarce": {"above": 1}},
        {"giver.capacity": "stranger"},
        {"giver.capacity": []},
        {"any": []},
        {"all": {"context.scarce": True}},
        {"context.scarce": {"given": "yes"}},
        {"item.category": {"mentions": ["wine"]}},
        {"item.description": {"mentions": []}},
        {"item.description": {"mentions": [""]}},
        deep,
        {"any": [{"context.scarce": True}] * 400},
    ],
)
def test_a_condition_that_says_nothing_sensible_is_refused(condition: Any) -> None:
    with pytest.raises(ConditionError):
        compile_condition(condition, "when")


nested = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["any", "all", "not", "fact", "is", "context.scarce", "x"]), inner, max_size=3
        )
    ),
    max_leaves=10,
)


@given(nested)
def test_no_condition_crashes_the_compiler(source: Any) -> None:
    fault: str | None = None
    facts: frozenset[str] = frozenset()
    try:
        facts = compile_condition(source, "when").facts
    except ConditionError as error:
        fault = error.key

    assert facts or (fault or "").startswith("when")


def test_facts_and_turning_points_are_known_beforehand() -> None:
    condition = compile_condition({"context.attendees": {"at_least": 25}, "context.scarce": True}, "when")

    assert condition.facts == {"context.attendees", "context.scarce"}
    assert condition.probes["context.attendees"] == {24, 25, 26}


def test_an_amount_that_is_given_can_be_asked_about() -> None:
    condition = {"fact": "context.recipient_pays", "given": True}

    assert holds(condition, {"context": {"recipient_pays": Decimal(5)}})
    assert not holds(condition, {})
