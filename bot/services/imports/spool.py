"""Rows that are ready to be written wait in a file: a book of any size takes no more memory than another."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO

from bot.ports import Packed

KINDS = ("client", "client_change", "name", "contact", "contact_change")
_AT_ONCE = 1000
_LENGTH = 4


class FileSpool:
    """See `bot.ports.Spool`. Rows come back in the order in which they were put."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._files: dict[str, IO[bytes]] = {kind: self._open.enter_context(_scratch()) for kind in KINDS}
        self._waiting: dict[str, list[Packed]] = {kind: [] for kind in KINDS}
        self._counts = dict.fromkeys(KINDS, 0)

    def __enter__(self) -> FileSpool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def clients(self) -> int:
        return self._counts["client"]

    @property
    def contacts(self) -> int:
        return self._counts["contact"]

    @property
    def rows(self) -> int:
        return sum(self._counts.values())

    def put(self, kind: str, packed: Packed) -> None:
        self._counts[kind] += 1
        waiting = self._waiting[kind]
        waiting.append(packed)
        if len(waiting) >= _AT_ONCE:
            self._write(kind)

    def packed(self, kind: str) -> Iterator[Sequence[Packed]]:
        self._write(kind)
        file = self._files[kind]
        file.seek(0)
        while True:
            length = int.from_bytes(file.read(_LENGTH), "big")
            if not length:
                return
            yield marshal.loads(file.read(length))

    def _write(self, kind: str) -> None:
        if self._waiting[kind]:
            packed = marshal.dumps(self._waiting[kind])
            self._files[kind].write(len(packed).to_bytes(_LENGTH, "big") + packed)
            self._waiting[kind] = []


def _scratch() -> AbstractContextManager[IO[bytes]]:
    return TemporaryFile(prefix="rapport-import-")
