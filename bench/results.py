"""What was measured, held against the goals; as a table for people and as JSON for machines."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from bench.measure import Spread
from bot.clock import system_clock

LATEST = Path(__file__).parent / "results" / "latest.json"


@dataclass(frozen=True, slots=True)
class Goal:
    """Goal `number` of docs/performance.md: the `bar` must hold, the `stretch` is hoped for.

    The figure should be at most the bar or, with `at_least`, at least.
    """

    number: int
    bar: float
    stretch: float | None = None
    at_least: bool = False

    def verdict(self, figure: Spread) -> str:
        """``stretch``, ``holds``, ``doubtful`` (only the better quartile holds) or ``missed``."""
        best = figure.upper if self.at_least else figure.lower
        if self.stretch is not None and self._meets(figure.median, self.stretch):
            return "stretch"
        if self._meets(figure.median, self.bar):
            return "holds"
        return "doubtful" if self._meets(best, self.bar) else "missed"

    def _meets(self, figure: float, mark: float) -> bool:
        return figure >= mark if self.at_least else figure <= mark


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: `what` says it in words, `unit` is ``×`` for a ratio to the floor that `what` names."""

    key: str
    what: str
    figure: Spread
    unit: str
    goal: Goal | None = None

    @property
    def verdict(self) -> str:
        return "" if self.goal is None else self.goal.verdict(self.figure)


def single(figure: float) -> Spread:
    """A figure that was counted rather than sampled."""
    return Spread(figure, figure, figure)


def table(rows: Sequence[Row]) -> str:
    """The rows as text, one to a line."""
    width = max(len(row.what) for row in rows)
    lines = [f"{'':{width}}  {'median':>9}  {'quartiles':>17}  {'':5} {'goal':>16}  verdict"]
    for row in rows:
        figure, goal = row.figure, row.goal
        sampled = figure.lower != figure.upper
        quartiles = f"{shown(figure.lower)} … {shown(figure.upper)}" if sampled else ""
        aim = "" if goal is None else f"{'≥' if goal.at_least else '≤'} {goal.bar:g}"
        if goal is not None and goal.stretch is not None:
            aim += f" / {goal.stretch:g}"
        line = f"{row.what:{width}}  {shown(figure.median):>9}  {quartiles:>17}  {row.unit:5} {aim:>16}  {row.verdict}"
        lines.append(line.rstrip())
    return "\n".join(lines)


def shown(figure: float) -> str:
    """A number with three digits that mean something."""
    if figure >= 100 or figure == int(figure):
        return f"{figure:,.0f}"
    return f"{figure:.2g}" if figure < 0.1 else f"{figure:.1f}" if figure >= 10 else f"{figure:.2f}"


def write(rows: Sequence[Row], mode: str, path: Path) -> None:
    """Keep the rows as JSON, with the kind of machine and the versions that they hold for."""
    path.parent.mkdir(parents=True, exist_ok=True)
    known = {
        "at": system_clock().isoformat(timespec="seconds"),
        "mode": mode,
        "machine": machine(),
        "rows": [{**asdict(row), "verdict": row.verdict} for row in rows],
    }
    path.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def machine() -> dict[str, str]:
    """The kind of machine and the versions that matter; no names."""
    return {
        "kind": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in ("slack-bolt", "SQLAlchemy", "rapidfuzz")},
    }
