"""Names looked up among ever more clients: as they are, and mistyped; how often the right one is found."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import process_time

from rapidfuzz.fuzz import WRatio
from rapidfuzz.process import extract

from bench import published
from bench.firms import Firm, Name, copied, of_size
from bench.measure import Spread, paired, percentile
from bench.results import Goal, Row, single
from bench.scale import Bench
from bench.slips import slip
from bot.domain.names import normalise
from bot.services.clients import type_ahead

_FIRST = 10
_ONE_BY_ONE = 100_000
"""Among how many names the list is also searched name by name; among more it takes seconds for each."""
_WHOLE_LIST_FROM = 100
"""With how many queries the whole published list is asked, too."""
_KINDS = ("as it is", "spelling", "one slip", "two slips", "one slip", "order")
_SPELLING = ("as it is", "spelling")


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody types, which kind of slip it is, and the id of the client they mean."""

    typed: str
    kind: str
    meant: int


Ask = Callable[[str], Sequence[int]]
"""Answers a typed name with the ids of at most ten clients it may mean, best first."""


def measure(bench: Bench) -> list[Row]:
    rows: list[Row] = []
    for size in bench.scale.sizes:
        firm = of_size(bench.folder, size)
        rows += _of_size(bench, firm)
        rows += _published(bench, firm)
        firm.engine.dispose()
    return rows


def _of_size(bench: Bench, firm: Firm) -> list[Row]:
    size = len(firm.names)
    substrings = _index_substrings(bench.folder / f"substrings-{size}.db", firm)
    queries = _queries(firm, bench.scale.queries)
    gc.collect()
    gc.freeze()  # what the bench itself holds of a firm is no garbage of the bot's to look through
    ours = _type_ahead(firm)
    began = process_time()
    firm.house.memory.warm(firm.workspace.id)
    loading = process_time() - began
    ways = {"exact": _named(firm), "ours": ours, "substring": _substring(substrings)}
    times, hits = _asked(ways, queries)
    substrings.close()
    floor = percentile(times["ours"], 99) / percentile(times["substring"], 99)
    recall_bar = 0.95 if size <= _ONE_BY_ONE else 0.92
    rows = [
        Row(
            f"name.{size}.load",
            f"names read into memory, {size:,}",
            single(loading),
            "s",
        ),
        Row(f"name.{size}.exact", f"a name as it is, p50, {size:,}", _ms(times["exact"], 50), "ms"),
        Row(
            f"name.{size}.p50",
            f"the list that narrows while typing, p50, {size:,}",
            _ms(times["ours"], 50),
            "ms",
        ),
        Row(f"name.{size}.p99", f"the same, p99, {size:,}", _ms(times["ours"], 99), "ms"),
        Row(
            f"name.{size}.floor",
            f"the same, p99 to that of an FTS5 trigram substring search, {size:,}",
            single(floor),
            "×",
            Goal(19, 1.5, 1.0),
        ),
        Row(
            f"name.{size}.recall",
            f"the one that was meant is among the first ten, {size:,}",
            _share(hits["ours"], queries, _KINDS),
            "",
            Goal(19, recall_bar, at_least=True),
        ),
        Row(
            f"name.{size}.recall_spelling",
            f"the same for accents, case and legal forms alone, {size:,}",
            _share(hits["ours"], queries, _SPELLING),
            "",
            Goal(19, 0.98, at_least=True),
        ),
        Row(
            f"name.{size}.recall_substring",
            f"the same of the substring search, all kinds, {size:,}",
            _share(hits["substring"], queries, _KINDS),
            "",
        ),
    ]
    if size == min(_ONE_BY_ONE, bench.scale.sizes[-1]):
        rows += _against_one_by_one(firm, ours, queries[: bench.scale.searched])
    return rows


def _published(bench: Bench, firm: Firm) -> list[Row]:
    """The published list, in a copy of the firm that holds its clients as well."""
    size = len(firm.names)
    book = copied(firm, bench.folder / f"published-{size}.db")
    with book.house.memory.write(book.workspace.id) as unit:
        published.enter(unit, None, book.clock())
    book.house.memory.warm(book.workspace.id)
    listed = published.typed()[:: 1 if bench.scale.queries >= _WHOLE_LIST_FROM else 20]
    actor = book.actor(0)
    times: dict[str, list[float]] = {"looked up": [], "listed": []}
    found: list[published.Understood] = []
    for row in listed:
        began = process_time()
        with book.house.memory.read(book.workspace.id) as unit:
            found.append(published.understood(unit, row))
        between = process_time()
        type_ahead(book.house, actor, row.typed)
        times["looked up"].append(between - began)
        times["listed"].append(process_time() - between)
    book.engine.dispose()
    book.path.unlink()
    meant = [each for each in found if each.row.kind not in (published.ASK, published.NOBODY)]

    def share(hits: Sequence[bool]) -> Spread:
        return single(sum(hits) / len(hits))

    wrong = sum(each.wrong for each in found)
    about = f"of the published list, {size:,} others"
    return [
        Row(
            f"typed.{size}.first",
            f"who is meant comes first, {about}",
            share([u.among(1) for u in meant]),
            "",
        ),
        Row(
            f"typed.{size}.three",
            f"is among the first three, {about}",
            share([u.among(3) for u in meant]),
            "",
        ),
        Row(
            f"typed.{size}.taken",
            f"is taken unasked, {about}",
            share([u.taken is not None for u in meant]),
            "",
        ),
        Row(f"typed.{size}.wrong", f"somebody else is taken, {about}", single(wrong), "", Goal(19, 0.0)),
        Row(f"typed.{size}.p50", f"a name looked up, p50, {about}", _ms(times["looked up"], 50), "ms"),
        Row(f"typed.{size}.p99", f"a name looked up, p99, {about}", _ms(times["looked up"], 99), "ms"),
        Row(
            f"typed.{size}.ahead_p50", f"the list while typing, p50, {about}", _ms(times["listed"], 50), "ms"
        ),
        Row(
            f"typed.{size}.ahead_p99", f"the list while typing, p99, {about}", _ms(times["listed"], 99), "ms"
        ),
    ]


