"""Rows of a client list: one contact (or none) of one client, as a table from elsewhere has it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, time
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.clients import (
    MOST_ALIASES,
    MOST_OFFERINGS,
    NAME_LIMIT,
    OFFERING_LIMIT,
    Hours,
    Status,
    Tier,
)
from bot.domain.names import fold, normalise
from bot.domain.occasions import is_reckoned_with
from bot.domain.places import is_market, market_of
from bot.domain.preferences import Preference, check_preferences
from bot.domain.refusals import Refusal

JURISDICTION_LIMIT = 16
ID_LIMIT = 255
SECTOR_LIMIT = 64
_LARGEST_AMOUNT = Decimal(10**14)
_TIERS = {
    **{tier.value.casefold(): tier for tier in Tier},
    **{f"tier {number}": tier for number, tier in zip("1234", Tier, strict=True)},
    **{f"niveau {number}": tier for number, tier in zip("1234", Tier, strict=True)},
    "hot": Tier.A,
    "warm": Tier.B,
    "cold": Tier.C,
    "chaud": Tier.A,
    "tiede": Tier.B,
    "froid": Tier.C,
}
_STATUSES = {
    "prospect": Status.PROSPECT,
    "active": Status.ACTIVE,
    "actif": Status.ACTIVE,
    "client": Status.ACTIVE,
    "customer": Status.ACTIVE,
    "on hold": Status.ON_HOLD,
    "en pause": Status.ON_HOLD,
    "en attente": Status.ON_HOLD,
}
_KINDS = {
    **_STATUSES,
    **dict.fromkeys(
        ("customer direct", "customer channel", "client direct", "client canal", "evangelist", "evangeliste"),
        Status.ACTIVE,
    ),
    **dict.fromkeys(
        ("lead", "subscriber", "abonne", "marketing qualified lead", "sales qualified lead", "opportunity",
         "opportunite"),
        Status.PROSPECT,
    ),
}  # fmt: skip
_LANGUAGES = {"english": "en", "anglais": "en", "french": "fr", "francais": "fr", "german": "de", "allemand": "de",
              "spanish": "es", "espagnol": "es", "italian": "it", "italien": "it", "dutch": "nl",
              "neerlandais": "nl", "portuguese": "pt", "portugais": "pt"}  # fmt: skip
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}", re.IGNORECASE)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_JOURS = ("lun", "mar", "mer", "jeu", "ven", "sam", "dim")
_SPAN = re.compile(r"(\d{1,2})[:h](\d\d)?-(\d{1,2})[:h](\d\d)?")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,30}")
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
"""What a spreadsheet may take for the beginning of a formula, after any number of our own marks."""


@dataclass(frozen=True, slots=True)
class ToldClient:
    """What one row says of a client; empty text, None and () mean that it says nothing.

    `external_ids` are what other systems call it; by the first of them the list knows it.
    """

    external_ids: tuple[str, ...] = ()
    name: str = ""
    aliases: tuple[str, ...] = ()
    owner: str = ""
    backup: str = ""
    sponsor: str = ""
    status: Status | None = None
    tier: Tier | None = None
    market: str = ""
    zone: str = ""
    hours: Hours | None = None
    own_holidays: tuple[date, ...] = ()
    sector: str = ""
    currency: str = ""
    price_floor: Decimal | None = None
    offerings: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    cadence_days: int | None = None
    relation_since: date | None = None
    contract_on: date | None = None
    renews_on: date | None = None
    last_touch: date | None = None


@dataclass(frozen=True, slots=True)
class ToldContact:
    """What one row says of a person at the client."""

    name: str
    external_id: str = ""
    role: str = ""
    email: str = ""
    employer: str = ""
    regimes: tuple[str, ...] = ()
    jurisdiction: str = ""
    language: str = ""
    preferences: Mapping[str, str] = field(default_factory=dict)
    left: date | None = None


@dataclass(frozen=True, slots=True)
class BookRow:
    """One row that could be read. `line` counts from 1, the heading included."""

    line: int
    client: ToldClient
    contact: ToldContact | None


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that could not be read or used: the line, a code such as ``name.missing``, and what stood there."""

    line: int
    code: str
    found: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the cells of one file are read.

    `today` bounds dates. `countries` are folded names and codes of countries with their ISO code. `day_first` is the
    order of dates such as 03/04/2026; None refuses them. `system` is whose export it is.
    """

    today: date
    system: str = ""
    countries: Mapping[str, str] = field(default_factory=dict)
    day_first: bool | None = None


class _Wrong(Exception):
    def __init__(self, code: str, found: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.found = found


class RowReader:
    """Reads rows of one file, one after the other; what neighbours say alike of their client is read once."""

    def __init__(self, reading: Reading, columns: Mapping[str, int]) -> None:
        self._reading = reading
        self._of_client = [(column, at) for column, at in columns.items() if column in _OF_CLIENT]
        self._of_contact = [(column, at) for column, at in columns.items() if column not in _OF_CLIENT]
        self._places = [at for _, at in self._of_client]
        self._width = max(columns.values(), default=-1) + 1
        self._said: list[str] = []
        self._client: ToldClient | None = None

    def read(self, line: int, cells: Sequence[str]) -> BookRow | RejectedRow:
        """A row from its cells, where `columns` says; the first thing that is wrong with it otherwise."""
        if len(cells) < self._width:
            cells = [*cells, *[""] * (self._width - len(cells))]
        try:
            said = [cells[at] for at in self._places]
            if self._client is None or said != self._said:
                told = {column: plain(cells[at]) for column, at in self._of_client}
                self._client, self._said = _client(_UNSAID | told, self._reading), said
            person = None
            if self._of_contact:
                person = _contact(
                    {c: plain(text) for c, at in self._of_contact if (text := cells[at])}, self._reading
                )
            return BookRow(line, self._client, person)
        except _Wrong as wrong:
            return RejectedRow(line, wrong.code, wrong.found)


def merged(first: ToldClient, other: ToldClient) -> ToldClient:
    """What two rows say of the same client: the first that says something decides, aliases and the like add up."""
    if first is other or first == other:
        return first
    said: dict[str, Any] = {}
    for each in fields(ToldClient):
        one, two = getattr(first, each.name), getattr(other, each.name)
        if each.name in ("external_ids", "aliases", "offerings", "channels", "own_holidays"):
            said[each.name] = tuple(dict.fromkeys((*one, *two)))
        elif each.name == "last_touch":
            said[each.name] = max((day for day in (one, two) if day is not None), default=None)
        else:
            said[each.name] = two if one in ("", None) else one
    if other.name and other.name != said["name"] and normalise(other.name) != normalise(said["name"]):
        said["aliases"] = tuple(dict.fromkeys((*said["aliases"], other.name)))
    return ToldClient(**said)


_OF_CLIENT = (
    "external_id", "name", "aliases", "owner", "backup", "sponsor", "status", "kind", "tier", "market", "country",
    "state", "zone", "hours", "own_holidays", "sector", "currency", "price_floor", "offerings", "channels",
    "cadence_days", "relation_since", "contract_on", "renews_on", "last_touch",
)  # fmt: skip
_UNSAID = dict.fromkeys(_OF_CLIENT, "")


def _client(cell: Mapping[str, str], reading: Reading) -> ToldClient:
    name = cell["name"]
    if not name and not cell["external_id"]:
        raise _Wrong("name.missing")
    external_ids = called(reading.system, cell["external_id"])
    for column, limit in (("name", NAME_LIMIT), ("sector", SECTOR_LIMIT)):
        if len(cell[column]) > limit:
            raise _Wrong("text.too_long", column)
    if any(len(each) > ID_LIMIT for each in external_ids):
        raise _Wrong("text.too_long", "external_id")
    last_touch = _day(cell["last_touch"], reading)
    if last_touch is not None and last_touch > reading.today:
        raise _Wrong("date.future", cell["last_touch"])
    return ToldClient(
        external_ids=external_ids,
        name=name,
        aliases=_several("aliases", cell["aliases"], most=MOST_ALIASES),
        owner=cell["owner"],
        backup=cell["backup"],
        sponsor=cell["sponsor"],
        status=_status(cell["status"], cell["kind"]),
        tier=_tier(cell["tier"]),
        market=_market(cell["market"], cell["country"], cell["state"], reading.countries),
        zone=_zone(cell["zone"]),
        hours=_hours(cell["hours"]),
        own_holidays=tuple(
            day
            for text in _several("own_holidays", cell["own_holidays"])
            if (day := _day(text, reading)) is not None
        ),
        sector=cell["sector"],
        currency=_currency(cell["currency"]),
        price_floor=_amount(cell["price_floor"]),
        offerings=_several("offerings", cell["offerings"], OFFERING_LIMIT, MOST_OFFERINGS),
        channels=_channels(cell["channels"]),
        cadence_days=_cadence(cell["cadence_days"]),
        relation_since=_known_day("relation_since", cell, reading),
        contract_on=_known_day("contract_on", cell, reading),
        renews_on=_known_day("renews_on", cell, reading),
        last_touch=last_touch,
    )


def _contact(cell: Mapping[str, str], reading: Reading) -> ToldContact | None:
    get = cell.get
    name = get("contact") or " ".join(
        part for column in ("contact_first", "contact_last") if (part := get(column, ""))
    )
    role, email, employer = get("contact_role", ""), get("contact_email", ""), get("contact_employer", "")
    external_id = "; ".join(called(reading.system, get("contact_external_id", ""))[:1])
    regimes = get("contact_regimes", "")
    if not name:
        if found := email or role or external_id or regimes:
            raise _Wrong("contact.nameless", found)
        return None
    if max(len(name), len(role), len(email), len(employer), len(external_id)) > NAME_LIMIT:
        texts = {"contact": name, "contact_role": role, "contact_email": email, "contact_employer": employer}
        raise _Wrong(
            "text.too_long",
            next((c for c, text in texts.items() if len(text) > NAME_LIMIT), "contact_external_id"),
        )
    return ToldContact(
        name=name,
        external_id=external_id,
        role=role,
        email=email,
        employer=employer,
        regimes=_several("contact_regimes", regimes) if regimes else (),
        jurisdiction=_jurisdiction(text, reading.countries)
        if (text := get("contact_jurisdiction", ""))
        else "",
        language=_language(text) if (text := get("contact_language", "")) else "",
        preferences=_preferences(text) if (text := get("contact_preferences", "")) else {},
        left=_day(text, reading) if (text := get("contact_left", "")) else None,
    )


def called(system: str, text: str) -> tuple[str, ...]:
    """What another system calls something: its ids, with the system before them where we know which it is.

    Numbers of two systems would be mistaken for each other without it. A system's own list names one client a row, or
    several of which the first is meant; Salesforce writes the same id with 15 or with 18 characters.
    """
    ids = parted(text) if text else ()
    if not system:
        return ids
    first = ids[0][:15] if ids and system == "Salesforce" and len(ids[0]) == 18 else "".join(ids[:1])
    return (f"{system.casefold()}:{first}",) if first else ()


def identity(external_ids: Sequence[str], name: str) -> str:
    """By what the rows of one client are known to belong together: its first id elsewhere, else its name."""
    return f"#{external_ids[0]}" if external_ids else normalise(name)


# --- Cells ------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """One line of text: control characters (a database may refuse them) and runs of spaces become one space.

    The mark by which an export keeps a spreadsheet from running a cell is taken off again (see `harmless`).
    """
    if text.startswith("'") and _FORMULA.match(text):
        text = text[1:]
    if text.isprintable():
        return text if " " not in text else " ".join(text.split())
    return " ".join(
        "".join(" " if unicodedata.category(char) in ("Cc", "Cs") else char for char in text).split()
    )


def harmless(text: str) -> str:
    """Text of a cell that no spreadsheet runs: an apostrophe stands before what would begin a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def listed(texts: Sequence[str]) -> str:
    """Several texts in one cell, parted by ``;``; one that stands in a text is marked by a backslash."""
    return "; ".join(text.replace("\\", "\\\\").replace(";", "\\;") for text in texts)


