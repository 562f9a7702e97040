"""Absences: days on which a member is away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Absence:
    """From `first` to `last`, both included, on the member's own calendar."""

    id: int
    member_id: int
    first: date
    last: date


def away_on(absences: Iterable[Absence], day: date) -> Absence | None:
    """The absence that covers `day`; the one that ends last where several do."""
    covering = [absence for absence in absences if absence.first <= day <= absence.last]
    return max(covering, key=lambda absence: absence.last, default=None)
