"""Places in words: countries, and the states and provinces in which rules on gifts or working hours differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

from handlers.folding import fold
from handlers.i18n import Words

# In Babel's territories and no countries of ISO 3166.
NO_COUNTRIES = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"]
)

# ISO 3166-2 code, English name, and the French one where it is another.
_SUBDIVISIONS = """
US-AL Alabama|US-AK Alaska|US-AZ Arizona|US-AR Arkansas|US-CA California/Californie|US-CO Colorado
US-CT Connecticut|US-DE Delaware|US-DC District of Columbia/District de Columbia|US-FL Florida/Floride
US-GA Georgia/Géorgie|US-HI Hawaii/Hawaï|US-ID Idaho|US-IL Illinois|US-IN Indiana|US-IA Iowa|US-KS Kansas
US-KY Kentucky|US-LA Louisiana/Louisiane|US-ME Maine|US-MD Maryland|US-MA Massachusetts|US-MI Michigan
US-MN Minnesota|US-MS Mississippi|US-MO Missouri|US-MT Montana|US-NE Nebraska|US-NV Nevada|US-NH New Hampshire
US-NJ New Jersey|US-NM New Mexico/Nouveau-Mexique|US-NY New York|US-NC North Carolina/Caroline du Nord
US-ND North Dakota/Dakota du Nord|US-OH Ohio|US-OK Oklahoma|US-OR Oregon|US-PA Pennsylvania/Pennsylvanie
US-RI Rhode Island|US-SC South Carolina/Caroline du Sud|US-SD South Dakota/Dakota du Sud|US-TN Tennessee
US-TX Texas|US-UT Utah|US-VT Vermont|US-VA Virginia/Virginie|US-WA Washington
US-WV West Virginia/Virginie-Occidentale|US-WI Wisconsin|US-WY Wyoming|CA-AB Alberta
CA-BC British Columbia/Colombie-Britannique|CA-MB Manitoba|CA-NB New Brunswick/Nouveau-Brunswick
CA-NL Newfoundland and Labrador/Terre-Neuve-et-Labrador|CA-NS Nova Scotia/Nouvelle-Écosse
CA-NT Northwest Territories/Territoires du Nord-Ouest|CA-NU Nunavut|CA-ON Ontario
CA-PE Prince Edward Island/Île-du-Prince-Édouard|CA-QC Quebec/Québec|CA-SK Saskatchewan|CA-YT Yukon
"""


def place(code: str, words: Words) -> str:
    """A country, or a state with its country: ``New York (United States)``; the code itself where nobody knows it."""
    country, dash, _ = code.partition("-")
    named = str(words.locale.territories.get(country, country))
    if not dash:
        return named
    state = subdivision(code, words)
    return words.say("{state} ({country})", state=state, country=named)


def subdivision(code: str, words: Words) -> str:
    """A state or province without its country; the code where nobody knows it."""
    english, french = _names().get(code, (code, code))
    return french if words.language == "fr" else english


def places(typed: str, words: Words) -> Iterator[tuple[str, str]]:
    """Code and name of countries and states whose name or code begins with, or else holds, what was typed.

    Countries come before their states; nothing typed gives countries alone.
    """
    wanted = fold(typed.strip())
    known = [
        (str(name), str(name), code)
        for code, name in words.locale.territories.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
    ]
    known.sort(key=lambda one: fold(one[0]))
    if wanted:
        states = [(subdivision(code, words), place(code, words), code) for code in _names()]
        known += sorted(states, key=lambda one: fold(one[0]))
    fitting = [one for one in known if wanted in fold(one[0]) or wanted in (fold(one[2]), fold(one[2][3:]))]
    fitting.sort(key=lambda one: (fold(one[2]) != wanted, not fold(one[0]).startswith(wanted)))
    return ((code, shown) for _, shown, code in fitting)


def zones(typed: str, words: Words, now: datetime) -> Iterator[tuple[str, str]]:
    """IANA name and label of time zones whose city, country or name holds what was typed."""
    wanted = fold(typed.strip())
    for name in _zone_names():
        label = zone_label(name, words, now)
        if wanted in fold(label) or wanted in fold(name.replace("_", " ")):
            yield name, label


def zone_label(name: str, words: Words, now: datetime) -> str:
    """A time zone by its city and country, with its offset now: ``Paris (France) UTC+1``."""
    offset = now.astimezone(ZoneInfo(name)).strftime("%z")
    hours, minutes = int(offset[:3]), offset[3:]
    said = f"UTC{hours:+d}" + (f":{minutes}" if minutes != "00" else "")
    return f"{zone_name(name, words)} {said}"


def zone_name(name: str, words: Words) -> str:
    """A time zone by its city and country: ``Paris (France)``."""
    city = words.locale.time_zones.get(name, {}).get("city") or name.rpartition("/")[2].replace("_", " ")
    code = get_global("zone_territories").get(name, "")
    country = str(words.locale.territories.get(code, "")) if len(code) == 2 and code != "ZZ" else ""
    return f"{city} ({country})" if country else city


@lru_cache(maxsize=1)
def _zone_names() -> tuple[str, ...]:
    """Zones that people live in, by name: those that CLDR gives a territory, and no links or fixed offsets."""
    known = get_global("zone_territories")
    there = available_timezones()
    return tuple(sorted(name for name in known if name in there and re.fullmatch(r"[A-Z]\w+/.+", name)))


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for entry in re.split(r"[|\n]", _SUBDIVISIONS.strip()):
        code, _, names = entry.partition(" ")
        english, _, french = names.partition("/")
        found[code] = (english, french or english)
    return found


def is_known(code: str, words: Words) -> bool:
    """Whether a code is a country, or a state of one whose states we know."""
    return code in _names() or (
        len(code) == 2 and code in words.locale.territories and code not in NO_COUNTRIES
    )
