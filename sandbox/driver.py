"""Driving a running sandbox from a test: acting as people, looking at what they see, making trouble."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

Json = dict[str, Any]


class Driver:
    """The control API of the sandbox at `base_url` as plain calls. What Slack itself says is in the answers' `error`.

    Each act answers with what the person saw: `outcome`, `error`, `field_errors`, `messages` (of others, ephemeral
    ones too), `views` (the open forms, the one on top last), `home`, `options`, `complaints`, and `body`, the app's
    acknowledgement. `wait` says how long to wait for something to be seen, `expect` for what: "message", "views",
    "home". A request that makes no sense raises ValueError.
    """

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url

    def ask(self, method: str, path: str, body: Json | None = None) -> Json:
        """One request to the control API."""
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.base_url + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urlopen(request, timeout=30) as response:
                answer: Json = json.load(response)
                return answer
        except HTTPError as error:
            raise ValueError(error.read().decode()) from error

    def look(self, what: str, **query: str) -> Json:
        """One of `messages`, `views`, `home`, `people`, `log`, `complaints`, `clock`, `faults`, `state`."""
        return self.ask("GET", f"/sandbox/{what}?{urlencode(query)}")

    def act(self, what: str, person: str, **asked: Any) -> Json:
        """One of `command`, `press`, `submit`, `close`, `shortcut`, `options`, `home`, `say`, `drop`, `react`."""
        return self.ask("POST", f"/sandbox/{what}", {"as": person, **asked})

    def command(self, person: str, typed: str, **asked: Any) -> Json:
        """Types a slash command, with the app unless `channel` says where."""
        return self.act("command", person, typed=typed, **asked)

    def press(self, person: str, action_id: str, **asked: Any) -> Json:
        """Presses or changes an element: in the message `channel` and `ts`, in `view_id`, in the Home tab with
        `home=True`, otherwise in the form on top. `value` is what was chosen, `values` are the other fields."""
        return self.act("press", person, action_id=action_id, **asked)

    def submit(self, person: str, values: Json | None = None, **asked: Any) -> Json:
        """Sends the form on top; `values` are raw, by block and action, for the fields that were touched."""
        return self.act("submit", person, values=values or {}, **asked)

    def upload(self, person: str, name: str, content: bytes | Path) -> str:
        """Uploads a file as `person`, from memory or block by block from a path; its id, for `drop` or a form."""
        size = content.stat().st_size if isinstance(content, Path) else len(content)
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        path = f"{self.base_url}/sandbox/upload?{urlencode({'as': person, 'name': name})}"
        with content.open("rb") if isinstance(content, Path) else BytesIO(content) as body:
            try:
                with urlopen(Request(path, body, headers, method="POST"), timeout=120) as response:
                    return str(json.load(response)["id"])
            except HTTPError as error:
                raise ValueError(error.read().decode()) from error

    def drop(self, person: str, name: str, content: bytes | Path, **asked: Any) -> Json:
        """Drops a file into a conversation (the one with the app unless `channel` says where), perhaps with `text`."""
        return self.act("drop", person, files=[{"id": self.upload(person, name, content)}], **asked)

    def react(self, person: str, channel: str, ts: str, name: str, **asked: Any) -> Json:
        """Puts an emoji (`name` without colons) to a message; with `remove=True` takes it away."""
        return self.act("react", person, channel=channel, ts=ts, name=name, **asked)

    def messages(self, **query: str) -> list[Json]:
        """Everything accepted so far; `by="bot"`, `channel=…` and `as=…` narrow it down."""
        found: list[Json] = self.look("messages", **query)["messages"]
        return found

    def deliveries(self, **query: str) -> list[Json]:
        """Each delivery to the bot; `kind=…` narrows it down."""
        found: list[Json] = self.look("log", **query)["deliveries"]
        return found

    def faults(self, **wanted: Any) -> Json:
        """Sets faults by name."""
        return self.ask("POST", "/sandbox/faults", wanted)

    def good_weather(self) -> Json:
        """No faults any more."""
        return self.ask("DELETE", "/sandbox/faults")

    def move_clock(self, **how: Any) -> Json:
        """`offset`, `advance`, `to` or `tomorrow_morning`."""
        return self.ask("POST", "/sandbox/clock", how)

    def until(self, true: Callable[[], Any], seconds: float = 10.0) -> Any:
        """Asks again and again until the answer counts as true; TimeoutError if it never does."""
        deadline = time.monotonic() + seconds
        while not (answer := true()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"not within {seconds} seconds")
            time.sleep(0.02)
        return answer
