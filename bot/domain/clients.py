"""Clients (companies), contacts (people there), and who may see which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from bot.domain.members import Member, Role
from bot.domain.money import Money
from bot.domain.refusals import Refusal

NAME_LIMIT = 255
"""Characters that the name of a client, a contact or an employer may have."""


class Tier(StrEnum):
    """How much a client matters to us, and so how often we speak to it."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Status(StrEnum):
    """Where we stand with a client: only who is active or a prospect has a clock."""

    PROSPECT = "prospect"
    ACTIVE = "active"
    ON_HOLD = "on_hold"


class Part(StrEnum):
    """Who stands by a client beside its owner."""

    BACKUP = "backup"
    SPONSOR = "sponsor"


Hours = Mapping[int, tuple[tuple[time, time], ...]]
"""When a client works: for each weekday (Monday is 0) its intervals, in order; a weekday that is not there is off."""


@dataclass(frozen=True, slots=True)
class Client:
    """A company we look after.

    `market` is ISO 3166 with or without subdivision (``US-NY``). Moments are UTC. `last_conversation_at` is the
    last touch in which both sides spoke, `last_one_way_at` the last in which one side did; `due_at` and
    `neglected_at` follow from them (see `cadence`). `new_until` ends the closer cadence of a new client,
    `calm_until` the time after an import in which nothing turns red. `snoozed_until` hides the client from
    nudges; `snoozes` counts snoozes since the last touch. `spoke_before_at` is a conversation that took place before
    the client came into the book, as an import tells it.

    `zone` (IANA; None: unknown), `hours` (None: the usual ones) and `own_holidays` are the client's own working time.
    `price_floor` is the lowest price in the client's currency, `offerings` what it buys from us. `complaint_at` is when
    the complaint that is still open was made. `version` counts changes of what the book says of the client.
    `merged_into_id` names the client into which this one was merged.
    """

    id: int
    name: str
    owner_id: int | None
    tier: Tier
    market: str
    currency: str
    created_at: datetime
    aliases: tuple[str, ...] = ()
    cadence_days: int | None = None
    spoke_before_at: datetime | None = None
    last_conversation_at: datetime | None = None
    last_one_way_at: datetime | None = None
    due_at: datetime | None = None
    neglected_at: datetime | None = None
    new_until: datetime | None = None
    calm_until: datetime | None = None
    snoozed_until: datetime | None = None
    snoozes: int = 0
    archived: bool = False
    archived_at: datetime | None = None
    status: Status = Status.ACTIVE
    zone: str | None = None
    hours: Hours | None = None
    own_holidays: tuple[date, ...] = ()
    sector: str = ""
    price_floor: Money | None = None
    offerings: tuple[str, ...] = ()
    complaint_at: datetime | None = None
    version: int = 0
    merged_into_id: int | None = None
    import_id: int | None = None

    @property
    def last_touch_at(self) -> datetime | None:
        """The last touch that counts, in either direction."""
        known = [m for m in (self.last_conversation_at, self.last_one_way_at) if m is not None]
        return max(known, default=None)


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at a client.

    `employer` is set only where it is not the client itself; `regimes` and `jurisdiction` are the gift
    proposal's codes for the rules that bind this very person. `language` is a BCP 47 tag (empty: unknown),
    `preferences` what the person likes or refuses (see `preferences`), `left_at` when we learnt that they left.
    """

    id: int
    client_id: int
    name: str
    role: str = ""
    email: str | None = None
    employer: str | None = None
    regimes: tuple[str, ...] = ()
    jurisdiction: str | None = None
    active: bool = True
    language: str = ""
    preferences: Mapping[str, str] = field(default_factory=dict)
    left_at: datetime | None = None
    version: int = 0
    import_id: int | None = None


def may_read(reader: Member, client: Client, owner: Member | None) -> bool:
    """Whether `reader` may see the client's history: its owner, the owner's lead, and admins.

    A client that nobody owns is open to leads.
    """
    if reader.is_(Role.ADMIN) or client.owner_id == reader.id:
        return True
    if owner is None:
        return reader.is_(Role.LEAD)
    return reader.is_(Role.LEAD) and owner.lead_id == reader.id


def check_may_read(reader: Member, client: Client, owner: Member | None) -> None:
    """Raise Refusal ``client.not_yours`` (client, owner) unless `may_read`."""
    if not may_read(reader, client, owner):
        raise Refusal("client.not_yours", client=client.name, owner=owner.name if owner else None)
