"""`rapport why`: what the gate decided about messages to somebody, and what it would decide now."""

from __future__ import annotations

import click

from bot.domain.refusals import Refusal
from bot.door.opened import only_workspace, opened_register
from bot.door.plainly import plainly
from bot.services import members, why
from handlers import refusals
from handlers.i18n import words_for
from handlers.views import gate

_NAMED = 5


@click.command("why")
@click.argument("member")
@click.argument("client", required=False)
@click.option("--team", help="Slack team id; needed only where several workspaces use this database.")
def command(member: str, client: str | None, team: str | None) -> None:
    """Say why MEMBER was told something or not: of everything, or of the client CLIENT.

    MEMBER is a Slack user id, a mail address or a name; CLIENT a name.
    """
    with plainly(), opened_register() as (house, settings):
        known = only_workspace(house, team)
        words = words_for(settings.locale)
        found = members.called(house, known.id, member)
        if not found:
            raise click.ClickException(f"nobody here is called {member}")
        if len(found) > 1:
            names = ", ".join(f"{each.name} ({each.user_id})" for each in found[:_NAMED])
            raise click.ClickException(f"which one? {names}{' …' if len(found) > _NAMED else ''}")
        try:
            seen = why.outlook_by_operator(house, known.id, found[0].id, client)
        except Refusal as refusal:
            raise click.ClickException(refusals.text(refusal, words)) from refusal
        person = seen.member
        away = "" if person.active else ", account closed"
        click.echo(f"{person.name} ({person.user_id}), {person.zone}{away}")
        if seen.client is not None:
            click.echo(f"{gate.heading(seen, words)}:")
        for line in gate.present(seen, words):
            click.echo(f"  {line}")
        click.echo(f"{words.say('The last decisions')}:")
        for line in gate.decided(seen, words) or [words.say("Nothing was decided in the last thirty days.")]:
            click.echo(f"  {line}")
