"""Touches: one interaction with a client, and what it does to the client's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.members import Member
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
    """Who spoke: the client to us, we to the client, or both."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    TWO_WAY = "two-way"


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

    `whole_day` says that only the day of `at` is known. `member_id` is the author. `key` names the submission that
    made it, so that the same one counts once. A withdrawn touch stays in the book but counts no more. `complaint` says
    that the client complained, `next_step` what comes next (`next_step_on`: on which day), `link` is the address of the
    message that it was taken from. `version` counts changes.
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

    `client` is a client's id or the name as it was typed; `contact` likewise, `new_contact` the name of a person to
    add. `direction` None means the channel's usual one. `at` None means now. `next_step` says what comes next,
    `next_step_on` on which day.
    """

    client: int | str
    channel: Channel | None = None
    direction: Direction | None = None
    contact: int | str | None = None
    new_contact: str = ""
    at: datetime | None = None
    whole_day: bool = False
    note: str = ""
    next_step: str = ""
    next_step_on: date | None = None


NOTE_LIMIT = 3000
"""Characters of a note: what the chat platform's own forms take."""

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


def check_author(member: Member, touch: Touch) -> None:
    """Raise Refusal ``touch.not_yours`` unless `member` wrote the touch."""
    if touch.member_id != member.id:
        raise Refusal("touch.not_yours")
