"""The gate: may the bot speak to this person about this now?

Every path that makes the bot speak by itself asks here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.domain.absences import Absence, away_on
from bot.domain.members import Member, Noise

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
    WISH = "wish"
    """What the reader asked to be told at this very time, such as the brief before a meeting they entered: quiet hours,
    days off and leave are theirs to set aside, and a meeting at seven in the evening is known to them."""


WEIGHTS: Mapping[str, Weight] = {
    "approval_news": Weight.ANSWER,
    "policy_answered": Weight.ANSWER,
    "digest": Weight.DAILY,
    "approval": Weight.DAILY,
    "approvals": Weight.DAILY,
    "approvals_again": Weight.DAILY,
    "meeting": Weight.WISH,
    "policy_reminder": Weight.NUDGE,
    "policy_entered": Weight.NUDGE,
    "rule_upkeep": Weight.NUDGE,
    "cover_news": Weight.ANSWER,
    "cover_asked": Weight.DAILY,
    "help_offered": Weight.DAILY,
    "lead_page": Weight.DAILY,
    "lead_neglect": Weight.NUDGE,
}
"""The weight of each kind of message; one that is not named here is a nudge."""

HEARD: Mapping[Noise, frozenset[Weight]] = {
    Noise.ALL: frozenset(Weight),
    Noise.DIGEST: frozenset({Weight.ANSWER, Weight.DAILY, Weight.WISH}),
    Noise.NONE: frozenset({Weight.ANSWER}),
}
"""What is heard at each level of noise."""


@dataclass(frozen=True, slots=True)
class Speak:
    """The bot may speak, until `until` (UTC); after that the moment has passed."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now, but from `until` (UTC) on; `reason` is ``quiet_hours``, ``day_off`` or ``away``."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Never:
    """Not at all; `reason` is ``inactive`` or ``noise``."""

    reason: str


def may_speak(
    member: Member, now: datetime, *, about: str | None = None, absences: Iterable[Absence] = ()
) -> Speak | Wait | Never:
    """Whether something that is not urgent may reach `member` at `now`.

    Nothing between 18:00 and 08:30 of the member's own clock nor on days off, nor during `absences`, after which it is
    the first working day's turn. A digest time set inside the quiet hours is a wish of the member and moves the border
    with it, though never beyond the day. `about` is the kind of the message, for the level of noise that the member
    chose; None asks for the moment alone, where something is only planned: what is planned is asked about when it is
    sent.
    """
    if not member.active:
        return Never("inactive")
    weight = None if about is None else WEIGHTS.get(about, Weight.NUDGE)
    if weight is not None and weight not in HEARD[member.noise]:
        return Never("noise")
    away = tuple(absences)
    calendar = member.calendar.without(away)
    today = calendar.local_date(now)
    if weight is Weight.WISH:
        return Speak(calendar.starts(today + timedelta(days=1)))
    opens = min(QUIET_UNTIL, member.digest_time)
    wished = calendar.at(today, member.digest_time) + _ROOM
    closes = max(calendar.at(today, QUIET_FROM), min(wished, calendar.starts(today + timedelta(days=1))))
    if not calendar.is_working_day(today):
        reason = "day_off" if away_on(away, today) is None else "away"
        return Wait(calendar.at(calendar.first_working_day(today), opens), reason)
    if now < calendar.at(today, opens):
        return Wait(calendar.at(today, opens), "quiet_hours")
    if now >= closes:
        tomorrow = calendar.first_working_day(today + timedelta(days=1))
        return Wait(calendar.at(tomorrow, opens), "quiet_hours")
    return Speak(closes)
