"""The gift proposal: everything a check may be told about one gift, and its strict reader.

Each field holds what was said, or None where it was left out. What a left-out fact is taken to be (the
ordinary case) is decided in :mod:`bot.domain.gifts.facts`, so that a verdict can say which facts it assumed.
Amounts are exact decimals in major units of their currency.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from bot.domain.gifts.currencies import CURRENCIES, currency_of

CATEGORIES = [
    "gift",
    "promotional_item",
    "alcohol",
    "perishable",
    "meal",
    "refreshment",
    "entertainment",
    "event_attendance",
    "travel",
    "lodging",
    "cash",
    "cash_equivalent",
    "gift_card_retail",
    "discount",
    "loan",
    "tip",
    "club_membership",
    "charitable_donation",
    "award",
    "prize",
    "greeting_card",
    "educational_item",
    "informational_material",
    "sample",
    "personal_service",
    "investment",
]
CAPACITIES = [
    "business",
    "event_sponsor",
    "event_other",
    "award_body",
    "university",
    "public_body",
    "spouse_employer",
    "own_business",
    "former_employer",
    "prospective_employer",
    "friend",
    "relative",
    "partner",
    "private_host",
    "member_of_public",
    "patient",
    "pupil_parent",
    "employer",
]
OCCASIONS = [
    "birthday",
    "wedding",
    "promotion",
    "holiday",
    "speech",
    "panel",
    "training",
    "retirement",
    "none",
]
SETTINGS = [
    "workplace",
    "restaurant",
    "reception",
    "one_on_one",
    "briefing",
    "conference_booth",
    "conference",
    "virtual",
    "giver_premises",
    "giver_lobbying_office",
    "home",
    "trade_show",
]
OFFERED_TO = [
    "recipient_only",
    "senior_only",
    "role_based",
    "all_employees",
    "broad_group",
    "public",
    "spouse_colleagues",
    "former_colleagues",
    "all_attendees",
    "building_occupants",
]


class ProposalError(ValueError):
    """A proposal that cannot be read. `key` is the dotted path of the fault, such as ``items[0].unit_value``."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}: {message}")
        self.key = key
        self.message = message


@dataclass(frozen=True, slots=True)
class Recipient:
    name: str | None = None
    employer: str | None = None
    regimes: tuple[str, ...] | None = None
    jurisdiction: str | None = None
    role: str | None = None
    buys_from_giver: bool | None = None
    procurement_role: bool | None = None
    recused: bool | None = None
    rank: str | None = None


@dataclass(frozen=True, slots=True)
class Giver:
    description: str | None = None
    capacity: str | None = None
    seeks_official_action: bool | None = None
    has_matter_with_recipient: bool | None = None
    registered_lobbyist: bool | None = None
    retains_lobbyist: bool | None = None
    health_products_maker: bool | None = None
    phrma_member: bool | None = None
    finra_member: bool | None = None
    municipal_dealer: bool | None = None
    personal_relationship: bool | None = None
    paid_by: str | None = None
    jurisdiction: str | None = None
    individual: bool | None = None
    sources: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    description: str | None = None
    category: str | None = None
    unit_value: Decimal | None = None
    currency: str | None = None
    quantity: int | None = None
    source: int | None = None
    face_value: Decimal | None = None
    market_value: Decimal | None = None
    cost_to_giver: Decimal | None = None
    value_above: Decimal | None = None
    branded: bool | None = None
    inscribed: bool | None = None
    cash_component: bool | None = None
    lavish: bool | None = None


