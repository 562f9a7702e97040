"""`rapport client`, as whoever runs the machine uses it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.domain.clients import Tier
from bot.door.commands import main
from tests.conftest import StandingClock, open_firm
from tests.databases import open_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with two clients that are one, and somebody there."""
    engine = open_file(tmp_path / "rapport.db")
    firm = open_firm(engine, StandingClock())
    firm.client("Brightside", aliases=("BRS",), sector="Lighting")
    twin = firm.client("Bright Side Ltd", tier=Tier.C)
    firm.contact(twin, "Jane Smith", role="buyer", regimes=("US-FED",))
    engine.dispose()
    return tmp_path


def client(folder: Path, *words: str) -> Result:
    return CliRunner(env={"RAPPORT_DATA_DIR": str(folder)}).invoke(main, ["client", *words])


def test_a_client_is_shown_with_all_that_is_known(folder: Path) -> None:
    shown = client(folder, "show", "brs")
    assert shown.exit_code == 0, shown.output
    for part in ("Brightside", "Looked after by: Alice Ames", "Sector: Lighting", "0 touches"):
        assert part in shown.output
    assert "Jane Smith · buyer · Federal executive branch" in client(folder, "show", "Bright Side").output


def test_a_client_is_archived_and_restored(folder: Path) -> None:
    assert "Brightside is archived" in client(folder, "archive", "Brightside").output
    assert "(archived)" in client(folder, "show", "Brightside").output
    again = client(folder, "archive", "Brightside")
    assert again.exit_code == 1
    assert "is archived" in again.output
    assert "back in the book" in client(folder, "restore", "Brightside").output
    told = client(folder, "history", "Brightside").output
    assert told.index("the operator: Restored") < told.index("the operator: Archived")


def test_two_clients_are_merged_and_parted_again(folder: Path) -> None:
    dry = client(folder, "merge", "Bright Side", "Brightside", "--dry-run")
    assert "1 person" in dry.output
    assert "dry run" in dry.output
    done = client(folder, "merge", "Bright Side", "Brightside")
    assert done.exit_code == 0, done.output
    assert "Jane Smith" in client(folder, "show", "Bright Side Ltd").output
    assert "Merged with Bright Side Ltd" in client(folder, "history", "Brightside").output
    number = done.output.split("--undo ")[1].strip()
    assert "two clients again" in client(folder, "merge", "--undo", number).output
    assert "undone already" in client(folder, "merge", "--undo", number).output


def test_what_cannot_be_done_is_said_in_a_sentence(folder: Path) -> None:
    unknown = client(folder, "show", "Nobody")
    assert (unknown.exit_code, "I know no client called" in unknown.output) == (1, True)
    assert "cannot be merged with itself" in client(folder, "merge", "BRS", "Brightside").output
    assert client(folder, "merge", "BRS").exit_code == 2
