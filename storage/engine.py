"""Engines: how a database is opened, and how its transactions begin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url

_BUSY_SECONDS = 30


def open_engine(url: str) -> Engine:
    """An engine for ``sqlite:///file`` or ``postgresql://…``; opens no connection yet.

    SQLite runs in WAL mode with foreign keys on. Its units of work begin IMMEDIATE, so that a writer waits for the
    lock before it reads: a deferred transaction that upgrades fails at once, whatever the busy timeout. Readers ask
    for ``sqlite_begin="DEFERRED"`` and never wait. Full synchronisation: losing the mark "sent" in a power cut
    would mean a message twice. Raises ValueError for another kind of database.
    """
    address = make_url(url)
    match address.get_backend_name():
        case "sqlite":
            return _sqlite(address)
        case "postgresql":
            return create_engine(
                address.set(drivername="postgresql+psycopg"),
                pool_pre_ping=True,
                pool_size=10,
                max_overflow=20,
            )
        case other:
            raise ValueError(f"DATABASE_URL names {other!r}; sqlite and postgresql are supported")


def _sqlite(address: URL) -> Engine:
    if not address.database or address.database == ":memory:":
        raise ValueError(
            "DATABASE_URL must name a database file: an SQLite database in memory is lost with the process"
        )
    Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, connect_args={"timeout": _BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for setting in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={_BUSY_SECONDS * 1000}",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine
