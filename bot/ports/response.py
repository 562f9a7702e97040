"""What thinking asks of memory about clients' questions that wait for us."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.response import ChannelPerson, NewQuestion, Question, Said, Stranger, Unknown


class Questions(Protocol):
    """Clients' questions. One is changed only as it was read: of two changes at once the second is told so."""

    def add(self, new: NewQuestion, *, look_at: datetime | None) -> int | None:
        """None when a question of that key is there already."""

    def get(self, question_id: int) -> Question | None: ...
    def by_key(self, key: str) -> Question | None: ...
    def change(self, old: Question, new: Question) -> bool:
        """Write all of `new` but its client, source and key; False when `old` is no longer so."""

    def open_of_client(self, client_id: int) -> Sequence[Question]:
        """What waits of that client, also while we wait for it; the earliest asked first."""

    def open_of_owner(self, owner_id: int, limit: int) -> Sequence[Question]:
        """What waits of the owner's clients that are in the book, the earliest asked first."""

    def open_in_channel(self, channel_id: str) -> Sequence[Question]:
        """What waits in a channel of the platform, the earliest asked first."""

    def closed_since(self, client_id: int, channel_id: str, since: datetime) -> Sequence[Question]:
        """Questions of that client in that channel that were closed at `since` or later."""

    def first_missed(self, client_id: int, since: datetime | None, spoke: datetime | None) -> Question | None:
        """Of that client's questions that were left waiting too long at `since` or later the first, unless it was
        closed before `spoke` (None: nothing is left out)."""

    def due(self, now: datetime, limit: int) -> Sequence[int]:
        """The numbers of questions that are to be looked at now, the earliest first."""

    def look_anew(self, now: datetime) -> None:
        """Let all that is not closed be looked at now: what its moments hang on has changed."""

    def asked_between(
        self, owners: Collection[int] | None, since: datetime, until: datetime, limit: int
    ) -> Sequence[Question]:
        """Questions of the clients of these owners (None: of everybody), asked in that time, the latest first."""

    def notice(self, question_id: int, member_id: int, key: str, *, at: datetime) -> bool:
        """Note that the message of that key tells the member of the question; False when that was noted."""

    def told_by(self, key: str) -> Sequence[Question]:
        """The questions of which the message of that key tells, the earliest asked first."""

    def messages_about(self, question_id: int) -> Sequence[str]:
        """The keys of the messages that tell of a question."""

    def linked_channels(self) -> frozenset[str]:
        """Every channel of the platform in which we speak with a client that is in the book."""

    def person(self, user_id: str) -> ChannelPerson | None: ...
    def put_person(self, person: ChannelPerson, *, at: datetime) -> None:
        """Keep what is known of somebody in the place of what was known before."""

    def keep_unknown(self, said: Said, *, look_up_at: datetime, at: datetime) -> None:
        """Keep a message until it is known who wrote it; once, however often it is told."""

    def drop_unknown(self, channel_id: str, ts: str) -> Unknown | None:
        """Take a kept message out; None where somebody else has."""

    def answer_unknown(self, channel_id: str, ts: str) -> None:
        """One of ours replied to a message, should it turn out to be a client's."""

    def put_off_unknown(self, channel_id: str, ts: str, until: datetime) -> None: ...
    def unknown_in_channel(self, channel_id: str) -> Sequence[Unknown]: ...
    def unknown_due(self, now: datetime, limit: int) -> Sequence[Unknown]:
        """Messages of which it is to be asked again now who wrote them, the earliest written first."""

    def stranger(self, channel_id: str, user_id: str) -> Stranger | None: ...
    def strangers_waiting(self, channel_id: str) -> Sequence[Stranger]:
        """Those of a channel of whom nobody has told yet whose they are, and whose message still waits."""

    def put_stranger(self, stranger: Stranger, *, at: datetime) -> None:
        """Keep a stranger in the place of what was kept of them in that channel before."""
