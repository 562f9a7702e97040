"""The register: gifts that were given, each once, counted at the next check."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from bot.domain.clients import NAME_LIMIT, Client, Contact, Tier
from bot.domain.contacts import meant
from bot.domain.gifts.chain import EntryKind, NewRegisterEntry, gift_facts
from bot.domain.gifts.judge import judge
from bot.domain.gifts.register import GiftCheck, GiftGiven, NewGiftGiven
from bot.domain.gifts.rules import Outcome
from bot.domain.members import Member
from bot.domain.money import Money
from bot.domain.refusals import Refusal
from bot.ports import NewClient, NewContact, UnitOfWork
from bot.services.clients import enter
from bot.services.house import Actor, House, present
from bot.services.proposals import (
    alike,
    client_of,
    contact_of,
    draft_of,
    item_of,
    names_nobody,
    own_check,
    propose,
    section_of,
    stored_currency,
)


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
    verdict_now: str = Outcome.ALLOWED.word


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
        kept = own_check(unit, member, check_id)
        client, _ = _client_of(unit, member, kept, add=False, now=now)
        before = standing(unit, client.id, kept)
        gone = unit.gifts.cancel_given(kept.id, at=now)
        if gone and before is not None:
            unit.register.append(
                NewRegisterEntry(EntryKind.TAKEN_OUT, now, member.id, gift_facts(before), check_id=kept.id)
            )
        shown = _given(unit, kept, client, before)
        return replace(shown, value=None, again=not gone)


class _Beaten(Exception):
    """The register holds an entry of this check that does not stand: a twin was faster, or it was taken out."""


def _enter(
    house: House, actor: Actor, check_id: int, value: Money | None, *, add_client: bool, now: datetime
) -> Given:
    """One attempt at `record_given`. Raises `_Beaten` when there is an entry and it does not stand."""
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        kept = own_check(unit, member, check_id)
        if kept.verdict != Outcome.ALLOWED.word:
            raise Refusal("gift.not_allowed", verdict=kept.verdict)
        client, added_client = _client_of(unit, member, kept, add=add_client, now=now)
        before = standing(unit, client.id, kept)
        if before is not None:
            return replace(_given(unit, kept, client, before), again=True)
        worth, verdict = _worth(house, unit, member, kept, value, now)
        contact, added_contact = _receiver(unit, client, kept)
        draft = draft_of(kept)
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
        unit.register.append(
            NewRegisterEntry(EntryKind.GIVEN, now, member.id, gift_facts(entered), check_id=kept.id)
        )
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
            verdict_now=verdict.word,
        )


def _client_of(
    unit: UnitOfWork, member: Member, kept: GiftCheck, *, add: bool, now: datetime
) -> tuple[Client, bool]:
    """The client of a check, and whether it was added to the book for it."""
    employer = str(section_of(kept, "recipient").get("employer", ""))[:NAME_LIMIT]
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
    name = str(section_of(kept, "recipient").get("name", "")).strip()[:NAME_LIMIT]
    known = unit.contacts.of_client(client.id)
    found = meant(known, name) if name else None
    if found is not None:
        return found, False
    if names_nobody(name) or any(alike(person.name, name) for person in known):
        return None, False
    return unit.contacts.add(NewContact(client.id, name)), True


def _worth(
    house: House, unit: UnitOfWork, member: Member, kept: GiftCheck, value: Money | None, now: datetime
) -> tuple[Money, Outcome]:
    """What the gift counts for in all, and what a check would answer now.

    At another price than was checked it has to be allowed. At the checked one it is entered whatever has happened
    since: it was given, and a register that leaves out what was given is worth nothing.
    """
    draft = draft_of(kept)
    price = value or draft.amount or _other_value(kept)
    if price is None:
        raise Refusal("gift.no_value")
    another = value is not None and value != draft.amount
    asked = replace(draft, amount=value) if another else draft
    client = client_of(house, unit, member, asked)
    contact = contact_of(unit, client, asked)
    proposal, _ = propose(house, unit, member, client, contact, asked, now)
    by = house.rulebooks.judging(unit)
    verdict = judge(proposal, by.rulebook, rates=house.rates, cautious=by.cautious).verdict
    if another and verdict is not Outcome.ALLOWED:
        raise Refusal("gift.not_cleared", value=price, verdict=verdict.word)
    return Money(price.amount * draft.quantity, price.currency), verdict


def _other_value(kept: GiftCheck) -> Money | None:
    """A value that was given in another way than as a price."""
    item = item_of(kept)
    for name in ("market_value", "face_value", "cost_to_giver"):
        if name in item:
            return Money(Decimal(str(item[name])), stored_currency(kept))
    return None


def standing(unit: UnitOfWork, client_id: int, kept: GiftCheck) -> GiftGiven | None:
    """The entry of this check in the register, if it stands there."""
    since = kept.checked_at.date() - timedelta(days=1)
    for contact_id in (None, *(person.id for person in unit.contacts.of_client(client_id))):
        for gift in unit.gifts.given_to(client_id, contact_id, since):
            if gift.check_id == kept.id:
                return gift
    return None


def _given(unit: UnitOfWork, kept: GiftCheck, client: Client, entry: GiftGiven | None) -> Given:
    draft = draft_of(kept)
    contact_id = entry.contact_id if entry is not None else kept.contact_id
    return Given(
        check_id=kept.id,
        description=draft.description,
        category=draft.category or "gift",
        client=client,
        contact=unit.contacts.get(contact_id) if contact_id is not None else None,
        given_on=entry.given_on if entry is not None else kept.checked_at.date(),
        value=entry.value if entry is not None else None,
    )
