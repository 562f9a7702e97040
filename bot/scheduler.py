"""Winds APScheduler with a table of named ticks, and nothing else.

Business state never lives here: every tick asks memory what is due, so that losing one, or running one late by hours,
costs nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from threading import Event, Lock
from time import monotonic

from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Tick:
    """Something to be done every so many seconds, by itself harmless to repeat."""

    seconds: float
    run: Callable[[], object]
    last_at: float = field(default_factory=monotonic)
    running: Lock = field(default_factory=Lock)


class Scheduler:
    """Runs a table of ticks in the background.

    APScheduler waits for wall-clock moments: a clock set back stops it for as long. `catch_up`, called from a loop
    that waits monotonically, runs what is overdue by two intervals.
    """

    def __init__(self, ticks: Mapping[str, Tick]) -> None:
        self._ticks = dict(ticks)
        self._stopped = Event()
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        for name, tick in self._ticks.items():
            self._scheduler.add_job(
                self._run, "interval", seconds=tick.seconds, args=(name,), id=name, replace_existing=True
            )

    @property
    def ticks(self) -> Mapping[str, Tick]:
        """The table, for who runs time faster than it is."""
        return self._ticks

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """Wait for running ticks, and start none any more."""
        self._stopped.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def catch_up(self) -> None:
        """Run the ticks whose last run lies back more than two intervals and a second."""
        for name, tick in self._ticks.items():
            if monotonic() - tick.last_at > 2 * tick.seconds + 1 and not tick.running.locked():
                log.warning("tick %s is late: running it now", name)
                self._run(name)

    def _run(self, name: str) -> None:
        tick = self._ticks[name]
        if self._stopped.is_set() or not tick.running.acquire(blocking=False):
            return
        tick.last_at = monotonic()
        try:
            tick.run()
        except Exception:  # one item of a loop: the next tick tries again
            log.exception("tick %s failed", name)
        finally:
            tick.last_at = monotonic()
            tick.running.release()
