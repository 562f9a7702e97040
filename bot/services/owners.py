"""Who looks after a client, by whose calendar it ages, and when it is due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.absences import Absence, without_days
from bot.domain.cadence import Moments, cadences_of, clock
from bot.domain.clients import Client, check_may_edit, check_may_govern, check_may_read, may_read
from bot.domain.covers import Cover
from bot.domain.members import Member
from bot.domain.refusals import Refusal
from bot.domain.working_time import WorkingCalendar
from bot.ports import UnitOfWork

WHOLE_BOOK = 100_000
"""More clients than one member looks after."""


def owner_of(unit: UnitOfWork, client: Client) -> Member | None:
    """The member who looks after a client; None when nobody does."""
    return None if client.owner_id is None else unit.members.get(client.owner_id)


def check_reader(unit: UnitOfWork, member: Member, client: Client, now: datetime) -> None:
    """Raise Refusal ``client.not_yours`` (client, owner) unless the member may see the client's history at `now`."""
    team = unit.clients.team(client.id)
    check_may_read(member, client, owner_of(unit, client), team, covering=covers(unit, member, client, now))


def sees(unit: UnitOfWork, member: Member, client: Client, now: datetime) -> bool:
    """Whether the member may see the client's history at `now`."""
    team = unit.clients.team(client.id)
    return may_read(member, client, owner_of(unit, client), team, covering=covers(unit, member, client, now))


def covers(unit: UnitOfWork, member: Member, client: Client, now: datetime) -> bool:
    """Whether the member has agreed to cover for the owner of the client at `now`, as far as this client is concerned.

    During leave of their own they see to nobody, but go on to be let in: the call of this morning is theirs to log.
    """
    today = member.calendar.local_date(now)
    known = unit.covers.of_colleague(member.id, today)
    return any(cover.is_agreed(today) and cover.about(client) for cover in known)


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
    """The calendar on which a client's days are: its owner's, or the workspace's while nobody owns it."""
    owner = owner_of(unit, client)
    return workspace_calendar(unit) if owner is None else owner.calendar


def aging_calendar(unit: UnitOfWork, client: Client) -> WorkingCalendar:
    """The calendar by which a client ages: its owner's, in which leave that nobody covers for is no working day.

    Leave that ended before the client's last conversation is left out.
    """
    owner = owner_of(unit, client)
    if owner is None:
        return workspace_calendar(unit)
    since = owner.calendar.local_date(client.last_conversation_at or client.created_at)
    if client.last_one_way_at is not None:
        since = min(since, owner.calendar.local_date(client.last_one_way_at))
    absences = unit.members.absences(owner.id, since)
    return aged_by(owner, client, absences, unit.covers.agreed(owner.id, since) if absences else ())


def aged_by(
    owner: Member, client: Client, absences: Sequence[Absence], agreed: Iterable[Cover]
) -> WorkingCalendar:
    """What `aging_calendar` gives, of an owner whose absences and covers that were agreed to are known."""
    if not absences:
        return owner.calendar
    covered = [span for cover in agreed if cover.about(client) for span in cover.days_in_force()]
    return owner.calendar.without(without_days(absences, covered))


def workspace_calendar(unit: UnitOfWork) -> WorkingCalendar:
    """The calendar of whatever belongs to nobody."""
    return WorkingCalendar(ZoneInfo(unit.workspace.zone), country=unit.workspace.country)


def moments_of(unit: UnitOfWork, client: Client, now: datetime) -> Moments | None:
    """When a client is due and neglected: by the calendar by which it ages, and the intervals of the workspace.

    None for one on hold, which has no clock.
    """
    return clock(client, aging_calendar(unit, client), now, cadences_of(unit.workspace))


def set_anew(unit: UnitOfWork, client_ids: Iterable[int], now: datetime) -> None:
    """Set the due moments of these clients as they should be, for something that they hang on has changed."""
    for client_id in sorted(client_ids):
        client = unit.clients.hold(client_id)
        assert client is not None, "a client does not vanish"
        unit.clients.set_clock(client, moments_of(unit, client, now))
