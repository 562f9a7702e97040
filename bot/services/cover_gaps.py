"""Gaps of a cover: days of it on which the colleague is away, so that the clients are their owner's again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.absences import Absence, Span, away_on, days_left
from bot.domain.covers import Cover, CoverSheet, CoverState, Nobody, may_ask
from bot.domain.members import Member
from bot.domain.outbox import Entry, NewEntry, edit_of
from bot.domain.pacing import Lane
from bot.ports import UnitOfWork
from bot.services import sent_digests
from bot.services.cover_sheets import as_json, name_of, sheet_of
from bot.services.owners import WHOLE_BOOK, set_anew

GAP = "cover_gap"
"""A colleague who agreed to cover is away on some of the days."""


def hold_clients(unit: UnitOfWork, member: Member, since: date) -> None:
    """Hold all clients whose time hangs on the member's leave from `since` on: their own, and those they cover.

    Before the member is held, as for whoever logs or delivers; the slots are held before.
    """
    ids = {client.id for client in unit.clients.of_owner(member.id, WHOLE_BOOK)}
    for cover in unit.covers.agreed_by(member.id, since):
        ids |= {each.id for each in unit.clients.of_owner(cover.owner_id, WHOLE_BOOK) if cover.about(each)}
    unit.clients.hold_all(sorted(ids))


def follow(
    unit: UnitOfWork, member: Member, before: Sequence[Absence], since: date, now: datetime
) -> tuple[CoverSheet, ...]:
    """After the leave of a member changed: what they agreed to cover is in other hands on other days.

    `before` is their leave that ended on `since` or later, as it was; the slots and the clients are held. The owner and
    whoever asked are told once of days that are lost. Gives the covers that lose some, as the member reads them.
    """
    after = unit.members.absences(member.id, since)
    lost = []
    for cover in unit.covers.agreed_by(member.id, since):
        was = replace(cover, away=tuple((each.first, each.last) for each in before))
        gaps, gaps_before = cover.gaps(since, cover.last), was.gaps(since, cover.last)
        if gaps == gaps_before:
            continue
        rewind(unit, cover, now)
        refresh(unit, cover, now)
        for absence in {_key(cover, each): each for each in (*before, *after)}.values():
            show_anew(unit, cover, absence, now)
        if cover.state is not CoverState.ACCEPTED:
            continue
        for absence in after:
            new = _days_lost(cover, absence, gaps_before)
            if new and not (absence.from_status and _was_told(before, absence, cover)):
                tell(unit, cover, absence, member, now)
                lost.append(cover)
    return tuple(sheet_of(unit, each, member, now) for each in {each.id: each for each in lost}.values())


def _days_lost(cover: Cover, absence: Absence, before: Sequence[Span]) -> bool:
    """Whether the absence takes days of the cover that were none of a gap before."""
    return any(days_left(span, before) for span in cover.gaps(absence.first, absence.last))


def _was_told(before: Sequence[Absence], absence: Absence, cover: Cover) -> bool:
    """Whether a status that goes on, day by day, took days of the cover already."""
    return any(each.id == absence.id and cover.overlaps(each.first, each.last) for each in before)


def rewind(unit: UnitOfWork, cover: Cover, now: datetime) -> None:
    """Set the moments of the clients that are meant anew where the owner is away: whether leave ages them changes."""
    if not any(
        cover.overlaps(each.first, each.last) for each in unit.members.absences(cover.owner_id, cover.first)
    ):
        return
    book = unit.clients.of_owner(cover.owner_id, WHOLE_BOOK)
    set_anew(unit, [client.id for client in book if cover.about(client)], now)


def refresh(unit: UnitOfWork, cover: Cover, now: datetime) -> None:
    """Bring up to date what both sides were sent, and who covers for the same owner otherwise."""
    known = unit.covers.of_owner(cover.owner_id, now.date() - timedelta(days=1))
    agreed = [each for each in known if each.state is CoverState.ACCEPTED]
    others = {each.colleague_id for each in agreed}
    sent_digests.refresh_all_of(unit, {cover.owner_id, cover.colleague_id, *others}, now)
    for each in {each.id: each for each in (cover, *agreed)}.values():
        for absence in unit.members.absences(each.colleague_id, each.first) if each.away else ():
            show_anew(unit, each, absence, now)


# --- Telling ----------------------------------------------------------------------------------------------


def tell(unit: UnitOfWork, cover: Cover, absence: Absence, by: Member, now: datetime) -> None:
    """Let the owner and whoever asked know that the colleague is away on days of a cover, once for each leave.

    Where the owner is away as well, so that nobody sees to the clients, their lead hears of it, too. The slots are held
    by who asks.
    """
    owner = unit.members.get(cover.owner_id)
    assert owner is not None, "a cover refers to members that exist"
    ahead = cover.gaps(max(absence.first, owner.calendar.local_date(now)), absence.last)
    if not ahead:
        return
    alone = _nobody(unit, owner, ahead) is Nobody.NEVER
    for reader in _readers(unit, cover, owner):
        if reader.id == by.id or not reader.active:
            continue
        if alone and reader.id not in (owner.id, cover.asked_by):
            continue
        added = unit.outbox.add(
            NewEntry(
                f"{_key(cover, absence)}:{reader.id}",
                GAP,
                reader.id,
                {
                    "cover": cover.id,
                    "first": absence.first.isoformat(),
                    "last": None if absence.from_status else absence.last.isoformat(),
                },
                due_at=unit.take_slot(now, lane=Lane.URGENT),
                urgent=True,
                expires_at=reader.calendar.starts(cover.last + timedelta(days=1)),
            ),
            now=now,
        )
        if not added:
            _edit(unit, f"{_key(cover, absence)}:{reader.id}", now)


def tell_at_once(unit: UnitOfWork, cover: Cover, by: Member, now: datetime) -> None:
    """As `tell`, of leave that was entered between the question and the answer."""
    for absence in unit.members.absences(cover.colleague_id, cover.first):
        if cover.gaps(absence.first, absence.last):
            tell(unit, cover, absence, by, now)


def _readers(unit: UnitOfWork, cover: Cover, owner: Member) -> list[Member]:
    """The owner, whoever asked, and the owner's lead, each once."""
    asker = None if cover.asked_by is None else unit.members.get(cover.asked_by)
    lead = None if owner.lead_id is None else unit.members.get(owner.lead_id)
    if lead is not None and not may_ask(lead, owner, None):
        lead = None
    return list({each.id: each for each in (owner, asker, lead) if each is not None}.values())


