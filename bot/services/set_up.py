"""The first set-up of a workspace, for its admins: what is done is read from the book, not from presses.

So it can be left half-way, taken up by another admin, or done in any order; and whoever set something up on the command
line finds it done here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from bot.domain.members import Role
from bot.domain.set_up import SetUp, SetUpStep
from bot.ports import UnitOfWork
from bot.services.house import Actor, House, present
from bot.services.workspaces import check_admin


def state(house: House, actor: Actor) -> SetUp:
    """How far the set-up is. Only admins may: Refusal ``member.not_admin``."""
    with house.memory.read(actor.workspace_id) as unit:
        check_admin(present(unit, actor))
        return _state(unit)


def is_wanted(house: House, actor: Actor) -> bool:
    """Whether who asks is an admin of a workspace that was not set up, and in which there is no client yet."""
    with house.memory.read(actor.workspace_id) as unit:
        admin = present(unit, actor).is_(Role.ADMIN)
        return admin and unit.workspace.set_up_at is None and unit.clients.count()[0] == 0


def finish(house: House, actor: Actor) -> SetUp:
    """Put the set-up away, done or not; doing so twice, or two admins at once, is the same as once.

    Only admins may: Refusal ``member.not_admin``.
    """
    with house.memory.write(actor.workspace_id) as unit:
        check_admin(present(unit, actor))
        held = unit.hold_workspace()
        if held.set_up_at is None:
            unit.change_workspace(replace(held, set_up_at=house.clock()))
        return _state(unit)


def _state(unit: UnitOfWork) -> SetUp:
    workspace = unit.workspace
    active = [member for member in unit.members.all() if member.active]
    leads = sum(member.is_(Role.LEAD) for member in active)
    officers = sum(member.is_(Role.COMPLIANCE) for member in active)
    clients, _ = unit.clients.count()
    home = workspace.country.partition("-")[0]
    countries = Counter(m.country.partition("-")[0] for m in active if m.country).most_common(1)
    elsewhere = next((c for c, n in countries if c != home and n * 2 > len(active)), None)
    done = {
        SetUpStep.PEOPLE: leads > 0 and officers > 0,
        SetUpStep.CLIENTS: clients > 0,
        SetUpStep.RHYTHM: bool(workspace.cadences),
        SetUpStep.MARKET: bool(home and workspace.currency) and elsewhere is None,
        SetUpStep.START: workspace.starts_on is not None,
    }
    return SetUp(
        workspace, frozenset(step for step in SetUpStep if done[step]), clients, leads, officers, elsewhere
    )
