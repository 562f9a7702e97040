"""A full day of an account manager, of a colleague who covers for her, and of their lead, on one movable clock."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import LENA, Sitting, watched_demo
from tests.journeys.demo import Demo
from tests.journeys.screen import Screen
from tests.journeys.test_covers import SOON_MS, message
from tests.journeys.test_lanes import from_row, renews
from tests.journeys.test_mornings import digests, snoozes

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Demo]:
    """One demo for the whole story: every test goes on where the one before it ended."""
    with watched_demo(tmp_path_factory.mktemp("days")) as started:
        yield started


def test_the_day_before_a_colleague_is_asked_to_cover_and_accepts(alice: Screen, benoit: Screen) -> None:
    home = alice.goes_home()
    from_row(alice, home, "Ford Motor Company", "Ask a colleague to cover")
    alice.chooses("Who", "ben", "Benoît Lefèvre")
    alice.form.get_by_label("Until and including").fill("2026-11-18")
    alice.form.get_by_label("What they should know").fill("Jane expects the fleet prices.")
    alice.form.get_by_role("button", name="Ask").click()
    expect(alice.form).to_contain_text("I ask Benoît Lefèvre to cover")
    alice.picture("day_cover_sent", alice.form)
    alice.form.get_by_role("button", name="Close").last.click()
    expect(alice.form).to_be_hidden()
    snoozes(home, "Merck & Co., Inc.", "Until tomorrow")
    expect(home).not_to_contain_text("Merck & Co., Inc. · Tier A")
    alice.goes_to_messages()
    renews(alice, "Acme", "Edit Acme Inc.", "Contract renewed on", "Save")
    alice.types("/client Google promise price list by tomorrow")

    asked = message(benoit, "vous demande de prendre le relais")
    expect(asked).to_be_visible(timeout=SOON_MS)
    benoit.picture("day_cover_asked_fr", asked)
    asked.get_by_role("button", name="Accepter de prendre le relais pour Alice Moreno").click()
    expect(asked).to_contain_text("Vous prenez le relais.")
    benoit.picture("day_cover_accepted_fr", asked)
    told = message(alice, "Benoît Lefèvre covers")
    expect(told).to_be_visible(timeout=SOON_MS)
    alice.picture("day_cover_told", told)


def test_the_covering_colleague_has_the_client_in_front_of_him_marked_and_logs(
    demo: Demo, benoit: Screen
) -> None:
    demo.driver.move_clock(to="2026-11-18T08:59:58+01:00")
    expect(digests(benoit)).to_have_count(1, timeout=SOON_MS)
    digest = digests(benoit).last
    expect(digest).to_contain_text("en relais pour Alice Moreno jusqu’au mercredi 18 novembre")
    benoit.picture("day_cover_digest_fr", digest)
    from_row(benoit, digest, "Ford Motor Company", "Pourquoi est-ce affiché")
    expect(benoit.last).to_contain_text("Pourquoi Ford Motor Company est affiché")
    benoit.picture("day_cover_why_fr", benoit.last)

    digest.get_by_role("button", name="Noter un échange avec Ford Motor Company").click()
    expect(benoit.form.get_by_role("button", name=re.compile("Ford Motor Company"))).to_be_visible()
    benoit.form.get_by_label("Comment").select_option(index=1)
    benoit.picture("day_cover_log_fr", benoit.form)
    benoit.form.get_by_role("button", name="Noter", exact=True).click()
    expect(benoit.form).to_be_hidden()
    expect(digest).not_to_contain_text("Ford Motor Company")
    expect(digest).to_contain_text("1 client traité depuis ce matin.")
    benoit.picture("day_cover_logged_fr", benoit.last)


def test_a_manager_sees_to_everything_of_her_morning(demo: Demo, alice: Screen) -> None:
    demo.driver.move_clock(to="2026-11-18T08:59:58-05:00")
    expect(digests(alice)).to_have_count(1, timeout=SOON_MS)
    digest = digests(alice).last
    for lane in ("You owe them", "You have something for them", "Stay close"):
        expect(digest).to_contain_text(lane)
    expect(digest).not_to_contain_text("Ford Motor Company")
    alice.picture("day_digest", digest)

    from_row(alice, digest, "Verizon Communications Inc.", "Why am I seeing this?")
    expect(alice.last).to_contain_text("Why you see Verizon Communications Inc.")
    alice.picture("day_why", alice.last)
    alice.types("/client-touch Verizon call today: went well")
    expect(digest).not_to_contain_text("Verizon", timeout=SOON_MS)

    digest.get_by_role("button", name="Log a touch with Northwind Traders").click()
    expect(alice.form.get_by_role("button", name="Remove Northwind Traders")).to_be_visible()
    alice.form.get_by_label("How").select_option("Call")
    alice.form.get_by_role("button", name="Log it").click()
    expect(alice.form).to_be_hidden()
    expect(digest).not_to_contain_text("Northwind Traders")

    snoozes(digest, "Merck & Co., Inc.", "Until Monday")
    expect(alice.form).to_contain_text("Merck & Co., Inc. was snoozed before.")
    alice.form.get_by_label("Why").fill("Samuel is at a fair until Friday")
    alice.picture("day_snooze_again", alice.form)
    alice.form.get_by_role("button", name="Snooze").click()
    expect(alice.form).to_be_hidden()
    expect(digest).not_to_contain_text("Merck")

    digest.get_by_role("button", name="Say nothing more of this occasion of Acme Inc.").click()
    expect(digest).not_to_contain_text("Acme Inc.")
    alice.picture("day_half_done", digest)
    digest.get_by_role("button", name="Kept: price list").click()
    expect(digest).not_to_contain_text("price list")
    expect(digest).to_contain_text("All done for today.")
    alice.picture("day_all_done", digest, to=alice.last)


def test_the_cover_ends_by_itself(demo: Demo, benoit: Screen) -> None:
    demo.driver.move_clock(to="2026-11-19T09:05:00+01:00")
    home = benoit.goes_home()
    expect(home).not_to_contain_text("Alice Moreno")
    benoit.goes_to_messages()
    settings = benoit.types("/rapport réglages")
    expect(settings).not_to_contain_text("De qui je prends le relais")
    benoit.picture("day_cover_over_fr", settings)


def test_a_lead_reads_of_the_week_and_offers_help(
    demo: Demo, alice: Screen, benoit: Screen, sits_down: Sitting
) -> None:
    lena = sits_down(LENA)
    demo.driver.move_clock(to="2026-11-23T09:14:58-05:00")
    page = message(lena, "Your team · week of Monday, November 23")
    expect(page).to_be_visible(timeout=SOON_MS)
    lena.picture("day_lead_page", page)

    # Those who look after a client read first that it is neglected.
    demo.driver.move_clock(to="2026-12-03T08:59:58-05:00")
    expect(message(alice, "Good morning · Thursday, December 3")).to_be_visible(timeout=SOON_MS)
    expect(message(benoit, "Bonjour · jeudi 3 décembre")).to_be_visible(timeout=SOON_MS)
    alice.picture("day_neglected", digests(alice).last)
    demo.driver.move_clock(to="2026-12-21T09:14:58-05:00")
    private = message(lena, "Perhaps they need a hand")
    expect(private).to_be_visible(timeout=SOON_MS)
    lena.picture("day_lead_private", private)

    private.get_by_role("button", name=re.compile("^Ask a colleague to cover")).first.click()
    expect(lena.form).to_have_accessible_name("Ask for cover")
    lena.picture("day_lead_cover", lena.form)
    lena.form.get_by_role("button", name="Cancel").click()
    expect(lena.form).to_be_hidden()
    private.get_by_role("button", name=re.compile("^Hand .* over to somebody else")).first.click()
    expect(lena.form).to_be_visible()
    lena.picture("day_lead_hand_over", lena.form)
    lena.form.get_by_role("button", name="Cancel").click()
    expect(lena.form).to_be_hidden()

    for client, reader, said, picture in (
        ("Merck & Co., Inc.", alice, "Lena Park offers to help with Merck", "day_help"),
        ("Crédit Boréal SA", benoit, "Lena Park propose de vous aider pour Crédit Boréal", "day_help_fr"),
    ):
        private.get_by_role("button", name=f"Offer help with {client}").click()
        expect(lena.last).to_contain_text("know that you would help with")
        offered = message(reader, said)
        expect(offered).to_be_visible(timeout=SOON_MS)
        reader.picture(picture, offered)
    lena.picture("day_lead_offered", lena.last)


def test_a_lead_reads_it_in_french(demo: Demo, sits_down: Sitting) -> None:
    lena = sits_down(LENA)
    lena.types("/rapport settings").get_by_label("Language").select_option("Français (France)")
    demo.driver.move_clock(to="2026-12-28T09:14:58-05:00")
    page = message(lena, "Votre équipe · semaine du lundi 28 décembre")
    expect(page).to_be_visible(timeout=SOON_MS)
    lena.picture("day_lead_page_fr", page)
