"""A plan of who gets which client, as CSV to be read and edited, and read back."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from bot.domain.split import PlanRow
from handlers.exports.csv_file import written

COLUMNS = ("client_id", "client", "tier", "market", "from", "to", "to_name", "reasons")
"""The columns of the file, in English in every language: it is read back."""
NEEDED = ("client_id", "client", "from", "to")
MOST_LINES = 10_000
_LARGEST = 10_000_000


class UnreadablePlan(Exception):
    """The file is no plan; says why, with the line where it is one line's fault."""


def write_plan(rows: Iterable[tuple[str, ...]], path: Path) -> None:
    """Rows of `COLUMNS`, in UTF-8 with a byte order mark so that spreadsheets see the accents.

    Raises FileExistsError where something of that name is there already: it may be an edited plan.
    """
    with path.open("x", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, lineterminator="\r\n")
        out.writerow(COLUMNS)
        for row in rows:
            out.writerow([written(cell) for cell in row])


def read_plan(path: Path) -> list[PlanRow]:
    """The lines of a plan, in any order of columns, with commas or semicolons; empty lines are left out.

    Raises UnreadablePlan.
    """
    if path.stat().st_size > _LARGEST:
        raise UnreadablePlan("the file is larger than 10 MB")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise UnreadablePlan("the file is not in UTF-8: save it as CSV UTF-8") from wrong
    first = text.partition("\n")[0]
    lines = csv.reader(text.splitlines(), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        head = [name.strip().lower() for name in next(lines, [])]
        missing = [name for name in NEEDED if name not in head]
        if missing:
            raise UnreadablePlan(f"the column {missing[0]} is missing")
        found: list[PlanRow] = []
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if len(found) == MOST_LINES:
                raise UnreadablePlan(f"a plan has {MOST_LINES} lines at most")
            found.append(_row(lines.line_num, dict(zip(head, cells, strict=False))))
    except csv.Error as wrong:
        raise UnreadablePlan(f"line {lines.line_num}: {wrong}") from wrong
    return found


def _row(line: int, cells: dict[str, str]) -> PlanRow:
    number, *texts = (cells.get(name, "").strip() for name in NEEDED)
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        raise UnreadablePlan(f"line {line}: {number or 'nothing'} is no number of a client")
    # An apostrophe that we put there ourselves, so that no spreadsheet takes a name for a formula.
    client, before, after = (
        text[1:] if text.startswith("'") and written(text[1:]) == text else text for text in texts
    )
    return PlanRow(line, int(number), client, before, after)
