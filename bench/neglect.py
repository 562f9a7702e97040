"""Whom one member should talk to first, among ever more clients of the whole firm."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from random import Random

from bench.firms import MONDAY, Firm, micros, of_size
from bench.measure import Case, Spread, each, interleave, paired, spread
from bench.results import Goal, Row
from bench.scale import Bench
from bot.services import digest

_WORST = """
select id, name, tier, last_conversation_at, due_at, neglected_at from clients
where workspace_id = ? and owner_id = ? and archived = 0 and due_at <= ?
and (snoozed_until is null or snoozed_until <= ?)
order by neglected_at limit 5"""


def measure(bench: Bench) -> list[Row]:
    firms = [of_size(bench.folder, size) for size in bench.scale.sizes]
    raws = [firm.raw() for firm in firms]
    draw = Random(5)
    cases: list[Case] = []
    for firm, raw in zip(firms, raws, strict=True):
        size = len(firm.names)
        cases.append(Case(f"raw {size}", each(_some(draw, firm), _by_hand(raw, firm))))
        cases.append(Case(f"ours {size}", each(_some(draw, firm), _ours(firm))))
    times = interleave(cases, bench.scale.pace)
    for firm, raw in zip(firms, raws, strict=True):
        raw.close()
        firm.engine.dispose()
    rows: list[Row] = []
    for size in bench.scale.sizes:
        ours = times.cpu[f"ours {size}"]
        rows.append(Row(f"neglect.{size}", f"top five of one member among {size:,}", _micro(ours), "µs"))
        rows.append(
            Row(
                f"neglect.{size}.raw",
                f"the same, to SQL by hand, {size:,}",
                times.cpu_ratio(f"ours {size}", f"raw {size}"),
                "×",
            )
        )
    small, large = bench.scale.sizes[0], bench.scale.sizes[-1]
    growth = paired(times.cpu[f"ours {large}"], times.cpu[f"ours {small}"])
    what = f"growth from {small:,} to {large:,} clients"
    rows.append(Row("neglect.growth", what, growth, "×", Goal(17, 2, 1.5)))
    return rows


def _some(draw: Random, firm: Firm) -> Callable[[], int]:
    """Any member whose book is full."""
    return lambda: draw.randrange(max(1, len(firm.names) // firm.book))


def _by_hand(raw: sqlite3.Connection, firm: Firm) -> Callable[[int], object]:
    now = micros(MONDAY)
    return lambda number: raw.execute(_WORST, (firm.workspace.id, number + 1, now, now)).fetchall()


def _ours(firm: Firm) -> Callable[[int], object]:
    return lambda number: digest.today(firm.house, firm.actor(number))


def _micro(seconds: list[float]) -> Spread:
    return spread(seconds).scaled(1e6)
