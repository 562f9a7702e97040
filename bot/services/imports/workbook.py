"""An Excel workbook becomes a table of text, in a process of its own.

The reader holds a whole sheet in memory and is fast: a process of its own gives the memory back, keeps the bot
answering meanwhile, and ends alone where a hostile file asks for more than there is.

``python -m bot.services.imports.workbook WORKBOOK TABLE`` writes the first sheet that holds anything as CSV in UTF-8,
followed by those that have the same headings: a list too long for one sheet.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from resource import RLIMIT_AS, setrlimit

from bot.domain.refusals import Refusal

LARGEST_UNPACKED = 500 * 1024 * 1024
"""Bytes that the parts of a workbook may say they unpack to."""
_MEMORY = 3 * 1024**3
_PATIENCE_SECONDS = 180
_MOST_PARTS = 5000


def is_workbook(begun: bytes) -> bool:
    """Whether a file that begins so is a workbook (a ZIP archive)."""
    return begun.startswith(b"PK\x03\x04")


def to_table(workbook: Path, table: Path) -> None:
    """Write what a workbook holds to `table`.

    Raises Refusal ``import.broken_workbook`` or ``import.too_large`` (limit in MB).
    """
    try:
        with zipfile.ZipFile(workbook) as parts:
            listed = parts.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError) as broken:
        raise Refusal("import.broken_workbook") from broken
    if len(listed) > _MOST_PARTS or sum(part.file_size for part in listed) > LARGEST_UNPACKED:
        raise Refusal("import.too_large", limit=LARGEST_UNPACKED // 1024 // 1024)
    root = str(Path(__file__).parents[3])
    path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__, str(workbook), str(table)],
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise Refusal("import.broken_workbook") from late
    if done.returncode != 0:
        raise Refusal("import.broken_workbook")


def _write(workbook: Path, table: Path) -> None:
    from python_calamine import load_workbook

    with load_workbook(workbook) as book, table.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        headings: list[str] | None = None
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.start is None:
                continue
            # Blank rows stay, so that a line of the table is a row of the sheet.
            lines = ([_text(cell) for cell in row] for row in sheet.iter_rows())
            begun = False
            for cells in lines:
                if not begun and any(cells):
                    begun = True
                    if headings is not None and cells != headings:
                        break
                    if headings is not None:
                        continue
                    headings = cells
                if begun or headings is None:
                    out.writerow(cells)


def _text(cell: object) -> str:
    """A cell as one line of text: whole numbers without decimals, days without a time."""
    match cell:
        case str():
            return cell.replace("\r", " ").replace("\n", " ").encode("utf-8", "replace").decode()
        case bool():
            return str(cell).lower()
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case datetime():
            return (cell.date() if cell.time() == time() else cell).isoformat()
        case date() | time():
            return cell.isoformat()
        case None:
            return ""
        case _:
            return str(cell)


if __name__ == "__main__":
    setrlimit(RLIMIT_AS, (_MEMORY, _MEMORY))
    _write(Path(sys.argv[1]), Path(sys.argv[2]))
