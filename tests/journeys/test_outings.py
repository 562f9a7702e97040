"""Alice invites people of several clients: one answer says who may come, and what would let all of them come."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import ALICE, TELEPHONE, Sitting
from tests.journeys.screen import Screen, fits

pytestmark = pytest.mark.journey

TYPED = "/gift-check dinner for Tom Lee at Tyson Foods, Grace Hall at USPS and Jean Roux at Idal Group, $40 a head"


def test_one_of_three_may_not_come_until_the_cost_is_lowered(alice: Screen) -> None:
    answer = alice.types(TYPED)
    expect(answer).to_contain_text("Only visible to you")
    expect(answer.get_by_role("heading", name="2 of 3 may come")).to_be_visible()
    expect(answer).to_contain_text("dinner, $40 a head, November 17, 2026, with Alice")
    expect(answer).to_contain_text(re.compile(r"May not come \(1\)• ?Grace Hall \(USPS\): "))
    expect(answer).to_contain_text(re.compile("What would let all of them come• ?up to \\$20 a head"))
    alice.picture("outing_one_may_not", answer)

    answer.get_by_label("Details of one person").select_option("Grace Hall (USPS)")
    details = alice.last
    expect(details.get_by_role("heading", name="Not allowed")).to_be_visible()
    expect(details).to_contain_text("dinner, $40, for Grace Hall at USPS")
    alice.picture("outing_details", details)

    answer.get_by_role("button", name="Change the invitation").click()
    form = alice.form
    expect(form.get_by_label("What are they invited to?")).to_have_value("dinner")
    expect(form.get_by_label("Who is not in the list")).to_have_value(
        "Tom Lee, Tyson Foods\nGrace Hall, USPS\nJean Roux, Idal Group"
    )
    alice.picture("outing_form", form)
    form.get_by_label("Cost a head").fill("20")
    form.get_by_role("button", name="Check", exact=True).click()
    expect(form).to_be_hidden()
    expect(answer.get_by_role("heading", name="All of them may come")).to_be_visible()
    expect(answer).to_contain_text("dinner, $20 a head")
    alice.picture("outing_all_may", answer)

    answer.get_by_role("button", name="They came").click()
    boxes = alice.form.get_by_role("group", name="Who came?")
    expect(boxes.get_by_role("checkbox", checked=True)).to_have_count(3)
    boxes.get_by_label("Jean Roux").uncheck()
    alice.picture("outing_came", alice.form)
    alice.form.get_by_role("button", name="Enter them").click()
    expect(answer).to_contain_text("In the register: dinner of November 17, 2026, $20 a head")
    expect(answer).to_contain_text("for Tom Lee and Grace Hall")
    alice.picture("outing_registered", answer)

    again = alice.types("/gift-check $15 lunch for Grace Hall at USPS")
    expect(again).to_contain_text("$35 with this gift, $15 left.")


def test_people_of_all_clients_are_chosen_in_one_list_and_names_that_are_near_are_asked_about(
    alice: Screen,
) -> None:
    home = alice.goes_home()
    home.get_by_role("button", name="Plan an outing").click()
    form = alice.form
    form.get_by_label("What are they invited to?").fill("dinner by the river")
    people = form.get_by_role("combobox", name="Whom do you invite?")
    for typed, option in (("goog", "Priya Nair · Google LLC"), ("jane", "Jane Smith · Ford Motor Company")):
        people.press_sequentially(typed)
        form.get_by_role("option", name=option).click()
    form.get_by_label("Who is not in the list").fill("Hellen Ross, Merck\nAda Ray, Harbour Mills")
    form.get_by_label("Cost a head").fill("60")
    form.get_by_role("button", name="Check", exact=True).click()

    asked = form.get_by_role("radiogroup", name=re.compile("Who at Merck & Co., Inc. is “Hellen Ross”?"))
    expect(asked).to_be_visible()
    expect(form.get_by_label("Who is not in the list")).to_have_value(
        "Hellen Ross, Merck\nAda Ray, Harbour Mills"
    )
    alice.picture("outing_asked", form)
    asked.get_by_label("Dr. Helen Ross").check()
    form.get_by_role("button", name="Check", exact=True).click()
    expect(form.get_by_role("heading", name=re.compile("may come"))).to_be_visible()
    expect(form).to_contain_text("Dr. Helen Ross (Merck & Co., Inc.)")
    expect(form).to_contain_text("Not in the book, and judged by name alone: Harbour Mills.")
    alice.picture("outing_answer", form)
    form.get_by_role("button", name="Close").last.click()
    expect(alice.form).to_be_hidden()

    expect(home).to_contain_text("dinner by the river, $60 a head")
    button = home.get_by_role("button", name="Open the invitation: dinner by the river")
    alice.picture("outing_home", home.get_by_role("heading", name="Invitations"), to=button)
    button.click()
    expect(alice.form).to_contain_text("Priya Nair (Google LLC)")
    alice.page.keyboard.press("Escape")
    expect(alice.form).to_be_hidden()
    alice.goes_to_messages()


def test_it_is_read_and_answered_in_french(benoit: Screen) -> None:
    people = "Marie Dupont chez Crédit Boréal, Luc Petit chez Telia et Anne Roy chez Elior"
    answer = benoit.types(f"/gift-check déjeuner pour {people}, 130 $ par tête")
    expect(answer.get_by_role("heading", name="Personne ne peut venir en l’état")).to_be_visible()
    expect(answer).to_contain_text("Leurs règles sont à demander d’abord (1)")
    benoit.picture("outing_fr", answer)


def test_it_fits_a_telephone(sits_down: Sitting) -> None:
    alice = sits_down(ALICE, size=TELEPHONE, scheme="dark")
    answer = alice.types(TYPED)
    expect(answer.get_by_role("heading", name="2 of 3 may come")).to_be_visible()
    assert fits(alice.page)
    alice.picture("phone_outing")
    answer.get_by_role("button", name="Change the invitation").click()
    expect(alice.form.get_by_role("button", name="Check", exact=True)).to_be_in_viewport()
    assert fits(alice.page)
    alice.picture("phone_outing_form")
    companies = ("Tyson Foods", "Idal Group", "USPS", "Google")
    many = [f"Guest {chr(65 + n % 26)}{chr(97 + n)}, {companies[n % 4]}" for n in range(26)]
    alice.form.get_by_label("Who is not in the list").fill("\n".join(many))
    alice.form.get_by_label("Cost a head").fill("45")
    alice.form.get_by_role("button", name="Check", exact=True).click()
    expect(alice.form).to_be_hidden()
    expect(answer.get_by_role("heading", name=re.compile(r"of 2\d may come"))).to_be_visible()
    assert fits(alice.page)
    alice.picture("phone_outing_many", answer)
