"""Catalogues agree with the code: nothing missing, nothing unused, nothing half translated."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot.domain.money import Money
from handlers.i18n import LANGUAGES, escape, words_for
from handlers.locales import catalogues

RENEW = "run: python -m handlers.locales"
NARROW = "\u202f"


@pytest.fixture(scope="module")
def in_code() -> Catalog:
    return catalogues.sentences()


def ids(catalogue: Catalog) -> set[Any]:
    return {sentence.id for sentence in catalogue if sentence.id}


def sentences(language: str) -> list[Message]:
    return [sentence for sentence in catalogues.stored(language) if sentence.id]


def forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text or ""] if isinstance(text, str | None) else list(text)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_there_is_something_to_say(in_code: Catalog) -> None:
    assert len(ids(in_code)) > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_code_is_in_each_catalogue_and_no_other(
    language: str, in_code: Catalog
) -> None:
    stored = ids(catalogues.stored(language))
    assert ids(in_code) - stored == set(), RENEW
    assert stored - ids(in_code) == set(), RENEW


def test_no_sentence_hides_where_the_extraction_does_not_look(in_code: Catalog) -> None:
    """One inside an f-string, say, is said in English to everybody."""
    known = {form for sentence in in_code for form in forms(sentence.id)}
    assert {said for said in _said_in_code() if said not in known} == set()


def _said_in_code() -> Iterator[str]:
    """The literal sentences that the code gives to the functions that take one, as the parser of Python sees them."""
    for file in catalogues.ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute | ast.Name):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            given = node.args[:2] if name == "count" and len(node.args) > 2 else node.args[:1]
            if name not in catalogues.KEYWORDS or (name == "count" and len(given) < 2):
                continue
            yield from (
                each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)
            )


def test_the_template_is_up_to_date(in_code: Catalog) -> None:
    with catalogues.TEMPLATE.open("rb") as file:
        assert ids(read_po(file)) == ids(in_code), RENEW


def test_every_sentence_has_its_french() -> None:
    missing = [sentence.id for sentence in catalogues.untranslated(catalogues.stored("fr"))]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_a_guess(language: str) -> None:
    catalogue = catalogues.stored(language)
    assert [sentence.id for sentence in sentences(language) if sentence.fuzzy] == []
    assert list(catalogue.obsolete) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_places_of_its_sentence(language: str) -> None:
    for sentence in sentences(language):
        *others, last = forms(sentence.string)
        wanted = places(forms(sentence.id)[-1])
        assert not last or places(last) == wanted, sentence.id
        # The singular may leave the number out ("every day").
        assert all(wanted - {"n"} <= places(form) <= wanted for form in others if form), sentence.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_sentences_have_all_forms_of_the_language(language: str) -> None:
    count = catalogues.stored(language).num_plurals
    for sentence in sentences(language):
        if sentence.pluralizable:
            assert len(forms(sentence.string)) == count, sentence.id


def test_french_puts_a_narrow_space_before_high_punctuation() -> None:
    # A colon after a letter inside a word (a time, an address, a code of an emoji) is not punctuation.
    bare = re.compile(rf"(?<![{NARROW}:]):(?= |$)|(?<!{NARROW})[;!?»](?=[ .,)]|$)|«(?!{NARROW})")
    wrong = [form for sentence in sentences("fr") for form in forms(sentence.string) if bare.search(form)]
    assert wrong == []


def test_a_plural_follows_the_rules_of_the_language() -> None:
    one, many = "{n} client in your book", "{n} clients in your book"
    assert [words_for("en-US").count(one, many, n) for n in (0, 1, 2)] == [
        "0 clients in your book",
        "1 client in your book",
        "2 clients in your book",
    ]
    assert [words_for("fr-FR").count(one, many, n) for n in (0, 1, 2)] == [
        "0 client dans votre portefeuille",
        "1 client dans votre portefeuille",
        "2 clients dans votre portefeuille",
    ]


@pytest.mark.parametrize("tag", ["", "xx", "de-DE", "en_GB", "nonsense-tag-of-some-length", "zh-Hant-TW"])
def test_a_language_we_do_not_speak_is_answered_in_english(tag: str) -> None:
    assert words_for(tag).say("Cancel") == "Cancel"


def test_canadian_french_is_french() -> None:
    assert words_for("fr-CA").say("Cancel") == "Annuler"


def test_facts_cannot_mention_or_link() -> None:
    words = words_for("en-US")
    assert words.markup("*{title}*", title="<!channel> & co") == "*&lt;!channel&gt; &amp; co*"
    assert escape("<@U1>") == "&lt;@U1&gt;"


def test_a_fact_that_looks_like_a_place_stays_as_it_is() -> None:
    assert words_for("en-US").say("Logged: {client}", client="{client} {0}") == "Logged: {client} {0}"


@pytest.mark.parametrize(
    ("tag", "money", "day", "at"),
    [
        ("en-US", "$1,234.50", "March 3, 2026", "2:05"),
        ("fr-FR", "1\u202f234,50\xa0$US", "3 mars 2026", "14:05"),
    ],
)
def test_money_dates_and_times_are_written_as_the_reader_does(
    tag: str, money: str, day: str, at: str
) -> None:
    words = words_for(tag)
    assert words.money(Money(Decimal("1234.50"), "USD")) == money
    assert words.day(date(2026, 3, 3)) == day
    assert words.time(datetime(2026, 3, 3, 14, 5, tzinfo=UTC), ZoneInfo("UTC")).startswith(at)


def test_the_first_of_a_month_is_an_ordinal_in_french_and_no_other_day_is() -> None:
    french, english = words_for("fr-FR"), words_for("en-GB")
    assert french.day(date(2026, 12, 1)) == "1er décembre 2026"
    assert french.weekday(date(2026, 12, 1)) == "mardi 1er décembre"
    assert french.day(date(2026, 12, 21)) == "21 décembre 2026"
    assert english.day(date(2026, 12, 1)) == "1 December 2026"


def test_renewing_the_catalogues_changes_nothing() -> None:
    for language in LANGUAGES:
        stored, renewed = catalogues.stored(language), catalogues.renewed(language)
        assert {s.id: s.string or "" for s in renewed if s.id} == {
            s.id: s.string or "" for s in stored if s.id
        }


@pytest.mark.parametrize(
    ("client", "written"),
    [("Acme", "d’Acme"), ("Élan", "d’Élan"), ("Ford", "de Ford"), ("Hydro", "de Hydro"), ("", "de ")],
)
def test_french_elides_before_a_name_that_begins_with_a_vowel(client: str, written: str) -> None:
    said = (
        "{by} took the handover of {client} back: nothing is left for you to do. It is with {former} again."
    )
    names = {"by": "de {client}", "client": client, "former": "Acme"}
    french = words_for("fr-FR").say(said, **names)
    assert french.startswith(f"de {{client}} a annulé le passage de relais {written}")
    assert (
        words_for("en-US").say(said, **names).startswith(f"de {{client}} took the handover of {client} back")
    )


def test_a_name_that_ends_in_a_full_stop_ends_the_sentence() -> None:
    words = words_for("en-US")

    assert words.say("{client} is archived.", client="Acme Inc.") == "Acme Inc. is archived."
    assert words.say("What you promised {client}.", client="Acme Inc.") == "What you promised Acme Inc."
    assert words.say("What you promised {client}.", client="Ford") == "What you promised Ford."
    bold = words.markup("*{gone}* becomes *{kept}*.", gone="Ford", kept="Acme Inc.")
    assert bold == "*Ford* becomes *Acme Inc.*"
