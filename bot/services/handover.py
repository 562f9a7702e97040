"""Handovers: a client goes to another manager in one transaction, with all that is open, and back within a day."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain import reassignment
from bot.domain.briefs import SPOKEN_WITHIN, facts_of
from bot.domain.cadence import NEW_CLIENT_FOR
from bot.domain.clients import Client, Part, may_hand_over
from bot.domain.covers import CoverState
from bot.domain.gifts.register import Side
from bot.domain.gifts.requests import PENDING
from bot.domain.handover import (
    CHECKED_AFTER,
    Done,
    Given,
    Handover,
    Moved,
    NewHandover,
    Went,
    check_moment,
    check_recipient,
    counts_of,
    first_touch_on,
    members_of,
)
from bot.domain.history import ChangeKind, NewChange, Subject
from bot.domain.members import Member
from bot.domain.outbox import Entry, NewEntry, edit_of
from bot.domain.pacing import Lane
from bot.domain.reassignment import RequestState, deciders, may_decide
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services import briefs, concession_steps, covers, reassignment_steps, requests, sent_digests
from bot.services.house import Actor, House, present, trouble
from bot.services.owners import in_the_book, owner_of
from bot.services.reassignment_steps import hold_all, member_of, name_of
from bot.services.touches import recount

log = logging.getLogger(__name__)

IN = "handover_in"
"""What a new owner reads: the brief, what came along, a draft to introduce themselves."""
OUT = "handover_out"
"""What a former owner reads: who goes on, and that nothing is left for them to do."""
UNDONE = "handover_undone"
"""A handover was taken back, for both."""
CHECK = "handover_check"
"""How does it go, after thirty days?"""
NAMED = 10
"""Clients that are named in one message."""

_BATCH = 100
_TOUCHES = 200
"""Touches that are looked at when it is asked how a handover goes: more than a month ever has."""
_ASIDE = timedelta(hours=1)


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
) -> Handover:
    """Give a client to another member, with all that is open, in the unit of work that is open.

    `by` is who decides (None: whoever runs the machine); whether they may is asked by who calls. `client` is as it was
    read: when somebody else has it by now nothing is done. Everything that one decision moves shares `now`: its readers
    get one message for all of it.

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
    facts = {"owner": [None if former is None else former.name, to.name]}
    _note(unit, before.id, ChangeKind.HANDED_OVER, now, by, facts)
    recount(unit, before.id, now)
    sent_digests.refresh(unit, before.id, (before.owner_id, to.id, *members_of(moved.promises)), now)
    handover = there(unit, handover_id)
    _tell_new_owner(unit, handover, to, now)
    asker = None if request_id is None else reassignment_steps.again(unit, request_id).asked_by
    if former is not None and former.active and former.id != asker and (by is None or former.id != by.id):
        _tell_former_owner(unit, handover, former, now)
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
        former = None if seen is None else member_of(unit, seen.from_id)
        if seen is None or not (seen.by_id == member.id or may_decide(member, former)):
            raise Refusal("handover.gone")
        client = hold_all(unit, seen.client_id, also=_answered_by(seen))
        handover = there(unit, handover_id)
        if handover.undone_at is not None:
            return done_of(unit, handover, now)
        if not handover.can_be_undone(now):
            raise Refusal("handover.too_late", client=client.name)
        latest = next(iter(unit.handovers.of_client(client.id, 1)), None)
        if client.owner_id != handover.to_id or latest is None or latest.id != handover.id:
            raise Refusal(
                "handover.followed", client=client.name, owner=name_of(unit, client.owner_id) or "–"
            )
        if unit.merges.kept_since(client.id, handover.at):
            raise Refusal("handover.merged", client=client.name)
        if former is not None and not former.active:
            raise Refusal("handover.gone_back", name=former.name)
        _take_back(unit, handover, client, former, member, now)
        return done_of(unit, there(unit, handover_id), now)


