"""Writes an SQLite database into one file while others use it, and looks whether such a file is whole.

Every table is taken as it stands in the file, so that a backup does not depend on what this program knows of it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp
from urllib.parse import quote

_BUSY_SECONDS = 30
_BEGINNING = b"SQLite format 3\0"


class NotABackup(Exception):
    """The file is no whole database of ours; the text says which file and why."""


class CannotBackUp(Exception):
    """No backup was written; the text says why."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds: the revision of its schema, and how many rows each table has."""

    revision: str
    rows: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def write(database: Path, file: Path, *, force: bool = False) -> Contents:
    """Write what `database` holds at one moment into `file`, look it through, and only then give it its name.

    Others may write meanwhile. Nobody but the owner may read the file. Raises CannotBackUp.
    """
    check_free(file, database, force=force)
    if not database.exists():
        raise CannotBackUp(f"there is nothing to back up: {database} does not exist")
    with beside(file) as part:
        try:
            with closing(sqlite3.connect(database, timeout=_BUSY_SECONDS)) as source:
                source.isolation_level = None
                source.execute("begin")
                taken = _contents(source)  # and from here on the copy below sees this very moment
                with closing(sqlite3.connect(part)) as target:
                    source.backup(target)
                source.execute("rollback")
            fold(part)
        except sqlite3.Error as failed:
            raise CannotBackUp(f"{database} was not backed up: {failed}") from failed
        try:
            written = look_into(part)
        except NotABackup as damaged:
            raise CannotBackUp(
                f"what was written cannot be used, and was thrown away: {damaged}"
            ) from damaged
        if written != taken:
            raise CannotBackUp("what was written is not what was read, and was thrown away")
        put_in_place(part, file)
    return written


def check_free(file: Path, database: Path | None, *, force: bool) -> None:
    """Raise CannotBackUp when `file` must not be written: it is there already, is the database, or has no folder."""
    if not file.absolute().parent.is_dir():
        raise CannotBackUp(f"{file.parent} is no folder; make it first")
    if file.is_dir():
        raise CannotBackUp(f"{file} is a folder; name a file in it")
    if database is not None and file.exists() and database.exists() and file.samefile(database):
        raise CannotBackUp(f"{file} is the database itself; name another file")
    if file.exists() and not force:
        raise CannotBackUp(f"{file} is there already; name another file, or write over it with --force")


@contextmanager
def beside(file: Path) -> Iterator[Path]:
    """A new empty file in the folder of `file`, for its owner alone; gone in the end if it was not given its place."""
    handle, name = mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.absolute().parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
    finally:
        for leftover in with_companions(part):
            leftover.unlink(missing_ok=True)


def put_in_place(part: Path, file: Path) -> None:
    """Give a written file its name, so that after a power cut there is the old one or the new one, whole."""
    with part.open("rb+") as written:
        os.fsync(written.fileno())
    part.replace(file)
    folder = os.open(file.absolute().parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def duplicate(file: Path, part: Path) -> None:
    """Write what `file` holds into `part`; `file` is not changed. Raises NotABackup."""
    try:
        with closing(_read_only(file)) as source, closing(sqlite3.connect(part)) as target:
            source.backup(target)
    except sqlite3.Error as failed:
        raise NotABackup(f"{file} cannot be copied: {failed}") from failed


def fold(file: Path) -> None:
    """Let a database be one file, without the log that lies beside one in use."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("pragma journal_mode=delete")


def looks_whole(file: Path) -> bool:
    """Whether a file begins as an SQLite database does. Opening one that does not throws away what lies beside it."""
    with file.open("rb") as opened:
        return opened.read(len(_BEGINNING)) == _BEGINNING


def with_companions(database: Path) -> list[Path]:
    """The file of a database and those that SQLite may keep beside it, which are of use only together."""
    return [database.with_name(database.name + suffix) for suffix in ("", "-wal", "-shm", "-journal")]


def look_into(file: Path) -> Contents:
    """What a file holds, after every page, index and reference of it was looked at. Raises NotABackup."""
    if not file.is_file():
        raise NotABackup(f"{file} is no file")
    try:
        with closing(_read_only(file)) as opened:
            wrong = [str(row[0]) for row in opened.execute("pragma quick_check(3)") if row[0] != "ok"]
            if wrong:
                raise NotABackup(f"{file} is damaged: {wrong[0]}")
            astray = opened.execute("pragma foreign_key_check").fetchone()
            if astray is not None:
                raise NotABackup(
                    f"{file} is damaged: a row of {astray[0]} refers to one of {astray[2]} that is gone"
                )
            return _contents(opened)
    except sqlite3.Error as unreadable:
        raise NotABackup(f"{file} is no database of Rapport: {unreadable}") from unreadable


def _read_only(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(file.absolute()))}?mode=ro", uri=True)


def _contents(connection: sqlite3.Connection) -> Contents:
    names = [
        str(name)
        for (name,) in connection.execute(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name"
        )
    ]
    (revision,) = connection.execute("select version_num from alembic_version").fetchone() or ("",)
    rows = {}
    for name in names:
        (rows[name],) = connection.execute(f'select count(*) from "{name}"').fetchone()
    return Contents(str(revision), rows)
