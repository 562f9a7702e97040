"""Handovers: a client goes to another manager in one transaction, with all that is open, and back within a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain import reassignment
from bot.domain.cadence import NEW_CLIENT_FOR
from bot.domain.clients import Client, Part, may_hand_over
from bot.domain.covers import CoverState
from bot.domain.gifts.register import Side
from bot.domain.gifts.requests import PENDING
from bot.domain.handover import (
    Done,
    Given,
    Handover,
    Moved,
    NewHandover,
    check_moment,
    check_recipient,
    first_touch_on,
    members_of,
)
from bot.domain.history import ChangeKind, NewChange, Subject
from bot.domain.members import Member
from bot.domain.reassignment import RequestState, deciders, may_decide
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services import concession_steps, covers, handover_news, reassignment_steps, requests, sent_digests
from bot.services.house import Actor, House, present
from bot.services.owners import in_the_book, owner_of
from bot.services.reassignment_steps import hold_all, member_of, name_of
from bot.services.touches import recount


def hand_over(
    unit: UnitOfWork,
    client: Client,
    to_member_id: int,
    *,
    by: Member | None,
    reason: str,
    now: datetime,
    request_id: int | None = None,
    why: str = "",
    noted: bool = True,
    merged: str = "",
) -> Handover:
    """Give a client to another member, with all that is open, in the unit of work that is open.

    `by` is who decides (None: whoever runs the machine); whether they may is asked by who calls. `client` is as it was
    read: when somebody else has it by now nothing is done. Everything that one decision moves shares `now`: its readers
    get one message for all of it. `noted` False: the client's history tells of the new owner already.
    `merged` is what the client is called that is merged into another one with that.

    Raises the refusals of `in_the_book` and `check_recipient`, ``handover.excluded`` (name) for who must not have the
    client, and ``handover.moved`` (client, owner).
    """
    before = hold_all(unit, client.id)
    if before.owner_id != client.owner_id:
        raise Refusal("handover.moved", client=before.name, owner=name_of(unit, before.owner_id) or "–")
    to = check_recipient(unit.members.get(to_member_id), before.owner_id)
    if to.id in unit.fit.exclusions([before.id]).get(before.id, {}):
        raise Refusal("handover.excluded", name=to.name)
    former = owner_of(unit, before)
    if not unit.handovers.take(before.id, before.owner_id, to.id, new_until=now + NEW_CLIENT_FOR, at=now):
        raise Refusal("handover.moved", client=before.name, owner=name_of(unit, before.owner_id) or "–")
    moved = unit.handovers.move(before.id, before.owner_id, to.id, now)
    moved = replace(
        moved,
        requests=_move_gifts(unit, before, to, by, now),
        parts=_leave_parts(unit, before, to),
        new_until=_iso(before.new_until),
        handed_at=_iso(before.handed_at),
        merged=merged,
        questions=tuple(each.id for each in unit.questions.open_of_client(before.id)),
        concessions=tuple(each.id for each in unit.concessions.waiting_of_client(before.id)),
    )
    moved = _move_covers(unit, moved, before, former, to, now)
    moved = replace(moved, moot=_settle_others(unit, before, request_id, now))
    asked = deciders(to, unit.members.all())
    handover_id = unit.handovers.add(
        NewHandover(
            client_id=before.id,
            from_id=before.owner_id,
            to_id=to.id,
            by_id=None if by is None else by.id,
            reason=reason,
            why=why,
            at=now,
            request_id=request_id,
            check_at=check_moment(asked[0] if asked else None, now),
            moved=moved,
        )
    )
    concession_steps.follow(unit, before.id, now)
    if noted:
        facts = {"owner": [None if former is None else former.name, to.name]}
        _note(unit, before.id, ChangeKind.HANDED_OVER, now, by, facts)
    recount(unit, before.id, now)
    sent_digests.refresh(unit, before.id, (before.owner_id, to.id, *members_of(moved.promises)), now)
    handover = there(unit, handover_id)
    handover_news.tell_new_owner(unit, handover, to, now)
    asker = None if request_id is None else reassignment_steps.again(unit, request_id).asked_by
    if former is not None and former.active and former.id != asker and (by is None or former.id != by.id):
        handover_news.tell_former_owner(unit, handover, former, now)
    if by is None and former is not None:
        handover_news.tell_lead(unit, handover, former, now)
    return handover


def there(unit: UnitOfWork, handover_id: int) -> Handover:
    found = unit.handovers.get(handover_id)
    assert found is not None, "a handover does not vanish"
    return found


def _move_gifts(
    unit: UnitOfWork, client: Client, to: Member, by: Member | None, now: datetime
) -> tuple[Given, ...]:
    """Requests for gifts that may still be given. Of a gift that one of us received nothing moves, nor of somebody
    invited to an outing: that is the outing's, and who planned it goes on with it."""
    given: list[Given] = []
    for each in unit.requests.pending_of_client(client.id):
        holder = unit.members.get(each.member_id)
        if each.member_id == to.id or holder is None:
            continue
        if each.member_id != client.owner_id and holder.active:
            continue
        if each.direction is Side.RECEIVED or unit.outings.holds(each.check_id):
            continue
        if requests.hand_over(unit, each, to, by, now) is not None:
            given.append((each.id, holder.id))
    return tuple(given)