def parted(text: str) -> tuple[str, ...]:
    """The texts of a cell that `listed` wrote."""
    if "\\" not in text:
        return tuple(part for each in text.split(";") if (part := each.strip()))
    parts = re.findall(r"(?:\\[\\;]|[^;])+", text)
    return tuple(part for each in parts if (part := re.sub(r"\\([\\;])", r"\1", each).strip()))


def hours_text(hours: Hours) -> str:
    """Working hours as a cell holds them: ``mon-fri 09:00-12:00 14:00-18:00; sat 10:00-12:00``."""
    runs: list[tuple[int, int, str]] = []
    for day in sorted(hours):
        spans = " ".join(f"{begin:%H:%M}-{end:%H:%M}" for begin, end in hours[day])
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == spans:
            runs[-1] = (runs[-1][0], day, spans)
        else:
            runs.append((day, day, spans))
    days = [(f"{_DAYS[one]}-{_DAYS[two]}" if two > one else _DAYS[one], spans) for one, two, spans in runs]
    return "; ".join(f"{names} {spans}" if spans else names for names, spans in days)


def preferences_text(preferences: Mapping[str, str]) -> str:
    return listed([f"{name}: {said}" for name, said in preferences.items()])


def _several(column: str, text: str, limit: int = NAME_LIMIT, most: int | None = None) -> tuple[str, ...]:
    parts = parted(text) if text else ()
    if any(len(part) > limit for part in parts) or (most is not None and len(parts) > most):
        raise _Wrong("text.too_long", column)
    return parts


