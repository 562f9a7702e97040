"""The outlook of a member: what the gate has answered about messages to them, and what it would answer now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.decisions import Decision
from bot.domain.gate import Answer
from bot.domain.members import Member
from bot.domain.pace import Pace


class Listed(StrEnum):
    """Whether a client is on a member's list of today, and if not, why."""

    LISTED = "listed"
    ARCHIVED = "archived"
    UNOWNED = "unowned"
    OTHERS = "others"
    """Somebody else looks after it."""
    SNOOZED = "snoozed"
    NO_RHYTHM = "no_rhythm"
    """It has no rhythm: on hold, or no longer a client."""
    NOT_DUE = "not_due"
    COVERED = "covered"
    """A colleague sees to it meanwhile."""
    CROWDED = "crowded"
    """It is due, but others are more urgent and the list is full."""
    GIVES_WAY = "gives_way"
    """It was named in vain and lets others come first."""


@dataclass(frozen=True, slots=True)
class ClientOutlook:
    """How one client stands for the member; days are those of the member's calendar.

    `colleague` sees to it until `covered_until`, where it is in the hands of one.
    """

    client_id: int
    name: str
    listed: Listed
    owner: str
    due_on: date | None
    snoozed_until: date | None
    colleague: str = ""
    covered_until: date | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the gate has to say of one member at `now`.

    `daily` and `nudge` are what it would answer about the daily message and about a nudge (of `client` where there is
    one); `hour` and `day` count what interrupted the member; `decisions` are the last ones, the latest first, and
    `names` those of their clients by id. `had_daily`: today's morning message was decided on already.
    """

    member: Member
    now: datetime
    daily: Answer
    nudge: Answer
    hour: int
    day: int
    pace: Pace
    decisions: tuple[Decision, ...]
    names: Mapping[int, str]
    had_daily: bool = False
    client: ClientOutlook | None = None
