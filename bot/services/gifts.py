"""Gifts: check one before it is bought, answer what is still open, and keep the register."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import Any

from bot.domain.clients import Client, Contact, Tier
from bot.domain.contacts import meant
from bot.domain.gifts.judge import judge
from bot.domain.gifts.judgement import Judgement
from bot.domain.gifts.proposal import Proposal, ProposalError, read_proposal
from bot.domain.gifts.register import GiftCheck, GiftGiven, NewGiftCheck, NewGiftGiven
from bot.domain.gifts.rules import Outcome
from bot.domain.lookup import TAKEN_FROM
from bot.domain.members import Member, Role
from bot.domain.money import Money
from bot.domain.names import fold
from bot.domain.refusals import Refusal
from bot.ports import NewClient, NewContact, UnitOfWork
from bot.services.clients import enter
from bot.services.house import Actor, House, present
from bot.services.touches import NAME_LIMIT, named

KIND = "gift"
_CANDIDATES = 12
_REGISTER_SPAN = timedelta(days=366)
"""How far back earlier gifts count: the calendar year and the twelve months before a gift lie within."""
_ALIKE = 0.7
"""From which likeness of two words of people's names we ask whether they are the same: one slip in four letters."""
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


@dataclass(frozen=True, slots=True)
class Checked:
    """A recorded check with all that its author should see.

    `client` is None for an organisation that is not in the book, `contact` for a person who is not. `lead` is
    the asker's, `compliance` who reviews where the verdict needs approval. `registered` says that the gift stands in
    the register.
    """

    check_id: int
    proposal: Proposal
    judgement: Judgement
    client: Client | None
    contact: Contact | None
    lead: Member | None
    compliance: tuple[Member, ...]
    registered: bool = False

    @property
    def questions(self) -> tuple[str, ...]:
        """Keys of the facts that could still change the verdict, the most decisive first.

        These are the facts the verdict assumes: the judge's own list of open questions, without judging twice.
        """
        return tuple(assumption.key for assumption in self.judgement.assumptions)


@dataclass(frozen=True, slots=True)
class Given:
    """A gift and the register: `value` is what it counts for there, None when it does not stand there.

    `again` says that nothing changed now, because it had been entered (or taken out) before. `added_client` and
    `added_contact` say that these were put into the book along with it.
    """

    check_id: int
    description: str
    category: str
    client: Client
    contact: Contact | None
    given_on: date
    value: Money | None
    again: bool = False
    added_client: bool = False
    added_contact: bool = False


def check(house: House, actor: Actor, draft: GiftDraft) -> Checked:
    """Judge a gift by all rules on file and by what was given before, and record the check.

    Raises Refusal ``gift.no_employer``, ``client.ambiguous`` (name, choices as (id, name) pairs), ``client.gone``,
    ``contact.ambiguous`` (name, client, choices), ``contact.gone`` or ``gift.fact`` (key, reason) for a fact that the
    proposal cannot take.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        return _check(house, unit, present(unit, actor), draft, now)


def answer(
    house: House,
    actor: Actor,
    check_id: int,
    facts: Mapping[str, object],
    *,
    category: str | None = None,
    amount: Money | None = None,
) -> Checked:
    """Judge an own check anew with further facts, as a check of its own. Raises ``gift.gone`` and those of `check`.

    `facts` go by their path in the proposal, as in a draft; `category` and `amount` replace what was known of them.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        before = _draft_of(_own(unit, member, check_id))
        draft = replace(
            before,
            facts={**before.facts, **facts},
            category=category or before.category,
            amount=amount or before.amount,
        )
        return _check(house, unit, member, draft, now)


