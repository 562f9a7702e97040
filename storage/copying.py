"""Copies every table of one database into another, in bounded memory, and holds them against each other row by row.

Rows are read in the order of their key from one snapshot of the source, and written in batches of a transaction each.
So what a target holds of a table is always its first rows, and a copy that was cut short goes on behind them. Until
everything was compared the target bears a revision that no program starts on (`storage.migrate.COPYING`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Engine,
    Insert,
    Row,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    cast,
    collate,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from storage.migrate import COPYING, HEAD, current, migrate
from storage.schema import metadata

BATCH = 2000
_LOCK = 7_291_045
_SHOWN = 5
"""Differences of one table that are described; the others are counted."""

Told = Callable[[str, int, int], None]
"""Hears of the progress: table, rows that are done, rows in all."""


class CannotCopy(Exception):
    """This source cannot be copied into this target; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One table on both sides: its rows in the source, the SHA-256 of their content, and where the target differs."""

    table: str
    rows: int
    digest: str
    differing: int = 0
    differences: tuple[str, ...] = ()


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, and sees one moment of the database however long it takes."""
    if engine.dialect.name == "sqlite":
        reader = engine.execution_options(sqlite_begin="DEFERRED")
    else:
        reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with reader.begin() as connection:
        yield connection


def tables() -> list[Table]:
    """Every table, those first to which others refer."""
    return list(metadata.sorted_tables)


def counts(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in tables()
    }


def begin(source: Connection, target: Engine) -> bool:
    """Make the target ready; returns whether it holds a part of this copy already.

    Raises CannotCopy for one that holds anything else, NewerDatabase for one of a newer program.
    """
    origin = _origin(source)
    if current(target) == COPYING:
        with target.connect() as connection:
            begun = connection.execute(text("select origin, revision from copy_origin")).one()
        if begun.revision != HEAD:
            raise CannotCopy(
                f"the copy was begun by another version of this program (revision {begun.revision}, "
                f"now {HEAD}): empty the target and begin anew"
            )
        if begun.origin != origin:
            raise CannotCopy(
                "the target holds a part of another copy, or the source has changed since it was begun: "
                "empty the target (drop the database and create it again) and begin anew"
            )
        return True
    migrate(target)
    with target.begin() as connection:
        taken = {name: rows for name, rows in counts(connection).items() if rows}
        if taken:
            held = ", ".join(f"{rows} in {name}" for name, rows in list(taken.items())[:3])
            raise CannotCopy(f"the target is not empty: it has rows ({held}); name an empty database")
        connection.execute(text("create table copy_origin (origin varchar(64), revision varchar(32))"))
        connection.execute(
            text("insert into copy_origin values (:origin, :revision)"), {"origin": origin, "revision": HEAD}
        )
        connection.execute(text("update alembic_version set version_num = :copying"), {"copying": COPYING})
    return False


def fill(source: Connection, target: Engine, told: Told = lambda *_: None) -> int:
    """Write what the target does not hold yet; returns how many rows were written.

    Raises CannotCopy, naming the row, for one that the target refuses.
    """
    written = 0
    placed: set[Table] = set()
    for table in tables():
        written += _fill(source, target, table, _late(table, placed), told)
        placed.add(table)
    placed.clear()
    for table in tables():
        if late := _late(table, placed):
            _refer(source, target, table, late)
        placed.add(table)
    return written


def compare(source: Connection, target: Connection) -> Iterator[Compared]:
    """Hold each table of the target against the source, both read in the order of the key."""
    for table in tables():
        yield _compare(source, target, table)


def finish(source: Connection, target: Engine) -> None:
    """Let the target go on with numbers where the source stands, and give it free to be started on."""
    with target.begin() as connection:
        set_last_numbers(connection, last_numbers(source))
        connection.execute(text("drop table copy_origin"))
        connection.execute(text("update alembic_version set version_num = :head"), {"head": HEAD})


@contextmanager
def alone(target: Engine) -> Iterator[None]:
    """Keep every other copy away from a server's database. Raises CannotCopy when one is under way.

    A file is locked by whoever opens it (see `bot.door.running.only_one`).
    """
    if target.dialect.name != "postgresql":
        yield
        return
    with target.connect() as connection:
        taken = connection.execute(text("select pg_try_advisory_lock(:key)"), {"key": _LOCK}).scalar_one()
        connection.commit()
        if not taken:
            raise CannotCopy("another copy into this target is under way: wait for it, or stop it")
        try:
            yield
        finally:
            # At once, for whoever comes next; with the connection at the latest, which the server may notice later.
            with suppress(DBAPIError):
                connection.execute(text("select pg_advisory_unlock(:key)"), {"key": _LOCK})
            connection.invalidate()


