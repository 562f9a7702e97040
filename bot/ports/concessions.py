"""What thinking asks of memory about concessions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.domain.concessions import Concession, Given, Ground, NewConcession, State


class Concessions(Protocol):
    """What was given to clients. A change is made only while the concession is as it was read."""

    def add(self, new: NewConcession) -> int | None:
        """Write it down: recorded where it has no grounds, else asked. None where its key is known already."""

    def by_key(self, key: str) -> Concession | None: ...
    def get(self, concession_id: int) -> Concession | None: ...
    def hold(self, concession_id: int) -> Concession | None:
        """The concession as it stands, held until this unit ends: before its client is."""

    def waiting_of_client(self, client_id: int) -> Sequence[Concession]:
        """What waits for a lead about that very client, the oldest first."""

    def waiting(self, limit: int) -> Sequence[Concession]:
        """What waits for a lead in the workspace, the oldest first."""

    def of_client(self, client_id: int, since: date, limit: int) -> Sequence[Concession]:
        """What was entered of the client for `since` and later, whatever became of it, the latest first."""

    def between(
        self,
        first: date,
        last: date,
        limit: int,
        *,
        owners: Collection[int] | None = None,
        counted: bool = True,
    ) -> Sequence[Concession]:
        """What counts and was given on these days, both included, the latest first; not `counted`: whatever became of
        it.

        With `owners` only that of clients that these members look after.
        """

    def held_by(self, member_id: int, first: date, last: date) -> int:
        """How many noes a member held on these days."""

    def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Identifiers of what waits and whose next step is due, the earliest first."""

    def rewrite(
        self,
        old: Concession,
        given: Given,
        grounds: frozenset[Ground],
        *,
        at: datetime,
        next_step_at: datetime | None,
    ) -> bool:
        """Put something else in its place, one version further: recorded without grounds, else asked anew."""

    def settle(
        self, old: Concession, state: State, *, at: datetime, by: int | None = None, answer: str = ""
    ) -> bool:
        """Put it into a state, one version further; False when `old` is no longer so."""

    def ask_anew(self, old: Concession, *, at: datetime, next_step_at: datetime | None) -> bool:
        """Let it wait for others from `at` on, one version further, and nobody reminded yet.

        False when `old` is no longer so.
        """

    def step(
        self,
        old: Concession,
        *,
        next_step_at: datetime | None,
        reminded_at: datetime | None = None,
        widened_at: datetime | None = None,
    ) -> bool:
        """Take a step for one that nobody answers; its version stays. False when somebody else took it."""

    def tell(self, concession_id: int, member_ids: Sequence[int]) -> None:
        """Note that these members were asked to agree."""
