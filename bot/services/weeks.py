"""The week ahead, as the first message of a week shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.clients import Client
from bot.domain.covers import Cover, covering
from bot.domain.digest import Ahead, AnyRow, Week
from bot.domain.members import Member
from bot.ports import UnitOfWork
from bot.services import covers, occasions, promises

NAMED = 3
"""How many of each kind are named."""
_MEETINGS = 50
_MOST = 1000
"""Clients of one owner that are looked at where somebody covers: so many become due in one week of no book."""


def of(unit: UnitOfWork, member: Member, day: date, rows: Sequence[AnyRow], now: datetime) -> Week | None:
    """From `day` to Sunday: promises, who becomes due, occasions and meetings; None when there are none.

    What stands in `rows` already is not said twice. Clients that are put off beyond the week are left out, and so is
    what falls on a day on which a colleague sees to the client; what the member covers for on its day is among it.
    """
    calendar = member.calendar
    sunday = day + timedelta(days=6 - day.weekday())
    ends = calendar.starts(sunday + timedelta(days=1))
    shown = {row.client_id for row in rows}
    hands = _hands(unit, member, day, sunday)
    owed = _owed(unit, member, hands, sunday, now, shown)
    due, many = _due(unit, member, hands, now, ends)
    days = _occasions(unit, member, hands, day, sunday, shown)
    meetings = [each for each in unit.meetings.ahead(member.id, now, _MEETINGS) if each.at < ends]
    met = [
        (client.name, each.at)
        for each in meetings[:NAMED]
        if (client := unit.clients.get(each.client_id)) is not None
    ]
    counts = (len(owed), many, len(days), len(meetings))
    if not any(counts):
        return None
    return Week(tuple(owed[:NAMED]), tuple(due[:NAMED]), tuple(days[:NAMED]), tuple(met), counts)


@dataclass(frozen=True, slots=True)
class _Hands:
    """Covers of one week: those by which the member sees to clients of the `owners`, and those by which colleagues see
    to some of the member's, or of the `owners` (`others`), each by itself. `first` is the day on which the week is told
    of."""

    first: date
    mine: tuple[Cover, ...]
    away: tuple[Cover, ...]
    others: tuple[Cover, ...]
    owners: tuple[Member, ...]

    def holds(self, client: Client, member: Member, on: date) -> bool:
        """Whether the client is the member's to see to on that day; what is late is of the first day."""
        on = max(on, self.first)
        if client.owner_id == member.id:
            return covering(self.away, client, on) is None
        by = covering((*self.mine, *self.others), client, on)
        return by is not None and by.colleague_id == member.id


def _hands(unit: UnitOfWork, member: Member, first: date, sunday: date) -> _Hands:
    mine = [
        each for each in unit.covers.of_colleague(member.id, first) if each.is_in_force_between(first, sunday)
    ]
    owner_ids = sorted({cover.owner_id for cover in mine})
    owners = [owner for each in owner_ids if (owner := unit.members.get(each)) is not None]
    others = [
        cover
        for owner_id in owner_ids
        for cover in covers.by_themselves(unit, owner_id, first, sunday)
        if cover.colleague_id != member.id
    ]
    away = covers.by_themselves(unit, member.id, first, sunday)
    return _Hands(first, tuple(mine), tuple(away), tuple(others), tuple(owners))


def _owed(
    unit: UnitOfWork, member: Member, hands: _Hands, sunday: date, now: datetime, shown: set[int]
) -> list[Ahead]:
    """Promises that are to be kept; a promise of the member's own to somebody else's client stays theirs."""
    found: list[Ahead] = []
    for whose in (member, *hands.owners):
        for row in promises.owed_by(unit, member, sunday, now, of=whose):
            client = unit.clients.get(row.client_id)
            if client is None or client.id in shown:
                continue
            theirs = whose is member and client.owner_id != member.id
            if theirs or hands.holds(client, member, row.due_on):
                found.append(Ahead(row.client, row.due_on, row.text, covering=_mark(member, whose)))
    return sorted(found, key=lambda each: each.on)


def _due(
    unit: UnitOfWork, member: Member, hands: _Hands, now: datetime, ends: datetime
) -> tuple[list[Ahead], int]:
    """Who becomes due, and how many they are."""
    if not hands.mine and not hands.away:
        coming, many = unit.books.coming_due(member.id, now, ends, NAMED)
        return [_becomes_due(client, member, member) for client in coming], many
    found: list[Ahead] = []
    for owner in (member, *hands.owners):
        for client in unit.books.coming_due(owner.id, now, ends, _MOST)[0]:
            ahead = _becomes_due(client, member, owner)
            if hands.holds(client, member, ahead.on):
                found.append(ahead)
    return sorted(found, key=lambda each: each.on), len(found)


def _becomes_due(client: Client, member: Member, owner: Member) -> Ahead:
    assert client.due_at is not None, "asked for by the moment at which it is due"
    return Ahead(client.name, member.calendar.local_date(client.due_at), covering=_mark(member, owner))


def _occasions(
    unit: UnitOfWork, member: Member, hands: _Hands, first: date, sunday: date, shown: set[int]
) -> list[Ahead]:
    found = [
        Ahead(client.name, each.on, occasion=each, covering=_mark(member, owner))
        for owner in (member, *hands.owners)
        for client, each in occasions.between(unit, owner, first, sunday)
        if client.id not in shown and hands.holds(client, member, each.on)
    ]
    return sorted(found, key=lambda each: each.on)


def _mark(member: Member, owner: Member) -> str:
    return "" if owner.id == member.id else owner.name
