"""The only place that asks what time it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

Clock = Callable[[], datetime]
"""Answers the present moment as an aware datetime in UTC."""


def system_clock() -> datetime:
    """The machine's own time, in UTC."""
    return datetime.now(UTC)


def shifted_clock(offset_file: Path) -> Clock:
    """A clock that runs as many seconds ahead of the machine as `offset_file` says (a decimal number).

    The demo moves time by writing that file. A missing, half-written or unreadable number leaves the last
    known offset in force, so that a reader never sees time jump because of a writer at work.
    """
    last = [timedelta()]

    def now() -> datetime:
        present = system_clock()
        with suppress(OSError, ValueError, OverflowError):
            ahead = timedelta(seconds=float(offset_file.read_text(encoding="ascii")))
            moved = present + ahead
            last[0] = ahead
            return moved
        return present + last[0]

    return now
