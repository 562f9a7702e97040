"""Deliveries a second of whole processes: workers that share on PostgreSQL, and the one process on SQLite.

A backlog falls due again and again; counted is when posts arrive at a Slack in a process of its own that takes
everything. In turns with it the same messages are posted in a bare loop by one thread. The workspace's pace is set so
high that it holds nobody up, and entries fall due somewhat faster than they went out the time before: there is always
something to do, and nothing is so late that it would have to take a new moment of the workspace.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from time import perf_counter, sleep

from slack_sdk import WebClient
from sqlalchemy import Connection, Engine, bindparam, delete, func, null, select, text, update

from bench.kill_slack import Moods
from bench.kills import (
    MONDAY,
    Plan,
    Workers,
    ask,
    environment,
    fill,
    fresh_database,
    own_postgres,
    slack_apart,
    until,
)
from bench.measure import paired, spread
from bench.results import Row
from bench.scale import Bench
from bot.clock import shifted_clock, system_clock
from bot.domain.outbox import State
from bot.rulebook.rates import EcbRates
from bot.rulebook.reader import shipped_files
from bot.services import digest
from bot.services.house import House
from bot.services.rulebooks import Rulebooks
from handlers.messenger import SlackMessenger
from storage.engine import open_engine
from storage.engine_jobs import TASK, hand_over_forgotten, queue_state
from storage.migrate import migrate
from storage.schema import gate_decisions, members, outbox
from storage.unit_of_work import SqlMemory

_PATIENT_SECONDS = 240.0
_STALL_SECONDS = 30.0
_QUEUES_EACH = 2
_LATER = timedelta(days=1)
_FASTER = 0.6
"""The part of a delivery's time after which the next entry falls due."""


def measure(bench: Bench) -> list[Row]:
    rounds = bench.scale.starts
    with ExitStack() as stack:
        home = bench.folder / "workers"
        home.mkdir()
        bench.folder.chmod(0o755)  # PostgreSQL runs as a user of its own where we are root
        home.chmod(0o755)
        server = home / "server"
        server.mkdir()
        address = stack.enter_context(own_postgres(server))
        rows = _rows("sqlite", "one process on SQLite", _sqlite(home, bench.scale.backlog, rounds))
        for count in bench.scale.workers:
            folder = home / str(count)
            folder.mkdir()
            database = fresh_database(address, f"workers_{count}")
            times = _delivered(folder, database, count, bench.scale.backlog, rounds)
            said = f"{count} worker{'s' if count > 1 else ''} on PostgreSQL"
            rows += _rows(str(count), said, times)
        return rows


def _sqlite(home: Path, backlog: int, rounds: int) -> tuple[list[float], list[float]]:
    folder = home / "sqlite"
    folder.mkdir()
    return _delivered(folder, f"sqlite:///{folder / 'rapport.db'}", 1, backlog, rounds)


def _rows(key: str, said: str, times: tuple[list[float], list[float]]) -> list[Row]:
    ours, floor = times
    return [
        Row(f"workers.{key}.rate", f"deliveries a second, {said}", spread([1 / each for each in ours]), "/s"),
        Row(
            f"workers.{key}.floor",
            f"time for a delivery to a bare loop of posts, {said}",
            paired(ours, floor),
            "×",
        ),
    ]


