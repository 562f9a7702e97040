"""Clients edited, archived and restored: each in one transaction, with a row in the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.domain.book_facts import client_facts
from bot.domain.clients import (
    Client,
    Part,
    check_description,
    may_govern,
    may_hand_over,
)
from bot.domain.history import Change, ChangeKind, NewChange, Subject, differences
from bot.domain.members import Member
from bot.domain.money import Money
from bot.domain.opening import check_holidays
from bot.domain.reassignment import Reason
from bot.domain.refusals import Refusal
from bot.ports import NewClient, UnitOfWork
from bot.services import concession_steps, handover, reassignment_steps, sent_digests
from bot.services.clients import check_names_free, different_names, one_line, several, teammate
from bot.services.house import Actor, House, present
from bot.services.owners import check_editor, check_governor, check_reader, in_the_book, owner_of
from bot.services.touches import recount

_ARCHIVED_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that a client's form tells. `owner`, and who is in `team`, are platform users (empty: nobody);
    `description.owner_id` counts for nothing."""

    description: NewClient
    owner: str
    team: Mapping[Part, str]
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A client as its form shows it. `changed_by` is who changed it last, as far as the history tells."""

    client: Client
    owner: Member | None
    team: Mapping[Part, Member]
    channels: tuple[str, ...]
    may_hand_over: bool
    may_govern: bool
    changed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """A client after an edit, and what differs: field → [before, after] (JSON values), empty when nothing did.

    `handover` is the one that a new owner made of it, which can be taken back for a day.
    """

    client: Client
    changed: Mapping[str, list[Any]]
    handover: int | None = None


def opened(house: House, actor: Actor, client_id: int) -> Opened:
    """A client to be edited. Raises the refusals of `in_the_book` and ``client.not_to_edit``."""
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = unit.clients.get(client_id)
        client = in_the_book(unit, found.id if found is not None else client_id)
        check_editor(unit, member, client)
        owner = owner_of(unit, client)
        last = unit.history.of_subject(Subject.CLIENT, client.id, 1)
        return Opened(
            client=client,
            owner=owner,
            team={
                part: person
                for part, member_id in unit.clients.team(client.id).items()
                if (person := unit.members.get(member_id)) is not None
            },
            channels=tuple(unit.clients.channels(client.id)),
            may_hand_over=may_hand_over(member, owner),
            may_govern=may_govern(member, client, owner),
            changed_by=_author(unit, last[0]) if last else None,
        )


def _author(unit: UnitOfWork, change: Change) -> str | None:
    author = None if change.member_id is None else unit.members.get(change.member_id)
    return None if author is None else author.name


def edit(house: House, actor: Actor, client_id: int, sheet: Sheet, version: int) -> Edited:
    """Replace what the book says of a client by what a form says, if the client still is as at `version`.

    A new owner gets it as by any other handover (see `handover.hand_over`). Raises the refusals of `check_description`,
    `in_the_book`, `teammate` and `handover.hand_over`, ``client.not_to_edit``, ``client.not_to_hand_over`` (client),
    ``client.owner_wanted`` (client) for taking the owner away, ``client.exists`` (client, client_id, field),
    ``holidays.too_many``, and ``client.changed_meanwhile`` (client).
    """
    now = house.clock()
    wanted = _tidied(sheet.description)
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        seen = in_the_book(unit, client_id)
        _check(wanted, seen)
        _hold(unit, wanted, seen, sheet)
        before = in_the_book(unit, client_id)
        check_editor(unit, member, before)
        if before.version != version:
            raise Refusal("client.changed_meanwhile", client=before.name)
        told = _told(unit, before)
        owner = _owner(unit, member, before, sheet.owner)
        written = unit.clients.update(
            client_id,
            replace(
                wanted,
                owner_id=before.owner_id,
                spoke_before_at=before.spoke_before_at,
                calm_until=before.calm_until,
                new_until=before.new_until,
                import_id=before.import_id,
            ),
            version=version,
        )
        if not written:
            raise Refusal("client.changed_meanwhile", client=before.name)
        _set_team(unit, client_id, sheet.team)
        unit.clients.set_channels(client_id, sheet.channels)
        changed = differences(told, _told(unit, in_the_book(unit, client_id)))
        if changed:
            unit.history.add(_change(before, ChangeKind.EDITED, now, member, changed))
            recount(unit, client_id, now)
        if owner is None or owner.id == before.owner_id:
            return Edited(in_the_book(unit, client_id), changed)
        # The history tells of the owner by the handover, not once more as a field.
        handed = handover.hand_over(unit, before, owner.id, by=member, reason=Reason.OTHER.value, now=now)
        after = in_the_book(unit, client_id)
        return Edited(after, differences(told, _told(unit, after)), handed.id)


def _hold(unit: UnitOfWork, wanted: NewClient, seen: Client, sheet: Sheet) -> None:
    """Hold the client, and before it what else an edit takes: its names, and all that goes along to a new owner.

    Raises Refusal ``client.exists`` (client, client_id, field).
    """
    renamed = (wanted.name, *wanted.aliases) != (seen.name, *seen.aliases)
    owner = owner_of(unit, seen)
    if sheet.owner != (owner.user_id if owner is not None else ""):
        reassignment_steps.hold_all(unit, seen.id, names=renamed)
    elif renamed:
        unit.clients.hold_names()
    if renamed:
        check_names_free(unit, (wanted.name, *wanted.aliases), seen.id)
    unit.clients.hold(seen.id)


def _tidied(description: NewClient) -> NewClient:
    name = one_line(description.name)
    floor = description.price_floor
    return replace(
        description,
        name=name,
        aliases=different_names(name, description.aliases),
        sector=one_line(description.sector),
        offerings=several(description.offerings),
        own_holidays=check_holidays(description.own_holidays),
        price_floor=None if floor is None else Money(floor.amount, description.currency),
    )


def _check(wanted: NewClient, seen: Client) -> None:
    """Check what a client is to be; what a merge or a list made too long may stay as it is."""
    check_description(
        wanted.name,
        () if wanted.aliases == seen.aliases else wanted.aliases,
        wanted.sector,
        () if wanted.offerings == seen.offerings else wanted.offerings,
        wanted.cadence_days,
    )


def _owner(unit: UnitOfWork, member: Member, client: Client, user_id: str) -> Member | None:
    """Who is to look after the client: who does, even if they left meanwhile, or an active member."""
    held = owner_of(unit, client)
    if user_id == (held.user_id if held is not None else ""):
        return held
    if not may_hand_over(member, held):
        raise Refusal("client.not_to_hand_over", client=client.name, field="owner")
    if not user_id:
        raise Refusal("client.owner_wanted", client=client.name)
    return teammate(unit, user_id, "owner")


def _set_team(unit: UnitOfWork, client_id: int, team: Mapping[Part, str]) -> None:
    held = unit.clients.team(client_id)
    for part in Part:
        before = unit.members.get(held[part]) if part in held else None
        user_id = team.get(part, "")
        if user_id != (before.user_id if before is not None else ""):
            person = teammate(unit, user_id, part.value)
            unit.clients.set_team(client_id, part, None if person is None else person.id)


def _told(unit: UnitOfWork, client: Client) -> dict[str, Any]:
    team = unit.clients.team(client.id)
    ids = {client.owner_id, *team.values()} - {None}
    people = {number: m.name for number in ids if number and (m := unit.members.get(number)) is not None}
    return client_facts(client, people, team, unit.clients.channels(client.id))


def _change(
    client: Client, kind: ChangeKind, now: datetime, member: Member | None, facts: Mapping[str, Any]
) -> NewChange:
    author = None if member is None else member.id
    return NewChange(Subject.CLIENT, client.id, client.id, kind, now, author, facts)


# --- Out of the book, and back ------------------------------------------------------------------------------


def archive(house: House, actor: Actor, client_id: int) -> Client:
    """Take a client out of the book: it is in no list and no digest any more, and nothing of it is lost.

    Raises the refusals of `in_the_book` and ``client.not_to_govern``.
    """
    with house.memory.write(actor.workspace_id) as unit:
        return archived_within(unit, present(unit, actor), client_id, house.clock())


def archived_within(unit: UnitOfWork, member: Member | None, client_id: int, now: datetime) -> Client:
    """As `archive`, within a unit of work; `member` None is whoever runs the machine."""
    in_the_book(unit, client_id)  # of one that is archived already, nothing has to be held to say so
    client = reassignment_steps.hold_all(unit, client_id, names=True)
    if member is not None:
        check_governor(unit, member, client)
    unit.clients.archive(client_id, at=now)
    reassignment_steps.settle_all(unit, client_id, now)
    concession_steps.withdraw_all(unit, client_id, now)
    promised_by = (promise.member_id for promise in unit.promises.open_of_client(client_id))
    sent_digests.refresh(unit, client_id, (client.owner_id, *promised_by), now)
    unit.history.add(_change(client, ChangeKind.ARCHIVED, now, member, {}))
    return client


def restore(house: House, actor: Actor, client_id: int) -> Client:
    """Put an archived client back into the book; its clock stands where its touches left it. Twice is once.

    Raises Refusal ``client.gone``, ``client.merged``, ``client.not_to_govern``, or ``client.exists`` (client,
    client_id)
    when another one is called so by now.
    """
    with house.memory.write(actor.workspace_id) as unit:
        return restored_within(unit, present(unit, actor), client_id, house.clock())


def restored_within(unit: UnitOfWork, member: Member | None, client_id: int, now: datetime) -> Client:
    """As `restore`, within a unit of work; `member` None is whoever runs the machine."""
    unit.clients.hold_names()
    unit.clients.hold(client_id)
    try:
        return in_the_book(unit, client_id)
    except Refusal as refusal:
        if refusal.code != "client.archived":
            raise
    client = unit.clients.itself(client_id)
    assert client is not None, "an archived client is there"
    if member is not None:
        check_governor(unit, member, client)
    check_names_free(unit, (client.name, *client.aliases), client_id)
    unit.clients.archive(client_id, at=None)
    recount(unit, client_id, now)
    unit.history.add(_change(client, ChangeKind.RESTORED, now, member, {}))
    return in_the_book(unit, client_id)


def archived(house: House, actor: Actor) -> Sequence[Client]:
    """Archived clients that the member may restore, the last archived first."""
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        found = unit.clients.archived(None, _ARCHIVED_SHOWN)
        return [client for client in found if may_govern(member, client, owner_of(unit, client))]


# --- History ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """A page of a client's history, the latest change first.

    `authors` names members by id, `people` the contacts that the changes are about. `older` is the number before which
    the next page begins; None on the last. `undoable` names, by the change that tells of it, a handover that the reader
    can take back.
    """

    client: Client
    changes: tuple[Change, ...]
    authors: Mapping[int, str]
    people: Mapping[int, str]
    older: int | None
    undoable: Mapping[int, int] = field(default_factory=dict)


def history(house: House, actor: Actor, client_id: int, limit: int, before: int | None = None) -> Told:
    """Who changed what of a client and its people. Raises Refusal ``client.gone`` or ``client.not_yours``."""
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        client = unit.clients.get(client_id)
        if client is None:
            raise Refusal("client.gone")
        now = house.clock()
        check_reader(unit, member, client, now)
        told = history_within(unit, client, limit, before)
        return replace(told, undoable=_undoable(unit, member, told, now))


def _undoable(unit: UnitOfWork, member: Member, told: Told, now: datetime) -> dict[int, int]:
    last = next(iter(unit.handovers.of_client(told.client.id, 1)), None)
    if last is None or not handover.may_undo(unit, member, last):
        return {}
    try:
        handover.check_undoable(unit, last, told.client, now)
    except Refusal:  # nothing is offered that would be refused
        return {}
    return {
        change.id: last.id
        for change in told.changes
        if change.at == last.at and change.facts.keys() & {"owner", "owner_id"}
    }


def history_within(unit: UnitOfWork, client: Client, limit: int, before: int | None = None) -> Told:
    """As `history`, within a unit of work."""
    found = tuple(unit.history.of_client(client.id, limit + 1, before))
    shown = found[:limit]
    authors = {change.member_id for change in shown if change.member_id is not None}
    people = {change.subject_id for change in shown if change.subject is Subject.CONTACT}
    return Told(
        client=client,
        changes=shown,
        authors={number: m.name for number in authors if (m := unit.members.get(number)) is not None},
        people={number: c.name for number in people if (c := unit.contacts.itself(number)) is not None},
        older=shown[-1].id if len(found) > limit else None,
    )
