"""The whole app through real Bolt, with Slack faked at the wire."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from time import time
from typing import Any
from urllib.parse import urlencode

from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import Engine
from sqlalchemy import event as events
from sqlalchemy.exc import OperationalError

from bot.door.assembly import Bot, Identity, assemble
from bot.settings import Settings
from sandbox.payloads import check_response
from tests.conftest import Firm
from tests.fake_slack import TEAM, FakeSlack, Replies, user

SECRET = "test-signing-secret"
_numbers = count(1)


@dataclass
class SlackApp:
    """A firm's bot, spoken to as Slack speaks to it over HTTP, signed."""

    firm: Firm
    bot: Bot
    slack: FakeSlack
    replies: Replies
    settings: Settings
    identity: Identity

    @property
    def app(self) -> App:
        return self.bot.app

    def command(
        self, text: str, *, command: str = "/client-touch", by: str = "U0ALICE", **more: Any
    ) -> BoltResponse:
        return self.form(
            {
                "command": command,
                "text": text,
                "user_id": by,
                "user_name": by.lower(),
                "team_id": TEAM,
                "team_domain": "firm",
                "channel_id": "D0ALICE",
                "channel_name": "directmessage",
                "api_app_id": "A0RAPPORT",
                "token": "legacy",
                "is_enterprise_install": "false",
                "trigger_id": f"{next(_numbers)}.1.trigger",
                "response_url": "https://hooks.slack.test/commands/1",
                **more,
            }
        )

    def interact(self, payload: Mapping[str, Any], by: str = "U0ALICE") -> BoltResponse:
        full = {
            "team": {"id": TEAM, "domain": "firm"},
            "user": {"id": by, "name": by.lower(), "team_id": TEAM},
            "api_app_id": "A0RAPPORT",
            "token": "legacy",
            "trigger_id": f"{next(_numbers)}.1.trigger",
            **payload,
        }
        return self.form({"payload": json.dumps(full)})

    def event(
        self, event: Mapping[str, Any], event_id: str | None = None, *, outer_team: str = TEAM, **headers: str
    ) -> BoltResponse:
        """An event as Slack tells it; in a channel shared with another organisation `outer_team` may be theirs."""
        body = {
            "type": "event_callback",
            "team_id": outer_team,
            "api_app_id": "A0RAPPORT",
            "token": "legacy",
            "event_id": event_id or f"Ev{next(_numbers)}",
            "event_time": int(time()),
            "event": dict(event),
            "authorizations": [
                {"enterprise_id": None, "team_id": TEAM, "user_id": "U0RAPPORT", "is_bot": True}
            ],
        }
        return self._sent(json.dumps(body), "application/json", **headers)

    def form(self, fields: Mapping[str, Any]) -> BoltResponse:
        return self._sent(urlencode(fields), "application/x-www-form-urlencoded")

    def _sent(self, body: str, content_type: str, **headers: str) -> BoltResponse:
        """One signed request; whatever is to be done afterwards is done when this returns."""
        stamp = str(int(time()))
        signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
        answer = self.app.dispatch(
            BoltRequest(
                body=body,
                headers={
                    "content-type": content_type,
                    "x-slack-request-timestamp": stamp,
                    "x-slack-signature": signature or "",
                    **headers,
                },
            )
        )
        assert self.bot.afterwards.finish(10)
        assert self.slack.unexpected == []
        return answer


def said(answer: BoltResponse) -> dict[str, Any]:
    """The body of an acknowledgement, which Slack must be able to take."""
    assert answer.status == 200
    body: dict[str, Any] = json.loads(answer.body) if answer.body else {}
    assert check_response(body) == []
    return body


def open_app(firm: Firm, engine: Engine, *, newcomers: bool = False) -> SlackApp:
    """The firm's bot; its people have been here before, unless they are `newcomers`."""
    if not newcomers:
        with firm.house.memory.write(firm.workspace.id) as unit:
            for member in unit.members.all():
                unit.members.welcome(member.id, at=firm.clock())
    slack, replies = FakeSlack(), Replies()
    slack.users = {"U0NEW": user("U0NEW", "Nora New")}
    settings = Settings(
        slack_bot_token="xoxb-test", slack_signing_secret=SECRET, RAPPORT_MODE="http", _env_file=None
    )
    identity = Identity(TEAM, "Firm", "B0RAPPORT", "U0RAPPORT", url="https://firm.slack.com/")
    bot = assemble(settings, firm.house, slack, identity, replies)
    return SlackApp(firm, bot, slack, replies, settings, identity)


@contextmanager
def unreachable(engine: Engine) -> Iterator[None]:
    """The database is restarted: no statement gets through."""

    def refuse(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        raise OperationalError(statement, None, sqlite3.OperationalError("the server went away"))

    events.listen(engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        events.remove(engine, "before_cursor_execute", refuse)
