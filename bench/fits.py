"""Whom a client would suit among all members of a firm, and a leaver's book shared out among others."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from random import Random
from time import perf_counter
from zoneinfo import ZoneInfo

from bench.firms import BOOK, MONDAY, Firm, micros, of_size
from bench.measure import Case, Spread, each, interleave, repeat, spread
from bench.results import Row, single
from bench.scale import Bench
from bot.domain.clients import Tier
from bot.domain.fit import OURS, ClientFacts, MemberFacts, candidates
from bot.domain.members import Member, Role
from bot.domain.split import Task, burden, cost_of, task_of
from bot.domain.strengths import Declared, Strength
from bot.services import fit
from bot.solver import solve

_ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "Europe/London",
    "Europe/Paris",
    "Asia/Tokyo",
)
_READ = (
    "select * from members where workspace_id = ?1",
    "select * from member_strengths where workspace_id = ?1",
    "select * from absences where workspace_id = ?1",
    """select owner_id, tier, count(*), sum(substr(market, 1, 2) = 'US'), sum(new_until > ?2) from clients
    where workspace_id = ?1 and archived = 0 and owner_id is not null and status <> 'on_hold'
    group by owner_id, tier""",
)
"""All that candidates are told from, of a client with whom nobody has spoken."""


def measure(bench: Bench) -> list[Row]:
    return [*_candidates(bench), *_split(bench)]


def _candidates(bench: Bench) -> list[Row]:
    members = bench.scale.wave
    firm = of_size(bench.folder, members * BOOK)
    raw = firm.raw()
    draw = Random(7)
    client, team = _client(draw, 1), [_facts(draw, number) for number in range(members)]
    cases = [
        Case("raw", each(lambda: draw.randrange(len(firm.names)), _by_hand(raw, firm))),
        Case("ours", each(lambda: draw.randrange(len(firm.names)), _ours(firm))),
        Case("formula", repeat(lambda: candidates(client, team))),
    ]
    times = interleave(cases, bench.scale.pace)
    raw.close()
    firm.engine.dispose()
    return [
        Row(
            "fit.candidates",
            f"three candidates among {members:,}, to reading the same by hand",
            times.cpu_ratio("ours", "raw"),
            "×",
        ),
        Row("fit.candidates_time", f"three candidates among {members:,}", _milli(times.wall["ours"]), "ms"),
        Row("fit.formula", f"the formula alone, {members:,} members", _milli(times.cpu["formula"]), "ms"),
    ]


def _split(bench: Bench) -> list[Row]:
    """500 clients over 50 members in full; each round shares out another book."""
    clients, members = max(20, bench.scale.wave // 2), max(4, bench.scale.wave // 20)
    ours: list[float] = []
    greedy: list[float] = []
    gains: list[float] = []
    proved = 0
    rounds = max(2, bench.scale.waves)
    for number in range(rounds):
        task = _task(Random(number), clients, members)
        began = perf_counter()
        found = solve(task)
        ours.append(perf_counter() - began)
        began = perf_counter()
        rough = _greedy(task)
        greedy.append(perf_counter() - began)
        gains.append(_extra(task, rough) / _extra(task, found.chosen))
        proved += found.best
    size = f"{clients} clients over {members} members"
    return [
        Row("fit.split", f"{size}, proved to be the best", spread(ours), "s"),
        Row(
            "fit.split_floor",
            f"{size}, to each in turn to whom it costs least",
            spread([one / other for one, other in zip(ours, greedy, strict=True)]),
            "×",
        ),
        Row("fit.split_gain", f"{size}: what that way costs, to the best", spread(gains), "×"),
        Row("fit.split_proved", f"{size}: share proved within a minute", single(100 * proved / rounds), "%"),
    ]


def _by_hand(raw: sqlite3.Connection, firm: Firm) -> Callable[[int], object]:
    values = (firm.workspace.id, micros(MONDAY))

    def read(_: int) -> object:
        return [raw.execute(query, values[: query.count("?2") + 1]).fetchall() for query in _READ]

    return read


def _ours(firm: Firm) -> Callable[[int], object]:
    def ask(number: int) -> object:
        with firm.house.memory.read(firm.workspace.id) as unit:
            client = unit.clients.get(number + 1)
            assert client is not None, "the firm has so many"
            return fit.candidates_for(unit, firm.house, client, MONDAY)

    return ask


def _task(draw: Random, clients: int, members: int) -> Task:
    book = [_client(draw, number) for number in range(clients)]
    team = [_facts(draw, number) for number in range(members)]
    known = {client.id: team for client in book}
    return task_of(book, known, OURS)


def _greedy(task: Task) -> list[int | None]:
    """One client after the other to whom it costs least by then: what somebody with a spreadsheet would do."""
    loads, chosen = list(task.loads), list[int | None]()
    for row, costs in enumerate(task.costs):
        points = task.points[row]
        dear = [
            (cost + burden(task, at, loads[at] + points) - burden(task, at, loads[at]), at)
            for at, cost in enumerate(costs)
            if cost is not None
        ]
        best = min(dear, default=None)
        chosen.append(None if best is None else best[1])
        if best is not None:
            loads[best[1]] += points
    return chosen


def _extra(task: Task, chosen: list[int | None] | tuple[int | None, ...]) -> float:
    """What a plan costs beyond what the books cost already."""
    return cost_of(task, chosen) - sum(burden(task, at, load) for at, load in enumerate(task.loads))


def _client(draw: Random, number: int) -> ClientFacts:
    return ClientFacts(
        id=number,
        owner_id=None,
        tier=draw.choice((Tier.A, Tier.B, Tier.B, Tier.C, Tier.C, Tier.D)),
        market=draw.choice(("US-NY", "US-TX", "CA-QC", "FR", "GB", "DE")),
        asked_on=MONDAY.date(),
        languages=(draw.choice(("en", "fr", "de")),),
        zone=ZoneInfo(draw.choice(_ZONES)),
        wanted=frozenset({draw.choice(list(Strength))}),
        excluded=frozenset({draw.randrange(50)}) if draw.random() < 0.1 else frozenset(),
    )


def _facts(draw: Random, number: int) -> MemberFacts:
    member = Member(
        id=number,
        user_id=f"U{number:07}",
        name=f"Member {number}",
        roles=frozenset({Role.ACCOUNT_MANAGER}),
        zone=draw.choice(_ZONES),
        locale=draw.choice(("en-US", "fr-FR")),
        country="US",
        refreshed_at=MONDAY,
    )
    return MemberFacts(
        member=member,
        declared=Declared(
            strengths=frozenset(draw.sample(list(Strength), 2)),
            languages=tuple(draw.sample(("en", "fr", "de"), 1)),
            markets=tuple(draw.sample(("US", "CA", "FR", "GB", "DE"), 1)),
        ),
        points=draw.randrange(30, 100),
        in_market=draw.randrange(5),
        taken=draw.randrange(4),
        touches=draw.randrange(3),
    )


def _milli(seconds: list[float]) -> Spread:
    return spread(seconds).scaled(1e3)
