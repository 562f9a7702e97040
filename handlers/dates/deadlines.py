"""Days by which something is due: the ends of weeks and months, days by their number, lengths of time from today."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from handlers.dates.readings import Day, Reading
from handlers.dates.words import COUNT, COUNTS, END, MONTH, MONTHS, OPEN_COUNTS

_Form = tuple[re.Pattern[str], Callable[[re.Match[str], Reading], Day | None]]
_FRIDAY = 4


def numbered_day(day: int, weekday: int | None, today: date) -> Day | None:
    """The next day with that number, and that weekday if one is named; None when none comes within a year."""
    if not 1 <= day <= 31:
        return None
    for ahead in range(13):
        month = today.replace(day=1) + relativedelta(months=ahead)
        if day > monthrange(month.year, month.month)[1]:
            continue
        found = month.replace(day=day)
        if found >= today and weekday in (None, found.weekday()):
            return Day(found, assumed=True)
    return None


def end_of_span(unit: str, today: date, turn: int) -> date:
    """The Friday of a week, the last day of a month; a week that has passed its Friday is the next one."""
    if unit in ("month", "mois"):
        month = today + relativedelta(months=turn)
        return month.replace(day=monthrange(month.year, month.month)[1])
    friday = today + timedelta(days=_FRIDAY - today.weekday() + 7 * turn)
    return friday if friday >= today else friday + timedelta(days=7)


def _end(match: re.Match[str], reading: Reading) -> Day:
    words = match[0]
    turn = 1 if "next" in words or "prochain" in words else 0
    unit = "month" if "mo" in words or words.startswith("eom") else "week"
    return Day(end_of_span(unit, reading.today, turn), assumed=True)


def _end_of_today(_match: re.Match[str], reading: Reading) -> Day:
    return Day(reading.today, ahead=True)


def _end_of_named_month(match: re.Match[str], reading: Reading) -> Day:
    today, month = reading.today, MONTHS[match["month"]]
    year = today.year + (month < today.month)
    return Day(date(year, month, monthrange(year, month)[1]), assumed=True)


def span_form() -> tuple[_Form, ...]:
    """The end of a day, of a week, of a month."""
    return (
        (
            re.compile(
                r"(?:(?:the )?end of (?:the |this |next )?(?:week|month)|eow|eom|this week|this month"
                rf"|(?:la )?fin (?:de la |de |du )?(?:semaine|mois)(?: prochaine?)?|cette semaine|ce mois(?:-ci)?){END}"
            ),
            _end,
        ),
        (
            re.compile(
                rf"(?:(?:the )?end of (?:the )?(?:day|business)|eod|cob|close of business|fin de journee){END}"
            ),
            _end_of_today,
        ),
        (
            re.compile(rf"(?:(?:the )?end of|(?:la )?fin|fin du mois (?:de |d')) ?(?P<month>{MONTH}){END}"),
            _end_of_named_month,
        ),
    )


def _length(match: re.Match[str], reading: Reading) -> Day | None:
    if match["count"] in OPEN_COUNTS:
        return None
    count = int(match["count"]) if match["count"].isdecimal() else COUNTS[match["count"]]
    unit = match["unit"]
    if unit.startswith("h"):
        days = (count + 23) // 24
    elif unit.startswith(("w", "sem")):
        days = 7 * count
    elif unit.startswith("mo"):
        return Day(reading.today + relativedelta(months=min(count, 99)))
    else:
        # "Huit jours" and "quinze jours" are a week and a fortnight.
        days = {"huit": 8, "quinze": 15}.get(match["count"], count)
    return Day(reading.today + timedelta(days=min(days, 3650)))


_LENGTH = rf"(?P<count>{COUNT}) ?(?P<unit>hours?|h|heures?|days?|jours?|weeks?|semaines?|months?|mois)"


def length_ahead() -> tuple[_Form, ...]:
    """ "within two weeks", "sous 48 h": so many days from today."""
    return (
        (re.compile(rf"(?:within|in the next|sous|dans les|d'ici) (?:the next )?{_LENGTH}{END}"), _length),
    )
