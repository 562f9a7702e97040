"""What a status on the chat platform says of being away.

A status is a line of free text with an emoji. Only what plainly says leave counts; where the text says otherwise ("back
from vacation", "working from the beach") the emoji does not count either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.members import Member
from bot.domain.names import fold

EMOJI = frozenset(
    {"palm_tree", "beach_with_umbrella", "desert_island", "face_with_thermometer", "camping", "beach"}
)
"""Emoji that say leave by themselves, without colons: vacation, or being ill. An aeroplane may be a business trip."""

WORDS = (
    "vacation",
    "vacations",
    "vacationing",
    "holiday",
    "holidays",
    "on leave",
    "annual leave",
    "parental leave",
    "maternity leave",
    "paternity leave",
    "sick leave",
    "medical leave",
    "out sick",
    "off sick",
    "day off",
    "days off",
    "out of office",
    "out of the office",
    "ooo",
    "pto",
    "conge",
    "conges",
    "vacances",
    "rtt",
    "arret maladie",
    "en arret",
    "absent du bureau",
    "absente du bureau",
)
"""Words and turns that say leave, in English and French, without accents and capitals; whole words only."""

_LEAVE = r"(?:vacations?|holidays?|leave|pto|vacances|conges?|rtt)"
NOT = re.compile(
    "|".join(
        (
            r"\b(?:back|return|returned|returning|fresh|retour|rentree?|revenue?) (?:de |d )?(?:from|de|des|du|mes)\b",
            r"\b(?:just|i m|im|am|we re) back\b",
            r"\b(?:before|after|avant|apres) (?:my |the |a |les |mes |le |mon )?" + _LEAVE,
            r"\b\d+ (?:more )?(?:days?|weeks?|sleeps?|jours?|semaines?|dodos?) (?:to|until|till|before|avant)\b",
            _LEAVE + r" (?:in|dans) \d",
            r"\b(?:next|soon|prochaine?s?|bientot|vivement) (?:on |my |the |en |les |mes |le )?" + _LEAVE,
            _LEAVE + r" (?:soon|next|planning|policy|requests?|calendar|tracker|bientot)\b",
            r"\b(?:plan|planning|dreaming|approving|request|requests|need|needs|besoin|demandes?|planification)\b",
            r"\b(?:no|not|no longer|not on|never|pas|plus|pas en|pas de|plus en|sans) (?:on |en |de )?"
            + _LEAVE,
            r"\b(?:happy|merry|good|nice|bonnes?|joyeuses?) " + _LEAVE,
            r"\b(?:still|working|work) (?:from|remotely|during|working|at)\b",
            r"\b(?:wfh|remote|teletravail|on call|astreinte)\b",
            r"\b(?:en|je) (?:travaille|travail)\b",
        )
    )
)
"""Turns that say that somebody is not away, not yet, or not any more, whatever else stands there."""

_OPEN_ENDED = timedelta(days=1)
"""How far a status without an end reaches: it is seen anew each day while it stands."""


@dataclass(frozen=True, slots=True)
class Status:
    """A status as the platform tells it: `emoji` with or without colons, `until` its end (UTC; None: it names none)."""

    text: str = ""
    emoji: str = ""
    until: datetime | None = None


def says_leave(status: Status) -> bool:
    """Whether the status says that its author is away."""
    text = f" {' '.join(_letters(fold(status.text)).split())} "
    if NOT.search(text):
        return False
    if any(f" {word} " in text for word in WORDS):
        return True
    return status.emoji.strip(":").partition("::")[0] in EMOJI


def _letters(text: str) -> str:
    return "".join(letter if letter.isalnum() else " " for letter in text)


def leave_by(status: Status, member: Member, now: datetime) -> tuple[date, date] | None:
    """The days on the member's calendar on which they are away by their status, from today on; None for none.

    A day belongs to it when the status still stands at the end of its working hours: one that ends at noon costs no
    digest. One without an end reaches to tomorrow.
    """
    if not says_leave(status):
        return None
    calendar = member.calendar
    today = calendar.local_date(now)
    if status.until is None:
        return today, today + _OPEN_ENDED
    last = calendar.local_date(status.until)
    if status.until < calendar.at(last, member.hours_until):
        last -= timedelta(days=1)
    return (today, last) if last >= today else None
