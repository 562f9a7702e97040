"""Proposals: what somebody asks about a gift, completed with what the book and the register know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import Any

from bot.domain.clients import NAME_LIMIT, Client, Contact
from bot.domain.contacts import meant
from bot.domain.gifts.book import Rulebook
from bot.domain.gifts.counterparts import described, recorded_counterpart
from bot.domain.gifts.proposal import Proposal, ProposalError, read_proposal
from bot.domain.gifts.register import GiftCheck, GiftGiven, Side
from bot.domain.lookup import TAKEN_FROM
from bot.domain.members import Member
from bot.domain.money import Money
from bot.domain.names import contradict, fold
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services.clients import add_person
from bot.services.house import House
from bot.services.lookup import named, person_meant

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
        "giver.description",
        "item.description",
        "item.category",
        "item.unit_value",
        "item.currency",
        "item.quantity",
        "context.prior",
        "context.prior_count",
        "context.open_complaint",
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
    in the proposal (``context.host_present``; ``item.…`` for the item), as JSON values. `day` is when it is given
    (None: today). `direction` says who gives: of a gift received `employer` and `contact` are those of the giver.
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
    day: date | None = None
    direction: Side = Side.GIVEN


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
    if len(same) == 1 and contradict(name, same[0].matched) and not draft.outsider:
        raise Refusal("client.ambiguous", name=name, choices=((same[0].client_id, same[0].name),))
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
    if not name and client is not None:
        return person_meant(unit, client, draft.employer)
    if client is None:
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
    *,
    besides: int | None = None,
) -> tuple[Proposal, dict[str, Any]]:
    """The proposal as the judge reads it, and as it is recorded. Raises Refusal ``gift.fact`` (key, reason).

    `besides` is a request that does not count toward what the person receives: the gift's own.
    """
    today = draft.day or member.calendar.local_date(now)
    person = contact.name if contact is not None else _typed(draft.contact)
    data: dict[str, Any] = {
        "date": today.isoformat(),
        **(
            _from_them(member, person, _employer(house.rulebooks.of(unit), client, contact, draft))
            if draft.direction is Side.RECEIVED
            else {
                "recipient": {
                    "name": person or None,
                    "employer": _employer(house.rulebooks.of(unit), client, contact, draft),
                    "regimes": list(contact.regimes) if contact is not None and contact.regimes else None,
                    "jurisdiction": _jurisdiction(client, contact),
                    "role": contact.role or None if contact is not None else None,
                },
                "giver": {"jurisdiction": _place(unit.workspace.country)},
            }
        ),
        "items": [
            {
                "description": draft.description or None,
                "category": draft.category,
                "unit_value": format(draft.amount.amount, "f") if draft.amount is not None else None,
                "currency": draft.amount.currency if draft.amount is not None else None,
                "quantity": draft.quantity,
            }
        ],
        "context": _received_earlier(unit, client, member, draft.category or "gift", today)
        if draft.direction is Side.RECEIVED
        else _earlier(unit, client, contact, person, draft.category or "gift", today, besides=besides),
    }
    for path, value in draft.facts.items():
        section, _, name = path.partition(".")
        holder = data["items"][0] if section == "item" else data.setdefault(section, {})
        if path in _OWN_FACTS or not name or not isinstance(holder, dict):
            raise Refusal("gift.fact", key=path, reason="is not a fact to be answered")
        holder[name] = value
    if client is not None and client.complaint_at is not None and draft.direction is Side.GIVEN:
        data["context"]["open_complaint"] = True
    data = _without_gaps(data)
    currency = client.currency if client is not None else unit.workspace.currency
    if draft.amount is None:
        data["items"][0]["currency"] = currency
    try:
        return read_proposal(data, today=today, currency=currency), data
    except ProposalError as error:
        raise Refusal("gift.fact", key=error.key, reason=error.message) from error


def _from_them(member: Member, person: str, organisation: str) -> dict[str, Any]:
    """A gift to one of us: our own policy judges it, and none of the rules that bind the giver's people."""
    return {
        "direction": Side.RECEIVED.value,
        "recipient": {"name": member.name, "jurisdiction": _place(member.country)},
        "giver": {"description": described(person, organisation)},
    }


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
    unit: UnitOfWork,
    client: Client | None,
    contact: Contact | None,
    person: str,
    category: str,
    today: date,
    *,
    besides: int | None,
) -> dict[str, Any]:
    """What the register knows of the recipient. A gift to nobody by name may have been for this very person.

    Where nobody is named now, it may be for whoever has received most: leaving a name out must not start anew.
    """
    if client is None:
        return {}
    gifts = counted(unit, client.id, None, today, besides=besides)
    if contact is not None:
        gifts += counted(unit, client.id, contact.id, today, besides=besides)
    elif names_nobody(person):
        of_each = [
            counted(unit, client.id, known.id, today, besides=besides)
            for known in unit.contacts.of_client(client.id)
        ]
        gifts += max(of_each, key=_received) if of_each else []
    return _as_prior(gifts, category, today)


def _received_earlier(
    unit: UnitOfWork, client: Client | None, member: Member, category: str, today: date
) -> dict[str, Any]:
    """What the register knows of gifts from that organisation to this member."""
    if client is None:
        return {}
    return _as_prior(received_by(unit, member.id, client.id, today), category, today)


def received_by(unit: UnitOfWork, member_id: int, client_id: int, today: date) -> list[Counted]:
    """What the member received and kept from people of that client in the year before `today`."""
    return [_counted(gift) for gift in unit.gifts.received_by(member_id, client_id, today - _REGISTER_SPAN)]


