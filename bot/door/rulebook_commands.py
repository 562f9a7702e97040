"""`rapport rulebook`: a workspace's own rules, looked through, compared and put in force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import click

from bot.door import rule_change
from bot.door.client_policy import client_policy
from bot.door.plainly import plainly
from bot.door.rule_folder import rule_text
from bot.rulebook.reader import RulebookError, read_rulebook
from bot.settings import read_settings

_files = click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
_team = click.option("--team", help="Slack team id: compare recorded checks of this workspace alone.")
_on = click.option(
    "--on",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    help="Judge recorded checks as if asked on this day; by default today, or when the changed rules begin.",
)


@click.group("rulebook")
def rulebook() -> None:
    """Look through the gift rules, see what a change would do, put it in force."""


rulebook.add_command(client_policy)


@rulebook.command("check")
@_files
def check(files: tuple[Path, ...]) -> None:
    """Say what is wrong with the rules in force, or with FILES on top of them. Exit code 1 then."""
    with plainly():
        texts = rule_change.readable(read_settings().rules_folder(), _texts(files))
        book = read_rulebook(texts)
        rule_change.say(
            f"{len(book.rules)} rules in {len(texts)} files, version {book.version} of {book.date}: no fault."
        )


@rulebook.command("diff")
@_files
@_team
@_on
def diff(files: tuple[Path, ...], team: str | None, on: datetime | None) -> None:
    """Say which rules differ once FILES are in force, and which recorded checks would come out differently."""
    with plainly():
        settings = read_settings()
        change = rule_change.weigh(settings.rules_folder(), _some(files))
        rule_change.tell(change, settings, team, _day(on))


@rulebook.command("import")
@_files
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@_team
@_on
def import_files(files: tuple[Path, ...], dry_run: bool, team: str | None, on: datetime | None) -> None:
    """Check FILES, show what they change, and put them in force: all of them, or none when one is wrong."""
    with plainly():
        rule_change.take(read_settings(), _some(files), team=team, on=_day(on), dry_run=dry_run)


@rulebook.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def export(folder: Path) -> None:
    """Write every rule file in force into FOLDER, to be read or edited. Overwrites nothing."""
    with plainly():
        texts = rule_change.in_force(read_settings().rules_folder())
        there = [name for name in texts if (folder / name).exists()]
        if there:
            raise click.ClickException(f"{folder / there[0]} is there already: name an empty folder")
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
        rule_change.say(f"{len(texts)} files in {folder}")


def _some(files: tuple[Path, ...]) -> dict[str, str]:
    if not files:
        raise click.UsageError("name the rule files, such as house.yaml")
    return _texts(files)


def _texts(files: Iterable[Path]) -> dict[str, str]:
    """The texts of the files named, by the names under which they would be in force."""
    texts: dict[str, str] = {}
    wrong: list[RulebookError] = []
    for file in files:
        if file.name in texts:
            raise click.UsageError(f"two of the files are called {file.name}")
        try:
            texts[file.name] = rule_text(file)
        except RulebookError as fault:
            wrong.append(fault)
    if wrong:
        raise rule_change.refusal(wrong)
    return texts


def _day(on: datetime | None) -> date | None:
    return on.date() if on is not None else None
