"""Health: figures by which an admin sees whether everything is well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.members import Member

_BACKLOG = 200
"""Open messages beyond which delivery lags behind, whatever the pace: some minutes' worth."""


@dataclass(frozen=True, slots=True)
class Health:
    """Figures of one workspace at one moment.

    `revision` is the database's, `known_revision` the program's. `waiting` messages are open, `dead` ones were given up
    in seven days, `skipped` ones no longer true or not wanted. `last_wave` is when digests were planned last, and how
    many in the hour up to then. `missing_scopes` None: Slack did not say. `mailless` and `unread` count active members
    without a mail address, and known from an import only. `off` is why and since when nothing can be posted; `silent`
    are the active members whose channel is off.
    """

    revision: str | None
    known_revision: str
    waiting: int
    dead: int
    skipped: int
    sent: int
    last_wave: tuple[datetime, int] | None
    blocked_until: datetime | None
    rules: str
    rule_count: int
    missing_scopes: tuple[str, ...] | None
    members: int
    mailless: int
    unread: int
    leads: int
    officers: int
    admins: int
    clients: int
    unowned: int
    off: tuple[str, datetime] | None = None
    silent: tuple[Member, ...] = ()

    @property
    def well(self) -> bool:
        """Whether nothing asks for somebody's hands."""
        return not (
            self.revision != self.known_revision
            or self.dead
            or self.waiting > _BACKLOG
            or self.blocked_until is not None
            or self.missing_scopes
            or self.off
            or self.silent
        )

    @property
    def lags(self) -> bool:
        return self.waiting > _BACKLOG
