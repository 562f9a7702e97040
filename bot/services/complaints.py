"""Complaints: whether one is open with a client, and since when.

All of it happens within the unit of work of whoever changes a touch; the client's clock follows by `touches.recount`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.clients import Client
from bot.domain.history import Change, ChangeKind, NewChange, Subject
from bot.domain.reassignment import Reason
from bot.domain.touches import Touch
from bot.ports import UnitOfWork
from bot.services import reassignment_steps

FACT = "complaint_at"
"""The client's field in the history of its changes: since when a complaint is open."""
_CHANGES_READ = 200
REPEATED, REPEATED_WITHIN = 3, timedelta(days=90)
"""How many complaints, in which time, let another manager be proposed."""


def opened(unit: UnitOfWork, client: Client, touch: Touch, member_id: int, now: datetime) -> Client:
    """The client with the complaint that `touch` tells of; an earlier one that is open stays the one that counts."""
    lately = [each for each in unit.touches.complaints(client.id) if each.at > now - REPEATED_WITHIN]
    if len(lately) >= REPEATED:
        reassignment_steps.propose(unit, client.id, Reason.COMPLAINTS.value, now)
    if client.complaint_at is not None and client.complaint_at <= touch.at:
        return client
    return _set(unit, client, touch.at, member_id, now)


def lifted(unit: UnitOfWork, client: Client, touch: Touch, member_id: int, now: datetime) -> Client:
    """The client without the complaint that `touch`, which no longer tells of one, had told of.

    Another complaint that was made since and not settled stays open.
    """
    if client.complaint_at is None or touch.at > client.complaint_at:
        return client
    settled = _settled_at(unit, client.id)
    left = [
        other.at
        for other in unit.touches.complaints(client.id)
        if other.id != touch.id
        and other.at >= client.complaint_at
        and (settled is None or other.logged_at > settled)
    ]
    return _set(unit, client, min(left, default=None), member_id, now)


def settled(unit: UnitOfWork, client: Client, member_id: int, now: datetime) -> Client:
    """The client without an open complaint."""
    return client if client.complaint_at is None else _set(unit, client, None, member_id, now)


def _set(unit: UnitOfWork, client: Client, at: datetime | None, member_id: int, now: datetime) -> Client:
    if at != client.complaint_at:
        unit.clients.set_complaint(client.id, at)
        facts = {FACT: [_written(client.complaint_at), _written(at)]}
        unit.history.add(
            NewChange(Subject.CLIENT, client.id, client.id, ChangeKind.EDITED, now, member_id, facts)
        )
    return replace(client, complaint_at=at)


def _settled_at(unit: UnitOfWork, client_id: int) -> datetime | None:
    """When the client's last complaint was settled or taken back."""
    changes = unit.history.of_subject(Subject.CLIENT, client_id, _CHANGES_READ)
    return next((change.at for change in changes if _ends(change)), None)


def _ends(change: Change) -> bool:
    said = change.facts.get(FACT)
    return isinstance(said, list) and len(said) == 2 and said[1] is None


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
