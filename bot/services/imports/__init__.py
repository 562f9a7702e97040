"""Imports: a client list from elsewhere becomes the book, all of it or nothing; and can be taken back once."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from bot.services.house import House
from bot.services.imports.planning import Choices, Kind, Noted, Preview
from bot.services.imports.reading import LARGEST_FILE, LARGEST_ON_DISK, Survey
from bot.services.imports.undoing import Undone, last, undo
from bot.services.imports.writing import Done, Origin, look, preview, take_in

__all__ = [
    "LARGEST_FILE",
    "LARGEST_ON_DISK",
    "Choices",
    "Done",
    "Kind",
    "Noted",
    "Origin",
    "Preview",
    "Survey",
    "Undone",
    "import_clients",
    "last",
    "look",
    "preview",
    "take_in",
    "undo",
]


def import_clients(house: House, workspace_id: int, data: bytes, *, dry_run: bool = False) -> Preview:
    """Take in a list that is in memory, as whoever runs the machine. Raises the refusals of `take_in`."""
    with TemporaryDirectory(prefix="rapport-import-") as folder:
        path = Path(folder) / "list.csv"
        path.write_bytes(data)
        if dry_run:
            return preview(house, Origin(workspace_id), path)
        return take_in(house, Origin(workspace_id), path).preview
