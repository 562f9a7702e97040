"""Remembers who got which client from whom, and moves what is open with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Table, insert, or_, select, update

from bot.domain.gifts.policy_questions import QuestionState
from bot.domain.handover import Given, Handover, Moved, NewHandover, Went
from bot.domain.outbox import State
from bot.domain.promises import PromiseState
from storage import rows
from storage.repository import Scope
from storage.schema import clients, handovers, meetings, members, outbox, policy_questions, promises

_SUBJECTS = {"meeting": "meeting", "policy_reminder": "question"}
"""Messages that belong to whoever has the row that they are about, and the fact that names it."""
_PROMISED = promises.c.state == PromiseState.OPEN.value
_ASKED = policy_questions.c.state == QuestionState.OPEN.value


@dataclass(frozen=True, slots=True)
class SqlHandovers:
    scope: Scope

    def add(self, new: NewHandover) -> int:
        added: int = self.scope.connection.execute(
            insert(handovers)
            .values(
                workspace_id=self.scope.workspace_id,
                client_id=new.client_id,
                from_id=new.from_id,
                to_id=new.to_id,
                by_id=new.by_id,
                reason=new.reason,
                why=new.why,
                at=new.at,
                request_id=new.request_id,
                moved=new.moved.as_json(),
                check_at=new.check_at,
            )
            .returning(handovers.c.id)
        ).scalar_one()
        return added

    def get(self, handover_id: int) -> Handover | None:
        row = self.scope.connection.execute(
            select(handovers).where(self.scope.of(handovers, handovers.c.id == handover_id))
        ).first()
        return None if row is None else rows.handover(row)

    def of_client(self, client_id: int, limit: int) -> Sequence[Handover]:
        query = (
            select(handovers)
            .where(self.scope.of(handovers, handovers.c.client_id == client_id))
            .order_by(handovers.c.id.desc())
            .limit(limit)
        )
        return [rows.handover(row) for row in self.scope.connection.execute(query)]

    def at(self, moment: datetime) -> Sequence[Handover]:
        query = (
            select(handovers)
            .where(self.scope.of(handovers, handovers.c.at == moment))
            .order_by(handovers.c.id)
        )
        return [rows.handover(row) for row in self.scope.connection.execute(query)]

    def undone(self, moment: datetime) -> Sequence[Handover]:
        query = (
            select(handovers)
            .where(self.scope.of(handovers, handovers.c.undone_at == moment))
            .order_by(handovers.c.id)
        )
        return [rows.handover(row) for row in self.scope.connection.execute(query)]

    def take(self, client_id: int, old: int | None, to_id: int, *, new_until: datetime, at: datetime) -> bool:
        return self._own(client_id, old, to_id, new_until, at)

    def put_back(
        self,
        client_id: int,
        to_id: int,
        old: int | None,
        *,
        new_until: datetime | None,
        handed_at: datetime | None,
    ) -> bool:
        return self._own(client_id, to_id, old, new_until, handed_at)

    def _own(
        self,
        client_id: int,
        now_of: int | None,
        then_of: int | None,
        new_until: datetime | None,
        handed_at: datetime | None,
    ) -> bool:
        owner = clients.c.owner_id
        statement = (
            update(clients)
            .where(
                self.scope.of(
                    clients,
                    clients.c.id == client_id,
                    owner.is_(None) if now_of is None else owner == now_of,
                    ~clients.c.archived,
                )
            )
            .values(
                owner_id=then_of,
                new_until=new_until,
                handed_at=handed_at,
                version=clients.c.version + 1,
            )
        )
        return self.scope.connection.execute(statement).rowcount == 1

    def greeted(self, client_id: int) -> None:
        self._awaited(client_id, None)

    def awaited(self, client_id: int, since: datetime) -> None:
        self._awaited(client_id, since)

    def _awaited(self, client_id: int, since: datetime | None) -> None:
        held = self.scope.of(clients, clients.c.id == client_id)
        self.scope.connection.execute(update(clients).where(held).values(handed_at=since))

    def move(
        self, client_id: int, old: int | None, to_id: int, now: datetime, *, since: datetime | None = None
    ) -> Moved:
        met: tuple[ColumnElement[bool], ...] = (
            meetings.c.client_id == client_id,
            meetings.c.at >= now,
            meetings.c.cancelled_at.is_(None),
        )
        asked: tuple[ColumnElement[bool], ...] = (policy_questions.c.client_id == client_id, _ASKED)
        promised: tuple[ColumnElement[bool], ...] = (promises.c.client_id == client_id, _PROMISED)
        if since is not None:
            met = (*met, meetings.c.entered_at >= since)
            asked = (*asked, policy_questions.c.asked_at >= since)
            promised = (*promised, promises.c.made_at >= since)
        moved_meetings = self._give(meetings, old, to_id, *met)
        moved_questions = self._give(policy_questions, old, to_id, *asked)
        subjects = {
            "meeting": {row for row, _ in moved_meetings},
            "policy_reminder": {row for row, _ in moved_questions},
        }
        return Moved(
            promises=self._give(promises, old, to_id, *promised),
            meetings=moved_meetings,
            policies=moved_questions,
            entries=self._give_entries(old, to_id, subjects),
        )

    def _give(
        self, table: Table, old: int | None, to_id: int, *conditions: ColumnElement[bool]
    ) -> tuple[Given, ...]:
        """Let rows that are `old`'s, or of somebody who is no longer here, be another member's."""
        mine = self.scope.of(table, *conditions, self._is_left(table, old), table.c.member_id != to_id)
        held = select(table.c.id, table.c.member_id).where(mine).order_by(table.c.id).with_for_update()
        found = [(row.id, row.member_id) for row in self.scope.connection.execute(held)]
        if found:
            self.scope.connection.execute(
                update(table)
                .where(self.scope.of(table, table.c.id.in_([row for row, _ in found])))
                .values(member_id=to_id)
            )
        return tuple(found)

    def _is_left(self, table: Table, old: int | None) -> ColumnElement[bool]:
        gone = select(members.c.id).where(self.scope.of(members, ~members.c.active))
        left = table.c.member_id.in_(gone)
        return left if old is None else or_(table.c.member_id == old, left)

    def _give_entries(self, old: int | None, to_id: int, subjects: dict[str, set[int]]) -> tuple[Given, ...]:
        if not any(subjects.values()):
            return ()
        waiting = (
            outbox.c.state == State.PENDING.value,
            outbox.c.body.is_(None),
            outbox.c.kind.in_(sorted(subjects)),
            self._is_left(outbox, old),
        )
        query = select(outbox.c.id, outbox.c.member_id, outbox.c.kind, outbox.c.facts).where(
            self.scope.of(outbox, *waiting)
        )
        found = [
            (row.id, row.member_id)
            for row in self.scope.connection.execute(query)
            if row.facts.get(_SUBJECTS[row.kind]) in subjects[row.kind]
        ]
        given = []
        for entry_id, whose in found:
            statement = (
                update(outbox)
                .where(
                    self.scope.of(
                        outbox,
                        outbox.c.id == entry_id,
                        outbox.c.state == State.PENDING.value,
                        outbox.c.body.is_(None),
                    )
                )
                .values(member_id=to_id)
            )
            if self.scope.connection.execute(statement).rowcount == 1:
                given.append((entry_id, whose))
        return tuple(given)

    def move_back(self, moved: Moved, to_id: int, now: datetime) -> None:
        for table, given, still in (
            (promises, moved.promises, _PROMISED),
            (meetings, moved.meetings, meetings.c.cancelled_at.is_(None) & (meetings.c.at >= now)),
            (policy_questions, moved.policies, _ASKED),
            (outbox, moved.entries, (outbox.c.state == State.PENDING.value) & outbox.c.body.is_(None)),
        ):
            for row, whose in given:
                self.scope.connection.execute(
                    update(table)
                    .where(self.scope.of(table, table.c.id == row, table.c.member_id == to_id, still))
                    .values(member_id=whose)
                )

    def undo(self, handover_id: int, *, by: int | None, at: datetime) -> bool:
        still = (handovers.c.id == handover_id, handovers.c.undone_at.is_(None))
        statement = (
            update(handovers)
            .where(self.scope.of(handovers, *still))
            .values(undone_at=at, undone_by=by, check_at=None)
        )
        return self.scope.connection.execute(statement).rowcount == 1

    def due(self, now: datetime, limit: int) -> Sequence[Handover]:
        query = (
            select(handovers)
            .where(self.scope.of(handovers, handovers.c.check_at <= now))
            .order_by(handovers.c.check_at, handovers.c.id)
            .limit(limit)
        )
        return [rows.handover(row) for row in self.scope.connection.execute(query)]

    def asked(self, old: Handover, *, again_at: datetime | None = None) -> bool:
        still = (handovers.c.id == old.id, handovers.c.check_at == old.check_at)
        statement = update(handovers).where(self.scope.of(handovers, *still)).values(check_at=again_at)
        return self.scope.connection.execute(statement).rowcount == 1

    def answer(
        self, handover_id: int, went: Went, *, by: int, at: datetime, again_at: datetime | None
    ) -> None:
        self.scope.connection.execute(
            update(handovers)
            .where(self.scope.of(handovers, handovers.c.id == handover_id))
            .values(went=went.value, went_by=by, went_at=at, check_at=again_at)
        )
