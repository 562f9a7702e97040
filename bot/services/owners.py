"""Who looks after a client, by whose calendar it ages, and when it is due."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.cadence import Moments, cadences_of, moments
from bot.domain.clients import Client
from bot.domain.members import Member
from bot.domain.working_time import WorkingCalendar
from bot.ports import UnitOfWork


def owner_of(unit: UnitOfWork, client: Client) -> Member | None:
    """The member who looks after a client; None when nobody does."""
    return None if client.owner_id is None else unit.members.get(client.owner_id)


def calendar_of(unit: UnitOfWork, client: Client) -> WorkingCalendar:
    """The calendar a client ages by: its owner's, or the workspace's while nobody owns it."""
    owner = owner_of(unit, client)
    return workspace_calendar(unit) if owner is None else owner.calendar


def workspace_calendar(unit: UnitOfWork) -> WorkingCalendar:
    """The calendar of whatever belongs to nobody."""
    return WorkingCalendar(ZoneInfo(unit.workspace.zone), country=unit.workspace.country)


def moments_of(unit: UnitOfWork, client: Client, now: datetime) -> Moments:
    """When a client is due and neglected: by its owner's calendar, and the intervals of the workspace."""
    return moments(client, calendar_of(unit, client), now, cadences_of(unit.workspace))
