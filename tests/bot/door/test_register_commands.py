"""`rapport register export`, as whoever runs the machine uses it for an auditor."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.door.commands import main
from bot.services import gifts
from bot.services.proposals import GiftDraft
from tests.conftest import StandingClock, open_firm
from tests.databases import open_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder whose register tells of two checks on 16 November 2026."""
    engine = open_file(tmp_path / "rapport.db")
    firm = open_firm(engine, StandingClock())
    firm.client("Brightside")
    for _ in range(2):
        gifts.check(firm.house, firm.actor(firm.alice), GiftDraft("Brightside", description="pen"))
    engine.dispose()
    return tmp_path


def export(folder: Path, *words: str, **more: str) -> Result:
    environment = {"RAPPORT_DATA_DIR": str(folder), **more}
    return CliRunner(env=environment).invoke(main, ["register", "export", *words])


PERIOD = ("--from", "2026-11-01", "--to", "2026-11-30")


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf", "png"])
def test_a_period_is_written_as_the_name_of_the_file_says(folder: Path, form: str) -> None:
    file = folder / f"register.{form}"

    done = export(folder, *PERIOD, str(file))

    assert done.exit_code == 0, done.output
    assert "2 entries, 2026-11-01 to 2026-11-30" in done.output
    assert "recorded as entry 3; seal " in done.output
    assert file.stat().st_size > 200
    assert sorted(path.name for path in folder.iterdir() if "export" in path.name) == []


def test_the_words_are_those_of_the_setting_and_what_is_there_is_replaced(folder: Path) -> None:
    file = folder / "registre.txt"
    file.write_text("old")

    done = export(folder, *PERIOD, "--format", "csv", str(file), RAPPORT_LOCALE="fr-FR")

    assert done.exit_code == 0, done.output
    with file.open(encoding="utf-8-sig", newline="") as read:
        head, *rows = csv.reader(read)
    assert head[:2] == ["Numéro", "Écriture"]
    assert [row[1] for row in rows] == ["Vérifié", "Vérifié"]


def test_an_export_is_recorded_and_the_register_still_holds(folder: Path) -> None:
    export(folder, *PERIOD, str(folder / "a.csv"))

    shown = CliRunner(env={"RAPPORT_DATA_DIR": str(folder)}).invoke(main, ["audit", "verify", "--json"])

    assert (shown.exit_code, json.loads(shown.stdout)[0]["entries"]) == (0, 3)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "2026-11-30", "--to", "2026-11-01", "a.csv"), "The last day comes before the first"),
        ((*PERIOD, "a.doc"), "--format csv, xlsx, pdf or png"),
        ((*PERIOD, "nowhere/a.csv"), "there is no folder nowhere"),
        (("--from", "soon", "--to", "2026-11-01", "a.csv"), "soon"),
        ((*PERIOD, "--team", "T0X", "a.csv"), "no workspace is of team T0X"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(folder: Path, words: tuple[str, ...], said: str) -> None:
    done = export(folder, *words)

    assert done.exit_code in (1, 2)
    assert said in done.output
    assert "Traceback" not in done.output
