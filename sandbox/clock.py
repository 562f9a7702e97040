"""The sandbox's clock: real time plus an offset that a person moves by hand.

The offset is shared with the bot through a small text file, so that both live in the same hour. Time limits that
Slack measures in real seconds (acknowledgements, trigger ids, response addresses) do not use this clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from zoneinfo import ZoneInfo

MORNING = time_of_day(8, 59, 57)
"""Ten seconds before nine, so that one watches the hour strike."""


class ShiftedClock:
    """Real time plus `offset` seconds. Each change of the offset is written to `file` (plain text, one number)."""

    def __init__(self, file: Path | None = None, wall: Callable[[], float] = time.time) -> None:
        self._file = file
        self._wall = wall
        self._offset = 0.0
        if file is not None and file.exists():
            self._offset = float(file.read_text(encoding="ascii").strip() or 0)
        else:
            self._write()

    @property
    def offset(self) -> float:
        """Seconds added to real time."""
        return self._offset

    def timestamp(self) -> float:
        """Seconds since the epoch, shifted."""
        return self._wall() + self._offset

    def now(self) -> datetime:
        """The shifted moment, aware, in UTC."""
        return datetime.fromtimestamp(self.timestamp(), UTC)

    def set_offset(self, seconds: float) -> None:
        """Replaces the offset."""
        self._offset = float(seconds)
        self._write()

    def advance(self, seconds: float) -> None:
        """Moves by `seconds` from where the clock stands."""
        self.set_offset(self._offset + seconds)

    def move_to(self, moment: datetime) -> None:
        """Moves to an aware `moment`."""
        self.set_offset(moment.timestamp() - self._wall())

    def next_working_morning(self, zone: str) -> datetime:
        """08:59:57 of the next day from Monday to Friday, as the wall clock of `zone` shows it."""
        local = self.now().astimezone(ZoneInfo(zone))
        day = local.date() + timedelta(days=1)
        while day.weekday() >= 5:
            day += timedelta(days=1)
        return datetime.combine(day, MORNING, ZoneInfo(zone)).astimezone(UTC)

    def _write(self) -> None:
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # A reader must never see half a number: write beside it, then swap.
        beside = self._file.with_name(self._file.name + ".new")
        beside.write_text(f"{self._offset!r}\n", encoding="ascii")
        beside.replace(self._file)
