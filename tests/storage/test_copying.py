"""A database copied into another one: everything, in order, once, however often it is cut short."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from sqlalchemy import Engine, insert, inspect, select, text

from storage import copying
from storage.copying import CannotCopy, Compared
from storage.engine import open_engine
from storage.migrate import COPYING, HEAD, NewerDatabase, current, migrate
from storage.schema import metadata
from tests.storage.filled import fill, row


class Killed(Exception):
    """The copy ends here."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An SQLite database with rows in every table, and one with our schema alone: made once, copied for each test."""
    folder = tmp_path_factory.mktemp("books")
    made = (folder / "filled.db", folder / "fresh.db")
    for file in made:
        engine = open_engine(f"sqlite:///{file}")
        migrate(engine)
        if file.name == "filled.db":
            with engine.begin() as connection:
                fill(connection)
        engine.dispose()
    return made


@pytest.fixture
def book(files: tuple[Path, Path], tmp_path: Path) -> Iterator[Engine]:
    """An SQLite database with rows in every table."""
    engine = open_engine(f"sqlite:///{copyfile(files[0], tmp_path / 'book.db')}")
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, files: tuple[Path, Path], tmp_path: Path) -> Iterator[Engine]:
    """A database without any row."""
    if request.param == "postgresql":
        engine = open_engine(request.getfixturevalue("postgres_database_url"))
    else:
        engine = open_engine(f"sqlite:///{copyfile(files[1], tmp_path / 'target.db')}")
    yield engine
    engine.dispose()


@pytest.fixture
def server(postgres_database_url: str) -> Iterator[Engine]:
    engine = open_engine(postgres_database_url)
    yield engine
    engine.dispose()


def copy(source: Engine, target: Engine, told: copying.Told = lambda *_: None) -> list[Compared]:
    """All steps of a copy; what the comparison found."""
    with copying.snapshot(source) as seen:
        copying.begin(seen, target)
        copying.fill(seen, target, told)
        with copying.snapshot(target) as copied:
            found = list(copying.compare(seen, copied))
        copying.finish(seen, target)
    return found


def next_number(engine: Engine, table: str, **values: Any) -> int:
    """The number that a new row would be given."""
    chosen = metadata.tables[table]
    with engine.connect() as connection:
        made = connection.execute(
            insert(chosen).values({**row(chosen, 0), "id": None} | values).returning(chosen.c.id)
            if engine.dialect.name == "sqlite"
            else insert(chosen)
            .values({k: v for k, v in (row(chosen, 0) | values).items() if k != "id"})
            .returning(chosen.c.id)
        )
        number: int = made.scalar_one()
    return number


def test_every_row_of_every_table_arrives_in_either_database(book: Engine, target: Engine) -> None:
    found = copy(book, target)

    assert {compared.table for compared in found} == set(metadata.tables)
    assert all(compared.rows >= 3 and not compared.differing for compared in found), found
    assert current(target) == HEAD
    assert not inspect(target).has_table("copy_origin")


def test_a_server_without_any_table_is_filled_and_copied_back_into_a_file_with_the_same_content(
    book: Engine, empty_postgres: str, tmp_path: Path
) -> None:
    empty, back = open_engine(empty_postgres), open_engine(f"sqlite:///{tmp_path / 'back.db'}")

    there, and_back = copy(book, empty), copy(empty, back)

    assert [compared.digest for compared in there] == [compared.digest for compared in and_back]
    empty.dispose()
    back.dispose()


def test_nothing_and_the_null_of_json_stay_apart(book: Engine, server: Engine) -> None:
    copy(book, server)

    kept = text("select id, cast(cadences as text) from workspaces order by id")
    with book.connect() as one, server.connect() as other:
        rows = one.execute(kept).all()
        assert rows == other.execute(kept).all()
    assert [value for _, value in rows][::2] == [None, "null"]


def test_numbers_go_on_where_the_source_stands_even_those_of_rows_that_are_gone(
    book: Engine, target: Engine
) -> None:
    with book.begin() as connection:
        connection.execute(
            text(
                "insert into outbox (id, workspace_id, key, kind, member_id, facts, state, due_at, created_at, "
                "attempts, look_ups) select 500, workspace_id, 'gone', kind, member_id, facts, state, due_at, "
                "created_at, attempts, look_ups from outbox where id = 1"
            )
        )
        connection.execute(text("delete from outbox where id = 500"))
    copy(book, target)

    assert next_number(target, "outbox", key="new") == 501
    assert next_number(target, "clients") == 4


