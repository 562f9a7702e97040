"""Absences: days on which a member is away, and which of them can be entered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.refusals import Refusal

LONGEST = 366
"""Days of one absence."""
FURTHEST = 730
"""Days ahead in which an absence may begin."""
MOST = 50
"""Absences of one member that are still to come: what a list of them holds."""

Span = tuple[date, date]
"""The first and the last day of some days, both included; none where the last is before the first."""


@dataclass(frozen=True, slots=True)
class Absence:
    """From `first` to `last`, both included, on the member's own calendar.

    `from_status`: nobody entered it, the member's status on the platform tells it and takes it away again.
    """

    id: int
    member_id: int
    first: date
    last: date
    from_status: bool = False


def away_on(absences: Iterable[Absence], day: date) -> Absence | None:
    """The absence that covers `day`; the one that ends last where several do."""
    covering = [absence for absence in absences if absence.first <= day <= absence.last]
    return max(covering, key=lambda absence: absence.last, default=None)


def without_days(absences: Iterable[Absence], spans: Iterable[tuple[date, date]]) -> tuple[Absence, ...]:
    """What is left of the absences on days that are in none of the spans (both ends included), the earliest first.

    An absence of which the middle goes is left in two parts.
    """
    taken = tuple(spans)
    left = [
        replace(absence, first=first, last=last)
        for absence in absences
        for first, last in days_left((absence.first, absence.last), taken)
    ]
    return tuple(sorted(left, key=lambda absence: (absence.first, absence.id)))


def days_left(span: Span, taken: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of a span of days on those that are in none of the others, the earliest first."""
    left: tuple[Span, ...] = (span,) if span[0] <= span[1] else ()
    for first, last in taken:
        if first <= last:
            left = tuple(part for each in left for part in _cut(each, first, last))
    return left


def _cut(span: Span, first: date, last: date) -> Iterable[Span]:
    if last < span[0] or span[1] < first:
        yield span
        return
    if span[0] < first:
        yield span[0], first - timedelta(days=1)
    if last < span[1]:
        yield last + timedelta(days=1), span[1]


def check_absence(first: date, last: date, today: date, known: Iterable[Absence]) -> None:
    """Raise Refusal for days that cannot be entered as an absence.

    ``leave.backwards`` (first, last), ``leave.past`` (last), ``leave.too_long`` (limit), ``leave.too_far`` (first),
    ``leave.overlaps`` (first, last: those of the absence that is known), ``leave.too_many`` (limit). One that has begun
    may be entered. What a status tells is in nobody's way: what is entered holds beside it.
    """
    if last < first:
        raise Refusal("leave.backwards", first=first, last=last)
    if last < today:
        raise Refusal("leave.past", last=last)
    if (last - first).days >= LONGEST:
        raise Refusal("leave.too_long", limit=LONGEST)
    if first > today + timedelta(days=FURTHEST):
        raise Refusal("leave.too_far", first=first)
    ahead = [absence for absence in known if absence.last >= today and not absence.from_status]
    for absence in ahead:
        if first <= absence.last and absence.first <= last:
            raise Refusal("leave.overlaps", first=absence.first, last=absence.last)
    if len(ahead) >= MOST:
        raise Refusal("leave.too_many", limit=MOST)
