"""Outings: invite several people of several clients, each judged for themselves, and enter who came."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from bot.domain.clients import NAME_LIMIT, Client, Contact
from bot.domain.contacts import KnownPerson
from bot.domain.gifts.hearing import verdict
from bot.domain.gifts.outings import (
    MOST_PEOPLE,
    Circumstances,
    NewOuting,
    Outing,
    Way,
    check_day,
    ways,
)
from bot.domain.gifts.proposal import Proposal
from bot.domain.gifts.requests import Act, RequestState, after
from bot.domain.gifts.rules import Outcome
from bot.domain.gifts.valuation import Ledger
from bot.domain.members import Member
from bot.domain.money import Money
from bot.domain.names import fold
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services import approvals, drafts, requests
from bot.services.gifts import Checked, money_facts, money_from, recalled, recorded
from bot.services.house import Actor, House, present
from bot.services.proposals import (
    GiftDraft,
    client_of,
    contact_of,
    draft_of,
    own_check,
    section_of,
)
from bot.services.register import Beaten, Given, enter_given, standing, take_out
from bot.services.rulebooks import Judging

KIND = "outing"
_CHOICES = 50
_NEAR_COMPANIES = 3
_SHOWN_FOR = timedelta(days=30)
_SHARED = frozenset(["context.attendees", "context.host_present", "context.guests", "context.setting"])
"""Facts that are the same for everybody invited; what else is known of somebody is an answer about them."""


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who is to be invited.

    `name` and `company` are as typed, or as the book has them where `contact` is a contact's id. `employer`, `contact`,
    `outsider` and `stranger` are those of a gift draft; `facts` are answers about this very person.
    """

    name: str
    company: str
    employer: int | str = ""
    contact: int | str | None = None
    outsider: bool = False
    stranger: bool = False
    facts: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def typed(cls, name: str, company: str) -> Invited:
        """Somebody named in words, still to be looked up."""
        return cls(name, company, employer=company, contact=name)


@dataclass(frozen=True, slots=True)
class OutingDraft:
    """An outing as somebody plans it. `currency` is what the cost is, or would be, in."""

    circumstances: Circumstances
    currency: str
    people: tuple[Invited, ...]


