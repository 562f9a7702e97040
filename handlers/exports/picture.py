"""Has the page with charts drawn, in a process of its own.

The drawing library takes a second and a hundred megabytes to load: the bot itself never does.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

from bot.domain.gifts.register_rows import Form
from handlers.exports.summary_page import Page
from handlers.views.charts import Chart

_PATIENCE_SECONDS = 120


class NotDrawn(RuntimeError):
    """The page could not be drawn; the text says what the other process complained about."""


class Abandoned(NotDrawn):
    """Whoever wanted the page is no longer there: the bot is stopping."""


@dataclass(slots=True)
class _Drawings:
    """The processes that draw just now, so that none of them keeps the bot from stopping."""

    running: set[subprocess.Popen[bytes]] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)


_DRAWINGS = _Drawings()


def abandon() -> None:
    """End what is being drawn: for a bot that is about to stop."""
    with _DRAWINGS.lock:
        for process in _DRAWINGS.running:
            process.kill()


def write_picture(page: Page, path: Path, form: Form) -> None:
    """Draw `page` into `path`. Raises NotDrawn."""
    _have_drawn({"page": page.as_json(), "form": form.value}, path)


def write_charts(charts: Sequence[Chart], path: Path) -> None:
    """Draw charts one below the other into `path`, as a PNG. Raises NotDrawn."""
    _have_drawn({"charts": [asdict(chart) for chart in charts]}, path)


def _have_drawn(what: Mapping[str, Any], path: Path) -> None:
    order = json.dumps({**what, "path": str(path)})
    environment = {**os.environ, "MPLCONFIGDIR": _fonts(), "MPLBACKEND": "Agg"}
    package_root = Path(__file__).parents[2]
    environment["PYTHONPATH"] = os.pathsep.join(
        [str(package_root), *filter(None, [environment.get("PYTHONPATH")])]
    )
    process = _begun(environment)
    try:
        _, complaint = process.communicate(order.encode(), timeout=_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired as late:
        process.kill()
        process.communicate()
        raise NotDrawn("the charts took too long to draw") from late
    finally:
        with _DRAWINGS.lock:
            _DRAWINGS.running.discard(process)
    if process.returncode < 0:
        raise Abandoned("the drawing was ended")
    if process.returncode != 0 or not path.is_file():
        raise NotDrawn(complaint.decode(errors="replace")[-500:])


def _begun(environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    with _DRAWINGS.lock:
        process = subprocess.Popen(
            [sys.executable, "-m", "handlers.exports.drawing"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        _DRAWINGS.running.add(process)
        return process


@lru_cache(maxsize=1)
def _fonts() -> str:
    """Where the drawing library keeps what it learnt of the fonts, which takes it seconds; gone with this process."""
    folder = TemporaryDirectory(prefix="rapport-fonts-")
    atexit.register(folder.cleanup)
    return folder.name
