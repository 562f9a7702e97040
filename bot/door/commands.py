"""The command line: `rapport`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import yaml

from bot.domain.members import Role
from bot.domain.refusals import Refusal
from bot.door import (
    audit_commands,
    backup_commands,
    client_commands,
    concession_commands,
    demo,
    doctor,
    find_command,
    fit_commands,
    gift_line,
    import_commands,
    outbox_commands,
    register_commands,
    rule_places,
    rulebook_commands,
    running,
    settings_commands,
    simulate_command,
    why_command,
    worker_commands,
)
from bot.door.assembly import build_house, clock_of
from bot.door.duties import Duty
from bot.door.logs import set_up_logs
from bot.door.plainly import plainly
from bot.services import members
from bot.services.house import House
from bot.settings import Settings, SettingsError, read_settings
from handlers import refusals
from handlers.i18n import words_for
from handlers.manifest import manifest as app_manifest
from storage.engine import open_engine
from storage.migrate import migrate as bring_up_to_date

DEMO_PORT = 4390
_SENTENCE = 300
"""Letters of a sentence of the help; none is as long."""


class WholeSentences(click.Group):
    """A group whose help says what each command does in a whole sentence, over several lines where it has to."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        known = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        shown = [
            (name, command.get_short_help_str(_SENTENCE))
            for name, command in known
            if command is not None and not command.hidden
        ]
        with formatter.section("Commands"):
            formatter.write_dl(shown)


@click.group(
    cls=WholeSentences, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="rapport-bot", prog_name="rapport")
def main() -> None:
    """Rapport: a Slack bot that helps account managers keep a good rapport with their clients."""


@main.command()
@click.option("--or-demo", is_flag=True, help="Without a bot token, run the demo instead.")
@click.option(
    "--role",
    "duty",
    type=click.Choice([duty.value for duty in Duty]),
    default=Duty.ALL.value,
    show_default=True,
    help="On PostgreSQL the work may be shared: web talks to Slack, worker delivers (docs/scaling.md).",
)
def run(or_demo: bool, duty: str) -> None:
    """Run the bot and its clock, until Ctrl-C or SIGTERM."""
    with plainly():
        settings = read_settings()
        set_up_logs(settings)
        if or_demo and settings.slack_bot_token is None:
            click.echo("No SLACK_BOT_TOKEN: running the demo (see README.md, “On Slack”).")
            _demo(DEMO_PORT, settings, None)
        else:
            running.run(settings, duty=Duty(duty))


@main.command("demo")
@click.option("--port", default=DEMO_PORT, show_default=True, help="Port of the page; 0 for any free one.")
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), help="Where the demo keeps its book."
)
def run_demo(port: int, folder: Path | None) -> None:
    """Run the bot against a stand-in for Slack on this machine, with a page to click."""
    with plainly():
        settings = read_settings()
        set_up_logs(settings)
        _demo(port, settings, folder)


def _demo(port: int, settings: Settings, folder: Path | None) -> None:
    """The demo has a book of its own, and the rules that are in force here."""
    rules = settings.rules_folder()
    demo.run_demo(
        port,
        folder or settings.data_dir / "demo",
        _manifest_file(),
        rules=rules if rules.is_dir() else None,
    )


@main.command("gift-check")
@click.option("--json", "as_json", is_flag=True, help="Read one proposal as JSON, answer as JSON.")
@click.option("--batch", is_flag=True, help="With --json: one proposal a line in, one answer a line out.")
@click.option(
    "--as-of",
    metavar="DATE|VERSION",
    help="Judge by the rules in force on that day (2026-03-31), or by that version of them.",
)
@click.option(
    "--team", help="Slack team id; needed only where workspaces of one database differ in their rules."
)
@click.argument("words", nargs=-1)
def gift_check(
    as_json: bool, batch: bool, as_of: str | None, team: str | None, words: tuple[str, ...]
) -> None:
    """Say whether a gift is allowed, from typed WORDS or from JSON on standard input (docs/gifts.md).

    The exit code is 0 whatever the verdict, and 2 for input that cannot be read.
    """
    if batch and not as_json:
        raise click.UsageError("--batch goes with --json")
    if as_json and words:
        raise click.UsageError("--json reads from standard input, not from arguments")
    if not as_json and not words:
        raise click.UsageError("say what for whom, for example: '$45 wine for Jane Smith at Ford'")
    with plainly():
        settings = read_settings()
        clock = clock_of(settings)
        rules = rule_places.at_hand(settings, team, as_of)
        today = rules.day or gift_line.today(clock, settings.zone)
        try:
            if batch:
                for line in gift_line.judged_lines(sys.stdin.buffer, today, settings, rules.by):
                    click.echo(line)
            elif as_json:
                data = sys.stdin.buffer.read(gift_line.LONGEST_LINE + 1)
                click.echo(gift_line.judged(data, today, settings, rules.by))
            else:
                click.echo(gift_line.typed(words, today, clock, settings, rules.by))
        except gift_line.Unreadable as unreadable:
            click.echo(f"{unreadable.key}: {unreadable.message}", err=True)
            sys.exit(2)


@main.command("find")
@click.argument("name", nargs=-1, required=True)
@click.option("--team", help="Slack team id; needed only where several workspaces use this database.")
def find(name: tuple[str, ...], team: str | None) -> None:
    """Say which clients a NAME, person, e-mail address or domain may mean, and what the bot would do."""
    with plainly(), _house() as (house, _):
        for line in find_command.lines(house, _workspace(house, team), " ".join(name)):
            click.echo(line)


