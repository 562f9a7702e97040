"""Gifts: check one before it is bought, and answer what is still open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.domain.clients import Client, Contact
from bot.domain.gifts.chain import EntryKind, NewRegisterEntry, check_facts
from bot.domain.gifts.judge import judge
from bot.domain.gifts.judgement import Judgement
from bot.domain.gifts.proposal import Proposal, read_proposal
from bot.domain.gifts.register import NewGiftCheck
from bot.domain.gifts.rules import Outcome
from bot.domain.members import Member, Role
from bot.domain.money import Money
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services import drafts, rulebooks
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

KIND = "gift"


@dataclass(frozen=True, slots=True)
class Checked:
    """A recorded check with all that its author should see.

    `client` is None for an organisation that is not in the book, `contact` for a person who is not. `lead` is
    the asker's, `compliance` who reviews where the verdict needs approval. `registered` says that the gift stands in
    the register, `outdated` that the rules have changed since the check, which is shown under those that made it.
    """

    check_id: int
    proposal: Proposal
    judgement: Judgement
    client: Client | None
    contact: Contact | None
    lead: Member | None
    compliance: tuple[Member, ...]
    registered: bool = False
    outdated: bool = False

    @property
    def questions(self) -> tuple[str, ...]:
        """Keys of the facts that could still change the verdict, the most decisive first.

        These are the facts the verdict assumes: the judge's own list of open questions, without judging twice.
        """
        return tuple(assumption.key for assumption in self.judgement.assumptions)


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
        before = draft_of(own_check(unit, member, check_id))
        draft = replace(
            before,
            facts={**before.facts, **facts},
            category=category or before.category,
            amount=amount or before.amount,
        )
        return _check(house, unit, member, draft, now)


def recall(house: House, actor: Actor, check_id: int) -> Checked:
    """An own check as it was answered, to be shown again or in full.

    It is judged by the rules that judged it then, whatever is in force now. Raises Refusal ``gift.gone``, or
    ``gift.rules_changed`` when those rules are not kept: checks of a time before they were.
    """
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        kept = own_check(unit, member, check_id)
        by = rulebooks.of_check(house.rulebooks, unit, kept)
        if by is None:
            raise Refusal("gift.rules_changed")
        client = unit.clients.get(kept.client_id) if kept.client_id is not None else None
        contact = unit.contacts.get(kept.contact_id) if kept.contact_id is not None else None
        proposal = read_proposal(kept.proposal, today=kept.checked_at.date(), currency=stored_currency(kept))
        stands = client is not None and standing(unit, client.id, kept) is not None
        return _shown(
            unit,
            member,
            kept.id,
            proposal,
            client,
            contact,
            _judged(house, proposal, by),
            registered=stands,
            outdated=by.name != house.rulebooks.judging(unit).name,
        )


def drafted(house: House, actor: Actor, check_id: int) -> GiftDraft:
    """The draft that an own check was made from, to be changed. Raises Refusal ``gift.gone``."""
    with house.memory.read(actor.workspace_id) as unit:
        return draft_of(own_check(unit, present(unit, actor), check_id))


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
    return drafts.keep(house, actor, KIND, facts)


def resume(house: House, actor: Actor, draft_id: int) -> GiftDraft:
    """The draft that was set aside. Raises Refusal ``draft.gone`` when it is too old or somebody else's."""
    facts: dict[str, Any] = dict(drafts.kept(house, actor, KIND, draft_id))
    amount = facts.pop("amount")
    return GiftDraft(**facts, amount=_money_from(amount))


# --- One check --------------------------------------------------------------------------------------------


def _check(house: House, unit: UnitOfWork, member: Member, draft: GiftDraft, now: datetime) -> Checked:
    client = client_of(house, unit, member, draft)
    contact = contact_of(unit, client, draft)
    proposal, data = propose(house, unit, member, client, contact, draft, now)
    by = house.rulebooks.judging(unit)
    judgement = _judged(house, proposal, by)
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
    return _shown(unit, member, check_id, proposal, client, contact, judgement)


def _shown(
    unit: UnitOfWork,
    member: Member,
    check_id: int,
    proposal: Proposal,
    client: Client | None,
    contact: Contact | None,
    judgement: Judgement,
    *,
    registered: bool = False,
    outdated: bool = False,
) -> Checked:
    reviewers = unit.members.all() if judgement.verdict is Outcome.NEEDS_APPROVAL else ()
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
    )


def _judged(house: House, proposal: Proposal, by: Judging) -> Judgement:
    return judge(proposal, by.rulebook, rates=house.rates, explain=True, cautious=by.cautious)


def _money_facts(money: Money | None) -> dict[str, str] | None:
    return None if money is None else {"amount": format(money.amount, "f"), "currency": money.currency}


def _money_from(facts: Mapping[str, str] | None) -> Money | None:
    return None if facts is None else Money(Decimal(facts["amount"]), facts["currency"])
