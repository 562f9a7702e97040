"""The door to memory: transactions, each bound to one workspace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Engine, bindparam, insert, null, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from bot.domain.pacing import Lane, Lanes, ordinary_gap, taken
from bot.domain.workspaces import Workspace
from storage import rows
from storage.books import SqlBooks
from storage.clients import SqlClients
from storage.concessions import SqlConcessions
from storage.contacts import SqlContacts
from storage.covers import SqlCovers
from storage.decisions import SqlDecisions
from storage.drafts import SqlDeliveries, SqlDrafts
from storage.engine import BUSY_SECONDS
from storage.engine_jobs import EngineJobs
from storage.fit import SqlFit
from storage.gifts import SqlGifts
from storage.handover import SqlHandovers
from storage.history import SqlHistory
from storage.imports import SqlImports
from storage.ladder import SqlLadder
from storage.meetings import SqlMeetings
from storage.members import SqlMembers
from storage.merges import Families, SqlMerges
from storage.migrate import HEAD, current
from storage.names import NameIndex
from storage.occasions import SqlOccasions
from storage.outbox import SqlOutbox
from storage.outings import SqlOutings
from storage.pictures import SqlPictures
from storage.policy_questions import SqlPolicyQuestions
from storage.promises import SqlPromises
from storage.questions import SqlQuestions
from storage.reassignment import SqlReassignments
from storage.register import SqlRegister
from storage.repository import Scope
from storage.requests import SqlRequests
from storage.rules import SqlRules
from storage.schema import workspaces
from storage.touches import SqlTouches
from storage.troubles import trouble_of
from storage.turns import Turns

_FAR = timedelta(hours=1)
"""Beyond that, a moment that was written down for the workspace is looked at twice."""
_WORKSPACE = select(workspaces).where(workspaces.c.id == bindparam("workspace"))
_LANES = (
    select(
        workspaces.c.posts_per_minute,
        workspaces.c.next_slot_at,
        workspaces.c.urgent_slot_at,
        workspaces.c.edit_slot_at,
    )
    .where(workspaces.c.id == bindparam("workspace"))
    .with_for_update(key_share=True)  # every row of the workspace refers to it while it is written
)
_MOVE_LANES = (
    update(workspaces)
    .where(workspaces.c.id == bindparam("workspace"))
    .values(
        next_slot_at=bindparam("ordinary"),
        urgent_slot_at=bindparam("urgent"),
        edit_slot_at=bindparam("edits"),
    )
)


class SqlUnitOfWork:
    """Everything of one workspace in one transaction; see `bot.ports.UnitOfWork`."""

    def __init__(self, scope: Scope, index: NameIndex, jobs: EngineJobs) -> None:
        self._scope = scope
        self._index = index
        self._jobs = jobs

    @cached_property
    def workspace(self) -> Workspace:
        return rows.workspace(self._scope.run(_WORKSPACE).one())

    @cached_property
    def members(self) -> SqlMembers:
        return SqlMembers(self._scope)

    @cached_property
    def clients(self) -> SqlClients:
        return SqlClients(self._scope, self._index)

    @cached_property
    def books(self) -> SqlBooks:
        return SqlBooks(self._scope)

    @cached_property
    def contacts(self) -> SqlContacts:
        return SqlContacts(self._scope, self._families)

    @cached_property
    def touches(self) -> SqlTouches:
        return SqlTouches(self._scope)

    @cached_property
    def promises(self) -> SqlPromises:
        return SqlPromises(self._scope)

    @cached_property
    def questions(self) -> SqlQuestions:
        return SqlQuestions(self._scope)

    @cached_property
    def occasions(self) -> SqlOccasions:
        return SqlOccasions(self._scope)

    @cached_property
    def meetings(self) -> SqlMeetings:
        return SqlMeetings(self._scope)

    @cached_property
    def history(self) -> SqlHistory:
        return SqlHistory(self._scope, self._families)

    @cached_property
    def merges(self) -> SqlMerges:
        return SqlMerges(self._scope, self._families)

    @cached_property
    def _families(self) -> Families:
        return Families(self._scope)

    @cached_property
    def covers(self) -> SqlCovers:
        return SqlCovers(self._scope)

    @cached_property
    def fit(self) -> SqlFit:
        return SqlFit(self._scope, self._families)

    @cached_property
    def ladder(self) -> SqlLadder:
        return SqlLadder(self._scope)

    @cached_property
    def reassignments(self) -> SqlReassignments:
        return SqlReassignments(self._scope)

    @cached_property
    def concessions(self) -> SqlConcessions:
        return SqlConcessions(self._scope)

    @cached_property
    def handovers(self) -> SqlHandovers:
        return SqlHandovers(self._scope)

    @cached_property
    def pictures(self) -> SqlPictures:
        return SqlPictures(self._scope)

    @cached_property
    def imports(self) -> SqlImports:
        return SqlImports(self._scope)

    @cached_property
    def gifts(self) -> SqlGifts:
        return SqlGifts(self._scope, self._families)

    @cached_property
    def outings(self) -> SqlOutings:
        return SqlOutings(self._scope)

    @cached_property
    def register(self) -> SqlRegister:
        return SqlRegister(self._scope, self._families)

    @cached_property
    def requests(self) -> SqlRequests:
        return SqlRequests(self._scope, self._families)

    @cached_property
    def rules(self) -> SqlRules:
        return SqlRules(self._scope)

    @cached_property
    def policy_questions(self) -> SqlPolicyQuestions:
        return SqlPolicyQuestions(self._scope)

    @cached_property
    def outbox(self) -> SqlOutbox:
        return SqlOutbox(self._scope, self._jobs)

    @cached_property
    def decisions(self) -> SqlDecisions:
        return SqlDecisions(self._scope)

    @cached_property
    def drafts(self) -> SqlDrafts:
        return SqlDrafts(self._scope)

    @cached_property
    def deliveries(self) -> SqlDeliveries:
        return SqlDeliveries(self._scope)

    def hold_workspace(self) -> Workspace:
        held = self._scope.connection.execute(
            select(workspaces).where(workspaces.c.id == self._scope.workspace_id).with_for_update()
        ).one()
        return rows.workspace(held)

    def change_workspace(self, new: Workspace) -> None:
        self._scope.connection.execute(
            update(workspaces)
            .where(workspaces.c.id == self._scope.workspace_id)
            .values(
                name=new.name,
                zone=new.zone,
                locale=new.locale,
                currency=new.currency,
                country=new.country,
                posts_per_minute=new.posts_per_minute,
                starts_on=new.starts_on,
                cadences={tier: list(days) for tier, days in new.cadences.items()} or null(),
                touch_emoji=new.touch_emoji,
                fit=dict(new.fit) or null(),
                clocks_on=new.clocks_on,
                clock_terms={name: list(terms) for name, terms in new.clock_terms.items()} or null(),
                seen_emoji=new.seen_emoji,
                concession_percent=new.concession_percent,
                concession_amount=new.concession_amount,
                set_up_at=new.set_up_at,
            )
        )
        self.__dict__.pop("workspace", None)  # read again by whoever asks next

    def block_workspace(self, until: datetime) -> None:
        self._scope.connection.execute(
            update(workspaces)
            .where(
                workspaces.c.id == self._scope.workspace_id,
                workspaces.c.blocked_until.is_(None)
                | (workspaces.c.blocked_until < until)
                | (workspaces.c.blocked_until > until + _FAR),  # written down while the clock was ahead
            )
            .values(blocked_until=until)
        )

    def block_look_ups(self, until: datetime) -> None:
        self._change_delivery(look_ups_blocked_until=until)

    def shut_workspace(self, reason: str, *, at: datetime) -> bool:
        return self._change_delivery(workspaces.c.off_at.is_(None), off_at=at, off_reason=reason[:100])

    def open_workspace(self) -> bool:
        return self._change_delivery(workspaces.c.off_at.is_not(None), off_at=None, off_reason=None)

    def _change_delivery(self, *conditions: ColumnElement[bool], **values: Any) -> bool:
        self.__dict__.pop("workspace", None)
        statement = (
            update(workspaces).where(workspaces.c.id == self._scope.workspace_id, *conditions).values(values)
        )
        return self._scope.connection.execute(statement).rowcount == 1

    def hold_slots(self) -> None:
        self._scope.run(_LANES)

    def take_slot(self, wished: datetime, *, lane: Lane = Lane.ORDINARY) -> datetime:
        row = self._scope.run(_LANES).one()
        free = Lanes(row.posts_per_minute, row.next_slot_at, row.urgent_slot_at, row.edit_slot_at)
        slot, after = taken(self._within_reach(free, wished), wished, lane)
        self._scope.run(_MOVE_LANES, ordinary=after.ordinary_at, urgent=after.urgent_at, edits=after.edits_at)
        return slot

    def _within_reach(self, lanes: Lanes, wished: datetime) -> Lanes:
        """As far ahead as what waits reaches, and no further: a clock that was ahead took slots of another day."""
        far = [at for at in (lanes.ordinary_at, lanes.urgent_at, lanes.edits_at) if at and at > wished + _FAR]
        if not far:
            return lanes
        furthest = wished + ordinary_gap(lanes.posts_per_minute) * self.outbox.waiting()
        return replace(
            lanes,
            ordinary_at=lanes.ordinary_at and min(lanes.ordinary_at, furthest),
            urgent_at=lanes.urgent_at and min(lanes.urgent_at, furthest),
            edits_at=lanes.edits_at and min(lanes.edits_at, furthest),
        )


class SqlMemory:
    """Opens units of work on one database; see `bot.ports.Memory`. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(sqlite_begin="DEFERRED")
        self._index = NameIndex(self._reader)
        self._jobs = EngineJobs()
        self._turns = Turns(BUSY_SECONDS) if engine.dialect.name == "sqlite" else None

    @contextmanager
    def read(self, workspace_id: int) -> Iterator[SqlUnitOfWork]:
        with self._reader.begin() as connection:
            yield SqlUnitOfWork(Scope(connection, workspace_id), self._index, self._jobs)

    @contextmanager
    def write(self, workspace_id: int) -> Iterator[SqlUnitOfWork]:
        with self._turns.turn() if self._turns else nullcontext(), self._engine.begin() as connection:
            yield SqlUnitOfWork(Scope(connection, workspace_id), self._index, self._jobs)

    def workspaces(self) -> Sequence[Workspace]:
        with self._reader.begin() as connection:
            return [
                rows.workspace(row)
                for row in connection.execute(select(workspaces).order_by(workspaces.c.id))
            ]

    def install(self, team_id: str, name: str, *, at: datetime, **defaults: str) -> Workspace:
        known = self._workspace_of(team_id)
        if known is not None:
            return known
        try:
            with self._engine.begin() as connection:
                connection.execute(
                    insert(workspaces).values(team_id=team_id, name=name, created_at=at, **defaults)
                )
        except IntegrityError:  # another process installed the same team in between
            pass
        installed = self._workspace_of(team_id)
        if installed is None:
            raise LookupError(f"workspace {team_id} vanished while it was installed")
        return installed

    def revision(self) -> tuple[str | None, str]:
        return current(self._engine), HEAD

    def warm(self, workspace_id: int) -> None:
        self._index.warm(workspace_id)

    def trouble(self, error: BaseException) -> str | None:
        if isinstance(error, NoConnectionLeft):
            return "storage.busy"
        if not isinstance(error, DBAPIError):
            return None
        return trouble_of(error)

    def _workspace_of(self, team_id: str) -> Workspace | None:
        with self._reader.begin() as connection:
            row = connection.execute(select(workspaces).where(workspaces.c.team_id == team_id)).first()
        return None if row is None else rows.workspace(row)
