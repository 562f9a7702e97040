"""The clock that winds the ticks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from time import monotonic, sleep

import pytest

from bot.clock import system_clock
from bot.scheduler import Scheduler, Tick


def until(true: Callable[[], object], seconds: float = 10) -> None:
    end = monotonic() + seconds
    while not true():
        assert monotonic() < end, "it never came true"
        sleep(0.01)


def test_ticks_run_again_and_again_each_at_its_own_pace() -> None:
    seen: list[str] = []
    scheduler = Scheduler(
        {"often": Tick(0.05, lambda: seen.append("often")), "never": Tick(3600, lambda: seen.append("never"))}
    )
    scheduler.start()
    until(lambda: seen.count("often") >= 3)
    scheduler.stop()

    assert "never" not in seen


def test_a_tick_that_fails_is_logged_and_runs_again(caplog: pytest.LogCaptureFixture) -> None:
    runs: list[int] = []

    def fail() -> None:
        runs.append(1)
        raise RuntimeError("the database is away")

    scheduler = Scheduler({"plan": Tick(0.05, fail)})
    scheduler.start()
    until(lambda: len(runs) >= 2)
    scheduler.stop()

    assert "tick plan failed" in caplog.text


def test_stopping_waits_for_a_running_tick_and_starts_none_any_more() -> None:
    begun, may_end = Event(), Event()
    ended: list[int] = []

    def slow() -> None:
        begun.set()
        may_end.wait(10)
        ended.append(1)

    tick = Tick(0.05, slow)
    scheduler = Scheduler({"slow": tick})
    scheduler.start()
    assert begun.wait(10)
    stopping = Thread(target=scheduler.stop)
    stopping.start()
    sleep(0.2)
    still_waiting = stopping.is_alive()
    may_end.set()
    stopping.join(10)
    tick.last_at = monotonic() - 3600
    scheduler.catch_up()

    assert (still_waiting, ended) == (True, [1])


def test_a_scheduler_that_was_never_started_can_be_stopped() -> None:
    runs: list[int] = []
    scheduler = Scheduler({"tick": Tick(0.05, lambda: runs.append(1))})

    scheduler.stop()

    assert runs == []


def test_what_is_late_by_two_intervals_is_caught_up_with(caplog: pytest.LogCaptureFixture) -> None:
    """The wall clock was set back: the ticks wait for it, the loop that calls this does not."""
    runs: list[str] = []
    late, early = Tick(20, lambda: runs.append("late")), Tick(20, lambda: runs.append("early"))
    scheduler = Scheduler({"late": late, "early": early})
    late.last_at = monotonic() - 42
    early.last_at = monotonic() - 40

    scheduler.catch_up()
    scheduler.catch_up()

    assert runs == ["late"]
    assert "tick late is late" in caplog.text


def test_when_the_clock_goes_ahead_as_after_a_sleep_nothing_waits_for_its_interval() -> None:
    runs: list[str] = []
    offset = [timedelta()]
    ticks = {
        "plan": Tick(20, lambda: runs.append("plan")),
        "prune": Tick(3600, lambda: runs.append("prune")),
    }
    scheduler = Scheduler(ticks, clock=lambda: system_clock() + offset[0])

    scheduler.catch_up()
    awake = list(runs)
    offset[0] += timedelta(hours=8)
    scheduler.catch_up()
    scheduler.catch_up()
    offset[0] -= timedelta(hours=1)
    scheduler.catch_up()

    assert (awake, runs) == ([], ["plan", "prune"])


def test_how_late_a_tick_is_says_whoever_knows_for_which_moment_it_was_due() -> None:
    """Where workers run a tick in turn, each of them has not run it for long: that is not lateness."""
    told: list[tuple[str, float]] = []
    tick = Tick(20, lambda: None)
    scheduler = Scheduler({"plan": tick}, began=lambda name, late: told.append((name, late)))
    tick.last_at = monotonic() - 3600

    scheduler.run("plan", 0.25)
    tick.last_at = monotonic() - 3600
    scheduler.run("plan")

    assert told[0] == ("plan", 0.25)
    assert told[1][1] > 3000


def test_what_runs_after_a_jump_holds_up_nobody_who_delivers() -> None:
    offset, begun, may_end = [timedelta()], Event(), Event()

    def slow() -> None:
        begun.set()
        may_end.wait(10)

    scheduler = Scheduler({"backup": Tick(3600, slow)}, clock=lambda: system_clock() + offset[0])
    scheduler.start()
    offset[0] += timedelta(hours=8)

    scheduler.catch_up()
    assert begun.wait(10), "it runs beside who asked"
    may_end.set()
    scheduler.stop()


def test_a_tick_that_takes_long_is_not_run_a_second_time_meanwhile() -> None:
    begun, may_end = Event(), Event()
    runs: list[int] = []

    def slow() -> None:
        runs.append(1)
        begun.set()
        may_end.wait(10)

    tick = Tick(0.01, slow)
    scheduler = Scheduler({"slow": tick})
    running = Thread(target=scheduler.catch_up)
    tick.last_at = monotonic() - 60
    running.start()
    assert begun.wait(10)
    tick.last_at = monotonic() - 60

    scheduler.catch_up()
    may_end.set()
    running.join(10)

    assert runs == [1]


def test_apscheduler_keeps_no_state_of_ours(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    scheduler = Scheduler({"a": Tick(3600, Event)})

    assert list(scheduler._scheduler._jobstores) == []