@dataclass(frozen=True, slots=True)
class Prior:
    """An earlier gift from the same source to the same person."""

    amount: Decimal
    currency: str
    date: date | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    occasion: str | None = None
    guests: int | None = None
    guest_relation: str | None = None
    given_to: str | None = None
    recipient_pays: Decimal | None = None
    pooled: bool | None = None
    share_each: Decimal | None = None
    prior: tuple[Prior, ...] | None = None
    prior_count: int | None = None
    frequent: bool | None = None
    host_present: bool | None = None
    setting: str | None = None
    attendees: int | None = None
    diversity_of_views: bool | None = None
    speaking: bool | None = None
    agency_determination: str | None = None
    presentation: bool | None = None
    impromptu: bool | None = None
    work_related: bool | None = None
    offered_to: str | None = None
    because_of_position: bool | None = None
    open_to_public: bool | None = None
    required_by_duties: bool | None = None
    pending_decision: bool | None = None
    conditional: bool | None = None
    after_official_act: bool | None = None
    fee_charged: bool | None = None
    abroad: bool | None = None
    within_per_diem: bool | None = None
    bought_with_official_money: bool | None = None
    presented_in_person: bool | None = None
    scarce: bool | None = None
    convention: bool | None = None
    regift: bool | None = None
    open_complaint: bool | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """One gift to one person. `date` and `currency` are always filled; the rest may be left out.

    `currency` is what an amount without a currency of its own is in.
    """

    items: tuple[Item, ...]
    date: date
    currency: str
    house_policy: bool | None = None
    direction: str | None = None
    recipient: Recipient = Recipient()
    giver: Giver = Giver()
    context: Context = Context()


_MAX_TEXT = 4_000
_MAX_ITEMS = 100
_MAX_PRIOR = 5_000
_MAX_REGIMES = 40
_MAX_COUNT = 1_000_000
_MAX_AMOUNT = Decimal(10) ** 12
_MOST_DECIMALS = 4
_FIRST_DAY = date(1990, 1, 1)
_LAST_DAY = date(2100, 12, 31)
_PLAIN_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?", re.ASCII)
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_JURISDICTION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3}){0,2}", re.ASCII)
_REGIME = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*", re.ASCII)

Reader = Callable[[object, str], Any]


def read_amount(value: object, key: str) -> Decimal:
    """An exact, finite amount of zero or more with at most four decimals, from a number or a plain string."""
    if isinstance(value, str):
        if not _PLAIN_AMOUNT.fullmatch(value):
            raise ProposalError(
                key, "an amount is written as digits with at most four decimals, such as 45.50"
            )
        return Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ProposalError(key, "must be an amount")
    if isinstance(value, int) and abs(value) >= _MAX_AMOUNT:
        raise ProposalError(key, "is larger than any gift")
    exact = Decimal(value)
    if not exact.is_finite():
        raise ProposalError(key, "must be a finite amount")
    if exact < 0:
        raise ProposalError(key, "must not be negative")
    if exact >= _MAX_AMOUNT:
        raise ProposalError(key, "is larger than any gift")
    exponent = exact.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -_MOST_DECIMALS:
        rounded = exact.quantize(Decimal("0.0001"))
        if exact != rounded:
            raise ProposalError(key, "is no exact amount: at most four decimals, or write it as a string")
        exact = rounded  # the same amount, without thousands of noughts behind it
    return exact if exact else Decimal(0)


