"""Touches: log, change, withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from bot.domain.cadence import moments
from bot.domain.clients import NAME_LIMIT, Client, Contact
from bot.domain.contacts import meant
from bot.domain.lookup import choose
from bot.domain.members import Member
from bot.domain.names import fold
from bot.domain.refusals import Refusal
from bot.domain.touches import (
    STEP_LIMIT,
    Channel,
    Direction,
    Restart,
    Touch,
    TouchDraft,
    check_author,
    check_moment,
    check_note,
    restart,
    usual_direction,
)
from bot.ports import NewContact, NewTouch, UnitOfWork
from bot.services import drafts
from bot.services.house import Actor, House, present
from bot.services.owners import calendar_of

_CANDIDATES = 12
KIND = "touch"


@dataclass(frozen=True, slots=True)
class Logged:
    """A touch that stands in the book, as its author should see it.

    `again` says that this very submission had been logged before and changed nothing now.
    """

    touch: Touch
    client: Client
    contacts: tuple[Contact, ...]
    due_at: datetime | None
    again: bool = False


def log(house: House, actor: Actor, draft: TouchDraft, key: str) -> Logged:
    """Log a touch and set the client's clock anew, in one transaction.

    `key` names the submission: the same key logs once, however often and however simultaneously it is sent.
    Raises Refusal ``client.missing`` (no name),
    ``client.unknown`` (name), ``client.ambiguous`` (name, choices as (id, name) pairs), ``client.gone``,
    ``touch.future``, ``touch.too_old`` or ``touch.note_too_long``.
    """
    now = house.clock()
    with suppress(_LoggedMeanwhile), house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        known = unit.touches.by_key(key)
        if known is not None:
            return replace(_shown(unit, known), again=True)
        client = _client(unit, member, draft)
        touch = unit.touches.add(_checked(unit, member, client, draft, key, now))
        if touch is None:
            raise _LoggedMeanwhile
        return _shown(unit, touch, _count(unit, client, touch, now))
    with house.memory.read(actor.workspace_id) as unit:
        logged = unit.touches.by_key(key)
        assert logged is not None, "a touch that was in the way is there"
        return replace(_shown(unit, logged), again=True)


class _LoggedMeanwhile(Exception):
    """The same submission was logged at the very same time; what was begun here is rolled back."""


def change(house: House, actor: Actor, touch_id: int, draft: TouchDraft) -> Logged:
    """Replace an own touch by what it should have been; the clocks of both clients follow.

    Raises Refusal ``touch.gone``, ``touch.not_yours`` and those of `log`.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        before = _own(unit, member, touch_id)
        client = _client(unit, member, draft)
        unit.touches.change(touch_id, _checked(unit, member, client, draft, before.key, now))
        for client_id in sorted({before.client_id, client.id}):
            recount(unit, client_id, now)
        after = unit.touches.get(touch_id)
        assert after is not None, "a touch does not vanish within a transaction"
        return _shown(unit, after)


def withdraw(house: House, actor: Actor, touch_id: int) -> Logged:
    """Take an own touch back; the client's clock returns to where it stood. Twice is the same as once.

    Raises Refusal ``touch.unknown`` or ``touch.not_yours``.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        touch = unit.touches.get(touch_id)
        if touch is None:
            raise Refusal("touch.unknown")
        check_author(member, touch)
        unit.clients.hold(touch.client_id)
        if unit.touches.withdraw(touch_id, at=now):
            recount(unit, touch.client_id, now)
        return _shown(unit, replace(touch, withdrawn_at=touch.withdrawn_at or now))


def of_author(house: House, actor: Actor, touch_id: int) -> Logged:
    """An own touch that still counts, to be edited. Raises Refusal ``touch.gone`` or ``touch.not_yours``."""
    with house.memory.read(actor.workspace_id) as unit:
        return _shown(unit, _own(unit, present(unit, actor), touch_id))


def set_aside(house: House, actor: Actor, draft: TouchDraft) -> int:
    """Keep a draft that could not be logged yet; returns its id."""
    step_on = draft.next_step_on
    facts = {
        **asdict(draft),
        "at": draft.at.isoformat() if draft.at else None,
        "next_step_on": step_on.isoformat() if step_on else None,
    }
    return drafts.keep(house, actor, KIND, facts)


def resume(house: House, actor: Actor, draft_id: int) -> TouchDraft:
    """The draft that was set aside. Raises Refusal ``draft.gone`` when it is too old or somebody else's."""
    facts: Mapping[str, Any] = drafts.kept(house, actor, KIND, draft_id)
    return TouchDraft(
        client=facts["client"],
        channel=Channel(facts["channel"]) if facts["channel"] else None,
        direction=Direction(facts["direction"]) if facts["direction"] else None,
        contact=facts["contact"],
        at=datetime.fromisoformat(facts["at"]).astimezone(UTC) if facts["at"] else None,
        whole_day=facts["whole_day"],
        new_contact=facts["new_contact"],
        note=facts["note"],
        next_step=facts.get("next_step", ""),
        next_step_on=date.fromisoformat(facts["next_step_on"]) if facts.get("next_step_on") else None,
    )


