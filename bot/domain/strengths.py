"""What members say of themselves that speaks for giving them a client: strengths, languages, markets, sectors, room."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.names import fold
from bot.domain.places import is_market
from bot.domain.refusals import Refusal

MOST_NAMED = 20
"""Markets, and sectors, that one member may name."""
SECTOR_LIMIT = 64
"""Characters of a sector; as many as a client's has."""
LARGEST_BOOK = 200
"""Clients of tier B that one member may say to have room for, at most."""


class Strength(StrEnum):
    """What somebody may say to be good at; a closed list, so that everybody means the same."""

    BLUNT = "blunt"
    """Stays composed with clients who speak bluntly."""
    SAYING_NO = "saying_no"
    CALMING = "calming"
    """Sets right what a client complains of."""
    NEGOTIATING = "negotiating"
    WINNING = "winning"
    """Wins clients that are none yet."""


LANGUAGES = (
    "en", "fr", "es", "de", "it", "nl", "pt", "pl", "sv", "da", "nb", "fi", "cs", "tr", "ar", "hi", "ja", "ko", "zh",
)  # fmt: skip
"""Languages that can be named, by ISO 639-1; a platform's language counts beside those of the list."""

_SPOKEN = {
    "AR": "es", "AT": "de", "AU": "en", "BE": "nl fr", "BR": "pt", "CA": "en fr", "CH": "de fr it", "CL": "es",
    "CN": "zh", "CO": "es", "CZ": "cs", "DE": "de", "DK": "da", "ES": "es", "FI": "fi sv", "FR": "fr", "GB": "en",
    "IE": "en", "IN": "hi en", "IT": "it", "JP": "ja", "KR": "ko", "LU": "fr de", "MX": "es", "NL": "nl", "NO": "nb",
    "NZ": "en", "PE": "es", "PL": "pl", "PT": "pt", "SE": "sv", "SG": "en zh", "TR": "tr", "US": "en",
}  # fmt: skip
"""Languages of a country, the likeliest in business first. Source: the official languages in Unicode CLDR 47, of which
a test holds every entry; the order among several is our own guess, and yields to what is known of a client's people."""


def spoken_in(market: str) -> tuple[str, ...]:
    """The languages in which a client of that market (ISO 3166, with or without subdivision) is likely to speak; none
    where we do not know."""
    if market == "CA-QC":
        return ("fr", "en")  # French is Quebec's official language (Charter of the French Language, s. 1)
    return tuple(_SPOKEN.get(market.partition("-")[0], "").split())


@dataclass(frozen=True, slots=True)
class Declared:
    """What a member says of themselves. `languages` are of `LANGUAGES`, `markets` ISO 3166 with or without subdivision.

    `capacity` is how many clients of tier B they have room for in all (None: as many as the workspace takes for usual).
    """

    strengths: frozenset[Strength] = frozenset()
    languages: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    capacity: int | None = None


NOTHING = Declared()


def checked(said: Declared) -> Declared:
    """What was said, tidied: each once, in order.

    Raises Refusal ``strengths.language`` (language), ``strengths.market`` (country), ``strengths.sector`` (limit),
    ``strengths.too_many`` (limit, field) or ``strengths.capacity`` (limit).
    """
    languages = tuple(dict.fromkeys(code.strip().lower() for code in said.languages if code.strip()))
    for code in languages:
        if code not in LANGUAGES:
            raise Refusal("strengths.language", language=code)
    markets = tuple(dict.fromkeys(code.strip().upper() for code in said.markets if code.strip()))
    for code in markets:
        if not is_market(code):
            raise Refusal("strengths.market", country=code)
    named: dict[str, str] = {}
    for sector in said.sectors:
        line = " ".join(sector.split())
        if len(line) > SECTOR_LIMIT:
            raise Refusal("strengths.sector", limit=SECTOR_LIMIT)
        if fold(line):
            named.setdefault(fold(line), line)
    for field, many in (("markets", markets), ("sectors", tuple(named))):
        if len(many) > MOST_NAMED:
            raise Refusal("strengths.too_many", limit=MOST_NAMED, field=field)
    if said.capacity is not None and not 1 <= said.capacity <= LARGEST_BOOK:
        raise Refusal("strengths.capacity", limit=LARGEST_BOOK)
    return Declared(said.strengths, languages, markets, tuple(named.values()), said.capacity)


def same_sector(one: str, other: str) -> bool:
    """Whether a sector is another, or a part of it: all words of the one are among those of the other."""
    words, others = set(fold(one).split()), set(fold(other).split())
    return bool(words and others) and (words <= others or others <= words)
