"""Hours of the day as people write them, and the moment that a day and an hour make together."""

from __future__ import annotations

import re
from datetime import datetime, time

from handlers.dates.readings import Clock, Day, Impossible, Phrase, Reading
from handlers.dates.words import CLOSES, END, PART, PART_STARTS

_CLOCK = re.compile(
    r"(?:(?P<h12>\d{1,2})(?:[:.h](?P<m12>\d\d))? ?(?P<half>[ap])\.?m(?:\.|(?!\w))"
    r"|(?P<h24>\d{1,2}):(?P<m24>\d\d)(?::\d\d)?(?!\d|:\d)"
    r"|(?P<hh>\d{1,2}) ?(?:h|hrs?|heures?)(?: ?(?P<mh>\d\d)(?!\d)| et (?P<more>demie|quart)|(?P<less> moins le quart))?"
    r"|(?P<oclock>\d{1,2}) ?o'clock"
    r"|(?P<noon>noon|midday|midi))(?![\w%€£$]|-\w)"
)
_AT_WORK = 9
"""The hour at which a morning begins for people at work."""
_BARE_HOUR = re.compile(rf"(?P<hour>1[0-2]|[1-9])(?![\w%€£$:/-]|[.,]\d| ?[%€£$]){CLOSES}")
AT = re.compile(r"(?:at|a|vers|around|about) |@ ?")
A_LENGTH_AFTER = re.compile(r" (?:de |d'|of |long\b|from )")
PART_AFTER = re.compile(
    rf",? (?:in the |at (?=night|lunch)|au |le |en |dans la |dans l'|dans le |du |de l')?(?P<part>{PART}){END}"
)
BETWEEN = re.compile(r",? ?")


def clock_at(folded: str, pos: int, *, bare: bool) -> tuple[int, Clock | Impossible] | None:
    match = _CLOCK.match(folded, pos)
    if match is None:
        hour = _BARE_HOUR.match(folded, pos) if bare else None
        return None if hour is None else (hour.end(), Clock(int(hour["hour"]), 0, settled=False))
    if match["noon"]:
        return match.end(), Clock(12, 0, settled=True)
    if match["half"]:
        hour_12, minute = int(match["h12"]), int(match["m12"] or 0)
        if not 1 <= hour_12 <= 12 or minute > 59:
            return match.end(), Impossible()
        return match.end(), Clock(hour_12 % 12 + 12 * (match["half"] == "p"), minute, settled=True)
    digits = match["h24"] or match["hh"] or match["oclock"]
    hour_24, minute = int(digits), int(match["m24"] or match["mh"] or 0)
    if match["more"]:
        minute = 30 if match["more"] == "demie" else 15
    if match["less"]:
        hour_24, minute = hour_24 - 1, 45
    if not 0 <= hour_24 <= 23 or minute > 59:
        return match.end(), Impossible()
    settled = hour_24 > 12 or hour_24 == 0 or digits.startswith("0")
    return match.end(), Clock(hour_24, minute, settled, loose=bool(match["hh"]) and not match["mh"])


def _on_the_clock(clock: Clock, part: str | None) -> tuple[int, bool]:
    """The hour of 24, and whether the half of the day was assumed (1 to 6 is the afternoon)."""
    if clock.settled:
        return clock.hour, False
    if part is not None:
        late = PART_STARTS[part] >= 12
        return (clock.hour + 12 if late and clock.hour < 12 else clock.hour), False
    return (clock.hour + 12, True) if clock.hour <= 6 else (clock.hour, False)


def built(reading: Reading, day: Day, clock: Clock | None, part: str | None) -> Phrase:
    zone = reading.now.tzinfo
    part = part or day.part
    if clock is None:
        today_later = day.day == reading.today and part is not None and PART_STARTS[part] > reading.now.hour
        start = datetime.combine(day.day, time(), tzinfo=zone)
        begins = None if part is None else time(max(PART_STARTS[part], _AT_WORK))
        return Phrase(start, "day", day.assumed, ahead=day.ahead or today_later, part=begins)
    hour, assumed = _on_the_clock(clock, part)
    start = datetime.combine(day.day, time(hour, clock.minute), tzinfo=zone)
    return Phrase(start, "time", day.assumed or assumed, ahead=day.ahead)
