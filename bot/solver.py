"""Finds the best way to share clients out: the task of `bot.domain.split` put to HiGHS, a solver of linear programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.split import NOBODY, STEPS, Task, slopes

if TYPE_CHECKING:
    import highspy

LONGEST = 60.0
"""Seconds after which the best way found so far is taken."""
_STANDARD_OUTPUT = 1
EXACT_UP_TO = 5_000
"""Pairs of a client and a member up to which the very best way is found."""
_CLOSE = 1e-4
"""Beyond that, a way is the best when no other can cost less by more than this share: the rest takes the longest."""


class Unsolved(Exception):
    """The solver found no way at all; says in its own words why."""


@dataclass(frozen=True, slots=True)
class Solution:
    """For each client the member (their column) who gets it, None for nobody; `best` unless time ran out before that
    was proved."""

    chosen: tuple[int | None, ...]
    best: bool


def solve(task: Task, *, longest: float = LONGEST) -> Solution:
    """The cheapest way to share the clients of a task out (see `bot.domain.split.cost_of`); the same at every call.

    Each client goes to one member who may have it, or to nobody where none may. Raises Unsolved.
    """
    if not task.costs:
        return Solution((), best=True)
    import highspy  # loading it takes as long as a small task: only where something is shared out

    pairs = [(row, column) for row, column in _pairs(task)]
    with _without_banner():
        model = highspy.Highs()
    model.silent()
    for option, value in (
        ("threads", 1),
        ("mip_rel_gap", 0.0 if len(pairs) <= EXACT_UP_TO else _CLOSE),
        ("time_limit", longest),
    ):
        model.setOptionValue(option, value)
    model.passModel(_program(task, pairs))
    model.run()
    status = model.getModelStatus()
    values = list(model.getSolution().col_value)
    if len(values) < len(pairs) or not model.getSolution().value_valid:
        raise Unsolved(model.modelStatusToString(status))
    chosen: list[int | None] = [None] * len(task.costs)
    for (row, column), value in zip(pairs, values, strict=False):
        if value > 0.5 and column is not None:
            chosen[row] = column
    return Solution(tuple(chosen), best=status == highspy.HighsModelStatus.kOptimal)


@contextmanager
def _without_banner() -> Iterator[None]:
    """Nothing is written to standard output below Python: HiGHS names itself and its licence there when it is made,
    before it can be told to be silent, and a command's output is read by other programs."""
    sys.stdout.flush()
    try:
        kept = os.dup(_STANDARD_OUTPUT)
    except OSError:  # closed: nothing can be written to it either
        yield
        return
    try:
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            os.dup2(nowhere.fileno(), _STANDARD_OUTPUT)
            yield
    finally:
        os.dup2(kept, _STANDARD_OUTPUT)
        os.close(kept)


def _pairs(task: Task) -> Iterator[tuple[int, int | None]]:
    """Every pair that may be; a client whom nobody may have goes to nobody."""
    for row, costs in enumerate(task.costs):
        may = [column for column, cost in enumerate(costs) if cost is not None]
        yield from ((row, column) for column in may)
        if not may:
            yield row, None


def _program(task: Task, pairs: list[tuple[int, int | None]]) -> highspy.HighsLp:
    """A column for each pair (0 or 1) and for each part of a member's book (points in it); a row for each client (it
    goes to one) and for each member (what they have lies in the parts of their book)."""
    import highspy

    clients, members = len(task.costs), len(task.capacities)
    costs: list[float] = []
    upper: list[float] = []
    starts, rows, values = [0], [], []
    for row, column in pairs:
        rows.append(row)
        values.append(1.0)
        pair = NOBODY if column is None else task.costs[row][column]
        assert pair is not None, "only pairs that may be"
        if column is not None:
            rows.append(clients + column)
            values.append(float(task.points[row]))
        costs.append(float(pair))
        upper.append(1.0)
        starts.append(len(rows))
    for member in range(members):
        for width, each in slopes(task, member):
            rows.append(clients + member)
            values.append(-1.0)
            costs.append(each)
            upper.append(min(width, highspy.kHighsInf))
            starts.append(len(rows))
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(costs), clients + members
    program.col_cost_, program.col_lower_, program.col_upper_ = costs, [0.0] * len(costs), upper
    program.row_lower_ = [1.0] * clients + [-float(load) for load in task.loads]
    program.row_upper_ = [1.0] * clients + [-float(load) for load in task.loads]
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_, program.a_matrix_.index_, program.a_matrix_.value_ = starts, rows, values
    kinds = highspy.HighsVarType
    program.integrality_ = [kinds.kInteger] * len(pairs) + [kinds.kContinuous] * (members * (STEPS + 1))
    return program
