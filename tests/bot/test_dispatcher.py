"""The small loop that delivers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread
from time import monotonic, sleep

import pytest
from sqlalchemy import Engine, text

from bot.dispatcher import Dispatcher
from bot.domain.outbox import NewEntry, State
from bot.ports import TryLater, Unclear
from bot.services.house import House
from storage.unit_of_work import SqlMemory, SqlUnitOfWork
from tests.bot.services.messenger import LostAnswer, ScriptedMessenger
from tests.conftest import Firm

ANSWER = "policy_answered"
"""A kind of message that nothing holds back."""


def until(true: Callable[[], object], seconds: float = 10) -> None:
    end = monotonic() + seconds
    while not true():
        assert monotonic() < end, "it never came true"
        sleep(0.01)


def say(firm: Firm, *keys: str) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        for key in keys:
            unit.outbox.add(NewEntry(key, ANSWER, firm.alice.id, {}, firm.clock()), now=firm.clock())
            entry = unit.outbox.by_key(key)
            assert entry is not None
            # As if the moments of all of them had come.
            unit.outbox.postpone(entry, until=firm.clock(), state=State.PENDING, error=None, paced=True)


def states(firm: Firm, engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        return {
            str(row.key): str(row.state) for row in connection.execute(text("select key, state from outbox"))
        }


@contextmanager
def dispatching(
    firm: Firm, slack: ScriptedMessenger, *, house: House | None = None, every: float = 0.05
) -> Iterator[Dispatcher]:
    dispatcher = Dispatcher(house or firm.house, {firm.workspace.id: slack}, every_seconds=every)
    dispatcher.start()
    try:
        yield dispatcher
    finally:
        dispatcher.stop(10)
        assert not dispatcher.alive()


def test_everything_in_the_outbox_is_posted_once(small_firm: Firm, sqlite_engine: Engine) -> None:
    slack = ScriptedMessenger()
    keys = [f"key {number}" for number in range(30)]
    say(small_firm, *keys)

    with dispatching(small_firm, slack):
        until(lambda: set(states(small_firm, sqlite_engine).values()) == {"sent"})

    assert sorted(slack.keys()) == sorted(keys)


def test_what_breaks_steps_aside_and_the_rest_is_delivered(
    small_firm: Firm, sqlite_engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    slack = ScriptedMessenger(on_render=[KeyError("poison")])
    say(small_firm, "one", "two", "three")

    with dispatching(small_firm, slack):
        until(lambda: list(states(small_firm, sqlite_engine).values()).count("sent") == 2)

    assert list(states(small_firm, sqlite_engine).values()).count("pending") == 1
    assert "delivery of entry" in caplog.text


def test_a_workspace_that_is_asked_to_wait_is_left_alone_and_no_thread_waits(
    small_firm: Firm, sqlite_engine: Engine
) -> None:
    slack = ScriptedMessenger(on_post=[TryLater("ratelimited", after=30)] * 4)
    say(small_firm, *[f"key {number}" for number in range(40)])

    house = replace(small_firm.house, quarantine=timedelta(hours=1))  # the clock runs fast here
    with dispatching(small_firm, slack, house=house):
        until(lambda: len(slack.on_post) < 4)
        sleep(0.3)
        met_with_429 = 4 - len(slack.on_post)
        posted = len(slack.posted)
        slack.on_post.clear()
        small_firm.clock.tick(seconds=31)

        def sent_by_now() -> bool:
            small_firm.clock.tick(seconds=1)
            return set(states(small_firm, sqlite_engine).values()) == {"sent"}

        until(sent_by_now, 30)

    # At most as many as were under way at once had to be told; nobody else tried.
    assert 1 <= met_with_429 <= 4
    assert posted <= 4
    assert len(slack.posted) == 40


def test_stopped_in_the_middle_it_finishes_what_is_under_way_and_starts_nothing_more(
    small_firm: Firm, sqlite_engine: Engine
) -> None:
    begun, may_go_on = Event(), Event()

    def slow() -> None:
        begun.set()
        may_go_on.wait(10)

    slack = ScriptedMessenger(on_post=[slow] * 4)
    say(small_firm, *[f"key {number}" for number in range(20)])
    dispatcher = Dispatcher(small_firm.house, {small_firm.workspace.id: slack}, every_seconds=0.05)
    dispatcher.start()
    assert begun.wait(10)
    stopping = Thread(target=dispatcher.stop, args=(10,))
    stopping.start()
    sleep(0.1)
    may_go_on.set()
    stopping.join(10)

    after = list(states(small_firm, sqlite_engine).values())
    assert (len(slack.posted), after.count("sent"), after.count("pending")) == (4, 4, 16)


def test_an_answer_that_is_lost_is_looked_up_by_itself(small_firm: Firm, sqlite_engine: Engine) -> None:
    slack = ScriptedMessenger(on_post=[LostAnswer(Unclear("timeout"))])
    say(small_firm, "one")

    with dispatching(small_firm, slack):
        until(lambda: states(small_firm, sqlite_engine) == {"one": State.TRYING.value})
        until(lambda: not slack.on_post)

        def sent_by_now() -> bool:
            small_firm.clock.tick(minutes=1)  # the quarantine begins when the answer is given up, not before
            return states(small_firm, sqlite_engine) == {"one": State.SENT.value}

        until(sent_by_now)

    assert slack.keys() == ["one"]


class Broken(SqlMemory):
    """Memory that cannot be written to; counts how often it was tried."""

    tried = 0

    @contextmanager
    def write(self, workspace_id: int) -> Iterator[SqlUnitOfWork]:
        self.tried += 1
        yield from ()
        raise RuntimeError("away")


def test_while_memory_is_away_it_tries_now_and_then_and_not_without_a_pause(
    small_firm: Firm, sqlite_engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    slack, broken = ScriptedMessenger(), Broken(sqlite_engine)
    say(small_firm, "one")

    with dispatching(small_firm, slack, house=replace(small_firm.house, memory=broken), every=0.1):
        until(lambda: broken.tried >= 4)
        before = broken.tried
        sleep(0.5)
        tried = broken.tried - before

    assert tried <= 14  # two for each round: the attempt, and putting the entry aside
    with dispatching(small_firm, slack):
        until(lambda: slack.keys() == ["one"])


def test_between_rounds_the_late_ticks_are_looked_after(small_firm: Firm) -> None:
    rounds: list[int] = []
    dispatcher = Dispatcher(small_firm.house, {}, every_seconds=0.02, between=lambda: rounds.append(1))
    dispatcher.start()
    until(lambda: len(rounds) >= 3)
    dispatcher.stop(10)

    assert not dispatcher.alive()
