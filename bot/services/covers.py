"""Covers: ask a colleague, answer, end, and what a covering colleague has in front of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.absences import Span
from bot.domain.cadence import Cadences
from bot.domain.clients import Client, Part
from bot.domain.covers import (
    Cover,
    CoverSheet,
    CoverState,
    NewCover,
    check_colleague,
    check_days,
    check_note,
    covering,
    may_ask,
    may_end,
    standing_in_the_way,
)
from bot.domain.digest import AnyRow, Owed, Row, is_nudgeable
from bot.domain.members import Member
from bot.domain.occasions import Occasion
from bot.domain.outbox import Entry, NewEntry, edit_of
from bot.domain.pacing import Lane
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services import cover_gaps, occasions, promises
from bot.services.cover_sheets import as_json as as_json
from bot.services.cover_sheets import name_of, sheet_of
from bot.services.cover_sheets import sheet_from as sheet_from
from bot.services.house import Actor, House, present
from bot.services.owners import WHOLE_BOOK, in_the_book, owner_of

ASKED = "cover_asked"
"""A colleague is asked to cover."""
NEWS = "cover_news"
"""What became of it, for who has to do with it."""
USUALLY = 5
"""Working days for which a client is covered unless somebody says otherwise."""


# --- Asking -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wish:
    """What a form to ask for cover shows: the client, its owner, and whom and until when is proposed."""

    client: Client
    owner: Member
    colleague: Member | None
    until: date


def proposed(house: House, actor: Actor, client_id: int) -> Wish:
    """A client for which a colleague is to be asked; its backup is proposed, and a week of working days, or the days
    on which a colleague who covers is away.

    Raises the refusals of `in_the_book`, ``cover.unowned`` (client) and ``cover.not_yours`` (client, owner).
    """
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        client, owner = _client(unit, member, client_id)
        backup_id = unit.clients.team(client.id).get(Part.BACKUP)
        backup = None if backup_id is None else unit.members.get(backup_id)
        today = member.calendar.local_date(now)
        until = member.calendar.add_working_days(today, USUALLY)
        gaps = [
            last
            for cover in unit.covers.of_owner(owner.id, today)
            if cover.is_agreed(today) and cover.about(client)
            for first, last in cover.gaps(today, cover.last)
            if first == today and last < cover.last
        ]
        return Wish(
            client,
            owner,
            backup if backup is not None and backup.active and backup.id != owner.id else None,
            min([until, *gaps]),
        )


def ask(
    house: House, actor: Actor, client_id: int, colleague_id: int | None, last: date, note: str = ""
) -> CoverSheet:
    """Ask a colleague to see to one client from today to `last`. Asking for the same twice is asking once.

    Raises the refusals of `proposed`, `check_days`, `check_colleague`, `check_note` and ``cover.known`` (name, first,
    last) when somebody else is asked or covers already on one of these days.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        unit.hold_slots()
        member = present(unit, actor)
        client, owner = _client(unit, member, client_id)
        unit.clients.hold(client.id)  # or two presses at once ask two colleagues
        new = NewCover(
            owner_id=owner.id,
            colleague_id=colleague_id or 0,
            first=member.calendar.local_date(now),
            last=last,
            client_ids=(client.id,),
            asked_by=member.id,
            note=" ".join(note.split()),
        )
        return sheet_of(unit, asked_within(unit, owner, new, now), member, now)


@dataclass(frozen=True, slots=True)
class Gap:
    """A cover with days of it, from today on, on which its colleague is away; `colleague` is proposed instead."""

    sheet: CoverSheet
    days: Span
    colleague: Member | None


def gap_of(house: House, actor: Actor, cover_id: int, first: str) -> Gap:
    """The days for which somebody else may be asked: those of the gap in which `first` (a date) falls, or the next.

    Raises Refusal ``cover.gone`` for a cover that is none of the member's business or has ended, and ``cover.no_gap``
    (name) where its colleague is there.
    """
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        cover, owner, days = _gap(unit, member, cover_id, first, now)
        backup = None
        if len(cover.client_ids) == 1:
            backup_id = unit.clients.team(cover.client_ids[0]).get(Part.BACKUP)
            backup = None if backup_id is None else unit.members.get(backup_id)
        if backup is not None and (not backup.active or backup.id in (owner.id, cover.colleague_id)):
            backup = None
        return Gap(sheet_of(unit, cover, member, now), days, backup)


