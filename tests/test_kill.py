"""The bot is killed at random moments of the morning's digests: nobody's is lost, and nobody gets two."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, text

from bot.domain.clients import Tier
from bot.domain.members import Profile
from bot.ports import NewClient
from bot.services.clients import enter
from bot.services.members import admit
from sandbox.driver import Driver
from sandbox.options import Options
from sandbox.server import Running, running
from tests.conftest import StandingClock, open_firm

ROOT = Path(__file__).parent.parent
PEOPLE = 100
KILLS = 9
TEAM = "T0KILL"
SUNDAY = datetime(2026, 11, 15, 12, tzinfo=UTC)
MONDAY_MORNING = datetime(2026, 11, 16, 14, 0, 30, tzinfo=UTC)
"""Half a minute past nine in New York: everybody's digest is due."""


def people_file(folder: Path) -> Path:
    people = [
        {
            "id": f"U0P{number:04}",
            "name": f"p{number}",
            "real_name": f"Person {number}",
            "email": f"p{number}@firm.example",
            "tz": "America/New_York",
            "locale": "en-US",
        }
        for number in range(PEOPLE)
    ]
    file = folder / "people.json"
    file.write_text(
        json.dumps(
            {
                "team": {"id": TEAM, "name": "Kill", "domain": "kill"},
                "app": {"id": "A0KILL", "bot_id": "B0KILL", "bot_user_id": "U0KILL", "name": "rapport"},
                "people": people,
                "channels": [],
            }
        ),
        encoding="utf-8",
    )
    return file


def fill(engine: Engine, posts_per_minute: int) -> None:
    """Everybody in the file is a member since Sunday and has a client that is due."""
    clock = StandingClock(SUNDAY)
    house = open_firm(engine, clock).house
    workspace = house.memory.install(
        TEAM, "Kill", at=SUNDAY, zone="America/New_York", locale="en-US", currency="USD", country="US"
    )
    with engine.begin() as connection:
        connection.execute(
            text("update workspaces set posts_per_minute = :pace where id = :id"),
            {"pace": posts_per_minute, "id": workspace.id},
        )
    long_ago = SUNDAY - timedelta(days=90)
    for number in range(PEOPLE):
        known = Profile(f"U0P{number:04}", f"Person {number}", "America/New_York", "en-US", "US")
        person = admit(house, workspace.id, known)
        with house.memory.write(workspace.id) as unit:
            enter(
                unit,
                NewClient(f"Client {number}", person.id, Tier.A, "US", "USD", spoke_before_at=long_ago),
                SUNDAY,
            )


@contextmanager
def bot(environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"], cwd=ROOT, env=environment, stdout=out, stderr=out
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait(10)


def environment_of(slack: Running, database: str, folder: Path) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "RAPPORT_", "DATABASE_"))}
    return {
        **{k: v for k, v in clean.items() if k.lower() not in ("http_proxy", "https_proxy")},
        "SLACK_BOT_TOKEN": slack.stand_in.options.bot_token,
        "SLACK_APP_TOKEN": slack.stand_in.options.app_token,
        "SLACK_API_URL": f"{slack.base_url}/api/",
        "DATABASE_URL": database,
        "RAPPORT_DATA_DIR": str(folder),
        "RAPPORT_CLOCK_FILE": str(folder / "clock"),
        "RAPPORT_TICK_SECONDS": "0.2",
        "RAPPORT_QUARANTINE_SECONDS": "2",
        "RAPPORT_LOG_LEVEL": "WARNING",
    }


def arrived(drive: Driver) -> Counter[str]:
    """How many digests each conversation holds."""
    return Counter(message["channel"] for message in drive.messages(by="bot"))


def settled(engine: Engine) -> Counter[tuple[str, str | None]]:
    with engine.connect() as connection:
        rows = connection.execute(text("select state, note, count(*) from outbox group by state, note")).all()
    return Counter({(state, note): count for state, note, count in rows})


@pytest.mark.kill
def test_killed_again_and_again_nothing_is_lost_and_nothing_comes_twice(
    tmp_path: Path, sqlite_engine: Engine
) -> None:
    chance = Random(int(os.environ.get("KILL_SEED", "20261116")))
    database = tmp_path / "rapport.db"
    fill(sqlite_engine, posts_per_minute=600)
    options = Options(port=0, people_file=people_file(tmp_path), clock_file=tmp_path / "clock")
    with running(options) as slack:
        drive = Driver(slack.base_url)
        environment = environment_of(slack, f"sqlite:///{database}", tmp_path)
        drive.move_clock(to=MONDAY_MORNING.isoformat())
        drive.faults(
            rate_limit=3,
            retry_after=1,
            drop_after_accept=5,
            fatal_after_accept=2,
            error_before_accept=2,
            history_lag=0.5,
        )
        lives = []
        for life in range(KILLS):
            before = sum(arrived(drive).values())
            with bot(environment, tmp_path / "log") as process:
                drive.until(partial(_is_up_or_gone, process, slack), 20)
                assert process.poll() is None, (tmp_path / "log").read_text(encoding="utf-8")
                if life % 3 == 0:  # at any moment: while it plans, waits, looks up, or delivers
                    time.sleep(chance.uniform(0.0, 1.5))
                else:  # in the midst of delivery
                    wanted = min(before + chance.randint(1, 20), PEOPLE)
                    with suppress(TimeoutError):
                        drive.until(partial(_have_arrived, drive, wanted), 5)
                    time.sleep(chance.uniform(0.0, 0.05))
            lives.append(sum(arrived(drive).values()) - before)
        with bot(environment, tmp_path / "log") as process:
            drive.until(lambda: process.poll() is not None or _all_closed(sqlite_engine), 40)

        copies = arrived(drive)
        assert settled(sqlite_engine).total() == PEOPLE, settled(sqlite_engine)
        assert {state for state, _ in settled(sqlite_engine)} == {"sent"}, settled(sqlite_engine)
        assert len(copies) == PEOPLE
        assert set(copies.values()) == {1}, [channel for channel, count in copies.items() if count > 1]
        # The kills fell into the delivery, not before or after it.
        assert sum(1 for posted in lives if posted) >= 3, lives
        sys.stdout.write(f"posted in each life: {lives}; at the end: {dict(settled(sqlite_engine))}\n")


def _is_up_or_gone(process: subprocess.Popen[bytes], slack: Running) -> bool:
    return process.poll() is not None or slack.stand_in.transport.connections() > 0


def _have_arrived(drive: Driver, count: int) -> bool:
    return sum(arrived(drive).values()) >= count


def _all_closed(engine: Engine) -> bool:
    states = settled(engine)
    open_ones = sum(count for (state, _), count in states.items() if state in ("pending", "trying"))
    return states.total() == PEOPLE and open_ones == 0
