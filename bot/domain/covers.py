"""Covers: a colleague sees to somebody's clients for some days, and then no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.absences import LONGEST, Absence, Span, days_left
from bot.domain.clients import Client, may_govern
from bot.domain.members import Member, Role
from bot.domain.refusals import Refusal

FURTHEST = 730
"""Days ahead in which a cover may begin: as far as leave."""
NOTE_LIMIT = 500
"""Characters of what the asker adds, and of why a colleague cannot."""


class CoverState(StrEnum):
    """What became of a cover that was asked for. That its days have passed is no state: it is read off them."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ENDED = "ended"
    """Taken back by who asked, or given back by who covered."""


class Nobody(StrEnum):
    """Whether nobody sees to the clients on days on which the colleague is away: their owner is as well."""

    NEVER = "never"
    SOMETIMES = "sometimes"
    ALWAYS = "always"


OPEN = frozenset({CoverState.ASKED, CoverState.ACCEPTED})


@dataclass(frozen=True, slots=True)
class NewCover:
    """A cover about to be asked for; see `Cover` for the fields."""

    owner_id: int
    colleague_id: int
    first: date
    last: date
    client_ids: tuple[int, ...] = ()
    asked_by: int | None = None
    note: str = ""
    for_leave: bool = False


@dataclass(frozen=True, slots=True)
class Cover:
    """`colleague_id` sees to clients of `owner_id` from `first` to `last`, both included, on their own calendar.

    `client_ids` are the clients that are meant; none: the owner's whole book, as it is on the day. A client that gets
    another owner meanwhile is covered no more. `asked_by` is who asked (None: whoever runs the machine), `note` what
    they added, `reason` why it was declined. `for_leave`: it hangs on a leave of the owner and goes with it. `away` are
    days, the colleague's leave, on which they see to nobody: then it is as if nobody covered.
    """

    id: int
    owner_id: int
    colleague_id: int
    first: date
    last: date
    state: CoverState
    asked_at: datetime
    client_ids: tuple[int, ...] = ()
    asked_by: int | None = None
    note: str = ""
    reason: str = ""
    for_leave: bool = False
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    away: tuple[Span, ...] = ()

    def days_in_force(self) -> tuple[Span, ...]:
        """The days on which one that was agreed to is, or was, in force, the earliest first: none where it never was.

        It began on the day (UTC) of the answer at the earliest, and one that was ended early lasted until the day
        before that. Days on which the colleague is away are left out.
        """
        return days_left(self._agreed_days(), self.away)

    def _agreed_days(self) -> Span:
        first = self.first if self.answered_at is None else max(self.first, self.answered_at.date())
        if self.ended_at is None:
            return first, self.last
        return first, min(self.last, self.ended_at.date() - timedelta(days=1))

    def is_agreed(self, day: date) -> bool:
        """Whether `day` is one for which the colleague said yes. It ends by itself on the day after `last`."""
        return self.state is CoverState.ACCEPTED and self.first <= day <= self.last

    def in_force(self, day: date) -> bool:
        """Whether the colleague sees to the clients on `day`: they said yes, and are there."""
        return self.is_agreed(day) and not any(first <= day <= last for first, last in self.away)

    def gaps(self, first: date, last: date) -> tuple[Span, ...]:
        """Of the days from `first` to `last` those of the cover on which the colleague is away, the earliest first."""
        meant = max(first, self.first), min(last, self.last)
        return days_left(meant, days_left(meant, self.away))

    def is_in_force_between(self, first: date, last: date) -> bool:
        """Whether it is in force on one of these days."""
        meant = max(first, self.first), min(last, self.last)
        return self.state is CoverState.ACCEPTED and bool(days_left(meant, self.away))

    def is_open(self, day: date) -> bool:
        """Whether it is asked for or agreed on, and its days have not passed."""
        return self.state in OPEN and day <= self.last

    def about(self, client: Client) -> bool:
        """Whether the client is one of those that are meant."""
        if client.owner_id != self.owner_id:
            return False
        return not self.client_ids or client.id in self.client_ids

    def overlaps(self, first: date, last: date) -> bool:
        return self.first <= last and first <= self.last


