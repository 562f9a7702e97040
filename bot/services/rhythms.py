"""The learnt rhythm of a client: taken over, or declined."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.cadence import cadence_of, cadences_of
from bot.domain.clients import LONGEST_CADENCE, Client
from bot.domain.history import ChangeKind, NewChange, Subject
from bot.domain.refusals import Refusal
from bot.domain.rhythm import LEAST_DAYS, LOOKED_AT, Learnt, Taken, is_proposed, learnt
from bot.ports import UnitOfWork, description_of
from bot.services.house import Actor, House, present
from bot.services.owners import calendar_of, check_editor, in_the_book
from bot.services.touches import recount


def of_client(unit: UnitOfWork, client: Client, now: datetime) -> Learnt | None:
    """What is learnt of a client from its last touches; None where they tell of no rhythm."""
    touched = [touch.at for touch in unit.touches.recent(client.id, LOOKED_AT)]
    if len(touched) < LEAST_DAYS:
        return None
    calendar = calendar_of(unit, client)
    if client.owner_id is not None:
        calendar = calendar.without(unit.members.absences(client.owner_id, calendar.local_date(min(touched))))
    rhythm = learnt(touched, calendar)
    if rhythm is None:
        return None
    cadence = cadence_of(client, now, cadences_of(unit.workspace))
    return Learnt(rhythm, cadence, is_proposed(rhythm, client, cadence))


def take(house: House, actor: Actor, client_id: int, days: int | None) -> Taken:
    """Let a client's own cadence be `days` (None: its tier's again); its clock follows, and the history remembers.

    Raises the refusals of `in_the_book`, ``client.not_to_edit`` and ``client.cadence``.
    """
    now = house.clock()
    if days is not None and not 1 <= days <= LONGEST_CADENCE:
        raise Refusal("client.cadence", limit=LONGEST_CADENCE)
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        unit.clients.hold(client_id)
        client = in_the_book(unit, client_id)
        check_editor(unit, member, client)
        if client.cadence_days != days:
            unit.clients.update(client.id, replace(description_of(client), cadence_days=days))
            facts = {"cadence_days": [client.cadence_days, days]}
            unit.history.add(
                NewChange(Subject.CLIENT, client.id, client.id, ChangeKind.EDITED, now, member.id, facts)
            )
            recount(unit, client.id, now)
        return Taken(in_the_book(unit, client.id), days, client.cadence_days)


def decline(house: House, actor: Actor, client_id: int, days: int) -> Client:
    """Propose a rhythm of `days` no more, until it differs clearly from that. Raises the refusals of `take`."""
    if not 1 <= days <= LONGEST_CADENCE:
        raise Refusal("client.cadence", limit=LONGEST_CADENCE)
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        unit.clients.hold(client_id)
        client = in_the_book(unit, client_id)
        check_editor(unit, member, client)
        unit.clients.decline_rhythm(client.id, days)
        return client
