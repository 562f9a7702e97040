"""What thinking asks of memory about members, their leave and who stands in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.domain.absences import Absence
from bot.domain.clients import Client
from bot.domain.covers import Cover, CoverState, NewCover
from bot.domain.members import Member, NewSettings, Profile, Role


class Members(Protocol):
    def get(self, member_id: int) -> Member | None: ...
    def by_user(self, user_id: str) -> Member | None: ...
    def by_email(self, email: str) -> Member | None: ...
    def all(self) -> Sequence[Member]: ...
    def led_by(self, lead_id: int) -> Sequence[Member]:
        """Those whose lead this member is, by name; who is not active any more, too."""

    def without_digest(self) -> Sequence[int]:
        """The ids of active members who have no next digest moment."""

    def channels_off(self) -> int:
        """How many active members nothing is sent to any more."""

    def hold_all(self) -> None:
        """Nobody else changes a member before this unit ends; asked for before members are read."""

    def add(self, profile: Profile, roles: frozenset[Role], *, at: datetime | None) -> Member:
        """The member of that user, who is there already when somebody else was quicker.

        `at` None: known by identifier only, to be refreshed at the first occasion.
        """

    def refresh(self, member_id: int, profile: Profile, *, at: datetime) -> None: ...
    def set_lead(self, member_id: int, lead_id: int | None) -> None: ...
    def set_roles(self, member_id: int, roles: frozenset[Role]) -> None: ...
    def delegates(self) -> Mapping[int, int]:
        """Who decides in whose place, by ids: member → delegate."""

    def set_delegate(self, member_id: int, delegate_id: int | None) -> None: ...
    def set_active(self, member_id: int, active: bool) -> None: ...
    def set_settings(self, member_id: int, new: NewSettings) -> None:
        """Change what is given.

        A `locale` chosen here is not overwritten by the platform's; empty: the platform's, whose profile is stale now.
        """

    def welcome(self, member_id: int, *, at: datetime) -> bool:
        """Mark that the member was welcomed; False when that had been done already."""

    def hold(self, member_id: int) -> None:
        """Nobody else who holds the member goes on before this unit ends; asked before their messages are counted."""

    def press(self, member_id: int, *, at: datetime) -> None:
        """The member used the bot: no digest is unheeded any more."""

    def unheeded(self, member_id: int, day: date) -> None:
        """The digest of that local day is the first one since the member used the bot."""

    def set_do_not_disturb(self, member_id: int, span: tuple[datetime, datetime] | None) -> None:
        """From when until when (UTC) the platform disturbs the member with nothing; None: as far as it said, never."""

    def absences(self, member_id: int, since: date) -> Sequence[Absence]:
        """The member's absences that end on `since` or later, the earliest first."""

    def add_absence(self, member_id: int, first: date, last: date) -> int: ...
    def end_absence(self, member_id: int, absence_id: int, today: date) -> bool:
        """Take an absence out from `today` on: days of it that have passed stay what they were.

        False when the member has entered no such absence that is still to end.
        """

    def status_leave(self, member_id: int, days: tuple[date, date] | None, today: date) -> bool:
        """Let the absence that the member's status tells be these days, or (None) none from `today` on.

        It keeps the day on which it began. False when nothing changed. What the member entered stays as it is.
        """

    def look_again(self, user_id: str) -> bool:
        """Let the profile of that user be asked for at the next occasion; False for nobody of ours."""

    def set_conversation(self, member_id: int, conversation: str | None) -> None: ...
    def channel_failed(self, member_id: int, reason: str) -> int:
        """Count a message that did not get through; how many in a row there are now."""

    def channel_off(self, member_id: int, reason: str, *, at: datetime) -> bool:
        """Send the member nothing any more; False when that was so already."""

    def channel_on(self, member_id: int) -> bool:
        """Forget failures and send again; False when there was nothing to forget."""

    def due_for_digest(self, now: datetime, limit: int) -> Sequence[Member]:
        """Active members whose next digest moment has come, the longest overdue first.

        Who is known from an import only is left out: whether they may read it, and by which clock, is asked first.
        """

    def plan_alone(self, member_id: int) -> bool:
        """Whether nobody else plans the member's digest just now; nobody does then until this unit of work ends.

        Never waits: two planners at work on the same list pass each other by.
        """

    def stale(self, before: datetime, limit: int) -> Sequence[Member]:
        """Active members last refreshed before that moment, or never."""

    def move_digest(
        self, member_id: int, *, old: datetime | None, new: datetime, last_on: date | None = None
    ) -> bool:
        """Set the next digest moment if it still is `old`; False when somebody else moved it meanwhile.

        `last_on` None leaves the date of the last digest as it is.
        """


class Covers(Protocol):
    """Who sees to whose clients for some days."""

    def add(self, new: NewCover, *, at: datetime) -> int: ...
    def get(self, cover_id: int) -> Cover | None: ...
    def of_colleague(self, member_id: int, since: date) -> Sequence[Cover]:
        """Covers that the member is asked for or has agreed to and that end on `since` or later, the first first."""

    def of_owner(self, member_id: int, since: date) -> Sequence[Cover]:
        """As `of_colleague`, of those for clients of the member."""

    def agreed(self, member_id: int, since: date) -> Sequence[Cover]:
        """Covers for clients of the member that a colleague agreed to, ended early or not, the first first.

        Their last day, as it was agreed on, is `since` or later.
        """

    def agreed_by(self, member_id: int, since: date) -> Sequence[Cover]:
        """As `agreed`, of those for clients of others that the member agreed to."""

    def settle(self, cover: Cover, state: CoverState, *, at: datetime, reason: str = "") -> bool:
        """Put the cover into another state; False when it is no longer as it was read."""

    def hand_over(self, cover: Cover, owner_id: int) -> bool:
        """Let it be about the clients of another owner; False when it is no longer as it was read."""


class Ladder(Protocol):
    """When leads are told next, and of which neglected clients they were."""

    def due(self, now: datetime, limit: int) -> Sequence[tuple[int, datetime]]:
        """Active members who lead somebody, or did, and whose moment has come, with that moment, the earliest first.

        It has come as soon as a member is put under them.
        """

    def move(self, member_id: int, *, old: datetime, new: datetime) -> bool:
        """Set the lead's next moment if it still is `old`; False when somebody else moved it meanwhile."""

    def neglected(self, lead_id: int, before: datetime) -> Sequence[Client]:
        """Clients of the lead's active people that were neglected at `before` already, those for longest first."""

    def told(self, lead_id: int) -> frozenset[tuple[int, datetime]]:
        """Of the clients of the lead's people, those a lead was told of, with the time of neglect (`tell`)."""

    def tell(self, client_id: int, period: datetime, lead_id: int, *, at: datetime) -> bool:
        """Note that the lead is told of a client's time of neglect; False when a lead was before."""
