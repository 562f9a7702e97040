"""Alice declares what she received; Carla opens the register, looks somebody up and has it sent to her as files."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import CARLA, TELEPHONE, Sitting
from tests.journeys.screen import Screen, fits

pytestmark = pytest.mark.journey


def test_a_gift_received_is_kept_and_the_next_one_counts_it(alice: Screen) -> None:
    verdict = alice.types("/gift-check received a $40 bottle of wine from Jane Smith at Ford")
    expect(verdict.get_by_role("heading", name="You may keep it")).to_be_visible()
    expect(verdict).to_contain_text("bottle of wine, $40, from Jane Smith at Ford Motor Company")
    alice.picture("received_allowed", verdict)
    verdict.get_by_role("button", name="I keep it").click()
    expect(verdict).to_contain_text("You keep it; the next check counts it.")
    alice.picture("received_kept", verdict)

    more = alice.types("/gift-check received a $45 book from Jane Smith at Ford")
    expect(more).to_contain_text(re.compile(r"You received from Ford Motor Company in \d{4}: 1 gift, \$40\."))
    too_much = alice.types("/gift-check received a $300 watch from Jane Smith at Ford")
    expect(too_much.get_by_role("heading", name="Do not accept it, or give it back")).to_be_visible()
    expect(too_much.get_by_role("button", name="I keep it")).to_have_count(0)
    alice.picture("received_refused", too_much)
    too_much.get_by_role("button", name="I handed it in").click()
    expect(too_much).to_contain_text("You handed it in; it counts nowhere.")


def test_the_form_knows_both_directions(alice: Screen) -> None:
    form = alice.runs("/gift-check")
    form.get_by_label("We receive").check()
    expect(form).to_contain_text("Where the giver works")
    alice.chooses("Client", "goo", "Google LLC")
    form.get_by_label("From whom").select_option("Priya Nair (Facilities lead)")
    form.get_by_label("What is the gift?").fill("umbrella")
    form.get_by_label("Price of one").fill("30")
    alice.picture("received_form", form)
    form.get_by_role("button", name="Check", exact=True).click()
    expect(form.get_by_role("heading", name="You may keep it")).to_be_visible()
    form.get_by_role("button", name="I gave it back").click()
    expect(form).to_contain_text("You gave it back; it counts nowhere.")


def test_in_french_what_was_received_is_said_in_french(benoit: Screen) -> None:
    verdict = benoit.types("/gift-check reçu de Jean Roux chez Idal Group une boîte de chocolats 25 €")
    expect(verdict.get_by_role("heading", name="Vous pouvez le garder")).to_be_visible()
    benoit.picture("received_french", verdict)


def test_compliance_looks_somebody_up_and_gets_the_register_as_files(sits_down: Sitting) -> None:
    carla = sits_down(CARLA)
    home = carla.goes_to_tab("Register", "Gift register")
    carla.picture("home_register", home)
    home.get_by_role("button", name="Open the register").click()
    form = carla.form
    expect(form).to_contain_text(re.compile(r"The register has \d+ entries in all\."))
    carla.picture("register", form)
    form.get_by_label("Client or person").fill("Jane Smith at Ford")
    form.get_by_role("button", name="Show").click()
    expect(form.get_by_role("heading", name="Jane Smith at Ford Motor Company")).to_be_visible()
    expect(form).to_contain_text(re.compile(r"Received by all of us, in twelve months\s*1 gift, \$40"))
    carla.picture("register_about", form)

    form.get_by_role("button", name="Export the register as a file").click()
    form = carla.page.get_by_role("dialog", name="Export the register")
    expect(form).to_be_visible()
    form.get_by_label("The same page as a picture (PNG)").check()
    carla.picture("register_export", form)
    form.get_by_role("button", name="Send it to me").click()
    expect(carla.form.last).to_contain_text("3 files are being made")
    carla.form.last.get_by_role("button", name="Close").last.click()
    expect(carla.form.last.get_by_role("heading", name="Jane Smith at Ford Motor Company")).to_be_visible()
    carla.form.last.get_by_role("button", name="Close").last.click()
    expect(carla.form).to_have_count(0)

    carla.goes_to_messages()
    expect(carla.page.get_by_role("list", name="Files")).to_have_count(3, timeout=60_000)
    expect(carla.last).to_contain_text("This export is entry")
    carla.picture("register_files", carla.page.get_by_role("log"))
    names = carla.page.get_by_role("link", name=re.compile(r"gift-register_.+\.(xlsx|pdf|png)"))
    with carla.page.expect_download() as arriving:
        names.filter(has_text=".png").click()
    assert arriving.value.path().read_bytes().startswith(b"\x89PNG")
    arriving.value.save_as(carla.album / "register_page.png")


def test_on_a_telephone_the_register_fits(sits_down: Sitting) -> None:
    carla = sits_down(CARLA, size=TELEPHONE)
    form = carla.runs("/rapport register")
    expect(form).to_contain_text("entries in all")
    assert fits(carla.page)
    carla.picture("register_phone")


def test_who_may_not_is_told_whom_to_ask(alice: Screen) -> None:
    answer = alice.types("/rapport register")
    expect(answer).to_contain_text("The whole register is for compliance and admins.")
