"""The app's manifest: what it asks of Slack, and why; `manifest.yml` is written from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.app import SUBSCRIBED_EVENTS
from handlers.scopes import granted_scopes

NAME = "Rapport"

SCOPES: Mapping[str, str] = {
    "commands": "to be spoken to with slash commands and shortcuts",
    "chat:write": "to send the daily digest, and answers to direct messages",
    "im:write": "to open the private conversation in which the digest arrives",
    "im:history": "to answer what is written there, and to look up whether a digest arrived before it is sent again",
    "channels:read": "to hear that you invited it into a channel, and to ask of which client that channel is",
    "groups:read": "the same of private channels",
    "channels:history": "to see when a client's question in a channel was asked and answered; no text is kept",
    "groups:history": "the same in private channels into which you invited it",
    "reactions:read": "to hear of the reactions that log a touch or acknowledge a question; all others are dropped",
    "dnd:read": "to keep quiet while somebody does not want to be disturbed",
    "files:read": "to read a client list that somebody drops into their private conversation with it",
    "files:write": "to send files that somebody asked for in private, and to show pictures on the Home tab",
    "users:read": "to know a member's time zone and language, and to keep bots, guests and outsiders out",
    "users:read.email": "to recognise the owners that an imported client list names by e-mail",
}
"""Bot scopes, each with its reason. docs/permissions.md says the same; a test compares."""

COMMANDS: Mapping[str, tuple[str, str]] = {
    "/client-touch": ("Log that you spoke to a client", "Acme call yesterday: talked about the renewal"),
    "/gift-check": ("Is this gift allowed for this person?", "$45 bottle of wine for Jane Smith at Ford"),
    "/client": ("Read up on a client", "Acme"),
    "/client-reassign": ("Ask for another manager for a client", "Acme the client asks for it"),
    "/rapport": ("Help and my settings", "help"),
}
SHORTCUTS: tuple[Mapping[str, str], ...] = (
    {
        "name": "Log a touch",
        "type": "global",
        "callback_id": "touch_form",
        "description": "Note that you spoke to a client",
    },
    {
        "name": "Check a gift",
        "type": "global",
        "callback_id": "gift_form",
        "description": "Ask whether a gift or an invitation is allowed",
    },
    {
        "name": "Plan an outing",
        "type": "global",
        "callback_id": "outing_form",
        "description": "See which of several people may be invited",
    },
    {
        "name": "Log as touch",
        "type": "message",
        "callback_id": "touch_from_message",
        "description": "Note this message as contact with a client",
    },
    {
        "name": "Client is waiting",
        "type": "message",
        "callback_id": "client_waiting",
        "description": "Start the clock of a client's question",
    },
)


def missing_scopes(headers: Mapping[str, Any] | None) -> tuple[str, ...] | None:
    """The scopes that Slack did not grant, by the headers of any answer of its; None where they do not say."""
    granted = granted_scopes(headers)
    return None if granted is None else tuple(sorted(set(SCOPES) - granted))


def manifest(url: str | None = None) -> dict[str, Any]:
    """The manifest for Socket Mode, or with the bot's public `url` (https://host[/path]) for HTTP."""
    commands: list[dict[str, Any]] = [
        {"command": name, "description": description, "usage_hint": hint, "should_escape": True}
        for name, (description, hint) in COMMANDS.items()
    ]
    events: dict[str, Any] = {"bot_events": sorted(SUBSCRIBED_EVENTS)}
    interactivity: dict[str, Any] = {"is_enabled": True}
    if url is not None:
        address = url.rstrip("/") + "/slack/events"
        for command in commands:
            command["url"] = address
        events["request_url"] = address
        interactivity |= {"request_url": address, "message_menu_options_url": address}
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": NAME,
            "description": "Keep a good rapport with your clients: whom to call today, and which gifts are allowed.",
            "background_color": "#1f4e5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "rapport", "always_online": True},
            "slash_commands": commands,
            "shortcuts": [dict(shortcut) for shortcut in SHORTCUTS],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }
