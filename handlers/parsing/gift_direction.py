"""Whether a typed gift is one that we received, and from whom then."""

from __future__ import annotations

import re

from handlers.folding import fold
from handlers.parsing.gift_people import employer_after, gift_name
from handlers.parsing.gift_words import category_of
from handlers.parsing.names import starts_name
from handlers.parsing.text import Reader, Text

_RECEIVED = re.compile(
    r"(?<!\w)(?:"
    r"(?:(?:i|we|i've|we've|i have|we have|just|today|yesterday) ){0,3}(?:been |was |were )?"
    r"(?:(?:gift|present)s? (?:i |we )?received|received (?:as )?a (?:gift|present) of|received(?: gift| present)?)"
    r"|(?:(?:i|we|i've|we've|i have|we have) )?(?:was|were|been) (?:given|offered|sent|invited(?: to)?)"
    r"|(?:i|we|i've|we've) (?:just )?got|got(?= .*(?:from|off) )"
    r"|(?:(?:j'ai|nous avons|on a|ai|avons|viens de|venons de) )?(?:(?:un |le )?cadeaux? )?"
    r"(?:recues?|recus?(?! fiscal)|recevoir|recevons|recois)(?: (?:un|en) cadeau)?"
    r"|(?:on |il |elle )?(?:m'a|nous a|m'ont|nous ont|m'avez) (?:offert|donne|envoye)e?s?"
    r"|(?:(?:j'ai|nous avons|ai|avons) )?ete invitee?s?(?: a(?: un)?)?"
    r")(?: ?:)?(?!\w)"
)
_FROM = re.compile(r"(?<!\w)(?:from |off |(?:offerte?s? )?par |by |de la part (?:de |d'))(?=\S)")
_OF = re.compile(r"(?<!\w)(?:de |d')(?=[^\W\d_])")


def take_received(text: str) -> tuple[bool, str]:
    """Whether the words say that we received it, and the text with spaces in the place of these words."""
    match = _RECEIVED.search(fold(text))
    if match is None:
        return False, text
    start, end = match.span()
    return True, text[:start] + " " * (end - start) + text[end:]


def take_giver(rest: str, reader: Reader, gap: str) -> tuple[str | None, str | None, str]:
    """Who gave, where they work, and what is left.

    "from", "par", "de la part de" lead to them; a bare "de" does so before a name that is none of a thing ("vin de
    Bordeaux"), the last one first.
    """
    text = Text(rest, fold(rest), reader)
    named = [
        match
        for match in _OF.finditer(text.folded)
        if starts_name(rest[match.end() :]) and category_of(rest[match.end() :].split()[0]) is None
    ]
    for match in [*_FROM.finditer(text.folded), *reversed(named)]:
        person, end = gift_name(text, match.end())
        if person is None:
            continue
        employer, end = employer_after(text, end)
        return person, employer, rest[: match.start()] + gap * (end - match.start()) + rest[end:]
    return None, None, rest
