"""One backup of the SQLite file for each day, where a folder for them is set."""

from __future__ import annotations

import logging
import re
from datetime import date, datetime
from pathlib import Path

from bot.settings import Settings
from storage import backup
from storage.backup import CannotBackUp
from storage.engine import database_file

log = logging.getLogger(__name__)

_NAME = re.compile(r"rapport-(\d{4}-\d{2}-\d{2})\.db")


def daily_backup(settings: Settings, now: datetime) -> Path | None:
    """Write the backup of this day (UTC) unless it is there, and delete the oldest beyond what is kept.

    None: nothing to do, or it failed, which the log says and the next tick tries again. Only an SQLite file is backed
    up so; a server has means of its own (docs/backup.md).
    """
    folder, database = settings.backup_dir, database_file(settings.database())
    if folder is None or database is None:
        return None
    file = folder / f"rapport-{now:%Y-%m-%d}.db"
    try:
        if file.exists():
            return None
        folder.mkdir(parents=True, exist_ok=True)
        for leftover in folder.glob(".rapport-*.part*"):  # of a process that was killed
            leftover.unlink(missing_ok=True)
        written = backup.write(database, file)
        for old in _made(folder)[: -settings.backup_keep]:
            old.unlink(missing_ok=True)
    except (CannotBackUp, OSError) as failed:
        log.error("no backup of today: %s", failed)
        return None
    log.info("backup written: %s, %s rows", file, written.total)
    return file


def latest_backup(folder: Path) -> date | None:
    """The day of the latest daily backup in `folder`; None where there is none."""
    made = _made(folder) if folder.is_dir() else []
    return date.fromisoformat(made[-1].stem.removeprefix("rapport-")) if made else None


def _made(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if _NAME.fullmatch(each.name))
