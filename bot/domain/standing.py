"""How a member stands: all that they chose for themselves, at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.absences import Absence
from bot.domain.clients import Client
from bot.domain.covers import CoverSheet
from bot.domain.members import Member
from bot.domain.pace import Pace
from bot.domain.strengths import NOTHING, Declared


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for a member at one moment.

    `absences` are those that have not ended, `holidays` the public ones of the next sixty days with their names in the
    member's language; `snoozed` the first of the own clients of which nothing is heard, `snoozes` how many there are.
    `interrupted` counts the messages that interrupted the member today, and within the last hour; `pace` is that of the
    morning message. `covering` are the open covers in which the member covers or is asked to, `covered` those in which
    they are covered for; `declared` is what they say of themselves.
    """

    member: Member
    today: date
    absences: tuple[Absence, ...]
    holidays: tuple[tuple[date, str], ...]
    snoozed: tuple[Client, ...]
    snoozes: int
    lead: Member | None
    delegate: Member | None
    interrupted: tuple[int, int] = (0, 0)
    pace: Pace = Pace.DAILY
    covering: tuple[CoverSheet, ...] = ()
    covered: tuple[CoverSheet, ...] = ()
    declared: Declared = NOTHING
