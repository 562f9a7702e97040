"""The demo starts from nothing, twice in a row, and works."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import text

from bot.door import demo
from sandbox.driver import Driver
from storage.engine import open_engine

ALICE = "U0ALICE01"


def book(folder: Path, question: str) -> list[tuple[object, ...]]:
    engine = open_engine(f"sqlite:///{folder / 'demo.db'}")
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(question))]
    engine.dispose()
    return found


def test_it_runs_twice_in_a_row_and_keeps_what_was_changed_by_hand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    owners = []
    for said in ("renewal", "pricing"):  # the same words twice would be asked about
        stopping = Event()
        shown = ""
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(demo.run_demo, 0, tmp_path, None, stopping)
            for _tenth in range(300):
                shown += capsys.readouterr().out
                if "Open http" in shown or running.done() or stopping.wait(0.1):
                    break
            try:
                address = re.search(r"http://127\.0\.0\.1:\d+", shown)
                assert address is not None, shown
                answer = Driver(address[0]).command(
                    ALICE, f"/client-touch Acme call yesterday: {said}", wait=5
                )
            finally:
                stopping.set()
            running.result(30)
        assert answer["messages"] or answer["body"]
        owners.append(book(tmp_path, "select name, owner_id from clients order by id"))
        engine = open_engine(f"sqlite:///{tmp_path / 'demo.db'}")
        with engine.begin() as connection:
            connection.execute(text("update clients set owner_id = null where name like 'Ford%'"))
        engine.dispose()

    assert [name for name, _ in owners[0]] == [name for name, _ in owners[1]]
    assert len(owners[0]) >= 4
    assert [owner for name, owner in owners[1] if str(name).startswith("Ford")] == [None]
    assert len(book(tmp_path, "select id from touches")) == 2
    roles = {str(user): roles for user, roles in book(tmp_path, "select user_id, roles from members")}
    assert roles["U0LENA001"] == "account_manager,lead"
    assert roles["U0CARLA01"] == "admin,compliance"
    assert roles["U0NADIA01"] == "compliance"


@pytest.mark.parametrize("today", [date(2026, 11, 20), date(2027, 3, 1), date(2028, 2, 29)])
def test_the_demos_dates_move_with_the_day_and_never_lie_ahead(today: date) -> None:
    dates = [date.fromisoformat(d) for d in re.findall(r"\d{4}-\d\d-\d\d", demo.demo_clients(today).decode())]

    assert dates
    assert max(dates) < today


def test_settings_of_the_demo_ignore_the_environments_slack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-real")
    monkeypatch.setenv("DATABASE_URL", "postgresql://real/book")
    monkeypatch.setenv("RAPPORT_MODE", "http")

    settings = demo.demo_settings(1234, tmp_path, tmp_path / "clock")

    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.get_secret_value() == demo.BOT_TOKEN
    assert settings.slack_api_url == "http://127.0.0.1:1234/api/"
    assert settings.database().startswith("sqlite")
    assert settings.mode == "socket"
