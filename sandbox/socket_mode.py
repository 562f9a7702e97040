"""Socket Mode: WebSockets that the bot opened, envelopes that it has three seconds to acknowledge."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from dataclasses import dataclass
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from sandbox.delivery import Answer, Kind
from sandbox.faults import Faults

Json = dict[str, Any]
log = logging.getLogger(__name__)

CONNECTION_LIMIT = 10
REFRESH_GRACE_SECONDS = 2.0
HOST = "applink-sandbox"


@dataclass(eq=False, slots=True)
class Connection:
    """One WebSocket and the wire beneath it."""

    socket: web.WebSocketResponse
    wire: asyncio.Transport | None


class Sockets:
    """The open connections; each envelope goes to one of them, in turn."""

    def __init__(
        self,
        app_id: str,
        faults: Faults,
        ack_limit: float,
        retry_delays: tuple[float, ...] | None,
        ping_seconds: float = 10.0,
    ) -> None:
        self.retry_delays = (0.0,) if retry_delays is None else retry_delays
        self._app_id = app_id
        self._faults = faults
        self._ack_limit = ack_limit
        self._ping_seconds = ping_seconds
        self._open: list[Connection] = []
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._turn = 0
        self._closing: set[asyncio.Task[None]] = set()

    def connections(self) -> int:
        """How many are open."""
        return len(self._open)

    def is_full(self) -> bool:
        """Whether Slack would open no further one."""
        return len(self._open) >= CONNECTION_LIMIT

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Runs one connection until it ends. The ticket was checked before."""
        socket = web.WebSocketResponse(autoping=False, compress=False)
        await socket.prepare(request)
        hello = {
            "type": "hello",
            "num_connections": len(self._open) + 1,
            "connection_info": {"app_id": self._app_id},
            "debug_info": {"host": HOST, "build_number": 1, "approximate_connection_time": 18060},
        }
        await socket.send_json(hello)
        connection = Connection(socket, request.transport)
        self._open.append(connection)
        pings = asyncio.create_task(self._keep_pinging(socket))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._take(message.data)
                elif message.type is WSMsgType.PING and not self._faults.silent_socket:
                    await socket.pong(message.data)
        except ConnectionError:
            log.info("a socket broke off")
        finally:
            pings.cancel()
            if connection in self._open:
                self._open.remove(connection)
        return socket

    async def deliver(self, kind: Kind, payload: Json, attempt: int, reason: str) -> Answer:
        """One envelope to one connection."""
        usable = [connection.socket for connection in self._open if not connection.socket.closed]
        if not usable:
            return Answer("not_connected", reason="no_connection", retry_wanted=False)
        self._turn += 1
        socket = usable[self._turn % len(usable)]
        envelope: Json = {
            "envelope_id": str(uuid.uuid4()),
            "payload": payload,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope["retry_attempt"] = attempt
            envelope["retry_reason"] = reason
        answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = answered
        try:
            if not (self._faults.silent_socket or self._faults.deaf_socket):
                await socket.send_json(envelope)
            body = await asyncio.wait_for(answered, self._ack_limit)
        except (TimeoutError, ConnectionError):
            return Answer("no_answer", reason="timeout")
        finally:
            del self._waiting[envelope["envelope_id"]]
        return Answer("acked", body)

    def drop(self) -> int:
        """Cuts all connections without a word, as a network does; says how many."""
        dropped = list(self._open)
        self._open.clear()
        for connection in dropped:
            if connection.wire is not None:
                connection.wire.abort()
        return len(dropped)

    async def refresh(self) -> int:
        """Asks all connections to come back anew, and closes them soon after; says how many."""
        old = list(self._open)
        for connection in old:
            await connection.socket.send_json(
                {"type": "disconnect", "reason": "refresh_requested", "debug_info": {"host": HOST}}
            )
            self._open.remove(connection)
        closing = asyncio.create_task(self._close_later(old))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)
        return len(old)

    async def stop(self) -> None:
        """Closes all connections in good order."""
        for closing in list(self._closing):
            closing.cancel()
        for connection in list(self._open):
            await connection.socket.close(code=WSCloseCode.GOING_AWAY)

    async def _close_later(self, connections: list[Connection]) -> None:
        await asyncio.sleep(REFRESH_GRACE_SECONDS)
        for connection in connections:
            await connection.socket.close()

    async def _keep_pinging(self, socket: web.WebSocketResponse) -> None:
        while not socket.closed:
            await asyncio.sleep(self._ping_seconds)
            if not self._faults.silent_socket:
                try:
                    await socket.ping(b"Ping from the sandbox")
                except ConnectionError:
                    return

    def _take(self, data: str) -> None:
        try:
            message = json.loads(data)
        except ValueError:
            log.warning("the app sent something that is no JSON: %.80r", data)
            return
        answered = self._waiting.get(message.get("envelope_id", ""))
        if answered is not None and not answered.done():
            answered.set_result(message.get("payload"))
