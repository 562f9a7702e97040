"""The planner in a firm with a tenth as many members as clients: who is due, what they are told, and the memory for it.

On such a morning everybody is due at once, and the planner takes up 200 of them at a tick. What is measured are such
ticks, and the messages made of what they planned, in firms of growing size.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from time import process_time

from slack_sdk import WebClient
from sqlalchemy import text

from bench.digests import DUE, planned_by_hand
from bench.firms import FIRST, MONDAY, Firm, crowded, micros
from bench.measure import Case, Spread, interleave, paired, repeat, spread
from bench.results import Row, single
from bench.scale import Bench
from bot.domain.outbox import Entry, State
from bot.services import digest
from handlers.messenger import SlackMessenger

BOOK = 10
"""Clients of a member: a hundred thousand members look after a million."""
_ROOT = Path(__file__).parent.parent
_SECONDS = 600
_WHO = """
select * from members
where workspace_id = ? and next_digest_at <= ? and active = 1 and refreshed_at is not null
order by next_digest_at, id limit ?"""
_LAST = """
select at, direction, member_id from touches where workspace_id = ? and client_id = ? order by at desc limit 10"""
_PEOPLE = "select name from contacts where workspace_id = ? and client_id = ? and active = 1"
_AS_BEFORE = (
    "delete from outbox",
    "delete from gate_decisions",
    "update workspaces set next_slot_at = null, urgent_slot_at = null",
)


def measure(bench: Bench) -> list[Row]:
    rows: list[Row] = []
    due: dict[int, list[float]] = {}
    planned: dict[int, list[float]] = {}
    composed: dict[int, list[float]] = {}
    for size in bench.scale.sizes:
        firm = crowded(bench.folder, size, BOOK)
        raw = firm.raw()
        found, due[size] = _who_is_due(bench, firm, raw)
        rows += found
        found, planned[size], composed[size] = _ticks(bench, firm, raw)
        rows += found
        raw.close()
        firm.engine.dispose()
    small, large = bench.scale.sizes[0], bench.scale.sizes[-1]
    growth = f"growth from {small:,} to {large:,} clients"
    return [
        *rows,
        Row("planner.due.growth", f"who is due: {growth}", paired(due[large], due[small]), "×"),
        Row("planner.tick.growth", f"a digest planned: {growth}", paired(planned[large], planned[small]), "×"),
        Row("planner.compose.growth", f"a digest composed: {growth}", paired(composed[large], composed[small]), "×"),
        *_memory(bench.folder, large),
    ]  # fmt: skip


def _who_is_due(bench: Bench, firm: Firm, raw: sqlite3.Connection) -> tuple[list[Row], list[float]]:
    now = micros(MONDAY)

    def ours() -> object:
        with firm.house.memory.read(firm.workspace.id) as unit:
            return unit.members.due_for_digest(MONDAY, FIRST)

    def floor() -> object:
        return raw.execute(_WHO, (firm.workspace.id, now, FIRST)).fetchall()

    times = interleave([Case("raw", repeat(floor)), Case("ours", repeat(ours))], bench.scale.pace)
    size, members = len(firm.names), firm.members
    rows = [
        Row(
            f"planner.{size}.due",
            f"the first {min(FIRST, members)} of {members:,} members who are due",
            spread(times.cpu["ours"]).scaled(1000),
            "ms",
        ),
        Row(
            f"planner.{size}.due_raw", f"the same, to SQL by hand, {size:,}", times.cpu_ratio("ours", "raw"), "×"
        ),
    ]  # fmt: skip
    return rows, times.cpu["ours"]


def _ticks(bench: Bench, firm: Firm, raw: sqlite3.Connection) -> tuple[list[Row], list[float], list[float]]:
    """Ticks of the planner and the messages made of them, and the same by hand, in turns on the same members."""
    messenger = SlackMessenger(WebClient("xoxb-bench", retry_handlers=[]))
    some = min(FIRST, firm.members)
    ours: dict[str, list[float]] = {"tick": [], "compose": []}
    floor: dict[str, list[float]] = {"tick": [], "compose": []}
    for number in range(bench.scale.starts + 1):
        as_before(firm, some)
        began = process_time()
        for member in range(1, some + 1):
            planned_by_hand(raw, firm, member)
        ticked = process_time() - began
        began = process_time()
        for member in range(1, some + 1):
            _composed_by_hand(raw, firm, member)
        made = process_time() - began
        as_before(firm, some)
        began = process_time()
        tick = digest.plan(firm.house, firm.workspace.id)
        our_tick = process_time() - began
        if (tick.members, tick.digests) != (some, some):
            raise AssertionError(f"{tick} for {some} members")
        entries = _entries(firm, some)
        began = process_time()
        for entry in entries:
            _composed(firm, messenger, entry)
        our_made = process_time() - began
        if number:  # the first round warms up
            floor["tick"].append(ticked / some)
            floor["compose"].append(made / some)
            ours["tick"].append(our_tick / some)
            ours["compose"].append(our_made / some)
    as_before(firm, some)
    size = len(firm.names)
    rows = [
        Row(f"planner.{size}.tick", f"a digest planned, {size:,} clients", _ms(ours["tick"]), "ms"),
        Row(
            f"planner.{size}.tick_raw",
            f"the same, to SQL and five lines of Python by hand, {size:,}",
            paired(ours["tick"], floor["tick"]),
            "×",
        ),
        Row(
            f"planner.{size}.compose",
            f"a digest composed and made a message, {size:,} clients",
            _ms(ours["compose"]),
            "ms",
        ),
        Row(
            f"planner.{size}.compose_raw",
            f"the same, to SQL and JSON by hand, {size:,}",
            paired(ours["compose"], floor["compose"]),
            "×",
        ),
    ]
    return rows, ours["tick"], ours["compose"]


def as_before(firm: Firm, some: int) -> None:
    """Nobody was planned for: the members who are first are due again."""
    with firm.engine.begin() as connection:
        for statement in _AS_BEFORE:
            connection.execute(text(statement))
        connection.execute(
            text(
                "update members set next_digest_at = :now, last_digest_on = null, unheeded_since = null "
                "where id <= :some"
            ),
            {"now": micros(MONDAY), "some": some},
        )


def _entries(firm: Firm, some: int) -> list[Entry]:
    with firm.house.memory.read(firm.workspace.id) as unit:
        return list(unit.outbox.listed([State.PENDING], kind=digest.KIND, limit=some))


def _composed(firm: Firm, messenger: SlackMessenger, entry: Entry) -> None:
    """What the first attempt does before it posts."""
    with firm.house.memory.read(firm.workspace.id) as unit:
        member = unit.members.get(entry.member_id)
        assert member is not None, "planned for a moment ago"
        facts = digest.recompose(unit, member, entry, firm.clock())
        assert facts is not None, "nothing was done meanwhile"
        messenger.render(entry.kind, facts, member, entry.id)


def _composed_by_hand(raw: sqlite3.Connection, firm: Firm, member: int) -> str:
    """Read whom a member should talk to, who spoke last there and who there is, and write five lines of JSON."""
    now, workspace = micros(MONDAY), firm.workspace.id
    raw.execute("select * from members where id = ?", (member,)).fetchone()
    due = raw.execute(DUE, (workspace, member, now, now)).fetchall()
    due.sort(key=lambda row: (row[5] > now, (row[4] - now) / max(row[4] - row[3], 1), row[2], row[1], row[0]))
    blocks = []
    for client_id, name, tier, spoken, *_ in due[:5]:
        talks = raw.execute(_LAST, (workspace, client_id)).fetchall()
        people = raw.execute(_PEOPLE, (workspace, client_id)).fetchall()
        days = (now - spoken) // 86_400_000_000
        said = f"*{name}* ({tier}): {days} days, {len(talks)} touches, {len(people)} people"
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": said}})
    return json.dumps({"text": f"{len(due)} clients", "blocks": blocks})


def _memory(folder: Path, size: int) -> list[Row]:
    """What a process holds at most that starts all clocks, plans two ticks, and composes what it planned."""
    database = folder / f"clients-{size}-by-{BOOK}.db"
    finished = subprocess.run(
        [sys.executable, "-m", "bench.planned", str(database)],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if finished.returncode:
        raise RuntimeError(f"nothing was planned: {finished.stderr}")
    held: dict[str, float] = json.loads(finished.stdout)
    beyond = f"memory of a process with {size:,} clients beyond the bot that is ready, at most"
    return [
        Row("planner.memory.ready", "memory of the bot that is ready", single(held["ready"]), "MiB"),
        Row("planner.memory.started", f"{beyond}: started", single(held["started"] - held["ready"]), "MiB"),
        Row(
            "planner.memory",
            f"{beyond}: planning and composing",
            single(held["composed"] - held["ready"]),
            "MiB",
        ),
    ]


def _ms(seconds: list[float]) -> Spread:
    return spread(seconds).scaled(1000)
