"""The workspace: its defaults, and what hangs on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.answer_terms import check_terms
from bot.domain.cadence import CALM_AFTER_IMPORT, check_cadences
from bot.domain.clients import Tier
from bot.domain.fit import check_weights
from bot.domain.gifts.currencies import CURRENCIES
from bot.domain.members import Member, Role
from bot.domain.refusals import Refusal
from bot.domain.workspaces import Workspace, check_defaults
from bot.ports import UnitOfWork
from bot.services import recounting
from bot.services.house import Actor, House, present, stamp_of
from bot.services.owners import workspace_calendar

FURTHEST_START = timedelta(days=366)
_AT_ONCE = 500
"""Clients that are counted anew before an answer goes out; the others follow with the clock."""


def of_admin(house: House, actor: Actor) -> Workspace:
    """The workspace, for an admin. Raises Refusal ``member.not_admin``."""
    with house.memory.read(actor.workspace_id) as unit:
        check_admin(present(unit, actor))
        return unit.workspace


def of(house: House, workspace_id: int) -> Workspace:
    with house.memory.read(workspace_id) as unit:
        return unit.workspace


def check_admin(member: Member) -> None:
    """Raise Refusal ``member.not_admin`` for who may not change the workspace."""
    if not member.is_(Role.ADMIN):
        raise Refusal("member.not_admin")


def seen_of(workspace: Workspace) -> str:
    """The stamp of all that an admin can change in the forms of the workspace."""
    return stamp_of(
        workspace.zone,
        workspace.country,
        workspace.currency,
        workspace.locale,
        sorted(workspace.cadences.items()),
        workspace.starts_on,
        workspace.touch_emoji,
        workspace.seen_emoji,
        workspace.clocks_on,
        workspace.posts_per_minute,
        sorted(workspace.fit.items()),
        str(workspace.concession_percent),
        str(workspace.concession_amount),
        sorted(workspace.clock_terms.items()),
    )


def change(house: House, actor: Actor, *, seen: str | None = None, **values: Any) -> Workspace:
    """Change defaults of the workspace; returns it as it is then. Only admins may.

    `values` are fields of `Workspace`: zone, country, currency, locale, posts_per_minute, touch_emoji, seen_emoji,
    starts_on, clocks_on, concession_percent, concession_amount, `cadences` by tier, `fit` by weight, and `clock_terms`
    by market. `seen` is the stamp of what the admin was shown. Due moments follow: those of a small book before this
    returns, those of a large one within minutes (see `recounting`); what waits for an answer is looked at anew at once.
    Raises Refusal ``member.not_admin``, ``workspace.changed`` when somebody else changed something since,
    ``workspace.currency``, ``workspace.starts_on`` or ``workspace.clocks_on`` (last), and those of `check_defaults`,
    `check_cadences`, `check_weights` and `check_terms`.
    """
    with house.memory.write(actor.workspace_id) as unit:
        check_admin(present(unit, actor))
        held = unit.hold_workspace()
        if seen is not None and seen != seen_of(held):
            raise Refusal("workspace.changed")
        changed = _changed(unit, held, values, house.clock())
    if _ages_otherwise(held, changed):
        recounting.recount(house, actor.workspace_id, most=_AT_ONCE)
    return changed


def change_by_operator(house: House, workspace_id: int, **values: Any) -> Workspace:
    """What `change` does, for whoever runs the machine; the due moments are left to `recounting`."""
    with house.memory.write(workspace_id) as unit:
        return _changed(unit, unit.hold_workspace(), values, house.clock())


def _changed(unit: UnitOfWork, held: Workspace, values: Mapping[str, Any], now: datetime) -> Workspace:
    wanted = replace(held, **values)
    check_defaults(wanted)
    if wanted.currency != held.currency and wanted.currency not in CURRENCIES:
        raise Refusal("workspace.currency", currency=wanted.currency)
    check_cadences({Tier(tier): days for tier, days in wanted.cadences.items()})
    check_weights(wanted.fit)
    check_terms(wanted.clock_terms)
    if wanted.starts_on is not None and wanted.starts_on != held.starts_on:
        today = workspace_calendar(unit).local_date(now)
        if not today <= wanted.starts_on <= today + FURTHEST_START:
            raise Refusal("workspace.starts_on", last=today + FURTHEST_START)
    if wanted.clocks_on is not None and wanted.clocks_on != held.clocks_on:
        last = workspace_calendar(unit).local_date(now) + FURTHEST_START
        if wanted.clocks_on > last:
            raise Refusal("workspace.clocks_on", last=last)
    unit.change_workspace(wanted)
    if _clocks_of(wanted) != _clocks_of(held):
        unit.questions.look_anew(now)
    return wanted


def _clocks_of(workspace: Workspace) -> tuple[object, ...]:
    """What of a workspace decides when somebody is told that a client waits."""
    return workspace.clock_terms, workspace.clocks_on, workspace.starts_on


def _ages_otherwise(before: Workspace, after: Workspace) -> bool:
    return recounting.grounds_of(before) != recounting.grounds_of(after)


def begin(unit: UnitOfWork, now: datetime) -> None:
    """With the first client of a workspace: nothing turns red before ten working days from now, unless an admin chose
    another day. To be asked before the client is entered."""
    if unit.workspace.starts_on is not None or unit.clients.count()[0]:
        return
    calendar = workspace_calendar(unit)
    starts_on: date = calendar.add_working_days(calendar.local_date(now), CALM_AFTER_IMPORT)
    unit.change_workspace(replace(unit.hold_workspace(), starts_on=starts_on))
