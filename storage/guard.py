"""Who works on a PostgreSQL database: one process by itself, or any number that share by the engine; never both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text

_LOCK = 7_291_046


@contextmanager
def guarded(engine: Engine, *, alone: bool) -> Iterator[bool]:
    """Hold the database for oneself, or together with others that share it; whether that was possible.

    The server frees it when the connection ends, however that comes about. It guards against a slip in the set-up and
    no more: that nothing is posted twice rests on the entries' own states.
    """
    ask = "pg_try_advisory_lock" if alone else "pg_try_advisory_lock_shared"
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    connection.detach()  # a session's lock must not go back into the pool with the session
    try:
        yield bool(connection.execute(text(f"select {ask}(:key)"), {"key": _LOCK}).scalar_one())
    finally:
        connection.close()
