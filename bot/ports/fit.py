"""What thinking asks of memory to say whom a client would suit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.absences import Absence
from bot.domain.clients import Tier
from bot.domain.fit import Because
from bot.domain.strengths import Declared


@dataclass(frozen=True, slots=True)
class Burden:
    """What a member looks after: clients by tier, how many of them are in one country, and how many are new to them."""

    clients: Mapping[Tier, int]
    in_market: int = 0
    taken: int = 0


@dataclass(frozen=True, slots=True)
class Touched:
    """How many touches a member had with a client, and when the last was (UTC)."""

    count: int
    last: datetime


class Fit(Protocol):
    def declared(self, member_id: int) -> Declared:
        """What the member says of themselves; nothing for who never did."""

    def all_declared(self) -> Mapping[int, Declared]:
        """By member, those who said something."""

    def declare(self, member_id: int, said: Declared, *, at: datetime) -> None: ...
    def exclusions(self, client_ids: Collection[int]) -> Mapping[int, Mapping[int, Because]]:
        """Who must not be given these clients and why: client → member → reason; clients without any are left out.

        What was said of a client holds for the one into which it was merged.
        """

    def exclude(
        self, client_id: int, member_id: int, because: Because, *, by: int | None, at: datetime
    ) -> None:
        """From now on, for this reason alone."""

    def allow(self, client_id: int, member_id: int) -> bool:
        """Take an exclusion back; False when there is none."""

    def burdens(self, country: str, now: datetime) -> Mapping[int, Burden]:
        """By member, for those who look after anybody; archived clients and those on hold are no burden.

        `country` (ISO 3166-1) is the one whose clients are counted apart; new is who is in the closer cadence of a new
        client or owner at `now`.
        """

    def touched(self, client_ids: Collection[int], since: datetime) -> Mapping[int, Mapping[int, Touched]]:
        """Client → member → touches that count, from `since` on."""

    def languages(self, client_ids: Collection[int]) -> Mapping[int, Mapping[str, int]]:
        """Client → language (BCP 47) → how many of the people there, who have not left, speak it."""

    def away(self, first: date, last: date) -> Sequence[Absence]:
        """Absences of anybody that touch one of these days, both included."""
