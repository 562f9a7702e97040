"""Brings a database to the schema this program knows, and refuses one that is newer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config

REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
    "0015",
    "0016",
    "0017",
    "0018",
    "0019",
)
"""All migrations, the oldest first; a test holds them against the folder. Here, so that a start needs no Alembic."""
HEAD = REVISIONS[-1]

COPYING = "copying"
"""The revision of a database that another is being copied into (`storage.copying`)."""

_LOCK = 7_291_044


class NewerDatabase(Exception):
    """The database was written by a newer program, is none of ours, or is not whole; `found` is its revision."""

    def __init__(self, found: str) -> None:
        super().__init__(
            "the database holds an unfinished copy of another: give the same `rapport copy-to` or `rapport restore` "
            "again until it says that the copy is complete"
            if found == COPYING
            else f"the database is at revision {found}, which this program (up to {HEAD}) does not know: "
            "install the newer version again, or restore a backup made before it"
        )
        self.found = found


@dataclass(frozen=True, slots=True)
class Migrated:
    """Revisions before (None: a new database) and after."""

    before: str | None
    after: str


def current(engine: Engine) -> str | None:
    """The revision of a database; None for an empty one. Changes nothing."""
    with engine.execution_options(sqlite_begin="DEFERRED").begin() as connection:
        return _revision(connection)


def is_known(revision: str) -> bool:
    """Whether a database at this revision can be brought up to date."""
    return revision in REVISIONS


def migrate(engine: Engine) -> Migrated:
    """Run what is missing, in one transaction. Two processes that start at once run it once.

    Raises NewerDatabase, and SQLAlchemy's OperationalError when the database cannot be written.
    """
    before = current(engine)
    if before == HEAD:
        return Migrated(before, HEAD)
    _check_known(before)
    # Loading it takes longer than the check above: only when there is something to do.
    from alembic import command

    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        _check_known(_revision(connection))
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return Migrated(before, HEAD)


def configuration() -> Config:
    """Alembic's settings for our folder of migrations, without a file of its own."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(
        text("select version_num from alembic_version")
    ).scalar_one_or_none()
    return found


def _check_known(revision: str | None) -> None:
    if revision is not None and revision not in REVISIONS:
        raise NewerDatabase(revision)
