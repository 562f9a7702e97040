"""Reads many clients at once: pages of a book, and what can be counted of it.

How a client stands and how urgent it is are reckoned by the database, as `bot.domain.cadence.state_of` and
`bot.domain.digest.urgency` do for one client; a test compares them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Float,
    FromClause,
    Select,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from bot.domain.books import Group, Reach, Wanted
from bot.domain.cadence import NEW, OURS, Cadences, ClientState
from bot.domain.clients import Client, Part, Tier
from bot.domain.digest import COMPLAINT_WEIGHS
from bot.domain.promises import PromiseState
from bot.domain.team import AGES, AgeBands, OwnerLoad
from bot.domain.touches import Direction
from storage import rows
from storage.micros import micros
from storage.repository import Scope, within
from storage.schema import client_names, client_team, clients, contacts, promises, touches
from storage.types import Moment

_DAY = 86_400_000_000
"""Microseconds."""
_WEEK = 7 * _DAY

_NOW: ColumnElement[Any] = bindparam("now", type_=Moment())
_SPOKE, _WROTE = clients.c.last_conversation_at, clients.c.last_one_way_at
_LAST = case((_SPOKE.is_(None), _WROTE), (_WROTE.is_(None), _SPOKE), (_SPOKE > _WROTE, _SPOKE), else_=_WROTE)
_BEGAN = case((_LAST.is_(None), clients.c.created_at), else_=_LAST)
_LEFT = micros(clients.c.due_at) - micros(_NOW)
_SOON = micros(clients.c.due_at) - micros(_BEGAN) >= _LEFT * 5
_STATE = case(
    (or_(clients.c.due_at.is_(None), clients.c.neglected_at.is_(None)), ClientState.NO_RULE.value),
    (clients.c.neglected_at <= _NOW, ClientState.NEGLECTED.value),
    (and_(clients.c.due_at <= _NOW, _LAST.is_(None)), ClientState.NEVER.value),
    (clients.c.due_at <= _NOW, ClientState.DUE.value),
    (_SOON, ClientState.DUE_SOON.value),
    else_=ClientState.ON_TRACK.value,
)
_CADENCE = case(
    (clients.c.new_until > _NOW, NEW.due),
    (clients.c.cadence_days.is_not(None), clients.c.cadence_days),
    *((clients.c.tier == tier.value, bindparam(f"tier_{tier.value}", type_=BigInteger())) for tier in Tier),
    else_=NEW.due,
)
_LATE = -cast(_LEFT, Float) / (cast(_CADENCE, Float) * float(_DAY))
_URGENCY = _LATE + case((clients.c.complaint_at.is_not(None), COMPLAINT_WEIGHS), else_=0.0)

_OTHERS = clients.alias("owned")
_NAMED = clients.alias("named")
_BESIDES: ColumnElement[Any] = bindparam("besides", expanding=True)


class _Shape(NamedTuple):
    """All of a question but its values: one statement is built for each."""

    owners: bool
    backup: bool
    nobody: bool
    clients: bool = False
    tier: bool = False
    state: bool = False
    market: bool = False
    words: int = 0
    archived: bool = False
    ids: bool = False


@dataclass(frozen=True, slots=True)
class SqlBooks:
    scope: Scope

    def groups(self, reach: Reach, now: datetime, *, archived: bool = False) -> Sequence[Group]:
        shape = _shape(reach, Wanted(archived=archived))
        found = self.scope.run(_groups(shape), now=now, **_values(reach, Wanted()))
        return [Group(Tier(row.tier), ClientState(row.state), row.market, row.many) for row in found]

    def page(
        self,
        reach: Reach,
        wanted: Wanted,
        now: datetime,
        cadences: Cadences,
        *,
        limit: int,
        offset: int = 0,
    ) -> tuple[Sequence[Client], int]:
        query = _page(_shape(reach, wanted))
        values = _values(reach, wanted, cadences)
        found = self.scope.run(query, now=now, most=limit, passed=offset, **values).all()
        return [rows.client(row) for row in found], found[0].in_all if found else 0

    def most_urgent(
        self, owner_id: int, now: datetime, cadences: Cadences, limit: int, *, reader_id: int | None = None
    ) -> Sequence[Client]:
        values = _values(Reach(frozenset([owner_id])), Wanted(), cadences)
        values["reader"] = owner_id if reader_id is None else reader_id
        return [rows.client(row) for row in self.scope.run(_MOST_URGENT, now=now, most=limit, **values)]

    def coming_due(
        self, owner_id: int, after: datetime, until: datetime, limit: int
    ) -> tuple[Sequence[Client], int]:
        found = self.scope.run(_COMING_DUE, owners=[owner_id], after=after, until=until, most=limit).all()
        return [rows.client(row) for row in found], found[0].in_all if found else 0

    def has_any(self, member_id: int) -> bool:
        return bool(self.scope.run(_HAS_ANY, backup=member_id).scalar_one())

    def loads(self, reach: Reach, now: datetime, cadences: Cadences) -> Sequence[OwnerLoad]:
        found = self.scope.run(_loads(_shape(reach, Wanted())), now=now, **_values(reach, Wanted(), cadences))
        return [OwnerLoad(row.owner_id, row.many, float(row.weekly)) for row in found]

    def ages(self, reach: Reach, now: datetime) -> AgeBands:
        row = self.scope.run(_ages(_shape(reach, Wanted())), now=now, **_values(reach, Wanted())).one()
        upto = [int(each or 0) for each in row[: len(AGES)]]
        older = int(row.spoken_to or 0) - upto[-1]
        bands = [upto[0], *(after - before for before, after in pairwise(upto)), older]
        return AgeBands(tuple(bands), int(row.never or 0))

    def touches_by_week(
        self, reach: Reach, since: datetime, until: datetime
    ) -> Mapping[tuple[int, Direction], int]:
        found = self.scope.run(
            _weeks(_shape(reach, Wanted())), since=since, until=until, **_values(reach, Wanted())
        )
        return {(int(row.week), Direction(row.direction)): row.many for row in found}

    def promises(self, members: frozenset[int] | None, first: date, last: date) -> Mapping[PromiseState, int]:
        values = {} if members is None else {"members": sorted(members)}
        found = self.scope.run(_promises(members is not None), first=first, last=last, **values)
        return {PromiseState(row.state): row.many for row in found}


def _shape(reach: Reach, wanted: Wanted) -> _Shape:
    return _Shape(
        owners=reach.owners is not None and not reach.nobody,
        backup=reach.backup is not None and not reach.nobody,
        nobody=reach.nobody,
        clients=bool(reach.clients) and not reach.nobody,
        tier=wanted.tier is not None,
        state=wanted.state is not None,
        market=wanted.market is not None,
        words=len(wanted.words) if wanted.ids is None else 0,
        archived=wanted.archived,
        ids=wanted.ids is not None,
    )


def _values(reach: Reach, wanted: Wanted, cadences: Cadences = OURS) -> dict[str, Any]:
    """The values of a statement of that shape; what it does not ask for is ignored."""
    return {
        "owners": sorted(reach.owners or ()),
        "backup": reach.backup,
        "besides": sorted(reach.clients),
        "tier": wanted.tier,
        "state": wanted.state,
        "market": wanted.market,
        "ids": list(wanted.ids or ()),
        **{f"word_{place}": word for place, word in enumerate(wanted.words)},
        **{f"tier_{tier.value}": cadence.due for tier, cadence in cadences.by_tier.items()},
    }


# --- Statements, built once a shape -------------------------------------------------------------------------


def _meant(shape: _Shape) -> ColumnElement[bool]:
    """The clients of the reach, of this workspace."""
    conditions: list[ColumnElement[bool]] = [clients.c.archived if shape.archived else ~clients.c.archived]
    if shape.nobody:
        conditions.append(clients.c.owner_id.is_(None))
    elif shape.backup or shape.clients:
        found = [select(_OTHERS.c.id).where(_owned(_OTHERS, shape)), _stood_in_for()]
        if shape.clients:
            ours = _NAMED.c.workspace_id == bindparam("workspace")
            found.append(select(_NAMED.c.id).where(ours, _NAMED.c.id.in_(_BESIDES)))
        conditions.append(clients.c.id.in_(union_all(*found)))
    elif shape.owners:
        conditions.append(_owned(clients, shape))
    return within(clients, *conditions)


def _owned(table: FromClause, shape: _Shape) -> ColumnElement[bool]:
    """Those that the owners own; as a subquery an index finds them, which an "or" beside it would hinder."""
    return and_(
        table.c.workspace_id == bindparam("workspace"),
        table.c.owner_id.in_(bindparam("owners", expanding=True)),
        table.c.archived if shape.archived else ~table.c.archived,
    )


def _stood_in_for() -> Select[Any]:
    return select(client_team.c.client_id).where(
        within(
            client_team,
            client_team.c.member_id == bindparam("backup"),
            client_team.c.part == Part.BACKUP.value,
        )
    )


def _looked_for(shape: _Shape) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if shape.tier:
        conditions.append(clients.c.tier == bindparam("tier"))
    if shape.market:
        conditions.append(clients.c.market == bindparam("market"))
    if shape.state:
        conditions.append(_STATE.is_not_distinct_from(bindparam("state")))
    if shape.ids:
        conditions.append(clients.c.id.in_(bindparam("ids", expanding=True)))
    for place in range(shape.words):
        word: ColumnElement[str] = bindparam(f"word_{place}", type_=client_names.c.key.type)
        conditions.append(or_(_called(word), _person_called(word)))
    return conditions


def _called(word: ColumnElement[str]) -> ColumnElement[bool]:
    of_client = client_names.c.client_id == clients.c.id
    return exists().where(
        within(client_names, of_client, ~client_names.c.removed, _begins(client_names.c.key, word))
    )


def _person_called(word: ColumnElement[str]) -> ColumnElement[bool]:
    of_client = contacts.c.client_id == clients.c.id
    return exists().where(within(contacts, of_client, contacts.c.active, _begins(contacts.c.key, word)))


def _begins(key: ColumnElement[str], word: ColumnElement[str]) -> ColumnElement[bool]:
    """A word of the key begins so; keys are words in single spaces."""
    return (literal(" ") + key).contains(literal(" ") + word, autoescape=False)


_URGENT_FIRST = (
    case((clients.c.neglected_at <= _NOW, 0), else_=1),
    case((clients.c.due_at.is_(None), 1), else_=0),
    _URGENCY.desc(),
    clients.c.tier,
    clients.c.name,
    clients.c.id,
)


_GIVES_WAY = case(
    (
        and_(
            clients.c.gives_way_until > _NOW,
            clients.c.named_to == bindparam("reader", type_=BigInteger()),
            clients.c.due_at <= clients.c.named_at,
            or_(clients.c.neglected_at > _NOW, clients.c.neglected_at <= clients.c.named_at),
            clients.c.complaint_at.is_(None),
        ),
        1,
    ),
    else_=0,
)


@lru_cache(maxsize=256)
def _page(shape: _Shape) -> Select[Any]:
    return (
        select(clients, func.count().over().label("in_all"))
        .where(_meant(shape), *_looked_for(shape))
        .order_by(*_URGENT_FIRST)
        .limit(bindparam("most"))
        .offset(bindparam("passed"))
    )


_MOST_URGENT = (
    select(clients)
    .where(
        _meant(_Shape(owners=True, backup=False, nobody=False)),
        clients.c.due_at <= _NOW,
        or_(clients.c.snoozed_until.is_(None), clients.c.snoozed_until <= _NOW),
    )
    .order_by(_GIVES_WAY, *_URGENT_FIRST)
    .limit(bindparam("most"))
)
_COMING_DUE = (
    select(clients, func.count().over().label("in_all"))
    .where(
        _meant(_Shape(owners=True, backup=False, nobody=False)),
        clients.c.due_at > bindparam("after", type_=Moment()),
        clients.c.due_at <= bindparam("until", type_=Moment()),
    )
    .order_by(clients.c.due_at, clients.c.id)
    .limit(bindparam("most"))
)
_OWN = clients.c.owner_id == bindparam("backup")
_HAS_ANY = select(
    or_(
        exists().where(within(clients, _OWN, ~clients.c.archived)),
        exists().where(within(clients, _OWN, clients.c.archived)),
        _stood_in_for().exists(),
    )
)


@lru_cache(maxsize=32)
def _groups(shape: _Shape) -> Select[Any]:
    state = _STATE.label("state")
    return (
        select(clients.c.tier, state, clients.c.market, func.count().label("many"))
        .where(_meant(shape))
        .group_by(clients.c.tier, state, clients.c.market)
    )


@lru_cache(maxsize=32)
def _loads(shape: _Shape) -> Select[Any]:
    weekly = func.sum(case((clients.c.due_at.is_(None), 0.0), else_=7.0 / cast(_CADENCE, Float)))
    return (
        select(clients.c.owner_id, func.count().label("many"), weekly.label("weekly"))
        .where(_meant(shape))
        .group_by(clients.c.owner_id)
    )


@lru_cache(maxsize=32)
def _ages(shape: _Shape) -> Select[Any]:
    passed = micros(_NOW) - micros(_LAST)
    return select(
        *(func.sum(case((passed <= days * _DAY, 1), else_=0)).label(f"upto_{days}") for days in AGES),
        func.count(_LAST).label("spoken_to"),
        func.sum(case((_LAST.is_(None), 1), else_=0)).label("never"),
    ).where(_meant(shape))


@lru_cache(maxsize=32)
def _weeks(shape: _Shape) -> Select[Any]:
    since: ColumnElement[Any] = bindparam("since", type_=Moment())
    week = ((micros(touches.c.at) - micros(since)) // literal(_WEEK)).label("week")
    counted = select(clients.c.id).where(_meant(shape))
    return (
        select(week, touches.c.direction, func.count().label("many"))
        .where(
            within(
                touches,
                touches.c.client_id.in_(counted),
                touches.c.at >= since,
                touches.c.at < bindparam("until", type_=Moment()),
                touches.c.withdrawn_at.is_(None),
            )
        )
        .group_by(week, touches.c.direction)
    )


@lru_cache(maxsize=2)
def _promises(of_some: bool) -> Select[Any]:
    meant = (promises.c.member_id.in_(bindparam("members", expanding=True)),) if of_some else ()
    return (
        select(promises.c.state, func.count().label("many"))
        .where(within(promises, promises.c.due_on.between(bindparam("first"), bindparam("last")), *meant))
        .group_by(promises.c.state)
    )
