"""Alice does with one client whatever can be done, from the Home tab alone: each step leaves the page right."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Locator, ViewportSize, expect
from playwright.sync_api import TimeoutError as TooLate

from tests.journeys.conftest import ALICE, Sitting
from tests.journeys.demo import Demo
from tests.journeys.screen import Screen

pytestmark = pytest.mark.journey

TALL: ViewportSize = {"width": 1000, "height": 1800}
MERCK = "Merck & Co., Inc."


def opens_brief(screen: Screen, home: Locator) -> Locator:
    """The brief of the client, from its menu on My clients; a page that is shown anew meanwhile closes the menu."""
    item = screen.page.get_by_role("menuitem", name="Open the brief")
    for _ in range(3):
        home.get_by_role("button", name="More: Merck").click()
        with suppress(TooLate):
            item.click(timeout=3_000)
            break
    expect(screen.form).to_contain_text("Last touches")
    return screen.form


def closes(screen: Screen) -> None:
    """Closes what is open, one above the other."""
    while screen.form.count():
        shown = screen.form.get_attribute("data-view") or ""
        screen.form.get_by_role("button", name="Close").first.click()
        expect(screen.page.locator(f"dialog[open][data-view='{shown}']")).to_have_count(0)


def test_promise_meeting_edit_and_export_all_begin_at_home(sits_down: Sitting, demo: Demo) -> None:
    alice = sits_down(ALICE, size=TALL)
    home = alice.goes_to_tab("My clients", "clients in your book")
    brief = opens_brief(alice, home)
    brief.get_by_role("button", name="More about Merck").click()
    expect(brief).to_contain_text("What they may receive")
    alice.picture("one_client_whole", brief)

    brief.get_by_role("button", name="Add a promise to Merck").click()
    alice.form.get_by_label("What").fill("the audit report")
    alice.form.get_by_label("By when").fill("2026-11-18")
    alice.form.get_by_role("button", name="Save").click()
    expect(alice.form).to_contain_text(f"Noted for {MERCK}: the audit report")
    closes(alice)
    home = alice.goes_to_tab("Today", "Today")
    expect(home).to_contain_text("the audit report")

    home = alice.goes_to_tab("My clients", "clients in your book")
    brief = opens_brief(alice, home)
    brief.get_by_role("button", name="Enter a meeting with Merck").click()
    expect(alice.form).to_have_accessible_name("A meeting")
    alice.form.get_by_role("textbox", name="About").fill("the audit")
    alice.picture("one_client_meeting", alice.form)
    alice.form.get_by_label("Day").fill("2026-11-18")
    alice.form.get_by_label("Time").fill("15:00")
    alice.form.get_by_role("button", name="Enter").click()
    expect(alice.form).to_contain_text(f"Meeting with {MERCK}")
    closes(alice)

    opens_brief(alice, home).get_by_role("button", name="Edit Merck").click()
    alice.form.get_by_label("Sector").fill("Pharmaceuticals")
    alice.form.get_by_role("button", name="Save").click()
    expect(alice.form).to_contain_text(f"Saved: {MERCK}")
    closes(alice)

    home.get_by_role("button", name="Export the clients as a file").click()
    expect(alice.form).to_be_visible()
    alice.picture("one_client_export", alice.form)
    closes(alice)
    alice.goes_to_messages()
    expect(alice.page.get_by_role("log")).to_contain_text("clients_2026-11-17.csv")


def test_a_promise_is_kept_in_the_whole_brief(sits_down: Sitting) -> None:
    alice = sits_down(ALICE, size=TALL)
    home = alice.goes_to_tab("My clients", "clients in your book")
    brief = opens_brief(alice, home)
    expect(brief).to_contain_text("You meet them")
    brief.get_by_role("button", name="More about Merck").click()
    alice.form.get_by_role("button", name="Kept: the audit report").click()
    expect(alice.form).to_contain_text("Kept")
    alice.picture("one_client_kept", alice.form)
    closes(alice)
    expect(alice.goes_to_tab("Today", "Today")).not_to_contain_text("the audit report")


def test_what_is_archived_leaves_the_page_and_comes_back_to_it(sits_down: Sitting) -> None:
    alice = sits_down(ALICE, size=TALL)
    home = alice.goes_to_tab("My clients", "clients in your book")
    opens_brief(alice, home).get_by_role("button", name="More", exact=True).click()
    alice.page.get_by_role("menuitem", name="Archive …").click()
    alice.form.get_by_role("button", name="Archive").click()
    expect(alice.form).to_contain_text(f"{MERCK} is archived.")
    alice.picture("one_client_archived", alice.form)
    closes(alice)
    expect(home).not_to_contain_text(MERCK)

    home.get_by_role("button", name="Archived clients").click()
    expect(home).to_contain_text(MERCK)
    home.get_by_role("button", name="More: Merck").click()
    alice.page.get_by_role("menuitem", name="Open the brief").click()
    alice.form.get_by_role("button", name=re.compile("Put Merck")).click()
    expect(alice.form).to_contain_text("is back in the book.")
    closes(alice)
    expect(alice.goes_to_tab("My clients", "clients in your book")).to_contain_text(MERCK)
