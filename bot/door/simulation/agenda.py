"""What people have set out to do, by moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush


@dataclass(slots=True)
class Agenda:
    """Acts in the order of their moments (UTC), those of one moment in the order in which they were put there."""

    _acts: list[tuple[datetime, int, Callable[[], object]]] = field(default_factory=list)
    _put: int = 0

    def put(self, at: datetime, act: Callable[[], object]) -> None:
        self._put += 1
        heappush(self._acts, (at, self._put, act))

    def take(self, before: datetime) -> tuple[datetime, Callable[[], object]] | None:
        """The next act earlier than `before`, taken out; None when there is none."""
        if not self._acts or self._acts[0][0] >= before:
            return None
        at, _, act = heappop(self._acts)
        return at, act