def _status(status: str, kind: str) -> Status | None:
    if status:
        if (found := _STATUSES.get(fold(status))) is None:
            raise _Wrong("status.unknown", status)
        return found
    return _KINDS.get(fold(kind)) if kind else None


def _tier(text: str) -> Tier | None:
    if not text:
        return None
    if (found := _TIERS.get(text.casefold()) or _TIERS.get(fold(text))) is None:
        raise _Wrong("tier.unknown", text)
    return found


def _market(market: str, country: str, state: str, countries: Mapping[str, str]) -> str:
    found = _place(market, countries) if market else market_of(country, state, countries)
    if found is None:
        raise _Wrong("market.unknown", market or ", ".join(part for part in (country, state) if part))
    return found


def _place(text: str, countries: Mapping[str, str]) -> str | None:
    """A market that stands in one cell: a code of a country, with or without its state, or the name of either."""
    code = text.upper()
    if is_market(code) and ("-" in code or not countries or code.casefold() in countries):
        return code
    return None if code.endswith("-") else market_of(text, "", countries)


def _jurisdiction(text: str, countries: Mapping[str, str]) -> str:
    if len(text) > JURISDICTION_LIMIT and (found := _place(text, countries)):
        return found
    if len(text) > JURISDICTION_LIMIT:
        raise _Wrong("text.too_long", "contact_jurisdiction")
    return _place(text, countries) or text.upper()


