"""``python -m bench [--quick | --tiny] [--only GROUP …] [--json FILE]``: measure, print a table, write JSON."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from bench import (
    briefs,
    commands,
    delivery,
    digests,
    fits,
    gifts,
    imports,
    lookups,
    neglect,
    planning,
    processes,
    responses,
    scans,
    touches,
    workers,
)
from bench.results import LATEST, Row, table, write
from bench.scale import FULL, QUICK, TINY, Bench, Scale

GROUPS: Mapping[str, Callable[[Bench], list[Row]]] = {
    "commands": commands.measure,
    "gifts": gifts.measure,
    "touches": touches.measure,
    "briefs": briefs.measure,
    "fits": fits.measure,
    "neglect": neglect.measure,
    "lookups": lookups.measure,
    "digests": digests.measure,
    "planning": planning.measure,
    "scans": scans.measure,
    "delivery": delivery.measure,
    "workers": workers.measure,
    "imports": imports.measure,
    "responses": responses.measure,
    "processes": processes.measure,
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the bot against floors.")
    size = parser.add_mutually_exclusive_group()
    size.add_argument(
        "--quick",
        action="store_const",
        const=QUICK,
        dest="scale",
        help="a few minutes, without the largest firms",
    )
    size.add_argument(
        "--tiny", action="store_const", const=TINY, dest="scale", help="only to see that it works"
    )
    parser.add_argument("--only", nargs="+", choices=list(GROUPS), default=list(GROUPS), metavar="GROUP")
    parser.add_argument("--json", type=Path, default=LATEST, help="where to write the figures")
    chosen = parser.parse_args(arguments)
    scale: Scale = chosen.scale or FULL
    rows = run(scale, chosen.only)
    print(table(rows))
    write(rows, scale.name, chosen.json)
    return 0


def run(scale: Scale, groups: Sequence[str]) -> list[Row]:
    """Measure groups one after the other, on databases in a folder that is deleted behind them."""
    rows: list[Row] = []
    with _logging_into_nothing(), tempfile.TemporaryDirectory(prefix="rapport-bench-") as folder:
        for name in groups:
            began = perf_counter()
            rows += GROUPS[name](Bench(Path(folder), scale))
            print(f"{name}: {perf_counter() - began:.0f} s", file=sys.stderr)
    return rows


@contextmanager
def _logging_into_nothing() -> Iterator[None]:
    """What is logged is formatted as in production, and then thrown away."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        root.handlers[:] = [logging.StreamHandler(nowhere)]
        root.setLevel(logging.INFO)
        try:
            yield
        finally:
            root.handlers[:] = before
            root.setLevel(level)


if __name__ == "__main__":
    sys.exit(main())
