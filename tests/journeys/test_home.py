"""The bot's page in each role: today, one's clients, the team, the register."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import BENOIT, CARLA, EVE, LENA, TELEPHONE, Sitting
from tests.journeys.screen import Screen, fits

pytestmark = pytest.mark.journey


def goes_to_tab(screen: Screen, tab: str, heading: str) -> Locator:
    """The tab of the bot's page by what its button says; `heading` stands on it."""
    home = screen.goes_home()
    home.get_by_role("button", name=re.compile(f"^(Show |Afficher )?{tab}(, shown now)?$")).click()
    expect(home.get_by_role("heading", name=heading).first).to_be_visible()
    return home


def test_a_manager_looks_through_their_clients(alice: Screen) -> None:
    home = alice.goes_home()
    expect(home.get_by_role("button", name="Today, shown now")).to_be_visible()
    alice.picture("home_today")

    home = goes_to_tab(alice, "My clients", "clients in your book")
    alice.picture("home_clients")
    home.get_by_label("Tier", exact=True).select_option("Tier A")
    expect(home).to_contain_text("found.")
    search = home.get_by_label("Look for")
    search.fill("merk")
    search.press("Enter")
    expect(home).to_contain_text("these come near")
    alice.picture("home_clients_search")
    search.fill("nobody of that name at all")
    search.press("Enter")
    expect(home).to_contain_text("No client fits all of this")
    alice.picture("home_clients_nothing")
    home.get_by_role("button", name="Show all clients").click()
    expect(home.get_by_role("heading", name="clients in your book")).to_be_visible()
    expect(search).to_have_value("")

    home.get_by_role("button", name="How my book stands").click()
    expect(home.get_by_role("heading", name="My book in figures")).to_be_visible()
    alice.picture("home_figures")


def test_a_touch_logged_from_a_clients_menu_leaves_the_page_where_it_was(alice: Screen) -> None:
    home = goes_to_tab(alice, "My clients", "clients in your book")
    home.get_by_label("Tier", exact=True).select_option("Tier A")
    expect(home).to_contain_text("found.")
    home.get_by_role("button", name="More: Merck").click()
    alice.picture("home_clients_menu")
    alice.page.get_by_role("menuitem", name="Log a touch").click()
    alice.form.get_by_label("How").select_option("Call")
    alice.form.get_by_role("button", name="Log it").click()
    expect(alice.form).to_contain_text("Logged")
    alice.form.get_by_role("button", name="Close").first.click()
    expect(home).to_contain_text("found.")
    expect(home.get_by_label("Tier", exact=True)).to_have_value("A")


def test_a_lead_reads_the_team_in_sums(sits_down: Sitting) -> None:
    lena = sits_down(LENA)
    home = goes_to_tab(lena, "Team", "Your team")
    expect(home).to_contain_text("nobody is compared with anybody")
    lena.picture("home_team")
    home.get_by_role("button", name="All clients").click()
    expect(home.get_by_role("heading", name="clients of your people")).to_be_visible()
    lena.picture("home_team_clients")


def test_compliance_and_admins_come_to_the_register(sits_down: Sitting) -> None:
    carla = sits_down(CARLA)
    carla.goes_home()
    carla.picture("home_today_compliance")
    goes_to_tab(carla, "Register", "Gift register")
    carla.picture("home_register")
    goes_to_tab(carla, "Team", "Everybody")
    carla.picture("home_team_admin")


def test_it_speaks_french_and_fits_a_telephone(sits_down: Sitting) -> None:
    benoit = sits_down(BENOIT, size=TELEPHONE)
    benoit.goes_home()
    benoit.picture("home_today_fr")
    home = goes_to_tab(benoit, "Mes clients", "clients dans votre portefeuille")
    assert fits(benoit.page)
    benoit.picture("home_clients_fr")
    home.get_by_role("button", name="Où en est mon portefeuille").click()
    expect(home.get_by_role("heading", name="Mon portefeuille en chiffres")).to_be_visible()
    assert fits(benoit.page)
    benoit.picture("home_figures_fr")


def test_somebody_from_outside_reads_why_there_is_nothing(sits_down: Sitting) -> None:
    eve = sits_down(EVE)
    home = eve.goes_home_to("another organisation")
    expect(home.get_by_role("button")).to_have_count(0)
    eve.picture("home_outsider")
