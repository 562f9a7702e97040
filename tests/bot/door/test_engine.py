"""Delivery and ticks shared by several workers, on a real PostgreSQL with the engine's own tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from threading import Event, Lock
from time import monotonic, sleep

import pytest
from procrastinate.schema import SchemaManager
from procrastinate.sql import queries
from sqlalchemy import Engine, text

from bot.domain.outbox import NewEntry, State
from bot.door import engine as door_engine
from bot.door import engine_schema
from bot.door.engine import EngineWorker, Pace, cron
from bot.ports import TryLater, Unclear
from bot.scheduler import Scheduler, Tick
from storage.engine import open_engine
from storage.engine_jobs import HAND_OVER_FUNCTION, hand_over_forgotten
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import Firm, StandingClock, open_firm

PACE = Pace(at_once=4, poll_seconds=0.1, stall_seconds=1.0)


@pytest.fixture
def database_url(postgres_database_url: str) -> str:
    return postgres_database_url


@pytest.fixture
def served(engine: Engine) -> Engine:
    """A database with our tables and the engine's."""
    engine_schema.prepare(engine)
    return engine


@pytest.fixture
def shared_firm(served: Engine, clock: StandingClock) -> Firm:
    return open_firm(served, clock)


ANSWER = "policy_answered"
"""A kind of message that nothing holds back."""


def until(true: Callable[[], object], seconds: float = 30) -> None:
    end = monotonic() + seconds
    while not true():
        assert monotonic() < end, "it never came true"
        sleep(0.02)


def say(firm: Firm, *keys: str, ahead: float = 0) -> None:
    due = firm.clock() + timedelta(seconds=ahead)
    with firm.house.memory.write(firm.workspace.id) as unit:
        for key in keys:
            unit.outbox.add(NewEntry(key, ANSWER, firm.alice.id, {}, due), now=firm.clock())
            entry = unit.outbox.by_key(key)
            assert entry is not None
            # As if the moments of all of them came at once, though one person hears one thing a second.
            unit.outbox.postpone(entry, until=due, state=State.PENDING, error=None, paced=True)


def _say_and_fail(firm: Firm) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.outbox.add(NewEntry("lost", ANSWER, firm.alice.id, {}, firm.clock()), now=firm.clock())
        raise ZeroDivisionError


def states(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(text("select state from outbox order by id")).scalars())


def jobs(engine: Engine, status: str = "todo") -> list[int]:
    """The entries for which a job of that status exists."""
    statement = text(
        "select (args->>'entry_id')::bigint from procrastinate_jobs "
        "where task_name = 'deliver' and cast(status as text) = :status"
    ).bindparams(status=status)
    with engine.connect() as connection:
        return sorted(connection.execute(statement).scalars())


def worker_for(
    firm: Firm,
    engine: Engine,
    slack: ScriptedMessenger,
    ticks: dict[str, Tick] | None = None,
    began: Callable[[str, float], None] = lambda _tick, _late: None,
) -> EngineWorker:
    def sweep(ahead: timedelta) -> int:
        with engine.begin() as connection:
            return hand_over_forgotten(
                connection, firm.workspace.id, before=firm.clock() + ahead, now=firm.clock()
            )

    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    scheduler = Scheduler(ticks or {}, began=began)
    return EngineWorker(firm.house, slack, firm.workspace.id, scheduler, address, sweep, PACE)


@contextmanager
def working(*workers: EngineWorker) -> Iterator[None]:
    with ExitStack() as stack:
        for worker in workers:
            worker.start()
            stack.callback(worker.stop, 20)
        yield
    assert not any(worker.alive() for worker in workers)


# --- The hand-over ------------------------------------------------------------------------------------------


def test_a_row_and_its_job_are_written_in_one_transaction(shared_firm: Firm, served: Engine) -> None:
    say(shared_firm, "kept")
    with pytest.raises(ZeroDivisionError):
        _say_and_fail(shared_firm)

    assert len(states(served)) == 1
    assert len(jobs(served)) == 1


def test_one_key_is_one_job_however_often_it_is_said(shared_firm: Firm, served: Engine) -> None:
    say(shared_firm, "digest of today", "digest of today")
    say(shared_firm, "digest of today")

    assert len(jobs(served)) == 1


def test_without_the_engine_there_are_rows_and_no_jobs_and_with_it_they_are_handed_over(
    firm: Firm, engine: Engine
) -> None:
    say(firm, "now")
    say(firm, "tomorrow", ahead=86400)

    engine_schema.prepare(engine)
    for expected in (2, 0):
        with engine.begin() as connection:
            handed = hand_over_forgotten(
                connection, firm.workspace.id, before=firm.clock() + timedelta(days=7), now=firm.clock()
            )
        assert handed == expected

    with engine.connect() as connection:
        waits = connection.execute(
            text("select extract(epoch from scheduled_at - now()) from procrastinate_jobs order by id")
        )
        soon, late = (float(wait) for wait in waits.scalars())
    assert soon <= 0
    assert 86_000 < late <= 86_400


def test_an_entry_whose_job_runs_is_forgotten_only_when_it_is_long_overdue(
    shared_firm: Firm, served: Engine
) -> None:
    say(shared_firm, "hung")
    with served.begin() as connection:
        connection.execute(text("update procrastinate_jobs set status = 'doing'"))

    def handed_over_after(minutes: int) -> int:
        now = shared_firm.clock() + timedelta(minutes=minutes)
        with served.begin() as connection:
            return hand_over_forgotten(connection, shared_firm.workspace.id, before=now, now=now)

    assert handed_over_after(2) == 0
    assert handed_over_after(6) == 1
    assert handed_over_after(7) == 0


def test_the_function_that_adds_jobs_is_the_one_the_pinned_engine_calls() -> None:
    assert version("procrastinate").startswith("3.10.")
    assert HAND_OVER_FUNCTION in queries["defer_jobs"]


# --- The engine's tables ------------------------------------------------------------------------------------


def test_the_engines_tables_are_made_once_and_say_how_far_they_are(engine: Engine) -> None:
    with engine.connect() as connection:
        assert engine_schema.tables(connection).last is None

    engine_schema.prepare(engine)
    engine_schema.prepare(engine)

    with engine.connect() as connection:
        found = engine_schema.tables(connection)
    assert found.last == found.newest


def test_processes_that_start_at_once_make_the_tables_once(postgres_database_url: str) -> None:
    engines = [open_engine(postgres_database_url) for _ in range(6)]
    with ThreadPoolExecutor(len(engines)) as pool:
        for each in [pool.submit(engine_schema.prepare, engine) for engine in engines]:
            each.result(60)

    with engines[0].connect() as connection:
        found = engine_schema.tables(connection)
    assert found.last == found.newest
    for engine in engines:
        engine.dispose()


def test_tables_of_an_older_engine_are_brought_up_to_date(engine: Engine) -> None:
    files = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    older = [file for file in files if file.name < "03.02"]
    for file in older:
        with engine.begin() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute(file.read_text(encoding="utf-8"))
    with engine.begin() as connection:
        connection.exec_driver_sql(f"comment on table procrastinate_jobs is 'rapport {older[-1].name}'")

    engine_schema.prepare(engine)

    with engine.connect() as connection:
        assert engine_schema.tables(connection).last == files[-1].name
        assert connection.execute(
            text("select to_regproc('procrastinate_retry_job_v2') is not null")
        ).scalar_one()
        assert connection.execute(text(f"select to_regproc('{HAND_OVER_FUNCTION}') is not null")).scalar_one()


@pytest.mark.parametrize(
    ("comment", "said"),
    [("null", "did not make"), ("'rapport 99.00.00_01_later.sql'", "newer than the installed package")],
)
def test_tables_of_somebody_else_or_of_a_newer_engine_are_refused(
    served: Engine, comment: str, said: str
) -> None:
    with served.begin() as connection:
        connection.exec_driver_sql(f"comment on table procrastinate_jobs is {comment}")

    with pytest.raises(engine_schema.EngineUnusable, match=said):
        engine_schema.prepare(served)


# --- Delivery -----------------------------------------------------------------------------------------------


def test_two_workers_post_everything_once_and_leave_no_job_behind(shared_firm: Firm, served: Engine) -> None:
    slack = ScriptedMessenger()
    keys = [f"key {number}" for number in range(40)]
    say(shared_firm, *keys)

    with working(worker_for(shared_firm, served, slack), worker_for(shared_firm, served, slack)):
        until(lambda: set(states(served)) == {"sent"})
        until(lambda: jobs(served) == jobs(served, "doing") == [])

    assert sorted(slack.keys()) == sorted(keys)


def test_what_somebody_waits_for_is_the_workers_first_job(shared_firm: Firm, served: Engine) -> None:
    say(shared_firm, "one")
    with shared_firm.house.memory.write(shared_firm.workspace.id) as unit:
        urgent = NewEntry("two", ANSWER, shared_firm.bruno.id, {}, shared_firm.clock(), urgent=True)
        unit.outbox.add(urgent, now=shared_firm.clock())
    with served.connect() as connection:
        found = connection.execute(
            text("select priority from procrastinate_jobs where task_name = 'deliver' order by id")
        )
        priorities = list(found.scalars())

    assert priorities == [0, 1]


