"""A typed text, who reads it, and its words with their places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from handlers.dates import DateError, FoundDate, date_at, find_date
from handlers.parsing.complaints import ParseComplaint


@dataclass(frozen=True, slots=True)
class Reader:
    """Who typed: the moment (aware), the zone and the locale ("en-US", "fr-FR" …) by which their words are read."""

    now: datetime
    zone: ZoneInfo
    locale: str


_WORD = re.compile(r"\S+")
_SPACES = re.compile(r" *")
TRAILING = ",:;"


class _ReadsDate(Protocol):
    def __call__(
        self, text: str, position: int, /, *, now: datetime, zone: ZoneInfo, locale: str
    ) -> FoundDate | None: ...


@dataclass(frozen=True, slots=True)
class Text:
    """A text, the same folded, and who reads it."""

    raw: str
    folded: str
    reader: Reader

    def date_at(self, pos: int) -> FoundDate | None:
        """The date that starts here. Raises ParseComplaint."""
        return self._date(date_at, pos)

    def date_from(self, pos: int) -> FoundDate | None:
        """The first date that starts here or later. Raises ParseComplaint."""
        return self._date(find_date, pos)

    def _date(self, read: _ReadsDate, pos: int) -> FoundDate | None:
        reader = self.reader
        try:
            return read(self.raw, pos, now=reader.now, zone=reader.zone, locale=reader.locale)
        except DateError as error:
            raise ParseComplaint(f"date.{error.code}", error.text, error.span) from error

    def words_from(self, pos: int, most: int = 12) -> list[tuple[int, int]]:
        """Where the next words stand, `most` at the most."""
        found: list[tuple[int, int]] = []
        for match in _WORD.finditer(self.raw, pos):
            found.append(match.span())
            if len(found) == most:
                break
        return found

    def written(self, words: Sequence[tuple[int, int]]) -> list[str]:
        """The words in these places, without the punctuation behind them."""
        return [self.raw[start:end].rstrip(TRAILING) or self.raw[start:end] for start, end in words]

    def skip_spaces(self, pos: int) -> int:
        match = _SPACES.match(self.folded, pos)
        return match.end() if match else pos


def tidy(note: str) -> str:
    """Without the punctuation that joined it to the rest, and without doubled spaces; otherwise as typed."""
    note = re.sub(r"[^\S\n]+", " ", note.strip())
    return re.sub(r"\A(?:[,:;–—]|-(?= )|\.(?!\w))\s*", "", note).rstrip(" ,;:")
