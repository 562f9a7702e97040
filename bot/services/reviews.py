"""Reviews: the one message a day for compliance, and what happens to requests that nobody answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain.gate import Speak
from bot.domain.gifts.chain import EntryKind
from bot.domain.gifts.requests import (
    DELEGATED_AFTER,
    DESK_TIME,
    Request,
    RequestState,
    Roster,
    delegates_of,
    reviewers,
    step_at,
)
from bot.domain.members import Member
from bot.domain.outbox import Entry, NewEntry
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services import gate, requests
from bot.services.due_steps import take_each
from bot.services.house import Actor, House, present

BATCH = "approvals"
"""All that waits for one reviewer on one day."""
REMINDER = "approvals_again"
"""What still waits for a reviewer four working hours after they heard of it."""
SHOWN = 10
"""Requests in one message; of more their number is told, and Home shows them."""

_ASIDE = timedelta(hours=1)
_AT_ONCE = 100


def tick(house: House, workspace_id: int) -> int:
    """Put the messages of the day into the outbox and take the steps that are due; returns how many were done."""
    return plan(house, workspace_id) + step(house, workspace_id)


# --- The message of the day -------------------------------------------------------------------------------


def plan(house: House, workspace_id: int) -> int:
    """Tell each reviewer at their ten o'clock of a working day of all that waits for them; nobody when nothing does.

    However late it runs, and in however many processes, there is one message for a local day: its key says the day.
    What is asked for after ten o'clock waits for the next day.
    """
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        waiting = [each for each in unit.requests.open() if each.state is RequestState.WAITING]
        if not waiting:
            return 0
        roster = requests.roster_of(unit)
        due = [
            member
            for member in roster.members
            if _open_until(unit, member, now) is not None
            and unit.outbox.by_key(_key(BATCH, member, now)) is None
            and _for_today(member, waiting, roster, now)
        ]
    for member in due:
        with house.memory.write(workspace_id) as unit:
            until = _open_until(unit, member, now)
            if until is None:
                continue  # an absence was entered a moment ago
            unit.outbox.add(
                NewEntry(
                    _key(BATCH, member, now),
                    BATCH,
                    member.id,
                    {"day": member.calendar.local_date(now).isoformat()},
                    due_at=unit.take_slot(now),
                    expires_at=until,
                ),
                now=now,
            )
    return len(due)


def _open_until(unit: UnitOfWork, member: Member, now: datetime) -> datetime | None:
    """Until when today's message may reach the member; None before ten o'clock, in quiet hours, on days off and while
    they are away."""
    today = member.calendar.local_date(now)
    permission = gate.moment(unit, member, now)
    ten = member.calendar.at(today, DESK_TIME)
    return permission.until if isinstance(permission, Speak) and now >= ten else None


def _for_today(member: Member, waiting: Sequence[Request], roster: Roster, now: datetime) -> list[Request]:
    """What goes into the member's message of the day: asked for before its ten o'clock, and not told of by itself
    earlier on the same day."""
    calendar = member.calendar
    day = calendar.local_date(now)
    ten = calendar.at(day, DESK_TIME)
    return [
        each
        for each in waiting
        if each.state is RequestState.WAITING
        and each.level == "compliance"
        and any(m.id == member.id for m in reviewers(each.level, each.member_id, roster))
        and each.asked_at <= ten
        and not (each.told_at_once and calendar.local_date(each.asked_at) == day)
    ]


def _to_remind(member: Member, waiting: Sequence[Request], roster: Roster) -> list[Request]:
    return [
        each
        for each in waiting
        if each.state is RequestState.WAITING
        and each.reminded_at is not None
        and any(m.id == member.id for m in reviewers(each.level, each.member_id, roster))
    ]


def _key(kind: str, member: Member, now: datetime) -> str:
    return f"{kind}:{member.id}:{member.calendar.local_date(now).isoformat()}"


def recompose(unit: UnitOfWork, member: Member, entry: Entry, now: datetime) -> Mapping[str, Any] | None:
    """The facts of a message about several requests: before it is sent all that waits then, None for nothing; after
    that those it was sent with, as they stand now."""
    roster = requests.roster_of(unit)
    if entry.body is not None:
        found = [unit.requests.get(int(request_id)) for request_id in _ids(entry)]
        listed, more = [each for each in found if each is not None], int(str(entry.facts.get("more", 0)))
    else:
        waiting = unit.requests.open()
        if entry.kind == BATCH:
            wanted = _for_today(member, waiting, roster, now)
        else:
            named = _ids(entry)
            late = _to_remind(member, waiting, roster)
            wanted = [each for each in late if (each.id in named if named else not each.told_at_once)]
        if not wanted:
            return None
        listed, more = wanted[:SHOWN], len(wanted[SHOWN:])
        for each in listed:
            unit.requests.stands_in(each.id, entry.id)
    return {
        **entry.facts,
        "requests": [each.id for each in listed],
        "more": more,
        "sheets": [requests.sheet_of(unit, member, each, now, roster).as_json() for each in listed],
    }


def _ids(entry: Entry) -> list[int]:
    found = entry.facts.get("requests", [])
    assert isinstance(found, list), "a message names its requests in a list"
    return found


def current(house: House, actor: Actor, entry_id: int) -> tuple[str, Mapping[str, Any]]:
    """The kind and the facts of a sent message about requests as it should stand now.

    Raises Refusal ``approval.gone`` for one that is unknown or somebody else's.
    """
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        entry = unit.outbox.get(entry_id)
        if entry is None or entry.member_id != member.id or entry.body is None:
            raise Refusal("approval.gone")
        if entry.kind in (BATCH, REMINDER):
            facts = recompose(unit, member, entry, now)
        elif entry.kind in (requests.ASKED, requests.NEWS):
            facts = requests.recompose(unit, member, entry, now)
        else:
            raise Refusal("approval.gone")
        return entry.kind, facts or entry.facts


# --- When nobody answers ----------------------------------------------------------------------------------


def step(house: House, workspace_id: int) -> int:
    """Remind the reviewers of what waits for four of their working hours, and ask the delegates after a working day.

    Each step is a conditional update: two processes take it once. What cannot be handled steps aside for an hour.
    """
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        due = unit.requests.due(now, _AT_ONCE)
    return take_each(
        house,
        due,
        lambda number: _step_one(house, workspace_id, number, now),
        lambda number: _step_aside(house, workspace_id, number, now),
        "request",
    )


def _step_one(house: House, workspace_id: int, request_id: int, now: datetime) -> bool:
    with house.memory.write(workspace_id) as unit:
        old = unit.requests.hold(request_id)
        if old is None or old.state is not RequestState.WAITING:
            return False
        if old.next_step_at is None or old.next_step_at > now:
            return False  # another process was here first
        roster = requests.roster_of(unit)
        asked = reviewers(old.level, old.member_id, roster)
        if not asked:
            # Nobody is left who may decide, until somebody is given the role.
            return unit.requests.step(old, next_step_at=now + requests.LOOKED_AGAIN)
        if old.reminded_at is None:
            return _remind(unit, old, asked, now)
        return _delegate(unit, old, roster, now)


def _remind(unit: UnitOfWork, old: Request, asked: Sequence[Member], now: datetime) -> bool:
    due = step_at(old.asked_at, asked, DELEGATED_AFTER, at_once=old.told_at_once)
    if not unit.requests.step(old, next_step_at=due, reminded_at=now):
        return False
    request = requests.again(unit, old.id)
    requests.enter(unit, EntryKind.REMINDED, request, None, now, to=[m.id for m in asked])
    for reviewer in asked:
        key = _key(REMINDER, reviewer, now)
        facts: dict[str, object] = {"day": reviewer.calendar.local_date(now).isoformat()}
        if request.told_at_once:
            # Of what could not wait for ten o'clock, each is brought to mind by itself.
            key, facts = (
                f"{REMINDER}:{request.id}:{request.version}:{reviewer.id}",
                {"requests": [request.id]},
            )
        unit.outbox.add(NewEntry(key, REMINDER, reviewer.id, facts, due_at=unit.take_slot(now)), now=now)
    return True


def _delegate(unit: UnitOfWork, old: Request, roster: Roster, now: datetime) -> bool:
    """Ask the delegates as well; those asked before may still decide. Without any the request goes on waiting."""
    delegates = delegates_of(old.level, old.member_id, roster)
    if not delegates or old.delegated_at is not None:
        return unit.requests.step(old, next_step_at=None)
    if not unit.requests.step(old, next_step_at=None, delegated_at=now):
        return False
    request = requests.again(unit, old.id)
    requests.enter(unit, EntryKind.DELEGATED, request, None, now, to=[m.id for m in delegates])
    requests.show_everywhere(unit, request, now)
    for delegate in delegates:
        requests.tell(unit, requests.ASKED, request, delegate, now)
    return True


def _step_aside(house: House, workspace_id: int, request_id: int, now: datetime) -> None:
    with house.memory.write(workspace_id) as unit:
        old = unit.requests.get(request_id)
        if old is not None and old.next_step_at is not None and old.next_step_at <= now:
            unit.requests.step(old, next_step_at=now + _ASIDE)
