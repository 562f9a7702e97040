"""A running sandbox, a client for its Web API and a driver, for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk import WebClient

from sandbox.driver import Driver
from sandbox.options import CommandSpec, Options, ShortcutSpec
from sandbox.server import Running, running

SCOPES = (
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "dnd:read",
    "im:history",
    "im:read",
    "im:write",
    "reactions:write",
    "users:read",
)
EVENTS = frozenset(
    {
        "app_home_opened",
        "app_uninstalled",
        "dnd_updated_user",
        "message.channels",
        "message.im",
        "user_change",
    }
)


class Hand:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def hand() -> Hand:
    """Moves the real-time limits of the sandbox without waiting."""
    return Hand()


@pytest.fixture
def options(tmp_path: Path) -> Options:
    """How the sandbox of these tests is started; the limit for acknowledgements is short."""
    return Options(
        port=0,
        state_dir=tmp_path / "state",
        clock_file=tmp_path / "clock.txt",
        scopes=SCOPES,
        events=EVENTS,
        commands=(
            CommandSpec("/note", "Keeps a note", "[what]", should_escape=True),
            CommandSpec("/raw", "Keeps a note as typed"),
            CommandSpec("/form", "Opens a form"),
        ),
        shortcuts=(
            ShortcutSpec("Keep this", "message", "keep"),
            ShortcutSpec("New form", "global", "new_form"),
        ),
        ack_limit=0.5,
        # The SDK's client only lets go of a socket after it has read something.
        ping_seconds=0.1,
    )


@pytest.fixture
def sandbox(options: Options, hand: Hand) -> Iterator[Running]:
    """A sandbox on a free port."""
    with running(options, monotonic=hand) as running_sandbox:
        yield running_sandbox


@pytest.fixture
def drive(sandbox: Running) -> Driver:
    """Acts as people."""
    return Driver(sandbox.base_url)


@pytest.fixture
def api(sandbox: Running) -> WebClient:
    """The bot's client, which repeats nothing by itself."""
    return WebClient("xoxb-sandbox", base_url=f"{sandbox.base_url}/api/", retry_handlers=[])
