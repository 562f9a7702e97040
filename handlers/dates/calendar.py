"""Days named without a year or a week, told from where the reader stands."""

from __future__ import annotations

from datetime import date, timedelta

from handlers.dates.readings import Impossible
from handlers.dates.words import SHORT_WEEKDAYS, WEEKDAYS


def exact_day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Impossible from None


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def without_year(month: int, day: int, today: date, weekday: int | None = None) -> date:
    """The latest such day up to today, unless it is nine months back and the next one within three months.

    With a weekday: the nearest year, past before future, in which the day falls on it.
    """
    exact_day(2000, month, day)  # a leap year: refuses 31/02, lets 29/02 pass
    years = [y for y in range(today.year - 8, today.year + 9) if (month, day) != (2, 29) or _is_leap(y)]
    days = [date(year, month, day) for year in years]
    past = [d for d in reversed(days) if d <= today]
    coming = [d for d in days if d > today]
    if weekday is not None:
        near = [d for d in (*past, *coming) if d.weekday() == weekday and abs((d - today).days) < 550]
        if not near:
            raise Impossible("weekday")
        return near[0]
    if (today - past[0]).days > 270 and (coming[0] - today).days <= 92:
        return coming[0]
    return past[0]


def coming(month: int, day: int, today: date, weekday: int | None = None) -> date:
    """The first such day from today on; with a weekday, the first that falls on it within eight years."""
    exact_day(2000, month, day)
    for year in range(today.year, today.year + 9):
        if (month, day) == (2, 29) and not _is_leap(year):
            continue
        found = date(year, month, day)
        if found >= today and weekday in (None, found.weekday()):
            return found
    raise Impossible("weekday")


def monday_of(today: date, weeks: int = 0) -> date:
    return today + timedelta(days=7 * weeks - today.weekday())


def weekday_number(name: str) -> int:
    return WEEKDAYS[name] if name in WEEKDAYS else SHORT_WEEKDAYS[name]


def turn_of(word: str | None) -> int:
    """-1 for last, +1 for next, 0 for this or nothing."""
    if word is None or word in ("this", "ce", "cette"):
        return 0
    return -1 if word.startswith(("last", "past", "prev", "this past", "derni", "pass")) else 1
