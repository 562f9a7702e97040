"""Approvals: ask for one, decide, ask back, answer, take back. Whatever becomes of a request, who asked is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.gifts.chain import EntryKind
from bot.domain.gifts.judge import judge
from bot.domain.gifts.proposal import read_proposal
from bot.domain.gifts.requests import (
    Act,
    Comment,
    Request,
    RequestState,
    Roster,
    after,
    delegates_of,
    may_decide,
    reviewers,
)
from bot.domain.gifts.rules import Outcome
from bot.domain.gifts.sheets import Sheet
from bot.domain.members import Member
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services import gifts, requests
from bot.services.gifts import Checked
from bot.services.house import Actor, House, present
from bot.services.proposals import day_of, draft_of, own_check, stored_currency

FARTHEST = timedelta(days=366)
"""How far ahead the day of giving may lie."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking: the request as its author sees it, or the check that showed that none is needed.

    `again` says that it had been asked for before.
    """

    sheet: Sheet | None
    checked: Checked | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """What a member has on their desk: own requests that are open or approved, and those that wait for them."""

    own: tuple[Sheet, ...]
    waiting: tuple[Sheet, ...]


def request(house: House, actor: Actor, check_id: int, reason: str = "", day: date | None = None) -> Asked:
    """Ask for approval of the gift of an own check that needs it; however often it is asked, there is one request.

    With another `day` of giving than the check was for, or when that has passed, the gift is checked anew first.
    Raises Refusal ``gift.gone``, ``gift.rules_changed``, ``approval.not_needed``, ``approval.past_day`` (day),
    ``approval.far_day`` (day, limit in days), ``approval.nobody``, and ``approval.was_refused`` or
    ``approval.was_given`` (name) for what cannot be asked again as it stands.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        kept = own_check(unit, member, check_id)
        unit.gifts.hold_check(kept.id)
        before = requests.held_of_check(unit, kept.id)
        if before is not None and before.state is not RequestState.WITHDRAWN:
            if after(before.state, Act.CHANGE) is None:
                raise _settled(unit, before)
            return Asked(requests.sheet_of(unit, member, before, now), again=True)
        if kept.verdict != Outcome.NEEDS_APPROVAL.word:
            raise Refusal("approval.not_needed")
        by = house.rulebooks.judging(unit)
        if kept.rulebook_version != by.rulebook.version:
            raise Refusal("gift.rules_changed")
        wanted = day or max(day_of(kept), member.calendar.local_date(now))
        _check_day(member, wanted, now)
        if wanted != day_of(kept):
            draft = replace(draft_of(kept), day=wanted)
            checked = gifts.check_within(house, unit, member, draft, now)
            if checked.judgement.verdict is not Outcome.NEEDS_APPROVAL:
                return Asked(None, checked)
            first, kept = kept.id, own_check(unit, member, checked.check_id)
        else:
            first = kept.id
        proposal = read_proposal(kept.proposal, today=kept.checked_at.date(), currency=stored_currency(kept))
        judgement = gifts.judged(house, proposal, by)
        if judgement.verdict is not Outcome.NEEDS_APPROVAL:
            raise Refusal("gift.rules_changed")  # doubtful rules are taken otherwise than when it was checked
        new = requests.new_request(
            house, unit, member, kept, proposal, judgement, now, reason=reason.strip(), first_check_id=first
        )
        if before is not None:
            comment = Comment(member.id, now, Act.ASK.value)
            if not unit.requests.renew(before, new, comment=comment):
                raise Refusal("approval.changed")
            request_id: int | None = before.id
        else:
            request_id = unit.requests.add(new, at=now)
        if request_id is None:
            made = unit.requests.of_check(first)
            assert made is not None, "another request of this check was faster"
            return Asked(requests.sheet_of(unit, member, made, now), again=True)
        made = requests.again(unit, request_id)
        requests.enter(unit, EntryKind.REQUESTED, made, member.id, now, reason=made.reason)
        requests.ask_reviewers(unit, made, now)
        requests.show_everywhere(unit, made, now)
        return Asked(requests.sheet_of(unit, member, made, now))


def _check_day(member: Member, day: date, now: datetime) -> None:
    today = member.calendar.local_date(now)
    if day < today:
        raise Refusal("approval.past_day", day=day)
    if day > today + FARTHEST:
        raise Refusal("approval.far_day", day=day, limit=FARTHEST.days)


