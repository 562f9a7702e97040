"""Reassignment requests: somebody asks for another manager for a client, and a lead answers.

A request is private to who asked, the lead who answers and the admins. Its reason speaks of the client and of what it
needs; it is never added up by person. Silence is never a yes: who has not answered within a working day is joined by
others, and until somebody answers the request waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.clients import Client, may_hand_over
from bot.domain.members import Member, Role
from bot.domain.refusals import Refusal

REMINDED_AFTER = timedelta(hours=4)
"""Working hours of the lead after which the request is brought to mind again."""
WIDENED_AFTER = timedelta(hours=8)
"""Working hours, one working day, after which others are asked as well."""
WHY_LIMIT = 500
"""Characters of what who asks, and who declines, adds in their own words."""
PROPOSED_AGAIN = timedelta(days=90)
"""How long the bot does not propose the same for the same reason again, whatever came of it."""


class Reason(StrEnum):
    """Why another manager is asked for. The first five are for people to choose, the others the bot's own."""

    CLIENT = "client"
    """The client asks for it."""
    SKILLS = "skills"
    """It needs a language, a sector or a way of working that somebody else has."""
    LOAD = "load"
    """There is too much to do for one person."""
    LEAVE = "leave"
    """Who looks after it will be away for long, or leaves."""
    OTHER = "other"
    NEGLECT = "neglect"
    """Nobody has spoken to it for long, although its owner and their lead know."""
    COMPLAINTS = "complaints"
    """It has complained again and again."""
    CLOCKS = "clocks"
    """Its questions were answered late, again."""
    GONE = "gone"
    """Who looks after it is no longer here, or keeps no clients any more."""
    OVERLOAD = "overload"
    """There is more in the book of who looks after it than there is room for; see `fit`."""


CHOSEN = (Reason.CLIENT, Reason.SKILLS, Reason.LOAD, Reason.LEAVE, Reason.OTHER)
PROPOSED = frozenset({Reason.NEGLECT, Reason.COMPLAINTS, Reason.CLOCKS, Reason.GONE, Reason.OVERLOAD})


