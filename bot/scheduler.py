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

from bot.clock import Clock, system_clock
from bot.reference import under

log = logging.getLogger(__name__)


_STUCK_SECONDS = 300.0
_JUMP_SECONDS = 5.0


@dataclass(slots=True)
class Tick:
    """Something to be done every so many seconds, by itself harmless to repeat."""

    seconds: float
    run: Callable[[], object]
    last_at: float = field(default_factory=monotonic)
    running: Lock = field(default_factory=Lock)


def _stuck_after(tick: Tick) -> float:
    return max(_STUCK_SECONDS, 5 * tick.seconds)


class Scheduler:
    """Runs a table of ticks in the background.

    APScheduler waits for wall-clock moments: a clock set back stops it for as long. `catch_up`, called from a loop
    that waits monotonically, runs what is overdue by two intervals; and everything at once when `clock` has jumped
    ahead, as after a machine has slept: what fell due meanwhile waits for no interval.
    """

    def __init__(
        self,
        ticks: Mapping[str, Tick],
        *,
        began: Callable[[str, float], None] = lambda _tick, _late: None,
        clock: Clock = system_clock,
    ) -> None:
        self._began = began
        self._clock = clock
        self._ahead = self._drift()
        self._ticks = dict(ticks)
        self._stopped = Event()
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        for name, tick in self._ticks.items():
            self._scheduler.add_job(
                self.run, "interval", seconds=tick.seconds, args=(name,), id=name, replace_existing=True
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
        """Run the ticks whose last run lies back more than two intervals and a second, or all after a jump ahead."""
        if self._jumped():
            log.info("the clock went ahead: running what may have fallen due")
            for name in self._ticks:
                self._run_soon(name)
            return
        for name, tick in self._ticks.items():
            if monotonic() - tick.last_at > 2 * tick.seconds + 1 and not tick.running.locked():
                log.warning("tick %s is late: running it now", name)
                self.run(name)

    def _run_soon(self, name: str) -> None:
        """Run a tick beside the caller, who has deliveries to see to; where nothing winds the ticks, at once."""
        if self._scheduler.running:
            self._scheduler.modify_job(name, next_run_time=system_clock())
        else:
            self.run(name)

    def _drift(self) -> float:
        """By how many seconds the wall clock runs ahead of the one that counts only while the machine is awake."""
        return self._clock().timestamp() - monotonic()

    def _jumped(self) -> bool:
        before, self._ahead = self._ahead, self._drift()
        return self._ahead - before > _JUMP_SECONDS

    def periods(self) -> Mapping[str, float]:
        """The ticks by name, each with its period in seconds: for whoever winds them instead of `start`."""
        return {name: tick.seconds for name, tick in self._ticks.items()}

    def run(self, name: str, late: float | None = None) -> None:
        """Run a tick now, unless it is running or all were stopped; what goes wrong in it is logged.

        `late`: by how many seconds it begins too late. None reckons it from its last run here, which is wrong where
        other processes run it in turn.
        """
        tick = self._ticks[name]
        if self._stopped.is_set() or not tick.running.acquire(blocking=False):
            return
        self._began(name, monotonic() - tick.last_at - tick.seconds if late is None else late)
        tick.last_at = monotonic()
        try:
            with under():
                self._perform(name, tick)
        finally:
            tick.last_at = monotonic()
            tick.running.release()

    def _perform(self, name: str, tick: Tick) -> None:
        try:
            tick.run()
        except Exception:  # one item of a loop: the next tick tries again
            log.exception("tick %s failed", name)

    def stuck(self) -> list[str]:
        """The ticks that have neither begun nor ended for so long that nobody will wake them any more."""
        return [name for name, tick in self._ticks.items() if monotonic() - tick.last_at > _stuck_after(tick)]
