"""Messages in which members are asked to decide on something: told at once, and kept up to date where they stand.

What is asked has an id and a version that grows with each change; `widened` says that others were asked as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.members import Member
from bot.domain.outbox import NewEntry, edit_of
from bot.domain.pacing import Lane
from bot.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about: its number, and which state of it a message shows."""

    number: int
    version: int
    widened: bool


def tell(
    unit: UnitOfWork, kind: str, asked: Asked, member: Member, facts: Mapping[str, object], now: datetime
) -> None:
    """Put a message to one member; of the same state of the same thing there is one."""
    slot = unit.take_slot(now, lane=Lane.URGENT)
    key = _key(kind, asked, member.id)
    unit.outbox.add(NewEntry(key, kind, member.id, facts, due_at=slot, urgent=True), now=now)


def show_everywhere(
    unit: UnitOfWork, kinds: Sequence[str], asked: Asked, told: Iterable[int], now: datetime
) -> None:
    """Bring the messages of these kinds to the members who were `told`, of any state so far, up to date."""
    for member_id in told:
        for kind in kinds:
            for version in range(1, asked.version + 1):
                for widened in (False, True):
                    key = _key(kind, Asked(asked.number, version, widened), member_id)
                    entry = unit.outbox.by_key(key)
                    if entry is not None and entry.body is not None:
                        slot = unit.take_slot(now, lane=Lane.EDITS)
                        unit.outbox.add(edit_of(entry, key=str(asked.version), due_at=slot), now=now)


def _key(kind: str, asked: Asked, member_id: int) -> str:
    return f"{kind}:{asked.number}:{asked.version}:{int(asked.widened)}:{member_id}"
