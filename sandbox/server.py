"""The web server: Slack's addresses, the control API and the page, all on this machine only."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web

from sandbox.control import Control, Refused
from sandbox.files import FileRefused
from sandbox.interactions import Interactions
from sandbox.options import Options
from sandbox.socket_mode import Sockets
from sandbox.stand_in import StandIn
from sandbox.tickets import TicketRefused
from sandbox.web_api import ApiError, WebApi, parse_arguments

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"
STAND_IN: web.AppKey[StandIn] = web.AppKey("stand_in", StandIn)
# The page shows what bots and people wrote. Should a piece of it ever slip through as markup, nothing of it may run.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' http: https: data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SIGN_IN = "<!doctype html><html><head><title>Slack</title></head><body><h1>Sign in to the workspace</h1></body></html>"
LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


class Slack:
    """Handlers of the addresses that the bot calls."""

    def __init__(self, stand_in: StandIn, interactions: Interactions) -> None:
        self.slack = stand_in
        self.acts = interactions
        self.api = WebApi(stand_in)

    async def call(self, request: web.Request) -> web.StreamResponse:
        """`/api/METHOD`, with the arguments in the query, a form or JSON."""
        name, faults = request.match_info["method"], self.slack.faults
        headers = {
            "x-oauth-scopes": ",".join(self.slack.options.scopes),
            "x-accepted-oauth-scopes": self.api.accepted_scopes(name),
        }
        if faults.concerns(name):
            if faults.take("rate_limit"):
                headers["Retry-After"] = str(faults.retry_after)
                return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
            if faults.take("error_before_accept"):
                return web.json_response(
                    {"ok": False, "error": "internal_error"}, status=500, headers=headers
                )
        status = 200
        try:
            token, arguments = await self._arguments(request)
            body = self.api.call(name, token, arguments)
        except ApiError as error:
            body, status = {"ok": False, "error": error.code, **error.facts}, error.status
        if body["ok"] and faults.concerns(name):
            if faults.take("drop_after_accept"):
                if request.transport is not None:
                    request.transport.abort()
                return web.Response(status=500)
            if faults.take("fatal_after_accept"):
                body, status = {"ok": False, "error": "fatal_error"}, 500
        return web.json_response(body, status=status, headers=headers)

    async def _arguments(self, request: web.Request) -> tuple[str | None, Json]:
        raw: Json = dict(request.query)
        if request.method == "POST":
            if request.content_type == "application/json":
                text = await request.text()
                try:
                    body = json.loads(text) if text.strip() else {}
                except ValueError:
                    raise ApiError("invalid_json") from None
                if not isinstance(body, dict):
                    raise ApiError("json_not_object")
                raw |= body
            else:
                raw |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
        token = raw.pop("token", None)
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and bearer:
            token = bearer.strip()
        return token, parse_arguments(raw)

    async def link(self, request: web.Request) -> web.StreamResponse:
        """The socket of Socket Mode."""
        transport = self.slack.transport
        if not isinstance(transport, Sockets):
            return web.Response(status=404, text="no Socket Mode: the bot is spoken to over HTTP")
        if not self.slack.tickets.redeem_socket_ticket(request.query.get("ticket", "")):
            return web.Response(status=403, text="this address was used or is too old")
        if transport.is_full():
            return web.Response(status=429, text="too many sockets")
        return await transport.serve(request)

    async def respond(self, request: web.Request) -> web.Response:
        """A response address."""
        try:
            body = await request.json()
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        if not isinstance(body, dict):
            return web.Response(status=400, text="invalid_payload")
        try:
            code = self.acts.respond(request.match_info["secret"], body)
        except TicketRefused as refused:
            return web.Response(status=404, text=refused.code)
        return web.Response(text="ok") if code is None else web.Response(status=400, text=code)

    async def upload(self, request: web.Request) -> web.Response:
        """Where the bytes of an announced file go."""
        try:
            await self.slack.files.receive(request.match_info["secret"], request.content.iter_any())
        except FileRefused as refused:
            return web.Response(status=400, text=refused.code)
        return web.Response(text="OK")

    async def private_file(self, request: web.Request) -> web.StreamResponse:
        """A file's private address, for the app: by its token, with `files:read`, if the app may see the file.

        Whoever may not is led to a page for signing in, as by Slack: a success by its status, HTML by its type.
        """
        token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        upload = self.slack.files.find(request.match_info["file"])
        options = self.slack.options
        allowed = token == options.bot_token and not self.slack.faults.refuse_tokens
        if not allowed or "files:read" not in options.scopes or upload is None or not self.api.sees(upload):
            return web.Response(text=SIGN_IN, content_type="text/html", charset="utf-8")
        name = quote(upload.name)
        headers = {
            "Content-Type": self.slack.files.media_type(upload),
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        }
        return web.FileResponse(self.slack.files.path(upload.id), headers=headers)

    async def image(self, request: web.Request) -> web.StreamResponse:
        """A file as blocks on the page show it: only what is an image by its bytes, and told to be no other."""
        upload = self.slack.files.find(request.match_info["file"])
        kind = self.slack.files.image_type(upload) if upload is not None else None
        if upload is None or kind is None:
            return web.Response(status=404, text="no such image")
        return web.FileResponse(self.slack.files.path(upload.id), headers={"Content-Type": kind})

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A file as the page offers it, to be kept: nothing in it is shown or run here."""
        try:
            path = self.slack.files.path(request.match_info["file"])
        except FileRefused:
            path = None
        if path is None or not path.is_file():
            return web.Response(status=404, text="no such file")
        headers = {"Content-Type": "application/octet-stream", "Content-Disposition": "attachment"}
        return web.FileResponse(path, headers=headers)


