"""The pace of the digest: it slows down while nobody uses it, and is daily again at the first press."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.members import Member
from bot.domain.working_time import WorkingCalendar

TWICE_AFTER, WEEKLY_AFTER = 5, 15
"""Working days with the digest unheeded after which it comes on Monday and Thursday, and on Monday only."""

_WEEK = 7
_LONGEST = 366
"""Days after which the search for a day gives up; leave is shorter."""


class Pace(StrEnum):
    DAILY = "daily"
    TWICE = "twice"
    WEEKLY = "weekly"


_DAYS = {Pace.TWICE: (0, 3), Pace.WEEKLY: (0,)}
"""The weekdays of a slowed digest; where one is no working day, the next one is."""


def pace_on(member: Member, calendar: WorkingCalendar, day: date) -> Pace:
    """How often the digest comes on `day`: by the working days before it on which it went unheeded.

    `calendar` is the member's own without their absences since then: who is away ignores nothing.
    """
    since = member.unheeded_since
    if since is None or since >= day:
        return Pace.DAILY
    unheeded = 0
    for offset in range((day - since).days):
        unheeded += calendar.is_working_day(since + timedelta(days=offset))
        if unheeded >= WEEKLY_AFTER:
            return Pace.WEEKLY
    return Pace.TWICE if unheeded >= TWICE_AFTER else Pace.DAILY


def next_day(member: Member, calendar: WorkingCalendar, day: date) -> date:
    """The first working day from `day` on on which the digest comes, at the pace that holds by then."""
    candidate = calendar.first_working_day(day)
    for _ in range(_LONGEST):
        if _comes_on(pace_on(member, calendar, candidate), calendar, candidate):
            break
        candidate = calendar.first_working_day(candidate + timedelta(days=1))
    return candidate


def _comes_on(pace: Pace, calendar: WorkingCalendar, day: date) -> bool:
    if pace is Pace.DAILY:
        return True
    planned = [day - timedelta(days=(day.weekday() - weekday) % _WEEK) for weekday in _DAYS[pace]]
    return any(calendar.first_working_day(each) == day for each in planned)


def is_to_note(member: Member, now: datetime) -> bool:
    """Whether a press at `now` is worth writing down: the first of a local day, and one after an unheeded digest."""
    if member.last_press_at is None or member.unheeded_since is not None:
        return True
    return member.calendar.local_date(member.last_press_at) != member.calendar.local_date(now)
