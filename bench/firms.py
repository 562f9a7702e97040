"""Firms to measure on: workspaces with members, books of clients and names, written straight into the tables.

Everything is drawn from a seed, so that two runs see the same names and moments.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from pathlib import Path
from random import Random

from sqlalchemy import Engine

from bot.domain.names import normalise
from bot.domain.workspaces import Workspace
from bot.rulebook.rates import EcbRates
from bot.rulebook.reader import shipped_files
from bot.services.house import Actor, House
from bot.services.rulebooks import Rulebooks
from storage.engine import open_engine
from storage.migrate import migrate
from storage.unit_of_work import SqlMemory

MONDAY = datetime(2026, 11, 16, 14, 0, tzinfo=UTC)
"""Monday 16 November 2026, 9 in New York: the moment at which a digest is due."""
TEAM = "T0BENCH"
BOOK = 50
"""Clients of one member: account managers look after 25 to 60."""
TEAM_OF = 10
"""Members of whom one leads the others, where there are leads."""
FIRST = 200
"""Members whom the planner takes up at once; those of the lowest ids are the first."""

_ONSETS = "b br c ch d dr f fl g gr h j k kl l m n p pr qu r s st t tr v w z"
_VOWELS = "a e i o u ai ea ou"
_ENDS = ("", "", "", "n", "r", "l", "s", "x", "nd", "rt")
_TRADES = (
    "Foods Energy Motors Textiles Airways Insurance Logistics Capital Partners Pharma Retail Media Systems "
    "Steel Paper Mining Foundry Dairy Optics Glass Cement Telecom Software Biotech Robotics Marine Timber "
    "Chemicals Plastics Labs Ateliers Transports Conseil Distribution Maschinenbau Handels Verlag Impianti "
    "Alimentos Construcciones"
)
_FORMS = (
    "Inc.|Inc|Corp.|LLC|L.L.C.|Ltd|Ltd.|Limited|PLC|& Co.|Company|SA|S.A.|SAS|SARL|S.à r.l.|GmbH|AG|KG|"
    "B.V.|N.V.|S.p.A.|S.r.l.|Oy|AB|A/S|Pty Ltd"
)
_ACCENTS = {"a": "àáâä", "e": "éèêë", "i": "îï", "o": "ôöó", "u": "ùûü", "c": "ç"}


@dataclass(frozen=True, slots=True)
class Name:
    """A firm's name as written, and what is left of it to compare by."""

    written: str
    key: str


def names(count: int, seed: int = 1) -> list[Name]:
    """Different firm names: a coined word, mostly a trade, mostly a legal form; a quarter with accents."""
    draw = Random(seed)
    found = {name.key: name for name in islice(_coined(draw), count)}
    while len(found) < count:
        for name in islice(_coined(draw), count - len(found)):
            found.setdefault(name.key, name)
    made = list(found.values())
    for name in draw.sample(made, min(200, count)):
        if normalise(name.written) != name.key:
            raise AssertionError(
                f"{name.written!r} is compared as {normalise(name.written)!r}, not {name.key!r}"
            )
    return made


def _coined(draw: Random) -> Iterator[Name]:
    onsets, vowels, trades, forms = _ONSETS.split(), _VOWELS.split(), _TRADES.split(), _FORMS.split("|")
    while True:
        syllables = draw.choice((2, 2, 3))
        coin = "".join(
            draw.choice(onsets) + draw.choice(vowels) + draw.choice(_ENDS) for _ in range(syllables)
        )
        if len(coin) < 5:
            continue
        words = [coin.capitalize()]
        if draw.random() < 0.7:
            words.append(draw.choice(trades))
        key = " ".join(words).lower()
        written = " ".join(words)
        if draw.random() < 0.25:
            written = _accented(written, draw)
        if draw.random() < 0.8:
            written = f"{written} {draw.choice(forms)}"
        yield Name(written, key)


def _accented(name: str, draw: Random) -> str:
    places = [place for place, letter in enumerate(name) if letter in _ACCENTS]
    if not places:
        return name
    place = draw.choice(places)
    return name[:place] + draw.choice(_ACCENTS[name[place]]) + name[place + 1 :]


