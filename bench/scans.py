"""The neglected of a whole book: for each lead of their people, for the page of the week, and as sums of the firm."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from itertools import count
from time import process_time

from sqlalchemy import text

from bench.firms import FIRST, MONDAY, TEAM_OF, Firm, crowded, micros
from bench.measure import Case, interleave, paired, repeat, spread
from bench.naive import TOUCHES, standing, touches_apart
from bench.planning import BOOK, as_before
from bench.results import Goal, Row
from bench.scale import Bench
from bot.domain.books import Reach
from bot.services import digest, leads

_COLUMNS = "id, name, owner_id, tier, last_conversation_at, due_at, neglected_at, snoozed_until, status"
_ALL = f"""
select {_COLUMNS} from clients where workspace_id = ? and neglected_at <= ? and archived = 0 and owner_id is not null
order by neglected_at"""
_LED = "owner_id in (select id from members where workspace_id = ? and lead_id = ? and active = 1)"
_OF_LEAD = f"""
select {_COLUMNS} from clients where workspace_id = ? and {_LED} and neglected_at <= ? and archived = 0
order by neglected_at"""
_STATES = """
select tier, case when neglected_at <= :now then 2 when due_at <= :now then 1 else 0 end as state, market, count(*)
from clients where workspace_id = :workspace and archived = 0 {} group by 1, 2, 3"""
_SUMS = _STATES.format("")
_SUMS_OF_LEAD = _STATES.format(
    "and owner_id in (select id from members where workspace_id = :workspace and lead_id = :lead)"
)
_LOADS = (
    f"select owner_id, count(*) from clients where workspace_id = ? and {_LED} and archived = 0 group by 1"
)
_SAID = f"""
select member_id, facts from outbox where workspace_id = ? and kind = 'digest' and state = 'sent'
and {_LED.replace("owner_id", "member_id")}"""


def measure(bench: Bench) -> list[Row]:
    rows: list[Row] = []
    whole: dict[int, list[float]] = {}
    for size in bench.scale.sizes:
        firm = crowded(bench.folder, size, BOOK)
        raw = firm.raw()
        rows += _one_lead(bench, firm, raw)
        found, whole[size] = _everybody(bench, firm, raw)
        rows += found
        raw.close()
        firm.engine.dispose()
    before, large = bench.scale.sizes[-2:]
    what = f"the neglected of all leads: growth from {before:,} to {large:,} clients"
    rows.append(Row("scan.growth", what, paired(whole[large], whole[before]), "×", Goal(17, 13, 11)))
    return rows


def _one_lead(bench: Bench, firm: Firm, raw: sqlite3.Connection) -> list[Row]:
    """One lead after another: the neglected clients of those they lead, and the whole page of their week."""
    now, workspace, size = micros(MONDAY), firm.workspace.id, len(firm.names)
    _told_of_all(firm)
    teams = max(1, min(FIRST, firm.members) // TEAM_OF)
    turns = {name: count() for name in ("ours", "raw", "page", "raw page")}

    def lead(name: str) -> int:
        return next(turns[name]) % teams * TEAM_OF + 1

    def ours() -> None:
        with firm.house.memory.read(workspace) as unit:
            unit.ladder.neglected(lead("ours"), MONDAY)

    def page() -> None:
        with firm.house.memory.read(workspace) as unit:
            member = unit.members.get(lead("page"))
            assert member is not None, "firms have leads"
            leads.page_of(unit, member, MONDAY.date(), MONDAY)

    def by_hand() -> None:
        raw.execute(_OF_LEAD, (workspace, workspace, lead("raw"), now)).fetchall()

    def page_by_hand() -> dict[int, int]:
        who = lead("raw page")
        raw.execute("select * from members where id = ?", (who,)).fetchone()
        neglected = raw.execute(_OF_LEAD, (workspace, workspace, who, now)).fetchall()
        told = {row[0]: row[1] for row in raw.execute(_SAID, (workspace, workspace, who))}
        raw.execute(_SUMS_OF_LEAD, {"workspace": workspace, "now": now, "lead": who}).fetchall()
        raw.execute(_LOADS, (workspace, workspace, who)).fetchall()
        by_owner: dict[int, int] = defaultdict(int)
        for row in neglected:
            by_owner[row[2]] += f'"client_id": {row[0]},' in told.get(row[2], "")
        return by_owner

    cases = [
        Case("raw", repeat(by_hand)),
        Case("ours", repeat(ours)),
        Case("raw page", repeat(page_by_hand)),
        Case("page", repeat(page)),
    ]
    times = interleave(cases, bench.scale.pace)
    as_before(firm, min(FIRST, firm.members))
    return [
        Row(
            f"scan.{size}.lead",
            f"the neglected of one lead's people, of {size:,} clients",
            spread(times.cpu["ours"]).scaled(1000),
            "ms",
        ),
        Row(
            f"scan.{size}.lead_raw",
            f"the same, to SQL by hand, {size:,}",
            times.cpu_ratio("ours", "raw"),
            "×",
        ),
        Row(
            f"scan.{size}.page",
            f"one lead's page of the week, of {size:,} clients",
            spread(times.cpu["page"]).scaled(1000),
            "ms",
        ),
        Row(
            f"scan.{size}.page_raw",
            f"the same, to five statements by hand, {size:,}",
            times.cpu_ratio("page", "raw page"),
            "×",
        ),
    ]


def _told_of_all(firm: Firm) -> None:
    """The people of the leads that are looked at were told this morning: leads hear of nothing else."""
    as_before(firm, min(FIRST, firm.members))
    digest.plan(firm.house, firm.workspace.id)
    with firm.engine.begin() as connection:
        connection.execute(text("update outbox set state = 'sent'"))


def _everybody(bench: Bench, firm: Firm, raw: sqlite3.Connection) -> tuple[list[Row], list[float]]:
    """The whole book: what all leads of a morning are asked for, and the sums of the firm, each against one scan."""
    now, workspace, size = micros(MONDAY), firm.workspace.id, len(firm.names)
    everyone = range(1, firm.members + 1, TEAM_OF)
    ours: list[float] = []
    sums: list[float] = []
    one_scan: list[float] = []
    lead_by_lead: list[float] = []
    sums_by_hand: list[float] = []
    from_touches: list[float] = []
    with touches_apart(raw, bench.folder, workspace):
        for _ in range(bench.scale.waves):
            began = process_time()
            if standing(raw, workspace) != size:
                raise AssertionError("a client is missing among the touches")
            from_touches.append(process_time() - began)
    for number in range(bench.scale.waves + 1):
        began = process_time()
        in_all = len(raw.execute(_ALL, (workspace, now)).fetchall())
        after_scan = process_time()
        for lead_id in everyone:
            raw.execute(_OF_LEAD, (workspace, workspace, lead_id, now)).fetchall()
        after_leads = process_time()
        raw.execute(_SUMS, {"workspace": workspace, "now": now}).fetchall()
        after_sums = process_time()
        found = _of_all_leads(firm, everyone)
        ours_done = process_time()
        with firm.house.memory.read(workspace) as unit:
            unit.books.groups(Reach(None), MONDAY)
        if not 0 < found <= in_all:
            raise AssertionError(f"{found} neglected by lead, {in_all} in all")
        if number:  # the first round warms up
            sums.append(process_time() - ours_done)
            one_scan.append(after_scan - began)
            lead_by_lead.append(after_leads - after_scan)
            sums_by_hand.append(after_sums - after_leads)
            ours.append(ours_done - after_sums)
    rows = [
        Row(
            f"scan.{size}.all",
            f"the neglected of all {len(everyone):,} leads, lead by lead, of {size:,} clients",
            spread(ours).scaled(1000),
            "ms",
        ),
        Row(
            f"scan.{size}.all_raw",
            f"the same, to SQL by hand, {size:,}",
            paired(ours, lead_by_lead),
            "×",
            Goal(15, 1.25, 1.05),
        ),
        Row(
            f"scan.{size}.all_scan",
            f"the same, to one scan of everything neglected by hand, {size:,}",
            paired(ours, one_scan),
            "×",
        ),
        Row(
            f"scan.{size}.sums",
            f"how all clients stand, counted, of {size:,}",
            spread(sums).scaled(1000),
            "ms",
        ),
        Row(f"scan.{size}.sums_raw", f"the same, to SQL by hand, {size:,}", paired(sums, sums_by_hand), "×"),
        Row(
            f"scan.{size}.sums_naive",
            f"the same, to SQL by hand over all {size * TOUCHES:,} touches",
            paired(sums, from_touches),
            "×",
            Goal(16, 1 / 8, 1 / 10),
        ),
    ]
    return rows, ours


def _of_all_leads(firm: Firm, everyone: Sequence[int]) -> int:
    found = 0
    for lead_id in everyone:
        with firm.house.memory.read(firm.workspace.id) as unit:
            found += len(unit.ladder.neglected(lead_id, MONDAY))
    return found
