"""Remembers clients' questions that wait for us."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, delete, select, update

from bot.domain.response import (
    ChannelPerson,
    Event,
    NewQuestion,
    Question,
    Said,
    Source,
    Stranger,
    Unknown,
    What,
    Whose,
)
from storage.repository import Scope, within
from storage.schema import (
    channel_people,
    channel_strangers,
    channel_unknown,
    client_channels,
    clients,
    question_notices,
    questions,
)

_OPEN = questions.c.closed_at.is_(None)
_IN_CHANNEL = (
    select(questions)
    .where(within(questions, questions.c.channel_id == bindparam("channel"), _OPEN))
    .order_by(questions.c.asked_at, questions.c.id)
)
_CLOSED_SINCE = (
    select(questions)
    .where(
        within(
            questions,
            questions.c.channel_id == bindparam("channel"),
            questions.c.closed_at >= bindparam("since"),
            questions.c.client_id == bindparam("client"),
        )
    )
    .order_by(questions.c.closed_at, questions.c.id)
)
_OF_CLIENT = (
    select(questions)
    .where(within(questions, questions.c.client_id == bindparam("client"), _OPEN))
    .order_by(questions.c.asked_at, questions.c.id)
)
_PERSON = select(channel_people).where(within(channel_people, channel_people.c.user_id == bindparam("user")))
_STRANGERS = select(channel_strangers).where(
    within(channel_strangers, channel_strangers.c.channel_id == bindparam("channel"))
)
_STRANGER = _STRANGERS.where(channel_strangers.c.user_id == bindparam("user"))
_STRANGERS_WAITING = _STRANGERS.where(~channel_strangers.c.told, ~channel_strangers.c.settled).order_by(
    channel_strangers.c.user_id
)
_UNKNOWN_IN_CHANNEL = (
    select(channel_unknown)
    .where(within(channel_unknown, channel_unknown.c.channel_id == bindparam("channel")))
    .order_by(channel_unknown.c.ts)
)
_IN_BOOK = (clients.c.workspace_id == questions.c.workspace_id) & (clients.c.id == questions.c.client_id)


@dataclass(frozen=True, slots=True)
class SqlQuestions:
    scope: Scope

    def add(self, new: NewQuestion, *, look_at: datetime | None) -> int | None:
        values = {
            "client_id": new.client_id,
            "asked_at": new.asked_at,
            "source": new.source.value,
            "key": new.key,
            "events": [],
            "channel_id": new.channel_id,
            "root": new.root,
            "messages": list(new.messages),
            "link": new.link,
            "author": new.author,
            "member_id": new.by,
            "look_at": look_at,
        }
        return self.scope.insert_new(questions, ("key",), values)

    def get(self, question_id: int) -> Question | None:
        return self._one(questions.c.id == question_id)

    def by_key(self, key: str) -> Question | None:
        return self._one(questions.c.key == key)

    def change(self, old: Question, new: Question) -> bool:
        closed = new.standing.closed
        statement = (
            update(questions)
            .where(self.scope.of(questions, questions.c.id == old.id, questions.c.version == old.version))
            .values(
                asked_at=new.asked_at,
                events=[_kept(event) for event in new.events],
                channel_id=new.channel_id,
                root=new.root,
                messages=list(new.messages),
                link=new.link,
                author=new.author,
                told=new.told,
                look_at=new.look_at,
                missed_at=new.missed_at,
                closed_at=None if closed is None else closed.at,
                version=old.version + 1,
            )
        )
        return self.scope.connection.execute(statement).rowcount == 1

    def open_of_client(self, client_id: int) -> Sequence[Question]:
        return [question(row) for row in self.scope.run(_OF_CLIENT, client=client_id)]

    def open_of_owner(self, owner_id: int, limit: int) -> Sequence[Question]:
        own = select(clients.c.id).where(
            self.scope.of(clients, clients.c.owner_id == owner_id, ~clients.c.archived)
        )
        query = select(questions).where(self.scope.of(questions, questions.c.client_id.in_(own), _OPEN))
        return self._all(query.order_by(questions.c.asked_at, questions.c.id).limit(limit))

    def open_in_channel(self, channel_id: str) -> Sequence[Question]:
        return [question(row) for row in self.scope.run(_IN_CHANNEL, channel=channel_id)]

    def closed_since(self, client_id: int, channel_id: str, since: datetime) -> Sequence[Question]:
        found = self.scope.run(_CLOSED_SINCE, channel=channel_id, since=since, client=client_id)
        return [question(row) for row in found]

    def first_missed(self, client_id: int, since: datetime | None, spoke: datetime | None) -> Question | None:
        later = () if since is None else (questions.c.missed_at >= since,)
        waits = () if spoke is None else (_OPEN | (questions.c.closed_at > spoke),)
        query = select(questions).where(
            self.scope.of(
                questions,
                questions.c.client_id == client_id,
                questions.c.missed_at.is_not(None),
                *later,
                *waits,
            )
        )
        row = self.scope.connection.execute(
            query.order_by(questions.c.missed_at, questions.c.id).limit(1)
        ).first()
        return None if row is None else question(row)

    def due(self, now: datetime, limit: int) -> Sequence[int]:
        query = (
            select(questions.c.id)
            .where(self.scope.of(questions, questions.c.look_at <= now))
            .order_by(questions.c.look_at, questions.c.id)
            .limit(limit)
        )
        return list(self.scope.connection.execute(query).scalars())

    def look_anew(self, now: datetime) -> None:
        statement = update(questions).where(self.scope.of(questions, _OPEN)).values(look_at=now)
        self.scope.connection.execute(statement)

    def asked_between(
        self, owners: Collection[int] | None, since: datetime, until: datetime, limit: int
    ) -> Sequence[Question]:
        of_owners = () if owners is None else (clients.c.owner_id.in_(sorted(owners)),)
        query = self._in_book(questions.c.asked_at >= since, questions.c.asked_at < until, *of_owners)
        return self._all(query.order_by(questions.c.asked_at.desc(), questions.c.id.desc()).limit(limit))

    def notice(self, question_id: int, member_id: int, key: str, *, at: datetime) -> bool:
        values = {"question_id": question_id, "member_id": member_id, "key": key, "at": at}
        return self.scope.insert_new(question_notices, ("question_id", "key"), values) is not None

    def told_by(self, key: str) -> Sequence[Question]:
        query = (
            select(questions)
            .join(
                question_notices,
                (question_notices.c.workspace_id == questions.c.workspace_id)
                & (question_notices.c.question_id == questions.c.id),
            )
            .where(self.scope.of(questions, question_notices.c.key == key))
            .order_by(questions.c.asked_at, questions.c.id)
        )
        return self._all(query)

    def messages_about(self, question_id: int) -> Sequence[str]:
        query = (
            select(question_notices.c.key)
            .where(self.scope.of(question_notices, question_notices.c.question_id == question_id))
            .order_by(question_notices.c.key)
        )
        return list(self.scope.connection.execute(query).scalars())

    def linked_channels(self) -> frozenset[str]:
        query = (
            select(client_channels.c.channel_id)
            .join(
                clients,
                (clients.c.workspace_id == client_channels.c.workspace_id)
                & (clients.c.id == client_channels.c.client_id),
            )
            .where(self.scope.of(client_channels, ~clients.c.archived))
        )
        return frozenset(self.scope.connection.execute(query).scalars())

    def person(self, user_id: str) -> ChannelPerson | None:
        row = self.scope.run(_PERSON, user=user_id).first()
        return None if row is None else ChannelPerson(row.user_id, Whose(row.whose), row.client_id)

    def put_person(self, person: ChannelPerson, *, at: datetime) -> None:
        values = {"whose": person.whose.value, "client_id": person.client_id, "at": at}
        known = self.scope.of(channel_people, channel_people.c.user_id == person.user_id)
        if self.scope.connection.execute(update(channel_people).where(known).values(values)).rowcount:
            return
        self.scope.insert_new(channel_people, ("user_id",), {"user_id": person.user_id, **values})

    def keep_unknown(self, said: Said, *, look_up_at: datetime, at: datetime) -> None:
        values = {**asdict(said), "look_up_at": look_up_at, "at": at}
        self.scope.insert_new(channel_unknown, ("channel_id", "ts"), values)

    def drop_unknown(self, channel_id: str, ts: str) -> Unknown | None:
        statement = delete(channel_unknown).where(self._message(channel_id, ts)).returning(*channel_unknown.c)
        row = self.scope.connection.execute(statement).first()
        return None if row is None else _unknown(row)

    def answer_unknown(self, channel_id: str, ts: str) -> None:
        statement = update(channel_unknown).where(self._message(channel_id, ts)).values(answered=True)
        self.scope.connection.execute(statement)

    def put_off_unknown(self, channel_id: str, ts: str, until: datetime) -> None:
        statement = update(channel_unknown).where(self._message(channel_id, ts)).values(look_up_at=until)
        self.scope.connection.execute(statement)

    def unknown_in_channel(self, channel_id: str) -> Sequence[Unknown]:
        return [_unknown(row) for row in self.scope.run(_UNKNOWN_IN_CHANNEL, channel=channel_id)]

    def unknown_due(self, now: datetime, limit: int) -> Sequence[Unknown]:
        query = (
            select(channel_unknown)
            .where(self.scope.of(channel_unknown, channel_unknown.c.look_up_at <= now))
            .order_by(channel_unknown.c.ts, channel_unknown.c.channel_id)
            .limit(limit)
        )
        return [_unknown(row) for row in self.scope.connection.execute(query)]

    def _message(self, channel_id: str, ts: str) -> ColumnElement[bool]:
        return self.scope.of(
            channel_unknown, channel_unknown.c.channel_id == channel_id, channel_unknown.c.ts == ts
        )

    def stranger(self, channel_id: str, user_id: str) -> Stranger | None:
        row = self.scope.run(_STRANGER, channel=channel_id, user=user_id).first()
        return None if row is None else _stranger(row)

    def strangers_waiting(self, channel_id: str) -> Sequence[Stranger]:
        return [_stranger(row) for row in self.scope.run(_STRANGERS_WAITING, channel=channel_id)]

    def put_stranger(self, stranger: Stranger, *, at: datetime) -> None:
        values = {
            "ts": stranger.ts,
            "root": stranger.root,
            "settled": stranger.settled,
            "told": stranger.told,
            "client_id": stranger.client_id,
            "at": at,
        }
        named = {"channel_id": stranger.channel_id, "user_id": stranger.user_id}
        known = self.scope.of(
            channel_strangers,
            channel_strangers.c.channel_id == stranger.channel_id,
            channel_strangers.c.user_id == stranger.user_id,
        )
        if not self.scope.connection.execute(update(channel_strangers).where(known).values(values)).rowcount:
            self.scope.insert_new(channel_strangers, ("channel_id", "user_id"), {**named, **values})

    def _in_book(self, *conditions: ColumnElement[bool]) -> Select[Any]:
        return (
            select(questions)
            .join(clients, _IN_BOOK)
            .where(self.scope.of(questions, ~clients.c.archived, *conditions))
        )

    def _one(self, *conditions: ColumnElement[bool]) -> Question | None:
        row = self.scope.connection.execute(
            select(questions).where(self.scope.of(questions, *conditions))
        ).first()
        return None if row is None else question(row)

    def _all(self, query: Select[Any]) -> list[Question]:
        return [question(row) for row in self.scope.connection.execute(query)]


def question(row: Row[Any]) -> Question:
    return Question(
        id=row.id,
        client_id=row.client_id,
        asked_at=row.asked_at,
        source=Source(row.source),
        key=row.key,
        events=tuple(_event(kept) for kept in row.events),
        channel_id=row.channel_id,
        root=row.root,
        messages=tuple(row.messages),
        link=row.link,
        author=row.author,
        by=row.member_id,
        told=row.told,
        look_at=row.look_at,
        missed_at=row.missed_at,
        version=row.version,
    )


def _stranger(row: Row[Any]) -> Stranger:
    return Stranger(row.channel_id, row.user_id, row.ts, row.root, row.settled, row.told, row.client_id)


def _unknown(row: Row[Any]) -> Unknown:
    said = Said(
        row.channel_id,
        row.ts,
        row.user_id,
        row.root,
        row.in_channel,
        row.courtesy,
        row.seen,
        row.outside,
        row.link,
    )
    return Unknown(said, row.at, row.answered)


def _kept(event: Event) -> dict[str, Any]:
    at = event.at.astimezone(UTC).isoformat()
    return {"what": event.what.value, "at": at, **({} if event.by is None else {"by": event.by})}


def _event(kept: Mapping[str, Any]) -> Event:
    return Event(What(kept["what"]), datetime.fromisoformat(kept["at"]), kept.get("by"))
