"""What counts between us and a client or a person, through the two windows that rules count in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.money import Money


@dataclass(frozen=True, slots=True)
class Window:
    """What counts from `first` to `last`, both included: how many gifts, and their `value` together.

    `pending` of them are asked for and not given yet.

    `converted` says that an exchange rate went into the value. `without_rate` are amounts that no rate is known for:
    they are not in `value`.
    """

    first: date
    last: date
    number: int
    value: Money
    converted: bool = False
    without_rate: tuple[Money, ...] = ()
    pending: int = 0


@dataclass(frozen=True, slots=True)
class Windows:
    """The same gifts through both windows that rules count in, side by side."""

    year: Window
    rolling: Window