@dataclass(frozen=True, slots=True)
class Unclear:
    """A name that could mean several: that of the person at `place`, or of their company.

    `choices` are the ids and names of clients, or of contacts at `client` where that is known.
    """

    place: int
    name: str
    client: str | None
    choices: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """An outing with the answer for each person, in their order, and what would let all of them come."""

    outing: Outing
    people: tuple[Checked, ...]
    ways: tuple[Way, ...]

    def of(self, outcome: Outcome) -> tuple[Checked, ...]:
        return tuple(each for each in self.people if each.judgement.verdict is outcome)


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody invited, when it comes to who came: only who `may_enter` and does not stand in the register can be
    entered. `known` says that the company is in the book."""

    check_id: int
    name: str
    company: str
    may_enter: bool
    registered: bool
    known: bool


def people_named(house: House, actor: Actor, typed: str) -> Sequence[KnownPerson]:
    """People of all clients for a list that narrows while somebody types a person's or a company's name.

    Nothing typed yet gives those of the member's own clients first. Where nothing begins like that, people at companies
    whose name is near.
    """
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = unit.contacts.search(typed, owner_id=member.id, limit=_CHOICES)
        if found or not typed.strip():
            return found
        near = unit.clients.similar(typed, owner_id=member.id, limit=_NEAR_COMPANIES)
        return [
            KnownPerson(person, client.name, own=client.own)
            for client in near
            for person in unit.contacts.of_client(client.client_id)
        ][:_CHOICES]


def plan(house: House, actor: Actor, draft: OutingDraft, key: str, *, changes: int | None = None) -> Planned:
    """Judge everybody invited, each by all that is known of them, and record one check a person.

    However often it is asked under the same `key`, it is planned once. `changes` is an own outing whose place it takes.
    Raises Refusal ``outing.nobody``, ``outing.too_many`` (limit), ``outing.day`` (day), ``contact.gone``,
    ``client.gone``, ``gift.no_employer`` or ``gift.fact``; ``outing.unclear`` (asked: an `Unclear` each) where a wrong
    client or person might be taken; and of the outing it changes ``outing.gone``, ``outing.changed`` or
    ``outing.registered`` when somebody stands in the register for it.
    """
    now = house.clock()
    for _ in range(2):
        try:
            with house.memory.write(actor.workspace_id) as unit:
                by = house.rulebooks.judging(unit)
                outing, people = _plan(house, unit, present(unit, actor), draft, key, changes, now)
        except Beaten:
            continue  # whoever was first has committed by now, and their outing is found
        return Planned(outing, people, _ways(house, by, outing, people))
    raise Refusal("outing.changed")


def plan_at(house: House, actor: Actor, outing_id: int, cost: Money, key: str) -> Planned:
    """Plan an own outing anew, at another cost a head. Raises the refusals of `plan`."""
    draft = drafted(house, actor, outing_id)
    circumstances = replace(draft.circumstances, cost=cost)
    return plan(house, actor, OutingDraft(circumstances, cost.currency, draft.people), key, changes=outing_id)


def recall(house: House, actor: Actor, outing_id: int) -> Planned:
    """An own outing as it was answered.

    Raises Refusal ``outing.gone``, ``outing.changed``, or ``gift.rules_changed`` as `gifts.recall`.
    """
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        outing = _own(unit, member, outing_id)
        if outing.changed_at is not None:
            raise Refusal("outing.changed")
        people = _recalled(house, unit, member, outing)
        if any(person.outdated for person in people):
            raise Refusal("gift.rules_changed")  # who may come is asked of the rules in force
        by = house.rulebooks.judging(unit)
    return Planned(outing, people, _ways(house, by, outing, people))


def check_at(house: House, actor: Actor, outing_id: int, place: int) -> int:
    """The check of the person at that place of an own outing, as it counts now. Raises Refusal ``outing.gone``."""
    with house.memory.read(actor.workspace_id) as unit:
        outing = _own(unit, present(unit, actor), outing_id)
    if not 0 <= place < len(outing.check_ids):
        raise Refusal("outing.gone")
    return outing.check_ids[place]


def needing_approval(house: House, actor: Actor, outing_id: int) -> tuple[int, ...]:
    """The checks of an own outing for which somebody has still to be asked, in their order.

    Raises Refusal ``outing.gone``, or ``outing.changed`` for one that is not the latest.
    """
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        outing = _own(unit, member, outing_id)
        if outing.changed_at is not None:
            raise Refusal("outing.changed")
        kept = [own_check(unit, member, check_id) for check_id in outing.check_ids]
        return tuple(
            each.id
            for each in kept
            if each.verdict == Outcome.NEEDS_APPROVAL.word and _state(unit, each.id) in _TO_BE_ASKED
        )


def ask_for_approval(house: House, actor: Actor, outing_id: int, reason: str = "") -> int:
    """Ask for approval for everybody of an own outing who needs it, each as a request of its own; returns for how many.

    Asked twice, nobody is asked about twice. Once its day has passed, it is too late to ask.
    Raises those of `needing_approval` and of `approvals.request`; whoever was
    asked about before one of them is refused stays asked about.
    """
    waiting = needing_approval(house, actor, outing_id)
    day = drafted(house, actor, outing_id).circumstances.day
    asked = [approvals.request(house, actor, check_id, reason, day) for check_id in waiting]
    return sum(not each.again for each in asked)


def drafted(house: House, actor: Actor, outing_id: int) -> OutingDraft:
    """The draft that an own outing was made from, to be changed. Raises Refusal ``outing.gone``."""
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        outing = _own(unit, member, outing_id)
        people = tuple(_invited(unit, member, check_id) for check_id in outing.check_ids)
    return OutingDraft(outing.circumstances, outing.currency, people)


def lately(house: House, actor: Actor, limit: int) -> Sequence[Outing]:
    """The member's outings that are still ahead or not long past, the latest day first."""
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        return lately_of(unit, present(unit, actor), now, limit)


