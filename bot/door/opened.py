"""The book as the command line opens it: up to date, and with the workspace that is meant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from bot.domain.workspaces import Workspace
from bot.door.assembly import build_house, clock_of
from bot.services import sealing
from bot.services.house import House
from bot.settings import Settings, read_settings
from storage.engine import open_engine
from storage.migrate import migrate


@contextmanager
def opened_register() -> Iterator[tuple[House, Settings]]:
    """The house on the database of the settings, its schema up to date and nothing outside of the chain."""
    settings = read_settings()
    engine = open_engine(settings.database())
    try:
        migrate(engine)
        house = build_house(settings, engine, clock_of(settings))
        for workspace in house.memory.workspaces():
            sealing.seal_earlier(house, workspace.id)
        yield house, settings
    finally:
        engine.dispose()


def workspaces_of(house: House, team: str | None) -> list[Workspace]:
    """Every workspace, or the one of `team`. Raises ClickException when there is none."""
    known = house.memory.workspaces()
    chosen = [workspace for workspace in known if team is None or workspace.team_id == team]
    if chosen:
        return chosen
    if not known:
        raise click.ClickException(
            "the book belongs to no workspace yet: start the bot once with `rapport run`"
        )
    raise click.ClickException(
        f"no workspace is of team {team}; there is {', '.join(w.team_id for w in known)}"
    )


def only_workspace(house: House, team: str | None) -> Workspace:
    """The only workspace, or the one of `team`. Raises ClickException when it is not clear which."""
    chosen = workspaces_of(house, team)
    if len(chosen) > 1:
        raise click.ClickException(f"which workspace? --team {' or '.join(w.team_id for w in chosen)}")
    return chosen[0]
