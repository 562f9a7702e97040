"""Reassignment: ask for another manager, decide, take back; what happens when nobody answers; what the bot proposes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.clients import Client, may_hand_over
from bot.domain.members import Member, Role
from bot.domain.outbox import Entry, NewEntry
from bot.domain.reassignment import (
    PROPOSED_AGAIN,
    REMINDED_AFTER,
    WIDENED_AFTER,
    NewRequest,
    Reason,
    Request,
    RequestState,
    Sheet,
    asked_as_well,
    check_reason,
    check_why,
    deciders,
    stands,
    step_at,
)
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services import handover, handover_checks, lookup
from bot.services import reassignment_steps as steps
from bot.services.due_steps import take_each
from bot.services.house import Actor, House, present
from bot.services.owners import check_reader, in_the_book, owner_of
from bot.services.reassignment_steps import hold_all, member_of, sheet_of

PROPOSAL = "reassign_proposed"
"""Clients for which the bot proposes another manager, for who decides."""
SHOWN = 10
"""Proposals in one message; the others come with the next tick."""

_AT_ONCE = 100
_WAITING_READ = 500
_ASIDE = timedelta(hours=1)


# --- Asking -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wish:
    """What a form for another manager shows: the client, who looks after it, and whether the reader may decide at once.

    An admin may hand over what they look after themselves. `asked` are those who would be asked, `open` the reader's
    own request that waits already.
    """

    client: Client
    owner: Member | None
    decides: bool
    asked: tuple[str, ...]
    open: Sheet | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as who asked sees it; `again` says that it had been asked for before."""

    sheet: Sheet
    again: bool = False


def wish(house: House, actor: Actor, client: int | str) -> Wish:
    """A client, named by id or as typed, for which somebody wants another manager.

    Raises the refusals of `lookup.named` and `in_the_book`, and ``client.not_yours`` (client, owner) for who has
    nothing to do with the client.
    """
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = _named(unit, member, client, now)
        owner = owner_of(unit, found)
        asked = deciders(owner, unit.members.all())
        own = next((r for r in unit.reassignments.open_of_client(found.id) if r.asked_by == member.id), None)
        return Wish(
            found,
            owner,
            may_hand_over(member, owner),
            tuple(each.name for each in asked),
            None if own is None or stands(own, found) else sheet_of(unit, member, own, now),
        )


def _named(unit: UnitOfWork, member: Member, client: int | str, now: datetime) -> Client:
    number = client if isinstance(client, int) else lookup.named(unit, member, client)
    seen = unit.clients.get(number)
    found = in_the_book(unit, number if seen is None else seen.id)
    check_reader(unit, member, found, now)
    return found


def ask(house: House, actor: Actor, client: int | str, reason: str, why: str = "") -> Asked:
    """Ask for another manager; however often the same person asks about a client, there is one request.

    Its owner's lead is told at once, or the admins where there is none. Raises the refusals of `wish`, `check_reason`
    and `check_why`, and ``reassign.nobody`` where nobody is left who could decide.
    """
    now = house.clock()
    chosen, words = check_reason(reason), check_why(why)
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = hold_all(unit, _named(unit, member, client, now).id)
        for open_already in unit.reassignments.open_of_client(found.id):
            held = steps.settle_if_moot(unit, open_already, now)
            if held.state is RequestState.WAITING and held.asked_by == member.id:
                return Asked(sheet_of(unit, member, held, now), again=True)
        asked = deciders(owner_of(unit, found), unit.members.all())
        if not asked:
            raise Refusal("reassign.nobody")
        step = step_at(now, asked, REMINDED_AFTER)
        new = NewRequest(found.id, found.owner_id, member.id, chosen, words, now, step)
        request = steps.again(unit, unit.reassignments.add(new))
        steps.ask(unit, request, asked, now)
        return Asked(sheet_of(unit, member, steps.again(unit, request.id), now))


def open_of(house: House, actor: Actor) -> Sequence[Sheet]:
    """What the member asked for and nobody has answered yet, the oldest first."""
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        return [sheet_of(unit, member, each, now) for each in unit.reassignments.open_by(member.id)]


@dataclass(frozen=True, slots=True)
class Desk:
    """What a member asked for and nobody has answered yet, and what they were asked to decide; the oldest first."""

    own: tuple[Sheet, ...] = ()
    to_decide: tuple[Sheet, ...] = ()


def desk_of(unit: UnitOfWork, member: Member, now: datetime) -> Desk:
    """What waits for an answer with a member; what they may decide and were not asked about is left out."""
    own = unit.reassignments.open_by(member.id)
    asked: list[Request] = []
    if member.is_(Role.LEAD) or member.is_(Role.ADMIN):
        asked = [each for each in unit.reassignments.waiting(_WAITING_READ) if member.id in each.told]
    sheets = [sheet_of(unit, member, each, now) for each in asked]
    return Desk(
        tuple(sheet_of(unit, member, each, now) for each in own),
        tuple(sheet for sheet in sheets if sheet.decides),
    )


