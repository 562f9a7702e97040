"""After a backup was put in the place of the book: what was said since is looked up before it is said again.

The book has forgotten what went out after the backup was made. So everything that the clock would say now is planned
at once, under the keys that it was planned under before, and every open entry counts as an attempt whose end is
not known: delivery finds it on the platform, or posts it.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.services import (
    concessions,
    digest,
    leads,
    meetings,
    policies,
    reassignment,
    response_ladder,
    reviews,
    rule_upkeep,
)
from bot.services.house import House

PLANNERS: dict[str, Callable[[House, int], int]] = {
    "plan": lambda house, workspace_id: digest.plan(house, workspace_id).members,
    "meetings": meetings.plan,
    "desk": reviews.tick,
    "policies": policies.remind,
    "rule_upkeep": rule_upkeep.plan,
    "leads": leads.plan,
    "reassignment": reassignment.tick,
    "concessions": concessions.tick,
    "responses": response_ladder.tick,
}
"""The ticks that put something into the outbox, by their names in the scheduler; each says how much it did."""

_ROUNDS = 10_000
"""Of one planner at most, each of which takes a batch."""


def look_up_first(house: House, workspace_id: int) -> int:
    """Plan what is due now, and let every open entry be looked up before it is posted; returns how many.

    Nothing may run on the book meanwhile.
    """
    with house.memory.read(workspace_id) as unit:
        # The backup was made later than that: what is not in it was not said before.
        since = unit.outbox.newest() or house.clock()
    for planner in PLANNERS.values():
        for _ in range(_ROUNDS):
            if not planner(house, workspace_id):
                break
    with house.memory.write(workspace_id) as unit:
        return unit.outbox.look_up_first(since=since, until=house.clock() + house.quarantine)
