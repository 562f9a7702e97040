"""A typed meeting: "meeting with Acme tomorrow 15:00", "rdv avec Acme demain 15h"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from handlers.dates import DateError, Deadline, find_date, find_deadline, fold
from handlers.parsing.names import LeadingName
from handlers.parsing.text import Reader, tidy

_KINDS = (
    "meeting|meet|appointment|call|phone call|video call|video|visit|lunch|dinner|breakfast|coffee|demo|workshop|review"
    "|rdv|rendez-vous|rendez vous|reunion|point|visio|appel|visite|dejeuner|diner|petit-dejeuner|petit dejeuner|cafe"
    "|entretien|atelier|revue"
)
WORDS = frozenset(("meeting", "meet", "appointment", "rdv", "rendez-vous", "reunion"))
"""What follows a client's name where a meeting is typed."""
_FIRST = re.compile(
    r"(?:(?:i have|i've got|we have|i|we|j'ai|on a|nous avons|new|add|enter|nouveau|nouvelle|ajoute[rz]?|note[rz]?"
    rf"|an?|un|une|the|le|la|il y a) )*(?:{_KINDS})\b(?: (?:is|est))?"
    r"(?P<with> (?:with|avec|at|chez|de|du|for|of)\b|)[ :,]*(?P<rest>.*)\Z",
    re.S,
)
_LAST = re.compile(rf"(?P<client>.+?),? (?:{'|'.join(sorted(WORDS))})\b(?P<note>.*)\Z", re.S)
_NOTE = re.compile(
    r" ?[:;\n] ?| [–—-] |, | (?=(?:about|re|regarding|to discuss|to talk|to review|au sujet|a propos|pour)\b)"
)
_AT_NOON = re.compile(r"(?<!apres[- ])\bmidi\Z")
_AT = re.compile(r" (?:at|from|of|chez|de chez|@) ")


@dataclass(frozen=True, slots=True)
class TypedMeeting:
    """A meeting as typed. `at` is aware (None: no hour was said), `day` the day where one was said."""

    client: str
    at: datetime | None
    day: date | None
    note: str


def read_meeting(text: str, reader: Reader, leading_name: LeadingName) -> TypedMeeting | None:
    """What a text says of a meeting still to come; None when it speaks of none.

    The kind of meeting comes first ("lunch with Acme …"), or the client does ("Acme meeting …"); the day and the hour
    stand anywhere. What follows a colon, a comma or "about" is the note; "Dana at Acme" is a person of that client,
    unless the book knows a client of the whole name.
    """
    due = _moment(text, reader)
    rest = _without(text, due) if due is not None else _without_past(text, reader)
    folded = fold(rest)
    if (match := _FIRST.match(folded)) and (match["with"] or due is not None or not match["rest"]):
        start = match.start("rest")
        client, note = _split(rest[start:].strip())
    elif due is not None and (match := _LAST.match(folded)):
        client, note = rest[: match.end("client")].strip(), tidy(rest[match.start("note") :])
    else:
        return None
    client, person = _person(client, leading_name)
    note = ": ".join(part for part in (person, note) if part)
    at, day = said_moment(due)
    if due is not None and at is None and _AT_NOON.search(fold(text[due.span[0] : due.span[1]])):
        at = due.when.start.replace(hour=12)
    return TypedMeeting(client.strip(" .,!"), at, day, note)


def read_time(text: str, reader: Reader) -> tuple[datetime | None, date | None, str]:
    """The moment or the day still to come that a text says, and the text without it."""
    due = _moment(text, reader)
    at, day = said_moment(due)
    return at, day, tidy(_without(text, due))


def said_moment(due: Deadline | None) -> tuple[datetime | None, date | None]:
    if due is None:
        return None, None
    day = due.when.start.date()
    return (due.when.start, day) if due.when.precision == "time" else (None, day)


def _moment(text: str, reader: Reader) -> Deadline | None:
    """The first moment with an hour, else the first day."""
    first, pos = None, 0
    for _ in range(5):
        found = find_deadline(text, pos, now=reader.now, zone=reader.zone, locale=reader.locale)
        if found is None:
            return first
        if found.when.precision == "time":
            return found
        first, pos = first or found, found.span[1]
    return first


def _without_past(text: str, reader: Reader) -> str:
    """The text without a day that has passed, which is asked about and no part of a name."""
    try:
        found = find_date(text, now=reader.now, zone=reader.zone, locale=reader.locale)
    except DateError:
        found = None
    return text if found is None else " ".join(f"{text[: found.span[0]]} {text[found.span[1] :]}".split())


def _without(text: str, due: Deadline | None) -> str:
    if due is None:
        return " ".join(text.split())
    return " ".join(f"{text[: due.span[0]].rstrip(' ,')} {text[due.span[1] :].lstrip()}".split())


def _split(said: str) -> tuple[str, str]:
    if said[:1] in '"“«':
        close = re.search(r"[\"”»]", said[1:])
        if close:
            return said[1 : close.start() + 1].strip(), tidy(said[close.end() + 1 :])
    match = _NOTE.search(fold(said))
    return (said, "") if match is None else (said[: match.start()], tidy(said[match.end() :]))


def _person(client: str, leading_name: LeadingName) -> tuple[str, str]:
    words = client.split()
    if not words or leading_name(words) > 0:
        return client, ""
    match = _AT.search(f" {fold(client)} ")
    if match is None or match.start() == 0:
        return client, ""
    return client[match.end() - 1 :], client[: match.start() - 1 + 1].strip()
