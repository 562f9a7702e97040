"""Touches: one interaction with a client, and what it does to the client's clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.members import Member, Role
from bot.domain.refusals import Refusal


class Channel(StrEnum):
    """How a touch took place."""

    CALL = "call"
    VISIT = "visit"
    VIDEO = "video"
    MESSAGE = "message"
    EMAIL = "email"
    EVENT = "event"
    GIFT = "gift"
    OTHER = "other"


class Direction(StrEnum):
    """Who spoke: we listened, we answered, both conversed, or we told.

    ANSWERED is the second half of an exchange that the client began: we answered what it had asked. It restarts the
    clock as a conversation does ("answered mail"), while what merely came in or went out restarts half of it.
    """

    INBOUND = "inbound"
    """Listened: the client to us."""
    ANSWERED = "answered"
    TWO_WAY = "two-way"
    """Conversed."""
    OUTBOUND = "outbound"
    """Told: we to the client."""


_TOGETHER = frozenset({Channel.CALL, Channel.VISIT, Channel.VIDEO, Channel.EVENT})


class Restart(StrEnum):
    """How much of the client's interval a touch restarts."""

    WHOLE = "whole"
    HALF = "half"


def usual_direction(channel: Channel) -> Direction:
    """The direction of a touch when nobody said it: people talk on the phone, mail and gifts are sent."""
    return Direction.OUTBOUND if channel in (Channel.EMAIL, Channel.GIFT) else Direction.TWO_WAY


def restart(channel: Channel, direction: Direction) -> Restart:
    """How far a touch restarts the client's clock.

    Whatever both sides took part in restarts it: calls, visits, video, personal messages, events, answered mail.
    Where people meet or speak, a client who came to us was spoken with; a call of ours that only went out is a
    message left behind. What went in one direction only, and gifts, restart half of the interval. Mass mail and
    internal notes are no touches: nobody logs them.
    """
    if channel is Channel.GIFT or direction is Direction.OUTBOUND:
        return Restart.HALF
    if direction is Direction.INBOUND and channel not in _TOGETHER:
        return Restart.HALF
    return Restart.WHOLE


@dataclass(frozen=True, slots=True)
class Touch:
    """One logged interaction. `at` is when it took place (UTC), `logged_at` when it was written down.

    `whole_day` says that only the day of `at` is known, or the part of the day that begins then. `member_id` is the
    author. `key` names the submission that made it, so that the same one counts once. A withdrawn touch stays in the
    book but counts no more. `complaint` says that the client complained, `next_step` what comes next (`next_step_on`:
    on which day), `link` is the address of the message that it was taken from. `version` counts changes.
    """

    id: int
    client_id: int
    member_id: int
    channel: Channel
    direction: Direction
    at: datetime
    whole_day: bool
    note: str
    logged_at: datetime
    key: str
    contact_ids: tuple[int, ...] = ()
    withdrawn_at: datetime | None = None
    complaint: bool = False
    next_step: str = ""
    next_step_on: date | None = None
    link: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class TouchDraft:
    """A touch as somebody asked for it, before it is checked.

    `client` is a client's id or the name as it was typed, `also` those of further clients who were in touch at the
    same time; `contacts` likewise, of people at any of them; `new_contact` is the name of a person to add at the first.
    `direction` None means the channel's usual one. `at` None means now. `link` is the address of the message that
    it was taken from, `message` what tells that message apart (see `message_key`). `apart` are touches that it is
    known to differ from, `begun` the draft that it goes on from, under which it is logged once. `next_step` says what
    comes next, `next_step_on` on which day.
    """

    client: int | str
    channel: Channel | None = None
    direction: Direction | None = None
    contacts: tuple[int | str, ...] = ()
    new_contact: str = ""
    at: datetime | None = None
    whole_day: bool = False
    note: str = ""
    also: tuple[int | str, ...] = ()
    complaint: bool = False
    next_step: str = ""
    next_step_on: date | None = None
    link: str | None = None
    message: str | None = None
    apart: tuple[int, ...] = ()
    begun: int | None = None

    @property
    def clients(self) -> tuple[int | str, ...]:
        """All clients that it is about, each once."""
        return tuple(dict.fromkeys((self.client, *self.also)))


NOTE_LIMIT = 3000
"""Characters of a note: what the chat platform's own forms take."""

