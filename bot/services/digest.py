"""The digest: plan it, compose it, keep it up to date after a press."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.absences import Absence
from bot.domain.books import Reach
from bot.domain.cadence import cadences_of
from bot.domain.clients import Client
from bot.domain.digest import (
    AnyRow,
    Lane,
    Owed,
    Row,
    Week,
    compose,
    digest_key,
    is_nudgeable,
    lane_of,
    lanes,
    next_digest,
    opens_the_week,
    row_of,
    together,
)
from bot.domain.digest_facts import facts_of as facts_of
from bot.domain.digest_facts import rows_from as rows_from
from bot.domain.digest_facts import waiting_of as waiting_of
from bot.domain.digest_facts import week_from as week_from
from bot.domain.gate import Never, Speak
from bot.domain.giving_way import way_ends, way_lasts
from bot.domain.members import Member
from bot.domain.outbox import Entry, NewEntry
from bot.domain.pace import Pace, next_day, pace_on
from bot.domain.promises import Promise, PromiseState
from bot.domain.refusals import Refusal
from bot.domain.response import Waiting
from bot.domain.team import coverage
from bot.ports import UnitOfWork
from bot.services import covers, digest_waiting, gate, occasions, reasons, weeks
from bot.services.covers import AtHand
from bot.services.house import Actor, House, present, trouble

log = logging.getLogger(__name__)

KIND = "digest"
_ASIDE = timedelta(hours=1)
_BATCH = 200
_SELDOM = 5
"""Working days between two digests of somebody who is told less often, at most."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What one tick did: members considered, and digests put into the outbox."""

    members: int
    digests: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A digest as it should stand now: rows still open, and how many were done since it was sent.

    `settled` of what was done are promises. `week` is the week ahead, in the message that opens it, `waiting` are
    clients that wait for an answer.
    """

    day: date
    rows: tuple[AnyRow, ...]
    done: int
    settled: int = 0
    week: Week | None = None
    waiting: tuple[Waiting, ...] = ()


def plan(house: House, workspace_id: int) -> Planned:
    """Put the digests whose moment has come into the outbox, and move each member's next moment on.

    The entry and the moment change in one transaction a member, so a crash in between does neither. However late it
    runs, and in however many processes, a member gets one digest for a local working day at most: the key of the
    entry says the day. A moment missed by more than the day itself is skipped; what was due then is still due.
    """
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        due = unit.members.due_for_digest(now, _BATCH)
    planned = 0
    for member in due:
        try:
            planned += _plan_one(house, workspace_id, member.id, now)
        except Exception as error:  # one item of a loop: a member who cannot be planned holds nobody else up
            if trouble(house, error) is not None:
                raise
            log.exception("the digest of member %s cannot be planned", member.id)
            _step_aside(house, workspace_id, member, now)
    return Planned(len(due), planned)


def _step_aside(house: House, workspace_id: int, member: Member, now: datetime) -> None:
    with house.memory.write(workspace_id) as unit:
        unit.members.move_digest(member.id, old=member.next_digest_at, new=now + _ASIDE)


def _plan_one(house: House, workspace_id: int, member_id: int, now: datetime) -> bool:
    with house.memory.write(workspace_id) as unit:
        if not unit.members.plan_alone(member_id):
            return False  # another process is at it
        member = unit.members.get(member_id)
        if member is None or member.next_digest_at is None or member.next_digest_at > now:
            return False  # another process was here first
        day = member.calendar.local_date(now)
        said = False
        absences = gate.absences_of(unit, member, now)
        open_now = gate.moment(unit, member, now, absences)
        if isinstance(open_now, Speak) and now >= member.calendar.at(day, member.digest_time):
            waiting = digest_waiting.of(unit, member, now, unit.workspace.digest_rows)
            rows = rows_of(unit, member, now, waiting)
            if (rows or waiting) and day.weekday() in unit.workspace.digest_days:
                key = digest_key(member.id, day)
                said = unit.outbox.add(
                    NewEntry(
                        key=key,
                        kind=KIND,
                        member_id=member.id,
                        facts=_facts(unit, member, day, rows, now, waiting),
                        due_at=unit.take_slot(now),
                        expires_at=open_now.until,
                    ),
                    now=now,
                )
                if said:
                    digest_waiting.note(unit, member, key, waiting, now)
                if member.unheeded_since is None:
                    unit.members.unheeded(member.id, day)
            else:
                gate.record(unit, member, KIND, Never("other_day" if rows or waiting else "nothing_due"), now)
            unit.members.move_digest(
                member.id, old=member.next_digest_at, new=_following(member, day, absences), last_on=day
            )
        else:
            if not isinstance(open_now, Speak):
                gate.record(unit, member, KIND, open_now, now)
            unit.members.move_digest(
                member.id, old=member.next_digest_at, new=next_digest(member, now, absences)
            )
        return said


def _following(member: Member, day: date, absences: Sequence[Absence]) -> datetime:
    """The digest moment of the next day after `day` on which the member is there, and which their pace allows."""
    calendar = member.calendar.without(absences)
    return calendar.at(next_day(member, calendar, day + timedelta(days=1)), member.digest_time)


def _pace(unit: UnitOfWork, member: Member, day: date, now: datetime) -> dict[str, Any]:
    """How often the digest comes, where it is not daily because nobody uses it."""
    if member.unheeded_since is None:
        return {}
    pace = pace_on(member, member.calendar.without(gate.absences_of(unit, member, now)), day)
    return {} if pace is Pace.DAILY else {"pace": pace.value}


def start_clocks(house: House, workspace_id: int) -> int:
    """Give members who have no next digest moment one; returns how many. Runs at start."""
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        without = unit.members.without_digest()
    for member_id in without:
        with house.memory.write(workspace_id) as unit:
            member = unit.members.get(member_id)
            if member is not None:
                absences = gate.absences_of(unit, member, now)
                unit.members.move_digest(member.id, old=None, new=next_digest(member, now, absences))
    return len(without)


def recompose(unit: UnitOfWork, member: Member, entry: Entry, now: datetime) -> Mapping[str, Any] | None:
    """The facts of a planned digest as they are true at the last moment before it is sent; None: nothing is left.

    Of one that was sent, as it should stand by now.
    """
    if entry.body is not None:
        shown = standing(unit, member, entry, now)
        return facts_of(
            shown.day,
            shown.rows,
            done=shown.done,
            settled=shown.settled,
            week=shown.week,
            waiting=shown.waiting,
        )
    waiting = digest_waiting.standing(unit, member, entry, now)
    rows = rows_of(unit, member, now, waiting)
    if not rows and not waiting:
        return None
    day = date.fromisoformat(str(entry.facts["day"]))
    return _facts(unit, member, day, rows, now, waiting)


def _facts(
    unit: UnitOfWork,
    member: Member,
    day: date,
    rows: Sequence[AnyRow],
    now: datetime,
    waiting: Sequence[Waiting],
) -> dict[str, Any]:
    """What the message of `day` says: who waits, its rows, the week ahead where it opens one, and the pace where it is
    slowed."""
    return {
        **facts_of(day, rows, week=_week(unit, member, day, rows, now), waiting=waiting),
        **_pace(unit, member, day, now),
    }


def _week(unit: UnitOfWork, member: Member, day: date, rows: Sequence[AnyRow], now: datetime) -> Week | None:
    """The week ahead in the first message of a week; None on other days, and where it holds nothing."""
    absences = unit.members.absences(member.id, day - timedelta(days=6))
    return weeks.of(unit, member, day, rows, now) if opens_the_week(member, day, absences) else None


def current(house: House, actor: Actor, entry_id: int) -> Shown:
    """A sent digest as it should stand after what has happened since: rows that are done or put off are gone.

    Raises Refusal ``digest.gone`` for one that is unknown or somebody else's.
    """
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        entry = unit.outbox.get(entry_id)
        if entry is None or entry.kind != KIND or entry.member_id != member.id:
            raise Refusal("digest.gone")
        return standing(unit, member, entry, now)


def standing(unit: UnitOfWork, member: Member, entry: Entry, now: datetime) -> Shown:
    """As `current`, within a unit of work. What was not in the digest when it was sent does not come into it."""
    shown = rows_from(entry.facts)
    hand = covers.at_hand(unit, member, now)
    still: list[AnyRow] = []
    clients = settled = 0
    for row in shown:
        left = _left(unit, member, hand, row, now)
        settled += _promises_in(row) - _promises_in(left)
        if left is not None:
            still.append(left)
        elif (isinstance(row, Row) or row.also is not None) and _is_readers(unit, member, hand, row):
            clients += 1
    order = {lane: number for number, lane in enumerate(Lane)}
    still.sort(key=lambda row: order[lane_of(row)])
    return Shown(
        date.fromisoformat(str(entry.facts["day"])),
        tuple(still),
        clients + settled,
        settled,
        week_from(entry.facts),
        digest_waiting.standing(unit, member, entry, now),
    )


def _is_readers(unit: UnitOfWork, member: Member, hand: AtHand, row: AnyRow) -> bool:
    """Whether the reader still sees to the client of a row: what went into other hands is not done."""
    client = unit.clients.get(row.client_id)
    return client is not None and covers.sees_to(row, client, member, hand)


def _promises_in(row: AnyRow | None) -> int:
    return 1 + len(row.more) if isinstance(row, Owed) else 0


def _left(unit: UnitOfWork, member: Member, hand: AtHand, row: AnyRow | None, now: datetime) -> AnyRow | None:
    """What of a row of a sent digest still is to be seen to; None: nothing."""
    client = None if row is None else unit.clients.get(row.client_id)
    if row is None or client is None or client.archived:
        return None
    mine = covers.sees_to(row, client, member, hand)
    if isinstance(row, Row):
        if client.id != row.client_id:
            return None  # merged into another one, which has a row of its own where there is a reason for one
        due = row.due and mine and is_nudgeable(client, now)
        near = (
            {each.key for each in occasions.of_client(unit, client, member, now)} if row.occasions else set()
        )
        left = tuple(each for each in row.occasions if mine and each.key in near)
        if client.owner_id == member.id:
            row = replace(
                row, covering="", covering_until=""
            )  # covered for this morning, and handed over since
        return replace(row, due=due, occasions=left) if due or left else None
    also = _left(unit, member, hand, row.also, now)
    open_still = [each for each in (row, *row.more) if mine and _is_open(unit, member, client, each, now)]
    if not open_still:
        return also
    assert also is None or isinstance(also, Row), "what is left of reasons is no promise"
    # What was promised to a client that was merged is owed to the one that was kept.
    first, *rest = (
        replace(
            each,
            client_id=client.id,
            client=client.name,
            more=(),
            also=None,
            covering=row.covering,
            covering_until=row.covering_until,
        )
        for each in open_still
    )
    return replace(first, more=tuple(rest), also=also)


def _is_open(unit: UnitOfWork, member: Member, client: Client, row: Owed, now: datetime) -> bool:
    """Whether a promise still is to be kept; one that was moved is not, until its new day."""
    promise: Promise | None = unit.promises.get(row.promise_id)
    snoozed = client.snoozed_until is not None and client.snoozed_until > now
    return (
        promise is not None
        and promise.state is PromiseState.OPEN
        and promise.due_on <= max(row.due_on, member.calendar.local_date(now))
        and not snoozed
    )


def sent(unit: UnitOfWork, member: Member, entry: Entry, now: datetime) -> None:
    """Note that a digest that was just sent named its clients; who is named often enough in vain gives way.

    It counts for those in the lane *stay close*: a promise stays until it is settled, an occasion ends by itself. Whom
    nobody reads any more to is told of each client once, and of the next one in the next message.
    """
    day = date.fromisoformat(str(entry.facts["day"]))
    often = 1 if "pace" in entry.facts else unit.workspace.in_vain
    if not often:
        return
    named = close_in(entry)
    standing_now = coverage(unit.books.groups(Reach(frozenset({member.id})), now)).values()
    lasts = way_lasts(
        unit.workspace.gives_way_for,
        often,
        sum(each.due + each.neglected for each in standing_now),
        len(named),
        _SELDOM if "pace" in entry.facts else 1,
    )
    unit.clients.named_in_vain(
        named, member.id, at=now, often=often, until=way_ends(member.calendar, day, lasts)
    )


def close_in(entry: Entry) -> list[int]:
    """The clients of the lane *stay close* of a digest, by id."""
    return sorted(row.client_id for row in rows_from(entry.facts) if lane_of(row) is Lane.CLOSE)


def today(house: House, actor: Actor) -> tuple[AnyRow, ...]:
    """What is owed and whom the member should talk to now: what a digest would say at this moment."""
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        return rows_of(unit, present(unit, actor), now)


def rows_of(
    unit: UnitOfWork, member: Member, now: datetime, waiting: Sequence[Waiting] = ()
) -> tuple[AnyRow, ...]:
    """What `today` tells a member, for who has a unit of work already.

    Every client stands in the first lane that has something of it, with all there is to say of it. What the member
    covers for is among it, and what a colleague sees to meanwhile is not. Clients that are told of as `waiting` take up
    a row each, and stand nowhere else unless they are owed something more.
    """
    asking = {row.client_id for row in waiting}
    hand = covers.at_hand(unit, member, now)
    owed = together(covers.owed(unit, member, hand, now))
    owing = {row.client_id for row in owed}
    coming = {
        client.id: (client, near)
        for client, near in covers.coming(unit, member, hand, now)
        if client.id not in asking
    }
    cadences = cadences_of(unit.workspace)
    limit, least = max(0, unit.workspace.digest_rows - len(waiting)), unit.workspace.digest_least
    most = limit + len(owing) + len(coming) + len(hand.away) + len(asking)
    own = unit.books.most_urgent(member.id, now, cadences, most)
    urgent = covers.urgent(unit, hand, own, member, now, cadences, most)
    due = {row.client_id: row for row in compose(urgent, member, now, len(urgent), cadences)}
    rows = {
        client.id: replace(due.get(client.id) or row_of(client, member, now, cadences), occasions=near)
        for client, near in coming.values()
    }
    rows = due | rows
    chosen = lanes(
        owed,
        [rows[client_id] for client_id in coming if client_id not in owing],
        [row for row in due.values() if row.client_id not in owing | coming.keys() | asking],
        limit,
        least,
    )
    told = [
        replace(row, also=_told(unit, rows.get(row.client_id), member, now))
        if isinstance(row, Owed)
        else reasons.told(unit, row, member, now)
        for row in chosen
    ]
    return covers.marked(unit, hand, told, member)


def _told(unit: UnitOfWork, row: Row | None, member: Member, now: datetime) -> Row | None:
    return None if row is None else reasons.told(unit, row, member, now)
