"""Hostile rule files: each is refused by name or read as it stands, at once, and none can run code."""

from __future__ import annotations

import builtins
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.gifts.book import Rulebook
from bot.domain.gifts.rules import GROUP_KEYS, LIMIT_KEYS, RULE_KEYS, SCOPE_KEYS, SOURCE_KEYS
from bot.rulebook.reader import RulebookError, read_rulebook

_MANY = settings(max_examples=400, deadline=None)

RULE: dict[str, Any] = {
    "id": "acme-30",
    "effect": "limit",
    "categories": ["goods"],
    "limit": {"amount": "30.50", "currency": "EUR"},
    "summary": {"en": "Up to 30.50 euros.", "fr": "Jusqu'à 30,50 euros."},
}
FILE: dict[str, Any] = {
    "title": "Employers of the test",
    "sources": {"letter": {"title": "A letter", "url": None, "checked": "primary"}},
    "groups": [
        {
            "regime": "acme",
            "layer": "employer",
            "applies_to": {"employers": ["Acme"]},
            "source": "letter",
            "rules": [RULE],
        }
    ],
}
NASTY = st.sampled_from(
    [
        "",
        "\x00",
        "\x1b[31m",
        "\u2028",
        "\ud800",
        "\u202eemca\u202c",
        "x" * 2_001,
        "9" * 400,
        "<!channel>",
        "__import__('os').system('echo')",
        "{{7*7}}",
        "!!python/name:os.system",
        "*alias",
        "NO",
        "1e999",
        "2026-02-30",
        "all",
        "any",
        "prohibit",
        "US-FED",
    ]
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | NASTY | st.dates() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(NASTY | st.sampled_from(["en", "fr"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def read(text: str) -> Rulebook | RulebookError:
    """What becomes of a file: a rulebook, or the fault by name."""
    try:
        return read_rulebook({"a.yaml": text})
    except RulebookError as fault:
        return fault


def named_or_right(found: Rulebook | RulebookError) -> bool:
    """Whether this is a rulebook, or a fault told in one line that names file, rule and key."""
    if isinstance(found, Rulebook):
        return True
    told = str(found)
    return bool(
        found.file == "a.yaml" and found.rule and found.message and "\n" not in told and len(told) < 3_000
    )


class _Plain(yaml.SafeDumper):
    """Writes a part that stands twice twice, without anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def written(document: Any) -> str:
    """As a rule file, with the day of review written plainly, as people do."""
    return str(yaml.dump(document, Dumper=_Plain, allow_unicode=True)) + "reviewed: 2026-01-02\n"


_PLACES = st.sampled_from(
    [
        *(("rule", name) for name in sorted(RULE_KEYS)),
        *(("limit", name) for name in sorted(LIMIT_KEYS)),
        *(("group", name) for name in sorted(GROUP_KEYS)),
        *(("scope", name) for name in sorted(SCOPE_KEYS)),
        *(("source", name) for name in sorted(SOURCE_KEYS)),
        *(("counting", name) for name in ("valued", "pooled", "paid")),
        *(("tax", name) for name in ("kind", "share", "share_when", "counts", "known")),
        *(("file", name) for name in ("title", "sources", "yardsticks", "phrases", "groups")),
        *((where, "colour") for where in ("rule", "limit", "group", "scope", "source", "file")),
    ]
)


@settings(max_examples=1_000, deadline=None)
@given(_PLACES, VALUES)
def test_any_value_of_any_entry_is_read_or_refused_by_name(place: tuple[str, str], value: Any) -> None:
    where, name = place
    group = FILE["groups"][0]
    if where == "rule":
        group = {**group, "rules": [{**RULE, name: value}]}
    elif where in ("limit", "counting", "tax"):
        group = {**group, "rules": [{**RULE, where: {**RULE.get(where, {}), name: value}}]}
    elif where == "scope":
        group = {**group, "applies_to": {**group["applies_to"], name: value}}
    elif where == "source":
        group = {**group, "source": {**FILE["sources"]["letter"], name: value}}
    elif where == "group":
        group = {**group, name: value}
    document = {**FILE, "groups": [group]}
    if where == "file":
        document[name] = value

    found = read(written(document))

    assert named_or_right(found)
    if name == "colour":
        assert isinstance(found, RulebookError)
        assert found.key in ("colour", "yaml")


_PIECES = st.lists(
    st.sampled_from(
        [*"[]{}:,-?&*!|>'\"#%@`~ \n\t", "a", "a: ", "- ", "\n  ", "---\n", "...\n", "&a ", "*a", "<<: ", "!!str ",
         "!x ", "2026-01-02", "1", "0x1F", "1e9", ".nan", ".inf", "\u2028", "\x85", "\ufeff", "\ud800", "\x07",
         "groups: ", "reviewed: ", "title: ", "null", "%YAML 1.1\n", "? "]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@_MANY
@given(_PIECES | st.text(max_size=60))
def test_any_text_is_refused_by_name(text: str) -> None:
    assert named_or_right(read(text))


@_MANY
@given(st.integers(0, len(written(FILE))), st.integers(0, 12), _PIECES)
def test_a_good_file_with_a_piece_cut_out_and_another_put_in_is_read_or_refused(
    start: int, length: int, piece: str
) -> None:
    text = written(FILE)

    assert named_or_right(read(text[:start] + piece + text[start + length :]))


@contextmanager
def _nothing_runs() -> Iterator[None]:
    """Whatever could run code, or reach beyond the text, fails loudly."""

    def alarm(*_: object, **__: object) -> None:
        raise AssertionError("a rule file has run code")

    with (
        patch.object(builtins, "eval", alarm),
        patch.object(builtins, "exec", alarm),
        patch.object(builtins, "open", alarm),
        patch.object(os, "system", alarm),
        patch.object(subprocess, "Popen", alarm),
    ):
        yield


CODE = [
    "!!python/object/apply:os.system [echo]",
    "!!python/object/new:subprocess.Popen [[echo]]",
    "!!python/name:os.system",
    "!!python/module:os",
    "!!python/object:bot.domain.gifts.rules.Rule {}",
    "!<tag:yaml.org,2002:python/object/apply:os.system> [echo]",
    "!!python/tuple [1]",
    "!!binary ZWNobw==",
    "!!set {a}",
    "!!timestamp 2026-01-02",
    "!include /etc/hostname",
]


@pytest.mark.parametrize("code", CODE)
@pytest.mark.parametrize(
    "place", ["title: {}\nreviewed: 2026-01-02\n", "{}\n", "reviewed: 2026-01-02\n? {}\n: 1\n"]
)
def test_a_tag_is_refused_wherever_it_stands(place: str, code: str) -> None:
    with _nothing_runs():
        found = read(place.format(code))

    assert isinstance(found, RulebookError)
    assert found.key == "yaml"


@pytest.mark.parametrize(
    "text",
    ["__import__('os').system('echo')", "{{7*7}}", "${HOME}", "%(id)s", "{0.__class__}", "lambda: 1", "`id`"],
)
def test_code_in_a_string_stays_a_string(text: str) -> None:
    summary = {"en": text, "fr": text}
    rule = {**RULE, "summary": summary, "when": {"item.description": {"mentions": [f"x{text}"]}}}

    with _nothing_runs():
        found = read(written({**FILE, "groups": [{**FILE["groups"][0], "rules": [rule]}]}))

    assert isinstance(found, Rulebook)
    assert found.by_id["acme-30"].summary == summary


@pytest.mark.parametrize("value", ["__import__('os')", {"eval": "1"}, {"__class__": True}, ["lambda: 1"]])
def test_code_in_a_condition_is_refused_by_name(value: object) -> None:
    rule = {**RULE, "when": {"context.scarce": value}}

    with _nothing_runs():
        found = read(written({**FILE, "groups": [{**FILE["groups"][0], "rules": [rule]}]}))

    assert isinstance(found, RulebookError)
    assert (found.rule, found.key) == ("acme-30", "when.context.scarce")


def _laughs(levels: int) -> str:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "bomb",
    [
        _laughs(10),
        "a: &a [*a]",
        "a: &a {<<: *a}",
        "{" * 500_000,
        "? " * 300_000,
        "[" * 400_000 + "]" * 400_000,
        "- " * 30 + "x",
        "a: " + "[[[[" * 6 + "[1]" + "]]]]" * 6,
        "x: |\n" + " y\n" * 300_000 + " " * 200_000,
        "k" * 900_000 + ": 1",
        "\n".join(f"k{n}: 1" for n in range(60_000)),
    ],
)
def test_a_bomb_is_refused_before_anything_is_built(bomb: str) -> None:
    assert isinstance(read(bomb), RulebookError)
    assert named_or_right(read(bomb))


def test_half_a_character_is_no_text() -> None:
    found = read(written(FILE) + "# \ud800\n")

    assert isinstance(found, RulebookError)
    assert found.key == "yaml"


def _chain(length: int, *, closed: bool) -> str:
    rules = []
    for number in range(length):
        rule = {**RULE, "id": f"rule-{number}"}
        if number or closed:
            rule["lifts"] = [f"rule-{(number - 1) % length}"]
        rules.append(rule)
    return written({**FILE, "groups": [{**FILE["groups"][0], "rules": rules}]})


def test_three_thousand_exceptions_to_one_another_are_put_in_order() -> None:
    book = read(_chain(3_000, closed=False))

    assert isinstance(book, Rulebook)
    assert len(book.rules) == 3_000


def test_three_thousand_exceptions_in_a_circle_are_refused_by_name() -> None:
    found = read(_chain(3_000, closed=True))

    assert isinstance(found, RulebookError)
    assert found.key == "lifts"
    assert "circle" in found.message
