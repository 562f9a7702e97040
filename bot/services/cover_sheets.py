"""A cover as it is told of: with the names of those it is about, and as the JSON values that a message keeps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot.domain.covers import Cover, CoverSheet, CoverState
from bot.domain.members import Member
from bot.ports import UnitOfWork

NAMED = 20
"""Clients that are named where a cover is told of."""


def name_of(unit: UnitOfWork, member_id: int | None) -> str:
    """The name of a member; empty for nobody."""
    found = None if member_id is None else unit.members.get(member_id)
    return "" if found is None else found.name


def sheet_of(unit: UnitOfWork, cover: Cover, reader: Member, now: datetime) -> CoverSheet:
    """A cover with the names that a reader needs; at most `NAMED` clients are named."""
    named = [(each, unit.clients.get(each)) for each in cover.client_ids[:NAMED]]
    return CoverSheet(
        cover,
        name_of(unit, cover.owner_id),
        name_of(unit, cover.colleague_id),
        name_of(unit, cover.asked_by),
        tuple((number, client.name) for number, client in named if client is not None),
        over=reader.calendar.local_date(now) > cover.last,
    )


def as_json(sheet: CoverSheet) -> dict[str, Any]:
    """A cover as JSON values; `sheet_from` reads them."""
    cover = sheet.cover
    return {
        "id": cover.id,
        "owner_id": cover.owner_id,
        "colleague_id": cover.colleague_id,
        "asked_by": cover.asked_by,
        "first": cover.first.isoformat(),
        "last": cover.last.isoformat(),
        "state": cover.state.value,
        "asked_at": cover.asked_at.isoformat(),
        "client_ids": list(cover.client_ids),
        "note": cover.note,
        "reason": cover.reason,
        "names": [sheet.owner, sheet.colleague, sheet.asker],
        "clients": [list(each) for each in sheet.clients],
        "over": sheet.over,
        "away": [[first.isoformat(), last.isoformat()] for first, last in cover.away],
    }


def sheet_from(facts: Mapping[str, Any]) -> CoverSheet:
    """A cover from the JSON values of `as_json`."""
    owner, colleague, asker = facts["names"]
    return CoverSheet(
        Cover(
            id=facts["id"],
            owner_id=facts["owner_id"],
            colleague_id=facts["colleague_id"],
            first=date.fromisoformat(facts["first"]),
            last=date.fromisoformat(facts["last"]),
            state=CoverState(facts["state"]),
            asked_at=datetime.fromisoformat(facts["asked_at"]),
            client_ids=tuple(facts["client_ids"]),
            asked_by=facts["asked_by"],
            note=facts["note"],
            reason=facts["reason"],
            away=tuple(
                (date.fromisoformat(first), date.fromisoformat(last)) for first, last in facts.get("away", ())
            ),
        ),
        owner,
        colleague,
        asker,
        tuple((int(number), str(name)) for number, name in facts["clients"]),
        facts["over"],
    )
