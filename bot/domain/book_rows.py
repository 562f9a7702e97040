"""Rows of a client list: one contact (or none) of one client, as a table from elsewhere has it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.clients import NAME_LIMIT, Tier
from bot.domain.names import fold

JURISDICTION_LIMIT = 16
_NAMES = ("name", "contact", "contact_role", "contact_email", "contact_employer")

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("client", "company", "account", "account name", "societe", "entreprise", "nom"),
    "aliases": ("alias", "also known as", "autres noms"),
    "owner": ("account manager", "owner email", "account owner", "responsable", "charge de compte"),
    "tier": ("rating", "niveau", "categorie"),
    "market": ("country", "state", "region", "pays", "marche"),
    "currency": ("devise", "monnaie"),
    "cadence_days": ("cadence", "contact every days", "frequence"),
    "last_touch": ("last activity", "last contact", "dernier contact", "derniere activite"),
    "contact": ("contact name", "full name", "interlocuteur", "nom du contact"),
    "contact_role": ("title", "job title", "role", "fonction", "poste"),
    "contact_email": ("email", "e mail", "courriel"),
    "contact_employer": ("employer", "employeur"),
    "contact_regimes": ("regimes",),
    "contact_jurisdiction": ("jurisdiction", "juridiction"),
}
"""Our columns, and the headings by which they are known elsewhere (case, accents and punctuation aside)."""


@dataclass(frozen=True, slots=True)
class BookRow:
    """One row that could be read. `line` counts from 1, the heading included; empty text means not given."""

    line: int
    name: str
    aliases: tuple[str, ...]
    owner: str
    tier: Tier | None
    market: str
    currency: str
    cadence_days: int | None
    last_touch: date | None
    contact: str
    contact_role: str
    contact_email: str
    contact_employer: str
    contact_regimes: tuple[str, ...]
    contact_jurisdiction: str


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that could not be read or used: the line, a code such as ``name.missing``, and what stood there."""

    line: int
    code: str
    found: str = ""


def known_columns(headings: Sequence[str]) -> dict[str, int]:
    """Which column of ours stands where; headings that nobody knows are left out, the first of two alike wins."""
    found: dict[str, int] = {}
    for position, heading in enumerate(headings):
        plain = fold(heading.replace("_", " "))
        for column, others in COLUMNS.items():
            if column not in found and plain in (column.replace("_", " "), *others):
                found[column] = position
                break
    return found


def read_row(line: int, cells: Mapping[str, str], today: date) -> BookRow | RejectedRow:
    """A row from its cells by our column names; the first thing that is wrong with it otherwise."""
    cell = {column: _plain(cells.get(column, "")) for column in COLUMNS}
    if not cell["name"]:
        return RejectedRow(line, "name.missing")
    aliases, regimes = _several(cell["aliases"]), _several(cell["contact_regimes"])
    for column, texts, limit in (
        *((column, (cell[column],), NAME_LIMIT) for column in _NAMES),
        ("aliases", aliases, NAME_LIMIT),
        ("contact_regimes", regimes, NAME_LIMIT),
        ("contact_jurisdiction", (cell["contact_jurisdiction"],), JURISDICTION_LIMIT),
    ):
        if any(len(text) > limit for text in texts):
            return RejectedRow(line, "text.too_long", column)
    tier = cell["tier"].upper()
    if tier and tier not in [known.value for known in Tier]:
        return RejectedRow(line, "tier.unknown", cell["tier"])
    market = cell["market"].upper()
    if market and not _is_market(market):
        return RejectedRow(line, "market.unknown", cell["market"])
    currency = cell["currency"].upper()
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        return RejectedRow(line, "currency.unknown", cell["currency"])
    if cell["cadence_days"] and not _is_cadence(cell["cadence_days"]):
        return RejectedRow(line, "cadence.wrong", cell["cadence_days"])
    last_touch = _day(cell["last_touch"])
    if cell["last_touch"] and last_touch is None:
        return RejectedRow(line, "date.wrong", cell["last_touch"])
    if last_touch is not None and last_touch > today:
        return RejectedRow(line, "date.future", cell["last_touch"])
    if not cell["contact"] and any(cell[c] for c in ("contact_role", "contact_email", "contact_regimes")):
        return RejectedRow(line, "contact.nameless", cell["contact_email"] or cell["contact_role"])
    return BookRow(
        line=line,
        name=cell["name"],
        aliases=aliases,
        owner=cell["owner"],
        tier=Tier(tier) if tier else None,
        market=market,
        currency=currency,
        cadence_days=int(cell["cadence_days"]) if cell["cadence_days"] else None,
        last_touch=last_touch,
        contact=cell["contact"],
        contact_role=cell["contact_role"],
        contact_email=cell["contact_email"],
        contact_employer=cell["contact_employer"],
        contact_regimes=regimes,
        contact_jurisdiction=cell["contact_jurisdiction"].upper(),
    )


def _plain(text: str) -> str:
    """One line of text: control characters (a database may refuse them) and runs of spaces become one space."""
    return " ".join(
        "".join(" " if unicodedata.category(char) in ("Cc", "Cs") else char for char in text).split()
    )


def _is_cadence(text: str) -> bool:
    return text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= 730


def _is_market(code: str) -> bool:
    country, dash, subdivision = code.partition("-")
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        return False
    return not dash or (1 <= len(subdivision) <= 3 and subdivision.isascii() and subdivision.isalnum())


def _day(text: str) -> date | None:
    """An ISO date, with or without a time behind it; other orders are not guessed."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())
