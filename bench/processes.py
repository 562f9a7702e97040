"""What a start costs, what is loaded by it, and how much memory is held."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.firms import of_size
from bench.measure import paired, spread
from bench.results import Goal, Row, single
from bench.scale import Bench

_ROOT = Path(__file__).parent.parent
_SECONDS = 300
_FEW = 500
_ON_DEMAND = ("alembic", "dateparser", "matplotlib", "pandas", "holidays", "psycopg", "waitress", "rapidfuzz")
"""What takes long to load and is not needed to be ready."""
_MUST_NOT = frozenset(
    ("alembic", "dateparser", "matplotlib", "numpy", "pandas", "python_calamine", "rapidfuzz")
)
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Start:
    """What one started process says of itself: processor seconds, bytes of memory, and packages loaded."""

    cpu: float
    memory: int
    loaded: frozenset[str]


def measure(bench: Bench) -> list[Row]:
    small, large = of_size(bench.folder, _FEW), of_size(bench.folder, bench.scale.sizes[-1])
    small.engine.dispose()
    large.engine.dispose()
    starts: dict[str, list[Start]] = {"nothing": [], "bolt": [], "bot": []}
    for _ in range(bench.scale.starts + 1):
        for what, found in starts.items():
            found.append(_start(what, small.path))
    bare = [start.cpu for start in starts["nothing"][1:]]
    over = {
        what: [start.cpu - idle for start, idle in zip(starts[what][1:], bare, strict=True)]
        for what in ("bolt", "bot")
    }
    bot = starts["bot"][-1]
    names_held = _start("names", large.path).memory
    loaded = bot.loaded.intersection(_ON_DEMAND)
    listed = ", ".join(sorted(loaded)) or "none of them"
    return [
        Row(
            "start.bolt",
            "import slack_bolt, over a bare interpreter (the base)",
            spread(over["bolt"]).scaled(1000),
            "ms",
        ),
        Row(
            "start.bot",
            "the bot ready, over a bare interpreter",
            paired(over["bot"], over["bolt"]),
            "×",
            Goal(22, 3.2, 2.6),
        ),
        Row(
            "start.loaded",
            "of alembic, dateparser, matplotlib, numpy, pandas, calamine, rapidfuzz are loaded when it is ready",
            single(len(bot.loaded & _MUST_NOT)),
            "",
            Goal(22, 0),
        ),
        Row("start.on_demand", f"of what is slow to load: {listed}", single(len(loaded)), ""),
        Row("memory.idle", "memory of the idle bot", single(bot.memory / _MIB), "MiB"),
        Row(
            "memory.names",
            f"memory with {bench.scale.sizes[-1]:,} names looked up",
            single(names_held / _MIB),
            "MiB",
        ),
    ]


def _start(what: str, database: Path) -> Start:
    finished = subprocess.run(
        [sys.executable, "-m", "bench.started", what, str(database)],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if finished.returncode:
        raise RuntimeError(f"could not start {what}: {finished.stderr}")
    cpu, memory, *loaded = finished.stdout.split()
    return Start(float(cpu), int(memory), frozenset(loaded))
