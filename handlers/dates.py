"""Dates as people type them, in English and French.

A table of forms (words, weekdays, spans of time, numeric dates, month names) is tried at the start of each
word; the longest form wins. Both languages are understood whoever types; only the order of day and month in
"12/03" follows the reader's locale. Anything that is not clearly a date is left alone, because a date that
is silently wrong is worse than one that was not seen.

The text is first *folded*: lower case, no accents, plain spaces, apostrophes and hyphens, and exactly as long
as before, so that a place in the folded text is the same place in what was typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

Precision = Literal["day", "time"]


@dataclass(frozen=True, slots=True)
class When:
    """A day or a moment.

    `start` is aware, in the reader's zone. With precision "day" it is the first minute of that day (00:00, or
    what the zone makes of it); parts of a day such as "this morning" stay days.
    """

    start: datetime
    precision: Precision


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


# --------------------------------------------------------------------------- folding


class _Folding(dict[int, str]):
    """A translation table that learns each character the first time it is met."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        if char in "’ʼ‘′`´":
            folded = "'"
        elif char in "‐‑−":
            folded = "-"
        elif char != "\n" and (char.isspace() or char in "\u200b\u2060"):
            folded = " "
        else:
            base = unicodedata.normalize("NFD", char)[0].lower()
            folded = base if len(base) == 1 else char
        self[point] = folded
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """The same text in lower case, without accents, with plain spaces, apostrophes and hyphens; of equal length."""
    return text.translate(_FOLDING)


# --------------------------------------------------------------------------- words


def _numbered(start: int, *rows: str) -> dict[str, int]:
    """Each word of the first row stands for `start`, of the next for `start + 1`, and so on."""
    return {word: number for number, row in enumerate(rows, start) for word in row.split("|")}


_MONTHS = _numbered(
    1,
    "january|jan|janvier|janv",
    "february|feb|fevrier|fevr|fev",
    "march|mar|mars",
    "april|apr|avril|avr",
    "may|mai",
    "june|jun|juin",
    "july|jul|juillet|juil",
    "august|aug|aout",
    "september|sept|sep|septembre",
    "october|oct|octobre",
    "november|nov|novembre",
    "december|dec|decembre",
)
# Only English puts the month first: "Mars 3" and "juin 3" are no dates.
_ONLY_AFTER_THE_DAY = re.compile(r"janv|fev|mars|avr|mai|juin|juil|aout|.*bre\Z")
_MONTHS_FIRST = [name for name in _MONTHS if name.endswith("ember") or not _ONLY_AFTER_THE_DAY.match(name)]

_WEEKDAYS = _numbered(
    0,
    "monday|lundi",
    "tuesday|tues|tue|mardi",
    "wednesday|wed|mercredi",
    "thursday|thurs|thur|thu|jeudi",
    "friday|fri|vendredi",
    "saturday|samedi",
    "sunday|dimanche",
)
# Too much like other words ("mon client", "Sun Microsystems", "Sam") to stand alone.
_SHORT_WEEKDAYS = _numbered(0, "mon|lun", "mar", "mer", "jeu", "ven", "sat|sam", "sun|dim")

_OPEN_COUNTS = ("a few", "several", "quelques")
_COUNTS = _numbered(
    0,
    "|".join(_OPEN_COUNTS),
    "a|an|one|un|une",
    "two|deux|a couple of",
    "three|trois",
    "four|quatre",
    "five|cinq",
    "six",
    "seven|sept",
    "eight|huit",
    "nine|neuf",
    "ten|dix",
    "eleven|onze",
    "twelve|douze",
) | {"fifteen": 15, "quinze": 15, "twenty": 20, "vingt": 20, "thirty": 30, "trente": 30}

_UNITS: dict[str, str] = {
    word: unit
    for unit, words in {
        "minutes": "minutes|minute|mins|min|mn",
        "hours": "hours|hour|hrs|hr|heures|heure|h",
        "days": "days|day|jours|jour",
        "weeks": "weeks|week|semaines|semaine",
        "fortnights": "fortnights|fortnight",
        "months": "months|month|mois",
        "years": "years|year|ans|an|annees|annee",
    }.items()
    for word in words.split("|")
}

_SIMPLE_DAYS = _numbered(
    -2,
    "day before yesterday|the day before yesterday|avant-hier|avant hier",
    "yesterday|hier",
    "today|aujourd'hui|aujourdhui",
    "tomorrow|demain",
    "day after tomorrow|the day after tomorrow|apres-demain|apres demain",
)

# The hour from which a part of today no longer lies ahead.
_PART_STARTS: dict[str, int] = {
    word: hour
    for hour, words in {
        0: "morning|matin|matinee",
        11: "midi|lunchtime",
        12: "afternoon|apres-midi|apres midi|aprem",
        17: "evening|soir|soiree",
        18: "night|tonight",
    }.items()
    for word in words.split("|")
}


def _any_of(words: Iterable[str]) -> str:
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"


_MONTH = _any_of(_MONTHS)
_WEEKDAY = _any_of(_WEEKDAYS)
_ANY_WEEKDAY = rf"(?:{_WEEKDAY}|{_any_of(_SHORT_WEEKDAYS)})"
_PART = _any_of(_PART_STARTS)
_COUNT = rf"(?:\d{{1,6}}|{_any_of(_COUNTS)})"
_UNIT = rf"{_any_of(_UNITS)}(?!\w)"
_YEAR = r"(?:19|20)\d\d"
_END = r"(?:'s)?(?![\w@%'-]|[./]\w)"
_DIGITS_END = r"(?![\w@%/$€£]|[.,:-]\d| ?[%€£$])"
# What may follow a phrase that is too weak on its own ("at 3", "le 3", "1/2"): nothing, a stop, or a new turn.
_CLOSES = (
    r"(?= *(?:$|[,;:)!?\n–—]|\.(?!\w)|-(?!\w)"
    r"|(?:with|avec|and|et|about|today|yesterday|aujourd'hui|hier|at|on|a \d|a midi)(?!\w)))"
)


# --------------------------------------------------------------------------- what the forms produce


class _Impossible(Exception):
    """The form matched but names nothing that exists; becomes a DateError once its place is known."""

    def __init__(self, code: str = "impossible") -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Reading:
    raw: str
    folded: str
    now: datetime  # in the reader's zone
    month_first: bool

    @property
    def today(self) -> date:
        return self.now.date()


@dataclass(frozen=True, slots=True)
class _Day:
    day: date
    assumed: bool = False
    part: str | None = None
    ahead: bool = False  # today, but the words say later


@dataclass(frozen=True, slots=True)
class _Clock:
    hour: int
    minute: int
    settled: bool  # am, pm or a 24-hour writing leaves no half of the day open
    loose: bool = False  # "2h" is a length of time as well


@dataclass(frozen=True, slots=True)
class _Phrase:
    start: datetime
    precision: Precision
    assumed: bool
    ahead: bool = False


_Hit = tuple[int, _Phrase | _Impossible]  # the end of the phrase, and what it says
_DayForm = tuple[re.Pattern[str], Callable[[re.Match[str], _Reading], _Day | None]]


def _exact(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _Impossible from None


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _without_year(month: int, day: int, today: date, weekday: int | None = None) -> date:
    """The latest such day up to today, unless it is nine months back and the next one within three months.

    With a weekday: the nearest year, past before future, in which the day falls on it.
    """
    _exact(2000, month, day)  # a leap year: refuses 31/02, lets 29/02 pass
    years = [y for y in range(today.year - 8, today.year + 9) if (month, day) != (2, 29) or _is_leap(y)]
    days = [date(year, month, day) for year in years]
    past = [d for d in reversed(days) if d <= today]
    coming = [d for d in days if d > today]
    if weekday is not None:
        near = [d for d in (*past, *coming) if d.weekday() == weekday and abs((d - today).days) < 550]
        if not near:
            raise _Impossible("weekday")
        return near[0]
    if (today - past[0]).days > 270 and (coming[0] - today).days <= 92:
        return coming[0]
    return past[0]


def _monday(today: date, weeks: int = 0) -> date:
    return today + timedelta(days=7 * weeks - today.weekday())


def _weekday_number(name: str) -> int:
    return _WEEKDAYS[name] if name in _WEEKDAYS else _SHORT_WEEKDAYS[name]


def _turn(word: str | None) -> int:
    """-1 for last, +1 for next, 0 for this or nothing."""
    if word is None or word in ("this", "ce", "cette"):
        return 0
    return -1 if word.startswith(("last", "past", "prev", "this past", "derni", "pass")) else 1


# --------------------------------------------------------------------------- days


def _simple(match: re.Match[str], reading: _Reading) -> _Day:
    return _Day(reading.today + timedelta(days=_SIMPLE_DAYS[match["words"]]))


def _part_of_today(match: re.Match[str], reading: _Reading) -> _Day:
    return _Day(reading.today, part=match["part"])


def _last_night(_match: re.Match[str], reading: _Reading) -> _Day:
    return _Day(reading.today - timedelta(days=1), part="night")


def _earlier_today(_match: re.Match[str], reading: _Reading) -> _Day:
    # "Tout à l'heure" is said of the past and of what is to come; of a touch, the past is meant.
    return _Day(reading.today, assumed=True)


def _later_today(_match: re.Match[str], reading: _Reading) -> _Day:
    return _Day(reading.today, ahead=True)


def _weekday(match: re.Match[str], reading: _Reading) -> _Day:
    groups = match.groupdict()
    weekday, today = _weekday_number(match["name"]), reading.today
    if groups.get("week"):
        return _Day(_monday(today, _turn(groups["week"])) + timedelta(days=weekday))
    before = groups.get("before")
    if before in ("this", "ce"):
        return _Day(_monday(today) + timedelta(days=weekday))
    turn = _turn(before) or _turn(groups.get("after"))
    if turn > 0:
        return _Day(today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1))
    return _Day(today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1), assumed=turn == 0)


def _whole_span(match: re.Match[str], reading: _Reading) -> _Day:
    """The first day of the week, weekend or month named: the one that never makes a client look fresher."""
    turn = _turn(match["turn"])
    if match["unit"].endswith("end"):
        return _Day(_monday(reading.today, turn) + timedelta(days=5), assumed=True)
    if match["unit"] in ("week", "semaine"):
        return _Day(_monday(reading.today, turn), assumed=True)
    return _Day(reading.today.replace(day=1) + relativedelta(months=turn), assumed=True)


def _iso(match: re.Match[str], _reading: _Reading) -> _Day:
    return _Day(_exact(int(match["y"]), int(match["m"]), int(match["d"])))


def _full_year(digits: str, today: date) -> int:
    if len(digits) == 4:
        return int(digits)
    year = today.year - today.year % 100 + int(digits)
    return year - 100 if year > today.year + 20 else year


def _month_and_day(match: re.Match[str], reading: _Reading) -> tuple[int, int]:
    """In the reader's order; in the other one where that alone exists ("25/12" has no twenty-fifth month)."""
    first, second = int(match["a"]), int(match["b"])
    month, day = (first, second) if reading.month_first else (second, first)
    return (day, month) if month > 12 >= day >= 1 and month <= 31 else (month, day)


_FRACTION_AFTER = re.compile(
    r" (?:an? |of|full|done|finished|complete|price|off|pint|way|du|de|d'|la |le |l')"
    r"|[ -](?:days?|hours?|pages?|years?|months?|weeks?|jours?|journees?|heures?|tarifs?|mois|ans?|teams?|times?)\b"
)
_NUMBERED_BEFORE = re.compile(
    r"\b(?:pages?|slide|step|part|partie|phase|etape|chapter|chapitre|environ|only|version|room|salle|rated|scored?"
    r"|rating|note|ratio|option|suite|unit|floor|batch|lot|gate|line|ref|no|ticket|invoice|facture|order|commande)"
    r"[.:#]? ?\Z"
)
_CLOSING = re.compile(_CLOSES)


def _two_numbers(match: re.Match[str], reading: _Reading) -> _Day | None:
    folded, end = reading.folded, match.end()
    first, second = int(match["a"]), int(match["b"])
    padded = match["a"].startswith("0") or match["b"].startswith("0")
    led = folded[max(0, match.start() - 4) : match.start()].endswith((" on ", " le ", " du "))
    if _NUMBERED_BEFORE.search(folded, max(0, match.start() - 12), match.start()):
        return None
    if not led and ((first, second) == (24, 7) or _FRACTION_AFTER.match(folded, end)):
        return None
    if not led and not padded and first < second < 10 and not _CLOSING.match(folded, end):
        return None if not re.compile(r",? (?:a |at )?\d").match(folded, end) else _yearless(match, reading)
    month, day = _month_and_day(match, reading)
    if not (1 <= month <= 12 and 1 <= day <= 31) and not (led or padded):
        return None
    return _yearless(match, reading)


def _yearless(match: re.Match[str], reading: _Reading) -> _Day:
    month, day = _month_and_day(match, reading)
    return _Day(_without_year(month, day, reading.today), assumed=True)


def _three_numbers(match: re.Match[str], reading: _Reading) -> _Day | None:
    if len(match["y"]) == 2 and match["s"] != "/" and not len(match["a"]) == len(match["b"]) == 2:
        return None  # 1.2.26 is a version rather than a day
    month, day = _month_and_day(match, reading)
    return _Day(_exact(_full_year(match["y"], reading.today), month, day))


def _on_weekday(month: int, day: int, match: re.Match[str], reading: _Reading) -> _Day:
    weekday = _weekday_number(match["weekday"]) if match["weekday"] else None
    if not match["y"]:
        return _Day(_without_year(month, day, reading.today, weekday), assumed=weekday is None)
    found = _exact(_full_year(match["y"], reading.today), month, day)
    if weekday is not None and found.weekday() != weekday:
        raise _Impossible("weekday")
    return _Day(found)


def _numbers_after_weekday(match: re.Match[str], reading: _Reading) -> _Day:
    month, day = _month_and_day(match, reading)
    return _on_weekday(month, day, match, reading)


_NAME_AFTER = re.compile(
    r" (?:bars?|inc|corp|group|groupe|industries|ltd|llc|sa|sas|petcare|wrigley|rover)\b"
)


def _named_month(match: re.Match[str], reading: _Reading) -> _Day | None:
    day, end = int(match["d"]), match.end()
    if day > 39 or _NAME_AFTER.match(reading.folded, end):
        return None
    typed_small = reading.raw[match.start("month")].islower()
    a_verb = match["month"] in ("may", "march") and typed_small and not match["y"]
    if a_verb and not _CLOSING.match(reading.folded, end):
        return None  # "the 2 may differ", "march 3 blocks": without the capital, only where nothing follows
    return _on_weekday(_MONTHS[match["month"]], day, match, reading)


def _day_of_month(match: re.Match[str], reading: _Reading) -> _Day | None:
    """The latest day up to today with that number, and that weekday if one is named."""
    day = int(match["d"])
    if not 1 <= day <= 31:
        return None
    weekday = _WEEKDAYS[match["weekday"]] if match["weekday"] else None
    first = reading.today.replace(day=1)
    for back in range(3):
        month = first - relativedelta(months=back)
        found = month + timedelta(days=day - 1)
        if found.month == month.month and found <= reading.today and weekday in (None, found.weekday()):
            return _Day(found, assumed=True)
    if weekday is not None:
        raise _Impossible("weekday")
    return None


_TURN_BEFORE = r"(?:last|past|previous|this past|this coming|next|this|coming|ce)"
_TURN_AFTER = r"(?:dernier|passe|prochain|qui vient|last|next)"
_NOT_A_DAY_AFTER = r"(?! (?:week|en huit|en quinze|before last|d'avant|saint|de paques|roast)\b)"

_DAY_FORMS: tuple[_DayForm, ...] = (
    (re.compile(rf"(?P<words>{_any_of(_SIMPLE_DAYS)}){_END}"), _simple),
    (re.compile(rf"(?:(?:this|ce|cet|cette) )(?P<part>{_PART}){_END}"), _part_of_today),
    (re.compile(rf"(?P<part>tonight){_END}"), _part_of_today),
    (re.compile(rf"last night{_END}"), _last_night),
    (re.compile(rf"(?:tout a l'heure|earlier today|plus tot aujourd'hui){_END}"), _earlier_today),
    (re.compile(rf"(?:later today|plus tard aujourd'hui){_END}"), _later_today),
    (
        re.compile(
            rf"(?:(?P<before>{_TURN_BEFORE}) )?(?P<name>{_WEEKDAY}){_END}(?: (?P<after>{_TURN_AFTER}){_END})?"
            rf"{_NOT_A_DAY_AFTER}"
        ),
        _weekday,
    ),
    (re.compile(rf"(?P<before>last|next|this) (?P<name>mon|sat|sun)\.?{_END}"), _weekday),
    (re.compile(rf"(?P<name>{_WEEKDAY}),? (?:of |in )?(?P<week>last|next) week{_END}"), _weekday),
    (
        re.compile(
            rf"(?P<name>{_WEEKDAY}),? (?:de )?la semaine (?P<week>derniere|passee|prochaine){_END}",
        ),
        _weekday,
    ),
    (re.compile(rf"(?P<week>last|next) week(?:,? on|'s|,)? (?P<name>{_WEEKDAY}){_END}"), _weekday),
    (
        re.compile(
            rf"(?:la )?semaine (?P<week>derniere|passee|prochaine),? (?:le )?(?P<name>{_WEEKDAY}){_END}"
        ),
        _weekday,
    ),
    (re.compile(rf"(?P<turn>last|next) (?P<unit>week-?end|week|month){_END}"), _whole_span),
    (
        re.compile(
            rf"(?:la |le )?(?P<unit>semaine|mois|week-?end) (?P<turn>derniere?|passee?|prochaine?){_END}"
        ),
        _whole_span,
    ),
    (re.compile(rf"(?P<y>{_YEAR})(?P<s>[-/.])(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}}){_DIGITS_END}"), _iso),
    (
        re.compile(rf"(?P<a>\d{{1,2}})(?P<s>[/.-])(?P<b>\d{{1,2}})(?P=s)(?P<y>{_YEAR}|\d\d){_DIGITS_END}"),
        _three_numbers,
    ),
    (re.compile(rf"(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}}){_DIGITS_END}"), _two_numbers),
    (
        re.compile(
            rf"(?P<weekday>{_ANY_WEEKDAY})\.?,? (?:the |le )?"
            rf"(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})(?:/(?P<y>{_YEAR}|\d\d))?{_DIGITS_END}"
        ),
        _numbers_after_weekday,
    ),
    (
        re.compile(
            rf"(?:(?P<weekday>{_ANY_WEEKDAY})\.?,? (?:the |le )?)?"
            rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|e)?(?: of)?[ -](?P<month>{_MONTH})(?!\w)"
            rf"(?:\.?,?[ -](?P<y>{_YEAR})(?!\w))?{_END}"
        ),
        _named_month,
    ),
    (
        re.compile(
            rf"(?:(?P<weekday>{_ANY_WEEKDAY})\.?,? )?(?P<month>{_any_of(_MONTHS_FIRST)})\.? (?:the )?"
            rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<y>{_YEAR})(?!\w))?{_DIGITS_END}"
        ),
        _named_month,
    ),
    (
        re.compile(
            rf"(?:on|(?P<weekday>{_WEEKDAY}),?) the (?P<d>\d{{1,2}})(?:st|nd|rd|th){_DIGITS_END}{_CLOSES}"
        ),
        _day_of_month,
    ),
    (
        re.compile(rf"(?:(?P<weekday>{_WEEKDAY}) |le )(?P<d>\d{{1,2}})(?:er)?{_DIGITS_END}{_CLOSES}"),
        _day_of_month,
    ),
)


def _day_at(reading: _Reading, pos: int) -> tuple[int, _Day | _Impossible] | None:
    """The longest form that starts here, with its end."""
    best: tuple[int, _Day | _Impossible] | None = None
    for pattern, produce in _DAY_FORMS:
        match = pattern.match(reading.folded, pos)
        if match is None or (best is not None and match.end() <= best[0]):
            continue
        try:
            found: _Day | _Impossible | None = produce(match, reading)
        except _Impossible as complaint:
            found = complaint
        if found is not None:
            best = match.end(), found
    return best


# --------------------------------------------------------------------------- hours

_CLOCK = re.compile(
    r"(?:(?P<h12>\d{1,2})(?:[:.h](?P<m12>\d\d))? ?(?P<half>[ap])\.?m(?:\.|(?!\w))"
    r"|(?P<h24>\d{1,2}):(?P<m24>\d\d)(?::\d\d)?(?![\d:])"
    r"|(?P<hh>\d{1,2}) ?(?:h|hrs?|heures?)(?: ?(?P<mh>\d\d)(?!\d)| et (?P<more>demie|quart)|(?P<less> moins le quart))?"
    r"|(?P<oclock>\d{1,2}) ?o'clock"
    r"|(?P<noon>noon|midday|midi))(?![\w%€£$]|-\w)"
)
_BARE_HOUR = re.compile(rf"(?P<hour>1[0-2]|[1-9])(?![\w%€£$:/-]|[.,]\d| ?[%€£$]){_CLOSES}")
_AT = re.compile(r"(?:at|a|vers|around|about) |@ ?")
_A_LENGTH_AFTER = re.compile(r" (?:de |d'|of |long\b|from )")
_PART_AFTER = re.compile(
    rf",? (?:in the |at (?=night|lunch)|au |le |en |dans la |dans l'|dans le |du |de l')?(?P<part>{_PART}){_END}"
)
_BETWEEN = re.compile(r",? ?")


def _clock_at(folded: str, pos: int, *, bare: bool) -> tuple[int, _Clock | _Impossible] | None:
    match = _CLOCK.match(folded, pos)
    if match is None:
        hour = _BARE_HOUR.match(folded, pos) if bare else None
        return None if hour is None else (hour.end(), _Clock(int(hour["hour"]), 0, settled=False))
    if match["noon"]:
        return match.end(), _Clock(12, 0, settled=True)
    if match["half"]:
        hour_12, minute = int(match["h12"]), int(match["m12"] or 0)
        if not 1 <= hour_12 <= 12 or minute > 59:
            return match.end(), _Impossible()
        return match.end(), _Clock(hour_12 % 12 + 12 * (match["half"] == "p"), minute, settled=True)
    digits = match["h24"] or match["hh"] or match["oclock"]
    hour_24, minute = int(digits), int(match["m24"] or match["mh"] or 0)
    if match["more"]:
        minute = 30 if match["more"] == "demie" else 15
    if match["less"]:
        hour_24, minute = hour_24 - 1, 45
    if not 0 <= hour_24 <= 23 or minute > 59:
        return match.end(), _Impossible()
    settled = hour_24 > 12 or hour_24 == 0 or digits.startswith("0")
    return match.end(), _Clock(hour_24, minute, settled, loose=bool(match["hh"]) and not match["mh"])


def _on_the_clock(clock: _Clock, part: str | None) -> tuple[int, bool]:
    """The hour of 24, and whether the half of the day was assumed (1 to 6 is the afternoon)."""
    if clock.settled:
        return clock.hour, False
    if part is not None:
        late = _PART_STARTS[part] >= 12
        return (clock.hour + 12 if late and clock.hour < 12 else clock.hour), False
    return (clock.hour + 12, True) if clock.hour <= 6 else (clock.hour, False)


def _built(reading: _Reading, day: _Day, clock: _Clock | None, part: str | None) -> _Phrase:
    zone = reading.now.tzinfo
    part = part or day.part
    if clock is None:
        today_later = day.day == reading.today and part is not None and _PART_STARTS[part] > reading.now.hour
        start = datetime.combine(day.day, time(), tzinfo=zone)
        return _Phrase(start, "day", day.assumed, ahead=day.ahead or today_later)
    hour, assumed = _on_the_clock(clock, part)
    start = datetime.combine(day.day, time(hour, clock.minute), tzinfo=zone)
    return _Phrase(start, "time", day.assumed or assumed, ahead=day.ahead)


# --------------------------------------------------------------------------- lengths of time

_PIECE = (
    rf"(?:half an hour|half a day|(?:une )?demi[- ]heure|une demi[- ]journee"
    rf"|{_COUNT} ?{_UNIT}(?: ?\d\d(?! ?\w))?)(?!\w)"
)
_PIECES = rf"{_PIECE}(?:(?:,? and |,? et |, | ){_PIECE}){{0,3}}(?: and a half| et demie?)?"
_ONE_PIECE = re.compile(rf"(?P<count>{_COUNT}) ?(?P<unit>{_UNIT})(?: ?(?P<minutes>\d\d)(?! ?\w))?")
_AGO = re.compile(
    rf"(?:(?:about |around |some )?(?P<en>{_PIECES}) ago"
    rf"|(?:il )?y a (?:environ |a peu pres |deja )?(?P<fr>{_PIECES})){_END}"
)
_AHEAD = re.compile(rf"(?:in (?P<en>{_PIECES})|(?P<en2>{_PIECES}) from now|dans (?P<fr>{_PIECES})){_END}")
_JUST_NOW = re.compile(rf"(?:just now|a l'instant|il y a un instant|a moment ago){_END}")


def _length(words: str) -> dict[str, int] | None:
    """Counts by unit ("hours", "days" …); None when the words leave the length open ("a few days")."""
    total: dict[str, int] = {}
    if re.search(r"half a day|demi[- ]journee", words):
        return None
    if re.search(r"half an hour|demi[- ]heure", words):
        total["minutes"] = 30
        words = re.sub(r"half an hour|(?:une )?demi[- ]heure", "", words)
    for match in _ONE_PIECE.finditer(words):
        count = int(match["count"]) if match["count"].isdecimal() else _COUNTS[match["count"]]
        unit = _UNITS[match["unit"]]
        if match["count"] in _OPEN_COUNTS or (match["minutes"] and unit != "hours"):
            return None
        total[unit] = total.get(unit, 0) + count
        if match["minutes"]:
            total["minutes"] = total.get("minutes", 0) + int(match["minutes"])
    if re.search(r" and a half| et demie?", words):
        if list(total) != ["hours"]:
            return None  # half of a week or a month is no whole number of days
        total["minutes"] = 30
    return total or None


def _moved(reading: _Reading, length: dict[str, int], sign: int) -> _Day | datetime:
    """Calendar steps for days and longer, elapsed time (to the minute) as soon as hours are named."""
    get = length.get
    try:
        moved = reading.now + relativedelta(
            years=sign * get("years", 0),
            months=sign * get("months", 0),
            days=sign * (get("days", 0) + 7 * get("weeks", 0) + 14 * get("fortnights", 0)),
        )
        if abs(moved.year - reading.now.year) > 200:
            raise _Impossible("out_of_range")
        if "hours" not in length and "minutes" not in length:
            return _Day(moved.date())
        elapsed = sign * timedelta(hours=get("hours", 0), minutes=get("minutes", 0))
        return (
            (moved.astimezone(UTC) + elapsed).astimezone(reading.now.tzinfo).replace(second=0, microsecond=0)
        )
    except (OverflowError, ValueError):
        raise _Impossible("out_of_range") from None


_STAMP = re.compile(
    rf"(?P<day>{_YEAR}-\d\d-\d\d)[t ](?P<clock>\d\d:\d\d)(?::\d\d(?:\.\d{{1,9}})?)?"
    rf" ?(?P<offset>z|[+-]\d\d:?\d\d)?{_END}"
)


def _stamp(match: re.Match[str], reading: _Reading) -> datetime:
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
        raise _Impossible from None
    return start.astimezone(reading.now.tzinfo)


# --------------------------------------------------------------------------- phrases

_LEAD = re.compile(r"on the |on |le |du |the ")
_DAY_AFTER_CLOCK = re.compile(r",? (?:on |le |the )?")


def _moment(reading: _Reading, pos: int) -> _Hit | None:
    """Forms that are a moment by themselves, or a length of time before or after now."""
    if match := _JUST_NOW.match(reading.folded, pos):
        return match.end(), _Phrase(reading.now.replace(second=0, microsecond=0), "time", False)
    if match := _STAMP.match(reading.folded, pos):
        try:
            return match.end(), _Phrase(_stamp(match, reading), "time", False)
        except _Impossible as complaint:
            return match.end(), complaint
    for pattern, sign in ((_AGO, -1), (_AHEAD, 1)):
        if match := pattern.match(reading.folded, pos):
            return _from_now(match, reading, sign)
    return None


def _from_now(match: re.Match[str], reading: _Reading, sign: int) -> _Hit | None:
    length = _length(next(words for words in match.groups() if words))
    if length is None:
        return None
    try:
        moved = _moved(reading, length, sign)
    except _Impossible as complaint:
        return match.end(), complaint
    if isinstance(moved, _Day):
        return _with_clock(reading, match.end(), moved)
    return match.end(), _Phrase(moved, "time", False)


def _with_clock(reading: _Reading, end: int, day: _Day) -> _Hit:
    """The day, with the part of the day and the hour that follow it, in either order."""
    folded = reading.folded
    part: str | None = None
    clock: _Clock | None = None
    for _ in range(2):
        if part is None and (match := _PART_AFTER.match(folded, end)):
            part, end = match["part"], match.end()
            continue
        gap = _BETWEEN.match(folded, end)
        after = gap.end() if gap else end
        at = _AT.match(folded, after)
        found = None
        if clock is None and after > end:
            found = _clock_at(folded, at.end() if at else after, bare=at is not None and at[0] == "at ")
        if found is None:
            break
        stop, read = found
        if isinstance(read, _Impossible):
            return stop, read
        if read.loose and not at and not _surely_a_time(folded, stop, read):
            break
        end, clock = stop, read
    return end, _built(reading, day, clock, part)


def _surely_a_time(folded: str, end: int, clock: _Clock) -> bool:
    """Whether "2h", which is a length as well, can be taken for an hour of the day."""
    return 7 <= clock.hour <= 20 and not _A_LENGTH_AFTER.match(folded, end)


def _day_first(reading: _Reading, pos: int) -> _Hit | None:
    found = _day_at(reading, pos)
    lead = _LEAD.match(reading.folded, pos)
    if found is None and lead:
        found = _day_at(reading, lead.end())
    if found is None:
        return None
    end, day = found
    return (end, day) if isinstance(day, _Impossible) else _with_clock(reading, end, day)


def _clock_first(reading: _Reading, pos: int) -> _Hit | None:
    folded = reading.folded
    at = _AT.match(folded, pos)
    said_a = at is not None and reading.raw[pos] in "aA" and at[0] == "a "  # the English article, not "à"
    if said_a:
        return None
    found = _clock_at(folded, at.end() if at else pos, bare=at is not None and at[0] == "at ")
    if found is None:
        return None
    end, clock = found
    part = None
    if match := _PART_AFTER.match(folded, end):
        part, end = match["part"], match.end()
    gap = _DAY_AFTER_CLOCK.match(folded, end)
    day = _day_at(reading, gap.end()) if gap else None
    if isinstance(clock, _Impossible):
        return (end, clock) if day else None
    if clock.loose and not at and not _surely_a_time(folded, found[0], clock):
        return None
    if day:
        end, that_day = day
        if isinstance(that_day, _Impossible):
            return end, that_day
        if part is None and (match := _PART_AFTER.match(folded, end)):
            part, end = match["part"], match.end()
        return end, _built(reading, that_day, clock, part)
    if at is None and not (clock.settled and folded[end - 1] in "m."):
        return None  # "15:00" or "15h" alone may be a score or a length; "3pm" is a time
    if clock.loose and _A_LENGTH_AFTER.match(folded, found[0]):
        return None
    return end, _built(reading, _Day(reading.today), clock, part)


_WORD_STARTS = re.compile(r"(?:(?<![\w./@#&$€£%+'-])(?<!\d,)|(?<=\bd'))(?=\w)")
# Before these words a date is a deadline, a habit or a name, not the day on which something happened.
_OTHER_MEANING_BEFORE = re.compile(
    r"\b(?:by|before|until|till?|due|since|after|for|depuis|avant|apres|pour|d'ici|jusqu'a|jusqu'au|des"
    r"|every|each|chaque|tous les|black|good|cyber|ruby|sheffield|super|deadline)"
    r" (?:on |the |le |la |ce |next |this )?\Z"
)
_LOOK_BACK = 24


def _at(reading: _Reading, pos: int) -> _Hit | None:
    hits = [form(reading, pos) for form in (_moment, _day_first, _clock_first)]
    return max((hit for hit in hits if hit is not None), key=lambda hit: hit[0], default=None)


def _found(reading: _Reading, pos: int, hit: _Hit, shift: int) -> FoundDate | None:
    end, phrase = hit
    if _OTHER_MEANING_BEFORE.search(reading.folded, max(0, pos - _LOOK_BACK), pos):
        return None
    if isinstance(phrase, _Impossible):
        raise DateError(phrase.code, reading.raw[pos:end], (pos + shift, end + shift)) from None
    if phrase.precision == "day":
        future = phrase.ahead or phrase.start.date() > reading.today
    else:
        future = phrase.ahead or phrase.start.astimezone(UTC) > reading.now.astimezone(UTC)
    when = When(phrase.start, phrase.precision)
    return FoundDate((pos + shift, end + shift), when, future, phrase.assumed)


def _reading(text: str, now: datetime, zone: ZoneInfo, locale: str) -> _Reading:
    month_first = locale.replace("_", "-").casefold() == "en-us"
    return _Reading(text, fold(text), now.astimezone(zone), month_first)


def find_date(text: str, *, now: datetime, zone: ZoneInfo, locale: str) -> FoundDate | None:
    """The first date or time phrase in a text that people wrote about something that happened.

    `now` is aware; `zone` and `locale` ("en-US", "fr-FR" …) are the reader's. A day without a year or a week is
    taken from the past; deadlines ("by Friday", "avant lundi"), habits ("every Monday") and anything that is not
    surely a date are passed over. Local times that a clock change skips or repeats are read as `zoneinfo` does
    with fold 0. Raises DateError for a phrase that is meant as a date and cannot be one.
    """
    reading = _reading(text, now, zone, locale)
    pos = 0
    while match := _WORD_STARTS.search(reading.folded, pos):
        pos = match.start()
        hit = _at(reading, pos)
        if hit is None:
            pos += 1
            continue
        if found := _found(reading, pos, hit, 0):
            return found
        pos = hit[0]
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
