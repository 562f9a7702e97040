"""A whole book handed over from Slack: planned, looked through and edited, and carried out exactly as it was shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.domain.book_plans import CAME, Changed, Outcome, ShownRow
from bot.domain.clients import may_hand_over
from bot.domain.fit import Reason, Sharing, reasons, weights_of
from bot.domain.handover import check_recipient
from bot.domain.members import Member, Role
from bot.domain.reassignment import check_reason
from bot.domain.refusals import Refusal
from bot.domain.split import PlanRow
from bot.ports import UnitOfWork
from bot.services import handover, reassignment_steps, split
from bot.services.fit import Book, client_facts
from bot.services.house import Actor, House, present
from bot.services.owners import WHOLE_BOOK, in_the_book

MOST = 500
"""Clients in one plan: twenty-five pages to look through."""


def may_plan(member: Member) -> bool:
    """Whether somebody may hand a whole book over: leads those of their people, admins all."""
    return member.is_(Role.LEAD) or member.is_(Role.ADMIN)


def leavers(house: House, actor: Actor) -> Sequence[Member]:
    """Whose book the member may hand over, those who are no longer here as well, by name."""
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = [each for each in unit.members.all() if may_hand_over(member, each)]
        return sorted(found, key=lambda each: (each.name.casefold(), each.id))


def receivers(house: House, actor: Actor) -> Sequence[Member]:
    """Who may get clients, by name."""
    with house.memory.read(actor.workspace_id) as unit:
        present(unit, actor)
        found = [each for each in unit.members.all() if each.active and _keeps(each)]
        return sorted(found, key=lambda each: (each.name.casefold(), each.id))


def _keeps(member: Member) -> bool:
    return member.is_(Role.ACCOUNT_MANAGER) or member.is_(Role.LEAD)


def check_leaver(house: House, actor: Actor, leaver_id: int) -> Member:
    """Whose book it is. Raises Refusal ``book.not_yours`` (name) or ``split.empty`` (name)."""
    with house.memory.read(actor.workspace_id) as unit:
        leaver = _leaver(unit, present(unit, actor), leaver_id)
        if not unit.clients.count_of_owner(leaver.id):
            raise Refusal("split.empty", name=leaver.name)
        return leaver


def _leaver(unit: UnitOfWork, member: Member, leaver_id: int) -> Member:
    leaver = unit.members.get(leaver_id)
    if leaver is None or not may_hand_over(member, leaver):
        raise Refusal("book.not_yours", name="–" if leaver is None else leaver.name)
    return leaver


def plan(house: House, actor: Actor, leaver_id: int, to_ids: Sequence[int] = ()) -> split.Plan:
    """The best way to share the book out; nothing is changed. It may take the solver a minute.

    Raises the refusals of `check_leaver` and `split.plan_among`.
    """
    check_leaver(house, actor, leaver_id)
    return split.plan_among(house, actor.workspace_id, [leaver_id], to_ids, most=MOST)


def chosen(
    house: House, actor: Actor, leaver_id: int, client_id: int, to_id: int
) -> tuple[Member, tuple[Reason, ...]]:
    """Somebody else for one client of a plan, with what there is to say of them.

    Raises the refusals of `check_leaver`, `in_the_book` and `check_recipient`, and ``handover.excluded`` (name).
    """
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        leaver = _leaver(unit, present(unit, actor), leaver_id)
        client = in_the_book(unit, client_id)
        to = check_recipient(unit.members.get(to_id), leaver.id)
        (facts,) = client_facts(unit, [client], now)
        if to.id in facts.excluded:
            raise Refusal("handover.excluded", name=to.name)
        known = next(each for each in Book(unit, [facts], now).members_for(facts) if each.member.id == to.id)
        return to, reasons(facts, known, weights_of(unit.workspace), Sharing(facts))


def carry_out(house: House, actor: Actor, leaver_id: int, rows: Sequence[ShownRow], reason: str) -> Outcome:
    """Hand over what a plan shows, all of it in one transaction; where the book has changed since, nothing, and what.

    The same twice is once. Raises Refusal ``book.not_yours`` (name), ``book.nothing`` for a plan by which everything
    stays, and the refusals of `check_reason`.
    """
    now, why = house.clock(), check_reason(reason)
    moving = [row for row in rows if row.to_id not in (None, leaver_id)]
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        leaver = _leaver(unit, member, leaver_id)
        if not moving:
            raise Refusal("book.nothing")
        reassignment_steps.hold_all_of(unit, [row.client_id for row in moving])
        if _done_already(unit, moving):
            return Outcome(leaver, again=True)
        changed = _changed(unit, leaver, rows, moving)
        if changed:
            return Outcome(leaver, changed=changed)
        given: Counter[str] = Counter()
        for row in moving:
            client, to = unit.clients.get(row.client_id), unit.members.get(row.to_id or 0)
            assert client is not None, "the row was checked"
            assert to is not None, "the row was checked"
            handover.hand_over(unit, client, to.id, by=member, reason=why.value, now=now)
            given[to.name] += 1
        return Outcome(leaver, now, given, len(rows) - len(moving))


def _done_already(unit: UnitOfWork, moving: Sequence[ShownRow]) -> bool:
    found = [unit.clients.itself(row.client_id) for row in moving]
    return all(
        client is not None and client.owner_id == row.to_id for row, client in zip(moving, found, strict=True)
    )


def _changed(
    unit: UnitOfWork, leaver: Member, rows: Sequence[ShownRow], moving: Sequence[ShownRow]
) -> tuple[Changed, ...]:
    users = {member.id: member.user_id for member in unit.members.all()}
    lines = [
        PlanRow(number, row.client_id, row.client, leaver.user_id, users.get(row.to_id or 0, "?"))
        for number, row in enumerate(moving, 1)
    ]
    faults = [
        Changed(each.row.client, each.fault.value, each.owner)
        for each in split.check_within(unit, lines)
        if each.fault is not None
    ]
    known = {row.client_id for row in rows}
    came = [
        Changed(client.name, CAME)
        for client in unit.clients.of_owner(leaver.id, WHOLE_BOOK)
        if client.id not in known
    ]
    return (*faults, *came)
