"""Cadence: how often a client wants contact, and when it is due or neglected.

Intervals are given in days as people say them ("every two weeks") and counted in working days of the owner, five
to the week: holidays, days off and leave do not age a client. Without them an interval of 14 days ends on the
same weekday two weeks later. While a colleague covers, the owner's leave is no reason to let a client wait: it ages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil

from bot.domain.clients import Client, Status, Tier
from bot.domain.refusals import Refusal
from bot.domain.touches import Touch
from bot.domain.working_time import WorkingCalendar
from bot.domain.workspaces import Workspace

NEW_CLIENT_FOR = timedelta(days=90)
CALM_AFTER_IMPORT = 10
"""Working days after an import in which no client turns red."""


class Why(StrEnum):
    """For what reason a cadence is in force."""

    TIER = "tier"
    OWN = "own"
    NEW = "new"
    COMPLAINT = "complaint"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Cadence:
    """Days until a client is due, and until it is neglected; `why` it is in force.

    After a complaint or a missed clock they are working days, otherwise days as people say them.
    """

    due: int
    neglected: int
    why: Why = field(default=Why.TIER, compare=False)

    def __post_init__(self) -> None:
        if not 0 < self.due <= self.neglected:
            raise ValueError(f"due {self.due} and neglected {self.neglected} must be positive and in order")


TIERS: Mapping[Tier, Cadence] = {
    Tier.A: Cadence(14, 21),
    Tier.B: Cadence(30, 45),
    Tier.C: Cadence(60, 90),
    Tier.D: Cadence(90, 135),
}
NEW = Cadence(7, 10, Why.NEW)
AFTER_COMPLAINT = Cadence(3, 5, Why.COMPLAINT)
"""In force from a complaint until it is settled."""
AFTER_MISS = Cadence(3, 5, Why.MISSED)
"""In force from a missed clock until somebody spoke to the client after the answer."""
FIRST_TOUCH = Cadence(1, 3, Why.NEW)
"""Working days after a handover by which the new owner has spoken to the client, and after which it is neglected."""
LONGEST_DUE = 730
LONGEST_NEGLECTED = 1095
"""Days beyond which no rhythm is kept."""


@dataclass(frozen=True, slots=True)
class Cadences:
    """The intervals of one workspace: by tier, and the day before which nothing turns red (None: any day)."""

    by_tier: Mapping[Tier, Cadence] = field(default_factory=lambda: TIERS)
    starts_on: date | None = None


OURS = Cadences()
"""The intervals of a workspace that has chosen none."""


def cadences_of(workspace: Workspace) -> Cadences:
    """The intervals in force in a workspace: its own where it has some, else ours."""
    own = {Tier(tier): Cadence(*days) for tier, days in workspace.cadences.items()}
    return Cadences({**TIERS, **own}, workspace.starts_on)


def check_cadences(chosen: Mapping[Tier, tuple[int, int]]) -> None:
    """Raise Refusal for intervals that make no sense.

    ``cadence.due`` or ``cadence.neglected`` (tier, limit) for days out of bounds, ``cadence.order`` (tier, due,
    neglected) for a client that would be neglected before it is due.
    """
    for tier, (due, neglected) in chosen.items():
        if not 0 < due <= LONGEST_DUE:
            raise Refusal("cadence.due", tier=tier.value, limit=LONGEST_DUE)
        if not 0 < neglected <= LONGEST_NEGLECTED:
            raise Refusal("cadence.neglected", tier=tier.value, limit=LONGEST_NEGLECTED)
        if neglected < due:
            raise Refusal("cadence.order", tier=tier.value, due=due, neglected=neglected)


class ClientState(StrEnum):
    """How a client stands against its cadence at one moment."""

    NO_RULE = "no_rule"
    NEVER = "never"
    ON_TRACK = "on_track"
    DUE_SOON = "due_soon"
    DUE = "due"
    NEGLECTED = "neglected"


@dataclass(frozen=True, slots=True)
class Moments:
    """UTC moments from which a client is due, and neglected."""

    due_at: datetime
    neglected_at: datetime


def cadence_of(client: Client, now: datetime, cadences: Cadences = OURS) -> Cadence:
    """The cadence in force: after a complaint, else after a missed clock, else of a new client, else the client's own,
    else its tier's.

    A client's own interval makes it neglected at one and a half times that.
    """
    if client.complaint_at is not None:
        return AFTER_COMPLAINT
    return usual_cadence(client, now, cadences) if client.missed_at is None else AFTER_MISS


def usual_cadence(client: Client, now: datetime, cadences: Cadences) -> Cadence:
    """The cadence as it is without a complaint and without a missed clock."""
    if client.new_until is not None and now < client.new_until:
        return NEW
    if client.cadence_days is not None:
        return Cadence(client.cadence_days, ceil(client.cadence_days * 1.5), Why.OWN)
    return cadences.by_tier[client.tier]


def is_new_owner(client: Client, now: datetime) -> bool:
    """Whether the client is looked after closely because somebody else has it since, and not because it is new."""
    if client.new_until is None or now >= client.new_until:
        return False
    return client.new_until - NEW_CLIENT_FOR >= client.created_at + timedelta(days=1)


def awaits_first_touch(client: Client) -> datetime | None:
    """When the client was handed over to an owner since whom nobody has spoken to it; None where that is not so."""
    handed, last = client.handed_at, client.last_touch_at
    return handed if handed is not None and (last is None or last < handed) else None


def is_first_touch(client: Client, touch: Touch, calendar: WorkingCalendar) -> bool:
    """Whether the new owner notes, after a handover, that they spoke to the client earlier on the very day.

    “Call today” is kept without an hour, or with one before the handover, and counts all the same.
    """
    handed = client.handed_at
    if handed is None or touch.member_id != client.owner_id or touch.logged_at < handed:
        return False
    return touch.at < handed and calendar.local_date(touch.at) == calendar.local_date(handed)


def working_days(days: float) -> int:
    """Days as people say them, as working days at five a week; at least one."""
    return max(1, round(days * 5 / 7))


def clock(
    client: Client, calendar: WorkingCalendar, now: datetime, cadences: Cadences = OURS
) -> Moments | None:
    """The moments of a client as they are kept (see `moments`); None for one on hold, whom nobody is reminded of."""
    return None if client.status is Status.ON_HOLD else moments(client, calendar, now, cadences)


def moments(client: Client, calendar: WorkingCalendar, now: datetime, cadences: Cadences = OURS) -> Moments:
    """When `client` becomes due and neglected in the owner's `calendar`.

    Counted from the last conversation; a later one-way touch restarts half of the interval and never brings a
    moment forward. Without any touch it counts from when the client came into the book. While a complaint is open, or
    after a missed clock, it counts from that or the conversation after it, and never later than without. Both moments
    begin local working days; the second is never earlier than `client.calm_until`, nor than the day on which the
    workspace starts. From a handover to the first touch after it, they count from the handover alone: what happened
    before is none of the new owner's.
    """
    usual = usual_cadence(client, now, cadences)
    if (handed := awaits_first_touch(client)) is not None:
        day = calendar.local_date(handed)
        return Moments(
            calendar.starts(calendar.add_working_days(day, FIRST_TOUCH.due)),
            _calmly(
                calendar.starts(calendar.add_working_days(day, FIRST_TOUCH.neglected)),
                client,
                calendar,
                cadences,
            ),
        )
    due = _ends(client, calendar, working_days(usual.due), working_days(usual.due / 2))
    neglected = _ends(client, calendar, working_days(usual.neglected), working_days(usual.neglected / 2))
    for since, close in ((client.complaint_at, AFTER_COMPLAINT), (client.missed_at, AFTER_MISS)):
        if since is not None:
            upset = replace(client, last_conversation_at=max(since, client.last_conversation_at or since))
            due = min(due, _ends(upset, calendar, close.due, ceil(close.due / 2)))
            neglected = min(neglected, _ends(upset, calendar, close.neglected, ceil(close.neglected / 2)))
    return Moments(due, _calmly(neglected, client, calendar, cadences))


def _calmly(neglected: datetime, client: Client, calendar: WorkingCalendar, cadences: Cadences) -> datetime:
    """Nothing turns red in the days after an import, nor before the workspace starts."""
    if client.calm_until is not None:
        neglected = max(neglected, client.calm_until)
    if cadences.starts_on is not None:
        neglected = max(neglected, calendar.starts(cadences.starts_on))
    return neglected


def _ends(client: Client, calendar: WorkingCalendar, whole: int, half: int) -> datetime:
    starts = [(client.last_conversation_at or client.created_at, whole)]
    if client.last_one_way_at is not None:
        starts.append((client.last_one_way_at, half))
    return max(
        calendar.starts(calendar.add_working_days(calendar.local_date(at), count)) for at, count in starts
    )


def state_of(client: Client, now: datetime) -> ClientState:
    """How the client stands at `now`, from its stored moments; without any, as on hold, no rule says how.

    *Due soon* is the last fifth of the time from the last touch to the due moment.
    """
    if client.due_at is None or client.neglected_at is None:
        return ClientState.NO_RULE
    if now >= client.neglected_at:
        return ClientState.NEGLECTED
    if now >= client.due_at:
        return ClientState.NEVER if client.last_touch_at is None else ClientState.DUE
    began = client.last_touch_at or client.created_at
    if now >= client.due_at - (client.due_at - began) / 5:
        return ClientState.DUE_SOON
    return ClientState.ON_TRACK
