"""Health: what an admin can see from inside of whether everything is well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.members import Role
from bot.domain.outbox import OPEN_STATES, State
from bot.ports import UnitOfWork
from bot.services import digest
from bot.services.house import Actor, House, present
from bot.services.workspaces import check_admin

SETTLED_SINCE = timedelta(days=7)
_BACKLOG = 200
"""Open messages beyond which delivery lags behind, whatever the pace: some minutes' worth."""


@dataclass(frozen=True, slots=True)
class Health:
    """Figures of one workspace at one moment.

    `revision` is the database's, `known_revision` the program's. `waiting` messages are open, `dead` ones were given up
    in seven days, `skipped` ones no longer true or not wanted. `last_wave` is when digests were planned last, and how many
    in the hour up to then. `missing_scopes` None: Slack did not say. `mailless` and `unread` count active members without a
    mail address, and known from an import only.
    """

    revision: str | None
    known_revision: str
    waiting: int
    dead: int
    skipped: int
    sent: int
    last_wave: tuple[datetime, int] | None
    blocked_until: datetime | None
    rules: str
    rule_count: int
    missing_scopes: tuple[str, ...] | None
    members: int
    mailless: int
    unread: int
    leads: int
    officers: int
    admins: int
    clients: int
    unowned: int

    @property
    def well(self) -> bool:
        """Whether nothing asks for somebody's hands."""
        return not (
            self.revision != self.known_revision
            or self.dead
            or self.waiting > _BACKLOG
            or self.blocked_until is not None
            or self.missing_scopes
        )

    @property
    def lags(self) -> bool:
        return self.waiting > _BACKLOG


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
