"""What happened in the simulation, noted as it happens; `figures` counts it afterwards."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bot.domain.clients import Tier

Reason = tuple[str, str]
"""Lane of the digest, and the reason within it."""
OWED, SOMETHING, CLOSE = "owed", "something", "close"


def rows_in(facts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rows of a digest as its facts keep them."""
    return list(facts["rows"])


def identity_of(row: Mapping[str, Any]) -> tuple[int, int | None]:
    """What tells a row of a digest apart from the others: the client, and the promise where it is about one."""
    return row["client_id"], row.get("promise_id")


def reason_of(row: Mapping[str, Any]) -> Reason:
    """Lane and reason of a row as a digest's facts keep it: a promise, an occasion, a complaint, or how its client
    stands."""
    if "promise_id" in row:
        return OWED, "promise late" if row["late"] > 0 else "promise"
    if row.get("occasions"):
        return SOMETHING, str(row["occasions"][0].get("kind", "occasion")).replace("_", " ")
    return CLOSE, "complaint" if row["complaint"] else str(row["state"]).replace("_", " ")


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it was delivered: to whom (member id), of which kind, on which local day, and what it was made of.

    `hour` is the local time of day in hours; `counts` says whether it is within the days that figures are made of.
    """

    at: datetime
    member_id: int
    kind: str
    key: str
    day: date
    hour: float
    text: str
    facts: Mapping[str, Any]
    counts: bool


@dataclass(slots=True)
class Episode:
    """A client that went unheard for long: since when nobody spoke with it, and how often somebody was told."""

    client_id: int
    member_id: int
    since: datetime
    told: int
    days: float
    seen_to: bool = False


@dataclass(slots=True)
class Record:
    """All that is noted. Days are local ones; members and clients are ids."""

    messages: list[Message] = field(default_factory=list)
    present: Counter[int] = field(default_factory=Counter)
    """Working days on which each member was there, among those that count."""
    offered: Counter[Reason] = field(default_factory=Counter)
    acted: Counter[Reason] = field(default_factory=Counter)
    snoozed: Counter[Reason] = field(default_factory=Counter)
    shown_to: Counter[int] = field(default_factory=Counter)
    acted_by: Counter[int] = field(default_factory=Counter)
    """Rows shown to each member, and acted on by them."""
    touches: Counter[str] = field(default_factory=Counter)
    """Touches logged, by what brought them about."""
    covers: Counter[str] = field(default_factory=Counter)
    """Covers asked for, accepted and declined, and rows that colleagues were shown and acted on meanwhile."""
    refused: Counter[str] = field(default_factory=Counter)
    """What a service refused, by code."""
    waits: dict[Tier, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Calendar days between due and a touch."""
    spoken: dict[int, datetime] = field(default_factory=dict)
    """The last touch of each client that was logged."""
    told: dict[int, list[tuple[datetime, int]]] = field(default_factory=lambda: defaultdict(list))
    """When a digest named the client, and to whom."""
    neglected: dict[tuple[int, datetime], Episode] = field(default_factory=dict)
    """Clients beyond twice their neglected interval, by client and last touch."""
    silent: dict[int, list[date]] = field(default_factory=lambda: defaultdict(list))
    """Working days on which something was due and a member who was there was not told."""
    quiet: list[str] = field(default_factory=list)
    """Messages in quiet hours, on days off or on leave."""
    twice: list[str] = field(default_factory=list)
    """Messages that came twice."""
    early: list[str] = field(default_factory=list)
    """Leads who heard of a neglected client before its owner did."""
    errors: list[str] = field(default_factory=list)
    """What the bot logged as an error."""

    def told_since(self, client_id: int, since: datetime | None) -> int:
        """How often digests named the client since then (None: ever)."""
        return sum(since is None or at >= since for at, _ in self.told[client_id])
