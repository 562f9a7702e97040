"""Remembers touches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, func, insert, select, update

from bot.domain.touches import Channel, Direction, Restart, Touch, restart
from bot.ports import NewTouch
from storage import rows
from storage.repository import Scope, within
from storage.schema import touch_contacts, touches

_BY_ID = select(touches).where(within(touches, touches.c.id == bindparam("touch")))
_BY_KEY = select(touches).where(within(touches, touches.c.key == bindparam("submission")))
_OF_CLIENT = within(touches, touches.c.client_id == bindparam("client"), touches.c.withdrawn_at.is_(None))
"""The client's touches that were not withdrawn."""
_RECENT = (
    select(touches)
    .where(_OF_CLIENT)
    .order_by(touches.c.at.desc(), touches.c.id.desc())
    .limit(bindparam("most"))
)
_TIMES = func.count().label("times")
_SPOKEN_TO = (
    select(touch_contacts.c.contact_id, _TIMES)
    .join(
        touches,
        and_(
            touches.c.workspace_id == touch_contacts.c.workspace_id,
            touches.c.id == touch_contacts.c.touch_id,
        ),
    )
    .where(
        _OF_CLIENT,
        touches.c.at >= bindparam("since", type_=touches.c.at.type),
        touches.c.restart == Restart.WHOLE.value,
    )
    .group_by(touch_contacts.c.contact_id)
    .order_by(_TIMES.desc(), func.max(touches.c.at).desc(), touch_contacts.c.contact_id)
)
_CONTACTS_OF = (
    select(touch_contacts.c.touch_id, touch_contacts.c.contact_id)
    .where(within(touch_contacts, touch_contacts.c.touch_id.in_(bindparam("touches", expanding=True))))
    .order_by(touch_contacts.c.touch_id, touch_contacts.c.contact_id)
)


