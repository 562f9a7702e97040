"""Delivers and ticks by an engine that several processes share: Procrastinate, on PostgreSQL.

The engine claims jobs, tells by heartbeats which workers live, hands on the jobs of those that do not, and fires
periodic tasks once, whatever the number of workers. What may be done with an entry is decided by its row, as in the
loop of one process (`bot.dispatcher`): a job that runs twice, or beside another for the same entry, does nothing.

One job lives as long as its entry is open: it comes back when the entry's next moment has come. Here, unlike elsewhere,
there is an event loop of its own in a thread of its own; whatever takes time runs in threads below it.
"""

from __future__ import annotations

import asyncio
import logging
from asyncio import FIRST_COMPLETED
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING

from bot.clock import system_clock
from bot.ports import Messenger
from bot.scheduler import Scheduler
from bot.services.handing import Rest, attempt, rest_of
from bot.services.house import House
from storage.engine_jobs import TASK, delivery_queue

if TYPE_CHECKING:  # loading it asks the system for this and that: only where the engine is used
    from procrastinate import App, BaseRetryStrategy
    from procrastinate.jobs import Job

log = logging.getLogger(__name__)

GRACE_SECONDS = 8.0
"""How long what is under way may take at the end; what takes longer is handed to others, who find it in quarantine."""
_TICKS_AT_ONCE = 3
_TICKS_FIRST = 10
_SWEEP_SECONDS = 60.0
_FORGOTTEN_AFTER = timedelta(minutes=1)
_EVERYTHING = timedelta(days=4000)
_PATIENCE_SECONDS = 30.0
"""A job sits out so long a pause of the whole workspace, for which nothing else could be done in its place."""
_SHORTEST_SECONDS = 0.5
_AGAIN_SECONDS = 5.0
_FAILED_SECONDS = 30.0
_BACKWARDS = timedelta(seconds=30)
_PROVEN_SECONDS = 15.0
"""What has worked for so long is well again: an engine that cannot work fails within a few seconds."""


@dataclass(frozen=True, slots=True)
class Pace:
    """`at_once` deliveries at the same time; look for what is due every `poll_seconds`; silence of a worker for
    `stall_seconds` means that it is gone."""

    at_once: int
    poll_seconds: float
    stall_seconds: float


