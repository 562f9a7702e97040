"""Health: what an admin can see from inside of whether everything is well."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.health import Health
from bot.domain.members import Role
from bot.domain.outbox import OPEN_STATES, State
from bot.ports import UnitOfWork
from bot.services import digest
from bot.services.house import Actor, House, present, trouble
from bot.services.workspaces import check_admin

log = logging.getLogger(__name__)

SETTLED_SINCE = timedelta(days=7)


def look(house: House, actor: Actor) -> Health:
    """The health of the workspace. Only admins may: Refusal ``member.not_admin``. Raises RulebookError."""
    with house.memory.read(actor.workspace_id) as unit:
        check_admin(present(unit, actor))
        return _look(house, unit)


def look_by_operator(house: House, workspace_id: int) -> Health:
    """What `look` tells, for whoever runs the machine."""
    with house.memory.read(workspace_id) as unit:
        return _look(house, unit)


def _look(house: House, unit: UnitOfWork) -> Health:
    now = house.clock()
    revision, known = house.memory.revision()
    tally = unit.outbox.tally(now - SETTLED_SINCE)
    active = [member for member in unit.members.all() if member.active]
    clients, unowned = unit.clients.count()
    rulebook = house.rulebooks.of(unit)
    blocked = unit.workspace.blocked_until
    return Health(
        revision=revision,
        known_revision=known,
        waiting=sum(tally.get(state, 0) for state in OPEN_STATES),
        dead=tally.get(State.DEAD, 0),
        skipped=tally.get(State.SKIPPED, 0),
        sent=tally.get(State.SENT, 0),
        last_wave=unit.outbox.latest(digest.KIND),
        blocked_until=blocked if blocked is not None and blocked > now else None,
        rules=f"{rulebook.version} ({rulebook.date})",
        rule_count=len(rulebook.rules),
        missing_scopes=house.missing_scopes,
        members=len(active),
        mailless=sum(member.email is None for member in active),
        unread=sum(member.refreshed_at is None for member in active),
        leads=sum(member.is_(Role.LEAD) for member in active),
        officers=sum(member.is_(Role.COMPLIANCE) for member in active),
        admins=sum(member.is_(Role.ADMIN) for member in active),
        clients=clients,
        unowned=unowned,
        off=_off(unit),
        silent=tuple(member for member in active if member.channel_off_at is not None),
    )


def _off(unit: UnitOfWork) -> tuple[str, datetime] | None:
    workspace = unit.workspace
    return None if workspace.off_at is None else (workspace.off_reason or "", workspace.off_at)


@dataclass(frozen=True, slots=True)
class Queue:
    """How the outbox stands.

    `age` (seconds) of the message that is due longest, entries by state (open ones, and those settled in seven days),
    whether nothing can be posted, and how many active members are sent nothing.
    """

    age: float
    entries: Mapping[State, int]
    off: bool
    channels_off: int


def queue(house: House, workspace_id: int) -> Queue:
    """For whoever watches over the machine."""
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        oldest = unit.outbox.oldest_due(now)
        return Queue(
            age=0.0 if oldest is None else (now - oldest).total_seconds(),
            entries=unit.outbox.tally(now - SETTLED_SINCE),
            off=unit.workspace.off_at is not None,
            channels_off=unit.members.channels_off(),
        )


def unready(house: House, workspace_id: int) -> list[str]:
    """Why nothing can be done for the workspace now; empty when all is well."""
    try:
        revision, known = house.memory.revision()
        if revision != known:
            return [f"the database is at revision {revision}, this program knows {known}"]
        with house.memory.read(workspace_id) as unit:
            off = _off(unit)
    except Exception as error:
        code = trouble(house, error)
        if code is None:
            raise
        log.warning("not ready: %s", error)
        return [code]
    return [] if off is None else [f"nothing can be posted: {off[0]}"]
