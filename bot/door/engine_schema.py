"""The tables of the engine that delivers on PostgreSQL: made at start, brought up to date, and told of by the doctor.

They are no migration of ours: they belong to a package that may not be installed, in the version that is. A database
migrated before the package was there would never get them. So every start that uses the engine looks for itself. How
far the tables are is written beside them, as the comment on the table of jobs: the name of the last of the engine's own
migration files that was run.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import Connection, Engine, text

_LOCK = 7_291_045
_MARK = "rapport "
# Read from the catalogue itself: `to_regclass` may answer from what the session remembers of before it had the lock.
_IS_THERE = text(
    "select count(*) from pg_class where relname = 'procrastinate_jobs' and pg_table_is_visible(oid)"
)
_COMMENT = text(
    "select obj_description(oid, 'pg_class') from pg_class "
    "where relname = 'procrastinate_jobs' and pg_table_is_visible(oid)"
)


class EngineUnusable(Exception):
    """The engine's tables cannot be used as they are; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Tables:
    """How far the engine's tables are; `last` None: there are none. `newest` is what the installed package brings."""

    last: str | None
    newest: str


def installed() -> bool:
    """Whether the extra ``scale`` is installed here."""
    return find_spec("procrastinate") is not None


def tables(connection: Connection) -> Tables:
    """How far the tables are. Changes nothing. Raises EngineUnusable for tables that are not ours."""
    newest = _migrations()[-1].name
    if not connection.execute(_IS_THERE).scalar_one():
        return Tables(None, newest)
    comment: str | None = connection.execute(_COMMENT).scalar_one_or_none()
    if comment is None or not comment.startswith(_MARK):
        raise EngineUnusable(
            "this database already holds tables of Procrastinate that Rapport did not make: give Rapport a database "
            "(or a schema, by search_path) of its own"
        )
    return Tables(comment.removeprefix(_MARK), newest)


def prepare(engine: Engine) -> None:
    """Make the tables or bring them up to date. Processes that start at once do it once.

    A new database gets them in one transaction; later steps have one each, for what one of them adds to a type cannot
    be used before it is committed. Raises EngineUnusable for tables that are another's, or newer than the package.
    """
    with engine.begin() as connection:
        if _is_done(tables(connection)):
            return
    while not _step(engine):
        pass


def _step(engine: Engine) -> bool:
    """Take the next step, unless somebody else took the last; whether all are taken."""
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        found = tables(connection)
        if _is_done(found):
            return True
        if found.last is None:
            reached = found.newest
            _run(connection, _whole())
        else:
            file = next(each for each in _migrations() if each.name > (found.last or ""))
            reached = file.name
            _run(connection, file.read_text(encoding="utf-8"))
        # A comment takes no parameters; the name is that of a file of the package, and holds no quote.
        connection.exec_driver_sql(f"comment on table procrastinate_jobs is '{_MARK}{reached}'")
        return reached == found.newest


def _is_done(found: Tables) -> bool:
    if found.last is not None and found.last > found.newest:
        raise EngineUnusable(
            f"the engine's tables are at {found.last}, newer than the installed package ({found.newest}): "
            "install the same version of rapport-bot[scale] everywhere"
        )
    return found.last == found.newest


def _migrations() -> list[Path]:
    """The engine's own migration files, the oldest first: their names begin with the version and sort like it."""
    from procrastinate.schema import SchemaManager

    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def _whole() -> str:
    from procrastinate.schema import SchemaManager

    return SchemaManager.get_schema()


def _run(connection: Connection, script: str) -> None:
    """Run several statements at once as the driver can without parameters; a per cent sign stays what it is."""
    driver = connection.connection.driver_connection
    assert driver is not None, "the connection is open"
    driver.execute(script)
