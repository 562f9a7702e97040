"""Nudges: put one off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.clients import Client
from bot.domain.members import Member
from bot.domain.refusals import Refusal
from bot.services import sent_digests
from bot.services.house import Actor, House, present
from bot.services.owners import check_reader, held

LONGEST_SNOOZE = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Snoozed:
    """A client of which nothing is heard until `until` (UTC), the beginning of `day` for the member."""

    client: Client
    until: datetime
    day: date


def day_after(member: Member, now: datetime, days: int) -> date:
    """The member's first working day from `days` days after today on."""
    calendar = member.calendar
    return calendar.first_working_day(calendar.local_date(now) + timedelta(days=days))


def next_monday(member: Member, now: datetime) -> date:
    """The Monday after today in the member's zone, or the first working day after it."""
    calendar = member.calendar
    today = calendar.local_date(now)
    return calendar.first_working_day(today + timedelta(days=7 - today.weekday()))


def snooze(
    house: House, actor: Actor, client_id: int, *, day: date | None = None, wish: str = "", reason: str = ""
) -> Snoozed:
    """Say nothing of a client until a day begins in the member's zone; only who may read the client may.

    Either `day`, or `wish`: ``tomorrow``, ``three_days`` or ``monday``. Snoozing again moves the day. From the second
    snooze since the last touch on a reason is asked. Raises Refusal ``client.gone``, ``client.not_yours``,
    ``snooze.past`` (day), ``snooze.too_far`` (day, limit in days) or ``snooze.reason`` (client).
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        client = held(unit, client_id)
        check_reader(unit, member, client, now)
        chosen = day or _wished(member, now, wish)
        today = member.calendar.local_date(now)
        if chosen <= today:
            raise Refusal("snooze.past", day=chosen)
        if chosen > today + LONGEST_SNOOZE:
            raise Refusal("snooze.too_far", day=chosen, limit=LONGEST_SNOOZE.days)
        if client.snoozes >= 1 and not reason.strip() and not _same(client, member, chosen):
            raise Refusal("snooze.reason", client=client.name, client_id=client.id, day=chosen)
        until = member.calendar.starts(chosen)
        count = client.snoozes if client.snoozed_until == until else client.snoozes + 1
        unit.clients.snooze(client.id, until, reason=reason.strip() or None, count=count)
        sent_digests.refresh(unit, client.id, (client.owner_id, member.id), now)
        return Snoozed(client, until, chosen)


def end_snooze(house: House, actor: Actor, client_id: int) -> Client:
    """Let a client be heard of again at once; it may be that it is no longer put off.

    How often it was put off still counts. Raises Refusal ``client.gone`` or ``client.not_yours``.
    """
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        client = held(unit, client_id)
        check_reader(unit, member, client, house.clock())
        if client.snoozed_until is not None:
            unit.clients.snooze(client.id, None, reason=None, count=client.snoozes)
            sent_digests.refresh(unit, client.id, (client.owner_id, member.id), house.clock())
        return client


def _wished(member: Member, now: datetime, wish: str) -> date:
    match wish:
        case "tomorrow":
            return day_after(member, now, 1)
        case "three_days":
            return day_after(member, now, 3)
        case "monday":
            return next_monday(member, now)
        case _:
            raise ValueError(f"no such wish: {wish!r}")


def _same(client: Client, member: Member, day: date) -> bool:
    """Pressing the same button twice is one snooze, not two."""
    return client.snoozed_until == member.calendar.starts(day)
