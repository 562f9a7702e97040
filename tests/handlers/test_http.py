"""Over HTTP: only what Slack signed gets through, and junk causes neither a traceback nor a logged body."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from threading import Thread
from time import time
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import Engine

from bot.door.assembly import Bot
from bot.door.metrics import CONTENT_TYPE
from handlers.http import LARGEST_BODY, PATH, Filter, HttpServer
from handlers.probes import Probes
from tests.conftest import Firm
from tests.fake_slack import TEAM
from tests.handlers.slack_app import SECRET, SlackApp, open_app


@pytest.fixture
def app(small_firm: Firm, sqlite_engine: Engine) -> Iterator[SlackApp]:
    opened = open_app(small_firm, sqlite_engine)
    yield opened
    opened.bot.afterwards.close(5)


def probes(bot: Bot) -> Probes:
    """Health as production tells it, delivery aside, which does not run here."""
    return Probes(bot.scheduler.stuck, bot.unready, lambda: (bot.metrics.text(), CONTENT_TYPE))


@pytest.fixture
def port(app: SlackApp) -> Iterator[int]:
    server = HttpServer(Filter(app.app, SECRET, probes(app.bot)), "127.0.0.1", 0)
    thread = Thread(target=server.serve, daemon=True)
    thread.start()
    yield server.port
    server.close(5)
    thread.join(5)
    assert not thread.is_alive()


def ask(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, str]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):  # it may answer before all was sent
            connection.request(method, path, body, {n.replace("_", "-"): v for n, v in headers.items()})
        with connection.getresponse() as answer:
            return answer.status, answer.read().decode()


def signed(body: bytes, stamp: str | None = None) -> dict[str, str]:
    stamp = stamp or str(int(time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
    return {
        "X_Slack_Request_Timestamp": stamp,
        "X_Slack_Signature": signature or "",
        "Content_Type": "application/x-www-form-urlencoded",
    }


def command(text: str) -> bytes:
    fields = {
        "command": "/client-touch",
        "text": text,
        "user_id": "U0ALICE",
        "user_name": "alice",
        "team_id": TEAM,
    }
    return urlencode({**fields, "trigger_id": "1.1.a", "response_url": "https://hooks.slack.test/1"}).encode()


def test_a_signed_command_is_answered(app: SlackApp, port: int) -> None:
    app.firm.client("Acme Inc.")
    body = command("Acme call yesterday")

    status, text = ask(port, "POST", PATH, body, **signed(body))

    assert status == 200
    assert "Acme Inc." in json.loads(text)["text"]


def test_the_url_verification_of_slack_is_answered(port: int) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()

    status, text = ask(port, "POST", PATH, body, **{**signed(body), "Content_Type": "application/json"})

    assert (status, "abc" in text) == (200, True)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X_Slack_Request_Timestamp": "yesterday", "X_Slack_Signature": "v0=0"},
        {"X_Slack_Request_Timestamp": "9" * 400, "X_Slack_Signature": "v0=0"},
        {"X_Slack_Request_Timestamp": str(int(time())), "X_Slack_Signature": "v0=" + "0" * 64},
        {"X_Slack_Request_Timestamp": str(int(time()))},
    ],
)
def test_what_slack_did_not_sign_is_refused_and_its_body_not_logged(
    port: int, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        status, _ = ask(port, "POST", PATH, b"text=secret-of-a-client&ssl_check=1", **headers)

    assert status == 401
    assert "secret-of-a-client" not in caplog.text
    assert "Traceback" not in caplog.text


def test_an_old_signature_is_refused(port: int) -> None:
    body = command("Acme call")

    status, _ = ask(port, "POST", PATH, body, **signed(body, str(int(time()) - 600)))

    assert status == 401


def test_bytes_that_are_no_text_are_refused(port: int) -> None:
    body = b"\xff\xfe\x00text"

    status, _ = ask(
        port, "POST", PATH, body, X_Slack_Request_Timestamp=str(int(time())), X_Slack_Signature="v0=1"
    )

    assert status == 401


def test_a_body_larger_than_anything_slack_sends_is_refused(port: int) -> None:
    status, _ = ask(port, "POST", PATH, b"a" * (LARGEST_BODY + 1))

    assert status == 413


@pytest.mark.parametrize(
    ("method", "path", "expected"), [("GET", PATH, 405), ("POST", "/", 404), ("GET", "/admin", 404)]
)
def test_other_addresses_and_methods_lead_nowhere(port: int, method: str, path: str, expected: int) -> None:
    assert ask(port, method, path)[0] == expected


def test_health_is_told_to_whoever_watches(port: int) -> None:
    assert ask(port, "GET", "/healthz") == (200, "ok")
    assert ask(port, "GET", "/readyz") == (200, "ok")


def test_it_is_not_ready_while_delivery_stands_still(app: SlackApp) -> None:
    server = HttpServer(Filter(app.app, SECRET, Probes(app.bot.dead, app.bot.unready)), "127.0.0.1", 0)
    thread = Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        assert ask(server.port, "GET", "/readyz")[0] == 503
    finally:
        server.close(5)
        thread.join(5)
