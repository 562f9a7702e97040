"""A discount is asked for, agreed to by the lead, and stands in the balance; a no is held and thanked."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import LENA, Sitting
from tests.journeys.screen import Screen

pytestmark = pytest.mark.journey

SOON_MS = 25_000


def message(screen: Screen, text: str) -> Locator:
    return screen.page.get_by_role("article").filter(has_text=re.compile(text)).last


def test_a_discount_finds_its_counterpart_and_its_lead(alice: Screen, sits_down: Sitting) -> None:
    lena = sits_down(LENA)
    logged = alice.types("/client-touch Ford call this morning: they ask for a discount of 5%")
    expect(logged.get_by_role("button", name="Note a concession to Ford Motor Company")).to_be_visible()
    alice.picture("concession_touch", logged)
    logged.get_by_role("button", name="Note a concession to Ford Motor Company").click()
    expect(alice.form).to_contain_text("Given 2 times in twelve months ($400, at most 4%).")
    expect(alice.form.get_by_label("What, and for what")).to_have_value("they ask for a discount of 5%")
    alice.form.get_by_label("Percent").fill("5 %")
    alice.picture("concession_form", alice.form, docs=True)
    alice.form.get_by_label("Percent").fill("a little")
    alice.form.get_by_role("button", name="Save").click()
    expect(alice.form).to_contain_text("Write a percentage above 0 and up to 100")
    alice.form.get_by_label("Percent").fill("5 %")
    alice.form.get_by_role("button", name="Save").click()
    asked = message(alice, "I asked Lena")
    expect(asked).to_contain_text("nothing comes back yet (a waiver) and it is more than 2%")
    alice.picture("concession_asked", asked)

    question = message(lena, "asks for a concession to Ford Motor Company")
    expect(question).to_be_visible(timeout=SOON_MS)
    lena.picture("concession_question", question, docs=True)
    home = lena.goes_home_to("Alice Moreno asks for a concession to Ford Motor Company.")
    lena.picture("concession_home", home)
    alice.goes_home_to("Waits for Lena Park.")
    alice.picture("concession_home_own")
    for screen in (lena, alice):
        screen.goes_to_messages()
    question.get_by_role("button", name=re.compile("^Agree to the concession to Ford")).click()
    expect(question).to_contain_text("agreed.")
    news = message(alice, "agrees to your concession to Ford Motor Company")
    expect(news).to_be_visible(timeout=SOON_MS)
    alice.picture("concession_news", news)

    brief = alice.types("/client Ford")
    expect(brief).to_contain_text("Given 3 times in twelve months ($400, at most 5%).")
    expect(brief).to_contain_text("Once nothing came back.")
    alice.picture("concession_brief", brief)
    brief.get_by_role("button", name="Show the concessions to Ford").click()
    listed = message(alice, "Concessions to Ford Motor Company")
    expect(listed).to_contain_text("A no that was held.")
    alice.picture("concession_list", listed)

    figures = lena.types("/rapport concessions")
    expect(figures).to_contain_text("Your team: Concessions")
    expect(figures).to_contain_text("1 without anything in return: Ford Motor Company")
    lena.picture("concession_figures", figures)


def test_a_no_is_held_and_thanked_in_french(benoit: Screen) -> None:
    brief = benoit.types("/client Crédit Boréal")
    expect(brief).to_contain_text("En retour : des mises en relation.")
    brief.get_by_role("button", name="Noter une concession à Crédit Boréal SA").click()
    benoit.form.get_by_label("Le client a demandé, et j’ai tenu un non").check()
    benoit.form.get_by_label("Pourcentage").fill("2,5 %")
    benoit.picture("concession_form_fr", benoit.form)
    benoit.form.get_by_role("button", name="Enregistrer").click()
    thanked = message(benoit, "Bien tenu. Merci")
    expect(thanked).to_contain_text("Crédit Boréal SA l’a demandé sans l’obtenir")
    benoit.picture("concession_held_fr", thanked)
    expect(benoit.types("/client Crédit Boréal")).to_contain_text("Un non a été tenu une fois.")
