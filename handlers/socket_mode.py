"""Socket Mode: how Slack reaches the bot without a public address, watched and stopped cleanly."""

from __future__ import annotations

import logging
from contextlib import suppress
from http.client import HTTPException
from threading import Condition, Event, Thread
from time import monotonic, time

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

log = logging.getLogger(__name__)

CONCURRENCY = 48
"""Listeners at once: they only read, decide and write, so a few dozen outlast any burst."""
PING_SECONDS = 10.0
SILENCE_SECONDS = 60.0
_CHECK_SECONDS = 5.0


class SocketMode:
    """One connection to Slack.

    The client reconnects by itself when it notices a break. It does not notice a connection that never answered a
    ping, nor one that could not be opened again: the watchdog does, by the age of the last pong.
    """

    def __init__(
        self,
        app: App,
        app_token: str,
        *,
        silence_seconds: float = SILENCE_SECONDS,
        ping_seconds: float = PING_SECONDS,
    ) -> None:
        self._handler = SocketModeHandler(app, app_token, ping_interval=ping_seconds, concurrency=CONCURRENCY)
        self._handler.client.socket_mode_request_listeners = [self._serve]
        self._running = 0
        self._changed = Condition()
        self._silence = silence_seconds
        self._stopped = Event()
        self._session: object = None
        self._opened_at = monotonic()
        self._watchdog = Thread(target=self._watch, name="socket watchdog", daemon=True)

    def open(self) -> None:
        """Connect, and watch from then on. Raises what the first attempt raises."""
        self._handler.client.connect()
        self._opened_at = monotonic()
        self._watchdog.start()

    def connected(self) -> bool:
        """Whether a connection stands and has answered lately."""
        return bool(self._handler.client.is_connected()) and self.silent_for() < self._silence

    def silent_for(self) -> float:
        """Seconds since the connection was opened or last answered a ping.

        The client replaces a connection by itself, as Slack asks for every few hours: a new one is given its time.
        """
        session = getattr(self._handler.client, "current_session", None)
        if session is not self._session:
            self._session, self._opened_at = session, monotonic()
        last_pong = getattr(session, "last_ping_pong_time", None)
        since_opening = monotonic() - self._opened_at
        return since_opening if last_pong is None else min(since_opening, max(0.0, time() - last_pong))

    def close(self, seconds: float) -> None:
        """Let running listeners finish and answer, at most `seconds`, then hang up."""
        self._stopped.set()
        self._handler.client.auto_reconnect_enabled = False
        with self._changed:
            if not self._changed.wait_for(lambda: self._running == 0, timeout=seconds):
                log.warning("listeners were still running at the end")
        self._hang_up()
        self._handler.client.close()

    def _hang_up(self) -> None:
        """End the connection that stands; the client's own monitor may do so at this very moment."""
        with suppress(AttributeError):  # the client stumbles over a socket that was closed under its hands
            self._handler.client.disconnect()

    def _serve(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        """Hand one envelope to Bolt, and know that a listener is running meanwhile."""
        assert isinstance(client, SocketModeClient), "the handler made the client"
        with self._changed:
            self._running += 1
        try:
            self._handler.handle(client, request)
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def _watch(self) -> None:
        while not self._stopped.wait(min(_CHECK_SECONDS, self._silence / 4)):
            if self.connected():
                continue
            quiet = self.silent_for()
            if quiet < self._silence:
                continue
            log.error("the connection to Slack has been silent for %.0f seconds: opening a new one", quiet)
            # Hung up first: the client ends the old connection when the new one stands already, and a stumble there
            # would leave that one open and unknown. Not forced, for its monitor may have been quicker.
            self._hang_up()
            try:
                self._handler.client.connect_to_new_endpoint()
            except (SlackClientError, OSError, HTTPException) as failed:
                log.error("no new connection to Slack yet: %s", failed)
            self._opened_at = monotonic()
