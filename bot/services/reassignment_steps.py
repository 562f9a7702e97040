"""Requests for another manager, one step each inside somebody's transaction: told, shown, found settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.domain.clients import Client
from bot.domain.members import Member
from bot.domain.outbox import Entry
from bot.domain.reassignment import (
    PROPOSED,
    PROPOSED_AGAIN,
    Moot,
    NewRequest,
    Reason,
    Request,
    RequestState,
    Sheet,
    deciders,
    may_decide,
    may_see,
    may_step_in,
    stands,
)
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services import asked_messages, concession_steps
from bot.services.asked_messages import Asked
from bot.services.owners import in_the_book, owner_of

ASKED = "reassign_asked"
"""Somebody is asked to decide on one request."""
REMINDER = "reassign_again"
"""A request still waits for a decision."""
NEWS = "reassign_news"
"""What became of a request, for who asked."""

_LOOKED_BACK = 100
"""Requests about one client that are looked at before something is proposed."""


def hold_all(unit: UnitOfWork, client_id: int, *, also: Iterable[int] = (), names: bool = False) -> Client:
    """The client an id leads to, held with all that is decided of it; see `hold_all_of`.

    Raises the refusals of `in_the_book`.
    """
    (number,) = hold_all_of(unit, (client_id,), also=also, names=names)
    return in_the_book(unit, number)


def hold_all_of(
    unit: UnitOfWork, client_ids: Iterable[int], *, also: Iterable[int] = (), names: bool = False
) -> Sequence[int]:
    """Hold clients with all that is decided of them, in the one order in which everybody holds them; their numbers.

    Requests for approval come first, requests for another manager next (`also` names some that are answered), then
    concessions that wait, the register's head, the names of the book (only where `names` says so) and the moments at
    which is posted, the clients last (see docs/architecture.md).
    """
    seen = [(client_id, unit.clients.get(client_id)) for client_id in client_ids]
    numbers = sorted({client_id if found is None else found.id for client_id, found in seen})
    gifts = sorted(each.id for number in numbers for each in unit.requests.pending_of_client(number))
    for gift in gifts:
        unit.requests.hold(gift)
    waiting = {each.id for number in numbers for each in unit.reassignments.open_of_client(number)}
    for request_id in sorted(waiting.union(also)):
        unit.reassignments.hold(request_id)
    concession_steps.hold_waiting(unit, numbers)
    if gifts:
        unit.register.hold()
    if names:
        unit.clients.hold_names()
    unit.hold_slots()
    for number in numbers:
        unit.clients.hold(number)
    return numbers


def again(unit: UnitOfWork, request_id: int) -> Request:
    """A request as it stands now."""
    found = unit.reassignments.get(request_id)
    assert found is not None, "a request does not vanish"
    return found


def client_of(unit: UnitOfWork, request: Request) -> Client:
    """The client to which a request leads, through merges."""
    found = unit.clients.get(request.client_id)
    assert found is not None, "a request is about a client"
    return found


def member_of(unit: UnitOfWork, member_id: int | None) -> Member | None:
    return None if member_id is None else unit.members.get(member_id)


def name_of(unit: UnitOfWork, member_id: int | None) -> str:
    found = member_of(unit, member_id)
    return "" if found is None else found.name


def decides(unit: UnitOfWork, member: Member, request: Request, owner: Member | None) -> bool:
    """Whether `member` may decide on the request while the client is `owner`'s; never on a client of their own.

    A lead may as well who was asked because nobody but the owner is an admin.
    """
    if member.id == request.owner_id:
        return False
    if may_decide(member, owner):
        return True
    return member.id in request.told and may_step_in(member, owner, unit.members.all())


def sees(unit: UnitOfWork, member: Member, request: Request) -> bool:
    """Whether `member` may know of the request: also who decides for whoever looked after the client when it was
    asked."""
    owners = (owner_of(unit, client_of(unit, request)), member_of(unit, request.owner_id))
    return may_see(member, request, decides=any(decides(unit, member, request, each) for each in owners))


def heir(unit: UnitOfWork, client: Client, member_id: int, since: datetime) -> int:
    """To whom belongs by now what was a member's with the client and not open from `since` on, so that it went along
    with no handover: whoever looks after the client where that member gave it away since, or gave it back."""
    if client.owner_id in (None, member_id):
        return member_id
    assert client.owner_id is not None, "somebody looks after it"
    for each in unit.handovers.of_client(client.id, _LOOKED_BACK):
        gone_at = each.at if each.undone_at is None else each.undone_at
        giver = each.from_id if each.undone_at is None else each.to_id
        if giver == member_id and gone_at >= since:
            return client.owner_id
    return member_id


# --- Told -------------------------------------------------------------------------------------------------


def ask(unit: UnitOfWork, request: Request, members: Iterable[Member], now: datetime) -> None:
    """Ask these members to decide, at once and each by themselves."""
    asked = list(members)
    for member in asked:
        _tell(unit, ASKED, request, member, now)
    unit.reassignments.tell(request.id, [member.id for member in asked])


def remind(unit: UnitOfWork, request: Request, members: Iterable[Member], now: datetime) -> None:
    for member in members:
        _tell(unit, REMINDER, request, member, now)


def tell_asker(unit: UnitOfWork, request: Request, now: datetime) -> None:
    """Tell who asked what has become of it; nobody where the bot proposed it, or their account is closed."""
    asker = member_of(unit, request.asked_by)
    if asker is not None and asker.active:
        _tell(unit, NEWS, request, asker, now)


def _asked(request: Request) -> Asked:
    return Asked(request.id, request.version, request.widened_at is not None)


def _tell(unit: UnitOfWork, kind: str, request: Request, member: Member, now: datetime) -> None:
    facts = {
        "request": request.id,
        "version": request.version,
        "client_id": client_of(unit, request).id,
    }
    asked_messages.tell(unit, kind, _asked(request), member, facts, now)


def show_everywhere(unit: UnitOfWork, request: Request, now: datetime) -> None:
    """Bring the messages in which members were asked to decide up to date where they stand."""
    asked_messages.show_everywhere(unit, (ASKED, REMINDER), _asked(request), request.told, now)


def recompose(unit: UnitOfWork, member: Member, entry: Entry, now: datetime) -> Mapping[str, Any] | None:
    """The facts of a message about one request as they are true now.

    Before it is sent: None when the request has moved on, for then another message tells so, or when the reader may not
    know of it any more. After: as it stands.
    """
    request = unit.reassignments.get(int(str(entry.facts["request"])))
    if request is None:
        return None
    owner = owner_of(unit, client_of(unit, request))
    if entry.body is None:
        stale = request.version != entry.facts["version"]
        waits = request.state is RequestState.WAITING
        if stale or (entry.kind != NEWS and not (waits and decides(unit, member, request, owner))):
            return None
    if not sees(unit, member, request):
        return None
    return {**entry.facts, "sheet": asdict(sheet_of(unit, member, request, now))}


# --- Settled ----------------------------------------------------------------------------------------------


def settle_if_moot(unit: UnitOfWork, request: Request, now: datetime) -> Request:
    """The held request, settled where nothing is left to decide; who asked is told why."""
    if request.state is not RequestState.WAITING:
        return request
    why = stands(request, client_of(unit, request))
    return request if why is None else _moot(unit, request, why, now)


def _moot(unit: UnitOfWork, request: Request, why: Moot, now: datetime) -> Request:
    if not unit.reassignments.settle(request, RequestState.MOOT, at=now, answer=why.value):
        return again(unit, request.id)
    done = again(unit, request.id)
    tell_asker(unit, done, now)
    show_everywhere(unit, done, now)
    return done


def settle_all(unit: UnitOfWork, client_id: int, now: datetime) -> tuple[int, ...]:
    """Settle what was asked about a client that went out of the book or to somebody else; returns which requests."""
    settled = []
    for found in unit.reassignments.open_of_client(client_id):
        held = unit.reassignments.hold(found.id)
        if held is not None and settle_if_moot(unit, held, now).state is RequestState.MOOT:
            settled.append(held.id)
    return tuple(settled)


def keep_one_proposal(unit: UnitOfWork, kept_id: int, gone_id: int, now: datetime) -> None:
    """Of two clients that become one, let what the bot proposed for the second give way to what it did for the first.

    The requests about both are held.
    """
    if any(each.proposed for each in unit.reassignments.open_of_client(kept_id)):
        for each in unit.reassignments.open_of_client(gone_id):
            if each.proposed:
                _moot(unit, each, Moot.REPLACED, now)


def refuse_settled(unit: UnitOfWork, request: Request) -> Refusal:
    """Why nothing can be done to a request any more: who did what before."""
    match request.state:
        case RequestState.APPROVED:
            return Refusal(
                "reassign.was_approved",
                name=name_of(unit, request.decided_by) or "?",
                to=name_of(unit, request.to_id) or "?",
            )
        case RequestState.DECLINED:
            return Refusal("reassign.was_declined", name=name_of(unit, request.decided_by) or "?")
        case RequestState.WITHDRAWN:
            return Refusal("reassign.was_withdrawn", name=name_of(unit, request.asked_by) or "?")
        case _ if request.answer == Moot.REPLACED:
            return Refusal("reassign.was_replaced", client=client_of(unit, request).name)
        case _:
            return Refusal("reassign.was_moot", client=client_of(unit, request).name)


# --- What the bot proposes --------------------------------------------------------------------------------


def propose(unit: UnitOfWork, client_id: int, why: str, now: datetime, *, suits: str = "") -> int | None:
    """Propose another manager for a client, for `why` (a `Reason` of the bot's own); who decides reads it within the
    hour, together with all others that are proposed then.

    Returns the proposal's id; None where nothing is proposed: something waits already, or the same was proposed for the
    same owner and reason within ninety days. `suits` names whom the client would suit. That the owner is
    gone takes the place of what else the bot proposed.
    """
    reason = Reason(why)
    if reason not in PROPOSED:
        raise ValueError(f"{why} is for people to choose")
    client = unit.clients.get(client_id)
    if client is None or client.archived or client.owner_id is None:
        return None
    replaced: list[Request] = []
    for known in unit.reassignments.of_client(client.id, _LOOKED_BACK):
        if known.owner_id != client.owner_id:
            continue
        if known.reason is reason and known.asked_at > now - PROPOSED_AGAIN:
            return None
        if known.state is RequestState.WAITING:
            if reason is not Reason.GONE or not known.proposed or known.reason is reason:
                return None
            replaced.append(known)
    for known in sorted(replaced, key=lambda each: each.id):
        held = unit.reassignments.hold(known.id)
        assert held is not None, "a request does not vanish"
        if held.state is not RequestState.WAITING:
            return None  # it was answered just now: the next tick sees what is so by then
        _moot(unit, held, Moot.REPLACED, now)
    # Where another process proposes at the same moment one of the two does.
    return unit.reassignments.propose(NewRequest(client.id, client.owner_id, None, reason, suits, now, now))


# --- Shown ------------------------------------------------------------------------------------------------


def sheet_of(unit: UnitOfWork, reader: Member, request: Request, now: datetime) -> Sheet:
    """A request as `reader` is shown it at `now`."""
    client = client_of(unit, request)
    owner = owner_of(unit, client)
    waits = request.state is RequestState.WAITING and stands(request, client) is None
    followed = next(
        (
            each.id
            for each in unit.handovers.of_client(client.id, 5)
            if each.request_id == request.id and each.can_be_undone(now)
        ),
        None,
    )
    former = member_of(unit, request.owner_id)
    asked = [member_of(unit, each) for each in request.told] or list(deciders(owner, unit.members.all()))
    return Sheet(
        request=request.id,
        client_id=client.id,
        client=client.name,
        owner=name_of(unit, request.owner_id),
        asker=name_of(unit, request.asked_by),
        reason=request.reason.value,
        why=request.why,
        state=request.state.value,
        answer=request.answer,
        to=name_of(unit, request.to_id),
        by=name_of(unit, request.decided_by),
        now_of="" if owner is None else owner.name,
        asked=[each.name for each in asked if each is not None],
        mine=request.asked_by == reader.id,
        decides=waits and decides(unit, reader, request, owner),
        reminded=request.reminded_at is not None,
        widened=request.widened_at is not None,
        handover=followed if may_decide(reader, former) or reader.id == request.decided_by else None,
    )
