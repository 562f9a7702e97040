"""Remembers requests for approval, and in which messages they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, select

from bot.domain.gifts.register import Side
from bot.domain.gifts.requests import OPEN, PENDING, Comment, Level, NewRequest, Request, RequestState
from storage import awaited, rows
from storage.merges import Families
from storage.repository import Scope, within
from storage.schema import gift_requests, request_messages

_OLDEST_FIRST = (gift_requests.c.asked_at, gift_requests.c.id)
_ALL_OPEN = (
    select(gift_requests)
    .where(within(gift_requests, gift_requests.c.state.in_([state.value for state in OPEN])))
    .order_by(*_OLDEST_FIRST)
)
_OWN = (
    select(gift_requests)
    .where(
        within(
            gift_requests,
            gift_requests.c.member_id == bindparam("member"),
            gift_requests.c.state.in_([state.value for state in PENDING]),
        )
    )
    .order_by(*_OLDEST_FIRST)
)


@dataclass(frozen=True, slots=True)
class SqlRequests:
    scope: Scope
    families: Families

    def add(self, new: NewRequest, *, at: datetime) -> int | None:
        return self.scope.insert_new(
            gift_requests,
            ("first_check_id",),
            {
                **_values(new),
                "first_check_id": new.first_check_id,
                "member_id": new.member_id,
                "state": RequestState.WAITING.value,
                "version": 1,
                "comments": [],
                "requested_at": at,
            },
        )

    def get(self, request_id: int) -> Request | None:
        return next(iter(self._those(gift_requests.c.id == request_id)), None)

    def hold(self, request_id: int) -> Request | None:
        awaited.hold(self.scope, gift_requests, request_id)
        return self.get(request_id)

    def of_check(self, check_id: int) -> Request | None:
        found = self._those(
            or_(gift_requests.c.check_id == check_id, gift_requests.c.first_check_id == check_id)
        )
        return next(iter(found), None)

    def open(self) -> Sequence[Request]:
        return [rows.gift_request(row) for row in self.scope.run(_ALL_OPEN)]

    def own(self, member_id: int) -> Sequence[Request]:
        return [rows.gift_request(row) for row in self.scope.run(_OWN, member=member_id)]

    def pending_at(self, client_id: int, since: date) -> Sequence[Request]:
        return self._those(
            gift_requests.c.client_id.in_(self.families.clients(client_id)),
            gift_requests.c.given_on >= since,
            gift_requests.c.direction == Side.GIVEN.value,
            gift_requests.c.state.in_([state.value for state in PENDING]),
        )

    def due(self, now: datetime, limit: int) -> Sequence[int]:
        waiting = gift_requests.c.state == RequestState.WAITING.value
        return awaited.due(self.scope, gift_requests, waiting, now, limit)

    def renew(self, old: Request, new: NewRequest, *, comment: Comment | None = None) -> bool:
        return self._change(
            old,
            **_values(new),
            state=RequestState.WAITING.value,
            version=old.version + 1,
            comments=_comments(old, comment),
            reminded_at=None,
            delegated_at=None,
            decided_at=None,
            decided_by=None,
        )

    def move(
        self,
        old: Request,
        state: RequestState,
        *,
        comment: Comment | None = None,
        next_step_at: datetime | None = None,
        asked_at: datetime | None = None,
        decided: tuple[int, datetime] | None = None,
    ) -> bool:
        values: dict[str, Any] = {
            "state": state.value,
            "version": old.version + 1,
            "comments": _comments(old, comment),
            "next_step_at": next_step_at,
        }
        if asked_at is not None:
            values |= {"asked_at": asked_at, "reminded_at": None, "delegated_at": None}
        if decided is not None:
            values |= {"decided_by": decided[0], "decided_at": decided[1]}
        return self._change(old, **values)

    def step(
        self,
        old: Request,
        *,
        next_step_at: datetime | None,
        reminded_at: datetime | None = None,
        delegated_at: datetime | None = None,
    ) -> bool:
        return awaited.step(
            self.scope,
            gift_requests,
            old,
            next_step_at=next_step_at,
            reminded_at=reminded_at,
            delegated_at=delegated_at,
        )

    def pending_of_client(self, client_id: int) -> Sequence[Request]:
        return self._those(
            gift_requests.c.client_id.in_(self.families.clients(client_id)),
            gift_requests.c.state.in_([state.value for state in PENDING]),
        )

    def hand_over(
        self,
        old: Request,
        member_id: int,
        *,
        level: Level,
        comment: Comment,
        asked_at: datetime,
        next_step_at: datetime | None,
    ) -> bool:
        return self._change(
            old,
            member_id=member_id,
            level=level.value,
            version=old.version + 1,
            comments=_comments(old, comment),
            asked_at=asked_at,
            next_step_at=next_step_at,
            reminded_at=None,
            delegated_at=None,
        )

    def stands_in(self, request_id: int, entry_id: int) -> None:
        self.scope.insert_new(
            request_messages,
            ("request_id", "entry_id"),
            {"request_id": request_id, "entry_id": entry_id},
        )

    def messages(self, request_id: int) -> Sequence[int]:
        query = (
            select(request_messages.c.entry_id)
            .where(self.scope.of(request_messages, request_messages.c.request_id == request_id))
            .order_by(request_messages.c.entry_id)
        )
        return self.scope.connection.execute(query).scalars().all()

    def _those(self, *conditions: ColumnElement[bool]) -> Sequence[Request]:
        query = (
            select(gift_requests).where(self.scope.of(gift_requests, *conditions)).order_by(*_OLDEST_FIRST)
        )
        return [rows.gift_request(row) for row in self.scope.connection.execute(query)]

    def _change(self, old: Request, **values: Any) -> bool:
        return awaited.change(self.scope, gift_requests, old, **values)


def _values(new: NewRequest) -> dict[str, Any]:
    """The columns that follow the proposal."""
    return {
        "check_id": new.check_id,
        "client_id": new.client_id,
        "contact_id": new.contact_id,
        "category": new.category,
        "description": new.description,
        "value": None if new.value is None else new.value.amount,
        "currency": new.currency,
        "given_on": new.given_on,
        "direction": new.direction.value,
        "level": new.level.value,
        "urgent": new.urgent,
        "reason": new.reason,
        "why": [dict(each) for each in new.why],
        "asked_at": new.asked_at,
        "next_step_at": new.next_step_at,
    }


def _comments(old: Request, comment: Comment | None) -> list[dict[str, object]]:
    said = old.comments if comment is None else (*old.comments, comment)
    return [each.as_json() for each in said]
