"""What an import would do: every row of a list held against the book, and packed for the day it is written.

The plan is made while nobody waits; it reads the book some hundred clients at a time. Writing it is `writing`'s.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum
from itertools import islice
from zoneinfo import ZoneInfo

from bot.domain.absences import Absence
from bot.domain.book_columns import Recognised
from bot.domain.book_rows import (
    BookRow,
    Reading,
    RejectedRow,
    RowReader,
    ToldClient,
    ToldContact,
    identity,
    merged,
    plain,
)
from bot.domain.cadence import CALM_AFTER_IMPORT, Moments, cadences_of, clock
from bot.domain.clients import Client, Part, Status, Tier
from bot.domain.covers import Cover
from bot.domain.history import differences
from bot.domain.imports import Decision, HeldClient, HeldContact, may_import_for
from bot.domain.lookalikes import LookAlikes
from bot.domain.members import Member, Role
from bot.domain.money import Money
from bot.domain.names import fold, normalise
from bot.domain.working_time import WorkingCalendar
from bot.ports import NewClient, NewContact, UnitOfWork, description_of, description_of_contact
from bot.services.imports import facts
from bot.services.imports.reading import Survey, Table, countries, rows
from bot.services.imports.spool import FileSpool
from bot.services.owners import aged_by, workspace_calendar

MOST_HANDED = 2000
"""Clients that one list may take from one member and give to another: each goes with all that is open."""
_GROUPS_AT_ONCE = 400
_ROWS_OF_A_GROUP = 1000
_SHOWN = 20
_USER_ID = re.compile(r"[UW][A-Z0-9]{2,30}")


class Kind(StrEnum):
    """What becomes of a client, or of a row, of a list."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody decided of a list: `mapping` heading → column, `decisions` normalised name → what it is.

    `skip_wrong` leaves wrong rows out. `owners` says whom the list means by an owner's name: a member, or nobody.
    `others` decides of look-alikes that are not among `decisions`.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    day_first: bool | None = None
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    skip_wrong: bool = False
    others: Decision | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """One thing that the preview tells: the client, the line, and for what is in the way its code and what stood there.

    `other` is the client that this one looks like; `fields` are what would change.
    """

    kind: Kind
    line: int
    name: str
    code: str = ""
    found: str = ""
    other: str = ""
    fields: tuple[str, ...] = ()


@dataclass(slots=True)
class Preview:
    """What an import would do, or did: how many of each kind, and the first of each.

    `contacts` and `contacts_changed` count people. `undecided` is a date that can be read both ways where the list does
    not say how.
    """

    headings: tuple[str, ...]
    recognised: Recognised
    digest: str
    undecided: str = ""
    counts: Counter[Kind] = field(default_factory=Counter)
    shown: dict[Kind, list[Noted]] = field(default_factory=lambda: {kind: [] for kind in Kind})
    contacts: int = 0
    contacts_changed: int = 0

    @property
    def blocked(self) -> bool:
        """Whether something has to be decided or mended before anything can be written."""
        return bool(self.counts[Kind.REJECTED] or self.counts[Kind.CONFLICT])

    @property
    def changes_something(self) -> bool:
        return bool(
            self.counts[Kind.NEW] or self.counts[Kind.CHANGED] or self.contacts or self.contacts_changed
        )


@dataclass(frozen=True, slots=True)
class _Group:
    """Neighbouring rows of one client."""

    key: str
    line: int
    told: ToldClient
    people: list[tuple[int, ToldContact]]


Report = Callable[[Noted], None]
Progress = Callable[[int, int], None]


