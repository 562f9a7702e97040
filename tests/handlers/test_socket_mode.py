"""Over Socket Mode: a connection that is replaced in good order is not taken for a silent one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from handlers.socket_mode import SocketMode
from sandbox.driver import Driver
from sandbox.options import APP_TOKEN, BOT_TOKEN, Options
from sandbox.server import Running, running


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[Running]:
    with running(Options(port=0, state_dir=tmp_path / "state", clock_file=tmp_path / "clock")) as server:
        yield server


def test_a_connection_that_slack_asked_to_renew_is_given_its_time(slack: Running) -> None:
    def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T0", bot_token=BOT_TOKEN)

    client = WebClient(BOT_TOKEN, base_url=f"{slack.base_url}/api/")
    connection = SocketMode(App(client=client, authorize=authorize), APP_TOKEN, ping_seconds=30)
    driver = Driver(slack.base_url)
    connection.open()
    try:
        sleep(1)
        driver.ask("POST", "/sandbox/socket", {"do": "refresh"})
        driver.until(lambda: connection.silent_for() < 1)
        sleep(1)  # the old connection is still being hung up
    finally:
        connection.close(5)
