"""Why: what was said or held back, and what would be now, for the member and for whoever runs the machine."""

from __future__ import annotations

from datetime import datetime

from bot.domain.clients import Client
from bot.domain.gate import Told, Weight, may_speak
from bot.domain.giving_way import gives_way
from bot.domain.members import Member
from bot.domain.outlook import ClientOutlook, Listed, Outlook
from bot.domain.pace import pace_on
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services import covers, digest, gate
from bot.services.covers import AtHand
from bot.services.house import Actor, House, present
from bot.services.lookup import named
from bot.services.owners import check_reader

SHOWN = 10
"""Decisions in one outlook."""
_NUDGE = Weight.NUDGE.value
"""A kind of message that is named nowhere, and so a nudge."""


def outlook(house: House, actor: Actor, client_id: int | None = None) -> Outlook:
    """The outlook of the member who asks, of one client where it is given.

    Raises Refusal ``client.gone`` or ``client.not_yours``.
    """
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        client = None
        if client_id is not None:
            client = unit.clients.get(client_id)
            if client is None:
                raise Refusal("client.gone")
            check_reader(unit, member, client, now)
        return _outlook(unit, member, client, now)


def outlook_of_named(house: House, actor: Actor, typed: str) -> Outlook:
    """The outlook of the member who asks, of a client as they type it. Raises the refusals of `named` as well."""
    with house.memory.read(actor.workspace_id) as unit:
        client_id = named(unit, present(unit, actor), typed)
    return outlook(house, actor, client_id)


def outlook_by_operator(house: House, workspace_id: int, member_id: int, typed: str | None = None) -> Outlook:
    """The outlook of any member, for whoever runs the machine. Raises as `named`, and ``member.unknown``."""
    with house.memory.read(workspace_id) as unit:
        member = unit.members.get(member_id)
        if member is None:
            raise Refusal("member.unknown")
        client = None if typed is None else unit.clients.get(named(unit, member, typed))
        return _outlook(unit, member, client, house.clock())


def _outlook(unit: UnitOfWork, member: Member, client: Client | None, now: datetime) -> Outlook:
    absences = gate.absences_of(unit, member, now)
    calendar = member.calendar.without(absences)
    today = calendar.local_date(now)
    interrupted = gate.interrupted(unit, member, now)
    told = Told(interrupted, None if client is None else client.snoozed_until)
    day, hour = gate.counted(member, now, interrupted)
    decisions = unit.decisions.of_member(member.id, SHOWN, client_id=None if client is None else client.id)
    clients = {each: unit.clients.get(each) for each in {d.client_id for d in decisions if d.client_id}}
    return Outlook(
        member=member,
        now=now,
        daily=may_speak(member, now, about=digest.KIND, absences=absences),
        nudge=may_speak(member, now, about=_NUDGE, absences=absences, told=told),
        hour=hour,
        day=day,
        pace=pace_on(member, calendar, today),
        decisions=tuple(decisions),
        names={each: found.name for each, found in clients.items() if found is not None},
        had_daily=member.last_digest_on == today,
        client=None if client is None else _of_client(unit, member, client, now),
    )


def _of_client(unit: UnitOfWork, member: Member, client: Client, now: datetime) -> ClientOutlook:
    calendar = member.calendar
    owner = None if client.owner_id is None else unit.members.get(client.owner_id)
    snoozed = (
        client.snoozed_until if client.snoozed_until is not None and now < client.snoozed_until else None
    )
    hand = covers.at_hand(unit, member, now)
    cover = hand.away.get(client.id)
    colleague = None if cover is None else unit.members.get(cover.colleague_id)
    return ClientOutlook(
        client_id=client.id,
        name=client.name,
        listed=_listed(unit, member, client, hand, now),
        owner="" if owner is None else owner.name,
        due_on=None if client.due_at is None else calendar.local_date(client.due_at),
        snoozed_until=None if snoozed is None else calendar.local_date(snoozed),
        colleague="" if colleague is None else colleague.name,
        covered_until=None if cover is None else cover.last,
    )


def _listed(unit: UnitOfWork, member: Member, client: Client, hand: AtHand, now: datetime) -> Listed:
    if any(row.client_id == client.id for row in digest.rows_of(unit, member, now)):
        return Listed.LISTED
    if client.archived:
        return Listed.ARCHIVED
    if client.owner_id != member.id and hand.of(client) is None:
        return Listed.UNOWNED if client.owner_id is None else Listed.OTHERS
    if client.snoozed_until is not None and now < client.snoozed_until:
        return Listed.SNOOZED
    if client.due_at is None:
        return Listed.NO_RHYTHM
    if client.id in hand.away:
        return Listed.COVERED
    if now < client.due_at:
        return Listed.NOT_DUE
    return Listed.GIVES_WAY if gives_way(client, member.id, now) else Listed.CROWDED
