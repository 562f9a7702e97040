"""Copies the database into another one, and says what was copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.door.assembly import build_house, clock_of
from bot.door.audit_verify import broken
from bot.door.running import only_one
from bot.services.audit import audit
from bot.settings import Settings
from storage import copying
from storage.copying import CannotCopy
from storage.engine import UnusableAddress, database_file, open_engine
from storage.migrate import migrate

Say = Callable[[str], None]

_SAID_EVERY = 100_000
"""Rows of one table between two lines of progress."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy that was compared holds."""

    rows: int
    tables: int


def copy_to(settings: Settings, url: str, say: Say) -> Copied:
    """Copy the database of `settings` into the empty one at `url`, and compare every row.

    Neither may be in use: SQLite files are locked meanwhile. What was begun and cut short is gone on with. Raises
    CannotCopy, CannotStart (a bot runs), UnusableAddress, NewerDatabase, SQLAlchemyError.
    """
    target_settings = settings.model_copy(update={"database_url": SecretStr(url)})
    with _named("the target"):
        target_file = database_file(url)
    source_file = database_file(settings.database())
    if url == settings.database() or (target_file and source_file and _same(target_file, source_file)):
        raise CannotCopy("the target is this very database: name another one")
    if source_file is not None and not source_file.exists():
        raise CannotCopy(f"there is nothing to copy: {source_file} does not exist")
    one_lock = target_file and source_file and target_file.with_suffix("") == source_file.with_suffix("")
    with (
        only_one(settings),
        nullcontext() if one_lock else only_one(target_settings),
        opened(settings.database()) as source,
    ):
        with _named("the target"):
            target = open_engine(url)
        try:
            reach(target)
            migrate(source)
            if source_file is None:
                say("what is written from now on is not in the copy: no bot may run on this database")
            with copying.alone(target), copying.snapshot(source) as seen:
                return transfer(settings, seen, target, say)
        finally:
            target.dispose()


def transfer(settings: Settings, seen: Connection, target: Engine, say: Say) -> Copied:
    """Copy what a snapshot shows into `target`, compare, walk the register, and give the target free.

    Raises CannotCopy when the target is not empty, or in the end not the same.
    """
    if copying.begin(seen, target):
        say("going on with a copy that was cut short")
    copying.fill(seen, target, _progress(say))
    say("comparing every row")
    found: list[copying.Compared] = []
    with copying.snapshot(target) as copied:
        for compared in copying.compare(seen, copied):
            found.append(compared)
            say(f"  {compared.table}: {compared.rows} rows, sha256 {compared.digest[:16]}")
    differing = [compared for compared in found if compared.differing]
    if differing:
        for compared in differing:
            for line in compared.differences:
                say(f"  {line}")
        count = sum(compared.differing for compared in differing)
        raise CannotCopy(
            f"{count} rows are not the same in the target (the first are above), which is not given free: "
            "empty the target (drop the database and create it again) and begin anew, while no bot runs on either"
        )
    _walk_registers(settings, target, say)
    copying.finish(seen, target)
    return Copied(sum(compared.rows for compared in found), len(found))


def _walk_registers(settings: Settings, target: Engine, say: Say) -> None:
    """Say of each workspace whether the chain of its register holds in the copy; it is the source's, row by row."""
    house = build_house(settings, target, clock_of(settings))
    for workspace in house.memory.workspaces():
        audited = audit(house, workspace.id)
        if audited.fault is not None:
            say(
                f"the register of {workspace.name} is BROKEN, as it is in the source: {broken(audited.fault)}"
            )
        elif audited.entries:
            say(f"the register of {workspace.name}: {audited.entries} entries hold, seal {audited.head}")


def _progress(say: Say) -> copying.Told:
    """One line for each table, and more for a long one."""
    last = ("", 0)

    def told(table: str, done: int, total: int) -> None:
        nonlocal last
        if last[0] != table:
            last = (table, 0)
        if done >= total or done - last[1] >= _SAID_EVERY:
            last = (table, done)
            say(f"  {table}: {done} of {total}")

    return told


def _same(one: Path, other: Path) -> bool:
    return one.absolute() == other.absolute() or (one.exists() and other.exists() and one.samefile(other))


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """An engine that is closed in the end."""
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _named(what: str) -> Iterator[None]:
    """An address that was typed is not the one in the settings, and must not be called so."""
    try:
        yield
    except UnusableAddress as unusable:
        raise UnusableAddress(str(unusable).replace("DATABASE_URL", what)) from unusable


def reach(target: Engine) -> None:
    """Raise CannotCopy at once, and say that it is the target, when it cannot be used."""
    try:
        with target.connect():
            pass
    except SQLAlchemyError as failed:
        cause = str(getattr(failed, "orig", None) or failed).splitlines()[0]
        raise CannotCopy(f"the target cannot be used: {cause}") from failed
