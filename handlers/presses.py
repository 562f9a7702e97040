"""Which press in a form came last, so that the answer to an earlier one does not undo a later one."""

from __future__ import annotations

from threading import Lock


class Presses:
    """Remembers which press in a form was the latest, for as many forms as are likely to be open."""

    def __init__(self, most: int = 10_000) -> None:
        self._latest: dict[str, str] = {}
        self._most = most
        self._lock = Lock()

    def note(self, view_id: str, key: str) -> None:
        """A press has arrived; `key` names it."""
        with self._lock:
            self._latest.pop(view_id, None)
            if len(self._latest) >= self._most:
                del self._latest[next(iter(self._latest))]
            self._latest[view_id] = key

    def is_latest(self, view_id: str, key: str) -> bool:
        """Whether no press in that form is known to have come after this one."""
        return self._latest.get(view_id, key) == key
