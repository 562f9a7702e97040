"""``python -m bench.imported LIST DATABASE``: import a list into a fresh book, alone, and say as JSON what it took."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time

from bench.firms import build, names
from bot.domain.imports import Decision
from bot.services import imports
from bot.services.imports import Choices, Origin


def main(listed: Path, database: Path) -> None:
    firm = build(database, names(1))
    began: list[tuple[float, float]] = []

    def writing() -> None:
        began.append((perf_counter(), process_time()))

    wall, cpu, before = perf_counter(), process_time(), _peak()
    done = imports.take_in(
        firm.house,
        Origin(firm.workspace.id),
        listed,
        choices=Choices(others=Decision.ANOTHER),
        limit=imports.LARGEST_ON_DISK,
        writing=writing,
    )
    assert done.import_id is not None, done.preview.shown
    print(
        json.dumps(
            {
                "wall": perf_counter() - wall,
                "cpu": process_time() - cpu,
                "locked": perf_counter() - began[-1][0],
                "locked_cpu": process_time() - began[-1][1],
                "memory": _peak(),
                "memory_before": before,
            }
        )
    )
    firm.engine.dispose()


def _peak() -> float:
    """The most memory that this process has held so far, in MiB."""
    return getrusage(RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
