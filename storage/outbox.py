"""Remembers what the bot is about to say, and what it said."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, bindparam, case, delete, func, literal, null, or_, select, update

from bot import reference
from bot.domain.outbox import EDIT, OPEN_STATES, Entry, NewEntry, State
from bot.domain.pacing import CHANNEL_GAP, apart
from storage import rows
from storage.engine_jobs import EngineJobs
from storage.repository import Scope, within
from storage.schema import outbox

_OPEN: BindParameter[list[str]] = bindparam(
    "open", [state.value for state in OPEN_STATES], expanding=True, literal_execute=True
)
"""Written into the statement as it stands in the index `ix_outbox_open`, which a bound value would not match."""

_PLANNED_NEAR = select(outbox.c.due_at).where(
    within(
        outbox,
        outbox.c.state.in_(_OPEN),
        outbox.c.due_at > bindparam("since"),
        outbox.c.due_at < bindparam("until"),
        outbox.c.member_id == bindparam("member"),
        outbox.c.kind != EDIT,
    )
)
_FAR = 60
"""Gaps within which a moment for a conversation is looked for: nobody has so much to say to one person."""
_KEYS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class SqlOutbox:
    scope: Scope
    jobs: EngineJobs

    def add(self, new: NewEntry, *, now: datetime) -> bool:
        due_at = self._apart(new)
        added = self.scope.insert_new(
            outbox,
            ("key",),
            {
                "key": new.key,
                "kind": new.kind,
                "member_id": new.member_id,
                "facts": dict(new.facts),
                "state": State.PENDING.value,
                "due_at": due_at,
                "created_at": now,
                "expires_at": new.expires_at,
                "urgent": new.urgent,
                # An edit that nobody gave a moment of its lane takes one when it is due.
                "paced": new.kind != EDIT or due_at > now,
                "reference": reference.current(),
            },
        )
        if added is not None:
            self.jobs.hand_over(
                self.scope.connection,
                self.scope.workspace_id,
                added,
                due_at=due_at,
                now=now,
                urgent=new.urgent,
            )
        return added is not None

    def _apart(self, new: NewEntry) -> datetime:
        """The wished moment, put off while something else is planned for the same conversation; edits post nothing."""
        if new.kind == EDIT:
            return new.due_at
        planned = self.scope.run(
            _PLANNED_NEAR,
            since=new.due_at - CHANNEL_GAP,
            until=new.due_at + _FAR * CHANNEL_GAP,
            member=new.member_id,
        )
        return apart(new.due_at, list(planned.scalars()))

    def get(self, entry_id: int) -> Entry | None:
        row = self.scope.connection.execute(
            select(outbox).where(self.scope.of(outbox, outbox.c.id == entry_id))
        ).first()
        return None if row is None else rows.entry(row)

    def by_key(self, key: str) -> Entry | None:
        row = self.scope.connection.execute(
            select(outbox).where(self.scope.of(outbox, outbox.c.key == key))
        ).first()
        return None if row is None else rows.entry(row)

    def sent_of(self, keys: Sequence[str]) -> Sequence[Entry]:
        found: list[Entry] = []
        for first in range(0, len(keys), _KEYS_AT_ONCE):
            some = outbox.c.key.in_(list(keys[first : first + _KEYS_AT_ONCE]))
            query = select(outbox).where(self.scope.of(outbox, some, outbox.c.state == State.SENT.value))
            found += [rows.entry(row) for row in self.scope.connection.execute(query)]
        return found

    def due(self, now: datetime, limit: int) -> Sequence[int]:
        query = (
            select(outbox.c.id)
            .where(self.scope.of(outbox, outbox.c.state.in_(_OPEN), outbox.c.due_at <= now))
            .order_by(outbox.c.due_at, outbox.c.id)
            .limit(limit)
        )
        first = self.scope.connection.execute(query.where(outbox.c.urgent)).scalars().all()
        rest = self.scope.connection.execute(query.where(~outbox.c.urgent)).scalars().all()
        return [*first, *rest][:limit]

    def listed(
        self,
        states: Collection[State],
        *,
        kind: str | None = None,
        member_id: int | None = None,
        limit: int = 50,
    ) -> Sequence[Entry]:
        query = (
            select(outbox)
            .where(self.scope.of(outbox, outbox.c.state.in_([state.value for state in states])))
            .order_by(outbox.c.id.desc())
            .limit(limit)
        )
        if kind is not None:
            query = query.where(outbox.c.kind == kind)
        if member_id is not None:
            query = query.where(outbox.c.member_id == member_id)
        return [rows.entry(row) for row in self.scope.connection.execute(query)]

    def oldest_due(self, now: datetime) -> datetime | None:
        query = select(func.min(outbox.c.due_at)).where(
            self.scope.of(outbox, outbox.c.state.in_(_OPEN), outbox.c.due_at <= now)
        )
        oldest: datetime | None = self.scope.connection.execute(query).scalar_one()
        return oldest

    def revive(self, entry: Entry, *, until: datetime) -> bool:
        return self._change(
            entry,
            state=State.PENDING.value,
            due_at=until,
            paced=True,
            attempts=0,
            look_ups=0,
            body=null(),
            note=None,
        )

    def mark_trying(
        self,
        entry: Entry,
        *,
        now: datetime,
        until: datetime,
        facts: Mapping[str, object],
        body: Mapping[str, object],
    ) -> bool:
        return self._change(
            entry,
            state=State.TRYING.value,
            facts=dict(facts),
            body=dict(body),
            attempts=entry.attempts + 1,
            first_try_at=entry.first_try_at or now,
            last_try_at=now,
            due_at=until,
        )

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
        more: dict[str, Any] = {}
        if not counted:
            tried = state is State.TRYING
            more = {"look_ups": entry.look_ups - 1} if tried else {"attempts": entry.attempts - 1}
        if answer is not None:
            more["answer"] = dict(answer)
        return self._change(
            entry,
            state=state.value,
            due_at=until,
            error=error,
            paced=paced,
            note=note if note is not None else entry.note,
            **more,
        )

    def count_look_up(self, entry: Entry, *, until: datetime) -> bool:
        return self._change(entry, look_ups=entry.look_ups + 1, due_at=until)

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
        more = {} if answer is None else {"answer": dict(answer)}
        return self._change(
            entry,
            **more,
            state=state.value,
            note=note if note is not None else entry.note,
            error=error if error is not None else entry.error,
            conversation=conversation or entry.conversation,
            receipt=receipt or entry.receipt,
        )

    def interrupted(
        self, member_id: int, since: datetime, *, but: Collection[str], besides: int
    ) -> Sequence[datetime]:
        query = (
            select(outbox.c.last_try_at)
            .where(
                self.scope.of(
                    outbox,
                    outbox.c.member_id == member_id,
                    outbox.c.last_try_at > since,
                    outbox.c.state.in_((State.SENT.value, State.TRYING.value)),
                    outbox.c.kind.not_in(sorted(but)),
                    outbox.c.id != besides,
                )
            )
            .order_by(outbox.c.last_try_at)
        )
        return self.scope.connection.execute(query).scalars().all()

    def prune(self, before: datetime) -> int:
        statement = delete(outbox).where(
            self.scope.of(outbox, outbox.c.state.not_in(_OPEN), outbox.c.created_at < before)
        )
        return self.scope.connection.execute(statement).rowcount

    def _change(self, entry: Entry, **values: Any) -> bool:
        """Write only while the row is as `entry` was read: two callers cannot both take the next step."""
        as_read = (
            outbox.c.last_try_at.is_(None)
            if entry.last_try_at is None
            else outbox.c.last_try_at == entry.last_try_at
        )
        statement = (
            update(outbox)
            .where(
                self.scope.of(
                    outbox,
                    outbox.c.id == entry.id,
                    outbox.c.state == entry.state.value,
                    outbox.c.attempts == entry.attempts,
                    outbox.c.look_ups == entry.look_ups,
                    as_read,
                )
            )
            .values(values)
        )
        return self.scope.connection.execute(statement).rowcount == 1

    def tally(self, since: datetime) -> Mapping[State, int]:
        query = (
            select(outbox.c.state, func.count().label("entries"))
            .where(self.scope.of(outbox, or_(outbox.c.state.in_(_OPEN), outbox.c.created_at >= since)))
            .group_by(outbox.c.state)
        )
        return {State(row.state): row.entries for row in self.scope.connection.execute(query)}

    def latest(self, kind: str) -> tuple[datetime, int] | None:
        of_kind = self.scope.of(outbox, outbox.c.kind == kind)
        last: datetime | None = self.scope.connection.execute(
            select(func.max(outbox.c.created_at)).where(of_kind)
        ).scalar_one()
        if last is None:
            return None
        count: int = self.scope.connection.execute(
            select(func.count()).where(of_kind, outbox.c.created_at > last - timedelta(hours=1))
        ).scalar_one()
        return last, count

    def waiting(self) -> int:
        count: int = self.scope.connection.execute(
            select(func.count()).select_from(outbox).where(self.scope.of(outbox, outbox.c.state.in_(_OPEN)))
        ).scalar_one()
        return count

    def newest(self) -> datetime | None:
        found: datetime | None = self.scope.connection.execute(
            select(func.max(outbox.c.created_at)).where(self.scope.of(outbox))
        ).scalar_one()
        return found

    def look_up_first(self, *, since: datetime, until: datetime) -> int:
        from_then, not_before = (literal(moment, outbox.c.due_at.type) for moment in (since, until))
        earlier = case((outbox.c.first_try_at < from_then, outbox.c.first_try_at), else_=from_then)
        statement = (
            update(outbox)
            .where(self.scope.of(outbox, outbox.c.state.in_(_OPEN), outbox.c.kind != EDIT))
            .values(
                state=State.TRYING.value,
                first_try_at=earlier,
                last_try_at=func.coalesce(outbox.c.last_try_at, from_then),
                look_ups=0,
                due_at=case((outbox.c.due_at > not_before, outbox.c.due_at), else_=not_before),
            )
        )
        return self.scope.connection.execute(statement).rowcount
