"""Who wrote in a client's channel, asked again by the clock where the platform did not say at once."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.domain.response import OLD, Unknown
from bot.ports import Directory, Failed, TryLater, Unclear
from bot.services.house import House, trouble
from bot.services.response_channels import heard, person_of

log = logging.getLogger(__name__)

_BATCH = 50
_SOONEST, _LATEST = timedelta(minutes=2), timedelta(hours=1)


def tick(house: House, directory: Directory, workspace_id: int) -> int:
    """Ask who wrote what is still kept of nobody known; returns of how many that was settled.

    Stops where the platform does not answer: all is asked again later, the longer it lasts the less often. What became
    older than any clock that begins by itself is let go.
    """
    now, settled = house.clock(), 0
    with house.memory.read(workspace_id) as unit:
        due = unit.questions.unknown_due(now, _BATCH)
    for unknown in due:
        try:
            _look_up(house, directory, workspace_id, unknown, now)
            settled += 1
        except (TryLater, Unclear) as later:
            log.warning("who wrote in a client's channel is not available: %s", later)
            _put_off(house, workspace_id, unknown, now)
            break
        except Exception as error:  # one item of a loop: a message that cannot be taken in holds no other up
            if trouble(house, error) is not None:
                raise
            log.exception("a message of somebody unknown cannot be taken in")
            _put_off(house, workspace_id, unknown, now)
    return settled


def _look_up(house: House, directory: Directory, workspace_id: int, unknown: Unknown, now: datetime) -> None:
    said = unknown.said
    if said.at < now - OLD:
        with house.memory.write(workspace_id) as unit:
            unit.questions.drop_unknown(said.channel_id, said.ts)
        return
    with house.memory.read(workspace_id) as unit:
        person = person_of(unit, said.channel_id, said.user_id)
    profile = None
    if person is None:
        try:
            profile = directory.profile(said.user_id)
        except (TryLater, Unclear):
            raise
        except Failed:  # it will not speak of them
            profile = None
    heard(house, workspace_id, said, profile, asked=True)


def _put_off(house: House, workspace_id: int, unknown: Unknown, now: datetime) -> None:
    until = now + min(max(_SOONEST, now - unknown.heard_at), _LATEST)
    with house.memory.write(workspace_id) as unit:
        unit.questions.put_off_unknown(unknown.said.channel_id, unknown.said.ts, until)
