"""One press on a touch that stands in the book: who spoke, whether it was a complaint, the same as a colleague's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.clients import Client, may_read
from bot.domain.logged import Logged
from bot.domain.members import Member
from bot.domain.refusals import Refusal
from bot.domain.touches import Direction, Touch, TouchDraft, may_be_same
from bot.ports import NewTouch, UnitOfWork
from bot.services import complaints
from bot.services.house import Actor, House, present
from bot.services.lookup import named
from bot.services.owners import covers, owner_of
from bot.services.touches import changeable, people_of, recount, rewritten, shown

_ASKED_WITHIN = timedelta(hours=36)
"""How long ago a touch can be that somebody without a time was asked about, until they answer."""


def direct(house: House, actor: Actor, touch_ids: Sequence[int], direction: Direction) -> tuple[Logged, ...]:
    """Say who spoke, of one touch or of several at once; those that do not count are left as they are.

    Raises Refusal ``touch.gone`` or ``touch.not_yours``.
    """
    return _each(house, actor, touch_ids, direction=direction)


def mark_complaint(
    house: House, actor: Actor, touch_ids: Sequence[int], complaint: bool
) -> tuple[Logged, ...]:
    """Say that touches were a complaint, or that they were none; the clients' cadences follow.

    Raises Refusal ``touch.gone`` or ``touch.not_yours``.
    """
    return _each(house, actor, touch_ids, complaint=complaint)


def _each(house: House, actor: Actor, touch_ids: Sequence[int], **said: Any) -> tuple[Logged, ...]:
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        return tuple(
            _rewritten(unit, member, changeable(unit, member, touch_id), now, **said)
            for touch_id in touch_ids
        )


def _rewritten(unit: UnitOfWork, member: Member, touch: Touch, now: datetime, **said: Any) -> Logged:
    new = replace(as_new(touch), **said)
    return shown(unit, touch) if new == as_new(touch) else rewritten(unit, member, touch, new, now)


def as_new(touch: Touch) -> NewTouch:
    """What a touch says, to be changed and written back."""
    return NewTouch(**{each.name: getattr(touch, each.name) for each in fields(NewTouch)})


def settle(house: House, actor: Actor, client_id: int) -> tuple[Client, bool]:
    """Settle the open complaint of a client; the client as it stands, and whether there was one to settle.

    May be done by who may read the client and by who noted a complaint of it. Raises Refusal ``client.gone`` or
    ``client.not_yours`` (client, owner).
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        client = unit.clients.hold(client_id)
        if client is None:
            raise Refusal("client.gone")
        _check_may_settle(unit, member, client, now)
        if client.complaint_at is None:
            return client, False
        complaints.settled(unit, client, member.id, now)
        recount(unit, client_id, now)
        return unit.clients.get(client_id) or client, True


def _check_may_settle(unit: UnitOfWork, member: Member, client: Client, now: datetime) -> None:
    owner = owner_of(unit, client)
    if may_read(
        member,
        client,
        owner,
        unit.clients.team(client.id),
        covering=covers(unit, member, client, now),
    ):
        return
    if not any(touch.member_id == member.id for touch in unit.touches.complaints(client.id)):
        raise Refusal("client.not_yours", client=client.name, owner=owner.name if owner else None)


@dataclass(frozen=True, slots=True)
class Joined:
    """What a draft added to the touch of a colleague that it is the same as: names of contacts; `left` of the draft
    are the clients that are still to be logged."""

    logged: Logged
    added: tuple[str, ...]
    left: TouchDraft | None


def join(house: House, actor: Actor, draft: TouchDraft, touch_id: int) -> Joined:
    """Take a draft for the same touch as one that stands in the book: only its contacts are added there.

    Raises Refusal ``touch.gone`` when that touch does not count any more or is not about a client of the draft in the
    same way, and those of `named`.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        touch = unit.touches.get(touch_id)
        ids = {
            client: client if isinstance(client, int) else named(unit, member, client)
            for client in draft.clients
        }
        if (
            touch is None
            or touch.withdrawn_at is not None
            or touch.client_id not in ids.values()
            or (draft.channel or touch.channel) is not touch.channel
        ):
            raise Refusal("touch.gone")
        client = unit.clients.hold(touch.client_id)
        assert client is not None, "a touch belongs to a client"
        if touch.member_id != member.id and not _was_asked_about(member, draft, touch, now):
            raise Refusal("touch.gone")
        mine = people_of(unit, client, draft, member, now)
        fresh = [person for person in mine if person.id not in touch.contact_ids]
        logged = shown(unit, touch)
        if fresh:
            everybody = (*touch.contact_ids, *(person.id for person in fresh))
            logged = _rewritten(unit, member, touch, now, contact_ids=everybody)
        left = [said for said, client_id in ids.items() if client_id != touch.client_id]
        return Joined(
            logged,
            tuple(person.name for person in fresh),
            replace(draft, client=left[0], also=tuple(left[1:])) if left else None,
        )


def _was_asked_about(member: Member, draft: TouchDraft, touch: Touch, now: datetime) -> bool:
    """Whether a draft can have raised the question of that touch: others of a colleague's are nobody's to read."""
    if draft.at is None:
        return abs(now - touch.at) < _ASKED_WITHIN
    asked = replace(touch, member_id=member.id, at=draft.at, whole_day=draft.whole_day)
    return may_be_same(asked, touch, ZoneInfo(member.zone))
