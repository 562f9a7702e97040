"""The schema that migrations build is the schema the program speaks to."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from storage.engine import open_engine
from storage.migrate import HEAD, REVISIONS, NewerDatabase, configuration, current, migrate
from storage.schema import metadata


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
