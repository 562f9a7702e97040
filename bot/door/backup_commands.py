"""`rapport copy-to`, `rapport backup` and `rapport restore`."""

from __future__ import annotations

from pathlib import Path

import click

from bot.door import backups, moving
from bot.door.logs import set_up_logs
from bot.door.plainly import plainly
from bot.settings import read_settings
from storage.engine import database_file

_FILE = click.Path(path_type=Path)


@click.command("copy-to")
@click.argument("url", envvar="RAPPORT_COPY_TO")
def copy_to(url: str) -> None:
    """Copy the database into the empty one at URL, compare every row, and say whether all is there.

    The bot must not run. A copy that was cut short goes on where it stood when the same is typed again. URL can also
    come from the variable RAPPORT_COPY_TO, so that its password is not seen among the processes.
    """
    with plainly():
        copied = moving.copy_to(read_settings(), url, click.echo)
        click.echo(f"{copied.rows} rows in {copied.tables} tables are there and the same, one by one.")
        click.echo(
            "Now set DATABASE_URL to the new address. Start no bot on the old database any more: "
            "both would send the same messages."
        )


@click.command("backup")
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help="Write over FILE if it is there.")
def backup(file: Path, force: bool) -> None:
    """Write the whole database into FILE while the bot runs, and look through what was written (docs/backup.md)."""
    with plainly():
        settings = read_settings()
        written = backups.back_up(settings, file, click.echo, force=force)
        size = file.stat().st_size / 1_000_000
        click.echo(
            f"{file}: {size:.1f} MB, {written.total} rows in {len(written.rows)} tables, "
            f"revision {written.revision}, looked through."
        )
        if database_file(settings.database()) is None:
            click.echo(
                "It is an SQLite file, which `rapport restore` reads. For backups to any moment use PostgreSQL's own "
                "means: pg_dump --format=custom --file=rapport.dump DATABASE_URL"
            )


@click.command("restore")
@click.argument("file", type=_FILE, required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--in-place",
    is_flag=True,
    help="The database was put back by other means, such as pg_restore: only see to it that nothing is said twice.",
)
def restore(file: Path | None, yes: bool, in_place: bool) -> None:
    """Put the backup FILE in the place of the database, which is kept aside (docs/backup.md).

    The bot must not run. What it said after the backup was made is not said a second time: it is looked for in Slack.
    """
    if (file is None) != in_place:
        raise click.UsageError("name the FILE of a backup, or say --in-place")
    with plainly():
        settings = read_settings()
        set_up_logs(settings)
        if file is None:
            looked_up = backups.look_up_in_place(settings)
        else:
            if not yes:
                backups.look_through(settings, file)
                click.confirm(
                    "Everything that was entered after this backup was made will be gone from the book. Go on?",
                    abort=True,
                )
            restored = backups.restore(settings, file, click.echo)
            looked_up = restored.looked_up
            click.echo(f"{restored.rows} rows were put back.")
            if restored.aside is not None:
                click.echo(f"The database before it: {restored.aside}")
        click.echo(f"{looked_up} open messages are looked up in Slack before they are posted.")
