"""A change of the rules before it is in force: which recorded checks would come out differently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.gifts.book import Rulebook
from bot.domain.gifts.proposal import Proposal, ProposalError, read_proposal
from bot.domain.gifts.register import GiftCheck
from bot.domain.gifts.rules import Outcome
from bot.domain.money import Money
from bot.ports import UnitOfWork
from bot.rulebook.change import verdict_changes
from bot.services.house import House
from bot.services.proposals import stored_currency
from bot.services.rulebooks import Judging

RECENT = 200


@dataclass(frozen=True, slots=True)
class TurnedCheck:
    """A recorded check that would come out differently.

    `asked_on` is the day on which it was asked, by the asker's calendar; `value` the price of one piece where it was
    told; `client` the recipient's organisation as the check named it, empty where it named none.
    """

    asked_on: date
    client: str
    description: str
    category: str
    quantity: int
    value: Money | None
    before: Outcome
    after: Outcome


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a change does to recorded checks: `compared` were judged, `unreadable` could not be."""

    compared: int
    unreadable: int
    turned: Sequence[TurnedCheck]


def compare(
    house: House,
    workspace_id: int,
    after: Rulebook,
    *,
    on: date,
    before: Rulebook | None = None,
    cautious: bool | None = None,
) -> Comparison:
    """Judge the last RECENT checks by the rules in force and by `after`, as if they were asked `on` that day.

    `before` stands for other rules than those in force; `cautious` is how doubtful rules would be taken then, None as
    they are now.

    By its own day a check would never meet a rule that begins today. A check recorded in words that this version
    no longer knows is counted as unreadable.
    """
    with house.memory.read(workspace_id) as unit:
        recorded = [(check, _names(unit, check)) for check in unit.gifts.recent_checks(RECENT)]
        now = house.rulebooks.judging(unit) if before is None else Judging(before, unit.workspace.cautious)
    then = Judging(after, now.cautious if cautious is None else cautious)
    proposals: list[Proposal] = []
    for check, names in recorded:
        try:
            read = read_proposal(
                check.proposal, today=check.checked_at.date(), currency=stored_currency(check)
            )
        except ProposalError:
            continue
        proposals.append(_known_by(read, names, (now.rulebook, after)))
    asked = [replace(proposal, date=on) for proposal in proposals]
    turned = [
        _turned(proposals[change.place], change.before, change.after)
        for change in verdict_changes(
            asked,
            now.rulebook,
            after,
            rates=house.rates,
            cautious=now.cautious,
            cautious_after=then.cautious,
        )
    ]
    return Comparison(len(proposals), len(recorded) - len(proposals), turned)


def _names(unit: UnitOfWork, check: GiftCheck) -> tuple[str, ...]:
    """The names of the check's client today."""
    client = unit.clients.get(check.client_id) if check.client_id is not None else None
    return (client.name, *client.aliases) if client is not None else ()


def _known_by(proposal: Proposal, names: Sequence[str], rulebooks: Sequence[Rulebook]) -> Proposal:
    """The proposal under a name of its client that some rule knows: a check asked today would go by that one."""
    recorded = proposal.recipient.employer
    if recorded is None or recorded not in names:
        return proposal
    for name in (recorded, *names):
        if any(rulebook.knows_employer(name) for rulebook in rulebooks):
            return replace(proposal, recipient=replace(proposal.recipient, employer=name))
    return proposal


def _turned(proposal: Proposal, before: Outcome, after: Outcome) -> TurnedCheck:
    item = proposal.items[0]
    value = (
        Money(item.unit_value, item.currency or proposal.currency) if item.unit_value is not None else None
    )
    return TurnedCheck(
        asked_on=proposal.date,
        client=proposal.recipient.employer or "",
        description=item.description or "",
        category=item.category or "gift",
        quantity=item.quantity or 1,
        value=value,
        before=before,
        after=after,
    )
