"""`rapport outbox`: what waits, what was given up and what was left out, and why, for whoever runs the machine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click

from bot.domain.outbox import OPEN_STATES, State
from bot.domain.refusals import Refusal
from bot.door.opened import only_workspace, opened_register
from bot.door.plainly import plainly
from bot.services import ledger
from bot.services.house import House
from handlers import refusals
from handlers.i18n import words_for

_SHOWN: Mapping[str, tuple[State, ...]] = {
    "open": OPEN_STATES,
    "dead": (State.DEAD,),
    "skipped": (State.SKIPPED,),
    "sent": (State.SENT,),
    "all": tuple(State),
}
_UNSENT = (*OPEN_STATES, State.DEAD, State.SKIPPED)
_team = click.option("--team", help="Slack team id; needed only where several workspaces use this database.")
_json = click.option("--json", "as_json", is_flag=True, help="As JSON, one message a line.")


@click.group("outbox", invoke_without_command=True)
@click.option("--state", type=click.Choice(list(_SHOWN)), help="Instead of all that was not sent.")
@click.option("--kind", help="One kind of message, such as digest.")
@click.option("--member", "user_id", help="Slack user id of the reader.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@_json
@_team
@click.pass_context
def outbox(
    context: click.Context,
    state: str | None,
    kind: str | None,
    user_id: str | None,
    limit: int,
    as_json: bool,
    team: str | None,
) -> None:
    """List messages that wait, were given up or were left out, the latest first, each with its reason.

    What a message says is never shown.
    """
    if context.invoked_subcommand is not None:
        return
    with _opened(team) as (house, workspace_id):
        states = _UNSENT if state is None else _SHOWN[state]
        lines = ledger.listed(house, workspace_id, states, kind=kind, user_id=user_id, limit=limit)
        for line in lines:
            click.echo(json.dumps(_facts(line)) if as_json else _told(line))
        if not lines and not as_json:
            click.echo("nothing")


@outbox.command("show")
@click.argument("entry_id", type=int)
@_json
@_team
def show(entry_id: int, as_json: bool, team: str | None) -> None:
    """Show everything that is known of the delivery of one message."""
    with _opened(team) as (house, workspace_id):
        facts = _facts(ledger.one(house, workspace_id, entry_id))
        if as_json:
            click.echo(json.dumps(facts))
            return
        for name, fact in facts.items():
            click.echo(f"{name.replace('_', ' ')}: {'-' if fact in (None, {}) else fact}")


@outbox.command("retry")
@click.argument("entry_id", type=int)
@click.option("--even-twice", is_flag=True, help="Also one that may have arrived: it may come a second time.")
@_team
def retry(entry_id: int, even_twice: bool, team: str | None) -> None:
    """Try a message anew that was given up. A running bot takes it up by itself."""
    with _opened(team) as (house, workspace_id):
        click.echo(_told(ledger.retry(house, workspace_id, entry_id, even_twice=even_twice)))


@contextmanager
def _opened(team: str | None) -> Iterator[tuple[House, int]]:
    with plainly(), opened_register() as (house, settings):
        try:
            yield house, only_workspace(house, team).id
        except Refusal as refusal:
            said = refusals.message(refusal, words_for(settings.locale)).text
            raise click.ClickException(said) from refusal


def _told(line: ledger.Line) -> str:
    entry = line.entry
    why = " · ".join(part for part in (entry.note, entry.error) if part) or "-"
    return (
        f"{entry.id:>8}  {entry.state.value:<8} {entry.kind:<18} {line.member.name} ({line.member.user_id}); "
        f"due {entry.due_at:%Y-%m-%d %H:%M:%S}Z; {entry.attempts} attempts; {why}"
    )


def _facts(line: ledger.Line) -> dict[str, Any]:
    entry = line.entry
    return {
        "id": entry.id,
        "key": entry.key,
        "kind": entry.kind,
        "state": entry.state.value,
        "reader": f"{line.member.name} ({line.member.user_id})",
        "urgent": entry.urgent,
        "note": entry.note,
        "error": entry.error,
        "answer": dict(entry.answer or {}),
        "attempts": entry.attempts,
        "look_ups": entry.look_ups,
        "created_at": _at(entry.created_at),
        "due_at": _at(entry.due_at),
        "expires_at": _at(entry.expires_at),
        "first_try_at": _at(entry.first_try_at),
        "last_try_at": _at(entry.last_try_at),
        "conversation": entry.conversation,
        "receipt": entry.receipt,
        "reference": entry.reference,
    }


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
