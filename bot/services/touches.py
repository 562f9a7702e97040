"""Touches: log, change, withdraw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import Any

from bot.domain.cadence import is_first_touch
from bot.domain.clients import NAME_LIMIT, Client, Contact
from bot.domain.contacts import meant
from bot.domain.history import ChangeKind, NewChange, Subject, differences
from bot.domain.logged import Logged as Logged
from bot.domain.logged import Told
from bot.domain.members import Member
from bot.domain.names import fold
from bot.domain.refusals import Refusal
from bot.domain.touches import (
    MOST_CLIENTS,
    STEP_LIMIT,
    Channel,
    Direction,
    Restart,
    Touch,
    TouchDraft,
    check_clients,
    check_may_change,
    check_moment,
    check_note,
    described,
    key_of,
    message_key,
    restart,
    submission_of,
    usual_direction,
)
from bot.ports import NewTouch, UnitOfWork
from bot.services import (
    complaints,
    drafts,
    missed_clocks,
    response_sheets,
    responses,
    sent_digests,
    touch_guard,
)
from bot.services.clients import add_person
from bot.services.house import Actor, House, present
from bot.services.lookup import named, person_meant
from bot.services.owners import calendar_of, held, moments_of, owner_of

KIND = "touch"

_RECENT = 50
"""Touches that are looked at for the first one after a handover, all of which are of one day."""


def log(house: House, actor: Actor, draft: TouchDraft, key: str) -> Logged:
    """Log a touch and set the client's clock anew, in one transaction: the first of what `log_all` logs."""
    return log_all(house, actor, draft, key)[0]


def log_all(house: House, actor: Actor, draft: TouchDraft, key: str) -> tuple[Logged, ...]:
    """Log a touch with each client of the draft and set their clocks anew, all in one transaction.

    `key` names the submission: the same key logs once, however often and however simultaneously it is sent; and a
    message is logged once for each client, whoever does it. Raises Refusal ``client.missing`` (no name),
    ``client.unknown`` (name), ``client.ambiguous`` (name, choices as (id, name) pairs), ``client.gone``,
    ``contact.gone``, ``touch.future``, ``touch.too_old``, ``touch.note_too_long``, ``touch.too_many`` or
    ``touch.same`` (see `touch_guard.check`).
    """
    now = house.clock()
    with suppress(_LoggedMeanwhile), house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        return _known(unit, draft, key) or _log_each(unit, member, draft, key, now)
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        return _known(unit, draft, key) or _log_each(unit, member, draft, key, now)


class _LoggedMeanwhile(Exception):
    """The same submission was logged at the very same time; what was begun here is rolled back."""


def _known(unit: UnitOfWork, draft: TouchDraft, key: str) -> tuple[Logged, ...]:
    """What the submission has logged already."""
    if draft.message is not None or (first := unit.touches.by_key(key)) is None:
        return ()
    count = max(1, len(draft.clients))
    rest = unit.touches.by_keys([key_of(key, number) for number in range(1, count)]) if count > 1 else ()
    return tuple(replace(shown(unit, touch), again=True) for touch in (first, *rest))


def _log_each(
    unit: UnitOfWork, member: Member, draft: TouchDraft, key: str, now: datetime
) -> tuple[Logged, ...]:
    check_clients(len(draft.clients))
    clients = _clients(unit, member, draft)
    earlier = of_message(unit, draft.message) if draft.message is not None else []
    people, unclear = _people(unit, clients, draft, member, now)
    done = {touch.client_id: touch for touch in earlier if touch.withdrawn_at is None}
    fresh = [client for client in clients if client.id not in done]
    several: list[tuple[Client, NewTouch]] = []
    for number, client in enumerate(fresh):
        as_key = key_of(key, number)
        if draft.message is not None:
            as_key = message_key(draft.message, len(earlier) + number)
        new = _checked(member, client, people.get(client.id, ()), unclear, draft, as_key, now)
        touch_guard.check(unit, member, client, new, draft.apart)
        several.append((client, new))
    logged = {client_id: replace(shown(unit, touch), again=True) for client_id, touch in done.items()}
    for client, new in several:
        touch = unit.touches.add(new)
        if touch is None:
            raise _LoggedMeanwhile
        logged[client.id] = _entered(unit, member, client, touch, now)
    return tuple(logged[client.id] for client in clients)


