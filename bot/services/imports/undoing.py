"""Taking an import back: what it brought goes, what it changed returns, and what people did since stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.domain.clients import Client, Part
from bot.domain.handover import Handover
from bot.domain.history import Change, ChangeKind, NewChange, Subject
from bot.domain.imports import HeldClient, Import, may_undo
from bot.domain.reassignment import Reason
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork, description_of, description_of_contact
from bot.services import handover, reassignment_steps
from bot.services.house import Actor, House, present
from bot.services.imports import facts
from bot.services.imports.writing import Origin
from bot.services.touches import recount

_PAGE = 500
_NAMED = 20


@dataclass(slots=True)
class Undone:
    """What taking an import back did: how many went and returned, and what stays as it is now.

    `kept` are clients that the import brought and people have worked with since, `differing` those of whose fields some
    were changed since; each the first twenty of `kept_count` and `differing_count`.
    """

    name: str
    clients: int = 0
    contacts: int = 0
    returned: int = 0
    kept: list[str] = field(default_factory=list)
    kept_count: int = 0
    differing: list[str] = field(default_factory=list)
    differing_count: int = 0


def last(house: House, origin: Origin) -> Import | None:
    """The latest import that was not taken back: the member's own, of an admin's and the operator's whoever made it."""
    with house.memory.read(origin.workspace_id) as unit:
        if origin.member_id is None:
            return unit.imports.last(None)
        member = present(unit, Actor(origin.workspace_id, origin.member_id))
        found = unit.imports.last(None)
        return found if found is None or may_undo(member, found) else unit.imports.last(member.id)


def undo(house: House, origin: Origin, import_id: int) -> Undone:
    """Take an import back, once.

    Raises Refusal ``import.unknown``, ``import.not_yours`` or ``import.undone`` (file).
    """
    now = house.clock()
    with house.memory.write(origin.workspace_id) as unit:
        member = None
        if origin.member_id is not None:
            member = present(unit, Actor(origin.workspace_id, origin.member_id))
        done = unit.imports.get(import_id)
        if done is None:
            raise Refusal("import.unknown")
        if not may_undo(member, done):
            raise Refusal("import.not_yours")
        handed = [each for each in unit.handovers.at(done.at) if each.undone_at is None]
        also = sorted(request for each in handed for request in handover.answered_by(each))
        reassignment_steps.hold_all_of(unit, [each.client_id for each in handed], also=also, names=True)
        if not unit.imports.mark_undone(import_id, now):
            raise Refusal("import.undone", file=done.name)
        result = Undone(done.name)
        _restore(unit, import_id, {each.client_id: each for each in handed}, origin.member_id, now, result)
        staying = unit.imports.touched_since(import_id)
        result.kept, result.kept_count = [name for _, name in staying[:_NAMED]], len(staying)
        result.clients, result.contacts = unit.imports.take_out(import_id, now)
        return result


def _restore(
    unit: UnitOfWork,
    import_id: int,
    handed: Mapping[int, Handover],
    member_id: int | None,
    now: datetime,
    result: Undone,
) -> None:
    after = 0
    while page := unit.history.of_import(import_id, after, _PAGE):
        after = page[-1].id
        edited = [change for change in page if change.kind is ChangeKind.EDITED]
        ids = sorted({change.subject_id for change in edited if change.subject is Subject.CLIENT})
        for client_id in ids:
            unit.clients.hold(client_id)
        clients = {held.client.id: held for held in unit.imports.clients(ids)}
        for change in edited:
            if change.subject is Subject.CLIENT:
                held = clients.get(change.subject_id)
                _restore_client(unit, change, held, handed.get(change.subject_id), member_id, now, result)
            else:
                _restore_contact(unit, change, member_id, now, result)


