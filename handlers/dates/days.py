"""The forms in which a day is written: words, weekdays, weeks, numbers and names of months."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from handlers.dates.calendar import coming, exact_day, monday_of, turn_of, weekday_number, without_year
from handlers.dates.deadlines import end_of_span, length_ahead, numbered_day, span_form
from handlers.dates.readings import Day, Impossible, Reading
from handlers.dates.words import (
    ANY_WEEKDAY,
    CLOSES,
    DIGITS_END,
    END,
    MONTH,
    MONTHS,
    MONTHS_FIRST,
    PART,
    SIMPLE_DAYS,
    WEEKDAY,
    WEEKDAYS,
    YEAR,
)
from handlers.folding import any_of

_DayForm = tuple[re.Pattern[str], Callable[[re.Match[str], Reading], Day | None]]


def _simple(match: re.Match[str], reading: Reading) -> Day:
    return Day(reading.today + timedelta(days=SIMPLE_DAYS[match["words"]]))


def _part_of_today(match: re.Match[str], reading: Reading) -> Day:
    return Day(reading.today, part=match["part"])


def _last_night(_match: re.Match[str], reading: Reading) -> Day:
    return Day(reading.today - timedelta(days=1), part="night")


def _earlier_today(_match: re.Match[str], reading: Reading) -> Day:
    # "Tout à l'heure" is said of the past and of what is to come; of a touch, the past is meant.
    return Day(reading.today, assumed=True)


def _later_today(_match: re.Match[str], reading: Reading) -> Day:
    return Day(reading.today, ahead=True)


def _weekday(match: re.Match[str], reading: Reading) -> Day:
    groups = match.groupdict()
    weekday, today = weekday_number(match["name"]), reading.today
    if groups.get("week"):
        return Day(monday_of(today, turn_of(groups["week"])) + timedelta(days=weekday))
    before = groups.get("before")
    if before in ("this", "ce"):
        return Day(monday_of(today) + timedelta(days=weekday))
    turn = turn_of(before) or turn_of(groups.get("after"))
    if turn > 0 or (turn == 0 and reading.ahead):
        return Day(today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1), assumed=turn == 0)
    return Day(today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1), assumed=turn == 0)


def _whole_span(match: re.Match[str], reading: Reading) -> Day:
    """The first day of the week, weekend or month named: the one that never makes a client look fresher.

    Of what is still to come it is the last working day, by which it is due.
    """
    turn = turn_of(match["turn"])
    if reading.ahead:
        return Day(end_of_span(match["unit"], reading.today, turn), assumed=True)
    if match["unit"].endswith("end"):
        return Day(monday_of(reading.today, turn) + timedelta(days=5), assumed=True)
    if match["unit"] in ("week", "semaine"):
        return Day(monday_of(reading.today, turn), assumed=True)
    return Day(reading.today.replace(day=1) + relativedelta(months=turn), assumed=True)


def _iso(match: re.Match[str], _reading: Reading) -> Day:
    return Day(exact_day(int(match["y"]), int(match["m"]), int(match["d"])))


def _full_year(digits: str, today: date) -> int:
    if len(digits) == 4:
        return int(digits)
    year = today.year - today.year % 100 + int(digits)
    return year - 100 if year > today.year + 20 else year


def _month_and_day(match: re.Match[str], reading: Reading) -> tuple[int, int]:
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
_CLOSING = re.compile(CLOSES)


def _two_numbers(match: re.Match[str], reading: Reading) -> Day | None:
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


def _yearless(match: re.Match[str], reading: Reading) -> Day:
    month, day = _month_and_day(match, reading)
    return Day(_nearest(month, day, reading), assumed=True)


def _nearest(month: int, day: int, reading: Reading, weekday: int | None = None) -> date:
    found = coming if reading.ahead else without_year
    return found(month, day, reading.today, weekday)


def _three_numbers(match: re.Match[str], reading: Reading) -> Day | None:
    if len(match["y"]) == 2 and match["s"] != "/" and not len(match["a"]) == len(match["b"]) == 2:
        return None  # 1.2.26 is a version rather than a day
    month, day = _month_and_day(match, reading)
    return Day(exact_day(_full_year(match["y"], reading.today), month, day))


def _on_weekday(month: int, day: int, match: re.Match[str], reading: Reading) -> Day:
    weekday = weekday_number(match["weekday"]) if match["weekday"] else None
    if not match["y"]:
        return Day(_nearest(month, day, reading, weekday), assumed=weekday is None)
    found = exact_day(_full_year(match["y"], reading.today), month, day)
    if weekday is not None and found.weekday() != weekday:
        raise Impossible("weekday")
    return Day(found)


def _numbers_after_weekday(match: re.Match[str], reading: Reading) -> Day:
    month, day = _month_and_day(match, reading)
    return _on_weekday(month, day, match, reading)


_NAME_AFTER = re.compile(
    r" (?:bars?|inc|corp|group|groupe|industries|ltd|llc|sa|sas|petcare|wrigley|rover)\b"
)


def _named_month(match: re.Match[str], reading: Reading) -> Day | None:
    day, end = int(match["d"]), match.end()
    if day > 39 or _NAME_AFTER.match(reading.folded, end):
        return None
    typed_small = reading.raw[match.start("month")].islower()
    a_verb = match["month"] in ("may", "march") and typed_small and not match["y"]
    if a_verb and not _CLOSING.match(reading.folded, end):
        return None  # "the 2 may differ", "march 3 blocks": without the capital, only where nothing follows
    return _on_weekday(MONTHS[match["month"]], day, match, reading)


def _day_of_month(match: re.Match[str], reading: Reading) -> Day | None:
    """The latest day up to today with that number, and that weekday if one is named."""
    day = int(match["d"])
    if not 1 <= day <= 31:
        return None
    weekday = WEEKDAYS[match["weekday"]] if match["weekday"] else None
    if reading.ahead:
        return numbered_day(day, weekday, reading.today)
    first = reading.today.replace(day=1)
    for back in range(3):
        month = first - relativedelta(months=back)
        found = month + timedelta(days=day - 1)
        if found.month == month.month and found <= reading.today and weekday in (None, found.weekday()):
            return Day(found, assumed=True)
    if weekday is not None:
        raise Impossible("weekday")
    return None


_TURN_BEFORE = r"(?:last|past|previous|this past|this coming|next|this|coming|ce)"
_TURN_AFTER = r"(?:dernier|passe|prochain|qui vient|last|next)"
_NOT_A_DAY_AFTER = r"(?! (?:week|en huit|en quinze|before last|d'avant|saint|de paques|roast)\b)"

_DAY_FORMS: tuple[_DayForm, ...] = (
    (re.compile(rf"(?P<words>{any_of(SIMPLE_DAYS)}){END}"), _simple),
    (re.compile(rf"(?:(?:this|ce|cet|cette) )(?P<part>{PART}){END}"), _part_of_today),
    (re.compile(rf"(?P<part>tonight){END}"), _part_of_today),
    (re.compile(rf"last night{END}"), _last_night),
    (re.compile(rf"(?:tout a l'heure|earlier today|plus tot aujourd'hui){END}"), _earlier_today),
    (re.compile(rf"(?:later today|plus tard aujourd'hui){END}"), _later_today),
    (
        re.compile(
            rf"(?:(?P<before>{_TURN_BEFORE}) )?(?P<name>{WEEKDAY}){END}(?: (?P<after>{_TURN_AFTER}){END})?"
            rf"{_NOT_A_DAY_AFTER}"
        ),
        _weekday,
    ),
    (re.compile(rf"(?P<before>last|next|this) (?P<name>mon|sat|sun)\.?{END}"), _weekday),
    (re.compile(rf"(?P<name>{WEEKDAY}),? (?:of |in )?(?P<week>last|next) week{END}"), _weekday),
    (
        re.compile(
            rf"(?P<name>{WEEKDAY}),? (?:de )?la semaine (?P<week>derniere|passee|prochaine){END}",
        ),
        _weekday,
    ),
    (re.compile(rf"(?P<week>last|next) week(?:,? on|'s|,)? (?P<name>{WEEKDAY}){END}"), _weekday),
    (
        re.compile(
            rf"(?:la )?semaine (?P<week>derniere|passee|prochaine),? (?:le )?(?P<name>{WEEKDAY}){END}"
        ),
        _weekday,
    ),
    (re.compile(rf"(?P<turn>last|next) (?P<unit>week-?end|week|month){END}"), _whole_span),
    (
        re.compile(
            rf"(?:la |le )?(?P<unit>semaine|mois|week-?end) (?P<turn>derniere?|passee?|prochaine?){END}"
        ),
        _whole_span,
    ),
    (re.compile(rf"(?P<y>{YEAR})(?P<s>[-/.])(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}}){DIGITS_END}"), _iso),
    (
        re.compile(rf"(?P<a>\d{{1,2}})(?P<s>[/.-])(?P<b>\d{{1,2}})(?P=s)(?P<y>{YEAR}|\d\d){DIGITS_END}"),
        _three_numbers,
    ),
    (re.compile(rf"(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}}){DIGITS_END}"), _two_numbers),
    (
        re.compile(
            rf"(?P<weekday>{ANY_WEEKDAY})\.?,? (?:the |le )?"
            rf"(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})(?:/(?P<y>{YEAR}|\d\d))?{DIGITS_END}"
        ),
        _numbers_after_weekday,
    ),
    (
        re.compile(
            rf"(?:(?P<weekday>{ANY_WEEKDAY})\.?,? (?:the |le )?)?"
            rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|e)?(?: of)?[ -](?P<month>{MONTH})(?!\w)"
            rf"(?:\.?,?[ -](?P<y>{YEAR})(?!\w))?{END}"
        ),
        _named_month,
    ),
    (
        re.compile(
            rf"(?:(?P<weekday>{ANY_WEEKDAY})\.?,? )?(?P<month>{any_of(MONTHS_FIRST)})\.? (?:the )?"
            rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<y>{YEAR})(?!\w))?{DIGITS_END}"
        ),
        _named_month,
    ),
    (
        re.compile(
            rf"(?:on|(?P<weekday>{WEEKDAY}),?) the (?P<d>\d{{1,2}})(?:st|nd|rd|th){DIGITS_END}{CLOSES}"
        ),
        _day_of_month,
    ),
    (
        re.compile(rf"(?:(?P<weekday>{WEEKDAY}) |le )(?P<d>\d{{1,2}})(?:er)?{DIGITS_END}{CLOSES}"),
        _day_of_month,
    ),
)


def _ordinal_day(match: re.Match[str], reading: Reading) -> Day | None:
    return numbered_day(int(match["d"]), None, reading.today)


_AHEAD_FORMS: tuple[_DayForm, ...] = (
    *span_form(),
    *length_ahead(),
    (
        re.compile(rf"(?:the )?(?P<d>\d{{1,2}})(?:st|nd|rd|th){DIGITS_END}(?! [a-z]+ (?:floor|anniversary))"),
        _ordinal_day,
    ),
)
"""Forms that only say a day in what is still to come."""


def day_at(reading: Reading, pos: int) -> tuple[int, Day | Impossible] | None:
    """The longest form that starts here, with its end."""
    best: tuple[int, Day | Impossible] | None = None
    for pattern, produce in (*_DAY_FORMS, *_AHEAD_FORMS) if reading.ahead else _DAY_FORMS:
        match = pattern.match(reading.folded, pos)
        if match is None or (best is not None and match.end() <= best[0]):
            continue
        try:
            found: Day | Impossible | None = produce(match, reading)
        except Impossible as complaint:
            found = complaint
        if found is not None:
            best = match.end(), found
    return best
