"""Meetings: enter, move, cancel, and send the brief before them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain.briefs import Reminder, brief_from, facts_of
from bot.domain.clients import Client, may_read
from bot.domain.meetings import Meeting, NewMeeting, brief_at, check_meeting
from bot.domain.members import Member
from bot.domain.outbox import Entry, NewEntry
from bot.domain.pacing import Lane
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services import briefs
from bot.services.house import Actor, House, present, trouble
from bot.services.lookup import named
from bot.services.owners import covers, held, owner_of

log = logging.getLogger(__name__)

KIND = "meeting"
_BATCH = 100
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Entered:
    """A meeting as it stands, with its client. `again` says that this very submission had entered it before."""

    meeting: Meeting
    client: Client
    again: bool = False


def enter(
    house: House, actor: Actor, client: int | str, at: datetime, key: str, *, note: str = ""
) -> Entered:
    """Note a meeting of the member who asks with a client named by id or as typed; the brief follows before it.

    `at` is aware. The same `key` enters once. Raises the refusals of `named` and `check_meeting`, and ``client.gone``.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = held(unit, client if isinstance(client, int) else named(unit, member, client))
        for each in unit.meetings.ahead(member.id, now, _BATCH):
            if each.key == key or (each.client_id, each.at) == (found.id, at):
                return Entered(each, found, again=True)
        check_meeting(at, now, note)
        added = unit.meetings.add(NewMeeting(found.id, member.id, at, note, now, key, brief_at(at)))
        if added is None:
            raise Refusal("meeting.gone")  # the same submission was entered and has been cancelled since
        return Entered(_there(unit, added), found)


def ahead(house: House, actor: Actor) -> Sequence[Entered]:
    """The member's meetings still to come, the earliest first."""
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        return ahead_of(unit, present(unit, actor), now)


def ahead_of(unit: UnitOfWork, member: Member, now: datetime) -> Sequence[Entered]:
    """What `ahead` tells, within a unit of work."""
    found = unit.meetings.ahead(member.id, now, _SHOWN)
    clients = {each: unit.clients.get(each) for each in {meeting.client_id for meeting in found}}
    return [Entered(each, client) for each in found if (client := clients[each.client_id]) is not None]


def own(house: House, actor: Actor, meeting_id: int) -> Entered:
    """A meeting of the member's that was not cancelled. Raises Refusal ``meeting.gone``."""
    with house.memory.read(actor.workspace_id) as unit:
        return _own(unit, present(unit, actor), meeting_id)


def cancel(house: House, actor: Actor, meeting_id: int) -> Entered:
    """It does not take place; no brief is sent. Twice is the same as once. Raises Refusal ``meeting.gone``."""
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = _own(unit, member, meeting_id, cancelled=True)
        again = not unit.meetings.cancel(meeting_id, at=now)
        return Entered(_there(unit, meeting_id), found.client, again=again)


def move(house: House, actor: Actor, meeting_id: int, at: datetime) -> Entered:
    """Put an own meeting at another time, and its brief with it. Raises ``meeting.gone`` and as `check_meeting`."""
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        found = _own(unit, present(unit, actor), meeting_id)
        check_meeting(at, now)
        if at == found.meeting.at:
            return replace(found, again=True)
        if not unit.meetings.reschedule(found.meeting, at, brief_at(at)):
            raise Refusal("meeting.gone")
        return Entered(_there(unit, meeting_id), found.client)


def _own(unit: UnitOfWork, member: Member, meeting_id: int, *, cancelled: bool = False) -> Entered:
    meeting = unit.meetings.get(meeting_id)
    client = None if meeting is None else unit.clients.get(meeting.client_id)
    if meeting is None or client is None or meeting.member_id != member.id:
        raise Refusal("meeting.gone")
    if meeting.cancelled_at is not None and not cancelled:
        raise Refusal("meeting.gone")
    return Entered(meeting, client)


def _there(unit: UnitOfWork, meeting_id: int) -> Meeting:
    found = unit.meetings.get(meeting_id)
    assert found is not None, "a meeting does not vanish within a transaction"
    return found


# --- The brief before it ----------------------------------------------------------------------------------


def plan(house: House, workspace_id: int) -> int:
    """Put the briefs whose moment has come into the outbox; returns how many.

    After a time in which nothing ran, what is late goes out at once while the meeting is still to come, and not at all
    once it has begun. The entry and the mark on the meeting are one transaction, so nothing is sent twice or lost.
    """
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        due = unit.meetings.due(now, _BATCH)
    planned = 0
    for meeting in due:
        try:
            planned += _plan_one(house, workspace_id, meeting, now)
        except Exception as error:  # one item of a loop: a meeting that cannot be planned holds no other up
            if trouble(house, error) is not None:
                raise
            log.exception("the brief of meeting %s cannot be planned", meeting.id)
    return planned


def _plan_one(house: House, workspace_id: int, meeting: Meeting, now: datetime) -> bool:
    with house.memory.write(workspace_id) as unit:
        if not unit.meetings.briefed(meeting):
            return False  # another process was here first, or the meeting was moved
        if meeting.at <= now:
            return False
        return unit.outbox.add(
            NewEntry(
                key=f"meeting:{meeting.id}:{int(meeting.at.timestamp())}",
                kind=KIND,
                member_id=meeting.member_id,
                facts={"meeting": meeting.id, "at": meeting.at.isoformat()},
                due_at=unit.take_slot(now, lane=Lane.URGENT),
                expires_at=meeting.at,
                urgent=True,
            ),
            now=now,
        )


def recompose(unit: UnitOfWork, member: Member, entry: Entry, now: datetime) -> Mapping[str, Any] | None:
    """What is true of a meeting at the last moment before its brief is sent; None when it was cancelled or moved."""
    meeting = unit.meetings.get(int(str(entry.facts["meeting"])))
    if meeting is None or meeting.cancelled_at is not None or meeting.member_id != member.id:
        return None
    client = unit.clients.get(meeting.client_id)
    if client is None or client.archived or meeting.at.isoformat() != entry.facts["at"]:
        return None
    owner = owner_of(unit, client)
    shown = None
    if may_read(
        member,
        client,
        owner,
        unit.clients.team(client.id),
        covering=covers(unit, member, client, now),
    ):
        shown = facts_of(briefs.without_gifts(unit, member, client, now))
    return {
        "meeting": meeting.id,
        "at": meeting.at.isoformat(),
        "said_at": now.isoformat(),
        "client_id": client.id,
        "client": client.name,
        "note": meeting.note,
        "owner": None if owner is None else owner.name,
        "brief": shown,
    }


def reminder_from(facts: Mapping[str, Any]) -> Reminder:
    """The reminder from the JSON values of `recompose`."""
    return Reminder(
        meeting_id=facts["meeting"],
        client_id=facts["client_id"],
        client=facts["client"],
        at=datetime.fromisoformat(facts["at"]),
        said_at=datetime.fromisoformat(facts["said_at"]),
        note=facts["note"],
        owner=facts["owner"],
        brief=None if facts["brief"] is None else brief_from(facts["brief"]),
    )
