"""Concessions: entered, agreed to, declined, changed, taken back; what happens when no lead answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.clients import Client, may_edit
from bot.domain.concessions import (
    REMINDED_AFTER,
    WIDENED_AFTER,
    Balance,
    Concession,
    Given,
    Ground,
    Limits,
    NewConcession,
    Sheet,
    State,
    asked_as_well,
    balance_since,
    check_answer,
    check_given,
    deciders,
    grounds_of,
    tidied,
)
from bot.domain.members import Member
from bot.domain.reassignment import step_at
from bot.domain.refusals import Refusal
from bot.domain.workspaces import limits_of
from bot.ports import UnitOfWork
from bot.services import concession_steps as steps
from bot.services.due_steps import take_each
from bot.services.house import Actor, House, present
from bot.services.owners import check_reader, covers, in_the_book, owner_of
from bot.services.reassignment_steps import member_of

SHOWN = 20
"""Concessions on one page."""
_AT_ONCE = 100
_WAITING_READ = 500
_ASIDE = timedelta(hours=1)


# --- Entering ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opening:
    """What a form for a concession shows: the client with its currency and lowest price, the limits and their currency,
    whom I would ask, the balance so far, and today for who enters it."""

    client: Client
    limits: Limits
    currency: str
    asked: tuple[str, ...]
    balance: Balance
    today: date


def opening(house: House, actor: Actor, client_id: int) -> Opening:
    """The form for a concession to a client. Raises the refusals of `in_the_book`, and ``client.not_to_edit``."""
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        client = _open(unit, member, client_id, now)
        today = member.calendar.local_date(now)
        return Opening(
            client,
            limits_of(unit.workspace),
            unit.workspace.currency,
            tuple(each.name for each in steps.asked_of(unit, client, member.id)),
            steps.balance_of_client(unit, client, today),
            today,
        )


def _open(unit: UnitOfWork, member: Member, client_id: int, now: datetime) -> Client:
    """A client to which the member may give something: who may edit it, and who covers for its owner."""
    seen = unit.clients.get(client_id)
    client = in_the_book(unit, client_id if seen is None else seen.id)
    owner = owner_of(unit, client)
    if may_edit(member, client, owner, unit.clients.team(client.id)) or covers(unit, member, client, now):
        return client
    raise Refusal("client.not_to_edit", client=client.name, owner=None if owner is None else owner.name)


def record(house: House, actor: Actor, client_id: int, given: Given, key: str) -> Sheet:
    """Enter what was given, or a no that was held. What a lead has to agree to is asked of them at once.

    The same `key` is the same one. Raises the refusals of `opening` and `check_given`, and ``concession.nobody`` where
    nobody is left who could agree.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        known = unit.concessions.by_key(key)
        if known is not None:
            return steps.sheet_of(unit, member, known, now)
        unit.hold_slots()
        unit.clients.hold(client_id)  # a handover or a merge at this moment takes it along, or is seen here
        client = _open(unit, member, client_id, now)
        checked, grounds = _judged(house, unit, member, client, given, now)
        asked = steps.asked_of(unit, client, member.id) if grounds else ()
        if grounds and not asked:
            raise Refusal("concession.nobody")
        step = step_at(now, asked, REMINDED_AFTER)
        added = unit.concessions.add(NewConcession(client.id, member.id, checked, grounds, now, key, step))
        if added is None:  # the same form, at the same moment in another process
            same = unit.concessions.by_key(key)
            assert same is not None, "a key that is taken is there"
            return steps.sheet_of(unit, member, same, now)
        steps.ask(unit, steps.again(unit, added), asked, now)
        return steps.sheet_of(unit, member, steps.again(unit, added), now)


def _judged(
    house: House, unit: UnitOfWork, member: Member, client: Client, given: Given, now: datetime
) -> tuple[Given, frozenset[Ground]]:
    today = member.calendar.local_date(now)
    checked = check_given(given, today=today, floor=client.price_floor)
    workspace = unit.workspace
    convert = steps.converter(house.rates)
    return checked, grounds_of(checked, limits_of(workspace), workspace.currency, client.price_floor, convert)


