"""Why a client stands in a digest: every term of the decision, and what would end it."""

from __future__ import annotations

from bot.domain.cadence import cadence_of, cadences_of, state_of
from bot.domain.clients import Status
from bot.domain.digest import Lane, is_nudgeable, urgency
from bot.domain.refusals import Refusal
from bot.domain.whys import Why
from bot.services import covers, occasions, rhythms
from bot.services.house import Actor, House, present
from bot.services.owners import calendar_of, check_reader


def of(house: House, actor: Actor, client_id: int) -> Why:
    """Why a client is shown to the member now. Raises Refusal ``client.gone`` or ``client.not_yours``."""
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        client = unit.clients.get(client_id)
        if client is None or client.archived:
            raise Refusal("client.gone")
        check_reader(unit, member, client, now)
        hand = covers.at_hand(unit, member, now)
        owed = [each for each in covers.owed(unit, member, hand, now) if each.client_id == client.id]
        near = occasions.of_client(unit, client, member, now)
        found = {
            Lane.OWED: bool(owed),
            Lane.SOMETHING: bool(near),
            Lane.CLOSE: is_nudgeable(client, now),
        }
        cadences = cadences_of(unit.workspace)
        calendar = calendar_of(unit, client)
        snoozed, way = client.snoozed_until, client.gives_way_until
        return Why(
            client=client,
            state=state_of(client, now),
            lanes=tuple(lane for lane in Lane if found[lane]),
            cadence=cadence_of(client, now, cadences),
            urgency=urgency(client, now, cadences, reader_id=member.id),
            due_on=None if client.due_at is None else calendar.local_date(client.due_at),
            neglected_on=None if client.neglected_at is None else calendar.local_date(client.neglected_at),
            owed=tuple(owed),
            occasions=near,
            learnt=rhythms.of_client(unit, client, now),
            named_times=client.named_times if client.named_to == member.id else 0,
            gives_way_until=None if way is None else member.calendar.local_date(way),
            on_hold=client.status is Status.ON_HOLD,
            missed_on=None if client.missed_at is None else calendar.local_date(client.missed_at),
            snoozed_until=None if snoozed is None or snoozed <= now else member.calendar.local_date(snoozed),
        )
