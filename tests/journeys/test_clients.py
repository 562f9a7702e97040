"""Alice and Benoît keep their clients: edited, with people, archived and restored, two merged, and the history read."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from tests.journeys.conftest import ALICE, BENOIT, LENA, TELEPHONE, Sitting
from tests.journeys.screen import Screen, fits

pytestmark = pytest.mark.journey

TALL: ViewportSize = {"width": 1000, "height": 2300}


def more(screen: Screen, brief: Locator, entry: str) -> Locator:
    """Chooses an entry behind the three dots of a brief; gives the form."""
    brief.get_by_role("button", name="More", exact=True).click()
    screen.page.get_by_role("menuitem", name=entry).click()
    expect(screen.form).to_be_visible()
    return screen.form


def test_a_client_is_edited_and_its_history_tells(sits_down: Sitting) -> None:
    alice = sits_down(ALICE, size=TALL)
    brief = alice.types("/client Google")
    alice.picture("client_brief", brief)
    brief.get_by_role("button", name="Edit Google LLC").click()
    form = alice.form
    expect(form).to_have_accessible_name("Edit a client")
    alice.picture("client_form_top", form)
    form.get_by_label("How much contact").select_option("Tier A")
    form.get_by_label("Opening hours").fill("Mon-Fri nine to five")
    alice.picture("client_form", form)
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_label("Opening hours")).to_have_accessible_description(
        re.compile("I cannot read “Mon-Fri nine to five” as opening hours")
    )
    form.get_by_label("Opening hours").fill("Mon-Thu 9-12, 14-18; Fri 9-12")
    form.get_by_label("Days off").fill("24 December, 2027-05-07")
    alice.adds("Time zone", "los ang", "Los Angeles (United States) UTC-8")
    form.get_by_role("button", name="Save").click()
    expect(form).to_be_hidden()
    expect(alice.last).to_contain_text("Saved: Google LLC")
    expect(alice.last).to_contain_text("How much contact: Tier B → Tier A")
    alice.picture("client_saved", alice.last)

    history = more(alice, alice.types("/client Google"), "History")
    expect(history).to_contain_text(
        "Opening hours: nothing → Mon–Thu 09:00–12:00, 14:00–18:00; Fri 09:00–12:00"
    )
    expect(history).to_contain_text("Alice Moreno")
    alice.picture("client_history", history)


def test_people_are_kept_with_what_the_gift_check_has_to_know(sits_down: Sitting) -> None:
    alice = sits_down(ALICE, size=TALL)
    alice.types("/client Google").get_by_role("button", name="The people at Google LLC").click()
    people = alice.form
    people.get_by_role("button", name="Edit Priya Nair").click()
    form = alice.form
    expect(form).to_have_accessible_name("Edit a person")
    alice.picture("person_form_top", form)
    form.get_by_label("Hobbies").fill("sails with her daughter")
    form.get_by_label("Health-care professional").check()
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_label("Hobbies")).to_have_accessible_description(
        re.compile("“daughter” tells something about the family")
    )
    alice.picture("person_form", form)
    form.get_by_label("Hobbies").fill("sails")
    form.get_by_role("button", name="Save").click()
    expect(form).to_contain_text("Saved: Priya Nair")
    expect(form).to_contain_text("Gift check: Health-care professional")
    expect(form).to_contain_text("Hobbies: sails")
    alice.picture("people", form)


def test_two_who_edit_at_once_lose_nothing(sits_down: Sitting) -> None:
    alice, lena = sits_down(ALICE, size=TALL), sits_down(LENA, size=TALL)
    for screen in (alice, lena):
        screen.types("/client Verizon").get_by_role("button", name="Edit Verizon Communications Inc.").click()
        expect(screen.form).to_have_accessible_name("Edit a client")
    lena.form.get_by_label("Sector").fill("Telecoms")
    lena.form.get_by_label("How much contact").select_option("Tier C")
    lena.form.get_by_role("button", name="Save").click()
    expect(lena.form).to_be_hidden()
    alice.form.get_by_label("How much contact").select_option("Tier A")
    alice.form.get_by_role("button", name="Save").click()
    expect(alice.form).to_contain_text("changed this client while you had it open.")
    expect(alice.form).to_contain_text("Sector: now Telecoms")
    expect(alice.form.get_by_label("How much contact")).to_have_value("A")
    alice.picture("client_changed_meanwhile", alice.form)
    alice.form.get_by_role("button", name="Save").click()
    expect(alice.form).to_be_hidden()
    expect(alice.last).to_contain_text("How much contact: Tier C → Tier A")


def test_a_client_is_archived_and_comes_back_on_a_telephone(sits_down: Sitting) -> None:
    alice = sits_down(ALICE, size=TELEPHONE)
    form = more(alice, alice.types("/client Merck"), "Archive …")
    alice.picture("client_archive")
    form.get_by_role("button", name="Archive").click()
    expect(alice.last).to_contain_text("Merck & Co., Inc. is archived.")
    archived = alice.types("/client archived")
    expect(archived).to_contain_text("1 archived client")
    alice.picture("archived")
    assert fits(alice.page)
    archived.get_by_role("button", name=re.compile("Put Merck")).click()
    expect(alice.last).to_contain_text("is back in the book.")


def test_two_clients_become_one_and_two_again_in_french(sits_down: Sitting) -> None:
    benoit = sits_down(BENOIT, size=TALL)
    name, other = "Crédit Boréal SA", "Boulangeries Réunies"
    brief = benoit.types(f"/client {name}")
    benoit.picture("client_brief_fr", brief)
    brief.get_by_role("button", name=re.compile("Modifier")).click()
    benoit.picture("client_form_fr", benoit.form)
    benoit.page.keyboard.press("Escape")
    expect(benoit.form).to_be_hidden()
    brief.get_by_role("button", name=re.compile("Les personnes")).click()
    benoit.picture("people_fr", benoit.form)
    benoit.form.get_by_role("button", name="Ajouter une personne").click()
    expect(benoit.form).to_have_accessible_name("Ajouter une personne")
    benoit.picture("person_form_fr", benoit.form)
    benoit.page.keyboard.press("Escape")
    expect(benoit.form).to_be_hidden()

    form = more(benoit, brief, "Fusionner…")
    benoit.chooses("L’autre client", other[:6], other)
    benoit.picture("merge_form_fr", form)
    form.get_by_role("button", name="Suivant").click()
    expect(form).to_contain_text("devient")
    benoit.picture("merge_preview_fr", form)
    form.get_by_role("button", name="Fusionner").click()
    expect(form).to_be_hidden()
    done = benoit.last
    expect(done).to_contain_text("Vous pouvez annuler jusqu’à demain à cette heure.")
    benoit.picture("merged_fr", done)
    done.get_by_role("button", name=re.compile("Séparer")).click()
    expect(benoit.last).to_contain_text("sont de nouveau deux clients.")
    history = more(benoit, benoit.types(f"/client {name}"), "Historique")
    benoit.picture("client_history_fr", history)
