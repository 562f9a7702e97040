"""`rapport concessions`: what was given to clients by month, and for what nothing came back."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from bot.door.opened import only_workspace, opened_register
from bot.door.plainly import plainly
from bot.services import concession_figures
from handlers.exports.concession_file import write_concessions
from handlers.i18n import words_for
from handlers.views import concession_figures as views

_day = click.DateTime(formats=["%Y-%m-%d"])


@click.command("concessions")
@click.option(
    "--from", "first", type=_day, help="First day, as in 2026-01-01; by default twelve months back."
)
@click.option("--to", "last", type=_day, help="Last day, included; by default today.")
@click.option(
    "--csv",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write each concession of the period into this file as well. An existing one is replaced.",
)
@click.option("--team", help="Slack team id; needed only where several workspaces use this database.")
def concessions(first: datetime | None, last: datetime | None, file: Path | None, team: str | None) -> None:
    """Say by month what was given, and to which clients without anything in return (docs/concessions.md)."""
    since, until = _date(first), _date(last)
    if since is not None and until is not None and since > until:
        raise click.UsageError("--from is later than --to")
    if file is not None and not file.parent.is_dir():
        raise click.UsageError(f"there is no folder {file.parent}")
    with plainly(), opened_register() as (house, settings):
        workspace = only_workspace(house, team)
        found = concession_figures.report_by_operator(house, workspace.id, since, until)
        lines = views.month_lines(found.months, found.names, words_for(settings.locale))
        click.echo(f"{found.first} to {found.last}")
        for line in lines:
            click.echo(f"  {line}")
        if file is not None:
            rows = ((each.concession, each.client, each.author, each.by) for each in found.rows)
            try:
                write_concessions(rows, file)
            except OSError as failed:
                raise click.ClickException(f"the file could not be written: {failed}") from failed
            click.echo(f"{len(found.rows)} concessions → {file}")


def _date(typed: datetime | None) -> date | None:
    return None if typed is None else typed.date()
