"""How SQLite finds rows: by an index wherever tables grow, whatever a statement looks like after it was composed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bot.domain.books import Wanted
from bot.domain.clients import Tier
from bot.domain.concessions import Given, Kind
from bot.domain.money import Money
from bot.domain.touches import Channel, TouchDraft
from bot.services import (
    approvals,
    book,
    briefs,
    clients,
    concession_figures,
    concessions,
    delivery,
    digest,
    gifts,
    reviews,
    shelves,
    team,
    todays,
    touches,
)
from bot.services.proposals import GiftDraft
from tests.conftest import MONDAY, Firm

EIGHTY_DOLLARS = Money(Decimal(80), "USD")


@contextmanager
def statements(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """Every statement that is executed meanwhile, with its values."""
    executed: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if not many and not statement.startswith(("BEGIN", "PRAGMA")):
            executed.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield executed
    finally:
        event.remove(engine, "before_cursor_execute", note)


def plans(engine: Engine, act: Callable[[], object]) -> dict[str, str]:
    """The plan of each statement that `act` leads to."""
    with statements(engine) as executed:
        act()
    found: dict[str, str] = {}
    with engine.connect() as connection:
        for statement, values in executed:
            steps = connection.exec_driver_sql(f"explain query plan {statement}", values)
            found[statement] = "; ".join(row[3] for row in steps)
    return found


@pytest.fixture
def filled(small_firm: Firm) -> Firm:
    small_firm.client("Acme")
    small_firm.client("Globex")
    return small_firm


def test_who_is_due_is_read_from_the_index_of_due_moments(filled: Firm, sqlite_engine: Engine) -> None:
    alice = filled.actor(filled.alice)
    for ask in (lambda: digest.today(filled.house, alice), lambda: book.own(filled.house, alice, 20)):
        of_clients = [p for s, p in plans(sqlite_engine, ask).items() if "FROM clients" in s]
        assert of_clients
        assert all("ix_clients_due" in plan for plan in of_clients), of_clients


def test_the_neglected_of_a_lead_are_found_by_whom_they_lead(filled: Firm, sqlite_engine: Engine) -> None:
    def act() -> None:
        with filled.house.memory.read(filled.workspace.id) as unit:
            unit.ladder.neglected(filled.lea.id, filled.house.clock())
            unit.members.led_by(filled.lea.id)

    found = plans(sqlite_engine, act)
    assert len(found) == 2
    assert all("ix_members_lead" in plan for plan in found.values()), found
    assert any("ix_clients_due" in plan for plan in found.values()), found


def test_what_is_to_be_delivered_is_read_from_the_index_of_open_entries(
    filled: Firm, sqlite_engine: Engine
) -> None:
    found = plans(sqlite_engine, lambda: delivery.due(filled.house, filled.workspace.id, 100))
    urgent, others = [plan for statement, plan in found.items() if "FROM outbox" in statement]
    assert "ix_outbox_urgent" in urgent
    assert "ix_outbox_open" in others


def test_what_people_do_scans_no_table_that_grows(filled: Firm, sqlite_engine: Engine) -> None:
    alice = filled.actor(filled.alice)

    def act() -> None:
        draft = TouchDraft(client="Acme", channel=Channel.CALL, note="the renewal")
        logged = touches.log(filled.house, alice, draft, "once")
        touches.withdraw(filled.house, alice, logged.touch.id)
        clients.leading_name(filled.house, alice, ["Acme", "call"])
        clients.type_ahead(filled.house, alice, "Globxe")
        briefs.brief(filled.house, alice, "Globex")

    scanned = {s: p for s, p in plans(sqlite_engine, act).items() if "SCAN" in p}
    assert scanned == {}


def test_what_becomes_of_requests_is_found_without_reading_them_all(
    filled: Firm, sqlite_engine: Engine
) -> None:
    alice, lea = filled.actor(filled.alice), filled.actor(filled.lea)

    def act() -> None:
        wine = GiftDraft("Tyson", "Ann Bell", description="basket", category="gift", amount=EIGHTY_DOLLARS)
        sheet = approvals.request(filled.house, alice, gifts.check(filled.house, alice, wine).check_id).sheet
        assert sheet is not None
        approvals.desk(filled.house, lea)
        reviews.tick(filled.house, filled.workspace.id)
        approvals.approve(filled.house, lea, sheet.request, sheet.version)

    found = plans(sqlite_engine, act)
    assert any("FROM gift_requests" in statement for statement in found)
    assert {s: p for s, p in found.items() if "SCAN" in p and "subquery" not in p} == {}


def test_concessions_are_found_by_client_day_and_what_waits(filled: Firm, sqlite_engine: Engine) -> None:
    alice, lea = filled.actor(filled.alice), filled.actor(filled.lea)
    given = Given(Kind.PRICE, MONDAY.date(), Decimal(1))

    def act() -> None:
        sheet = concessions.record(filled.house, alice, filled.clients["Acme"].id, given, "once")
        concessions.listed(filled.house, alice, sheet.client_id)
        concessions.tick(filled.house, filled.workspace.id)
        concession_figures.figures(filled.house, lea, team=True)
        concessions.agree(filled.house, lea, sheet.concession, sheet.version)

    of_concessions = {
        s: p for s, p in plans(sqlite_engine, act).items() if "FROM concessions" in s and "SCAN" in p
    }
    assert of_concessions == {}
    waiting = [p for s, p in plans(sqlite_engine, act).items() if "next_step_at <=" in s and "concess" in s]
    assert waiting
    assert all("ix_concessions_waiting" in plan for plan in waiting), waiting


def test_pages_and_figures_of_a_book_are_read_by_its_owner(filled: Firm, sqlite_engine: Engine) -> None:
    alice, lea = filled.actor(filled.alice), filled.actor(filled.lea)

    def act() -> None:
        for wanted in (Wanted(), Wanted(typed="acme"), Wanted(tier=Tier.A), Wanted(archived=True)):
            shelves.shelf(filled.house, alice, wanted)
        todays.of(filled.house, alice)
        team.own_figures(filled.house, alice)
        team.team(filled.house, lea)

    found = plans(sqlite_engine, act)
    of_whole_workspaces = {
        s: p
        for s, p in found.items()
        # The indexes of what waits for a decision hold little, whatever the size of a workspace.
        if "(workspace_id=?)" in p.replace("_waiting (workspace_id=?)", "") and "FROM members" not in s
    }
    assert of_whole_workspaces == {}
    assert {s: p for s, p in found.items() if "SCAN" in p.replace("SCAN (subquery", "")} == {}
