"""Alice promises and keeps her word; before a meeting she is told what to know. Benoît does so in French."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.journeys.conftest import ALICE, TELEPHONE, Sitting, watched_demo
from tests.journeys.demo import Demo
from tests.journeys.screen import Screen, fits

pytestmark = pytest.mark.journey

SENT_MS = 25_000


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Demo]:
    """A demo of its own: what is promised here is owed here alone."""
    with watched_demo(tmp_path_factory.mktemp("promises")) as started:
        yield started


def test_a_promise_is_offered_confirmed_moved_and_kept(alice: Screen) -> None:
    logged = alice.types(
        "/client-touch Acme call with Dana: talked about the renewal, promised a quote by Friday "
        "and will send the deck tomorrow. Next: visit their site on December 3"
    )
    expect(logged).to_contain_text("A promise? a quote, by Friday, November 20")
    expect(logged).to_contain_text("Next step: visit their site, by Thursday, December 3.")
    alice.picture("promises_offered", logged, docs=True)

    logged.get_by_role("button", name="Yes, a promise: a quote").click()
    expect(logged).to_contain_text("✓ Promised: a quote, by Friday, November 20")
    logged.get_by_role("button", name="Change the promise: send the deck").click()
    alice.form.get_by_label("What").fill("send the deck to Dana")
    alice.picture("promise_form", alice.form)
    alice.form.get_by_role("button", name="Save").click()
    expect(alice.form).to_be_hidden()
    expect(logged).to_contain_text("✓ Promised: send the deck to Dana")
    alice.picture("promises_confirmed", logged)

    home = alice.goes_home()
    expect(home).to_contain_text("You owe them")
    expect(home).to_contain_text("due tomorrow")
    alice.picture("promises_home", home)
    home.get_by_role("button", name="Kept: send the deck to Dana").click()
    expect(home).not_to_contain_text("send the deck")
    alice.goes_to_messages()


def test_the_brief_fits_a_phone_and_tells_more_when_asked(sits_down: Sitting) -> None:
    alice = sits_down(ALICE, size=TELEPHONE)
    brief = alice.types("/client Acme")
    expect(brief).to_contain_text("Promised")
    expect(brief).to_contain_text("a quote (due Friday, November 20)")
    expect(brief).to_contain_text("Next step: visit their site")
    alice.picture("brief_phone", brief, docs=True)
    assert fits(alice.page)

    brief.get_by_role("button", name="More about Acme").click()
    expect(brief).to_contain_text("The last twelve months")
    alice.picture("brief_phone_whole", brief)
    form_of(alice, brief, "Move to another day: a quote")
    alice.form.get_by_label("New day").fill("2026-11-24")
    alice.form.get_by_label("Why").fill("waiting for the price list")
    alice.picture("promise_move", alice.form)
    alice.form.get_by_role("button", name="Move").click()
    expect(alice.form).to_be_hidden()
    expect(alice.last).to_contain_text("Moved to Tuesday, November 24")
    brief.get_by_role("button", name="Less about Acme").click()
    expect(brief).to_contain_text("a quote (due Tuesday, November 24)")


def form_of(screen: Screen, within: Locator, button: str) -> None:
    within.get_by_role("button", name=button).click()
    expect(screen.form).to_be_visible()


def test_a_meeting_is_written_listed_and_its_brief_arrives(alice: Screen, demo: Demo) -> None:
    alice.says("meeting with Acme today 10:12: the renewal")
    entered = alice.messages.filter(has_text="Meeting with Acme Inc.")
    expect(entered).to_be_visible()  # the brief comes at once, and may be below it already
    alice.picture("meeting_entered", entered)
    pushed = alice.page.get_by_role("article").filter(has_text="You meet Acme Inc. at")
    expect(pushed).to_have_count(1, timeout=SENT_MS)
    expect(pushed).to_contain_text("the renewal")
    alice.picture("meeting_brief", pushed, docs=True)

    alice.says("meeting with Northwind tomorrow 15:00")
    expect(alice.last).to_contain_text("15 minutes before")
    listed = alice.types("/rapport meetings")
    expect(listed).to_contain_text("2 meetings ahead")
    alice.picture("meetings", listed)
    listed.get_by_role("button", name="Cancel the meeting with Northwind").click()
    expect(listed).to_contain_text("Cancelled: meeting with Northwind")


def test_in_french_promises_meetings_and_briefs_read_well(benoit: Screen) -> None:
    own = benoit.types("/client")
    client = own.get_by_role("button", name="Ouvrir la fiche de").first.get_attribute("aria-label") or ""
    name = client.removeprefix("Ouvrir la fiche de").strip()
    logged = benoit.types(
        f"/client-touch {name} appel : bon échange, je lui envoie le contrat lundi. "
        "Prochaine étape : visite le 3 décembre"
    )
    expect(logged).to_contain_text("Une promesse")
    benoit.picture("promises_offered_fr", logged)
    logged.get_by_role("button", name="Oui, une promesse").first.click()
    expect(logged).to_contain_text("✓ Promis")
    benoit.says(f"rdv avec {name} demain 15h")
    expect(benoit.last).to_contain_text("15 minutes avant")
    brief = benoit.types(f"/client {name}")
    expect(brief).to_contain_text("Promis")
    benoit.picture("brief_fr", brief)
    brief.get_by_role("button", name="Plus sur").click()
    expect(brief).to_contain_text("Les douze derniers mois")
    benoit.picture("brief_whole_fr", brief)