MOST_CLIENTS = 20
"""How many clients one submission may be about: their confirmation fits into one message."""

SAME_TEXT_WITHIN = timedelta(minutes=10)
"""How soon the same words of the same person are taken for a slip."""

_SAME_HOUR = timedelta(hours=1)

STEP_LIMIT = 300
"""Characters of a next step."""

OLDEST_TOUCH = timedelta(days=366 * 3)
"""How far back a touch may be dated: contacts are reviewed three years after the last contact."""


def check_moment(at: datetime, now: datetime) -> None:
    """Raise Refusal ``touch.future`` or ``touch.too_old`` (at) for a touch that cannot have taken place.

    Five minutes of the future are forgiven: clocks differ.
    """
    if at > now + timedelta(minutes=5):
        raise Refusal("touch.future", at=at)
    if at < now - OLDEST_TOUCH:
        raise Refusal("touch.too_old", at=at)


def check_note(note: str) -> None:
    """Raise Refusal ``touch.note_too_long`` (length, limit) when the note is longer than NOTE_LIMIT."""
    if len(note) > NOTE_LIMIT:
        raise Refusal("touch.note_too_long", length=len(note), limit=NOTE_LIMIT)


def may_change(member: Member, touch: Touch, people: Sequence[Member | None]) -> bool:
    """Whether `member` may change and withdraw the touch.

    That is who wrote it, the lead of any of `people` (its author, the client's owner), and admins.
    """
    if touch.member_id == member.id or member.is_(Role.ADMIN):
        return True
    led = any(person is not None and person.lead_id == member.id for person in people)
    return led and member.is_(Role.LEAD)


def check_may_change(member: Member, touch: Touch, people: Sequence[Member | None]) -> None:
    """Raise Refusal ``touch.not_yours`` unless `may_change`."""
    if not may_change(member, touch, people):
        raise Refusal("touch.not_yours")


def check_clients(count: int) -> None:
    """Raise Refusal ``touch.too_many`` (count, limit) for more clients than one submission may be about."""
    if count > MOST_CLIENTS:
        raise Refusal("touch.too_many", count=count, limit=MOST_CLIENTS)


def may_be_same(new: Touch, known: Touch, zone: ZoneInfo) -> bool:
    """Whether a touch about to be logged may be one that stands in the book, so that its author is asked.

    Both have client and channel in common. Of two people it may be the same when it took place within an hour, or on
    the same day of `zone` where only the day is known of one of them; of one person when they write the same words
    within minutes about the same moment.
    """
    if (new.client_id, new.channel) != (known.client_id, known.channel):
        return False
    if new.whole_day or known.whole_day:
        together = new.at.astimezone(zone).date() == known.at.astimezone(zone).date()
    else:
        together = abs(new.at - known.at) < _SAME_HOUR
    if new.member_id != known.member_id:
        return together
    return (
        together
        and new.note.strip() != ""
        and new.note.split() == known.note.split()
        and abs(new.logged_at - known.logged_at) < SAME_TEXT_WITHIN
    )


def message_key(message: str, number: int) -> str:
    """The key of the `number`-th touch taken from a message, told apart by `message`."""
    return f"message:{message}:{number}"


def message_of(key: str) -> str | None:
    """What tells the message apart that the touch of that key was taken from; None where it was not."""
    head, _, rest = key.partition(":")
    return rest.rpartition(":")[0] if head == "message" else None


def key_of(submission: str, number: int) -> str:
    """The key of the `number`-th touch of a submission about several clients; the first one's is the submission's."""
    return submission if number == 0 else f"{submission}+{number}"


def submission_of(key: str) -> str:
    """The submission that made the touch of that key."""
    return key.partition("+")[0]


def described(touch: Touch) -> dict[str, Any]:
    """What a touch says, as JSON values, for the history of its changes."""
    return {
        "client_id": touch.client_id,
        "channel": touch.channel.value,
        "direction": touch.direction.value,
        "at": touch.at.isoformat(),
        "whole_day": touch.whole_day,
        "contact_ids": list(touch.contact_ids),
        "note": touch.note,
        "complaint": touch.complaint,
        "next_step": touch.next_step,
        "next_step_on": None if touch.next_step_on is None else touch.next_step_on.isoformat(),
    }
