"""The people, channels and app of the stand-in workspace, read from a JSON file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]
AVATAR_SIZES = (24, 32, 48, 72, 192, 512)


@dataclass(frozen=True, slots=True)
class Team:
    """The workspace that installed the app."""

    id: str
    name: str
    domain: str


@dataclass(frozen=True, slots=True)
class AppIdentity:
    """The bot as the workspace knows it."""

    id: str
    bot_id: str
    bot_user_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be acted as; the flags are those of Slack's user object."""

    id: str
    name: str
    real_name: str
    tz: str
    team_id: str
    locale: str | None = None
    email: str | None = None
    title: str = ""
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False
    is_stranger: bool = False
    deleted: bool = False
    shows_zone: bool = True
    """Whether Slack tells apps the zone; for some people of other companies it does not."""
    status_text: str = ""
    status_emoji: str = ""
    """With colons, as in ":palm_tree:"."""
    status_expiration: int = 0
    """Epoch second at which the status goes away by itself; 0 means never."""

    dnd_start: int = 0
    dnd_end: int = 0
    """Epoch seconds between which nobody is to disturb the person, beside their nights; 0 and 0: never."""

    def do_not_disturb(self, now: datetime) -> Json:
        """What `dnd.info` and `dnd_updated_user` tell: the span that was set, until it is over; else 22:00 to 08:00."""
        first, last = self.dnd_start, self.dnd_end
        if last <= now.timestamp():
            local = now.astimezone(ZoneInfo(self.tz))
            end = local.replace(hour=8, minute=0, second=0, microsecond=0)
            if end <= local:
                end += timedelta(days=1)
            start = (end - timedelta(days=1)).replace(hour=22)
            first, last = int(start.timestamp()), int(end.timestamp())
        return {"dnd_enabled": True, "next_dnd_start_ts": first, "next_dnd_end_ts": last}

    def status(self, now: datetime) -> Json:
        """The status as profiles show it at `now`."""
        over = 0 < self.status_expiration <= now.timestamp()
        return {
            "status_text": "" if over else self.status_text,
            "status_text_canonical": "",
            "status_emoji": "" if over else self.status_emoji,
            "status_emoji_display_info": [],
            "status_expiration": 0 if over else self.status_expiration,
        }

    def utc_offset(self, now: datetime) -> int:
        """Seconds east of UTC in the person's zone at `now`."""
        offset = now.astimezone(ZoneInfo(self.tz)).utcoffset()
        return int(offset.total_seconds()) if offset is not None else 0

    def as_user(self, now: datetime, *, home_team: str, include_locale: bool, include_email: bool) -> Json:
        """The user object of `users.info`, as an app installed in `home_team` sees it."""
        external = self.team_id != home_team
        profile: Json = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.real_name,
            "display_name_normalized": self.real_name,
            "first_name": self.real_name.split(" ")[0],
            "last_name": self.real_name.split(" ")[-1],
            "title": self.title,
            "phone": "",
            "skype": "",
            **self.status(now),
            "fields": {},
            "avatar_hash": "",
            "team": self.team_id,
            **{f"image_{size}": f"https://avatars.example/{self.id}-{size}.png" for size in AVATAR_SIZES},
        }
        if self.is_bot:
            profile["bot_id"] = "B" + self.id[1:]
        if include_email and self.email and not external and not self.is_bot:
            profile["email"] = self.email
        zone = now.astimezone(ZoneInfo(self.tz))
        user: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "color": "3c989f",
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": zone.tzname() or self.tz,
            "tz_offset": self.utc_offset(now),
            "profile": profile,
            "is_admin": self.is_admin,
            "is_owner": self.is_owner,
            "is_primary_owner": self.is_owner,
            "is_restricted": self.is_restricted or self.is_ultra_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": int(now.timestamp()),
            "is_email_confirmed": not self.is_bot,
            "who_can_share_contact_card": "EVERYONE",
        }
        if not self.shows_zone:
            for key in ("tz", "tz_label", "tz_offset"):
                del user[key]
        if external:
            user["is_stranger"] = self.is_stranger
        elif include_locale and self.locale:
            user["locale"] = self.locale
        return user


@dataclass(frozen=True, slots=True)
class ChannelSpec:
    """A channel as the people file declares it; `members` are ids."""

    id: str
    name: str
    members: tuple[str, ...]
    topic: str = ""
    is_ext_shared: bool = False
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class People:
    """All that the people file says."""

    team: Team
    app: AppIdentity
    people: tuple[Person, ...]
    channels: tuple[ChannelSpec, ...]
    other_teams: dict[str, str] = field(default_factory=dict)
    """Id to domain of the teams that external people belong to."""

    def domain_of(self, team_id: str) -> str:
        """The domain of one of the known teams."""
        return self.team.domain if team_id == self.team.id else self.other_teams.get(team_id, "elsewhere")


def read_people(file: Path) -> People:
    """Reads a people file. An unknown key, a missing one or a zone that does not exist is an error that names it."""
    raw = json.loads(file.read_text(encoding="utf-8"))
    team = Team(**raw["team"])
    people = tuple(Person(**{"team_id": team.id, **person}) for person in raw["people"])
    for person in people:
        ZoneInfo(person.tz)
    channels = tuple(
        ChannelSpec(**{**channel, "members": tuple(channel["members"])}) for channel in raw["channels"]
    )
    return People(
        team=team,
        app=AppIdentity(**raw["app"]),
        people=people,
        channels=channels,
        other_teams=dict(raw.get("other_teams", {})),
    )
