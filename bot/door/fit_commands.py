"""`rapport candidates`: whom a client would suit, and who must not have it."""

from __future__ import annotations

import re

import click

from bot.domain.fit import FACTORS, Because
from bot.domain.refusals import Refusal
from bot.domain.strengths import Declared
from bot.door.opened import only_workspace, opened_register
from bot.door.plainly import plainly
from bot.services import fit
from handlers import refusals
from handlers.i18n import Words, words_for
from handlers.views import fit as views
from handlers.views import strengths

_WEIGHT = re.compile(r"([a-z]+)=(\d{1,4})", re.IGNORECASE)


@click.command("candidates")
@click.argument("client")
@click.option("--exclude", metavar="USER", help="Slack user who must never be offered for the client.")
@click.option(
    "--because",
    type=click.Choice([each.value for each in Because]),
    default=Because.CLIENT_ASKED.value,
    show_default=True,
    help="With --exclude: why.",
)
@click.option("--allow", metavar="USER", help="Take an exclusion of that Slack user back.")
@click.option("--team", help="Slack team id; needed only where several workspaces use this database.")
def candidates(client: str, exclude: str | None, because: str, allow: str | None, team: str | None) -> None:
    """Say whom CLIENT would suit: three people with reasons, and no marks (docs/fit.md)."""
    if exclude and allow:
        raise click.UsageError("give --exclude or --allow, not both")
    with plainly(), opened_register() as (house, settings):
        known, words = only_workspace(house, team), words_for(settings.locale)
        try:
            if exclude or allow:
                reason = Because(because) if exclude else None
                found = fit.exclude_by_operator(house, known.id, client, exclude or allow or "", reason)
            else:
                found = fit.suited_by_operator(house, known.id, client)
        except Refusal as refusal:
            raise click.ClickException(refusals.text(refusal, words)) from refusal
        click.echo(found.client.name)
        if not found.candidates:
            click.echo("  nobody else keeps clients, or everybody who does is left out")
        for member, candidate in found.candidates:
            click.echo(f"  {member.name} ({member.user_id})")
            for line in views.told(candidate.reasons, words):
                click.echo(f"    {line}")
        left_out = [
            (each.name, found.excluded.because[number]) for number, each in found.excluded.people.items()
        ]
        for note in views.remarks(left_out, found.unknown, words):
            click.echo(f"  {note}")


def declared_lines(said: Declared, words: Words) -> list[str]:
    """What a member says of themselves, for `rapport member`."""
    return [f"  {line}" for line in strengths.declared_lines(said, words)]


def weights(_context: click.Context, _option: click.Parameter, typed: tuple[str, ...]) -> dict[str, int]:
    """``market=3`` as a weight; raises BadParameter for what is none."""
    found = {}
    for each in typed:
        read = _WEIGHT.fullmatch(each.strip())
        if read is None or read[1].lower() not in (*FACTORS, "capacity"):
            known = ", ".join((*FACTORS, "capacity"))
            raise click.BadParameter(f"{each} is no weight, such as market=3; there is {known}")
        found[read[1].lower()] = int(read[2])
    return found
