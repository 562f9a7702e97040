"""The week ahead, as the first message of a week shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.domain.digest import Ahead, AnyRow, Week
from bot.domain.members import Member
from bot.ports import UnitOfWork
from bot.services import occasions, promises

NAMED = 3
"""How many of each kind are named."""
_MEETINGS = 50


def of(unit: UnitOfWork, member: Member, day: date, rows: Sequence[AnyRow], now: datetime) -> Week | None:
    """From `day` to Sunday: promises, who becomes due, occasions and meetings; None when there are none.

    What stands in `rows` already is not said twice. Clients that are put off beyond the week are left out.
    """
    calendar = member.calendar
    sunday = day + timedelta(days=6 - day.weekday())
    ends = calendar.starts(sunday + timedelta(days=1))
    shown = {row.client_id for row in rows}
    owed = [row for row in promises.owed_by(unit, member, sunday, now) if row.client_id not in shown]
    coming, due = unit.books.coming_due(member.id, now, ends, NAMED)
    days = [each for each in occasions.between(unit, member, day, sunday) if each[0].id not in shown]
    meetings = [each for each in unit.meetings.ahead(member.id, now, _MEETINGS) if each.at < ends]
    met = [
        (client.name, each.at)
        for each in meetings[:NAMED]
        if (client := unit.clients.get(each.client_id)) is not None
    ]
    counts = (len(owed), due, len(days), len(meetings))
    if not any(counts):
        return None
    return Week(
        promises=tuple(Ahead(row.client, row.due_on, row.text) for row in owed[:NAMED]),
        due=tuple(
            Ahead(client.name, calendar.local_date(client.due_at))
            for client in coming
            if client.due_at is not None
        ),
        occasions=tuple(Ahead(client.name, each.on, occasion=each) for client, each in days[:NAMED]),
        meetings=tuple(met),
        counts=counts,
    )
