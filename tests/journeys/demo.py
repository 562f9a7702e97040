"""The demo as a newcomer starts it: `rapport demo` in a process of its own, on a date that is always the same."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sandbox.driver import Driver

ROOT = Path(__file__).resolve().parents[2]
TUESDAY = datetime(2026, 11, 17, 15, 0, tzinfo=UTC)
"""10 in New York and 16 in Paris; it and the three days after it are working days in both countries."""
START_SECONDS = 40.0
STOP_SECONDS = 20.0
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True)
class Demo:
    """A running demo: its page at `url`, and what its processes have written so far in `log`."""

    url: str
    log: Path

    @property
    def driver(self) -> Driver:
        return Driver(self.url)

    def written(self) -> str:
        return self.log.read_text(encoding="utf-8")


@contextmanager
def running_demo(folder: Path) -> Iterator[Demo]:
    """Starts the demo with an empty `folder` and its clock at TUESDAY; afterwards it must stop as it is told."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "clock").write_text(f"{TUESDAY.timestamp() - time.time()}\n", encoding="ascii")
    log = folder / "output.txt"
    own = ("SLACK_", "RAPPORT_", "DATABASE_URL")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    command = [sys.executable, "-m", "bot", "demo", "--port", "0", "--folder", str(folder)]
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield Demo(_address(process, log), log)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                code = process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(STOP_SECONDS)
                raise
    assert code == 0, log.read_text(encoding="utf-8")


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """The address that the demo prints once it is ready."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if found := _ADDRESS.search(log.read_text(encoding="utf-8").partition("Open ")[2]):
            return found[0]
        time.sleep(0.1)
    raise AssertionError(f"the demo printed no address:\n{log.read_text(encoding='utf-8')}")
