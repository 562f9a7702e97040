"""Who delivers: the small loop of one process, which asks what is due and hands each entry to `deliver`; or others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event, Thread
from typing import Protocol

from bot.domain.outbox import Step
from bot.ports import Messenger
from bot.services import delivery
from bot.services.handing import attempt
from bot.services.house import House

log = logging.getLogger(__name__)

_AT_ONCE = 4
_BATCH = 100


class Delivering(Protocol):
    """Whoever takes entries of the outbox to their readers: the loop below, an engine, or others."""

    def start(self) -> None: ...
    def stop(self, seconds: float) -> None:
        """Start no more attempts, and wait for those under way."""

    def alive(self) -> bool: ...
    def failing_for(self) -> float:
        """Seconds since when it has done nothing but fail and begin anew; 0 while it works."""
        ...


class Elsewhere:
    """Delivery is the business of other processes."""

    def start(self) -> None:
        """Nothing is to be started here."""

    def stop(self, seconds: float) -> None:
        """Nothing is under way here."""

    def alive(self) -> bool:
        return True

    def failing_for(self) -> float:
        return 0.0


class Dispatcher:
    """Delivers for some workspaces until it is stopped; what is under way at the stop is finished.

    `messengers` maps a workspace's id to its messenger; `between` is called once a round, whatever the wall clock does.
    """

    def __init__(
        self,
        house: House,
        messengers: Mapping[int, Messenger],
        *,
        every_seconds: float = 1.0,
        at_once: int = _AT_ONCE,
        between: Callable[[], None] = lambda: None,
    ) -> None:
        self._house = house
        self._messengers = messengers
        self._every = every_seconds
        self._at_once = at_once
        self._between = between
        self._stopping = Event()
        self._thread = Thread(target=self._loop, name="dispatcher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Start no more attempts, and wait for those under way."""
        self._stopping.set()
        self._thread.join(seconds)
        if self._thread.is_alive():
            log.warning(
                "a delivery was still under way at the end: it will be looked up after the next start"
            )

    def alive(self) -> bool:
        return self._thread.is_alive()

    def failing_for(self) -> float:
        return 0.0  # what keeps the loop from working is the database, of which readiness tells anyway

    def _loop(self) -> None:
        with ThreadPoolExecutor(self._at_once, thread_name_prefix="delivery") as pool:
            while not self._stopping.is_set():
                worked = self._round(pool)
                self._between()
                if not worked:
                    self._stopping.wait(self._every)

    def _round(self, pool: ThreadPoolExecutor) -> int:
        worked = 0
        for workspace_id, messenger in self._messengers.items():
            try:
                due = delivery.due(self._house, workspace_id, _BATCH)
            except Exception:  # one item of a loop: the database may be back in a second
                log.exception("cannot read what is due")
                self._stopping.wait(self._every)
                continue
            for start in range(0, len(due), self._at_once):
                if self._stopping.is_set():
                    return 0
                under_way = [
                    pool.submit(self._one, messenger, workspace_id, entry_id)
                    for entry_id in due[start : start + self._at_once]
                ]
                wait(under_way)
                worked += sum(done.result() for done in under_way)
        return worked

    def _one(self, messenger: Messenger, workspace_id: int, entry_id: int) -> bool:
        """Whether something was done: a round in which nothing was must not be followed by the next at once."""
        return attempt(self._house, messenger, workspace_id, entry_id) is not Step.NOTHING
