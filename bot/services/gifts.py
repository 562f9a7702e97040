"""Gifts: check one before it is bought, and answer what is still open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bot.domain.clients import Client, Contact
from bot.domain.gifts.chain import EntryKind, NewRegisterEntry, check_facts
from bot.domain.gifts.counterparts import side_of
from bot.domain.gifts.judge import judge
from bot.domain.gifts.judgement import Judgement
from bot.domain.gifts.proposal import Proposal, read_proposal
from bot.domain.gifts.register import Fate, NewGiftCheck, Side
from bot.domain.gifts.requests import Request
from bot.domain.gifts.rules import Outcome
from bot.domain.gifts.windows import Windows
from bot.domain.members import Member, Role
from bot.domain.money import Money
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services import drafts, requests, rulebooks
from bot.services.house import Actor, House, present
from bot.services.proposals import (
    GiftDraft,
    client_of,
    contact_of,
    draft_of,
    own_check,
    propose,
    stored_currency,
)
from bot.services.register import standing
from bot.services.rulebooks import Judging
from bot.services.windows import windows

KIND = "gift"


@dataclass(frozen=True, slots=True)
class Checked:
    """A recorded check with all that its author should see.

    `client` is None for an organisation that is not in the book, `contact` for a person who is not. `lead` is
    the asker's, `compliance` who reviews where the verdict needs approval. `registered` says that the gift stands in
    the register, `fate` what became of it if it was received. `request` is the request for approval that stands on the
    check, and `reopened` that it followed here from an earlier one. `so_far` is what counts between us and them
    already. `outdated` says that the rules have changed since the check, which is shown under those that made it.
    """

    check_id: int
    proposal: Proposal
    judgement: Judgement
    client: Client | None
    contact: Contact | None
    lead: Member | None
    compliance: tuple[Member, ...]
    registered: bool = False
    request: Request | None = None
    reopened: bool = False
    fate: Fate | None = None
    so_far: Windows | None = None
    outdated: bool = False

    @property
    def questions(self) -> tuple[str, ...]:
        """Keys of the facts that could still change the verdict, the most decisive first.

        These are the facts the verdict assumes: the judge's own list of open questions, without judging twice.
        """
        return tuple(assumption.key for assumption in self.judgement.assumptions)


def check(house: House, actor: Actor, draft: GiftDraft, *, changes: int | None = None) -> Checked:
    """Judge a gift by all rules on file and by what was given before, and record the check.

    `changes` is an own check of which this one is a changed form: a request for approval follows it.

    Raises Refusal ``gift.no_employer``, ``client.ambiguous`` (name, choices as (id, name) pairs), ``client.gone``,
    ``contact.ambiguous`` (name, client, choices), ``contact.gone`` or ``gift.fact`` (key, reason) for a fact that the
    proposal cannot take.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        if changes is None:
            return check_within(house, unit, member, draft, now)
        return _changed(house, unit, member, own_check(unit, member, changes).id, draft, now)


def answer(
    house: House,
    actor: Actor,
    check_id: int,
    facts: Mapping[str, object],
    *,
    category: str | None = None,
    amount: Money | None = None,
) -> Checked:
    """Judge an own check anew with further facts, as a check of its own that a request for approval follows.
    Raises ``gift.gone`` and those of `check`.

    `facts` go by their path in the proposal, as in a draft; `category` and `amount` replace what was known of them.
    For somebody invited to an outing it is the new check that counts there, unless it is of another thing or price, or
    the old one stands in the register.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        kept = own_check(unit, member, check_id)
        before = draft_of(kept, member)
        draft = replace(
            before,
            facts={**before.facts, **facts},
            category=category or before.category,
            amount=amount or before.amount,
        )
        checked = _changed(house, unit, member, check_id, draft, now)
        if category is None and amount is None and standing(unit, kept) is None:
            unit.outings.swap_check(check_id, checked.check_id)
        return checked


def recall(house: House, actor: Actor, check_id: int) -> Checked:
    """An own check as it was answered, to be shown again or in full.

    It is judged by the rules that judged it then, whatever is in force now. Raises Refusal ``gift.gone``, or
    ``gift.rules_changed`` when those rules are not kept: checks of a time before they were.
    """
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        return recalled(house, unit, member, check_id)


def recalled(house: House, unit: UnitOfWork, member: Member, check_id: int) -> Checked:
    """As `recall`, within a unit of work."""
    kept = own_check(unit, member, check_id)
    by = rulebooks.of_check(house.rulebooks, unit, kept)
    if by is None:
        raise Refusal("gift.rules_changed")
    client = unit.clients.get(kept.client_id) if kept.client_id is not None else None
    contact = unit.contacts.get(kept.contact_id) if kept.contact_id is not None else None
    proposal = read_proposal(kept.proposal, today=kept.checked_at.date(), currency=stored_currency(kept))
    entered = standing(unit, kept)
    return _shown(
        house,
        unit,
        member,
        kept.id,
        proposal,
        client,
        contact,
        judged(house, proposal, by),
        registered=entered is not None,
        fate=entered.fate if entered is not None else None,
        request=unit.requests.of_check(check_id),
        outdated=by.name != house.rulebooks.judging(unit).name,
    )


def drafted(house: House, actor: Actor, check_id: int) -> GiftDraft:
    """The draft that an own check was made from, to be changed. Raises Refusal ``gift.gone``."""
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        return draft_of(own_check(unit, member, check_id), member)


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


def knows_employer(house: House, actor: Actor, name: str) -> bool:
    """Whether some rule names this organisation."""
    with house.memory.read(actor.workspace_id) as unit:
        return house.rulebooks.of(unit).knows_employer(name)


def set_aside(house: House, actor: Actor, draft: GiftDraft) -> int:
    """Keep a draft that cannot be judged before a question is answered; returns its id."""
    facts = {**asdict(replace(draft, facts={})), "facts": dict(draft.facts)}
    facts["amount"] = money_facts(draft.amount)
    facts["day"] = draft.day.isoformat() if draft.day is not None else None
    return drafts.keep(house, actor, KIND, facts)


def resume(house: House, actor: Actor, draft_id: int) -> GiftDraft:
    """The draft that was set aside. Raises Refusal ``draft.gone`` when it is too old or somebody else's."""
    facts: dict[str, Any] = dict(drafts.kept(house, actor, KIND, draft_id))
    amount, day = facts.pop("amount"), facts.pop("day", None)
    direction = Side(str(facts.pop("direction", Side.GIVEN)))
    return GiftDraft(
        **facts,
        amount=money_from(amount),
        day=date.fromisoformat(day) if day else None,
        direction=direction,
    )


