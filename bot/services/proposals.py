"""Proposals: what somebody asks about a gift, completed with what the book and the register know."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import Any

from bot.domain.clients import Client, Contact
from bot.domain.contacts import meant
from bot.domain.gifts.book import Rulebook
from bot.domain.gifts.proposal import Proposal, ProposalError, read_proposal
from bot.domain.gifts.register import GiftCheck, GiftGiven
from bot.domain.lookup import TAKEN_FROM
from bot.domain.members import Member
from bot.domain.money import Money
from bot.domain.names import fold
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services.house import House
from bot.services.touches import named

_CANDIDATES = 12
_REGISTER_SPAN = timedelta(days=366)
"""How far back earlier gifts count: the calendar year and the twelve months before a gift lie within."""
_ALIKE = 0.7
"""From which likeness of two words of people's names we ask whether they are the same: one slip in four letters."""
_SHORTENED = 3
"""Letters that a shortened first name keeps at least."""
_TITLES = frozenset(
    [
        "dr",
        "doctor",
        "doc",
        "docteur",
        "docteure",
        "prof",
        "professor",
        "professeur",
        "professeure",
        "pr",
        "mr",
        "mister",
        "mrs",
        "ms",
        "miss",
        "mx",
        "sir",
        "madam",
        "m",
        "mme",
        "mlle",
        "monsieur",
        "madame",
        "mademoiselle",
        "herr",
        "frau",
    ]
)
_SEVERAL_PEOPLE = re.compile(r" (?:and|et|und|plus) |[&+,;/]", re.IGNORECASE)
_PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", re.ASCII)
_OWN_FACTS = frozenset(
    [
        "date",
        "recipient.name",
        "recipient.employer",
        "recipient.regimes",
        "recipient.jurisdiction",
        "recipient.role",
        "giver.jurisdiction",
        "item.description",
        "item.category",
        "item.unit_value",
        "item.currency",
        "item.quantity",
        "context.prior",
        "context.prior_count",
    ]
)
"""What the proposal takes from the draft itself or from the book; anything else in it is an answer of the asker."""


@dataclass(frozen=True, slots=True)
class GiftDraft:
    """A gift as somebody asks about it, before anything is looked up.

    `employer` is a client's id or the name of the recipient's organisation as it was typed, `contact` likewise a
    contact's id or a person's name. `outsider` says that the organisation is none of our clients and `stranger` that
    the person is none of the known contacts, however near their names come. `category` is a code of the proposal
    vocabulary (None: a gift like any other), `amount` the price of one piece. `facts` are further facts by their path
    in the proposal (``context.host_present``; ``item.…`` for the item), as JSON values.
    """

    employer: int | str = ""
    contact: int | str | None = None
    outsider: bool = False
    stranger: bool = False
    description: str = ""
    category: str | None = None
    amount: Money | None = None
    quantity: int = 1
    facts: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


def client_of(house: House, unit: UnitOfWork, member: Member, draft: GiftDraft) -> Client | None:
    """The client that a draft means; None for an organisation that is not in the book.

    Raises Refusal ``gift.no_employer``, ``client.gone`` or ``client.ambiguous`` (name, choices). A name that the
    rulebook knows is not taken for a client whose name merely resembles it: the rules of one company must not be
    passed over for another's. Nor is one that the rulebook names as another company of the same name.
    """
    if isinstance(draft.employer, int):
        client = unit.clients.get(draft.employer)
        if client is None or client.archived:
            raise Refusal("client.gone")
        return client
    name = draft.employer.strip()
    if not name:
        raise Refusal("gift.no_employer")
    same = unit.clients.named(name)
    if len(same) == 1:
        client = unit.clients.get(same[0].client_id)
        if client is None or not house.rulebooks.of(unit).is_namesake(name) or _is_called(client, name):
            return client
        if not draft.outsider:
            raise Refusal("client.ambiguous", name=name, choices=((client.id, client.name),))
    if draft.outsider:
        return None
    if not same and house.rulebooks.of(unit).knows_employer(name):
        similar = unit.clients.similar(name, owner_id=member.id, limit=_CANDIDATES)
        near = [candidate for candidate in similar if candidate.score >= TAKEN_FROM]
        if not near:
            return None
        raise Refusal("client.ambiguous", name=name, choices=tuple((c.client_id, c.name) for c in near[:5]))
    try:
        return unit.clients.get(named(unit, member, name))
    except Refusal as refusal:
        if refusal.code != "client.unknown":
            raise
        return None


def _is_called(client: Client, name: str) -> bool:
    return fold(name) in (fold(known) for known in (client.name, *client.aliases))


