"""Settings and workspace on Home, the set-up, and the welcome of who is here for the first time."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from tests.journeys.conftest import CARLA, LENA, TELEPHONE, Sitting
from tests.journeys.screen import Screen

pytestmark = pytest.mark.journey


WHOLE: ViewportSize = {"width": 1280, "height": 1300}
"""A page on which all that an admin sets is seen at once."""


def goes(screen: Screen, tab: str) -> Locator:
    home = screen.goes_home()
    home.get_by_role("button", name=re.compile(rf"^(Show|Afficher)\b.*\b{tab}$")).click()
    return home


def closes(screen: Screen) -> None:
    expect(screen.form).to_have_count(0)


def test_the_first_answer_carries_the_welcome_and_the_second_does_not(
    sits_down: Sitting, benoit: Screen
) -> None:
    lena = sits_down(LENA)
    answer = lena.types("/rapport settings")
    expect(answer).to_contain_text("Welcome, Lena")
    lena.picture("welcome", answer)
    expect(lena.types("/rapport settings")).not_to_contain_text("Welcome, Lena")

    home = benoit.goes_home()
    expect(home).to_contain_text("Bienvenue, Benoît")
    benoit.picture("welcome_home_fr", benoit.page.locator(".sheet"))


def test_a_manager_sets_hours_leave_noise_and_language(alice: Screen) -> None:
    home = goes(alice, "Settings")
    expect(home).to_contain_text("Monday to Friday, 9:00")
    home.get_by_role("button", name="Change working hours and morning message").click()
    alice.form.get_by_label("Morning message at").fill("08:30")
    alice.picture("settings_time", alice.form)
    alice.form.get_by_role("button", name="Save").click()
    closes(alice)
    expect(home).to_contain_text(re.compile(r"Morning message: 8:30"))

    home.get_by_role("button", name="Add leave").click()
    alice.form.get_by_label("First day").fill("2026-12-21")
    alice.form.get_by_label("Last day").fill("2026-12-18")
    alice.form.get_by_role("button", name="Add").click()
    expect(alice.form).to_contain_text("The last day comes before the first one.")
    alice.picture("settings_leave", alice.form)
    alice.form.get_by_label("Last day").fill("2027-01-01")
    alice.form.get_by_role("button", name="Add").click()
    closes(alice)
    expect(home).to_contain_text("December 21, 2026 to January 1, 2027")

    home.get_by_role("button", name="Change who stands in for you").click()
    alice.chooses("Who decides when you have not?", "lena", "Lena Park")
    alice.form.get_by_role("button", name="Save").click()
    closes(alice)
    expect(home).to_contain_text("Lena Park decides on requests")
    alice.picture("settings", alice.page.locator(".sheet"), docs=True)

    home.get_by_label("Language").select_option("Français (France)")
    expect(home).to_contain_text("Vos réglages")
    alice.picture("settings_fr", alice.page.locator(".sheet"))


def test_settings_fit_on_a_telephone(sits_down: Sitting) -> None:
    lena = sits_down(LENA, size=TELEPHONE)
    goes(lena, "Settings")
    lena.picture("settings_phone")


def test_an_admin_walks_through_the_set_up(sits_down: Sitting) -> None:
    carla = sits_down(CARLA)
    home = goes(carla, "Workspace")
    expect(home).to_contain_text(re.compile(r"\d of 5 done"))
    carla.page.set_viewport_size(WHOLE)
    carla.picture("workspace", carla.page.locator(".sheet"), docs=True)

    home.get_by_role("button", name=re.compile("Tiers and rhythm")).first.click()
    carla.picture("workspace_rhythm", carla.form)
    carla.form.get_by_label("Tier A: due after (days)").fill("10")
    carla.form.get_by_role("button", name="Save").click()
    closes(carla)
    expect(home).to_contain_text("A 10/21")

    home.get_by_role("button", name=re.compile("Home market")).first.click()
    carla.picture("workspace_market", carla.form)
    carla.form.get_by_role("button", name="Save").click()
    closes(carla)

    home.get_by_role("button", name="Show all people and roles").click()
    expect(home).to_contain_text("led by Lena")
    carla.picture("workspace_people", carla.page.locator(".sheet"))
    home.get_by_role("button", name=re.compile("^Edit Alice")).click()
    carla.picture("workspace_roles", carla.form)
    carla.form.get_by_role("button", name="Save").click()
    closes(carla)

    home.get_by_role("button", name="‹ Workspace").click()
    home.get_by_role("button", name=re.compile("^(Finish|That is enough)")).click()
    expect(home.get_by_role("heading", name="Set-up")).to_have_count(0)
    carla.goes_to_messages()
    answer = carla.types("/rapport setup")
    expect(answer).to_contain_text("5 of 5 done")
    carla.picture("set_up", answer)
