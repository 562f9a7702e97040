"""Who somebody is, as Slack knows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global
from slack_sdk import WebClient

from bot.domain.members import Profile
from bot.domain.workspaces import Workspace
from bot.services.platform import NotLetIn, Refused
from handlers.slack_errors import classified

_SLACKBOT = "USLACKBOT"
_LAST_SECOND = 4_102_444_800
"""The first of the year 2100: no status lasts longer."""


class SlackDirectory:
    """Looks people up with `users.info`; see `bot.ports.Directory`.

    `workspace` tells its defaults as they are now: an admin may change them.
    """

    def __init__(self, client: WebClient, workspace: Callable[[], Workspace]) -> None:
        self._client = client
        self._workspace = workspace
        self._may_ask_disturbance = True

    def profile(self, user_id: str) -> Profile | None:
        try:
            with classified():
                answer = self._client.users_info(user=user_id, include_locale=True)
        except Refused as refused:
            if refused.account_closed:
                return None
            raise
        user: Mapping[str, Any] = answer["user"]
        return profile_of(user, self._workspace())

    def do_not_disturb(self, user_id: str) -> tuple[datetime, datetime] | None:
        """See `bot.ports.Directory`. Without the scope it is asked for once and no more until the next start."""
        if not self._may_ask_disturbance:
            return None
        try:
            with classified():
                answer = self._client.dnd_info(user=user_id)
        except NotLetIn as closed:
            if closed.reason != "missing_scope":
                raise
            self._may_ask_disturbance = False
            return None
        told = answer.data
        return disturbance_of(told) if isinstance(told, Mapping) else None


def disturbance_of(status: Mapping[str, Any]) -> tuple[datetime, datetime] | None:
    """From when until when somebody is not to be disturbed, from what `dnd.info` or `dnd_updated_user` tells.

    Slack names the present span or else the next one, in epoch seconds; the fields that begin with ``snooze_`` are told
    to the person alone (https://docs.slack.dev/reference/methods/dnd.info, read on 2026-11-29).
    """
    first, last = status.get("next_dnd_start_ts"), status.get("next_dnd_end_ts")
    if (
        not status.get("dnd_enabled")
        or not isinstance(first, int | float)
        or not isinstance(last, int | float)
    ):
        return None
    try:
        span = datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC)
    except (OverflowError, OSError, ValueError):
        return None
    return span if span[0] < span[1] else None


def profile_of(user: Mapping[str, Any], workspace: Workspace) -> Profile:
    """A profile from Slack's user object.

    Where zone or locale are missing or unknown here, the workspace's stand in: external people have neither.
    """
    zone = _zone(user.get("tz"), workspace.zone)
    details: Mapping[str, Any] = user.get("profile") or {}
    names = (
        details.get("display_name"),
        details.get("real_name"),
        user.get("real_name"),
        user.get("name"),
        user["id"],
    )
    return Profile(
        user_id=str(user["id"]),
        name=next(str(name) for name in names if name),
        zone=zone,
        locale=str(user.get("locale") or workspace.locale),
        country=country_of(zone) or workspace.country,
        email=details.get("email"),
        bot=bool(user.get("is_bot")) or user["id"] == _SLACKBOT,
        external=bool(user.get("is_stranger")) or user.get("team_id", workspace.team_id) != workspace.team_id,
        guest=bool(user.get("is_restricted")) or bool(user.get("is_ultra_restricted")),
        deactivated=bool(user.get("deleted")),
        owner=bool(user.get("is_admin")) or bool(user.get("is_owner")),
        status_text=str(details.get("status_text") or ""),
        status_emoji=str(details.get("status_emoji") or ""),
        status_until=_moment(details.get("status_expiration")),
    )


def _moment(seconds: object) -> datetime | None:
    """An epoch second of Slack's; None for 0, which means never, and for what is none."""
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 < seconds < _LAST_SECOND:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def country_of(zone: str) -> str:
    """The country a time zone lies in (ISO 3166); empty for zones that lie in none, such as UTC.

    Source: CLDR's zone territories, as Babel ships them.
    """
    territories = get_global("zone_territories")
    territory = territories.get(zone) or territories.get(get_global("zone_aliases").get(zone, ""), "")
    return "" if territory in ("001", "ZZ") else str(territory)


def _zone(wanted: object, fallback: str) -> str:
    if not isinstance(wanted, str) or not wanted:
        return fallback
    try:
        ZoneInfo(wanted)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return fallback
    return wanted
