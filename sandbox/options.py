"""What the sandbox is started with, and what it reads from the app's manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
DEMO_PEOPLE = HERE / "people.json"
BOT_TOKEN = "xoxb-sandbox"  # noqa: S105 - opens nothing but this stand-in
APP_TOKEN = "xapp-sandbox"  # noqa: S105 - opens nothing but this stand-in
DEFAULT_SCOPES = ("chat:write", "commands", "im:history", "im:write", "users:read")
DEFAULT_EVENTS = frozenset({"app_home_opened", "message.im"})


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """A slash command as the manifest declares it."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True, slots=True)
class ShortcutSpec:
    """A shortcut as the manifest declares it; `type` is "message" or "global"."""

    name: str
    type: str
    callback_id: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """How the sandbox runs. Without `request_url` the bot is spoken to over Socket Mode."""

    people_file: Path = DEMO_PEOPLE
    state_dir: Path | None = None
    clock_file: Path | None = None
    host: str = "127.0.0.1"
    port: int = 4390
    bot_token: str = BOT_TOKEN
    app_token: str = APP_TOKEN
    scopes: tuple[str, ...] = DEFAULT_SCOPES
    events: frozenset[str] = DEFAULT_EVENTS
    commands: tuple[CommandSpec, ...] = ()
    shortcuts: tuple[ShortcutSpec, ...] = ()
    request_url: str | None = None
    signing_secret: str = ""
    ack_limit: float = 3.0
    """Seconds the bot has to acknowledge."""
    ping_seconds: float = 10.0
    """How often an open socket is pinged."""
    event_retry_delays: tuple[float, ...] | None = None
    """Seconds before each further delivery of an event; None means Slack's own (once at once over Socket Mode; at
    once, after one minute and after five over HTTP)."""

    @property
    def base_url(self) -> str:
        """Where this sandbox answers, without a slash at the end."""
        return f"http://{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class ManifestFacts:
    """The part of an app manifest that matters here."""

    scopes: tuple[str, ...]
    events: frozenset[str]
    commands: tuple[CommandSpec, ...]
    shortcuts: tuple[ShortcutSpec, ...]


def read_commands(entries: list[Mapping[str, Any]]) -> tuple[CommandSpec, ...]:
    """Commands in the manifest's own form (`command`, `description`, `usage_hint`, `should_escape`)."""
    return tuple(
        CommandSpec(
            command=str(entry["command"]),
            description=str(entry.get("description", "")),
            usage_hint=str(entry.get("usage_hint", "")),
            should_escape=bool(entry.get("should_escape", False)),
        )
        for entry in entries
    )


def read_manifest(file: Path) -> ManifestFacts:
    """Reads `file` (YAML or JSON, which is YAML too). Parts that are missing count as empty."""
    manifest: Mapping[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    features: Mapping[str, Any] = manifest.get("features") or {}
    settings: Mapping[str, Any] = manifest.get("settings") or {}
    oauth: Mapping[str, Any] = manifest.get("oauth_config") or {}
    subscriptions: Mapping[str, Any] = settings.get("event_subscriptions") or {}
    return ManifestFacts(
        scopes=tuple((oauth.get("scopes") or {}).get("bot") or ()),
        events=frozenset(subscriptions.get("bot_events") or ()),
        commands=read_commands(features.get("slash_commands") or []),
        shortcuts=tuple(
            ShortcutSpec(
                name=str(entry["name"]),
                type=str(entry["type"]),
                callback_id=str(entry["callback_id"]),
                description=str(entry.get("description", "")),
            )
            for entry in features.get("shortcuts") or []
        ),
    )