def test_a_job_comes_back_when_its_entry_may_be_tried_again(shared_firm: Firm, served: Engine) -> None:
    slack = ScriptedMessenger(on_post=[TryLater("service_unavailable")])
    say(shared_firm, "one")

    with working(worker_for(shared_firm, served, slack)):
        until(lambda: not slack.on_post and jobs(served))
        assert states(served) == ["pending"]
        shared_firm.clock.tick(minutes=2)
        with served.begin() as connection:  # the database's own clock is not ours to move
            connection.execute(
                text("update procrastinate_jobs set scheduled_at = now() where task_name = 'deliver'")
            )
        until(lambda: states(served) == ["sent"])

    assert slack.keys() == ["one"]


def test_a_job_sits_out_a_pause_of_the_workspace(shared_firm: Firm, served: Engine) -> None:
    slack = ScriptedMessenger(on_post=[TryLater("ratelimited", after=1)])
    say(shared_firm, "one", "two")

    with working(worker_for(shared_firm, served, slack)):
        until(lambda: not slack.on_post)
        shared_firm.clock.tick(seconds=2)
        until(lambda: states(served) == ["sent", "sent"])


def test_an_unclear_end_keeps_its_job_for_after_the_quarantine(shared_firm: Firm, served: Engine) -> None:
    slack = ScriptedMessenger(on_post=[Unclear("no answer")])
    say(shared_firm, "one")

    with working(worker_for(shared_firm, served, slack)):
        until(lambda: not slack.on_post and jobs(served))

    assert states(served) == ["trying"]
    assert len(jobs(served)) == 1


def test_stopped_in_the_middle_it_finishes_what_is_under_way_and_hands_back_the_rest(
    shared_firm: Firm, served: Engine
) -> None:
    begun, may_go_on = Event(), Event()

    def slow() -> None:
        begun.set()
        may_go_on.wait(10)

    slack = ScriptedMessenger(on_post=[slow] * 4)
    say(shared_firm, *[f"key {number}" for number in range(20)])
    worker = worker_for(shared_firm, served, slack)
    worker.start()
    assert begun.wait(20)
    worker.stop(0.1)
    may_go_on.set()
    until(lambda: not worker.alive())

    done = states(served).count("sent")
    assert 1 <= done <= 4
    assert states(served).count("trying") == 0
    assert len(jobs(served)) == 20 - done

    with working(worker_for(shared_firm, served, slack)):
        until(lambda: set(states(served)) == {"sent"})
    assert len(slack.keys()) == 20


def test_the_jobs_of_a_worker_that_fell_silent_go_to_another(shared_firm: Firm, served: Engine) -> None:
    say(shared_firm, "one")
    with served.begin() as connection:
        connection.execute(
            text(
                "with gone as (insert into procrastinate_workers (last_heartbeat) values (now() - interval '1 minute') "
                "returning id) update procrastinate_jobs set status = 'doing', worker_id = gone.id from gone"
            )
        )
    slack = ScriptedMessenger()

    with working(worker_for(shared_firm, served, slack)):
        until(lambda: states(served) == ["sent"])

    assert slack.keys() == ["one"]


def test_a_tick_of_a_worker_that_fell_silent_is_cleared_away_and_comes_again(
    shared_firm: Firm, served: Engine
) -> None:
    runs = list[float]()
    with served.begin() as connection:
        connection.execute(
            text(
                "with gone as (insert into procrastinate_workers (last_heartbeat) values (now() - interval '1 minute') "
                "returning id) insert into procrastinate_jobs "
                "(queue_name, task_name, queueing_lock, status, worker_id) "
                "select 'ticks:' || cast(:workspace as text), 'tick:plan', 'tick:plan:' || cast(:workspace as text), "
                "'doing', gone.id from gone"
            ),
            {"workspace": shared_firm.workspace.id},
        )
    ticks = {"plan": Tick(1.0, lambda: runs.append(monotonic()))}

    with working(worker_for(shared_firm, served, ScriptedMessenger(), ticks)):
        until(lambda: len(runs) >= 2)
        until(lambda: not _ticks_under_way(served))


