"""`rapport import` and `rapport export`: the book from a file, and into one."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import yaml

from bot.domain.book_columns import COLUMNS, IGNORED
from bot.domain.imports import Decision
from bot.domain.names import normalise
from bot.domain.refusals import Refusal
from bot.door.opened import only_workspace, opened_register
from bot.door.plainly import plainly
from bot.services import book_export, imports
from bot.services.imports import Choices, Done, Kind, Noted, Origin, Preview
from handlers import refusals
from handlers.exports.book_file import FORMS, write_book
from handlers.i18n import Words, words_for
from handlers.views import import_words

_team = click.option("--team", help="Slack team id; needed only where several workspaces use this database.")
_file = click.Path(path_type=Path, exists=True, dir_okay=False)
_REPORT = ("kind", "line", "name", "reason", "looks like", "decision")


@click.command("import")
@click.argument("file", type=_file, required=False)
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option("--yes", is_flag=True, help="Import without asking.")
@click.option("--mapping", type=_file, help="A YAML file: which heading is which column (docs/import.md).")
@click.option("--decisions", type=_file, help="A report whose column “decision” is filled in.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write all that would change or is in the way into this CSV file.",
)
@click.option(
    "--dates",
    type=click.Choice(["day-first", "month-first"]),
    help="How dates such as 03/04/2026 are meant; asked for only where the file does not tell.",
)
@click.option("--skip-wrong", is_flag=True, help="Leave wrong rows out instead of refusing the file.")
@click.option("--undo", is_flag=True, help="Take the last import back.")
@_team
def take_in(
    file: Path | None,
    dry_run: bool,
    yes: bool,
    mapping: Path | None,
    decisions: Path | None,
    report: Path | None,
    dates: str | None,
    skip_wrong: bool,
    undo: bool,
    team: str | None,
) -> None:
    """Take the clients and contacts of FILE (CSV or XLSX) into the book: all of them, or none.

    First it says what is new, changed, in doubt or wrong, then asks. Wrong rows and look-alikes stop the import until
    they are mended, decided (--decisions) or left out (--skip-wrong).
    """
    if undo == (file is not None):
        raise click.UsageError("name a FILE, or --undo without one")
    with plainly(), opened_register() as (house, settings):
        workspace, words = only_workspace(house, team), words_for(settings.locale)
        origin = Origin(workspace.id)
        try:
            if file is None:
                _undo(house, origin, yes)
                return
            choices = _choices(mapping, decisions, dates, skip_wrong)
            with _reported(report, words) as noting, _bar("reading") as progress:
                found = imports.preview(
                    house,
                    origin,
                    file,
                    choices=choices,
                    limit=imports.LARGEST_ON_DISK,
                    report=noting,
                    progress=progress,
                )
            _tell(found, words)
            if found.blocked:
                raise click.ClickException(_in_the_way(found, report))
            if dry_run:
                click.echo("Nothing was changed: this was a dry run.")
                return
            if not found.changes_something:
                click.echo("There is nothing to import: the book says all of this already.")
                return
            if not yes and sys.stdin.isatty() and not click.confirm("Import?", default=True):
                click.echo("Nothing was changed.")
                return
            with _bar("checking") as progress:
                done = imports.take_in(
                    house,
                    origin,
                    file,
                    choices=choices,
                    digest=found.digest,
                    limit=imports.LARGEST_ON_DISK,
                    progress=progress,
                )
            _told(done, words)
        except Refusal as refusal:
            raise click.ClickException(refusals.message(refusal, words).text) from refusal


@click.command("import-clients")
@click.argument("file", type=_file)
@click.option("--dry-run", is_flag=True)
@_team
@click.pass_context
def import_clients(context: click.Context, file: Path, dry_run: bool, team: str | None) -> None:
    """The earlier name of `import`; asks nothing."""
    context.invoke(take_in, file=file, dry_run=dry_run, team=team, yes=True, undo=False, skip_wrong=False)


@click.command("export")
@click.option("--member", help="Slack user id: only what this person may see; everything without it.")
@click.option("--format", "form", type=click.Choice(FORMS), help="By default what the file's name ends with.")
@_team
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(member: str | None, form: str | None, team: str | None, file: Path) -> None:
    """Write clients and contacts into FILE, in the columns that `import` reads. An existing FILE is replaced."""
    chosen = form or file.suffix.lstrip(".").lower()
    if chosen not in FORMS:
        raise click.UsageError("--format csv or xlsx; or a FILE whose name ends with one of them")
    if not file.parent.is_dir():
        raise click.UsageError(f"there is no folder {file.parent}")
    with plainly(), opened_register() as (house, settings):
        workspace = only_workspace(house, team)
        try:
            scope = book_export.Scope(workspace.id, None)
            if member is not None:
                scope = book_export.scope_of(house, workspace.id, member)
            # Beside its place, so that what is there is replaced by a whole file or not at all.
            with TemporaryDirectory(prefix=".rapport-export-", dir=file.parent) as folder:
                made = Path(folder) / f"book.{chosen}"
                count = write_book(book_export.rows(house, scope), made, chosen)
                made.replace(file)
        except Refusal as refusal:
            words = words_for(settings.locale)
            raise click.ClickException(refusals.message(refusal, words).text) from refusal
    click.echo(f"{count} rows → {file}")


def _choices(mapping: Path | None, decisions: Path | None, dates: str | None, skip_wrong: bool) -> Choices:
    said: Mapping[str, Any] = {}
    if mapping is not None:
        try:
            said = yaml.safe_load(mapping.read_text(encoding="utf-8")) or {}
        except (yaml.YAMLError, UnicodeDecodeError) as broken:
            raise click.ClickException(f"{mapping} is no YAML: {broken}") from broken
        if not isinstance(said, dict):
            raise click.ClickException(
                f"{mapping}: write columns: with a heading and our column on each line"
            )
    columns, owners = said.get("columns") or {}, said.get("owners") or {}
    for heading, column in columns.items():
        if column not in COLUMNS and column != IGNORED:
            raise click.ClickException(
                f"{mapping}: {heading} → {column}, and there is no such column; write one of {', '.join(COLUMNS)}, "
                f"or {IGNORED} to leave it out"
            )
    order = dates or said.get("dates")
    return Choices(
        mapping={str(heading): str(column) for heading, column in columns.items()},
        day_first=None if order is None else order == "day-first",
        decisions={} if decisions is None else _decided(decisions),
        owners={str(name): str(whom or "") for name, whom in owners.items()},
        skip_wrong=skip_wrong,
    )


def _decided(path: Path) -> dict[str, Decision]:
    """What stands in the column “decision” of a report: same, another or skip."""
    found: dict[str, Decision] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            said = (row.get("decision") or "").strip().casefold()
            if not said:
                continue
            if said not in list(Decision):
                raise click.ClickException(f"{path}: {said} is no decision; write same, another or skip")
            found[normalise(row.get("name") or "")] = Decision(said)
    return found


@contextmanager
def _reported(path: Path | None, words: Words) -> Iterator[Any]:
    if path is None:
        yield None
        return
    with ExitStack() as opened:
        out = csv.writer(opened.enter_context(path.open("w", encoding="utf-8-sig", newline="")))
        out.writerow(_REPORT)
        yield lambda noted: out.writerow(_line(noted, words))


def _line(noted: Noted, words: Words) -> list[str]:
    why = import_words.reason(noted.code, noted.found, noted.other, words) if noted.code else ""
    fields = ", ".join(noted.fields)
    return [noted.kind.value, str(noted.line), noted.name, why or fields, noted.other, ""]


@contextmanager
def _bar(label: str) -> Iterator[Any]:
    """A progress bar on standard error, where that is a terminal."""
    with ExitStack() as shown:
        bar: Any = None

        def progress(done: int, whole: int) -> None:
            nonlocal bar
            if bar is None:
                bar = shown.enter_context(
                    click.progressbar(length=max(whole, done), label=label, file=sys.stderr)
                )
            bar.update(done - bar.pos)

        yield progress


def _tell(found: Preview, words: Words) -> None:
    kind = import_words.kind_of_list(found.recognised.system, found.recognised.things, words)
    if kind:
        click.echo(f"read as {kind}")
    used = {at: column for column, at in found.recognised.columns.items()}
    left_out = [heading for at, heading in enumerate(found.headings) if at not in used and heading]
    if left_out:
        click.echo(f"left out: {', '.join(left_out)}")
    for noted in (*found.shown[Kind.REJECTED], *found.shown[Kind.CONFLICT]):
        why = import_words.reason(noted.code, noted.found, noted.other, words)
        about = f"{noted.name} " if noted.kind is Kind.CONFLICT else ""
        click.echo(f"line {noted.line}: {about}{why}", err=True)
    for kind_of, what in (
        (Kind.NEW, "new"),
        (Kind.CHANGED, "changed"),
        (Kind.SAME, "unchanged"),
        (Kind.SKIPPED, "left out"),
    ):
        count, first = (
            found.counts[kind_of],
            [noted.name or f"line {noted.line}" for noted in found.shown[kind_of]],
        )
        shown = ", ".join(first[:5]) + (" …" if count > 5 else "")
        if count or kind_of is not Kind.SKIPPED:
            click.echo(f"{count:>6} {what}{': ' if shown else ''}{shown}")
    click.echo(f"{found.contacts:>6} new contacts, {found.contacts_changed} changed")


def _in_the_way(found: Preview, report: Path | None) -> str:
    wrong, near = found.counts[Kind.REJECTED], found.counts[Kind.CONFLICT]
    parts = []
    if wrong:
        parts.append(f"{wrong} rows are wrong (mend them, or --skip-wrong)")
    if near:
        parts.append(
            f"{near} clients look like others (fill in the column “decision” of the report, then --decisions)"
        )
    more = "" if report is not None or wrong + near <= 20 else "; --report FILE names all of them"
    return f"{' and '.join(parts)}: nothing was imported{more}"


def _told(done: Done, words: Words) -> None:
    if done.import_id is None:
        _tell(done.preview, words)
        raise click.ClickException("the book has changed meanwhile: nothing was imported")
    click.echo("Imported. `rapport import --undo` takes it back.")


def _undo(house: Any, origin: Origin, yes: bool) -> None:
    found = imports.last(house, origin)
    if found is None:
        raise click.ClickException("there is no import to take back")
    if not yes and sys.stdin.isatty():
        counts = found.counts
        click.confirm(
            f"Take back {found.name} of {found.at:%Y-%m-%d %H:%M} UTC ({counts['new']} new, "
            f"{counts['changed']} changed)?",
            abort=True,
        )
    done = imports.undo(house, origin, found.id)
    click.echo(
        f"{done.name} was taken back: {done.clients} clients and {done.contacts} contacts went, "
        f"{done.returned} are again as they were."
    )
    if done.kept_count:
        click.echo(f"{done.kept_count} stay, for people worked with them since: {', '.join(done.kept)}")
    if done.differing_count:
        click.echo(f"{done.differing_count} were changed since and keep that: {', '.join(done.differing)}")
