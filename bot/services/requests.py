"""Requests for approval, one step each inside somebody's transaction: made, changed, shown, told about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.domain.gifts.chain import EntryKind, NewRegisterEntry
from bot.domain.gifts.counterparts import recorded_counterpart
from bot.domain.gifts.judgement import Judgement
from bot.domain.gifts.proposal import Proposal
from bot.domain.gifts.register import GiftCheck, Side
from bot.domain.gifts.requests import (
    REMINDED_AFTER,
    Act,
    Comment,
    NewRequest,
    Request,
    RequestState,
    Roster,
    after,
    delegates_of,
    is_urgent,
    level_for,
    level_of,
    may_decide,
    reasons_of,
    reviewers,
    step_at,
)
from bot.domain.gifts.rules import Outcome
from bot.domain.gifts.sheets import Sheet
from bot.domain.members import Member
from bot.domain.money import Money
from bot.domain.outbox import Entry, NewEntry, edit_of
from bot.domain.pacing import Lane
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services.house import House
from bot.services.proposals import (
    Counted,
    counted,
    day_of,
    draft_of,
    other_value,
    received_by,
    receiver,
    section_of,
    side_of,
    stored_currency,
)

ASKED = "approval"
"""A message to one reviewer about one request."""
NEWS = "approval_news"
"""A message to the requester about what has become of it."""

_YEAR = timedelta(days=364)
LOOKED_AGAIN = timedelta(days=1)
"""How often it is looked whether somebody is there who may decide on what a handover left without."""
"""Before a day: with the day itself twelve months."""


def roster_of(unit: UnitOfWork) -> Roster:
    return Roster(unit.members.all(), unit.members.delegates())


def changeable(unit: UnitOfWork, check_id: int) -> Request | None:
    """The request that follows when this check's gift is changed: one that is open, or approved and not given."""
    found = held_of_check(unit, check_id)
    return found if found is not None and after(found.state, Act.CHANGE) else None


def held_of_check(unit: UnitOfWork, check_id: int) -> Request | None:
    """The request that stands on a check, or stood on it before it followed a change; held until this unit ends."""
    found = unit.requests.of_check(check_id)
    if found is not None:
        return unit.requests.hold(found.id)
    stood = [entry.request_id for entry in unit.register.of_check(check_id) if entry.request_id is not None]
    return unit.requests.hold(stood[0]) if stood else None


# --- Made and changed -------------------------------------------------------------------------------------


def new_request(
    house: House,
    unit: UnitOfWork,
    member: Member,
    kept: GiftCheck,
    proposal: Proposal,
    judgement: Judgement,
    now: datetime,
    *,
    reason: str,
    first_check_id: int | None = None,
) -> NewRequest:
    """The request that a check which needs approval leads to. A person who is not in the book yet is added to the
    client's contacts, so that the next check knows what they may receive.

    Raises Refusal ``approval.nobody`` when nobody is left who may decide.
    """
    roster = roster_of(unit)
    level = level_for(level_of(judgement), member.id, roster)
    asked = reviewers(level, member.id, roster)
    if not asked:
        raise Refusal("approval.nobody")
    client = unit.clients.get(kept.client_id) if kept.client_id is not None else None
    contact, _ = receiver(unit, client, kept, member, now) if client is not None else (None, False)
    draft, day = draft_of(kept), day_of(kept)
    offices = house.rulebooks.of(unit).public_offices
    price = draft.amount or other_value(kept)
    new = NewRequest(
        check_id=kept.id,
        first_check_id=first_check_id or kept.id,
        member_id=member.id,
        client_id=kept.client_id,
        contact_id=contact.id if contact is not None else None,
        category=draft.category or "gift",
        description=draft.description,
        value=None if price is None else Money(price.amount * draft.quantity, price.currency),
        currency=stored_currency(kept) if price is None else price.currency,
        given_on=day,
        direction=side_of(kept),
        level=level,
        urgent=is_urgent(
            official=any(code in offices for code in proposal.recipient.regimes or ()),
            day=day,
            today=member.calendar.local_date(now),
        )
        and side_of(kept) is Side.GIVEN,  # what is here already can wait for ten o'clock
        reason=reason,
        why=reasons_of(judgement),
        asked_at=now,
        next_step_at=None,
    )
    return replace(new, next_step_at=first_step_at(new, asked))


