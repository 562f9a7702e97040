"""`rapport register`: the register of gifts as files for auditors."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from bot.domain.gifts.register_rows import Form
from bot.domain.refusals import Refusal
from bot.door.opened import only_workspace, opened_register
from bot.door.plainly import plainly
from bot.services import register_export
from handlers import exports, refusals
from handlers.exports.picture import NotDrawn
from handlers.i18n import words_for

_day = click.DateTime(formats=["%Y-%m-%d"])


@click.group("register")
def register() -> None:
    """The register of gifts: checks, requests, decisions, gifts given and received."""


@register.command("export")
@click.option("--from", "first", type=_day, required=True, help="First day, as in 2026-01-01.")
@click.option("--to", "last", type=_day, required=True, help="Last day, included.")
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in Form]),
    help="By default what the file's name ends with.",
)
@click.option("--team", help="Slack team id; needed only where several workspaces use this database.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(first: datetime, last: datetime, form: str | None, team: str | None, file: Path) -> None:
    """Write the entries of a period into FILE: a table (csv, xlsx) or a page with charts (pdf, png).

    Days are those of the workspace's time zone. That the register was exported is recorded in it. An existing FILE is
    replaced.
    """
    named = form or file.suffix.lstrip(".").lower()
    if named not in list(Form):
        raise click.UsageError("--format csv, xlsx, pdf or png; or a FILE whose name ends with one of them")
    chosen = Form(named)
    if not file.parent.is_dir():
        raise click.UsageError(f"there is no folder {file.parent}")
    with plainly(), opened_register() as (house, settings):
        workspace = only_workspace(house, team)
        words = words_for(settings.locale)
        try:
            begun = register_export.begin_by_operator(
                house, workspace.id, first.date(), last.date(), (chosen,)
            )
            # Beside its place, so that what is there is replaced by a whole file or not at all.
            with TemporaryDirectory(prefix=".rapport-export-", dir=file.parent) as folder:
                made = Path(folder) / exports.file_name(begun, chosen)
                exports.write(house, begun, chosen, made, words)
                made.replace(file)
        except Refusal as refusal:
            raise click.ClickException(refusals.message(refusal, words).text) from refusal
        except (NotDrawn, OSError) as failed:
            raise click.ClickException(f"the file could not be written: {failed}") from failed
    click.echo(f"{begun.rows} entries, {begun.first} to {begun.last} → {file}")
    click.echo(f"recorded as entry {begun.number}; seal {begun.seal}")
