"""A client asks for another manager: from its complaint to the check after thirty days."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.journeys.conftest import LENA, Sitting, watched_demo
from tests.journeys.demo import Demo
from tests.journeys.screen import Screen

pytestmark = pytest.mark.journey

SOON_MS = 25_000
"""The clock is put a few seconds before the moment; then the bot has to notice, and to send."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Demo]:
    """A demo of its own: here the clock moves."""
    with watched_demo(tmp_path_factory.mktemp("handover")) as started:
        yield started


def message(screen: Screen, text: str) -> Locator:
    return screen.page.get_by_role("article").filter(has_text=re.compile(text)).last


def test_a_client_asks_for_another_manager_and_gets_one(
    demo: Demo, alice: Screen, benoit: Screen, sits_down: Sitting
) -> None:
    lena = sits_down(LENA)
    alice.types("/client-touch Ford call this morning: complaint, they would rather speak French")
    alice.types("/client Ford promise quote by Friday")
    asked = alice.types("/client-reassign Ford they ask for somebody who speaks French")
    expect(asked).to_contain_text("Why: the client asks for it.")
    alice.picture("reassign_asked", asked)

    question = message(lena, "asks for another manager for Ford Motor Company")
    expect(question).to_be_visible(timeout=SOON_MS)
    lena.picture("reassign_question", question)
    question.get_by_role("button", name=re.compile("^Choose another manager for Ford")).click()
    lena.chooses("Who looks after it from now on", "ben", "Benoît Lefèvre")
    lena.picture("reassign_hand_form", lena.form)
    lena.form.get_by_role("button", name="Hand over").click()
    expect(question).to_contain_text("handed Ford Motor Company over to Benoît Lefèvre")
    lena.picture("reassign_approved", question)

    received = message(benoit, "vous confie Ford Motor Company")
    expect(received).to_be_visible(timeout=SOON_MS)
    expect(received).to_contain_text("Avec lui vient ce qui est ouvert")
    benoit.picture("handover_in_fr", received)
    news = message(alice, "agrees: Benoît Lefèvre looks after Ford Motor Company from now on")
    expect(news).to_be_visible(timeout=SOON_MS)
    alice.picture("reassign_news", news)

    benoit.types("/client-touch Ford visio ce matin : premier contact, tout va bien")
    home = benoit.goes_home()
    expect(home).not_to_contain_text("Alice Moreno")
    benoit.goes_to_messages()
    demo.driver.move_clock(to="2026-12-17T11:59:58-05:00")
    check = message(lena, "How does it go")
    expect(check).to_be_visible(timeout=SOON_MS * 2)
    expect(check).to_contain_text("1 touch has been logged since, the first on Tuesday, November 17.")
    lena.picture("handover_check", check)
    check.get_by_role("button", name=re.compile("It goes well")).click()
    expect(check).to_contain_text("You said: it goes well.")
    lena.picture("handover_check_answered", check)

    brief = benoit.types("/client Ford")
    brief.get_by_role("button", name=re.compile("More|Plus|Autres|actions", re.IGNORECASE)).last.click()
    benoit.page.get_by_role("menuitem", name="Historique").click()
    expect(benoit.form).to_contain_text("Trente jours après le passage de relais")
    benoit.picture("handover_history_fr", benoit.form)
