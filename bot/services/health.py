"""Health: what an admin can see from inside of whether everything is well."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.health import Health
from bot.domain.members import Role
from bot.domain.outbox import OPEN_STATES, State
from bot.ports import UnitOfWork
from bot.services import digest
from bot.services.house import Actor, House, present
from bot.services.workspaces import check_admin

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
    )
