"""What a process may be asked to do, on which database, beside which others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from sqlalchemy import Engine, text

from bot.domain.clients import Tier
from bot.door import engine_schema
from bot.door.assembly import Bot
from bot.door.commands import main
from bot.door.doctor import examine
from bot.door.duties import CannotShare, Duty, uses_engine
from bot.door.running import CannotStart, check, run
from bot.ports import NewClient
from bot.services.clients import enter
from bot.settings import Settings
from sandbox.driver import Driver
from storage.engine import open_engine
from storage.guard import guarded

Configured = Callable[..., Settings]
ALICE = "U0ALICE01"
EIGHT = datetime(2026, 11, 16, 13, tzinfo=UTC)
"""Monday, eight o'clock in New York."""


@pytest.fixture
def without_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the extra is not installed."""
    monkeypatch.setattr(engine_schema, "installed", lambda: False)


@pytest.fixture
def served(postgres_database_url: str) -> Iterator[Engine]:
    engine = open_engine(postgres_database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def shared(configured: Configured, postgres_database_url: str) -> Configured:
    """Settings for that database."""

    def make(**more: Any) -> Settings:
        return configured(database_url=SecretStr(postgres_database_url), **more)

    return make


@contextmanager
def running_as(duty: Duty, settings: Settings) -> Iterator[Bot]:
    """A process's whole life, in a thread."""
    stopping, ready, bots = Event(), Event(), list[Bot]()

    def say_ready(bot: Bot) -> None:
        bots.append(bot)
        ready.set()

    with ThreadPoolExecutor(1) as pool:
        life = pool.submit(run, settings, stopping, say_ready, duty)
        try:
            while not ready.wait(0.1):
                assert not life.done(), life.exception()
            yield bots[0]
        finally:
            stopping.set()
            life.result(40)


def server(**more: Any) -> Settings:
    return Settings(database_url=SecretStr("postgresql://host/book"), **more)


# --- Which work on which database -------------------------------------------------------------------------


@pytest.mark.parametrize("duty", [Duty.WEB, Duty.WORKER])
def test_a_file_is_not_shared_and_why_is_said(configured: Configured, duty: Duty) -> None:
    with pytest.raises(
        CannotStart, match=rf"--role {duty} needs PostgreSQL: .* one process, .* DATABASE_URL"
    ):
        run(configured(), Event(), duty=duty)
    assert not uses_engine(configured(), Duty.ALL)


@pytest.mark.parametrize("duty", list(Duty))
def test_on_postgresql_every_role_shares_by_the_engine(duty: Duty) -> None:
    assert uses_engine(server(), duty)


def test_without_the_engine_one_process_does_everything_and_roles_say_what_to_install(
    without_engine: None,
) -> None:
    assert not uses_engine(server(), Duty.ALL)
    for duty in (Duty.WEB, Duty.WORKER):
        with pytest.raises(CannotShare, match=r"install rapport-bot\[scale\]"):
            uses_engine(server(), duty)


@pytest.mark.parametrize(
    "times",
    [
        {"stall_seconds": 9},
        {"stall_seconds": 90},
        {"quarantine_seconds": 20},
        {"api_seconds": 45},
    ],
)
def test_times_that_would_let_two_workers_post_one_message_are_named(times: dict[str, Any]) -> None:
    with pytest.raises(
        CannotShare, match=r"RAPPORT_API_SECONDS < RAPPORT_STALL_SECONDS < RAPPORT_QUARANTINE"
    ):
        uses_engine(server(**times), Duty.ALL)


def test_nobody_talks_to_a_worker_so_it_needs_neither_app_token_nor_secret(configured: Configured) -> None:
    check(configured(slack_app_token=None), Duty.WORKER)
    check(configured(mode="http", slack_app_token=None), Duty.WORKER)
    with pytest.raises(CannotStart, match="SLACK_BOT_TOKEN"):
        check(configured(slack_bot_token=None), Duty.WORKER)


# --- Beside which others ----------------------------------------------------------------------------------


def test_any_number_shares_a_database_but_nobody_beside_one_that_works_alone(served: Engine) -> None:
    with guarded(served, alone=False) as first, guarded(served, alone=False) as second:
        assert first
        assert second
        with guarded(served, alone=True) as alone:
            assert not alone
    with guarded(served, alone=True) as alone:
        assert alone
        with guarded(served, alone=True) as another, guarded(served, alone=False) as sharing:
            assert not another
            assert not sharing


