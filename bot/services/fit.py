"""Whom a client would suit, who must not have it, and what members say of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.absences import Absence
from bot.domain.clients import Client, may_hand_over
from bot.domain.fit import (
    LEAVE_AHEAD,
    POINTS,
    TOUCHED_WITHIN,
    Because,
    Candidate,
    ClientFacts,
    MemberFacts,
    candidates,
    facts_of,
    weights_of,
)
from bot.domain.history import ChangeKind, NewChange, Subject
from bot.domain.members import Member
from bot.domain.refusals import Refusal
from bot.domain.strengths import NOTHING, Declared, Strength, checked
from bot.ports import UnitOfWork
from bot.services.client_desk import exactly
from bot.services.house import Actor, House, present, stamp_of
from bot.services.owners import in_the_book, owner_of

MOST_EXCLUDED = 20
"""Members who must not have a client, for one reason."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """Who must not be given a client: member → why, and the members by id. `seen` stamps it."""

    because: Mapping[int, Because]
    people: Mapping[int, Member]
    seen: str


@dataclass(frozen=True, slots=True)
class Suited:
    """Whom a client would suit, the best first, each with their candidacy; `excluded` are left out.

    `unknown` names what is not known of the client and would say more: ``zone``, ``languages``.
    """

    client: Client
    candidates: tuple[tuple[Member, Candidate], ...]
    excluded: Excluded
    unknown: tuple[str, ...] = ()


# --- Candidates -----------------------------------------------------------------------------------------------


def candidates_for(
    unit: UnitOfWork,
    house: House,
    client: Client,
    now: datetime,
    *,
    exclude: Iterable[int] = (),
    wanted: Iterable[Strength] = (),
) -> tuple[Candidate, ...]:
    """Three members at most whom the client would suit, the best first; never its owner, nor who is excluded.

    `exclude` are further members not to be offered, `wanted` strengths asked for beside those that the client asks for.
    """
    facts = client_facts(unit, [client], now, wanted=wanted)[0]
    facts = replace(facts, excluded=facts.excluded | frozenset(exclude))
    return candidates(facts, Book(unit, [facts], now).members_for(facts), weights_of(unit.workspace))


def client_facts(
    unit: UnitOfWork, clients: Sequence[Client], now: datetime, *, wanted: Iterable[Strength] = ()
) -> list[ClientFacts]:
    """What says of each of these clients whom it would suit."""
    ids = [client.id for client in clients]
    languages, excluded = unit.fit.languages(ids), unit.fit.exclusions(ids)
    today, strengths = day_of(unit, now), tuple(wanted)
    return [
        facts_of(client, languages.get(client.id, {}), excluded.get(client.id, {}), today, strengths)
        for client in clients
    ]


class Book:
    """What says of all members whether some clients would suit them; read once for all of these clients."""

    def __init__(self, unit: UnitOfWork, clients: Sequence[ClientFacts], now: datetime) -> None:
        self.members: Sequence[Member] = unit.members.all()
        today = day_of(unit, now)
        self._declared = unit.fit.all_declared()
        self._touched = unit.fit.touched([client.id for client in clients], now - TOUCHED_WITHIN)
        self._burdens = {
            country: unit.fit.burdens(country, now) for country in dict.fromkeys(c.country for c in clients)
        }
        self._away: dict[int, list[Absence]] = {}
        for absence in unit.fit.away(today, today + LEAVE_AHEAD):
            self._away.setdefault(absence.member_id, []).append(absence)

    def members_for(self, client: ClientFacts) -> list[MemberFacts]:
        """Of each member what counts for that client."""
        burdens = self._burdens[client.country]
        touched = self._touched.get(client.id, {})
        found = []
        for member in self.members:
            burden, spoke = burdens.get(member.id), touched.get(member.id)
            found.append(
                MemberFacts(
                    member=member,
                    declared=self._declared.get(member.id, NOTHING),
                    points=0 if burden is None else sum(POINTS[t] * n for t, n in burden.clients.items()),
                    in_market=0 if burden is None else burden.in_market,
                    taken=0 if burden is None else burden.taken,
                    touches=0 if spoke is None else spoke.count,
                    touched_on=None if spoke is None else member.calendar.local_date(spoke.last),
                    away=tuple(self._away.get(member.id, ())),
                )
            )
        return found


def day_of(unit: UnitOfWork, now: datetime) -> date:
    """The day in the workspace's own zone."""
    return now.astimezone(ZoneInfo(unit.workspace.zone)).date()


def suited(house: House, actor: Actor, client_id: int) -> Suited:
    """Whom a client would suit, for who may hand it over: the owner's lead, and admins.

    Raises the refusals of `in_the_book` and ``client.not_to_hand_over`` (client).
    """
    with house.memory.read(actor.workspace_id) as unit:
        return _suited(unit, house, _to_hand_over(unit, present(unit, actor), client_id))


def suited_by_operator(house: House, workspace_id: int, name: str) -> Suited:
    """What `suited` tells, for whoever runs the machine. Raises the refusals of `exactly` and `in_the_book`."""
    with house.memory.read(workspace_id) as unit:
        return _suited(unit, house, in_the_book(unit, exactly(unit, name).id))


