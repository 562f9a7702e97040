"""Workbooks written a row at a time, in which text stays text whatever it begins with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

MOST_ROWS = 1_000_000
"""Rows of one sheet; a spreadsheet takes a few more, further ones begin another."""
HEADING = {"bold": True, "bg_color": "#E3EEF1", "bottom": 1}
"""How a cell of the heading looks."""


def new_workbook(path: Path) -> Any:
    """A workbook to be closed by `with`, written next to `path` until then: no formula, no link, no lost zero."""
    import xlsxwriter  # slow to load, and seldom needed

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(path.parent),
    }
    return xlsxwriter.Workbook(str(path), options)
