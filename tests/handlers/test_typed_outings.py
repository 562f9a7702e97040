"""Invitations of several people as they are typed, in English and French."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money
from bot.domain.names import normalise
from handlers.parsing import ParseComplaint, Reader, TypedOuting, read_outing

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)  # a Wednesday
JANE = Reader(NOW, ZoneInfo("America/New_York"), "en-US")
MARIE = Reader(NOW, ZoneInfo("Europe/Paris"), "fr-FR")
BOOK = ("Acme", "Ford", "Ernst and Young", "Dupont & Fils", "Crédit Agricole", "Smith, Kline and French")

JANE_AT_FORD, TOM_AT_ACME, ANNA_AT_GLOBEX = (
    ("Jane Smith", "Ford"),
    ("Tom Lee", "Acme"),
    ("Anna Berg", "Globex"),
)


def in_the_book(words: Sequence[str]) -> int:
    wanted = {normalise(name) for name in BOOK}
    return max((n for n in range(1, len(words) + 1) if normalise(" ".join(words[:n])) in wanted), default=0)


def read(text: str, reader: Reader = JANE) -> TypedOuting | None:
    return read_outing(text, reader, "USD", in_the_book)


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


ENGLISH = [
    (
        "dinner for Jane Smith at Ford, Tom Lee at Acme and Anna Berg at Globex, $80 a head",
        TypedOuting(usd("80"), "dinner", "meal", (JANE_AT_FORD, TOM_AT_ACME, ANNA_AT_GLOBEX)),
    ),
    (
        "$80 a head dinner for Jane Smith at Ford; Tom Lee @ Acme; Anna Berg (Globex)",
        TypedOuting(usd("80"), "dinner", "meal", (JANE_AT_FORD, TOM_AT_ACME, ANNA_AT_GLOBEX)),
    ),
    (
        "hockey tickets $90 each for Jane Smith at Ford and Tom Lee at Acme",
        TypedOuting(usd("90"), "hockey tickets", "entertainment", (JANE_AT_FORD, TOM_AT_ACME)),
    ),
    (
        "lunch on Friday for Jane Smith at Ford and Tom Lee at Acme",
        TypedOuting(None, "lunch", "meal", (JANE_AT_FORD, TOM_AT_ACME), date(2026, 11, 20)),
    ),
    (
        "lunch for Jane Smith at Ford and Tom Lee at Acme tomorrow at 7pm",
        TypedOuting(None, "lunch", "meal", (JANE_AT_FORD, TOM_AT_ACME), date(2026, 11, 19)),
    ),
    (
        "lunch yesterday for Jane Smith at Ford and Tom Lee at Acme, $30",
        TypedOuting(usd("30"), "lunch", "meal", (JANE_AT_FORD, TOM_AT_ACME), date(2026, 11, 17)),
    ),
    (
        "$240 in total dinner for Jane Smith at Ford, Tom Lee at Acme and Anna Berg at Globex",
        TypedOuting(usd("80.00"), "dinner", "meal", (JANE_AT_FORD, TOM_AT_ACME, ANNA_AT_GLOBEX)),
    ),
    (
        "$100 in total lunch for Jane Smith at Ford, Tom Lee at Acme and Anna Berg at Globex",
        TypedOuting(usd("33.34"), "lunch", "meal", (JANE_AT_FORD, TOM_AT_ACME, ANNA_AT_GLOBEX)),
    ),
    (
        "dinner for Jane Smith and Bob Ray at Ford, Tom Lee at Acme",
        TypedOuting(None, "dinner", "meal", (JANE_AT_FORD, ("Bob Ray", "Ford"), TOM_AT_ACME)),
    ),
    (
        "dinner for Jane Smith at Ernst and Young and Tom Lee at Acme",
        TypedOuting(None, "dinner", "meal", (("Jane Smith", "Ernst and Young"), TOM_AT_ACME)),
    ),
    (
        "dinner for Jane Smith at Ernst and Young, Bob Ray and Tom Lee at Acme",
        TypedOuting(
            None, "dinner", "meal", (("Jane Smith", "Ernst and Young"), ("Bob Ray", "Acme"), TOM_AT_ACME)
        ),
    ),
    (
        "dinner for Jane Smith at Smith, Kline and French and Tom Lee at Acme",
        TypedOuting(None, "dinner", "meal", (("Jane Smith", "Smith, Kline and French"), TOM_AT_ACME)),
    ),
    (
        "dinner for Jane Smith at Brown and Root and Tom Lee at Acme",  # nobody here knows Brown and Root
        TypedOuting(None, "dinner", "meal", (("Jane Smith", "Brown and Root"), TOM_AT_ACME)),
    ),
    (
        "dinner for Jane Smith at Globex, Inc. and Tom Lee at Acme",
        TypedOuting(None, "dinner", "meal", (("Jane Smith", "Globex, Inc."), TOM_AT_ACME)),
    ),
    (
        'dinner for Jane Smith at "Foo and Bar, Baz" and Tom Lee at Acme',
        TypedOuting(None, "dinner", "meal", (("Jane Smith", "Foo and Bar, Baz"), TOM_AT_ACME)),
    ),
    (
        "dinner for Dr. Ludwig van der Berg at Ford and the buyer at Acme",
        TypedOuting(None, "dinner", "meal", (("Dr. Ludwig van der Berg", "Ford"), ("the buyer", "Acme"))),
    ),
    (
        "dinner at Chez Paul for Jane Smith at 3M and Tom Lee at Acme",
        TypedOuting(None, "dinner at Chez Paul", "meal", (("Jane Smith", "3M"), TOM_AT_ACME)),
    ),
    (
        "dinner with wine for Jane Smith at Ford and Tom Lee at Acme",  # the strictest word counts
        TypedOuting(None, "dinner with wine", "alcohol", (JANE_AT_FORD, TOM_AT_ACME)),
    ),
    (
        "an evening out for Jane Smith at Ford and Tom Lee at Acme",
        TypedOuting(None, "evening out", None, (JANE_AT_FORD, TOM_AT_ACME)),
    ),
    (
        "lunch for Jane Smith and Bob Ray at Ford",
        TypedOuting(None, "lunch", "meal", (JANE_AT_FORD, ("Bob Ray", "Ford"))),
    ),
]
FRENCH = [
    (
        "dîner pour Jane Smith chez Ford, Tom Lee chez Acme et Anna Berg chez Globex, 80 € par personne",
        TypedOuting(Money(Decimal(80), "EUR"), "dîner", "meal", (JANE_AT_FORD, TOM_AT_ACME, ANNA_AT_GLOBEX)),
    ),
    (
        "déjeuner vendredi à 45,50 € pour Inès Caron chez Dupont & Fils et pour Luc Moreau chez Crédit Agricole",
        TypedOuting(
            Money(Decimal("45.50"), "EUR"),
            "déjeuner",
            "meal",
            (("Inès Caron", "Dupont & Fils"), ("Luc Moreau", "Crédit Agricole")),
            date(2026, 11, 20),
        ),
    ),
    (
        "places de concert pour l'acheteuse de chez Ford et Tom Lee de chez Acme, 90 € par tête",
        TypedOuting(
            Money(Decimal(90), "EUR"),
            "places de concert",
            "entertainment",
            (("l'acheteuse", "Ford"), TOM_AT_ACME),
        ),
    ),
]


@pytest.mark.parametrize(("text", "expected"), ENGLISH)
def test_english_invitations(text: str, expected: TypedOuting) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(("text", "expected"), FRENCH)
def test_french_invitations(text: str, expected: TypedOuting) -> None:
    assert read(text, MARIE) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dinner",
        "$45 bottle of wine for Jane Smith at Ford",
        "wine for Jane Smith at Ford and Tom Lee at Acme",
        "lunch for 3 at Ford, then golf",
        "dinner for Jane Smith at Ford and then home",
        "lunch for Bob and Carol at Ford",
        "dinner at the Ritz and drinks for Jane Smith at Ford",
        "lunch and coffee at Ford",
        "dinner for Jane Smith at Ford, bring flowers",
    ],
)
def test_anything_else_is_left_to_the_check_of_one_gift(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        ("dinner for Jane Smith at Ford and Tom Lee at Acme, $40-50", "amount.several", ""),
        ("dinner for Jane Smith at Ford and Tom Lee at Acme, $0", "amount.zero", "$0"),
        ("dinner on 31/02 for Jane Smith at Ford and Tom Lee at Acme", "date.impossible", "31/02"),
        ("$80 dinner for Jane Smith at Ford and Tom Lee at Acme on 31/02", "date.impossible", "31/02"),
    ],
)
def test_what_cannot_be_is_pointed_at(text: str, code: str, word: str) -> None:
    with pytest.raises(ParseComplaint) as caught:
        read(text)
    assert caught.value.code.partition(".")[0] == code.partition(".")[0]
    assert word in caught.value.word or not word


_PIECES = st.lists(
    st.sampled_from(
        [
            *("dinner", "for", "pour", "at", "chez", "and", "et", ",", ";", "&", "(", ")", "$80", "a head"),
            *("Jane", "Smith", "Ford", "Acme", "Inc.", "the", "buyer", '"', "on Friday", "\n", "🍷", "@"),
        ]
    ),
    max_size=18,
).map(" ".join)


@given(st.one_of(_PIECES, st.text(max_size=200)), st.sampled_from([JANE, MARIE]))
def test_any_text_gives_an_invitation_nothing_or_a_complaint(text: str, reader: Reader) -> None:
    try:
        found = read(text, reader)
    except ParseComplaint:
        return
    if found is not None:
        assert len(found.people) > 1
        for name, company in found.people:
            assert name.strip()
            assert company.strip()
            assert "\x1f" not in name + company + found.description
