"""The people at a client, as their manager keeps them, and what that changes in the gift check."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.clients import Client
from bot.domain.refusals import Refusal
from bot.services import client_contacts
from handlers.answers import FormErrors, UpdateForm, View
from tests.conftest import Firm
from tests.handlers.conftest import HOSTILE, Visitor, elements_of, opened, said, seen


@pytest.fixture
def acme(small_firm: Firm) -> Client:
    return small_firm.client("Acme")


def people_of(visitor: Visitor, client: str = "Acme") -> View:
    return opened(visitor.presses(said(visitor.types("/client", client)), "client.contacts"))


def add_form(visitor: Visitor) -> View:
    return opened(visitor.presses(people_of(visitor), "contact.add"))


def edit_form(visitor: Visitor) -> View:
    return opened(visitor.presses(people_of(visitor), "contact.edit"))


def test_a_person_is_added_with_all_there_is_to_know_and_edited(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    listed = opened(
        alice.submits(
            add_form(alice),
            name="  Jane   Smith",
            role="Buyer",
            email="jane@acme.com",
            language="fr",
            offices=["US-FED"],
            bound=["HCP"],
            jurisdiction=["US-VT"],
            employer="Acme Labs",
            preference_teams="Green Bay Packers",
            preference_refusals="no alcohol",
        )
    )
    shown = seen(listed)
    assert "Jane Smith is known now." in shown
    assert "*Jane Smith* · Buyer" in shown
    assert "Gift check: Federal executive branch (United States) and Health-care professional" in shown
    assert "Teams they support: Green Bay Packers · What they do not want: no alcohol" in shown
    form = edit_form(alice)
    again = opened(alice.submits(form, role="Head buyer", left=["left"]))
    assert "Jane Smith · _has left_" in seen(again)
    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        (jane,) = unit.contacts.all_of_client(acme.id)
    assert (jane.regimes, jane.jurisdiction, jane.language) == (("US-FED", "HCP"), "US-VT", "fr")
    assert not jane.active
    back = opened(alice.submits(edit_form(alice), left=[]))
    alice.submits(edit_form(alice), jurisdiction=[], language="none")
    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        (emptied,) = unit.contacts.all_of_client(acme.id)
    assert (emptied.jurisdiction, emptied.language) == (None, "")
    assert "has left" not in seen(back)
    history = opened(alice.presses(said(alice.types("/client", "Acme")), "client.menu", choose='"history"'))
    assert "Jane Smith: edited" in seen(history)
    assert "Has left: no → yes" in seen(history)
    assert "Role: Buyer → Head buyer" in seen(history)


@pytest.mark.parametrize(
    ("entered", "field", "part"),
    [
        ({"name": ""}, "name", "called"),
        ({"name": "x" * 300}, "name", "255"),
        ({"email": "nowhere"}, "email", "e-mail"),
        ({"preference_food": "kosher"}, "preference_food", "“kosher” tells something about religion"),
        (
            {"preference_hobbies": "his wife Emma sails"},
            "preference_hobbies",
            "“wife” tells something about the family",
        ),
        (
            {"preference_refusals": "no nuts (allergic)"},
            "preference_refusals",
            "“allergic” tells something about health",
        ),
        ({"preference_music": "y" * 201}, "preference_music", "200"),
        ({"name": "DANA white"}, "name", "known there already"),
    ],
)
def test_what_cannot_be_noted_of_a_person_is_said_at_its_field(
    alice: Visitor, small_firm: Firm, acme: Client, entered: dict[str, Any], field: str, part: str
) -> None:
    small_firm.contact(acme, "Dana White")
    answer = alice.submits(add_form(alice), **{"name": "Jane Smith", **entered})
    assert isinstance(answer, FormErrors)
    assert list(answer.errors) == [field]
    assert part in answer.errors[field]


def test_a_flag_that_is_set_or_taken_away_changes_the_gift_check(alice: Visitor, small_firm: Firm) -> None:
    ford = small_firm.client("Globex")
    jane = small_firm.contact(ford, "Jane Smith")
    typed = "$45 bottle of whisky for Jane Smith at Globex"
    before = said(alice.types("/gift-check", typed)).text
    assert "Federal" not in before
    edit = opened(alice.presses(people_of(alice, "Globex"), f"contact.edit:{jane.id}"))
    alice.submits(edit, offices=["US-FED"])
    official = said(alice.types("/gift-check", typed)).text
    assert official.startswith("Not allowed")
    edit = opened(alice.presses(people_of(alice, "Globex"), f"contact.edit:{jane.id}"))
    alice.submits(edit, offices=[])
    assert said(alice.types("/gift-check", typed)).text == before


def test_offices_are_named_and_never_shown_as_codes(alice: Visitor, bruno: Visitor) -> None:
    first = alice.asks_list("contact.office", "")
    assert "Federal executive branch (United States)" in first
    assert "Public office: New York (United States)" in first
    assert "Public office: France" in first
    assert alice.asks_list("contact.office", "ohio") == ["Public office: Ohio (United States)"]
    assert bruno.asks_list("contact.office", "sénat") == ["Sénat (États-Unis)"]
    assert not any(name.isupper() for name in first)


def test_rules_that_no_field_shows_stay(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    small_firm.contact(acme, "Dana White", regimes=("OUR-OWN", "BANK", "US-FED"))
    form = edit_form(alice)
    assert "1 rule of your own stays as it is." in seen(form)
    alice.submits(form, offices=[])
    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        (dana,) = unit.contacts.of_client(acme.id)
    assert dana.regimes == ("US-BANK", "OUR-OWN")


def test_the_second_of_two_who_edit_a_person_sees_what_the_first_changed(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    small_firm.contact(acme, "Dana White", role="buyer")
    mine, theirs = edit_form(alice), edit_form(alice)
    alice.submits(theirs, role="head buyer", bound=["HCP"], preference_music="jazz")
    answer = alice.submits(mine, email="dana@acme.com")
    assert isinstance(answer, UpdateForm)
    shown = seen(answer.view)
    for part in ("Role: head buyer", "Rules that bind them: Health-care professional", "Music: jazz"):
        assert part in shown
    alice.submits(answer.view)
    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        (dana,) = unit.contacts.of_client(acme.id)
    assert dana.email == "dana@acme.com"


def test_five_hundred_people_are_paged(bruno: Visitor, small_firm: Firm) -> None:
    danone = small_firm.client("Danone", owner=small_firm.bruno)
    for number in range(500):
        small_firm.contact(
            danone,
            f"{number:03} {HOSTILE[:240]}",
            role=HOSTILE[:255],
            email=f"{'x' * 200}{number}@danone.com",
            regimes=("US-FED", "US-CONGRESS-SENATE", "HCP", "LMRDA"),
            preferences={"teams": "é" * 200, "music": "é" * 200, "refusals": "é" * 200},
        )
    page = people_of(bruno, "Danone")
    assert "Page 1 sur 13" in seen(page)
    page = opened(bruno.presses(page, "client.contacts:1"))
    assert "Page 2 sur 13" in seen(page)
    assert sum(e["action_id"].startswith("contact.edit:") for e in elements_of(page["blocks"])) == 40
    opened(bruno.presses(page, "contact.edit"))
    assert "Page 1 sur 13" in seen(opened(bruno.presses(page, "client.contacts:0")))


def test_only_who_may_edit_the_client_edits_its_people(
    alice: Visitor, bruno: Visitor, small_firm: Firm, acme: Client
) -> None:
    dana = small_firm.contact(acme, "Dana White")
    with pytest.raises(Refusal) as refused:
        client_contacts.person(small_firm.house, small_firm.actor(small_firm.bruno), dana.id)
    assert refused.value.code == "client.not_to_edit"
    with pytest.raises(Refusal) as refused:
        client_contacts.people(small_firm.house, small_firm.actor(small_firm.bruno), acme.id)
    assert refused.value.code == "client.not_yours"


def test_two_people_of_one_name_are_told_apart_by_their_addresses(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    small_firm.contact(acme, "Jane Smith", email="jane@acme.com")
    alice.submits(add_form(alice), name="Jane Smith", email="jane.smith@acme.com")
    assert isinstance(alice.submits(add_form(alice), name="Jane Smith"), FormErrors)
    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        assert len(unit.contacts.of_client(acme.id)) == 2