def approve(house: House, actor: Actor, request_id: int, version: int, comment: str = "") -> Sheet:
    """Say yes to a request as it was shown.

    Raises Refusal ``approval.rules_forbid`` when rules that came into force since forbid it, or want the recipient's
    side asked; ``approval.gone``, ``approval.own``, ``approval.not_yours``, ``approval.changed`` when it is no
    longer at `version`, and ``approval.was_approved``, ``.was_refused``, ``.was_withdrawn`` or ``.was_given`` (name)
    when it was settled before. Doing the same twice is doing it once.
    """
    return _decide(house, actor, request_id, version, Act.APPROVE, comment)


def refuse(house: House, actor: Actor, request_id: int, version: int, comment: str) -> Sheet:
    """Say no, with the reason. Raises those of `approve`, and ``approval.no_reason``."""
    if not comment.strip():
        raise Refusal("approval.no_reason")
    return _decide(house, actor, request_id, version, Act.REFUSE, comment)


def ask_back(house: House, actor: Actor, request_id: int, version: int, comment: str) -> Sheet:
    """Ask the requester something before deciding. Raises those of `approve`, and ``approval.no_question``."""
    if not comment.strip():
        raise Refusal("approval.no_question")
    return _decide(house, actor, request_id, version, Act.ASK_BACK, comment)


_ENTERED = {
    Act.APPROVE: EntryKind.APPROVED,
    Act.REFUSE: EntryKind.REFUSED,
    Act.ASK_BACK: EntryKind.ASKED_BACK,
}


def _decide(house: House, actor: Actor, request_id: int, version: int, act: Act, comment: str) -> Sheet:
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = _reviewed(unit, member, request_id)
        if found.version == version + 1 and _said_last(found, member, act, comment):
            return requests.sheet_of(unit, member, found, now)  # pressed twice
        state = after(found.state, act)
        if state is None:
            raise _settled(unit, found)
        if version != found.version:
            raise Refusal("approval.changed")
        if act is Act.APPROVE:
            _check_rules(house, unit, found)
        said = Comment(member.id, now, act.value, comment.strip())
        decided = None if act is Act.ASK_BACK else (member.id, now)
        if not unit.requests.move(found, state, comment=said, decided=decided):
            fresh = requests.again(unit, request_id)
            raise Refusal("approval.changed") if after(fresh.state, act) else _settled(unit, fresh)
        done = requests.again(unit, request_id)
        requests.enter(unit, _ENTERED[act], done, member.id, now, comment=said.text)
        requester = unit.members.get(done.member_id)
        assert requester is not None, "a request is somebody's"
        requests.tell(unit, requests.NEWS, done, requester, now)
        requests.show_everywhere(unit, done, now, requester_too=True)
        return requests.sheet_of(unit, member, done, now)


def _check_rules(house: House, unit: UnitOfWork, request: Request) -> None:
    """Raise Refusal ``approval.rules_forbid`` when the rules in force no longer leave it to an approval."""
    kept, by = unit.gifts.check(request.check_id), house.rulebooks.judging(unit)
    assert kept is not None, "a request stands on a check"
    if kept.rulebook_version == by.rulebook.version:
        return
    proposal = read_proposal(kept.proposal, today=kept.checked_at.date(), currency=stored_currency(kept))
    verdict = judge(proposal, by.rulebook, rates=house.rates, cautious=by.cautious).verdict
    if verdict > Outcome.NEEDS_APPROVAL:
        raise Refusal("approval.rules_forbid")


def reply(house: House, actor: Actor, request_id: int, text: str) -> Sheet:
    """Answer what was asked back; the request waits again. Raises ``approval.gone``, ``approval.no_reply``,
    ``approval.not_asked`` when nothing is asked."""
    if not text.strip():
        raise Refusal("approval.no_reply")
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = _own(unit, member, request_id)
        if _said_last(found, member, Act.REPLY, text):
            return requests.sheet_of(unit, member, found, now)  # sent twice
        if after(found.state, Act.REPLY) is None:
            raise Refusal("approval.not_asked")
        asked = reviewers(found.level, member.id, requests.roster_of(unit))
        moved = unit.requests.move(
            found,
            RequestState.WAITING,
            comment=Comment(member.id, now, Act.REPLY.value, text.strip()),
            asked_at=now,
            next_step_at=requests.first_step_at(replace(found, asked_at=now), asked) if asked else None,
        )
        if not moved:
            raise Refusal("approval.changed")
        waiting = requests.again(unit, request_id)
        requests.enter(unit, EntryKind.REPLIED, waiting, member.id, now, comment=text.strip())
        requests.ask_reviewers(unit, waiting, now)
        requests.show_everywhere(unit, waiting, now)
        return requests.sheet_of(unit, member, waiting, now)


