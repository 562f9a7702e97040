"""The register: which gifts were checked, and which were given or received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.members import Member, Role
from bot.domain.money import Money
from bot.domain.refusals import Refusal


class Side(StrEnum):
    """Who gave: we to a client, or a client to one of us. The word is `direction` of the proposal."""

    GIVEN = "given"
    RECEIVED = "received"


class Fate(StrEnum):
    """What became of a gift that one of us received. Only what was kept counts."""

    KEPT = "kept"
    RETURNED = "returned"
    HANDED_IN = "handed_in"


def may_see_register(member: Member) -> bool:
    """The whole register is for compliance and admins."""
    return member.is_(Role.COMPLIANCE) or member.is_(Role.ADMIN)


def check_may_see_register(member: Member) -> None:
    """Raises Refusal ``register.not_yours``."""
    if not may_see_register(member):
        raise Refusal("register.not_yours")


@dataclass(frozen=True, slots=True)
class NewGiftCheck:
    """A check about to be recorded: who asked, of whom it was, the proposal and the answer as JSON values."""

    member_id: int
    client_id: int | None
    contact_id: int | None
    proposal: Mapping[str, object]
    answer: Mapping[str, object]
    verdict: str
    rulebook_version: str
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class GiftCheck:
    """A recorded check; see `NewGiftCheck`."""

    id: int
    member_id: int
    client_id: int | None
    contact_id: int | None
    proposal: Mapping[str, object]
    answer: Mapping[str, object]
    verdict: str
    rulebook_version: str
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class NewGiftGiven:
    """A gift about to enter the register. `category` is a code of the proposal vocabulary."""

    check_id: int
    member_id: int
    client_id: int
    contact_id: int | None
    category: str
    description: str
    value: Money
    given_on: date
    recorded_at: datetime
    direction: Side = Side.GIVEN
    fate: Fate | None = None


@dataclass(frozen=True, slots=True)
class GiftGiven:
    """A gift in the register, given by any of us, or received by the member; `cancelled_at` when it was taken out."""

    check_id: int
    member_id: int
    client_id: int
    contact_id: int | None
    category: str
    description: str
    value: Money
    given_on: date
    direction: Side = Side.GIVEN
    fate: Fate | None = None
    recorded_at: datetime | None = None
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """How many gifts of one currency there are, and what they are worth together."""

    number: int
    value: Money