class Clock:
    """Shows the same moment until it is moved."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class Firm:
    """A filled workspace. Member n is the platform user ``U{n:07}`` and owns the n-th `book` clients."""

    path: Path
    engine: Engine
    house: House
    clock: Clock
    workspace: Workspace
    names: Sequence[Name]
    members: int
    book: int

    def actor(self, number: int) -> Actor:
        """Member `number`, counted from 0."""
        return Actor(self.workspace.id, number + 1)

    def raw(self) -> sqlite3.Connection:
        """A connection of the driver alone, set up as the product's own are."""
        connection = sqlite3.connect(self.path, isolation_level=None, timeout=30)
        for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {setting}")
        return connection


def user(number: int) -> str:
    return f"U{number:07}"


def build(path: Path, names_of_clients: Sequence[Name], book: int = BOOK) -> Firm:
    """A firm with these clients, `book` of them to a member; half of them due, a quarter neglected."""
    firm = _opened(path, names_of_clients, book)
    with _bulk(path) as connection:
        _insert(connection, "members", _members(firm.workspace.id, firm.members))
        _insert(connection, "clients", _clients(firm.workspace.id, names_of_clients, book))
        _insert(connection, "client_names", _client_names(firm.workspace.id, names_of_clients))
        connection.execute("update workspaces set names_version = 1")
    return firm


def of_size(folder: Path, size: int) -> Firm:
    """The firm with so many clients that lies in the folder, to be read only; built when it is first asked for."""
    path = folder / f"clients-{size}.db"
    if not path.exists():
        return build(path, names(size))
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("select name, key from client_names order by client_id")
        return _opened(path, [Name(written, key) for written, key in found], BOOK)


def crowded(folder: Path, size: int, book: int) -> Firm:
    """The firm of that size with more members: `book` clients each, and a lead for every ten (`lead_of`); may be
    written to.

    The clients of the members who are due first have people, and a touch of each side, so that there is something
    to tell of them.
    """
    path = folder / f"clients-{size}-by-{book}.db"
    base = of_size(folder, size)
    if path.exists():
        base.engine.dispose()
        return _opened(path, base.names, book)
    copied(base, path).engine.dispose()
    base.engine.dispose()
    firm = _opened(path, base.names, book)
    workspace_id = firm.workspace.id
    with _bulk(path) as connection:
        connection.execute("delete from members")
        _insert(connection, "members", _members(workspace_id, firm.members))
        connection.execute("update clients set owner_id = (id - 1) / ? + 1", (book,))
        leads = [lead_of(number) for number in range(0, firm.members, TEAM_OF)]
        connection.execute(
            "update members set lead_id = (id - 1) / :team * :team + 1 where (id - 1) % :team > 0",
            {"team": TEAM_OF},
        )
        connection.executemany(
            "update members set roles = 'account_manager,lead' where id = ?", [(each,) for each in leads]
        )
        watches: Iterator[_Values] = (
            {"workspace_id": workspace_id, "member_id": each, "next_at": 0} for each in leads
        )
        _insert(connection, "lead_watches", watches)
        some = range(min(size, FIRST * book))
        _insert(connection, "contacts", _people(workspace_id, some))
        _insert(connection, "touches", _talks(workspace_id, some, book))
    return firm


def lead_of(number: int) -> int:
    """The id of the member who leads member `number`, counted from 0; of a lead, their own."""
    return number // TEAM_OF * TEAM_OF + 1


def copied(firm: Firm, path: Path) -> Firm:
    """A copy of a firm, to be written to."""
    with closing(sqlite3.connect(firm.path)) as held, closing(sqlite3.connect(path)) as copy:
        held.backup(copy)
    return _opened(path, firm.names, firm.book)


def reopened(path: Path) -> Firm:
    """The firm that lies there, whatever was done to it since it was built."""
    return _opened(path, [], BOOK)


