"""Timing that stands noise: short samples of all cases in turn, round after round, and ratios within a round.

Other work on the machine slows a whole round rather than one case, so the ratio of two samples of one round moves
far less than either. The first round warms up and is thrown away.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import quantiles
from time import perf_counter, process_time
from typing import TypeVar

_Input = TypeVar("_Input")

_MOST_OPERATIONS = 2000


@dataclass(frozen=True, slots=True)
class Pace:
    """How many `rounds` count, and how long one sample of one case should take, in seconds."""

    rounds: int
    sample: float


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to be timed: `prepare(n)` makes n operations ready, untimed, and returns what performs them."""

    name: str
    prepare: Callable[[int], Callable[[], object]]


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure with its quartiles."""

    median: float
    lower: float
    upper: float

    def scaled(self, factor: float) -> Spread:
        return Spread(self.median * factor, self.lower * factor, self.upper * factor)


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds for one operation, by case and round: of processor time, and on the wall."""

    cpu: dict[str, list[float]]
    wall: dict[str, list[float]]

    def cpu_ratio(self, case: str, base: str) -> Spread:
        return paired(self.cpu[case], self.cpu[base])

    def wall_ratio(self, case: str, base: str) -> Spread:
        return paired(self.wall[case], self.wall[base])


def paired(ones: Sequence[float], others: Sequence[float]) -> Spread:
    """How many times as large as its counterpart of the same round each figure is."""
    return spread([one / other for one, other in zip(ones, others, strict=True)])


def spread(figures: Sequence[float]) -> Spread:
    if len(figures) == 1:
        return Spread(figures[0], figures[0], figures[0])
    lower, median, upper = quantiles(figures, n=4, method="inclusive")
    return Spread(median, lower, upper)


def percentile(figures: Sequence[float], percent: int) -> float:
    """The figure that `percent` of a hundred do not exceed."""
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def interleave(cases: Sequence[Case], pace: Pace) -> Times:
    """Time all cases, one sample each in turn."""
    operations = {case.name: _operations(case, pace) for case in cases}
    times = Times({case.name: [] for case in cases}, {case.name: [] for case in cases})
    gc.collect()
    for number in range(pace.rounds + 1):
        for case in cases:
            count = operations[case.name]
            perform = case.prepare(count)
            wall, cpu = perf_counter(), process_time()
            perform()
            cpu, wall = process_time() - cpu, perf_counter() - wall
            if number:
                times.cpu[case.name].append(cpu / count)
                times.wall[case.name].append(wall / count)
    return times


def _operations(case: Case, pace: Pace) -> int:
    """How many operations fill a sample; performing a few on the way warms caches up."""
    case.prepare(1)()
    perform = case.prepare(2)
    began = process_time()
    perform()
    each = max((process_time() - began) / 2, 1e-7)
    return max(1, min(_MOST_OPERATIONS, round(pace.sample / each)))


def repeat(perform: Callable[[], object]) -> Callable[[int], Callable[[], None]]:
    """The same operation over and over, for a case that needs no preparation."""

    def prepare(count: int) -> Callable[[], None]:
        def run() -> None:
            for _ in range(count):
                perform()

        return run

    return prepare


def each(
    make: Callable[[], _Input], perform: Callable[[_Input], object]
) -> Callable[[int], Callable[[], None]]:
    """An operation on something fresh each time, which is made beforehand and untimed."""

    def prepare(count: int) -> Callable[[], None]:
        inputs = [make() for _ in range(count)]

        def run() -> None:
            for one in inputs:
                perform(one)

        return run

    return prepare
