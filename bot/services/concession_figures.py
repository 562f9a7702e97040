"""What was given month by month: a member's own clients, a team's together, or the whole workspace's. Sums only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.domain.concessions import Concession, MonthSum, Sheet, balance_since, by_month
from bot.domain.members import Member, Role
from bot.domain.team import check_may_see_team, people_of
from bot.ports import UnitOfWork
from bot.services import concession_steps as steps
from bot.services.concessions import waiting_for
from bot.services.house import Actor, House, present
from bot.services.owners import workspace_calendar

_MOST = 20_000
"""Concessions that are summed: of more, the latest."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Twelve months of concessions, the latest first; `names` are those of the clients in them.

    `held` counts the noes that the reader held themselves, `waiting` is what waits for the reader's answer.
    """

    months: tuple[MonthSum, ...]
    names: Mapping[int, str]
    held: int
    waiting: tuple[Sheet, ...]


def figures(house: House, actor: Actor, *, team: bool) -> Figures:
    """The figures of the reader's own clients, or of their team's together. Raises Refusal ``team.not_yours``."""
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        if team:
            check_may_see_team(member)
        today = member.calendar.local_date(now)
        first = balance_since(today).replace(day=1)
        found = unit.concessions.between(first, today, _MOST, owners=_owners(unit, member, team=team))
        months = by_month(found)
        held = unit.concessions.held_by(member.id, first, today)
        return Figures(months, _names(unit, months), held, tuple(waiting_for(unit, member, now)))


def _owners(unit: UnitOfWork, member: Member, *, team: bool) -> frozenset[int] | None:
    """Whose clients are summed; None: everybody's, and nobody's."""
    if not team:
        return frozenset([member.id])
    if member.is_(Role.ADMIN):
        return None
    return frozenset(each.id for each in people_of(member, unit.members.all()))


def _names(unit: UnitOfWork, months: Iterable[MonthSum]) -> dict[int, str]:
    ids = {client for month in months for client, _, _ in month.clients}
    return {number: found.name for number in ids if (found := unit.clients.itself(number)) is not None}


@dataclass(frozen=True, slots=True)
class Row:
    """A concession with the names that a file needs."""

    concession: Concession
    client: str
    author: str
    by: str


@dataclass(frozen=True, slots=True)
class Report:
    """The concessions of a period by month, the latest month first, and each of them whatever became of it."""

    first: date
    last: date
    months: tuple[MonthSum, ...]
    names: Mapping[int, str]
    rows: tuple[Row, ...]


def report_by_operator(house: House, workspace_id: int, first: date | None, last: date | None) -> Report:
    """The workspace's concessions, by default of the last twelve months, for whoever runs the machine."""
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        until = last or workspace_calendar(unit).local_date(now)
        since = first or balance_since(until).replace(day=1)
        found = unit.concessions.between(since, until, _MOST, counted=False)
        months = by_month(found)
        people = {each.id: each.name for each in unit.members.all()}
        rows = tuple(
            Row(
                each,
                steps.client_of(unit, each).name,
                people.get(each.member_id, ""),
                people.get(each.decided_by or 0, ""),
            )
            for each in found
        )
        return Report(since, until, months, _names(unit, months), rows)