def _nobody(unit: UnitOfWork, owner: Member, gaps: Sequence[Span]) -> Nobody:
    """On which of the owner's days of work in these nobody sees to the clients, for the owner is away as well."""
    days = [first + timedelta(days=n) for first, last in gaps for n in range((last - first).days + 1)]
    working = [day for day in days if owner.calendar.is_working_day(day)]
    absences = unit.members.absences(owner.id, min(days, default=date.max))
    away = [day for day in working if away_on(absences, day) is not None]
    if not away:
        return Nobody.NEVER
    return Nobody.ALWAYS if len(away) == len(working) else Nobody.SOMETIMES


def _key(cover: Cover, absence: Absence) -> str:
    """Of a leave and a cover: one that a status tells is one from its first day on, however long it gets."""
    until = "status" if absence.from_status else absence.last.isoformat()
    return f"cover:{cover.id}:away:{absence.first.isoformat()}:{until}"


def show_anew(unit: UnitOfWork, cover: Cover, absence: Absence, now: datetime) -> None:
    """Bring what was told of a leave up to date where it stands."""
    owner = unit.members.get(cover.owner_id)
    assert owner is not None, "a cover refers to members that exist"
    for reader in _readers(unit, cover, owner):
        _edit(unit, f"{_key(cover, absence)}:{reader.id}", now)


def _edit(unit: UnitOfWork, key: str, now: datetime) -> None:
    entry = unit.outbox.by_key(key)
    if entry is not None and entry.body is not None:
        unit.outbox.add(edit_of(entry, key=now.isoformat(), due_at=now), now=now)


def recompose(unit: UnitOfWork, member: Member, entry: Entry, now: datetime) -> Mapping[str, Any] | None:
    """What is true now of a colleague's leave; before it is sent None when no day of the cover is lost any more."""
    cover = unit.covers.get(int(str(entry.facts["cover"])))
    owner = None if cover is None else unit.members.get(cover.owner_id)
    if cover is None or owner is None:
        return None if entry.body is None else entry.facts
    first, until = date.fromisoformat(str(entry.facts["first"])), entry.facts["last"]
    known = [
        each
        for each in unit.members.absences(cover.colleague_id, first)
        if each.first == first and (each.from_status if until is None else each.last.isoformat() == until)
    ]
    gaps = [span for each in known for span in cover.gaps(each.first, each.last)]
    ahead = [span for span in gaps if span[1] >= member.calendar.local_date(now)]
    if entry.body is None and (cover.state is not CoverState.ACCEPTED or not ahead):
        return None
    return {
        **entry.facts,
        "sheet": as_json(sheet_of(unit, cover, member, now)),
        "gaps": [[first.isoformat(), last.isoformat()] for first, last in gaps],
        "over": not ahead,
        "nobody": _nobody(unit, owner, ahead).value,
        "instead": name_of(unit, _instead(unit, cover, ahead)),
    }


def _instead(unit: UnitOfWork, cover: Cover, gaps: Sequence[Span]) -> int | None:
    """Who agreed to see to the same clients on all of these days; None for nobody."""
    for other in unit.covers.of_owner(cover.owner_id, cover.first):
        if other.state is not CoverState.ACCEPTED or set(other.client_ids) != set(cover.client_ids):
            continue
        if gaps and not any(days_left(span, other.days_in_force()) for span in gaps):
            return other.colleague_id
    return None
