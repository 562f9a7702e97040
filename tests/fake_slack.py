"""Slack, faked at the wire: one client whose calls are scripted, recorded and held against Slack's own schema."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from handlers.charts_refused import NotTaken, holds_chart
from sandbox.payloads import check_home, check_message, check_view

TEAM = "T0FIRM"


@dataclass
class Call:
    """One call to the Web API: the method and its arguments as one mapping."""

    method: str
    arguments: Mapping[str, Any]


class FakeSlack(WebClient):
    """Answers what was scripted with `expect`; a call that nobody expects fails the test.

    `users` are Slack's user objects for `users.info`, known without a script.
    """

    def __init__(self) -> None:
        super().__init__(token="xoxb-test", retry_handlers=[])
        self.calls: list[Call] = []
        self.unexpected: list[Call] = []
        self.users: dict[str, dict[str, Any]] = {}
        self.headers_given: dict[str, str] = {}
        self._scripts: dict[str, deque[Any]] = {}
        self._lock = Lock()

    def expect(self, method: str, *answers: Mapping[str, Any] | Exception, times: int = 1) -> None:
        """Answer the next calls of `method`: with bodies, or by raising."""
        self._scripts.setdefault(method, deque()).extend(answers or [{"ok": True}] * times)

    def of(self, method: str) -> list[Mapping[str, Any]]:
        """The arguments of each call of `method` so far."""
        return [call.arguments for call in self.calls if call.method == method]

    def api_call(self, api_method: str, **request: Any) -> SlackResponse:
        arguments: dict[str, Any] = {}
        for part in ("params", "json", "data"):
            arguments |= {k: v for k, v in (request.get(part) or {}).items() if v is not None}
        call = Call(api_method, arguments)
        with self._lock:
            self.calls.append(call)
            answer = self._answer(call)
        faults = _faults(call)
        assert faults == [], f"Slack would refuse {api_method}: {faults}"
        if isinstance(answer, Exception):
            raise answer
        return self.response(answer, 200, **self.headers_given)

    def _answer(self, call: Call) -> Any:
        scripted = self._scripts.get(call.method)
        if scripted:
            return scripted.popleft()
        if call.method == "users.info":
            user = self.users.get(str(call.arguments["user"]))
            return {"ok": True, "user": user} if user else self.refusal("user_not_found")
        self.unexpected.append(call)
        raise AssertionError(f"nobody expected {call.method}({dict(call.arguments)})")

    def response(self, body: Mapping[str, Any], status: int = 200, **headers: str) -> SlackResponse:
        return SlackResponse(
            client=self,
            http_verb="POST",
            api_url="https://slack.test/api/",
            req_args={},
            data=dict(body),
            headers=dict(headers),
            status_code=status,
        )

    def refusal(self, error: str, status: int = 200, **headers: str) -> SlackApiError:
        """What the client raises when Slack answers with this error."""
        make: Callable[..., SlackApiError] = SlackApiError
        return make(error, self.response({"ok": False, "error": error}, status, **headers))


def _faults(call: Call) -> list[str]:
    match call.method:
        case "chat.postMessage" | "chat.update" | "chat.postEphemeral":
            return check_message({k: v for k, v in call.arguments.items() if k != "channel"})
        case "views.open" | "views.push" | "views.update":
            return check_view(call.arguments["view"])
        case "views.publish":
            return check_home(call.arguments["view"])
        case _:
            return []


def user(user_id: str, name: str, **more: Any) -> dict[str, Any]:
    """A user object as `users.info` gives it."""
    return {
        "id": user_id,
        "team_id": TEAM,
        "name": name.split()[0].lower(),
        "real_name": name,
        "tz": "America/New_York",
        "locale": "en-US",
        "deleted": False,
        "is_bot": False,
        "profile": {"real_name": name},
        **more,
    }


@dataclass
class Replies:
    """Response addresses, faked: what was sent to which; `expired` ones answer no more, others may take no charts."""

    sent: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    expired: bool = False
    charts_refused: bool = False

    def __call__(self, address: str, body: Mapping[str, Any]) -> None:
        faults = check_message(body)
        assert faults == [], f"Slack would refuse this: {faults}"
        if self.expired:
            raise NotTaken(404, "expired_url")
        if self.charts_refused and holds_chart(body):
            raise NotTaken(400, "invalid_blocks")
        self.sent.append((address, body))
