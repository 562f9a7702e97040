"""Merging two clients that turn out to be one, and undoing it within a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain.clients import Client, Part
from bot.domain.handover import Handover, check_recipient
from bot.domain.history import ChangeKind, NewChange, Subject
from bot.domain.members import Member
from bot.domain.merges import Merge, Moved, NewMerge, completed, same_people
from bot.domain.names import normalise
from bot.domain.reassignment import Reason
from bot.domain.refusals import Refusal
from bot.ports import NewClient, UnitOfWork, description_of, description_of_contact
from bot.services import concession_steps, handover, reassignment_steps, sent_digests
from bot.services.house import Actor, House, present
from bot.services.owners import check_governor, in_the_book
from bot.services.touches import recount


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would do: how much moves (see `Merges.tally`), who is the same person as whom (their names there),
    and which names become further ones of the kept client."""

    kept: Client
    gone: Client
    moving: Mapping[str, int]
    joined: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge that was made or undone, with both clients as they stand."""

    merge: Merge
    kept: Client
    gone: Client


def preview(house: House, actor: Actor, kept_id: int, gone_id: int) -> Preview:
    """What merging the second client into the first would do. Raises the refusals of `merge`."""
    with house.memory.read(actor.workspace_id) as unit:
        return preview_within(unit, present(unit, actor), kept_id, gone_id)


def preview_within(unit: UnitOfWork, member: Member | None, kept_id: int, gone_id: int) -> Preview:
    """As `preview`, within a unit of work; `member` None is whoever runs the machine."""
    kept, gone = _two(unit, member, kept_id, gone_id)
    there = {person.id: person.name for person in unit.contacts.all_of_client(kept_id)}
    joined = same_people(unit.contacts.all_of_client(gone_id), unit.contacts.all_of_client(kept_id))
    return Preview(
        kept=kept,
        gone=gone,
        moving=unit.merges.tally(gone_id),
        joined=tuple(there[person] for person in joined.values()),
        names=_new_names(kept, gone),
    )


def merge(house: House, actor: Actor, kept_id: int, gone_id: int) -> Merged:
    """Let one client be another: what belongs to it follows, and whatever names it leads to the kept one.

    What the book says of the kept client stays; what only the other had (names, team, open complaint) is added.
    Gifts stay
    in the register as they were sealed, and count for both. Raises Refusal ``merge.itself``, the refusals of
    `in_the_book`, and ``client.not_to_govern`` for either client.
    """
    with house.memory.write(actor.workspace_id) as unit:
        return merged_within(unit, present(unit, actor), kept_id, gone_id, house.clock())


def merged_within(
    unit: UnitOfWork, member: Member | None, kept_id: int, gone_id: int, now: datetime
) -> Merged:
    """As `merge`, within a unit of work; `member` None is whoever runs the machine."""
    _two(unit, member, kept_id, gone_id)
    # Requests are held before anything else (see docs/architecture.md): one that is being decided is decided first.
    reassignment_steps.hold_all_of(unit, (kept_id, gone_id), names=True)
    kept, gone = _with_one_owner(unit, *_two(unit, member, kept_id, gone_id), member, now)
    reassignment_steps.keep_one_proposal(unit, kept_id, gone_id, now)
    joined = same_people(unit.contacts.all_of_client(gone_id), unit.contacts.all_of_client(kept_id))
    promised_by = {promise.member_id for promise in unit.promises.open_of_client(gone_id)}
    moved = unit.merges.move(gone_id, kept_id, joined)
    described, facts = _completed(kept, gone)
    names = _new_names(kept, gone)
    unit.clients.archive(gone_id, at=now, merged_into_id=kept_id)
    unit.clients.update(kept_id, replace(described, aliases=(*kept.aliases, *names)))
    complaint = _earlier(kept.complaint_at, gone.complaint_at)
    if complaint != kept.complaint_at:
        unit.clients.set_complaint(kept_id, complaint)
        facts["complaint_at"] = (_iso(kept.complaint_at), _iso(complaint))
    moved = replace(
        moved,
        aliases=names,
        team=_team_up(unit, kept, gone),
        facts=facts,
        completed=_complete_people(unit, joined),
    )
    author = None if member is None else member.id
    merge_id = unit.merges.add(NewMerge(kept_id, gone_id, author, now, moved))
    recount(unit, kept_id, now)
    reassignment_steps.settle_all(unit, kept_id, now)
    concession_steps.follow(unit, kept_id, now)
    sent_digests.refresh(unit, gone_id, (gone.owner_id, *promised_by), now)
    told = {"client": gone.name, "merge": merge_id}
    unit.history.add(NewChange(Subject.CLIENT, kept_id, kept_id, ChangeKind.MERGED, now, author, told))
    return _shown(unit, merge_id)


def undo(house: House, actor: Actor, merge_id: int) -> Merged:
    """Part two clients again: exactly what moved goes back, what came since stays with the kept one.

    Raises Refusal ``merge.gone``, ``merge.undone`` (client), ``merge.too_late`` (client), ``merge.followed``
    (client) when
    the kept one has been merged or archived since, or ``client.not_to_govern``.
    """
    with house.memory.write(actor.workspace_id) as unit:
        return undone_within(unit, present(unit, actor), merge_id, house.clock())


def undone_within(unit: UnitOfWork, member: Member | None, merge_id: int, now: datetime) -> Merged:
    """As `undo`, within a unit of work; `member` None is whoever runs the machine."""
    merge = unit.merges.get(merge_id)
    if merge is None:
        raise Refusal("merge.gone")
    handed = _handed_by(unit, merge)
    answered = [each for one in handed for each in handover.answered_by(one)]
    reassignment_steps.hold_all_of(unit, (merge.kept_id,), also=answered, names=True)
    kept, gone = unit.clients.itself(merge.kept_id), unit.clients.itself(merge.gone_id)
    assert kept is not None, "a merge names two clients"
    assert gone is not None, "a merge names two clients"
    if member is not None:
        check_governor(unit, member, kept)
    if merge.undone_at is not None:
        raise Refusal("merge.undone", client=gone.name)
    if not merge.can_be_undone(now):
        raise Refusal("merge.too_late", client=gone.name)
    if kept.archived:
        raise Refusal("merge.followed", client=kept.name)
    if not unit.merges.undo(merge_id, at=now):
        raise Refusal("merge.undone", client=gone.name)
    unit.merges.move_back(gone.id, kept.id, merge.moved)
    if gone.complaint_at is not None and kept.complaint_at is None:
        unit.clients.set_complaint(gone.id, None)  # it was settled, or taken back, while the two were one
    _take_back(unit, kept, merge.moved)
    unit.clients.archive(gone.id, at=None)
    _owners_back(unit, kept, gone, handed, member, now)
    concession_steps.follow(unit, gone.id, now)
    for client_id in sorted((kept.id, gone.id)):
        recount(unit, client_id, now)
    promised_by = {promise.member_id for promise in unit.promises.open_of_client(gone.id)}
    sent_digests.refresh(unit, gone.id, promised_by, now)
    author = None if member is None else member.id
    told = {"client": gone.name, "merge": merge_id}
    unit.history.add(NewChange(Subject.CLIENT, kept.id, kept.id, ChangeKind.UNMERGED, now, author, told))
    return _shown(unit, merge_id)


def _handed_by(unit: UnitOfWork, merge: Merge) -> Sequence[Handover]:
    """The handover with which both clients became one person's, if there was one."""
    gone = unit.clients.itself(merge.gone_id)
    assert gone is not None, "a merge names two clients"
    return [
        each
        for each in unit.handovers.at(merge.at)
        if each.id in merge.moved.handovers
        or (each.client_id, each.to_id, each.moved.merged) == (merge.kept_id, gone.owner_id, "")
    ]


