"""Giving way: a row that was shown in vain lets those behind it come first for a while.

A digest that shows the same five every day never names the sixth, and whoever is never named is on no ladder (see
`ladder`). What gives way is not hidden: it comes behind the others, and stands where nobody else wants the place.
"""

from __future__ import annotations

from datetime import date, datetime

from bot.domain.clients import Client
from bot.domain.working_time import WorkingCalendar

IN_VAIN = 3
"""Digests in which a client is named to the same reader without anybody acting on it until it gives way."""
GIVES_WAY_FOR = 20
"""Working days of the reader for which it then gives way; after them it has its old place again."""


def gives_way(client: Client, reader_id: int | None, now: datetime) -> bool:
    """Whether the client comes behind the others in the digest of that reader (None: nobody's).

    Never while a complaint is open. What was named to somebody else, or before the client became due anew, does not
    count: a new owner, or a colleague who covers, reads it where it belongs.
    """
    if reader_id is None or client.named_to != reader_id or client.complaint_at is not None:
        return False
    if client.gives_way_until is None or client.gives_way_until <= now:
        return False
    return client.due_at is not None and client.named_at is not None and client.due_at <= client.named_at


def way_ends(calendar: WorkingCalendar, day: date, working_days: int = GIVES_WAY_FOR) -> datetime:
    """The UTC moment at which a client that was named in vain on local `day` has its place again: so many digests of
    the reader come in between."""
    return calendar.starts(calendar.add_working_days(day, working_days + 1))
