"""The morning message: once a day for each, in their language, with buttons that make its rows disappear."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.journeys.conftest import ALICE, BENOIT, TELEPHONE, Sitting, watched_demo
from tests.journeys.demo import Demo
from tests.journeys.screen import Screen, fits

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Demo]:
    """A demo of its own: here the clock moves."""
    with watched_demo(tmp_path_factory.mktemp("mornings")) as started:
        yield started


STRIKING_NINE_MS = 25_000
"""The button puts the clock a few seconds before nine; then the bot has to notice."""


def digests(screen: Screen) -> Locator:
    return screen.page.get_by_role("article").filter(has_text=re.compile("Good morning|Bonjour"))


def days_of(demo: Demo, user_id: str) -> list[str]:
    """The days for which somebody was sent a morning message."""
    found = demo.driver.messages(**{"as": user_id, "by": "bot"})
    titles = [one["text"].split("\n")[0] for one in found]
    return [title[-11:] for title in titles if re.match("Good morning|Bonjour", title)]


def test_the_morning_message_comes_once_a_day_and_its_rows_disappear(
    demo: Demo, alice: Screen, sits_down: Sitting
) -> None:
    tomorrow_morning(alice)
    expect(digests(alice)).to_have_count(1, timeout=STRIKING_NINE_MS)
    digest = digests(alice).last
    expect(digest.get_by_role("heading")).to_contain_text("Wednesday, November 18")
    expect(digest.get_by_role("button", name="Open the brief of")).to_have_count(5)
    expect(digest).to_contain_text("Merck & Co., Inc. · Tier A · ◑ Due")
    expect(digest).to_contain_text("43 days since you last spoke; you usually talk every 14 days.")
    alice.picture("digest", digest, docs=True)

    snoozes(digest, "Ford Motor Company", "Until tomorrow")
    expect(digest).not_to_contain_text("Ford Motor Company")
    expect(alice.last).to_contain_text("You hear nothing of Ford Motor Company before Thursday, November 19.")
    expect(digest).to_contain_text("1 client seen to since this morning.")

    digest.get_by_role("button", name="Log a touch with Northwind Traders").click()
    expect(alice.form.get_by_role("button", name="Remove Northwind Traders")).to_be_visible()
    alice.form.get_by_label("How").select_option("Call")
    alice.form.get_by_role("button", name="Log it").click()
    expect(alice.form).to_be_hidden()
    expect(digest).not_to_contain_text("Northwind Traders")
    expect(alice.last).to_contain_text("Logged: Northwind Traders")

    digest.get_by_role("button", name="Open the brief of Merck & Co., Inc.").click()
    expect(alice.last.get_by_role("heading", name="Merck & Co., Inc.")).to_be_visible()
    expect(alice.last).to_contain_text("Samuel Brandt (Laboratory services)")
    alice.picture("brief", alice.last)

    snoozes(digest, "Verizon Communications Inc.", "Until a date …")
    expect(alice.form).to_have_accessible_name("Snooze")
    alice.form.get_by_label("Until").fill("2026-11-17")
    alice.form.get_by_role("button", name="Snooze").click()
    until = alice.form.get_by_label("Until")
    expect(until).to_have_accessible_description(
        re.compile("is not ahead of us. Choose a day from tomorrow on.")
    )
    alice.picture("snooze_until", alice.form)
    until.fill("2026-11-30")
    alice.form.get_by_role("button", name="Snooze").click()
    expect(alice.form).to_be_hidden()
    expect(digest).not_to_contain_text("Verizon")
    expect(alice.last).to_contain_text("before Monday, November 30.")

    benoit = sits_down(BENOIT)
    expect(digests(benoit)).to_have_count(1, timeout=STRIKING_NINE_MS)
    french = digests(benoit).last
    expect(french.get_by_role("heading")).to_contain_text("mercredi 18 novembre")
    expect(french).to_contain_text("Générale des Eaux Claires · Catégorie B · ◑ À contacter")
    expect(french).to_contain_text("d’habitude vous échangez tous les 30 jours.")
    benoit.picture("digest_fr", french, docs=True)
    while (rows := french.get_by_label("Reporter").count()) > 0:
        french.get_by_label("Reporter").first.select_option("Jusqu’à lundi")
        expect(french.get_by_label("Reporter")).to_have_count(rows - 1)
    expect(french).to_contain_text("Tout est fait pour aujourd’hui.")
    benoit.picture("digest_fr_done", french)

    # It is still Wednesday in New York; Thursday's message comes with Thursday.
    advance(alice, "+1 hour")
    expect(digests(alice)).to_have_count(1)
    tomorrow_morning(alice)
    advance(alice, "+1 hour")
    expect(digests(alice)).to_have_count(2)
    digest = digests(alice).last
    expect(digest.get_by_role("heading")).to_contain_text("Thursday, November 19")
    expect(digest).to_contain_text("Ford Motor Company")
    expect(digest).not_to_contain_text("Northwind Traders")
    expect(digest).not_to_contain_text("Verizon")

    snoozes(digest, "Ford Motor Company", "Until Monday")
    expect(alice.form).to_contain_text("Ford Motor Company was snoozed before.")
    alice.form.get_by_role("button", name="Snooze").click()
    why = alice.form.get_by_label("Why")
    expect(why).to_have_attribute("aria-invalid", "true")
    alice.picture("snooze_reason", alice.form)
    why.fill("their plant is closed this week")
    alice.form.get_by_role("button", name="Snooze").click()
    expect(alice.form).to_be_hidden()
    expect(digest).not_to_contain_text("Ford Motor Company")

    telephone = sits_down(ALICE, size=TELEPHONE, scheme="dark")
    expect(digests(telephone).last).to_contain_text("Merck & Co., Inc.")
    assert fits(telephone.page)
    telephone.picture("phone_digest")

    assert days_of(demo, alice.user_id) == ["November 18", "November 19"]
    assert days_of(demo, BENOIT) == ["18 novembre"], "on Thursday he has nothing due, and so no message"


def tomorrow_morning(screen: Screen) -> None:
    screen.page.get_by_role("button", name="It is tomorrow morning").click()


def advance(screen: Screen, by: str) -> None:
    screen.page.get_by_role("button", name=by).click()


def snoozes(digest: Locator, client: str, wish: str, label: str = "Snooze") -> None:
    """Chooses a snooze in the row of a client: the first list that follows its name."""
    row = digest.locator(".block", has_text=client).last
    row.locator("xpath=following-sibling::*[1]").get_by_label(label).select_option(wish)