def _owners_back(
    unit: UnitOfWork,
    kept: Client,
    gone: Client,
    handed: Sequence[Handover],
    member: Member | None,
    now: datetime,
) -> None:
    """Let what went along where the kept client went on come back, and take the handover back with which both became
    one person's."""
    then_of = handed[0].to_id if handed else gone.owner_id
    if kept.owner_id != then_of:
        handover.gather(unit, in_the_book(unit, gone.id), kept.owner_id, member, now)
    for each in handed:
        done = handover.there(unit, each.id)  # it went back with its client
        client = in_the_book(unit, done.client_id)
        former = None if done.from_id is None else unit.members.get(done.from_id)
        gone_away = former is not None and not former.active
        if done.undone_at is None and client.owner_id == done.to_id and not gone_away:
            handover.take_back(unit, done, client, member, now, noted=False)


def _shown(unit: UnitOfWork, merge_id: int) -> Merged:
    merge = unit.merges.get(merge_id)
    assert merge is not None, "a merge does not vanish within a transaction"
    kept, gone = unit.clients.itself(merge.kept_id), unit.clients.itself(merge.gone_id)
    assert kept is not None, "a merge names two clients"
    assert gone is not None, "a merge names two clients"
    return Merged(merge, kept, gone)


def _two(unit: UnitOfWork, member: Member | None, kept_id: int, gone_id: int) -> tuple[Client, Client]:
    if kept_id == gone_id:
        raise Refusal("merge.itself")
    kept, gone = in_the_book(unit, kept_id), in_the_book(unit, gone_id)
    if member is not None:
        check_governor(unit, member, kept)
        check_governor(unit, member, gone)
    return kept, gone


