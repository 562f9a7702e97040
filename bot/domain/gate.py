"""The gate: may the bot speak to this person about this now?

Every path that makes the bot speak by itself asks here and nowhere else. What the answer is weighed from is gathered,
and what was answered is recorded, by `bot.services.gate`. See docs/gate.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.domain.absences import Absence, away_on
from bot.domain.members import Member, Noise, Role
from bot.domain.working_time import WorkingCalendar

QUIET_FROM = time(18, 0)
QUIET_UNTIL = time(8, 30)
_ROOM = timedelta(hours=2)
"""How long after a late digest time the bot may still speak: room for a delivery that is retried."""


class Weight(StrEnum):
    """How much a message has to do with what its reader wants to hear."""

    ANSWER = "answer"
    """What the reader asked for, or is waiting to hear: told to everybody."""
    DAILY = "daily"
    """The daily message, and what waits for the reader's own decision."""
    NUDGE = "nudge"
    """Whatever else the bot finds worth saying."""
    URGENT = "urgent"
    """A client waits and its time runs out: what a member is at work for, whatever else they were told today."""
    WISH = "wish"
    """What the reader asked to be told at this very time, such as the brief before a meeting they entered: quiet hours,
    days off and leave are theirs to set aside, and a meeting at seven in the evening is known to them."""


WEIGHTS: Mapping[str, Weight] = {
    "approval_news": Weight.ANSWER,
    "policy_answered": Weight.ANSWER,
    "delivery_trouble": Weight.ANSWER,
    "digest": Weight.DAILY,
    "approval": Weight.DAILY,
    "approvals": Weight.DAILY,
    "approvals_again": Weight.DAILY,
    "meeting": Weight.WISH,
    "policy_reminder": Weight.NUDGE,
    "policy_entered": Weight.NUDGE,
    "rule_upkeep": Weight.NUDGE,
    "cover_gap": Weight.ANSWER,
    "cover_news": Weight.ANSWER,
    "cover_asked": Weight.ANSWER,
    "help_offered": Weight.DAILY,
    "lead_page": Weight.DAILY,
    "lead_neglect": Weight.DAILY,
    "reassign_asked": Weight.DAILY,
    "reassign_again": Weight.DAILY,
    "reassign_proposed": Weight.DAILY,
    "reassign_news": Weight.ANSWER,
    "concession_asked": Weight.DAILY,
    "concession_again": Weight.DAILY,
    "concession_news": Weight.ANSWER,
    "handover_in": Weight.ANSWER,
    "handover_out": Weight.ANSWER,
    "handover_undone": Weight.ANSWER,
    "handover_check": Weight.DAILY,
    "handover_led": Weight.ANSWER,
    "client_waiting": Weight.URGENT,
    "client_came": Weight.URGENT,
    "whose_client": Weight.DAILY,
    "channel_asked": Weight.ANSWER,
}
"""The weight of each kind of message; one that is not named here is a nudge."""

FOR_ROLE: Mapping[str, frozenset[Role]] = {
    "policy_entered": frozenset({Role.COMPLIANCE}),
    "rule_upkeep": frozenset({Role.COMPLIANCE}),
    "delivery_trouble": frozenset({Role.ADMIN}),
    "lead_page": frozenset({Role.LEAD}),
    "lead_neglect": frozenset({Role.LEAD}),
}
"""Kinds of message that are for people of a role: who has lost it meanwhile is not told."""

AN_HOUR, A_DAY = 3, 6
"""How many messages that interrupt reach a member in any hour, and in one day of theirs."""
_HOUR = timedelta(hours=1)

COOL_DOWN = timedelta(days=2)
COOL_DOWNS: Mapping[str, timedelta] = {"rule_upkeep": timedelta(days=20)}
"""For how long a nudge is not repeated while nothing has changed; `COOL_DOWN` for kinds that are not named.

Shorter than the distance at which each kind is planned: what it catches is what piled up while somebody was away."""

HEARD: Mapping[Noise, frozenset[Weight]] = {
    Noise.ALL: frozenset(Weight),
    Noise.DIGEST: frozenset({Weight.ANSWER, Weight.DAILY, Weight.URGENT, Weight.WISH}),
    Noise.NONE: frozenset({Weight.ANSWER}),
}
"""What is heard at each level of noise."""


@dataclass(frozen=True, slots=True)
class Speak:
    """The bot may speak, until `until` (UTC); after that the moment has passed."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now, but from `until` (UTC) on, when it is asked again.

    `reason` is ``quiet_hours``, ``day_off``, ``away``, ``do_not_disturb``, ``snoozed``, ``budget_hour`` or
    ``budget_day``.
    """

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Never:
    """Not at all; `reason` is ``inactive``, ``channel_off``, ``role``, ``noise`` or ``nothing_changed``."""

    reason: str


Answer = Speak | Wait | Never


@dataclass(frozen=True, slots=True)
class Told:
    """What a member has been told already, and of the subject of a message.

    `interrupted` are the moments at which something interrupted the member today or within the last hour, in any order.
    `snoozed_until` is when the client that it is about may be heard of again. `facts` is a short name for what is to be
    said, `last` such a name and the moment for what was said of the same subject last; empty where there is none.
    """

    interrupted: tuple[datetime, ...] = ()
    snoozed_until: datetime | None = None
    facts: str = ""
    last: tuple[str, datetime] | None = None