def _zone(text: str) -> str:
    if not text:
        return ""
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise _Wrong("zone.unknown", text) from unknown


def _hours(text: str) -> Hours | None:
    if not text:
        return None
    hours: dict[int, tuple[tuple[time, time], ...]] = {}
    for part in text.split(";"):
        words = part.split()
        if not words:
            continue
        first, dash, last = words[0].casefold().partition("-")
        days = _weekday(first, text), _weekday(last if dash else first, text)
        spans = tuple(_span(word, text) for word in words[1:])
        if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
            raise _Wrong("hours.wrong", text)
        if spans:
            hours |= dict.fromkeys(range(days[0], days[1] + 1), spans)
    return hours


def _weekday(text: str, whole: str) -> int:
    for names in (_DAYS, _JOURS):
        if text[:3] in names:
            return names.index(text[:3])
    raise _Wrong("hours.wrong", whole)


def _span(text: str, whole: str) -> tuple[time, time]:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise _Wrong("hours.wrong", whole)
    try:
        begin, end = (time(int(found[at]), int(found[at + 1] or 0)) for at in (1, 3))
    except ValueError as wrong:
        raise _Wrong("hours.wrong", whole) from wrong
    if begin >= end:
        raise _Wrong("hours.wrong", whole)
    return begin, end


def _currency(text: str) -> str:
    code = text.upper()
    if code and not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise _Wrong("currency.unknown", text)
    return code


