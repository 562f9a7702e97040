"""What whoever delivers does with one entry it was handed, and when to look at the entry again."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.outbox import OPEN_STATES, Step
from bot.ports import Messenger
from bot.services import delivery
from bot.services.house import House, trouble

log = logging.getLogger(__name__)

KNOCKED_AT = timedelta(minutes=1)
"""How often a platform that closed the workspace to us is asked whether it is open again."""


@dataclass(frozen=True, slots=True)
class Rest:
    """An open entry's pause: seconds until something may be done with it (0: now); `parked` while the platform asked
    the whole workspace to wait."""

    seconds: float
    parked: bool


def attempt(house: House, messenger: Messenger, workspace_id: int, entry_id: int) -> Step:
    """Do what may be done with the entry now, whatever happens: a poisonous one steps aside for an hour.

    ``nothing`` also when that failed: who asked must not ask again at once.
    """
    try:
        return delivery.deliver(house, messenger, workspace_id, entry_id)
    except Exception as error:  # one item of a loop: a poisonous row steps aside, the others go on
        if trouble(house, error) is not None:
            # No fault of the row, which must not wait for an hour when the database is back in a second.
            log.error("delivery of entry %s failed: %s", entry_id, error)
            return Step.NOTHING
        log.exception("delivery of entry %s failed", entry_id)
        try:
            delivery.step_aside(house, workspace_id, entry_id)
        except Exception:  # as above; the row is still there
            log.exception("entry %s could not be put aside", entry_id)
        return Step.NOTHING


def rest_of(house: House, workspace_id: int, entry_id: int) -> Rest | None:
    """How long the entry rests from now; None once nothing will ever be done with it any more."""
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        entry = unit.outbox.get(entry_id)
        if entry is None or entry.state not in OPEN_STATES:
            return None
        shut = unit.workspace.off_at is not None
        blocked = now + KNOCKED_AT if shut else unit.workspace.blocked_until
        parked = blocked is not None and now < blocked <= now + delivery.LONGEST_PAUSE
        parked = parked and blocked is not None and entry.due_at < blocked
        until = blocked if parked and blocked is not None else entry.due_at
    return Rest(max((until - now).total_seconds(), 0.0), parked)