def _restore_client(
    unit: UnitOfWork,
    change: Change,
    held: HeldClient | None,
    handed: Handover | None,
    member_id: int | None,
    now: datetime,
    result: Undone,
) -> None:
    if held is None:
        return
    back = _back(change.facts, facts.held_client(held))
    owner = back.pop("owner_id", None)
    if not _names_free(unit, held, back):
        back = {name: said for name, said in back.items() if name not in ("name", "aliases")}
    given_back = owner is not None and _owner_back(unit, held.client, owner[0], handed, member_id, now)
    if len(back) + given_back < len(change.facts) - ("external_ids" in change.facts):
        _differs(result, held.client.name)
    added = [each for each in change.facts.get("external_ids", ([], []))[1] if each in held.external_ids]
    before = change.facts.get("external_ids", ([], []))[0]
    unit.imports.forget_client_ids(held.client.id, [each for each in added if each not in before])
    if given_back:
        assert owner is not None, "it was given back to somebody"
        _note(unit, change, {"owner_id": owner}, member_id, now)
    if not back:
        result.returned += given_back
        return
    there = unit.clients.itself(held.client.id)
    assert there is not None, "a client does not vanish"
    new, team, channels = facts.client_with(
        description_of(there),
        held.team,
        held.channels,
        {name: before for name, (before, _) in back.items()},
    )
    unit.clients.update(held.client.id, new)
    for part in Part:
        if team.get(part) != held.team.get(part):
            unit.clients.set_team(held.client.id, part, team.get(part))
    if channels != held.channels:
        unit.clients.set_channels(held.client.id, channels)
    recount(unit, held.client.id, now)
    _note(unit, change, back, member_id, now)
    result.returned += 1


def _owner_back(
    unit: UnitOfWork,
    client: Client,
    before: int | None,
    handed: Handover | None,
    member_id: int | None,
    now: datetime,
) -> bool:
    """Let a client be whose it was before the import: by taking the handover back, where the list made one.

    False where it stays: its former owner is no longer here, or must not have it by now.
    """
    by = None if member_id is None else unit.members.get(member_id)
    if before is None and handed is not None and handed.to_id == client.owner_id:
        handover.take_back(unit, handed, client, by, now, noted=False)
        return True
    if before is None:
        unit.clients.update(client.id, replace(description_of(client), owner_id=None))
        recount(unit, client.id, now)
        return True
    former = unit.members.get(before)
    if former is None or not former.active:
        return False
    if handed is not None and handed.to_id == client.owner_id:
        handover.take_back(unit, handed, client, by, now, noted=False)
        return True
    try:
        handover.hand_over(unit, client, before, by=by, reason=Reason.OTHER.value, now=now, noted=False)
    except Refusal:
        return False
    return True


def _restore_contact(
    unit: UnitOfWork, change: Change, member_id: int | None, now: datetime, result: Undone
) -> None:
    contact = unit.contacts.get(change.subject_id)
    if contact is None:
        return
    described = description_of_contact(contact)
    back = _back(change.facts, facts.of_contact(described, contact.left_at))
    if len(back) < len(change.facts) - ("external_ids" in change.facts):
        _differs(result, contact.name)
    before, after = change.facts.get("external_ids", ([], []))
    unit.imports.forget_contact_ids(contact.id, [each for each in after if each not in before])
    if not back:
        return
    new, left_at = facts.contact_with(
        described, contact.left_at, {name: before for name, (before, _) in back.items()}
    )
    unit.contacts.update(contact.id, new)
    if left_at != contact.left_at:
        unit.contacts.set_left(contact.id, at=left_at)
    _note(unit, change, back, member_id, now)
    result.returned += 1


def _back(changed: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What still is as the import left it, field by field: ``{field: [before, after]}``."""
    return {name: said for name, said in changed.items() if name in now and now[name] == said[1]}


def _names_free(unit: UnitOfWork, held: HeldClient, back: Mapping[str, list[Any]]) -> bool:
    """Whether nobody else is called by now as the client was before the import."""
    names = [*back.get("name", [])[:1], *(back["aliases"][0] if "aliases" in back else ())]
    return not any(
        same.client_id != held.client.id
        for name in names
        if name != held.client.name
        for same in unit.clients.named(name)
    )


def _differs(result: Undone, name: str) -> None:
    result.differing_count += 1
    if len(result.differing) < _NAMED and name not in result.differing:
        result.differing.append(name)


def _note(
    unit: UnitOfWork, change: Change, back: Mapping[str, list[Any]], member_id: int | None, now: datetime
) -> None:
    unit.history.add(
        NewChange(
            change.subject,
            change.subject_id,
            change.client_id,
            ChangeKind.EDITED,
            now,
            member_id,
            {name: [after, before] for name, (before, after) in back.items()},
        )
    )
