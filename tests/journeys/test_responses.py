"""A client's question in its channel: it climbs from the manager to the lead, and ends with the reply."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.journeys.conftest import ALICE, EVE, LENA, TELEPHONE, Sitting, watched_demo
from tests.journeys.demo import Demo
from tests.journeys.screen import Screen, fits

pytestmark = pytest.mark.journey

FORD = "C0FORDEXT"
SOON_MS = 25_000


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Demo]:
    """A demo of its own: here the clock moves."""
    with watched_demo(tmp_path_factory.mktemp("responses")) as started:
        yield started


def told(screen: Screen) -> Locator:
    """The messages of the ladder, as they stand."""
    return screen.messages.filter(has_text="Ford Motor Company").filter(has_text="answer by")


def test_an_american_question_climbs_to_the_lead_and_ends_with_the_reply(
    demo: Demo, alice: Screen, sits_down: Sitting
) -> None:
    """Ford is of tier A: after a quarter of an hour its manager, after half an hour the lead."""
    demo.driver.act("say", EVE, channel=FORD, text="When do we get the offer for the fleet?")
    demo.driver.until(lambda: all(each["outcome"] != "waiting" for each in demo.driver.deliveries()))
    home = alice.goes_home_to("Waiting for an answer")
    expect(home).to_contain_text("Ford Motor Company")
    expect(home).to_contain_text("Acknowledge by")
    alice.picture("waiting_home", docs=True)

    alice.goes_to_messages()
    demo.driver.move_clock(advance=15 * 60 + 5)
    expect(told(alice)).to_have_count(1, timeout=SOON_MS)
    expect(alice.last).to_contain_text("1 client waits for an answer")
    alice.picture("waiting", alice.last, docs=True)

    lena = sits_down(LENA)
    lena.goes_to_messages()
    demo.driver.move_clock(advance=15 * 60 + 5)
    expect(told(lena)).to_have_count(1, timeout=SOON_MS)
    expect(lena.last).to_contain_text("The time to acknowledge is over.")
    lena.picture("waiting_lead", lena.last)
    telephone = sits_down(LENA, size=TELEPHONE)
    telephone.goes_to_messages()
    assert fits(telephone.page)
    telephone.picture("waiting_phone")

    demo.driver.act("say", ALICE, channel=FORD, text="You have it tomorrow morning.")
    for screen in (alice, lena):
        expect(screen.last).to_contain_text("Nobody waits any more", timeout=SOON_MS)
        expect(screen.last).to_contain_text("Answered by Alice")
    lena.picture("answered", lena.last)


def test_a_canadian_question_of_the_afternoon_is_told_of_on_the_next_morning(
    demo: Demo, alice: Screen
) -> None:
    alice.goes_to_messages()
    logged = alice.types("/client-touch Maple Ridge email today: when do we deliver?")
    logged.get_by_label("Who spoke").select_option("We listened")
    expect(logged).to_contain_text("Acknowledge by Wednesday, November 18, 12:00")
    alice.picture("waiting_touch", logged)

    demo.driver.move_clock(to="2026-11-18T09:00:05-05:00")
    morning = alice.messages.filter(has_text="Maple Ridge").filter(has_text="client waits for an answer")
    expect(morning).to_have_count(1, timeout=SOON_MS)
    morning.get_by_role("button", name="Maple Ridge Foods Ltd. knows that we saw it").click()
    expect(morning).to_contain_text("acknowledged. Answer by")
    alice.picture("waiting_canadian", morning)

    demo.driver.move_clock(to="2026-11-18T14:00:05-05:00")
    expect(morning).to_have_count(2, timeout=SOON_MS)
    morning.last.get_by_role("button", name="The question of Maple Ridge Foods Ltd. is answered").click()
    expect(alice.messages.filter(has_text="Nobody waits any more").filter(has_text="Maple")).to_have_count(
        2, timeout=SOON_MS
    )


def test_what_was_acknowledged_heads_the_morning_message_until_it_is_answered(
    demo: Demo, alice: Screen
) -> None:
    alice.goes_to_messages()
    logged = alice.types("/client-touch Maple Ridge email today: and when does the invoice come?")
    logged.get_by_label("Who spoke").select_option("We listened")
    logged.get_by_role("button", name="Maple Ridge Foods Ltd. knows that we saw it").click()
    demo.driver.move_clock(to="2026-11-19T09:00:05-05:00")
    morning = alice.messages.filter(has_text="Good morning · Thursday")
    expect(morning).to_have_count(1, timeout=SOON_MS)
    expect(morning).to_contain_text("Waits for an answer")
    alice.picture("waiting_digest", morning)
    morning.get_by_role("button", name="The question of Maple Ridge Foods Ltd. is answered").click()
    expect(morning).not_to_contain_text("Waits for an answer", timeout=SOON_MS)
