"""Exchange rates, as the judge asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Quote:
    """One unit of the first currency costs `rate` units of the second, published on `day`."""

    rate: Decimal
    day: date


class Rates(Protocol):
    """Dated official exchange rates. The same question always gets the same answer."""

    def quote(self, source: str, target: str, day: date) -> Quote | None:
        """The latest rate published on or before `day`; None where no rate is known for one of the two."""


@dataclass(frozen=True, slots=True)
class FixedRates:
    """Rates given by hand: units of each currency for one unit of `base`, all published on one day."""

    base: str
    per_base: Mapping[str, Decimal]
    published: date

    def quote(self, source: str, target: str, day: date) -> Quote | None:
        """The given rate whatever the day, computed over the base currency."""
        known = {**self.per_base, self.base: Decimal(1)}
        if source not in known or target not in known:
            return None
        return Quote(known[target] / known[source], self.published)
