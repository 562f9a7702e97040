"""Workers are killed at random while digests go out, on both databases: none is lost, and none comes twice.

The same driver kills more of them for longer by hand: `python -m bench.kills`; docs/scaling.md has its figures.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

import pytest

from bench.kills import Plan, run

SEED = int(os.environ.get("KILL_SEED", "20261116"))


def plan(digests: int, workers: int, kills: int) -> Plan:
    """Quicker than by hand: shorter times, in the order in which they must stand."""
    return Plan(
        digests,
        workers,
        kills,
        for_good=True,
        seconds=(0.2, 1.5),
        api_seconds=2,
        stall_seconds=3,
        quarantine_seconds=6,
        lag=2,
        seed=SEED,
    )


def prove(folder: Path, database_url: str, wanted: Plan) -> None:
    report = run(folder, database_url, wanted)
    sys.stdout.write(f"{report.line()}\n")
    assert report.lost == 0, report.log
    assert report.repeated == 0, report.log
    assert report.states == Counter(sent=wanted.digests)
    assert report.killed == wanted.kills


@pytest.mark.kill
@pytest.mark.timeout(480)
def test_one_process_on_sqlite_killed_again_and_again_loses_and_repeats_nothing(tmp_path: Path) -> None:
    prove(tmp_path, f"sqlite:///{tmp_path / 'rapport.db'}", plan(300, 1, 5))


@pytest.mark.kill
@pytest.mark.timeout(480)
@pytest.mark.parametrize(("workers", "kills"), [(1, 2), (2, 3), (4, 3)])
def test_workers_on_postgresql_killed_again_and_again_lose_and_repeat_nothing(
    tmp_path: Path, postgres_database_url: str, workers: int, kills: int
) -> None:
    prove(tmp_path, postgres_database_url, plan(400, workers, kills))
