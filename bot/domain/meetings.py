"""Meetings: when a member meets a client, as the member told us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.refusals import Refusal

BRIEF_BEFORE = timedelta(minutes=15)
"""How long before a meeting its brief is sent."""
FARTHEST = timedelta(days=366)
NOTE_LIMIT = 500


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """A meeting about to be noted; see `Meeting`."""

    client_id: int
    member_id: int
    at: datetime
    note: str
    entered_at: datetime
    key: str
    brief_at: datetime | None


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting of one member with one client. Moments are UTC.

    `brief_at` is when the brief is to be sent; None once that was decided on, or where there is nothing to send.
    """

    id: int
    client_id: int
    member_id: int
    at: datetime
    note: str
    entered_at: datetime
    key: str
    brief_at: datetime | None = None
    cancelled_at: datetime | None = None


def brief_at(at: datetime) -> datetime:
    """When the brief of a meeting at `at` is to be sent; for one entered later than that, at once."""
    return at - BRIEF_BEFORE


def check_meeting(at: datetime, now: datetime, note: str = "") -> None:
    """Raise Refusal ``meeting.past``, ``meeting.too_far`` (day, limit in days) or ``meeting.note_too_long``."""
    if at <= now:
        raise Refusal("meeting.past")
    if at > now + FARTHEST:
        raise Refusal("meeting.too_far", day=at, limit=FARTHEST.days)
    if len(note) > NOTE_LIMIT:
        raise Refusal("meeting.note_too_long", length=len(note), limit=NOTE_LIMIT)