def _delivered(
    folder: Path, database: str, count: int, backlog: int, rounds: int
) -> tuple[list[float], list[float]]:
    """Seconds for one delivery, and for one bare post, by round."""
    clock_file = folder / "clock"
    clock_file.write_text(str((MONDAY - system_clock()).total_seconds()), encoding="ascii")
    clock = shifted_clock(clock_file)
    engine = open_engine(database)
    migrate(engine)
    fill(engine, backlog)
    house = House(SqlMemory(engine), clock, Rulebooks(shipped_files()), EcbRates())
    workspace_id = _planned(house, engine)
    ours: list[float] = []
    floor: list[float] = []
    moods = Moods(str(clock_file), rate_limited=0, dropped=0, failed=0, lag=0)
    with slack_apart(moods) as slack, _working(folder, slack, database, engine, count):
        messenger = SlackMessenger(WebClient("xoxb-bench", base_url=f"{slack}/api/", retry_handlers=[]))
        with house.memory.read(workspace_id) as unit:
            entry = unit.outbox.listed([State.PENDING], limit=1)[0]
            reader = unit.members.get(entry.member_id)
            assert reader is not None, "planned for a member"
            body = messenger.render(entry.kind, entry.facts, reader, entry.id)
        each = 0.0
        for number in range(rounds + 1):
            began = perf_counter()
            for _ in range(backlog):
                messenger.post("D0BENCH", body, "floor")
            bare = (perf_counter() - began) / backlog
            with engine.begin() as connection:
                _fall_due(connection, house, workspace_id, each * _FASTER)
            until(lambda: _open(engine) == 0, _PATIENT_SECONDS)
            moments = ask(f"{slack}/counts")["moments"][-backlog:]
            each = (moments[-1] - moments[0]) / (backlog - 1)
            if number:  # the first round warms up
                floor.append(bare)
                ours.append(each)
        posted = ask(f"{slack}/counts")["posted"]
        del posted["floor"]
        if len(posted) != backlog or set(posted.values()) != {rounds + 1}:
            raise AssertionError(f"{backlog} digests in {rounds + 1} rounds arrived as {posted}")
    engine.dispose()
    return ours, floor


def _planned(house: House, engine: Engine) -> int:
    """Everybody's digest in the outbox, for tomorrow; returns the workspace's id."""
    with engine.connect() as connection:
        workspace_id: int = connection.execute(text("select id from workspaces")).scalar_one()
    while digest.plan(house, workspace_id).members:
        pass
    with engine.begin() as connection:
        connection.execute(update(members).values(conversation="D0BENCH"))
        connection.execute(update(outbox).values(due_at=house.clock() + _LATER))
    return workspace_id


@contextmanager
def _working(folder: Path, slack: str, database: str, engine: Engine, count: int) -> Iterator[None]:
    """So many processes of the product that deliver, all of them at work."""
    shared = engine.dialect.name == "postgresql"
    plan = Plan(
        0, count, 0, api_seconds=10, stall_seconds=_STALL_SECONDS, quarantine_seconds=90, tick_seconds=5
    )
    workers = Workers(
        environment(slack, database, folder, plan),
        ["--role", "worker"] if shared else [],
        folder / "log",
        count,
    )
    try:
        if shared:
            until(lambda: _alive(engine) == count * _QUEUES_EACH, _PATIENT_SECONDS)
        yield
    finally:
        workers.close()


def _alive(engine: Engine) -> int:
    with engine.connect() as connection:
        there = connection.execute(text("select to_regclass('procrastinate_workers') is not null"))
        return queue_state(connection, _STALL_SECONDS).alive if there.scalar_one() else 0


def _fall_due(connection: Connection, house: House, workspace_id: int, apart: float) -> None:
    """All entries as they were planned, due one after the other from now on, with their jobs where there is an engine.

    `apart`: seconds between two of them.
    """
    now = house.clock()
    connection.execute(delete(gate_decisions))
    connection.execute(
        update(outbox).values(
            state=State.PENDING.value,
            due_at=now,
            attempts=0,
            body=null(),
            receipt=None,
            first_try_at=None,
            last_try_at=None,
            paced=True,
        )
    )
    ids = connection.execute(select(outbox.c.id).order_by(outbox.c.id)).scalars().all()
    connection.execute(
        update(outbox).where(outbox.c.id == bindparam("entry")).values(due_at=bindparam("moment")),
        [{"entry": each, "moment": now + timedelta(seconds=apart * place)} for place, each in enumerate(ids)],
    )
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"delete from procrastinate_jobs where task_name = '{TASK}'"))
        hand_over_forgotten(connection, workspace_id, before=now + _LATER, now=now)


def _open(engine: Engine) -> int:
    """Entries and jobs that are not done with; asked seldom, for whoever asks takes a processor too."""
    sleep(0.1)
    with engine.execution_options(sqlite_begin="DEFERRED").connect() as connection:
        entries: int = connection.execute(
            select(func.count()).select_from(outbox).where(outbox.c.state != State.SENT.value)
        ).scalar_one()
        if entries or connection.dialect.name == "sqlite":
            return entries
        jobs = text(f"select count(*) from procrastinate_jobs where task_name = '{TASK}'")
        return int(connection.execute(jobs).scalar_one())