def ask_instead(
    house: House,
    actor: Actor,
    cover_id: int,
    first: str,
    colleague_id: int | None,
    last: date,
    note: str = "",
) -> CoverSheet:
    """Ask somebody else to see to the clients of a cover while its colleague is away, from the gap's first day to
    `last`. Asking for the same twice is asking once.

    Raises the refusals of `gap_of` and of `ask`, and ``cover.beyond`` (last) for a day after the cover's last.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        unit.hold_slots()
        member = present(unit, actor)
        cover, owner, days = _gap(unit, member, cover_id, first, now)
        if last > cover.last:
            raise Refusal("cover.beyond", last=cover.last)
        new = NewCover(
            owner_id=owner.id,
            colleague_id=colleague_id or 0,
            first=days[0],
            last=last,
            client_ids=cover.client_ids,
            asked_by=member.id,
            note=" ".join(note.split()),
            for_leave=cover.for_leave,
        )
        return sheet_of(unit, asked_within(unit, owner, new, now, instead_of=cover.id), member, now)


def _gap(
    unit: UnitOfWork, member: Member, cover_id: int, first: str, now: datetime
) -> tuple[Cover, Member, Span]:
    cover = unit.covers.get(cover_id)
    owner = None if cover is None else unit.members.get(cover.owner_id)
    if cover is None or owner is None or cover.state is not CoverState.ACCEPTED:
        raise Refusal("cover.gone")
    if member.id != cover.asked_by and not may_ask(member, owner, None):
        raise Refusal("cover.gone")
    ahead = cover.gaps(member.calendar.local_date(now), cover.last)
    days = next((each for each in ahead if each[1].isoformat() >= first), None)
    if days is None:
        raise Refusal("cover.no_gap", name=name_of(unit, cover.colleague_id))
    return cover, owner, days


def _client(unit: UnitOfWork, member: Member, client_id: int) -> tuple[Client, Member]:
    found = unit.clients.get(client_id)
    client = in_the_book(unit, found.id if found is not None else client_id)
    owner = owner_of(unit, client)
    if owner is None:
        raise Refusal("cover.unowned", client=client.name)
    if not may_ask(member, owner, client):
        raise Refusal("cover.not_yours", client=client.name, owner=owner.name)
    return client, owner


def asked_within(
    unit: UnitOfWork, owner: Member, new: NewCover, now: datetime, *, instead_of: int | None = None
) -> Cover:
    """Ask, within a unit of work that holds the slots and what is asked for. Raises the refusals of `ask`.

    The cover `instead_of`, whose colleague is away, is in nobody's way.
    """
    today = owner.calendar.local_date(now)
    check_days(new.first, new.last, min(today, new.first))
    check_note(new.note)
    found = unit.members.get(new.colleague_id)
    absences = () if found is None else unit.members.absences(found.id, new.first)
    colleague = check_colleague(found, owner, new.first, new.last, absences)
    others = [each for each in unit.covers.of_owner(owner.id, new.first) if each.id != instead_of]
    known = standing_in_the_way(others, new.first, new.last, new.client_ids)
    if known is not None:
        if (known.colleague_id, known.client_ids, known.last) == (
            colleague.id,
            new.client_ids,
            new.last,
        ):
            return known
        raise Refusal(
            "cover.known", name=name_of(unit, known.colleague_id), first=known.first, last=known.last
        )
    cover = _there(unit, unit.covers.add(new, at=now))
    unit.outbox.add(
        NewEntry(
            _asked_key(cover),
            ASKED,
            colleague.id,
            {"cover": cover.id},
            due_at=unit.take_slot(now, lane=Lane.URGENT),
            urgent=True,
            expires_at=colleague.calendar.starts(cover.last + timedelta(days=1)),
        ),
        now=now,
    )
    return cover


@dataclass(frozen=True, slots=True)
class Backups:
    """How many of a member's clients have a backup who could be asked, and how many clients there are."""

    clients: int
    of: int