class Planner:
    """Plans one list against the book that `unit` sees."""

    def __init__(
        self,
        unit: UnitOfWork,
        reader: Member | None,
        choices: Choices,
        now: datetime,
        spool: FileSpool,
        report: Report | None = None,
    ) -> None:
        self.owners = Owners(unit, choices.owners)
        self.handed: dict[int, int] = {}
        """Clients that go to another member, or to their first, by their numbers, with who gets them (see `Owners`)."""
        self._unit = unit
        self._reader = reader
        self._choices = choices
        self._now = now
        self._spool = spool
        self._report = report
        self._clocks: dict[tuple[object, ...], Moments | None] = {}
        self._calm: dict[int | None, datetime] = {}
        self._names: dict[str, int | tuple[int, ...]] = {}
        self._near = LookAlikes()
        self._ids: dict[str, int] = {}
        self._systems: dict[int, set[str]] = {}
        self._new_names: list[str] = []
        self._done: set[int] = set()
        self._whole: dict[str, ToldClient] = {}
        self._people: dict[int, set[int]] = {}
        self._places: dict[int, int] = {}

    def plan(self, table: Table, survey: Survey, progress: Progress | None = None) -> Preview:
        """Plan the whole list; what is to be written is in the spool afterwards."""
        today = self._now.astimezone(ZoneInfo(self._unit.workspace.zone)).date()
        order = survey.day_first if self._choices.day_first is None else self._choices.day_first
        reading = Reading(today, survey.recognised.system, countries(), order)
        self._preview = Preview(
            survey.headings,
            survey.recognised,
            table.digest,
            survey.undecided if self._choices.day_first is None else "",
        )
        self._hold_names()
        self._scattered = survey.scattered
        if survey.scattered:
            self._gather(_read(table, survey, reading))
        groups = self._groups(_counted(_read(table, survey, reading), survey.rows, progress))
        while some := list(islice(groups, _GROUPS_AT_ONCE)):
            self._plan_some(some)
        return self._preview

    # --- Reading the list -----------------------------------------------------------------------------------

    def _gather(self, found: Iterable[BookRow | RejectedRow]) -> None:
        """What is said of clients whose rows do not stand together, from all of these."""
        for row in found:
            if isinstance(row, BookRow):
                key = identity(row.client.external_ids, row.client.name)
                if key in self._scattered:
                    known = self._whole.get(key)
                    self._whole[key] = row.client if known is None else merged(known, row.client)

    def _groups(self, found: Iterable[BookRow | RejectedRow]) -> Iterator[_Group]:
        group: _Group | None = None
        last: ToldClient | None = None
        for row in found:
            if isinstance(row, RejectedRow):
                self._reject(row.line, "", row.code, row.found)
                continue
            if group is not None and row.client is last and len(group.people) < _ROWS_OF_A_GROUP:
                if row.contact is not None:
                    group.people.append((row.line, row.contact))
                continue
            last = row.client
            key = identity(row.client.external_ids, row.client.name)
            people = [] if row.contact is None else [(row.line, row.contact)]
            if group is not None and key == group.key and len(group.people) < _ROWS_OF_A_GROUP:
                group.people.extend(people)
                group = replace(group, told=merged(group.told, row.client))
                continue
            if group is not None:
                yield group
            group = _Group(key, row.line, self._whole.get(key, row.client), people)
        if group is not None:
            yield group

    # --- Whom a row means -----------------------------------------------------------------------------------

    def _hold_names(self) -> None:
        for key, client_id, _ in self._unit.imports.names():
            held = self._names.get(key)
            if held is None:
                self._names[key] = client_id
                self._near.add(key, client_id)
            elif held != client_id and not (isinstance(held, tuple) and client_id in held):
                self._names[key] = (*(held if isinstance(held, tuple) else (held,)), client_id)

    def _plan_some(self, groups: Sequence[_Group]) -> None:
        self._hold_ids(groups)
        meant = [(group, *found) for group in groups if (found := self._meant(group)) is not None]
        known = sorted({target for _, target, _ in meant if target > 0})
        held = {each.client.id: each for each in self._unit.imports.clients(known)}
        people: dict[int, list[HeldContact]] = {}
        for each in self._unit.imports.contacts(known):
            people.setdefault(each.contact.client_id, []).append(each)
        ids = [
            person.external_id for group, _, _ in meant for _, person in group.people if person.external_id
        ]
        elsewhere = self._unit.imports.contacts_called(ids) if ids else {}
        for group, target, by_alias in meant:
            if target < 0:
                if by_alias and target in self._done:
                    place = self._places.get(target, target)
                    self._spool.put("name", self._unit.imports.pack_name(place, group.told.name))
                if target in self._done or self._plan_new(group, target):
                    self._plan_people(group, target, (), elsewhere)
            elif target in self._done or self._plan_known(group, held[target], by_alias):
                self._plan_people(group, target, people.get(target, ()), elsewhere)

    def _hold_ids(self, groups: Sequence[_Group]) -> None:
        """Look up by which ids the clients of these groups are known, and those that have their names."""
        called = [each for group in groups for each in group.told.external_ids if each not in self._ids]
        if not called:
            return
        self._ids |= self._unit.imports.clients_called(called)
        named = {
            target
            for group in groups
            if group.told.external_ids and not any(each in self._ids for each in group.told.external_ids)
            if isinstance(target := self._names.get(normalise(group.told.name)), int) and target > 0
        }
        for held in self._unit.imports.clients(sorted(named)):
            self._systems.setdefault(held.client.id, set()).update(map(_system_of, held.external_ids))

    def _meant(self, group: _Group) -> tuple[int, bool] | None:
        """Whom a group means: a client of the book, or a negative number for a new one; None when it is left out.

        Whether the name is to become another name of that client stands beside it.
        """
        told = group.told
        for each in told.external_ids:
            if (target := self._ids.get(each)) is not None:
                return self._remembered(group, target), False
        if not told.name:
            called = told.external_ids[0].rpartition(":")[2]
            self._reject(group.line, called, "client.unknown", called)
            return None
        key = normalise(told.name)
        held = self._names.get(key)
        if isinstance(held, tuple):
            self._reject(group.line, told.name, "name.ambiguous", told.name)
            return None
        decision = self._choices.decisions.get(key)
        if held is not None and not self._is_another(told, held):
            return self._remembered(group, held), False
        near = (held, key) if held is not None else self._near.find(key)
        if near is not None and decision is None:
            decision = self._choices.others
        if near is not None and decision is None:
            self._conflict(group, near[0])
            return None
        if decision is Decision.SKIP:
            self._note(Noted(Kind.SKIPPED, group.line, told.name))
            return None
        if near is not None and decision is Decision.SAME:
            return self._remembered(group, near[0]), True
        return self._remembered(group, -1 - len(self._new_names)), False

    def _is_another(self, told: ToldClient, target: int) -> bool:
        """Whether the client of that name has another id in the same system already: two companies of one name."""
        known = self._systems.get(target, ())
        return any(_system_of(each) in known for each in told.external_ids)

    def _remembered(self, group: _Group, target: int) -> int:
        """Take down by which name and ids the client is known from here on."""
        told = group.told
        if target < -len(self._new_names):
            key = normalise(told.name)
            self._new_names.append(told.name)
            self._names.setdefault(key, target)
            self._near.add(key, target)
        for each in told.external_ids:
            self._ids.setdefault(each, target)
            self._systems.setdefault(target, set()).add(_system_of(each))
        return target

    def _conflict(self, group: _Group, target: int) -> None:
        other = self._new_names[-1 - target] if target < 0 else self._name_of(target)
        self._note(Noted(Kind.CONFLICT, group.line, group.told.name, "name.near", other=other))

    def _name_of(self, client_id: int) -> str:
        client = self._unit.clients.get(client_id)
        return "" if client is None else client.name

    # --- Clients --------------------------------------------------------------------------------------------

    def _plan_new(self, group: _Group, target: int) -> bool:
        told = group.told
        team = self._team(group, {})
        owner_id = self._owner(group)
        if team is None or isinstance(owner_id, str):
            return False
        if owner_id is None and self._reader is not None and not may_import_for(self._reader, None):
            owner_id = self._reader.id
        if not self._may_have(group, owner_id):
            return False
        workspace = self._unit.workspace
        calendar = self.owners.calendar(owner_id)
        currency = told.currency or workspace.currency
        new = NewClient(
            name=told.name,
            owner_id=owner_id,
            tier=told.tier or Tier.B,
            market=told.market or workspace.country,
            currency=currency,
            aliases=_other_names(told.aliases, told.name),
            cadence_days=told.cadence_days,
            spoke_before_at=None if told.last_touch is None else calendar.at(told.last_touch, time(12)),
            calm_until=self._calm_until(owner_id),
            status=told.status or Status.ACTIVE,
            zone=told.zone or None,
            hours=told.hours,
            own_holidays=told.own_holidays,
            sector=told.sector,
            price_floor=None if told.price_floor is None else Money(told.price_floor, currency),
            offerings=told.offerings,
            relation_since=told.relation_since,
            contract_on=told.contract_on,
            renews_on=told.renews_on,
        )
        # The place in the spool is the number by which contacts refer to it: what was rejected takes none.
        self._spool.put(
            "client",
            self._unit.imports.pack_client(
                new, self._clock(new), team, told.channels, told.external_ids, self._now
            ),
        )
        if target != -self._spool.clients:
            self._places[target] = -self._spool.clients
        self._done.add(target)
        self._note(Noted(Kind.NEW, group.line, told.name))
        return True

    def _plan_known(self, group: _Group, held: HeldClient, by_alias: bool) -> bool:
        told, client = group.told, held.client
        owner_id = self._owner(group)
        team = self._team(group, held.team)
        if team is None or isinstance(owner_id, str):
            return False
        if not may_import_for(self._reader, self.owners.get(client.owner_id)):
            self._reject(group.line, client.name, "client.not_yours", client.name)
            return False
        if owner_id is not None and not (
            self._may_have(group, owner_id) and self._may_get(group, client, owner_id)
        ):
            return False
        name = self._name(group, held, by_alias)
        if name is None:
            return False
        wanted = self._wanted(told, client, owner_id, name, by_alias)
        channels = told.channels or held.channels
        added = [each for each in told.external_ids if each not in held.external_ids]
        changed = differences(facts.held_client(held), facts.of_client(wanted, team, channels))
        if added:
            changed["external_ids"] = [list(held.external_ids), [*held.external_ids, *added]]
        self._done.add(client.id)
        if not changed:
            self._note(Noted(Kind.SAME, group.line, client.name))
            return True
        if set(changed) != {"external_ids"}:
            wanted = replace(wanted, calm_until=self._calm_until(wanted.owner_id))
        if wanted.owner_id not in (client.owner_id, None):
            # Handed over once the list is written, with all that is open; till then it stays where it is.
            self.handed[client.id] = wanted.owner_id
            wanted = replace(wanted, owner_id=client.owner_id)
        spoke = max((at for at in (client.last_conversation_at, wanted.spoke_before_at) if at), default=None)
        described = replace(
            client,
            owner_id=wanted.owner_id,
            tier=wanted.tier,
            cadence_days=wanted.cadence_days,
            last_conversation_at=spoke,
            new_until=wanted.new_until,
            calm_until=wanted.calm_until,
        )
        ends = self._ends(replace(described, status=wanted.status))
        self._spool.put(
            "client_change",
            self._unit.imports.pack_client_change(
                held, wanted, (spoke, ends), team, channels, added, changed
            ),
        )
        self._note(Noted(Kind.CHANGED, group.line, client.name, fields=tuple(changed)))
        return True

    def _wanted(
        self, told: ToldClient, known: Client, owner_id: int | None, name: str, by_alias: bool
    ) -> NewClient:
        """The client as it should be afterwards; what the list does not say stays as it is."""
        owner_id = known.owner_id if owner_id is None else owner_id
        aliases = (*known.aliases, *told.aliases)
        if normalise(name) != normalise(known.name):
            aliases = (*aliases, known.name)
        if by_alias:
            aliases = (*aliases, told.name)
        currency = told.currency or known.currency
        floor = known.price_floor.amount if known.price_floor is not None else None
        floor = floor if told.price_floor is None else told.price_floor
        return replace(
            description_of(known),
            name=name,
            owner_id=owner_id,
            tier=told.tier or known.tier,
            market=known.market
            if known.market.startswith(f"{told.market}-")
            else told.market or known.market,
            currency=currency,
            aliases=_other_names(aliases, name),
            cadence_days=told.cadence_days or known.cadence_days,
            spoke_before_at=self._spoke_before(told.last_touch, known, owner_id),
            new_until=known.new_until,
            status=told.status or known.status,
            zone=told.zone or known.zone,
            hours=known.hours if told.hours is None else told.hours,
            own_holidays=told.own_holidays or known.own_holidays,
            sector=_said(told.sector, known.sector),
            price_floor=None if floor is None else Money(floor, currency),
            offerings=_all_said(told.offerings, known.offerings),
            relation_since=told.relation_since or known.relation_since,
            contract_on=told.contract_on or known.contract_on,
            renews_on=told.renews_on or known.renews_on,
        )

    def _spoke_before(self, told: date | None, known: Client, owner_id: int | None) -> datetime | None:
        """A conversation before the client came into the book; of one that the book knows of it learns nothing."""
        if told is None:
            return known.spoke_before_at
        calendar = self.owners.calendar(known.owner_id)
        if known.last_conversation_at is not None and told <= calendar.local_date(known.last_conversation_at):
            return known.spoke_before_at
        return self.owners.calendar(owner_id).at(told, time(12))

    def _name(self, group: _Group, held: HeldClient, by_alias: bool) -> str | None:
        """What the client is called afterwards: another name only where the list knows it by its id."""
        told, known = group.told.name, held.client.name
        by_id = any(each in held.external_ids for each in group.told.external_ids)
        if not by_id or by_alias or not told or told == plain(known):
            return known
        other = self._names.get(normalise(told))
        if other is not None and other != held.client.id:
            self._reject(group.line, told, "name.taken", told)
            return None
        return told

    # --- People ---------------------------------------------------------------------------------------------

    def _plan_people(
        self, group: _Group, target: int, held: Sequence[HeldContact], elsewhere: Mapping[str, HeldContact]
    ) -> None:
        """Add contacts that the client does not have, update those it has."""
        seen = self._people.setdefault(target, set()) if self._is_split(group, target) else set()
        by_name = {fold(each.contact.name): each for each in reversed(held)}
        by_mail = {each.contact.email.casefold(): each for each in held if each.contact.email}
        for _, person in _people(group):
            key = hash(f"#{person.external_id}" if person.external_id else fold(person.name))
            if key in seen:
                continue
            seen.add(key)
            known = elsewhere.get(person.external_id) if person.external_id else None
            if known is None and held:
                known = by_name.get(fold(person.name)) or by_mail.get(person.email.casefold() or "-")
                if known is not None and person.external_id and _is_other(known, person.external_id):
                    known = None
            if known is None:
                self._add_person(person, self._places.get(target, target))
            else:
                self._change_person(person, known)

    def _is_split(self, group: _Group, target: int) -> bool:
        """Whether the client has more rows elsewhere in the list."""
        return group.key in self._scattered or len(group.people) >= _ROWS_OF_A_GROUP or target in self._people

    def _add_person(self, person: ToldContact, client_id: int) -> None:
        new = NewContact(
            client_id=client_id,
            name=person.name,
            role=person.role,
            email=person.email or None,
            employer=person.employer or None,
            regimes=person.regimes,
            jurisdiction=person.jurisdiction or None,
            language=person.language,
            preferences=person.preferences,
        )
        left_at = None if person.left is None else self.owners.calendar(None).at(person.left, time(12))
        self._spool.put("contact", self._unit.imports.pack_contact(new, person.external_id, left_at))
        self._preview.contacts += 1

    def _change_person(self, person: ToldContact, held: HeldContact) -> None:
        known = held.contact
        described = description_of_contact(known)
        by_id = person.external_id in held.external_ids or fold(person.name) != fold(known.name)
        wanted = replace(
            described,
            name=_said(person.name, known.name) if by_id else known.name,
            role=_said(person.role, known.role),
            email=_said(person.email, known.email or "") or None,
            employer=_said(person.employer, known.employer or "") or None,
            regimes=person.regimes or known.regimes,
            jurisdiction=person.jurisdiction or known.jurisdiction,
            language=person.language or known.language,
            preferences=known.preferences
            if {name: plain(said) for name, said in known.preferences.items()} == person.preferences
            else person.preferences or known.preferences,
        )
        left_at, calendar = known.left_at, self.owners.calendar(None)
        if person.left is not None and (left_at is None or calendar.local_date(left_at) != person.left):
            left_at = calendar.at(person.left, time(12))
        changed = differences(facts.held_contact(held), facts.of_contact(wanted, left_at))
        added = person.external_id if person.external_id not in held.external_ids else ""
        if added:
            changed["external_ids"] = [list(held.external_ids), [*held.external_ids, added]]
        if changed:
            self._spool.put(
                "contact_change",
                self._unit.imports.pack_contact_change(held, wanted, left_at, added, changed),
            )
            self._preview.contacts_changed += 1

    # --- Owners, clocks, notes --------------------------------------------------------------------------------

    def _owner(self, group: _Group) -> int | str | None:
        """Who the list says owns the client; the rejected text where it names nobody we know."""
        return self._member(group, group.told.owner)

    def _member(self, group: _Group, typed: str) -> int | str | None:
        if not typed:
            return None
        found = self.owners.find(typed)
        if found is None and not self.owners.is_nobody(typed):
            self._reject(group.line, group.told.name, "owner.unknown", typed)
            return typed
        return found

    def _team(self, group: _Group, held: Mapping[Part, int]) -> Mapping[Part, int] | None:
        team = dict(held)
        for part, typed in ((Part.BACKUP, group.told.backup), (Part.SPONSOR, group.told.sponsor)):
            found = self._member(group, typed)
            if isinstance(found, str):
                return None
            if found is not None:
                team[part] = found
        return team

    def _may_have(self, group: _Group, owner_id: int | None) -> bool:
        if may_import_for(self._reader, self.owners.get(owner_id)):
            return True
        self._reject(group.line, group.told.name, "owner.not_yours", group.told.owner)
        return False

    def _may_get(self, group: _Group, client: Client, owner_id: int) -> bool:
        """Whether somebody may be given a client that the book knows."""
        if owner_id == client.owner_id:
            return True
        owner, name = self.owners.get(owner_id), group.told.owner
        if owner is None:
            why = ""  # seen for the first time: they are taken in as an account manager
        elif not owner.active:
            why = "owner.left"
        elif not (owner.is_(Role.ACCOUNT_MANAGER) or owner.is_(Role.LEAD)):
            why = "owner.no_keeper"
        elif owner.id in self._unit.fit.exclusions([client.id]).get(client.id, {}):
            why = "owner.excluded"
        else:
            why = "owner.too_many" if len(self.handed) >= MOST_HANDED else ""
        if why:
            self._reject(group.line, group.told.name, why, name)
        return not why

    def _clock(self, new: NewClient) -> Moments | None:
        """When a new client is due. Clients of one owner, tier and last touch are due alike: it is reckoned once."""
        if new.status is Status.ON_HOLD:
            return None
        key = (new.owner_id, new.tier, new.cadence_days, new.spoke_before_at, new.calm_until)
        if key not in self._clocks:
            client = Client(
                id=0,
                name=new.name,
                owner_id=new.owner_id,
                tier=new.tier,
                market=new.market,
                currency=new.currency,
                created_at=self._now,
                cadence_days=new.cadence_days,
                last_conversation_at=new.spoke_before_at,
                calm_until=new.calm_until,
            )
            self._clocks[key] = self._ends(client)
        return self._clocks[key]

    def _ends(self, client: Client) -> Moments | None:
        """When a client is due: by the calendar by which it ages, and the intervals of the workspace."""
        return clock(client, self.owners.aging_calendar(client), self._now, cadences_of(self._unit.workspace))

    def _calm_until(self, owner_id: int | None) -> datetime:
        """Until when nothing turns red after an import that brought or changed a client."""
        if owner_id not in self._calm:
            calendar, starts_on = self.owners.calendar(owner_id), self._unit.workspace.starts_on
            day = calendar.add_working_days(calendar.local_date(self._now), CALM_AFTER_IMPORT)
            self._calm[owner_id] = calendar.starts(day if starts_on is None else max(day, starts_on))
        return self._calm[owner_id]

    def _reject(self, line: int, name: str, code: str, found: str) -> None:
        kind = Kind.SKIPPED if self._choices.skip_wrong else Kind.REJECTED
        self._note(Noted(kind, line, name, code, found))

    def _note(self, noted: Noted) -> None:
        self._preview.counts[noted.kind] += 1
        shown = self._preview.shown[noted.kind]
        if len(shown) < _SHOWN:
            shown.append(noted)
        if self._report is not None:
            self._report(noted)


