"""Several clients at once, what may be the same touch twice, complaints, and the reaction: as people see them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import ALICE, BENOIT, TELEPHONE, Sitting
from tests.journeys.demo import Demo
from tests.journeys.screen import Screen, fits

pytestmark = pytest.mark.journey


def test_two_clients_are_logged_in_one_message_and_one_of_them_is_taken_back(alice: Screen) -> None:
    logged = alice.types(
        "/client-touch Ford and Verizon mail yesterday with Robert Hale: sent the price list"
    )
    expect(logged).to_contain_text("Logged: Ford Motor Company and Verizon Communications Inc.")
    expect(logged).to_contain_text("we told them")
    expect(logged).to_contain_text("With Robert Hale.")
    alice.picture("several", logged)

    logged.get_by_label("Who spoke").select_option("We answered them")
    expect(logged).to_contain_text("we answered them")
    logged.get_by_role("button", name="Undo all").click()
    expect(logged).to_contain_text("Taken back: the touch with Ford Motor Company and Verizon")


def test_an_unclear_one_among_several_is_the_only_one_asked_about(alice: Screen) -> None:
    question = alice.types("/client-touch Ford and Initech call yesterday: spare parts")
    expect(question).to_contain_text("I know no client called “Initech”")
    expect(question).to_contain_text("The others are clear")
    alice.picture("several_unclear", question)
    question.get_by_role("button", name="Log without “Initech”").click()
    expect(question).to_contain_text("Logged: Ford Motor Company")
    expect(question).to_contain_text("Initech: spare parts")


def test_the_form_takes_several_clients_and_people(alice: Screen) -> None:
    form = alice.runs("/client-touch")
    for typed, option in (("for", "Ford Motor Company"), ("goog", "Google LLC")):
        alice.adds("Client or clients", typed, option)
    alice.adds("With whom", "rob", "Robert Hale (Engineering), Ford Motor Company")
    form.get_by_label("How").select_option("Video call")
    form.get_by_label("The client complained").check()
    alice.picture("several_form", form)
    form.get_by_role("button", name="Log it").click()
    expect(form).to_be_hidden()
    expect(alice.last).to_contain_text("Logged: Ford Motor Company and Google LLC")


def test_a_complaint_is_proposed_marked_and_settled(alice: Screen) -> None:
    logged = alice.types("/client-touch Halcyon call: complained about the last delivery")
    expect(logged).to_contain_text("It sounds like a complaint. Was it one?")
    alice.picture("complaint_proposed", logged)
    logged.get_by_role("button", name="It was a complaint").click()
    expect(logged).to_contain_text("a contact is due within 3 working days")
    alice.picture("complaint", logged)
    brief = alice.types("/client Halcyon")
    expect(brief).to_contain_text("Complaint open since")
    alice.picture("complaint_brief", brief)
    brief.get_by_role("button", name="The complaint of Halcyon Freight is settled").click()
    expect(alice.last).to_contain_text("The complaint of Halcyon Freight is settled.")


def test_what_a_colleague_logged_within_the_hour_is_asked_about(sits_down: Sitting, alice: Screen) -> None:
    alice.types("/client-touch Merck call: agenda of the audit")
    benoit = sits_down(BENOIT)
    question = benoit.types("/client-touch Merck appel avec Samuel Brandt : l'audit")
    expect(question).to_contain_text(re.compile("Alice .* a noté ceci avec Merck"))
    benoit.picture("same_fr", question)
    question.get_by_role("button", name="Le même").click()
    expect(question).to_contain_text("Rien de plus n’est noté")
    benoit.picture("joined_fr", question)


def test_ones_last_touches_are_listed_and_edited(alice: Screen) -> None:
    alice.types("/client-touch Google visio yesterday: the new contract")
    listed = alice.types("/client-touch last")
    expect(listed).to_contain_text("Your last touches")
    alice.picture("last", listed)


def test_a_reaction_logs_the_message_with_the_channels_client_and_taking_it_off_takes_it_back(
    demo: Demo, alice: Screen
) -> None:
    alice.goes_to_channel("ford-shared")
    said = demo.driver.act("say", "U0EXTERN1", channel="C0FORDEXT", text="Can we move the audit to June?")
    ts = str(said["body"]["ts"])
    demo.driver.react("U0ALICE01", "C0FORDEXT", ts, "handshake")
    expect(alice.last).to_contain_text("Logged: Ford Motor Company")
    expect(alice.last).to_contain_text("Only visible to you")
    expect(alice.last).to_contain_text("Message · we listened")
    expect(alice.last.get_by_role("link", name="the message", exact=True)).to_be_visible()
    alice.picture("reaction", alice.messages.filter(has_text="audit to June"), to=alice.last)
    demo.driver.react("U0ALICE01", "C0FORDEXT", ts, "handshake", remove=True)
    expect(alice.last).to_contain_text("Taken back: the touch with Ford Motor Company")


def test_a_message_of_a_client_fills_the_form(demo: Demo, alice: Screen) -> None:
    alice.goes_to_channel("ford-shared")
    demo.driver.act("say", "U0EXTERN1", channel="C0FORDEXT", text="Who signs the order form?")
    said = alice.messages.filter(has_text="Who signs the order form?")
    said.hover()
    said.get_by_role("button", name="More actions for this message").click()
    alice.page.get_by_role("menuitem", name="Log as touch").click()
    expect(alice.form.get_by_role("button", name="Remove Ford Motor Company")).to_be_visible()
    alice.picture("from_message", alice.form)
    alice.form.get_by_role("button", name="Log it").click()
    expect(alice.last).to_contain_text("Logged: Ford Motor Company")
    expect(alice.last).not_to_contain_text("Who signs")


def test_it_is_read_and_shown_in_french(benoit: Screen) -> None:
    logged = benoit.types("/client-touch Ford et Verizon mail hier : ils demandent une remise")
    expect(logged).to_contain_text("Noté")
    expect(logged).to_contain_text("nous avons écouté")
    benoit.picture("several_fr", logged)
    one = benoit.types("/client-touch Google appel : se plaint du retard")
    expect(one).to_contain_text("Cela ressemble à une réclamation")
    benoit.picture("complaint_fr", one)
    form = benoit.runs("/client-touch")
    benoit.picture("form_fr", form)
    benoit.page.keyboard.press("Escape")
    expect(benoit.form).to_be_hidden()


def test_it_fits_a_telephone(sits_down: Sitting) -> None:
    alice = sits_down(ALICE, size=TELEPHONE)
    logged = alice.types("/client-touch Ford and Google visit: the yearly plan")
    expect(logged).to_contain_text("Logged: ")
    alice.picture("several_phone", logged)
    assert fits(alice.page)
