"""Digests that were sent today, brought up to date where they stand when something changes elsewhere.

The edit is put into the outbox by the transaction that changed something, so it is lost with it or kept with it. What
the digest says then is composed when the edit is made (see `digest.recompose`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from bot.domain.digest import digest_key
from bot.domain.outbox import Entry, edit_of
from bot.ports import UnitOfWork


def refresh(unit: UnitOfWork, client_id: int, member_ids: Collection[int | None], now: datetime) -> None:
    """Bring today's digests of these members up to date, as far as they have a row of that client; and those of
    colleagues who cover for them.

    A digest that is not rendered yet says what is true when it is; None is nobody.
    """
    known = {each for each in member_ids if each is not None}
    for entry in _sent_to(unit, known | _covering(unit, known, now), now):
        rows = entry.facts.get("rows")
        if isinstance(rows, list) and any(row.get("client_id") == client_id for row in rows):
            _edit(unit, entry, now)


def refresh_all_of(unit: UnitOfWork, member_ids: Collection[int], now: datetime) -> None:
    """Bring today's digests of these members up to date, whatever they have: whose clients are whose has changed."""
    for entry in _sent_to(unit, member_ids, now):
        _edit(unit, entry, now)


def _sent_to(unit: UnitOfWork, member_ids: Collection[int], now: datetime) -> Iterator[Entry]:
    for member_id in sorted(member_ids):
        member = unit.members.get(member_id)
        if member is None:
            continue
        entry = unit.outbox.by_key(digest_key(member.id, member.calendar.local_date(now)))
        if entry is not None and entry.body is not None:
            yield entry


def _edit(unit: UnitOfWork, entry: Entry, now: datetime) -> None:
    # What one transaction changes shares a moment: a touch with twenty clients makes one edit.
    unit.outbox.add(edit_of(entry, key=now.isoformat(), due_at=now), now=now)


def _covering(unit: UnitOfWork, member_ids: Collection[int], now: datetime) -> set[int]:
    """Who covers for these members; whether the client is meant is seen by the rows."""
    found = set()
    for member in (unit.members.get(each) for each in member_ids):
        if member is not None:
            today = member.calendar.local_date(now)
            found |= {c.colleague_id for c in unit.covers.of_owner(member.id, today) if c.in_force(today)}
    return found