class Owners:
    """Finds the members that a list names.

    A user id seen for the first time stands for somebody who is taken in when the list is written: -1 is the first of
    `newcomers`.
    """

    def __init__(self, unit: UnitOfWork, meant: Mapping[str, str]) -> None:
        self.newcomers: list[str] = []
        self._unit = unit
        self._meant = {fold(name): whom for name, whom in meant.items()}
        self._workspace = workspace_calendar(unit)
        members = unit.members.all()
        self._by_id = {member.id: member for member in members}
        self._by_user = {member.user_id: member for member in members}
        self._by_name: dict[str, list[Member]] = {}
        for member in members:
            self._by_name.setdefault(fold(member.name), []).append(member)
        self._found: dict[str, int | None] = {}
        self._away: dict[int, tuple[Sequence[Absence], Sequence[Cover]]] = {}

    def find(self, typed: str) -> int | None:
        typed = self._meant.get(fold(typed), typed) if self._meant else typed
        if typed not in self._found:
            self._found[typed] = self._look_up(typed)
        return self._found[typed]

    def is_nobody(self, typed: str) -> bool:
        """Whether somebody decided that this owner stands for nobody."""
        return self._meant.get(fold(typed)) == ""

    def get(self, member_id: int | None) -> Member | None:
        return None if member_id is None else self._by_id.get(member_id)

    def calendar(self, member_id: int | None) -> WorkingCalendar:
        member = self.get(member_id)
        return self._workspace if member is None else member.calendar

    def aging_calendar(self, client: Client) -> WorkingCalendar:
        """See `owners.aging_calendar`; what is known of an owner is read once for the whole list."""
        owner = self.get(client.owner_id)
        if owner is None:
            return self._workspace
        if owner.id not in self._away:
            self._away[owner.id] = (
                self._unit.members.absences(owner.id, date.min),
                self._unit.covers.agreed(owner.id, date.min),
            )
        return aged_by(owner, client, *self._away[owner.id])

    def _look_up(self, typed: str) -> int | None:
        if "@" in typed:
            mailed = self._unit.members.by_email(typed)
            return None if mailed is None else mailed.id
        named = self._by_name.get(fold(typed), ())
        if len(named) == 1:
            return named[0].id
        if not _USER_ID.fullmatch(typed):
            return None
        if typed in self._by_user:
            return self._by_user[typed].id
        self.newcomers.append(typed)
        return -len(self.newcomers)