# --- Numbers ------------------------------------------------------------------------------------------------


def last_numbers(connection: Connection) -> dict[str, int]:
    """The last number that each table with numbers of its own has given, be the row still there or not."""
    return {table.name: _last_number(connection, table) for table in _numbered()}


def set_last_numbers(connection: Connection, numbers: Mapping[str, int]) -> None:
    """Let the next number of each table be the one behind. SQLite keeps numbers of forgotten rows only where it is
    told to (`sqlite_autoincrement`); elsewhere it goes on behind the last row.
    """
    for table in _numbered():
        last = numbers[table.name]
        if connection.dialect.name == "postgresql":
            connection.execute(
                text("select setval(pg_get_serial_sequence(:table, 'id'), greatest(:last, 1), :last > 0)"),
                {"table": table.name, "last": last},
            )
        elif _keeps_numbers(table):
            connection.execute(text("delete from sqlite_sequence where name = :table"), {"table": table.name})
            connection.execute(
                text("insert into sqlite_sequence (name, seq) values (:table, :last)"),
                {"table": table.name, "last": last},
            )


def _numbered() -> list[Table]:
    return [table for table in tables() if table.autoincrement_column is not None]


def _keeps_numbers(table: Table) -> bool:
    return bool(table.dialect_options["sqlite"]["autoincrement"])


def _last_number(connection: Connection, table: Table) -> int:
    highest: int = connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
    if connection.dialect.name == "postgresql":
        name = connection.execute(
            text("select pg_get_serial_sequence(:table, 'id')"), {"table": table.name}
        ).scalar_one()
        given: int = connection.execute(
            text(f"select case when is_called then last_value else 0 end from {name}")
        ).scalar_one()
        return max(highest, given)
    if not _keeps_numbers(table):
        return highest
    kept: int | None = connection.execute(
        text("select seq from sqlite_sequence where name = :table"), {"table": table.name}
    ).scalar()
    return max(highest, kept or 0)


# --- One table ----------------------------------------------------------------------------------------------


def key_of(table: Table) -> tuple[Column[Any], ...]:
    """The columns that name a row of `table`, none of them ever empty: its primary key, or what is unique in it."""
    if table.primary_key.columns:
        return tuple(table.primary_key.columns)
    unique = [
        tuple(constraint.columns)
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
        and not any(column.nullable for column in constraint.columns)
    ]
    if not unique:
        raise CannotCopy(f"rows of {table.name} have no key by which they could be told apart")
    return min(unique, key=lambda columns: [column.name for column in columns])


def _read(connection: Connection, table: Table, columns: Sequence[Column[Any]] | None = None) -> Select[Any]:
    """Rows in the order of their key, which is the same in every database: text by its bytes.

    JSON is read as the text that it is kept as: none and null stay apart, and numbers keep their digits.
    """
    asked = [
        cast(column, Text).label(column.name) if isinstance(column.type, JSON) else column
        for column in columns or table.columns
    ]
    server = connection.dialect.name == "postgresql"
    order = [
        collate(column, "C") if server and isinstance(column.type, String) else column
        for column in key_of(table)
    ]
    return select(*asked).order_by(*order)


def _stream(connection: Connection, statement: Select[Any]) -> Iterator[Row[Any]]:
    yield from connection.execute(statement, execution_options={"yield_per": BATCH})


def _late(table: Table, placed: set[Table]) -> list[Column[Any]]:
    """Columns that refer to rows which are not there yet when a row is written: they are filled in afterwards."""
    late: dict[str, Column[Any]] = {}
    for reference in table.foreign_key_constraints:
        if reference.referred_table in placed:
            continue
        empty = [column for column in reference.columns if column.nullable]
        if not empty:
            raise CannotCopy(
                f"{table.name} and {reference.referred_table.name} cannot be put in order: each needs the other"
            )
        late.update({column.name: column for column in empty})
    return list(late.values())


def _insert(target: Engine, table: Table) -> Insert:
    """JSON is written as the text that was read."""
    values: dict[str, Any] = {}
    for column in table.columns:
        if isinstance(column.type, JSON):
            given = bindparam(column.name, type_=Text)
            # SQLite would make a number of it by a cast; PostgreSQL asks for one.
            values[column.name] = cast(given, JSON) if target.dialect.name == "postgresql" else given
        else:
            values[column.name] = bindparam(column.name, type_=column.type)
    return insert(table).values(values)


