"""What is said of handovers: to who gets clients, to who had them, to a lead whom nobody asked, and of what went back.

What one decision moved shares its moment: each reader gets one message for all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.domain.briefs import SPOKEN_WITHIN, facts_of
from bot.domain.clients import Client
from bot.domain.handover import Handover, counts_of, first_touch_on
from bot.domain.members import Member
from bot.domain.outbox import Entry, NewEntry, edit_of
from bot.domain.pacing import Lane
from bot.domain.reassignment import deciders
from bot.ports import UnitOfWork
from bot.services import briefs
from bot.services.reassignment_steps import member_of, name_of

IN = "handover_in"
"""What a new owner reads: the brief, what came along, a draft to introduce themselves."""
OUT = "handover_out"
"""What a former owner reads: who goes on, and that nothing is left for them to do."""
LED = "handover_led"
"""What a lead reads of clients of their people that whoever runs the machine handed over."""
UNDONE = "handover_undone"
"""A handover was taken back, for both."""


def _key(kind: str, reader_id: int, at: datetime) -> str:
    return f"{kind}:{reader_id}:{at.isoformat()}"


def _entry(unit: UnitOfWork, kind: str, reader_id: int, other_id: int | None, at: datetime) -> Entry | None:
    """The message that told of a handover; earlier there was one for each pair of members."""
    found = unit.outbox.by_key(_key(kind, reader_id, at))
    return found or unit.outbox.by_key(f"{kind}:{reader_id}:{other_id or 0}:{at.isoformat()}")


def tell_new_owner(unit: UnitOfWork, handover: Handover, to: Member, now: datetime) -> None:
    _add(unit, _key(IN, to.id, handover.at), IN, to, {"at": handover.at.isoformat()}, now)


def tell_former_owner(unit: UnitOfWork, handover: Handover, former: Member, now: datetime) -> None:
    _add(unit, _key(OUT, former.id, handover.at), OUT, former, {"at": handover.at.isoformat()}, now)


def _add(
    unit: UnitOfWork, key: str, kind: str, reader: Member, facts: Mapping[str, object], now: datetime
) -> None:
    if unit.outbox.by_key(key) is not None:
        return  # of many clients at once the first has said it: no moment to post at is used up for the others
    slot = unit.take_slot(now, lane=Lane.URGENT)
    unit.outbox.add(NewEntry(key, kind, reader.id, facts, due_at=slot, urgent=True), now=now)


def tell_lead(unit: UnitOfWork, handover: Handover, former: Member | None, now: datetime) -> None:
    """Tell who would have decided that whoever runs the machine did."""
    for lead in deciders(former, unit.members.all()):
        facts = {"at": handover.at.isoformat(), "former": handover.from_id}
        _add(unit, _led_key(lead, handover), LED, lead, facts, now)


def _led_key(lead: Member, handover: Handover) -> str:
    return f"{LED}:{lead.id}:{handover.from_id or 0}:{handover.at.isoformat()}"


def tell_undone(unit: UnitOfWork, handover: Handover, by: Member | None, now: datetime) -> None:
    """Both read in the message itself that it was taken back, and who has read that is told: once for all that is
    taken back at `now`."""
    for kind, reader_id, other_id in (
        (IN, handover.to_id, handover.from_id),
        (OUT, handover.from_id, handover.to_id),
    ):
        reader = member_of(unit, reader_id)
        if reader is None:
            continue
        entry = _entry(unit, kind, reader.id, other_id, handover.at)
        if entry is None or entry.body is None:
            continue
        _show_anew(unit, entry, now)
        if (by is None or reader.id != by.id) and reader.active:
            facts = {"undone_at": now.isoformat(), "new": kind == IN}
            _add(unit, _key(f"{UNDONE}:{kind}", reader.id, now), UNDONE, reader, facts, now)
    former = member_of(unit, handover.from_id)
    for lead in deciders(former, unit.members.all()):
        entry = unit.outbox.by_key(_led_key(lead, handover))
        if entry is not None and entry.body is not None:
            _show_anew(unit, entry, now)


def _show_anew(unit: UnitOfWork, entry: Entry, now: datetime) -> None:
    edit = edit_of(entry, key=f"undone:{now.isoformat()}", due_at=now)
    if unit.outbox.by_key(edit.key) is None:
        unit.outbox.add(edit, now=now)


def recompose_in(unit: UnitOfWork, member: Member, entry: Entry, now: datetime) -> Mapping[str, Any] | None:
    """What the new owner reads, as it is true now; before it is sent None when all was taken back or went on."""
    found = [
        each
        for each in unit.handovers.at(datetime.fromisoformat(str(entry.facts["at"])))
        if each.to_id == member.id and each.from_id == entry.facts.get("other", each.from_id)
    ]
    theirs = [each for each in found if still(unit, each)]
    if not theirs and entry.body is None:
        return None
    rows = [row_of(unit, each, member, now) for each in found]
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
        if each.from_id == member.id and each.to_id == entry.facts.get("other", each.to_id)
    ]
    if entry.body is None and all(each.undone_at is not None for each in found):
        return None
    return {**entry.facts, "rows": [row_of(unit, each, member, now) for each in found]}


def recompose_led(unit: UnitOfWork, member: Member, entry: Entry, now: datetime) -> Mapping[str, Any] | None:
    """What was handed over without the lead, as it is true now; before it is sent None when all was taken back."""
    found = [
        each
        for each in unit.handovers.at(datetime.fromisoformat(str(entry.facts["at"])))
        if each.from_id == entry.facts["former"]
    ]
    if entry.body is None and all(each.undone_at is not None for each in found):
        return None
    undoable = any(each.can_be_undone(now) for each in found)
    return {**entry.facts, "rows": [row_of(unit, each, member, now) for each in found], "undoable": undoable}


def recompose_undone(
    unit: UnitOfWork, member: Member, entry: Entry, now: datetime
) -> Mapping[str, Any] | None:
    """What was taken back, for who had it meanwhile (`new`) or who has it again."""
    new, facts = bool(entry.facts.get("new")), entry.facts
    if "handover" in facts:  # as entries were written before several could be taken back at once
        one = unit.handovers.get(int(str(facts["handover"])))
        found = [] if one is None else [one]
        new = any(each.to_id == member.id for each in found)
    else:
        found = [
            each
            for each in unit.handovers.undone(datetime.fromisoformat(str(facts["undone_at"])))
            if (each.to_id if new else each.from_id) == member.id
        ]
    return (
        {**facts, "rows": [row_of(unit, each, member, now) for each in found], "new": new} if found else None
    )


def still(unit: UnitOfWork, handover: Handover) -> bool:
    """Whether the client is still the new owner's by this handover, and in the book."""
    client = unit.clients.get(handover.client_id)
    return (
        handover.undone_at is None
        and client is not None
        and not client.archived
        and client.owner_id == handover.to_id
    )


def row_of(unit: UnitOfWork, handover: Handover, reader: Member, now: datetime) -> dict[str, Any]:
    """One handover as JSON values, for the words of a message. Why it took place is not among them."""
    client, to = unit.clients.get(handover.client_id), unit.members.get(handover.to_id)
    assert client is not None, "a handover is of a client"
    assert to is not None, "a handover is to a member"
    snoozed = client.snoozed_until is not None and client.snoozed_until > now
    return {
        "handover": handover.id,
        "client_id": client.id,
        "client": handover.moved.merged or client.name,
        "merged_into": client.name if handover.moved.merged else "",
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
