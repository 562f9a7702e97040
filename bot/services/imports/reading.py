"""A client list as it lies on the disk becomes rows of cells: encoding, separator, headings, what a look ahead tells.

A file is gone through several times, a row at a time; it is never in memory as a whole.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import re
from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from babel import Locale

from bot.domain.book_columns import Recognised, recognise
from bot.domain.book_rows import DateOrder, RejectedRow, called, identity, plain
from bot.domain.names import fold
from bot.domain.refusals import Refusal
from bot.services.imports import workbook

LARGEST_FILE = 50 * 1024 * 1024
"""Bytes of a file that comes from elsewhere."""
LARGEST_ON_DISK = 1024 * 1024 * 1024
"""Bytes of a file that whoever runs the machine names."""
_CHUNK = 1 << 20
_SAMPLE = 4096
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_OTHER_NAMES = {
    "US": ("USA", "U.S.", "U.S.A.", "United States of America", "États-Unis d'Amérique"),
    "GB": ("UK", "Great Britain", "England", "Angleterre", "Grande-Bretagne"),
    "NL": ("Holland", "Hollande", "The Netherlands"),
    "KR": ("Korea", "Corée"),
    "CZ": ("Czech Republic", "République tchèque"),
    "CI": ("Ivory Coast",),
    "RU": ("Russian Federation", "Fédération de Russie"),
    "VN": ("Viet Nam",),
}

Cells = list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A list as text: where it lies, how it is encoded and parted, and by which digest (SHA-256) it is known again.

    `spoilt` says that some bytes are no letters of this encoding: rows that hold them are told apart.
    """

    path: Path
    name: str
    digest: str
    encoding: str
    separator: str
    spoilt: bool


@dataclass(frozen=True, slots=True)
class Survey:
    """What a look through the whole list tells before anything is decided.

    `headings` as they stand there, and which of our columns they are; how many `rows` follow. `day_first` is the order
    of dates as far as the list decides it, `undecided` a date that can be read both ways where it does not. `scattered`
    are clients (see `identity`) whose rows do not stand together.
    """

    headings: tuple[str, ...]
    recognised: Recognised
    rows: int
    day_first: bool | None
    undecided: str
    scattered: frozenset[str]