def _with_one_owner(
    unit: UnitOfWork, kept: Client, gone: Client, member: Member | None, now: datetime
) -> tuple[Client, Client]:
    """Both clients once the same person looks after them: who has the kept one, or else, where they are no longer here,
    who has the other. Where neither is, they stay as they are.

    Raises Refusal ``merge.excluded`` (name, client) for who must not have the other.
    """
    if kept.owner_id == gone.owner_id:
        return kept, gone
    ours = [_keeper(unit, kept.owner_id), _keeper(unit, gone.owner_id)]
    to = ours[0] or ours[1]
    if to is None:
        return kept, gone
    moving, merged = (gone, gone.name) if to is ours[0] else (kept, "")
    if to.id in unit.fit.exclusions([moving.id]).get(moving.id, {}):
        raise Refusal("merge.excluded", name=to.name, client=moving.name)
    handover.hand_over(
        unit, moving, to.id, by=member, reason=Reason.OTHER.value, now=now, noted=False, merged=merged
    )
    return in_the_book(unit, kept.id), in_the_book(unit, gone.id)


def _keeper(unit: UnitOfWork, member_id: int | None) -> Member | None:
    try:
        return check_recipient(None if member_id is None else unit.members.get(member_id), None)
    except Refusal:  # who is no longer here, or keeps no clients, gets none
        return None


def _new_names(kept: Client, gone: Client) -> tuple[str, ...]:
    """Names of the client that goes by which the kept one is not found yet."""
    known = {normalise(name) for name in (kept.name, *kept.aliases)}
    new: dict[str, str] = {}
    for name in (gone.name, *gone.aliases):
        if normalise(name) not in known:
            new.setdefault(normalise(name), name)
    return tuple(new.values())


def _completed(kept: Client, gone: Client) -> tuple[NewClient, dict[str, tuple[str | None, str | None]]]:
    """The kept client with what an import told of the other one's last conversation."""
    spoke = [at for at in (kept.spoke_before_at, gone.spoke_before_at) if at is not None]
    latest = max(spoke, default=None)
    facts: dict[str, tuple[str | None, str | None]] = {}
    if latest != kept.spoke_before_at:
        facts["spoke_before_at"] = (_iso(kept.spoke_before_at), _iso(latest))
    return replace(description_of(kept), spoke_before_at=latest), facts


def _team_up(unit: UnitOfWork, kept: Client, gone: Client) -> dict[str, int]:
    """Fill the parts for which the kept client has nobody; returns with whom."""
    held, given = unit.clients.team(kept.id), {}
    for part, member_id in unit.clients.team(gone.id).items():
        if part not in held and member_id != kept.owner_id:
            unit.clients.set_team(kept.id, part, member_id)
            given[part.value] = member_id
    return given


def _complete_people(unit: UnitOfWork, joined: Mapping[int, int]) -> dict[int, dict[str, Any]]:
    """Note of each kept person what was known under the other name; returns what changed, by person and field."""
    changed: dict[int, dict[str, Any]] = {}
    for gone_id, kept_id in joined.items():
        gone, kept = unit.contacts.itself(gone_id), unit.contacts.itself(kept_id)
        assert gone is not None, "people do not vanish within a transaction"
        assert kept is not None, "people do not vanish within a transaction"
        more = completed(kept, gone)
        if more:
            after = {name: value for name, (_, value) in more.items()}
            unit.contacts.update(kept_id, replace(description_of_contact(kept), **after))
            for name, (before, value) in more.items():
                earlier = changed.setdefault(kept_id, {}).get(name)
                changed[kept_id][name] = [before if earlier is None else earlier[0], value]
    return changed


def _take_back(unit: UnitOfWork, kept: Client, moved: Moved) -> None:
    """Take from the kept client what the merge added, unless it was changed since."""
    told = dict(moved.facts)
    description = replace(
        description_of(kept), aliases=tuple(name for name in kept.aliases if name not in moved.aliases)
    )
    if "spoke_before_at" in told and _iso(kept.spoke_before_at) == told["spoke_before_at"][1]:
        description = replace(description, spoke_before_at=_moment(told["spoke_before_at"][0]))
    unit.clients.update(kept.id, description)
    if "complaint_at" in told and _iso(kept.complaint_at) == told["complaint_at"][1]:
        unit.clients.set_complaint(kept.id, _moment(told["complaint_at"][0]))
    held = unit.clients.team(kept.id)
    for part, member_id in moved.team.items():
        if held.get(Part(part)) == member_id:
            unit.clients.set_team(kept.id, Part(part), None)
    for contact_id, fields in moved.completed.items():
        person = unit.contacts.itself(contact_id)
        assert person is not None, "people are never removed"
        back: dict[str, Any] = {
            name: tuple(before) if name == "regimes" else before
            for name, (before, after) in fields.items()
            if _plain(getattr(person, name)) == after
        }
        if back:
            unit.contacts.update(contact_id, replace(description_of_contact(person), **back))


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, Mapping) else value


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)
