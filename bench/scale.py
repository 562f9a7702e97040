"""How much is measured: everything, what a few minutes suffice for, or just enough to see that it works."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.measure import Pace


@dataclass(frozen=True, slots=True)
class Scale:
    """`sizes` are numbers of clients; `queries` names looked up among each; `searched` those also searched one by one.

    `wave` is how many members are due at once, `waves` how often all of a firm is gone through; `starts` how often a
    process is started, a tick of the planner made, or a backlog delivered.
    `workers` are numbers of processes that deliver together, a `backlog` at a time.
    """

    name: str
    pace: Pace
    sizes: tuple[int, ...]
    queries: int
    searched: int
    wave: int
    waves: int
    starts: int
    touches: int
    workers: tuple[int, ...]
    backlog: int


FULL = Scale(
    "full", Pace(21, 0.03), (10_000, 100_000, 1_000_000), 300, 40, 1000, 3, 7, 100_000, (1, 2, 4), 200
)
QUICK = Scale("quick", Pace(5, 0.015), (10_000, 100_000), 120, 15, 100, 2, 3, 20_000, (1, 2), 100)
TINY = Scale("tiny", Pace(2, 0.001), (300, 600), 20, 5, 10, 1, 1, 500, (1, 2), 10)


@dataclass(frozen=True, slots=True)
class Bench:
    """What a group of measurements is given: a folder that is gone afterwards, and how much to measure."""

    folder: Path
    scale: Scale
