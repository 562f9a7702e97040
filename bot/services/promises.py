"""Promises: make, keep, move, release."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from bot.domain.clients import Client, Part
from bot.domain.digest import Owed
from bot.domain.history import ChangeKind, NewChange, Subject
from bot.domain.members import Member
from bot.domain.names import fold
from bot.domain.promises import (
    NewPromise,
    Promise,
    PromiseState,
    check_day,
    check_reason,
    check_text,
    may_settle,
)
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services import reassignment_steps, sent_digests
from bot.services.house import Actor, House, present
from bot.services.owners import covers, held, owner_of

_MOST = 100


@dataclass(frozen=True, slots=True)
class Settled:
    """A promise as it stands after a press. `by` names who settled it; `again` says that nothing was left to do."""

    promise: Promise
    client: Client
    by: str = ""
    again: bool = False


def make(
    house: House,
    actor: Actor,
    client_id: int,
    text: str,
    due_on: date,
    key: str,
    *,
    touch_id: int | None = None,
) -> Settled:
    """Note a promise of the member who asks. The same `key` notes once, however often it is sent.

    Raises Refusal ``client.gone`` and those of `check_text` and `check_day`.
    """
    now = house.clock()
    text = " ".join(text.split())
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        client = held(unit, client_id)
        check_text(text)
        check_day(due_on, member.calendar.local_date(now))
        new = NewPromise(client.id, member.id, text, due_on, now, key, touch_id)
        added = unit.promises.add(new)
        if added is None:
            known = _of_key(unit, client.id, touch_id, key)
            if not known:
                raise Refusal("promise.gone")
            return Settled(known[0], client, again=True)
        promise = _there(unit, added)
        _note(unit, promise, ChangeKind.ADDED, member, now, text=text, due_on=due_on.isoformat())
        return Settled(promise, client)


def _of_key(unit: UnitOfWork, client_id: int, touch_id: int | None, key: str) -> list[Promise]:
    known = (
        unit.promises.of_touch(touch_id) if touch_id is not None else unit.promises.open_of_client(client_id)
    )
    return [promise for promise in known if promise.key == key]


def key_of(touch_id: int, text: str) -> str:
    """The name under which what a touch promised can be noted only once, from whichever message it is pressed."""
    return f"touch:{touch_id}:{sha256(fold(text).encode()).hexdigest()[:24]}"


def of_touch(house: House, actor: Actor, touch_id: int) -> tuple[Promise, ...]:
    """What was confirmed of a touch so far."""
    with house.memory.read(actor.workspace_id) as unit:
        present(unit, actor)
        return tuple(unit.promises.of_touch(touch_id))


def owed_by(
    unit: UnitOfWork, member: Member, until: date, now: datetime, *, of: Member | None = None
) -> tuple[Owed, ...]:
    """What the member, or for their eyes the colleague `of`, promised by `until`, to clients that are in the book and
    not put off."""
    today = member.calendar.local_date(now)
    found: list[Owed] = []
    for promise in unit.promises.open_of_member((of or member).id, until, _MOST):
        client = unit.clients.get(promise.client_id)
        if client is None or client.archived:
            continue
        if client.snoozed_until is not None and client.snoozed_until > now:
            continue
        found.append(owed(promise, client, today))
    return tuple(found)


def owed(promise: Promise, client: Client, today: date) -> Owed:
    """A promise as a row of a list."""
    return Owed(
        promise.id, client.id, client.name, promise.text, promise.due_on, (today - promise.due_on).days
    )


def horizon(member: Member, now: datetime) -> date:
    """Up to which day a promise belongs to today: tomorrow, or the next working day where that is later."""
    calendar = member.calendar
    return calendar.first_working_day(calendar.local_date(now) + timedelta(days=1))


def one(house: House, actor: Actor, promise_id: int) -> Settled:
    """An open promise that the member may settle. Raises the refusals of `keep`."""
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        promise, client = _settleable(unit, member, promise_id, house.clock())
        if promise.state is not PromiseState.OPEN:
            raise _settled_by(unit, promise)
        return Settled(promise, client)


def keep(house: House, actor: Actor, promise_id: int) -> Settled:
    """Call a promise kept; twice is the same as once. Raises Refusal ``promise.gone``, ``promise.not_yours`` (name),
    ``promise.was_kept`` or ``promise.was_released`` (name) when it was settled otherwise."""
    return _settle(house, actor, promise_id, PromiseState.KEPT, "")


def release(house: House, actor: Actor, promise_id: int, reason: str) -> Settled:
    """The client needs it no more. Raises Refusal ``promise.no_reason`` and those of `keep`."""
    check_reason(reason)
    return _settle(house, actor, promise_id, PromiseState.RELEASED, reason.strip())


def _settle(house: House, actor: Actor, promise_id: int, state: PromiseState, reason: str) -> Settled:
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        promise, client = _settleable(unit, member, promise_id, now)
        if promise.state is PromiseState.OPEN and unit.promises.settle(
            promise, state, by=member.id, at=now, reason=reason
        ):
            kind = ChangeKind.KEPT if state is PromiseState.KEPT else ChangeKind.RELEASED
            _note(unit, promise, kind, member, now, text=promise.text, reason=reason or None)
            _refresh(unit, promise, client, now)
            settled = replace(promise, state=state, settled_by=member.id, settled_at=now, reason=reason)
            return Settled(settled, client, member.name)
        current = _there(unit, promise_id)
        if current.state is state:
            return Settled(current, client, _name(unit, current.settled_by), again=True)
        raise _settled_by(unit, current)


def move(house: House, actor: Actor, promise_id: int, due_on: date, reason: str) -> Settled:
    """Put a promise off, and say why. Moving to the day it has is nothing.

    Raises Refusal ``promise.no_reason``, ``promise.past_day``, ``promise.far_day``, ``promise.changed`` when somebody
    else moved it meanwhile, and those of `keep`.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        promise, client = _settleable(unit, member, promise_id, now)
        if promise.state is not PromiseState.OPEN:
            raise _settled_by(unit, promise)
        check_day(due_on, member.calendar.local_date(now))
        if due_on == promise.due_on:
            return Settled(promise, client, again=True)
        check_reason(reason)
        if not unit.promises.move(promise, due_on, reason=reason.strip()):
            raise Refusal("promise.changed")
        days = [promise.due_on.isoformat(), due_on.isoformat()]
        _note(unit, promise, ChangeKind.MOVED, member, now, due_on=days, reason=reason.strip())
        _refresh(unit, promise, client, now)
        moved = replace(promise, due_on=due_on, reason=reason.strip(), moves=promise.moves + 1)
        return Settled(moved, client, member.name)


