"""Starting, running and stopping for real, against the sandbox."""

from __future__ import annotations

import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from pydantic import SecretStr
from slack_bolt import App
from sqlalchemy import text

from bot.door.assembly import Bot
from bot.door.running import CannotStart, check, only_one, run
from bot.settings import Settings
from handlers.socket_mode import SocketMode
from sandbox.driver import Driver
from sandbox.server import Running
from storage.engine import open_engine
from storage.migrate import NewerDatabase, migrate

Configured = Callable[..., Settings]
ALICE = "U0ALICE01"


@dataclass
class Started:
    """A bot that runs in a thread."""

    stopping: Event = field(default_factory=Event)
    ready: Event = field(default_factory=Event)
    bots: list[Bot] = field(default_factory=list)
    ended: Future[None] = field(default_factory=Future)

    def say_ready(self, bot: Bot) -> None:
        self.bots.append(bot)
        self.ready.set()


@contextmanager
def started(settings: Settings) -> Iterator[Started]:
    here = Started()
    with ThreadPoolExecutor(1) as pool:
        here.ended = pool.submit(run, settings, here.stopping, here.say_ready)
        try:
            yield here
        finally:
            here.stopping.set()
        here.ended.result(30)


def test_a_typed_command_becomes_a_row_and_an_answer(
    configured: Configured, drive: Driver, tmp_path: Path
) -> None:
    with started(configured()) as bot:
        assert bot.ready.wait(20)
        answer = drive.command(ALICE, "/gift-check $45 bottle of wine for Jane Smith at Ford")

    assert answer["messages"] or answer["body"]
    engine = open_engine(f"sqlite:///{tmp_path / 'rapport.db'}")
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from gift_checks")).scalar_one() == 1
    engine.dispose()


def test_when_slack_is_down_at_the_start_the_bot_waits_and_connects_when_it_is_back(
    configured: Configured, drive: Driver
) -> None:
    drive.faults(unreachable=True)
    with started(configured()) as bot:
        assert not bot.ready.wait(1.5)
        assert not bot.ended.done()
        drive.good_weather()
        assert bot.ready.wait(20)


def test_a_bot_that_waits_for_slack_can_be_stopped(configured: Configured) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with started(configured(slack_api_url=f"http://127.0.0.1:{port}/api/")) as bot:
        assert not bot.ready.wait(0.5)


def test_a_wrong_bot_token_is_said_plainly(configured: Configured, drive: Driver) -> None:
    with pytest.raises(CannotStart, match=r"refuses the bot token \(invalid_auth\): copy it again"):
        run(configured(slack_bot_token=SecretStr("xoxb-wrong")), Event())


def test_a_wrong_app_token_is_said_plainly(configured: Configured) -> None:
    with pytest.raises(CannotStart, match=r"refuses the app-level token .* connections:write"):
        run(configured(slack_app_token=SecretStr("xapp-wrong")), Event())


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ({"slack_bot_token": None}, "SLACK_BOT_TOKEN"),
        ({"slack_app_token": None}, "SLACK_APP_TOKEN"),
        ({"mode": "http"}, "SLACK_SIGNING_SECRET"),
    ],
)
def test_what_a_mode_needs_and_does_not_have_is_named(
    configured: Configured, missing: dict[str, Any], named: str
) -> None:
    with pytest.raises(CannotStart, match=named):
        check(configured(**missing))


def test_two_processes_must_not_deliver_from_one_file(configured: Configured, tmp_path: Path) -> None:
    other = configured(database_url=SecretStr(f"sqlite:///{tmp_path / 'other.db'}"))
    with only_one(configured()):
        with pytest.raises(CannotStart, match="another Rapport is running on this database"):
            run(configured(), Event())
        with only_one(other):
            assert (tmp_path / "other.lock").exists()
    with only_one(configured()):
        assert (tmp_path / "rapport.lock").exists()


def test_the_lock_lies_beside_the_file_however_the_address_is_written(
    configured: Configured, tmp_path: Path
) -> None:
    with (
        only_one(configured(database_url=SecretStr(f"sqlite+pysqlite:///{tmp_path / 'rapport.db'}"))),
        pytest.raises(CannotStart),
        only_one(configured()),
    ):
        raise AssertionError("both hold the lock")


def test_a_server_is_shared_without_a_lock(configured: Configured, tmp_path: Path) -> None:
    server = configured(database_url=SecretStr("postgresql://host/book"))
    with only_one(server), only_one(server):
        assert list(tmp_path.glob("*.lock")) == []


