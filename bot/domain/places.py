"""Markets in words: states and provinces that matter to our rules, and how a country and a state become one code."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.names import fold

SUBDIVISIONS: Mapping[str, tuple[str, ...]] = {
    # ISO 3166-2 as of 2026; English first, then French where it differs.
    "US-AL": ("Alabama",),
    "US-AK": ("Alaska",),
    "US-AZ": ("Arizona",),
    "US-AR": ("Arkansas",),
    "US-CA": ("California", "Californie"),
    "US-CO": ("Colorado",),
    "US-CT": ("Connecticut",),
    "US-DE": ("Delaware",),
    "US-DC": ("District of Columbia", "Washington DC", "Washington D.C.", "District de Columbia"),
    "US-FL": ("Florida", "Floride"),
    "US-GA": ("Georgia", "Géorgie"),
    "US-HI": ("Hawaii", "Hawaï"),
    "US-ID": ("Idaho",),
    "US-IL": ("Illinois",),
    "US-IN": ("Indiana",),
    "US-IA": ("Iowa",),
    "US-KS": ("Kansas",),
    "US-KY": ("Kentucky",),
    "US-LA": ("Louisiana", "Louisiane"),
    "US-ME": ("Maine",),
    "US-MD": ("Maryland",),
    "US-MA": ("Massachusetts",),
    "US-MI": ("Michigan",),
    "US-MN": ("Minnesota",),
    "US-MS": ("Mississippi",),
    "US-MO": ("Missouri",),
    "US-MT": ("Montana",),
    "US-NE": ("Nebraska",),
    "US-NV": ("Nevada",),
    "US-NH": ("New Hampshire",),
    "US-NJ": ("New Jersey",),
    "US-NM": ("New Mexico", "Nouveau-Mexique"),
    "US-NY": ("New York", "New York State", "État de New York"),
    "US-NC": ("North Carolina", "Caroline du Nord"),
    "US-ND": ("North Dakota", "Dakota du Nord"),
    "US-OH": ("Ohio",),
    "US-OK": ("Oklahoma",),
    "US-OR": ("Oregon",),
    "US-PA": ("Pennsylvania", "Pennsylvanie"),
    "US-PR": ("Puerto Rico", "Porto Rico"),
    "US-RI": ("Rhode Island",),
    "US-SC": ("South Carolina", "Caroline du Sud"),
    "US-SD": ("South Dakota", "Dakota du Sud"),
    "US-TN": ("Tennessee",),
    "US-TX": ("Texas",),
    "US-UT": ("Utah",),
    "US-VT": ("Vermont",),
    "US-VA": ("Virginia", "Virginie"),
    "US-WA": ("Washington", "Washington State", "État de Washington"),
    "US-WV": ("West Virginia", "Virginie-Occidentale"),
    "US-WI": ("Wisconsin",),
    "US-WY": ("Wyoming",),
    "CA-AB": ("Alberta",),
    "CA-BC": ("British Columbia", "Colombie-Britannique"),
    "CA-MB": ("Manitoba",),
    "CA-NB": ("New Brunswick", "Nouveau-Brunswick"),
    "CA-NL": ("Newfoundland and Labrador", "Newfoundland", "Terre-Neuve-et-Labrador"),
    "CA-NS": ("Nova Scotia", "Nouvelle-Écosse"),
    "CA-NT": ("Northwest Territories", "Territoires du Nord-Ouest"),
    "CA-NU": ("Nunavut",),
    "CA-ON": ("Ontario",),
    "CA-PE": ("Prince Edward Island", "Île-du-Prince-Édouard"),
    "CA-QC": ("Quebec", "Québec"),
    "CA-SK": ("Saskatchewan",),
    "CA-YT": ("Yukon",),
}
_DIVIDED = frozenset(code[:2] for code in SUBDIVISIONS)
_BY_NAME = {fold(name): code for code, names in SUBDIVISIONS.items() for name in names}
_BY_LETTERS = {code[3:]: code for code in SUBDIVISIONS}
"""No state and no province share their two letters."""


def market_of(country: str, state: str, countries: Mapping[str, str]) -> str | None:
    """The market that a country and a state, each a code or in words and perhaps empty, stand for.

    `countries` are folded names and codes with their ISO code. A state is kept where our rules tell them apart (United
    States, Canada); elsewhere it is the country that counts. Empty when nothing is said; None for what nobody knows.
    """
    if is_market(country.upper()) and "-" in country:
        return country.upper()
    land = countries.get(fold(country), "") if country else ""
    if country and not land:
        # A column of countries that holds states alone, as American lists have it.
        return _subdivision(country) if not state else None
    if not state or (land and land not in _DIVIDED):
        return land
    if is_market(state.upper()) and "-" in state:
        return state.upper()
    found = _subdivision(state)
    if found is None:
        return countries.get(fold(state)) if not land else None
    return found if not land or found.startswith(land) else None


def _subdivision(text: str) -> str | None:
    return _BY_LETTERS.get(text.upper()) or _BY_NAME.get(fold(text))


def is_market(code: str) -> bool:
    """Whether a text has the form of ISO 3166-1 or 3166-2, in capitals."""
    country, dash, subdivision = code.partition("-")
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        return False
    return not dash or (1 <= len(subdivision) <= 3 and subdivision.isascii() and subdivision.isalnum())
