"""Why something is said or held back: the buttons in the settings and below a brief, quiet hours, do-not-disturb."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import ALICE, TELEPHONE, Sitting, watched_demo
from tests.journeys.demo import Demo
from tests.journeys.screen import Screen, fits

pytestmark = pytest.mark.journey

SOON_MS = 25_000


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Demo]:
    """A demo of its own: here the clock moves."""
    with watched_demo(tmp_path_factory.mktemp("gate")) as started:
        yield started


def test_who_is_not_to_be_disturbed_gets_the_morning_message_when_that_ends(
    demo: Demo, alice: Screen
) -> None:
    nine = 1_795_010_400  # 09:00 in New York on Wednesday 18 November 2026
    span = {"dnd_start": nine - 3600, "dnd_end": nine + 600}
    demo.driver.ask("POST", "/sandbox/person", {"id": ALICE, **span})
    demo.driver.move_clock(to="2026-11-18T09:01:00-05:00")
    alice.goes_to_messages()
    # What the event tells and what the tick decides comes within seconds, after which the answer says it.
    for _ in range(SOON_MS // 1000):
        answer = alice.types("/rapport why")
        if "do not disturb, in Slack" in answer.inner_text():
            break
        alice.page.wait_for_timeout(1000)
    expect(answer).to_contain_text("do not disturb, in Slack")
    alice.picture("why_disturbed", answer)

    demo.driver.move_clock(to="2026-11-18T09:11:00-05:00")
    morning = alice.page.get_by_role("article").filter(has_text="Good morning")
    expect(morning).to_have_count(1, timeout=SOON_MS)


def test_the_settings_show_what_was_said_and_what_is_left(alice: Screen, benoit: Screen) -> None:
    home = alice.goes_to_tab("Settings", "Your settings")
    expect(home).to_contain_text("0 of 6 today")
    home.get_by_label("When I write to you").select_option("At any hour")
    expect(home).to_contain_text("At any hour of any day")
    alice.picture("settings_gate", alice.page.locator(".sheet"))
    home.get_by_role("button", name="Show what I said and held back, and why").click()
    expect(alice.form).to_contain_text("Morning message, sent")
    alice.picture("why", alice.form)

    home = benoit.goes_to_tab("Réglages", "Vos réglages")
    benoit.picture("settings_gate_fr", benoit.page.locator(".sheet"))
    home.get_by_role("button", name="Afficher ce que j’ai dit ou retenu, et pourquoi").click()
    expect(benoit.form).to_contain_text("Prochain message du matin")
    benoit.picture("why_fr", benoit.form)


def test_a_brief_says_when_and_why_one_is_reminded(alice: Screen, benoit: Screen, sits_down: Sitting) -> None:
    brief = alice.types("/client Merck")
    alice.picture("brief_reminders", brief)
    brief.get_by_role("button", name="When I remind you of Merck & Co., Inc., and why").click()
    expect(alice.last).to_contain_text("Reminders of Merck & Co., Inc.")
    expect(alice.last).to_contain_text(re.compile(r"On today's list\.|Not on today's list"))
    alice.picture("why_client", alice.last)

    answer = benoit.types("/rapport pourquoi Boréal")
    expect(answer).to_contain_text("Rappels sur Crédit Boréal")
    benoit.picture("why_client_fr", answer)

    phone = sits_down(ALICE, size=TELEPHONE)
    expect(phone.types("/rapport why Merck")).to_contain_text("Reminders of Merck")
    phone.picture("why_phone")
    assert fits(phone.page)