def _against_one_by_one(firm: Firm, ours: Ask, queries: Sequence[Query]) -> list[Row]:
    keys = [name.key for name in firm.names]

    def one_by_one(typed: str) -> Sequence[int]:
        return [place + 1 for _, _, place in extract(normalise(typed), keys, scorer=WRatio, limit=_FIRST)]

    times, hits = _asked({"ours": ours, "one by one": one_by_one}, queries)
    size = len(keys)
    lost = _share(hits["one by one"], queries, _KINDS).median - _share(hits["ours"], queries, _KINDS).median
    return [
        Row(
            "name.one_by_one",
            f"how many times as fast as rapidfuzz's WRatio over all, {size:,}",
            paired(times["one by one"], times["ours"]),
            "×",
            Goal(20, 50, 120, at_least=True),
        ),
        Row("name.one_by_one.recall", "recall lost against it", single(max(lost, 0.0)), "", Goal(20, 0.02)),
    ]


def _queries(firm: Firm, count: int) -> list[Query]:
    """Names as they are, spelt otherwise, with slips, and with their words in another order."""
    draw = Random(6)
    found: list[Query] = []
    while len(found) < count:
        number = draw.randrange(len(firm.names))
        kind = _KINDS[len(found) % len(_KINDS)]
        typed = _typed(firm.names[number], kind, draw)
        if typed is not None:
            found.append(Query(typed, kind, number + 1))
    return found


def _typed(name: Name, kind: str, draw: Random) -> str | None:
    match kind:
        case "as it is":
            return name.written
        case "spelling":
            return f"{name.key.upper()} {draw.choice(('Inc.', 'GmbH', 'S.A.', ''))}".strip()
        case "one slip":
            return slip(name.key, draw)
        case "two slips":
            return slip(slip(name.key, draw), draw)
        case _:
            words = name.key.split()
            return " ".join(reversed(words)) if len(words) > 1 else None


def _type_ahead(firm: Firm) -> Ask:
    actor = firm.actor(0)
    return lambda typed: [found.client_id for found in type_ahead(firm.house, actor, typed)][:_FIRST]


def _named(firm: Firm) -> Ask:
    def ask(typed: str) -> Sequence[int]:
        with firm.house.memory.read(firm.workspace.id) as unit:
            return [found.client_id for found in unit.clients.named(typed)]

    return ask


def _index_substrings(path: Path, firm: Firm) -> sqlite3.Connection:
    """The names in SQLite's own full-text index of trigrams, which finds whatever contains what is typed."""
    connection = sqlite3.connect(path)
    connection.execute("pragma synchronous = off")
    connection.execute("create virtual table found using fts5(key, tokenize = 'trigram')")
    rows = ((number + 1, name.key) for number, name in enumerate(firm.names))
    connection.executemany("insert into found (rowid, key) values (?, ?)", rows)
    connection.commit()
    return connection


def _substring(connection: sqlite3.Connection) -> Ask:
    def ask(typed: str) -> Sequence[int]:
        rows = connection.execute(
            "select rowid from found where found match ? limit ?", (f'"{normalise(typed)}"', _FIRST)
        )
        return [row[0] for row in rows]

    return ask


def _asked(
    ways: Mapping[str, Ask], queries: Sequence[Query]
) -> tuple[dict[str, list[float]], dict[str, list[bool]]]:
    """Processor seconds for each query, each way in turn, and whether the client that was meant was found."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    hits: dict[str, list[bool]] = {name: [] for name in ways}
    for ask in ways.values():
        ask(queries[0].typed)
    for query in queries:
        for name, ask in ways.items():
            began = process_time()
            found = ask(query.typed)
            times[name].append(process_time() - began)
            hits[name].append(query.meant in found)
    return times, hits


def _share(hits: Sequence[bool], queries: Sequence[Query], kinds: Collection[str]) -> Spread:
    counted = [hit for hit, query in zip(hits, queries, strict=True) if query.kind in kinds]
    return single(sum(counted) / len(counted))


def _ms(seconds: Sequence[float], percent: int) -> Spread:
    return single(percentile(seconds, percent) * 1000)