def recall(house: House, actor: Actor, check_id: int) -> Checked:
    """An own check as it was answered, to be shown again or in full.

    Raises Refusal ``gift.gone``, or ``gift.rules_changed`` when the rulebook is no longer the one it was judged by.
    """
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        kept = _own(unit, member, check_id)
        if kept.rulebook_version != house.rulebook.version:
            raise Refusal("gift.rules_changed")
        client = unit.clients.get(kept.client_id) if kept.client_id is not None else None
        contact = unit.contacts.get(kept.contact_id) if kept.contact_id is not None else None
        proposal = read_proposal(kept.proposal, today=kept.checked_at.date(), currency=_stored_currency(kept))
        standing = client is not None and _standing(unit, client.id, kept) is not None
        return _shown(house, unit, member, kept.id, proposal, client, contact, registered=standing)


def drafted(house: House, actor: Actor, check_id: int) -> GiftDraft:
    """The draft that an own check was made from, to be changed. Raises Refusal ``gift.gone``."""
    with house.memory.read(actor.workspace_id) as unit:
        return _draft_of(_own(unit, present(unit, actor), check_id))


def currency_for(house: House, actor: Actor, employer: int | str) -> str:
    """The currency amounts for this recipient are in when nobody says it: the client's, else the workspace's."""
    with house.memory.read(actor.workspace_id) as unit:
        client = None
        if isinstance(employer, int):
            client = unit.clients.get(employer)
        elif employer.strip():
            same = unit.clients.named(employer)
            client = unit.clients.get(same[0].client_id) if len(same) == 1 else None
        return client.currency if client is not None else unit.workspace.currency


def set_aside(house: House, actor: Actor, draft: GiftDraft) -> int:
    """Keep a draft that cannot be judged before a question is answered; returns its id."""
    facts = {**asdict(replace(draft, facts={})), "facts": dict(draft.facts)}
    facts["amount"] = _money_facts(draft.amount)
    with house.memory.write(actor.workspace_id) as unit:
        return unit.drafts.add(present(unit, actor).id, KIND, facts, at=house.clock())


def resume(house: House, actor: Actor, draft_id: int) -> GiftDraft:
    """The draft that was set aside. Raises Refusal ``draft.gone`` when it is too old or somebody else's."""
    with house.memory.read(actor.workspace_id) as unit:
        kept = unit.drafts.get(draft_id)
    if kept is None or kept.member_id != actor.member_id or kept.kind != KIND:
        raise Refusal("draft.gone")
    facts: dict[str, Any] = dict(kept.facts)
    amount = facts.pop("amount")
    return GiftDraft(**facts, amount=_money_from(amount))


def record_given(
    house: House, actor: Actor, check_id: int, value: Money | None = None, *, add_client: bool = False
) -> Given:
    """Enter the gift of an own, allowed check into the register; however often it is asked, it enters once.

    `value` is the price of one piece where the check did not know it, or where it turned out to be another: the gift
    is judged again with it. A person named in the check who is not in the book yet is added to the client's contacts,
    so that the next check knows what they received; with `add_client` so is an organisation that is not in the book.
    Raises Refusal ``gift.gone``, ``gift.not_allowed`` (verdict), ``gift.no_client`` (employer), ``gift.no_value``,
    ``gift.not_cleared`` (value, verdict) when it would not be allowed at that value, or ``gift.withdrawn`` for one that
    was taken out of the register again.
    """
    now = house.clock()
    for _ in range(2):
        try:
            return _enter(house, actor, check_id, value, add_client=add_client, now=now)
        except _Beaten:
            continue  # whoever was first has committed by now, and their entry is found
    raise Refusal("gift.withdrawn")


def cancel_given(house: House, actor: Actor, check_id: int) -> Given:
    """Take the gift of an own check out of the register again; twice is the same as once. Raises ``gift.gone``."""
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        kept = _own(unit, member, check_id)
        client, _ = _client_of(unit, member, kept, add=False, now=now)
        standing = _standing(unit, client.id, kept)
        gone = unit.gifts.cancel_given(kept.id, at=now)
        shown = _given(unit, kept, client, standing)
        return replace(shown, value=None, again=not gone)


# --- One check --------------------------------------------------------------------------------------------