def first_step_at(request: NewRequest | Request, asked: Sequence[Member]) -> datetime:
    """When the reviewers are to be reminded."""
    return step_at(request.asked_at, asked, REMINDED_AFTER, at_once=request.told_at_once)


def follow(
    house: House,
    unit: UnitOfWork,
    member: Member,
    old: Request,
    kept: GiftCheck,
    proposal: Proposal,
    judgement: Judgement,
    now: datetime,
) -> Request:
    """Let a request follow its gift to a new check: open anew, or withdrawn by itself where none is needed any more.

    Raises Refusal ``approval.changed`` when somebody decided meanwhile: nothing of the change is kept.
    """
    if judgement.verdict is not Outcome.NEEDS_APPROVAL:
        return withdraw(unit, member, old, now, by_itself=judgement.verdict.word)
    new = new_request(house, unit, member, kept, proposal, judgement, now, reason=old.reason)
    comment = Comment(member.id, now, Act.CHANGE.value, was=_was(unit, old))
    if not unit.requests.renew(old, new, comment=comment):
        raise Refusal("approval.changed")
    request = again(unit, old.id)
    enter(unit, EntryKind.REOPENED, request, member.id, now)
    ask_reviewers(unit, request, now)
    show_everywhere(unit, request, now)
    return request


def withdraw(
    unit: UnitOfWork,
    member: Member,
    old: Request,
    now: datetime,
    *,
    act: Act = Act.WITHDRAW,
    by_itself: str | None = None,
) -> Request:
    """Take a request back. `by_itself` is the verdict of the changed gift, which needs no approval any more.

    Raises Refusal ``approval.changed`` when somebody decided meanwhile.
    """
    comment = Comment(member.id, now, act.value, by_itself or "")
    if not unit.requests.move(old, RequestState.WITHDRAWN, comment=comment):
        raise Refusal("approval.changed")
    request = again(unit, old.id)
    enter(unit, EntryKind.WITHDRAWN, request, member.id, now, verdict=by_itself)
    show_everywhere(unit, request, now)
    return request


def hand_over(unit: UnitOfWork, old: Request, to: Member, by: Member | None, now: datetime) -> Request | None:
    """Let a held request go to the new owner of its client, whose reviewers are asked anew where it waits.

    Its state stays: what was approved is approved, what was asked back is to be answered. None when somebody changed it
    meanwhile.
    """
    roster = roster_of(unit)
    level = level_for(old.level, to.id, roster)
    waits = old.state is RequestState.WAITING
    asked = reviewers(level, to.id, roster)
    moved = replace(old, member_id=to.id, level=level, asked_at=now if waits else old.asked_at)
    done = unit.requests.hand_over(
        old,
        to.id,
        level=level,
        comment=Comment(to.id if by is None else by.id, now, Act.HAND_OVER.value, to.name),
        asked_at=moved.asked_at,
        next_step_at=(first_step_at(moved, asked) if asked else now + LOOKED_AGAIN) if waits else None,
    )
    if not done:
        return None
    request = again(unit, old.id)
    enter(unit, EntryKind.HANDED_OVER, request, None if by is None else by.id, now, to=[to.id])
    if waits:
        ask_reviewers(unit, request, now)
    show_everywhere(unit, request, now, requester_too=True)
    return request


def mark_given(unit: UnitOfWork, old: Request, now: datetime) -> None:
    """The gift of an approved request stands in the register."""
    if not unit.requests.move(old, RequestState.GIVEN):
        raise Refusal("approval.changed")
    show_everywhere(unit, again(unit, old.id), now)


def again(unit: UnitOfWork, request_id: int) -> Request:
    """A request as it stands now."""
    found = unit.requests.get(request_id)
    assert found is not None, "a request does not vanish"
    return found