def lately_of(unit: UnitOfWork, member: Member, now: datetime, limit: int) -> Sequence[Outing]:
    """The same, for who has a unit of work already."""
    return unit.outings.of_member(member.id, member.calendar.local_date(now) - _SHOWN_FOR, limit)


def set_aside(house: House, actor: Actor, draft: OutingDraft) -> int:
    """Keep a draft while its form is open; returns its id."""
    of = draft.circumstances
    facts = {
        "circumstances": {**asdict(of), "cost": money_facts(of.cost), "day": of.day.isoformat()},
        "currency": draft.currency,
        "people": [{**_plain(person), "facts": dict(person.facts)} for person in draft.people],
    }
    return drafts.keep(house, actor, KIND, facts)


def resume(house: House, actor: Actor, draft_id: int) -> OutingDraft:
    """The draft that was set aside. Raises Refusal ``draft.gone`` when it is too old or somebody else's."""
    kept: Mapping[str, Any] = drafts.kept(house, actor, KIND, draft_id)
    of = dict(kept["circumstances"])
    cost, day = of.pop("cost"), of.pop("day")
    return OutingDraft(
        Circumstances(**of, cost=money_from(cost), day=date.fromisoformat(day)),
        kept["currency"],
        tuple(Invited(**person) for person in kept["people"]),
    )


def _plain(person: Invited) -> dict[str, Any]:
    return asdict(replace(person, facts={}))


# --- Judging everybody ------------------------------------------------------------------------------------


def _plan(
    house: House,
    unit: UnitOfWork,
    member: Member,
    draft: OutingDraft,
    key: str,
    changes: int | None,
    now: datetime,
) -> tuple[Outing, tuple[Checked, ...]]:
    """One attempt at `plan`. Raises `Beaten` when a twin under the same key, or of the same change, was faster."""
    twin = unit.outings.by_key(key)
    if twin is not None:
        if twin.member_id != member.id:
            raise Refusal("outing.gone")
        return twin, _recalled(house, unit, member, twin)
    if not draft.people:
        raise Refusal("outing.nobody")
    if len(draft.people) > MOST_PEOPLE:
        raise Refusal("outing.too_many", limit=MOST_PEOPLE)
    check_day(draft.circumstances.day, member.calendar.local_date(now))
    people = _found(house, unit, member, draft.people)
    if changes is not None:
        _take_place(unit, member, changes, now)
    checked = tuple(
        recorded(house, unit, member, client, contact, gift_of(draft, person, len(people)), now)
        for person, client, contact in people
    )
    new = NewOuting(
        member_id=member.id,
        key=key,
        circumstances=draft.circumstances,
        currency=draft.currency,
        planned_at=now,
        check_ids=tuple(each.check_id for each in checked),
    )
    outing_id = unit.outings.add(new)
    if outing_id is None:
        raise Beaten
    outing = unit.outings.get(outing_id)
    assert outing is not None, "an outing does not vanish within a transaction"
    return outing, checked


def gift_of(draft: OutingDraft, person: Invited, attendees: int) -> GiftDraft:
    """What one of `attendees` is offered, as a draft of its own: the same that a single check would be asked."""
    of = draft.circumstances
    facts: dict[str, object] = {
        **person.facts,
        "context.attendees": attendees,
        "context.guests": of.companions,
        "context.host_present": of.host_present,
    }
    if of.setting is not None:
        facts["context.setting"] = of.setting
    return GiftDraft(
        employer=person.employer,
        contact=person.contact,
        outsider=person.outsider,
        stranger=person.stranger,
        description=of.description,
        category=of.category,
        amount=of.cost,
        quantity=1 + of.companions,
        facts=facts,
        day=of.day,
    )


