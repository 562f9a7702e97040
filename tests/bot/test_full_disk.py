"""The disk is full: who waits is told so, nothing is half written or said twice, and it goes on when there is room."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError

from bot.domain.digest import digest_key
from bot.domain.outbox import State
from bot.services import digest
from storage.engine import open_engine
from storage.migrate import migrate
from tests.bot.services.messenger import ScriptedMessenger
from tests.bot.test_dispatcher import dispatching, until
from tests.conftest import MONDAY, Firm, StandingClock, open_firm
from tests.handlers.slack_app import open_app, said

ROOT = Path(__file__).parents[2]


@dataclass
class Disk:
    """Where a database file may grow, or may not."""

    engine: Engine
    room: bool = True

    def tighten(self, connection: Any, _record: Any, _proxy: Any) -> None:
        pages = connection.execute("pragma page_count").fetchone()[0]
        connection.execute(f"pragma max_page_count = {1_000_000 if self.room else pages}")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    engine = open_engine(f"sqlite:///{tmp_path / 'rapport.db'}")
    migrate(engine)
    disk = Disk(engine)
    event.listen(engine, "checkout", disk.tighten)
    yield disk
    engine.dispose()


def test_who_logs_a_touch_is_told_that_nothing_was_saved_and_can_log_it_later(
    disk: Disk,
) -> None:
    firm = open_firm(disk.engine, StandingClock())
    acme = firm.client("Acme")
    app = open_app(firm, disk.engine)
    note = "x" * 2800
    disk.room = False

    answers: list[str] = []
    while len(answers) < 50 and not (answers and "full" in answers[-1]):
        answers.append(said(app.command(f"Acme call: {len(answers)} {note}"))["text"])
    disk.room = True
    after = said(app.command("Acme call: afterwards"))["text"]

    assert "disk" in answers[-1]
    assert "full" in answers[-1]
    assert "Acme" in after
    with firm.house.memory.read(firm.workspace.id) as unit:
        assert len(unit.touches.recent(acme.id, 100)) == len(answers)  # one was refused, one came after
    with disk.engine.connect() as connection:
        assert connection.execute(text("pragma integrity_check")).scalar() == "ok"
        assert connection.execute(text("pragma foreign_key_check")).all() == []


def test_full_between_a_post_and_its_record_the_message_is_found_later_and_not_posted_again(
    small_firm: Firm, sqlite_engine: Engine
) -> None:
    full: list[bool] = []

    @event.listens_for(sqlite_engine, "before_cursor_execute")
    def no_room(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if full and statement.startswith(("UPDATE", "INSERT")):
            refused = sqlite3.OperationalError("database or disk is full")
            refused.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise OperationalError(statement, None, refused)

    small_firm.client("Acme", spoke_before_at=MONDAY.replace(year=2025))
    slack = ScriptedMessenger(on_post=[lambda: full.append(True)])
    digest.plan(small_firm.house, small_firm.workspace.id)
    key = digest_key(small_firm.alice.id, MONDAY.date())

    def state() -> State:
        with small_firm.house.memory.read(small_firm.workspace.id) as unit:
            entry = unit.outbox.by_key(key)
        assert entry is not None
        return entry.state

    with dispatching(small_firm, slack):
        until(lambda: slack.posted)
        while_full = state()
        small_firm.clock.tick(minutes=5)
        full.clear()
        until(lambda: state() is State.SENT)

    assert while_full is State.TRYING
    assert slack.keys() == [key]
    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        entry = unit.outbox.by_key(key)
    assert entry is not None
    assert entry.note == "found"


_CHILD = """
import resource, sys
from pathlib import Path
from sqlalchemy.exc import SQLAlchemyError
from bot.domain.touches import Channel, TouchDraft
from bot.services import touches
from bot.services.house import trouble
from storage.engine import open_engine
from tests.conftest import StandingClock, open_firm

folder = Path(sys.argv[1])
engine = open_engine(f"sqlite:///{folder / 'rapport.db'}")
firm = open_firm(engine, StandingClock())
firm.client("Acme")
logged = 0

def log():
    global logged
    draft = TouchDraft("Acme", Channel.CALL, note=f"{logged} " + "x" * 2900)
    touches.log(firm.house, firm.actor(firm.alice), draft, f"key {logged}")
    logged += 1

largest = max(path.stat().st_size for path in folder.iterdir())
resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 60_000, resource.RLIM_INFINITY))
codes = []
while len(codes) < 3 and logged < 2000:
    try:
        log()
    except SQLAlchemyError as error:
        codes.append(trouble(firm.house, error))
refused_after = logged
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
log()
with firm.house.memory.read(firm.workspace.id) as unit:
    kept = len(unit.touches.recent(firm.clients["Acme"].id, 5000))
with engine.connect() as connection:
    whole = connection.exec_driver_sql("pragma integrity_check").scalar()
print(codes, refused_after > 0, kept == logged, whole)
"""


def test_when_the_system_refuses_to_write_the_book_stays_whole_and_goes_on(tmp_path: Path) -> None:
    """A child process may not let a file grow: the write itself fails, in the midst of a transaction."""
    engine = open_engine(f"sqlite:///{tmp_path / 'rapport.db'}")
    migrate(engine)
    engine.dispose()

    child = subprocess.run(
        [sys.executable, "-c", _CHILD, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert child.returncode == 0, child.stderr
    codes, wrote, same, whole = child.stdout.strip().rsplit(" ", 3)
    assert set(codes.strip("[]").replace("'", "").split(", ")) <= {"storage.unavailable", "storage.full"}
    assert len(codes.split(",")) == 3
    assert (wrote, same, whole) == ("True", "True", "ok")
