"""On a telephone, in the dark, and without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import ALICE, BENOIT, TELEPHONE, Sitting
from tests.journeys.screen import Screen, fits

pytestmark = pytest.mark.journey


def test_everything_fits_a_telephone_in_the_dark(sits_down: Sitting) -> None:
    alice = sits_down(ALICE, size=TELEPHONE, scheme="dark")
    verdict = alice.types("/gift-check $45 bottle of wine for Jane Smith at Ford")
    expect(verdict.get_by_role("heading", name="Not allowed")).to_be_visible()
    assert fits(alice.page)
    alice.picture("phone_gift")

    form = alice.runs("/client-touch")
    alice.adds("Client", "merck", "Merck & Co., Inc.")
    expect(form.get_by_label("With whom")).to_be_visible()
    submit = form.get_by_role("button", name="Log it")
    expect(submit).to_be_in_viewport()
    assert fits(alice.page)
    alice.picture("phone_form")
    form.get_by_label("How").select_option("Video call")
    submit.click()
    expect(alice.last).to_contain_text("Logged: Merck & Co., Inc.")

    alice.goes_home()
    assert fits(alice.page)
    alice.picture("phone_home")

    benoit = sits_down(BENOIT, size=TELEPHONE, scheme="dark")
    benoit.goes_home()
    assert fits(benoit.page)
    benoit.picture("phone_home_fr")
    benoit.goes_to_messages()
    expect(benoit.types("/rapport")).to_contain_text("Vos réglages")
    assert fits(benoit.page)
    benoit.picture("phone_help_fr")


def test_a_touch_is_logged_and_corrected_with_the_keyboard_alone(alice: Screen) -> None:
    page, keys = alice.page, alice.page.keyboard
    alice.composer.focus()
    keys.type("/client-t")
    expect(page.get_by_role("option", name="/client-touch")).to_have_attribute("aria-selected", "true")
    keys.press("Enter")
    keys.type("Halcyon call this morning, asked about rates")
    keys.press("Enter")
    expect(alice.last).to_contain_text("Logged: Halcyon Freight")

    reaches(page, "Edit the touch with Halcyon Freight", backwards=True)
    keys.press("Enter")
    form = alice.form
    expect(form).to_have_accessible_name("Edit a touch")
    expect(form.get_by_role("combobox", name="Client")).to_be_focused()
    keys.press("Tab")
    expect(form.get_by_label("How")).to_be_focused()
    keys.type("Visit")
    reaches(page, "Save")
    keys.press("Enter")
    expect(form).to_be_hidden()
    expect(alice.last).to_contain_text("Visit · we listened · today")
    expect(page.get_by_role("button", name="Edit the touch with Halcyon Freight")).to_be_focused()
    alice.picture("keyboard", alice.last)


def reaches(page: Page, name: str, *, backwards: bool = False) -> None:
    """Moves the focus with Tab until it stands on a button."""
    button = page.get_by_role("button", name=name, exact=True)
    for _ in range(40):
        if button.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
    raise AssertionError(f"“{name}” cannot be reached with the Tab key")
