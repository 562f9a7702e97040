"""Reasons: what else there is to say of a client that stands in a digest. Asked of the few that are shown only."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.briefs import SPOKEN_WITHIN
from bot.domain.digest import Row, wrote_alone
from bot.domain.members import Member
from bot.ports import UnitOfWork

_LOOKED_AT = 10
"""Touches that are read back to see who wrote alone: more of one side alone is the same to say."""


def told(unit: UnitOfWork, row: Row, member: Member, now: datetime) -> Row:
    """The row with who spoke last, who wrote alone, what is promised, and whether only one person is spoken to."""
    touches = unit.touches.recent(row.client_id, _LOOKED_AT)
    author = unit.members.get(touches[0].member_id) if touches else None
    promised = unit.promises.open_of_client(row.client_id)
    people = unit.contacts.of_client(row.client_id)
    # Where there is nobody else, it is no reason that only one is spoken to.
    spoken = unit.touches.spoken_to(row.client_id, now - SPOKEN_WITHIN) if len(people) > 1 else ()
    there = [person for person in people if person.id in spoken]
    only = there[0].name if len(there) == 1 else ""
    return replace(
        row,
        by="" if author is None or author.id == member.id else author.name,
        wrote=wrote_alone(touches) if row.one_way else None,
        promised=len(promised),
        promised_on=min((promise.due_on for promise in promised), default=None),
        only=only,
        known=len(people),
    )