def backups(house: House, actor: Actor) -> Backups:
    """Whether the backups of the clients of who asks can be proposed as cover."""
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        groups = _by_backup(unit, member)
        return Backups(sum(len(ids) for ids in groups.values()), unit.clients.count_of_owner(member.id))


def _by_backup(unit: UnitOfWork, owner: Member) -> Mapping[int, list[int]]:
    """The owner's clients by the member who is their backup, those left out who have none that is still here."""
    found: dict[int, list[int]] = {}
    for client in unit.clients.of_owner(owner.id, WHOLE_BOOK):
        backup_id = unit.clients.team(client.id).get(Part.BACKUP)
        backup = None if backup_id is None else unit.members.get(backup_id)
        if backup is not None and backup.active and backup.id != owner.id:
            found.setdefault(backup.id, []).append(client.id)
    return found


def asked_for_leave(
    unit: UnitOfWork,
    owner: Member,
    first: date,
    last: date,
    now: datetime,
    *,
    colleague_id: int | None = None,
    by_backups: bool = False,
    by_operator: bool = False,
) -> list[CoverSheet]:
    """Ask for cover during a leave: one colleague for the whole book, or each client's backup for it.

    The unit of work holds the slots. A backup who is away then is not asked. Raises the refusals of `ask` for a
    colleague who is named.
    """
    asked_by = None if by_operator else owner.id
    if colleague_id is not None:
        wanted = NewCover(owner.id, colleague_id, first, last, (), asked_by, for_leave=True)
        return [sheet_of(unit, asked_within(unit, owner, wanted, now), owner, now)]
    asked: list[CoverSheet] = []
    for backup_id, client_ids in _by_backup(unit, owner).items() if by_backups else ():
        wanted = NewCover(owner.id, backup_id, first, last, tuple(client_ids), asked_by, for_leave=True)
        try:
            cover = asked_within(unit, owner, wanted, now)
        except Refusal as refusal:
            if refusal.code not in ("cover.away", "cover.known"):
                raise
            continue
        asked.append(sheet_of(unit, cover, owner, now))
    return asked


def end_with_leave(unit: UnitOfWork, owner: Member, first: date, last: date, now: datetime) -> None:
    """Take back what was asked for a leave that is taken out again, in a unit of work that holds the slots."""
    for cover in unit.covers.of_owner(owner.id, first):
        if cover.for_leave and cover.overlaps(first, last):
            _end(unit, cover, owner, now)


# --- Answering and ending ---------------------------------------------------------------------------------


def accept(house: House, actor: Actor, cover_id: int) -> CoverSheet:
    """Agree to cover; twice is once. Raises Refusal ``cover.gone``, ``cover.not_asked`` or ``cover.over``."""
    return _answer(house, actor, cover_id, CoverState.ACCEPTED, "")


def decline(house: House, actor: Actor, cover_id: int, reason: str) -> CoverSheet:
    """Say no, and why. Raises Refusal ``cover.no_reason``, ``cover.note_too_long`` (limit) and those of `accept`."""
    if not reason.strip():
        raise Refusal("cover.no_reason")
    check_note(reason)
    return _answer(house, actor, cover_id, CoverState.DECLINED, " ".join(reason.split()))


def _answer(house: House, actor: Actor, cover_id: int, state: CoverState, reason: str) -> CoverSheet:
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        unit.hold_slots()
        member = present(unit, actor)
        cover = unit.covers.get(cover_id)
        if cover is None:
            raise Refusal("cover.gone")
        if cover.colleague_id != member.id:
            raise Refusal("cover.not_asked")
        if cover.state is state:
            return sheet_of(unit, cover, member, now)
        if cover.state is not CoverState.ASKED or member.calendar.local_date(now) > cover.last:
            raise Refusal("cover.over")
        if not unit.covers.settle(cover, state, at=now, reason=reason):
            raise Refusal("cover.over")
        cover = _there(unit, cover_id)
        cover_gaps.rewind(unit, cover, now)
        _show_anew(unit, cover, now)
        cover_gaps.refresh(unit, cover, now)
        _tell(unit, cover, {cover.asked_by, cover.owner_id}, member, now)
        if state is CoverState.ACCEPTED:
            cover_gaps.tell_at_once(unit, cover, member, now)
        return sheet_of(unit, cover, member, now)


