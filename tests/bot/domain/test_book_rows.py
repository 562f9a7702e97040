"""Rows of a client list, as other systems write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.book_columns import COLUMNS, plain_heading, recognise
from bot.domain.book_rows import BookRow, Reading, RejectedRow, RowReader
from bot.domain.clients import Tier

TODAY = date(2026, 11, 16)


def known_columns(headings: list[str]) -> dict[str, int]:
    return dict(recognise(headings).columns)


def read_row(line: int, cells: dict[str, str], today: date) -> BookRow | RejectedRow:
    reading = Reading(today, countries={"us": "US", "france": "FR"})
    return RowReader(reading, {column: at for at, column in enumerate(cells)}).read(
        line, list(cells.values())
    )


def test_headings_are_known_in_any_case_with_accents_and_in_french() -> None:
    assert known_columns(
        ["Société", "Chargé de compte", "DERNIER CONTACT", "E-mail", "Pays", "Catégorie"]
    ) == {
        "name": 0,
        "owner": 1,
        "last_touch": 2,
        "contact_email": 3,
        "country": 4,
        "tier": 5,
    }


def test_headings_nobody_knows_are_left_out_and_the_first_of_two_alike_wins() -> None:
    assert known_columns(["Turnover", "Name", "Company", "contact_role"]) == {"name": 1, "contact_role": 3}


def test_no_heading_stands_for_two_columns() -> None:
    known = [
        each
        for column, others in COLUMNS.items()
        for each in {plain_heading(text) for text in (column, *others)}
    ]

    assert sorted(known) == sorted(set(known))


@pytest.mark.parametrize(
    ("cells", "code", "found"),
    [
        ({"name": "  "}, "name.missing", ""),
        ({"name": "x" * 256}, "text.too_long", "name"),
        ({"name": "Acme", "aliases": "ok; " + "x" * 256}, "text.too_long", "aliases"),
        (
            {"name": "Acme", "contact": "Jo", "contact_jurisdiction": "x" * 17},
            "text.too_long",
            "contact_jurisdiction",
        ),
        ({"name": "Acme", "tier": "gold"}, "tier.unknown", "gold"),
        ({"name": "Acme", "market": "Atlantis"}, "market.unknown", "Atlantis"),
        ({"name": "Acme", "market": "US-"}, "market.unknown", "US-"),
        ({"name": "Acme", "currency": "€"}, "currency.unknown", "€"),
        ({"name": "Acme", "cadence_days": "0"}, "cadence.wrong", "0"),
        ({"name": "Acme", "cadence_days": "731"}, "cadence.wrong", "731"),
        ({"name": "Acme", "cadence_days": "two weeks"}, "cadence.wrong", "two weeks"),
        ({"name": "Acme", "cadence_days": "9" * 5000}, "cadence.wrong", "9" * 5000),
        ({"name": "Acme", "last_touch": "11/10/2026"}, "date.order", "11/10/2026"),
        ({"name": "Acme", "last_touch": "2026-02-30"}, "date.wrong", "2026-02-30"),
        ({"name": "Acme", "last_touch": "2026-11-17"}, "date.future", "2026-11-17"),
        ({"name": "Acme", "contact_email": "jo@acme.example"}, "contact.nameless", "jo@acme.example"),
    ],
)
def test_what_is_wrong_with_a_row_is_named(cells: dict[str, str], code: str, found: str) -> None:
    assert read_row(7, cells, TODAY) == RejectedRow(7, code, found)


def test_a_row_is_read_with_spaces_and_lower_case_forgiven() -> None:
    row = read_row(
        2,
        {
            "name": "  Acme \t Inc. ",
            "aliases": "Acme; ACM ;;",
            "tier": "a",
            "market": "us-ny",
            "currency": "eur",
            "cadence_days": "21",
            "last_touch": "2026-11-10 14:30",
            "contact": "Jane  Smith",
            "contact_regimes": "ford; us-public",
            "contact_jurisdiction": "us-mi",
        },
        TODAY,
    )

    assert isinstance(row, BookRow)
    told, person = row.client, row.contact
    assert person is not None
    assert (told.name, told.aliases, told.tier, told.market) == (
        "Acme Inc.",
        ("Acme", "ACM"),
        Tier.A,
        "US-NY",
    )
    assert (told.currency, told.cadence_days, told.last_touch) == ("EUR", 21, date(2026, 11, 10))
    assert (person.name, person.regimes, person.jurisdiction) == (
        "Jane Smith",
        ("ford", "us-public"),
        "US-MI",
    )


def test_control_characters_do_not_get_into_the_book() -> None:
    row = read_row(2, {"name": "Ac\x00me\x1b[31m\nInc"}, TODAY)

    assert isinstance(row, BookRow)
    assert row.client.name == "Ac me [31m Inc"


@given(st.dictionaries(st.sampled_from(sorted(COLUMNS)), st.text(max_size=40)))
def test_whatever_stands_in_the_cells_a_row_is_read_or_refused(cells: dict[str, str]) -> None:
    row = read_row(3, cells, TODAY)

    assert row.line == 3
    if isinstance(row, BookRow):
        assert row.client.name or row.client.external_ids
        assert row.client.last_touch is None or row.client.last_touch <= TODAY


@pytest.mark.parametrize(
    ("typed", "code", "found"),
    [
        ("gossip: x", "preference.unknown", "gossip: x"),
        ("food: halal", "preference.sensitive", "halal"),
        ("hobbies: sailing with his wife", "preference.sensitive", "wife"),
        (f"food: {'x' * 201}", "text.too_long", "contact_preferences"),
    ],
)
def test_likings_are_guarded_as_in_the_form(typed: str, code: str, found: str) -> None:
    cells = {"name": "Acme", "contact": "Dana", "contact_preferences": typed}
    assert read_row(2, cells, TODAY) == RejectedRow(2, code, found)
    read = read_row(2, {**cells, "contact_preferences": "Food: vegetarian ; music:  jazz "}, TODAY)
    assert isinstance(read, BookRow)
    assert read.contact is not None
    assert read.contact.preferences == {"food": "vegetarian", "music": "jazz"}
