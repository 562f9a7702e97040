"""A client asks for another manager: from its complaint to the check after thirty days."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from bot.clock import shifted_clock
from bot.domain.outbox import State
from bot.rulebook.rates import EcbRates
from bot.rulebook.reader import shipped_files
from bot.services import imports
from bot.services.house import House
from bot.services.rulebooks import Rulebooks
from storage.engine import open_engine
from storage.unit_of_work import SqlMemory
from tests.journeys.conftest import ALICE, BENOIT, LENA, Sitting, watched_demo
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


# --- A whole book -----------------------------------------------------------------------------------------


def sixty_clients_of_alice(demo: Demo) -> None:
    """Alice’s book is filled up, as an import would."""
    engine = open_engine(f"sqlite:///{demo.log.parent / 'demo.db'}")
    house = House(
        SqlMemory(engine), shifted_clock(demo.log.parent / "clock"), Rulebooks(shipped_files()), EcbRates()
    )
    workspace = house.memory.workspaces()[0]
    with house.memory.read(workspace.id) as unit:
        alice = unit.members.by_user(ALICE)
        assert alice is not None
        missing = 60 - unit.clients.count_of_owner(alice.id)
    tiers, markets = "ABBCCCD", ("US", "US-NY", "CA", "FR", "GB")
    lines = [
        f"Client {number:02},{ALICE},{tiers[number % 7]},{markets[number % 5]}"
        for number in range(1, missing + 1)
    ]
    imports.import_clients(house, workspace.id, "\n".join(["name,owner,tier,market", *lines]).encode())
    engine.dispose()


def told_to(demo: Demo, user: str, kind: str) -> int:
    """How many messages of a kind were written to somebody."""
    engine = open_engine(f"sqlite:///{demo.log.parent / 'demo.db'}")
    house = House(
        SqlMemory(engine), shifted_clock(demo.log.parent / "clock"), Rulebooks(shipped_files()), EcbRates()
    )
    with house.memory.read(house.memory.workspaces()[0].id) as unit:
        member = unit.members.by_user(user)
        assert member is not None
        entries = unit.outbox.listed(list(State), kind=kind, member_id=member.id, limit=100)
    engine.dispose()
    return len(entries)


def test_the_sixty_clients_of_somebody_who_leaves_are_handed_over_at_once(
    demo: Demo, alice: Screen, benoit: Screen, sits_down: Sitting
) -> None:
    sixty_clients_of_alice(demo)
    concerned = ((BENOIT, "handover_in"), (LENA, "handover_in"), (ALICE, "handover_out"))
    before = {each: told_to(demo, *each) for each in concerned}
    lena = sits_down(LENA)
    lena.runs("/client-reassign").get_by_role("button", name="Hand over a book …").click()
    lena.chooses("Whose book", "ali", "Alice Moreno")
    lena.picture("book_form", lena.form)
    lena.form.get_by_role("button", name="Make a plan").click()

    plan = message(lena, "A plan for 60 clients of Alice Moreno")
    expect(plan).to_be_visible(timeout=SOON_MS)
    lena.picture("book_planned", plan, docs=True)
    plan.get_by_role("button", name="Look through it").click()
    expect(lena.form).to_contain_text("Page 1 of 3")
    lena.picture("book_plan", lena.form, docs=True)
    row = lena.form.get_by_role("combobox", name="Who gets Ford Motor Company")
    was = row.input_value()
    assert was == "Lena Park"
    row.fill("")
    row.press_sequentially("ben")
    lena.form.get_by_role("option", name="Benoît Lefèvre").click()
    expect(lena.form).to_contain_text("Chosen by you")
    lena.form.get_by_role("button", name="Further").click()
    expect(lena.form).to_contain_text("Page 2 of 3")
    lena.form.get_by_role("button", name="Hand over", exact=True).click()

    done = message(lena, "60 clients of Alice Moreno are handed over")
    expect(done).to_be_visible(timeout=SOON_MS)
    lena.picture("book_handed_over", done, docs=True)

    received = message(benoit, "clients vous sont confiés")
    expect(received).to_be_visible(timeout=SOON_MS)
    expect(received).to_contain_text("Ford Motor Company")
    benoit.picture("book_received_fr", received, docs=True)
    told = message(alice, "Your clients have somebody else to look after them from now on")
    expect(told).to_be_visible(timeout=SOON_MS)
    alice.picture("book_given", told)
    assert {each: told_to(demo, *each) - count for each, count in before.items()} == dict.fromkeys(before, 1)

    done.get_by_role("button", name="Take all of these handovers back").click()
    expect(lena.last).to_contain_text("60 clients are back.")
    back = message(alice, "are yours again: Lena Park took the handovers back")
    expect(back).to_be_visible(timeout=SOON_MS)
