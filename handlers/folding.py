"""Typed words made comparable: folded texts, and the patterns that find words in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable


class _Folding(dict[int, str]):
    """A translation table that learns each character the first time it is met."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        if char in "’ʼ‘′`´":
            folded = "'"
        elif char in "‐‑−":
            folded = "-"
        elif char != "\n" and (char.isspace() or char in "\u200b\u2060"):
            folded = " "
        else:
            base = unicodedata.normalize("NFD", char)[0].lower()
            folded = base if len(base) == 1 else char
        self[point] = folded
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """The same text in lower case, without accents, with plain spaces, apostrophes and hyphens; of equal length."""
    return text.translate(_FOLDING)


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"


def numbered(start: int, *rows: str) -> dict[str, int]:
    """Each word of the first row stands for `start`, of the next for `start + 1`, and so on."""
    return {word: number for number, row in enumerate(rows, start) for word in row.split("|")}


COUNT_WORDS = numbered(
    1,
    "one|un|une",
    "two|deux",
    "three|trois",
    "four|quatre",
    "five|cinq",
    "six",
    "seven|sept",
    "eight|huit",
    "nine|neuf",
    "ten|dix",
    "eleven|onze",
    "twelve|douze",
)