@dataclass(frozen=True, slots=True)
class SqlTouches:
    scope: Scope

    def get(self, touch_id: int) -> Touch | None:
        return self._one(_BY_ID, touch=touch_id)

    def by_key(self, key: str) -> Touch | None:
        return self._one(_BY_KEY, submission=key)

    def add(self, new: NewTouch) -> Touch | None:
        added = self.scope.insert_new(
            touches,
            ("key",),
            {"member_id": new.member_id, "logged_at": new.logged_at, "key": new.key, **_values(new)},
        )
        if added is None:
            return None
        self._write_contacts(added, new.contact_ids)
        return Touch(
            id=added,
            client_id=new.client_id,
            member_id=new.member_id,
            channel=new.channel,
            direction=new.direction,
            at=new.at,
            whole_day=new.whole_day,
            note=new.note,
            logged_at=new.logged_at,
            key=new.key,
            contact_ids=new.contact_ids,
            complaint=new.complaint,
            next_step=new.next_step,
            next_step_on=new.next_step_on,
            link=new.link,
        )

    def by_keys(self, keys: Sequence[str]) -> Sequence[Touch]:
        return self._all(select(touches).where(self.scope.of(touches, touches.c.key.in_(keys))), touches.c.id)

    def change(self, touch_id: int, new: NewTouch, *, version: int | None = None) -> bool:
        still = () if version is None else (touches.c.version == version,)
        changed = self.scope.connection.execute(
            update(touches)
            .where(self.scope.of(touches, touches.c.id == touch_id, *still))
            .values(version=touches.c.version + 1, **_values(new))
        )
        if changed.rowcount != 1:
            return False
        self.scope.connection.execute(
            delete(touch_contacts).where(self.scope.of(touch_contacts, touch_contacts.c.touch_id == touch_id))
        )
        self._write_contacts(touch_id, new.contact_ids)
        return True

    def withdraw(self, touch_id: int, *, at: datetime) -> bool:
        statement = (
            update(touches)
            .where(self.scope.of(touches, touches.c.id == touch_id, touches.c.withdrawn_at.is_(None)))
            .values(withdrawn_at=at)
        )
        return self.scope.connection.execute(statement).rowcount == 1

    def last_counted(self, client_id: int) -> Mapping[Restart, datetime]:
        query = (
            select(touches.c.restart, func.max(touches.c.at))
            .where(self.scope.of(touches, touches.c.client_id == client_id, touches.c.withdrawn_at.is_(None)))
            .group_by(touches.c.restart)
        )
        return {Restart(effect): at for effect, at in self.scope.connection.execute(query)}

    def recent(self, client_id: int, limit: int) -> Sequence[Touch]:
        return self._with_contacts(self.scope.run(_RECENT, client=client_id, most=limit).all())

    def around(self, client_id: int, channel: Channel, first: datetime, last: datetime) -> Sequence[Touch]:
        return self._counted(
            [
                touches.c.client_id == client_id,
                touches.c.at.between(first, last),
                touches.c.channel == channel.value,
            ],
            touches.c.at.desc(),
            touches.c.id.desc(),
        )

    def of_member(self, member_id: int, limit: int) -> Sequence[Touch]:
        return self._counted([touches.c.member_id == member_id], touches.c.id.desc(), limit=limit)

    def complaints(self, client_id: int) -> Sequence[Touch]:
        return self._counted(
            [touches.c.client_id == client_id, touches.c.complaint], touches.c.at, touches.c.id
        )

    def _counted(
        self,
        conditions: Sequence[ColumnElement[bool]],
        *order: ColumnElement[Any],
        limit: int | None = None,
    ) -> list[Touch]:
        return self._all(
            select(touches)
            .where(self.scope.of(touches, *conditions, touches.c.withdrawn_at.is_(None)))
            .limit(limit),
            *order,
        )

    def _all(self, query: Select[Any], *order: ColumnElement[Any]) -> list[Touch]:
        return self._with_contacts(self.scope.connection.execute(query.order_by(*order)).all())

    def _with_contacts(self, found: Sequence[Any]) -> list[Touch]:
        spoken_to = self._contacts_of([row.id for row in found])
        return [rows.touch(row, spoken_to.get(row.id, ())) for row in found]

    def since(self, client_id: int, since: datetime) -> Sequence[tuple[datetime, Direction]]:
        query = (
            select(touches.c.at, touches.c.direction)
            .where(self._of_client(client_id), touches.c.at >= since)
            .order_by(touches.c.at)
        )
        return [(at, Direction(said)) for at, said in self.scope.connection.execute(query)]

    def spoken_to(self, client_id: int, since: datetime) -> Mapping[int, int]:
        found = self.scope.run(_SPOKEN_TO, client=client_id, since=since)
        return {row.contact_id: row.times for row in found}

    def next_step(self, client_id: int) -> Touch | None:
        query = (
            select(touches)
            .where(self._of_client(client_id), touches.c.next_step.is_not(None))
            .order_by(touches.c.at.desc(), touches.c.id.desc())
            .limit(1)
        )
        row = self.scope.connection.execute(query).first()
        return None if row is None else rows.touch(row, self._contacts_of([row.id]).get(row.id, ()))

    def _of_client(self, client_id: int) -> ColumnElement[bool]:
        """The client's touches that were not withdrawn."""
        return self.scope.of(touches, touches.c.client_id == client_id, touches.c.withdrawn_at.is_(None))

    def _one(self, query: Select[Any], **values: Any) -> Touch | None:
        row = self.scope.run(query, **values).first()
        return None if row is None else rows.touch(row, self._contacts_of([row.id]).get(row.id, ()))

    def _contacts_of(self, touch_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
        if not touch_ids:
            return {}
        found: dict[int, tuple[int, ...]] = {}
        for row in self.scope.run(_CONTACTS_OF, touches=list(touch_ids)):
            found[row.touch_id] = (*found.get(row.touch_id, ()), row.contact_id)
        return found

    def _write_contacts(self, touch_id: int, contact_ids: Sequence[int]) -> None:
        if contact_ids:
            self.scope.connection.execute(
                insert(touch_contacts),
                [
                    {"workspace_id": self.scope.workspace_id, "touch_id": touch_id, "contact_id": contact_id}
                    for contact_id in contact_ids
                ],
            )


def _values(new: NewTouch) -> dict[str, Any]:
    return {
        "client_id": new.client_id,
        "channel": new.channel.value,
        "direction": new.direction.value,
        "restart": restart(new.channel, new.direction).value,
        "at": new.at,
        "whole_day": new.whole_day,
        "note": new.note,
        "complaint": new.complaint,
        "next_step": new.next_step or None,
        "next_step_on": new.next_step_on,
        "link": new.link,
    }
