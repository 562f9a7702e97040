"""Meetings: when a member meets a client, as the member told us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


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
