"""`rapport audit`: what an auditor asks of the record."""

from __future__ import annotations

import sys

import click

from bot.domain.refusals import Refusal
from bot.door.audit_verify import verify
from bot.door.plainly import plainly
from bot.door.rule_places import places, single
from bot.services import rules
from bot.settings import read_settings

_WHY = {
    "rules": "the rules of that version are not kept",
    "words": "it is recorded in words that this version of the program no longer knows",
}


@click.group("audit")
def audit() -> None:
    """Look whether the record holds."""


audit.add_command(verify)


@audit.command("replay")
@click.option(
    "--last",
    type=click.IntRange(1),
    default=rules.RECENT,
    show_default=True,
    help="How many recorded checks, the latest first.",
)
@click.option("--check", "check_id", type=click.IntRange(1), help="The recorded check of this number alone.")
@click.option("--team", help="Slack team id; needed only where several workspaces use this database.")
def replay(last: int, check_id: int | None, team: str | None) -> None:
    """Judge recorded checks again, each by the rules that judged it, and say which come out differently.

    Exit code 1 when one does.
    """
    with plainly(), places(read_settings(), team) as found:
        place = single(found)
        if place.house is None or place.workspace is None:
            raise click.ClickException("no gift has been checked yet")
        try:
            judged = rules.replay(place.house, place.workspace.id, last=last, check_id=check_id)
        except Refusal as refusal:
            raise click.ClickException(f"there is no check {check_id}") from refusal
        for each in judged:
            if each.now is None:
                click.echo(f"check {each.check_id} (version {each.version}): {_WHY[each.reason]}")
            elif each.differs or check_id is not None:
                click.echo(f"check {each.check_id} (version {each.version}): {each.then} → {each.now}")
        again = sum(each.now is not None for each in judged)
        differing = sum(each.differs for each in judged)
        click.echo(f"{again} of {len(judged)} checks were judged again, {differing} came out differently.")
        if differing:
            sys.exit(1)