Found = tuple[Invited, Client | None, Contact | None]


def _found(house: House, unit: UnitOfWork, member: Member, people: Sequence[Invited]) -> list[Found]:
    """Everybody with their client and contact, each person once. Raises ``outing.unclear`` for all that are not."""
    unclear: list[Unclear] = []
    found: dict[object, Found] = {}
    for place, person in enumerate(people):
        asked = _with_client(unit, person)
        gift = GiftDraft(asked.employer, asked.contact, asked.outsider, asked.stranger)
        client: Client | None = None
        try:
            client = client_of(house, unit, member, gift)
            contact = contact_of(unit, client, gift)
        except Refusal as refusal:
            if refusal.code not in ("client.ambiguous", "contact.ambiguous"):
                raise
            choices = refusal.facts["choices"]
            assert isinstance(choices, tuple), "choices are pairs of id and name"
            at = client.name if client is not None else None
            unclear.append(Unclear(place, str(refusal.facts["name"]), at, choices))
            continue
        found.setdefault(_same(asked, client, contact), (asked, client, contact))
    if unclear:
        names = tuple((one.place, one.name) for one in unclear)
        raise Refusal("outing.unclear", choices=names, asked=tuple(unclear))
    return list(found.values())


def _with_client(unit: UnitOfWork, person: Invited) -> Invited:
    """A person chosen from the list, with the client that they are known at; names not longer than the book takes."""
    if not isinstance(person.contact, int):
        name = (person.contact or "")[:NAME_LIMIT]
        company = person.employer if isinstance(person.employer, int) else person.employer[:NAME_LIMIT]
        return replace(person, contact=name, employer=company)
    contact = unit.contacts.get(person.contact)
    if contact is None:
        raise Refusal("contact.gone")
    return replace(person, employer=contact.client_id)


def _same(person: Invited, client: Client | None, contact: Contact | None) -> object:
    """What two entries have in common when they name the same person."""
    if contact is not None:
        return contact.id
    company = client.id if client is not None else fold(str(person.employer))
    return company, fold(str(person.contact))


def _take_place(unit: UnitOfWork, member: Member, outing_id: int, now: datetime) -> None:
    before = _own(unit, member, outing_id)
    if before.changed_at is not None:
        raise Refusal("outing.changed")
    if any(_stands(unit, member, check_id) for check_id in before.check_ids):
        raise Refusal("outing.registered")
    for check_id in before.check_ids:
        asked = requests.held_of_check(unit, check_id)
        if asked is not None and after(asked.state, Act.WITHDRAW):
            requests.withdraw(unit, member, asked, now)  # what was asked for is no longer what is planned
    if not unit.outings.supersede(before.id, at=now):
        raise Beaten


def _ways(house: House, by: Judging, outing: Outing, people: Sequence[Checked]) -> tuple[Way, ...]:
    ledger = Ledger()

    def verdict_of(variant: Proposal) -> Outcome:
        return verdict(variant, by.rulebook, rates=house.rates, cautious=by.cautious, ledger=ledger)

    return ways([each.proposal for each in people], verdict_of, outing.currency)


# --- Recorded outings -------------------------------------------------------------------------------------


_TO_BE_ASKED = (None, RequestState.WITHDRAWN)


def _state(unit: UnitOfWork, check_id: int) -> RequestState | None:
    """How the request for approval of this check stands, if there is one."""
    found = unit.requests.of_check(check_id)
    return found.state if found is not None and found.check_id == check_id else None


def _own(unit: UnitOfWork, member: Member, outing_id: int) -> Outing:
    """An outing that `member` plans. Raises Refusal ``outing.gone``."""
    outing = unit.outings.get(outing_id)
    if outing is None or outing.member_id != member.id:
        raise Refusal("outing.gone")
    return outing