def change(house: House, actor: Actor, concession_id: int, given: Given, version: int) -> Sheet:
    """Put something else in the place of an own concession: while it waits, and within a day of its recording.

    It is judged anew, and whoever has to agree is asked anew. Raises Refusal ``concession.gone``,
    ``concession.changed`` when it is no longer at `version`, ``concession.too_late``, and those of `agree` for one that
    is settled and of `record`.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = _own(unit, member, concession_id)
        if found.version == version + 1 and found.given == tidied(given):
            return steps.sheet_of(unit, member, found, now)  # sent twice
        if found.state not in (State.RECORDED, State.ASKED):
            raise _settled(unit, found)
        if found.version != version:
            raise Refusal("concession.changed")
        if not found.can_be_changed(now):
            raise Refusal("concession.too_late")
        unit.hold_slots()
        unit.clients.hold(found.client_id)
        client = _open(unit, member, found.client_id, now)
        checked, grounds = _judged(house, unit, member, client, given, now)
        asked = steps.asked_of(unit, client, member.id) if grounds else ()
        if grounds and not asked:
            raise Refusal("concession.nobody")
        stays = found.state is State.RECORDED and not grounds
        unit.concessions.rewrite(
            found,
            checked,
            grounds,
            at=found.at if stays else now,
            next_step_at=step_at(now, asked, REMINDED_AFTER),
        )
        changed = steps.again(unit, concession_id)
        steps.ask(unit, changed, asked, now)
        steps.show_everywhere(unit, steps.again(unit, concession_id), now)
        return steps.sheet_of(unit, member, steps.again(unit, concession_id), now)


def withdraw(house: House, actor: Actor, concession_id: int) -> Sheet:
    """Take an own concession back: while it waits, and within a day since it counts. Twice is once.

    Raises Refusal ``concession.gone``, ``concession.too_late``, or ``concession.was_declined`` (name).
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = _own(unit, member, concession_id)
        if found.state is not State.WITHDRAWN:
            if found.state is State.DECLINED:
                raise _settled(unit, found)
            if not found.can_be_withdrawn(now):
                raise Refusal("concession.too_late")
            unit.concessions.settle(found, State.WITHDRAWN, at=now)
            found = steps.again(unit, concession_id)
            steps.show_everywhere(unit, found, now)
        return steps.sheet_of(unit, member, found, now)


def _own(unit: UnitOfWork, member: Member, concession_id: int) -> Concession:
    found = unit.concessions.hold(concession_id)
    if found is None or found.member_id != member.id:
        raise Refusal("concession.gone")
    return found


# --- Deciding ---------------------------------------------------------------------------------------------


def agree(house: House, actor: Actor, concession_id: int, version: int) -> Sheet:
    """Agree to what is asked, or waive what nothing comes back for. The same twice is once.

    Raises Refusal ``concession.gone``, ``concession.own``, ``concession.not_yours``, ``concession.changed`` when it is
    no longer what the reader saw, and ``concession.was_agreed``, ``.was_declined`` (name), ``.was_withdrawn`` (name)
    or ``.was_recorded`` for what somebody settled before.
    """
    return _decide(house, actor, concession_id, version, State.AGREED, "")


def decline(house: House, actor: Actor, concession_id: int, version: int, answer: str) -> Sheet:
    """Say no and why, which who asked reads. The same twice is once. Raises the refusals of `check_answer` and
    `agree`."""
    return _decide(house, actor, concession_id, version, State.DECLINED, check_answer(answer))


def _decide(house: House, actor: Actor, concession_id: int, version: int, state: State, answer: str) -> Sheet:
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = unit.concessions.hold(concession_id)
        if found is None:
            raise Refusal("concession.gone")
        if (found.state, found.decided_by, found.answer) == (state, member.id, answer):
            return steps.sheet_of(unit, member, found, now)  # pressed twice
        if found.member_id == member.id:
            raise Refusal("concession.own")
        if not steps.sees(unit, member, found):
            raise Refusal("concession.gone")
        if found.state is not State.ASKED:
            raise _settled(unit, found)
        if not steps.decides(unit, member, found):
            raise Refusal("concession.not_yours")
        if found.version != version:
            raise Refusal("concession.changed")
        unit.concessions.settle(found, state, at=now, by=member.id, answer=answer)
        done = steps.again(unit, concession_id)
        steps.tell_outcome(unit, done, now)
        steps.show_everywhere(unit, done, now)
        return steps.sheet_of(unit, member, done, now)


def _settled(unit: UnitOfWork, found: Concession) -> Refusal:
    """Why nothing can be decided any more: who did what before."""
    by, author = member_of(unit, found.decided_by), member_of(unit, found.member_id)
    match found.state:
        case State.AGREED:
            return Refusal("concession.was_agreed", name="?" if by is None else by.name)
        case State.DECLINED:
            return Refusal("concession.was_declined", name="?" if by is None else by.name)
        case State.WITHDRAWN:
            return Refusal("concession.was_withdrawn", name="?" if author is None else author.name)
        case _:
            return Refusal("concession.was_recorded")


# --- Reading ----------------------------------------------------------------------------------------------


def shown(house: House, actor: Actor, concession_id: int) -> Sheet:
    """A concession as it stands, for who asked, was asked, may decide, or may read the client.

    Raises Refusal ``concession.gone``.
    """
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = unit.concessions.get(concession_id)
        if found is None:
            raise Refusal("concession.gone")
        if not steps.sees(unit, member, found):
            try:
                check_reader(unit, member, steps.client_of(unit, found), now)
            except Refusal:
                raise Refusal("concession.gone") from None
        return steps.sheet_of(unit, member, found, now)


