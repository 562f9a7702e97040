"""Whole phrases: a day with its hour, in either order, wherever they stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.dates.days import day_at
from handlers.dates.found import DateError, Deadline, FoundDate, When
from handlers.dates.hours import A_LENGTH_AFTER, AT, BETWEEN, PART_AFTER, built, clock_at
from handlers.dates.lengths import AGO, AHEAD, JUST_NOW, STAMP, length_of, moved_by, stamp
from handlers.dates.readings import Clock, Day, Hit, Impossible, Phrase, Reading
from handlers.folding import fold

_LEAD = re.compile(r"on the |on |le |du |the ")
_DAY_AFTER_CLOCK = re.compile(r",? (?:on |le |the )?")


def _moment(reading: Reading, pos: int) -> Hit | None:
    """Forms that are a moment by themselves, or a length of time before or after now."""
    if match := JUST_NOW.match(reading.folded, pos):
        return match.end(), Phrase(reading.now.replace(second=0, microsecond=0), "time", False)
    if match := STAMP.match(reading.folded, pos):
        try:
            return match.end(), Phrase(stamp(match, reading), "time", False)
        except Impossible as complaint:
            return match.end(), complaint
    for pattern, sign in ((AGO, -1), (AHEAD, 1)):
        if match := pattern.match(reading.folded, pos):
            return _from_now(match, reading, sign)
    return None


def _from_now(match: re.Match[str], reading: Reading, sign: int) -> Hit | None:
    length = length_of(next(words for words in match.groups() if words))
    if length is None:
        return None
    try:
        moved = moved_by(reading, length, sign)
    except Impossible as complaint:
        return match.end(), complaint
    if isinstance(moved, Day):
        return _with_clock(reading, match.end(), moved)
    return match.end(), Phrase(moved, "time", False)


def _with_clock(reading: Reading, end: int, day: Day) -> Hit:
    """The day, with the part of the day and the hour that follow it, in either order."""
    folded = reading.folded
    part: str | None = None
    clock: Clock | None = None
    for _ in range(2):
        if part is None and (match := PART_AFTER.match(folded, end)):
            part, end = match["part"], match.end()
            continue
        gap = BETWEEN.match(folded, end)
        after = gap.end() if gap else end
        at = AT.match(folded, after)
        found = None
        if clock is None and after > end:
            found = clock_at(folded, at.end() if at else after, bare=at is not None and at[0] == "at ")
        if found is None:
            break
        stop, read = found
        if isinstance(read, Impossible):
            return stop, read
        if read.loose and not at and not _surely_a_time(folded, stop, read):
            break
        end, clock = stop, read
    return end, built(reading, day, clock, part)


def _surely_a_time(folded: str, end: int, clock: Clock) -> bool:
    """Whether "2h", which is a length as well, can be taken for an hour of the day."""
    return 7 <= clock.hour <= 20 and not A_LENGTH_AFTER.match(folded, end)


def _day_first(reading: Reading, pos: int) -> Hit | None:
    found = day_at(reading, pos)
    lead = _LEAD.match(reading.folded, pos)
    if found is None and lead:
        found = day_at(reading, lead.end())
    if found is None:
        return None
    end, day = found
    return (end, day) if isinstance(day, Impossible) else _with_clock(reading, end, day)


def _clock_first(reading: Reading, pos: int) -> Hit | None:
    folded = reading.folded
    at = AT.match(folded, pos)
    said_a = at is not None and reading.raw[pos] in "aA" and at[0] == "a "  # the English article, not "à"
    if said_a:
        return None
    found = clock_at(folded, at.end() if at else pos, bare=at is not None and at[0] == "at ")
    if found is None:
        return None
    end, clock = found
    part = None
    if match := PART_AFTER.match(folded, end):
        part, end = match["part"], match.end()
    gap = _DAY_AFTER_CLOCK.match(folded, end)
    day = day_at(reading, gap.end()) if gap else None
    if isinstance(clock, Impossible):
        return (end, clock) if day else None
    if clock.loose and not at and not _surely_a_time(folded, found[0], clock):
        return None
    if day:
        end, that_day = day
        if isinstance(that_day, Impossible):
            return end, that_day
        if part is None and (match := PART_AFTER.match(folded, end)):
            part, end = match["part"], match.end()
        return end, built(reading, that_day, clock, part)
    if at is None and not (clock.settled and folded[end - 1] in "m."):
        return None  # "15:00" or "15h" alone may be a score or a length; "3pm" is a time
    if clock.loose and A_LENGTH_AFTER.match(folded, found[0]):
        return None
    return end, built(reading, Day(reading.today), clock, part)


_WORD_STARTS = re.compile(r"(?:(?<![\w./@#&$€£%+'-])(?<!\d,)|(?<=\bd'))(?=\w)")
# Before these words a date is a deadline, a habit or a name, not the day on which something happened.
_OTHER_MEANING_BEFORE = re.compile(
    r"\b(?:by|before|until|till?|due|since|after|for|depuis|avant|apres|pour|d'ici|jusqu'a|jusqu'au|des"
    r"|every|each|chaque|tous les|black|good|cyber|ruby|sheffield|super|deadline)"
    r" (?:on |the |le |la |ce |next |this )?\Z"
)
_LOOK_BACK = 24


def _at(reading: Reading, pos: int) -> Hit | None:
    hits = [form(reading, pos) for form in (_moment, _day_first, _clock_first)]
    return max((hit for hit in hits if hit is not None), key=lambda hit: hit[0], default=None)


def _found(reading: Reading, pos: int, hit: Hit, shift: int) -> FoundDate | None:
    end, phrase = hit
    if _OTHER_MEANING_BEFORE.search(reading.folded, max(0, pos - _LOOK_BACK), pos):
        return None
    if isinstance(phrase, Impossible):
        raise DateError(phrase.code, reading.raw[pos:end], (pos + shift, end + shift)) from None
    if phrase.precision == "day":
        future = phrase.ahead or phrase.start.date() > reading.today
    else:
        future = phrase.ahead or phrase.start.astimezone(UTC) > reading.now.astimezone(UTC)
    when = When(phrase.start, phrase.precision, phrase.part)
    return FoundDate((pos + shift, end + shift), when, future, phrase.assumed)


def _reading(text: str, now: datetime, zone: ZoneInfo, locale: str, *, ahead: bool = False) -> Reading:
    month_first = locale.replace("_", "-").casefold() == "en-us"
    return Reading(text, fold(text), now.astimezone(zone), month_first, ahead)


def _phrases(reading: Reading, position: int) -> Iterator[tuple[int, Hit]]:
    """Where each phrase of a date or a time begins, from `position` on, and what it is."""
    pos = position
    while match := _WORD_STARTS.search(reading.folded, pos):
        pos = match.start()
        hit = _at(reading, pos)
        if hit is None:
            pos += 1
            continue
        yield pos, hit
        pos = hit[0]


def find_date(
    text: str, position: int = 0, *, now: datetime, zone: ZoneInfo, locale: str
) -> FoundDate | None:
    """The first date or time phrase, from `position` on, in a text that people wrote about something that happened.

    `now` is aware; `zone` and `locale` ("en-US", "fr-FR" …) are the reader's. A day without a year or a week is
    taken from the past; deadlines ("by Friday", "avant lundi"), habits ("every Monday") and anything that is not
    surely a date are passed over. Local times that a clock change skips or repeats are read as `zoneinfo` does
    with fold 0. Raises DateError for a phrase that is meant as a date and cannot be one.
    """
    reading = _reading(text, now, zone, locale)
    for pos, hit in _phrases(reading, position):
        if found := _found(reading, pos, hit, 0):
            return found
    return None


def date_at(text: str, position: int, *, now: datetime, zone: ZoneInfo, locale: str) -> FoundDate | None:
    """The phrase that starts exactly at `position` (the start of a word), read as `find_date` reads it."""
    shift = max(0, position - 2 * _LOOK_BACK)
    reading = _reading(text[shift : position + 160], now, zone, locale)
    pos = position - shift
    if not _WORD_STARTS.match(reading.folded, pos):
        return None
    hit = _at(reading, pos)
    return _found(reading, pos, hit, shift) if hit else None


_NO_DEADLINE_BEFORE = re.compile(
    r"\b(?:since|after|of|from|than|last|past|ended|depuis|apres|de|du|des|every|each|chaque|tous les|black|good|cyber"
    r"|dernier|derniere) (?:on |the |le |la |l')?\Z"
)
_WHOLE_SPAN = re.compile(r"(?:the |la )?(?:end|fin|eo[dwm]|cob)\b")
_LEADS = re.compile(
    r"(?:(?P<before>before|avant|prior to)"
    r"|no later than|not later than|by|until|till|due(?: on| by)?|on|for|at the latest(?: on| by)?|within|this coming"
    r"|pour|d'ici(?: a| au)?|jusqu'au|jusqu'a|au plus tard|sous|dans|des) ?(?:on |the |le |la |ce |l')?\Z"
)


def find_deadline(
    text: str, position: int = 0, *, now: datetime, zone: ZoneInfo, locale: str
) -> Deadline | None:
    """The first day still to come, from `position` on, in a text that people wrote about what will happen.

    A day without a year or a week is the next one ("Friday", "the 15th", "12/03" in the reader's order); a whole week
    or month stands for its last working day, "before" a day for the one in front of it. What lies in the past, and a
    phrase that cannot be a date, is passed over.
    """
    reading = _reading(text, now, zone, locale, ahead=True)
    for pos, hit in _phrases(reading, position):
        if found := _deadline(reading, pos, hit):
            return found
    return None


def _deadline(reading: Reading, pos: int, hit: Hit) -> Deadline | None:
    end, phrase = hit
    if isinstance(phrase, Impossible):
        return None
    back = max(0, pos - _LOOK_BACK)
    if _NO_DEADLINE_BEFORE.search(reading.folded, back, pos):
        return None
    lead = _LEADS.search(reading.folded, back, pos)
    if lead and lead.start() > 0 and reading.folded[lead.start() - 1].isalnum():
        lead = None
    day = phrase.start.date()
    if phrase.precision == "day":
        whole = _WHOLE_SPAN.match(reading.folded, pos)
        if lead and lead["before"] and day > reading.today and not whole:
            day -= timedelta(days=1)
        if day < reading.today:
            return None
    elif phrase.start.astimezone(UTC) <= reading.now.astimezone(UTC):
        return None
    return Deadline(
        (lead.start() if lead else pos, end),
        day,
        When(phrase.start, phrase.precision, phrase.part),
        phrase.assumed,
    )
