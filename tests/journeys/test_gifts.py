"""Alice asks whether gifts are allowed: typed, and as a form that asks on; what she gave counts the next time."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.screen import Screen

pytestmark = pytest.mark.journey


def test_wine_for_ford_is_refused_with_the_source_and_with_what_would_pass(alice: Screen) -> None:
    verdict = alice.types("/gift-check $45 bottle of wine for Jane Smith at Ford")
    expect(verdict).to_contain_text("Only visible to you")
    expect(verdict.get_by_role("heading", name="Not allowed")).to_be_visible()
    expect(verdict).to_contain_text("bottle of wine, $45, for Jane Smith at Ford Motor Company")
    expect(verdict).to_contain_text("Ford people take no alcohol")
    expect(verdict).to_contain_text(re.compile(r"The recipient's employer · source: .+ · text of c\. 2015"))
    expect(verdict).to_contain_text(re.compile("What would pass• "))
    expect(verdict.get_by_role("button", name="I gave it")).to_have_count(0)
    alice.picture("gift_refused", verdict, docs=True)

    verdict.get_by_role("button", name="Show all rules").click()
    expect(alice.last.get_by_role("heading", name="All rules that apply")).to_be_visible()
    expect(alice.last).to_contain_text("Our own policy")
    alice.picture("gift_all_rules", alice.last)


def test_a_refusal_without_any_way_out_still_offers_something(alice: Screen) -> None:
    verdict = alice.types("/gift-check $30 fruit basket for Grace Kim at Verizon")
    expect(verdict.get_by_role("heading", name="Not allowed")).to_be_visible()
    expect(verdict).to_contain_text(re.compile("What would pass• "))


def test_the_form_asks_only_what_still_matters_and_what_was_given_counts(alice: Screen) -> None:
    form = alice.runs("/gift-check")
    expect(form).to_have_accessible_name("Check a gift")
    alice.chooses("Client", "goo", "Google LLC")
    form.get_by_label("For whom").select_option("Priya Nair (Facilities lead)")
    form.get_by_label("What is the gift?").fill("calendar")
    form.get_by_label("Price of one").fill("twenty")
    check = form.get_by_role("button", name="Check", exact=True)
    check.click()
    price = form.get_by_label("Price of one")
    expect(price).to_have_accessible_description("Write “twenty” in digits, as in $45.")
    alice.picture("gift_form_wrong", form)
    price.fill("20")
    check.click()

    expect(form.get_by_role("heading", name="Allowed", exact=True)).to_be_visible()
    expect(form).to_contain_text("calendar, $20, for Priya Nair at Google LLC")
    tender = form.get_by_role("radiogroup", name=re.compile("tender, purchase, inspection"))
    expect(tender).to_be_visible()
    expect(form.get_by_role("radiogroup", name=re.compile("alcohol|host"))).to_have_count(0)
    alice.picture("gift_form", form, docs=True)

    tender.get_by_label("No").check()
    again = form.get_by_role("button", name="Check again", exact=True)
    again.click()
    expect(tender).to_have_count(0)
    expect(form.get_by_role("heading", name="Allowed", exact=True)).to_be_visible()

    expected = form.get_by_role("radiogroup", name="Is anything expected in return?")
    expected.get_by_label("Yes").check()
    again.click()
    expect(form.get_by_role("heading", name="Not allowed", exact=True)).to_be_visible()
    expect(form.get_by_role("button", name="I gave it")).to_have_count(0)


def test_what_was_given_leaves_less_for_the_next_time(alice: Screen) -> None:
    asked = "/gift-check 30 EUR box of chocolates for Jean Roux at Idal Group"
    verdict = alice.types(asked)
    expect(verdict.get_by_role("heading", name="Allowed", exact=True)).to_be_visible()
    expect(verdict).to_contain_text("€30 with this gift, €120 left.")
    alice.picture("gift_allowed", verdict, docs=True)

    verdict.get_by_role("button", name="I gave it").click()
    question = alice.page.get_by_role("article").filter(has_text="Idal Group is not in the book yet")
    question.get_by_role("button", name="Add Idal Group to my clients and register the gift").click()
    entered = alice.page.get_by_role("article").filter(has_text="In the register: box of chocolates, €30")
    expect(entered).to_contain_text("Idal Group is now in your book. Jean Roux is now a contact there.")
    alice.picture("gift_given", entered)

    verdict = alice.types(asked)
    expect(verdict).to_contain_text("€60 with this gift, €90 left.")

    entered.get_by_role("button", name="Take the gift out of the register again").click()
    expect(alice.page.get_by_text("Taken out of the register")).to_be_visible()
    verdict = alice.types(asked)
    expect(verdict).to_contain_text("€30 with this gift, €120 left.")


def test_an_amount_that_cannot_be_read_is_named_and_nothing_typed_is_lost(alice: Screen) -> None:
    answer = alice.types("/gift-check $-5 pen for Jane Smith at Ford")
    expect(answer).to_contain_text("“$-5” is below zero")
    expect(answer).to_contain_text("$-5 pen for Jane Smith at Ford")
    answer.get_by_role("button", name="Open the form").click()
    expect(alice.form.get_by_label("What is the gift?")).to_have_value("$-5 pen for Jane Smith at Ford")
    alice.page.keyboard.press("Escape")
    expect(alice.form).to_be_hidden()


def test_where_no_rule_is_on_file_a_question_to_the_client_is_ready(benoit: Screen) -> None:
    verdict = benoit.types("/gift-check bouteille de vin 45 € pour Marie Dupont chez Crédit Boréal")
    expect(verdict.get_by_role("heading", name="À leur demander d’abord")).to_be_visible()
    expect(verdict).to_contain_text("Bonjour Marie Dupont,")
    expect(verdict).to_contain_text("Pouvez-vous l’accepter selon les règles de Crédit Boréal SA")
    benoit.picture("gift_ask_fr", verdict)