def look_at(house: House, actor: Actor, cover_id: int) -> CoverSheet:
    """A cover that who asks has to do with. Raises Refusal ``cover.gone``."""
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        cover = unit.covers.get(cover_id)
        owner = None if cover is None else unit.members.get(cover.owner_id)
        if cover is None or owner is None or not may_end(member, cover, owner):
            raise Refusal("cover.gone")
        return sheet_of(unit, cover, member, now)


def end(house: House, actor: Actor, cover_id: int) -> CoverSheet:
    """Take a cover back, or give it back; the other side hears of it. Twice is once.

    Raises Refusal ``cover.gone`` for one that is unknown or none of the member's business.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        unit.hold_slots()
        member = present(unit, actor)
        cover = unit.covers.get(cover_id)
        owner = None if cover is None else unit.members.get(cover.owner_id)
        if cover is None or owner is None or not may_end(member, cover, owner):
            raise Refusal("cover.gone")
        return sheet_of(unit, _end(unit, cover, member, now), member, now)


def _end(unit: UnitOfWork, cover: Cover, member: Member, now: datetime) -> Cover:
    if cover.state not in (CoverState.ASKED, CoverState.ACCEPTED):
        return cover
    if not unit.covers.settle(cover, CoverState.ENDED, at=now):
        return _there(unit, cover.id)
    ended = _there(unit, cover.id)
    cover_gaps.rewind(unit, ended, now)
    _show_anew(unit, ended, now)
    cover_gaps.refresh(unit, cover, now)
    told = {cover.asked_by, cover.owner_id}
    # Who has not answered yet reads in the question itself that it is settled.
    if cover.state is CoverState.ACCEPTED:
        told.add(cover.colleague_id)
    _tell(unit, ended, told, member, now)
    return ended


def _tell(unit: UnitOfWork, cover: Cover, readers: set[int | None], by: Member, now: datetime) -> None:
    """News of a cover for these members, but for who brought it about."""
    for reader_id in sorted(reader for reader in readers if reader is not None and reader != by.id):
        reader = unit.members.get(reader_id)
        assert reader is not None, "a cover refers to members that exist"
        unit.outbox.add(
            NewEntry(
                f"cover:{cover.id}:{cover.state.value}:{reader.id}",
                NEWS,
                reader.id,
                {"by": by.name, "sheet": as_json(sheet_of(unit, cover, reader, now))},
                due_at=unit.take_slot(now, lane=Lane.URGENT),
                urgent=True,
                expires_at=reader.calendar.starts(cover.last + timedelta(days=1)),
            ),
            now=now,
        )


def _show_anew(unit: UnitOfWork, cover: Cover, now: datetime) -> None:
    """Bring the question up to date where it stands in the colleague's messages."""
    entry = unit.outbox.by_key(_asked_key(cover))
    if entry is not None and entry.body is not None:
        unit.outbox.add(edit_of(entry, key=cover.state.value, due_at=now), now=now)


def show_anew(unit: UnitOfWork, cover_id: int, now: datetime) -> None:
    """Bring the question of a cover up to date where it stands, once somebody else's doing changed it."""
    entry = unit.outbox.by_key(_asked_key(_there(unit, cover_id)))
    if entry is not None and entry.body is not None:
        unit.outbox.add(edit_of(entry, key=now.isoformat(), due_at=now), now=now)


