"""Opening hours: when a client works, as intervals of its week, and the days on which it does not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from itertools import pairwise

from bot.domain.clients import Hours
from bot.domain.refusals import Refusal

Interval = tuple[time, time]
Group = tuple[tuple[int, ...], tuple[Interval, ...]]
"""Weekdays (Monday is 0) with the same intervals; no interval: off."""

MOST_INTERVALS = 6
MOST_HOLIDAYS = 60


def week_of(groups: Sequence[Group]) -> Hours | None:
    """The week that groups of days tell, a later group over an earlier; None when no day has hours.

    Raises Refusal ``hours.backwards`` or ``hours.overlap`` (word) or ``hours.too_many`` (limit).
    """
    week: dict[int, tuple[Interval, ...]] = {}
    for days, intervals in groups:
        for begin, end in intervals:
            if end <= begin:
                raise Refusal("hours.backwards", word=f"{begin:%H:%M}–{end:%H:%M}")
        ordered = tuple(sorted(intervals))
        for (_, ends), (begins, until) in pairwise(ordered):
            if begins < ends:
                raise Refusal("hours.overlap", word=f"{begins:%H:%M}–{until:%H:%M}")
        if len(ordered) > MOST_INTERVALS:
            raise Refusal("hours.too_many", limit=MOST_INTERVALS)
        for day in days:
            week[day] = ordered
    return {day: week[day] for day in sorted(week) if week[day]} or None


def groups_of(hours: Hours) -> list[Group]:
    """Runs of neighbouring weekdays with the same hours, as people write them; days off are left out."""
    groups: list[Group] = []
    for day in sorted(hours):
        if groups and groups[-1][1] == hours[day] and groups[-1][0][-1] == day - 1:
            groups[-1] = ((*groups[-1][0], day), hours[day])
        else:
            groups.append(((day,), hours[day]))
    return groups


def check_holidays(days: Sequence[date]) -> tuple[date, ...]:
    """The days in order, each once. Raises Refusal ``holidays.too_many`` (limit)."""
    ordered = tuple(sorted(set(days)))
    if len(ordered) > MOST_HOLIDAYS:
        raise Refusal("holidays.too_many", limit=MOST_HOLIDAYS)
    return ordered
