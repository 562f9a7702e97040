"""Lengths of time before or after now, and stamps as machines write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from dateutil.relativedelta import relativedelta

from handlers.dates.readings import Day, Impossible, Reading
from handlers.dates.words import COUNT, COUNTS, END, OPEN_COUNTS, UNIT, UNITS, YEAR

_PIECE = (
    rf"(?:half an hour|half a day|(?:une )?demi[- ]heure|une demi[- ]journee"
    rf"|{COUNT} ?{UNIT}(?: ?\d\d(?! ?\w))?)(?!\w)"
)
_PIECES = rf"{_PIECE}(?:(?:,? and |,? et |, | ){_PIECE}){{0,3}}(?: and a half| et demie?)?"
_ONE_PIECE = re.compile(rf"(?P<count>{COUNT}) ?(?P<unit>{UNIT})(?: ?(?P<minutes>\d\d)(?! ?\w))?")
AGO = re.compile(
    rf"(?:(?:about |around |some )?(?P<en>{_PIECES}) ago"
    rf"|(?:il )?y a (?:environ |a peu pres |deja )?(?P<fr>{_PIECES})){END}"
)
AHEAD = re.compile(rf"(?:in (?P<en>{_PIECES})|(?P<en2>{_PIECES}) from now|dans (?P<fr>{_PIECES})){END}")
JUST_NOW = re.compile(rf"(?:just now|a l'instant|il y a un instant|a moment ago){END}")


def length_of(words: str) -> dict[str, int] | None:
    """Counts by unit ("hours", "days" …); None when the words leave the length open ("a few days")."""
    total: dict[str, int] = {}
    if re.search(r"half a day|demi[- ]journee", words):
        return None
    if re.search(r"half an hour|demi[- ]heure", words):
        total["minutes"] = 30
        words = re.sub(r"half an hour|(?:une )?demi[- ]heure", "", words)
    for match in _ONE_PIECE.finditer(words):
        count = int(match["count"]) if match["count"].isdecimal() else COUNTS[match["count"]]
        unit = UNITS[match["unit"]]
        if match["count"] in OPEN_COUNTS or (match["minutes"] and unit != "hours"):
            return None
        total[unit] = total.get(unit, 0) + count
        if match["minutes"]:
            total["minutes"] = total.get("minutes", 0) + int(match["minutes"])
    if re.search(r" and a half| et demie?", words):
        if list(total) != ["hours"]:
            return None  # half of a week or a month is no whole number of days
        total["minutes"] = 30
    return total or None


def moved_by(reading: Reading, length: dict[str, int], sign: int) -> Day | datetime:
    """Calendar steps for days and longer, elapsed time (to the minute) as soon as hours are named."""
    get = length.get
    try:
        moved = reading.now + relativedelta(
            years=sign * get("years", 0),
            months=sign * get("months", 0),
            days=sign * (get("days", 0) + 7 * get("weeks", 0) + 14 * get("fortnights", 0)),
        )
        if abs(moved.year - reading.now.year) > 200:
            raise Impossible("out_of_range")
        if "hours" not in length and "minutes" not in length:
            return Day(moved.date())
        elapsed = sign * timedelta(hours=get("hours", 0), minutes=get("minutes", 0))
        return (
            (moved.astimezone(UTC) + elapsed).astimezone(reading.now.tzinfo).replace(second=0, microsecond=0)
        )
    except (OverflowError, ValueError):
        raise Impossible("out_of_range") from None


STAMP = re.compile(
    rf"(?P<day>{YEAR}-\d\d-\d\d)[t ](?P<clock>\d\d:\d\d)(?::\d\d(?:\.\d{{1,9}})?)?"
    rf" ?(?P<offset>z|[+-]\d\d:?\d\d)?{END}"
)


def stamp(match: re.Match[str], reading: Reading) -> datetime:
    offset = match["offset"]
    zone = reading.now.tzinfo
    if offset == "z":
        zone = UTC
    elif offset:
        sign = -1 if offset[0] == "-" else 1
        zone = timezone(sign * timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:])))
    try:
        start = datetime.fromisoformat(f"{match['day']} {match['clock']}").replace(tzinfo=zone)
    except ValueError:
        raise Impossible from None
    return start.astimezone(reading.now.tzinfo)