def _entered(unit: UnitOfWork, member: Member, client: Client, touch: Touch, now: datetime) -> Logged:
    """What follows, in the same transaction, from a touch that has just come into the book."""
    if is_first_touch(client, touch, calendar_of(unit, client)):
        unit.handovers.greeted(client.id)
        client = replace(client, handed_at=None)
    if touch.complaint:
        client = complaints.opened(unit, client, touch, member.id, now)
    return shown(unit, touch, _count(unit, client, touch, now), author=member.name)


def of_message(unit: UnitOfWork, message: str) -> list[Touch]:
    """The touches that were taken from a message, withdrawn ones as well, the first one first."""
    found: list[Touch] = []
    while (touch := unit.touches.by_key(message_key(message, len(found)))) is not None:
        found.append(touch)
    return found


def change(
    house: House, actor: Actor, touch_id: int, draft: TouchDraft, *, version: int | None = None
) -> Logged:
    """Replace a touch by what it should have been; the clocks of both clients follow, and the history remembers.

    `version` is the touch's when whoever changes it began. Raises Refusal ``touch.gone``, ``touch.not_yours``,
    ``touch.changed`` (somebody was quicker) and those of `log`. A touch has one client: further ones are left out.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        before = changeable(unit, member, touch_id)
        clients = _clients(unit, member, replace(draft, also=()))
        if version is not None and version != before.version:
            raise Refusal("touch.changed", touch_id=touch_id)
        people, unclear = _people(unit, clients, draft, member, now)
        (client,) = clients
        author = unit.members.get(before.member_id) or member
        new = _checked(author, client, people.get(client.id, ()), unclear, draft, before.key, now)
        return rewritten(unit, member, before, replace(new, link=before.link), now)


def rewritten(unit: UnitOfWork, member: Member, before: Touch, new: NewTouch, now: datetime) -> Logged:
    """Put `new` in the place of the touch `before`, which was read in this unit of work.

    Raises Refusal ``touch.changed`` when somebody was quicker.
    """
    for client_id in sorted({before.client_id, new.client_id}):
        unit.clients.hold(client_id)
    if not unit.touches.change(before.id, new, version=before.version):
        raise Refusal("touch.changed", touch_id=before.id)
    after = unit.touches.get(before.id)
    assert after is not None, "a touch does not vanish within a transaction"
    facts = differences(described(before), described(after))
    if facts:
        unit.history.add(
            NewChange(Subject.TOUCH, after.id, after.client_id, ChangeKind.EDITED, now, member.id, facts)
        )
    _move_complaint(unit, member, before, after, now)
    _await_again(unit, before)
    client = unit.clients.get(after.client_id)
    if client is not None and is_first_touch(client, after, calendar_of(unit, client)):
        unit.handovers.greeted(client.id)
    for client_id in sorted({before.client_id, after.client_id}):
        recount(unit, client_id, now)
    return shown(unit, after)


def _await_again(unit: UnitOfWork, touch: Touch) -> None:
    """Wait for the first touch after a handover again, where it was this one, which no longer counts as it did."""
    client = unit.clients.get(touch.client_id)
    last = next(iter(unit.handovers.of_client(touch.client_id, 1)), None)
    if client is None or client.handed_at is not None or last is None or last.undone_at is not None:
        return
    handed, calendar = replace(client, handed_at=last.at), calendar_of(unit, client)
    if client.owner_id != last.to_id or not is_first_touch(handed, touch, calendar):
        return
    if not any(is_first_touch(handed, each, calendar) for each in unit.touches.recent(client.id, _RECENT)):
        unit.handovers.awaited(client.id, last.at)


def _move_complaint(
    unit: UnitOfWork, member: Member, before: Touch, after: Touch | None, now: datetime
) -> None:
    """Take back the complaint that a touch told of, and open the one that it tells of now."""
    was = (before.complaint, before.client_id, before.at)
    if after is not None and was == (after.complaint, after.client_id, after.at):
        return
    if before.complaint and (client := unit.clients.get(before.client_id)) is not None:
        open_still = client.complaint_at is not None
        complaints.lifted(unit, client, before, member.id, now)
        if after is not None and after.complaint and not open_still:
            return  # it was settled; another day or client does not open it anew
    if after is not None and after.complaint and (client := unit.clients.get(after.client_id)) is not None:
        complaints.opened(unit, client, after, member.id, now)


def withdraw(house: House, actor: Actor, touch_id: int) -> Logged:
    """Take a touch back; the client's clock returns to where it stood. Twice is the same as once.

    Raises Refusal ``touch.unknown`` or ``touch.not_yours``.
    """
    return withdraw_all(house, actor, [touch_id])[0]


def withdraw_all(house: House, actor: Actor, touch_ids: Sequence[int]) -> tuple[Logged, ...]:
    """Take several touches back in one transaction; see `withdraw`."""
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        return tuple(withdraw_in(unit, member, touch_id, now) for touch_id in touch_ids)


def withdraw_in(unit: UnitOfWork, member: Member, touch_id: int, now: datetime) -> Logged:
    """Take a touch back within a unit of work; see `withdraw`."""
    touch = unit.touches.get(touch_id)
    if touch is None:
        raise Refusal("touch.unknown")
    check_changeable(unit, member, touch)
    unit.clients.hold(touch.client_id)
    if unit.touches.withdraw(touch_id, at=now):
        unit.history.add(
            NewChange(Subject.TOUCH, touch_id, touch.client_id, ChangeKind.WITHDRAWN, now, member.id, {})
        )
        _move_complaint(unit, member, touch, None, now)
        responses.withdrawn(unit, touch_id, member.id, now)
        _await_again(unit, touch)
        recount(unit, touch.client_id, now)
    return shown(unit, replace(touch, withdrawn_at=touch.withdrawn_at or now))


def to_edit(house: House, actor: Actor, touch_id: int) -> Logged:
    """A touch that still counts and may be changed. Raises Refusal ``touch.gone`` or ``touch.not_yours``."""
    with house.memory.read(actor.workspace_id) as unit:
        return shown(unit, changeable(unit, present(unit, actor), touch_id))


def together(house: House, actor: Actor, touch_id: int) -> tuple[Logged, ...]:
    """A touch and those that one submission logged with it, withdrawn ones as well.

    Raises Refusal ``touch.unknown`` or ``touch.not_yours``.
    """
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        touch = unit.touches.get(touch_id)
        if touch is None:
            raise Refusal("touch.unknown")
        check_changeable(unit, member, touch)
        submission = submission_of(touch.key)
        several = unit.touches.by_keys([key_of(submission, number) for number in range(MOST_CLIENTS)])
        return tuple(shown(unit, one) for one in several)


def last_own(house: House, actor: Actor, limit: int) -> tuple[Logged, ...]:
    """What the member who asks logged last, the latest first."""
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        return tuple(shown(unit, touch) for touch in unit.touches.of_member(member.id, limit))


def history(house: House, actor: Actor, touch_id: int, limit: int) -> tuple[Told, ...]:
    """The last changes of a touch that the member may change, the latest first.

    Raises Refusal ``touch.unknown`` or ``touch.not_yours``.
    """
    with house.memory.read(actor.workspace_id) as unit:
        touch = unit.touches.get(touch_id)
        if touch is None:
            raise Refusal("touch.unknown")
        check_changeable(unit, present(unit, actor), touch)
        return tuple(
            Told(_name(unit, change.member_id), change.at, change.kind, change.facts)
            for change in unit.history.of_subject(Subject.TOUCH, touch_id, limit)
        )


def set_aside(house: House, actor: Actor, draft: TouchDraft) -> int:
    """Keep a draft that could not be logged yet; returns its id."""
    facts = {
        **asdict(draft),
        "at": draft.at.isoformat() if draft.at else None,
        "next_step_on": draft.next_step_on.isoformat() if draft.next_step_on else None,
    }
    return drafts.keep(house, actor, KIND, facts)


def resume(house: House, actor: Actor, draft_id: int) -> TouchDraft:
    """The draft that was set aside. Raises Refusal ``draft.gone`` when it is too old or somebody else's."""
    facts: Mapping[str, Any] = drafts.kept(house, actor, KIND, draft_id)
    one = facts.get("contact")  # as drafts were kept that knew of one contact
    return TouchDraft(
        client=facts["client"],
        channel=Channel(facts["channel"]) if facts["channel"] else None,
        direction=Direction(facts["direction"]) if facts["direction"] else None,
        contacts=tuple(facts.get("contacts") or ([one] if one else [])),
        at=datetime.fromisoformat(facts["at"]).astimezone(UTC) if facts["at"] else None,
        whole_day=facts["whole_day"],
        new_contact=facts["new_contact"],
        note=facts["note"],
        also=tuple(facts.get("also") or ()),
        complaint=bool(facts.get("complaint")),
        next_step=str(facts.get("next_step") or ""),
        next_step_on=date.fromisoformat(facts["next_step_on"]) if facts.get("next_step_on") else None,
        link=facts.get("link"),
        message=facts.get("message"),
        apart=tuple(facts.get("apart") or ()),
        begun=facts.get("begun"),
    )


