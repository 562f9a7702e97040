"""Look-alikes: names so near to each other that a list may mean the same client twice."""

from __future__ import annotations

from collections.abc import Iterator

_SHORTEST = 6
"""Letters from which one slip is a slip and not another name."""
_MOST = 20
"""How many names that share three quarters are compared."""


class LookAlikes:
    """Normalised names, each with the number of whom it belongs to; finds those that nearly are a given one.

    Nearly the same: the same letters once words are put in order and spaces are gone, or one slip apart (a letter
    wrong, missing, too many, or exchanged with the next) with the same digits. A slip lies in one quarter of a name,
    and the other three agree: only names that share three quarters are compared, so that 100,000 take seconds.
    """

    def __init__(self) -> None:
        self._same: dict[int, int] = {}
        self._rest: dict[int, list[int] | int] = {}
        self._keys: list[str] = []
        self._whose: list[int] = []

    def add(self, key: str, whose: int) -> None:
        row = len(self._keys)
        self._keys.append(key)
        self._whose.append(whose)
        for mark in _marks(key):
            self._same.setdefault(mark, row)
        if len(key) >= _SHORTEST:
            for mark in _quarters(key, len(key)):
                held = self._rest.get(mark)
                if held is None:
                    self._rest[mark] = row
                elif isinstance(held, int):
                    self._rest[mark] = [held, row]
                elif len(held) < _MOST:
                    held.append(row)

    def find(self, key: str) -> tuple[int, str] | None:
        """Whose name is nearly `key`, and that name (normalised); a name that is the same is not nearly it."""
        for mark in _marks(key):
            row = self._same.get(mark)
            if row is not None and self._keys[row] != key:
                return self._whose[row], self._keys[row]
        if len(key) < _SHORTEST:
            return None
        for length in (len(key), len(key) - 1, len(key) + 1):
            for mark in _quarters(key, length):
                held = self._rest.get(mark)
                for row in (held,) if isinstance(held, int) else held or ():
                    if one_slip_apart(key, self._keys[row]):
                        return self._whose[row], self._keys[row]
        return None


def one_slip_apart(one: str, other: str) -> bool:
    """Whether two names differ by one letter, or two neighbours that changed places, and not by a digit."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    begun = 0
    while begun < len(short) and short[begun] == long[begun]:
        begun += 1
    ended = 0
    while ended < len(short) - begun and short[-1 - ended] == long[-1 - ended]:
        ended += 1
    left, right = short[begun : len(short) - ended], long[begun : len(long) - ended]
    if any(char.isdigit() for char in left + right):
        return False
    if len(left) <= 1 and len(right) <= 1:
        return True
    return len(left) == 2 and left == right[::-1]


def _marks(key: str) -> tuple[int, ...]:
    """What stays the same when words change places, and when they are written together."""
    words = key.split()
    if len(words) == 1:
        return (hash(key),)
    together = "".join(words)
    return hash(together), hash(" ".join(sorted(words)))


def _quarters(key: str, length: int) -> Iterator[int]:
    """Four marks of a name, each of all but a quarter of it; `length` is that of the name remembered under them.

    A quarter reaches one letter into the next, for two letters that changed places across its end.
    """
    for quarter in range(4):
        begin, end = quarter * length // 4, min((quarter + 1) * length // 4 + 1, length)
        yield hash((length, quarter, key[:begin], key[len(key) - (length - end) :]))
