"""Delivery: take one entry of the outbox to its reader, once.

`deliver` may be called any number of times, by anyone, for any entry: the row says what may be done next, and each
step is taken by a conditional update, so that two callers cannot both take it. The messenger is called between
transactions, never inside one.

What is guaranteed: an entry is never lost; it is posted twice only if the platform's history does not show, after
the quarantine, a message that it did take.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.gate import Never, Wait
from bot.domain.members import Member
from bot.domain.outbox import (
    EDIT,
    MOST_LOOK_UPS,
    OPEN_STATES,
    Entry,
    State,
    Step,
    next_step,
    pause_after,
)
from bot.ports import Messenger, Receipt, Refused, TryLater, Unclear, UnitOfWork
from bot.services import digest, gate, meetings, policies, requests, reviews
from bot.services.house import House

log = logging.getLogger(__name__)

Recompose = Callable[[UnitOfWork, Member, Entry, datetime], Mapping[str, Any] | None]

RECOMPOSED: Mapping[str, Recompose] = {
    digest.KIND: digest.recompose,
    requests.ASKED: requests.recompose,
    requests.NEWS: requests.recompose,
    reviews.BATCH: reviews.recompose,
    reviews.REMINDER: reviews.recompose,
    policies.REMINDER: policies.recompose,
    meetings.KIND: meetings.recompose,
}
"""For each kind of message whose facts may have changed since it was decided on: what is true now, None for nothing.

Asked right before the first attempt, and when a sent message is edited. Other kinds say what they were given.
"""

_LOOK_BACK = timedelta(days=1)
"""How far before our own mark the platform's clock may have stamped the message: as far as a clock may well be wrong,
for a message that is not found is posted again."""

LONGEST_PAUSE = timedelta(hours=1)
"""How long the platform is left alone at its wish before it is asked again. A pause that ends later than that was
written down while the machine's clock was ahead, and must not last until then."""


def due(house: House, workspace_id: int, limit: int) -> list[int]:
    """Entries something may be done with now; none while the platform asked this workspace to wait."""
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        return [] if _is_parked(unit, now) else list(unit.outbox.due(now, limit))


def deliver(house: House, messenger: Messenger, workspace_id: int, entry_id: int) -> Step:
    """Do what may be done with an entry now; returns the step that was taken (``nothing``: it was not its time)."""
    now = house.clock()
    with house.memory.write(workspace_id) as unit:
        entry = unit.outbox.get(entry_id)
        if entry is None:
            return Step.NOTHING
        step = next_step(entry, now)
        member = unit.members.get(entry.member_id)
        assert member is not None, "the outbox refers to members that exist"
        match step:
            case Step.NOTHING:
                return step
            case Step.EXPIRE:
                unit.outbox.settle(entry, State.SKIPPED, note="late")
                return step
            case Step.GIVE_UP:
                unit.outbox.settle(
                    entry, State.DEAD, note="attempts" if entry.state is State.PENDING else "unclear"
                )
                return step
            case _ if _is_parked(unit, now):
                return Step.NOTHING
            case Step.LOOK_UP:
                taken = _take_look_up(unit, entry, now + house.quarantine)
            case Step.FIRST_TRY | Step.TRY_AGAIN:
                take = _take_edit if entry.kind == EDIT else _take_attempt
                taken = take(unit, messenger, entry, member, now, now + house.quarantine)
    if taken is None:
        return Step.NOTHING
    if entry.kind == EDIT:
        _edit(house, messenger, workspace_id, taken)
    elif step is Step.LOOK_UP:
        _look_up(house, messenger, workspace_id, taken, member)
    else:
        _post(house, messenger, workspace_id, taken, member)
    return step


def _is_parked(unit: UnitOfWork, now: datetime) -> bool:
    """Whether the platform asked this workspace to wait, perhaps after the entry was handed out."""
    blocked = unit.workspace.blocked_until
    return blocked is not None and now < blocked <= now + LONGEST_PAUSE


def step_aside(house: House, workspace_id: int, entry_id: int) -> None:
    """Put an entry that cannot be handled off for an hour, so that it holds nothing up."""
    with house.memory.write(workspace_id) as unit:
        entry = unit.outbox.get(entry_id)
        if entry is not None and entry.state in OPEN_STATES:
            unit.outbox.postpone(
                entry, until=house.clock() + timedelta(hours=1), state=entry.state, error="unexpected"
            )


