"""A change of the rules: looked through, told before it is in force, and put in force as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date

import click

from bot.domain.gifts.book import Rulebook
from bot.domain.gifts.rules import Outcome
from bot.domain.refusals import Refusal
from bot.domain.workspaces import Workspace
from bot.door import gift_line
from bot.door.assembly import clock_of
from bot.door.rule_folder import held, put
from bot.door.rule_places import Place, folder_place, places, single
from bot.rulebook.change import RuleChange, changes
from bot.rulebook.reader import RulebookError, faults, read_rulebook
from bot.rulebook.told import Comparison, TurnedCheck
from bot.services import rules
from bot.settings import Settings

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


def readable(place: Place, given: Mapping[str, str]) -> dict[str, str]:
    """The texts that would be in force with `given` on top; ClickException names every file that cannot be read."""
    texts = {**place.base, **place.own, **given}
    wrong = [fault for fault in place.unreadable if fault.file not in given] or faults(texts)
    if wrong:
        raise refusal(wrong)
    return texts


def refusal(wrong: Sequence[RulebookError]) -> click.ClickException:
    """Every fault on a line of its own."""
    return click.ClickException("\n".join(printable(str(fault)) for fault in wrong))


def weigh(place: Place, given: Mapping[str, str]) -> Change:
    """What putting these files in force there would mean. Raises ClickException, as `readable`."""
    after = read_rulebook(readable(place, given))
    broken = [fault.file for fault in place.unreadable]
    try:
        before = None if broken else read_rulebook({**place.base, **place.own})
    except RulebookError:
        before = None
    back = [name for name, text in given.items() if place.base.get(name) == text]
    return Change(
        before,
        after,
        {name: text for name, text in given.items() if name not in back and place.own.get(name) != text},
        [name for name in back if name in place.own or name in broken],
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
    with places(settings, team) as found:
        place = single(found)
        if place.workspace is not None:
            _taken(settings, place, given, on=on, dry_run=dry_run, only_new=only_new)
            return
        with nullcontext() if dry_run else held(place.folder):
            _taken(settings, folder_place(settings), given, on=on, dry_run=dry_run, only_new=only_new)


def _taken(
    settings: Settings,
    place: Place,
    given: Mapping[str, str],
    *,
    on: date | None,
    dry_run: bool,
    only_new: bool,
) -> None:
    known = [name for name in given if name in place.own or (place.folder / name).exists()]
    if only_new and known:
        where = str(place.folder / known[0]) if place.workspace is None else known[0]
        raise click.ClickException(
            f"an answer is on file already ({where}): add --replace to put this one in its place"
        )
    change = weigh(place, given)
    tell([(place, change)], settings, on)
    where = f"into {place.folder}" if place.workspace is None else f"for {place.workspace.name}"
    if not dry_run:
        _put(place, change)
    for name in change.written:
        say(f"{name}: {'would be written' if dry_run else 'written'} {where}")
    for name in change.removed:
        say(f"{name}: as it ships; {'the own one would go' if dry_run else 'the own one is gone'}")
    if dry_run:
        say("Nothing was changed: this was a dry run.")
    elif not change.written and not change.removed:
        say("Nothing to do: these files are in force already.")
    elif place.workspace is None:
        say("In force: for `rapport gift-check` now, for the bot from its next start.")
    else:
        say("In force at once, for the bot and for `rapport gift-check`.")


def _put(place: Place, change: Change) -> None:
    if place.house is None or place.workspace is None:
        put(place.folder, change.written, change.removed)
        return
    if not change.written and not change.removed:
        return
    try:
        with place.house.memory.write(place.workspace.id) as unit:
            rules.put_in_force(
                place.house,
                unit,
                revision=place.workspace.rules_revision,
                written=change.written,
                removed=change.removed,
                member_id=None,
                now=place.house.clock(),
            )
    except Refusal as changed:
        raise click.ClickException(
            "somebody else changed the rules in between: nothing was written; try again"
        ) from changed


def tell(weighed: Sequence[tuple[Place, Change]], settings: Settings, on: date | None) -> None:
    """Say which rules differ, and which of the recorded checks would come out differently; place by place."""
    said: list[str] = []
    for place, change in weighed:
        lines = _differences(change, settings)
        if lines != said:
            for line in lines:
                say(line)
        said = lines
        if change.before is None or not change.differences:
            continue
        day = on or _day_of(change, gift_line.today(clock_of(settings), settings.zone))
        if place.house is None or place.workspace is None:
            say("No gift has been checked yet.")
            continue
        with place.house.memory.read(place.workspace.id) as unit:
            compared = rules.compare(place.house, unit, change.after, on=day, before=change.before)
        for line in _told(place.workspace, compared, day):
            say(line)


def _differences(change: Change, settings: Settings) -> list[str]:
    if change.before is None:
        return ["The rules in force cannot be read: there is nothing to compare these with."]
    return [
        _described(difference, change.before, change.after, settings.locale)
        for difference in change.differences
    ] or ["No rule differs."]


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


def _told(workspace: Workspace, compared: Comparison, day: date) -> list[str]:
    many = f"{len(compared.turned)} of the last {compared.compared} recorded checks"
    lines = [f"{workspace.name}: {many} would come out differently if they were asked on {day}."]
    if compared.unreadable:
        lines.append(f"  {compared.unreadable} more are in words that this version no longer knows.")
    lines += [f"  {_check(turned)}" for turned in compared.turned]
    return lines


def _check(turned: TurnedCheck) -> str:
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
