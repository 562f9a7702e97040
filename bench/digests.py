"""The morning wave: every member's digest composed and put into the outbox; and who waits meanwhile."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import perf_counter, process_time, sleep

from bench.firms import BOOK, Firm, build, micros, names
from bench.measure import paired, percentile, spread
from bench.results import Goal, Row
from bench.scale import Bench
from bench.slack import NOTHING, Deliveries, answered, bare_app
from bot.services import digest

DUE = """
select id, name, tier, last_conversation_at, due_at, neglected_at from clients
where workspace_id = ? and owner_id = ? and archived = 0 and due_at <= ?
and (snoozed_until is null or snoozed_until <= ?)"""
_ENTER = """
insert into outbox (workspace_id, key, kind, member_id, facts, state, due_at, created_at)
values (?, ?, 'digest', ?, ?, 'pending', ?, ?) on conflict do nothing"""
_IDLE = 1000
_PAUSE_SECONDS = 0.002
_MOST_WAVES = 3
_FRIDAY = 4
_MOVE = "update members set next_digest_at = ?, last_digest_on = ? where id = ? and next_digest_at = ?"


def measure(bench: Bench) -> list[Row]:
    ours = _firm(bench, "ours")
    floor = _firm(bench, "floor")
    raw = floor.raw()
    rows = _waves(bench, ours, floor, raw)
    raw.close()
    floor.engine.dispose()
    rows.append(_who_waits(bench, ours))
    ours.engine.dispose()
    return rows


def _firm(bench: Bench, name: str) -> Firm:
    return build(bench.folder / f"{name}.db", names(bench.scale.wave * BOOK))


def _waves(bench: Bench, ours: Firm, floor: Firm, raw: sqlite3.Connection) -> list[Row]:
    """One morning after the other, so that each wave finds every member due again."""
    cpu: list[float] = []
    wall: list[float] = []
    by_hand: list[float] = []
    for _ in range(bench.scale.waves):
        began, started = perf_counter(), process_time()
        _plan_all(ours)
        cpu.append((process_time() - started) / ours.members)
        wall.append((perf_counter() - began) / ours.members)
        started = process_time()
        for member in range(1, floor.members + 1):
            planned_by_hand(raw, floor, member)
        by_hand.append((process_time() - started) / floor.members)
        _next_morning(ours)
        _next_morning(floor)
    return [
        Row(
            "digest.wave",
            f"digests of {ours.members:,} members planned, each",
            spread(cpu).scaled(1000),
            "ms",
        ),
        Row("digest.wave_wall", "the same, on the wall with the disk", spread(wall).scaled(1000), "ms"),
        Row(
            "digest.wave_raw",
            "the same, to sqlite3 and five lines of Python by hand",
            paired(cpu, by_hand),
            "×",
        ),
    ]


def _plan_all(firm: Firm) -> int:
    """Tick until nobody is due any more; every member must have got a digest."""
    planned = 0
    while (tick := digest.plan(firm.house, firm.workspace.id)).members:
        planned += tick.digests
    if planned != firm.members:
        raise AssertionError(f"{planned} digests for {firm.members} members")
    return planned


def _next_morning(firm: Firm) -> None:
    """Nine o'clock of the next day that is no weekend; the days after `MONDAY` know no holiday for a week."""
    firm.clock.now += timedelta(days=3 if firm.clock.now.weekday() == _FRIDAY else 1)


def planned_by_hand(raw: sqlite3.Connection, firm: Firm, member: int) -> None:
    """Read the due clients, rank them, write the digest and the next moment, in one transaction."""
    day = firm.clock.now.date()
    now, workspace = micros(firm.clock.now), firm.workspace.id
    raw.execute("begin immediate")
    due = raw.execute(DUE, (workspace, member, now, now)).fetchall()
    due.sort(key=lambda row: (row[5] > now, (row[4] - now) / max(row[4] - row[3], 1), row[2], row[1], row[0]))
    facts = json.dumps({"day": day.isoformat(), "rows": due[:5]})
    raw.execute(_ENTER, (workspace, f"digest:{member}:{day}", member, facts, now, now))
    raw.execute(_MOVE, (micros(firm.clock.now + timedelta(days=1)), day.isoformat(), member, now))
    raw.execute("commit")


def _who_waits(bench: Bench, firm: Firm) -> Row:
    """How long an acknowledgement takes while the wave is under way in another thread."""
    app, deliveries = bare_app(), Deliveries()

    def waited() -> float:
        """One acknowledgement. People type with pauses: without any, this thread would only starve the wave."""
        sleep(_PAUSE_SECONDS)
        delivery = deliveries.command(NOTHING)
        began = perf_counter()
        answered(app, delivery)
        return perf_counter() - began

    ratios: list[float] = []
    for _ in range(min(bench.scale.waves, _MOST_WAVES)):
        idle = [waited() for _ in range(_IDLE)]
        with ThreadPoolExecutor(1) as elsewhere:
            wave = elsewhere.submit(_plan_all, firm)
            busy = [waited()]
            while not wave.done():
                busy.append(waited())
        wave.result()
        ratios.append(percentile(busy, 99) / percentile(idle, 99))
        _next_morning(firm)
    return Row(
        "digest.meanwhile",
        "p99 of an acknowledgement during the wave, to an idle bot",
        spread(ratios),
        "×",
        Goal(24, 3, 1.5),
    )
