"""Promises and next steps in notes: a published list, half of it unseen while the rules were made."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from handlers.parsing import Reader
from handlers.parsing.next_steps import next_step_in
from handlers.parsing.promises import MOST, promises_in

LIST = Path(__file__).parent / "typed_promises.yaml"
DOCS = Path(__file__).parents[2] / "docs" / "promises.md"


def reader(language: str) -> Reader:
    zone = ZoneInfo("Europe/Paris" if language == "fr" else "America/New_York")
    return Reader(datetime(2026, 11, 18, 10, tzinfo=zone), zone, "fr-FR" if language == "fr" else "en-US")


def phrases(half: str) -> list[tuple[str, str, list[str]]]:
    every = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    return [(language, text, days) for language in every for text, days in every[language][half]]


def days_in(text: str, language: str) -> list[str]:
    found = promises_in(text, reader(language))
    return ["open" if each.due_on is None else each.due_on.strftime("%m-%d") for each in found]


def measured(half: str) -> tuple[float, float]:
    """Precision and recall: a promise counts as found only with its very day."""
    right = wrong = missed = 0
    for language, text, days in phrases(half):
        left = list(days)
        for day in days_in(text, language):
            if day in left:
                left.remove(day)
                right += 1
            else:
                wrong += 1
        missed += len(left)
    return right / (right + wrong), right / (right + missed)


def test_the_list_is_as_long_as_promised_and_half_of_it_is_held_out() -> None:
    known, held_out = phrases("known"), phrases("held_out")

    assert len(known) + len(held_out) >= 150
    assert len(held_out) >= len(known)
    assert len({text for _, text, _ in known + held_out}) == len(known) + len(held_out)


@pytest.mark.parametrize("half", ["known", "held_out"])
def test_precision_and_recall_are_what_the_docs_say(half: str) -> None:
    row = re.search(
        rf"^\| {half.replace('_', ' ')} \| \d+ \| ([\d.]+) \| ([\d.]+) \|$", DOCS.read_text("utf-8"), re.M
    )
    assert row is not None

    precision, recall = measured(half)

    assert (f"{precision:.2f}", f"{recall:.2f}") == (row[1], row[2])


@pytest.mark.parametrize(("language", "text", "days"), phrases("known"), ids=lambda value: str(value)[:50])
def test_what_was_promised_is_found_with_its_day(language: str, text: str, days: list[str]) -> None:
    assert days_in(text, language) == days


@pytest.mark.parametrize(
    ("text", "promised"),
    [
        ("promised a revised offer before the 15th", "a revised offer"),
        ("I'll check the delivery date and call back tomorrow", "check the delivery date and call back"),
        ("à envoyer avant la fin de la semaine : les références", "à envoyer les références"),
        ("je lui envoie le contrat lundi", "je lui envoie le contrat"),
    ],
)
def test_what_is_promised_is_said_in_the_authors_words_without_the_day(text: str, promised: str) -> None:
    assert [each.text for each in promises_in(text, reader("fr"))] == [promised]


def test_days_are_read_in_the_readers_order() -> None:
    american, french = (
        promises_in("quote by 12/01", reader(language))[0].due_on for language in ("en", "fr")
    )

    assert (american, french) == (date(2026, 12, 1), date(2027, 1, 12))


@given(
    st.text(max_size=300)
    | st.lists(
        st.sampled_from(
            (
                "I'll",
                "promised",
                "to send",
                "by",
                "Friday",
                ",",
                "and",
                ".",
                ":",
                "they",
                "le",
                "je",
                "lundi",
                "quote",
            )
        )
    ).map(" ".join)
)
def test_any_note_is_read_without_complaint(note: str) -> None:
    for each in promises_in(note, reader("en")):
        assert each.text.strip()
        assert len(each.text) <= 300
    next_step_in(note, reader("fr"))


def test_the_longest_note_offers_few() -> None:
    found = promises_in(("I'll send the quote by Friday and " * 100)[:3000], reader("en"))
    promises_in(("a b c d " * 400)[:3000], reader("en"))

    assert len(found) <= MOST


@pytest.mark.parametrize(
    ("note", "step", "on", "rest"),
    [
        (
            "renewal went well. Next: send the terms Monday",
            "send the terms",
            date(2026, 11, 23),
            "renewal went well.",
        ),
        ("next: visit", "visit", None, ""),
        (
            "bon échange ; prochaine étape : visite le 15 décembre",
            "visite",
            date(2026, 12, 15),
            "bon échange",
        ),
        ("Next steps: pilot by end of month. Happy.", "pilot", date(2026, 11, 30), "Happy."),
    ],
)
def test_a_next_step_is_picked_out_of_the_note(note: str, step: str, on: date | None, rest: str) -> None:
    found = next_step_in(note, reader("en"))

    assert found is not None
    assert (found.text, found.on, found.note) == (step, on, rest)


@pytest.mark.parametrize("note", ["the next meeting went well", "what is next?", "next:", "nothing"])
def test_a_note_without_a_next_step_names_none(note: str) -> None:
    assert next_step_in(note, reader("en")) is None
