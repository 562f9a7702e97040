"""Remembers meetings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update

from bot.domain.meetings import Meeting, NewMeeting
from storage import rows
from storage.repository import Scope
from storage.schema import meetings

_ON = meetings.c.cancelled_at.is_(None)


@dataclass(frozen=True, slots=True)
class SqlMeetings:
    scope: Scope

    def add(self, new: NewMeeting) -> int | None:
        return self.scope.insert_new(meetings, ("key",), asdict(new))

    def get(self, meeting_id: int) -> Meeting | None:
        found = self._some(meetings.c.id == meeting_id, most=1)
        return found[0] if found else None

    def ahead(self, member_id: int, since: datetime, limit: int) -> Sequence[Meeting]:
        return self._some(meetings.c.member_id == member_id, meetings.c.at >= since, _ON, most=limit)

    def due(self, now: datetime, limit: int) -> Sequence[Meeting]:
        return self._some(meetings.c.brief_at <= now, _ON, most=limit)

    def briefed(self, meeting: Meeting) -> bool:
        return self._change(meeting.id, meetings.c.brief_at == meeting.brief_at, brief_at=None)

    def cancel(self, meeting_id: int, *, at: datetime) -> bool:
        return self._change(meeting_id, cancelled_at=at, brief_at=None)

    def reschedule(self, old: Meeting, at: datetime, brief_at: datetime | None) -> bool:
        return self._change(old.id, meetings.c.at == old.at, at=at, brief_at=brief_at)

    def _some(self, *conditions: ColumnElement[bool], most: int) -> list[Meeting]:
        query = (
            select(meetings)
            .where(self.scope.of(meetings, *conditions))
            .order_by(meetings.c.at, meetings.c.id)
            .limit(most)
        )
        return [rows.meeting(row) for row in self.scope.connection.execute(query)]

    def _change(self, meeting_id: int, *conditions: ColumnElement[bool], **values: Any) -> bool:
        statement = (
            update(meetings)
            .where(self.scope.of(meetings, meetings.c.id == meeting_id, _ON, *conditions))
            .values(**values)
        )
        return self.scope.connection.execute(statement).rowcount == 1
