"""Gifts received as people declare them: typed in both languages, as a form, and with buttons."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.gifts.register import Side
from handlers import gifts
from handlers.answers import Message, UpdateForm, View
from handlers.ask import Routes
from handlers.parsing import Reader, read_gift
from tests.conftest import Firm
from tests.handlers.conftest import HOSTILE, Visitor, elements_of, filled, opened, said, seen

ENGLISH = Reader(datetime(2026, 11, 16, 14, tzinfo=UTC), ZoneInfo("America/New_York"), "en-US")
FRENCH = Reader(datetime(2026, 11, 16, 14, tzinfo=UTC), ZoneInfo("Europe/Paris"), "fr-FR")


@pytest.fixture(scope="module")
def table() -> Routes:
    routes = Routes()
    gifts.register(routes)
    return routes


@pytest.fixture
def anna(small_firm: Firm, table: Routes) -> Visitor:
    """Alice from New York, who keeps Acme and Crédit Boréal."""
    small_firm.client("Acme Corp")
    small_firm.client("Crédit Boréal", currency="EUR", market="FR")
    return Visitor(small_firm, small_firm.alice, table)


@pytest.fixture
def bruno(small_firm: Firm, anna: Visitor, table: Routes) -> Visitor:
    """Bruno from Paris, in French, in the same firm."""
    return Visitor(small_firm, small_firm.bruno, table)


def labels(shown: Message | View) -> list[str]:
    blocks = shown.blocks if isinstance(shown, Message) else shown["blocks"]
    return [element["text"]["text"] for element in elements_of(blocks) if element["type"] == "button"]


@pytest.mark.parametrize(
    ("typed", "what", "category", "person", "employer"),
    [
        (
            "received a $60 bottle of wine from Jane Smith at Ford",
            "bottle of wine",
            "alcohol",
            "Jane Smith",
            "Ford",
        ),
        ("wine received from Jane Smith, Ford, $60", "wine", "alcohol", "Jane Smith", "Ford"),
        ("I got two $30 pens from Jane at Acme", "pens", None, "Jane", "Acme"),
        ("was given a $45 scarf by Jane Smith at Ford", "scarf", None, "Jane Smith", "Ford"),
        ("we were invited to dinner for $80 by Bob Ross (Merck)", "dinner", "meal", "Bob Ross", "Merck"),
        ("gift received: $20 mug from Acme Corp", "mug", None, "Acme Corp", None),
        ("received $45 wine", "wine", "alcohol", None, None),
    ],
)
def test_a_received_gift_is_understood_in_english(
    typed: str, what: str, category: str | None, person: str | None, employer: str | None
) -> None:
    read = read_gift(typed, ENGLISH, "USD")

    assert read.received is True
    assert (read.description.removeprefix("a "), read.category) == (what, category)
    assert (read.contact, read.employer) == (person, employer)


@pytest.mark.parametrize(
    ("typed", "what", "person", "employer"),
    [
        (
            "reçu de Marie Dupont chez Boréal une bouteille de vin 60 €",
            "bouteille de vin",
            "Marie Dupont",
            "Boréal",
        ),
        ("cadeau reçu : panier garni 40 € de Marie chez Boréal", "panier garni", "Marie", "Boréal"),
        ("j'ai reçu du vin de Bordeaux à 30 € de Marie (Boréal)", "vin de Bordeaux", "Marie", "Boréal"),
        ("on m'a offert un stylo 20 € de la part de Crédit Boréal", "stylo", "Crédit Boréal", None),
        ("Marie Dupont chez Boréal m'a offert un livre 25 €", "livre", "Marie Dupont", "Boréal"),
    ],
)
def test_a_received_gift_is_understood_in_french(
    typed: str, what: str, person: str, employer: str | None
) -> None:
    read = read_gift(typed, FRENCH, "USD")

    assert read.received is True
    assert (read.description, read.contact, read.employer) == (what, person, employer)


@pytest.mark.parametrize(
    "typed", ["$45 wine for Jane Smith at Ford", "a book on how gifts are given $20", "vin 45 € pour Marie"]
)
def test_a_gift_of_ours_is_not_taken_for_one_received(typed: str) -> None:
    assert read_gift(typed, ENGLISH, "USD").received is False


def test_the_verdict_speaks_of_keeping_it(anna: Visitor) -> None:
    message = said(anna.types("/gift-check", "received a $30 bottle of wine from Jane Smith at Acme"))

    assert message.text.startswith("You may keep it: bottle of wine, $30, from Jane Smith at Acme Corp")
    assert labels(message)[:3] == ["I keep it", "I gave it back", "I handed it in"]
    assert "I gave it" not in labels(message)
    assert "average business gift" not in message.text


def test_what_is_too_much_can_only_go_back_or_be_handed_in(anna: Visitor) -> None:
    message = said(anna.types("/gift-check", "received a $300 watch from Jane Smith at Acme"))

    assert message.text.startswith("Do not accept it, or give it back")
    assert "Give it back, with thanks" in message.text
    assert "I keep it" not in labels(message)
    back = said(anna.presses(message, "gift.returned"))
    assert "In the register: watch, $300, from Jane Smith at Acme Corp. You gave it back" in back.text
    assert labels(back) == ["Take it out again"]


def test_who_has_to_say_yes_is_named_and_the_rest_is_as_for_gifts_of_ours(anna: Visitor) -> None:
    message = said(anna.types("/gift-check", "received a $80 scarf from Jane Smith at Acme"))

    assert message.text.startswith("Ask before you keep it")
    assert "your lead, Lea Lang" in message.text
    assert labels(message)[:2] == ["I gave it back", "I handed it in"]


def test_in_french_it_is_said_in_french(bruno: Visitor) -> None:
    message = said(bruno.types("/gift-check", "reçu de Marie Dupont chez Crédit Boréal un livre 20 €"))

    assert message.text.startswith("Vous pouvez le garder")
    assert "de la part de Marie Dupont (Crédit Boréal)" in message.text
    kept = said(bruno.presses(message, "gift.kept"))
    assert "Vous le gardez" in kept.text
    again = said(bruno.types("/gift-check", "reçu de Marie Dupont chez Crédit Boréal un livre 20 €"))
    assert "Vous avez reçu de Crédit Boréal en 2026" in again.text


def test_what_was_kept_is_counted_and_may_go_back_later(anna: Visitor) -> None:
    message = said(anna.types("/gift-check", "received a $30 book from Jane Smith at Acme"))
    kept = said(anna.presses(message, "gift.kept"))
    assert labels(kept) == ["Take it out again", "I gave it back", "I handed it in"]

    more = said(anna.types("/gift-check", "received a $30 book from Jane Smith at Acme"))
    assert "You received from Acme Corp in 2026: 1 gift, $30." in more.text
    said(anna.presses(kept, "gift.handed_in"))
    less = said(anna.types("/gift-check", "received a $30 book from Jane Smith at Acme"))
    assert "You received" not in less.text


def test_a_gift_without_a_price_asks_what_it_is_worth(anna: Visitor) -> None:
    message = said(anna.types("/gift-check", "received a book from Jane Smith at Acme"))
    form = opened(anna.presses(message, "gift.returned"))

    assert form["title"]["text"] == "What is it worth?"
    done = said(anna.submits(form, amount="400"))
    assert "You gave it back" in done.text


def test_who_is_not_in_the_book_is_added_when_it_is_declared(anna: Visitor) -> None:
    message = said(anna.types("/gift-check", "received a $30 book from Nora Lind at Nordlicht AG"))
    assert "Nordlicht AG is not in the book: what came from there before is not counted." in message.text

    asked = said(anna.presses(message, "gift.handed_in"))
    done = said(anna.presses(asked, "gift.given_add"))

    assert "from Nora Lind at Nordlicht AG. You handed it in" in done.text
    assert "Nordlicht AG is now in your book." in done.text


def test_the_form_follows_who_gives_and_keeps_what_was_entered(anna: Visitor) -> None:
    form = opened(anna.types("/gift-check"))
    assert "Who gives?" in seen(form)
    state = filled(form, direction="received", what="wine", person="Jane Smith", employer="Acme")
    changed = anna.presses(form, "gift.direction", choose="received", state=state)
    assert isinstance(changed, UpdateForm)
    assert "Where the giver works" in seen(changed.view)

    result = anna.submits(changed.view, amount="30")
    assert isinstance(result, UpdateForm)
    assert "You may keep it" in seen(result.view)
    assert "Is the giver there as the host?" not in seen(result.view)
    assert "Who really gets it?" in seen(result.view)
    assert "my spouse" in seen(result.view)


def test_a_change_keeps_the_direction(anna: Visitor) -> None:
    message = said(anna.types("/gift-check", "received a $30 book from Jane Smith at Acme"))
    form = opened(anna.presses(message, "gift.change"))
    (chosen,) = [
        e["initial_option"]["value"]
        for e in elements_of(form["blocks"])
        if e["action_id"] == "gift.direction"
    ]

    assert chosen == Side.RECEIVED


def test_hostile_names_reach_nobody(anna: Visitor) -> None:
    typed = f'received a $30 book from "{HOSTILE[:60]}" at "{HOSTILE[:60]}"'

    message = said(anna.types("/gift-check", typed))

    assert "<!channel>" not in message.text, "blocks show it in plain text, the text escapes it"