def _check(house: House, unit: UnitOfWork, member: Member, draft: GiftDraft, now: datetime) -> Checked:
    client = _client(house, unit, member, draft)
    contact = _contact(unit, client, draft)
    proposal, data = _proposal(house, unit, member, client, contact, draft, now)
    judgement = _judged(house, proposal)
    check_id = unit.gifts.record_check(
        NewGiftCheck(
            member_id=member.id,
            client_id=client.id if client is not None else None,
            contact_id=contact.id if contact is not None else None,
            proposal=data,
            answer=judgement.as_json(),
            verdict=judgement.verdict.word,
            rulebook_version=judgement.rulebook_version,
            checked_at=now,
        )
    )
    return _shown(house, unit, member, check_id, proposal, client, contact, judgement=judgement)


def _shown(
    house: House,
    unit: UnitOfWork,
    member: Member,
    check_id: int,
    proposal: Proposal,
    client: Client | None,
    contact: Contact | None,
    *,
    judgement: Judgement | None = None,
    registered: bool = False,
) -> Checked:
    judged = judgement or _judged(house, proposal)
    reviewers = unit.members.all() if judged.verdict is Outcome.NEEDS_APPROVAL else ()
    return Checked(
        check_id=check_id,
        proposal=proposal,
        judgement=judged,
        client=client,
        contact=contact,
        lead=unit.members.get(member.lead_id) if member.lead_id is not None else None,
        compliance=tuple(m for m in reviewers if m.active and m.is_(Role.COMPLIANCE)),
        registered=registered,
    )


def _judged(house: House, proposal: Proposal) -> Judgement:
    return judge(proposal, house.rulebook, rates=house.rates, explain=True)


def _client(house: House, unit: UnitOfWork, member: Member, draft: GiftDraft) -> Client | None:
    """The client that is meant; None for an organisation that is not in the book.

    A name that the rulebook knows is not taken for a client whose name merely resembles it: the rules of one company
    must not be passed over for another's.
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
        return unit.clients.get(same[0].client_id)
    if draft.outsider:
        return None
    if not same and house.rulebook.knows_employer(name):
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


def _contact(unit: UnitOfWork, client: Client | None, draft: GiftDraft) -> Contact | None:
    """The known contact that is meant; None for somebody new or nobody in particular.

    Who falls under special rules is known of the contact, so a name that comes near a known one is asked about.
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
    near = [person for person in known if _alike(person.name, name)]
    if near:
        raise Refusal(
            "contact.ambiguous",
            name=name,
            client=client.name,
            choices=tuple((person.id, person.name) for person in near[:5]),
        )
    return None


def _alike(known: str, typed: str) -> bool:
    """Whether two names may be the same person's: each word of the shorter one stands for a word of the other."""
    fewer, more = sorted((fold(known).split(), fold(typed).split()), key=len)
    return all(any(_same_word(word, other) for other in more) for word in fewer)


def _same_word(one: str, other: str) -> bool:
    if min(len(one), len(other)) == 1:
        return one[0] == other[0]  # an initial
    return SequenceMatcher(None, one, other).ratio() >= _ALIKE