def _fill(source: Connection, target: Engine, table: Table, late: Sequence[Column[Any]], told: Told) -> int:
    total: int = source.execute(select(func.count()).select_from(table)).scalar_one()
    with target.connect() as connection:
        done: int = connection.execute(select(func.count()).select_from(table)).scalar_one()
    statement = _insert(target, table)
    empty = dict.fromkeys(column.name for column in late)
    written = 0
    rows = _stream(source, _read(source, table).offset(done))
    while batch := [{**row._mapping, **empty} for row in islice(rows, BATCH)]:
        _write(target, table, statement, batch)
        written += len(batch)
        told(table.name, done + written, total)
    if not written:
        told(table.name, done, total)
    return written


def _write(target: Engine, table: Table, statement: Insert, batch: list[dict[str, Any]]) -> None:
    try:
        with target.begin() as connection:
            connection.execute(statement, batch)
    except (DataError, IntegrityError) as refused:
        raise CannotCopy(_refusal(target, table, statement, batch)) from refused


def _refusal(target: Engine, table: Table, statement: Insert, batch: list[dict[str, Any]]) -> str:
    """Which row of a batch the target refuses, and in what words; nothing is written."""
    with target.connect() as connection:
        for row in batch:
            try:
                connection.execute(statement, row)
            except (DataError, IntegrityError) as refused:
                why = str(refused.orig).splitlines()[0]
                key = [row[column.name] for column in key_of(table)]
                return (
                    f"the target refuses {named(table, key)}: {why}; correct it in the source and begin again"
                )
    return f"the target refuses rows of {table.name}"


def _refer(source: Connection, target: Engine, table: Table, late: Sequence[Column[Any]]) -> None:
    key = key_of(table)
    query = _read(source, table, [*key, *late]).where(or_(*(column.is_not(None) for column in late)))
    statement = (
        update(table)
        .where(and_(*(column == bindparam(f"key_{column.name}") for column in key)))
        .values({column.name: bindparam(f"new_{column.name}") for column in late})
    )
    rows = _stream(source, query)
    while batch := list(islice(rows, BATCH)):
        with target.begin() as connection:
            connection.execute(
                statement,
                [
                    {f"key_{c.name}": row._mapping[c.name] for c in key}
                    | {f"new_{c.name}": row._mapping[c.name] for c in late}
                    for row in batch
                ],
            )


def _compare(source: Connection, target: Connection, table: Table) -> Compared:
    places = [list(table.columns).index(column) for column in key_of(table)]
    content = sha256()
    rows = differing = 0
    described: list[str] = []

    def differs(key: tuple[Any, ...], how: str) -> None:
        nonlocal differing
        differing += 1
        if len(described) < _SHOWN:
            described.append(f"{named(table, key)} {how}")

    ours, theirs = _stream(source, _read(source, table)), _stream(target, _read(target, table))
    one, other = next(ours, None), next(theirs, None)
    while one is not None or other is not None:
        one_key = None if one is None else tuple(one[place] for place in places)
        other_key = None if other is None else tuple(other[place] for place in places)
        if one is not None and one_key is not None and (other_key is None or one_key <= other_key):
            rows += 1
            content.update(repr(tuple(one)).encode())
            if one_key != other_key:
                differs(one_key, "is missing")
            else:
                if tuple(one) != tuple(other or ()):
                    differs(one_key, "differs")
                other = next(theirs, None)
            one = next(ours, None)
        elif other_key is not None:
            differs(other_key, "is only in the target")
            other = next(theirs, None)
    return Compared(table.name, rows, content.hexdigest(), differing, tuple(described))


def named(table: Table, key: Sequence[Any]) -> str:
    """A row by its key, for people: ``clients id=5``."""
    return f"{table.name} " + " ".join(
        f"{column.name}={value}" for column, value in zip(key_of(table), key, strict=True)
    )


def _origin(source: Connection) -> str:
    """What tells one source from another, and from itself once rows came or went: its workspaces and its counts."""
    known = source.execute(text("select id, team_id from workspaces order by id")).all()
    facts = (
        [tuple(row) for row in known],
        sorted(counts(source).items()),
        sorted(last_numbers(source).items()),
    )
    return sha256(repr(facts).encode()).hexdigest()
