"""What thinking asks of memory about what was said, promised, met for and marked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.clients import Client
from bot.domain.meetings import Meeting, NewMeeting
from bot.domain.occasions import OccasionKind
from bot.domain.occasions import Seen as SeenOccasions
from bot.domain.promises import NewPromise, Promise, PromiseState
from bot.domain.touches import Channel, Direction, Restart, Touch


@dataclass(frozen=True, slots=True)
class NewTouch:
    """A touch about to be logged; see `Touch` for the fields."""

    client_id: int
    member_id: int
    channel: Channel
    direction: Direction
    at: datetime
    whole_day: bool
    note: str
    logged_at: datetime
    key: str
    contact_ids: tuple[int, ...] = ()
    complaint: bool = False
    next_step: str = ""
    next_step_on: date | None = None
    link: str | None = None


class Touches(Protocol):
    def get(self, touch_id: int) -> Touch | None: ...
    def by_key(self, key: str) -> Touch | None: ...
    def add(self, new: NewTouch) -> Touch | None:
        """None when a touch of that key is there already."""

    def by_keys(self, keys: Sequence[str]) -> Sequence[Touch]:
        """The touches of these keys that there are, the earliest logged first; withdrawn ones as well."""

    def change(self, touch_id: int, new: NewTouch, *, version: int | None = None) -> bool:
        """Replace everything but author, key and when it was logged.

        False, and nothing changed, when the touch is no longer as it was at `version` (None: however it is).
        """

    def withdraw(self, touch_id: int, *, at: datetime) -> bool:
        """False when it had been withdrawn already."""

    def last_counted(self, client_id: int) -> Mapping[Restart, datetime]:
        """When the latest touch of each effect took place; withdrawn ones do not count."""

    def recent(self, client_id: int, limit: int) -> Sequence[Touch]:
        """The client's touches that count, the latest first."""

    def around(self, client_id: int, channel: Channel, first: datetime, last: datetime) -> Sequence[Touch]:
        """The client's touches of that channel between two moments that count, the latest first."""

    def of_member(self, member_id: int, limit: int) -> Sequence[Touch]:
        """What the member logged last and did not take back, the latest logged first."""

    def complaints(self, client_id: int) -> Sequence[Touch]:
        """The client's complaints that count, the earliest first."""

    def since(self, client_id: int, since: datetime) -> Sequence[tuple[datetime, Direction]]:
        """When touches took place from `since` on, and in which direction, the earliest first."""

    def spoken_to(self, client_id: int, since: datetime) -> Mapping[int, int]:
        """With which contacts both sides spoke from `since` on, and how often; the most often first."""

    def next_step(self, client_id: int) -> Touch | None:
        """The latest touch that names a next step."""


class Promises(Protocol):
    """What was promised to clients. A promise is settled only while it is open: who was first wins."""

    def add(self, new: NewPromise) -> int | None:
        """None when a promise of that key is there already."""

    def get(self, promise_id: int) -> Promise | None: ...
    def open_of_client(self, client_id: int) -> Sequence[Promise]:
        """What is still open, the earliest day first."""

    def open_of_member(self, member_id: int, until: date, limit: int) -> Sequence[Promise]:
        """What the member promised by `until` and has not settled, the earliest day first."""

    def of_touch(self, touch_id: int) -> Sequence[Promise]: ...
    def move(self, old: Promise, due_on: date, *, reason: str) -> bool:
        """Put an open promise off; False when `old` is no longer so."""

    def settle(
        self, old: Promise, state: PromiseState, *, by: int, at: datetime, reason: str = ""
    ) -> bool: ...
    def reopen(self, old: Promise, *, member_id: int) -> bool:
        """Let a settled promise be open again, and be this member's; False when `old` is no longer so."""

    def remove(self, promise_id: int) -> bool:
        """Forget a promise that was never made; False when it is not there."""

    def tally(self, client_id: int) -> Mapping[PromiseState, int]:
        """How many promises to the client are in each state."""


class Occasions(Protocol):
    """Which days of a relation come up, and which of them somebody has seen to for good."""

    def of_owner(
        self, owner_id: int, first: date, last: date, renews_until: date, limit: int
    ) -> Sequence[Client]:
        """Clients of the owner of whom an anniversary falls on a day from `first` to `last`, both included, or a
        renewal on one from `first` to `renews_until`.

        Archived ones and those on hold are left out, snoozed ones are not.
        """

    def seen(self, client_ids: Collection[int]) -> Mapping[int, SeenOccasions]:
        """The occasions that were seen to for good, by client; clients without any are left out."""

    def see_to(self, client_id: int, kind: OccasionKind, day: date, *, by: int, at: datetime) -> bool:
        """Nothing more is said of this occasion; False when that was so."""

    def take_back(self, client_id: int, kind: OccasionKind, day: date) -> bool:
        """The occasion counts again; False when it did."""


class Meetings(Protocol):
    def add(self, new: NewMeeting) -> int | None:
        """None when a meeting of that key is there already."""

    def get(self, meeting_id: int) -> Meeting | None: ...
    def ahead(self, member_id: int, since: datetime, limit: int) -> Sequence[Meeting]:
        """The member's meetings from `since` on that were not cancelled, the earliest first."""

    def due(self, now: datetime, limit: int) -> Sequence[Meeting]:
        """Meetings whose brief is to be sent now, the earliest first."""

    def briefed(self, meeting: Meeting) -> bool:
        """Mark that the brief was decided on; False when somebody else did, or the meeting changed."""

    def cancel(self, meeting_id: int, *, at: datetime) -> bool: ...
    def reschedule(self, old: Meeting, at: datetime, brief_at: datetime | None) -> bool:
        """Put the meeting at another time; False when it was cancelled, or is at another time than `old` says."""
