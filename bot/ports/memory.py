"""Everything of one workspace in one transaction, and who opens it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from bot.domain.pacing import Lane
from bot.domain.workspaces import Workspace
from bot.ports.book import Books, Clients, Contacts, History, Merges, Pictures
from bot.ports.concessions import Concessions
from bot.ports.fit import Fit
from bot.ports.gifts import Gifts, Outings, PolicyQuestions, Register, Requests, Rules
from bot.ports.handover import Handovers, Reassignments
from bot.ports.imports import Imports
from bot.ports.outbox import Decisions, Deliveries, Drafts, Outbox
from bot.ports.people import Covers, Ladder, Members
from bot.ports.response import Questions
from bot.ports.touches import Meetings, Occasions, Promises, Touches


class UnitOfWork(Protocol):
    """Everything remembered of one workspace, in one transaction."""

    @property
    def workspace(self) -> Workspace: ...
    @property
    def members(self) -> Members: ...
    @property
    def clients(self) -> Clients: ...
    @property
    def books(self) -> Books: ...
    @property
    def contacts(self) -> Contacts: ...
    @property
    def touches(self) -> Touches: ...
    @property
    def promises(self) -> Promises: ...
    @property
    def meetings(self) -> Meetings: ...
    @property
    def questions(self) -> Questions: ...
    @property
    def occasions(self) -> Occasions: ...
    @property
    def history(self) -> History: ...
    @property
    def pictures(self) -> Pictures: ...
    @property
    def merges(self) -> Merges: ...
    @property
    def imports(self) -> Imports: ...
    @property
    def gifts(self) -> Gifts: ...
    @property
    def outings(self) -> Outings: ...
    @property
    def register(self) -> Register: ...
    @property
    def requests(self) -> Requests: ...
    @property
    def rules(self) -> Rules: ...
    @property
    def policy_questions(self) -> PolicyQuestions: ...
    @property
    def covers(self) -> Covers: ...
    @property
    def fit(self) -> Fit: ...
    @property
    def ladder(self) -> Ladder: ...
    @property
    def reassignments(self) -> Reassignments: ...
    @property
    def concessions(self) -> Concessions: ...
    @property
    def handovers(self) -> Handovers: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def decisions(self) -> Decisions: ...
    @property
    def drafts(self) -> Drafts: ...
    @property
    def deliveries(self) -> Deliveries: ...
    def hold_workspace(self) -> Workspace:
        """The workspace as it stands, and nobody else changes it before this unit ends."""

    def change_workspace(self, new: Workspace) -> None:
        """Write name, defaults and set-up of the workspace as given; what delivery and the rules keep stays."""

    def block_workspace(self, until: datetime) -> None: ...
    def block_look_ups(self, until: datetime) -> None:
        """Ask the platform about no message of the workspace before `until`."""

    def shut_workspace(self, reason: str, *, at: datetime) -> bool:
        """Nothing can be posted from now on; False when that was known already."""

    def open_workspace(self) -> bool:
        """It can be posted to again; False when it could all the time."""

    def hold_slots(self) -> None:
        """Nobody else takes a moment of the workspace before this unit ends: for who takes one after holding or writing
        a client, a member or a cover, which comes after the workspace everywhere else."""

    def take_slot(self, wished: datetime, *, lane: Lane = Lane.ORDINARY) -> datetime:
        """The first moment of a lane from `wished` on at which the workspace may be posted to, now taken."""


class Memory(Protocol):
    """The door to everything that is remembered."""

    def read(self, workspace_id: int) -> AbstractContextManager[UnitOfWork]: ...
    def write(self, workspace_id: int) -> AbstractContextManager[UnitOfWork]: ...
    def workspaces(self) -> Sequence[Workspace]: ...
    def install(self, team_id: str, name: str, *, at: datetime, **defaults: str) -> Workspace:
        """The workspace of that team, made if it is new; `defaults` are zone, locale, currency, country."""

    def revision(self) -> tuple[str | None, str]:
        """The revision of the database, and the one that this program knows."""

    def warm(self, workspace_id: int) -> None:
        """Read what look-ups of clients need now, and wait for it; without it the first one begins to."""

    def trouble(self, error: BaseException) -> str | None:
        """The refusal code of a failure of memory itself; None when the error is none of memory's.

        ``storage.busy``, ``storage.readonly``, ``storage.full`` or ``storage.unavailable``.
        """
