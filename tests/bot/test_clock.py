"""The only place that asks what time it is."""

from __future__ import annotations

import ast
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from bot.clock import shifted_clock, system_clock

BOT = Path(__file__).parents[2] / "bot"


def test_the_systems_clock_is_aware_and_in_utc() -> None:
    assert system_clock().tzinfo is UTC


def test_a_shifted_clock_runs_ahead_by_what_the_file_says(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock = shifted_clock(file)
    unshifted = clock() - system_clock()
    file.write_text("86400.5\n", encoding="ascii")

    assert abs(unshifted) < timedelta(seconds=5)
    assert abs(clock() - system_clock() - timedelta(seconds=86400.5)) < timedelta(seconds=5)
    file.write_text("-3600", encoding="ascii")
    assert clock() < system_clock()


@pytest.mark.parametrize("written", ["", "nonsense", "nan", "inf", "1e300", "1e12", "-1e12", "\u00e9"])
def test_a_number_that_makes_no_sense_leaves_the_last_one_in_force(tmp_path: Path, written: str) -> None:
    file = tmp_path / "clock"
    clock = shifted_clock(file)
    file.write_text("86400", encoding="ascii")
    clock()

    file.write_text(written, encoding="utf-8")
    kept = clock() - system_clock()
    file.unlink()
    gone = clock() - system_clock()

    assert abs(kept - timedelta(days=1)) < timedelta(seconds=5)
    assert abs(gone - timedelta(days=1)) < timedelta(seconds=5)


def test_nothing_else_of_the_bot_asks_the_wall_clock() -> None:
    asking = []
    for file in BOT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today", "time_ns"):
                value = node.value
                if isinstance(value, ast.Name) and value.id in ("datetime", "date", "time"):
                    asking.append(file.relative_to(BOT).as_posix())

    assert asking == ["clock.py"]