def withdraw(house: House, actor: Actor, request_id: int) -> Sheet:
    """Take an own request back; twice is the same as once.

    Raises ``approval.gone``, and those of `approve` for one that is refused or given.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = _own(unit, member, request_id)
        if found.state is not RequestState.WITHDRAWN:
            if after(found.state, Act.WITHDRAW) is None:
                raise _settled(unit, found)
            found = requests.withdraw(unit, member, found, now)
        return requests.sheet_of(unit, member, found, now)


def shown(house: House, actor: Actor, request_id: int) -> Sheet:
    """A request as it stands, for who asked for it, may decide, or did. Raises ``approval.gone``."""
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = unit.requests.get(request_id)
        if found is None or not _may_see(unit, member, found):
            raise Refusal("approval.gone")
        return requests.sheet_of(unit, member, found, now)


def desk(house: House, actor: Actor) -> Desk:
    """What lies on a member's desk now, the oldest first."""
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        return desk_of(unit, present(unit, actor), now)


def desk_of(unit: UnitOfWork, member: Member, now: datetime) -> Desk:
    """The same, for who has a unit of work already."""
    own, waiting = unit.requests.own(member.id), unit.requests.open()
    if not own and not waiting:
        return Desk((), ())
    roster = requests.roster_of(unit)
    theirs = [
        each for each in waiting if each.state is RequestState.WAITING and _is_asked(member, each, roster)
    ]
    return Desk(
        tuple(requests.sheet_of(unit, member, each, now, roster) for each in own),
        tuple(requests.sheet_of(unit, member, each, now, roster) for each in theirs),
    )


def _is_asked(member: Member, found: Request, roster: Roster) -> bool:
    """Whether a request waits for this member, and not only may be decided by them."""
    asked = reviewers(found.level, found.member_id, roster)
    if found.delegated_at is not None:
        asked += delegates_of(found.level, found.member_id, roster)
    return any(each.id == member.id for each in asked)


def _may_see(unit: UnitOfWork, member: Member, found: Request) -> bool:
    return member.id in (found.member_id, found.decided_by) or may_decide(
        member, found, requests.roster_of(unit)
    )


def _said_last(found: Request, member: Member, act: Act, text: str) -> bool:
    """Whether the last that happened is this very act."""
    last = found.comments[-1] if found.comments else None
    return last is not None and (last.member_id, last.act, last.text) == (member.id, act.value, text.strip())


def _own(unit: UnitOfWork, member: Member, request_id: int) -> Request:
    found = unit.requests.hold(request_id)
    if found is None or found.member_id != member.id:
        raise Refusal("approval.gone")
    return found


def _reviewed(unit: UnitOfWork, member: Member, request_id: int) -> Request:
    """A request that `member` may decide on. Raises ``approval.gone``, ``.own`` or ``.not_yours``."""
    found = unit.requests.hold(request_id)
    if found is None:
        raise Refusal("approval.gone")
    if found.member_id == member.id:
        raise Refusal("approval.own")
    if not may_decide(member, found, requests.roster_of(unit)):
        raise Refusal("approval.not_yours")
    return found


_SETTLED = {
    RequestState.APPROVED: "approval.was_approved",
    RequestState.REFUSED: "approval.was_refused",
    RequestState.WITHDRAWN: "approval.was_withdrawn",
    RequestState.GIVEN: "approval.was_given",
}


def _settled(unit: UnitOfWork, found: Request) -> Refusal:
    """Why nothing can be done to a request any more: who did what before."""
    doer = (
        found.decided_by if found.state in (RequestState.APPROVED, RequestState.REFUSED) else found.member_id
    )
    who = unit.members.get(doer) if doer is not None else None
    code = _SETTLED[found.state]
    return Refusal(code, name=who.name if who is not None else "?")
