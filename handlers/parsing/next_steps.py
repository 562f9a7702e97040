"""The next step that the note of a touch names: "next: send the terms Monday", "prochaine étape : visite le 15"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.domain.touches import STEP_LIMIT
from handlers.dates import find_deadline, fold
from handlers.parsing.text import Reader, tidy

_NAMED = re.compile(
    r"(?:\A|(?<=[.;,!?\n]))\s*(?:next steps?|next|then|prochaines? etapes?|etape suivante|la suite|suite) ?: *"
    r"(?P<step>[^.;!?\n]*(?:\.(?=\w)[^.;!?\n]*)*)"
)


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next, by which day (None: not said), and the note without it."""

    text: str
    on: date | None
    note: str


def next_step_in(note: str, reader: Reader) -> NextStep | None:
    """The last next step that a note names behind "next:" or "prochaine étape :"; None when it names none.

    The words end with the sentence; a day in them is the next such day (see `find_deadline`).
    """
    found = list(_NAMED.finditer(fold(note)))
    if not found or not found[-1]["step"].strip():
        return None
    match = found[-1]
    first, last = match.span("step")
    text = note[first:last]
    due = find_deadline(text, now=reader.now, zone=reader.zone, locale=reader.locale)
    if due is not None:
        text = f"{text[: due.span[0]].rstrip(' ,')} {text[due.span[1] :].lstrip()}"
    step = tidy(" ".join(text.split()).strip(" .;!,")) or tidy(note[first:last])
    rest = f"{note[: match.start()].rstrip()} {note[match.end() :].lstrip(' ')}"
    return NextStep(step[:STEP_LIMIT], None if due is None else due.day, tidy(rest.replace("..", ".")))