def gather(unit: UnitOfWork, client: Client, old: int | None, by: Member | None, now: datetime) -> None:
    """Let what is open with a held client and was `old`'s be its owner's: it was part of another client that went on
    meanwhile."""
    to = owner_of(unit, client)
    if to is None:
        return
    unit.handovers.move(client.id, old, to.id, now)
    _move_gifts(unit, replace(client, owner_id=old), to, by, now)


def _leave_parts(unit: UnitOfWork, client: Client, to: Member) -> tuple[str, ...]:
    """Nobody stands in for themselves: the new owner is neither backup nor sponsor any more."""
    left = [part for part, member_id in unit.clients.team(client.id).items() if member_id == to.id]
    for part in left:
        unit.clients.set_team(client.id, part, None)
    return tuple(part.value for part in left)


def _move_covers(
    unit: UnitOfWork, moved: Moved, client: Client, former: Member | None, to: Member, now: datetime
) -> Moved:
    """Covers of this client alone go along, and end where they have no sense any more: the leave was the former
    owner's, or the new owner is who covered. One of several clients goes on for the others."""
    if former is None:
        return moved
    given: list[Given] = []
    ended: list[tuple[int, str]] = []
    for cover in unit.covers.of_owner(former.id, former.calendar.local_date(now)):
        if cover.client_ids != (client.id,):
            continue
        if cover.for_leave or cover.colleague_id == to.id:
            if unit.covers.settle(cover, CoverState.ENDED, at=now):
                ended.append((cover.id, cover.state.value))
        elif unit.covers.hand_over(cover, to.id):
            given.append((cover.id, former.id))
        covers.show_anew(unit, cover.id, now)
        sent_digests.refresh_all_of(unit, (cover.colleague_id,), now)
    return replace(moved, covers=tuple(given), ended=tuple(ended))


def _settle_others(
    unit: UnitOfWork, client: Client, request_id: int | None, now: datetime
) -> tuple[int, ...]:
    """What else was asked about the client has nothing left to decide."""
    settled = []
    for found in unit.reassignments.open_of_client(client.id):
        if found.id != request_id:
            done = reassignment_steps.settle_if_moot(unit, found, now)
            if done.state is RequestState.MOOT:
                settled.append(found.id)
    return tuple(settled)


def _note(
    unit: UnitOfWork,
    client_id: int,
    kind: ChangeKind,
    now: datetime,
    by: Member | None,
    facts: Mapping[str, Any],
) -> None:
    author = None if by is None else by.id
    unit.history.add(NewChange(Subject.CLIENT, client_id, client_id, kind, now, author, facts))


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)


# --- A lead hands over by themselves ------------------------------------------------------------------------


def done_of(unit: UnitOfWork, handover: Handover, now: datetime) -> Done:
    client, to = unit.clients.get(handover.client_id), unit.members.get(handover.to_id)
    assert client is not None, "a handover is of a client"
    assert to is not None, "a handover is to a member"
    return Done(
        handover,
        client.name,
        name_of(unit, handover.from_id),
        to.name,
        first_touch_on(to, handover.at),
        handover.can_be_undone(now),
    )