def _client(unit: UnitOfWork, member: Member, draft: TouchDraft) -> Client:
    client_id = draft.client if isinstance(draft.client, int) else named(unit, member, draft.client)
    client = unit.clients.hold(client_id)
    if client is None or client.archived:
        raise Refusal("client.gone")
    return client


def named(unit: UnitOfWork, member: Member, name: str) -> int:
    """The client that a typed name clearly means, among all of the workspace.

    Raises Refusal ``client.missing``, ``client.unknown`` (name) or ``client.ambiguous`` (name, choices).
    """
    if not name.strip():
        raise Refusal("client.missing")
    same = unit.clients.named(name)
    found = choose(same or unit.clients.similar(name, owner_id=member.id, limit=_CANDIDATES))
    if found.client is not None:
        return found.client.client_id
    if found.choices:
        raise Refusal(
            "client.ambiguous", name=name, choices=tuple((c.client_id, c.name) for c in found.choices)
        )
    raise Refusal("client.unknown", name=name)


def _checked(
    unit: UnitOfWork, member: Member, client: Client, draft: TouchDraft, key: str, now: datetime
) -> NewTouch:
    """What a draft comes to; words for a contact who is not clear stay in the note, where nothing is lost."""
    at = draft.at or now
    check_moment(at, now)
    channel = draft.channel or Channel.OTHER
    contact = _contact(unit, client, draft)
    note = draft.note
    if contact is None and isinstance(draft.contact, str) and draft.contact.strip():
        note = f"{draft.contact.strip()}: {note}" if note else draft.contact.strip()
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
        contact_ids=() if contact is None else (contact.id,),
        next_step=draft.next_step.strip()[:STEP_LIMIT],
        next_step_on=draft.next_step_on if draft.next_step.strip() else None,
    )


def _contact(unit: UnitOfWork, client: Client, draft: TouchDraft) -> Contact | None:
    if name := draft.new_contact.strip()[:NAME_LIMIT]:
        known = [person for person in unit.contacts.of_client(client.id) if fold(person.name) == fold(name)]
        return known[0] if len(known) == 1 else unit.contacts.add(NewContact(client.id, name))
    if draft.contact is None or draft.contact == "":
        return None
    if isinstance(draft.contact, str):
        return meant(unit.contacts.of_client(client.id), draft.contact)
    found = unit.contacts.get(draft.contact)
    if found is None or found.client_id != client.id:
        raise Refusal("contact.gone")
    return found


def _count(unit: UnitOfWork, client: Client, touch: Touch, now: datetime) -> Client:
    """Take a new touch into the client's clock; a back-dated one never moves it before a later touch.

    A snooze stays in force until its day: who asked for silence until then is not nudged because of a short mail.
    """
    effect = restart(touch.channel, touch.direction)
    counted = replace(client, snoozes=0)
    if effect is Restart.WHOLE:
        counted = replace(counted, last_conversation_at=_later(client.last_conversation_at, touch.at))
    else:
        counted = replace(counted, last_one_way_at=_later(client.last_one_way_at, touch.at))
    ends = moments(counted, calendar_of(unit, client), now)
    unit.clients.set_clock(counted, ends)
    return replace(counted, due_at=ends.due_at, neglected_at=ends.neglected_at)


def recount(unit: UnitOfWork, client_id: int, now: datetime) -> None:
    """Set the client's clock from all that is in the book, after a touch changed or went."""
    client = unit.clients.hold(client_id)
    if client is None:
        return
    last = unit.touches.last_counted(client_id)
    counted = replace(
        client,
        last_conversation_at=_later(client.spoke_before_at, last.get(Restart.WHOLE)),
        last_one_way_at=last.get(Restart.HALF),
    )
    unit.clients.set_clock(counted, moments(counted, calendar_of(unit, client), now))


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)


def _own(unit: UnitOfWork, member: Member, touch_id: int) -> Touch:
    touch = unit.touches.get(touch_id)
    if touch is None or touch.withdrawn_at is not None:
        raise Refusal("touch.gone")
    check_author(member, touch)
    return touch


def _shown(unit: UnitOfWork, touch: Touch, client: Client | None = None) -> Logged:
    client = client or unit.clients.get(touch.client_id)
    assert client is not None, "a touch belongs to a client"
    people = tuple(c for contact_id in touch.contact_ids if (c := unit.contacts.get(contact_id)) is not None)
    return Logged(touch, client, people, client.due_at)
