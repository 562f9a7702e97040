"""Dates as people type them, in English and French.

A table of forms (words, weekdays, spans of time, numeric dates, month names) is tried at the start of each
word; the longest form wins. Both languages are understood whoever types; only the order of day and month in
"12/03" follows the reader's locale. Anything that is not clearly a date is left alone, because a date that
is silently wrong is worse than one that was not seen.

The text is first *folded*: lower case, no accents, plain spaces, apostrophes and hyphens, and exactly as long
as before, so that a place in the folded text is the same place in what was typed.
"""

from handlers.dates.found import DateError, Deadline, FoundDate, When
from handlers.dates.phrases import date_at, find_date, find_deadline
from handlers.folding import fold

__all__ = ["DateError", "Deadline", "FoundDate", "When", "date_at", "find_date", "find_deadline", "fold"]
