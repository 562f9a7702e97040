"""Starts the bot, keeps it running until it is told to stop, and stops it cleanly."""

from __future__ import annotations

import fcntl
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from threading import Event, Thread, current_thread, main_thread
from types import FrameType

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy import Engine

from bot.door import engine_schema
from bot.door.assembly import Bot, Identity, assemble, build_house, clock_of, web_client
from bot.door.duties import CannotShare, Duty, uses_engine
from bot.door.metrics import CONTENT_TYPE
from bot.rulebook.reader import RulebookError
from bot.services import rules
from bot.services.house import House
from bot.settings import Mode, Settings
from handlers.exports.picture import abandon
from handlers.http import Filter, HttpServer
from handlers.manifest import missing_scopes
from handlers.probes import Probes
from handlers.socket_mode import SocketMode
from storage.engine import database_file, open_engine
from storage.guard import guarded
from storage.migrate import migrate

log = logging.getLogger(__name__)

STOP_SECONDS = 10.0
_LONGEST_PAUSE = 60.0
_WRONG_TOKEN = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "missing_scope",
        "no_permission",
    }
)


class CannotStart(Exception):
    """The bot cannot run as it is set up; the text says why and what to do."""


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold the lock of the data folder: two processes must not deliver from one SQLite file.

    The kernel frees it when the process ends, however it ends. PostgreSQL needs none. Raises CannotStart.
    """
    database = database_file(settings.database())
    if database is None:
        yield
        return
    path = database.with_suffix(".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise CannotStart(
                f"another Rapport is running on this database ({path} is locked): stop it first"
            ) from held
        yield


def identify(client: WebClient, stopping: Event) -> Identity | None:
    """Who we are, as soon as Slack answers; None when told to stop before.

    A token that Slack refuses raises CannotStart at once; anything else is tried again, ever more slowly.
    """
    pause = 1.0
    while True:
        try:
            answer = client.auth_test()
            return Identity(
                str(answer["team_id"]),
                str(answer["team"]),
                str(answer.get("bot_id") or ""),
                str(answer["user_id"]),
                missing_scopes(answer.headers),
                str(answer.get("url") or ""),
            )
        except SlackApiError as error:
            code = str(error.response.get("error"))
            if code in _WRONG_TOKEN:
                raise CannotStart(
                    f"Slack refuses the bot token ({code}): copy it again from “OAuth & Permissions” of the app"
                ) from error
            log.error("Slack answered %s; trying again in %.0f s", code, pause)
        except (OSError, HTTPException, SlackClientError) as error:
            log.error("Slack cannot be reached (%s); trying again in %.0f s", error, pause)
        if stopping.wait(pause):
            return None
        pause = min(pause * 2, _LONGEST_PAUSE)


def run(
    settings: Settings,
    stopping: Event | None = None,
    ready: Callable[[Bot], None] = lambda _: None,
    duty: Duty = Duty.ALL,
) -> None:
    """Run until SIGTERM, SIGINT or `stopping`. `ready` is called once Slack can reach the bot, or a worker works.

    Raises CannotStart, and NewerDatabase when the database belongs to a newer program.
    """
    check(settings, duty)
    shares = _shares(settings, duty)
    stop = stopping or Event()
    _stop_on_signals(stop)
    with only_one(settings), _opened(settings.database()) as engine, _guarded(engine, shares):
        moved = migrate(engine)
        if moved.before != moved.after:
            log.info("database migrated from %s to %s", moved.before or "nothing", moved.after)
        if shares:
            _prepare_engine(engine)
        house = _house(settings, engine)
        client = web_client(settings)
        identity = identify(client, stop)
        if identity is None:
            return
        bot = assemble(settings, house, client, identity, duty=duty, shared=engine if shares else None)
        with _rules_readable(settings):
            rules.keep_in_force(house, bot.workspace.id)
        bot.start()
        try:
            with _watched(settings, bot):
                if duty is Duty.WORKER:
                    log.info("working for %s", bot.workspace.name)
                    ready(bot)
                    stop.wait()
                    return
                _listen(settings, bot, stop, ready)
        finally:
            abandon()
            bot.stop(STOP_SECONDS)
            log.info("stopped")


def _shares(settings: Settings, duty: Duty) -> bool:
    try:
        return uses_engine(settings, duty)
    except CannotShare as cannot:
        raise CannotStart(str(cannot)) from cannot


@contextmanager
def _guarded(engine: Engine, shares: bool) -> Iterator[None]:
    """Keep processes that share the work by the engine apart from one that does it by itself. Raises CannotStart."""
    if engine.dialect.name != "postgresql":
        yield
        return
    with guarded(engine, alone=not shares) as possible:
        if not possible:
            raise CannotStart(
                "another Rapport that works by itself is running on this database: stop it first"
                if shares
                else "another Rapport is running on this database: stop it first, or install rapport-bot[scale] "
                "everywhere to let several share the work (docs/scaling.md)"
            )
        yield


def _prepare_engine(engine: Engine) -> None:
    try:
        engine_schema.prepare(engine)
    except engine_schema.EngineUnusable as unusable:
        raise CannotStart(str(unusable)) from unusable


def _house(settings: Settings, engine: Engine) -> House:
    with _rules_readable(settings):
        return build_house(settings, engine, clock_of(settings))


@contextmanager
def _rules_readable(settings: Settings) -> Iterator[None]:
    try:
        yield
    except RulebookError as broken:
        raise CannotStart(
            f"a rule cannot be read: {broken} (own rules are in the database and in {settings.rules_folder()}; "
            "`rapport rulebook check` names every file that is wrong)"
        ) from broken


def check(settings: Settings, duty: Duty = Duty.ALL) -> None:
    """Raise CannotStart when a setting that this mode needs is missing. Nobody talks to a worker."""
    if settings.slack_bot_token is None:
        raise CannotStart("SLACK_BOT_TOKEN is missing: see README.md, “On Slack”; or run `rapport demo`")
    if duty is Duty.WORKER:
        return
    if settings.mode is Mode.SOCKET and settings.slack_app_token is None:
        raise CannotStart("SLACK_APP_TOKEN is missing: Socket Mode needs an app-level token (xapp-…)")
    if settings.mode is Mode.HTTP and settings.slack_signing_secret is None:
        raise CannotStart("SLACK_SIGNING_SECRET is missing: HTTP needs it to know what comes from Slack")


def _probes(bot: Bot, *, figures: bool) -> Probes:
    return Probes(bot.dead, bot.unready, (lambda: (bot.metrics.text(), CONTENT_TYPE)) if figures else None)


@contextmanager
def _watched(settings: Settings, bot: Bot) -> Iterator[None]:
    """Tell health and figures on a port of their own, where one is set."""
    if settings.health_port is None:
        yield
        return
    host, port = settings.health_host, settings.health_port
    try:
        # Tried out first: the server leaves a socket behind where it cannot listen.
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
        server = HttpServer(_probes(bot, figures=True), host, port, threads=2)
    except OSError as taken:
        raise CannotStart(f"RAPPORT_HEALTH_PORT: cannot listen on {host}:{port} ({taken})") from taken
    Thread(target=server.serve, name="health", daemon=True).start()
    log.info("health and figures on http://%s:%s", host, server.port)
    try:
        yield
    finally:
        server.close(STOP_SECONDS)


def _listen(settings: Settings, bot: Bot, stop: Event, ready: Callable[[Bot], None]) -> None:
    if settings.mode is Mode.HTTP:
        secret = settings.slack_signing_secret
        assert secret is not None, "checked at start"
        server = HttpServer(
            Filter(bot.app, secret.get_secret_value(), _probes(bot, figures=settings.health_port is None)),
            settings.host,
            settings.port,
        )
        thread = Thread(target=server.serve, name="http", daemon=True)
        thread.start()
        log.info("listening on http://%s:%s", settings.host, server.port)
        ready(bot)
        stop.wait()
        server.close(STOP_SECONDS)
        return
    token = settings.slack_app_token
    assert token is not None, "checked at start"
    connection = SocketMode(bot.app, token.get_secret_value())
    bot.also_unready.append(lambda: [] if connection.connected() else ["not connected to Slack"])
    _open(connection, stop)
    if not stop.is_set():
        log.info("connected to Slack as %s", bot.workspace.name)
        ready(bot)
    stop.wait()
    connection.close(STOP_SECONDS)


def _open(connection: SocketMode, stop: Event) -> None:
    """Connect as soon as Slack lets us. A refused app token raises CannotStart."""
    pause = 1.0
    while not stop.is_set():
        try:
            connection.open()
            return
        except SlackApiError as error:
            code = str(error.response.get("error"))
            if code in _WRONG_TOKEN or code == "not_allowed_token_type":
                raise CannotStart(
                    f"Slack refuses the app-level token ({code}): make one with the scope connections:write"
                ) from error
            log.error("no connection to Slack yet: %s", code)
        except (OSError, HTTPException, SlackClientError) as error:
            log.error("no connection to Slack yet: %s", error)
        stop.wait(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def _stop_on_signals(stop: Event) -> None:
    if current_thread() is not main_thread():
        return  # only the main thread may; whoever starts us in another has `stopping`

    def told(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)


@contextmanager
def _opened(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()
