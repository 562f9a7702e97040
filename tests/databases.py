"""Databases with our schema for tests: made once by the migrations, then copied."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from storage.engine import open_engine
from storage.migrate import migrate


def open_file(file: Path) -> Engine:
    """A new SQLite database in `file`, with our schema and no row of ours in it."""
    file.write_bytes(_migrated_file())
    return open_engine(f"sqlite:///{file}")


@lru_cache(maxsize=1)
def _migrated_file() -> bytes:
    """What the migrations make of an empty file. Running them for each test took most of its time."""
    with TemporaryDirectory(prefix="rapport-template-") as folder:
        file = Path(folder) / "rapport.db"
        engine = open_engine(f"sqlite:///{file}")
        migrate(engine)
        engine.dispose()
        assert not file.with_name("rapport.db-wal").exists(), "all of it is in the file"
        return file.read_bytes()
