"""The register as CSV: RFC 4180, in UTF-8 with a byte order mark, so that spreadsheets see the accents."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.gifts.register_rows import RegisterRow
from handlers.exports.columns import Cell, cells, headings
from handlers.i18n import Words

_FORMULA = tuple("=+-@\t\r＝＋－＠")
"""What a spreadsheet may take for the beginning of a formula, and run."""


def write_csv(rows: Iterable[RegisterRow], path: Path, zone: ZoneInfo, words: Words) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, lineterminator="\r\n")
        out.writerow(headings(zone, words))
        for row in rows:
            out.writerow([written(cell) for cell in cells(row, zone, words)])


def written(cell: Cell) -> str:
    """A cell as text. An apostrophe stands before text that would begin a formula."""
    match cell:
        case None:
            return ""
        case datetime():
            return cell.isoformat(sep=" ", timespec="seconds")
        case date():
            return cell.isoformat()
        case Decimal():
            return format(cell, "f")
        case int():
            return str(cell)
        case _:
            return f"'{cell}" if cell.startswith(_FORMULA) else cell
