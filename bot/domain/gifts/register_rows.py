"""The register as an auditor reads it: one row for each entry, and what a period comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from bot.domain.gifts.chain import EntryKind
from bot.domain.gifts.register import Fate, Side
from bot.domain.money import Money


class Form(StrEnum):
    """In which form a register leaves the house."""

    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"
    PNG = "png"


DECISIONS = frozenset([EntryKind.APPROVED, EntryKind.REFUSED, EntryKind.ASKED_BACK])


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One entry with what it tells of: who did it (`member`, "" for the bot or its operator), about whom and what.

    `rules` are the deciding rules, each with its source. `decision` and `decider` are filled where the entry is one;
    `outcome` is what became of a gift received; `on` the day of the gift. `details` are further facts in short.
    """

    number: int
    kind: str
    at: datetime
    seal: str
    member: str = ""
    client_id: int | None = None
    client: str = ""
    person: str = ""
    category: str | None = None
    description: str = ""
    value: Money | None = None
    direction: Side | None = None
    outcome: Fate | None = None
    on: date | None = None
    verdict: str | None = None
    rules: tuple[tuple[str, str], ...] = ()
    rulebook: str = ""
    decision: str | None = None
    decider: str = ""
    comment: str = ""
    check_id: int | None = None
    request_id: int | None = None
    details: str = ""


BANDS = (Decimal(25), Decimal(50), Decimal(100), Decimal(250))
"""Upper ends of the bands of value, in the workspace's currency; the last band has none."""


@dataclass(slots=True)
class Tally:
    """How many gifts, and what those of known value are worth together, in the workspace's currency."""

    number: int = 0
    value: Decimal = Decimal(0)

    def add(self, sign: int, value: Decimal | None) -> None:
        self.number += sign
        self.value += sign * (value or Decimal(0))


@dataclass(slots=True)
class Summary:
    """What a period comes to. Gifts count by their entry in the period, unless they were taken out again in it.

    `bands` has a place for each band of value and one for unknown values at the end; `months` are first days.
    """

    first: date
    last: date
    currency: str
    rows: int = 0
    given: Tally = field(default_factory=Tally)
    received: Tally = field(default_factory=Tally)
    sent_back: int = 0
    bands: dict[Side, list[int]] = field(
        default_factory=lambda: {side: [0] * (len(BANDS) + 2) for side in Side}
    )
    months: dict[tuple[date, Side], Tally] = field(default_factory=dict)
    clients: dict[str, Tally] = field(default_factory=dict)
    verdicts: dict[str, int] = field(default_factory=dict)
    decisions: dict[str, int] = field(default_factory=dict)
    without_rate: int = 0
    _entered: dict[int, Fate | None] = field(default_factory=dict)

    def take(self, row: RegisterRow, value: Decimal | None) -> None:
        """Count one more row, in the order of the register; `value` is its value in `currency`, None if unknown."""
        self.rows += 1
        if row.kind == EntryKind.CHECKED and row.verdict:
            self.verdicts[row.verdict] = self.verdicts.get(row.verdict, 0) + 1
        elif (
            row.kind in (EntryKind.REQUESTED, *DECISIONS, EntryKind.WITHDRAWN) and row.request_id is not None
        ):
            self.decisions[row.kind] = self.decisions.get(row.kind, 0) + 1
        elif row.kind in (EntryKind.GIVEN, EntryKind.RECEIVED) and row.check_id is not None:
            if row.check_id in self._entered:
                self._count(row, self._entered[row.check_id], value, -1)
            self._count(row, row.outcome, value, 1)
            self._entered[row.check_id] = row.outcome
        elif row.kind == EntryKind.TAKEN_OUT and row.check_id in self._entered:
            self._count(row, self._entered.pop(row.check_id), value, -1)

    def _count(self, row: RegisterRow, fate: Fate | None, value: Decimal | None, sign: int) -> None:
        if fate in (Fate.RETURNED, Fate.HANDED_IN):
            self.sent_back += sign
            return
        side = row.direction or Side.GIVEN
        (self.given if side is Side.GIVEN else self.received).add(sign, value)
        self.bands[side][_band(value)] += sign
        self.without_rate += sign * (value is None)
        day = row.on or row.at.date()
        self.months.setdefault((day.replace(day=1), side), Tally()).add(sign, value)
        self.clients.setdefault(row.client, Tally()).add(sign, value)

    def busiest(self, most: int) -> tuple[list[tuple[str, Tally]], Tally]:
        """The clients with the highest value, given and received together, and all others in one."""
        ordered = sorted(
            ((name, tally) for name, tally in self.clients.items() if tally.number),
            key=lambda each: (-each[1].value, -each[1].number, each[0]),
        )
        others = Tally()
        for _, tally in ordered[most:]:
            others.number += tally.number
            others.value += tally.value
        return ordered[:most], others

    def by_month(self) -> Mapping[date, Mapping[Side, Tally]]:
        """Every month from the first with a gift to the last, also those without."""
        known = sorted({month for (month, _), tally in self.months.items() if tally.number})
        found: dict[date, dict[Side, Tally]] = {}
        month = known[0] if known else None
        while month is not None and month <= known[-1]:
            found[month] = {side: self.months.get((month, side), Tally()) for side in Side}
            month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        return found


def _band(value: Decimal | None) -> int:
    if value is None:
        return len(BANDS) + 1
    return next((place for place, top in enumerate(BANDS) if value <= top), len(BANDS))
