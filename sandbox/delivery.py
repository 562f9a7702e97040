"""How something reaches the bot: one question, one answer in time or none, and events once more if unanswered."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol

from sandbox.faults import Faults

Json = dict[str, Any]
Kind = Literal["slash_commands", "interactive", "events_api"]
Outcome = Literal["acked", "no_answer", "not_connected", "failed"]
LOG_LENGTH = 5000


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot said. `body` is None for an empty acknowledgement; `reason` is Slack's word for a failure."""

    outcome: Outcome
    body: Any = None
    reason: str = ""
    retry_wanted: bool = True


class Transport(Protocol):
    """One way to the bot."""

    retry_delays: tuple[float, ...]

    async def deliver(self, kind: Kind, payload: Json, attempt: int, reason: str) -> Answer:
        """Delivers once and waits for the acknowledgement within the limit. `attempt` counts from 0."""

    def connections(self) -> int:
        """How many ways to the bot are open; -1 if that cannot be known."""


@dataclass(slots=True)
class Delivered:
    """One attempt, for the log."""

    at: float
    kind: Kind
    what: str
    attempt: int
    outcome: str
    payload: Json
    body: Any = None

    def as_json(self) -> Json:
        """All fields."""
        return asdict(self)


def name_of(kind: Kind, payload: Json) -> str:
    """A short name for the log: the command, the event's type, the interaction and its action."""
    if kind == "slash_commands":
        return str(payload["command"])
    if kind == "events_api":
        return str(payload["event"]["type"])
    detail = (
        payload.get("callback_id") or payload.get("action_id") or payload.get("view", {}).get("callback_id")
    )
    if payload.get("actions"):
        detail = payload["actions"][0]["action_id"]
    return f"{payload['type']} {detail or ''}".strip()


class Deliveries:
    """Asks the bot, keeps the log, and repeats events that were not acknowledged."""

    def __init__(self, transport: Transport, faults: Faults, timestamp: Callable[[], float]) -> None:
        self.transport = transport
        self.log: deque[Delivered] = deque(maxlen=LOG_LENGTH)
        self._faults = faults
        self._timestamp = timestamp
        self._running: set[asyncio.Task[None]] = set()

    async def ask(self, kind: Kind, payload: Json, attempt: int = 0, reason: str = "") -> Answer:
        """Delivers once."""
        entry = Delivered(self._timestamp(), kind, name_of(kind, payload), attempt, "waiting", payload)
        self.log.append(entry)
        answer = await self.transport.deliver(kind, payload, attempt, reason)
        entry.outcome, entry.body = answer.outcome, answer.body
        return answer

    def send_event(self, payload: Json) -> None:
        """Delivers an event in the background, in the order of the calls as far as the bot can tell."""
        task = asyncio.create_task(self._send_event(payload))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _send_event(self, payload: Json) -> None:
        answer = await self.ask("events_api", payload)
        if answer.outcome == "acked" and self._faults.take("duplicate_events"):
            await self.ask("events_api", payload, 1, "timeout")
            return
        for attempt, delay in enumerate(self.transport.retry_delays, start=1):
            if answer.outcome == "acked" or not answer.retry_wanted:
                return
            await asyncio.sleep(delay)
            answer = await self.ask("events_api", payload, attempt, answer.reason)

    async def stop(self) -> None:
        """Gives up what is still under way."""
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