def _counted(gift: GiftGiven) -> Counted:
    return Counted(gift.check_id, gift.value, gift.given_on, gift.category)


def _as_prior(gifts: list[Counted], category: str, today: date) -> dict[str, Any]:
    if not gifts:
        return {}
    gifts.sort(key=lambda gift: (gift.on, gift.check_id))
    return {
        "prior": [
            {
                "amount": format(gift.value.amount, "f"),
                "currency": gift.value.currency,
                "date": gift.on.isoformat(),
                "category": gift.category,
            }
            for gift in gifts
        ],
        "prior_count": sum(gift.category == category and gift.on.year == today.year for gift in gifts),
    }


@dataclass(frozen=True, slots=True)
class Counted:
    """Something that counts toward what a person receives: given, or (`pending`) asked for and not given yet.

    What nobody knows the value of counts as one gift of nothing.
    """

    check_id: int
    value: Money
    on: date
    category: str
    pending: bool = False


def counted(
    unit: UnitOfWork, client_id: int, contact_id: int | None, today: date, *, besides: int | None = None
) -> list[Counted]:
    """What all of us gave this contact (None: nobody by name) in the year before `today`, and what is asked for.

    A request whose day has passed may still be given: it counts for `today`. `besides` is a request to be left out.
    """
    since = today - _REGISTER_SPAN
    found = [_counted(gift) for gift in unit.gifts.given_to(client_id, contact_id, since)]
    same = (None,) if contact_id is None else unit.merges.same_contacts(contact_id)
    for request in unit.requests.pending_at(client_id, since):
        if request.contact_id in same and request.id != besides:
            value = request.value or Money(Decimal(0), request.currency)
            day = max(request.given_on, today)
            found.append(Counted(request.check_id, value, day, request.category, pending=True))
    return found


def _received(gifts: Iterable[Counted]) -> tuple[int, Decimal]:
    """How much somebody received, to be compared: first how often, then how much, whatever the currencies."""
    values = [gift.value.amount for gift in gifts]
    return len(values), sum(values, Decimal(0))


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
    """A check that `member` asked for, or whose request or question to the client was handed over to them with it; of a
    request that went to somebody else it is theirs. Raises Refusal ``gift.gone``."""
    kept = unit.gifts.check(check_id)
    if kept is None:
        raise Refusal("gift.gone")
    request = unit.requests.of_check(check_id)
    holder = kept.member_id if request is None else request.member_id
    if holder != member.id and not any(
        each.check_id == check_id and each.member_id == member.id for each in unit.policy_questions.open()
    ):
        raise Refusal("gift.gone")
    return kept


def draft_of(kept: GiftCheck, member: Member | None = None) -> GiftDraft:
    """The draft of a recorded check, its organisation and person settled as they were then.

    The day stays open unless another was meant than the one on which `member`, whose check it is, asked.
    """
    day = day_of(kept)
    as_asked = member is None or day == member.calendar.local_date(kept.checked_at)
    item = item_of(kept)
    price = item.get("unit_value")
    facts = {
        f"{section}.{name}": value
        for section, values in (
            ("recipient", section_of(kept, "recipient")),
            ("giver", section_of(kept, "giver")),
            ("item", item),
            ("context", section_of(kept, "context")),
        )
        for name, value in values.items()
        if f"{section}.{name}" not in _OWN_FACTS
    }
    person, organisation = recorded_counterpart(kept.proposal)
    return GiftDraft(
        employer=kept.client_id if kept.client_id is not None else organisation,
        contact=kept.contact_id if kept.contact_id is not None else person or None,
        outsider=kept.client_id is None,
        stranger=kept.contact_id is None,
        description=str(item.get("description", "")),
        category=item.get("category"),
        amount=Money(Decimal(price), item["currency"]) if price is not None else None,
        quantity=int(item.get("quantity", 1)),
        facts=facts,
        day=None if as_asked else day,
        direction=side_of(kept),
    )


def side_of(kept: GiftCheck) -> Side:
    """Who gave what a recorded check is about."""
    return Side(str(kept.proposal.get("direction", Side.GIVEN)))


def day_of(kept: GiftCheck) -> date:
    """The day for which a gift was checked."""
    return date.fromisoformat(str(kept.proposal["date"]))


def receiver(
    unit: UnitOfWork, client: Client, kept: GiftCheck, member: Member, now: datetime
) -> tuple[Contact | None, bool]:
    """Who receives our gift, or gave us theirs, and whether `member` added them to the client's contacts for it.

    A name in small letters ("the buyer") is nobody's name, and one that comes near a known contact's is left open.
    """
    if kept.contact_id is not None:
        return unit.contacts.get(kept.contact_id), False
    name = recorded_counterpart(kept.proposal)[0].strip()[:NAME_LIMIT]
    known = unit.contacts.of_client(client.id)
    found = meant(known, name) if name else None
    if found is not None:
        return found, False
    if names_nobody(name) or any(alike(person.name, name) for person in known):
        return None, False
    return add_person(unit, client.id, name, member, now), True


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


def other_value(kept: GiftCheck) -> Money | None:
    """A value that was given in another way than as a price."""
    item = item_of(kept)
    for name in ("market_value", "face_value", "cost_to_giver"):
        if name in item:
            return Money(Decimal(str(item[name])), stored_currency(kept))
    return None


def _typed(name: int | str | None) -> str:
    return name.strip() if isinstance(name, str) else ""
