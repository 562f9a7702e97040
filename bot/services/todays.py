"""All that the page of today shows a member, as it stands at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.cadence import ClientState
from bot.domain.digest import AnyRow
from bot.domain.gifts.outings import Outing
from bot.domain.response import Waiting
from bot.services import (
    approvals,
    concessions,
    digest,
    meetings,
    outings,
    reassignment,
    response_sheets,
    shelves,
)
from bot.services.approvals import Desk
from bot.services.house import Actor, House, present
from bot.services.meetings import Entered

_INVITATIONS = 10
"""How many of the member's invitations are shown."""


@dataclass(frozen=True, slots=True)
class Today:
    """Whom to talk to, how the member's own clients stand, invitations, meetings, what waits for approval,
    clients who wait for an answer, requests for another manager, and concessions that wait for a lead."""

    rows: tuple[AnyRow, ...]
    standing: Mapping[ClientState, int]
    invitations: Sequence[Outing]
    meetings: Sequence[Entered]
    desk: Desk
    waiting: tuple[Waiting, ...] = ()
    reassignments: reassignment.Desk = field(default_factory=reassignment.Desk)
    concessions: concessions.Desk = field(default_factory=concessions.Desk)


def of(house: House, actor: Actor) -> Today:
    """Read in one unit of work: who opens the page waits for it, and its parts agree with each other."""
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        return Today(
            digest.rows_of(unit, member, now),
            shelves.standing(unit, member, now),
            outings.lately_of(unit, member, now, _INVITATIONS),
            meetings.ahead_of(unit, member, now),
            approvals.desk_of(unit, member, now),
            response_sheets.sheets_of_member(unit, member, now),
            reassignment.desk_of(unit, member, now),
            concessions.desk_of(unit, member, now),
        )