@dataclass(frozen=True, slots=True)
class CoverSheet:
    """A cover with the names of those it is about.

    `clients` are the names of the clients that are meant, none for the whole book; `asker` is empty where whoever runs
    the machine asked. `over` says that its days have passed for the reader.
    """

    cover: Cover
    owner: str
    colleague: str
    asker: str
    clients: tuple[tuple[int, str], ...] = ()
    over: bool = False


def covering(covers: Iterable[Cover], client: Client, day: date) -> Cover | None:
    """The cover of these by which the client is seen to on `day`.

    One of the client by itself goes before one of the whole book, then the one that lasts longest.
    """
    found = [cover for cover in covers if cover.in_force(day) and cover.about(client)]
    return max(found, key=lambda cover: (bool(cover.client_ids), cover.last, cover.id), default=None)


def may_ask(member: Member, owner: Member, client: Client | None) -> bool:
    """Whether `member` may ask a colleague to cover for `owner`: the owner, their lead, and admins.

    `client` None: the whole book.
    """
    if member.id == owner.id or member.is_(Role.ADMIN):
        return True
    if client is not None:
        return may_govern(member, client, owner)
    return member.is_(Role.LEAD) and owner.lead_id == member.id


def may_end(member: Member, cover: Cover, owner: Member) -> bool:
    """Whether `member` may take the cover back, or give it back: both sides, who asked, the lead, and admins."""
    return member.id in (cover.colleague_id, cover.asked_by) or may_ask(member, owner, None)


def check_days(first: date, last: date, today: date) -> None:
    """Raise Refusal ``cover.backwards`` (first, last), ``cover.past`` (last), ``cover.too_long`` (limit) or
    ``cover.too_far`` (first, limit) for days on which nobody can be covered for."""
    if last < today:
        raise Refusal("cover.past", last=last)
    if last < first:
        raise Refusal("cover.backwards", first=first, last=last)
    if (last - first).days >= LONGEST:
        raise Refusal("cover.too_long", limit=LONGEST)
    if first > today + timedelta(days=FURTHEST):
        raise Refusal("cover.too_far", first=first, limit=FURTHEST)


def check_colleague(
    colleague: Member | None, owner: Member, first: date, last: date, absences: Iterable[Absence]
) -> Member:
    """The colleague, who may be asked. `absences` are theirs.

    Raises Refusal ``cover.unknown`` for nobody of ours, ``cover.inactive`` (name), ``cover.oneself`` (name) for the
    owner, ``cover.away`` (name, first, last: of the absence) for who is away on one of the days.
    """
    if colleague is None:
        raise Refusal("cover.unknown")
    if colleague.id == owner.id:
        raise Refusal("cover.oneself", name=owner.name)
    if not colleague.active:
        raise Refusal("cover.inactive", name=colleague.name)
    for absence in absences:
        if absence.first <= last and first <= absence.last:
            raise Refusal("cover.away", name=colleague.name, first=absence.first, last=absence.last)
    return colleague


def check_note(note: str) -> None:
    """Raise Refusal ``cover.note_too_long`` (limit)."""
    if len(note) > NOTE_LIMIT:
        raise Refusal("cover.note_too_long", limit=NOTE_LIMIT)


def standing_in_the_way(
    known: Iterable[Cover], first: date, last: date, client_ids: Iterable[int]
) -> Cover | None:
    """The open cover that leaves no room for another one over these clients (none: the whole book) and days.

    A client may be covered by itself by one person while another has the rest of the book: the two do not get in
    each other's way, but two covers of one client, or of one book, do. On days on which the colleague of one that was
    agreed to is away there is room.
    """
    wanted = frozenset(client_ids)
    for cover in known:
        same = bool(wanted & set(cover.client_ids)) if wanted else not cover.client_ids
        if not same or cover.state not in OPEN or not cover.overlaps(first, last):
            continue
        if cover.state is CoverState.ASKED or cover.is_in_force_between(first, last):
            return cover
    return None