def _opened(path: Path, names_of_clients: Sequence[Name], book: int) -> Firm:
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    clock = Clock()
    house = House(SqlMemory(engine), clock, Rulebooks(shipped_files()), EcbRates())
    workspace = house.memory.install(
        TEAM, "Bench", at=clock(), zone="America/New_York", locale="en-US", currency="USD", country="US"
    )
    members = -(-len(names_of_clients) // book)
    return Firm(path, engine, house, clock, workspace, names_of_clients, members, book)


def add_touches(firm: Firm, count: int, key_length: int) -> None:
    """Touches without notes, evenly over the clients; their keys are as long as the product's own."""
    with _bulk(firm.path) as connection:
        rows = (
            {
                "workspace_id": firm.workspace.id,
                "client_id": number % len(firm.names) + 1,
                "member_id": number % len(firm.names) // firm.book + 1,
                "channel": "call",
                "direction": "two-way",
                "restart": "whole",
                "at": micros(MONDAY - timedelta(minutes=number)),
                "whole_day": 0,
                "note": "",
                "logged_at": micros(MONDAY - timedelta(minutes=number)),
                "key": f"{number * 2_654_435_761 % 2**64:0{key_length}x}",
            }
            for number in range(count)
        )
        _insert(connection, "touches", rows)


def micros(moment: datetime) -> int:
    """A moment as the SQLite tables keep it."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@contextmanager
def _bulk(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that writes much at once: no waiting for the disk, no look-ups of what is known to exist."""
    connection = sqlite3.connect(path, isolation_level=None)
    for setting in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-262144"):
        connection.execute(f"PRAGMA {setting}")
    connection.execute("begin")
    try:
        yield connection
        connection.execute("commit")
    finally:
        connection.close()


_Values = dict[str, object]


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[_Values]) -> None:
    several = iter(rows)
    first = next(several)
    columns = ", ".join(first)
    places = ", ".join(f":{column}" for column in first)
    connection.executemany(f"insert into {table} ({columns}) values ({places})", chain([first], several))


def _members(workspace_id: int, count: int) -> Iterator[_Values]:
    for number in range(count):
        yield {
            "id": number + 1,
            "workspace_id": workspace_id,
            "user_id": user(number),
            "name": f"Member {number}",
            "roles": "account_manager",
            "zone": "America/New_York",
            "locale": "en-US",
            "country": "US",
            "work_days": "01234",
            "digest_time": "09:00:00.000000",
            "next_digest_at": micros(MONDAY),
            "refreshed_at": micros(MONDAY),
            "active": 1,
        }


def _clients(workspace_id: int, names_of_clients: Sequence[Name], book: int) -> Iterator[_Values]:
    draw = Random(2)
    for number, name in enumerate(names_of_clients):
        tier, due, neglected = draw.choice((("A", 14, 21), ("B", 30, 45), ("C", 60, 90)))
        spoken = MONDAY - timedelta(days=draw.uniform(0, 2.05) * due, hours=draw.randrange(24))
        yield {
            "id": number + 1,
            "workspace_id": workspace_id,
            "name": name.written,
            "owner_id": number // book + 1,
            "tier": tier,
            "market": "US",
            "currency": "USD",
            "created_at": micros(MONDAY - timedelta(days=400)),
            "last_conversation_at": micros(spoken),
            "due_at": micros(spoken + timedelta(days=due)),
            "neglected_at": micros(spoken + timedelta(days=neglected)),
            "snoozes": 0,
            "archived": 0,
        }


def _people(workspace_id: int, clients: range) -> Iterator[_Values]:
    """Two to a client."""
    for number in clients:
        for name in ("Ann Bell", "Léo Martin"):
            yield {
                "workspace_id": workspace_id,
                "client_id": number + 1,
                "name": name,
                "regimes": "[]",
                "key": normalise(name),
            }


def _talks(workspace_id: int, clients: range, book: int) -> Iterator[_Values]:
    """A conversation and a message of ours after it, to a client; both long ago, so that nothing is any less due."""
    for number in clients:
        for days, channel, direction, restart in (
            (200, "call", "two-way", "whole"),
            (190, "email", "outbound", "half"),
        ):
            at = micros(MONDAY - timedelta(days=days))
            yield {
                "workspace_id": workspace_id,
                "client_id": number + 1,
                "member_id": number // book + 1,
                "channel": channel,
                "direction": direction,
                "restart": restart,
                "at": at,
                "whole_day": 0,
                "note": "",
                "logged_at": at,
                "key": f"{number}:{days}",
            }


def _client_names(workspace_id: int, names_of_clients: Sequence[Name]) -> Iterator[_Values]:
    for number, name in enumerate(names_of_clients):
        yield {
            "workspace_id": workspace_id,
            "client_id": number + 1,
            "name": name.written,
            "key": name.key,
            "alias": 0,
            "version": 1,
            "removed": 0,
        }
