"""A client list brought in and taken out, against a bare read of the file and the driver's inserts of the same rows.

A list as Salesforce writes it, four contacts to a client. The import runs in a process of its own, for its memory.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from time import process_time
from typing import Any

from bench.firms import build, names, reopened
from bench.results import Goal, Row, single
from bench.scale import FULL, Bench
from bot.services import book_export
from handlers.exports.book_file import write_book

_PEOPLE = 4
_TABLES = ("clients", "client_names", "client_external_ids", "changes", "contacts", "contact_external_ids")
_HEADINGS = [
    "Account ID",
    "Account Name",
    "Rating",
    "Billing Country",
    "Billing State/Province",
    "Industry",
    "Last Activity",
    "First Name",
    "Last Name",
    "Title",
    "Email",
    "Contact ID",
]


def measure(bench: Bench) -> list[Row]:
    size = bench.scale.sizes[1] if bench.scale.name == FULL.name else bench.scale.sizes[0]
    listed, database = bench.folder / "list.csv", bench.folder / "imported.db"
    _write_list(listed, size)
    took = _imported(listed, database)
    read, inserted = _by_hand(listed, database, bench.folder / "raw.db")
    out, out_by_hand = _exported(database, bench.folder / "book.csv")
    rows = size * _PEOPLE
    return [
        Row(
            "import.by_hand",
            f"{rows} rows read with csv and inserted with sqlite3 (the base)",
            single(read + inserted),
            "s",
        ),
        Row(
            "import.whole",
            "the import of the same list: read, checked, compared, written",
            single(took["cpu"] / (read + inserted)),
            "×",
        ),
        Row(
            "import.write",
            "its writing alone, against the bare inserts",
            single(took["locked_cpu"] / inserted),
            "×",
            Goal(12, 1.5, 1.2),
        ),
        Row("import.rate", "rows imported in a second", single(rows / took["wall"]), "/s"),
        Row("import.locked", "how long it holds the lock of SQLite", single(took["locked"] * 1000), "ms"),
        Row(
            "import.memory",
            "the most memory it takes, beyond the program",
            single(took["memory"] - took["memory_before"]),
            "MiB",
        ),
        Row("export.whole", "the export, against a bare select and csv", single(out / out_by_hand), "×"),
        Row("export.rate", "rows exported in a second of processor time", single(rows / out), "/s"),
    ]


def _write_list(path: Path, size: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(_HEADINGS)
        for number, name in enumerate(names(size)):
            client = (
                f"001{number:012}", name.written, "Hot", "United States", "California", "Energy",
                f"2026-10-{number % 28 + 1:02}",
            )  # fmt: skip
            for person in range(_PEOPLE):
                mail = f"person{person}@firm{number}.example"
                out.writerow(
                    (*client, f"Person{person}", f"Of {number}", "Buyer", mail, f"003{number:010}{person:02}")
                )


def _imported(listed: Path, database: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.imported", str(listed), str(database)],
        capture_output=True,
        text=True,
        check=True,
    )
    took: dict[str, float] = json.loads(done.stdout)
    return took


def _by_hand(listed: Path, imported: Path, database: Path) -> tuple[float, float]:
    """Processor time to read the list with `csv` alone, and to insert the very rows that the import wrote; seconds."""
    began = process_time()
    with listed.open(encoding="utf-8", newline="") as file:
        for _ in csv.reader(file):
            pass
    read = process_time() - began
    firm = build(database, names(1))
    raw = firm.raw()
    firm.engine.dispose()
    inserted = 0.0
    with closing(raw), closing(sqlite3.connect(imported)) as source:
        for table in ("client_names", "clients"):
            raw.execute(f"delete from {table}")
        raw.execute("begin immediate")
        for table in _TABLES:
            found: Sequence[Any] = source.execute(f"select * from {table} order by rowid").fetchall()
            marks = ", ".join("?" * len(found[0]))
            began = process_time()
            raw.executemany(f"insert into {table} values ({marks})", found)
            inserted += process_time() - began
        began = process_time()
        raw.execute("commit")
        inserted += process_time() - began
    return read, inserted


def _exported(database: Path, path: Path) -> tuple[float, float]:
    firm = reopened(database)
    began = process_time()
    write_book(book_export.rows(firm.house, book_export.Scope(firm.workspace.id, None)), path, "csv")
    out = process_time() - began
    firm.engine.dispose()
    with closing(sqlite3.connect(database)) as raw, path.open("w", encoding="utf-8", newline="") as file:
        began = process_time()
        query = "select * from clients c join contacts p on p.client_id = c.id order by c.id"
        csv.writer(file).writerows(raw.execute(query))
        return out, process_time() - began
