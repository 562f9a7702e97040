"""What is done after the acknowledgement: calls to Slack that nobody waits for within three seconds."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from threading import Lock, Timer

log = logging.getLogger(__name__)

_THREADS = 32
_MOST_WAITING = 2000


Later = Callable[[float, Callable[[], object]], Callable[[], None]]
"""Has something done so many seconds later; returns what calls it off."""


def _by_timer(seconds: float, task: Callable[[], object]) -> Callable[[], None]:
    timer = Timer(seconds, task)
    timer.daemon = True
    timer.start()
    return timer.cancel


class Afterwards:
    """A bounded pool. Each task gets on by itself: what it raises is its own, and is logged here at the latest."""

    def __init__(
        self, threads: int = _THREADS, most_waiting: int = _MOST_WAITING, later: Later = _by_timer
    ) -> None:
        self.later = later
        self._put_off: dict[int, Callable[[], None]] = {}
        self._number = 0
        self._closed = False
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="afterwards")
        self._open: set[Future[None]] = set()
        self._lock = Lock()
        self._most = most_waiting

    def do(self, task: Callable[[], None], again: Sequence[float] = ()) -> bool:
        """Take a task; False when too many are waiting already, or the pool is closing.

        One that fails is tried `again` after each of so many seconds, without keeping a thread meanwhile.
        """
        with self._lock:
            if len(self._open) + len(self._put_off) >= self._most:
                log.error("too many calls are waiting: one was dropped")
                return False
            try:
                future = self._pool.submit(copy_context().run, self._guarded, task, again)
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
        """Take no more, and wait for what is under way; what was to be tried again is not."""
        with self._lock:
            self._closed = True
            put_off, self._put_off = self._put_off, {}
        for call_off in put_off.values():
            call_off()
        if put_off:
            log.warning("%s calls that failed are not tried again", len(put_off))
        self._pool.shutdown(wait=False)
        if not self.finish(seconds):
            log.warning("calls to Slack were still under way at the end")

    def _done(self, future: Future[None]) -> None:
        with self._lock:
            self._open.discard(future)

    def _guarded(self, task: Callable[[], None], again: Sequence[float]) -> None:
        try:
            task()
        except Exception as failed:  # one item of a loop: there is nobody left to raise to
            if not again:
                log.exception("a call after the acknowledgement failed")
                return
            log.warning("a call after the acknowledgement failed, again in %s seconds: %s", again[0], failed)
            self._again(task, again)

    def _again(self, task: Callable[[], None], again: Sequence[float]) -> None:
        context = copy_context()
        with self._lock:
            if self._closed:
                return
            self._number += 1
            number = self._number

            def retry() -> None:
                with self._lock:
                    self._put_off.pop(number, None)
                context.run(self.do, task, again[1:])

            self._put_off[number] = self.later(again[0], retry)
