"""Somebody with sixty clients leaves: the lead looks through a plan, changes it, and hands all of them over at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from bot.clock import shifted_clock
from bot.domain.outbox import State
from bot.rulebook.rates import EcbRates
from bot.rulebook.reader import shipped_files
from bot.services import imports
from bot.services.house import House
from bot.services.rulebooks import Rulebooks
from storage.engine import open_engine
from storage.unit_of_work import SqlMemory
from tests.journeys.conftest import ALICE, BENOIT, LENA, Sitting
from tests.journeys.demo import Demo
from tests.journeys.screen import Screen

pytestmark = pytest.mark.journey

SOON_MS = 25_000
"""The bot has to notice, and to send."""


def message(screen: Screen, text: str) -> Locator:
    return screen.page.get_by_role("article").filter(has_text=re.compile(text)).last


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
    row = lena.form.get_by_role("combobox", name="Who gets Merck & Co., Inc.")
    typed, other = (
        ("len", "Lena Park") if row.input_value() == "Benoît Lefèvre" else ("ben", "Benoît Lefèvre")
    )
    row.fill("")
    row.press_sequentially(typed)
    lena.form.get_by_role("option", name=other).click()
    expect(lena.form).to_contain_text("Chosen by you")
    lena.form.get_by_role("button", name="Further").click()
    expect(lena.form).to_contain_text("Page 2 of 3")
    lena.form.get_by_role("button", name="Hand over", exact=True).click()

    done = message(lena, "60 clients of Alice Moreno are handed over")
    expect(done).to_be_visible(timeout=SOON_MS)
    lena.picture("book_handed_over", done, docs=True)

    received = message(benoit, "clients vous sont confiés")
    expect(received).to_be_visible(timeout=SOON_MS)
    expect(received).to_contain_text("Alice Moreno les suivait jusqu’ici")
    benoit.picture("book_received_fr", received, docs=True)
    told = message(alice, "Your clients have somebody else to look after them from now on")
    expect(told).to_be_visible(timeout=SOON_MS)
    alice.picture("book_given", told)
    assert {each: told_to(demo, *each) - count for each, count in before.items()} == dict.fromkeys(before, 1)

    done.get_by_role("button", name="Take all of these handovers back").click()
    expect(lena.last).to_contain_text("60 clients are back.")
    back = message(alice, "are yours again: Lena Park took the handovers back")
    expect(back).to_be_visible(timeout=SOON_MS)