def test_a_newer_database_is_not_touched(configured: Configured, tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'rapport.db'}")
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    engine.dispose()

    with pytest.raises(NewerDatabase, match="9999"):
        run(configured(), Event())


def test_over_http_it_listens_until_it_is_stopped(configured: Configured) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with started(configured(mode="http", slack_signing_secret=SecretStr("s"), port=port)) as bot:
        assert bot.ready.wait(20)
        socket.create_connection(("127.0.0.1", port), 5).close()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 5)


def test_a_socket_that_has_fallen_silent_is_replaced(slack: Running, drive: Driver) -> None:
    """It stays open, but nothing comes any more: not even an answer to a ping."""
    options = slack.stand_in.options
    app = App(
        token=options.bot_token,
        client=None,
        token_verification_enabled=False,
        request_verification_enabled=False,
    )
    app.client.base_url = f"{slack.base_url}/api/"
    connection = SocketMode(app, options.app_token, silence_seconds=1.0, ping_seconds=0.3)
    connection.open()
    try:
        drive.until(connection.connected)
        drive.faults(silent_socket=True)
        drive.until(lambda: not connection.connected(), 10)
        drive.good_weather()
        drive.until(connection.connected, 15)
        deaf = drive.until(lambda: connection.silent_for() < 0.9, 10)
    finally:
        connection.close(5)

    assert deaf


# --- A process of its own ---------------------------------------------------------------------------------


@contextmanager
def process(environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        running_bot = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"], env=environment, cwd=log.parent, stdout=out, stderr=out
        )
        try:
            yield running_bot
        finally:
            running_bot.kill()
            running_bot.wait(10)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_lets_running_listeners_finish_and_ends_well(
    environment: dict[str, str], slack: Running, drive: Driver, tmp_path: Path, number: signal.Signals
) -> None:
    log = tmp_path / "log"
    with process(environment, log) as bot:
        drive.until(lambda: slack.stand_in.transport.connections(), 30)
        drive.command(ALICE, "/rapport")
        # The listener waits for the database, which somebody else is writing to.
        writer = sqlite3.connect(tmp_path / "rapport.db", isolation_level=None, check_same_thread=False)
        writer.execute("begin immediate")
        with ThreadPoolExecutor(1) as pool:
            typed = pool.submit(drive.command, ALICE, "/gift-check $45 wine for Jane at Ford", wait=3)
            drive.until(lambda: [d for d in drive.deliveries() if d["outcome"] == "waiting"], 5)
            time.sleep(0.2)
            bot.send_signal(number)
            time.sleep(0.5)
            still_running = bot.poll() is None
            writer.execute("commit")
            writer.close()
            answer = typed.result(15)
        code = bot.wait(30)

    assert still_running
    assert (code, answer["error"]) == (0, None), log.read_text(encoding="utf-8")
    assert answer["messages"] or answer["body"]
    assert "Traceback" not in log.read_text(encoding="utf-8")


def test_a_second_process_on_the_same_file_is_refused_in_a_sentence(
    environment: dict[str, str], configured: Configured, tmp_path: Path
) -> None:
    with only_one(configured()):
        second = subprocess.run(
            [sys.executable, "-m", "bot", "run"],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            timeout=30,
            check=False,
        )

    assert second.returncode == 1
    assert b"another Rapport is running" in second.stderr
    assert b"Traceback" not in second.stderr


def asked(port: int, path: str) -> tuple[int, str]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path)
        with connection.getresponse() as answer:
            return answer.status, answer.read().decode()


def test_health_and_figures_are_told_on_a_port_of_their_own(configured: Configured, drive: Driver) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with started(configured(health_port=port)) as bot:
        assert bot.ready.wait(20)
        drive.command(ALICE, "/gift-check $45 bottle of wine for Jane Smith at Ford")

        assert asked(port, "/healthz") == (200, "ok")
        assert asked(port, "/readyz") == (200, "ok")
        status, figures = asked(port, "/metrics")
        assert (status, 'rapport_answer_seconds_count{kind="command",subject="gifts"} 1.0' in figures) == (
            200,
            True,
        )
        drive.until(lambda: 'rapport_tick_lateness_seconds_count{tick="plan"}' in asked(port, "/metrics")[1])
        bot.bots[0].dispatcher.stop(10)
        assert asked(port, "/healthz") == (503, "delivery stands still")
        assert asked(port, "/slack/events")[0] == 404


def test_a_health_port_that_is_taken_is_said_plainly(configured: Configured) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match="RAPPORT_HEALTH_PORT: cannot listen on"):
            run(configured(health_port=port), Event())