class _NotYet(Exception):
    """The entry's next moment has not come."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"not before {seconds:.1f} s from now")
        self.seconds = seconds


class _EndedByItself(Exception):
    """A worker of the engine stopped, and nobody had told it to."""


def _coming_back() -> BaseRetryStrategy:
    """A job comes back when its entry is due; at once when it is cut off at the end; in a while when it failed."""
    from procrastinate import BaseRetryStrategy, RetryDecision

    class ComingBack(BaseRetryStrategy):
        def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
            return RetryDecision(retry_at=system_clock() + timedelta(seconds=_wait_after(exception)))

    return ComingBack()


def _wait_after(exception: BaseException) -> float:
    match exception:
        case _NotYet():
            return max(exception.seconds, _SHORTEST_SECONDS)
        case asyncio.CancelledError():
            return 0.0
        case _:
            return _FAILED_SECONDS


def cron(seconds: float) -> str:
    """The closest shorter period that a cron expression (with a sixth column for seconds) can say evenly."""
    even = (30, 20, 15, 12, 10, 6, 5, 4, 3, 2, 1)
    if seconds < 60:
        return f"* * * * * */{next((each for each in even if each <= seconds), 1)}"
    minutes = seconds / 60
    return "0 * * * *" if minutes >= 60 else f"*/{next(each for each in even if each <= minutes)} * * * *"


class EngineWorker:
    """Delivers and ticks for one workspace together with the workers of other processes, until it is stopped.

    `address` is the database's, as the driver reads it; `sweep` hands over again what is forgotten of all that is due
    before a moment so far from now.
    """

    def __init__(
        self,
        house: House,
        messenger: Messenger,
        workspace_id: int,
        scheduler: Scheduler,
        address: str,
        sweep: Callable[[timedelta], int],
        pace: Pace,
    ) -> None:
        self._house = house
        self._messenger = messenger
        self._workspace_id = workspace_id
        self._scheduler = scheduler
        self._address = address
        self._sweep = sweep
        self._pace = pace
        self._stopping = Event()
        self._failing_since: float | None = None
        self._ending: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = Thread(target=self._live, name="engine", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Start nothing more, finish what is under way, hand back the rest."""
        self._stopping.set()
        if self._loop is not None and self._ending is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(seconds)
        if self._thread.is_alive():
            log.warning("a delivery was still under way at the end: another worker will look it up")

    def alive(self) -> bool:
        return self._thread.is_alive()

    def failing_for(self) -> float:
        since = self._failing_since
        return 0.0 if since is None else monotonic() - since

    def _live(self) -> None:
        asyncio.run(self._until_stopped())

    async def _until_stopped(self) -> None:
        """Work, and begin anew after whatever ends it: the database may be back in a second."""
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        self._loop.set_default_executor(
            ThreadPoolExecutor(self._pace.at_once + _TICKS_AT_ONCE, thread_name_prefix="delivery")
        )
        while not self._stopping.is_set():
            try:
                await self._work()
            except (
                Exception
            ):  # one item of a loop: whatever the engine stumbled over, the rows are still there
                log.exception("the engine stopped; it begins anew in %.0f s", _AGAIN_SECONDS)
                if self._failing_since is None:
                    self._failing_since = monotonic()
            await self._pause(_AGAIN_SECONDS)

    async def _pause(self, seconds: float) -> bool:
        """Wait; True when everything is to end instead."""
        assert self._ending is not None, "made before the first pause"
        try:
            await asyncio.wait_for(self._ending.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _work(self) -> None:
        """Two workers side by side, so that the clock never waits behind deliveries, until one of them ends."""
        await asyncio.to_thread(self._sweep, _EVERYTHING)
        app = self._app()
        beat = self._pace.stall_seconds / 3
        async with app.open_async():
            queues = {self._deliveries: self._pace.at_once, self._ticks: _TICKS_AT_ONCE}
            workers = [
                asyncio.create_task(
                    app.run_worker_async(
                        queues=[queue],
                        name=queue,
                        concurrency=at_once,
                        fetch_job_polling_interval=self._pace.poll_seconds,
                        update_heartbeat_interval=beat,
                        stalled_worker_timeout=self._pace.stall_seconds,
                        shutdown_graceful_timeout=GRACE_SECONDS,
                        delete_jobs="always",
                        install_signal_handlers=False,
                    )
                )
                for queue, at_once in queues.items()
            ]
            ends = [asyncio.create_task(self._until_told()), asyncio.create_task(_until_clock_goes_back())]
            under_way = [*workers, *ends]
            proven = max(_PROVEN_SECONDS, 2 * beat)
            if not (await asyncio.wait(under_way, timeout=proven, return_when=FIRST_COMPLETED))[0]:
                self._failing_since = None
            await asyncio.wait(under_way, return_when=FIRST_COMPLETED)
            by_itself = not any(task.done() for task in ends)
            for task in under_way:
                task.cancel()
            for ended in await asyncio.gather(*under_way, return_exceptions=True):
                if isinstance(ended, Exception):
                    raise ended
            if by_itself:  # it says nothing when what it does beside its jobs fails, such as its heartbeat
                raise _EndedByItself

    async def _until_told(self) -> None:
        assert self._ending is not None, "made before the first work"
        await self._ending.wait()

    @property
    def _deliveries(self) -> str:
        return delivery_queue(self._workspace_id)

    @property
    def _ticks(self) -> str:
        return f"ticks:{self._workspace_id}"

    def _app(self) -> App:
        from procrastinate import App, PsycopgConnector

        connections = self._pace.at_once + _TICKS_AT_ONCE + 4
        app = App(
            connector=PsycopgConnector(
                conninfo=self._address, min_size=2, max_size=connections, name="engine"
            )
        )
        app.task(name=TASK, queue=self._deliveries, retry=_coming_back())(self._deliver)
        ticks: Mapping[str, float] = self._scheduler.periods()
        for name, seconds in ticks.items():
            self._periodic(app, name, seconds, partial(self._scheduler.run, name))
        self._periodic(app, "sweep", _SWEEP_SECONDS, lambda _late: self._sweep(-_FORGOTTEN_AFTER))

        async def rescue(timestamp: int) -> None:
            await self._rescue(app)

        self._register(app, "rescue", self._pace.stall_seconds, rescue)
        return app

    def _periodic(self, app: App, name: str, seconds: float, run: Callable[[float], object]) -> None:
        """`run` is told by how many seconds it begins too late: the engine says for which moment it was due."""

        async def tick(timestamp: int) -> None:
            await asyncio.to_thread(run, system_clock().timestamp() - timestamp)

        self._register(app, name, seconds, tick)

    def _register(self, app: App, name: str, seconds: float, run: Callable[[int], object]) -> None:
        """One waits at most, however long nobody was there to run it. Two that run at once do not harm each other:
        a lock would, for a worker that dies would keep it until its jobs are handed on."""
        lock = f"tick:{name}:{self._workspace_id}"
        task = app.task(name=f"tick:{name}", queue=self._ticks, queueing_lock=lock, priority=_TICKS_FIRST)(
            run
        )
        app.periodic(cron=cron(seconds), periodic_id=str(self._workspace_id))(task)

    async def _deliver(self, entry_id: int) -> None:
        """The engine's task: one attempt, then come back when there is more to do."""
        while not self._stopping.is_set():
            rest = await asyncio.to_thread(self._attempt, entry_id)
            if rest is None:
                return
            if not rest.parked or rest.seconds > _PATIENCE_SECONDS or await self._pause(rest.seconds):
                raise _NotYet(rest.seconds)
        raise _NotYet(0)

    def _attempt(self, entry_id: int) -> Rest | None:
        attempt(self._house, self._messenger, self._workspace_id, entry_id)
        return rest_of(self._house, self._workspace_id, entry_id)

    async def _rescue(self, app: App) -> None:
        """Hand on the jobs of workers that have been silent for too long; a tick comes again by itself."""
        from procrastinate.exceptions import ConnectorException
        from procrastinate.jobs import Status

        for queue in (self._deliveries, self._ticks):
            for job in await app.job_manager.get_stalled_jobs(
                queue=queue, seconds_since_heartbeat=self._pace.stall_seconds
            ):
                try:
                    if queue == self._ticks:
                        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
                    else:
                        await app.job_manager.retry_job(job)
                except ConnectorException:  # another worker was quicker, or its own came back and finished it
                    log.info("job %s was not stalled any more", job.id)
                else:
                    log.warning(
                        "job %s (%s) of a worker that fell silent is handed on", job.id, job.task_name
                    )


async def _until_clock_goes_back() -> None:
    """Ends when the machine's clock was set back: the engine's periodic tasks would stand still for as long."""
    ahead = timedelta(seconds=0)
    began, began_monotonic = system_clock(), monotonic()
    while True:
        await asyncio.sleep(_AGAIN_SECONDS)
        drift = system_clock() - began - timedelta(seconds=monotonic() - began_monotonic)
        if drift < ahead - _BACKWARDS:
            log.warning("the clock went back: the engine begins anew")
            return
        ahead = max(ahead, drift)
