"""What a database's own failures mean to the person who waits."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

_SQLITE = {
    sqlite3.SQLITE_BUSY: "storage.busy",
    sqlite3.SQLITE_LOCKED: "storage.busy",
    sqlite3.SQLITE_READONLY: "storage.readonly",
    sqlite3.SQLITE_PERM: "storage.readonly",
    sqlite3.SQLITE_FULL: "storage.full",
    sqlite3.SQLITE_IOERR: "storage.unavailable",
    sqlite3.SQLITE_CANTOPEN: "storage.unavailable",
    sqlite3.SQLITE_CORRUPT: "storage.unavailable",
    sqlite3.SQLITE_NOTADB: "storage.unavailable",
}
_POSTGRESQL = {
    "25006": "storage.readonly",
    "42501": "storage.readonly",
    "53100": "storage.full",
    "53300": "storage.busy",
    "55P03": "storage.busy",
    "57014": "storage.busy",
    "40001": "storage.busy",
    "40P01": "storage.busy",
}
"""SQLSTATE codes, as PostgreSQL documents them in its appendix A."""


def trouble_of(error: DBAPIError) -> str | None:
    """The refusal code of a driver's error; None when it is a fault of ours (a constraint, a wrong statement)."""
    cause = error.orig
    code = getattr(cause, "sqlite_errorcode", None)
    if isinstance(code, int):
        return _SQLITE.get(code & 0xFF)
    state = getattr(cause, "sqlstate", None)
    if isinstance(state, str):
        return _POSTGRESQL.get(state) or ("storage.unavailable" if state[:2] in ("08", "57", "58") else None)
    if isinstance(error, OperationalError | InterfaceError):
        return "storage.unavailable"
    return None
