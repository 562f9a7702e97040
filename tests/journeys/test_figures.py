"""Alice reads how her book stands, as a chart in a message and as a picture on her page; Lena sees her team's."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import LENA, TELEPHONE, Sitting
from tests.journeys.demo import Demo
from tests.journeys.screen import Screen, fits

pytestmark = pytest.mark.journey


def test_a_book_is_drawn_in_a_message_with_its_figures_beside(alice: Screen) -> None:
    message = alice.types("/rapport figures")
    expect(message.get_by_role("heading", name="Your book: Coverage by tier")).to_be_visible()
    expect(message).to_contain_text("clients on track")
    expect(message.get_by_role("table").first).to_be_visible()
    alice.picture("figures_coverage", message)
    message.get_by_role("button", name="Touches by week").click()
    expect(alice.last.get_by_role("heading", name="Your book: Touches by week")).to_be_visible()
    alice.picture("figures_touches", alice.last)
    alice.last.get_by_role("button", name="Age of the last contact").click()
    expect(alice.last.get_by_role("heading", name="Your book: Age of the last contact")).to_be_visible()
    alice.picture("figures_age", alice.last)


def test_where_slack_takes_no_charts_the_figures_come_all_the_same(alice: Screen, demo: Demo) -> None:
    demo.driver.faults(refuse_charts=True)
    message = alice.types("/rapport figures")
    expect(message).to_contain_text("clients on track")
    expect(message.get_by_role("table").first).to_be_visible()
    alice.picture("figures_without_charts", message)
    demo.driver.good_weather()


def test_the_page_shows_the_same_as_a_picture(alice: Screen) -> None:
    home = alice.goes_home()
    home.get_by_role("button", name="My clients").click()
    home.get_by_role("button", name="How my book stands, in figures").click()
    image = home.get_by_role("img", name="on track")
    expect(image).to_be_visible(timeout=20_000)
    alice.picture("home_figures", home)


def test_a_team_is_drawn_for_who_leads_it_on_a_phone(sits_down: Sitting) -> None:
    lena = sits_down(LENA, size=TELEPHONE)
    message = lena.types("/rapport figures")
    expect(message.get_by_role("heading", name="Your team: Coverage by tier")).to_be_visible()
    assert fits(lena.page)
    lena.picture("figures_team_phone", message)


def test_in_french_everything_is_french(benoit: Screen) -> None:
    message = benoit.types("/rapport chiffres")
    expect(message.get_by_role("heading")).to_contain_text("Couverture par catégorie")
    benoit.picture("figures_french", message)