def recompose(unit: UnitOfWork, member: Member, entry: Entry, now: datetime) -> Mapping[str, Any] | None:
    """The facts of a question as they are true now; before it is sent None when nothing is asked any more."""
    cover = unit.covers.get(int(str(entry.facts["cover"])))
    if cover is None or (entry.body is None and cover.state is not CoverState.ASKED):
        return None
    return {**entry.facts, "sheet": as_json(sheet_of(unit, cover, member, now))}


def _asked_key(cover: Cover) -> str:
    return f"cover:{cover.id}:asked"


def _there(unit: UnitOfWork, cover_id: int) -> Cover:
    found = unit.covers.get(cover_id)
    assert found is not None, "a cover does not vanish within a transaction"
    return found


# --- Telling ----------------------------------------------------------------------------------------------


def own(
    unit: UnitOfWork, member: Member, now: datetime
) -> tuple[tuple[CoverSheet, ...], tuple[CoverSheet, ...]]:
    """The open covers of a member: those in which they cover or are asked to, and those in which they are covered."""
    today = member.calendar.local_date(now)
    return (
        tuple(sheet_of(unit, each, member, now) for each in unit.covers.of_colleague(member.id, today)),
        tuple(sheet_of(unit, each, member, now) for each in unit.covers.of_owner(member.id, today)),
    )


def has_any(house: House, actor: Actor) -> bool:
    """Whether who asks covers for somebody, or is asked to."""
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        return bool(unit.covers.of_colleague(member.id, member.calendar.local_date(house.clock())))


def of_member(house: House, workspace_id: int, member_id: int) -> tuple[CoverSheet, ...]:
    """The open covers in which a member is covered for, for whoever runs the machine."""
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        member = unit.members.get(member_id)
        return () if member is None else own(unit, member, now)[1]


def by_member(house: House, workspace_id: int, member_id: int) -> tuple[CoverSheet, ...]:
    """As `of_member`, of those by which the member covers, or is asked to."""
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        member = unit.members.get(member_id)
        return () if member is None else own(unit, member, now)[0]


# --- While it is in force ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AtHand:
    """What covers mean for a member today: `mine` are those by which they cover, with whom they cover for.

    `away` are clients of their own by id, each by itself in the hands of a colleague, who hears of them meanwhile, with
    the cover. `others` are clients by id that are each in the hands of somebody else, while the member has the rest of
    the book. `today` is the member's day.
    """

    today: date
    mine: tuple[tuple[Cover, Member], ...] = ()
    away: Mapping[int, Cover] = field(default_factory=dict)
    others: frozenset[int] = frozenset()

    def means(self, cover: Cover, client: Client) -> bool:
        """Whether the member sees to the client by this cover of theirs."""
        return cover.about(client) and (bool(cover.client_ids) or client.id not in self.others)

    def of(self, client: Client) -> tuple[Cover, Member] | None:
        """By which cover the member sees to the client, and for whom; None for none."""
        cover = covering([each for each, _ in self.mine if self.means(each, client)], client, self.today)
        return next((each for each in self.mine if each[0] is cover), None)


def at_hand(unit: UnitOfWork, member: Member, now: datetime) -> AtHand:
    """What covers mean for a member at `now`."""
    today = member.calendar.local_date(now)
    mine = []
    for cover in unit.covers.of_colleague(member.id, today):
        owner = unit.members.get(cover.owner_id) if cover.in_force(today) else None
        if owner is not None:
            mine.append((cover, owner))
    away = {number: cover for cover in by_themselves(unit, member.id, today) for number in cover.client_ids}
    books = {owner.id for cover, owner in mine if not cover.client_ids}
    others = {
        number
        for owner_id in sorted(books)
        for cover in by_themselves(unit, owner_id, today)
        if cover.colleague_id != member.id
        for number in cover.client_ids
    }
    return AtHand(today, tuple(mine), away, frozenset(others))


def by_themselves(unit: UnitOfWork, owner_id: int, first: date, last: date | None = None) -> list[Cover]:
    """Covers of some clients of an owner, each by itself, that are in force on a day from `first` to `last` (None: on
    `first`)."""
    return [
        cover
        for cover in unit.covers.of_owner(owner_id, first)
        if cover.client_ids
        and cover.is_in_force_between(first, last or first)
        and _is_here(unit, cover.colleague_id)
    ]


