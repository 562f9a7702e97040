"""The schema that migrations build is the schema the program speaks to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, text

from storage.engine import open_engine
from storage.migrate import HEAD, REVISIONS, NewerDatabase, configuration, current, migrate
from storage.schema import metadata
from tests.conftest import MONDAY


def test_migrations_lead_to_exactly_the_tables_of_the_schema(engine: Engine) -> None:
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)

    assert differences == []


def test_the_newest_migration_is_the_one_the_program_names() -> None:
    script = ScriptDirectory.from_config(configuration())

    assert script.get_heads() == [HEAD]
    assert [step.revision for step in script.walk_revisions()][::-1] == list(REVISIONS)


def test_a_new_file_is_migrated_once_and_then_left_alone(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'deep' / 'in' / 'book.db'}")

    first, second = migrate(engine), migrate(engine)

    assert (first.before, first.after) == (None, HEAD)
    assert (second.before, second.after) == (HEAD, HEAD)
    engine.dispose()


@pytest.mark.parametrize("revision", ["9999", "0000", "abc"])
def test_a_database_of_a_newer_or_another_program_is_refused_and_not_touched(
    engine: Engine, revision: str
) -> None:
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = :revision"), {"revision": revision})

    with pytest.raises(NewerDatabase, match=revision):
        migrate(engine)

    assert current(engine) == revision


_FIRST_BOOK = (
    (
        "insert into workspaces (id, team_id, name, zone, locale, currency, country, created_at)"
        " values (1, 'T0FIRM', 'Firm', 'UTC', 'en', 'USD', 'US', :now)"
    ),
    (
        "insert into members (id, workspace_id, user_id, name, roles, zone, locale, country, work_days, digest_time,"
        " refreshed_at) values (1, 1, 'U0ALICE', 'Alice', 'admin', 'UTC', 'en', 'US', '01234', '09:00:00.000000', :now)"
    ),
    (
        "insert into members (id, workspace_id, user_id, name, roles, zone, locale, country, work_days, digest_time,"
        " refreshed_at, lead_id) values (2, 1, 'U0BRUNO', 'Bruno', '', 'UTC', 'en', 'US', '01234', '09:00:00.000000',"
        " :now, 1)"
    ),
    (
        "insert into clients (id, workspace_id, name, owner_id, tier, market, currency, created_at)"
        " values (1, 1, 'Acme', 1, 'A', 'US', 'USD', :now)"
    ),
    (
        "insert into contacts (id, workspace_id, client_id, name, role, email, regimes)"
        " values (1, 1, 1, 'Zoé Été', '', 'Zoe@Acme.COM', '[]')"
    ),
    (
        "insert into touches (workspace_id, client_id, member_id, channel, direction, restart, at, whole_day, note,"
        " logged_at, key) values (1, 1, 1, 'call', 'two-way', 'whole', :now, :no, 'hello', :now, 'key')"
    ),
)
"""A little of everything, as the first version kept it."""


def test_a_book_of_the_first_version_is_brought_up_to_date_with_all_that_is_in_it(
    empty_database: Engine,
) -> None:
    sqlite = empty_database.dialect.name == "sqlite"
    now: object = 0 if sqlite else MONDAY
    with empty_database.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, REVISIONS[0])
        for row in _FIRST_BOOK:
            statement = text(row)
            connection.execute(
                statement,
                {k: v for k, v in {"now": now, "no": False}.items() if k in statement.compile().params},
            )

    migrate(empty_database)

    with empty_database.connect() as connection:
        assert connection.execute(text("select key, domain from contacts")).one() == ("zoe ete", "acme.com")
        assert connection.execute(text("select name, status, version from clients")).one() == (
            "Acme",
            "active",
            0,
        )
        assert connection.execute(text("select note, link from touches")).one() == ("hello", None)
        welcomed = connection.execute(text("select count(*) from members where welcomed_at is not null"))
        assert welcomed.scalar_one() == 2
        assert connection.execute(text("select member_id from lead_watches")).scalars().all() == [1]
    with empty_database.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any table."""
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path / 'old.db'}")
    else:
        server = request.getfixturevalue("postgres_server")
        name = f"rapport_old_{os.getpid()}"
        administering = create_engine(open_engine(server).url, isolation_level="AUTOCOMMIT")
        with administering.connect() as connection:
            connection.execute(text(f'create database "{name}"'))
        administering.dispose()
        engine = open_engine(open_engine(server).url.set(database=name).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