def _was(unit: UnitOfWork, old: Request) -> dict[str, object]:
    kept = unit.gifts.check(old.check_id)
    person, employer = ("", "") if kept is None else recorded_counterpart(kept.proposal)
    return {
        "what": old.description,
        "category": old.category,
        "value": _money(old.value),
        "day": old.given_on.isoformat(),
        "for": ", ".join(part for part in (person, employer) if part),
    }


def enter(
    unit: UnitOfWork, kind: EntryKind, request: Request, member_id: int | None, now: datetime, **more: object
) -> None:
    """Append what happened to the register, with what the request was about at that moment."""
    facts: dict[str, object] = {
        "state": request.state.value,
        "version": request.version,
        "level": request.level.value,
        "urgent": request.urgent,
        "category": request.category,
        "description": request.description,
        "value": None if request.value is None else _plain(request.value.amount),
        "currency": request.currency,
        "on": request.given_on.isoformat(),
        "rules": [each["rule"] for each in request.why],
        **{key: fact for key, fact in more.items() if fact is not None},
    }
    unit.register.append(
        NewRegisterEntry(kind, now, member_id, facts, check_id=request.check_id, request_id=request.id)
    )


# --- Told -------------------------------------------------------------------------------------------------


def ask_reviewers(unit: UnitOfWork, request: Request, now: datetime) -> None:
    """Tell the reviewers at once, unless it is for the message of the day."""
    if request.told_at_once:
        for reviewer in reviewers(request.level, request.member_id, roster_of(unit)):
            tell(unit, ASKED, request, reviewer, now)


def tell(unit: UnitOfWork, kind: str, request: Request, reader: Member, now: datetime) -> None:
    """A message about the request as it stands now, once for each version of it."""
    key = f"{kind}:{request.id}:{request.version}:{reader.id}"
    facts = {"request": request.id, "version": request.version}
    slot = unit.take_slot(now, lane=Lane.URGENT)
    unit.outbox.add(NewEntry(key, kind, reader.id, facts, due_at=slot, urgent=True), now=now)
    entry = unit.outbox.by_key(key)
    assert entry is not None, "what was added is there"
    unit.requests.stands_in(request.id, entry.id)


def show_everywhere(
    unit: UnitOfWork, request: Request, now: datetime, *, requester_too: bool = False
) -> None:
    """Bring every message in which the request stands up to date where it stands.

    What the requester reads changes by their own presses; where others acted, `requester_too` brings older news up
    to date beside the new one.
    """
    for entry_id in unit.requests.messages(request.id):
        entry = unit.outbox.get(entry_id)
        if entry is None or entry.body is None:
            continue  # forgotten; or still to be composed from what is true then
        if entry.member_id == request.member_id and not requester_too:
            continue
        step = f"{request.version}:{int(bool(request.delegated_at))}"
        slot = unit.take_slot(now, lane=Lane.EDITS)
        unit.outbox.add(edit_of(entry, key=f"{request.id}:{step}", due_at=slot), now=now)


def recompose(unit: UnitOfWork, member: Member, entry: Entry, now: datetime) -> Mapping[str, Any] | None:
    """The facts of a message about one request as they are true now.

    Before it is sent: None when the request has moved on, for then another message tells so. After: as it stands.
    """
    request = unit.requests.get(int(str(entry.facts["request"])))
    if request is None:
        return None
    if entry.body is None:
        stale = request.version != entry.facts["version"]
        if stale or (entry.kind != NEWS and request.state is not RequestState.WAITING):
            return None
    return {**entry.facts, "sheet": sheet_of(unit, member, request, now).as_json()}


# --- Shown ------------------------------------------------------------------------------------------------


