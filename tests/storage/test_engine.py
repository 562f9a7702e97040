"""How a database is opened, and that many threads write at once."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.touches import Channel, TouchDraft
from bot.services import touches
from storage.engine import UnusableAddress, database_file, open_engine
from storage.migrate import HEAD, current, migrate
from storage.schema import metadata
from tests.conftest import Firm, StandingClock, open_firm


def test_sqlite_is_set_up_to_lose_nothing(sqlite_engine: Engine) -> None:
    with sqlite_engine.connect() as connection:
        set_up = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    assert set_up == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_an_error_does_not_tell_the_log_what_was_written(firm: Firm) -> None:
    note = "They are about to be sold"
    with pytest.raises(SQLAlchemyError) as failed, firm.house.memory.write(firm.workspace.id) as unit:
        unit.drafts.add(0, "touch", {"note": note}, at=firm.clock())  # nobody has this number

    assert note not in str(failed.value)


def test_tables_whose_numbers_are_never_given_again_are_built_so(sqlite_engine: Engine) -> None:
    """Neither Alembic's comparison nor SQLAlchemy notices when the migration forgets it."""
    with sqlite_engine.connect() as connection:
        built = {
            table.name: "AUTOINCREMENT"
            in connection.execute(
                text("select sql from sqlite_master where name = :name"), {"name": table.name}
            ).scalar_one()
            for table in metadata.sorted_tables
        }

    assert {name for name, never_again in built.items() if never_again} == {
        "absences",
        "client_merges",
        "concessions",
        "covers",
        "drafts",
        "gift_outings",
        "gift_requests",
        "handovers",
        "imports",
        "meetings",
        "outbox",
        "policy_questions",
        "promises",
        "questions",
        "reassignments",
    }
    assert built == {
        t.name: bool(t.dialect_options["sqlite"]["autoincrement"]) for t in metadata.sorted_tables
    }


def test_a_reader_does_not_wait_for_a_writer_and_sees_only_what_is_committed(small_firm: Firm) -> None:
    memory, workspace_id = small_firm.house.memory, small_firm.workspace.id
    with memory.write(workspace_id) as writing:
        writing.members.set_conversation(small_firm.alice.id, "D1")
        with memory.read(workspace_id) as reading:
            seen = reading.members.get(small_firm.alice.id)

    assert seen is not None
    assert seen.conversation is None


def test_a_unit_that_fails_leaves_nothing_behind(firm: Firm) -> None:
    with suppress(ZeroDivisionError), firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_conversation(firm.alice.id, "D1")
        raise ZeroDivisionError

    with firm.house.memory.read(firm.workspace.id) as unit:
        alice = unit.members.get(firm.alice.id)
    assert alice is not None
    assert alice.conversation is None


def test_more_threads_than_connections_write_at_once_and_nobody_is_turned_away(small_firm: Firm) -> None:
    """As many as there are listeners and deliveries, each reading and writing within one unit of work."""
    acme = small_firm.client("Acme")
    actor = small_firm.actor(small_firm.alice)

    def log(number: int) -> int:
        return touches.log(small_firm.house, actor, TouchDraft(acme.id, Channel.CALL), f"{number}").touch.id

    with ThreadPoolExecutor(52) as pool:
        logged = list(pool.map(log, range(208)))

    assert len(set(logged)) == 208


@pytest.mark.parametrize(
    "address",
    [
        "mysql://user:secret@host/book",
        "sqlite://",
        "sqlite:///:memory:",
        "no address",
        "postgresql+psycopg2://host/book",
    ],
)
def test_an_address_that_cannot_be_used_is_named_without_its_password(address: str) -> None:
    with pytest.raises(UnusableAddress) as unusable:
        open_engine(address)

    assert str(unusable.value).startswith("DATABASE_URL")
    assert "secret" not in str(unusable.value)


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("sqlite:////var/lib/rapport.db", Path("/var/lib/rapport.db")),
        ("sqlite:///data/rapport.db", Path("data/rapport.db")),
        ("sqlite+pysqlite:////var/lib/rapport.db", Path("/var/lib/rapport.db")),
        ("postgresql://host/book", None),
    ],
)
def test_the_file_of_a_database_is_known(address: str, file: Path | None) -> None:
    assert database_file(address) == file


def test_opening_an_engine_makes_no_file_yet(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'deep' / 'book.db'}")
    engine.dispose()

    assert not (tmp_path / "deep" / "book.db").exists()


def _migrate(address: str) -> None:
    engine = open_engine(address)
    migrate(engine)
    engine.dispose()


def test_processes_that_start_at_once_prepare_a_new_database_once(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'book.db'}"
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_migrate, args=(address,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)

    engine = open_engine(address)
    revision = current(engine)
    engine.dispose()
    assert ([process.exitcode for process in processes], revision) == ([0, 0, 0], HEAD)


def test_threads_that_start_at_once_prepare_a_new_database_once(database_url: str) -> None:
    engines = [open_engine(database_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, engines))

    assert {current(engine) for engine in engines} == {HEAD}
    for engine in engines:
        engine.dispose()


def test_a_database_survives_being_opened_again(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'book.db'}"
    for _ in range(2):
        engine = open_engine(address)
        migrate(engine)
        firm = open_firm(engine, StandingClock())
        with engine.connect() as connection:
            assert connection.execute(text("pragma integrity_check")).scalar_one() == "ok"
        engine.dispose()

    assert firm.alice.id == 1
