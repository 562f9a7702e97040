"""Hands entries of the outbox over to the engine that delivers them on PostgreSQL, in the caller's own transaction.

Procrastinate keeps its jobs in tables of the same database. They are reached by the SQL function that its own client
calls, so that nothing has to be installed where entries are only written: a job is added wherever the engine's tables
are, and nowhere else. On SQLite, and on a PostgreSQL without the engine, the loop of one process asks for what is due.

That a job exists promises nothing: what may be done with an entry, and by whom, is decided by its row alone. A job too
many does nothing, and one too few is made up for by `hand_over_forgotten`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, text

from bot.domain.outbox import OPEN_STATES
from storage.types import Moment

TASK = "deliver"
"""The name of the engine's task; its one argument is ``entry_id``."""
HAND_OVER_FUNCTION = "procrastinate_defer_jobs_v1"
"""What the pinned version of the engine calls to add jobs; a test holds it to its source."""
_AT_ONCE = 5_000

_IS_THERE = text("select to_regclass('procrastinate_jobs') is not null")
_JOB = f"""row(
    cast(:queue as varchar), cast('{TASK}' as varchar), %s, cast(null as text), 'entry:' || %s,
    jsonb_build_object('entry_id', %s), now() + make_interval(secs => %s)
)::procrastinate_job_to_defer_v1"""
_HAND_OVER = text(
    f"""
    select {HAND_OVER_FUNCTION}(array[
        {_JOB % ("cast(:priority as integer)", *["cast(:entry as bigint)"] * 2, "cast(:wait as double precision)")}
    ])
    where not exists (
        select from procrastinate_jobs where queueing_lock = 'entry:' || cast(:entry as bigint) and status = 'todo'
    )
    """
)
_OPEN = ", ".join(f"'{state.value}'" for state in OPEN_STATES)
_WAIT = "greatest(extract(epoch from forgotten.due_at - cast(:now as timestamptz)), 0)"
_PRIORITY = "cast(forgotten.urgent as integer)"
_FORGOTTEN = text(
    f"""
    with forgotten as (
        select id, due_at, urgent from outbox
        where workspace_id = :workspace and state in ({_OPEN}) and due_at < :before
        and not exists (
            select from procrastinate_jobs
            where queueing_lock = 'entry:' || outbox.id
            and (status = 'todo' or status = 'doing' and outbox.due_at >= :hung)
        )
        order by due_at
        limit {_AT_ONCE}
    )
    select cardinality({HAND_OVER_FUNCTION}(array_agg({_JOB % (_PRIORITY, "forgotten.id", "forgotten.id", _WAIT)})))
    from forgotten having count(*) > 0
    """
).bindparams(
    bindparam("before", type_=Moment), bindparam("hung", type_=Moment), bindparam("now", type_=Moment)
)
_HUNG_AFTER = timedelta(minutes=5)
"""No attempt takes so long: what is still said to be under way then belongs to a worker that lost track of it."""


_QUEUE = text(
    """
    select
        (
            select count(*) from procrastinate_workers
            where last_heartbeat > now() - make_interval(secs => cast(:stall as double precision))
        ) as alive,
        count(*) filter (where status = 'doing') as running,
        count(*) filter (where status = 'todo' and coalesce(scheduled_at, now()) <= now()) as waiting,
        count(*) filter (where status = 'todo' and scheduled_at > now()) as later,
        coalesce(
            extract(epoch from now() - min(scheduled_at) filter (where status = 'todo' and scheduled_at <= now())), 0
        ) as overdue
    from procrastinate_jobs
    """
)


@dataclass(frozen=True, slots=True)
class QueueState:
    """How the engine is getting on: queues that workers are `alive` for (each process works on two), jobs `running`,
    `waiting` though they are due (the oldest for `overdue` seconds), and for `later`."""

    alive: int
    running: int
    waiting: int
    later: int
    overdue: float


def queue_state(connection: Connection, stall_seconds: float) -> QueueState:
    """Asked where the engine's tables are; workers that were silent for `stall_seconds` count as gone."""
    row = connection.execute(_QUEUE, {"stall": stall_seconds}).one()
    return QueueState(row.alive, row.running, row.waiting, row.later, float(row.overdue))


def delivery_queue(workspace_id: int) -> str:
    """The engine's queue of one workspace's entries: whoever holds its token works there."""
    return f"delivery:{workspace_id}"


class EngineJobs:
    """Adds jobs where the engine is. One for each open database: that it is there is asked only until it is."""

    def __init__(self) -> None:
        self._there = False

    def hand_over(
        self,
        connection: Connection,
        workspace_id: int,
        entry_id: int,
        *,
        due_at: datetime,
        now: datetime,
        urgent: bool = False,
    ) -> None:
        """Have the entry looked at when it is due, an urgent one before others that are due by then.

        The wait is told, not the moment: clocks of machines differ.
        """
        if not self.there(connection):
            return
        wait = max((due_at - now).total_seconds(), 0.0)
        connection.execute(
            _HAND_OVER,
            {
                "queue": delivery_queue(workspace_id),
                "priority": int(urgent),
                "entry": entry_id,
                "wait": wait,
            },
        )

    def there(self, connection: Connection) -> bool:
        """Whether this database has the engine's tables."""
        if not self._there and connection.dialect.name == "postgresql":
            self._there = bool(connection.execute(_IS_THERE).scalar_one())
        return self._there


def hand_over_forgotten(connection: Connection, workspace_id: int, *, before: datetime, now: datetime) -> int:
    """Hand over open entries due before that moment for which no job waits or runs; returns how many.

    They were written before the engine was there, copied from another database, or lost with a job. An entry whose job
    is said to run counts as forgotten once it is overdue by more than any attempt can take.
    """
    values = {
        "queue": delivery_queue(workspace_id),
        "workspace": workspace_id,
        "before": before,
        "now": now,
        "hung": now - _HUNG_AFTER,
    }
    handed: int | None = connection.execute(_FORGOTTEN, values).scalar_one_or_none()
    return handed or 0