def sheet_of(
    unit: UnitOfWork, reader: Member, request: Request, now: datetime, roster: Roster | None = None
) -> Sheet:
    """A request as `reader` is shown it at `now`."""
    known = roster or roster_of(unit)
    kept = unit.gifts.check(request.check_id)
    assert kept is not None, "a request stands on a check"
    person, employer = recorded_counterpart(kept.proposal)
    contact = unit.contacts.get(request.contact_id) if request.contact_id is not None else None
    year, twelve = _windows(unit, request)
    names = {member.id: member.name for member in known.members}
    return Sheet(
        request=request.id,
        check=request.check_id,
        version=request.version,
        state=request.state.value,
        level=request.level.value,
        urgent=request.urgent,
        mine=request.member_id == reader.id,
        decides=may_decide(reader, request, known),
        requester=names.get(request.member_id, ""),
        employer=employer,
        person=contact.name if contact is not None else person,
        role=contact.role if contact is not None else "",
        what=request.description,
        category=request.category,
        value=_money(request.value),
        day=request.given_on.isoformat(),
        reason=request.reason,
        why=[dict(each) for each in request.why],
        asked=[m.name for m in reviewers(request.level, request.member_id, known)],
        since=request.asked_at.isoformat(),
        known=request.client_id is not None,
        year=year,
        twelve_months=twelve,
        comments=[
            {**comment.as_json(), "by": names.get(comment.member_id, "")} for comment in request.comments
        ],
        delegates=[m.name for m in delegates_of(request.level, request.member_id, known)]
        if request.delegated_at is not None
        else [],
        reminded=request.reminded_at is not None,
        decided_by=names.get(request.decided_by or 0, ""),
        decided_at="" if request.decided_at is None else request.decided_at.isoformat(),
        instead=_instead(kept) if request.state is RequestState.REFUSED else None,
        duties=_duties(kept),
        received=request.direction is Side.RECEIVED,
    )


def _windows(unit: UnitOfWork, request: Request) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """What the person receives from all of us, this request left out: in its calendar year, and in twelve months.

    Of a gift that one of us received it is what they received from people of that client.
    """
    if request.client_id is None:
        return None, None
    day = request.given_on
    if request.direction is Side.RECEIVED:
        found = received_by(unit, request.member_id, request.client_id, day)
        return _both(request, found)
    found = counted(unit, request.client_id, None, day, besides=request.id)
    if request.contact_id is not None:
        found += counted(unit, request.client_id, request.contact_id, day, besides=request.id)
    return _both(request, found)


def _both(request: Request, found: Sequence[Counted]) -> tuple[dict[str, Any], dict[str, Any]]:
    day = request.given_on
    ours = [each for each in found if each.check_id != request.check_id]
    return (
        _summed([each for each in ours if each.on.year == day.year]),
        _summed([each for each in ours if _within_a_year(each.on, day)]),
    )


def _within_a_year(on: date, day: date) -> bool:
    return day - _YEAR <= on <= day + _YEAR


def _summed(found: Sequence[Counted]) -> dict[str, Any]:
    sums: dict[str, Decimal] = {}
    for each in found:
        sums[each.value.currency] = sums.get(each.value.currency, Decimal(0)) + each.value.amount
    return {
        "sums": [[_plain(amount), currency] for currency, amount in sorted(sums.items())],
        "count": len(found),
        "open": sum(each.pending for each in found),
    }


def _duties(kept: GiftCheck) -> list[str]:
    """The codes of what the check obliges us to."""
    found = kept.answer.get("obligations", [])
    assert isinstance(found, Sequence), "an answer lists its obligations"
    return list(dict.fromkeys(str(each["code"]) for each in found))


def _instead(kept: GiftCheck) -> dict[str, Any]:
    """The recorded proposal without what came before it, and the changes with which it would be allowed."""
    proposal = {key: value for key, value in kept.proposal.items() if key != "context"}
    context = section_of(kept, "context")
    proposal["context"] = {key: value for key, value in context.items() if key != "prior"}
    return {"proposal": proposal, "alternatives": kept.answer.get("alternatives", [])}


def _money(value: Money | None) -> list[str] | None:
    return None if value is None else [_plain(value.amount), value.currency]


def _plain(amount: Decimal) -> str:
    return format(amount.normalize(), "f")
