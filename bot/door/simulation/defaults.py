"""The defaults that a simulation may try others of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import Engine

from bot.domain.cadence import LONGEST_DUE, LONGEST_NEGLECTED, TIERS
from bot.domain.digest import LEAST, ROWS
from storage.unit_of_work import SqlMemory, SqlUnitOfWork


@dataclass(frozen=True, slots=True)
class Defaults:
    """`rows` of a digest, `least` of them for each lane, and by which factor the intervals of all tiers are longer."""

    rows: int = ROWS
    least: int = LEAST
    cadence: float = 1.0

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
        if (self._defaults.rows, self._defaults.least) != (ROWS, LEAST):
            unit.workspace = replace(
                unit.workspace, digest_rows=self._defaults.rows, digest_least=self._defaults.least
            )
        return unit
