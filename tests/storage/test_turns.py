"""Writers of one process go in the order in which they came, so that none is kept out by one that is always at work."""

from __future__ import annotations

from contextlib import suppress
from threading import Event, Thread
from time import sleep

import pytest
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from storage.turns import Turns
from tests.conftest import Firm


def test_whoever_waits_comes_before_one_that_asks_again_at_once() -> None:
    turns, order, begun, enough = Turns(10), list[str](), Event(), Event()

    def busy() -> None:
        while not enough.is_set():
            with turns.turn():
                order.append("planner")
                begun.set()
                sleep(0.02)

    def once() -> None:
        with turns.turn():
            order.append("delivery")

    planner = Thread(target=busy)
    planner.start()
    assert begun.wait(10)
    before = len(order)
    delivery = Thread(target=once)
    delivery.start()
    delivery.join(10)
    enough.set()
    planner.join(10)

    assert order.index("delivery") <= before + 1


def test_a_turn_that_does_not_come_is_given_up_and_the_next_gets_it() -> None:
    turns = Turns(0.05)
    with turns.turn(), pytest.raises(NoConnectionLeft, match="busy"), turns.turn():
        pass

    with suppress(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError
    with turns.turn():
        pass


def test_a_planner_that_never_pauses_lets_each_command_in_after_one_of_its_own(small_firm: Firm) -> None:
    house, workspace_id = small_firm.house, small_firm.workspace.id
    enough, begun, planned, between = Event(), Event(), list[int](), list[int]()

    def plan() -> None:
        while not enough.is_set():
            with house.memory.write(workspace_id) as unit:
                unit.members.set_conversation(small_firm.alice.id, "D1")
                planned.append(1)
                begun.set()
                sleep(0.01)

    planner = Thread(target=plan)
    planner.start()
    try:
        assert begun.wait(10)
        for _ in range(10):
            before = len(planned)
            with house.memory.write(workspace_id) as unit:
                unit.members.set_conversation(small_firm.bruno.id, "D2")
                between.append(len(planned) - before)
    finally:
        enough.set()
        planner.join(10)

    assert max(between) <= 2, "what was under way, and one that asked before"
