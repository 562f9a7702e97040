"""What the forms work with: the text as it is read, and the days, hours and phrases that they make of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from handlers.dates.found import Precision


class Impossible(Exception):
    """The form matched but names nothing that exists; becomes a DateError once its place is known."""

    def __init__(self, code: str = "impossible") -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Reading:
    raw: str
    folded: str
    now: datetime  # in the reader's zone
    month_first: bool
    ahead: bool = False  # a day without a year or a week is still to come

    @property
    def today(self) -> date:
        return self.now.date()


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    assumed: bool = False
    part: str | None = None
    ahead: bool = False  # today, but the words say later


@dataclass(frozen=True, slots=True)
class Clock:
    hour: int
    minute: int
    settled: bool  # am, pm or a 24-hour writing leaves no half of the day open
    loose: bool = False  # "2h" is a length of time as well


@dataclass(frozen=True, slots=True)
class Phrase:
    start: datetime
    precision: Precision
    assumed: bool
    ahead: bool = False
    part: time | None = None  # when the part of the day that was named begins


Hit = tuple[int, Phrase | Impossible]  # the end of the phrase, and what it says
