"""A Slack in a process of its own that is quick, moody, and counts: ``python -m bench.kill_slack OPTIONS-AS-JSON``.

It knows what delivery calls and no more. Of the posts some are answered 429, some are accepted and then the connection
is cut, some are accepted and answered 500; a message can be read back only after a lag. It prints its port when it is
ready, and tells at ``/counts`` how often each key was posted.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

from aiohttp import web

from bot.clock import Clock, shifted_clock

TEAM = "T0KILLS"


@dataclass(frozen=True, slots=True)
class Moods:
    """Shares of posts (0 to 1) that end in each way, the lag of history in seconds, and where the clock's shift is."""

    clock_file: str
    rate_limited: float = 0.02
    dropped: float = 0.005
    failed: float = 0.002
    lag: float = 3.0
    seed: int = 1

    def as_json(self) -> str:
        return json.dumps(asdict(self))


@dataclass(slots=True)
class Slack:
    moods: Moods
    clock: Clock
    chance: Random
    posted: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    moments: list[float] = field(default_factory=list)
    """When posts were accepted, on the machine's monotonic clock."""
    channels: dict[str, list[tuple[float, dict[str, Any]]]] = field(default_factory=dict)

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One call of the Web API."""
        method = request.match_info["method"]
        given: dict[str, Any] = dict(request.query)
        if request.content_type == "application/json":
            given |= json.loads(await request.text() or "{}")
        else:
            given |= dict(await request.post())
        match method:
            case "auth.test":
                return _yes(team_id=TEAM, team="Kills", bot_id="B0KILLS", user_id="U0KILLS", user="rapport")
            case "conversations.open":
                return _yes(channel={"id": f"D{given['users'][1:]}"})
            case "chat.postMessage":
                return self._post(request, given)
            case "conversations.history":
                return self._history(given)
            case _:
                return web.json_response({"ok": False, "error": "unknown_method"})

    def _post(self, request: web.Request, given: dict[str, Any]) -> web.StreamResponse:
        mood = self.chance.random()
        if mood < self.moods.rate_limited:
            self.answers["429"] += 1
            return web.json_response(
                {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "1"}
            )
        key = str(given["metadata"]["event_payload"]["key"])
        stamp = f"{self.clock().timestamp():.6f}"
        self.posted[key] += 1
        self.moments.append(monotonic())
        message = {"ts": stamp, "text": given["text"], "metadata": given["metadata"]}
        self.channels.setdefault(given["channel"], []).append((monotonic(), message))
        mood -= self.moods.rate_limited
        if mood < self.moods.dropped and request.transport is not None:
            self.answers["dropped"] += 1
            request.transport.close()
        elif mood < self.moods.dropped + self.moods.failed:
            self.answers["failed"] += 1
            return web.json_response({"ok": False, "error": "fatal_error"}, status=500)
        else:
            self.answers["accepted"] += 1
        return _yes(channel=given["channel"], ts=stamp)

    def _history(self, given: dict[str, Any]) -> web.Response:
        self.answers["looked up"] += 1
        visible = monotonic() - self.moods.lag
        oldest = float(given.get("oldest") or 0)
        return _yes(
            has_more=False,
            messages=[
                message
                for at, message in self.channels.get(given["channel"], [])
                if at <= visible and float(message["ts"]) >= oldest
            ],
        )

    async def counts(self, _request: web.Request) -> web.Response:
        return web.json_response({"posted": self.posted, "answers": self.answers, "moments": self.moments})


def _yes(**more: Any) -> web.Response:
    return web.json_response({"ok": True, **more})


async def _serve(moods: Moods) -> None:
    slack = Slack(moods, shifted_clock(Path(moods.clock_file)), Random(moods.seed))
    app = web.Application()
    app.router.add_route("*", "/api/{method}", slack.call)
    app.router.add_get("/counts", slack.counts)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(Moods(**json.loads(sys.argv[1]))))
