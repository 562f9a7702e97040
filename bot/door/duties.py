"""What a process does: everything, only talking to Slack, or only delivering; and whether an engine helps."""

from __future__ import annotations

from enum import StrEnum

from bot.door import engine_schema
from bot.settings import Settings
from storage.engine import database_file


class Duty(StrEnum):
    """What ``rapport run --role`` can name."""

    ALL = "all"
    """Talks to Slack, delivers and ticks."""
    WEB = "web"
    """Talks to Slack; what is to be delivered or done by the clock is left to others."""
    WORKER = "worker"
    """Delivers and ticks; nobody talks to it, so it needs neither an app-level token nor a signing secret."""


class CannotShare(Exception):
    """The database or the settings do not allow this division of work; the text says why and what to do."""


def uses_engine(settings: Settings, duty: Duty) -> bool:
    """Whether delivery and ticks are the engine's: on PostgreSQL where it is installed. Raises CannotShare.

    Without it one process does everything by itself, and says so when it is asked to share.
    """
    if database_file(settings.database()) is not None:
        if duty is not Duty.ALL:
            raise CannotShare(
                f"--role {duty} needs PostgreSQL: an SQLite file is served by one process, which does everything. "
                "Leave --role out, or set DATABASE_URL to postgresql://… (docs/scaling.md)"
            )
        return False
    if not engine_schema.installed():
        if duty is not Duty.ALL:
            raise CannotShare(
                f"--role {duty} needs the engine that shares the work: install rapport-bot[scale] (docs/scaling.md)"
            )
        return False
    _check_times(settings)
    return True


def _check_times(settings: Settings) -> None:
    """A job is handed on only when its worker can no longer be posting, and looked up only after that."""
    call, stall, quarantine = settings.api_seconds, settings.stall_seconds, settings.quarantine_seconds
    if not call < stall < quarantine:
        raise CannotShare(
            "RAPPORT_API_SECONDS < RAPPORT_STALL_SECONDS < RAPPORT_QUARANTINE_SECONDS must hold, or two workers could "
            f"post one message: they are {call:g}, {stall:g} and {quarantine:g}"
        )