def shown(house: House, actor: Actor, request_id: int) -> Sheet:
    """A request as it stands, for who may know of it. Raises Refusal ``reassign.gone``."""
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = _seen(unit, member, request_id)
        return sheet_of(unit, member, found, now)


def _seen(unit: UnitOfWork, member: Member, request_id: int) -> Request:
    found = unit.reassignments.get(request_id)
    if found is None:
        raise Refusal("reassign.gone")
    if not steps.sees(unit, member, found):
        raise Refusal("reassign.gone")
    return found


# --- Deciding ---------------------------------------------------------------------------------------------


def approve(house: House, actor: Actor, request_id: int, to_member_id: int | None) -> Sheet:
    """Hand the client over to somebody, as a request asks. The same twice is once.

    Where the client moved, or left the book, since it was asked, nothing is done: the sheet says so, and who asked is
    told. Raises Refusal ``reassign.gone``, ``reassign.not_yours``, the refusals of `handover.hand_over`, and
    ``reassign.was_approved`` (name, to), ``.was_declined``, ``.was_withdrawn`` (name) or ``.was_moot`` (client).
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = _held(unit, member, request_id)
        if (found.state, found.decided_by, found.to_id) == (RequestState.APPROVED, member.id, to_member_id):
            return sheet_of(unit, member, found, now)  # pressed twice
        request = _to_decide(unit, member, found, now)
        if request.state is RequestState.MOOT:
            return sheet_of(unit, member, request, now)
        handover.hand_over(
            unit,
            steps.client_of(unit, request),
            to_member_id or 0,
            by=member,
            reason=request.reason.value,
            why=request.why,
            now=now,
            request_id=request.id,
        )
        settled = unit.reassignments.settle(
            request, RequestState.APPROVED, at=now, by=member.id, to_id=to_member_id
        )
        assert settled, "a held request does not change"
        return _decided(unit, member, request.id, now)


def decline(house: House, actor: Actor, request_id: int, answer: str) -> Sheet:
    """Leave the client where it is, and say why, which who asked reads; to a proposal nothing has to be said. The same
    twice is once.

    Raises Refusal ``reassign.no_answer``, ``reassign.too_long`` (limit), and those of `approve`.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = _held(unit, member, request_id)
        said = check_why(answer, wanted=not found.proposed)
        if (found.state, found.decided_by, found.answer) == (RequestState.DECLINED, member.id, said):
            return sheet_of(unit, member, found, now)
        request = _to_decide(unit, member, found, now)
        if request.state is RequestState.MOOT:
            return sheet_of(unit, member, request, now)
        unit.reassignments.settle(request, RequestState.DECLINED, at=now, by=member.id, answer=said)
        return _decided(unit, member, request.id, now)


def _held(unit: UnitOfWork, member: Member, request_id: int) -> Request:
    """A request, held with all that is decided of its client. Raises Refusal ``reassign.gone``."""
    seen = _seen(unit, member, request_id)
    try:
        hold_all(unit, seen.client_id, also=(request_id,))
    except Refusal as refusal:
        if refusal.code != "client.archived":
            raise
    return steps.again(unit, request_id)


def _to_decide(unit: UnitOfWork, member: Member, found: Request, now: datetime) -> Request:
    """The held request, which waits for this member's decision, or is found to have nothing left to decide."""
    if found.state is not RequestState.WAITING:
        raise steps.refuse_settled(unit, found)
    client = steps.client_of(unit, found)
    then = member_of(unit, found.owner_id)
    owner = owner_of(unit, client)
    if not any(steps.decides(unit, member, found, each) for each in (owner, then)):
        raise Refusal("reassign.not_yours")
    request = steps.settle_if_moot(unit, found, now)
    if request.state is RequestState.WAITING and not steps.decides(unit, member, request, owner):
        raise Refusal("reassign.not_yours")
    return request


def _decided(unit: UnitOfWork, member: Member, request_id: int, now: datetime) -> Sheet:
    done = steps.again(unit, request_id)
    steps.tell_asker(unit, done, now)
    steps.show_everywhere(unit, done, now)
    return sheet_of(unit, member, done, now)


def withdraw(house: House, actor: Actor, request_id: int) -> Sheet:
    """Take an own request back; twice is once. Raises Refusal ``reassign.gone``, and those of `approve` for one that is
    settled."""
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = unit.reassignments.hold(request_id)
        if found is None or found.asked_by != member.id:
            raise Refusal("reassign.gone")
        if found.state is not RequestState.WITHDRAWN:
            if found.state is not RequestState.WAITING:
                raise steps.refuse_settled(unit, found)
            unit.reassignments.settle(found, RequestState.WITHDRAWN, at=now)
            found = steps.again(unit, request_id)
            steps.show_everywhere(unit, found, now)
        return sheet_of(unit, member, found, now)


# --- When nobody answers ----------------------------------------------------------------------------------


