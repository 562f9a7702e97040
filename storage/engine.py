"""Engines: how a database is opened, and how its transactions begin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

BUSY_SECONDS = 30
_IDLE_SECONDS = 60
"""A process that is frozen inside a transaction keeps its locks from all others no longer than that."""
_THREADS = 60
"""Connections at most: as many as there are listeners, deliveries and ticks, so that none waits for another's."""


class UnusableAddress(ValueError):
    """DATABASE_URL names no database that can be used; the text says why, and shows no password."""


def open_engine(url: str) -> Engine:
    """An engine for ``sqlite:///file`` or ``postgresql://…``; opens no connection yet.

    SQLite runs in WAL mode with foreign keys on. Its units of work begin IMMEDIATE, so that a writer waits for the
    lock before it reads: a deferred transaction that upgrades fails at once, whatever the busy timeout. Readers ask
    for ``sqlite_begin="DEFERRED"`` and never wait. Full synchronisation: losing the mark "sent" in a power cut
    would mean a message twice. What a statement that fails was about (a note on a client) is kept out of its error,
    which goes to the log. Raises UnusableAddress for anything else.
    """
    address = _parsed(url)
    match address.get_backend_name():
        case "sqlite":
            return _sqlite(address)
        case "postgresql":
            return _postgresql(address)
        case other:
            raise UnusableAddress(f"DATABASE_URL names {other!r}; sqlite and postgresql are supported")


def database_file(url: str) -> Path | None:
    """The file of an SQLite database; None for a server. Raises UnusableAddress."""
    address = _parsed(url)
    if address.get_backend_name() != "sqlite":
        return None
    if not address.database or address.database == ":memory:":
        raise UnusableAddress(
            "DATABASE_URL must name a database file: an SQLite database in memory is lost with the process"
        )
    return Path(address.database)


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError) as unreadable:
        raise UnusableAddress(
            "DATABASE_URL is no address of a database; write sqlite:///FILE or postgresql://USER@HOST/NAME"
        ) from unreadable


def _postgresql(address: URL) -> Engine:
    if address.drivername not in ("postgresql", "postgresql+psycopg"):
        raise UnusableAddress(
            f"DATABASE_URL asks for the driver {address.drivername!r}; write postgresql://…"
        )
    try:
        engine = create_engine(
            address.set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=10,
            max_overflow=_THREADS - 10,
        )
    except ModuleNotFoundError as missing:
        raise UnusableAddress(
            "DATABASE_URL names postgresql, whose driver is not installed: install rapport-bot[postgres]"
        ) from missing

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.execute(f"set idle_in_transaction_session_timeout = '{_IDLE_SECONDS}s'")
        connection.commit()

    return engine


def _sqlite(address: URL) -> Engine:
    file = database_file(address.render_as_string(hide_password=False))
    assert file is not None, "the address is one of SQLite"
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        address,
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS},
        pool_size=10,
        max_overflow=_THREADS - 10,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for setting in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine
