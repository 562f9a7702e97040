"""The register: gifts that were given or received, each once, counted at the next check."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.clients import NAME_LIMIT, Client, Contact, Tier
from bot.domain.gifts.chain import EntryKind, NewRegisterEntry, gift_facts
from bot.domain.gifts.counterparts import recorded_counterpart
from bot.domain.gifts.judge import judge
from bot.domain.gifts.register import Fate, GiftCheck, GiftGiven, NewGiftGiven, Side
from bot.domain.gifts.requests import Act, Request, RequestState, after
from bot.domain.gifts.rules import Outcome
from bot.domain.history import ChangeKind, NewChange, Subject
from bot.domain.members import Member
from bot.domain.money import Money
from bot.domain.refusals import Refusal
from bot.ports import NewClient, UnitOfWork
from bot.services import requests
from bot.services.clients import enter
from bot.services.house import Actor, House, present
from bot.services.proposals import (
    client_of,
    contact_of,
    draft_of,
    other_value,
    own_check,
    propose,
    receiver,
    side_of,
)


@dataclass(frozen=True, slots=True)
class Given:
    """A gift and the register: `value` is what it counts for there, None when it does not stand there.

    `again` says that nothing changed now, because it had been entered (or taken out) before. `added_client` and
    `added_contact` say that these were put into the book along with it. `fate` is what became of a gift received,
    None of one that we gave.
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
    fate: Fate | None = None


def record_given(
    house: House,
    actor: Actor,
    check_id: int,
    value: Money | None = None,
    *,
    add_client: bool = False,
    fate: Fate | None = None,
) -> Given:
    """Enter the gift of an own check into the register that is allowed or approved; however often it is asked, it
    enters once.

    A gift received enters with its `fate`: only an allowed one is kept, any may be given back or handed in, and what
    was kept first may still be. Of a gift that we give there is none.

    `value` is the price of one piece where the check did not know it, or where it turned out to be another: the gift
    is judged again with it, and what was approved has to be asked for again at a higher one. A person named in the
    check who is not in the book yet is added to the client's contacts, so that the next check knows what they
    received; with `add_client` so is an organisation that is not in the book.
    Raises Refusal ``gift.gone``, ``gift.not_allowed`` or ``gift.not_to_keep`` (verdict), ``request.unknown``,
    ``gift.no_client`` (employer), ``gift.no_value``,
    ``gift.not_cleared`` (value, verdict) when it would not be allowed at that value, or ``gift.withdrawn`` for one that
    was taken out of the register again.
    """
    now = house.clock()
    for _ in range(2):
        try:
            return _enter(house, actor, check_id, value, add_client=add_client, fate=fate, now=now)
        except Beaten:
            continue  # whoever was first has committed by now, and their entry is found
    raise Refusal("gift.withdrawn")


def cancel_given(house: House, actor: Actor, check_id: int) -> Given:
    """Take the gift of an own check out of the register again; twice is the same as once. Raises ``gift.gone``."""
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        return take_out(unit, present(unit, actor), check_id, now)


def take_out(unit: UnitOfWork, member: Member, check_id: int, now: datetime) -> Given:
    """As `cancel_given`, within a unit of work."""
    kept = own_check(unit, member, check_id)
    client, _ = _client_of(unit, member, kept, add=False, now=now)
    before = standing(unit, kept)
    approved = _request_of(unit, kept)
    gone = unit.gifts.cancel_given(kept.id, at=now)
    if gone and before is not None:
        unit.register.append(
            NewRegisterEntry(EntryKind.TAKEN_OUT, now, member.id, gift_facts(before), check_id=kept.id)
        )
        if approved is not None and after(approved.state, Act.TAKE_OUT):
            requests.withdraw(unit, member, approved, now, act=Act.TAKE_OUT)
    shown = _given(unit, kept, client, before)
    return replace(shown, value=None, again=not gone)


class Beaten(Exception):
    """The register holds an entry of this check that does not stand: a twin was faster, or it was taken out."""


def _enter(
    house: House,
    actor: Actor,
    check_id: int,
    value: Money | None,
    *,
    add_client: bool,
    fate: Fate | None,
    now: datetime,
) -> Given:
    with house.memory.write(actor.workspace_id) as unit:
        return enter_given(
            house,
            unit,
            present(unit, actor),
            check_id,
            value,
            add_client=add_client,
            fate=fate,
            now=now,
        )