@dataclass(frozen=True, slots=True)
class Listed:
    """What was given to a client over twelve months, the latest first: its balance, and as many as one page holds.

    `more` counts those that are not among them.
    """

    client: Client
    balance: Balance
    sheets: tuple[Sheet, ...]
    more: int
    may_give: bool


def listed(house: House, actor: Actor, client_id: int) -> Listed:
    """Raises ``client.gone``, and ``client.not_yours`` (client, owner) for who may not read the client."""
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        client = unit.clients.get(client_id)
        if client is None:
            raise Refusal("client.gone")
        check_reader(unit, member, client, now)
        today = member.calendar.local_date(now)
        found = unit.concessions.of_client(client.id, balance_since(today), steps.MOST)
        return Listed(
            client,
            steps.balance_of_client(unit, client, today),
            tuple(steps.sheet_of(unit, member, each, now) for each in found[:SHOWN]),
            max(len(found) - SHOWN, 0),
            not client.archived and _may_give(unit, member, client, now),
        )


def _may_give(unit: UnitOfWork, member: Member, client: Client, now: datetime) -> bool:
    try:
        _open(unit, member, client.id, now)
    except Refusal:
        return False
    return True


def waiting_for(unit: UnitOfWork, member: Member, now: datetime) -> Sequence[Sheet]:
    """What waits for this member's answer, the oldest first."""
    found = [each for each in unit.concessions.waiting(_WAITING_READ) if steps.decides(unit, member, each)]
    return [steps.sheet_of(unit, member, each, now) for each in found]


@dataclass(frozen=True, slots=True)
class Desk:
    """What a member asked for and no lead has answered yet, and what they were asked to agree to; the oldest first."""

    own: tuple[Sheet, ...] = ()
    to_decide: tuple[Sheet, ...] = ()


def desk_of(unit: UnitOfWork, member: Member, now: datetime) -> Desk:
    """What waits for a lead with a member; what they may decide and were not asked about is left out."""
    waiting = unit.concessions.waiting(_WAITING_READ)
    own = [each for each in waiting if each.member_id == member.id]
    asked = [each for each in waiting if member.id in each.told and steps.decides(unit, member, each)]
    return Desk(
        tuple(steps.sheet_of(unit, member, each, now) for each in own),
        tuple(steps.sheet_of(unit, member, each, now) for each in asked),
    )


# --- When nobody answers ----------------------------------------------------------------------------------


def tick(house: House, workspace_id: int) -> int:
    """Remind the lead of what waits for four of their working hours, and ask others as well after a working day.

    Each step is a conditional update: two processes take it once. What cannot be handled steps aside for an hour.
    """
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        due = unit.concessions.due(now, _AT_ONCE)
    return take_each(
        house,
        due,
        lambda number: _step_one(house, workspace_id, number, now),
        lambda number: _put_off(house, workspace_id, number, now),
        "concession",
    )


def _put_off(house: House, workspace_id: int, concession_id: int, now: datetime) -> None:
    with house.memory.write(workspace_id) as unit:
        old = unit.concessions.get(concession_id)
        if old is not None:
            unit.concessions.step(old, next_step_at=now + _ASIDE)


def _step_one(house: House, workspace_id: int, concession_id: int, now: datetime) -> bool:
    with house.memory.write(workspace_id) as unit:
        old = unit.concessions.hold(concession_id)
        if old is None or old.state is not State.ASKED or old.next_step_at is None or old.next_step_at > now:
            return False  # another process was here first
        owner = owner_of(unit, steps.client_of(unit, old))
        everybody = unit.members.all()
        asked = deciders(owner, old.member_id, everybody)
        if old.reminded_at is None:
            due = step_at(old.at, asked, WIDENED_AFTER)
            if not unit.concessions.step(old, next_step_at=due, reminded_at=now):
                return False
            reminded = steps.again(unit, old.id)
            steps.remind(unit, reminded, asked, now)
            unit.concessions.tell(old.id, [each.id for each in asked])
            return True
        delegate = member_of(unit, unit.members.delegates().get(asked[0].id)) if asked else None
        known = {*old.told, *(each.id for each in asked)}
        others = asked_as_well(owner, old.member_id, everybody, delegate, known)
        if not unit.concessions.step(old, next_step_at=None, widened_at=now):
            return False
        steps.ask(unit, steps.again(unit, old.id), others, now)
        widened = steps.again(unit, old.id)
        steps.show_everywhere(unit, widened, now)
        if others:
            steps.tell_author(unit, widened, now)
        return True
