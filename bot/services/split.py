"""A leaver's book shared out among others: the best plan with its reasons, and whether an edited plan still holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.clients import Client
from bot.domain.fit import Because, MemberFacts, Reason, Sharing, reasons, weights_of
from bot.domain.handover import Handover
from bot.domain.members import Member, Role
from bot.domain.refusals import Refusal
from bot.domain.split import CheckedRow, Fault, PlanRow, task_of
from bot.ports import UnitOfWork
from bot.services import handover, reassignment_steps
from bot.services.fit import Book, client_facts
from bot.services.house import House
from bot.solver import solve

LARGEST = 2000
"""Clients that are shared out at once, at most."""
_MOST_PAIRS = 100_000
_KEEPER = Role.ACCOUNT_MANAGER


@dataclass(frozen=True, slots=True)
class Given:
    """A client of the plan with who is to get it (None: nobody may) and why."""

    client: Client
    to: Member | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """What somebody of the plan gets: how many clients. `full`: it is more than they have room for."""

    member: Member
    clients: int
    full: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """How all clients of the `leavers` would be shared out, by tier and name; `best`: no other way is better."""

    leavers: tuple[Member, ...]
    given: tuple[Given, ...]
    shares: tuple[Share, ...]
    best: bool


def plan(house: House, workspace_id: int, from_users: Sequence[str], to_users: Sequence[str] = ()) -> Plan:
    """The best way to share out all clients of some members together; nothing is changed.

    `to_users` are those who may get some; none: everybody here who keeps clients. None of the `from_users` gets any.
    Raises Refusal ``split.unknown`` (name), ``split.empty`` (name), ``split.nobody`` or ``split.too_many`` (limit). The
    solver runs outside of any transaction.
    """
    with house.memory.read(workspace_id) as unit:
        leavers = [_member(unit, user).id for user in from_users]
        chosen = [_member(unit, user).id for user in to_users]
    return plan_among(house, workspace_id, leavers, chosen)


def plan_among(
    house: House,
    workspace_id: int,
    leaver_ids: Sequence[int],
    to_ids: Sequence[int] = (),
    *,
    most: int = LARGEST,
) -> Plan:
    """As `plan`, of members by their numbers, and of `most` clients at most.

    Raises Refusal ``split.unknown`` (name), ``split.empty`` (name) for the first who has no client, ``split.nobody``,
    ``split.too_many`` (limit) or ``split.too_large`` (limit).
    """
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        leavers = tuple(_there(unit, number) for number in dict.fromkeys(leaver_ids))
        leaving = {leaver.id for leaver in leavers}
        chosen = set(to_ids) or None
        clients: list[Client] = []
        for leaver in leavers:
            theirs = unit.clients.of_owner(leaver.id, LARGEST + 1)
            if not theirs:
                raise Refusal("split.empty", name=leaver.name)
            clients += theirs
        clients.sort(key=lambda c: (c.tier, c.name, c.id))
        if len(clients) > most:
            raise Refusal("split.too_large", limit=most)
        facts = client_facts(unit, clients, now)
        book = Book(unit, facts, now)
        weights = weights_of(unit.workspace)
        people = [each.member for each in _those(book.members_for(facts[0]), leaving, chosen)]
        if not people:
            raise Refusal("split.nobody")
        if len(clients) * len(people) > _MOST_PAIRS:
            raise Refusal("split.too_many", limit=_MOST_PAIRS)
        known = {client.id: _those(book.members_for(client), leaving, chosen) for client in facts}
    task = task_of(facts, known, weights)
    found = solve(task)
    loads = list(task.loads)
    counts = [0] * len(people)
    for row, column in enumerate(found.chosen):
        if column is not None:
            loads[column] += task.points[row]
            counts[column] += 1
    given = []
    for client, about, column in zip(clients, facts, found.chosen, strict=True):
        if column is None:
            given.append(Given(client, None))
            continue
        member_facts = _as_it_will_be(known[about.id][column], counts[column])
        why = reasons(about, member_facts, weights, Sharing(about), load=loads[column])
        given.append(Given(client, people[column], why))
    shares = [
        Share(person, counts[at], loads[at] > task.capacities[at])
        for at, person in enumerate(people)
        if counts[at]
    ]
    return Plan(leavers, tuple(given), tuple(shares), found.best)


def _member(unit: UnitOfWork, user_id: str) -> Member:
    member = unit.members.by_user(user_id)
    if member is None:
        raise Refusal("split.unknown", name=user_id)
    return member


def _there(unit: UnitOfWork, member_id: int) -> Member:
    member = unit.members.get(member_id)
    if member is None:
        raise Refusal("split.unknown", name="–")
    return member


def _those(everybody: Sequence[MemberFacts], leaving: set[int], chosen: set[int] | None) -> list[MemberFacts]:
    """Who may get clients of those who leave (None: everybody), always in the same order."""
    return [
        facts
        for facts in everybody
        if facts.member.id not in leaving
        and facts.member.active
        and facts.member.refreshed_at is not None
        and facts.member.is_(_KEEPER)
        and (chosen is None or facts.member.id in chosen)
    ]


def _as_it_will_be(facts: MemberFacts, more: int) -> MemberFacts:
    """Nobody is said to have taken over none, or many, for what this very plan gives them: it gives to all of them."""
    return replace(facts, taken=max(facts.taken, min(more, 1)))


# --- An edited plan -----------------------------------------------------------------------------------------


def check(house: House, workspace_id: int, rows: Sequence[PlanRow]) -> list[CheckedRow]:
    """Each line of a plan with what is wrong with it by now; nothing is changed."""
    with house.memory.read(workspace_id) as unit:
        return check_within(unit, rows)


def check_within(unit: UnitOfWork, rows: Sequence[PlanRow]) -> list[CheckedRow]:
    """As `check`, within a unit of work: asked again in the transaction that carries the plan out."""
    members = {member.user_id: member for member in unit.members.all()}
    names = {member.id: member for member in members.values()}
    excluded = unit.fit.exclusions(sorted({row.client_id for row in rows}))
    seen: set[int] = set()
    found = []
    for row in rows:
        client = unit.clients.itself(row.client_id)
        fault = _fault(row, client, members, excluded.get(row.client_id, {}))
        if fault is None and row.client_id in seen:
            fault = Fault.TWICE
        seen.add(row.client_id)
        owner = None if client is None or client.owner_id is None else names.get(client.owner_id)
        found.append(CheckedRow(row, fault, "" if owner is None else owner.name))
    return found


def _fault(
    row: PlanRow,
    client: Client | None,
    members: Mapping[str, Member],
    excluded: Mapping[int, Because],
) -> Fault | None:
    if client is None or client.name.strip() != row.client.strip():
        return Fault.UNKNOWN if client is None or client.merged_into_id is None else Fault.MERGED
    if client.merged_into_id is not None:
        return Fault.MERGED
    if client.archived:
        return Fault.ARCHIVED
    before = members.get(row.from_user)
    if client.owner_id != (None if before is None else before.id):
        return Fault.MOVED
    if not row.to_user:
        return Fault.NOBODY
    to = members.get(row.to_user)
    if to is None or not to.active or to.refreshed_at is None or not (to.is_(_KEEPER) or to.is_(Role.LEAD)):
        return Fault.GONE
    if to.id == client.owner_id:
        return Fault.OWN
    return Fault.EXCLUDED if to.id in excluded else None


def carry_out(house: House, workspace_id: int, rows: Sequence[PlanRow], *, reason: str) -> int:
    """Hand all clients of a plan over, in one transaction, for whoever runs the machine; how many there were.

    `reason` is one of `reassignment.Reason`. Every line is checked once more with the clients held. Raises Refusal
    ``split.faults`` (count) where a line does not hold by now (see `check`); nothing is changed then.
    """
    now = house.clock()
    with house.memory.write(workspace_id) as unit:
        reassignment_steps.hold_all_of(unit, [row.client_id for row in rows])
        faults = sum(each.fault is not None for each in check_within(unit, rows))
        if faults:
            raise Refusal("split.faults", count=faults)
        for row in rows:
            client, to = unit.clients.get(row.client_id), unit.members.by_user(row.to_user)
            assert client is not None, "the line was checked"
            assert to is not None, "the line was checked"
            handover.hand_over(unit, client, to.id, by=None, reason=reason, now=now)
        return len(rows)


def take_back(house: House, workspace_id: int, rows: Sequence[PlanRow]) -> handover.TakenBack:
    """Take the handovers of a plan back within a day, as far as each still can be, for whoever runs the machine.

    Of each line it is the latest handover from who had the client to who got it; a line of which nothing was handed
    over is left with Refusal ``split.not_handed`` (client).
    """
    now = house.clock()
    with house.memory.write(workspace_id) as unit:
        found: list[Handover] = []
        left: list[tuple[str, Refusal]] = []
        for row in rows:
            before, to = unit.members.by_user(row.from_user), unit.members.by_user(row.to_user)
            last = next(iter(unit.handovers.of_client(row.client_id, 1)), None)
            if (
                last is not None
                and before is not None
                and to is not None
                and (last.from_id, last.to_id) == (before.id, to.id)
            ):
                found.append(last)
            else:
                left.append((row.client, Refusal("split.not_handed", client=row.client)))
        done = handover.undo_within(unit, found, None, now)
        return handover.TakenBack(done.clients, (*left, *done.left))
