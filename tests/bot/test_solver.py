"""Sharing clients out: never worse than every other way, on books small enough to try them all."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.split import NOBODY, Task, burden, cost_of
from bot.solver import solve


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    members, clients = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    cost = st.none() | st.integers(0, 9000)
    costs = draw(st.lists(st.tuples(*[cost] * members), min_size=clients, max_size=clients))
    return Task(
        costs=tuple(costs),
        points=tuple(draw(st.tuples(*[st.sampled_from([1, 2, 3, 6])] * clients))),
        loads=tuple(draw(st.tuples(*[st.integers(0, 30)] * members))),
        capacities=tuple(draw(st.tuples(*[st.integers(3, 30)] * members))),
        pressure=draw(st.integers(0, 200_000)),
    )


def ways(task: Task) -> list[tuple[int | None, ...]]:
    """Every way to share out: each client to each who may have it, or to nobody."""
    return list(
        product(*([None, *(at for at, cost in enumerate(costs) if cost is not None)] for costs in task.costs))
    )


@given(tasks())
@settings(max_examples=150, deadline=None)
def test_no_other_way_costs_less(task: Task) -> None:
    found = solve(task)

    assert found.best
    cheapest = min(cost_of(task, way) for way in ways(task))
    assert cost_of(task, found.chosen) == pytest.approx(cheapest, rel=1e-5, abs=1e-3)


@given(tasks())
@settings(max_examples=50, deadline=None)
def test_every_client_goes_to_somebody_who_may_have_it_and_to_nobody_only_where_none_may(task: Task) -> None:
    for row, column in enumerate(solve(task).chosen):
        if column is None:
            assert not any(cost is not None for cost in task.costs[row])
        else:
            assert task.costs[row][column] is not None


def test_the_same_task_is_answered_the_same_every_time() -> None:
    task = Task(((5, 5, 5),) * 6, (3,) * 6, (0, 0, 0), (30, 30, 30), 100_000)

    assert len({solve(task).chosen for _ in range(5)}) == 1


def test_what_suits_all_alike_is_shared_evenly_by_weight() -> None:
    task = Task(((0, 0),) * 5, (6, 3, 1, 1, 1), (0, 0), (20, 20), 100_000)
    chosen = solve(task).chosen

    assert sorted(sum(p for p, to in zip(task.points, chosen, strict=True) if to == at) for at in (0, 1)) == [
        6,
        6,
    ]


def test_a_full_book_gets_no_more_while_somebody_has_room() -> None:
    task = Task(((0, 9000),), (6,), (60, 0), (60, 60), 160_000)

    assert solve(task).chosen == (1,)


def test_the_solver_says_nothing_on_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    solve(Task(((1, 2),), (1,), (0, 0), (9, 9), 1))

    assert capfd.readouterr().out == ""


def test_nothing_to_share_out_and_nobody_to_share_it_among_are_no_errors() -> None:
    assert solve(Task((), (), (), (), 1)).chosen == ()
    assert solve(Task(((), ()), (1, 1), (), (), 1)).chosen == (None, None)


def test_a_fuller_book_costs_more_with_every_point() -> None:
    task = Task(((0,),), (1,), (0,), (20,), 100_000)
    steps = [burden(task, 0, load + 1) - burden(task, 0, load) for load in range(30)]

    assert steps == sorted(steps)
    assert burden(task, 0, 20) == pytest.approx(100_000)
    with pytest.raises(ValueError, match="may not go"):
        cost_of(Task(((None,),), (1,), (0,), (20,), 1), [0])
    assert cost_of(Task(((None,),), (1,), (0,), (20,), 1), [None]) == NOBODY
