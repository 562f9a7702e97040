"""Questions to clients about their policy: asked where nothing is on file, asked after until somebody answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.domain.members import Member

FIRST_REMINDER = 5
"""Working days after which whoever asked is reminded; once more after as many again."""
MOST_REMINDERS = 2
SNOOZE = 3
"""Working days for which a reminder is put off."""
REMINDER_TIME = time(9, 0)


class QuestionState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class NewPolicyQuestion:
    """A member has asked a client for its policy, on account of a check.

    `employer` is the organisation as the check named it, `client_id` None where it is not in the book; `asked` is who
    there was asked, `asked_on` the local day, `remind_at` (UTC) when the member is reminded.
    """

    check_id: int
    member_id: int
    client_id: int | None
    employer: str
    asked: str
    asked_on: date
    asked_at: datetime
    remind_at: datetime | None


@dataclass(frozen=True, slots=True)
class PolicyQuestion:
    """A question as it stands; see `NewPolicyQuestion`. `reminders` were sent so far."""

    id: int
    check_id: int
    member_id: int
    client_id: int | None
    employer: str
    asked: str
    asked_on: date
    asked_at: datetime
    state: QuestionState
    reminders: int
    remind_at: datetime | None


def reminder_after(member: Member, day: date, working_days: int) -> datetime:
    """The UTC moment of the morning that many of the member's working days after `day`."""
    calendar = member.calendar
    return calendar.at(calendar.add_working_days(day, working_days), REMINDER_TIME)


def next_reminder(member: Member, question: PolicyQuestion, now: datetime) -> datetime | None:
    """When to remind again after the reminder that is due at `now`; None after the last."""
    if question.reminders + 1 >= MOST_REMINDERS:
        return None
    return reminder_after(member, member.calendar.local_date(now), FIRST_REMINDER)


def last_day_asked(member: Member, now: datetime, day: date) -> date:
    """The day of asking as said, though none that is still to come or more than a year past."""
    today = member.calendar.local_date(now)
    return max(min(day, today), today - timedelta(days=366))
