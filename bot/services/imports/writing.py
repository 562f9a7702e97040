"""Writing a plan into the book in one transaction, as short as it can be kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.domain.digest import next_digest
from bot.domain.members import Profile, Role
from bot.domain.reassignment import Reason
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services import handover, reassignment_steps, workspaces
from bot.services.house import Actor, House, present
from bot.services.imports.planning import Choices, Kind, Planner, Preview, Progress, Report
from bot.services.imports.reading import LARGEST_FILE, Survey, Table, opened, survey
from bot.services.imports.spool import FileSpool
from bot.services.touches import recount

_TRIES = 3
_SKEW = timedelta(minutes=1)
"""How much later something may be written down than the moment it tells: by another clock, or a slow press."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who imports: a member, or with None whoever runs the machine."""

    workspace_id: int
    member_id: int | None = None

    @classmethod
    def of(cls, actor: Actor) -> Origin:
        return cls(actor.workspace_id, actor.member_id)


@dataclass(frozen=True, slots=True)
class Done:
    """What was written, and under which number; None when there was nothing to write, or something is in the way."""

    preview: Preview
    import_id: int | None


@dataclass(frozen=True, slots=True)
class _Plan:
    preview: Preview
    spool: FileSpool
    newcomers: tuple[str, ...]
    handed: Mapping[int, int]
    names_version: int
    at: datetime


def look(path: Path, name: str = "", choices: Choices | None = None) -> Survey:
    """What a file holds, without holding it against the book. Raises the refusals of `reading.opened` and `survey`."""
    with opened(path, name) as table:
        return survey(table, (choices or Choices()).mapping)


def preview(
    house: House,
    origin: Origin,
    path: Path,
    name: str = "",
    choices: Choices | None = None,
    *,
    limit: int = LARGEST_FILE,
    report: Report | None = None,
    progress: Progress | None = None,
) -> Preview:
    """What an import of the file would do; changes nothing.

    Raises the refusals of `reading.opened` and ``import.empty``, ``import.no_name_column`` (headings).
    """
    chosen = choices or Choices()
    with (
        opened(path, name, limit) as table,
        _planned(house, origin, table, _surveyed(table, chosen), chosen, report, progress) as plan,
    ):
        return plan.preview


def take_in(
    house: House,
    origin: Origin,
    path: Path,
    name: str = "",
    choices: Choices | None = None,
    *,
    digest: str = "",
    limit: int = LARGEST_FILE,
    report: Report | None = None,
    progress: Progress | None = None,
    writing: Callable[[], None] | None = None,
) -> Done:
    """Bring the file into the book: all of it, or nothing while anything in it is wrong or open.

    `digest` is what a preview was made of; another file is refused (``import.other_file``). The plan is made without
    holding anybody up; if the book changes under it, it is made anew. `writing` is called when writing begins. Raises
    the refusals of `preview`, and ``import.busy`` when the book changes again and again.
    """
    chosen = choices or Choices()
    with opened(path, name, limit) as table:
        if digest and digest != table.digest:
            raise Refusal("import.other_file")
        found = _surveyed(table, chosen)
        for _ in range(_TRIES):
            with _planned(house, origin, table, found, chosen, report, progress) as plan:
                if plan.preview.blocked or not plan.preview.changes_something:
                    return Done(plan.preview, None)
                if writing is not None:
                    writing()
                import_id = _written(house, origin, table, plan)
                if import_id is not None:
                    return Done(plan.preview, import_id)
    raise Refusal("import.busy")


def _surveyed(table: Table, choices: Choices) -> Survey:
    found = survey(table, choices.mapping)
    if not found.recognised.names_clients:
        raise Refusal("import.no_name_column", headings=found.headings)
    return found


@contextmanager
def _planned(
    house: House,
    origin: Origin,
    table: Table,
    found: Survey,
    choices: Choices,
    report: Report | None,
    progress: Progress | None,
) -> Iterator[_Plan]:
    now = house.clock()
    with FileSpool() as spool:
        with house.memory.read(origin.workspace_id) as unit:
            reader = None
            if origin.member_id is not None:
                reader = present(unit, Actor(origin.workspace_id, origin.member_id))
            version = unit.imports.names_version()
            planner = Planner(unit, reader, choices, now, spool, report)
            preview = planner.plan(table, found, progress)
        yield _Plan(preview, spool, tuple(planner.owners.newcomers), planner.handed, version, now)


class _Undone(Exception):
    """Rolls the transaction back: the book is no longer as it was planned for."""


def _written(house: House, origin: Origin, table: Table, plan: _Plan) -> int | None:
    """Write a plan; None, and nothing written, when the book changed since it was made."""
    now = house.clock()
    counts = {
        "new": plan.preview.counts[Kind.NEW],
        "changed": plan.preview.counts[Kind.CHANGED],
        "contacts": plan.preview.contacts,
        "contacts_changed": plan.preview.contacts_changed,
    }
    try:
        with house.memory.write(origin.workspace_id) as unit:
            # All that is open with what changes hands is held first; holding the names counts as a change itself.
            reassignment_steps.hold_all_of(unit, plan.handed, names=True)
            if unit.imports.names_version() != plan.names_version + 1:
                raise _Undone
            workspaces.begin(unit, now)
            owners = [_taken_in(unit, user_id, house) for user_id in plan.newcomers]
            import_id = unit.imports.add(origin.member_id, table.name, table.digest, counts, now)
            if not unit.imports.write(import_id, plan.spool, owners, origin.member_id, now):
                raise _Undone
            # The plan reckoned with the touches that it saw: those logged since have their clients' clocks set anew.
            for client_id in unit.imports.stirred(plan.at - _SKEW):
                recount(unit, client_id, now)
            _hand_over(unit, plan.handed, owners, origin.member_id, now)
            return import_id
    except _Undone:
        return None


def _hand_over(
    unit: UnitOfWork, handed: Mapping[int, int], owners: Sequence[int], member_id: int | None, now: datetime
) -> None:
    """Hand over what the list gives to somebody else: in one message for each who gets or gave clients."""
    by = None if member_id is None else unit.members.get(member_id)
    for client_id, whose in sorted(handed.items()):
        client = unit.clients.get(client_id)
        if client is None:
            raise _Undone
        to_id = owners[-1 - whose] if whose < 0 else whose
        try:
            handover.hand_over(unit, client, to_id, by=by, reason=Reason.OTHER.value, now=now, noted=False)
        except Refusal:  # somebody left, or was kept from it, since the plan was made
            raise _Undone from None


def _taken_in(unit: UnitOfWork, user_id: str, house: House) -> int:
    """A member of whom nobody knows more than a list does."""
    workspace = unit.workspace
    known = unit.members.by_user(user_id)
    if known is not None:
        return known.id
    profile = Profile(user_id, user_id, workspace.zone, workspace.locale, workspace.country)
    added = unit.members.add(profile, frozenset({Role.ACCOUNT_MANAGER}), at=None)
    unit.members.move_digest(added.id, old=None, new=next_digest(added, house.clock()))
    return added.id