@main.command("member")
@click.argument("user_id")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]), help="Repeatable."
)
@click.option("--lead", help="Slack user id of the person's lead.")
@click.option(
    "--delegate", help="Slack user id of who decides on gifts when the person has not; none takes it back."
)
@settings_commands.member_options
@click.option("--team", help="Slack team id; needed only where several workspaces use this database.")
def member(
    user_id: str,
    roles: tuple[str, ...],
    lead: str | None,
    delegate: str | None,
    team: str | None,
    **chosen: Any,
) -> None:
    """Show a member; with options, say what they do, who leads them, who stands in, and what they chose."""
    with plainly(), _house() as (house, settings):
        workspace_id = _workspace(house, team)
        try:
            found = members.set_by_operator(
                house,
                workspace_id,
                user_id,
                roles=frozenset(Role(r) for r in roles) or None,
                lead=lead,
                delegate="" if delegate == "none" else delegate,
            )
            settings_commands.apply(house, workspace_id, user_id, **chosen)
            found = members.of_user(house, workspace_id, user_id) or found
        except Refusal as refusal:
            raise click.ClickException(_sentence(refusal, settings)) from refusal
        click.echo(
            f"{found.name} ({found.user_id}): {', '.join(sorted(found.roles))}; {found.zone}, {found.locale}"
        )
        above = members.superiors(house, workspace_id, found.id)
        for title, person in (("lead", above.lead), ("delegate", above.delegate)):
            if person is not None:
                click.echo(f"  {title}: {person.name} ({person.user_id})")
        for line in settings_commands.told(house, workspace_id, found):
            click.echo(line)


main.add_command(import_commands.take_in)
main.add_command(import_commands.import_clients)
main.add_command(import_commands.export)
main.add_command(rulebook_commands.rulebook)
main.add_command(audit_commands.audit)
main.add_command(register_commands.register)
main.add_command(settings_commands.workspace)
main.add_command(client_commands.client)
main.add_command(concession_commands.concessions)
main.add_command(simulate_command.simulate)
main.add_command(why_command.command)
main.add_command(fit_commands.candidates)
main.add_command(fit_commands.reassign)
main.add_command(backup_commands.copy_to)
main.add_command(backup_commands.backup)
main.add_command(backup_commands.restore)
main.add_command(outbox_commands.outbox)
main.add_command(worker_commands.workers)


@main.command("manifest")
@click.option(
    "--url", help="The bot's public address (https://…): a manifest for HTTP instead of Socket Mode."
)
def manifest(url: str | None) -> None:
    """Print the manifest of the Slack app."""
    if url is not None and not url.startswith("https://"):
        raise click.UsageError("--url must begin with https://")
    click.echo(manifest_text(url), nl=False)


def manifest_text(url: str | None = None) -> str:
    """The manifest as YAML, in the order in which Slack shows it."""
    return yaml.safe_dump(app_manifest(url), sort_keys=False, allow_unicode=True, width=100)


@main.command("migrate")
def migrate() -> None:
    """Bring the database to the schema of this version; `run` does so by itself."""
    with plainly():
        engine = open_engine(read_settings().database())
        try:
            moved = bring_up_to_date(engine)
        finally:
            engine.dispose()
        click.echo(f"{moved.before or 'empty'} → {moved.after}")


@main.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="The findings as JSON.")
def examine(as_json: bool) -> None:
    """Look whether everything the bot needs is there, and say how to mend what is not. Exit code 1 then."""
    try:
        findings = doctor.examine(read_settings())
    except SettingsError as wrong:
        findings = [
            doctor.Finding(
                line.split(":", 1)[0],
                False,
                line.split(":", 1)[-1].strip(),
                "correct it in the environment or .env",
            )
            for line in str(wrong).splitlines()
        ]
    if as_json:
        click.echo(
            json.dumps([{"what": f.what, "well": f.well, "seen": f.seen, "mend": f.mend} for f in findings])
        )
    else:
        for finding in findings:
            click.echo(f"{'ok ' if finding.well else 'BAD'}  {finding.what}: {finding.seen}")
            if not finding.well:
                click.echo(f"       → {finding.mend}")
    if not all(finding.well for finding in findings):
        sys.exit(1)


@contextmanager
def _house() -> Iterator[tuple[House, Settings]]:
    settings = read_settings()
    engine = open_engine(settings.database())
    try:
        bring_up_to_date(engine)
        yield build_house(settings, engine, clock_of(settings)), settings
    finally:
        engine.dispose()


def _workspace(house: House, team: str | None) -> int:
    """The workspace that is meant: the only one there is, or the one of `team`."""
    known = house.memory.workspaces()
    chosen = [workspace for workspace in known if team is None or workspace.team_id == team]
    if len(chosen) == 1:
        return chosen[0].id
    if not known:
        raise click.ClickException(
            "the book belongs to no workspace yet: start the bot once with `rapport run`"
        )
    raise click.ClickException(f"which workspace? --team {' or '.join(w.team_id for w in known)}")


def _sentence(refusal: Refusal, settings: Settings) -> str:
    return refusals.message(refusal, words_for(settings.locale)).text


def _manifest_file() -> Path | None:
    """The manifest beside a checkout; an installed package prints its own."""
    path = Path("manifest.yml")
    return path if path.is_file() else None
