"""The small loop that delivers, for one process: asks what is due and hands each entry to `deliver`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event, Thread

from bot.domain.outbox import Step
from bot.ports import Messenger
from bot.services import delivery
from bot.services.house import House, trouble

log = logging.getLogger(__name__)

_AT_ONCE = 4
_BATCH = 100


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
        between: Callable[[], None] = lambda: None,
    ) -> None:
        self._house = house
        self._messengers = messengers
        self._every = every_seconds
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

    def _loop(self) -> None:
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="delivery") as pool:
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
            for start in range(0, len(due), _AT_ONCE):
                if self._stopping.is_set():
                    return 0
                under_way = [
                    pool.submit(self._one, messenger, workspace_id, entry_id)
                    for entry_id in due[start : start + _AT_ONCE]
                ]
                wait(under_way)
                worked += sum(done.result() for done in under_way)
        return worked

    def _one(self, messenger: Messenger, workspace_id: int, entry_id: int) -> bool:
        """Whether something was done: a round in which nothing was must not be followed by the next at once."""
        try:
            step = delivery.deliver(self._house, messenger, workspace_id, entry_id)
        except Exception as error:  # a poisonous row steps aside, the loop goes on
            if trouble(self._house, error) is not None:
                # No fault of the row, which must not wait for an hour when the database is back in a second.
                log.error("delivery of entry %s failed: %s", entry_id, error)
                return False
            log.exception("delivery of entry %s failed", entry_id)
            try:
                delivery.step_aside(self._house, workspace_id, entry_id)
            except Exception:  # as above; the row is still there
                log.exception("entry %s could not be put aside", entry_id)
            return False
        return step is not Step.NOTHING