NOTHING_TOLD = Told()


def weight_of(kind: str) -> Weight:
    return WEIGHTS.get(kind, Weight.NUDGE)


def interrupts(kind: str) -> bool:
    """Whether a kind of message counts against the budget: the daily one, answers, wishes and what is urgent do not."""
    return kind != "digest" and weight_of(kind) in (Weight.DAILY, Weight.NUDGE)


def cools_down(kind: str) -> bool:
    """Whether a kind of message is held back while nothing has changed of its subject: nudges are."""
    return weight_of(kind) is Weight.NUDGE


def may_speak(
    member: Member,
    now: datetime,
    *,
    about: str | None = None,
    absences: Iterable[Absence] = (),
    told: Told = NOTHING_TOLD,
) -> Answer:
    """Whether something that is not urgent may reach `member` at `now`.

    Nothing between 18:00 and 08:30 of the member's own clock nor on days off, nor during `absences`, after which it is
    the first working day's turn. A digest time set inside the quiet hours is a wish of the member and moves the border
    with it, though never beyond the day. Who gave up their quiet hours is told at any hour of any day but those of
    leave; the daily message stays with its mornings.

    `about` is the kind of the message. None asks for the moment alone, where something is only planned: all else is
    asked about when it is sent. With it, the member's roles, level of noise and do-not-disturb count, and of `told` the
    budget, a snooze, and whether the same was said already. What waits is asked about again and never lost.
    """
    if not member.active:
        return Never("inactive")
    if member.channel_off_at is not None:
        return Never("channel_off")
    if about is not None and (never := _not_for(member, now, about, told)) is not None:
        return never
    calendar = member.calendar.without(absences)
    moment = _moment(member, calendar, now, about)
    if about is None or isinstance(moment, Wait) or weight_of(about) is Weight.WISH:
        return moment
    held = _held(member, calendar, now, about, told)
    if held is None:
        return moment
    then = _moment(member, calendar, held.until, about)
    return Wait(then.until, held.reason) if isinstance(then, Wait) else held


def _held(member: Member, calendar: WorkingCalendar, now: datetime, about: str, told: Told) -> Wait | None:
    """What holds a message back at an hour at which the bot may speak; None: nothing does."""
    dnd = member.dnd_from, member.dnd_until
    if dnd[0] is not None and dnd[1] is not None and dnd[0] <= now < dnd[1]:
        return Wait(dnd[1], "do_not_disturb")
    if told.snoozed_until is not None and now < told.snoozed_until and weight_of(about) is not Weight.ANSWER:
        return Wait(told.snoozed_until, "snoozed")
    return _full(calendar, now, told.interrupted) if interrupts(about) else None


def _not_for(member: Member, now: datetime, about: str, told: Told) -> Never | None:
    if about in FOR_ROLE and not FOR_ROLE[about] & member.roles:
        return Never("role")
    if weight_of(about) not in HEARD[member.noise]:
        return Never("noise")
    if cools_down(about) and told.last is not None:
        said, at = told.last
        if said == told.facts and now < at + COOL_DOWNS.get(about, COOL_DOWN):
            return Never("nothing_changed")
    return None


def _moment(member: Member, calendar: WorkingCalendar, now: datetime, about: str | None) -> Speak | Wait:
    """The answer of the clock and the calendar."""
    today = calendar.local_date(now)
    tomorrow = today + timedelta(days=1)
    absent = away_on(calendar.away, today) is not None
    if about is not None and weight_of(about) is Weight.WISH:
        return Speak(calendar.starts(tomorrow))
    if not member.quiet_hours and about not in (None, "digest") and not absent:
        return Speak(calendar.starts(tomorrow))
    opens = min(QUIET_UNTIL, member.digest_time)
    wished = calendar.at(today, member.digest_time) + _ROOM
    closes = max(calendar.at(today, QUIET_FROM), min(wished, calendar.starts(tomorrow)))
    if not calendar.is_working_day(today):
        return Wait(calendar.at(calendar.first_working_day(today), opens), "away" if absent else "day_off")
    if now < calendar.at(today, opens):
        return Wait(calendar.at(today, opens), "quiet_hours")
    if now >= closes:
        return Wait(calendar.at(calendar.first_working_day(tomorrow), opens), "quiet_hours")
    return Speak(closes)


def _full(calendar: WorkingCalendar, now: datetime, interrupted: Iterable[datetime]) -> Wait | None:
    """Until when the budget has no room; None while it has.

    A day's budget begins anew with the member's own day; whether that is one of work is asked then.
    """
    today = calendar.local_date(now)
    moments = sorted(interrupted)
    if sum(calendar.local_date(each) == today for each in moments) >= A_DAY:
        return Wait(calendar.starts(today + timedelta(days=1)), "budget_day")
    lately = [each for each in moments if each > now - _HOUR]
    if len(lately) >= AN_HOUR:
        return Wait(lately[-AN_HOUR] + _HOUR, "budget_hour")
    return None
