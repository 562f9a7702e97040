"""Turns: writers of one process on an SQLite file go in the order in which they came.

SQLite itself lets a waiting writer look now and then whether the lock is free: one that takes it again as soon as it
gave it back, as the planner of a morning does, would keep all others out for minutes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock

from sqlalchemy.exc import TimeoutError as NoConnectionLeft


class Turns:
    """A lock that is given in the order in which it was asked for. Not to be taken twice by one thread."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = Lock()
        self._taken = False
        self._waiting: deque[Event] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold it within the block. Raises NoConnectionLeft when the turn has not come after the seconds given."""
        self._wait()
        try:
            yield
        finally:
            self._pass_on()

    def _wait(self) -> None:
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            mine = Event()
            self._waiting.append(mine)
        try:
            came = mine.wait(self._seconds)
        except BaseException:  # told to stop while waiting: whoever comes next must not wait for us
            if not self._step_back(mine):
                self._pass_on()
            raise
        if not came and self._step_back(mine):
            raise NoConnectionLeft(f"the database was busy for {self._seconds:.0f} seconds")

    def _step_back(self, mine: Event) -> bool:
        """Wait no longer; False when the turn has come at the last moment."""
        with self._lock:
            if mine not in self._waiting:
                return False
            self._waiting.remove(mine)
            return True

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False