def test_a_second_process_without_the_engine_is_refused_in_a_sentence(
    shared: Configured, without_engine: None
) -> None:
    with (
        running_as(Duty.ALL, shared()),
        pytest.raises(CannotStart, match=r"another Rapport .* install rapport-bot\[scale\] everywhere"),
    ):
        run(shared(), Event())


def test_beside_a_process_that_works_alone_nobody_starts_to_share(shared: Configured, served: Engine) -> None:
    with guarded(served, alone=True), pytest.raises(CannotStart, match="works by itself"):
        run(shared(), Event(), duty=Duty.WORKER)


# --- The whole --------------------------------------------------------------------------------------------


def test_one_process_listens_and_another_plans_and_delivers(
    shared: Configured, served: Engine, drive: Driver, tmp_path: Path
) -> None:
    drive.move_clock(to=EIGHT.isoformat())
    times = {"clock_file": tmp_path / "clock"}
    worker = shared(slack_app_token=None, **times)
    with running_as(Duty.WEB, shared(**times)) as web, running_as(Duty.WORKER, worker):
        assert drive.command(ALICE, "/rapport help")["error"] is None
        drive.until(lambda: _knows_alice(web), 20)
        with web.house.memory.write(web.workspace.id) as unit:
            alice = unit.members.by_user(ALICE)
            assert alice is not None
            spoken = EIGHT - timedelta(days=90)
            enter(unit, NewClient("Ford", alice.id, Tier.A, "US", "USD", spoke_before_at=spoken), EIGHT)
        drive.move_clock(to=(EIGHT + timedelta(minutes=61)).isoformat())
        drive.until(lambda: _sent(served), 40)
        assert [message for message in drive.messages(by="bot") if "Ford" in str(message)]

        said = CliRunner().invoke(
            main, ["workers"], env={"DATABASE_URL": shared().database()}, catch_exceptions=False
        )
        assert said.output.startswith("1 worker alive; jobs: 0 due")
        assert said.exit_code == 0
        engine = {finding.what: finding for finding in examine(shared())}["engine"]
        assert engine.well
        assert engine.seen.startswith("1 worker alive")

    nobody = CliRunner().invoke(main, ["workers"], env={"DATABASE_URL": shared().database()})
    assert nobody.output.startswith("0 workers alive")
    assert nobody.exit_code == 1


def _knows_alice(bot: Bot) -> bool:
    with bot.house.memory.read(bot.workspace.id) as unit:
        return unit.members.by_user(ALICE) is not None


def _sent(engine: Engine) -> bool:
    with engine.connect() as connection:
        found = connection.execute(
            text("select count(*) from outbox where state = 'sent' and kind = 'digest'")
        )
        return bool(found.scalar_one())


def test_everything_in_one_process_shares_too(shared: Configured, drive: Driver) -> None:
    with running_as(Duty.ALL, shared()) as first, running_as(Duty.ALL, shared()) as second:
        assert first.dispatcher.alive()
        assert second.dispatcher.alive()
        assert not first.winds_clock
        assert drive.command(ALICE, "/rapport help")


def test_workers_are_asked_for_where_there_are_none(
    configured: Configured, shared: Configured, without_engine: None
) -> None:
    for settings in (configured(), shared()):
        said = CliRunner().invoke(main, ["workers"], env={"DATABASE_URL": settings.database()})
        assert said.exit_code == 1
        assert "one process does everything by itself" in said.output


def test_before_the_first_start_there_is_nothing_to_tell(shared: Configured) -> None:
    said = CliRunner().invoke(main, ["workers"], env={"DATABASE_URL": shared().database()})

    assert said.exit_code == 1
    assert "nobody has started here yet" in said.output
    engine = {finding.what: finding for finding in examine(shared())}["engine"]
    assert (engine.well, engine.seen) == (True, "the first start makes its tables")


def test_the_doctor_says_what_is_wrong_with_the_engine(
    shared: Configured, served: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine_schema.prepare(served)
    with served.begin() as connection:
        connection.exec_driver_sql("comment on table procrastinate_jobs is null")

    def seen(**more: Any) -> tuple[bool, str]:
        found = {finding.what: finding for finding in examine(shared(**more))}["engine"]
        return found.well, found.seen

    assert seen()[0] is False
    assert "did not make" in seen()[1]
    assert "RAPPORT_STALL_SECONDS" in seen(stall_seconds=1000)[1]
    monkeypatch.setattr(engine_schema, "installed", lambda: False)
    assert seen()[0] is True
    assert "not installed" in seen()[1]
