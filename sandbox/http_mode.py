"""Delivery over HTTP: signed requests to the bot's own address, as Slack sends them to apps without Socket Mode."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import aiohttp

from sandbox.delivery import Answer, Kind

Json = dict[str, Any]


def signature(secret: str, timestamp: str, body: str) -> str:
    """Slack's v0 signature: HMAC-SHA256 over version, timestamp and raw body."""
    base = f"v0:{timestamp}:{body}".encode()
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class HttpDelivery:
    """Posts to `request_url`. `wall` is real time: the bot compares the signature's moment with its own clock."""

    def __init__(
        self,
        request_url: str,
        signing_secret: str,
        ack_limit: float,
        retry_delays: tuple[float, ...] | None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.retry_delays = (0.0, 60.0, 300.0) if retry_delays is None else retry_delays
        self._url = request_url
        self._secret = signing_secret
        self._limit = aiohttp.ClientTimeout(total=ack_limit)
        self._wall = wall
        self._session: aiohttp.ClientSession | None = None

    def connections(self) -> int:
        """Nobody knows before asking."""
        return -1

    async def deliver(self, kind: Kind, payload: Json, attempt: int, reason: str) -> Answer:
        """One signed request."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._limit)
        if kind == "events_api":
            body, content_type = json.dumps(payload), "application/json"
        else:
            fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, content_type = urlencode(fields), "application/x-www-form-urlencoded"
        timestamp = str(int(self._wall()))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (sandbox)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self._secret, timestamp, body),
        }
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        try:
            async with self._session.post(self._url, data=body.encode(), headers=headers) as response:
                text = await response.text()
                retry_wanted = response.headers.get("x-slack-no-retry") != "1"
                if response.status >= 300:
                    return Answer("failed", text, "http_error", retry_wanted)
                return Answer("acked", _body(text))
        except TimeoutError:
            return Answer("no_answer", reason="http_timeout")
        except aiohttp.ClientError:
            return Answer("not_connected", reason="connection_failed")

    async def stop(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()


def _body(text: str) -> Any:
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text
