"""A colleague covers for another, and what their lead reads on a Monday."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.journeys.conftest import ALICE, BENOIT, LENA, Sitting, watched_demo
from tests.journeys.demo import Demo
from tests.journeys.screen import Screen

pytestmark = pytest.mark.journey

SOON_MS = 25_000
"""The clock is put a few seconds before the moment; then the bot has to notice, and to send."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Demo]:
    """A demo of its own: here the clock moves."""
    with watched_demo(tmp_path_factory.mktemp("covers")) as started:
        yield started


def message(screen: Screen, text: str) -> Locator:
    return screen.page.get_by_role("article").filter(has_text=re.compile(text)).last


def test_a_colleague_is_asked_accepts_and_has_the_client_in_front_of_them(
    demo: Demo, alice: Screen, benoit: Screen
) -> None:
    home = alice.goes_home()
    ford = home.locator(".block", has_text="Ford Motor Company").last
    ford.get_by_role("button", name=re.compile("More")).click()
    alice.page.get_by_role("menuitem", name="Ask a colleague to cover").click()
    alice.chooses("Who", "ben", "Benoît Lefèvre")
    alice.form.get_by_label("What they should know").fill("Dana expects the quote this week.")
    alice.picture("cover_form", alice.form)
    alice.form.get_by_role("button", name="Ask").click()
    expect(alice.form).to_contain_text("I ask Benoît Lefèvre to cover")

    asked = message(benoit, "vous demande de prendre le relais")
    expect(asked).to_be_visible(timeout=SOON_MS)
    benoit.picture("cover_asked_fr", asked)
    asked.get_by_role("button", name="Accepter de prendre le relais pour Alice Moreno").click()
    expect(asked).to_contain_text("Vous prenez le relais.")
    benoit.picture("cover_accepted_fr", asked)
    theirs = benoit.goes_home()
    expect(theirs).to_contain_text("en relais pour Alice Moreno jusqu’au")
    benoit.picture("cover_home_fr", benoit.page.locator(".sheet"))
    expect(home).to_contain_text("Today")


def test_a_status_is_leave_shows_in_the_settings_and_whom_they_cover_for_hears_of_it(
    demo: Demo, alice: Screen, benoit: Screen
) -> None:
    demo.driver.ask(
        "POST",
        "/sandbox/person",
        {"id": BENOIT, "status_text": "En congés", "status_emoji": ":palm_tree:"},
    )

    def away() -> bool:
        benoit.goes_to_messages()
        return "statut Slack" in benoit.types("/rapport réglages").inner_text()

    demo.driver.move_clock(advance=60)
    for _ in range(40):
        if away():
            break
        benoit.page.wait_for_timeout(500)
    settings = benoit.messages.last
    expect(settings).to_contain_text("d’après votre statut Slack")
    benoit.picture("status_leave_fr", settings)
    gap = message(alice, "Benoît Lefèvre, who covers")
    expect(gap).to_contain_text("you see to Ford Motor Company again", timeout=SOON_MS)
    alice.picture("cover_gap", gap)
    gap.get_by_role("button", name="Ask somebody else to cover while Benoît Lefèvre is away").click()
    expect(alice.form).to_contain_text("Somebody else sees to Ford Motor Company then.")
    alice.picture("cover_instead", alice.form)
    alice.form.get_by_role("button", name="Cancel").click()
    demo.driver.ask("POST", "/sandbox/person", {"id": BENOIT, "status_text": "", "status_emoji": ""})


def test_a_lead_reads_of_the_week_and_later_in_private_who_needs_a_hand(
    demo: Demo, sits_down: Sitting
) -> None:
    lena = sits_down(LENA)
    demo.driver.move_clock(to="2026-11-23T09:14:58-05:00")
    page = message(lena, "Your team · week of Monday, November 23")
    expect(page).to_be_visible(timeout=SOON_MS)
    expect(page).to_contain_text("nobody is compared with anybody")
    lena.picture("lead_page", page)

    # After the import nothing is red for ten working days; then the owner reads of it first.
    demo.driver.move_clock(to="2026-12-03T08:59:58-05:00")
    demo.driver.until(
        lambda: any("Good morning" in m["text"] and "December 3" in m["text"] for m in _told(demo)), 30
    )
    demo.driver.move_clock(to="2026-12-21T09:14:58-05:00")
    private = message(lena, "Perhaps they need a hand")
    expect(private).to_be_visible(timeout=SOON_MS)
    lena.picture("lead_neglect", private)
    page = message(lena, "Your team · week of Monday, December 21")
    expect(page).to_contain_text("working days or more")
    lena.picture("lead_page_red", page)
    private.get_by_role("button", name=re.compile("^Offer help with")).first.click()
    expect(lena.last).to_contain_text("know that you would help with")

    lena.types("/rapport settings").get_by_label("Language").select_option("Français (France)")
    demo.driver.move_clock(to="2026-12-28T09:14:58-05:00")
    page = message(lena, "Votre équipe · semaine du lundi 28 décembre")
    expect(page).to_be_visible(timeout=SOON_MS)
    lena.picture("lead_page_fr", page)


def _told(demo: Demo) -> list[dict[str, str]]:
    return demo.driver.messages(**{"as": ALICE, "by": "bot"})