class RequestState(StrEnum):
    """Where a request stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    MOOT = "moot"
    """Nothing is left to decide: see `Moot`."""


class Moot(StrEnum):
    """Why nothing is left to decide."""

    MOVED = "moved"
    """Somebody else looks after the client by now."""
    ARCHIVED = "archived"
    REPLACED = "replaced"
    """The bot proposes the same because who looks after the client is gone, which is more than what it said before."""


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A request about to be made; see `Request`."""

    client_id: int
    owner_id: int | None
    asked_by: int | None
    reason: Reason
    why: str
    asked_at: datetime
    next_step_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it stands. Moments are UTC.

    `owner_id` is who looked after the client when it was asked (None: nobody), `asked_by` who asked (None: the bot
    proposes it), `why` what they added, or of an overload whom the client would suit. `next_step_at` is when others are
    reminded or asked if nobody answers. `answer` is why it was declined, or by what it became moot (see `Moot`);
    `to_id` who got the client. `told` are the members who were asked to decide. `version` grows with each change.
    """

    id: int
    client_id: int
    owner_id: int | None
    asked_by: int | None
    reason: Reason
    why: str
    state: RequestState
    asked_at: datetime
    version: int = 1
    next_step_at: datetime | None = None
    reminded_at: datetime | None = None
    widened_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: int | None = None
    answer: str = ""
    to_id: int | None = None
    told: tuple[int, ...] = ()

    @property
    def proposed(self) -> bool:
        """Whether the bot proposes it and nobody has asked."""
        return self.asked_by is None


def check_reason(reason: str) -> Reason:
    """The reason of that name, if people may choose it. Raises Refusal ``reassign.no_reason``."""
    found = next((each for each in CHOSEN if each.value == reason), None)
    if found is None:
        raise Refusal("reassign.no_reason")
    return found


def check_why(why: str, *, wanted: bool = False) -> str:
    """The words in one line. Raises Refusal ``reassign.too_long`` (limit), or ``reassign.no_answer`` for none where
    some are `wanted`."""
    said = " ".join(why.split())
    if wanted and not said:
        raise Refusal("reassign.no_answer")
    if len(said) > WHY_LIMIT:
        raise Refusal("reassign.too_long", limit=WHY_LIMIT)
    return said


def deciders(owner: Member | None, members: Iterable[Member]) -> tuple[Member, ...]:
    """Who is asked to decide on a client of `owner`: their lead, or the admins where there is none, or else the leads.

    A lead without the role, or whose account is closed, is none. Nobody is asked about a client of their own.
    """
    everybody = _others(owner, members)
    lead_id = None if owner is None else owner.lead_id
    lead = next((each for each in everybody if each.id == lead_id), None)
    if lead is not None and lead.active and lead.is_(Role.LEAD):
        return (lead,)
    return _above(everybody)


def asked_as_well(
    owner: Member | None, members: Sequence[Member], delegate: Member | None, told: Iterable[int]
) -> tuple[Member, ...]:
    """Who is asked when the lead has not answered: whoever stands in for them if they may decide, else the admins, or
    the leads where there is no other admin.

    Nobody who was `told` already, nor the owner.
    """
    known = set(told)
    if delegate is not None and delegate.id not in known and delegate.active and may_decide(delegate, owner):
        return (delegate,)
    return tuple(each for each in _above(_others(owner, members)) if each.id not in known)


def may_decide(member: Member, owner: Member | None) -> bool:
    """Whether `member` may decide on a client of `owner`: their lead, and admins; on nobody's any lead.

    Nobody decides on themselves, whatever their roles.
    """
    if owner is not None and member.id == owner.id:
        return False
    return member.active and may_hand_over(member, owner)


def may_step_in(member: Member, owner: Member | None, members: Iterable[Member]) -> bool:
    """Whether `member` may decide once they are asked: a lead where nobody but the owner is an admin."""
    return member.is_(Role.LEAD) and any(each.id == member.id for each in _above(_others(owner, members)))


def may_see(member: Member, request: Request, *, decides: bool) -> bool:
    """Whether `member` may know of the request: who asked, who decided, and who may decide (`decides`).

    Whose client it was knows of it only if they asked.
    """
    if member.id in (request.asked_by, request.decided_by):
        return True
    return decides and member.id != request.owner_id


def stands(request: Request, client: Client) -> Moot | None:
    """Why nothing is left to decide about `client`, to which the request leads; None while there is."""
    if client.archived:
        return Moot.ARCHIVED
    return Moot.MOVED if client.owner_id != request.owner_id else None


def step_at(asked_at: datetime, asked: Sequence[Member], span: timedelta) -> datetime | None:
    """When `span` working hours have passed for each of who was asked; None for nobody."""
    return max((each.calendar.add_working_hours(asked_at, span) for each in asked), default=None)


def _others(owner: Member | None, members: Iterable[Member]) -> list[Member]:
    return [each for each in members if owner is None or each.id != owner.id]


def _above(members: Sequence[Member]) -> tuple[Member, ...]:
    """The admins among the members, or the leads where there is none."""
    for role in (Role.ADMIN, Role.LEAD):
        if found := tuple(each for each in members if each.active and each.is_(role)):
            return found
    return ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A request as one reader is shown it, as JSON values.

    Names are empty where there is nobody: `asker` for a proposal of the bot, `owner` of a client that nobody had.
    `mine` says that the reader asked, `decides` that they may decide now. `now_of` is who looks after the client by
    now, `handover` the handover that followed while it can be taken back.
    """

    request: int
    client_id: int
    client: str
    owner: str
    asker: str
    reason: str
    why: str
    state: str
    answer: str
    to: str
    by: str
    now_of: str
    asked: list[str]
    mine: bool
    decides: bool
    reminded: bool
    widened: bool
    handover: int | None = None