def _clients(unit: UnitOfWork, member: Member, draft: TouchDraft) -> list[Client]:
    """The clients of a draft, each once, held in the order of their ids so that nobody waits for each other."""
    ids = [client if isinstance(client, int) else named(unit, member, client) for client in draft.clients]
    found: dict[int, Client] = {}
    for client_id in sorted(set(ids)):
        found[client_id] = held(unit, client_id)
    # Two of them may have been merged since they were chosen.
    return list({found[client_id].id: found[client_id] for client_id in ids}.values())


def _checked(
    member: Member,
    client: Client,
    people: Sequence[Contact],
    unclear: Sequence[str],
    draft: TouchDraft,
    key: str,
    now: datetime,
) -> NewTouch:
    """What a draft comes to with one client; words for a contact who is not clear stay in the note."""
    at = draft.at or now
    check_moment(at, now)
    channel = draft.channel or Channel.OTHER
    note = ": ".join(part for part in (", ".join(unclear), draft.note) if part)
    check_note(note)
    return NewTouch(
        client_id=client.id,
        member_id=member.id,
        channel=channel,
        direction=draft.direction or usual_direction(channel),
        at=at,
        whole_day=draft.whole_day,
        note=note,
        logged_at=now,
        key=key,
        contact_ids=tuple(dict.fromkeys(person.id for person in people)),
        complaint=draft.complaint,
        next_step=draft.next_step.strip()[:STEP_LIMIT],
        next_step_on=draft.next_step_on if draft.next_step.strip() else None,
        link=draft.link,
    )


