"""Writes a backup of the database into a file, and puts one back in its place."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir

from sqlalchemy import Engine

from bot.door.assembly import build_house, clock_of
from bot.door.moving import Say, opened, reach, transfer
from bot.door.running import only_one
from bot.services import restoring
from bot.settings import Settings
from storage import backup, copying
from storage.backup import Contents
from storage.engine import database_file
from storage.migrate import NewerDatabase, current, is_known, migrate

_ROOM = 1_000_000
"""Numbers that are left out after a restore: more than were given since the backup. Buttons of messages that were sent
after it name rows which the book has forgotten, and must not lead to others."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back: rows, messages that are looked up before they are posted, and where the book before it is."""

    rows: int
    looked_up: int
    aside: Path | None


def back_up(settings: Settings, file: Path, say: Say, *, force: bool) -> Contents:
    """Write the database of `settings` into `file` while the bot may run, look it through, and give it its name.

    A server's database becomes an SQLite file, as it stood at one moment, compared row by row. Raises CannotBackUp,
    CannotCopy, NewerDatabase, SQLAlchemyError.
    """
    database = database_file(settings.database())
    if database is not None:
        return backup.write(database, file, force=force)
    backup.check_free(file, None, force=force)
    with backup.beside(file) as part, opened(settings.database()) as source:
        if current(source) is None:
            raise backup.CannotBackUp("there is nothing to back up: the database is empty")
        migrate(source)
        with opened(f"sqlite:///{part}") as target, copying.snapshot(source) as seen:
            transfer(settings, seen, target, say)
        backup.fold(part)
        written = backup.look_into(part)
        backup.put_in_place(part, file)
    return written


def look_through(settings: Settings, file: Path) -> None:
    """See that `file` is a backup that can be put back. Raises NotABackup, NewerDatabase."""
    contents = backup.look_into(file)
    if not is_known(contents.revision):
        raise NewerDatabase(contents.revision)
    database = database_file(settings.database())
    if database is not None and database.exists() and file.samefile(database):
        raise backup.NotABackup(f"{file} is the database itself")


def restore(settings: Settings, file: Path, say: Say) -> Restored:
    """Put `file` in the place of the database, which is kept aside; a server's database must be empty.

    No bot may run. `file` is looked through first and not changed. What was said since it was made is looked up before
    it is said again (`bot.services.restoring`). Raises NotABackup, CannotStart (a bot runs), CannotCopy, NewerDatabase.
    """
    look_through(settings, file)
    database = database_file(settings.database())
    with only_one(settings), backup.beside(database or Path(gettempdir(), file.name)) as part:
        backup.duplicate(file, part)
        with opened(f"sqlite:///{part}") as engine:
            migrate(engine)
            looked_up = _look_up_first(settings, engine)
            if database is None:
                with opened(settings.database()) as server:
                    reach(server)
                    with copying.alone(server), copying.snapshot(engine) as seen:
                        copied = transfer(settings, seen, server, say)
                return Restored(copied.rows, looked_up, None)
        backup.fold(part)
        rows = backup.look_into(part).total
        _belong_as(part, database)
        aside = _put_aside(database, f"{clock_of(settings)():%Y-%m-%dT%H%M%S}")
        backup.put_in_place(part, database)
    return Restored(rows, looked_up, aside)


def look_up_in_place(settings: Settings) -> int:
    """What `restore` does about messages, on a database that was put back by other means; returns how many.

    No bot may run. Done twice it does no harm. Raises CannotStart, NewerDatabase, SQLAlchemyError.
    """
    with only_one(settings), opened(settings.database()) as engine:
        if current(engine) is None:
            raise backup.NotABackup("the database is empty: there is nothing that was put back")
        migrate(engine)
        return _look_up_first(settings, engine)


def _look_up_first(settings: Settings, engine: Engine) -> int:
    with engine.begin() as connection:
        numbers = copying.last_numbers(connection)
        copying.set_last_numbers(connection, {name: last + _ROOM for name, last in numbers.items()})
    house = build_house(settings, engine, clock_of(settings))
    return sum(restoring.look_up_first(house, workspace.id) for workspace in house.memory.workspaces())


def _put_aside(database: Path, when: str) -> Path | None:
    """Give the database a second name, and let nothing lie beside it; None where there was none.

    It keeps its first name until the restored one takes that: so that at no moment there is no database, which a start
    would make anew. What lies beside a database would be taken for the new one's.
    """
    aside = database.with_name(f"{database.name}.before-restore-{when}")
    if database.exists():
        if backup.looks_whole(database):
            with suppress(sqlite3.Error):  # it may be beyond reading all the same, and is kept as it is
                backup.fold(database)
        try:
            aside.hardlink_to(database)
        except OSError:  # a disk that knows no second names
            database.replace(aside)
    for old, new in list(zip(backup.with_companions(database), backup.with_companions(aside), strict=True))[
        1:
    ]:
        if old.exists():
            old.replace(new)
    return aside if aside.exists() else None


def _belong_as(part: Path, database: Path) -> None:
    """Whoever could use the database can use the one that takes its place: root restores, and somebody else runs."""
    before = database if database.exists() else database.parent
    there = before.stat()
    with suppress(PermissionError):
        os.chown(part, there.st_uid, there.st_gid)
    if before.is_file():
        part.chmod(there.st_mode & 0o777)
