"""Time in the simulation: it stands still until it is moved, and only forward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class SimulatedClock:
    """A `bot.clock.Clock` that shows `now` (UTC)."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def forward(self, moment: datetime) -> None:
        """Show `moment`, unless it has passed already."""
        self.now = max(self.now, moment)
