"""Opening hours and days off as people type them.

"Mon-Fri 9-12, 14-18; Fri 9-12", "lun-ven 9h-12h"; "24/12, 31 Dec".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time

from bot.domain.clients import Hours
from bot.domain.opening import Group, Interval, groups_of, week_of
from bot.domain.refusals import Refusal
from handlers.dates import DateError, date_at
from handlers.folding import fold, numbered
from handlers.parsing.text import Reader

_DAYS = numbered(
    0,
    "mo|mon|monday|mondays|lu|lun|lundi|lundis",
    "tu|tue|tues|tuesday|tuesdays|ma|mar|mardi|mardis",
    "we|wed|wednesday|wednesdays|mer|me|mercredi|mercredis",
    "th|thu|thur|thurs|thursday|thursdays|je|jeu|jeudi|jeudis",
    "fr|fri|friday|fridays|ve|ven|vendredi|vendredis",
    "sa|sat|saturday|saturdays|sam|samedi|samedis",
    "su|sun|sunday|sundays|di|dim|dimanche|dimanches",
)
_EVERY = frozenset(["daily", "day", "every day", "tous les jours", "7/7"])
_OFF = frozenset(["off", "closed", "ferme", "fermee", "repos"])
_TO = r"\s*(?:-|–|—|to|until|a|au|jusqu'a)\s*"
_CLOCK = r"(\d{1,2})\s*(?:[:.h]\s*(\d{2})?)?\s*(am|pm|a\.m\.|p\.m\.)?"
_INTERVAL = re.compile(rf"{_CLOCK}{_TO}{_CLOCK}")
_GROUP = re.compile(r"(?P<days>[^\d]*?)\s*:?\s*(?P<hours>\d.*|off|closed|ferme|fermee|repos)?\s*")
_RANGE = re.compile(r"\s*[-–—]\s*|\s+(?:to|until|through|au|a|jusqu'au)\s+")
_LEAD = re.compile(r"\A(?:from|on|every|du|de|le|les|chaque)\s+")
_BETWEEN_INTERVALS = re.compile(r"\s*(?:,|;|/|&|\+|\band\b|\bet\b)\s*")
_BETWEEN_DAYS = re.compile(r"\s*(?:,|/|&|\+|\band\b|\bet\b)\s*|\s+")
_MIDNIGHT = time(23, 59)


def read_hours(typed: str) -> Hours | None:
    """The week that somebody typed; None for an empty text.

    Groups are parted by semicolons or line breaks, a later one counts over an earlier. Without a day, an interval is
    for Monday to Friday. Raises Refusal ``hours.day``, ``hours.unreadable`` (word) and those of `week_of`.
    """
    return week_of([_group(piece.strip()) for piece in re.split(r"[;\n]", typed) if piece.strip()])


def _group(piece: str) -> Group:
    folded = fold(piece)
    match = _GROUP.fullmatch(folded)
    if match is None or not match["hours"]:
        raise Refusal("hours.unreadable", word=piece)
    days = _days(match["days"].strip(" :"), piece)
    if match["hours"] in _OFF:
        return days, ()
    return days, tuple(_interval(each) for each in _BETWEEN_INTERVALS.split(match["hours"]) if each.strip())


def _days(folded: str, piece: str) -> tuple[int, ...]:
    folded = _LEAD.sub("", folded, count=1)
    if not folded:
        return tuple(range(5))
    if folded in _EVERY:
        return tuple(range(7))
    ends = [each for each in _RANGE.split(folded) if each.strip()]
    if len(ends) == 2 and all(_day(each) is not None for each in ends):
        first, last = _day(ends[0]), _day(ends[1])
        assert first is not None, "both ends are days"
        assert last is not None, "both ends are days"
        return tuple(sorted((first + step) % 7 for step in range((last - first) % 7 + 1)))
    found: list[int] = []
    for each in _BETWEEN_DAYS.split(folded):
        if not each.strip():
            continue
        if "-" in each or "–" in each:
            found.extend(_days_between(each, piece))
            continue
        day = _day(each)
        if day is None:
            raise Refusal("hours.day", word=each)
        found.append(day)
    return tuple(dict.fromkeys(found))


def _days_between(each: str, piece: str) -> tuple[int, ...]:
    ends = re.split(r"[-–]", each)
    if len(ends) != 2 or any(_day(end) is None for end in ends):
        raise Refusal("hours.day", word=each)
    return _days(each, piece)


def _day(word: str) -> int | None:
    return _DAYS.get(word.strip(" ."))


def _interval(typed: str) -> Interval:
    match = _INTERVAL.fullmatch(typed.strip())
    if match is None:
        raise Refusal("hours.unreadable", word=typed.strip())
    begin_hour, begin_minute, begin_half, end_hour, end_minute, end_half = match.groups()
    begin = _clock(begin_hour, begin_minute, begin_half, typed)
    end = _clock(end_hour, end_minute, end_half, typed)
    return begin, end


def _clock(hour: str, minute: str | None, half: str | None, typed: str) -> time:
    """An hour of the clock; midnight as an end is the last minute of the day."""
    hours, minutes = int(hour), int(minute or 0)
    if half is not None and hours <= 12:
        hours = hours % 12 + (12 if half.startswith("p") else 0)
    if hours == 24 and not minutes:
        return _MIDNIGHT
    if hours > 23 or minutes > 59:
        raise Refusal("hours.unreadable", word=typed.strip())
    return time(hours, minutes)


def written_hours(hours: Hours | None, day_names: Sequence[str]) -> str:
    """Hours as `read_hours` reads them, a line for each run of days; `day_names` are seven short names from Monday
    on."""
    lines = []
    for days, intervals in groups_of(hours or {}):
        first, last = day_names[days[0]], day_names[days[-1]]
        named = first if len(days) == 1 else f"{first}-{last}"
        lines.append(f"{named} " + ", ".join(f"{begin:%H:%M}-{end:%H:%M}" for begin, end in intervals))
    return "\n".join(lines)


def read_holidays(typed: str, reader: Reader) -> tuple[date, ...]:
    """Days as somebody typed them, parted by commas, semicolons or line breaks; a day without a year is the next such.

    Raises Refusal ``holidays.unreadable`` (word).
    """
    return tuple(_holiday(piece.strip(), reader) for piece in re.split(r"[,;\n]", typed) if piece.strip())


def _holiday(piece: str, reader: Reader) -> date:
    try:
        found = date_at(piece, 0, now=reader.now, zone=reader.zone, locale=reader.locale)
    except DateError as error:
        raise Refusal("holidays.unreadable", word=piece) from error
    if found is None or found.span[1] != len(piece) or found.when.precision != "day":
        raise Refusal("holidays.unreadable", word=piece)
    day = found.when.start.date()
    today = reader.now.astimezone(reader.zone).date()
    if not found.assumed or day >= today:
        return day
    while day < today:
        day = _next_year(day)
    return day


def _next_year(day: date) -> date:
    for year in range(day.year + 1, day.year + 9):
        try:
            return day.replace(year=year)
        except ValueError:
            continue
    raise AssertionError("a day comes back within eight years")