def _read(table: Table, survey: Survey, reading: Reading) -> Iterator[BookRow | RejectedRow]:
    """The rows after the headings."""
    reader = RowReader(reading, survey.recognised.columns)
    first = True
    for row in rows(table):
        if isinstance(row, RejectedRow):
            yield row
        elif first:
            first = False
        else:
            yield reader.read(*row)


def _counted(
    found: Iterable[BookRow | RejectedRow], whole: int, progress: Progress | None
) -> Iterator[BookRow | RejectedRow]:
    for number, row in enumerate(found, 1):
        if progress is not None and number % 1000 == 0:
            progress(number, whole)
        yield row


def _people(group: _Group) -> Iterator[tuple[int, ToldContact]]:
    """The people of a group, each once: what a later row says of somebody fills what the first leaves open."""
    if len(group.people) < 2:
        yield from group.people
        return
    found: dict[str, tuple[int, ToldContact]] = {}
    for line, person in group.people:
        key = f"#{person.external_id}" if person.external_id else fold(person.name)
        known = found.get(key)
        found[key] = (line, person) if known is None else (known[0], _filled(known[1], person))
    yield from found.values()


def _filled(first: ToldContact, other: ToldContact) -> ToldContact:
    return ToldContact(
        name=first.name,
        external_id=first.external_id,
        role=first.role or other.role,
        email=first.email or other.email,
        employer=first.employer or other.employer,
        regimes=first.regimes or other.regimes,
        jurisdiction=first.jurisdiction or other.jurisdiction,
        language=first.language or other.language,
        preferences=first.preferences or other.preferences,
        left=first.left or other.left,
    )


def _is_other(held: HeldContact, external_id: str) -> bool:
    """Whether that person has another id in the same system: two people of one name."""
    return _system_of(external_id) in map(_system_of, held.external_ids)


def _system_of(external_id: str) -> str:
    system, colon, _ = external_id.partition(":")
    return system if colon else ""


def _other_names(aliases: Sequence[str], name: str) -> tuple[str, ...]:
    return tuple(alias for alias in dict.fromkeys(aliases) if alias != name)


def _said(told: str, known: str) -> str:
    """What a list says of a text; where it says the same in one line, what stands in the book stays."""
    return known if not told or told == plain(known) else told


def _all_said(told: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    return known if not told or told == tuple(map(plain, known)) else told
