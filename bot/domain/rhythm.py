"""The learnt rhythm: how often a client was really spoken to lately, to be compared with its cadence.

It is proposed and never imposed: a rhythm that slipped is no better for having been kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import quantiles

from bot.domain.cadence import Cadence, Why
from bot.domain.clients import LONGEST_CADENCE, Client
from bot.domain.working_time import WorkingCalendar

LOOKED_AT = 8
"""The last touches of which the rhythm is made."""
LEAST_DAYS = 5
"""Different days on which there must have been touches: fewer gaps than four tell of no rhythm."""
_DIFFERS = 0.25
_AT_LEAST = 2
"""A rhythm differs clearly by a quarter of the interval, and by two days."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The median gap between touches, in days as people say them; half of the gaps lie from `low` to `high`."""

    days: int
    low: int
    high: int
    touches: int


@dataclass(frozen=True, slots=True)
class Learnt:
    """A client's own rhythm beside the cadence in force; `proposed` when it is worth a question."""

    rhythm: Rhythm
    cadence: Cadence
    proposed: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """A client whose own cadence is `days` now (None: that of its tier), after `before`."""

    client: Client
    days: int | None
    before: int | None


def learnt(touched: Iterable[datetime], calendar: WorkingCalendar) -> Rhythm | None:
    """The rhythm of a client's last touches (UTC moments, in any order); None where they tell of none.

    Gaps are counted in the working days of `calendar`, as a cadence is, and said at five working days to seven days:
    neither a holiday nor a week of leave makes a rhythm slower. Several touches on one day are one.
    """
    days = sorted({calendar.local_date(at) for at in touched})[-LOOKED_AT:]
    if len(days) < LEAST_DAYS:
        return None
    gaps = [calendar.working_days_between(one, two) * 7 / 5 for one, two in pairwise(days)]
    low, middle, high = (_whole(gap) for gap in quantiles(gaps, n=4, method="inclusive"))
    return Rhythm(middle, low, high, len(days))


def _whole(gap: float) -> int:
    return min(max(1, round(gap)), LONGEST_CADENCE)


def is_proposed(rhythm: Rhythm | None, client: Client, cadence: Cadence) -> bool:
    """Whether a rhythm is worth a question: clearly another one than that in force, and than one that was declined.

    A client that is new, in new hands, or has complained is looked after closely for a reason: nothing is proposed.
    """
    if rhythm is None or cadence.why in (Why.NEW, Why.COMPLAINT, Why.MISSED):
        return False
    declined = client.rhythm_declined
    return _differ(rhythm.days, cadence.due) and (declined is None or _differ(rhythm.days, declined))


def _differ(one: int, other: int) -> bool:
    return abs(one - other) >= max(_AT_LEAST, _DIFFERS * other)
