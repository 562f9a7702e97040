"""The defaults that a simulation may try others of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import Engine

from bot.domain.cadence import LONGEST_DUE, LONGEST_NEGLECTED, TIERS
from bot.domain.digest import LEAST, ROWS
from bot.domain.giving_way import GIVES_WAY_FOR, IN_VAIN
from storage.unit_of_work import SqlMemory, SqlUnitOfWork

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Defaults:
    """`rows` of a digest, `least` of them for each lane, by which factor the intervals of all tiers are longer, and the
    weekdays on which a digest comes (Monday is 0), where they are days of work. A client that was named `in_vain` times
    (0: however often) gives way for `way` working days."""

    rows: int = ROWS
    least: int = LEAST
    cadence: float = 1.0
    days: frozenset[int] = EVERY_DAY
    in_vain: int = IN_VAIN
    way: int = GIVES_WAY_FOR

    def cadences(self) -> dict[str, tuple[int, int]]:
        """The intervals of the tiers in days, as a workspace keeps them; none where they are ours."""
        if self.cadence == 1:
            return {}
        return {
            tier.value: (
                min(LONGEST_DUE, max(1, round(ours.due * self.cadence))),
                min(LONGEST_NEGLECTED, max(1, round(ours.neglected * self.cadence))),
            )
            for tier, ours in TIERS.items()
        }


TRIED = ("rows", "least", "cadence", "days", "in-vain", "way")
"""The names of the defaults of which others can be tried."""


def tried(defaults: Defaults, name: str, said: str) -> Defaults:
    """The defaults with one of them as it was written: ``rows`` 5, ``least`` 2, ``cadence`` 1.5, ``days`` mon+thu.

    ``in-vain`` 3, ``way`` 20. Of ``days`` it may be all. Raises ValueError, whose text names what is possible.
    """
    match name:
        case "rows":
            return replace(defaults, rows=int(_within(said, 1, 20)))
        case "least":
            return replace(defaults, least=int(_within(said, 0, 20)))
        case "cadence":
            return replace(defaults, cadence=_within(said, 0.1, 4))
        case "days":
            return replace(defaults, days=_days(said))
        case "in-vain":
            return replace(defaults, in_vain=int(_within(said, 0, 100)))
        case "way":
            return replace(defaults, way=int(_within(said, 1, 250)))
    raise ValueError(f"{name}: one of {', '.join(TRIED)}")


def _within(said: str, least: float, most: float) -> float:
    try:
        value = float(said)
    except ValueError:
        value = least - 1
    if not least <= value <= most or (isinstance(least, int) and value != int(value)):
        raise ValueError(f"{said}: a number from {least:g} to {most:g}")
    return value


def _days(said: str) -> frozenset[int]:
    if said == "all":
        return EVERY_DAY
    names = said.split("+")
    if not set(names) <= set(DAYS):
        raise ValueError(f"{said}: days such as mon+thu, or all")
    return frozenset(DAYS.index(each) for each in names)


def days_said(days: frozenset[int]) -> str:
    """Days as `tried` reads them."""
    return "all" if days == EVERY_DAY else "+".join(DAYS[day] for day in sorted(days))


class TriedMemory(SqlMemory):
    """Memory in which the workspace has other defaults for what is kept nowhere."""

    def __init__(self, engine: Engine, defaults: Defaults) -> None:
        super().__init__(engine)
        self._defaults = defaults

    @contextmanager
    def read(self, workspace_id: int) -> Iterator[SqlUnitOfWork]:
        with super().read(workspace_id) as unit:
            yield self._tried(unit)

    @contextmanager
    def write(self, workspace_id: int) -> Iterator[SqlUnitOfWork]:
        with super().write(workspace_id) as unit:
            yield self._tried(unit)

    def _tried(self, unit: SqlUnitOfWork) -> SqlUnitOfWork:
        tried = self._defaults
        if tried != Defaults(cadence=tried.cadence):
            unit.workspace = replace(
                unit.workspace,
                digest_rows=tried.rows,
                digest_least=tried.least,
                digest_days=tried.days,
                in_vain=tried.in_vain,
                gives_way_for=tried.way,
            )
        return unit