def _proposal(
    house: House,
    unit: UnitOfWork,
    member: Member,
    client: Client | None,
    contact: Contact | None,
    draft: GiftDraft,
    now: datetime,
) -> tuple[Proposal, dict[str, Any]]:
    """The proposal as the judge reads it, and as it is recorded."""
    today = member.calendar.local_date(now)
    person = contact.name if contact is not None else _typed(draft.contact)
    data: dict[str, Any] = {
        "date": today.isoformat(),
        "recipient": {
            "name": person or None,
            "employer": _employer(house, client, contact, draft),
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
        "context": _earlier(unit, client, contact, draft.category or "gift", today),
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


def _employer(house: House, client: Client | None, contact: Contact | None, draft: GiftDraft) -> str:
    """The organisation's name, by the first of its names that the rules know."""
    if contact is not None and contact.employer:
        return contact.employer
    if client is None:
        return _typed(draft.employer)
    names = (client.name, *client.aliases)
    return next((name for name in names if house.rulebook.knows_employer(name)), client.name)


def _jurisdiction(client: Client | None, contact: Contact | None) -> str | None:
    if contact is not None and contact.jurisdiction:
        return contact.jurisdiction
    return _place(client.market) if client is not None else None


def _place(code: str) -> str | None:
    """A country with or without subdivision, as the proposal takes it."""
    return code.upper() if _PLACE.fullmatch(code.upper()) else None


def _earlier(
    unit: UnitOfWork, client: Client | None, contact: Contact | None, category: str, today: date
) -> dict[str, Any]:
    """What the register knows of the recipient. A gift to nobody by name may have been for this very person."""
    if client is None:
        return {}
    gifts = list(unit.gifts.given_to(client.id, None, today - _REGISTER_SPAN))
    if contact is not None:
        gifts += unit.gifts.given_to(client.id, contact.id, today - _REGISTER_SPAN)
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


def _own(unit: UnitOfWork, member: Member, check_id: int) -> GiftCheck:
    kept = unit.gifts.check(check_id)
    if kept is None or kept.member_id != member.id:
        raise Refusal("gift.gone")
    return kept


def _draft_of(kept: GiftCheck) -> GiftDraft:
    """The draft of a recorded check, its organisation and person settled as they were then."""
    recipient: Mapping[str, Any] = _section(kept, "recipient")
    item = _item(kept)
    price = item.get("unit_value")
    facts = {
        f"{section}.{name}": value
        for section, values in (
            ("recipient", recipient),
            ("giver", _section(kept, "giver")),
            ("item", item),
            ("context", _section(kept, "context")),
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


def _section(kept: GiftCheck, name: str) -> Mapping[str, Any]:
    found = kept.proposal.get(name, {})
    assert isinstance(found, Mapping), "a recorded proposal was read before it was recorded"
    return found


def _item(kept: GiftCheck) -> Mapping[str, Any]:
    items = kept.proposal["items"]
    assert isinstance(items, Sequence), "a recorded proposal was read before it was recorded"
    item: Mapping[str, Any] = items[0]
    return item


def _stored_currency(kept: GiftCheck) -> str:
    return str(_item(kept)["currency"])


# --- The register -----------------------------------------------------------------------------------------


class _Beaten(Exception):
    """The register holds an entry of this check that does not stand: a twin was faster, or it was taken out."""


def _enter(
    house: House, actor: Actor, check_id: int, value: Money | None, *, add_client: bool, now: datetime
) -> Given:
    """One attempt at `record_given`. Raises `_Beaten` when there is an entry and it does not stand."""
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        kept = _own(unit, member, check_id)
        if kept.verdict != Outcome.ALLOWED.word:
            raise Refusal("gift.not_allowed", verdict=kept.verdict)
        client, added_client = _client_of(unit, member, kept, add=add_client, now=now)
        before = _standing(unit, client.id, kept)
        if before is not None:
            return replace(_given(unit, kept, client, before), again=True)
        worth = _worth(house, unit, member, kept, value, now)
        contact, added_contact = _receiver(unit, client, kept)
        draft = _draft_of(kept)
        entered = NewGiftGiven(
            check_id=kept.id,
            member_id=member.id,
            client_id=client.id,
            contact_id=contact.id if contact is not None else None,
            category=draft.category or "gift",
            description=draft.description,
            value=worth,
            given_on=member.calendar.local_date(now),
            recorded_at=now,
        )
        if not unit.gifts.record_given(entered):
            raise _Beaten  # what was added for it is rolled back
        return Given(
            check_id=kept.id,
            description=draft.description,
            category=entered.category,
            client=client,
            contact=contact,
            given_on=entered.given_on,
            value=worth,
            added_client=added_client,
            added_contact=added_contact,
        )


def _client_of(
    unit: UnitOfWork, member: Member, kept: GiftCheck, *, add: bool, now: datetime
) -> tuple[Client, bool]:
    """The client of a check, and whether it was added to the book for it."""
    employer = str(_section(kept, "recipient").get("employer", ""))[:NAME_LIMIT]
    client_id, added = kept.client_id, False
    if client_id is None:
        same = unit.clients.named(employer)
        client_id = same[0].client_id if same else None
    if client_id is None:
        if not add:
            raise Refusal("gift.no_client", employer=employer)
        new = NewClient(
            name=employer,
            owner_id=member.id,
            tier=Tier.B,
            market=unit.workspace.country,
            currency=unit.workspace.currency,
        )
        client_id, added = enter(unit, new, now), True
    client = unit.clients.get(client_id)
    if client is None:
        raise Refusal("client.gone")
    return client, added


def _receiver(unit: UnitOfWork, client: Client, kept: GiftCheck) -> tuple[Contact | None, bool]:
    """Who received the gift, and whether they were added to the client's contacts for it.

    A name in small letters ("the buyer") is nobody's name, and one that comes near a known contact's is left open.
    """
    if kept.contact_id is not None:
        return unit.contacts.get(kept.contact_id), False
    name = str(_section(kept, "recipient").get("name", "")).strip()[:NAME_LIMIT]
    known = unit.contacts.of_client(client.id)
    found = meant(known, name) if name else None
    if found is not None:
        return found, False
    if not name or name[0].islower() or any(_alike(person.name, name) for person in known):
        return None, False
    return unit.contacts.add(NewContact(client.id, name)), True


def _worth(
    house: House, unit: UnitOfWork, member: Member, kept: GiftCheck, value: Money | None, now: datetime
) -> Money:
    """What the gift counts for in all, after judging it anew where the price is another than was checked."""
    draft = _draft_of(kept)
    price = value or draft.amount or _other_value(kept)
    if price is None:
        raise Refusal("gift.no_value")
    if value is not None and value != draft.amount:
        client = _client(house, unit, member, draft)
        contact = _contact(unit, client, draft)
        at_value = replace(draft, amount=value)
        proposal, _ = _proposal(house, unit, member, client, contact, at_value, now)
        verdict = judge(proposal, house.rulebook, rates=house.rates).verdict
        if verdict is not Outcome.ALLOWED:
            raise Refusal("gift.not_cleared", value=value, verdict=verdict.word)
    return Money(price.amount * draft.quantity, price.currency)


def _other_value(kept: GiftCheck) -> Money | None:
    """A value that was given in another way than as a price."""
    item = _item(kept)
    for name in ("market_value", "face_value", "cost_to_giver"):
        if name in item:
            return Money(Decimal(str(item[name])), _stored_currency(kept))
    return None


def _standing(unit: UnitOfWork, client_id: int, kept: GiftCheck) -> GiftGiven | None:
    """The entry of this check in the register, if it stands there."""
    since = kept.checked_at.date() - timedelta(days=1)
    for contact_id in (None, *(person.id for person in unit.contacts.of_client(client_id))):
        for gift in unit.gifts.given_to(client_id, contact_id, since):
            if gift.check_id == kept.id:
                return gift
    return None


def _given(unit: UnitOfWork, kept: GiftCheck, client: Client, standing: GiftGiven | None) -> Given:
    draft = _draft_of(kept)
    contact_id = standing.contact_id if standing is not None else kept.contact_id
    return Given(
        check_id=kept.id,
        description=draft.description,
        category=draft.category or "gift",
        client=client,
        contact=unit.contacts.get(contact_id) if contact_id is not None else None,
        given_on=standing.given_on if standing is not None else kept.checked_at.date(),
        value=standing.value if standing is not None else None,
    )


def _typed(name: int | str | None) -> str:
    return name.strip() if isinstance(name, str) else ""


def _money_facts(money: Money | None) -> dict[str, str] | None:
    return None if money is None else {"amount": format(money.amount, "f"), "currency": money.currency}


def _money_from(facts: Mapping[str, str] | None) -> Money | None:
    return None if facts is None else Money(Decimal(facts["amount"]), facts["currency"])
