"""The words of dates in English and French, folded, and the pieces of pattern that all forms are made of."""

from __future__ import annotations

import re

from handlers.folding import COUNT_WORDS, any_of, numbered

MONTHS = numbered(
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
MONTHS_FIRST = [name for name in MONTHS if name.endswith("ember") or not _ONLY_AFTER_THE_DAY.match(name)]

WEEKDAYS = numbered(
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
SHORT_WEEKDAYS = numbered(0, "mon|lun", "mar", "mer", "jeu", "ven", "sat|sam", "sun|dim")

OPEN_COUNTS = ("a few", "several", "quelques")
COUNTS = (
    dict.fromkeys(OPEN_COUNTS, 0)
    | COUNT_WORDS
    | {"a": 1, "an": 1, "a couple of": 2}
    | {"fifteen": 15, "quinze": 15, "twenty": 20, "vingt": 20, "thirty": 30, "trente": 30}
)

UNITS: dict[str, str] = {
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

SIMPLE_DAYS = numbered(
    -2,
    "day before yesterday|the day before yesterday|avant-hier|avant hier",
    "yesterday|hier",
    "today|aujourd'hui|aujourdhui",
    "tomorrow|demain",
    "day after tomorrow|the day after tomorrow|apres-demain|apres demain",
)

# The hour from which a part of today no longer lies ahead.
PART_STARTS: dict[str, int] = {
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


MONTH = any_of(MONTHS)
WEEKDAY = any_of(WEEKDAYS)
ANY_WEEKDAY = rf"(?:{WEEKDAY}|{any_of(SHORT_WEEKDAYS)})"
PART = any_of(PART_STARTS)
COUNT = rf"(?:\d{{1,6}}|{any_of(COUNTS)})"
UNIT = rf"{any_of(UNITS)}(?!\w)"
YEAR = r"(?:19|20)\d\d"
END = r"(?:'s)?(?![\w@%'-]|[./]\w)"
DIGITS_END = r"(?![\w@%/$€£]|[.,:-]\d| ?[%€£$])"
# What may follow a phrase that is too weak on its own ("at 3", "le 3", "1/2"): nothing, a stop, or a new turn.
CLOSES = (
    r"(?= *(?:$|[,;:)!?\n–—]|\.(?!\w)|-(?!\w)"
    r"|(?:with|avec|and|et|about|today|yesterday|aujourd'hui|hier|at|on|a \d|a midi)(?!\w)))"
)
