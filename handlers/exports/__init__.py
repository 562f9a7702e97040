"""The register as files for auditors: tables, and a page with charts."""

from __future__ import annotations

from pathlib import Path

from bot.domain.gifts.register_rows import Form
from bot.services import register_export
from bot.services.house import House
from bot.services.register_export import Export
from handlers.exports.csv_file import write_csv
from handlers.exports.picture import write_picture
from handlers.exports.summary_page import page_of
from handlers.exports.xlsx_file import write_xlsx
from handlers.i18n import Words


def file_name(export: Export, form: Form) -> str:
    """What the file is called wherever it is kept."""
    return f"gift-register_{export.first.isoformat()}_{export.last.isoformat()}.{form.value}"


def write(house: House, export: Export, form: Form, path: Path, words: Words) -> str:
    """Write what is exported to `path`, a row at a time; returns what a reader without eyes is told of it.

    Raises OSError when the file cannot be written, and `picture.NotDrawn` when the charts cannot.
    """
    if form in (Form.PDF, Form.PNG):
        page = page_of(register_export.summary(house, export), export, words)
        write_picture(page, path, form)
        return page.as_text()
    rows = register_export.rows(house, export)
    if form is Form.CSV:
        write_csv(rows, path, export.zone, words)
    else:
        write_xlsx(rows, path, export.zone, words)
    return words.count("{n} entry of the register", "{n} entries of the register", export.rows)