def _ticks_under_way(engine: Engine) -> int:
    with engine.connect() as connection:
        found = connection.execute(
            text(
                "select count(*) from procrastinate_jobs where status = 'doing' and task_name = 'tick:plan' "
                "and (worker_id is null or worker_id in "
                "(select id from procrastinate_workers where last_heartbeat < now() - interval '30 s'))"
            )
        )
        return int(found.scalar_one())


def test_a_worker_whose_connections_are_cut_begins_anew(shared_firm: Firm, served: Engine) -> None:
    slack = ScriptedMessenger()
    with working(worker_for(shared_firm, served, slack)):
        say(shared_firm, "before")
        until(lambda: states(served) == ["sent"])
        with served.begin() as connection:
            connection.execute(
                text(
                    "select pg_terminate_backend(pid) from pg_stat_activity "
                    "where datname = current_database() and pid <> pg_backend_pid()"
                )
            )
        until(lambda: _said(shared_firm, "after"))
        until(lambda: states(served) == ["sent", "sent"])


def test_a_worker_knows_since_when_it_fails_and_that_it_is_well_again(
    shared_firm: Firm, served: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door_engine, "_AGAIN_SECONDS", 0.2)
    monkeypatch.setattr(door_engine, "_PROVEN_SECONDS", 1.0)
    worker = worker_for(shared_firm, served, ScriptedMessenger())

    with working(worker):
        say(shared_firm, "before")
        until(lambda: states(served) == ["sent"])
        assert worker.failing_for() == 0
        with served.begin() as connection:
            connection.execute(text("alter table procrastinate_jobs rename to procrastinate_lost"))
        until(lambda: worker.failing_for() > 2)
        assert worker.alive()
        with served.begin() as connection:
            connection.execute(text("alter table procrastinate_lost rename to procrastinate_jobs"))
        until(lambda: worker.failing_for() == 0)


def test_a_worker_whose_engine_ends_without_a_word_counts_as_failing(
    shared_firm: Firm, served: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The heartbeat fails: the engine stops its worker, and that is all one hears of it."""
    monkeypatch.setattr(door_engine, "_AGAIN_SECONDS", 0.2)
    worker = worker_for(shared_firm, served, ScriptedMessenger())

    with working(worker):
        with served.begin() as connection:
            connection.execute(text("drop function procrastinate_update_heartbeat_v1 cascade"))
        until(lambda: worker.failing_for() > 1)


def _said(firm: Firm, key: str) -> bool:
    say(firm, key)
    return True


# --- Ticks --------------------------------------------------------------------------------------------------


def test_a_tick_is_fired_once_whatever_the_number_of_workers(shared_firm: Firm, served: Engine) -> None:
    lock, runs = Lock(), list[float]()

    def tick() -> None:
        with lock:
            runs.append(monotonic())

    workers = [
        worker_for(shared_firm, served, ScriptedMessenger(), {"plan": Tick(1.0, tick)}) for _ in range(2)
    ]
    began = monotonic()
    with working(*workers):
        until(lambda: len(runs) >= 4)
        took = monotonic() - began

    assert len(runs) <= took + 2, "more often than once a second"


def test_a_tick_that_others_ran_meanwhile_is_not_late(shared_firm: Firm, served: Engine) -> None:
    """Late is what begins after the moment for which the engine fired it, not what another worker did last time."""
    told = list[float]()
    tick = Tick(1.0, lambda: None)
    tick.last_at = monotonic() - 3600
    slack = ScriptedMessenger()

    with working(
        worker_for(shared_firm, served, slack, {"plan": tick}, began=lambda _, late: told.append(late))
    ):
        until(lambda: told)

    assert told[0] < 1800


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.05, "* * * * * */1"),
        (1, "* * * * * */1"),
        (15, "* * * * * */15"),
        (20, "* * * * * */20"),
        (25, "* * * * * */20"),
        (59.9, "* * * * * */30"),
        (60, "*/1 * * * *"),
        (300, "*/5 * * * *"),
        (3600, "0 * * * *"),
    ],
)
def test_a_period_becomes_the_closest_shorter_one_that_cron_can_say(seconds: float, said: str) -> None:
    assert cron(seconds) == said


def test_a_period_may_be_any_that_can_be_set(shared_firm: Firm) -> None:
    assert {cron(each / 20) for each in range(1, 20 * 300, 7)}


def test_an_engine_without_a_database_goes_on_trying_and_can_be_stopped(shared_firm: Firm) -> None:
    nowhere = open_engine("postgresql://nobody@127.0.0.1:1/nothing")
    worker = worker_for(shared_firm, nowhere, ScriptedMessenger())
    worker.start()
    sleep(0.3)
    worker.stop(20)

    assert not worker.alive()