def _is_here(unit: UnitOfWork, colleague_id: int) -> bool:
    """Whether somebody who agreed to cover still uses Rapport: else what they agreed to is the owner's again."""
    colleague = unit.members.get(colleague_id)
    return colleague is not None and colleague.active


def sees_to(row: Row | Owed, client: Client, member: Member, hand: AtHand) -> bool:
    """Whether a row of a sent digest still is for its reader: their own client, or one that they still cover.

    What they covered for and own now goes on to be theirs, but for what another one promised.
    """
    if row.covering and client.owner_id != member.id:
        return hand.of(client) is not None
    if row.covering and isinstance(row, Owed):
        return False
    if client.id in hand.away:
        return False
    return client.owner_id == member.id or isinstance(row, Owed)


def urgent(
    unit: UnitOfWork,
    hand: AtHand,
    own_clients: Sequence[Client],
    member: Member,
    now: datetime,
    cadences: Cadences,
    limit: int,
) -> list[Client]:
    """Of the member's own due clients those that are not in the hands of a colleague, and those covered for that are
    due, the most urgent `limit` of each owner."""
    found = {client.id: client for client in own_clients if client.id not in hand.away}
    for cover, owner in hand.mine:
        if cover.client_ids:
            some = [unit.clients.get(each) for each in cover.client_ids]
            meant = [each for each in some if each is not None and is_nudgeable(each, now)]
        else:
            most = limit + len(hand.others)
            meant = list(unit.books.most_urgent(owner.id, now, cadences, most, reader_id=member.id))
        found |= {client.id: client for client in meant if hand.means(cover, client)}
    return list(found.values())


def owed(unit: UnitOfWork, member: Member, hand: AtHand, now: datetime) -> tuple[Owed, ...]:
    """As `urgent`, of promises: the member's own, and what the colleagues covered for promised to the clients that
    are meant."""
    until = promises.horizon(member, now)
    own_rows = promises.owed_by(unit, member, until, now)
    found = {row.promise_id: row for row in own_rows if row.client_id not in hand.away}
    for cover, owner in hand.mine:
        for row in promises.owed_by(unit, member, until, now, of=owner):
            client = unit.clients.get(row.client_id)
            if client is not None and hand.means(cover, client):
                found.setdefault(row.promise_id, row)
    return tuple(sorted(found.values(), key=lambda row: (row.due_on, row.promise_id)))


def coming(
    unit: UnitOfWork, member: Member, hand: AtHand, now: datetime
) -> list[tuple[Client, tuple[Occasion, ...]]]:
    """As `urgent`, of clients with an occasion that comes up, the nearest first."""
    found = {
        client.id: (client, near)
        for client, near in occasions.of_owner(unit, member, now)
        if client.id not in hand.away
    }
    for cover, owner in hand.mine:
        for client, near in occasions.of_owner(unit, member, now, of=owner):
            if hand.means(cover, client):
                found.setdefault(client.id, (client, near))
    return sorted(found.values(), key=lambda each: (each[1][0].on, each[0].name.casefold(), each[0].id))


def marked(unit: UnitOfWork, hand: AtHand, rows: Sequence[AnyRow], member: Member) -> tuple[AnyRow, ...]:
    """The rows, those that the member covers for with whose they are and until when."""
    return tuple(_marked(unit, hand, row, member) for row in rows) if hand.mine else tuple(rows)


def _marked(unit: UnitOfWork, hand: AtHand, row: AnyRow, member: Member) -> AnyRow:
    client = unit.clients.get(row.client_id)
    found = None if client is None or client.owner_id == member.id else hand.of(client)
    if found is None:
        return row
    cover, owner = found
    until = cover.last.isoformat()
    if isinstance(row, Owed) and row.also is not None:
        row = replace(row, also=replace(row.also, covering=owner.name, covering_until=until))
    return replace(row, covering=owner.name, covering_until=until)
