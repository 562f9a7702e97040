"""`rapport workers`: who shares the work, and how much of it waits."""

from __future__ import annotations

import sys

import click

from bot.door.duties import CannotShare, Duty, uses_engine
from bot.door.engine_schema import EngineUnusable, tables
from bot.door.plainly import plainly
from bot.settings import read_settings
from storage.engine import open_engine
from storage.engine_jobs import QueueState, queue_state

QUEUES_EACH = 2
"""A worker works on two queues: deliveries and ticks."""


@click.command("workers")
def workers() -> None:
    """Say which workers are alive and what waits for them (PostgreSQL, docs/scaling.md).

    The exit code is 0 when at least one is alive, 1 when none is.
    """
    with plainly():
        settings = read_settings()
        try:
            if not uses_engine(settings, Duty.ALL):
                raise click.ClickException(
                    "there are no workers here: one process does everything by itself (docs/scaling.md)"
                )
            found = _found(settings.database(), settings.stall_seconds)
        except (CannotShare, EngineUnusable) as cannot:
            raise click.ClickException(str(cannot)) from cannot
        if found is None:
            raise click.ClickException("nobody has started here yet: the first start prepares the engine")
        click.echo(said(found))
        if not found.alive:
            sys.exit(1)


def said(found: QueueState) -> str:
    """The state of the engine in a line."""
    processes = -(-found.alive // QUEUES_EACH)
    late = f", the oldest for {found.overdue:.0f} s" if found.waiting else ""
    return (
        f"{processes} worker{'' if processes == 1 else 's'} alive; jobs: {found.waiting} due{late}, "
        f"{found.running} under way, {found.later} for later"
    )


def _found(address: str, stall_seconds: float) -> QueueState | None:
    engine = open_engine(address)
    try:
        with engine.connect() as connection:
            return None if tables(connection).last is None else queue_state(connection, stall_seconds)
    finally:
        engine.dispose()
