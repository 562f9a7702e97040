"""The guard against logging twice what happened once: by two colleagues, or by a slip of one."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.domain.clients import Client
from bot.domain.members import Member
from bot.domain.refusals import Refusal
from bot.domain.touches import Touch, may_be_same
from bot.ports import NewTouch, UnitOfWork

_AROUND = timedelta(hours=36)
"""How far apart two moments of one day can be, whatever the clocks by which each of them was meant."""


def check(unit: UnitOfWork, member: Member, client: Client, new: NewTouch, apart: tuple[int, ...]) -> None:
    """Raise Refusal ``touch.same`` when a touch that stands in the book may be this one (see `may_be_same`).

    Its facts: touch_id, client_id, client, author, own (whether `member` wrote it), channel, at and whole_day. Touches
    `apart` are known to be others. The client is held, so that two people who log at the same moment see each other.
    """
    latest = client.last_touch_at
    if latest is None or latest < new.at - _AROUND:
        return
    zone = ZoneInfo(member.zone)
    asked = Touch(id=0, **{each.name: getattr(new, each.name) for each in fields(NewTouch)})
    for known in unit.touches.around(client.id, new.channel, new.at - _AROUND, new.at + _AROUND):
        if known.id not in apart and may_be_same(asked, known, zone):
            author = unit.members.get(known.member_id)
            raise Refusal(
                "touch.same",
                touch_id=known.id,
                client_id=client.id,
                client=client.name,
                author=None if author is None else author.name,
                own=known.member_id == member.id,
                channel=known.channel,
                at=known.at,
                whole_day=known.whole_day,
            )
