"""Channels: whether a member can be reached, what is known of why not, and who hears of it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.members import Member, Role
from bot.domain.outbox import OFF_AFTER, OPEN_STATES, TOLD_AFTER, Entry, NewEntry, State, edit_of
from bot.domain.pacing import Lane
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services.house import Actor, House, present
from bot.services.workspaces import check_admin

log = logging.getLogger(__name__)

KIND = "delivery_trouble"
ACCOUNT_CLOSED = "account_closed"
"""The reason of a channel whose account is closed, whatever the platform's word for it."""


def failed(
    unit: UnitOfWork, member_id: int, reason: str, now: datetime, slot: datetime, *, closed: bool = False
) -> None:
    """Count a message that did not reach a member; after three in a row admins hear of it, after ten it is off.

    `closed`: the account is, so the channel is off at once. `slot` is a moment for the message to the admins, taken
    before any row of a member is written.
    """
    word = ACCOUNT_CLOSED if closed else reason
    failures = unit.members.channel_failed(member_id, word)
    if closed or failures >= OFF_AFTER:
        if not unit.members.channel_off(member_id, word, at=now):
            return
        log.error("nothing is sent to member %s any more: %s", member_id, reason)
    elif failures != TOLD_AFTER:
        return
    _tell(unit, member_id, word, now, slot, step="off" if closed or failures >= OFF_AFTER else "failing")


def _tell(unit: UnitOfWork, member_id: int, reason: str, now: datetime, slot: datetime, *, step: str) -> None:
    """One message for each admin, cause and day; whoever else meets with the same cause is added to it in its place."""
    day = now.astimezone(ZoneInfo(unit.workspace.zone)).date()
    told = False
    for admin in unit.members.all():
        if not admin.is_(Role.ADMIN) or not admin.active or admin.channel_off_at is not None:
            continue
        if admin.id == member_id:
            continue
        told = True
        entry = _that_stands(unit, f"{KIND}:{reason[:60]}:{day}:{admin.id}")
        if isinstance(entry, str):
            facts = {"reason": reason, "members": troubled(unit, reason)}
            unit.outbox.add(NewEntry(entry, KIND, admin.id, facts, due_at=slot, urgent=True), now=now)
        elif entry.body is not None:
            moment = unit.take_slot(now, lane=Lane.EDITS)
            unit.outbox.add(edit_of(entry, key=f"{step}:{member_id}", due_at=moment), now=now)
    if not told:
        log.error("no admin can be told that messages do not reach member %s: %s", member_id, reason)


def _that_stands(unit: UnitOfWork, key: str) -> Entry | str:
    """The message of that key; where it came to nothing (all were reached again, or it is dead) the next one of the
    day, or the key under which there is none yet."""
    number, found = 1, unit.outbox.by_key(key)
    while found is not None:
        if found.state is State.SENT or found.state in OPEN_STATES:
            return found
        number += 1
        found = unit.outbox.by_key(f"{key}:{number}")
    return key if number == 1 else f"{key}:{number}"


def troubled(unit: UnitOfWork, reason: str) -> list[dict[str, Any]]:
    """The members whom messages do not reach for a reason, as JSON values: name, user, failures, off."""
    return [
        {
            "name": member.name,
            "user": member.user_id,
            "failures": member.channel_failures,
            "off": member.channel_off_at is not None,
        }
        for member in unit.members.all()
        if member.channel_reason == reason
        and (member.channel_off_at is not None or member.channel_failures >= TOLD_AFTER)
    ]


def recompose(unit: UnitOfWork, _member: Member, entry: Entry, _now: datetime) -> Mapping[str, Any] | None:
    """The members whom a message to an admin is about, as they are now; None: all are reached again."""
    reason = str(entry.facts["reason"])
    members = troubled(unit, reason)
    return {"reason": reason, "members": members} if members else None


def heard_from(house: House, actor: Actor) -> bool:
    """A member wrote or pressed something: what was off for them is on again. Whether something was off.

    Whoever speaks to us has an account, so one that we took for closed is open again; their profile is asked for anew.
    """
    with house.memory.write(actor.workspace_id) as unit:
        member = unit.members.get(actor.member_id)
        return member is not None and _turn_on(unit, member)


def turn_on(house: House, actor: Actor, member_id: int | None = None) -> int:
    """Send to a member again, or to everybody whose account is not closed; how many were off or failing.

    Only admins may.
    Raises Refusal ``member.not_admin`` or ``member.unknown``.
    """
    with house.memory.write(actor.workspace_id) as unit:
        check_admin(present(unit, actor))
        return _turn_all_on(unit, member_id)


def turn_on_by_operator(house: House, workspace_id: int, user_id: str | None = None) -> int:
    """What `turn_on` does, for whoever runs the machine. Raises Refusal ``member.unknown``."""
    with house.memory.write(workspace_id) as unit:
        if user_id is None:
            return _turn_all_on(unit, None)
        member = unit.members.by_user(user_id)
        return _turn_all_on(unit, -1 if member is None else member.id)


def turn_off_by_operator(house: House, workspace_id: int, user_id: str) -> None:
    """Send a member nothing any more until somebody says otherwise. Raises Refusal ``member.unknown``."""
    with house.memory.write(workspace_id) as unit:
        member = unit.members.by_user(user_id)
        if member is None:
            raise Refusal("member.unknown")
        unit.members.channel_off(member.id, "operator", at=house.clock())


def _turn_all_on(unit: UnitOfWork, member_id: int | None) -> int:
    if member_id is None:
        return sum(
            _turn_on(unit, member) for member in unit.members.all() if member.channel_reason != ACCOUNT_CLOSED
        )
    member = unit.members.get(member_id)
    if member is None:
        raise Refusal("member.unknown")
    return int(_turn_on(unit, member))


def _turn_on(unit: UnitOfWork, member: Member) -> bool:
    if not unit.members.channel_on(member.id):
        return False
    if member.channel_reason == ACCOUNT_CLOSED and not member.active:
        unit.members.set_active(member.id, active=True)
    log.info("member %s is sent messages again", member.id)
    return True
