"""The ledger: what the outbox says of itself to whoever runs the machine."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.domain.members import Member
from bot.domain.outbox import Entry, State, lane_of, may_revive
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services.house import House


@dataclass(frozen=True, slots=True)
class Line:
    """An entry, and whom it is for."""

    entry: Entry
    member: Member


def listed(
    house: House,
    workspace_id: int,
    states: Collection[State],
    *,
    kind: str | None = None,
    user_id: str | None = None,
    limit: int = 50,
) -> Sequence[Line]:
    """Entries in one of these states, the latest first. Raises Refusal ``member.unknown``."""
    with house.memory.read(workspace_id) as unit:
        member = None if user_id is None else unit.members.by_user(user_id)
        if user_id is not None and member is None:
            raise Refusal("member.unknown")
        found = unit.outbox.listed(
            states, kind=kind, member_id=None if member is None else member.id, limit=limit
        )
        return [_line(unit, entry) for entry in found]


def one(house: House, workspace_id: int, entry_id: int) -> Line:
    """Raises Refusal ``outbox.unknown``."""
    with house.memory.read(workspace_id) as unit:
        return _line(unit, _entry(unit, entry_id))


def retry(house: House, workspace_id: int, entry_id: int, *, even_twice: bool = False) -> Line:
    """Try a message anew that was given up; it is composed from what is true then.

    Raises Refusal ``outbox.unknown``, ``outbox.not_dead`` (state), ``outbox.late``, or ``outbox.unclear`` for one that
    may have arrived, unless it may come `even_twice`.
    """
    now = house.clock()
    with house.memory.write(workspace_id) as unit:
        entry = _entry(unit, entry_id)
        match may_revive(entry, now):
            case None:
                pass
            case "late":
                raise Refusal("outbox.late")
            case "unclear":
                if not even_twice:
                    raise Refusal("outbox.unclear")
            case _:
                raise Refusal("outbox.not_dead", state=entry.state.value)
        slot = unit.take_slot(now, lane=lane_of(entry))
        if not unit.outbox.revive(entry, until=slot):
            raise Refusal("outbox.not_dead", state=entry.state.value)
        return _line(unit, _entry(unit, entry_id))


def _entry(unit: UnitOfWork, entry_id: int) -> Entry:
    entry = unit.outbox.get(entry_id)
    if entry is None:
        raise Refusal("outbox.unknown")
    return entry


def _line(unit: UnitOfWork, entry: Entry) -> Line:
    member = unit.members.get(entry.member_id)
    assert member is not None, "the outbox refers to members that exist"
    return Line(entry, member)
