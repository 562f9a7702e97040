"""Clients (companies), contacts (people there), and who may see which."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from bot.domain.members import Member, Role
from bot.domain.money import Money
from bot.domain.refusals import Refusal

NAME_LIMIT = 255
"""Characters that the name of a client, a contact or an employer may have."""
SECTOR_LIMIT = 64
OFFERING_LIMIT = 60
MOST_OFFERINGS = 40
MOST_ALIASES = 40
LONGEST_CADENCE = 730
"""Days between two contacts that a client of its own rhythm may have at most."""


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
    nudges; `snoozes` counts snoozes since the last touch. `named_times` is in how many digests the member `named_to`
    was told of the client, the last time at `named_at`, without anybody acting on it; before `gives_way_until` it lets
    others come first (see `giving_way`). `spoke_before_at` is a conversation that took place before
    the client came into the book, as an import tells it.

    `zone` (IANA; None: unknown), `hours` (None: the usual ones) and `own_holidays` are the client's own working time.
    `price_floor` is the lowest price in the client's currency, `offerings` what it buys from us. `relation_since` is
    since when we work together, `contract_on` the day of the contract, `renews_on` that of its renewal;
    `rhythm_declined` is the learnt rhythm in days that nobody wanted. `complaint_at` is when the complaint that is
    still open was made, `missed_at` when a question of the client was left waiting too long, until somebody spoke to it
    after the answer. `version` counts changes of what the book says of the client.
    `merged_into_id` names the client into which this one was merged, `handed_at` is when it was
    handed over last, until its new owner spoke to it on that day.
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
    named_to: int | None = None
    named_at: datetime | None = None
    named_times: int = 0
    gives_way_until: datetime | None = None
    archived: bool = False
    archived_at: datetime | None = None
    status: Status = Status.ACTIVE
    zone: str | None = None
    hours: Hours | None = None
    own_holidays: tuple[date, ...] = ()
    sector: str = ""
    price_floor: Money | None = None
    offerings: tuple[str, ...] = ()
    relation_since: date | None = None
    contract_on: date | None = None
    renews_on: date | None = None
    rhythm_declined: int | None = None
    complaint_at: datetime | None = None
    missed_at: datetime | None = None
    version: int = 0
    merged_into_id: int | None = None
    import_id: int | None = None
    handed_at: datetime | None = None

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


Team = Mapping[Part, int]
"""Who stands by a client beside its owner, by member id."""

_NOBODY: Team = {}


def may_read(
    reader: Member, client: Client, owner: Member | None, team: Team = _NOBODY, *, covering: bool = False
) -> bool:
    """Whether `reader` may see the client's history: its owner, backup and sponsor, the owner's lead, and admins.

    Who covers for the owner these days (`covering`) may as well. A client that nobody owns is open to leads.
    """
    return may_govern(reader, client, owner) or reader.id in team.values() or covering


def may_edit(editor: Member, client: Client, owner: Member | None, team: Team = _NOBODY) -> bool:
    """Whether `editor` may change what the book says of the client and of its people: a sponsor only reads."""
    return may_govern(editor, client, owner) or team.get(Part.BACKUP) == editor.id


def may_govern(member: Member, client: Client, owner: Member | None) -> bool:
    """Whether `member` may archive, restore or merge the client: its owner, the owner's lead, and admins."""
    return client.owner_id == member.id or may_hand_over(member, owner)


def may_hand_over(member: Member, owner: Member | None) -> bool:
    """Whether `member` may give a client of `owner` to somebody else: the owner's lead, and admins.

    What nobody owns is given by any lead.
    """
    if member.is_(Role.ADMIN):
        return True
    if owner is None:
        return member.is_(Role.LEAD)
    return member.is_(Role.LEAD) and owner.lead_id == member.id


def check_may_read(
    reader: Member, client: Client, owner: Member | None, team: Team = _NOBODY, *, covering: bool = False
) -> None:
    """Raise Refusal ``client.not_yours`` (client, owner) unless `may_read`."""
    if not may_read(reader, client, owner, team, covering=covering):
        raise Refusal("client.not_yours", client=client.name, owner=owner.name if owner else None)


def check_may_edit(editor: Member, client: Client, owner: Member | None, team: Team = _NOBODY) -> None:
    """Raise Refusal ``client.not_to_edit`` (client, owner) unless `may_edit`."""
    if not may_edit(editor, client, owner, team):
        raise Refusal("client.not_to_edit", client=client.name, owner=owner.name if owner else None)


def check_may_govern(member: Member, client: Client, owner: Member | None) -> None:
    """Raise Refusal ``client.not_to_govern`` (client, owner) unless `may_govern`."""
    if not may_govern(member, client, owner):
        raise Refusal("client.not_to_govern", client=client.name, owner=owner.name if owner else None)


def check_description(
    name: str, aliases: Collection[str], sector: str, offerings: Collection[str], cadence_days: int | None
) -> None:
    """Raise Refusal ``client.missing``, or one of ``client.name_too_long``, ``client.alias_too_long``,
    ``client.too_many_aliases``, ``client.sector_too_long``, ``client.offering_too_long``,
    ``client.too_many_offerings`` (limit) or ``client.cadence`` (limit), for what no client can be called or have.
    """
    if not name:
        raise Refusal("client.missing")
    if len(name) > NAME_LIMIT:
        raise Refusal("client.name_too_long", limit=NAME_LIMIT)
    if any(len(alias) > NAME_LIMIT for alias in aliases):
        raise Refusal("client.alias_too_long", limit=NAME_LIMIT)
    if len(aliases) > MOST_ALIASES:
        raise Refusal("client.too_many_aliases", limit=MOST_ALIASES)
    if len(sector) > SECTOR_LIMIT:
        raise Refusal("client.sector_too_long", limit=SECTOR_LIMIT)
    if any(len(offering) > OFFERING_LIMIT for offering in offerings):
        raise Refusal("client.offering_too_long", limit=OFFERING_LIMIT)
    if len(offerings) > MOST_OFFERINGS:
        raise Refusal("client.too_many_offerings", limit=MOST_OFFERINGS)
    if cadence_days is not None and not 1 <= cadence_days <= LONGEST_CADENCE:
        raise Refusal("client.cadence", limit=LONGEST_CADENCE)
