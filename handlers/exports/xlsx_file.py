"""The register as a workbook: typed cells, a heading that stays, a filter, and nothing that calculates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.gifts.register_rows import RegisterRow
from handlers.exports.columns import COLUMNS, cells, headings
from handlers.exports.workbooks import HEADING, MOST_ROWS, new_workbook
from handlers.i18n import Words

_LONGEST = 32_000


def write_xlsx(rows: Iterable[RegisterRow], path: Path, zone: ZoneInfo, words: Words) -> None:
    """Row by row: a row that is written is in a file already, and no longer in memory."""
    with new_workbook(path) as book:
        book.set_properties({"title": words.say("Gift register")})
        styles = {
            "heading": book.add_format(HEADING),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "amount": book.add_format({"num_format": "#,##0.00##"}),
        }
        sheet, line, number = None, 0, 0
        for row in rows:
            if sheet is None or line > MOST_ROWS:
                _filter(sheet, line)
                number, line = number + 1, 1
                sheet = _sheet(book, number, zone, words, styles)
            for place, cell in enumerate(cells(row, zone, words)):
                _write(sheet, line, place, cell, styles)
            line += 1
        _filter(sheet or _sheet(book, 1, zone, words, styles), max(line, 1))


def _sheet(book: Any, number: int, zone: ZoneInfo, words: Words, styles: dict[str, Any]) -> Any:
    name = words.say("Register") if number == 1 else words.say("Register {number}", number=number)
    sheet = book.add_worksheet(name[:31])
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, column.width)
    for place, heading in enumerate(headings(zone, words)):
        sheet.write_string(0, place, heading, styles["heading"])
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    return sheet


def _filter(sheet: Any, line: int) -> None:
    if sheet is not None:
        sheet.autofilter(0, 0, line - 1, len(COLUMNS) - 1)


def _write(sheet: Any, line: int, place: int, cell: object, styles: dict[str, Any]) -> None:
    match cell:
        case None | "":
            return
        case datetime():
            sheet.write_datetime(line, place, cell, styles["moment"])
        case date():
            sheet.write_datetime(line, place, cell, styles["day"])
        case Decimal():
            sheet.write_number(line, place, float(cell), styles["amount"])
        case int():
            sheet.write_number(line, place, cell)
        case _:
            sheet.write_string(line, place, str(cell)[:_LONGEST])
