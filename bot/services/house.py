"""What every use case is given: memory, a clock and the rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

from bot.clock import Clock
from bot.domain.gifts.rates import Rates
from bot.domain.members import Member
from bot.domain.outbox import QUARANTINE
from bot.domain.refusals import Refusal
from bot.ports import Memory, Meter, UnitOfWork
from bot.services.rulebooks import Rulebooks


@dataclass(frozen=True, slots=True)
class House:
    """The parts that use cases are built from; made once by the door, or by a test.

    `rulebooks` and `rates` are what gifts are judged by. `quarantine` is how long an attempt with an unclear end rests
    before it is looked up. `missing_scopes` are the rights that the platform was found not to have given us at start;
    None where it did not say. `meter` counts what delivery does.
    """

    memory: Memory
    clock: Clock
    rulebooks: Rulebooks
    rates: Rates
    quarantine: timedelta = QUARANTINE
    missing_scopes: tuple[str, ...] | None = None
    meter: Meter = field(default_factory=Meter)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a member of one workspace."""

    workspace_id: int
    member_id: int


def present(unit: UnitOfWork, actor: Actor) -> Member:
    """The member who asks, as known now. Raises Refusal ``member.unknown`` or ``member.inactive``."""
    member = unit.members.get(actor.member_id)
    if member is None:
        raise Refusal("member.unknown")
    if not member.active:
        raise Refusal("member.inactive", name=member.name)
    return member


def stamp_of(*facts: object) -> str:
    """A short name for what somebody was shown, the same only while it is the same: a form hands it back."""
    return sha256(repr(facts).encode()).hexdigest()[:16]


def trouble(house: House, error: BaseException) -> str | None:
    """The refusal code of a failure of memory itself (see `Memory.trouble`); None for any other error."""
    return house.memory.trouble(error)
