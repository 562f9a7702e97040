"""Who looks after a client, by whose calendar it ages, and when it is due."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.cadence import Moments, cadences_of, clock
from bot.domain.clients import Client, check_may_edit, check_may_govern, check_may_read
from bot.domain.covers import covering
from bot.domain.members import Member
from bot.domain.refusals import Refusal
from bot.domain.working_time import WorkingCalendar
from bot.ports import UnitOfWork


def owner_of(unit: UnitOfWork, client: Client) -> Member | None:
    """The member who looks after a client; None when nobody does."""
    return None if client.owner_id is None else unit.members.get(client.owner_id)


def check_reader(unit: UnitOfWork, member: Member, client: Client, now: datetime) -> None:
    """Raise Refusal ``client.not_yours`` (client, owner) unless the member may see the client's history at `now`."""
    team = unit.clients.team(client.id)
    check_may_read(member, client, owner_of(unit, client), team, covering=covers(unit, member, client, now))


def covers(unit: UnitOfWork, member: Member, client: Client, now: datetime) -> bool:
    """Whether the member covers for the owner of the client at `now`, as far as this client is concerned."""
    today = member.calendar.local_date(now)
    return covering(unit.covers.of_colleague(member.id, today), client, today) is not None


def check_editor(unit: UnitOfWork, member: Member, client: Client) -> None:
    """Raise Refusal ``client.not_to_edit`` (client, owner) unless the member may change the client and its people."""
    check_may_edit(member, client, owner_of(unit, client), unit.clients.team(client.id))


def check_governor(unit: UnitOfWork, member: Member, client: Client) -> None:
    """Raise Refusal ``client.not_to_govern`` (client, owner) unless the member may archive or merge the client."""
    check_may_govern(member, client, owner_of(unit, client))


def in_the_book(unit: UnitOfWork, client_id: int) -> Client:
    """The client of that very id, for whoever has it open.

    Raises Refusal ``client.gone``, ``client.archived`` (client, client_id), or ``client.merged`` (name, client,
    client_id) with the one into which it was merged.
    """
    client = unit.clients.itself(client_id)
    if client is None:
        raise Refusal("client.gone")
    if client.merged_into_id is not None:
        kept = unit.clients.get(client_id)
        assert kept is not None, "a client is merged into another one"
        raise Refusal("client.merged", name=client.name, client=kept.name, client_id=kept.id)
    if client.archived:
        raise Refusal("client.archived", client=client.name, client_id=client.id)
    return client


def held(unit: UnitOfWork, client_id: int) -> Client:
    """The client an id leads to, through merges, held until the unit of work ends. Raises Refusal ``client.gone``.

    Held, so that a merge at the same moment takes along what is written beside it, or is seen here.
    """
    client = unit.clients.hold(client_id)
    if client is None or client.archived:
        raise Refusal("client.gone")
    return client


def calendar_of(unit: UnitOfWork, client: Client) -> WorkingCalendar:
    """The calendar a client ages by: its owner's, or the workspace's while nobody owns it."""
    owner = owner_of(unit, client)
    return workspace_calendar(unit) if owner is None else owner.calendar


def workspace_calendar(unit: UnitOfWork) -> WorkingCalendar:
    """The calendar of whatever belongs to nobody."""
    return WorkingCalendar(ZoneInfo(unit.workspace.zone), country=unit.workspace.country)


def moments_of(unit: UnitOfWork, client: Client, now: datetime) -> Moments | None:
    """When a client is due and neglected: by its owner's calendar, and the intervals of the workspace.

    None for one on hold, which has no clock.
    """
    return clock(client, calendar_of(unit, client), now, cadences_of(unit.workspace))