async def _page(request: web.Request) -> web.StreamResponse:
    return web.FileResponse(STATIC / "index.html")


async def _archive(request: web.Request) -> web.StreamResponse:
    """Where permalinks lead: the page, at that conversation."""
    raise web.HTTPFound(f"/?channel={request.match_info['channel']}")


def _guard(stand_in: StandIn) -> Any:
    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        # A foreign page that points its own name at this machine would otherwise be let in.
        host = re.sub(r":\d+$", "", request.headers.get("Host", "")).strip("[]")
        if host not in LOCAL_NAMES:
            return web.Response(status=403, text="only by the name of this machine itself")
        to_slack = request.path.startswith(
            ("/api/", "/link", "/commands/", "/actions/", "/upload/", "/files-pri/")
        )
        if to_slack and stand_in.faults.unreachable:
            return web.Response(status=503, text="service unavailable")
        try:
            response = await handler(request)
        except Refused as refused:
            return web.json_response({"error": str(refused)}, status=400)
        if not response.prepared:
            response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
            response.headers.setdefault("X-Content-Type-Options", "nosniff")
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return guard


def build(
    options: Options,
    monotonic: Callable[[], float] = time.monotonic,
    wall: Callable[[], float] = time.time,
) -> web.Application:
    """The whole sandbox as an aiohttp application; the stand-in itself is at the key `STAND_IN`."""
    stand_in = StandIn(options, monotonic, wall)
    interactions = Interactions(stand_in)
    slack, control = Slack(stand_in, interactions), Control(stand_in, interactions)
    app = web.Application(middlewares=[_guard(stand_in)], client_max_size=4 * 1024 * 1024)
    app[STAND_IN] = stand_in
    app.add_routes(
        [
            web.route("*", "/api/{method}", slack.call),
            web.get("/link/", slack.link),
            web.post("/commands/{team}/{secret}", slack.respond),
            web.post("/actions/{team}/{secret}", slack.respond),
            *control.routes(),
            web.post("/upload/v1/{secret}", slack.upload),
            web.get("/files/{file}/{name}", slack.file),
            web.get("/images/{file}", slack.image),
            web.get("/files-pri/{team}-{file}/{name}", slack.private_file),
            web.get("/files-pri/{team}-{file}/download/{name}", slack.private_file),
            web.get("/", _page),
            web.get("/archives/{channel}/{message}", _archive),
            web.static("/static", STATIC),
        ]
    )

    async def stop(app: web.Application) -> None:
        await stand_in.stop()

    app.on_shutdown.append(stop)
    return app


class Running:
    """A sandbox that runs in a thread of its own."""

    def __init__(self, stand_in: StandIn, loop: asyncio.AbstractEventLoop) -> None:
        self.stand_in = stand_in
        self.base_url = stand_in.options.base_url
        self._loop = loop

    def call(self, function: Callable[[], Any]) -> Any:
        """Runs `function` in the sandbox's own thread, where its state may be touched."""

        async def run() -> Any:
            return function()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)


@contextlib.contextmanager
def running(
    options: Options,
    monotonic: Callable[[], float] = time.monotonic,
    wall: Callable[[], float] = time.time,
) -> Iterator[Running]:
    """Runs a sandbox in a thread as long as the block lasts; port 0 means any free one."""
    listening = socket.create_server((options.host, options.port))
    options = replace(options, port=listening.getsockname()[1])
    ready: list[Running] = []
    started, stopping = threading.Event(), []

    async def serve() -> None:
        app = build(options, monotonic, wall)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        end = asyncio.Event()
        loop = asyncio.get_running_loop()
        stopping.append(lambda: loop.call_soon_threadsafe(end.set))
        ready.append(Running(app[STAND_IN], loop))
        started.set()
        await end.wait()
        await runner.cleanup()

    def run() -> None:
        try:
            asyncio.run(serve())
        finally:
            started.set()

    thread = threading.Thread(target=run, name="sandbox", daemon=True)
    thread.start()
    started.wait(10)
    if not ready:
        raise RuntimeError("the sandbox did not start")
    try:
        yield ready[0]
    finally:
        stopping[0]()
        thread.join(10)
