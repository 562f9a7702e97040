"""Slack's do-not-disturb, as Slack tells of its changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.services import members
from bot.services.house import House
from handlers.ask import Routes
from handlers.directory import disturbance_of


def register(routes: Routes) -> None:
    routes.notice("dnd_updated_user", changed)


def changed(house: House, workspace_id: int, event: Mapping[str, Any]) -> None:
    """Somebody's do-not-disturb is another one now; whoever does not use the bot is left alone."""
    status = event.get("dnd_status")
    if isinstance(event.get("user"), str) and isinstance(status, Mapping):
        members.note_do_not_disturb(house, workspace_id, event["user"], disturbance_of(status))
