"""What is written to the log, and what never is."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from bot.door.logs import set_up_logs
from bot.settings import read_settings


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    chatty = {
        name: logging.getLogger(name).level
        for name in ("alembic.runtime.plugins", "apscheduler", "slack_bolt", "slack_sdk", "waitress")
    }
    yield
    root.handlers[:], root.level = handlers, level
    for name, before in chatty.items():
        logging.getLogger(name).setLevel(before)


def written(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err


def test_no_token_is_ever_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RAPPORT_LOG_FORMAT", "plain")
    set_up_logs(read_settings(None))

    logging.getLogger("slack_sdk").error("sent with %s and %s", "xoxb-123-secret", "xapp-1-A-secret")

    line = written(capsys)
    assert "secret" not in line
    assert "xoxb-…" in line


def test_machines_get_one_json_object_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RAPPORT_LOG_FORMAT", "json")
    set_up_logs(read_settings(None))

    logging.getLogger("handlers.desk").error("unexpected error", extra={"reference": "ab12"})

    line = json.loads(written(capsys))
    assert (line["message"], line["reference"], line["levelname"]) == ("unexpected error", "ab12", "ERROR")


def test_bolts_warning_about_a_token_that_nobody_uses_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(read_settings(None))

    logging.getLogger("slack_bolt.App").warning("As you gave `client` as well, `token` will be unused.")
    logging.getLogger("slack_bolt.App").warning("something else")

    assert written(capsys).strip().endswith("something else")


def test_a_first_start_tells_of_its_migrations_and_not_of_the_parts_of_alembic(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up_logs(read_settings(None))

    logging.getLogger("alembic.runtime.plugins").info("setup plugin alembic.autogenerate.tables")
    logging.getLogger("alembic.runtime.migration").info("Running upgrade 0001 -> 0002")

    said = written(capsys)
    assert said.strip().endswith("Running upgrade 0001 -> 0002")
    assert "plugin" not in said
