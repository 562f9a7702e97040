"""`rapport client`: look at a client, archive and restore it, merge two, read the history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from zoneinfo import ZoneInfo

import click

from bot.domain.book_facts import hours_facts
from bot.domain.refusals import Refusal
from bot.domain.workspaces import Workspace
from bot.door.opened import only_workspace, opened_register
from bot.door.plainly import plainly
from bot.services import client_desk
from bot.services.client_desk import Card
from bot.services.house import House
from handlers import refusals
from handlers.i18n import Words, words_for
from handlers.views import client_forms, client_history, client_merges, contact_forms, places

_TEAM = click.option("--team", help="Slack team id; needed only where several workspaces use this database.")
Answered = TypeVar("Answered")


@click.group("client")
def client() -> None:
    """The clients of the book: what is known of one, archive, restore, merge, history."""


@client.command("show")
@click.argument("name")
@_TEAM
def show(name: str, team: str | None) -> None:
    """Show all that the book says of the client NAME, archived or not."""
    with _opened(team) as (house, workspace, words):
        card = _asked(words, lambda: client_desk.show(house, workspace.id, name))
        for line in card_lines(card, words):
            click.echo(line)


@client.command("archive")
@click.argument("name")
@_TEAM
def archive(name: str, team: str | None) -> None:
    """Take the client NAME out of the book; nothing of it is lost."""
    with _opened(team) as (house, workspace, words):
        done = _asked(words, lambda: client_desk.archive(house, workspace.id, name))
        click.echo(f"{done.name} is archived")


@client.command("restore")
@click.argument("name")
@_TEAM
def restore(name: str, team: str | None) -> None:
    """Put the archived client NAME back into the book."""
    with _opened(team) as (house, workspace, words):
        done = _asked(words, lambda: client_desk.restore(house, workspace.id, name))
        click.echo(f"{done.name} is back in the book")


@client.command("merge")
@click.argument("gone", required=False)
@click.argument("kept", required=False)
@click.option("--dry-run", is_flag=True, help="Say what would move, and change nothing.")
@click.option("--undo", type=int, metavar="NUMBER", help="Part again what merge NUMBER joined, within a day.")
@_TEAM
def merge(gone: str | None, kept: str | None, dry_run: bool, undo: int | None, team: str | None) -> None:
    """Let the client GONE be KEPT: what belongs to it follows. The number that is printed undoes it for a day."""
    if undo is None and not (gone and kept):
        raise click.UsageError("name two clients: the one that goes, and the one that stays")
    with _opened(team) as (house, workspace, words):
        if undo is not None:
            parted = _asked(words, lambda: client_desk.undo(house, workspace.id, undo))
            click.echo(f"{parted.gone.name} and {parted.kept.name} are two clients again")
            return
        first, second = gone or "", kept or ""
        seen = _asked(words, lambda: client_desk.preview(house, workspace.id, first, second))
        for name, count in seen.moving.items():
            if count:
                click.echo(f"  {client_merges.counted(name, count, words)}")
        for person in seen.joined:
            click.echo(f"  one person from now on: {person}")
        if dry_run:
            click.echo("Nothing was changed: this was a dry run.")
            return
        done = _asked(words, lambda: client_desk.merge(house, workspace.id, first, second))
        click.echo(
            f"{done.gone.name} is {done.kept.name} now; within a day: client merge --undo {done.merge.id}"
        )


@client.command("history")
@click.argument("name")
@_TEAM
def history(name: str, team: str | None) -> None:
    """Show who changed what of the client NAME and of its people, the latest change first."""
    with _opened(team) as (house, workspace, words):
        told = _asked(words, lambda: client_desk.history(house, workspace.id, name))
        zone = ZoneInfo(workspace.zone)
        for change in told.changes:
            who = "the operator" if change.member_id is None else told.authors.get(change.member_id, "?")
            what = client_history.headline(change, told.people, words)
            click.echo(f"{change.at.astimezone(zone):%Y-%m-%d %H:%M}  {who}: {what}")
            for line in client_history.lines(change, words):
                click.echo(f"                  {line}")


def card_lines(card: Card, words: Words) -> Iterator[str]:
    """A client as lines of text: what is known, field by field, then its people."""
    found = card.client
    state = " (archived)" if found.archived else ""
    yield f"{found.name}{state}"
    floor = "" if found.price_floor is None else words.money(found.price_floor)
    facts = {
        "aliases": ", ".join(found.aliases),
        "owner": card.owner or "",
        **{part.value: name for part, name in card.team.items()},
        "tier": found.tier.value,
        "status": words.say(client_forms.STATUSES[found.status]),
        "cadence_days": "" if found.cadence_days is None else str(found.cadence_days),
        "market": places.place(found.market, words),
        "currency": found.currency,
        "price_floor": floor,
        "zone": "" if found.zone is None else places.zone_name(found.zone, words),
        "hours": "" if found.hours is None else client_history.value("hours", _hours(card), words),
        "own_holidays": ", ".join(day.isoformat() for day in found.own_holidays),
        "sector": found.sector,
        "offerings": ", ".join(found.offerings),
        "relation_since": "" if found.relation_since is None else found.relation_since.isoformat(),
        "contract_on": "" if found.contract_on is None else found.contract_on.isoformat(),
        "renews_on": "" if found.renews_on is None else found.renews_on.isoformat(),
        "channels": ", ".join(card.channels),
    }
    for name, said in facts.items():
        if said:
            yield f"  {words.say(client_forms.LABELS[name])}: {said}"
    yield "  " + ", ".join(client_merges.counted(name, n, words) for name, n in card.counts.items())
    for person in card.contacts:
        more = [person.role, person.email or ""]
        more += [contact_forms.regime(code, words) for code in person.regimes]
        if not person.active:
            more.append(words.say("Has left"))
        yield "  · " + " · ".join([person.name, *(each for each in more if each)])


def _hours(card: Card) -> dict[str, list[list[str]]]:
    return hours_facts(card.client.hours or {})


@contextmanager
def _opened(team: str | None) -> Iterator[tuple[House, Workspace, Words]]:
    with plainly(), opened_register() as (house, settings):
        yield house, only_workspace(house, team), words_for(settings.locale)


def _asked(words: Words, ask: Callable[[], Answered]) -> Answered:
    try:
        return ask()
    except Refusal as refusal:
        raise click.ClickException(refusals.text(refusal, words)) from refusal
