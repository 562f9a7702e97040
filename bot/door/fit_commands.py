"""`rapport candidates` and `rapport reassign`: whom a client would suit, and how a leaver's book is shared out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from bot.domain.fit import FACTORS, Because
from bot.domain.reassignment import CHOSEN, Reason
from bot.domain.refusals import Refusal
from bot.domain.split import Fault, PlanRow
from bot.domain.strengths import Declared
from bot.door.opened import only_workspace, opened_register
from bot.door.plainly import plainly
from bot.services import fit, split
from bot.services.house import House
from handlers import refusals
from handlers.exports import plan_file
from handlers.i18n import Words, words_for
from handlers.views import fit as views
from handlers.views import strengths

CHOSEN_BY_DEFAULT = Reason.LEAVE
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


# --- A leaver's book --------------------------------------------------------------------------------------------

FAULTS: Mapping[Fault, str] = {
    Fault.UNKNOWN: "there is no such client, or it has another name by now",
    Fault.ARCHIVED: "is archived",
    Fault.MERGED: "was merged into another client",
    Fault.MOVED: "has been given to somebody else meanwhile",
    Fault.TWICE: "stands in the plan twice",
    Fault.NOBODY: "names nobody who is to get it",
    Fault.GONE: "is to go to somebody who is not here, or keeps no clients",
    Fault.OWN: "is to go to who has it",
    Fault.EXCLUDED: "is to go to somebody who must not have it",
}


@click.command("reassign")
@click.option(
    "--from",
    "leavers",
    metavar="USER",
    multiple=True,
    help="Slack user whose clients are to be shared out. Repeatable: several books are shared out together.",
)
@click.option(
    "--to", "takers", metavar="USER", multiple=True, help="Slack user who may get some. Repeatable."
)
@click.option(
    "--plan",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The plan: written with --from, read with --check.",
)
@click.option("--check", "checking", is_flag=True, help="Say whether an edited plan still holds.")
@click.option(
    "--apply", "applying", is_flag=True, help="Hand all clients of a plan over, at once or not at all."
)
@click.option(
    "--undo", "undoing", is_flag=True, help="Take the handovers of a plan back, within a day of --apply."
)
@click.option(
    "--reason",
    type=click.Choice([each.value for each in CHOSEN]),
    default=CHOSEN_BY_DEFAULT.value,
    show_default=True,
    help="With --apply: why, as it is kept with each client.",
)
@click.option("--team", help="Slack team id; needed only where several workspaces use this database.")
def reassign(
    leavers: tuple[str, ...],
    takers: tuple[str, ...],
    file: Path,
    checking: bool,
    applying: bool,
    undoing: bool,
    reason: str,
    team: str | None,
) -> None:
    """Plan who gets the clients of those who leave, with reasons, as a file to be edited; then hand them over.

    With --from the best plan is written, and nothing changed; with --check a plan is held against the book as it is
    now, and the exit code is 1 where a line does not hold; with --apply all of it is handed over, or nothing where a
    line does not hold. With --undo what --apply handed over goes back within a day, as far as each client still can;
    the exit code is 1 where one cannot. docs/fit.md tells how the plan is found.
    """
    if sum((checking, applying, undoing, bool(leavers))) != 1:
        raise click.UsageError(
            "give --from to make a plan, --check to look at one, --apply to carry it out, or --undo to take it back"
        )
    if takers and not leavers:
        raise click.UsageError("--to goes with --from")
    with plainly(), opened_register() as (house, settings):
        known, words = only_workspace(house, team), words_for(settings.locale)
        if undoing:
            _undo(house, known.id, file, words)
            return
        if checking or applying:
            rows = _check(house, known.id, file)
            if applying:
                _apply(house, known.id, rows, reason, words)
            else:
                click.echo("Nothing was changed.")
            return
        if file.exists():
            raise click.ClickException(f"{file} is there already: it may be a plan that somebody edited")
        try:
            found = split.plan(house, known.id, leavers, takers)
        except Refusal as refusal:
            raise click.ClickException(refusals.text(refusal, words)) from refusal
        users = {leaver.id: leaver.user_id for leaver in found.leavers}
        plan_file.write_plan(
            (_cells(each, users[each.client.owner_id or 0], words) for each in found.given), file
        )
        for share in found.shares:
            note = ", more than there is room for" if share.full else ""
            click.echo(f"  {share.member.name} ({share.member.user_id}): {share.clients}{note}")
        nobody = sum(each.to is None for each in found.given)
        if nobody:
            click.echo(f"  nobody may have {nobody} of them: name somebody in the column to")
        if not found.best:
            click.echo("  time ran out: a good plan, though perhaps not the very best")
        names = [leaver.name for leaver in found.leavers]
        click.echo(f"{len(found.given)} clients of {words.listed(names)} in {file}. Nothing was changed.")


def _cells(given: split.Given, from_user: str, words: Words) -> tuple[str, ...]:
    client, to = given.client, given.to
    return (
        str(client.id),
        client.name,
        client.tier.value,
        client.market,
        from_user,
        "" if to is None else to.user_id,
        "" if to is None else to.name,
        "" if to is None else "; ".join(views.told(given.reasons, words)),
    )


def _read(file: Path) -> Sequence[PlanRow]:
    try:
        return plan_file.read_plan(file)
    except (OSError, plan_file.UnreadablePlan) as wrong:
        said = wrong.strerror if isinstance(wrong, OSError) else wrong
        raise click.ClickException(f"{file}: {said}") from wrong


def _undo(house: House, workspace_id: int, file: Path, words: Words) -> None:
    """Take back what a plan handed over; ends with the exit code 1 where a client stays where it is."""
    done = split.take_back(house, workspace_id, _read(file))
    for client, why in done.left:
        click.echo(f"{client}: {refusals.text(why, words)}")
    click.echo(f"{len(done.clients)} of {len(done.clients) + len(done.left)} clients are back.")
    if done.left:
        raise SystemExit(1)


def _check(house: House, workspace_id: int, file: Path) -> Sequence[PlanRow]:
    """The lines of a plan, when all of them hold; else says which do not, and ends with the exit code 1."""
    rows = _read(file)
    checked = split.check(house, workspace_id, rows)
    wrong_lines = [each for each in checked if each.fault is not None]
    for each in wrong_lines:
        assert each.fault is not None, "only such lines are listed"
        owner = f" ({each.owner})" if each.fault is Fault.MOVED and each.owner else ""
        click.echo(f"line {each.row.line}: {each.row.client} {FAULTS[each.fault]}{owner}")
    click.echo(f"{len(checked) - len(wrong_lines)} of {len(checked)} lines hold.")
    if wrong_lines:
        click.echo("Nothing was changed.")
        raise SystemExit(1)
    return rows


def _apply(house: House, workspace_id: int, rows: Sequence[PlanRow], reason: str, words: Words) -> None:
    try:
        count = split.carry_out(house, workspace_id, rows, reason=reason)
    except Refusal as refusal:  # somebody changed the book since the look at it
        raise click.ClickException(refusals.text(refusal, words)) from refusal
    click.echo(f"{count} clients were handed over. Those concerned are told when Rapport runs.")
