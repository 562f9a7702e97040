"""What is found of a date in a text, and what is wrong with one that cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

Precision = Literal["day", "time"]


@dataclass(frozen=True, slots=True)
class When:
    """A day or a moment.

    `start` is aware, in the reader's zone. With precision "day" it is the first minute of that day (00:00, or
    what the zone makes of it); parts of a day such as "this morning" stay days, and `part` is when that one begins for
    people at work.
    """

    start: datetime
    precision: Precision
    part: time | None = None


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date phrase in a text: `text[span[0]:span[1]]` is the phrase.

    `future`: the day is after today, or the moment after now, for the reader.
    `assumed`: the words left the year, the week or the half of the day open, and the usual reading was taken.
    """

    span: tuple[int, int]
    when: When
    future: bool
    assumed: bool


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day still to come: `text[span[0]:span[1]]` is the phrase with the words that lead to it ("by Friday").

    `day` is the last on which it is in time, on the reader's calendar; `when` what the phrase says, `assumed` that its
    words left the year, the week or the half of the day open.
    """

    span: tuple[int, int]
    day: date
    when: When
    assumed: bool


class DateError(ValueError):
    """A phrase that is meant as a date and cannot be one.

    `code` is "impossible" (no such day or hour: 31/02, 25:00), "weekday" (the weekday named is not that day's)
    or "out_of_range" (further away than two hundred years); `text` is the phrase and `span` its place.
    """

    def __init__(self, code: str, text: str, span: tuple[int, int]) -> None:
        super().__init__(f"{code}: {text!r}")
        self.code = code
        self.text = text
        self.span = span
