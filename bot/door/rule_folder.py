"""The folder with a workspace's own rule files: read, and changed as a whole."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bot.rulebook.reader import MOST_BYTES, RulebookError


def own_files(folder: Path) -> dict[str, str]:
    """The rule files in `folder` by name; none when there is no such folder. Raises RulebookError."""
    found, faults = look_into(folder)
    if faults:
        raise faults[0]
    return found


def look_into(folder: Path) -> tuple[dict[str, str], list[RulebookError]]:
    """The rule files in `folder` by name, and what is wrong with those that are no text at all.

    Hidden files and other kinds are passed over. A name that merely looks like a rule file is a fault: whoever put it
    there believes that it is in force.
    """
    found: dict[str, str] = {}
    faults: list[RulebookError] = []
    try:
        if not folder.exists():
            return found, faults
        entries = sorted(folder.iterdir())
    except OSError as failed:
        return found, [RulebookError(str(folder), "folder", "read", _reason(failed))]
    for entry in entries:
        if entry.name.startswith(".") or entry.suffix.lower() not in (".yaml", ".yml"):
            continue
        try:
            found[entry.name] = rule_text(entry)
        except RulebookError as fault:
            faults.append(fault)
    return found, faults


def rule_text(file: Path) -> str:
    """The text of one rule file. Raises RulebookError, also for a name that would not be taken for a rule file's."""
    if file.suffix != ".yaml" or file.name.startswith("."):
        raise RulebookError(file.name, "file", "name", "must end in .yaml, and not begin with a dot")
    if not file.is_file():
        raise RulebookError(
            file.name,
            "file",
            "read",
            "is no file" if file.exists() else "leads nowhere: there is no such file",
        )
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise RulebookError(file.name, "file", "size", f"is larger than {MOST_BYTES} bytes")
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as garbled:
        raise RulebookError(file.name, "file", "text", "is no text in UTF-8") from garbled
    except OSError as failed:
        raise RulebookError(file.name, "file", "read", _reason(failed)) from failed


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Nobody else changes the folder, which is made if need be: what was checked is what will be in force."""
    folder.mkdir(parents=True, exist_ok=True)
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


def put(folder: Path, written: Mapping[str, str], removed: Iterable[str] = ()) -> None:
    """Write and remove rule files; hold the folder first. No file is ever seen half written.

    Everything is on the disk under other names before the first file is replaced, so that a full disk or a missing
    right changes nothing.
    """
    waiting: dict[Path, Path] = {}
    try:
        for name, text in written.items():
            beside = folder / f".{name}.{os.getpid()}.new"
            waiting[beside] = folder / name
            with beside.open("w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        for beside, target in waiting.items():
            beside.replace(target)
        for name in removed:
            (folder / name).unlink()
        _settle(folder)
    finally:
        for beside in waiting:
            beside.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Have the names themselves on the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _reason(failed: OSError) -> str:
    return failed.strerror or str(failed)