def reopen(house: House, actor: Actor, promise_id: int) -> Settled:
    """Take back that a promise was settled; it is open again, and of who has the client where
    that changed hands meanwhile. Raises ``promise.gone`` or ``promise.not_yours``."""
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        promise, client = _settleable(unit, member, promise_id, now)
        whose = promise.member_id
        if promise.settled_at is not None:
            whose = reassignment_steps.heir(unit, client, whose, promise.settled_at)
        again = promise.state is PromiseState.OPEN or not unit.promises.reopen(promise, member_id=whose)
        if not again:
            _note(unit, promise, ChangeKind.REOPENED, member, now, text=promise.text)
            _refresh(unit, promise, client, now)
        return Settled(_there(unit, promise_id), client, member.name, again=again)


def _refresh(unit: UnitOfWork, promise: Promise, client: Client, now: datetime) -> None:
    sent_digests.refresh(unit, client.id, (promise.member_id, client.owner_id), now)


def _settleable(unit: UnitOfWork, member: Member, promise_id: int, now: datetime) -> tuple[Promise, Client]:
    promise = unit.promises.get(promise_id)
    client = None if promise is None else unit.clients.get(promise.client_id)
    if promise is None or client is None:
        raise Refusal("promise.gone")
    team = unit.clients.team(client.id)
    owner, promiser = owner_of(unit, client), unit.members.get(promise.member_id)
    leads = [each.lead_id for each in (owner, promiser) if each is not None]
    beside = [team[Part.BACKUP]] if Part.BACKUP in team else []
    if covers(unit, member, client, now):
        beside.append(member.id)
    if not may_settle(member, promise, client, beside, leads):
        raise Refusal("promise.not_yours", name=promiser.name if promiser is not None else "")
    return promise, client


def _settled_by(unit: UnitOfWork, promise: Promise) -> Refusal:
    name = _name(unit, promise.settled_by)
    if promise.state is PromiseState.KEPT:
        return Refusal("promise.was_kept", name=name)
    return Refusal("promise.was_released", name=name)


def _name(unit: UnitOfWork, member_id: int | None) -> str:
    found = None if member_id is None else unit.members.get(member_id)
    return "" if found is None else found.name


def _there(unit: UnitOfWork, promise_id: int) -> Promise:
    found = unit.promises.get(promise_id)
    assert found is not None, "a promise does not vanish within a transaction"
    return found


def _note(
    unit: UnitOfWork, promise: Promise, kind: ChangeKind, member: Member, now: datetime, **facts: object
) -> None:
    known = {name: fact for name, fact in facts.items() if fact is not None}
    unit.history.add(NewChange(Subject.PROMISE, promise.id, promise.client_id, kind, now, member.id, known))
