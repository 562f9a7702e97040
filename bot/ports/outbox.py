"""What thinking asks of memory about messages: to be sent, decided on, begun, and taken in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.decisions import Decision, NewDecision, Said
from bot.domain.drafts import Draft
from bot.domain.outbox import Entry, NewEntry, State


class Outbox(Protocol):
    def add(self, new: NewEntry, *, now: datetime) -> bool:
        """False when an entry of that key exists already, in whatever state."""

    def get(self, entry_id: int) -> Entry | None: ...
    def by_key(self, key: str) -> Entry | None: ...
    def sent_of(self, keys: Sequence[str]) -> Sequence[Entry]:
        """Those of the entries of these keys that were sent."""

    def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Identifiers of open entries whose moment has come, the earliest first."""

    def listed(
        self,
        states: Collection[State],
        *,
        kind: str | None = None,
        member_id: int | None = None,
        limit: int = 50,
    ) -> Sequence[Entry]:
        """Entries in one of these states, the latest first."""

    def oldest_due(self, now: datetime) -> datetime | None:
        """Since when the open entry that is due longest waits; None when none is due."""

    def revive(self, entry: Entry, *, until: datetime) -> bool:
        """Make a given-up entry pending again, composed anew at `until`; False when it is not as it was read."""

    def mark_trying(
        self,
        entry: Entry,
        *,
        now: datetime,
        until: datetime,
        facts: Mapping[str, object],
        body: Mapping[str, object],
    ) -> bool:
        """Write down an attempt before it is made; False when the entry is no longer as it was read.

        `until` ends the quarantine, should the attempt never be settled.
        """

    def postpone(
        self,
        entry: Entry,
        *,
        until: datetime,
        state: State,
        error: str | None,
        counted: bool = True,
        paced: bool = False,
        note: str | None = None,
        answer: Mapping[str, object] | None = None,
    ) -> bool:
        """Nothing more before `until`; `counted` False takes the last attempt, or look-up while it is being tried, off
        the count. `paced` when `until` is a moment of the entry's lane. A `note` or `answer` of None leaves what is
        there.
        """

    def count_look_up(self, entry: Entry, *, until: datetime) -> bool: ...
    def settle(
        self,
        entry: Entry,
        state: State,
        *,
        note: str | None = None,
        error: str | None = None,
        conversation: str | None = None,
        receipt: str | None = None,
        answer: Mapping[str, object] | None = None,
    ) -> bool:
        """Close the entry as sent, dead or skipped; False when somebody else closed it."""

    def interrupted(
        self, member_id: int, since: datetime, *, but: Collection[str], besides: int
    ) -> Sequence[datetime]:
        """When the member was posted something after `since`, or perhaps was, the earliest first.

        Left out: kinds that are named in `but`, and the entry `besides`.
        """

    def prune(self, before: datetime) -> int: ...
    def tally(self, since: datetime) -> Mapping[State, int]:
        """How many entries are open, whenever they were added, and how many were settled of those added since then."""

    def latest(self, kind: str) -> tuple[datetime, int] | None:
        """When an entry of that kind was added last, and how many were in the hour up to then; None: never one."""

    def waiting(self) -> int:
        """How many entries are open."""

    def newest(self) -> datetime | None:
        """When an entry was added last; None: never one."""

    def look_up_first(self, *, since: datetime, until: datetime) -> int:
        """Let each open entry but edits be an attempt with an unclear end, to be looked up from `until` on; how many.

        It may have been made at any time after `since`, or its own first try where that is earlier.
        """


class Decisions(Protocol):
    """What the gate decided, and what was said last of each subject."""

    def add(self, new: NewDecision) -> None: ...
    def last_of(self, entry_id: int) -> Decision | None:
        """The last decision about an entry of the outbox."""

    def set_until(self, decision_id: int, until: datetime | None) -> None: ...
    def of_member(self, member_id: int, limit: int, *, client_id: int | None = None) -> Sequence[Decision]:
        """The decisions about messages to a member, the last first; of one client where it is given."""

    def said(self, member_id: int, subject: str) -> Said | None: ...
    def say(self, member_id: int, subject: str, said: Said) -> None:
        """Keep what is said of the subject in the place of what was said before."""

    def prune(self, before: datetime) -> int: ...


class Drafts(Protocol):
    def add(self, member_id: int, kind: str, facts: Mapping[str, object], *, at: datetime) -> int: ...
    def get(self, draft_id: int) -> Draft | None: ...
    def prune(self, before: datetime) -> int: ...


class Deliveries(Protocol):
    """What the platform has delivered to us, so that the same event counts once."""

    def first_time(self, key: str, *, at: datetime) -> bool: ...
    def prune(self, before: datetime) -> int: ...
