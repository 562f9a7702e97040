"""The book as a file: CSV or a workbook, a row at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.domain.book_columns import EXPORTED
from handlers.exports.workbooks import HEADING, MOST_ROWS, new_workbook

FORMS = ("csv", "xlsx")


def write_book(rows: Iterable[tuple[str, ...]], path: Path, form: str) -> int:
    """Write the rows under their headings; returns how many. CSV is UTF-8 with a mark, so that accents are seen."""
    if form == "xlsx":
        return _write_xlsx(rows, path)
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, lineterminator="\r\n")
        out.writerow(EXPORTED)
        for row in rows:
            out.writerow(row)
            count += 1
    return count


def _write_xlsx(rows: Iterable[tuple[str, ...]], path: Path) -> int:
    count = 0
    with new_workbook(path) as book:
        bold = book.add_format(HEADING)
        sheet = None
        for line, row in _lines(rows):
            if sheet is None or line == 1:
                sheet = book.add_worksheet()
                sheet.freeze_panes(1, 1)
                sheet.set_column(0, len(EXPORTED) - 1, 18)
                for place, heading in enumerate(EXPORTED):
                    sheet.write_string(0, place, heading, bold)
            for place, cell in enumerate(row):
                if cell:
                    sheet.write_string(line, place, cell)
            count += bool(row)
    return count


def _lines(rows: Iterable[tuple[str, ...]]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each row with its line on its sheet; an empty book has one empty row, so that its headings are written."""
    number = 0
    for row in rows:
        yield number % MOST_ROWS + 1, row
        number += 1
    if not number:
        yield 1, ()