def _people(
    unit: UnitOfWork, clients: Sequence[Client], draft: TouchDraft, member: Member, now: datetime
) -> tuple[dict[int, list[Contact]], list[str]]:
    """The contacts of a draft by the client they work at, and the words that clearly mean nobody.

    A name that somebody has at two of the clients is nobody's; what everybody is called ("the buyer") is meant of each.
    """
    found: dict[int, list[Contact]] = {client.id: [] for client in clients}
    unclear: list[str] = []
    if name := draft.new_contact.strip()[:NAME_LIMIT]:
        first = clients[0].id
        known = [person for person in unit.contacts.of_client(first) if fold(person.name) == fold(name)]
        found[first].append(known[0] if len(known) == 1 else add_person(unit, first, name, member, now))
    if not draft.contacts and not draft.new_contact:
        for client in clients:
            # Somebody's own name or address may have been typed in the place of the client's.
            for said in draft.clients:
                if isinstance(said, str) and fold(said) != fold(client.name):
                    person = person_meant(unit, client, said)
                    found[client.id] += [] if person is None else [person]
    typed = [said.strip() for said in draft.contacts if isinstance(said, str) and said.strip()]
    there = {client.id: unit.contacts.of_client(client.id) for client in clients} if typed else {}
    for contact_id in draft.contacts:
        if isinstance(contact_id, int):
            person = unit.contacts.get(contact_id)
            if person is None or person.client_id not in found:
                raise Refusal("contact.gone")
            found[person.client_id].append(person)
    for words in typed:
        hits = [person for people in there.values() if (person := meant(people, words)) is not None]
        if len(hits) == 1 or (hits and words[0].islower()):
            for person in hits:
                found[person.client_id].append(person)
        else:
            unclear.append(words)
    return found, unclear


def first_unclear(house: House, actor: Actor, draft: TouchDraft) -> int | str:
    """The first client of a draft whose name means no client clearly; the first one where all are clear."""
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        for client in draft.clients:
            if isinstance(client, str) and not _is_clear(unit, member, client):
                return client
    return draft.client


