"""What Slack sends, signed as Slack signs it, and a Slack that takes whatever it is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import urlencode

from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web import SlackResponse

from bench.firms import TEAM, Firm, user
from bot.clock import system_clock
from bot.door.assembly import Bot, Identity, assemble
from bot.settings import Settings
from handlers.app import single_team

SECRET = "0" * 32
TOKEN = "xoxb-bench"
IDENTITY = Identity(TEAM, "Bench", "B0BENCH", "U0BENCH")
NOTHING = "/nothing"


class Silent(WebClient):
    """A Slack that says yes to everything and is not there."""

    def __init__(self) -> None:
        super().__init__(TOKEN, retry_handlers=[])

    def api_call(self, api_method: str, **_arguments: Any) -> SlackResponse:
        return SlackResponse(
            client=self,
            http_verb="POST",
            api_url=api_method,
            req_args={},
            data={"ok": True},
            headers={},
            status_code=200,
        )


def settings() -> Settings:
    return Settings(
        RAPPORT_MODE="http",
        slack_bot_token=TOKEN,
        slack_signing_secret=SECRET,
        slack_api_url="http://127.0.0.1:1/api/",
    )


def whole_app(firm: Firm) -> Bot:
    """The bot as the door assembles it, on a Slack that is not there."""
    return assemble(settings(), firm.house, Silent(), IDENTITY, reply=lambda _address, _body: None)


def bare_app() -> App:
    """Bolt alone: one listener, for a command, which only acknowledges."""
    app = _bolt()

    @app.command(NOTHING)
    def command(ack: Ack) -> None:
        ack()

    return app


def bare_app_for_closed_forms() -> App:
    """Bolt alone: one listener, for closed forms, which only acknowledges."""
    app = _bolt()

    @app.view_closed("anything")
    def closed(ack: Ack) -> None:
        ack()

    return app


def _bolt() -> App:
    return App(
        client=Silent(),
        signing_secret=SECRET,
        authorize=single_team(TEAM, TOKEN, IDENTITY.bot_id, IDENTITY.bot_user_id),
        process_before_response=True,
    )


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request as it comes in."""

    body: str
    headers: dict[str, str | Sequence[str]]

    def request(self) -> BoltRequest:
        return BoltRequest(body=self.body, headers=self.headers)


class Deliveries:
    """Makes requests that are each delivered for the first time."""

    def __init__(self) -> None:
        self._numbers: Iterator[int] = count(1)

    def command(self, command: str, text: str = "", member: int = 0) -> Delivery:
        body = urlencode(
            {
                "token": "token",
                "team_id": TEAM,
                "team_domain": "bench",
                "channel_id": "D0BENCH",
                "channel_name": "directmessage",
                "user_id": user(member),
                "user_name": "somebody",
                "command": command,
                "text": text,
                "api_app_id": "A0BENCH",
                "is_enterprise_install": "false",
                "response_url": f"https://hooks.slack.com/commands/{TEAM}/1/abcdefghijklmnopqrstuvwx",
                "trigger_id": self._trigger(),
            }
        )
        return _signed(body, "application/x-www-form-urlencoded")

    def closed_form(self, member: int = 0) -> Delivery:
        payload = {
            "type": "view_closed",
            "team": {"id": TEAM, "domain": "bench"},
            "user": {"id": user(member), "team_id": TEAM},
            "api_app_id": "A0BENCH",
            "view": {"id": "V0BENCH", "type": "modal", "callback_id": "anything", "private_metadata": ""},
            "is_cleared": False,
        }
        return _signed(urlencode({"payload": json.dumps(payload)}), "application/x-www-form-urlencoded")

    def home_opened(self, member: int = 0) -> Delivery:
        body = {
            "type": "event_callback",
            "token": "token",
            "team_id": TEAM,
            "api_app_id": "A0BENCH",
            "event_id": f"Ev{next(self._numbers)}",
            "event_time": 1,
            "event": {"type": "app_home_opened", "user": user(member), "channel": "D0BENCH", "tab": "home"},
        }
        return _signed(json.dumps(body), "application/json")

    def said(self, user_id: str, channel: str, text: str, ts: str) -> Delivery:
        """A message in a channel."""
        event = {
            "type": "message",
            "channel": channel,
            "channel_type": "channel",
            "user": user_id,
            "text": text,
            "ts": ts,
            "event_ts": ts,
        }
        body = {
            "type": "event_callback",
            "token": "token",
            "team_id": TEAM,
            "api_app_id": "A0BENCH",
            "event_id": f"Ev{next(self._numbers)}",
            "event_time": 1,
            "event": event,
        }
        return _signed(json.dumps(body), "application/json")

    def home_tab(self, tab: str, member: int = 0) -> Delivery:
        """A press on the button of a tab of the Home page."""
        view = {"id": "V0HOME", "type": "home", "hash": "1.a", "callback_id": "home", "private_metadata": ""}
        payload = {
            "type": "block_actions",
            "team": {"id": TEAM, "domain": "bench"},
            "user": {"id": user(member), "team_id": TEAM},
            "api_app_id": "A0BENCH",
            "trigger_id": self._trigger(),
            "view": view,
            "actions": [
                {
                    "type": "button",
                    "action_id": f"home.go:{tab}",
                    "block_id": "tabs",
                    "value": json.dumps({"tab": tab}),
                }
            ],
        }
        return _signed(urlencode({"payload": json.dumps(payload)}), "application/x-www-form-urlencoded")

    def _trigger(self) -> str:
        return f"{next(self._numbers)}.4242424242.0123456789abcdef0123456789abcdef"


def _signed(body: str, content_type: str) -> Delivery:
    at = str(int(system_clock().timestamp()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=at, body=body) or ""
    return Delivery(
        body=body,
        headers={
            "content-type": [content_type],
            "x-slack-signature": [signature],
            "x-slack-request-timestamp": [at],
        },
    )


def answered(app: App, delivery: Delivery) -> BoltResponse:
    """The response to a delivery; anything but a plain yes is a broken measurement."""
    response = app.dispatch(delivery.request())
    if response.status != 200:
        raise AssertionError(f"answered {response.status}: {response.body}")
    return response
