"""What a database's own failures mean to the person who waits."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.domain.touches import Channel, TouchDraft
from bot.services import touches
from bot.services.house import trouble
from storage.engine import open_engine
from storage.migrate import NewerDatabase, migrate
from tests.conftest import Firm, StandingClock, open_firm


def failing(act: Callable[[], Any]) -> BaseException:
    with pytest.raises(Exception) as failed:  # noqa: PT011 - which one it is depends on the database
        act()
    return failed.value


def log(firm: Firm, key: str = "key", note: str = "") -> touches.Logged:
    return touches.log(firm.house, firm.actor(firm.alice), TouchDraft("Acme", Channel.CALL, note=note), key)


def test_a_database_opened_for_reading_only_says_so_and_can_still_be_read(firm: Firm, engine: Engine) -> None:
    firm.client("Acme")

    @event.listens_for(engine, "begin")
    def read_only(connection: Any) -> None:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("set transaction read only")

    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "checkout")
        def query_only(connection: Any, _record: Any, _proxy: Any) -> None:
            connection.execute("pragma query_only = on")

    assert trouble(firm.house, failing(lambda: log(firm))) == "storage.readonly"
    assert firm.again(firm.clients["Acme"]).name == "Acme"


@pytest.fixture
def cramped(tmp_path: Path) -> Iterator[tuple[Firm, Callable[[], None]]]:
    """A firm on a file that cannot grow any more, and how to give it room again."""
    engine = open_engine(f"sqlite:///{tmp_path / 'book.db'}")
    migrate(engine)
    firm = open_firm(engine, StandingClock())
    firm.client("Acme")
    limit = [True]

    @event.listens_for(engine, "checkout")
    def tighten(connection: Any, _record: Any, _proxy: Any) -> None:
        pages = connection.execute("pragma page_count").fetchone()[0]
        connection.execute(f"pragma max_page_count = {pages if limit[0] else 1_000_000}")

    yield firm, lambda: limit.__setitem__(0, False)
    engine.dispose()


def test_a_full_disk_says_so_loses_nothing_and_goes_on_when_there_is_room(
    cramped: tuple[Firm, Callable[[], None]],
) -> None:
    firm, make_room = cramped
    logged = 0

    def until_full() -> None:
        nonlocal logged
        while True:
            log(firm, f"{logged}", note=f"{logged:04}{'x' * 2996}")
            logged += 1

    assert trouble(firm.house, failing(until_full)) == "storage.full"
    make_room()
    log(firm, "afterwards")

    with firm.house.memory.read(firm.workspace.id) as unit:
        assert len(unit.touches.recent(firm.clients["Acme"].id, 1000)) == logged + 1


def test_a_lock_that_is_never_given_back_is_said_to_be_busy(small_firm: Firm, sqlite_engine: Engine) -> None:
    small_firm.client("Acme")

    @event.listens_for(sqlite_engine, "checkout")
    def impatient(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute("pragma busy_timeout = 50")

    database = sqlite_engine.url.database
    assert database is not None
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("begin immediate")
    code = trouble(small_firm.house, failing(lambda: log(small_firm)))
    other.execute("rollback")
    other.close()

    assert code == "storage.busy"
    assert not log(small_firm).again


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "book.db").write_bytes(b"PNG" * 1000)
    engine = open_engine(f"sqlite:///{tmp_path / 'book.db'}")
    firm_memory = _memory(engine)

    assert firm_memory.trouble(failing(lambda: migrate(engine))) == "storage.unavailable"
    engine.dispose()


def test_a_folder_that_has_gone_is_unavailable(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'deep' / 'book.db'}")
    (tmp_path / "deep").rmdir()

    assert _memory(engine).trouble(failing(lambda: migrate(engine))) == "storage.unavailable"
    engine.dispose()


def test_a_server_that_is_not_there_is_unavailable() -> None:
    engine = open_engine("postgresql://nobody:secret@127.0.0.1:9/book")

    failed = failing(lambda: migrate(engine))

    assert _memory(engine).trouble(failed) == "storage.unavailable"
    assert "secret" not in str(failed)
    engine.dispose()


def test_a_connection_that_was_waited_for_in_vain_is_said_to_be_busy(sqlite_engine: Engine) -> None:
    assert _memory(sqlite_engine).trouble(PoolTimeout("no connection left")) == "storage.busy"


def test_faults_of_ours_are_no_trouble_with_memory(firm: Firm, engine: Engine) -> None:
    def twice() -> None:
        with engine.begin() as connection:
            for _ in range(2):
                connection.execute(
                    text(
                        "insert into workspaces (id, team_id, name, zone, locale, currency, country, created_at)"
                        " select 99, team_id, name, zone, locale, currency, country, created_at from workspaces"
                    )
                )

    failed = failing(twice)

    assert isinstance(failed, IntegrityError)
    assert trouble(firm.house, failed) is None
    assert trouble(firm.house, ValueError("ours")) is None


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("25006", "storage.readonly"),
        ("53100", "storage.full"),
        ("53300", "storage.busy"),
        ("40001", "storage.busy"),
        ("57014", "storage.busy"),
        ("57P01", "storage.unavailable"),
        ("08006", "storage.unavailable"),
        ("23505", None),
        ("42601", None),
    ],
)
def test_states_of_postgresql_are_known(sqlite_engine: Engine, state: str, code: str | None) -> None:
    class Failed(Exception):
        sqlstate = state

    assert _memory(sqlite_engine).trouble(OperationalError("select", None, Failed())) == code


def test_a_newer_database_says_what_to_do(sqlite_engine: Engine) -> None:
    with sqlite_engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '0999'"))

    failed = failing(lambda: migrate(sqlite_engine))

    assert isinstance(failed, NewerDatabase)
    assert "0999" in str(failed)
    assert "newer version" in str(failed)


def _memory(engine: Engine) -> Any:
    from storage.unit_of_work import SqlMemory

    return SqlMemory(engine)
