"""A sandbox that plays Slack for a bot that is really started, and settings that point to it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from sandbox.driver import Driver
from sandbox.options import Options, read_manifest
from sandbox.server import Running, running

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whoever runs the tests may have settings of their own, and a `.env` file."""
    for name in list(os.environ):
        if name.startswith(("SLACK_", "RAPPORT_", "DATABASE_")):
            monkeypatch.delenv(name)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[Running]:
    facts = read_manifest(ROOT / "manifest.yml")
    options = Options(
        port=0,
        clock_file=tmp_path / "clock",
        scopes=facts.scopes,
        events=facts.events,
        commands=facts.commands,
        shortcuts=facts.shortcuts,
        # The SDK's client only lets go of a socket after it has read something.
        ping_seconds=0.2,
    )
    with running(options) as sandbox:
        yield sandbox


@pytest.fixture
def drive(slack: Running) -> Driver:
    return Driver(slack.base_url)


@pytest.fixture
def configured(slack: Running, tmp_path: Path) -> Callable[..., Settings]:
    """Settings for that sandbox; what is given comes instead."""

    def make(**more: Any) -> Settings:
        return Settings(
            **{
                "slack_bot_token": SecretStr(slack.stand_in.options.bot_token),
                "slack_app_token": SecretStr(slack.stand_in.options.app_token),
                "slack_api_url": f"{slack.base_url}/api/",
                "data_dir": tmp_path,
                "tick_seconds": 0.2,
                **more,
            }
        )

    return make


@pytest.fixture
def environment(slack: Running, tmp_path: Path) -> dict[str, str]:
    """The same as environment variables, for a process of its own."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SLACK_BOT_TOKEN": slack.stand_in.options.bot_token,
        "SLACK_APP_TOKEN": slack.stand_in.options.app_token,
        "SLACK_API_URL": f"{slack.base_url}/api/",
        "RAPPORT_DATA_DIR": str(tmp_path),
        "RAPPORT_TICK_SECONDS": "0.2",
    }
