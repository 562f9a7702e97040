"""The gate: may the bot speak to this person about this now?

Every path that makes the bot speak by itself asks here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.domain.members import Member, Noise

QUIET_FROM = time(18, 0)
QUIET_UNTIL = time(8, 30)
_ROOM = timedelta(hours=2)
"""How long after a late digest time the bot may still speak: room for a delivery that is retried."""


class About(StrEnum):
    """What the bot wants to speak about, as far as the gate cares."""

    ORDINARY = "ordinary"
    """Whatever the bot thinks worth saying: only in the member's hours."""
    OWN_WISH = "own_wish"
    """What the member asked to be told at this very time, such as the brief before a meeting they entered: quiet hours
    and days off are theirs to set aside, and a meeting at seven in the evening is known to them. Who wants nothing from
    the bot (`Noise.NONE`) or no longer uses it is left alone all the same."""


@dataclass(frozen=True, slots=True)
class Speak:
    """The bot may speak, until `until` (UTC); after that the moment has passed."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now, but from `until` (UTC) on; `reason` is ``quiet_hours`` or ``day_off``."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Never:
    """Not at all; `reason` is ``inactive`` or ``noise``."""

    reason: str


def may_speak(member: Member, now: datetime, about: About = About.ORDINARY) -> Speak | Wait | Never:
    """Whether something may reach `member` at `now`.

    Nothing between 18:00 and 08:30 of the member's own clock nor on days off. A digest time set inside the quiet
    hours is a wish of the member and moves the border with it, though never beyond the day.
    """
    if not member.active:
        return Never("inactive")
    calendar = member.calendar
    today = calendar.local_date(now)
    if about is About.OWN_WISH:
        wanted = member.noise is not Noise.NONE
        return Speak(calendar.starts(today + timedelta(days=1))) if wanted else Never("noise")
    opens = min(QUIET_UNTIL, member.digest_time)
    wished = calendar.at(today, member.digest_time) + _ROOM
    closes = max(calendar.at(today, QUIET_FROM), min(wished, calendar.starts(today + timedelta(days=1))))
    if not calendar.is_working_day(today):
        return Wait(calendar.at(calendar.first_working_day(today), opens), "day_off")
    if now < calendar.at(today, opens):
        return Wait(calendar.at(today, opens), "quiet_hours")
    if now >= closes:
        tomorrow = calendar.first_working_day(today + timedelta(days=1))
        return Wait(calendar.at(tomorrow, opens), "quiet_hours")
    return Speak(closes)
