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
"""Working days of the reader for which it then gives way, or more in a full book; after them it has its old place."""


def gives_way(client: Client, reader_id: int | None, now: datetime) -> bool:
    """Whether the client comes behind the others in the digest of that reader (None: nobody's).

    Never while a complaint is open. What was named to somebody else, before the client became due anew, or while it was
    due and not yet neglected, does not count: a new owner, or a colleague who covers, reads it where it belongs, and so
    does whoever is to read that it is neglected by now.
    """
    if reader_id is None or client.named_to != reader_id or client.complaint_at is not None:
        return False
    if client.gives_way_until is None or client.gives_way_until <= now:
        return False
    if client.due_at is None or client.named_at is None or client.named_at < client.due_at:
        return False
    became_neglected = client.neglected_at is not None and client.named_at < client.neglected_at <= now
    return not became_neglected


def way_lasts(at_least: int, often: int, due: int, shown: int, between: int = 1) -> int:
    """For how many working days it gives way: until all `due` clients of the reader have been shown `often` times.

    `shown` are those of one message, `between` the working days from one message to the next. In a small book
    `at_least`. Without this those behind a full book would never be named.
    """
    messages = often * -(-max(due, shown) // max(1, shown))
    return max(at_least, messages * between)


def way_ends(calendar: WorkingCalendar, day: date, working_days: int = GIVES_WAY_FOR) -> datetime:
    """The UTC moment at which a client that was named in vain on local `day` has its place again: so many digests of
    the reader come in between."""
    return calendar.starts(calendar.add_working_days(day, working_days + 1))