def _amount(text: str) -> Decimal | None:
    """An amount as any system writes it: ``1234.5``, ``$1,234.50``, ``1 234,50 €``, ``1.234``.

    The last of two different marks is the decimal one. A single mark before exactly three digits parts thousands: our
    own exports never write three decimals.
    """
    if not text:
        return None
    digits = "".join(char for char in text if char.isdigit() or char in ".,-")
    comma, dot = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and dot >= 0:
        decimal = "," if comma > dot else "."
        digits = digits.replace("." if decimal == "," else ",", "").replace(",", ".")
    else:
        mark = "," if comma >= 0 else "."
        whole, *groups = digits.split(mark)
        if groups and whole.lstrip("-") and all(len(group) == 3 for group in groups):
            digits = "".join((whole, *groups))
        digits = digits.replace(",", ".")
    try:
        amount = Decimal(digits)
        exact = amount * 10_000
    except InvalidOperation as wrong:
        raise _Wrong("amount.wrong", text) from wrong
    if not 0 <= amount < _LARGEST_AMOUNT or exact != exact.to_integral_value():
        raise _Wrong("amount.wrong", text)
    return amount


def _cadence(text: str) -> int | None:
    if not text:
        return None
    if not (text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= 730):
        raise _Wrong("cadence.wrong", text)
    return int(text)


def _channels(text: str) -> tuple[str, ...]:
    parts = parted(text) if text else ()
    for part in parts:
        if not _CHANNEL.fullmatch(part):
            raise _Wrong("channel.unknown", part)
    return parts


def _language(text: str) -> str:
    if not text:
        return ""
    known = _LANGUAGES.get(fold(text))
    if known is None and not (_TAG.fullmatch(text.replace("_", "-")) and len(text) <= 16):
        raise _Wrong("language.unknown", text)
    return known or text.replace("_", "-")


def _preferences(text: str) -> dict[str, str]:
    said: dict[str, str] = {}
    for part in _several("contact_preferences", text):
        name, _, what = part.partition(":")
        if name.strip().casefold() not in list(Preference) or not what.strip():
            raise _Wrong("preference.unknown", part)
        said[name.strip().casefold()] = what.strip()
    try:
        return check_preferences(said)
    except Refusal as refusal:
        word = refusal.facts.get("word")
        if word is None:
            raise _Wrong("text.too_long", "contact_preferences") from refusal
        raise _Wrong("preference.sensitive", str(word)) from refusal


_NUMBERS = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})")


def _day(text: str, reading: Reading) -> date | None:
    """A date, with or without a time behind it: ISO, or day and month in the order of this file."""
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        pass
    found = _NUMBERS.match(text)
    try:
        if found is None:
            raise ValueError
        one, two, three = (int(part) for part in found.groups())
        if len(found[1]) == 4:
            return date(one, two, three)
        year = three + 2000 if len(found[3]) == 2 else three
        day_first = reading.day_first
        if day_first is None:
            if one <= 12 and two <= 12 and one != two:
                raise _Wrong("date.order", text)
            day_first = one > 12
        return date(year, two, one) if day_first else date(year, one, two)
    except ValueError as wrong:
        raise _Wrong("date.wrong", text) from wrong


def _known_day(column: str, cell: Mapping[str, str], reading: Reading) -> date | None:
    """A day of the relation, of a year that is no slip of the pen."""
    day = _day(cell[column], reading)
    if day is not None and not is_reckoned_with(day):
        raise _Wrong("date.wrong", cell[column])
    return day


class DateOrder:
    """Learns from a column of dates as a whole whether the day or the month stands first."""

    def __init__(self) -> None:
        self._day_first = False
        self._month_first = False
        self._open = ""

    def take(self, text: str) -> None:
        found = _NUMBERS.match(text.strip())
        if found is None or len(found[1]) == 4:
            return
        one, two = int(found[1]), int(found[2])
        self._day_first |= one > 12
        self._month_first |= two > 12
        if one <= 12 and two <= 12 and one != two:
            self._open = self._open or text.strip()

    @property
    def day_first(self) -> bool | None:
        """None: the column holds both, or neither for certain."""
        if self._day_first == self._month_first:
            return None
        return self._day_first

    @property
    def undecided(self) -> str:
        """A date that can be read both ways where nothing decides; empty otherwise."""
        return self._open if self.day_first is None else ""