@pytest.mark.parametrize("after", [1, 17])
def test_a_copy_that_is_cut_short_goes_on_and_writes_nothing_twice(
    book: Engine, target: Engine, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "BATCH", 2)
    steps: list[str] = []

    def told(table: str, _done: int, _total: int) -> None:
        steps.append(table)
        if len(steps) == after:
            raise Killed

    with pytest.raises(Killed):
        copy(book, target, told)
    with pytest.raises(NewerDatabase, match="unfinished copy"):
        migrate(target)

    with copying.snapshot(book) as seen:
        rows = sum(copying.counts(seen).values())
        assert copying.begin(seen, target) is True
        with target.connect() as connection:
            there = sum(copying.counts(connection).values())
        assert copying.fill(seen, target) == rows - there
    assert 0 < there < rows
    assert not any(compared.differing for compared in copy(book, target))


def test_a_target_that_holds_anything_is_refused_and_not_touched(book: Engine, target: Engine) -> None:
    migrate(target)
    with target.begin() as connection:
        connection.execute(
            insert(metadata.tables["workspaces"]).values(row(metadata.tables["workspaces"], 7))
        )

    with (
        copying.snapshot(book) as seen,
        pytest.raises(CannotCopy, match="not empty: it has rows \\(1 in workspaces"),
    ):
        copying.begin(seen, target)
    assert current(target) == HEAD


def test_a_target_of_a_newer_program_is_refused(book: Engine, target: Engine) -> None:
    migrate(target)
    with target.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))

    with copying.snapshot(book) as seen, pytest.raises(NewerDatabase, match="9999"):
        copying.begin(seen, target)


def test_a_half_done_copy_is_gone_on_with_only_from_the_same_source_as_it_was(
    book: Engine, target: Engine
) -> None:
    with copying.snapshot(book) as seen:
        copying.begin(seen, target)
        copying.fill(seen, target)
    with book.begin() as connection:
        connection.execute(text("insert into deliveries (workspace_id, key, at) values (1, 'later', 0)"))

    with copying.snapshot(book) as seen, pytest.raises(CannotCopy, match="the source has changed"):
        copying.begin(seen, target)


def test_a_half_done_copy_of_another_version_is_refused(book: Engine, target: Engine) -> None:
    with copying.snapshot(book) as seen:
        copying.begin(seen, target)
        with target.begin() as connection:
            connection.execute(text("update copy_origin set revision = '0001'"))
        with pytest.raises(CannotCopy, match="another version"):
            copying.begin(seen, target)
    assert current(target) == COPYING


def test_a_row_that_was_changed_lost_or_added_on_the_way_is_found_and_named(
    book: Engine, target: Engine
) -> None:
    with copying.snapshot(book) as seen:
        copying.begin(seen, target)
        copying.fill(seen, target)
        with target.begin() as connection:
            connection.execute(text("update clients set name = 'Somebody else' where id = 2"))
            connection.execute(text("delete from drafts where id = 1"))
            connection.execute(
                insert(metadata.tables["deliveries"]).values(
                    {**row(metadata.tables["deliveries"], 0), "key": "x"}
                )
            )
        with copying.snapshot(target) as copied:
            found = {each.table: each for each in copying.compare(seen, copied) if each.differing}

    assert set(found) == {"clients", "drafts", "deliveries"}
    assert found["clients"].differences == ("clients id=2 differs",)
    assert found["drafts"].differences == ("drafts id=1 is missing",)
    assert found["deliveries"].differences == ("deliveries workspace_id=1 key=x is only in the target",)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("update clients set name = 'Ac' || char(0) || 'me' where id = 2", "NUL"),
        ("update clients set name = printf('%300d', 1) where id = 2", "too long"),
    ],
    ids=["a letter that is none", "longer than its column"],
)
def test_a_row_that_only_sqlite_takes_is_named(book: Engine, server: Engine, change: str, why: str) -> None:
    with book.begin() as connection:
        connection.execute(text(change))
    with copying.snapshot(book) as seen:
        copying.begin(seen, server)
        with pytest.raises(CannotCopy, match=f"refuses clients id=2: .*{why}"):
            copying.fill(seen, server)


def test_two_copies_into_one_server_at_the_same_time_are_refused(server: Engine) -> None:
    with copying.alone(server), pytest.raises(CannotCopy, match="another copy"), copying.alone(server):
        pass
    with copying.alone(server):
        pass


def test_rows_of_text_keys_stand_in_the_same_order_everywhere(sqlite_engine: Engine, server: Engine) -> None:
    """A server sorts letters by the language it was set up in; the copy compares by bytes."""
    words = ["a", "B", "é", "Z", "-a", "_", "漢", "\U0001f381", "aB", "ab"]
    with sqlite_engine.begin() as connection:
        connection.execute(
            insert(metadata.tables["workspaces"]).values(row(metadata.tables["workspaces"], 0))
        )
        table = metadata.tables["deliveries"]
        for word in words:
            connection.execute(insert(table).values({**row(table, 0), "key": word}))
    found = copy(sqlite_engine, server)

    assert not any(compared.differing for compared in found)
    with server.connect() as connection:
        assert set(connection.execute(select(table.c.key)).scalars()) == set(words)
