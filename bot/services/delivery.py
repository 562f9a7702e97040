"""Delivery: take one entry of the outbox to its reader, once.

`deliver` may be called any number of times, by anyone, for any entry: the row says what may be done next, and each
step is taken by a conditional update, so that two callers cannot both take it. The messenger is called between
transactions, never inside one.

What is guaranteed: an entry is never lost; it is posted twice only if the platform's history does not show, after
the quarantine, a message that it did take, or may not be read (see `unknown_for_good`).
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
    AGAINST_THE_CHANNEL,
    EDIT,
    MOST_LOOK_UPS,
    OPEN_STATES,
    PERHAPS_TWICE,
    SOON,
    Entry,
    State,
    Step,
    lane_of,
    needs_a_slot,
    next_step,
    pause_after,
    unknown_for_good,
)
from bot.domain.pacing import Lane
from bot.ports import Failed, Messenger, NotLetIn, Receipt, Refused, TryLater, Unclear, UnitOfWork
from bot.reference import under
from bot.services import (
    channels,
    concession_steps,
    cover_gaps,
    covers,
    digest,
    gate,
    handover_checks,
    handover_news,
    leads,
    meetings,
    policies,
    reassignment,
    reassignment_steps,
    requests,
    response_ladder,
    responses,
    reviews,
)
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
    channels.KIND: channels.recompose,
    covers.ASKED: covers.recompose,
    cover_gaps.GAP: cover_gaps.recompose,
    leads.PAGE: leads.recompose_page,
    leads.NEGLECT: leads.recompose_neglect,
    concession_steps.ASKED: concession_steps.recompose,
    concession_steps.REMINDER: concession_steps.recompose,
    concession_steps.NEWS: concession_steps.recompose,
    reassignment_steps.ASKED: reassignment_steps.recompose,
    reassignment_steps.REMINDER: reassignment_steps.recompose,
    reassignment_steps.NEWS: reassignment_steps.recompose,
    reassignment.PROPOSAL: reassignment.recompose_proposals,
    handover_news.IN: handover_news.recompose_in,
    handover_news.OUT: handover_news.recompose_out,
    handover_news.LED: handover_news.recompose_led,
    handover_news.UNDONE: handover_news.recompose_undone,
    handover_checks.CHECK: handover_checks.recompose_check,
    response_ladder.KIND: response_ladder.recompose,
    responses.CAME: response_ladder.recompose,
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
    """Entries something may be done with now, urgent ones first; none while the workspace has to wait or is off."""
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
                _skip(house, unit, entry, "late")
                return step
            case Step.GIVE_UP:
                unit.outbox.settle(entry, State.DEAD, note="attempts")
                return step
            case Step.UNKNOWN:
                _settle_unknown(house, unit, entry, now, entry.error)
                return step
            case _ if _is_parked(unit, now):
                return Step.NOTHING
            case Step.LOOK_UP:
                taken = _take_look_up(unit, entry, now, now + house.quarantine)
            case Step.FIRST_TRY | Step.TRY_AGAIN:
                if not _has_its_moment(unit, entry, now):
                    return Step.NOTHING
                take = _take_edit if entry.kind == EDIT else _take_attempt
                taken = take(house, unit, messenger, entry, member, now)
    if taken is None:
        return Step.NOTHING
    with under(entry.reference):
        if entry.kind == EDIT:
            _edit(house, messenger, workspace_id, taken)
        elif step is Step.LOOK_UP:
            _look_up(house, messenger, workspace_id, taken, member)
        else:
            _post(house, messenger, workspace_id, taken, member)
    return step


def _is_parked(unit: UnitOfWork, now: datetime) -> bool:
    """Whether the platform asked this workspace to wait, or closed it to us, perhaps after the entry was handed out."""
    blocked = unit.workspace.blocked_until
    return unit.workspace.off_at is not None or (blocked is not None and now < blocked <= now + LONGEST_PAUSE)


def _has_its_moment(unit: UnitOfWork, entry: Entry, now: datetime) -> bool:
    """Whether the entry may go out now; one that missed its moment takes the next one of its lane."""
    if not needs_a_slot(entry, now):
        return True
    slot = unit.take_slot(now, lane=lane_of(entry))
    if slot <= now + SOON:
        return True
    unit.outbox.postpone(entry, until=slot, state=State.PENDING, error=entry.error, paced=True)
    return False


def step_aside(house: House, workspace_id: int, entry_id: int) -> None:
    """Put an entry that cannot be handled off for an hour, so that it holds nothing up."""
    with house.memory.write(workspace_id) as unit:
        entry = unit.outbox.get(entry_id)
        if entry is None or entry.state not in OPEN_STATES:
            return
        unit.outbox.postpone(
            entry, until=house.clock() + timedelta(hours=1), state=entry.state, error="unexpected"
        )
    with under(entry.reference):
        log.error("entry %s (%s) is put off for an hour", entry.id, entry.kind)


def knock(house: House, messenger: Messenger, workspace_id: int) -> bool:
    """Where the workspace was closed to us, ask whether it is open again; whether it can be posted to now."""
    with house.memory.read(workspace_id) as unit:
        if unit.workspace.off_at is None:
            return True
    try:
        messenger.knock()
    except Failed as still:
        log.warning("nothing can be posted yet: %s", still.reason)
        return False
    return reopen(house, workspace_id)


def reopen(house: House, workspace_id: int) -> bool:
    """The platform let us in: what waits goes out, at the pace of the workspace."""
    with house.memory.write(workspace_id) as unit:
        if unit.open_workspace():
            log.info("the workspace can be posted to again")
    return True


def _skip(house: House, unit: UnitOfWork, entry: Entry, note: str, error: str | None = None) -> None:
    if unit.outbox.settle(entry, State.SKIPPED, note=note, error=error):
        house.meter.skipped(note)


def _take_attempt(
    house: House, unit: UnitOfWork, messenger: Messenger, entry: Entry, member: Member, now: datetime
) -> Entry | None:
    """Check the entry once more, render it, and mark it as being tried; None when it must not be posted now."""
    permission = gate.ask(unit, member, entry, now)
    if isinstance(permission, Never):
        _skip(house, unit, entry, permission.reason)
        return None
    if isinstance(permission, Wait):
        if (
            permission.reason == "away"
            and entry.expires_at is not None
            and entry.expires_at <= permission.until
        ):
            _skip(house, unit, entry, permission.reason)
            return None
        unit.outbox.postpone(entry, until=permission.until, state=State.PENDING, error=None)
        return None
    facts, body = entry.facts, entry.body
    if body is None:
        true_now = _still_true(unit, entry, member, now)
        if true_now is None:
            _skip(house, unit, entry, "nothing_left")
            return None
        facts = true_now
        body = messenger.render(entry.kind, facts, member, entry.id)
    until = now + house.quarantine
    if not unit.outbox.mark_trying(entry, now=now, until=until, facts=facts, body=body):
        house.meter.claim_lost()
        return None
    house.meter.late(lane_of(entry), (now - entry.due_at).total_seconds())
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
    house: House, unit: UnitOfWork, messenger: Messenger, entry: Entry, member: Member, now: datetime
) -> Entry | None:
    """Render what a sent message should say now; None when there is nothing to edit, or not yet.

    Nobody is spoken to, so the gate is not asked. A message that is still to be posted says what is true then.
    """
    sent = unit.outbox.get(int(str(entry.facts["entry"])))
    if sent is None or (
        sent.state is not State.SENT and (sent.state not in OPEN_STATES or sent.body is None)
    ):
        _skip(house, unit, entry, "nothing_left")
        return None
    until = now + house.quarantine
    if sent.state is not State.SENT:
        unit.outbox.postpone(entry, until=until, state=State.PENDING, error=None)
        return None
    facts = _still_true(unit, sent, member, now)
    if facts is None:
        facts = sent.facts
    body = messenger.render(sent.kind, facts, member, sent.id)
    told = {**entry.facts, "conversation": sent.conversation, "receipt": sent.receipt}
    if not unit.outbox.mark_trying(entry, now=now, until=until, facts=told, body=body):
        house.meter.claim_lost()
        return None
    return replace(
        entry, state=State.TRYING, facts=told, body=body, attempts=entry.attempts + 1, last_try_at=now
    )


def _edit(house: House, messenger: Messenger, workspace_id: int, entry: Entry) -> None:
    assert entry.body is not None, "an attempt has a rendered body"
    receipt = Receipt(str(entry.facts["conversation"]), str(entry.facts["receipt"]))
    try:
        answer = messenger.edit(receipt, entry.body)
    except (TryLater, Unclear) as failed:
        _again_later(house, workspace_id, entry, failed)
    except NotLetIn as closed:
        _shut(house, workspace_id, entry, closed)
    except Refused as refused:
        log.warning("message %s was not edited: %s", entry.facts["entry"], refused.reason)
        house.meter.failed(refused.fault)
        with house.memory.write(workspace_id) as unit:
            unit.outbox.settle(
                entry, State.SKIPPED, note="refused", error=refused.reason, answer=refused.answer
            )
    else:
        house.meter.sent(entry.kind)
        with house.memory.write(workspace_id) as unit:
            unit.outbox.settle(
                entry,
                State.SENT,
                conversation=receipt.conversation,
                receipt=receipt.message,
                answer=answer,
            )


def _post(house: House, messenger: Messenger, workspace_id: int, entry: Entry, member: Member) -> None:
    assert entry.body is not None, "an attempt has a rendered body"
    try:
        conversation = _conversation(house, messenger, workspace_id, member)
    except (TryLater, Unclear) as failed:
        # Nothing was posted yet, and opening a conversation twice opens one: certain, whatever the answer was.
        _again_later(house, workspace_id, entry, failed)
        return
    except NotLetIn as closed:
        _shut(house, workspace_id, entry, closed)
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
    except NotLetIn as closed:
        _shut(house, workspace_id, entry, closed)
    except Refused as refused:
        _bury(house, workspace_id, entry, refused)
    except Unclear as unclear:
        log.warning("delivery of entry %s ended unclearly: %s", entry.id, unclear)
        house.meter.failed(unclear.fault)
        with house.memory.write(workspace_id) as unit:
            unit.outbox.postpone(
                entry,
                until=house.clock() + house.quarantine,
                state=State.TRYING,
                error=str(unclear),
                answer=unclear.answer,
            )
    else:
        _settle_sent(house, workspace_id, entry, member, receipt)


def _settle_sent(
    house: House,
    workspace_id: int,
    entry: Entry,
    member: Member,
    receipt: Receipt,
    note: str | None = None,
) -> None:
    """The message is there: the channel works, whatever happened before."""
    named = digest.close_in(entry) if entry.kind == digest.KIND else []
    with house.memory.write(workspace_id) as unit:
        if named:
            unit.clients.hold_all(named)  # clients before members and what was said to them
        if member.channel_failures:
            unit.members.channel_on(member.id)
        settled = unit.outbox.settle(
            entry,
            State.SENT,
            note=note,
            conversation=receipt.conversation,
            receipt=receipt.message,
            answer=receipt.answer,
        )
        if settled and named:
            digest.sent(unit, member, entry, house.clock())
    if settled:
        house.meter.sent(entry.kind)
        log.info("entry %s (%s) was sent", entry.id, entry.kind)
    else:
        house.meter.claim_lost()


def _was_frozen(house: House, entry: Entry) -> bool:
    """Whether this process slept so long between mark and post that another may have taken the entry over."""
    assert entry.last_try_at is not None, "an attempt was marked"
    return house.clock() > entry.last_try_at + house.quarantine / 2


def _take_look_up(unit: UnitOfWork, entry: Entry, now: datetime, until: datetime) -> Entry | None:
    """Take the next look-up of an entry; None while the platform lets us read nothing, which counts for nothing."""
    blocked = unit.workspace.look_ups_blocked_until
    if blocked is not None and now < blocked:
        unit.outbox.postpone(entry, until=blocked, state=State.TRYING, error=entry.error)
        return None
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
        _look_again(house, workspace_id, entry, later.after, later)
        return
    except Unclear as unclear:
        _look_again(house, workspace_id, entry, None, unclear)
        return
    except NotLetIn as closed:
        if not closed.missing:
            _shut(house, workspace_id, entry, closed, looking=True)
            return
        log.warning("entry %s cannot be looked up: the right %s is missing", entry.id, closed.missing)
        with house.memory.write(workspace_id) as unit:
            _settle_unknown(house, unit, entry, house.clock(), closed.reason)
        return
    except Refused as refused:
        _bury(house, workspace_id, entry, refused)
        return
    if receipt is not None:
        _settle_sent(house, workspace_id, entry, member, receipt, note="found")
        return
    with house.memory.write(workspace_id) as unit:
        unit.outbox.postpone(entry, until=house.clock(), state=State.PENDING, error=entry.error)


def _settle_unknown(house: House, unit: UnitOfWork, entry: Entry, now: datetime, error: str | None) -> None:
    """Nobody will ever say whether the entry arrived: decide by its kind, and write down how."""
    match unknown_for_good(entry):
        case State.PENDING:
            unit.outbox.postpone(entry, until=now, state=State.PENDING, error=error, note=PERHAPS_TWICE)
        case State.DEAD:
            unit.outbox.settle(entry, State.DEAD, note="unclear", error=error)
        case _:
            _skip(house, unit, entry, "unclear", error)


def _look_again(house: House, workspace_id: int, entry: Entry, after: float | None, failed: Failed) -> None:
    """The platform could not say.

    Being asked to wait is no answer at all and is not counted: many look-ups may stand in line, and none of them asks
    before the time is over.
    """
    now = house.clock()
    with house.memory.write(workspace_id) as unit:
        if after is not None:
            unit.block_look_ups(now + timedelta(seconds=after))
        elif entry.look_ups >= MOST_LOOK_UPS:
            _settle_unknown(house, unit, entry, now, failed.reason)
            return
        pause = timedelta(seconds=after) if after is not None else house.quarantine
        unit.outbox.postpone(
            entry, until=now + pause, state=State.TRYING, error=failed.reason, counted=after is None
        )


def _again_later(house: House, workspace_id: int, entry: Entry, failed: TryLater | Unclear) -> None:
    """It was certainly not taken: try again; when the platform named a time, the whole workspace waits for it."""
    now = house.clock()
    wished = failed.after if isinstance(failed, TryLater) else None
    after = None if wished is None else min(timedelta(seconds=wished), LONGEST_PAUSE)
    pause = pause_after(entry.attempts) if after is None else after
    house.meter.failed(failed.fault)
    with house.memory.write(workspace_id) as unit:
        if after is not None:
            unit.block_workspace(now + pause)
        elif entry.kind != EDIT and failed.fault in AGAINST_THE_CHANNEL:
            slot = unit.take_slot(now, lane=Lane.URGENT)
            channels.failed(unit, entry.member_id, failed.reason, now, slot)
        unit.outbox.postpone(
            entry,
            until=now + pause,
            state=State.PENDING,
            error=failed.reason,
            counted=after is None,
            answer=failed.answer,
        )


def _shut(house: House, workspace_id: int, entry: Entry, closed: NotLetIn, *, looking: bool = False) -> None:
    """The platform lets us post nowhere: nothing is tried until `knock` finds it open, and no attempt counts.

    An attempt was certainly not taken; what was to be looked up stays to be.
    """
    now = house.clock()
    reason = f"{closed.reason}: {closed.missing}" if closed.missing else closed.reason
    house.meter.failed(closed.fault)
    with house.memory.write(workspace_id) as unit:
        if unit.shut_workspace(reason, at=now):
            log.error("nothing can be posted any more until this is mended: %s", reason)
        unit.outbox.postpone(
            entry,
            until=now,
            state=State.TRYING if looking else State.PENDING,
            error=reason,
            counted=False,
            answer=closed.answer,
        )


def _bury(house: House, workspace_id: int, entry: Entry, refused: Refused) -> None:
    """It will never be taken; where only the conversation is gone, the next attempt opens a new one."""
    now = house.clock()
    log.error("entry %s was refused: %s", entry.id, refused.reason)
    house.meter.failed(refused.fault)
    with house.memory.write(workspace_id) as unit:
        if refused.fault in AGAINST_THE_CHANNEL:
            slot = unit.take_slot(now, lane=Lane.URGENT)
            channels.failed(unit, entry.member_id, refused.reason, now, slot, closed=refused.account_closed)
        if refused.conversation_gone:
            unit.members.set_conversation(entry.member_id, None)
            if entry.look_ups == 0:
                unit.outbox.postpone(
                    entry,
                    until=now + pause_after(entry.attempts),
                    state=State.PENDING,
                    error=refused.reason,
                    answer=refused.answer,
                )
                return
        unit.outbox.settle(entry, State.DEAD, note="refused", error=refused.reason, answer=refused.answer)
        if refused.account_closed:
            unit.members.set_active(entry.member_id, active=False)


def _conversation(house: House, messenger: Messenger, workspace_id: int, member: Member) -> str:
    if member.conversation is not None:
        return member.conversation
    conversation = messenger.conversation_with(member)
    with house.memory.write(workspace_id) as unit:
        unit.members.set_conversation(member.id, conversation)
    return conversation
