"""The rules of a workspace: put in force, compared before that, and recorded checks judged by them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.gifts.book import Rulebook
from bot.domain.gifts.chain import EntryKind, NewRegisterEntry
from bot.domain.gifts.judge import judge
from bot.domain.gifts.proposal import Proposal, ProposalError, read_proposal
from bot.domain.gifts.register import GiftCheck
from bot.domain.gifts.rules import Outcome
from bot.domain.money import Money
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.rulebook.change import changes, verdict_changes
from bot.rulebook.reader import RulebookError
from bot.rulebook.told import Comparison, TurnedCheck
from bot.services.house import House
from bot.services.proposals import stored_currency
from bot.services.rulebooks import Judging, keep, keep_texts, of_check, rulebook_of

RECENT = 200
_TOLD = 100
"""Changed rules that the register names; a file that is taken in whole may bring thousands."""


def in_force(house: House, workspace_id: int) -> tuple[int, Rulebook]:
    """Revision and rules of a workspace as they stand. Raises RulebookError when they cannot be read."""
    with house.memory.read(workspace_id) as unit:
        return unit.workspace.rules_revision, house.rulebooks.of(unit)


def keep_in_force(house: House, workspace_id: int) -> None:
    """Keep the rules with which the bot starts, should they be other ones than before. Raises RulebookError."""
    with house.memory.write(workspace_id) as unit:
        keep(house.rulebooks, unit, house.rulebooks.judging(unit), house.clock())


def put_in_force(
    house: House,
    unit: UnitOfWork,
    *,
    revision: int,
    written: Mapping[str, str] | None = None,
    removed: Sequence[str] = (),
    cautious: bool | None = None,
    member_id: int | None,
    now: datetime,
) -> Rulebook:
    """Write and remove own rule files of a workspace as a whole, and enter that into the register; the rules then.

    `revision` is that of the rules which the change was made from; `member_id` is who makes it, None for the operator.
    Raises Refusal ``rules.changed_meanwhile`` when they are others by now, and RulebookError when they would not be
    readable.
    """
    files = dict(written or {})
    if unit.workspace.rules_revision != revision:
        raise Refusal("rules.changed_meanwhile")
    before = _judging_now(house, unit)
    own = {each.name: each.text for each in unit.rules.own() if each.name not in removed} | files
    texts = {**house.rulebooks.base, **own}
    after = Judging(rulebook_of(texts), unit.workspace.cautious if cautious is None else cautious)
    differing = () if before is None else changes(before.rulebook, after.rulebook)
    facts = {
        "before": None if before is None else before.rulebook.version,
        "after": after.rulebook.version,
        "cautious": after.cautious,
        "files": sorted([*files, *removed]),
        "rules": [f"{each.kind} {each.rule}" for each in differing][:_TOLD],
    }
    unit.register.append(NewRegisterEntry(EntryKind.RULES_CHANGED, now, member_id, facts))
    # First the register, then the workspace, as wherever something is entered and then sent: nobody waits in a circle.
    if not unit.rules.advance(revision, cautious=cautious):
        raise Refusal("rules.changed_meanwhile")
    if before is not None:
        keep(house.rulebooks, unit, before, now)
    for name in removed:
        unit.rules.remove(name)
    for name, text in files.items():
        unit.rules.put(name, text, member_id=member_id, at=now)
    keep_texts(unit, after, texts, now, member_id)
    return after.rulebook


def _judging_now(house: House, unit: UnitOfWork) -> Judging | None:
    """The rules in force; None where they cannot be read, so that a change can mend them."""
    try:
        return house.rulebooks.judging(unit)
    except RulebookError:
        return None


@dataclass(frozen=True, slots=True)
class Replayed:
    """A recorded check, judged again by the rules that judged it; `now` is None where that cannot be done.

    `reason` says why not: ``rules`` (those rules are not kept) or ``words`` (it is recorded in words unknown today).
    """

    check_id: int
    version: str
    then: str
    now: str | None
    reason: str = ""

    @property
    def differs(self) -> bool:
        return self.now is not None and self.now != self.then


def replay(
    house: House, workspace_id: int, *, last: int = RECENT, check_id: int | None = None
) -> Sequence[Replayed]:
    """Judge recorded checks again, each by its own version of the rules; the latest first.

    Raises Refusal ``gift.gone`` when there is no check of that number.
    """
    with house.memory.read(workspace_id) as unit:
        if check_id is None:
            checks = unit.gifts.recent_checks(last)
        else:
            found = unit.gifts.check(check_id)
            if found is None:
                raise Refusal("gift.gone")
            checks = [found]
        return [_replayed(house, unit, check) for check in checks]


def _replayed(house: House, unit: UnitOfWork, check: GiftCheck) -> Replayed:
    by = of_check(house.rulebooks, unit, check)
    if by is None:
        return Replayed(check.id, check.rulebook_version, check.verdict, None, "rules")
    try:
        proposal = read_proposal(
            check.proposal, today=check.checked_at.date(), currency=stored_currency(check)
        )
    except ProposalError:
        return Replayed(check.id, check.rulebook_version, check.verdict, None, "words")
    again = judge(proposal, by.rulebook, rates=house.rates, cautious=by.cautious).verdict
    return Replayed(check.id, check.rulebook_version, check.verdict, again.word)


def compare(
    house: House,
    unit: UnitOfWork,
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