def enter_given(
    house: House,
    unit: UnitOfWork,
    member: Member,
    check_id: int,
    value: Money | None,
    *,
    add_client: bool,
    now: datetime,
    fate: Fate | None = None,
    on: date | None = None,
) -> Given:
    """One attempt at `record_given`, within a unit of work; given `on` that day (None: today).

    Raises `Beaten` when there is an entry and it does not stand: the unit of work must then be given up.
    """
    kept = own_check(unit, member, check_id)
    received = side_of(kept) is Side.RECEIVED
    if fate is not None and not received:
        raise Refusal("request.unknown")
    fate = (fate or Fate.KEPT) if received else None
    gone_again = fate in (Fate.RETURNED, Fate.HANDED_IN)
    approved = _request_of(unit, kept)
    cleared = approved if approved is not None and approved.state in _CLEARED else None
    if kept.verdict != Outcome.ALLOWED.word and cleared is None and not gone_again:
        if received:
            raise Refusal("gift.not_to_keep", verdict=kept.verdict)
        raise Refusal("gift.not_allowed", verdict=kept.verdict)
    before = standing(unit, kept)
    if before is not None:
        client = unit.clients.get(before.client_id)
        assert client is not None, "what stands in the register keeps its client"
        if fate is not None and before.fate is not None and before.fate is not fate:
            return _given(unit, kept, client, _changed(unit, member, before, fate, now))
        return replace(_given(unit, kept, client, before), again=True)
    client, added_client = _client_of(unit, member, kept, add=add_client, now=now)
    worth, verdict = _worth(house, unit, member, kept, value, now, cleared, has_to_pass=not gone_again)
    contact, added_contact = receiver(unit, client, kept, member, now)
    draft = draft_of(kept)
    entered = NewGiftGiven(
        check_id=kept.id,
        member_id=member.id,
        client_id=client.id,
        contact_id=contact.id if contact is not None else None,
        category=draft.category or "gift",
        description=draft.description,
        value=worth,
        given_on=on or member.calendar.local_date(now),
        recorded_at=now,
        direction=side_of(kept),
        fate=fate,
    )
    if not unit.gifts.record_given(entered):
        raise Beaten  # what was added for it is rolled back
    unit.register.append(
        NewRegisterEntry(
            EntryKind.RECEIVED if received else EntryKind.GIVEN,
            now,
            member.id,
            gift_facts(entered),
            check_id=kept.id,
            request_id=cleared.id if cleared is not None else None,
        )
    )
    if cleared is not None:
        requests.mark_given(unit, cleared, now)
    elif approved is not None and after(approved.state, Act.WITHDRAW):
        requests.withdraw(unit, member, approved, now)  # what has gone back needs nobody's decision any more
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
        fate=fate,
    )


def _changed(unit: UnitOfWork, member: Member, before: GiftGiven, fate: Fate, now: datetime) -> GiftGiven:
    """What was kept is given back after all, or the other way round."""
    assert before.fate is not None, "a gift received has a fate"
    if not unit.gifts.set_fate(before.check_id, old=before.fate, new=fate):
        raise Beaten
    after = replace(before, fate=fate)
    unit.register.append(
        NewRegisterEntry(EntryKind.RECEIVED, now, member.id, gift_facts(after), check_id=before.check_id)
    )
    return after


def _client_of(
    unit: UnitOfWork, member: Member, kept: GiftCheck, *, add: bool, now: datetime
) -> tuple[Client, bool]:
    """The client of a check, and whether it was added to the book for it."""
    employer = recorded_counterpart(kept.proposal)[1][:NAME_LIMIT]
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
        facts = {"name": employer}
        unit.history.add(
            NewChange(Subject.CLIENT, client_id, client_id, ChangeKind.ADDED, now, member.id, facts)
        )
    client = unit.clients.get(client_id)
    if client is None:
        raise Refusal("client.gone")
    return client, added


_CLEARED = (RequestState.APPROVED, RequestState.GIVEN)


def _request_of(unit: UnitOfWork, kept: GiftCheck) -> Request | None:
    """The request that stands on this very check; one that has moved on to another no longer speaks for it."""
    found = requests.held_of_check(unit, kept.id)
    return found if found is not None and found.check_id == kept.id else None


def _worth(
    house: House,
    unit: UnitOfWork,
    member: Member,
    kept: GiftCheck,
    value: Money | None,
    now: datetime,
    approved: Request | None,
    *,
    has_to_pass: bool = True,
) -> tuple[Money, Outcome]:
    """What the gift counts for in all, and what a check would answer now; what was approved counts as allowed.

    At another price than was checked it has to be allowed, or to stay within what was approved, unless it is not kept.
    At the checked one it is entered whatever has happened since: it was given, and a register that leaves out what was
    given is worth nothing.
    """
    draft = draft_of(kept, member)
    price = value or draft.amount or other_value(kept)
    if price is None:
        raise Refusal("gift.no_value")
    another = value is not None and value != draft.amount
    asked = replace(draft, amount=value) if another else draft
    client = client_of(house, unit, member, asked)
    contact = contact_of(unit, client, asked)
    own = None if approved is None else approved.id
    proposal, _ = propose(house, unit, member, client, contact, asked, now, besides=own)
    by = house.rulebooks.judging(unit)
    verdict = judge(proposal, by.rulebook, rates=house.rates, cautious=by.cautious).verdict
    whole = Money(price.amount * draft.quantity, price.currency)
    if (
        approved is not None
        and verdict is Outcome.NEEDS_APPROVAL
        and (not another or _covers(approved, whole))
    ):
        return whole, Outcome.ALLOWED
    if another and has_to_pass and verdict is not Outcome.ALLOWED:
        raise Refusal("gift.not_cleared", value=price, verdict=verdict.word)
    return whole, verdict


def _covers(approved: Request, whole: Money) -> bool:
    most = approved.value
    return most is not None and whole.currency == most.currency and whole.amount <= most.amount


def standing(unit: UnitOfWork, kept: GiftCheck) -> GiftGiven | None:
    """The entry of this check in the register, if it stands there."""
    return next((gift for gift in unit.gifts.entered([kept.id]) if gift.cancelled_at is None), None)


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
        fate=entry.fate if entry is not None else None,
    )
