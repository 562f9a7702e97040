"""`rapport concessions`, and what `rapport workspace` says of their limits."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.concessions import Counterpart, Given, Kind
from bot.domain.money import Money
from bot.services import concessions
from storage.engine import open_engine
from storage.migrate import migrate
from tests.bot.door.test_commands import rapport
from tests.conftest import StandingClock, open_firm


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a firm that gave something to two clients, one of which is called like a formula."""
    engine = open_engine(f"sqlite:///{tmp_path / 'rapport.db'}")
    migrate(engine)
    firm = open_firm(engine, StandingClock())
    acme, formula = firm.client("Acme"), firm.client("=Sum Ltd")
    alice = firm.actor(firm.alice)
    entered = (
        (acme, Given(Kind.PRICE, date(2026, 11, 2), Decimal(1), counterparts=(Counterpart.TERM,))),
        (formula, Given(Kind.PRICE, date(2026, 11, 3), money=Money(Decimal("40.5"), "USD"), note="calm")),
        (acme, Given(Kind.PRICE, date(2026, 10, 3), Decimal(20), note="asked", held=True)),
        (acme, Given(Kind.PRICE, date(2026, 10, 4), Decimal(20))),
    )
    sheets = [
        concessions.record(firm.house, alice, client.id, given, f"key {number}")
        for number, (client, given) in enumerate(entered)
    ]
    concessions.agree(firm.house, firm.actor(firm.lea), sheets[1].concession, 1)
    engine.dispose()
    return tmp_path


def test_months_are_told_and_each_is_written(folder: Path) -> None:
    shown = rapport(
        folder, "concessions", "--from", "2026-10-01", "--to", "2026-11-30", "--csv", str(folder / "c.csv")
    )
    assert shown.exit_code == 0, shown.output
    assert shown.output.splitlines() == [
        "2026-10-01 to 2026-11-30",
        "  Nov 2026: 2 given · 1 without anything in return ($40.50): =Sum Ltd ($40.50)",
        "  Oct 2026: 1 no held",
        f"4 concessions → {folder / 'c.csv'}",
    ]
    with (folder / "c.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["day"], row["state"], row["outcome"]) for row in rows] == [
        ("2026-11-03", "agreed", "given"),
        ("2026-11-02", "recorded", "given"),
        ("2026-10-04", "asked", "given"),
        ("2026-10-03", "recorded", "held"),
    ]
    assert rows[0]["client"] == "'=Sum Ltd", "no spreadsheet runs it"
    assert (rows[0]["amount"], rows[0]["currency"], rows[0]["decided_by"]) == ("40.50", "USD", "Lea Lang")
    assert (rows[1]["percent"], rows[1]["in_return"]) == ("1", "term")


def test_a_time_without_any_is_told(folder: Path) -> None:
    shown = rapport(folder, "concessions", "--from", "2020-01-01", "--to", "2020-02-01")
    assert "Nothing was given in this time." in shown.output


def test_what_makes_no_sense_is_refused(folder: Path) -> None:
    turned = rapport(folder, "concessions", "--from", "2026-11-01", "--to", "2026-10-01")
    nowhere = rapport(folder, "concessions", "--csv", str(folder / "none" / "c.csv"))
    assert (turned.exit_code, "--from is later than --to" in turned.output) == (2, True)
    assert (nowhere.exit_code, "there is no folder" in nowhere.output) == (2, True)


def test_the_limits_are_shown_and_set(folder: Path) -> None:
    assert "concessions without a lead: up to 2 % and 500 USD" in rapport(folder, "workspace").output
    done = rapport(folder, "workspace", "--concession-percent", "2.5%", "--concession-amount", "0")
    assert "concessions without a lead: up to 2.5 % and 0 USD" in done.output
    wrong = rapport(folder, "workspace", "--concession-percent", "lots")
    above = rapport(folder, "workspace", "--concession-percent", "101")
    assert (wrong.exit_code, "lots is no number" in wrong.output) == (2, True)
    assert (above.exit_code, "Write a percentage from 0 to 100" in above.output) == (1, True)