def hand(
    house: House, actor: Actor, client_id: int, to_member_id: int | None, reason: str, why: str = ""
) -> Done:
    """Hand a client over without anybody having asked; for its owner's lead and admins. Twice the same is once.

    Raises the refusals of `hand_over`, `reassignment.check_reason` and `check_why`, and ``handover.not_yours`` (client,
    owner).
    """
    now = house.clock()
    chosen = reassignment.check_reason(reason)
    words = reassignment.check_why(why)
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        client = hold_all(unit, client_id)
        latest = next(iter(unit.handovers.of_client(client.id, 1)), None)
        if (
            latest is not None
            and latest.can_be_undone(now)
            and (latest.by_id, latest.to_id, client.owner_id) == (member.id, to_member_id, to_member_id)
        ):
            return done_of(unit, latest, now)  # pressed twice
        owner = owner_of(unit, client)
        if not may_hand_over(member, owner):
            raise Refusal(
                "handover.not_yours", client=client.name, owner="–" if owner is None else owner.name
            )
        handover = hand_over(
            unit, client, to_member_id or 0, by=member, reason=chosen.value, why=words, now=now
        )
        return done_of(unit, handover, now)


# --- Taken back ---------------------------------------------------------------------------------------------


def undo(house: House, actor: Actor, handover_id: int) -> Done:
    """Take a handover back within a day: what moved goes back, and what the new owner began since goes along.

    Twice is once. Raises Refusal ``handover.gone``, ``handover.too_late`` (client), ``handover.followed`` (client,
    owner) when the client went on since, ``handover.merged`` (client) when another was merged into it since and would
    go along, ``handover.gone_back`` (name) when the former owner is no longer here, and the refusals of `in_the_book`.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        seen = unit.handovers.get(handover_id)
        if seen is None or not may_undo(unit, member, seen):
            raise Refusal("handover.gone")
        client = hold_all(unit, seen.client_id, also=answered_by(seen))
        handover = there(unit, handover_id)
        if handover.undone_at is None:
            check_undoable(unit, handover, client, now)
            take_back(unit, handover, client, member, now)
        return done_of(unit, there(unit, handover_id), now)


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Of several handovers the clients that are with who had them before, and those that are not, each with why."""

    clients: tuple[str, ...] = ()
    left: tuple[tuple[str, Refusal], ...] = ()


