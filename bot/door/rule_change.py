"""A change of the rules: looked through, told before it is in force, and put in force as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from dataclasses import replace as with_other
from datetime import date
from pathlib import Path

import click

from bot.domain.gifts.book import Rulebook
from bot.domain.gifts.rules import Outcome
from bot.domain.workspaces import Workspace
from bot.door import gift_line
from bot.door.assembly import build_house, clock_of
from bot.door.rule_folder import held, look_into, own_files, put
from bot.rulebook.change import RuleChange, changes
from bot.rulebook.reader import RulebookError, faults, read_rulebook, shipped_files
from bot.services import rules
from bot.settings import Settings
from storage.engine import database_file, open_engine
from storage.migrate import migrate

_SIGNS = {"added": "+", "changed": "~", "removed": "-"}


@dataclass(frozen=True, slots=True)
class Change:
    """The rules in force and those that would be; `before` is None where those in force cannot be read.

    `written` are the own files to write, by name, and `removed` those to take away: a file that is the shipped one
    again is not kept as a copy, which would hide what later versions ship.
    """

    before: Rulebook | None
    after: Rulebook
    written: Mapping[str, str]
    removed: Sequence[str]

    @property
    def differences(self) -> Sequence[RuleChange]:
        return changes(self.before, self.after) if self.before is not None else ()


def in_force(folder: Path) -> dict[str, str]:
    """The texts in force, by name: those that ship and the workspace's own. Raises RulebookError."""
    return {**shipped_files(), **own_files(folder)}


def readable(folder: Path, given: Mapping[str, str]) -> dict[str, str]:
    """The texts that would be in force with `given` on top; ClickException names every file that cannot be read."""
    own, unreadable = look_into(folder)
    texts = {**shipped_files(), **own, **given}
    wrong = [fault for fault in unreadable if fault.file not in given] or faults(texts)
    if wrong:
        raise refusal(wrong)
    return texts


def refusal(wrong: Sequence[RulebookError]) -> click.ClickException:
    """Every fault on a line of its own."""
    return click.ClickException("\n".join(printable(str(fault)) for fault in wrong))


def weigh(folder: Path, given: Mapping[str, str]) -> Change:
    """What putting these files in force would mean. Raises ClickException, as `readable`."""
    after = read_rulebook(readable(folder, given))
    own, unreadable = look_into(folder)
    shipped = shipped_files()
    broken = [fault.file for fault in unreadable]
    try:
        before = None if broken else read_rulebook({**shipped, **own})
    except RulebookError:
        before = None
    back = [name for name, text in given.items() if shipped.get(name) == text]
    return Change(
        before,
        after,
        {name: text for name, text in given.items() if name not in back and own.get(name) != text},
        [name for name in back if name in own or name in broken],
    )


def take(
    settings: Settings,
    given: Mapping[str, str],
    *,
    team: str | None,
    on: date | None,
    dry_run: bool,
    only_new: bool = False,
) -> None:
    """Check, tell and put in force; with `only_new` no own file may be there under one of the names."""
    folder = settings.rules_folder()
    with nullcontext() if dry_run else held(folder):
        known = [name for name in given if (folder / name).exists()]
        if only_new and known:
            raise click.ClickException(
                f"an answer is on file already ({folder / known[0]}): add --replace to put this one in its place"
            )
        change = weigh(folder, given)
        tell(change, settings, team, on)
        if not dry_run:
            put(folder, change.written, change.removed)
    for name in change.written:
        say(f"{name}: {'would be written' if dry_run else 'written'} into {folder}")
    for name in change.removed:
        say(f"{name}: as it ships; {'the own one would go' if dry_run else 'the own one is gone'}")
    if dry_run:
        say("Nothing was changed: this was a dry run.")
    elif change.written or change.removed:
        say("In force: for `rapport gift-check` now, for the bot from its next start.")
    else:
        say("Nothing to do: these files are in force already.")


def tell(change: Change, settings: Settings, team: str | None, on: date | None) -> None:
    """Say which rules differ, and which of the recorded checks would come out differently."""
    if change.before is None:
        say("The rules in force cannot be read: there is nothing to compare these with.")
        return
    for difference in change.differences:
        say(_described(difference, change.before, change.after, settings.locale))
    if not change.differences:
        say("No rule differs.")
        return
    day = on or _day_of(change, gift_line.today(clock_of(settings), settings.zone))
    for line in _turned(change.before, change.after, settings, team, day):
        say(line)


def _described(difference: RuleChange, before: Rulebook, after: Rulebook, locale: str) -> str:
    rule = after.by_id.get(difference.rule) or before.by_id[difference.rule]
    entries = f" ({', '.join(difference.entries)})" if difference.entries else ""
    sentence = rule.summary["fr" if locale.startswith("fr") else "en"]
    return f"{_SIGNS[difference.kind]} {rule.id}{entries}: {sentence}"


def _day_of(change: Change, today: date) -> date:
    """Today, or the day on which the last of the changed rules begins."""
    begins = [
        rule.effective_from
        for difference in change.differences
        if (rule := change.after.by_id.get(difference.rule)) and rule.effective_from
    ]
    return max([today, *begins])


def _turned(before: Rulebook, after: Rulebook, settings: Settings, team: str | None, day: date) -> list[str]:
    file = database_file(settings.database())
    if file is not None and not file.exists():
        return ["No gift has been checked yet."]
    engine = open_engine(settings.database())
    try:
        migrate(engine)
        house = with_other(build_house(settings, engine, clock_of(settings)), rulebook=before)
        known = house.memory.workspaces()
        chosen = [workspace for workspace in known if team is None or workspace.team_id == team]
        if team is not None and not chosen:
            raise click.ClickException(
                f"there is no workspace {team}: {' or '.join(w.team_id for w in known) or 'none is known yet'}"
            )
        return [
            line
            for workspace in chosen
            for line in _told(workspace, rules.compare(house, workspace.id, after, on=day), day)
        ] or ["No gift has been checked yet."]
    finally:
        engine.dispose()


def _told(workspace: Workspace, compared: rules.Comparison, day: date) -> list[str]:
    many = f"{len(compared.turned)} of the last {compared.compared} recorded checks"
    lines = [f"{workspace.name}: {many} would come out differently if they were asked on {day}."]
    if compared.unreadable:
        lines.append(f"  {compared.unreadable} more are in words that this version no longer knows.")
    lines += [f"  {_check(turned)}" for turned in compared.turned]
    return lines


def _check(turned: rules.TurnedCheck) -> str:
    what = turned.description or turned.category.replace("_", " ")
    pieces = f"{turned.quantity} × " if turned.quantity != 1 else ""
    price = f", {turned.value.amount:f} {turned.value.currency}" if turned.value is not None else ""
    return (
        f"{turned.asked_on}  {turned.client or '–'}: {pieces}{what}{price}: "
        f"{_word(turned.before)} → {_word(turned.after)}"
    )


def _word(outcome: Outcome) -> str:
    return outcome.word.replace("_", " ")


def say(line: str) -> None:
    """Print one line."""
    click.echo(printable(line))


def printable(line: str) -> str:
    """The line without what would move a terminal's cursor: parts of it were typed by people."""
    return "".join(char if char.isprintable() else "�" for char in line)
