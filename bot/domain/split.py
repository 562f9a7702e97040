"""How many clients are shared out at once: what each pair costs, what a full book costs, and what a plan may say.

The best plan is the one of the least cost in all: for each client how little it suits who gets it, and for each member
how full their book becomes. The second rises with every tenth of the capacity, so that it is cheaper to give to who has
little than to who has much, and more than the capacity is taken only where nothing else is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.fit import POINTS, ClientFacts, MemberFacts, Sharing, Weights, may_be_given, suiting

SCALE = 1000
"""Costs are whole numbers of thousandths, so that two ways of the same cost are the same."""
STEPS = 10
"""Into how many parts a capacity is divided, each dearer than the one before."""
OVER = 100
"""How much dearer than the first part what lies beyond the capacity is."""
NOBODY = 10_000_000
"""What it costs to leave a client with nobody: more than anything else, so that it happens only where nobody may have
it."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be shared out, as numbers alone: rows are clients, columns members.

    `costs` are those of each pair, None for one that may not be; `points` what each client adds to a load, `loads` and
    `capacities` those of the members. `pressure` is what a book costs that is filled from empty to its capacity.
    """

    costs: tuple[tuple[int | None, ...], ...]
    points: tuple[int, ...]
    loads: tuple[int, ...]
    capacities: tuple[int, ...]
    pressure: int


def task_of(
    clients: Sequence[ClientFacts], known: Mapping[int, Sequence[MemberFacts]], weights: Weights
) -> Task:
    """The task of sharing `clients` out among the members whose facts are `known` of each client, by its id.

    The same members in the same order for each; the load of theirs is that of the first client's facts.
    """
    costs = []
    for client in clients:
        shared = Sharing(client)
        costs.append(
            tuple(
                cost(client, facts, weights, shared) if may_be_given(client, facts.member) else None
                for facts in known[client.id]
            )
        )
    first = known[clients[0].id] if clients else ()
    return Task(
        costs=tuple(costs),
        points=tuple(POINTS[client.tier] for client in clients),
        loads=tuple(facts.points for facts in first),
        capacities=tuple(facts.capacity(weights) for facts in first),
        pressure=pressure(weights),
    )


def pressure(weights: Weights) -> int:
    """What filling a book costs: the weights of load and fairness for each client that fits into the usual one."""
    return SCALE * (weights.load + weights.fairness) * weights.capacity


def cost(client: ClientFacts, facts: MemberFacts, weights: Weights, shared: Sharing) -> int:
    """How little the client suits the member, whatever else they look after: 0 for whom it suits in every way."""
    most = (
        weights.market + weights.language + weights.strengths + weights.hours + weights.known + weights.leave
    )
    return round(SCALE * (most - suiting(client, facts, weights, shared)))


def slopes(task: Task, member: int) -> tuple[tuple[float, float], ...]:
    """The parts of a member's book: how many points each holds (the last one any number), and what a point costs there.

    Twice as dear in the middle as on average of the half before it: the costs of the parts stand as 1, 3, 5 …, which
    is how the square of the load grows.
    """
    capacity = task.capacities[member]
    width, unit = capacity / STEPS, task.pressure / capacity / STEPS
    parts = [(width, unit * (2 * step + 1)) for step in range(STEPS)]
    return (*parts, (float("inf"), unit * OVER))


def burden(task: Task, member: int, load: int) -> float:
    """What a load of so many points costs the member."""
    left, total = float(load), 0.0
    for width, each in slopes(task, member):
        taken = min(left, width)
        total += taken * each
        left -= taken
        if left <= 0:
            break
    return total


def cost_of(task: Task, chosen: Sequence[int | None]) -> float:
    """What a plan costs in all: for each client the member (their column) who gets it, None for nobody.

    Raises ValueError for a pair that may not be.
    """
    loads, total = list(task.loads), 0.0
    for row, column in enumerate(chosen):
        if column is None:
            total += NOBODY
            continue
        pair = task.costs[row][column]
        if pair is None:
            raise ValueError(f"client {row} may not go to member {column}")
        total += pair
        loads[column] += task.points[row]
    return total + sum(burden(task, member, load) for member, load in enumerate(loads))


# --- The plan -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One line of a plan: a client, whose it was when the plan was made, and who is to get it (platform users, empty
    for nobody)."""

    line: int
    client_id: int
    client: str
    from_user: str
    to_user: str


class Fault(StrEnum):
    """Why a line of a plan cannot be carried out as it stands."""

    UNKNOWN = "unknown"
    """There is no such client, or it has another name by now."""
    ARCHIVED = "archived"
    MERGED = "merged"
    MOVED = "moved"
    """Somebody else looks after it by now."""
    TWICE = "twice"
    """The client stands in the plan before."""
    NOBODY = "nobody"
    """The plan names nobody for it."""
    GONE = "gone"
    """Who is to get it is none of ours, or no longer here."""
    OWN = "own"
    """Who is to get it has it."""
    EXCLUDED = "excluded"
    """Who is to get it must not."""


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A line of a plan and what is wrong with it; None: nothing. `owner` names who looks after the client by now."""

    row: PlanRow
    fault: Fault | None
    owner: str = ""
