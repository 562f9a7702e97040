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
from bot.door.rule_places import places, single
from bot.rulebook.reader import RulebookError, read_rulebook
from bot.settings import read_settings

_files = click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
_team = click.option("--team", help="Slack team id: the rules and recorded checks of this workspace alone.")
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
@_team
def check(files: tuple[Path, ...], team: str | None) -> None:
    """Say what is wrong with the rules in force, or with FILES on top of them. Exit code 1 then."""
    with plainly(), places(read_settings(), team) as found:
        given = _texts(files)
        for place in found:
            texts = rule_change.readable(place, given)
            book = read_rulebook(texts)
            whose = f"{place.workspace.name}: " if place.workspace is not None and len(found) > 1 else ""
            rule_change.say(
                f"{whose}{len(book.rules)} rules in {len(texts)} files, "
                f"version {book.version} of {book.date}: no fault."
            )


@rulebook.command("diff")
@_files
@_team
@_on
def diff(files: tuple[Path, ...], team: str | None, on: datetime | None) -> None:
    """Say which rules differ once FILES are in force, and which recorded checks would come out differently."""
    with plainly():
        settings, given = read_settings(), _some(files)
        with places(settings, team) as found:
            weighed = [(place, rule_change.weigh(place, given)) for place in found]
            rule_change.tell(weighed, settings, _day(on))


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
@click.option("--team", help="Slack team id; needed only where several workspaces use this database.")
def export(folder: Path, team: str | None) -> None:
    """Write every rule file in force into FOLDER, to be read or edited. Overwrites nothing."""
    with plainly(), places(read_settings(), team) as found:
        texts = single(found).texts
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
