"""Who is told what, as it happens: pages listen, and so do the calls that act as a person."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

Json = dict[str, Any]
Seen = tuple[str, Json]


class Listener:
    """What one person's screen was told, in order."""

    def __init__(self, person: str) -> None:
        self.person = person
        self.queue: asyncio.Queue[Seen] = asyncio.Queue()
        self.seen: list[Seen] = []

    def tell(self, kind: str, content: Json) -> None:
        """One more thing to see."""
        self.seen.append((kind, content))
        self.queue.put_nowait((kind, content))


class Hub:
    """Passes each change on to the screens that show it."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()

    @contextmanager
    def listening(self, person: str) -> Iterator[Listener]:
        """A listener for what `person` sees, as long as the block runs."""
        listener = Listener(person)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def tell(self, people: Iterable[str] | None, kind: str, content: Json) -> None:
        """Tells the screens of `people`, or all of them."""
        wanted = None if people is None else set(people)
        for listener in self._listeners:
            if wanted is None or listener.person in wanted:
                listener.tell(kind, content)