def _recalled(house: House, unit: UnitOfWork, member: Member, outing: Outing) -> tuple[Checked, ...]:
    return tuple(recalled(house, unit, member, check_id) for check_id in outing.check_ids)


def _invited(unit: UnitOfWork, member: Member, check_id: int) -> Invited:
    kept = own_check(unit, member, check_id)
    draft = draft_of(kept, member)
    recipient = section_of(kept, "recipient")
    client = unit.clients.get(kept.client_id) if kept.client_id is not None else None
    return Invited(
        name=str(recipient.get("name", "")),
        company=client.name if client is not None else str(recipient.get("employer", "")),
        employer=draft.employer,
        contact=draft.contact,
        outsider=draft.outsider,
        stranger=draft.stranger,
        facts={path: value for path, value in draft.facts.items() if path not in _SHARED},
    )


def _stands(unit: UnitOfWork, member: Member, check_id: int) -> bool:
    """Whether this check's entry stands in the register."""
    return standing(unit, own_check(unit, member, check_id)) is not None


# --- Who came ---------------------------------------------------------------------------------------------


def guests(house: House, actor: Actor, outing_id: int) -> tuple[Outing, Sequence[Guest]]:
    """An own outing and those invited to it, to say who came.

    Raises Refusal ``outing.gone``, ``outing.changed``, or ``outing.too_early`` (day) before its day.
    """
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        outing = _over(unit, member, outing_id, now)
        return outing, [_guest(unit, member, check_id) for check_id in outing.check_ids]


def record_came(
    house: House, actor: Actor, outing_id: int, came: Collection[int], cost: Money | None
) -> tuple[Outing, Sequence[Given]]:
    """Enter those of an own outing who `came` (by their checks) into the register, all of them or nobody.

    `cost` is what it came to a head, and each is judged again at it. Whoever stands there already is not entered twice.
    Companies that are not in the book are added to it. Raises the refusals of `guests` and of `register.record_given`
    (``gift.not_cleared`` when somebody would not be allowed at that cost), and ``outing.nobody_came``.
    """
    now = house.clock()
    for _ in range(2):
        try:
            with house.memory.write(actor.workspace_id) as unit:
                member = present(unit, actor)
                outing = _over(unit, member, outing_id, now)
                here = [check_id for check_id in outing.check_ids if check_id in came]
                if not here:
                    raise Refusal("outing.nobody_came")
                return outing, [
                    enter_given(
                        house, unit, member, each, cost, add_client=True, now=now, on=outing.circumstances.day
                    )
                    for each in here
                ]
        except Beaten:
            continue  # whoever was first has committed by now, and their entries are found
    raise Refusal("gift.withdrawn")


def take_all_out(house: House, actor: Actor, outing_id: int) -> tuple[Outing, int]:
    """Take everybody of an own outing out of the register again; twice is the same as once. Raises ``outing.gone``.

    Tells how many were taken out now.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        outing = _own(unit, member, outing_id)
        there = [check_id for check_id in outing.check_ids if _stands(unit, member, check_id)]
        for check_id in there:
            take_out(unit, member, check_id, now)
        return outing, len(there)


def _over(unit: UnitOfWork, member: Member, outing_id: int, now: datetime) -> Outing:
    outing = _own(unit, member, outing_id)
    if outing.changed_at is not None:
        raise Refusal("outing.changed")
    if outing.circumstances.day > member.calendar.local_date(now):
        raise Refusal("outing.too_early", day=outing.circumstances.day)
    return outing


def _guest(unit: UnitOfWork, member: Member, check_id: int) -> Guest:
    kept = own_check(unit, member, check_id)
    person = _invited(unit, member, check_id)
    approved = _state(unit, check_id) is RequestState.APPROVED
    return Guest(
        check_id=check_id,
        name=person.name,
        company=person.company,
        may_enter=kept.verdict == Outcome.ALLOWED.word or approved,
        registered=_stands(unit, member, check_id),
        known=kept.client_id is not None,
    )