@contextmanager
def opened(path: Path, name: str = "", limit: int = LARGEST_FILE) -> Iterator[Table]:
    """The list in a file: CSV in any usual encoding, or a workbook.

    Raises Refusal ``import.too_large`` (limit), ``import.old_workbook`` or ``import.broken_workbook``.
    """
    if path.stat().st_size > limit:
        raise Refusal("import.too_large", limit=limit // 1024 // 1024)
    digest = _digest(path)
    with path.open("rb") as file:
        begun = file.read(_SAMPLE)
    if begun.startswith(_OLD_WORKBOOK):
        raise Refusal("import.old_workbook")
    with TemporaryDirectory(prefix="rapport-import-") as folder:
        text = path
        if workbook.is_workbook(begun):
            text = Path(folder) / "table.csv"
            workbook.to_table(path, text)
            begun = text.read_bytes()[:_SAMPLE]
        encoding, spoilt = _encoding(text, begun)
        separator = _separator(text, encoding)
        yield Table(text, name or path.name, digest, encoding, separator, spoilt)


def rows(table: Table) -> Iterator[tuple[int, Cells] | RejectedRow]:
    """The rows that are not blank, each with the line it ends on; the headings come first.

    A row that cannot be parted is the last one: nobody knows where the next begins.
    """
    with _text(table.path, table.encoding) as file:
        # Strictly: a quotation mark that is never closed would otherwise swallow all that follows without a word.
        # NUL is what PostgreSQL cannot keep.
        lines = csv.reader(
            (line.replace("\0", "") if "\0" in line else line for line in file),
            delimiter=table.separator,
            strict=True,
        )
        first = True
        try:
            for cells in lines:
                if not any(cells) or not any(cell.strip() for cell in cells):
                    continue
                if first and _SEPARATOR_LINE.fullmatch(table.separator.join(cells).strip()):
                    continue
                first = False
                if table.spoilt and (wrong := _wrong_byte(cells)):
                    yield RejectedRow(lines.line_num, "bytes.wrong", wrong)
                else:
                    yield lines.line_num, cells
        except csv.Error as broken:
            yield RejectedRow(lines.line_num, "row.broken", str(broken))


def survey(
    table: Table, mapping: Mapping[str, str] | None = None, progress: Callable[[int], None] | None = None
) -> Survey:
    """Look through the list once. Raises Refusal ``import.empty``."""
    headings: tuple[str, ...] | None = None
    found = Recognised({})
    dates: list[tuple[int, DateOrder]] = []
    order = DateOrder()
    groups = _Groups("")
    count = 0
    at_name, at_id = -1, -1
    for row in rows(table):
        if isinstance(row, RejectedRow):
            count += 1
            continue
        cells = row[1]
        if headings is None:
            headings = tuple(cell.strip() for cell in cells)
            found = recognise(headings, mapping)
            groups = _Groups(found.system)
            at_name, at_id = found.columns.get("name", -1), found.columns.get("external_id", -1)
            dates = [
                (found.columns[column], order)
                for column in ("last_touch", "contact_left")
                if column in found.columns
            ]
            continue
        count += 1
        for position, each in dates:
            if position < len(cells) and (text := cells[position]) and text[4:5] != "-":
                each.take(text)
        groups.take(_cell(cells, at_id), _cell(cells, at_name))
        if progress is not None and count % 5000 == 0:
            progress(count)
    if headings is None:
        raise Refusal("import.empty")
    return Survey(headings, found, count, order.day_first, order.undecided, frozenset(groups.scattered))


class _Groups:
    """Finds clients whose rows do not stand together; remembers a number for each client, not its name."""

    def __init__(self, system: str) -> None:
        self.scattered: set[str] = set()
        self._system = system
        self._known: set[int] = set()
        self._last: tuple[str, str] = ("", "")
        self._key = ""

    def take(self, external_id: str, name: str) -> None:
        if (external_id, name) == self._last:
            return
        self._last = external_id, name
        key = identity(called(self._system, plain(external_id)), plain(name))
        if key == self._key:
            return
        self._key = key
        if (number := hash(key)) in self._known:
            self.scattered.add(key)
        self._known.add(number)


@lru_cache(maxsize=1)
def countries() -> Mapping[str, str]:
    """Folded names of countries in English and French, and codes, with their ISO code."""
    known: dict[str, str] = {}
    for language in ("en", "fr"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"):
                known[fold(name)] = code
                known[code.casefold()] = code
    for code, names in _OTHER_NAMES.items():
        known |= dict.fromkeys((fold(name) for name in names), code)
    return known


def _cell(cells: Cells, at: int) -> str:
    return cells[at] if 0 <= at < len(cells) else ""


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _encoding(path: Path, begun: bytes) -> tuple[str, bool]:
    """The encoding of a file, and whether it holds bytes that are none of its letters."""
    wide = ""
    if begun.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        wide = "utf-16"
    elif (
        begun[1:200:2].count(0) > len(begun[1:200:2]) // 2
    ):  # every second byte is nothing: wide letters, no mark
        wide = "utf-16-le"
    elif begun[0:200:2].count(0) > len(begun[0:200:2]) // 2:
        wide = "utf-16-be"
    if wide:
        return wide, not _decodes(path, wide)
    if _decodes(path, "utf-8-sig"):
        return "utf-8-sig", False
    good, wrong = _letters(path)
    if good > wrong:
        return "utf-8-sig", True
    return "windows-1252", not _decodes(path, "windows-1252")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _letters(path: Path) -> tuple[int, int]:
    """How many letters beyond ASCII the file holds when it is read as UTF-8, and how many bytes that are none."""
    good, wrong = 0, 0
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        while text := file.read(_CHUNK):
            beyond = array("I", (ord(char) for char in text if char > "\x7f"))
            bad = sum(0xDC80 <= code <= 0xDCFF for code in beyond)
            good, wrong = good + len(beyond) - bad, wrong + bad
    return good, wrong


def _text(path: Path, encoding: str) -> TextIO:
    """The file as text; a byte that is no letter becomes one that nobody writes, to be found by `_wrong_byte`."""
    errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
    return path.open(encoding=encoding, errors=errors, newline="")


def _wrong_byte(cells: Cells) -> str:
    """The first byte in a row that is no letter, as it is written in hexadecimal; empty when all are."""
    for cell in cells:
        for char in cell:
            if "\udc80" <= char <= "\udcff":
                return f"0x{ord(char) - 0xDC00:02X}"
            if "\ud800" <= char <= "\udfff" or char == "\ufffd":
                return "U+FFFD"
    return ""


def _separator(path: Path, encoding: str) -> str:
    with _text(path, encoding) as file:
        begun = file.read(_SAMPLE * 16).lstrip("\ufeff \r\n\t\0")
    first = re.split(r"[\r\n]", begun, maxsplit=1)[0]
    if named := _SEPARATOR_LINE.fullmatch(first.strip()):
        return named[1]
    bare = re.sub(r'"[^"]*"', "", first) or first
    return max((",", ";", "\t"), key=bare.count)