def _take_attempt(
    unit: UnitOfWork, messenger: Messenger, entry: Entry, member: Member, now: datetime, until: datetime
) -> Entry | None:
    """Check the entry once more, render it, and mark it as being tried; None when it must not be posted now."""
    permission = gate.ask(unit, member, entry, now)
    if isinstance(permission, Never):
        unit.outbox.settle(entry, State.SKIPPED, note=permission.reason)
        return None
    if isinstance(permission, Wait):
        if (
            permission.reason == "away"
            and entry.expires_at is not None
            and entry.expires_at <= permission.until
        ):
            unit.outbox.settle(entry, State.SKIPPED, note=permission.reason)
            return None
        unit.outbox.postpone(entry, until=permission.until, state=State.PENDING, error=None)
        return None
    facts, body = entry.facts, entry.body
    if body is None:
        true_now = _still_true(unit, entry, member, now)
        if true_now is None:
            unit.outbox.settle(entry, State.SKIPPED, note="nothing_left")
            return None
        facts = true_now
        body = messenger.render(entry.kind, facts, member, entry.id)
    if not unit.outbox.mark_trying(entry, now=now, until=until, facts=facts, body=body):
        return None
    return replace(
        entry,
        state=State.TRYING,
        facts=facts,
        body=body,
        attempts=entry.attempts + 1,
        first_try_at=entry.first_try_at or now,
        last_try_at=now,
        due_at=until,
    )


def _still_true(unit: UnitOfWork, entry: Entry, member: Member, now: datetime) -> Mapping[str, Any] | None:
    recompose = RECOMPOSED.get(entry.kind)
    return entry.facts if recompose is None else recompose(unit, member, entry, now)


def _take_edit(
    unit: UnitOfWork, messenger: Messenger, entry: Entry, member: Member, now: datetime, until: datetime
) -> Entry | None:
    """Render what a sent message should say now; None when there is nothing to edit, or not yet.

    Nobody is spoken to, so the gate is not asked. A message that is still to be posted says what is true then.
    """
    sent = unit.outbox.get(int(str(entry.facts["entry"])))
    if sent is None or (
        sent.state is not State.SENT and (sent.state not in OPEN_STATES or sent.body is None)
    ):
        unit.outbox.settle(entry, State.SKIPPED, note="nothing_left")
        return None
    if sent.state is not State.SENT:
        unit.outbox.postpone(entry, until=until, state=State.PENDING, error=None)
        return None
    facts = _still_true(unit, sent, member, now)
    if facts is None:
        facts = sent.facts
    body = messenger.render(sent.kind, facts, member, sent.id)
    told = {**entry.facts, "conversation": sent.conversation, "receipt": sent.receipt}
    if not unit.outbox.mark_trying(entry, now=now, until=until, facts=told, body=body):
        return None
    return replace(
        entry, state=State.TRYING, facts=told, body=body, attempts=entry.attempts + 1, last_try_at=now
    )


def _edit(house: House, messenger: Messenger, workspace_id: int, entry: Entry) -> None:
    assert entry.body is not None, "an attempt has a rendered body"
    receipt = Receipt(str(entry.facts["conversation"]), str(entry.facts["receipt"]))
    try:
        messenger.edit(receipt, entry.body)
    except TryLater as later:
        _again_later(house, workspace_id, entry, later)
    except Unclear as unclear:
        _again_later(house, workspace_id, entry, TryLater(str(unclear)))
    except Refused as refused:
        log.warning("message %s was not edited: %s", entry.facts["entry"], refused.reason)
        with house.memory.write(workspace_id) as unit:
            unit.outbox.settle(entry, State.SKIPPED, note="refused", error=refused.reason)
    else:
        with house.memory.write(workspace_id) as unit:
            unit.outbox.settle(entry, State.SENT, conversation=receipt.conversation, receipt=receipt.message)


def _post(house: House, messenger: Messenger, workspace_id: int, entry: Entry, member: Member) -> None:
    assert entry.body is not None, "an attempt has a rendered body"
    try:
        conversation = _conversation(house, messenger, workspace_id, member)
    except Unclear as unclear:
        # Nothing was posted yet, and opening a conversation twice opens one: certain, whatever the answer was.
        _again_later(house, workspace_id, entry, TryLater(str(unclear)))
        return
    except TryLater as later:
        _again_later(house, workspace_id, entry, later)
        return
    except Refused as refused:
        _bury(house, workspace_id, entry, refused)
        return
    if _was_frozen(house, entry):
        log.warning(
            "entry %s was not posted: too long ago that it was marked; it is looked up first", entry.id
        )
        return
    try:
        receipt = messenger.post(conversation, entry.body, entry.key)
    except TryLater as later:
        _again_later(house, workspace_id, entry, later)
    except Refused as refused:
        _bury(house, workspace_id, entry, refused)
    except Unclear as unclear:
        log.warning("delivery of entry %s ended unclearly: %s", entry.id, unclear)
        with house.memory.write(workspace_id) as unit:
            unit.outbox.postpone(
                entry, until=house.clock() + house.quarantine, state=State.TRYING, error=str(unclear)
            )
    else:
        with house.memory.write(workspace_id) as unit:
            unit.outbox.settle(entry, State.SENT, conversation=receipt.conversation, receipt=receipt.message)


