"""The team: what a lead, or an admin, can say of the books they answer for, in sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.books import Group, Reach, cadences
from bot.domain.members import Member
from bot.domain.team import (
    PROMISES_SINCE,
    WEEKS,
    DirectionCounts,
    Figures,
    Load,
    check_may_see_team,
    coverage,
    load,
    people_of,
    promises_kept,
)
from bot.domain.touches import Direction
from bot.ports import UnitOfWork
from bot.services.house import Actor, House, present
from bot.services.shelves import Whose, reach_of


@dataclass(frozen=True, slots=True)
class Team:
    """The figures of all books together, how the clients are spread, and the `people`, by name.

    `everybody`: they are all members of the workspace.
    """

    everybody: bool
    people: tuple[Member, ...]
    load: Load
    figures: Figures


def team(house: House, actor: Actor) -> Team:
    """The team of who asks: of a lead those they lead, of an admin everybody. Raises Refusal ``team.not_yours``."""
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        check_may_see_team(member)
        everybody = people_of(member, unit.members.all())
        reach = reach_of(unit, member, Whose.TEAM)
        usual = cadences(unit.workspace.cadences)
        nobodys = unit.books.loads(Reach(None, nobody=True), now, usual) if reach.owners is not None else ()
        spread = load(
            [*unit.books.loads(reach, now, usual), *nobodys],
            frozenset(each.id for each in everybody if each.active),
        )
        return Team(
            everybody=reach.owners is None,
            people=_here(everybody),
            load=spread,
            figures=_figures(unit, member, reach, reach.owners, now),
        )


def people(house: House, actor: Actor) -> tuple[Member, ...]:
    """The people of `team`, by name. Raises as `team`."""
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        check_may_see_team(member)
        return _here(people_of(member, unit.members.all()))


def own_figures(house: House, actor: Actor) -> Figures:
    """The figures of one's own book, with the clients that one stands in for."""
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        reach = reach_of(unit, member, Whose.MINE)
        return _figures(unit, member, reach, frozenset([member.id]), now)


def _here(members: Iterable[Member]) -> tuple[Member, ...]:
    """Those who are still here, by name."""
    return tuple(sorted((m for m in members if m.active), key=lambda m: (m.name.casefold(), m.id)))


def _figures(
    unit: UnitOfWork, member: Member, reach: Reach, promising: frozenset[int] | None, now: datetime
) -> Figures:
    today = member.calendar.local_date(now)
    groups: tuple[Group, ...] = tuple(unit.books.groups(reach, now, cadences(unit.workspace.cadences)))
    first, yesterday = today - timedelta(days=PROMISES_SINCE), today - timedelta(days=1)
    return Figures(
        coverage=coverage(groups),
        weeks=_weeks(unit, member, reach, today),
        ages=unit.books.ages(reach, now),
        promises=promises_kept(unit.books.promises(promising, first, yesterday)),
    )


def _weeks(unit: UnitOfWork, member: Member, reach: Reach, today: date) -> tuple[DirectionCounts, ...]:
    """The running week last; each begins on Monday on the reader's calendar."""
    running = today - timedelta(days=today.weekday())
    first = running - timedelta(weeks=WEEKS - 1)
    found: Mapping[tuple[int, Direction], int] = unit.books.touches_by_week(
        reach, member.calendar.starts(first), member.calendar.starts(running + timedelta(weeks=1))
    )
    return tuple(
        DirectionCounts(
            first + timedelta(weeks=week),
            {each: found.get((week, each), 0) for each in Direction},
        )
        for week in range(WEEKS)
    )
