"""The ladder: who is told of a question that waits, again and to somebody else while it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.clients import Client, Part
from bot.domain.gate import Speak, may_speak
from bot.domain.members import Member, Role
from bot.domain.outbox import Entry
from bot.domain.reassignment import Reason
from bot.domain.response import Question, Rung, State, Waiting, step_now, waiting_from
from bot.ports import UnitOfWork
from bot.services import gate, missed_clocks, reassignment_steps
from bot.services.due_steps import take_each
from bot.services.house import Actor, House, present
from bot.services.owners import owner_of, sees
from bot.services.response_sheets import (
    AGAIN,
    in_order,
    is_enforced,
    looked_at,
    manager_of,
    sheet,
    steps_of,
)
from bot.services.responses import CAME, WAITING, tell

KIND = WAITING
MISSED = 2
MISSED_WITHIN = timedelta(days=30)
"""So many missed clocks within that time propose another manager."""
_BATCH = 200
_ASIDE = timedelta(hours=1)
_LEADS = 3
"""How many leads hear of a client that nobody looks after."""


def tick(house: House, workspace_id: int) -> int:
    """Take the steps that are due; returns how many questions were looked at.

    Each question in a transaction of its own, under its version: however many processes look, a step is taken once.
    What one person could not be told yet is one message (see `tell`). A tick that is late by hours takes the last step
    that is due.
    """
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        due = unit.questions.due(now, _BATCH)
    take_each(
        house,
        due,
        lambda number: _climb_one(house, workspace_id, number, now),
        lambda number: _put_off(house, workspace_id, number, now),
        "question",
    )
    return len(due)


def _climb_one(house: House, workspace_id: int, question_id: int, now: datetime) -> bool:
    with house.memory.write(workspace_id) as unit:
        _climb(unit, question_id, now)
    return True


def _put_off(house: House, workspace_id: int, question_id: int, now: datetime) -> None:
    with house.memory.write(workspace_id) as unit:
        stuck = unit.questions.get(question_id)
        if stuck is not None:
            unit.questions.change(stuck, replace(stuck, look_at=now + _ASIDE))


def _climb(unit: UnitOfWork, question_id: int, now: datetime) -> None:
    """Take the step of one question that is due."""
    unit.hold_slots()
    known = unit.questions.get(question_id)
    client = None if known is None else unit.clients.hold(known.client_id)
    question = unit.questions.get(question_id)
    if client is None or question is None or question.look_at is None or question.look_at > now:
        return  # another process was here first, or it was answered
    step = None
    if not client.archived and is_enforced(unit, question):
        step = step_now(steps_of(unit, client, question), question.told, now)
    after = question if step is None else replace(question, told=step.number)
    if client.archived:
        unit.questions.change(question, replace(question, look_at=now + AGAIN))
        return
    if not unit.questions.change(question, looked_at(unit, client, after, now)):
        return
    missed_clocks.follow(unit, client.id, now)
    if step is None:
        return
    _propose(unit, client, now)
    for reader in _readers(unit, client, step.rung, now):
        # The same name whenever it is planned: after a restore it is looked up under it.
        own = f"{KIND}:{reader.id}:{question.id}:{step.at:%Y%m%dT%H%M%S}"
        tell(unit, question, reader, KIND, own, now)


def _propose(unit: UnitOfWork, client: Client, now: datetime) -> None:
    """Propose another manager for a client of whose questions several were left waiting too long."""
    if client.owner_id is None:
        return
    asked = unit.questions.asked_between({client.owner_id}, now - MISSED_WITHIN, now, _BATCH)
    since = client.handed_at or client.created_at  # what a predecessor missed does not count
    theirs = [each for each in asked if each.client_id == client.id and each.asked_at >= since]
    if sum(each.missed_at is not None and is_enforced(unit, each) for each in theirs) >= MISSED:
        reassignment_steps.propose(unit, client.id, Reason.CLOCKS.value, now)


def _readers(unit: UnitOfWork, client: Client, rung: Rung, now: datetime) -> list[Member]:
    """Who is told at a step: those it is for who are there; else the next of manager, backup and lead who is.

    Where nobody is there it waits for those it is for.
    """
    manager = manager_of(unit, client, now)
    backup = _member(unit, unit.clients.team(client.id).get(Part.BACKUP))
    leads = _leads(unit, client)
    match rung:
        case Rung.LEAD:
            wanted = leads or _some(manager, backup)
        case Rung.BACKUP:
            wanted = _some(manager, backup) or leads
        case _:
            wanted = _some(manager) or _some(backup) or leads
    there = [member for member in wanted if _is_there(unit, member, now)]
    if there:
        return there
    ahead = [member for member in (*_some(manager, backup), *leads) if _is_there(unit, member, now)]
    return ahead[:1] or wanted[:1]


def _some(*members: Member | None) -> list[Member]:
    """Those of these there are, each once."""
    found = {member.id: member for member in members if member is not None and member.active}
    return list(found.values())


def _leads(unit: UnitOfWork, client: Client) -> list[Member]:
    owner = owner_of(unit, client)
    if owner is not None:
        return _some(_member(unit, owner.lead_id))
    return [each for each in unit.members.all() if each.active and each.is_(Role.LEAD)][:_LEADS]


def _member(unit: UnitOfWork, member_id: int | None) -> Member | None:
    return None if member_id is None else unit.members.get(member_id)


def _is_there(unit: UnitOfWork, member: Member, now: datetime) -> bool:
    absences = gate.absences_of(unit, member, now)
    return isinstance(may_speak(member, now, about=KIND, absences=absences), Speak)


# --- What the messages say --------------------------------------------------------------------------------


def recompose(unit: UnitOfWork, member: Member, entry: Entry, now: datetime) -> Mapping[str, Any] | None:
    """The questions of a message as they stand; before it is sent None where none of them waits for us any more.

    Of clients that went into other hands nothing is told; that there were some is said in their place.
    """
    rows, gone = _rows(unit, member, unit.questions.told_by(entry.key), now)
    if entry.body is None:
        rows = [row for row in rows if row.state in (State.OPEN, State.ACKNOWLEDGED)]
        if not rows:
            return None
    return {**entry.facts, "rows": [row.facts() for row in in_order(rows)], "gone": gone}


def _rows(
    unit: UnitOfWork, reader: Member, questions: Sequence[Question], now: datetime
) -> tuple[list[Waiting], bool]:
    """The questions that the reader may see, and whether there are some that they may see no more."""
    found, gone = [], False
    for question in questions:
        client = unit.clients.get(question.client_id)
        if client is None or client.archived:
            continue
        if sees(unit, reader, client, now):
            found.append(sheet(unit, client, question, now))
        else:
            gone = True
    return found, gone


def rows_from(facts: Mapping[str, Any]) -> list[Waiting]:
    """The questions that a message names, from the JSON values of `recompose`."""
    return [waiting_from(row) for row in facts.get("rows") or ()]


@dataclass(frozen=True, slots=True)
class Told:
    """A message as it should stand now: its kind, its questions, and whether some went into other hands (`gone`)."""

    kind: str
    rows: tuple[Waiting, ...]
    gone: bool = False


def current(house: House, actor: Actor, entry_id: int) -> Told | None:
    """A message to the member who asks, as it should stand now; None for any other message."""
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        entry = unit.outbox.get(entry_id)
        if entry is None or entry.kind not in (KIND, CAME) or entry.member_id != member.id:
            return None
        rows, gone = _rows(unit, member, unit.questions.told_by(entry.key), now)
        return Told(entry.kind, in_order(rows), gone)