def tick(house: House, workspace_id: int) -> int:
    """Take the steps that are due, tell of what the bot proposes, and ask how handovers go; returns how much it was."""
    return (
        propose_for_the_gone(house, workspace_id)
        + step(house, workspace_id)
        + tell_proposals(house, workspace_id)
        + handover_checks.ask_how_it_goes(house, workspace_id)
    )


def step(house: House, workspace_id: int) -> int:
    """Remind the lead of what waits for four of their working hours, and ask others as well after a working day.

    Each step is a conditional update: two processes take it once. What cannot be handled steps aside for an hour.
    """
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        due = unit.reassignments.due(now, _AT_ONCE)
    return take_each(
        house,
        due,
        lambda number: _step_one(house, workspace_id, number, now),
        lambda number: _put_off(house, workspace_id, number, now),
        "request for another manager",
    )


def _put_off(house: House, workspace_id: int, request_id: int, now: datetime) -> None:
    with house.memory.write(workspace_id) as unit:
        old = unit.reassignments.get(request_id)
        if old is not None:
            unit.reassignments.step(old, next_step_at=now + _ASIDE)


def _step_one(house: House, workspace_id: int, request_id: int, now: datetime) -> bool:
    with house.memory.write(workspace_id) as unit:
        found = unit.reassignments.hold(request_id)
        if found is None or found.next_step_at is None or found.next_step_at > now or found.proposed:
            return False  # another process was here first; of proposals the message of the day tells
        old = steps.settle_if_moot(unit, found, now)
        if old.state is not RequestState.WAITING:
            return True
        owner = owner_of(unit, steps.client_of(unit, old))
        everybody = unit.members.all()
        asked = deciders(owner, everybody)
        if old.reminded_at is None:
            due = step_at(old.asked_at, asked, WIDENED_AFTER)
            if not unit.reassignments.step(old, next_step_at=due, reminded_at=now):
                return False
            steps.remind(unit, steps.again(unit, old.id), asked, now)
            return True
        delegates = unit.members.delegates()
        delegate = member_of(unit, delegates.get(asked[0].id)) if asked else None
        others = asked_as_well(owner, everybody, delegate, {*old.told, *(each.id for each in asked)})
        if not unit.reassignments.step(old, next_step_at=None, widened_at=now):
            return False
        request = steps.again(unit, old.id)
        steps.ask(unit, request, others, now)
        steps.show_everywhere(unit, request, now)
        steps.tell_asker(unit, request, now)
        return True


# --- What the bot proposes --------------------------------------------------------------------------------


def propose_for_the_gone(house: House, workspace_id: int) -> int:
    """Propose another manager for clients of people who are no longer here, or keep no clients any more."""
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        found = unit.reassignments.left_behind(now - PROPOSED_AGAIN, _AT_ONCE)
    done = 0
    for client_id in found:
        with house.memory.write(workspace_id) as unit:
            done += steps.propose(unit, client_id, Reason.GONE.value, now) is not None
    return done


def tell_proposals(house: House, workspace_id: int) -> int:
    """Put what is proposed into one message for each who decides; returns how many messages."""
    now = house.clock()
    with house.memory.write(workspace_id) as unit:
        by_reader: dict[int, list[Request]] = {}
        everybody = unit.members.all()
        for request_id in sorted(unit.reassignments.due(now, _AT_ONCE)):  # held in the one order
            found = unit.reassignments.hold(request_id)
            if found is None or not found.proposed:
                continue
            request = steps.settle_if_moot(unit, found, now)
            if request.state is not RequestState.WAITING:
                continue
            asked = deciders(owner_of(unit, steps.client_of(unit, request)), everybody)
            for reader in asked:
                by_reader.setdefault(reader.id, []).append(request)
            if not asked:
                unit.reassignments.step(request, next_step_at=now + timedelta(days=1))
        told = 0
        for reader_id, waiting in by_reader.items():
            chosen = waiting[:SHOWN]
            told += unit.outbox.add(
                NewEntry(
                    f"{PROPOSAL}:{reader_id}:{chosen[0].id}",
                    PROPOSAL,
                    reader_id,
                    {"requests": [each.id for each in chosen]},
                    due_at=unit.take_slot(now),
                ),
                now=now,
            )
            for each in chosen:
                unit.reassignments.tell(each.id, [reader_id])
                unit.reassignments.step(steps.again(unit, each.id), next_step_at=None)
        return told


def recompose_proposals(
    unit: UnitOfWork, member: Member, entry: Entry, now: datetime
) -> Mapping[str, Any] | None:
    """The proposals of a message as they stand; before it is sent those that still wait, None for none."""
    ids = entry.facts["requests"]
    assert isinstance(ids, list), "a message names its proposals in a list"
    found = [each for each in (unit.reassignments.get(int(one)) for one in ids) if each is not None]
    sheets = [sheet_of(unit, member, each, now) for each in found]
    if entry.body is None:
        sheets = [each for each in sheets if each.decides]
        if not sheets:
            return None
    listed = [each.request for each in sheets]
    return {**entry.facts, "requests": listed, "sheets": [asdict(each) for each in sheets]}