# --- One check --------------------------------------------------------------------------------------------


def _changed(
    house: House, unit: UnitOfWork, member: Member, check_id: int, draft: GiftDraft, now: datetime
) -> Checked:
    """Check a gift in the place of an earlier check, whose request for approval follows."""
    before = requests.changeable(unit, check_id)
    if before is None:
        return check_within(house, unit, member, draft, now)
    if draft.day is not None and draft.day < member.calendar.local_date(now):
        draft = replace(draft, day=None)  # what is asked for is still to be given
    checked = check_within(house, unit, member, draft, now, besides=before.id)
    kept = own_check(unit, member, checked.check_id)
    followed = requests.follow(house, unit, member, before, kept, checked.proposal, checked.judgement, now)
    return replace(checked, request=followed, reopened=True)


def check_within(
    house: House,
    unit: UnitOfWork,
    member: Member,
    draft: GiftDraft,
    now: datetime,
    *,
    besides: int | None = None,
) -> Checked:
    """`check` inside a transaction; `besides` is a request that does not count, see `propose`."""
    client = client_of(house, unit, member, draft)
    return recorded(house, unit, member, client, contact_of(unit, client, draft), draft, now, besides=besides)


def recorded(
    house: House,
    unit: UnitOfWork,
    member: Member,
    client: Client | None,
    contact: Contact | None,
    draft: GiftDraft,
    now: datetime,
    *,
    besides: int | None = None,
) -> Checked:
    """Judge and record a draft whose `client` and `contact` have been found. Raises Refusal ``gift.fact``."""
    proposal, data = propose(house, unit, member, client, contact, draft, now, besides=besides)
    by = house.rulebooks.judging(unit)
    judgement = judged(house, proposal, by)
    new = NewGiftCheck(
        member_id=member.id,
        client_id=client.id if client is not None else None,
        contact_id=contact.id if contact is not None else None,
        proposal=data,
        answer=judgement.as_json(),
        verdict=judgement.verdict.word,
        rulebook_version=judgement.rulebook_version,
        checked_at=now,
    )
    check_id = unit.gifts.record_check(new)
    unit.register.append(
        NewRegisterEntry(EntryKind.CHECKED, now, member.id, check_facts(new), check_id=check_id)
    )
    rulebooks.keep(house.rulebooks, unit, by, now)
    return _shown(house, unit, member, check_id, proposal, client, contact, judgement, besides=besides)


def _shown(
    house: House,
    unit: UnitOfWork,
    member: Member,
    check_id: int,
    proposal: Proposal,
    client: Client | None,
    contact: Contact | None,
    judgement: Judgement,
    *,
    registered: bool = False,
    fate: Fate | None = None,
    request: Request | None = None,
    outdated: bool = False,
    besides: int | None = None,
) -> Checked:
    received = side_of(proposal) is Side.RECEIVED
    asked = judgement.verdict is Outcome.NEEDS_APPROVAL or (received and judgement.verdict is Outcome.ASK)
    reviewers = unit.members.all() if asked else ()
    return Checked(
        check_id=check_id,
        proposal=proposal,
        judgement=judgement,
        client=client,
        contact=contact,
        lead=unit.members.get(member.lead_id) if member.lead_id is not None else None,
        compliance=tuple(m for m in reviewers if m.active and m.is_(Role.COMPLIANCE)),
        registered=registered,
        outdated=outdated,
        request=request,
        fate=fate,
        so_far=None
        if client is None
        else windows(
            unit,
            house,
            client.id,
            None if received or contact is None else contact.id,
            proposal.date,
            direction=side_of(proposal),
            member_id=member.id if received else None,
            besides=check_id,
            besides_request=besides if request is None else request.id,
        ),
    )


def judged(house: House, proposal: Proposal, by: Judging) -> Judgement:
    """The whole answer with its assumptions and alternatives."""
    return judge(proposal, by.rulebook, rates=house.rates, explain=True, cautious=by.cautious)


def money_facts(money: Money | None) -> dict[str, str] | None:
    return None if money is None else {"amount": format(money.amount, "f"), "currency": money.currency}


def money_from(facts: Mapping[str, str] | None) -> Money | None:
    return None if facts is None else Money(Decimal(facts["amount"]), facts["currency"])
