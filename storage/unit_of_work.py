"""The door to memory: transactions, each bound to one workspace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import Engine, bindparam, insert, null, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from bot.domain.workspaces import Workspace
from storage import rows
from storage.books import SqlBooks
from storage.clients import SqlClients
from storage.contacts import SqlContacts
from storage.decisions import SqlDecisions
from storage.drafts import SqlDeliveries, SqlDrafts
from storage.gifts import SqlGifts
from storage.history import SqlHistory
from storage.imports import SqlImports
from storage.meetings import SqlMeetings
from storage.members import SqlMembers
from storage.merges import Families, SqlMerges
from storage.migrate import HEAD, current
from storage.names import NameIndex
from storage.outbox import SqlOutbox
from storage.outings import SqlOutings
from storage.pictures import SqlPictures
from storage.policy_questions import SqlPolicyQuestions
from storage.promises import SqlPromises
from storage.register import SqlRegister
from storage.repository import Scope
from storage.requests import SqlRequests
from storage.rules import SqlRules
from storage.schema import workspaces
from storage.touches import SqlTouches
from storage.troubles import trouble_of

_FAR = timedelta(hours=1)
"""Beyond that, a moment that was written down for the workspace is looked at twice."""
_WORKSPACE = select(workspaces).where(workspaces.c.id == bindparam("workspace"))


class SqlUnitOfWork:
    """Everything of one workspace in one transaction; see `bot.ports.UnitOfWork`."""

    def __init__(self, scope: Scope, index: NameIndex) -> None:
        self._scope = scope
        self._index = index

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
        return SqlOutbox(self._scope)

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

    def take_slot(self, wished: datetime) -> datetime:
        row = self._scope.connection.execute(
            select(workspaces.c.next_slot_at, workspaces.c.posts_per_minute)
            .where(workspaces.c.id == self._scope.workspace_id)
            .with_for_update(key_share=True)  # every row of the workspace refers to it while it is written
        ).one()
        interval = timedelta(minutes=1) / row.posts_per_minute
        slot = wished if row.next_slot_at is None else max(wished, row.next_slot_at)
        if slot > wished + _FAR:
            # As far ahead as what waits reaches, and no further: a clock that was ahead took slots of another day.
            slot = min(slot, wished + interval * self.outbox.waiting())
        self._scope.connection.execute(
            update(workspaces)
            .where(workspaces.c.id == self._scope.workspace_id)
            .values(next_slot_at=slot + interval)
        )
        return slot


class SqlMemory:
    """Opens units of work on one database; see `bot.ports.Memory`. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(sqlite_begin="DEFERRED")
        self._index = NameIndex(self._reader)

    @contextmanager
    def read(self, workspace_id: int) -> Iterator[SqlUnitOfWork]:
        with self._reader.begin() as connection:
            yield SqlUnitOfWork(Scope(connection, workspace_id), self._index)

    @contextmanager
    def write(self, workspace_id: int) -> Iterator[SqlUnitOfWork]:
        with self._engine.begin() as connection:
            yield SqlUnitOfWork(Scope(connection, workspace_id), self._index)

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
