"""What thinking tells whoever counts."""

from __future__ import annotations

from bot.domain.outbox import Fault
from bot.domain.pacing import Lane


class Meter:
    """Counts for whoever watches over the bot; this one throws the figures away."""

    def sent(self, kind: str) -> None:
        """A message is on the platform, or an edit was made."""

    def skipped(self, reason: str) -> None:
        """A message was not wanted any more; `reason` is the note of its entry."""

    def failed(self, fault: Fault) -> None:
        """A call for an entry did not end well."""

    def claim_lost(self) -> None:
        """Somebody else had taken the next step of an entry first."""

    def late(self, lane: Lane, seconds: float) -> None:
        """An attempt began so long after the moment it was planned for."""

    def ticked(self, tick: str, late: float) -> None:
        """A tick began, `late` seconds after its time."""

    def answered(self, kind: str, subject: str, seconds: float) -> None:
        """A payload of a kind was answered by a subject."""
