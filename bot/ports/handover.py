"""What thinking asks of memory about requests for another manager, and about handovers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.handover import Handover, Moved, NewHandover, Went
from bot.domain.reassignment import NewRequest, Reason, Request, RequestState


class Reassignments(Protocol):
    """Requests for another manager. A change is made only while the request is as it was read."""

    def add(self, new: NewRequest) -> int: ...
    def propose(self, new: NewRequest) -> int | None:
        """Add what the bot proposes; None where something that it proposed about the client still waits."""

    def get(self, request_id: int) -> Request | None: ...
    def hold(self, request_id: int) -> Request | None:
        """The request as it stands, held until this unit ends: before its client is."""

    def open_of_client(self, client_id: int) -> Sequence[Request]:
        """What waits for an answer about that very client, the oldest first."""

    def of_client(self, client_id: int, limit: int) -> Sequence[Request]:
        """What was ever asked about that very client, the latest first."""

    def open_by(self, member_id: int) -> Sequence[Request]:
        """What a member asked for and nobody has answered yet, the oldest first."""

    def waiting(self, limit: int) -> Sequence[Request]:
        """What waits for an answer, whoever asked and about whomever, the oldest first."""

    def proposed_for(self, owner_id: int, reason: Reason, since: datetime) -> bool:
        """Whether the bot proposed another manager for a client of that owner for that reason after `since`."""

    def left_behind(self, since: datetime, limit: int) -> Sequence[int]:
        """Clients in the book whose owner's account is closed, or who keeps no clients any more by their roles.

        Left out are those for which, with that very owner, somebody's request waits, or the bot has proposed somebody
        else because the owner is gone, when that still waits or was after `since`.
        """

    def due(self, now: datetime, limit: int) -> Sequence[int]:
        """Identifiers of waiting requests whose next step is due, the earliest first."""

    def settle(
        self,
        old: Request,
        state: RequestState,
        *,
        at: datetime | None,
        by: int | None = None,
        answer: str = "",
        to_id: int | None = None,
        next_step_at: datetime | None = None,
    ) -> bool:
        """Put the request into a state, one version further; False when `old` is no longer so.

        What is given takes the place of what was known of an answer.
        """

    def step(
        self,
        old: Request,
        *,
        next_step_at: datetime | None,
        reminded_at: datetime | None = None,
        widened_at: datetime | None = None,
    ) -> bool:
        """Take a step for a request that nobody answers; its version stays. False when somebody else took it."""

    def tell(self, request_id: int, member_ids: Sequence[int]) -> None:
        """Note that these members were asked to decide."""


class Handovers(Protocol):
    """Clients that went from one member to another."""

    def add(self, new: NewHandover) -> int: ...
    def get(self, handover_id: int) -> Handover | None: ...
    def of_client(self, client_id: int, limit: int) -> Sequence[Handover]:
        """The client's handovers, the latest first."""

    def at(self, moment: datetime) -> Sequence[Handover]:
        """What was handed over at this very moment, the first first: what one decision moved shares it."""

    def undone(self, moment: datetime) -> Sequence[Handover]:
        """What was taken back at this very moment, the first first."""

    def take(self, client_id: int, old: int | None, to_id: int, *, new_until: datetime, at: datetime) -> bool:
        """Give the client to a member at `at`; False when it is no longer `old`'s."""

    def put_back(
        self,
        client_id: int,
        to_id: int,
        old: int | None,
        *,
        new_until: datetime | None,
        handed_at: datetime | None,
    ) -> bool:
        """Give the client back to `old`, its clock reckoned as before; False when it is no longer `to_id`'s."""

    def greeted(self, client_id: int) -> None:
        """The new owner has spoken to the client on the day of the handover: nothing waits for a first touch."""

    def awaited(self, client_id: int, since: datetime) -> None:
        """The new owner has not spoken to the client since the handover at `since`: what said so was taken back."""

    def move(
        self, client_id: int, old: int | None, to_id: int, now: datetime, *, since: datetime | None = None
    ) -> Moved:
        """Give `to_id` what is open with the client and was `old`'s, or belongs to somebody who is no longer here.

        Promises, meetings ahead, questions for a policy, and messages about these that were not sent yet; not requests
        for approval, which have reviewers of their own. With `since` only what came since then.
        """

    def move_back(self, moved: Moved, to_id: int, now: datetime) -> None:
        """Give back what was moved, as far as it still is `to_id`'s and open."""

    def undo(self, handover_id: int, *, by: int | None, at: datetime) -> bool:
        """Mark it as taken back, and ask nothing about it; False when it was already."""

    def due(self, now: datetime, limit: int) -> Sequence[Handover]:
        """Handovers about which the lead is to be asked, the earliest first."""

    def asked(self, old: Handover, *, again_at: datetime | None = None) -> bool:
        """Note that the lead was asked; False when somebody else did."""

    def answer(
        self, handover_id: int, went: Went, *, by: int, at: datetime, again_at: datetime | None
    ) -> None:
        """Keep what the lead said, and ask again at `again_at` (None: no more)."""
