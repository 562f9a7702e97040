"""`rapport copy-to`, as an operator types it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pydantic import SecretStr
from sqlalchemy import Engine, insert, text

from bot.door.commands import main
from bot.door.running import only_one
from bot.services import gifts
from bot.services.proposals import GiftDraft
from bot.settings import Settings
from storage.copying import counts
from storage.engine import open_engine
from storage.schema import metadata
from tests.conftest import StandingClock, open_firm
from tests.databases import open_file
from tests.storage.filled import row

ROOT = Path(__file__).parents[3]


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


def typed(folder: Path, *words: str, **more: str) -> Result:
    return CliRunner(env={"RAPPORT_DATA_DIR": str(folder), **more}).invoke(main, list(words))


def rows(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return counts(connection)


def test_everything_is_copied_compared_and_the_register_still_holds(
    folder: Path, postgres_database_url: str
) -> None:
    copied = typed(folder, "copy-to", postgres_database_url)

    assert copied.exit_code == 0, copied.output
    assert "members: 4 of 4" in copied.output
    assert "the register of Rapport Test: 2 entries hold, seal " in copied.output
    assert "are there and the same, one by one" in copied.output
    seal = typed(folder, "audit", "verify").output.split("seal of entry 2: ")[1].split()[0]
    there = typed(folder, "audit", "verify", "--expect", seal, DATABASE_URL=postgres_database_url)
    assert there.exit_code == 0, there.output


def test_a_bot_that_is_started_on_the_copy_goes_on_where_the_other_stood(
    folder: Path, postgres_database_url: str
) -> None:
    typed(folder, "copy-to", postgres_database_url)
    engine = open_engine(postgres_database_url)
    firm = open_firm(engine, StandingClock())

    made = firm.client("Newcomer")
    checked = gifts.check(firm.house, firm.actor(firm.alice), GiftDraft("Brightside", description="pen"))

    assert (made.id, checked.check_id) == (2, 3)
    engine.dispose()


def test_typed_again_it_refuses_what_is_no_longer_empty(folder: Path, postgres_database_url: str) -> None:
    typed(folder, "copy-to", postgres_database_url)

    again = typed(folder, "copy-to", postgres_database_url)

    assert again.exit_code == 1
    assert "the target is not empty" in again.output


def test_the_address_can_come_from_a_variable(folder: Path, tmp_path: Path) -> None:
    copied = typed(folder, "copy-to", RAPPORT_COPY_TO=f"sqlite:///{tmp_path / 'other.db'}")

    assert copied.exit_code == 0, copied.output
    assert (tmp_path / "other.db").exists()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("nonsense", "the target is no address of a database"),
        ("mysql://host/book", "the target names 'mysql'"),
        ("postgresql+asyncpg://host/book", "the target asks for the driver"),
        ("sqlite://", "the target must name a database file"),
        ("postgresql://nobody@127.0.0.1:1/book", "the target cannot be used: "),
    ],
)
def test_an_address_that_leads_nowhere_is_said_plainly(folder: Path, url: str, why: str) -> None:
    refused = typed(folder, "copy-to", url)

    assert refused.exit_code == 1
    assert why in refused.output
    assert "DATABASE_URL" not in refused.output


def test_the_database_itself_is_no_target(folder: Path) -> None:
    refused = typed(folder, "copy-to", f"sqlite:///{folder / '.' / 'rapport.db'}")

    assert refused.exit_code == 1
    assert "the target is this very database" in refused.output


def test_where_there_is_no_database_there_is_nothing_to_copy(tmp_path: Path) -> None:
    refused = typed(tmp_path, "copy-to", f"sqlite:///{tmp_path / 'other.db'}")

    assert refused.exit_code == 1
    assert "there is nothing to copy" in refused.output
    assert not (tmp_path / "rapport.db").exists()


def test_while_a_bot_runs_on_either_side_nothing_is_copied(folder: Path, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path / 'other.db'}"
    for url in (f"sqlite:///{folder / 'rapport.db'}", target):
        with only_one(Settings(database_url=SecretStr(url))):
            refused = typed(folder, "copy-to", target)

        assert refused.exit_code == 1
        assert "another Rapport is running on this database" in refused.output


def test_a_database_of_a_newer_program_is_not_copied(folder: Path, tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{folder / 'rapport.db'}")
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    engine.dispose()

    refused = typed(folder, "copy-to", f"sqlite:///{tmp_path / 'other.db'}")

    assert refused.exit_code == 1
    assert "at revision 9999" in refused.output


def test_a_broken_register_is_copied_as_it_is_and_said(folder: Path, tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{folder / 'rapport.db'}")
    with engine.begin() as connection:
        connection.execute(text("drop trigger register_entries_no_update"))
        connection.execute(text("update register_entries set member_id = 2 where number = 2"))
    engine.dispose()

    copied = typed(folder, "copy-to", f"sqlite:///{tmp_path / 'other.db'}")

    assert copied.exit_code == 0, copied.output
    assert "is BROKEN, as it is in the source: entry 2, checked" in copied.output


def test_killed_in_the_middle_and_typed_again_it_completes(folder: Path, postgres_database_url: str) -> None:
    source = open_engine(f"sqlite:///{folder / 'rapport.db'}")
    client = {**row(metadata.tables["clients"], 0), "owner_id": None}
    with source.begin() as connection:
        connection.execute(
            insert(metadata.tables["clients"]), [{**client, "id": 100 + n} for n in range(15_000)]
        )
    expected = rows(source)
    source.dispose()
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "RAPPORT_", "DATABASE_"))},
        "RAPPORT_DATA_DIR": str(folder),
        "PYTHONUNBUFFERED": "1",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "copy-to", postgres_database_url],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "members:" in line:
                process.kill()
                break
    server = open_engine(postgres_database_url)
    there = rows(server)

    started = typed(folder, "migrate", DATABASE_URL=postgres_database_url)
    finished = typed(folder, "copy-to", postgres_database_url)

    assert started.exit_code == 1
    assert "unfinished copy" in started.output
    assert 0 < there["members"] == expected["members"]
    assert there["outbox"] == 0
    assert finished.exit_code == 0, finished.output
    assert "going on with a copy that was cut short" in finished.output
    assert rows(server) == expected
    server.dispose()
