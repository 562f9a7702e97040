"""The morning message in three lanes, in both languages: why each row is there, and how it goes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.journeys.conftest import ALICE, BENOIT, TELEPHONE, Sitting, watched_demo
from tests.journeys.demo import Demo
from tests.journeys.screen import Screen, fits
from tests.journeys.test_mornings import STRIKING_NINE_MS, digests, tomorrow_morning

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Demo]:
    """A demo of its own: here the clock moves."""
    with watched_demo(tmp_path_factory.mktemp("lanes")) as started:
        yield started


def test_a_row_says_why_it_is_there_and_goes_wherever_it_is_seen_to(
    alice: Screen, sits_down: Sitting
) -> None:
    renews(alice, "Acme", "Edit Acme Inc.", "Contract renewed on", "Save")
    alice.types("/client Google promise price list by tomorrow")
    benoit = sits_down(BENOIT)
    renews(benoit, "Vauban", "Modifier Atelier Vauban SARL", "Contrat renouvelé le", "Enregistrer")
    benoit.types("/client GEC promesse envoyer le devis demain")

    tomorrow_morning(alice)
    expect(digests(alice)).to_have_count(1, timeout=STRIKING_NINE_MS)
    digest = digests(alice).last
    for lane in ("You owe them", "You have something for them", "Stay close"):
        expect(digest).to_contain_text(lane)
    expect(digest).to_contain_text("The contract is renewed on December 17, 2026.")
    expect(digest.get_by_role("button", name=re.compile("^(Open the brief of|Kept)"))).to_have_count(6)
    alice.picture("lanes", digest, docs=True)
    telephone = sits_down(ALICE, size=TELEPHONE)
    expect(digests(telephone).last).to_contain_text("You have something for them")
    assert fits(telephone.page)
    telephone.picture("lanes_phone")

    from_row(alice, digest, "Merck & Co., Inc.", "Why am I seeing this?")
    expect(alice.last).to_contain_text("Why you see Merck & Co., Inc.")
    expect(alice.last).to_contain_text("the time since it became due")
    alice.picture("why", alice.last)

    alice.types("/client-touch Verizon call today: went well")
    expect(digest).not_to_contain_text("Verizon")
    expect(digest).to_contain_text("1 client seen to since this morning.")
    digest.get_by_role("button", name="Say nothing more of this occasion of Acme Inc.").click()
    expect(digest).not_to_contain_text("Acme Inc.")
    expect(alice.last).to_contain_text("you hear no more of this occasion")
    expect(digests(alice)).to_have_count(1)

    expect(digests(benoit)).to_have_count(1, timeout=STRIKING_NINE_MS)
    french = digests(benoit).last
    for lane in ("Vous leur devez", "Vous avez quelque chose pour eux", "Rester proche"):
        expect(french).to_contain_text(lane)
    benoit.picture("lanes_fr", french, docs=True)
    from_row(benoit, french, "Boulangeries Réunies", "Pourquoi est-ce affiché")
    expect(benoit.last).to_contain_text("Pourquoi Boulangeries Réunies est affiché")
    benoit.picture("why_fr", benoit.last)


def test_mondays_message_shows_the_week_ahead(alice: Screen) -> None:
    before = digests(alice).count()
    for morning in range(1, 5):
        tomorrow_morning(alice)
        expect(digests(alice)).to_have_count(before + morning, timeout=STRIKING_NINE_MS)
        monday = digests(alice).last
        if "Monday, November 23" in monday.inner_text():
            break
        expect(monday).not_to_contain_text("The week ahead")
    expect(monday).to_contain_text("The week ahead")
    alice.picture("week_ahead", monday)


def renews(screen: Screen, typed: str, edit: str, label: str, save: str) -> None:
    """Enters the day of the renewal, a month ahead, in the form of a client."""
    screen.types(f"/client {typed}").get_by_role("button", name=edit).click()
    expect(screen.form).to_be_visible()
    screen.form.get_by_label(label).fill("2026-12-17")
    screen.form.get_by_role("button", name=save, exact=True).click()
    expect(screen.form).to_be_hidden()


def from_row(screen: Screen, rows: Locator, client: str, entry: str) -> None:
    """Presses the three dots in the row of a client, and what they offer."""
    row = rows.locator(".block", has_text=client).last
    row.get_by_role("button", name=re.compile("More")).click()
    screen.page.get_by_role("menuitem", name=re.compile(re.escape(entry))).click()
