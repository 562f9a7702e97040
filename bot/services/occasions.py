"""Occasions: which come up, and one that is seen to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.clients import Client
from bot.domain.members import Member
from bot.domain.occasions import AHEAD, STAYS, Occasion, OccasionKind, falling, near
from bot.domain.occasions import STAGES as _STAGES
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services import sent_digests
from bot.services.house import Actor, House, present
from bot.services.owners import check_reader, held

_MOST = 200
"""Clients of one owner that are looked at: so many have an occasion in the same week only in a book of thousands."""
_EARLIEST = max(max(_STAGES[kind]) for kind in (OccasionKind.RELATION, OccasionKind.CONTRACT))


@dataclass(frozen=True, slots=True)
class SeenTo:
    """An occasion of which nothing more is said; `again` says that nothing was left to do."""

    client: Client
    occasion: Occasion
    again: bool = False


def of_owner(
    unit: UnitOfWork, member: Member, now: datetime, *, of: Member | None = None
) -> list[tuple[Client, tuple[Occasion, ...]]]:
    """The clients of the member, or for their eyes those of the colleague `of`, with occasions to be seen to now by
    the member's own calendar, the nearest first."""
    today = member.calendar.local_date(now)
    clients = unit.occasions.of_owner(
        (of or member).id,
        today - STAYS,
        date.fromordinal(today.toordinal() + _EARLIEST),
        today + AHEAD,
        _MOST,
    )
    seen = unit.occasions.seen([client.id for client in clients])
    found = [(client, near(client, member.calendar, now, seen.get(client.id, ()))) for client in clients]
    return sorted(
        ((client, occasions) for client, occasions in found if occasions),
        key=lambda each: (each[1][0].on, each[0].tier, each[0].name.casefold(), each[0].id),
    )


def of_client(unit: UnitOfWork, client: Client, member: Member, now: datetime) -> tuple[Occasion, ...]:
    """The occasions of one client to be seen to now, by the member's calendar."""
    return near(client, member.calendar, now, unit.occasions.seen([client.id]).get(client.id, ()))


def between(unit: UnitOfWork, member: Member, first: date, last: date) -> list[tuple[Client, Occasion]]:
    """All occasions of the member's clients on these days, both included, but for those that were seen to."""
    clients = unit.occasions.of_owner(member.id, first, last, last, _MOST)
    seen = unit.occasions.seen([client.id for client in clients])
    found = [
        (client, occasion)
        for client in clients
        for occasion in falling(client, first, last)
        if occasion.key not in seen.get(client.id, ())
    ]
    return sorted(found, key=lambda each: (each[1].on, each[0].name.casefold(), each[0].id))


def see_to(house: House, actor: Actor, client_id: int, kind: OccasionKind, day: date) -> SeenTo:
    """Say nothing more of an occasion; twice is once. Raises Refusal ``client.gone`` or ``client.not_yours``, and
    ``occasion.gone`` when the client has no such day (any more)."""
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        client, occasion = _occasion(unit, member, client_id, kind, day, now)
        new = unit.occasions.see_to(client.id, kind, day, by=member.id, at=now)
        if new:
            sent_digests.refresh(unit, client.id, (client.owner_id, member.id), now)
        return SeenTo(client, occasion, again=not new)


def take_back(house: House, actor: Actor, client_id: int, kind: OccasionKind, day: date) -> SeenTo:
    """Let an occasion be spoken of again. Raises the refusals of `see_to`."""
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        client, occasion = _occasion(unit, member, client_id, kind, day, now)
        taken = unit.occasions.take_back(client.id, kind, day)
        if taken:
            sent_digests.refresh(unit, client.id, (client.owner_id, member.id), now)
        return SeenTo(client, occasion, again=not taken)


def _occasion(
    unit: UnitOfWork, member: Member, client_id: int, kind: OccasionKind, day: date, now: datetime
) -> tuple[Client, Occasion]:
    client = held(unit, client_id)
    check_reader(unit, member, client, now)
    for occasion in falling(client, day, day):
        if occasion.kind is kind:
            return client, occasion
    raise Refusal("occasion.gone")