def _text(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise ProposalError(key, "must be text")
    if len(value) > _MAX_TEXT:
        raise ProposalError(key, f"is longer than {_MAX_TEXT} characters")
    return value


def _flag(value: object, key: str) -> bool:
    if not isinstance(value, bool):
        raise ProposalError(key, "must be true or false")
    return value


def _code(choices: list[str]) -> Reader:
    known = frozenset(choices)

    def read(value: object, key: str) -> str:
        if not isinstance(value, str) or value not in known:
            raise ProposalError(key, f"must be one of {', '.join(choices)}")
        return value

    return read


def _count(least: int) -> Reader:
    def read(value: object, key: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ProposalError(key, "must be a whole number")
        if not least <= value <= _MAX_COUNT:
            raise ProposalError(key, f"must be a whole number from {least} to {_MAX_COUNT}")
        return value

    return read


def _currency(value: object, key: str) -> str:
    if not isinstance(value, str) or value not in CURRENCIES:
        raise ProposalError(key, "must be an ISO 4217 currency code such as USD")
    return value


def _date(value: object, key: str) -> date:
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ProposalError(key, "is no day of the calendar") from None
        if not _FIRST_DAY <= day <= _LAST_DAY:
            raise ProposalError(key, f"must lie between {_FIRST_DAY} and {_LAST_DAY}")
        return day
    raise ProposalError(key, "must be a date such as 2026-03-30")


def _jurisdiction(value: object, key: str) -> str:
    if not isinstance(value, str) or not _JURISDICTION.fullmatch(value):
        raise ProposalError(key, "must be a code such as FR, US-VT or EU")
    country, *rest = value.split("-")
    return "-".join(["GB" if country == "UK" else country, *rest])


def _regimes(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise ProposalError(key, "must be a list of codes")
    if len(value) > _MAX_REGIMES:
        raise ProposalError(key, f"has more than {_MAX_REGIMES} entries")
    for place, code in enumerate(value):
        if not isinstance(code, str) or not _REGIME.fullmatch(code):
            raise ProposalError(f"{key}[{place}]", "must be a code such as US-FED or HCP")
    return tuple(sorted(set(value)))


def _prior(value: object, key: str) -> tuple[Prior, ...]:
    if not isinstance(value, list | tuple):
        raise ProposalError(key, "must be a list")
    if len(value) > _MAX_PRIOR:
        raise ProposalError(key, f"has more than {_MAX_PRIOR} entries")
    return tuple(_read_prior(entry, f"{key}[{place}]") for place, entry in enumerate(value))


def _read_prior(value: object, key: str) -> Prior:
    read = _read_fields(value, PRIOR_FIELDS, key)
    for needed in ("amount", "currency"):
        if needed not in read:
            raise ProposalError(f"{key}.{needed}", "is missing")
    return Prior(**read)


_amount: Reader = read_amount

RECIPIENT_FIELDS: Mapping[str, Reader] = MappingProxyType(
    {
        "name": _text,
        "employer": _text,
        "regimes": _regimes,
        "jurisdiction": _jurisdiction,
        "role": _text,
        "buys_from_giver": _flag,
        "procurement_role": _flag,
        "recused": _flag,
        "rank": _code(["staff", "member", "senior"]),
    }
)
GIVER_FIELDS: Mapping[str, Reader] = MappingProxyType(
    {
        "description": _text,
        "capacity": _code(CAPACITIES),
        "seeks_official_action": _flag,
        "has_matter_with_recipient": _flag,
        "registered_lobbyist": _flag,
        "retains_lobbyist": _flag,
        "health_products_maker": _flag,
        "phrma_member": _flag,
        "finra_member": _flag,
        "municipal_dealer": _flag,
        "personal_relationship": _flag,
        "paid_by": _code(["giver", "firm"]),
        "jurisdiction": _jurisdiction,
        "individual": _flag,
        "sources": _count(1),
    }
)
ITEM_FIELDS: Mapping[str, Reader] = MappingProxyType(
    {
        "description": _text,
        "category": _code(CATEGORIES),
        "unit_value": _amount,
        "currency": _currency,
        "quantity": _count(1),
        "source": _count(1),
        "face_value": _amount,
        "market_value": _amount,
        "cost_to_giver": _amount,
        "value_above": _amount,
        "branded": _flag,
        "inscribed": _flag,
        "cash_component": _flag,
        "lavish": _flag,
    }
)
PRIOR_FIELDS: Mapping[str, Reader] = MappingProxyType(
    {"amount": _amount, "currency": _currency, "date": _date, "category": _code(CATEGORIES)}
)
CONTEXT_FIELDS: Mapping[str, Reader] = MappingProxyType(
    {
        "occasion": _code(OCCASIONS),
        "guests": _count(0),
        "guest_relation": _code(["spouse", "family", "other"]),
        "given_to": _code(["recipient", "spouse", "family", "charity_named_by_recipient"]),
        "recipient_pays": _amount,
        "pooled": _flag,
        "share_each": _amount,
        "prior": _prior,
        "prior_count": _count(0),
        "frequent": _flag,
        "host_present": _flag,
        "setting": _code(SETTINGS),
        "attendees": _count(0),
        "diversity_of_views": _flag,
        "speaking": _flag,
        "agency_determination": _code(["positive", "negative"]),
        "presentation": _flag,
        "impromptu": _flag,
        "work_related": _flag,
        "offered_to": _code(OFFERED_TO),
        "because_of_position": _flag,
        "open_to_public": _flag,
        "required_by_duties": _flag,
        "pending_decision": _flag,
        "conditional": _flag,
        "after_official_act": _flag,
        "fee_charged": _flag,
        "abroad": _flag,
        "within_per_diem": _flag,
        "bought_with_official_money": _flag,
        "presented_in_person": _flag,
        "scarce": _flag,
        "convention": _flag,
        "regift": _flag,
        "open_complaint": _flag,
    }
)


def read_proposal(
    data: object,
    *,
    today: date,
    currency: str | None = None,
    fallback_currency: str | None = None,
    recipient_jurisdiction: str | None = None,
    giver_jurisdiction: str | None = None,
) -> Proposal:
    """Read a proposal from decoded JSON; raise ProposalError naming the first key that is wrong.

    `today` is the day of giving where none is given. `recipient_jurisdiction` (the client's country) and
    `giver_jurisdiction` (the workspace's) fill what was left out. Amounts that name no currency are in
    `currency` (the client's, where it is known), else in the one of the recipient's country or public body,
    else in `fallback_currency` (the workspace's), else in US dollars.
    Numbers should have been decoded as int or Decimal; a binary float is taken only when it is exact.
    """
    if not isinstance(data, Mapping):
        raise ProposalError("$", "must be an object")
    whole = _read_fields(data, _TOP_FIELDS, "")
    if not whole.get("items"):
        raise ProposalError("items", "must hold at least one item")
    recipient: Recipient = whole.get("recipient", Recipient())
    giver: Giver = whole.get("giver", Giver())
    items: tuple[Item, ...] = whole["items"]
    sources = giver.sources or 1
    for place, item in enumerate(items):
        if item.source is not None and item.source > sources:
            raise ProposalError(f"items[{place}].source", f"is more than giver.sources, which is {sources}")
    if recipient.jurisdiction is None and recipient_jurisdiction is not None:
        recipient = replace(
            recipient, jurisdiction=_jurisdiction(recipient_jurisdiction, "recipient.jurisdiction")
        )
    if giver.jurisdiction is None and giver_jurisdiction is not None:
        giver = replace(giver, jurisdiction=_jurisdiction(giver_jurisdiction, "giver.jurisdiction"))
    return Proposal(
        items=items,
        date=whole.get("date", today),
        currency=_currency(currency or _usual_currency(recipient) or fallback_currency or "USD", "currency"),
        house_policy=whole.get("house_policy"),
        direction=whole.get("direction"),
        recipient=recipient,
        giver=giver,
        context=whole.get("context", Context()),
    )


def _usual_currency(recipient: Recipient) -> str | None:
    places = [recipient.jurisdiction] if recipient.jurisdiction else []
    places.extend(recipient.regimes or ())
    for place in places:
        found = currency_of(place)
        if found:
            return found
    return None


def _read_fields(value: object, fields: Mapping[str, Reader], key: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ProposalError(key or "$", "must be an object")
    read: dict[str, Any] = {}
    for name, given in value.items():
        path = f"{key}.{name}" if key else str(name)
        reader = fields.get(name) if isinstance(name, str) else None
        if reader is None:
            raise ProposalError(path[:200], "is not a known key")
        if given is not None:
            read[name] = reader(given, path)
    return read


def _items(value: object, key: str) -> tuple[Item, ...]:
    if not isinstance(value, list | tuple):
        raise ProposalError(key, "must be a list")
    if len(value) > _MAX_ITEMS:
        raise ProposalError(key, f"has more than {_MAX_ITEMS} entries")
    return tuple(
        Item(**_read_fields(entry, ITEM_FIELDS, f"{key}[{place}]")) for place, entry in enumerate(value)
    )


_TOP_FIELDS: Mapping[str, Reader] = MappingProxyType(
    {
        "date": _date,
        "house_policy": _flag,
        "direction": _code(["given", "received"]),
        "recipient": lambda value, key: Recipient(**_read_fields(value, RECIPIENT_FIELDS, key)),
        "giver": lambda value, key: Giver(**_read_fields(value, GIVER_FIELDS, key)),
        "items": _items,
        "context": lambda value, key: Context(**_read_fields(value, CONTEXT_FIELDS, key)),
    }
)
