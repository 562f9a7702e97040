"""Clients as people meet them: the brief, their own book, and adding to it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.clients import Client, Tier
from bot.domain.refusals import Refusal
from bot.services.clients import type_ahead
from handlers.answers import CloseForms, FormErrors, OpenForm, Say, UpdateForm
from handlers.i18n import words_for
from handlers.views import clients as views
from tests.conftest import Firm
from tests.handlers.conftest import HOSTILE, Visitor, elements_of, opened, said, seen


@pytest.fixture
def acme(small_firm: Firm) -> Client:
    return small_firm.client("Acme")


def test_the_brief_tells_what_to_know_before_a_call(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    small_firm.contact(acme, "Jane Smith", role="buyer")
    alice.types("/client-touch", "Acme call yesterday with Jane Smith: the renewal")
    small_firm.clock.tick(days=1)
    message = said(alice.types("/client", "acme"))
    for part in (
        "Acme",
        "On track",
        "Tier A",
        "every 14 days",
        "Alice Ames",
        "Jane Smith (buyer)",
        "the renewal",
    ):
        assert part in message.text
        assert part in seen(message)
    assert "Next contact by" in message.text


def test_a_brief_tells_of_a_conversation_from_before_the_book(alice: Visitor, small_firm: Firm) -> None:
    small_firm.client("Globex", spoke_before_at=small_firm.clock() - timedelta(days=100))
    small_firm.client("Initech")
    touched = said(alice.types("/client", "Globex")).text
    assert "you last spoke on August 8, 2026" in touched
    assert "Log the first touch below" in said(alice.types("/client", "Initech")).text


def test_the_brief_is_in_the_readers_language(bruno: Visitor, small_firm: Firm) -> None:
    small_firm.client("Danone", owner=small_firm.bruno)
    message = said(bruno.types("/client", "danone"))
    assert "Suivi par Bruno Petit." in message.text
    assert "tous les 14 jours" in message.text


def test_a_brief_fits_on_a_phone_however_much_is_known(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    for number in range(12):
        small_firm.contact(acme, f"Person {number} {HOSTILE[:200]}", role="<!here>" * 20)
    for number in range(9):
        small_firm.clock.tick(days=1)
        alice.types("/client-touch", f"Acme call: {number} {HOSTILE[:2500]}")
    message = said(alice.types("/client", "Acme"))
    assert len(message.blocks) <= 12
    assert "7 more" in message.text
    assert "<!" not in message.text
    whole = said(alice.presses(message, "client.more"))
    assert len(whole.blocks) <= 50
    assert "The last twelve months" in whole.text
    assert said(alice.presses(whole, "client.less")).text == message.text


def test_a_colleagues_client_stays_closed_and_names_who_to_ask(alice: Visitor, small_firm: Firm) -> None:
    small_firm.client("Danone", owner=small_firm.bruno)
    with pytest.raises(Refusal) as refused:
        alice.types("/client", "Danone")
    assert refused.value.code == "client.not_yours"
    assert refused.value.facts["owner"] == "Bruno Petit"


def test_a_name_that_is_not_clear_asks_which_client_and_opens_it(alice: Visitor, small_firm: Firm) -> None:
    north = small_firm.client("Acme North")
    small_firm.client("Acme South")
    question = said(alice.types("/client", "Acme"))
    brief = alice.presses(question, f"client.open:{north.id}")
    assert isinstance(brief, Say)
    assert "Acme North" in brief.message.text


def test_an_unknown_name_offers_to_add_it(alice: Visitor) -> None:
    question = said(alice.types("/client", "Globex"))
    form = opened(alice.presses(question, "client.open_form"))
    name = next(e for e in elements_of(form["blocks"]) if e["action_id"] == "name")
    assert name["initial_value"] == "Globex"


def test_a_hostile_name_is_answered(alice: Visitor) -> None:
    assert "I know no client" in said(alice.types("/client", HOSTILE)).text


def test_the_command_alone_lists_ones_own_clients_with_how_they_stand(
    alice: Visitor, small_firm: Firm
) -> None:
    for number in range(12):
        small_firm.client(f"Client {number:02} {HOSTILE[:200]}", tier=Tier.A if number else Tier.D)
    small_firm.client("Danone", owner=small_firm.bruno)
    small_firm.clock.tick(days=30)
    message = said(alice.types("/client"))
    assert "12 clients in your book" in message.text
    assert "Neglected" in message.text
    assert "Danone" not in message.text
    assert sum(e["action_id"].startswith("client.open:") for e in elements_of(message.blocks)) == 10


def test_an_empty_book_leads_to_the_first_client(alice: Visitor, small_firm: Firm) -> None:
    message = said(alice.types("/client"))
    assert "empty" in message.text
    form = opened(alice.presses(message, "client.open_form"))
    answer = alice.submits(form, name="  Globex   Inc ", contact="Jane Smith", market="FR", currency="EUR")
    assert isinstance(answer, CloseForms)
    assert "Globex Inc is in your book now." in said(answer).text
    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        (client,) = unit.clients.of_owner(small_firm.alice.id, 5)
        assert [person.name for person in unit.contacts.of_client(client.id)] == ["Jane Smith"]
    assert (client.tier, client.market, client.currency) == (Tier.B, "FR", "EUR")
    assert client.new_until == small_firm.clock() + timedelta(days=90)


def test_what_the_workspace_has_is_taken_where_nothing_is_chosen(alice: Visitor, small_firm: Firm) -> None:
    alice.submits(opened(alice.presses(said(alice.types("/client")), "client.open_form")), name="Globex")
    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        (client,) = unit.clients.of_owner(small_firm.alice.id, 5)
    assert (client.market, client.currency) == ("US", "USD")


@pytest.mark.parametrize("name", ["", "   ", "Acme", "acme inc.", "x" * 300])
def test_a_name_that_cannot_be_is_told_at_its_field(alice: Visitor, acme: Client, name: str) -> None:
    form = opened(alice.presses(said(alice.types("/client", "Globex")), "client.open_form"))
    answer = alice.submits(form, name=name)
    assert isinstance(answer, FormErrors)
    assert list(answer.errors) == ["name"]


def test_the_form_explains_each_tier(alice: Visitor) -> None:
    form = opened(alice.presses(said(alice.types("/client")), "client.open_form"))
    tiers = next(e for e in elements_of(form["blocks"]) if e["action_id"] == "tier")
    described = {option["value"]: option["description"]["text"] for option in tiers["options"]}
    assert described["A"] == "Contact every 14 days, neglected after 21 days"
    assert set(described) == {"A", "B", "C", "D"}


def test_countries_are_found_by_name_or_code_in_the_readers_language(alice: Visitor, bruno: Visitor) -> None:
    assert alice.asks_list("client.market", "germ") == ["Germany"]
    assert bruno.asks_list("client.market", "alle") == ["Allemagne"]
    assert bruno.asks_list("client.market", "DE")[0] == "Allemagne"
    assert alice.asks_list("client.market", "qqq") == []
    assert 1 < len(alice.asks_list("client.market", "")) <= 100


def test_logging_from_a_brief_leaves_the_brief_and_confirms_below(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    form = alice.presses(said(alice.types("/client", "Acme")), "client.log")
    assert isinstance(form, OpenForm)
    answer = alice.submits(form.view, channel="call")
    assert isinstance(answer, CloseForms)
    assert isinstance(answer.then, Say)


def test_without_a_message_to_answer_below_the_form_itself_says_what_became_of_it(
    alice: Visitor, small_firm: Firm
) -> None:
    alice.reply_to = None
    form = opened(alice.presses(said(alice.types("/client")), "client.open_form"))
    answer = alice.submits(form, name="Globex")
    assert isinstance(answer, UpdateForm)
    assert "Globex is in your book now." in seen(answer.view)


def test_a_client_found_by_somebody_there_says_so(alice: Visitor, bruno: Visitor, small_firm: Firm) -> None:
    acme = small_firm.client("Acme", aliases=("Ajax Holdings",))
    small_firm.contact(acme, "Dana Whitfield", email="dana@acme.com")
    danone = small_firm.client("Danone", owner=small_firm.bruno)
    small_firm.contact(danone, "Noémie Castellan", email="noemie@danone.fr")

    assert "Dana Whitfield works at Acme." in seen(said(alice.types("/client", "dana whitfield")))
    assert "People at Acme have addresses at acme.com." in said(alice.types("/client", "acme.com")).text
    assert "dana@acme.com belongs to somebody at Acme." in said(alice.types("/client", "dana@acme.com")).text
    assert "Acme is also called Ajax Holdings." in said(alice.types("/client", "ajax holdings")).text
    assert "works at" not in said(alice.types("/client", "acme")).text
    assert "Noémie Castellan travaille chez Danone." in said(bruno.types("/client", "noemie castellan")).text


def test_a_person_known_at_two_clients_is_asked_about(alice: Visitor, small_firm: Firm) -> None:
    for name in ("Acme", "Globex"):
        small_firm.contact(small_firm.client(name), "Dana Whitfield")

    message = said(alice.types("/client", "Dana Whitfield"))

    assert "Acme (Dana Whitfield)" in seen(message)
    assert "Globex (Dana Whitfield)" in seen(message)


def test_a_touch_typed_with_a_person_is_logged_with_them(alice: Visitor, small_firm: Firm) -> None:
    small_firm.contact(small_firm.client("Acme"), "Dana Whitfield", email="dana@acme.com")

    message = said(alice.types("/client-touch", "Dana Whitfield call yesterday: the renewal"))

    assert "Acme" in message.text
    assert "Dana Whitfield" in message.text


def test_options_say_by_what_and_of_whom_a_client_was_found(alice: Visitor, small_firm: Firm) -> None:
    mine, theirs = (small_firm.client("Twin", owner=who) for who in (small_firm.alice, small_firm.bruno))
    small_firm.contact(mine, "Dana Whitfield")
    small_firm.contact(theirs, "Noor Haddad")
    small_firm.client("Globex", aliases=("Twin Peaks",))

    def listed(typed: str) -> list[tuple[str, str]]:
        found = type_ahead(small_firm.house, small_firm.actor(small_firm.alice), typed)
        options = views.suggestions(found, words_for("en-US"))
        assert all(len(option["text"]["text"]) <= 75 for option in options)
        return [(option["text"]["text"], option.get("description", {}).get("text", "")) for option in options]

    assert listed("twin")[:2] == [
        ("Twin", "United States"),
        ("Twin", "United States · Client of Bruno Petit"),
    ]
    assert ("Globex", "Twin Peaks") in listed("twin")
    assert listed("dana whit") == [("Twin", "Dana Whitfield")]
    assert listed("noor had") == [("Twin", "Noor Haddad · Client of a colleague")]
