"""`rapport audit verify`, as an auditor runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from bot.door.audit_verify import WRONG
from bot.door.commands import main
from bot.services import gifts
from bot.services.audit import Fault
from bot.services.proposals import GiftDraft
from storage.engine import open_engine
from tests.conftest import StandingClock, open_firm
from tests.databases import open_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder whose register tells of two checks."""
    engine = open_file(tmp_path / "rapport.db")
    firm = open_firm(engine, StandingClock())
    firm.client("Brightside")
    for _ in range(2):
        gifts.check(firm.house, firm.actor(firm.alice), GiftDraft("Brightside", description="pen"))
    engine.dispose()
    return tmp_path


def verify(folder: Path, *words: str) -> Result:
    return CliRunner(env={"RAPPORT_DATA_DIR": str(folder)}).invoke(main, ["audit", "verify", *words])


def tamper(folder: Path, statement: str) -> None:
    engine = open_engine(f"sqlite:///{folder / 'rapport.db'}")
    with engine.begin() as connection:
        connection.execute(text("drop trigger register_entries_no_update"))
        connection.execute(text(statement))
    engine.dispose()


def test_a_register_that_holds_is_counted_and_its_seal_shown(folder: Path) -> None:
    shown = verify(folder)

    assert shown.exit_code == 0, shown.output
    assert "2 entries hold, 2026-11-16 to 2026-11-16" in shown.output
    assert "seal of entry 2: " in shown.output


def test_the_first_broken_link_is_named_with_exit_code_1(folder: Path) -> None:
    tamper(folder, "update register_entries set member_id = 2 where number = 2")

    shown = verify(folder)

    assert shown.exit_code == 1
    assert "1 entries hold" in shown.output
    assert "BROKEN: entry 2, checked, 2026-11-16: this entry was changed" in shown.output
    assert json.loads(verify(folder, "--json").stdout)[0]["fault"]["what"] == "changed_entry"


def test_a_seal_noted_earlier_is_looked_for(folder: Path) -> None:
    seal = json.loads(verify(folder, "--json").stdout)[0]["seal"]

    assert verify(folder, "--expect", seal).exit_code == 0
    assert "the expected seal is the one of entry 2" in verify(folder, "--expect", seal).output
    assert verify(folder, "--expect", "0" * 64).exit_code == 1
    assert verify(folder, "--expect", "pen").exit_code == 2


def test_a_database_of_before_the_chain_is_sealed_and_then_holds(folder: Path) -> None:
    tamper(folder, "drop trigger register_entries_no_delete")
    engine = open_engine(f"sqlite:///{folder / 'rapport.db'}")
    with engine.begin() as connection:
        connection.execute(text("delete from register_entries"))
        connection.execute(text("delete from register_heads"))
    engine.dispose()

    shown = verify(folder)

    assert shown.exit_code == 0, shown.output
    assert "2 of them sealed when the chain began" in shown.output


def test_a_book_of_no_workspace_or_of_another_team_is_said_in_a_sentence(
    folder: Path, tmp_path: Path
) -> None:
    assert "rapport run" in verify(tmp_path / "empty").output
    assert "no workspace is of team T0X; there is T0FIRM" in verify(folder, "--team", "T0X").output


def test_every_fault_has_words() -> None:
    documented = Fault.__doc__ or ""

    assert all(f"``{code}``" in documented for code in WRONG)
