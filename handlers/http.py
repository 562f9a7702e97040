"""HTTP: how Slack reaches the bot at a public address, behind a filter that junk does not get through."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from io import BytesIO
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk.signature import SignatureVerifier
from waitress import wasyncore
from waitress.server import create_server

from handlers.probes import PATHS, Probes, told

log = logging.getLogger(__name__)

PATH = "/slack/events"
LARGEST_BODY = 1024 * 1024
THREADS = 16

Answering = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]


class Filter:
    """Lets only what Slack signed through to Bolt, which would log a forged body and stumble over an odd time stamp."""

    def __init__(self, app: App, signing_secret: str, probes: Probes) -> None:
        self._bolt: Answering = SlackRequestHandler(app, path=PATH)
        self._verifier = SignatureVerifier(signing_secret)
        self._probes = probes

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path, method = environ.get("PATH_INFO"), environ.get("REQUEST_METHOD")
        if path in PATHS:
            return self._probes(environ, start_response)
        if path != PATH:
            return told(start_response, "404 Not Found", "not found")
        if method != "POST":
            return told(start_response, "405 Method Not Allowed", "POST only")
        body = _body(environ)
        if body is None:
            return told(start_response, "413 Content Too Large", "too large")
        if not self._signed(environ, body):
            log.warning("a request without a valid signature was refused (%d bytes)", len(body))
            return told(start_response, "401 Unauthorized", "not signed")
        return self._bolt(
            {**environ, "wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}, start_response
        )

    def _signed(self, environ: WSGIEnvironment, body: bytes) -> bool:
        timestamp = str(environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", ""))
        signature = str(environ.get("HTTP_X_SLACK_SIGNATURE", ""))
        if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
            return False
        try:
            return self._verifier.is_valid(body, timestamp, signature)
        except UnicodeDecodeError:
            return False


def _body(environ: WSGIEnvironment) -> bytes | None:
    """The request's body; None when it is larger than anything Slack sends, or of no stated length."""
    length = str(environ.get("CONTENT_LENGTH") or "0")
    if not length.isdecimal() or int(length) > LARGEST_BODY:
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    return body


class HttpServer:
    """Serves the filter on one address until it is closed."""

    def __init__(self, answering: Answering, host: str, port: int, *, threads: int = THREADS) -> None:
        self._server: Any = create_server(
            answering,
            host=host,
            port=port,
            threads=threads,
            max_request_body_size=LARGEST_BODY,
            channel_timeout=30,
            ident="",
            clear_untrusted_proxy_headers=True,
        )

    @property
    def port(self) -> int:
        """The port it listens on, also when 0 was asked for."""
        return int(self._server.effective_port)

    def serve(self) -> None:
        """Answer until `close` is called from another thread."""
        self._server.run()

    def close(self, seconds: float) -> None:
        """Take no more connections, let running requests finish for at most `seconds`, then hang up.

        Waitress' sockets belong to the thread that serves, so that is where they are closed: `serve` returns when none
        is left.
        """
        server = self._server
        server.trigger.pull_trigger(lambda: wasyncore.dispatcher.close(server))
        server.task_dispatcher.shutdown(cancel_pending=False, timeout=seconds)
        with suppress(OSError):  # the serving thread may have hung up by itself, and closed its trigger
            server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
