"""What stands in for the chat platform: nobody is asked and nothing leaves, but all that is delivered is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.clock import Clock
from bot.domain.members import Member
from bot.ports import Receipt
from handlers.messenger import SlackMessenger

_CONVERSATION = "D-"


class SilentSlack(WebClient):
    """Answers who somebody is from `users` (Slack's user objects by id); for all else it cannot be reached."""

    def __init__(self, users: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__(retry_handlers=[])
        self._users = users

    def api_call(self, api_method: str, **request: Any) -> SlackResponse:
        asked: dict[str, Any] = {**(request.get("params") or {}), **(request.get("json") or {})}
        user = self._users.get(str(asked.get("user")))
        if api_method != "users.info" or user is None:
            raise URLError(f"{api_method} is not simulated")
        return SlackResponse(
            client=self,
            http_verb="POST",
            api_url=self.base_url,
            req_args={},
            data={"ok": True, "user": user},
            headers={},
            status_code=200,
        )


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message that reached its reader: when (UTC), whom, under which key of the outbox, and its text."""

    at: datetime
    user_id: str
    key: str
    text: str


class RecordingMessenger(SlackMessenger):
    """Renders as the bot does on Slack, and keeps what would have been posted in the place of posting it."""

    def __init__(self, client: WebClient, clock: Clock) -> None:
        super().__init__(client)
        self._clock = clock
        self._unread = 0
        self.delivered: list[Delivered] = []
        self.edits = 0

    def fresh(self) -> list[Delivered]:
        """What was delivered since this was asked before."""
        fresh = self.delivered[self._unread :]
        self._unread = len(self.delivered)
        return fresh

    def conversation_with(self, member: Member) -> str:
        return f"{_CONVERSATION}{member.user_id}"

    def post(self, conversation: str, body: Mapping[str, object], key: str) -> Receipt:
        self.delivered.append(
            Delivered(self._clock(), conversation.removeprefix(_CONVERSATION), key, str(body["text"]))
        )
        return Receipt(conversation, str(len(self.delivered)))

    def edit(self, receipt: Receipt, body: Mapping[str, object]) -> Mapping[str, object]:
        self.edits += 1
        return {"ok": True}

    def find(self, conversation: str, key: str, since: datetime) -> Receipt | None:
        for number, message in enumerate(self.delivered, 1):
            if message.key == key:
                return Receipt(conversation, str(number))
        return None
