"""Where own rules are kept: a workspace's in the database; the operator's folder where there is no workspace yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.domain.gifts.versions import RulebookVersion, in_force_at, named_version
from bot.domain.refusals import Refusal
from bot.domain.workspaces import Workspace
from bot.door.assembly import base_rules, clock_of, rules_in_force
from bot.door.rule_folder import look_into
from bot.rulebook.rates import EcbRates
from bot.rulebook.reader import RulebookError, shipped_files
from bot.services.house import House
from bot.services.rulebooks import Judging, Rulebooks, as_kept
from bot.settings import Settings
from storage.engine import database_file, open_engine
from storage.migrate import HEAD, REVISIONS, NewerDatabase, current, migrate
from storage.unit_of_work import SqlMemory

_FIRST_WITH_RULES = "0003"


@dataclass(frozen=True, slots=True)
class Place:
    """One place of own rules. `house` and `workspace` are None for the folder, `revision` counts a workspace's changes.

    `base` are the files below the own ones, `unreadable` what is no text at all.
    """

    folder: Path
    base: Mapping[str, str]
    own: Mapping[str, str]
    unreadable: Sequence[RulebookError]
    house: House | None = None
    workspace: Workspace | None = None

    @property
    def texts(self) -> dict[str, str]:
        """The rule files in force, by name. Raises RulebookError."""
        if self.unreadable:
            raise self.unreadable[0]
        return {**self.base, **self.own}


@contextmanager
def places(settings: Settings, team: str | None) -> Iterator[Sequence[Place]]:
    """The places that are meant: every workspace or the one of `team`, or the folder where none is known.

    Brings an existing database to the schema of this version; makes none. Raises ClickException for an unknown team.
    """
    file = database_file(settings.database())
    if file is not None and not file.exists():
        yield _folder_alone(settings, (), team)
        return
    engine = open_engine(settings.database())
    try:
        migrate(engine)
        memory = SqlMemory(engine)
        known = memory.workspaces()
        if not known:
            yield _folder_alone(settings, known, team)
            return
        yield [_of_workspace(settings, memory, workspace) for workspace in _meant(known, team)]
    finally:
        engine.dispose()


def single(found: Sequence[Place]) -> Place:
    """The one place that is meant. Raises ClickException where several are."""
    if len(found) == 1:
        return found[0]
    raise click.ClickException(_which([place.workspace for place in found if place.workspace is not None]))


def folder_place(settings: Settings) -> Place:
    """The folder, as it stands now."""
    folder = settings.rules_folder()
    own, unreadable = look_into(folder)
    return Place(folder, shipped_files(), own, unreadable)


def _folder_alone(settings: Settings, known: Sequence[Workspace], team: str | None) -> Sequence[Place]:
    if team is not None:
        _meant(known, team)
    return [folder_place(settings)]


def _of_workspace(settings: Settings, memory: SqlMemory, workspace: Workspace) -> Place:
    below = folder_place(settings)
    base = {**below.base, **below.own}
    house = House(memory, clock_of(settings), Rulebooks(base), EcbRates())
    with memory.read(workspace.id) as unit:
        own = {each.name: each.text for each in unit.rules.own()}
        return Place(below.folder, base, own, below.unreadable, house, unit.workspace)


def _meant(known: Sequence[Workspace], team: str | None) -> Sequence[Workspace]:
    chosen = [workspace for workspace in known if team is None or workspace.team_id == team]
    if not chosen:
        raise click.ClickException(
            f"there is no workspace {team}: {' or '.join(w.team_id for w in known) or 'none is known yet'}"
        )
    return chosen


def _which(known: Sequence[Workspace]) -> str:
    return f"which workspace? --team {' or '.join(w.team_id for w in known)}"


# --- For the gift check, which reads and changes nothing -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AtHand:
    """What a gift check on the command line judges by; `day` is the day of giving where none is told, None: today."""

    by: Judging
    day: date | None = None


def at_hand(settings: Settings, team: str | None, as_of: str | None) -> AtHand:
    """The rules in force here, or those `as_of` a day (2026-03-31) or version. Makes and changes no database.

    Raises ClickException where it is not clear which workspace is meant, or nothing is known of that time.
    """
    file = database_file(settings.database())
    if file is not None and not file.exists():
        return _without_database(settings, team, as_of)
    engine = open_engine(settings.database())
    try:
        revision = current(engine)
        if revision is not None and revision not in REVISIONS:
            raise NewerDatabase(revision)
        if revision is None or revision < _FIRST_WITH_RULES:
            return _without_database(settings, team, as_of)
        if revision != HEAD:
            raise click.ClickException("the database is of an older version: run `rapport migrate` first")
        memory = SqlMemory(engine)
        known = memory.workspaces()
        if not known:
            return _without_database(settings, team, as_of)
        return _in_database(settings, memory, _meant(known, team), as_of)
    finally:
        engine.dispose()


def _without_database(settings: Settings, team: str | None, as_of: str | None) -> AtHand:
    if team is not None:
        _meant((), team)
    if as_of is not None:
        raise click.ClickException(
            "nothing is known of earlier rules here: they are kept once the bot has run, or gifts were checked in it"
        )
    return AtHand(Judging(rules_in_force(settings), cautious=False))


def _in_database(
    settings: Settings, memory: SqlMemory, chosen: Sequence[Workspace], as_of: str | None
) -> AtHand:
    rulebooks = Rulebooks(base_rules(settings))
    found: list[AtHand] = []
    for workspace in chosen:
        with memory.read(workspace.id) as unit:
            if as_of is None:
                found.append(AtHand(rulebooks.judging(unit)))
                continue
            version, day = _version(unit.rules.versions(), as_of, workspace)
            kept = as_kept(unit, version)
            if kept is None:
                raise click.ClickException(f"the texts of version {version.version} are not kept")
            found.append(AtHand(kept, day))
    if len({each.by.name for each in found}) > 1:
        raise click.ClickException(_which(chosen))
    return found[0]


def _version(
    versions: Sequence[RulebookVersion], as_of: str, workspace: Workspace
) -> tuple[RulebookVersion, date]:
    """The version that is meant, and the day that stands for it."""
    zone = ZoneInfo(workspace.zone)
    try:
        day = date.fromisoformat(as_of)
    except ValueError:
        day = None
    try:
        if day is None:
            version = named_version(versions, as_of)
            return version, version.since.astimezone(zone).date()
        end = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
        return in_force_at(versions, end), day
    except Refusal as refusal:
        what = f"version {as_of}" if day is None else f"the rules of {as_of}"
        told = [f"{each.version} since {each.since.astimezone(zone).date()}" for each in versions[-_TOLD:]]
        raise click.ClickException(
            f"nothing is known of {what}; known {'are' if told else 'is nothing yet'}"
            f"{': ' + ', '.join(told) if told else ''}"
        ) from refusal


_TOLD = 10