def contact_of(unit: UnitOfWork, client: Client | None, draft: GiftDraft) -> Contact | None:
    """The known contact that a draft means; None for somebody new or nobody in particular.

    Raises Refusal ``contact.gone`` or ``contact.ambiguous`` (name, client, choices). Who falls under special rules is
    known of the contact, so a name that comes near a known one is asked about.
    """
    if isinstance(draft.contact, int):
        contact = unit.contacts.get(draft.contact)
        if contact is None or client is None or contact.client_id != client.id:
            raise Refusal("contact.gone")
        return contact
    name = (draft.contact or "").strip()
    if not name or client is None:
        return None
    known = unit.contacts.of_client(client.id)
    if draft.stranger:
        known = [person for person in known if fold(person.name) == fold(name)]
    found = meant(known, name)
    if found is not None or draft.stranger:
        return found
    named = _SEVERAL_PEOPLE.split(name)
    near = [person for person in known if any(alike(person.name, one) for one in named if one.strip())]
    if near:
        raise Refusal(
            "contact.ambiguous",
            name=name,
            client=client.name,
            choices=tuple((person.id, person.name) for person in near[:5]),
        )
    return None


def names_nobody(name: str) -> bool:
    """Whether words for a person ("the buyer", or none at all) are no name: a name begins with a capital letter."""
    return not name or name[0].islower()


def alike(known: str, typed: str) -> bool:
    """Whether two names may be the same person's: each word of the shorter one stands for a word of the other.

    How somebody is addressed says nothing about who it is: "Mrs Ross" may be Dr. Helen Ross.
    """
    fewer, more = sorted((_without_title(known), _without_title(typed)), key=len)
    return all(any(_same_word(word, other) for other in more) for word in fewer)


def _without_title(name: str) -> list[str]:
    words = fold(name).split()
    return [word for word in words if word not in _TITLES] or words


def _same_word(one: str, other: str) -> bool:
    if min(len(one), len(other)) == 1:
        return one[0] == other[0]  # an initial
    if min(len(one), len(other)) >= _SHORTENED and (one.startswith(other) or other.startswith(one)):
        return True  # "Sam" for Samuel
    return SequenceMatcher(None, one, other).ratio() >= _ALIKE


def propose(
    house: House,
    unit: UnitOfWork,
    member: Member,
    client: Client | None,
    contact: Contact | None,
    draft: GiftDraft,
    now: datetime,
) -> tuple[Proposal, dict[str, Any]]:
    """The proposal as the judge reads it, and as it is recorded. Raises Refusal ``gift.fact`` (key, reason)."""
    today = member.calendar.local_date(now)
    person = contact.name if contact is not None else _typed(draft.contact)
    data: dict[str, Any] = {
        "date": today.isoformat(),
        "recipient": {
            "name": person or None,
            "employer": _employer(house.rulebooks.of(unit), client, contact, draft),
            "regimes": list(contact.regimes) if contact is not None and contact.regimes else None,
            "jurisdiction": _jurisdiction(client, contact),
            "role": contact.role or None if contact is not None else None,
        },
        "giver": {"jurisdiction": _place(unit.workspace.country)},
        "items": [
            {
                "description": draft.description or None,
                "category": draft.category,
                "unit_value": format(draft.amount.amount, "f") if draft.amount is not None else None,
                "currency": draft.amount.currency if draft.amount is not None else None,
                "quantity": draft.quantity,
            }
        ],
        "context": _earlier(unit, client, contact, person, draft.category or "gift", today),
    }
    for path, value in draft.facts.items():
        section, _, name = path.partition(".")
        holder = data["items"][0] if section == "item" else data.setdefault(section, {})
        if path in _OWN_FACTS or not name or not isinstance(holder, dict):
            raise Refusal("gift.fact", key=path, reason="is not a fact to be answered")
        holder[name] = value
    data = _without_gaps(data)
    currency = client.currency if client is not None else unit.workspace.currency
    if draft.amount is None:
        data["items"][0]["currency"] = currency
    try:
        return read_proposal(data, today=today, currency=currency), data
    except ProposalError as error:
        raise Refusal("gift.fact", key=error.key, reason=error.message) from error


def _employer(rulebook: Rulebook, client: Client | None, contact: Contact | None, draft: GiftDraft) -> str:
    """The organisation's name, by the first of its names that the rules know."""
    if contact is not None and contact.employer:
        return contact.employer
    if client is None:
        return _typed(draft.employer)
    names = (client.name, *client.aliases)
    return next((name for name in names if rulebook.knows_employer(name)), client.name)


