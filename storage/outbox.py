"""Remembers what the bot is about to say, and what it said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, or_, select, update

from bot.domain.outbox import OPEN_STATES, Entry, NewEntry, State
from storage import rows
from storage.repository import Scope
from storage.schema import outbox

_OPEN: BindParameter[list[str]] = bindparam(
    "open", [state.value for state in OPEN_STATES], expanding=True, literal_execute=True
)
"""Written into the statement as it stands in the index `ix_outbox_open`, which a bound value would not match."""

_KEYS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class SqlOutbox:
    scope: Scope

    def add(self, new: NewEntry, *, now: datetime) -> bool:
        added = self.scope.insert_new(
            outbox,
            ("key",),
            {
                "key": new.key,
                "kind": new.kind,
                "member_id": new.member_id,
                "facts": dict(new.facts),
                "state": State.PENDING.value,
                "due_at": new.due_at,
                "created_at": now,
                "expires_at": new.expires_at,
            },
        )
        return added is not None

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
        return self.scope.connection.execute(query).scalars().all()

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
        self, entry: Entry, *, until: datetime, state: State, error: str | None, counted: bool = True
    ) -> bool:
        uncounted: dict[str, Any] = {}
        if not counted:
            tried = state is State.TRYING
            uncounted = {"look_ups": entry.look_ups - 1} if tried else {"attempts": entry.attempts - 1}
        return self._change(entry, state=state.value, due_at=until, error=error, **uncounted)

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
    ) -> bool:
        return self._change(
            entry,
            state=state.value,
            note=note,
            error=error if error is not None else entry.error,
            conversation=conversation or entry.conversation,
            receipt=receipt or entry.receipt,
        )

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
