"""From a Slack payload to the member who asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from bot.domain.members import Member, Profile, check_admission
from bot.domain.refusals import Refusal
from bot.domain.workspaces import Workspace
from bot.services import members
from bot.services.house import House
from bot.services.platform import Failed, TryLater, Unclear
from handlers.directory import SlackDirectory

_REMEMBERED = timedelta(seconds=30)
_MOST = 10_000


class People:
    """Recognises members, and admits who is seen for the first time.

    A member is remembered for half a minute, so that a press does not cost a look-up; services look again anyway.
    """

    def __init__(self, house: House, directories: Mapping[str, tuple[Workspace, SlackDirectory]]) -> None:
        self._house = house
        self._directories = directories
        self._seen: dict[tuple[int, str], tuple[datetime, Member]] = {}
        self._lock = Lock()

    def workspace(self, team_id: str) -> Workspace:
        """The workspace of a team that somebody was recognised in. Raises KeyError for any other."""
        return self._directories[team_id][0]

    def member(self, team_id: str, user: Mapping[str, Any]) -> Member:
        """The member behind `user` (Slack's ``{id, team_id?}``).

        Raises the refusals of admission, and ``slack.unavailable`` when somebody new asks while Slack cannot say who
        they are.
        """
        user_id = str(user["id"])
        if team_id not in self._directories or str(user.get("team_id") or team_id) != team_id:
            raise Refusal("member.external", name=str(user.get("name") or user_id))
        workspace = self.workspace(team_id)
        now = self._house.clock()
        known = self._seen.get((workspace.id, user_id))
        if known is not None and abs(now - known[0]) < _REMEMBERED:
            return known[1]
        member = members.recognise(self._house, workspace.id, user_id) or self._admitted(team_id, user_id)
        with self._lock:
            if len(self._seen) >= _MOST:
                self._seen.clear()
            self._seen[workspace.id, user_id] = (now, member)
        return member

    def author(self, team_id: str, user_id: str) -> Member | Profile | None:
        """Who wrote a message: a member of ours, or somebody as Slack knows them; None when nobody can say."""
        try:
            return self.known(team_id, user_id)
        except (TryLater, Unclear):
            return None

    def known(self, team_id: str, user_id: str) -> Member | Profile | None:
        """As `author`, but raises TryLater or Unclear while Slack does not say."""
        if team_id not in self._directories:
            return None
        workspace, directory = self._directories[team_id]
        known = members.recognise(self._house, workspace.id, user_id)
        if known is not None:
            return known
        try:
            return directory.profile(user_id)
        except (TryLater, Unclear):
            raise
        except Failed:
            return None

    def forget(self, workspace_id: int | None = None, user_id: str = "") -> None:
        """Look somebody up again at their next word; nobody named: everybody."""
        with self._lock:
            if workspace_id is None:
                self._seen.clear()
            else:
                self._seen.pop((workspace_id, user_id), None)

    def _admitted(self, team_id: str, user_id: str) -> Member:
        workspace, directory = self._directories[team_id]
        try:
            profile = directory.profile(user_id)
        except Failed as unavailable:
            raise Refusal("slack.unavailable") from unavailable
        if profile is None:
            raise Refusal("member.unknown")
        check_admission(profile)
        return members.admit(self._house, workspace.id, profile)