def _jurisdiction(client: Client | None, contact: Contact | None) -> str | None:
    if contact is not None and contact.jurisdiction:
        return contact.jurisdiction
    return _place(client.market) if client is not None else None


def _place(code: str) -> str | None:
    """A country with or without subdivision, as the proposal takes it."""
    return code.upper() if _PLACE.fullmatch(code.upper()) else None


def _earlier(
    unit: UnitOfWork, client: Client | None, contact: Contact | None, person: str, category: str, today: date
) -> dict[str, Any]:
    """What the register knows of the recipient. A gift to nobody by name may have been for this very person.

    Where nobody is named now, it may be for whoever has received most: leaving a name out must not start anew.
    """
    if client is None:
        return {}
    since = today - _REGISTER_SPAN
    gifts = list(unit.gifts.given_to(client.id, None, since))
    if contact is not None:
        gifts += unit.gifts.given_to(client.id, contact.id, since)
    elif names_nobody(person):
        of_each = [
            unit.gifts.given_to(client.id, known.id, since) for known in unit.contacts.of_client(client.id)
        ]
        most = max(of_each, key=_received, default=())
        gifts += most
    if not gifts:
        return {}
    gifts.sort(key=lambda gift: (gift.given_on, gift.check_id))
    return {
        "prior": [
            {
                "amount": format(gift.value.amount, "f"),
                "currency": gift.value.currency,
                "date": gift.given_on.isoformat(),
                "category": gift.category,
            }
            for gift in gifts
        ],
        "prior_count": sum(gift.category == category and gift.given_on.year == today.year for gift in gifts),
    }


def _received(given: Sequence[GiftGiven]) -> tuple[int, Decimal]:
    """How much somebody received, to be compared: first how often, then how much, whatever the currencies."""
    return len(given), sum((gift.value.amount for gift in given), Decimal(0))


def _without_gaps(data: Mapping[str, Any]) -> dict[str, Any]:
    """Without what was left out: a recorded proposal says only what was known."""
    kept: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, dict):
            value = _without_gaps(value)
            if not value:
                continue
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            value = [_without_gaps(entry) for entry in value]
        if value is not None:
            kept[key] = value
    return kept


# --- Recorded checks --------------------------------------------------------------------------------------


def own_check(unit: UnitOfWork, member: Member, check_id: int) -> GiftCheck:
    """A check that `member` asked for. Raises Refusal ``gift.gone``."""
    kept = unit.gifts.check(check_id)
    if kept is None or kept.member_id != member.id:
        raise Refusal("gift.gone")
    return kept


def draft_of(kept: GiftCheck) -> GiftDraft:
    """The draft of a recorded check, its organisation and person settled as they were then."""
    recipient: Mapping[str, Any] = section_of(kept, "recipient")
    item = item_of(kept)
    price = item.get("unit_value")
    facts = {
        f"{section}.{name}": value
        for section, values in (
            ("recipient", recipient),
            ("giver", section_of(kept, "giver")),
            ("item", item),
            ("context", section_of(kept, "context")),
        )
        for name, value in values.items()
        if f"{section}.{name}" not in _OWN_FACTS
    }
    return GiftDraft(
        employer=kept.client_id if kept.client_id is not None else str(recipient["employer"]),
        contact=kept.contact_id if kept.contact_id is not None else recipient.get("name"),
        outsider=kept.client_id is None,
        stranger=kept.contact_id is None,
        description=str(item.get("description", "")),
        category=item.get("category"),
        amount=Money(Decimal(price), item["currency"]) if price is not None else None,
        quantity=int(item.get("quantity", 1)),
        facts=facts,
    )


def section_of(kept: GiftCheck, name: str) -> Mapping[str, Any]:
    """A part of a recorded proposal (recipient, giver, context); empty where nothing was said."""
    found = kept.proposal.get(name, {})
    assert isinstance(found, Mapping), "a recorded proposal was read before it was recorded"
    return found


def item_of(kept: GiftCheck) -> Mapping[str, Any]:
    """The item of a recorded proposal: people are asked about one at a time."""
    items = kept.proposal["items"]
    assert isinstance(items, Sequence), "a recorded proposal was read before it was recorded"
    item: Mapping[str, Any] = items[0]
    return item


def stored_currency(kept: GiftCheck) -> str:
    """The currency of a recorded proposal's amounts."""
    return str(item_of(kept)["currency"])


def _typed(name: int | str | None) -> str:
    return name.strip() if isinstance(name, str) else ""