def _is_clear(unit: UnitOfWork, member: Member, name: str) -> bool:
    try:
        named(unit, member, name)
    except Refusal:
        return False
    return True


def people_of(
    unit: UnitOfWork, client: Client, draft: TouchDraft, member: Member, now: datetime
) -> list[Contact]:
    """The contacts of a draft who clearly work at the client; those of other clients are left out."""
    ours = [said for said in draft.contacts if isinstance(said, str) or _works_at(unit, said, client)]
    found, _unclear = _people(unit, [client], replace(draft, contacts=tuple(ours)), member, now)
    return found[client.id]


def _works_at(unit: UnitOfWork, contact_id: int, client: Client) -> bool:
    person = unit.contacts.get(contact_id)
    return person is not None and person.client_id == client.id


def _count(unit: UnitOfWork, client: Client, touch: Touch, now: datetime) -> Client:
    """Take a new touch into the client's clock; a back-dated one never moves it before a later touch.

    A snooze stays in force until its day: who asked for silence until then is not nudged because of a short mail.
    """
    effect = restart(touch.channel, touch.direction)
    counted = replace(
        client if client.missed_at is None else missed_clocks.weighed(unit, client, now), snoozes=0
    )
    if effect is Restart.WHOLE:
        counted = replace(counted, last_conversation_at=_later(client.last_conversation_at, touch.at))
    else:
        counted = replace(counted, last_one_way_at=_later(client.last_one_way_at, touch.at))
    ends = moments_of(unit, counted, now)
    unit.clients.set_clock(counted, ends, acted_on=True)
    sent_digests.refresh(unit, client.id, (client.owner_id,), now)
    if ends is None:
        return replace(counted, due_at=None, neglected_at=None)
    return replace(counted, due_at=ends.due_at, neglected_at=ends.neglected_at)


def recount(unit: UnitOfWork, client_id: int, now: datetime) -> None:
    """Set the client's clock from all that is in the book, after a touch changed or went."""
    client = unit.clients.hold(client_id)
    if client is None:
        return
    # By its own id: of one that was merged into another it is the other whose clock is set.
    last = unit.touches.last_counted(client.id)
    counted = replace(
        client,
        last_conversation_at=_later(client.spoke_before_at, last.get(Restart.WHOLE)),
        last_one_way_at=last.get(Restart.HALF),
    )
    response_sheets.relook(unit, counted, now)
    counted = missed_clocks.weighed(unit, counted, now)
    unit.clients.set_clock(counted, moments_of(unit, counted, now), acted_on=True)
    sent_digests.refresh(unit, client.id, (client.owner_id,), now)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)


def changeable(unit: UnitOfWork, member: Member, touch_id: int) -> Touch:
    """A touch that counts and that `member` may change. Raises Refusal ``touch.gone`` or ``touch.not_yours``."""
    touch = unit.touches.get(touch_id)
    if touch is None or touch.withdrawn_at is not None:
        raise Refusal("touch.gone")
    check_changeable(unit, member, touch)
    return touch


def check_changeable(unit: UnitOfWork, member: Member, touch: Touch) -> None:
    """Raise Refusal ``touch.not_yours`` unless `member` may change the touch (see `check_may_change`)."""
    if touch.member_id == member.id:
        return
    client = unit.clients.get(touch.client_id)
    owner = None if client is None else owner_of(unit, client)
    check_may_change(member, touch, (unit.members.get(touch.member_id), owner))


def shown(
    unit: UnitOfWork, touch: Touch, client: Client | None = None, *, author: str | None = None
) -> Logged:
    """A touch with its client, people and author, as it stands in this unit of work."""
    client = client or unit.clients.get(touch.client_id)
    assert client is not None, "a touch belongs to a client"
    people = tuple(c for contact_id in touch.contact_ids if (c := unit.contacts.get(contact_id)) is not None)
    due_on = None if client.due_at is None else calendar_of(unit, client).local_date(client.due_at)
    return Logged(
        touch,
        client,
        people,
        due_on,
        owner=_name(unit, client.owner_id),
        author=author or _name(unit, touch.member_id) or "",
    )


def _name(unit: UnitOfWork, member_id: int | None) -> str | None:
    member = None if member_id is None else unit.members.get(member_id)
    return None if member is None else member.name
