"""Rule files: what is read, what is refused, and how a fault is named."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rulebook.reader import RulebookError, faults, load_rulebook, read_rulebook, shipped_files

FILE = """\
title: Employers of the test
reviewed: 2026-01-02
sources:
  letter: {title: A letter, url: null, checked: primary, dated: 2025-06}
groups:
  - regime: acme
    layer: employer
    applies_to: {employers: [Acme]}
    source: letter
    rules:
      - id: acme-30
        effect: limit
        categories: [goods]
        limit: {amount: 30.50, currency: EUR}
        effective_from: 2025-01-01
        summary: {en: Up to 30.50 euros., fr: "Jusqu'à 30,50 euros."}
"""


def changed(before: str, after: str) -> str:
    assert before in FILE
    return FILE.replace(before, after)


def test_a_rule_file_becomes_a_rulebook() -> None:
    book = read_rulebook({"acme.yaml": FILE})
    rule = book.by_id["acme-30"]

    assert str(book.date) == "2026-01-02"
    assert rule.threshold is not None
    assert str(rule.threshold.amount) == "30.50"
    assert rule.source.dated == (2025, 6)
    assert rule.summary["fr"] == "Jusqu'à 30,50 euros."


def test_the_version_follows_the_content_and_not_the_order_of_files() -> None:
    other = changed("acme", "ajax").replace("Acme", "Ajax")
    one = read_rulebook({"a.yaml": FILE, "b.yaml": other})
    two = read_rulebook({"b.yaml": other, "a.yaml": FILE})

    assert one.version == two.version
    assert one.version != read_rulebook({"a.yaml": FILE}).version
    assert (
        read_rulebook({"a.yaml": FILE.replace("\n", "\r\n")}).version
        == read_rulebook({"a.yaml": FILE}).version
    )


def test_a_workspace_replaces_a_shipped_file_by_its_own() -> None:
    empty_house = "title: None\nreviewed: 2026-12-01\n"
    texts = shipped_files()
    phrases = texts["house.yaml"].split("groups:")[0]

    book = load_rulebook({"house.yaml": phrases + "groups: []\n"})

    assert "house-gift" not in book.by_id
    assert "ford-seed" in book.by_id
    with pytest.raises(RulebookError, match="yardstick"):
        load_rulebook({"house.yaml": empty_house})


@pytest.mark.parametrize(
    ("text", "rule", "key"),
    [
        (changed("effect: limit", "effect: forbid"), "acme-30", "effect"),
        (changed("effect: limit", "effect: limit\n        colour: red"), "acme-30", "colour"),
        (changed("[goods]", "[wine]"), "acme-30", "categories"),
        (changed("[goods]", "[]"), "acme-30", "categories"),
        (changed("amount: 30.50", "amount: -1"), "acme-30", "limit.amount"),
        (changed("currency: EUR", "currency: EURO"), "acme-30", "limit.currency"),
        (changed("currency: EUR", "currency: EUR, per: week"), "acme-30", "limit.per"),
        (changed("source: letter", "source: rumour"), "acme-30", "source"),
        (changed("checked: primary", "checked: maybe"), "source letter", "source.checked"),
        (changed("dated: 2025-06", "dated: 2025-13"), "source letter", "source.dated"),
        (changed(', fr: "Jusqu\'à 30,50 euros."', ""), "acme-30", "summary"),
        (changed("id: acme-30", "id: Acme 30"), "Acme 30", "id"),
        (changed("effective_from: 2025-01-01", "effective_from: soon"), "acme-30", "effective_from"),
        (
            changed("effective_from: 2025-01-01", "when: {context.colour: red}"),
            "acme-30",
            "when.context.colour",
        ),
        (changed("effective_from: 2025-01-01", "lifts: [acme-99]"), "acme-30", "lifts"),
        (changed("effective_from: 2025-01-01", "yields_to: [nobody]"), "acme-30", "yields_to"),
        (changed("effective_from: 2025-01-01", "exempts: [acme-30]"), "acme-30", "exempts"),
        (changed("effective_from: 2025-01-01", "over: perhaps"), "acme-30", "over"),
        (changed("effective_from: 2025-01-01", "tax: {kind: vat}"), "acme-30", "tax"),
        (changed("effect: limit", "effect: report\n        over: allow"), "acme-30", "over"),
        (changed("effect: limit", "effect: report\n        within: allow"), "acme-30", "within"),
        (changed("effective_from: 2025-01-01", "absolute: 1"), "acme-30", "absolute"),
        (changed("layer: employer", "layer: heaven"), "group 1", "layer"),
        (changed("reviewed: 2026-01-02", "reviewed: lately"), "file", "reviewed"),
        (changed("title: Employers of the test", "heading: x"), "file", "heading"),
        (changed("employers: [Acme]", "companies: [Acme]"), "group 1", "companies"),
        (FILE.replace("id: acme-30", "id: acme-30\n        id: acme-31"), "file", "id"),
        ("- a list", "file", "yaml"),
        ("", "file", "yaml"),
        (FILE + "---\n" + FILE, "file", "yaml"),
    ],
)
def test_a_fault_names_file_rule_and_key(text: str, rule: str, key: str) -> None:
    with pytest.raises(RulebookError) as caught:
        read_rulebook({"acme.yaml": text})

    assert caught.value.file == "acme.yaml"
    assert (caught.value.rule, caught.value.key) == (rule, key)


def test_one_id_twice_is_refused() -> None:
    with pytest.raises(RulebookError, match=r"b\.yaml: acme-30: id: is used twice: also in a\.yaml"):
        read_rulebook({"a.yaml": FILE, "b.yaml": FILE})
    with pytest.raises(RulebookError, match=r"a\.yaml: acme-30: id: is used twice"):
        read_rulebook({"a.yaml": FILE + FILE.split("rules:\n")[1]})


def test_every_file_that_is_wrong_is_named_once() -> None:
    texts = {
        "a.yaml": FILE.replace("effect: limit", "effect: forbid").replace("[goods]", "[wine]"),
        "b.yaml": FILE,
        "c.yaml": FILE.replace("acme-30", "acme-31").replace("amount: 30.50", "amount: -1"),
    }

    assert [(each.file, each.rule, each.key) for each in faults(texts)] == [
        ("a.yaml", "acme-30", "effect"),
        ("c.yaml", "acme-31", "limit.amount"),
    ]
    assert faults({"b.yaml": FILE}) == ()


def test_what_one_file_says_of_another_is_looked_at_once_each_can_be_read() -> None:
    leaning = FILE.replace("acme", "ajax").replace("effective_from: 2025-01-01", "yields_to: [acme]")
    broken = changed("reviewed: 2026-01-02", "reviewed: lately")

    assert [each.file for each in faults({"acme.yaml": broken, "ajax.yaml": leaning})] == ["acme.yaml"]
    assert faults({"acme.yaml": FILE, "ajax.yaml": leaning}) == ()
    assert [each.key for each in faults({"ajax.yaml": leaning})] == ["yields_to"]


def test_a_fault_is_told_in_one_line() -> None:
    with pytest.raises(RulebookError) as caught:
        read_rulebook({"acme.yaml": FILE + '"two\\nlines": 1\n'})

    assert "\n" not in str(caught.value)


def test_exceptions_may_not_run_in_a_circle() -> None:
    second = (
        FILE.split("rules:\n")[1]
        .replace("acme-30", "acme-31")
        .replace("effect:", "lifts: [acme-30]\n        effect:")
    )
    first = FILE.replace("effect:", "lifts: [acme-31]\n        effect:")

    with pytest.raises(RulebookError, match="circle"):
        read_rulebook({"a.yaml": first + second})


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [1]\nb: *a\n",
        "a: &a 1\n",
        "a: *nobody\n",
        "a: !!python/object/apply:os.system ['echo']\n",
        "!!python/name:os.system\n",
        "a: !!binary AAAA\n",
        "[" * 1_000_000,
        "{a: " * 200_000,
        "- " * 400_000,
        "a: [" + "x," * 60_000 + "x]",
        "x" * 1_000_001,
        "? [a, b]\n: 1\n",
        "1: 2\n",
        "reviewed: 2026-02-30\n",
        "a: 'unclosed\n",
        "\x00",
    ],
)
def test_hostile_files_are_refused_by_name(text: str) -> None:
    with pytest.raises(RulebookError) as caught:
        read_rulebook({"hostile.yaml": text})

    assert caught.value.file == "hostile.yaml"


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
WORDS = [
    "title",
    "reviewed",
    "sources",
    "groups",
    "yardsticks",
    "phrases",
    "regime",
    "layer",
    "rules",
    "id",
    "limit",
]


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(WORDS), plain | st.lists(st.dictionaries(st.sampled_from(WORDS), plain)))
)
def test_no_file_crashes_the_reader(data: Any) -> None:
    fault: str | None = None
    book = None
    try:
        book = read_rulebook({"a.yaml": yaml.safe_dump(data)})
    except RulebookError as error:
        fault = error.file

    assert book is not None or fault == "a.yaml"


@settings(deadline=None)
@given(st.text(max_size=80))
def test_no_text_crashes_the_reader(text: str) -> None:
    fault: str | None = None
    book = None
    try:
        book = read_rulebook({"a.yaml": text})
    except RulebookError as error:
        fault = error.file

    assert book is not None or fault == "a.yaml"