def _take_back(
    unit: UnitOfWork, handover: Handover, client: Client, former: Member | None, by: Member, now: datetime
) -> None:
    moved = handover.moved
    unit.handovers.undo(handover.id, by=by.id, at=now)
    unit.handovers.put_back(
        client.id,
        handover.to_id,
        handover.from_id,
        new_until=_moment(moved.new_until),
        handed_at=_moment(moved.handed_at),
    )
    unit.handovers.move_back(moved, handover.to_id)
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
    _note(
        unit,
        client.id,
        ChangeKind.TAKEN_BACK,
        now,
        by,
        {"owner": [name_of(unit, handover.to_id), None if former is None else former.name]},
    )
    recount(unit, client.id, now)
    sent_digests.refresh(unit, client.id, (handover.to_id, handover.from_id), now)
    _open_again(unit, handover, now)
    reassignment_steps.settle_all(unit, client.id, now)  # what was asked of the new owner meanwhile
    concession_steps.follow(unit, client.id, now)
    _tell_undone(unit, handover, by, now)


def _bring_along(
    unit: UnitOfWork, handover: Handover, client: Client, former: Member, by: Member, now: datetime
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


def _answered_by(handover: Handover) -> tuple[int, ...]:
    """The requests that were answered or settled by a handover."""
    asked = () if handover.request_id is None else (handover.request_id,)
    return tuple(sorted((*asked, *handover.moved.moot)))


def _open_again(unit: UnitOfWork, handover: Handover, now: datetime) -> None:
    """What was asked, and answered or settled by this handover, waits for an answer again."""
    for request_id in _answered_by(handover):
        old = unit.reassignments.get(request_id)
        if old is None or old.state not in (RequestState.APPROVED, RequestState.MOOT):
            continue
        asked = deciders(member_of(unit, old.owner_id), unit.members.all())
        step = reassignment.step_at(now, asked, reassignment.REMINDED_AFTER)
        if unit.reassignments.settle(
            old, RequestState.WAITING, at=None, next_step_at=None if old.proposed else step
        ):
            request = reassignment_steps.again(unit, request_id)
            reassignment_steps.tell_asker(unit, request, now)
            reassignment_steps.show_everywhere(unit, request, now)


# --- Told ---------------------------------------------------------------------------------------------------


def _key(kind: str, reader_id: int, other_id: int | None, at: datetime) -> str:
    return f"{kind}:{reader_id}:{other_id or 0}:{at.isoformat()}"


def _tell_new_owner(unit: UnitOfWork, handover: Handover, to: Member, now: datetime) -> None:
    key = _key(IN, to.id, handover.from_id, handover.at)
    _add(unit, key, IN, to, {"at": handover.at.isoformat(), "other": handover.from_id}, now)


def _tell_former_owner(unit: UnitOfWork, handover: Handover, former: Member, now: datetime) -> None:
    key = _key(OUT, former.id, handover.to_id, handover.at)
    _add(unit, key, OUT, former, {"at": handover.at.isoformat(), "other": handover.to_id}, now)


def _add(
    unit: UnitOfWork, key: str, kind: str, reader: Member, facts: Mapping[str, object], now: datetime
) -> None:
    if unit.outbox.by_key(key) is not None:
        return  # of many clients at once the first has said it: no moment to post at is used up for the others
    slot = unit.take_slot(now, lane=Lane.URGENT)
    unit.outbox.add(NewEntry(key, kind, reader.id, facts, due_at=slot, urgent=True), now=now)


def _tell_undone(unit: UnitOfWork, handover: Handover, by: Member, now: datetime) -> None:
    """Both read in the message itself that it was taken back, and who has read that is told."""
    for kind, reader_id, other_id in (
        (IN, handover.to_id, handover.from_id),
        (OUT, handover.from_id, handover.to_id),
    ):
        reader = member_of(unit, reader_id)
        if reader is None:
            continue
        entry = unit.outbox.by_key(_key(kind, reader.id, other_id, handover.at))
        if entry is None or entry.body is None:
            continue
        unit.outbox.add(edit_of(entry, key=f"undone:{handover.id}", due_at=now), now=now)
        if reader.id != by.id and reader.active:
            facts = {"handover": handover.id, "client_id": handover.client_id}
            _add(unit, f"{UNDONE}:{handover.id}:{reader.id}", UNDONE, reader, facts, now)


def recompose_in(unit: UnitOfWork, member: Member, entry: Entry, now: datetime) -> Mapping[str, Any] | None:
    """What the new owner reads, as it is true now; before it is sent None when all was taken back or went on."""
    found = [
        each
        for each in unit.handovers.at(datetime.fromisoformat(str(entry.facts["at"])))
        if each.to_id == member.id and each.from_id == entry.facts["other"]
    ]
    theirs = [each for each in found if _still(unit, each)]
    if not theirs and entry.body is None:
        return None
    rows = [_row(unit, each, member, now) for each in found]
    facts: dict[str, Any] = {**entry.facts, "rows": rows, "said_at": now.isoformat()}
    if len(theirs) == 1 and len(found) == 1:
        client = unit.clients.get(theirs[0].client_id)
        assert client is not None, "a handover is of a client"
        facts["brief"] = facts_of(briefs.without_gifts(unit, member, client, now))
        facts["draft"] = _draft(unit, theirs[0], client)
    return facts


def recompose_out(unit: UnitOfWork, member: Member, entry: Entry, now: datetime) -> Mapping[str, Any] | None:
    """What the former owner reads, as it is true now."""
    found = [
        each
        for each in unit.handovers.at(datetime.fromisoformat(str(entry.facts["at"])))
        if each.from_id == member.id and each.to_id == entry.facts["other"]
    ]
    if entry.body is None and all(each.undone_at is not None for each in found):
        return None
    return {**entry.facts, "rows": [_row(unit, each, member, now) for each in found]}


def recompose_undone(
    unit: UnitOfWork, member: Member, entry: Entry, now: datetime
) -> Mapping[str, Any] | None:
    handover = there(unit, int(str(entry.facts["handover"])))
    return {**entry.facts, "row": _row(unit, handover, member, now), "new": handover.to_id == member.id}


def _still(unit: UnitOfWork, handover: Handover) -> bool:
    """Whether the client is still the new owner's by this handover, and in the book."""
    client = unit.clients.get(handover.client_id)
    return (
        handover.undone_at is None
        and client is not None
        and not client.archived
        and client.owner_id == handover.to_id
    )


def _row(unit: UnitOfWork, handover: Handover, reader: Member, now: datetime) -> dict[str, Any]:
    """One handover as JSON values, for the words of a message. Why it took place is not among them."""
    client, to = unit.clients.get(handover.client_id), unit.members.get(handover.to_id)
    assert client is not None, "a handover is of a client"
    assert to is not None, "a handover is to a member"
    snoozed = client.snoozed_until is not None and client.snoozed_until > now
    return {
        "handover": handover.id,
        "client_id": client.id,
        "client": client.name,
        "former": name_of(unit, handover.from_id),
        "to": to.name,
        "by": name_of(unit, handover.by_id),
        "mine": handover.by_id == reader.id,
        "undone": handover.undone_at is not None,
        "undone_by": name_of(unit, handover.undone_by),
        "first": first_touch_on(to, handover.at).isoformat(),
        "snoozed": reader.calendar.local_date(client.snoozed_until).isoformat()
        if snoozed and client.snoozed_until is not None
        else None,
        "counts": asdict(counts_of(handover.moved)),
    }


def _draft(unit: UnitOfWork, handover: Handover, client: Client) -> dict[str, Any]:
    """What an introduction to the client is made of: to whom, in which language, and who was there before."""
    people = unit.contacts.of_client(client.id)
    spoken = unit.touches.spoken_to(client.id, handover.at - SPOKEN_WITHIN)
    first = min(people, key=lambda each: (-spoken.get(each.id, 0), each.id), default=None)
    former = member_of(unit, handover.from_id)
    return {
        "person": "" if first is None else first.name,
        "language": "" if first is None else first.language,
        "market": client.market,
        "client": client.name,
        "to": name_of(unit, handover.to_id),
        "former": "" if former is None else former.name,
    }


# --- How it goes --------------------------------------------------------------------------------------------


def ask_how_it_goes(house: House, workspace_id: int) -> int:
    """Ask the lead about handovers of thirty days ago; returns how many were asked about. Each is asked about once.

    Where the client went on, or out of the book, nothing is asked any more.
    """
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        due = unit.handovers.due(now, _BATCH)
    asked = 0
    for each in due:
        try:
            asked += _ask_one(house, workspace_id, each, now)
        except (
            Exception
        ) as error:  # one item of a loop: a handover that cannot be asked about holds up no other
            if trouble(house, error) is not None:
                raise
            log.exception("how handover %s goes cannot be asked", each.id)
            with house.memory.write(workspace_id) as unit:
                unit.handovers.asked(each, again_at=now + _ASIDE)
    return asked


def _ask_one(house: House, workspace_id: int, handover: Handover, now: datetime) -> bool:
    with house.memory.write(workspace_id) as unit:
        if handover.check_at is None or not unit.handovers.asked(handover):
            return False  # another process was here first
        client = unit.clients.get(handover.client_id)
        if client is None or not _still(unit, handover):
            return False
        readers = deciders(owner_of(unit, client), unit.members.all())
        if not readers:
            return False
        reader = next((each for each in readers if each.id == handover.by_id), readers[0])
        unit.outbox.add(
            NewEntry(
                # The same name whenever it is planned: after a restore it is looked up under it.
                f"{CHECK}:{handover.id}:{handover.check_at.date().isoformat()}",
                CHECK,
                reader.id,
                {"handover": handover.id, "client_id": client.id},
                due_at=unit.take_slot(now),
            ),
            now=now,
        )
        return True


def recompose_check(
    unit: UnitOfWork, member: Member, entry: Entry, now: datetime
) -> Mapping[str, Any] | None:
    """The question how it goes; before it is sent None when the client went on meanwhile."""
    handover = there(unit, int(str(entry.facts["handover"])))
    if entry.body is None and not _still(unit, handover):
        return None
    return {**entry.facts, **_check_facts(unit, handover, member, now)}


def _check_facts(unit: UnitOfWork, handover: Handover, member: Member, now: datetime) -> dict[str, Any]:
    client = unit.clients.get(handover.client_id)
    assert client is not None, "a handover is of a client"
    recent = unit.touches.recent(client.id, _TOUCHES)
    # “This morning” may lie before the handover, and be another day where the lead is.
    counted = [max(touch.at, handover.at) for touch in recent if touch.logged_at >= handover.at]
    first = min(counted, default=None)
    return {
        "row": _row(unit, handover, member, now),
        "on": member.calendar.local_date(handover.at).isoformat(),
        "touches": len(counted),
        "first_touch": None if first is None else member.calendar.local_date(first).isoformat(),
        "went": None if handover.answer is None else handover.answer.value,
    }


def how_it_goes(house: House, actor: Actor, handover_id: int, went: str) -> Mapping[str, Any]:
    """Keep what a lead says of a handover, for the history of the client; returns the facts of the question anew.

    Too early to say asks again after another thirty days. Raises Refusal ``handover.gone``, ``request.unknown``.
    """
    now = house.clock()
    said = next((each for each in Went if each.value == went), None)
    if said is None:
        raise Refusal("request.unknown")
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        handover = unit.handovers.get(handover_id)
        owner = None if handover is None else unit.members.get(handover.to_id)
        if handover is None or handover.undone_at is not None:
            raise Refusal("handover.gone")
        if not may_decide(member, owner) and member.id not in {
            each.id for each in deciders(owner, unit.members.all())
        }:
            raise Refusal("handover.gone")
        if handover.answer is not said:
            later = now + timedelta(days=CHECKED_AFTER) if said is Went.EARLY else None
            unit.handovers.answer(handover.id, said, by=member.id, at=now, again_at=later)
            client = unit.clients.get(handover.client_id)
            assert client is not None, "a handover is of a client"
            _note(unit, client.id, ChangeKind.CHECKED, now, member, {"went": said.value})
        return _check_facts(unit, there(unit, handover_id), member, now)


def open_for(unit: UnitOfWork, client_id: int) -> Client:
    """The client to be handed over, as `in_the_book` gives it, through merges."""
    seen = unit.clients.get(client_id)
    return in_the_book(unit, client_id if seen is None else seen.id)