def _to_hand_over(unit: UnitOfWork, member: Member, client_id: int) -> Client:
    found = unit.clients.get(client_id)
    client = in_the_book(unit, client_id if found is None else found.id)
    if not may_hand_over(member, owner_of(unit, client)):
        raise Refusal("client.not_to_hand_over", client=client.name, field="owner")
    return client


def _suited(unit: UnitOfWork, house: House, client: Client) -> Suited:
    now = house.clock()
    found = candidates_for(unit, house, client, now)
    people = [(unit.members.get(each.member_id), each) for each in found]
    facts = client_facts(unit, [client], now)[0]
    unknown = [("zone", client.zone is None), ("languages", not facts.languages)]
    return Suited(
        client=client,
        candidates=tuple((member, each) for member, each in people if member is not None),
        excluded=_excluded(unit, client.id),
        unknown=tuple(name for name, missing in unknown if missing),
    )


# --- Who must not have a client ---------------------------------------------------------------------------------


def _excluded(unit: UnitOfWork, client_id: int) -> Excluded:
    because = unit.fit.exclusions([client_id]).get(client_id, {})
    people = {number: member for number in because if (member := unit.members.get(number)) is not None}
    return Excluded(because, people, stamp_of(sorted(because.items())))


def excluded(house: House, actor: Actor, client_id: int) -> tuple[Client, Excluded]:
    """Who must not be given a client. Raises as `suited`."""
    with house.memory.read(actor.workspace_id) as unit:
        client = _to_hand_over(unit, present(unit, actor), client_id)
        return client, _excluded(unit, client.id)


def exclude(
    house: House, actor: Actor, client_id: int, because: Mapping[int, Because], *, seen: str
) -> tuple[Client, Excluded]:
    """Let these members, and no others, be kept from a client; the history says that it changed, and not who it is.

    `seen` is the stamp of what was shown. Raises as `suited`, ``fit.changed`` (client) when somebody else changed it
    meanwhile, ``fit.too_many`` (limit) and ``member.unknown``.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        client = _to_hand_over(unit, member, client_id)
        unit.clients.hold(client.id)
        before = _excluded(unit, client.id)
        if before.seen != seen:
            raise Refusal("fit.changed", client=client.name)
        if any(list(because.values()).count(reason) > MOST_EXCLUDED for reason in Because):
            raise Refusal("fit.too_many", limit=MOST_EXCLUDED)
        if any(unit.members.get(number) is None for number in because):
            raise Refusal("member.unknown")
        _exclude(unit, client, before.because, because, member, now)
        return client, _excluded(unit, client.id)


def exclude_by_operator(
    house: House, workspace_id: int, name: str, user_id: str, because: Because | None
) -> Suited:
    """Keep a member from a client for that reason, or (None) no more; for whoever runs the machine.

    Raises the refusals of `exactly` and `in_the_book`, and ``member.unknown``.
    """
    now = house.clock()
    with house.memory.write(workspace_id) as unit:
        client = in_the_book(unit, exactly(unit, name).id)
        unit.clients.hold(client.id)
        person = unit.members.by_user(user_id)
        if person is None:
            raise Refusal("member.unknown")
        before = _excluded(unit, client.id).because
        after = {number: reason for number, reason in before.items() if number != person.id}
        if because is not None:
            after[person.id] = because
        _exclude(unit, client, before, after, None, now)
        return _suited(unit, house, client)


def _exclude(
    unit: UnitOfWork,
    client: Client,
    before: Mapping[int, Because],
    after: Mapping[int, Because],
    by: Member | None,
    now: datetime,
) -> None:
    if dict(before) == dict(after):
        return
    author = None if by is None else by.id
    for number in before.keys() - after.keys():
        unit.fit.allow(client.id, number)
    for number, reason in after.items():
        if before.get(number) is not reason:
            unit.fit.exclude(client.id, number, reason, by=author, at=now)
    # Counts alone: the history is read by people whom it may be about.
    counts = {"exclusions": [len(before), len(after)]}
    unit.history.add(NewChange(Subject.CLIENT, client.id, client.id, ChangeKind.EDITED, now, author, counts))


# --- What members say of themselves ------------------------------------------------------------------------------


def declared(house: House, actor: Actor) -> Declared:
    with house.memory.read(actor.workspace_id) as unit:
        return unit.fit.declared(present(unit, actor).id)


def declared_by(house: House, workspace_id: int, member_id: int) -> Declared:
    """What a member says of themselves, for whoever runs the machine."""
    with house.memory.read(workspace_id) as unit:
        return unit.fit.declared(member_id)


def declare(house: House, actor: Actor, said: Declared) -> Declared:
    """Take down what the member who asks says of themselves, in the place of what they said before.

    Raises the refusals of `checked`.
    """
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        tidied = checked(said)
        unit.fit.declare(member.id, tidied, at=house.clock())
        return tidied


def declare_by_operator(house: House, workspace_id: int, user_id: str, said: Declared) -> Declared:
    """What `declare` does, for whoever runs the machine. Raises the refusals of `checked`, and ``member.unknown``."""
    with house.memory.write(workspace_id) as unit:
        member = unit.members.by_user(user_id)
        if member is None:
            raise Refusal("member.unknown")
        tidied = checked(said)
        unit.fit.declare(member.id, tidied, at=house.clock())
        return tidied
