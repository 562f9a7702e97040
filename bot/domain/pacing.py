"""Pacing: the moments at which a workspace may be posted to, handed out when messages are planned.

Three lanes share the posts of a minute. Ordinary messages get four fifths of them, one after the other. Urgent ones
take a free moment of the ordinary lane, and while a wave fills that, the fifth that is kept for them: half of it at
once, the other half over the minute. So an urgent message is not behind a thousand digests, and both together stay
within the limit. Edits are limited by the platform apart from posts, and have a lane of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

MINUTE = timedelta(minutes=1)
CHANNEL_GAP = timedelta(seconds=1)
"""Slack takes about one message a second in one conversation (https://docs.slack.dev/apis/web-api/rate-limits)."""
EDITS_A_MINUTE = 40
"""Below the 50 calls a minute of the platform's third tier, to which editing belongs (same source)."""
_LEAST_FOR_A_RESERVE = 10


class Lane(StrEnum):
    ORDINARY = "ordinary"
    URGENT = "urgent"
    EDITS = "edits"


@dataclass(frozen=True, slots=True)
class Lanes:
    """When each lane of a workspace is free again (UTC; None: at once).

    `urgent_at` runs ahead of the clock while the reserve is being used; see `taken`.
    """

    posts_per_minute: int
    ordinary_at: datetime | None = None
    urgent_at: datetime | None = None
    edits_at: datetime | None = None


def reserve(posts_per_minute: int) -> int:
    """Posts of a minute that are kept for urgent messages: an even number, none where a minute has few."""
    return 0 if posts_per_minute < _LEAST_FOR_A_RESERVE else 2 * (posts_per_minute // 10)


def ordinary_gap(posts_per_minute: int) -> timedelta:
    """From one ordinary message of a workspace to the next."""
    return MINUTE / (posts_per_minute - reserve(posts_per_minute))


def taken(lanes: Lanes, wished: datetime, lane: Lane) -> tuple[datetime, Lanes]:
    """The first moment of a lane from `wished` on, and the lanes once it is taken.

    `wished` should be about now: what is taken far ahead holds up whatever comes before it.
    """
    if lane is Lane.EDITS:
        slot = _latest(wished, lanes.edits_at)
        return slot, replace(lanes, edits_at=slot + MINUTE / min(lanes.posts_per_minute, EDITS_A_MINUTE))
    ordinary = _latest(wished, lanes.ordinary_at)
    kept = reserve(lanes.posts_per_minute)
    if lane is Lane.URGENT and ordinary > wished and kept:
        gap = MINUTE / (kept // 2)
        free_at = _latest(wished, lanes.urgent_at)
        slot = max(wished, free_at - (MINUTE - gap))
        if slot < ordinary:
            return slot, replace(lanes, urgent_at=free_at + gap)
    return ordinary, replace(lanes, ordinary_at=ordinary + ordinary_gap(lanes.posts_per_minute))


def apart(wished: datetime, planned: list[datetime]) -> datetime:
    """The first moment from `wished` on that is `CHANNEL_GAP` away from all that is `planned` in a conversation."""
    moment = wished
    for other in sorted(planned):
        if other - CHANNEL_GAP < moment < other + CHANNEL_GAP:
            moment = other + CHANNEL_GAP
    return moment


def _latest(wished: datetime, free_at: datetime | None) -> datetime:
    return wished if free_at is None else max(wished, free_at)
