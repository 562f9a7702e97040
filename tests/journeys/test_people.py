"""What each sees of the house: a manager, a newcomer, a guest, somebody from another company, a lead, a colleague."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import EVE, GUS, LENA, Sitting
from tests.journeys.screen import Screen

pytestmark = pytest.mark.journey


def test_home_shows_a_manager_whom_to_talk_to_today(alice: Screen) -> None:
    home = alice.goes_home()
    expect(home.get_by_role("heading", name="Today")).to_be_visible()
    expect(home).to_contain_text(re.compile(r"\d clients in your book"))
    expect(home).to_contain_text(re.compile(r"Maple Ridge Foods Ltd\. · Tier B · ◑\sDue"))
    expect(home).to_contain_text("50 days since you last spoke; you usually talk every 30 days.")
    alice.picture(
        "home", alice.page.locator(".sheet"), to=home.get_by_role("button", name="Check a gift"), docs=True
    )

    home.get_by_role("button", name="Open the brief of Maple Ridge Foods Ltd.").click()
    expect(alice.form).to_contain_text("Looked after by Alice Moreno.")
    alice.picture("home_brief", alice.form)
    alice.form.get_by_role("button", name="Log a touch with Maple Ridge Foods Ltd.").click()
    expect(alice.form).to_have_accessible_name("Log a touch")
    alice.form.get_by_label("How").select_option("Visit")
    alice.form.get_by_role("button", name="Log it").click()
    expect(alice.form).to_contain_text("Logged: Maple Ridge Foods Ltd.")
    while alice.form.is_visible():
        alice.form.get_by_role("button", name="Close").last.click()
        alice.page.wait_for_timeout(200)
    expect(home.get_by_role("button", name="Open the brief of Maple Ridge Foods Ltd.")).to_have_count(0)

    home.get_by_role("button", name="Check a gift").click()
    expect(alice.form).to_have_accessible_name("Check a gift")


def test_a_managers_own_clients_are_listed_and_opened(alice: Screen) -> None:
    book = alice.types("/client")
    expect(book.get_by_role("heading")).to_contain_text(re.compile(r"\d clients in your book"))
    expect(book).to_contain_text("Google LLC")
    expect(book).to_contain_text(re.compile(r"◑\sDue\. Last contact on "))
    expect(book).to_contain_text(re.compile(r"○\sOn track\. Next contact by \w+, \w+ \d+\."))
    alice.picture("book", book)
    book.get_by_role("button", name="Open the brief of Google LLC").click()
    expect(alice.last.get_by_role("heading", name="Google LLC")).to_be_visible()
    expect(alice.last).to_contain_text("Priya Nair (Facilities lead)")


def test_a_newcomer_is_told_the_next_step(sits_down: Sitting) -> None:
    lena = sits_down(LENA)
    home = lena.goes_home()
    expect(home).to_contain_text("Your book is empty so far. Add your first client")
    lena.picture("home_newcomer", lena.page.locator(".sheet"))
    home.get_by_role("button", name="Add a client").click()
    expect(lena.form).to_have_accessible_name("Add a client")


def test_a_guest_and_a_stranger_see_no_client_data(sits_down: Sitting) -> None:
    guest = sits_down(GUS)
    expect(guest.goes_home_to("not for guests")).to_contain_text("Ask an admin of the workspace for access.")
    guest.picture("home_guest")
    guest.goes_to_messages()
    refused = guest.types("/client Acme")
    expect(refused).to_contain_text("not for guests")
    expect(refused).not_to_contain_text("Alice")

    eve = sits_down(EVE)
    expect(eve.types("/client Ford")).to_contain_text("closed to people from another organisation")


def test_help_lists_the_commands_and_the_own_settings(alice: Screen, benoit: Screen) -> None:
    answer = alice.types("/rapport")
    for command in ("/client-touch Acme call", "/gift-check $45", "/client Acme", "/rapport help"):
        expect(answer).to_contain_text(command)
    expect(answer).to_contain_text("Eastern Time (America/New_York)")
    alice.picture("help", answer)

    answer = benoit.types("/rapport")
    expect(answer).to_contain_text("Langue : français (France)".replace(" :", "\u202f:"))
    expect(answer).to_contain_text("/client-touch Acme appel hier")
    benoit.picture("help_fr", answer)


def test_a_lead_reads_the_brief_of_a_client_of_their_people_and_a_colleague_does_not(
    sits_down: Sitting, benoit: Screen
) -> None:
    lena = sits_down(LENA)
    brief = lena.types("/client Acme")
    expect(brief.get_by_role("heading", name="Acme Inc.")).to_be_visible()
    expect(brief).to_contain_text("Looked after by Alice Moreno.")
    lena.picture("brief_lead", brief)

    refused = benoit.types("/client Acme")
    expect(refused).to_contain_text("Acme Inc. est suivi par Alice Moreno")
    expect(refused).to_contain_text("Adressez-vous à Alice Moreno.")
    expect(refused).not_to_contain_text("Dana Whitfield")
    benoit.picture("brief_refused_fr", refused)


def test_somebody_elses_client_can_be_logged_and_says_whose_it_is(benoit: Screen) -> None:
    logged = benoit.types("/client-touch Acme courriel ce matin : envoyé les tarifs")
    expect(logged).to_contain_text("Noté\u202f: Acme Inc.")
    expect(logged).to_contain_text("Alice Moreno")
    benoit.picture("touch_fr", logged)
