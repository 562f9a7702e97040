"""Hostile proposals and hostile conditions: a named error or a right answer, and never a long wait."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.gifts.conditions import Condition, ConditionError, compile_condition
from bot.domain.gifts.contract import answer_line
from bot.domain.gifts.explain import MOST_ITEMS_VARIED
from bot.domain.gifts.facts import FACTS, Situation
from bot.domain.gifts.proposal import (
    CONTEXT_FIELDS,
    GIVER_FIELDS,
    ITEM_FIELDS,
    PRIOR_FIELDS,
    RECIPIENT_FIELDS,
    Proposal,
)
from bot.domain.gifts.rules import Outcome
from bot.door.gift_line import LONGEST_LINE, Unreadable, judged, judged_lines
from bot.services.rulebooks import Judging
from bot.settings import Settings
from tests.bot.domain.gifts.proposals import proposals
from tests.bot.domain.gifts.shelf import RATES, TODAY, shipped

_RULES = Judging(shipped(), cautious=False)
_MANY = settings(max_examples=200, deadline=None)
_VERDICTS = {outcome.word for outcome in Outcome}

#: What somebody types who means no good, or what a broken program sends.
NASTY = st.sampled_from(
    [
        "",
        "\x00",
        "\x1b[31mred",
        "\r\n",
        "\u2028",
        "\ud800",
        "\udfff\ud800",
        "\u202edroF\u202c",
        "\u0627\u0644\u0639\u0631\u0628\u064a\u0629",
        "e\u0301" * 300,
        "\U0001f381" * 50,
        "x" * 4_000,
        "x" * 4_001,
        "9" * 5_000,
        "<!channel>",
        "<@U0ALICE>",
        "&lt;!here&gt;",
        "__import__('os').system('echo')",
        "{{7*7}}",
        "${jndi:ldap://x}",
        "%s%n%x",
        "'; drop table gift_checks; --",
        "!!python/object/apply:os.system ['echo']",
        "__class__",
        "NaN",
        "Infinity",
        "1e999999999",
        "-0",
        "0x10",
        "\u0663",
        "1,5",
        "true",
        "null",
    ]
)
NUMBERS = st.one_of(
    st.sampled_from(
        [0, -1, 1, 2**31, 2**63, 10**12, 10**12 - 1, -(10**40), 10**400, 1e308, 5e-324, 0.1, 0.30, -0.0, 1e22]
    ),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
)
_KEYS = sorted(
    {
        *("items", "recipient", "giver", "context", "date", "house_policy", "direction", "currency", "x"),
        *(*RECIPIENT_FIELDS, *GIVER_FIELDS, *ITEM_FIELDS, *CONTEXT_FIELDS, *PRIOR_FIELDS),
    }
)
NESTED: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | NASTY | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS) | NASTY, inner, max_size=4)
    ),
    max_leaves=12,
)


def line(text: str) -> dict[str, Any]:
    return answer_line(text, shipped(), RATES, TODAY)


def named_or_right(got: dict[str, Any]) -> bool:
    """Whether this is a verdict, or an error that names a key and says something in one line."""
    if set(got) == {"error"}:
        key, message = got["error"]["key"], got["error"]["message"]
        return bool(isinstance(key, str) and isinstance(message, str) and message and "\n" not in message)
    return got["verdict"] in _VERDICTS


# --- JSON -------------------------------------------------------------------------------------------------


@_MANY
@given(NESTED)
def test_any_json_is_answered_with_a_verdict_or_the_key_that_is_wrong(data: Any) -> None:
    assert named_or_right(line(json.dumps(data)))


@_MANY
@given(st.fixed_dictionaries({"items": st.lists(NESTED, max_size=2)}))
def test_any_items_are_answered_with_a_verdict_or_the_key_that_is_wrong(data: Any) -> None:
    assert named_or_right(line(json.dumps(data)))


_FIELD = st.sampled_from(
    [
        *(
            (section, name)
            for section, names in (
                ("recipient", RECIPIENT_FIELDS),
                ("giver", GIVER_FIELDS),
                ("context", CONTEXT_FIELDS),
                ("items", ITEM_FIELDS),
            )
            for name in names
        ),
        ("date", ""),
        ("house_policy", ""),
        ("direction", ""),
    ]
)


@settings(max_examples=500, deadline=None)
@given(_FIELD, NASTY | NUMBERS | NESTED)
def test_any_value_of_any_field_is_taken_or_refused_at_its_key(field: tuple[str, str], value: Any) -> None:
    section, name = field
    data: dict[str, Any] = {"items": [{"unit_value": "45"}], "recipient": {"employer": "Ford"}}
    if section == "items":
        data["items"][0][name] = value
    elif name:
        data.setdefault(section, {})[name] = value
    else:
        data[section] = value

    got = line(json.dumps(data))

    assert named_or_right(got)
    if "error" in got:
        path = f"items[0].{name}" if section == "items" else f"{section}.{name}" if name else section
        assert got["error"]["key"].startswith(path)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("place", ['{"items": [{"unit_value": %s}]}', '{"items": [{"quantity": %s}]}', "%s"])
def test_what_json_does_not_call_a_number_is_refused(place: str, number: str) -> None:
    assert line(place % number)["error"]["key"] == "$"


@pytest.mark.parametrize("field", [name for name, reader in ITEM_FIELDS.items() if name.endswith("value")])
@pytest.mark.parametrize(
    "number",
    [
        "9" * 1_000_000,
        "0." + "0" * 1_000_000 + "1",
        "1e999999999999999999",
        "1e-999999999999999999",
        "-1e400",
        "1e13",
    ],
)
def test_a_number_beyond_all_bounds_is_refused_at_its_key_at_once(field: str, number: str) -> None:
    got = line(f'{{"items": [{{"{field}": {number}}}]}}')

    assert got["error"]["key"] == f"items[0].{field}"
    assert len(got["error"]["message"]) < 200


def test_an_amount_written_with_a_hundred_thousand_noughts_is_that_amount() -> None:
    number = "1" + "0" * 100_000 + "e-99999"

    assert line(f'{{"items": [{{"unit_value": {number}}}]}}')["valuation"]["total"] == "10.00"


def test_a_thousand_keys_that_stand_twice_are_found_in_one_pass() -> None:
    once = ",".join(f'"k{number}":1' for number in range(150_000))

    assert line("{" + once + ',"last":1,"last":2}')["error"]["key"] == "last"


@pytest.mark.parametrize("depth", [10, 900, 5_000, 400_000])
@pytest.mark.parametrize(("before", "after"), [("[", "]"), ('{"items":', "}"), ('{"items":[', "]}")])
def test_any_depth_is_answered(before: str, after: str, depth: int) -> None:
    depth = min(depth, 1_900_000 // len(before + after))

    assert set(line(before * depth + after * depth)) == {"error"}
    assert set(line(before * depth)) == {"error"}


def test_a_million_pieces_are_judged_in_a_few_steps() -> None:
    item = {"category": "gift", "unit_value": "500", "quantity": 1_000_000}

    got = line(json.dumps({"items": [item], "recipient": {"regimes": ["US-FED"]}}))

    assert got["verdict"] == "not_allowed"


@pytest.mark.parametrize(
    "item",
    [{"category": "award"}, {"unit_value": "999999999999.9999", "quantity": 1_000_000, "currency": "GBP"}],
)
def test_many_items_are_judged_and_the_first_dozen_explained(item: dict[str, object]) -> None:
    recipient = {"regimes": ["US-FED", "HCP"], "employer": "Ford", "jurisdiction": "US-VT"}

    got = line(json.dumps({"items": [item] * 50, "recipient": recipient}))

    assert len(got["valuation"]["items"]) == 50
    about = {each["key"] for each in got["assumptions"] if each["key"].startswith("items[")}
    assert all(int(key[len("items[") : key.index("]")]) < MOST_ITEMS_VARIED for key in about)


def test_five_thousand_earlier_gifts_count_and_one_more_is_refused() -> None:
    prior = {"amount": "0.01", "currency": "USD", "date": "2026-05-01"}
    data: dict[str, Any] = {
        "items": [{"unit_value": "5"}],
        "recipient": {"regimes": ["US-FED"]},
        "context": {"prior": [prior] * 5_000},
    }

    assert line(json.dumps(data))["verdict"] in _VERDICTS
    data["context"]["prior"].append(prior)
    assert line(json.dumps(data))["error"]["key"] == "context.prior"


# --- The command line -------------------------------------------------------------------------------------


def _batch(lines: Sequence[bytes]) -> list[dict[str, Any]]:
    source = BytesIO(b"\n".join(lines))
    return [json.loads(got.encode()) for got in judged_lines(source, TODAY, Settings(), _RULES)]


GOOD = b'{"items": [{"unit_value": "45"}], "recipient": {"employer": "Ford"}}'


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.binary(max_size=60).map(lambda data: data.replace(b"\n", b"")) | st.just(GOOD), max_size=6)
)
def test_every_line_of_a_batch_gets_one_answer_whatever_bytes_it_holds(lines: list[bytes]) -> None:
    got = _batch(lines)

    assert len(got) == sum(bool(each.strip()) for each in lines)
    assert all(named_or_right(each) for each in got)
    assert sum("verdict" in each for each in got) >= lines.count(GOOD)


@pytest.mark.parametrize(
    ("bad", "key"),
    [
        (b'{"\\ud800": 1}', "\ud800"),
        (b'{"items": [{"description": "\\ud800"}], "x": "\\udfff"}', "x"),
        (b"\xff\xfe", "$"),
        (b" " * LONGEST_LINE + b"{}", "$"),
        (b"[" * 1_000_000, "$"),
    ],
)
def test_a_bad_line_of_a_batch_leaves_the_others_alone(bad: bytes, key: str) -> None:
    first, second, third = _batch([GOOD, bad, GOOD])

    assert second["error"]["key"] == key
    assert first == third
    assert first["verdict"] in _VERDICTS


@pytest.mark.parametrize(
    "bad", [b"\xff", b"{}" + b" " * LONGEST_LINE, b"", b"\xef\xbb\xbf", b'{"items": [{}]']
)
def test_a_single_check_that_cannot_be_read_says_so(bad: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        judged(bad, TODAY, Settings(), _RULES)

    assert caught.value.key == "$"


# --- Conditions -------------------------------------------------------------------------------------------

_PATHS = [*FACTS, "__class__", "context.__class__", "item", "", "context.colour", "fact"]
_OPERATORS = [
    "is",
    "in",
    "given",
    "mentions",
    "at_least",
    "at_most",
    "above",
    "below",
    "eval",
    "__import__",
    "",
]
_OPERANDS = st.one_of(
    st.booleans(), NUMBERS, NASTY, st.none(), st.lists(NASTY | NUMBERS | st.booleans(), max_size=4)
)
_CODES = st.sampled_from([code for fact in FACTS.values() for code in fact.codes])


@st.composite
def _leaves(draw: st.DrawFn) -> Any:
    path, operator = draw(st.sampled_from(_PATHS)), draw(st.sampled_from(_OPERATORS))
    operand = draw(_OPERANDS | _CODES | st.lists(_CODES, max_size=3))
    return draw(
        st.sampled_from(
            [{path: {operator: operand}}, {path: operand}, {"fact": path, operator: operand}, operand]
        )
    )


_CONDITIONS: st.SearchStrategy[Any] = st.recursive(
    _leaves(),
    lambda inner: st.one_of(
        st.builds(
            lambda parts, name: {name: parts}, st.lists(inner, max_size=3), st.sampled_from(["any", "all"])
        ),
        st.builds(lambda part: {"not": part}, inner),
        st.dictionaries(st.sampled_from([*_PATHS, "any", "all", "not"]), inner, max_size=3),
    ),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None)
@given(_CONDITIONS, proposals)
def test_a_condition_is_refused_by_name_or_decides_every_proposal(source: Any, proposal: Proposal) -> None:
    condition: Condition | None = None
    fault: ConditionError | None = None
    try:
        condition = compile_condition(source, "when")
    except ConditionError as error:
        fault = error

    if condition is None:
        assert fault is not None
        assert fault.key.startswith("when")
        assert fault.message
    else:
        assert condition.facts <= set(FACTS)
        assert {condition.holds(Situation(proposal, item)) for item in proposal.items} <= {True, False}


def _deep(wrap: Any, depth: int) -> Any:
    source: Any = {"context.scarce": True}
    for _ in range(depth):
        source = wrap(source)
    return source


@pytest.mark.parametrize("wrap", [lambda inner: {"not": inner}, lambda inner: {"any": [inner]}])
@pytest.mark.parametrize("depth", [13, 900, 100_000])
def test_a_condition_of_any_depth_is_refused_by_name(wrap: Any, depth: int) -> None:
    with pytest.raises(ConditionError, match="too deep"):
        compile_condition(_deep(wrap, depth), "when")


def test_a_bomb_of_shared_parts_is_refused_before_it_goes_off() -> None:
    bomb: Any = {"context.scarce": True}
    for _ in range(10):
        bomb = {"any": [bomb] * 10}

    with pytest.raises(ConditionError, match="too long"):
        compile_condition(bomb, "when")


def test_an_amount_may_only_be_asked_whether_it_is_given() -> None:
    with pytest.raises(ConditionError, match="limit"):
        compile_condition({"context.recipient_pays": "5"}, "when")
