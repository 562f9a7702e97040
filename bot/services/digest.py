"""The digest: plan it, compose it, keep it up to date after a press."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.absences import Absence
from bot.domain.cadence import ClientState, cadences_of
from bot.domain.digest import (
    AnyRow,
    Owed,
    Row,
    compose,
    digest_key,
    is_nudgeable,
    lanes,
    next_digest,
)
from bot.domain.gate import Never, Speak
from bot.domain.members import Member
from bot.domain.outbox import Entry, NewEntry
from bot.domain.pace import Pace, next_day, pace_on
from bot.domain.promises import PromiseState
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services import gate, promises
from bot.services.house import Actor, House, present, trouble

log = logging.getLogger(__name__)

KIND = "digest"
_ASIDE = timedelta(hours=1)
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Planned:
    """What one tick did: members considered, and digests put into the outbox."""

    members: int
    digests: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A digest as it should stand now: rows still open, and how many were done since it was sent.

    `settled` of what was done are promises.
    """

    day: date
    rows: tuple[AnyRow, ...]
    done: int
    settled: int = 0


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
        member = unit.members.get(member_id)
        if member is None or member.next_digest_at is None or member.next_digest_at > now:
            return False  # another process was here first
        day = member.calendar.local_date(now)
        said = False
        absences = gate.absences_of(unit, member, now)
        open_now = gate.moment(unit, member, now, absences)
        if isinstance(open_now, Speak) and now >= member.calendar.at(day, member.digest_time):
            rows = rows_of(unit, member, now)
            if rows and day.weekday() in unit.workspace.digest_days:
                said = unit.outbox.add(
                    NewEntry(
                        key=digest_key(member.id, day),
                        kind=KIND,
                        member_id=member.id,
                        facts={**facts_of(day, rows), **_pace(unit, member, day, now)},
                        due_at=unit.take_slot(now),
                        expires_at=open_now.until,
                    ),
                    now=now,
                )
                if member.unheeded_since is None:
                    unit.members.unheeded(member.id, day)
            else:
                gate.record(unit, member, KIND, Never("nothing_due"), now)
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
        without = [m.id for m in unit.members.all() if m.next_digest_at is None and m.active]
    for member_id in without:
        with house.memory.write(workspace_id) as unit:
            member = unit.members.get(member_id)
            if member is not None:
                absences = gate.absences_of(unit, member, now)
                unit.members.move_digest(member.id, old=None, new=next_digest(member, now, absences))
    return len(without)


def recompose(unit: UnitOfWork, member: Member, entry: Entry, now: datetime) -> Mapping[str, Any] | None:
    """The facts of a planned digest as they are true at the last moment before it is sent; None: nothing is left."""
    rows = rows_of(unit, member, now)
    if not rows:
        return None
    day = date.fromisoformat(str(entry.facts["day"]))
    return {**facts_of(day, rows), **_pace(unit, member, day, now)}


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
        shown = rows_from(entry.facts)
        still = tuple(row for row in shown if _is_open(unit, member, row, now))
        owed = [sum(isinstance(row, Owed) for row in rows) for rows in (shown, still)]
        return Shown(
            date.fromisoformat(str(entry.facts["day"])), still, len(shown) - len(still), owed[0] - owed[1]
        )


def _is_open(unit: UnitOfWork, member: Member, row: AnyRow, now: datetime) -> bool:
    """Whether a row of a sent digest still is to be seen to; a promise that was moved is not, until its new day."""
    client = unit.clients.get(row.client_id)
    if client is None or client.archived:
        return False
    if isinstance(row, Row):
        return client.owner_id == member.id and is_nudgeable(client, now)
    promise = unit.promises.get(row.promise_id)
    snoozed = client.snoozed_until is not None and client.snoozed_until > now
    return (
        promise is not None
        and promise.state is PromiseState.OPEN
        and promise.due_on <= max(row.due_on, member.calendar.local_date(now))
        and not snoozed
    )


def today(house: House, actor: Actor) -> tuple[AnyRow, ...]:
    """What is owed and whom the member should talk to now: what a digest would say at this moment."""
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        return rows_of(unit, present(unit, actor), now)


def facts_of(day: date, rows: Sequence[AnyRow]) -> dict[str, Any]:
    """A digest as JSON values."""
    return {"day": day.isoformat(), "rows": [_row_facts(row) for row in rows]}


def _row_facts(row: AnyRow) -> dict[str, Any]:
    return {**asdict(row), "due_on": row.due_on.isoformat()} if isinstance(row, Owed) else asdict(row)


def rows_from(facts: Mapping[str, Any]) -> tuple[AnyRow, ...]:
    """The rows of a digest from the JSON values of `facts_of`; those of earlier days have clients alone."""
    return tuple(_row_from(row) for row in facts["rows"])


def _row_from(row: Mapping[str, Any]) -> AnyRow:
    if "promise_id" in row:
        return Owed(**{**row, "due_on": date.fromisoformat(row["due_on"])})
    return Row(**{**row, "state": ClientState(row["state"])})


def rows_of(unit: UnitOfWork, member: Member, now: datetime) -> tuple[AnyRow, ...]:
    """What `today` tells a member, for who has a unit of work already."""
    """What is due by the next working day of what was promised, and who is due today."""
    owed = promises.owed_by(unit, member, promises.horizon(member, now), now)
    cadences = cadences_of(unit.workspace)
    rows, least = unit.workspace.digest_rows, unit.workspace.digest_least
    urgent = unit.books.most_urgent(member.id, now, cadences, rows)
    return lanes(owed, compose(urgent, member, now, rows, cadences), rows, least)
