"""What is done after the acknowledgement: calls to Slack that nobody waits for within three seconds."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from threading import Lock

log = logging.getLogger(__name__)

_THREADS = 32
_MOST_WAITING = 2000


class Afterwards:
    """A bounded pool. Each task gets on by itself: what it raises is its own, and is logged here at the latest."""

    def __init__(self, threads: int = _THREADS, most_waiting: int = _MOST_WAITING) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="afterwards")
        self._open: set[Future[None]] = set()
        self._lock = Lock()
        self._most = most_waiting

    def do(self, task: Callable[[], None]) -> bool:
        """Take a task; False when too many are waiting already, or the pool is closing."""
        with self._lock:
            if len(self._open) >= self._most:
                log.error("too many calls are waiting: one was dropped")
                return False
            try:
                future = self._pool.submit(copy_context().run, _guarded, task)
            except RuntimeError:
                return False
            self._open.add(future)
        future.add_done_callback(self._done)
        return True

    def finish(self, seconds: float) -> bool:
        """Wait for what was taken so far; whether all of it is done."""
        with self._lock:
            waiting = set(self._open)
        return not wait(waiting, timeout=seconds).not_done

    def close(self, seconds: float) -> None:
        """Take no more, and wait for what is under way."""
        self._pool.shutdown(wait=False)
        if not self.finish(seconds):
            log.warning("calls to Slack were still under way at the end")

    def _done(self, future: Future[None]) -> None:
        with self._lock:
            self._open.discard(future)


def _guarded(task: Callable[[], None]) -> None:
    try:
        task()
    except Exception:  # one item of a loop: there is nobody left to raise to
        log.exception("a call after the acknowledgement failed")