def _was_frozen(house: House, entry: Entry) -> bool:
    """Whether this process slept so long between mark and post that another may have taken the entry over."""
    assert entry.last_try_at is not None, "an attempt was marked"
    return house.clock() > entry.last_try_at + house.quarantine / 2


def _take_look_up(unit: UnitOfWork, entry: Entry, until: datetime) -> Entry | None:
    if not unit.outbox.count_look_up(entry, until=until):
        return None
    return replace(entry, look_ups=entry.look_ups + 1, due_at=until)


def _look_up(house: House, messenger: Messenger, workspace_id: int, entry: Entry, member: Member) -> None:
    """Find out what became of an attempt; if it did not arrive, the entry is pending again."""
    assert entry.first_try_at is not None, "only an attempt that was made is looked up"
    try:
        conversation = _conversation(house, messenger, workspace_id, member)
        receipt = messenger.find(conversation, entry.key, entry.first_try_at - _LOOK_BACK)
    except TryLater as later:
        _look_again(house, workspace_id, entry, later.after, later.reason)
        return
    except Unclear as unclear:
        _look_again(house, workspace_id, entry, None, str(unclear))
        return
    except Refused as refused:
        _bury(house, workspace_id, entry, refused)
        return
    with house.memory.write(workspace_id) as unit:
        if receipt is not None:
            unit.outbox.settle(
                entry, State.SENT, note="found", conversation=receipt.conversation, receipt=receipt.message
            )
        else:
            unit.outbox.postpone(entry, until=house.clock(), state=State.PENDING, error=entry.error)


def _look_again(house: House, workspace_id: int, entry: Entry, after: float | None, reason: str) -> None:
    """The platform could not say. A digest that may have arrived is better skipped at last than sent twice.

    Being asked to wait is no answer at all and is not counted: many look-ups may stand in line.
    """
    now = house.clock()
    with house.memory.write(workspace_id) as unit:
        if entry.look_ups >= MOST_LOOK_UPS:
            unit.outbox.settle(entry, State.DEAD, note="unclear", error=reason)
            return
        pause = timedelta(seconds=after) if after is not None else house.quarantine
        unit.outbox.postpone(
            entry, until=now + pause, state=State.TRYING, error=reason, counted=after is None
        )


def _again_later(house: House, workspace_id: int, entry: Entry, later: TryLater) -> None:
    """It was certainly not taken: try again; when the platform named a time, the whole workspace waits for it."""
    now = house.clock()
    asked = None if later.after is None else min(timedelta(seconds=later.after), LONGEST_PAUSE)
    pause = pause_after(entry.attempts) if asked is None else asked
    with house.memory.write(workspace_id) as unit:
        if later.after is not None:
            unit.block_workspace(now + pause)
        unit.outbox.postpone(
            entry, until=now + pause, state=State.PENDING, error=later.reason, counted=later.after is None
        )


def _bury(house: House, workspace_id: int, entry: Entry, refused: Refused) -> None:
    """It will never be taken; where only the conversation is gone, the next attempt opens a new one."""
    now = house.clock()
    log.error("entry %s was refused: %s", entry.id, refused.reason)
    with house.memory.write(workspace_id) as unit:
        if refused.conversation_gone:
            unit.members.set_conversation(entry.member_id, None)
            if entry.look_ups == 0:
                unit.outbox.postpone(
                    entry, until=now + pause_after(entry.attempts), state=State.PENDING, error=refused.reason
                )
                return
        unit.outbox.settle(entry, State.DEAD, note="refused", error=refused.reason)
        if refused.account_closed:
            unit.members.set_active(entry.member_id, active=False)


def _conversation(house: House, messenger: Messenger, workspace_id: int, member: Member) -> str:
    if member.conversation is not None:
        return member.conversation
    conversation = messenger.conversation_with(member)
    with house.memory.write(workspace_id) as unit:
        unit.members.set_conversation(member.id, conversation)
    return conversation
