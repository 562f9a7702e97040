"""Upkeep: what nobody should have to think of."""

from __future__ import annotations

import logging
from datetime import timedelta

from bot.domain.drafts import KEPT_FOR
from bot.ports import Directory, Failed, NotLetIn, Refused, TryLater, Unclear
from bot.services import gate, members
from bot.services.house import House

log = logging.getLogger(__name__)

DELIVERIES_KEPT_FOR = timedelta(days=2)
"""Longer than the day for which the platform may deliver an event again."""
OUTBOX_KEPT_FOR = timedelta(days=180)


def refresh_profiles(house: House, directory: Directory, workspace_id: int) -> int:
    """Ask the platform again who the members are whose profile is older than a day; returns how many answered.

    Stops when the platform asks to wait or does not answer: the rest follows with the next tick. Whom it will not
    speak of holds nobody else up.
    """
    answered = 0
    for user_id in members.stale(house, workspace_id):
        try:
            profile = directory.profile(user_id)
        except (Unclear, NotLetIn) as unavailable:
            log.warning("profiles are not available: %s", unavailable)
            break
        except TryLater as later:
            log.warning("the profile of %s is not available: %s", user_id, later)
            if later.after is not None:
                break
            continue
        except Refused as refused:
            log.warning("the profile of %s is refused: %s", user_id, refused)
            continue
        if profile is None:
            members.close(house, workspace_id, user_id)
        else:
            members.refresh(house, workspace_id, profile)
            _refresh_do_not_disturb(house, directory, workspace_id, user_id)
        answered += 1
    return answered


def _refresh_do_not_disturb(house: House, directory: Directory, workspace_id: int, user_id: str) -> None:
    """Ask when somebody is not to be disturbed next; where nobody can say, what we know stays for another day."""
    try:
        span = directory.do_not_disturb(user_id)
    except Failed as unknown:
        log.warning("when not to disturb %s is not available: %s", user_id, unknown)
        return
    members.note_do_not_disturb(house, workspace_id, user_id, span)


def prune(house: House, workspace_id: int) -> int:
    """Forget what is of no use any more: drafts, delivery marks, settled messages; returns how many rows."""
    now = house.clock()
    with house.memory.write(workspace_id) as unit:
        return (
            unit.drafts.prune(now - KEPT_FOR)
            + unit.deliveries.prune(now - DELIVERIES_KEPT_FOR)
            + unit.outbox.prune(now - OUTBOX_KEPT_FOR)
            + unit.decisions.prune(now - gate.KEPT_FOR)
        )