def undo_all(house: House, actor: Actor, at: datetime, from_id: int | None) -> TakenBack:
    """Take back what one decision moved from a member (at the moment `at`), as far as each still can be.

    Raises Refusal ``handover.gone`` where nothing of it is the reader's to take back.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = [
            each for each in unit.handovers.at(at) if each.from_id == from_id and may_undo(unit, member, each)
        ]
        if not found:
            raise Refusal("handover.gone")
        return undo_within(unit, found, member, now)


def undo_within(
    unit: UnitOfWork, handovers: Sequence[Handover], by: Member | None, now: datetime
) -> TakenBack:
    """Take several handovers back as far as each still can be, in the unit of work that is open; twice is once."""
    answered = sorted({each for one in handovers for each in answered_by(one)})
    reassignment_steps.hold_all_of(unit, [each.client_id for each in handovers], also=answered)
    back: list[str] = []
    left: list[tuple[str, Refusal]] = []
    for seen in handovers:
        handover, client = there(unit, seen.id), unit.clients.get(seen.client_id)
        assert client is not None, "a handover is of a client"
        try:
            if handover.undone_at is None:
                check_undoable(unit, handover, in_the_book(unit, client.id), now)
                take_back(unit, handover, client, by, now)
            back.append(client.name)
        except Refusal as refusal:  # of several each by itself: what can go back does
            left.append((client.name, refusal))
    return TakenBack(tuple(back), tuple(left))


def may_undo(unit: UnitOfWork, member: Member, handover: Handover) -> bool:
    """Whether `member` may take the handover back: who did it, who decides for the former owner."""
    return handover.by_id == member.id or may_decide(member, member_of(unit, handover.from_id))


def check_undoable(unit: UnitOfWork, handover: Handover, client: Client, now: datetime) -> None:
    """Raise why a handover of the held client cannot be taken back; see `undo`."""
    if not handover.can_be_undone(now):
        raise Refusal("handover.too_late", client=client.name)
    latest = next(iter(unit.handovers.of_client(client.id, 1)), None)
    if client.owner_id != handover.to_id or latest is None or latest.id != handover.id:
        raise Refusal("handover.followed", client=client.name, owner=name_of(unit, client.owner_id) or "–")
    if unit.merges.kept_since(client.id, handover.at):
        raise Refusal("handover.merged", client=client.name)
    former = member_of(unit, handover.from_id)
    if former is not None and not former.active:
        raise Refusal("handover.gone_back", name=former.name)


def take_back(
    unit: UnitOfWork,
    handover: Handover,
    client: Client,
    by: Member | None,
    now: datetime,
    *,
    noted: bool = True,
) -> None:
    """Take a handover back of a client that is held with all that is decided of it; `noted` as in `hand_over`."""
    moved, former = handover.moved, member_of(unit, handover.from_id)
    unit.handovers.undo(handover.id, by=None if by is None else by.id, at=now)
    unit.handovers.put_back(
        client.id,
        handover.to_id,
        handover.from_id,
        new_until=_moment(moved.new_until),
        handed_at=_moment(moved.handed_at),
    )
    unit.handovers.move_back(moved, handover.to_id, now)
    for request_id, whose in moved.requests:
        gift, holder = unit.requests.get(request_id), unit.members.get(whose)
        if gift is None or holder is None or gift.member_id != handover.to_id:
            continue
        if gift.state in PENDING:
            requests.hand_over(unit, gift, holder, by, now)
    if former is not None:
        _bring_along(unit, handover, client, former, by, now)
    for part in moved.parts:
        if Part(part) not in unit.clients.team(client.id):
            unit.clients.set_team(client.id, Part(part), handover.to_id)
    _covers_back(unit, moved, handover.to_id, now)
    if noted:
        facts = {"owner": [name_of(unit, handover.to_id), None if former is None else former.name]}
        _note(unit, client.id, ChangeKind.TAKEN_BACK, now, by, facts)
    recount(unit, client.id, now)
    sent_digests.refresh(unit, client.id, (handover.to_id, handover.from_id), now)
    reassignment_steps.settle_all(unit, client.id, now)  # what was asked of the new owner meanwhile
    _open_again(unit, handover, now)
    concession_steps.follow(unit, client.id, now)
    handover_news.tell_undone(unit, handover, by, now)


def _bring_along(
    unit: UnitOfWork, handover: Handover, client: Client, former: Member, by: Member | None, now: datetime
) -> None:
    """What the new owner began with the client while it was theirs is the former owner's, too."""
    unit.handovers.move(client.id, handover.to_id, former.id, now, since=handover.at)
    for gift in unit.requests.pending_of_client(client.id):
        theirs = gift.member_id == handover.to_id and gift.requested_at >= handover.at
        if theirs and gift.direction is not Side.RECEIVED and not unit.outings.holds(gift.check_id):
            requests.hand_over(unit, gift, former, by, now)
    for cover in unit.covers.of_owner(handover.to_id, former.calendar.local_date(handover.at)):
        if cover.client_ids == (client.id,) and cover.asked_at >= handover.at:
            if cover.colleague_id == former.id:
                unit.covers.settle(cover, CoverState.ENDED, at=now)
            else:
                unit.covers.hand_over(cover, former.id)
            covers.show_anew(unit, cover.id, now)


def _covers_back(unit: UnitOfWork, moved: Moved, to_id: int, now: datetime) -> None:
    for cover_id, whose in moved.covers:
        cover = unit.covers.get(cover_id)
        if cover is not None and cover.owner_id == to_id:
            unit.covers.hand_over(cover, whose)
            covers.show_anew(unit, cover_id, now)
    for cover_id, state in moved.ended:
        cover = unit.covers.get(cover_id)
        if cover is not None and cover.state is CoverState.ENDED:
            unit.covers.settle(cover, CoverState(state), at=now)
            covers.show_anew(unit, cover_id, now)


def answered_by(handover: Handover) -> tuple[int, ...]:
    """The requests that were answered or settled by a handover."""
    asked = () if handover.request_id is None else (handover.request_id,)
    return tuple(sorted((*asked, *handover.moved.moot)))


def _open_again(unit: UnitOfWork, handover: Handover, now: datetime) -> None:
    """What was asked, and answered or settled by this handover, waits for an answer again."""
    for request_id in answered_by(handover):
        old = unit.reassignments.get(request_id)
        if old is None or old.state not in (RequestState.APPROVED, RequestState.MOOT):
            continue
        if old.proposed and any(each.proposed for each in unit.reassignments.open_of_client(old.client_id)):
            continue
        asked = deciders(member_of(unit, old.owner_id), unit.members.all())
        step = reassignment.step_at(now, asked, reassignment.REMINDED_AFTER)
        if unit.reassignments.settle(
            old, RequestState.WAITING, at=None, next_step_at=None if old.proposed else step
        ):
            request = reassignment_steps.again(unit, request_id)
            reassignment_steps.tell_asker(unit, request, now)
            reassignment_steps.show_everywhere(unit, request, now)
