"""Has the page with charts drawn, in a process of its own.

The drawing library takes a second and a hundred megabytes to load: the bot itself never does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.domain.gifts.register_rows import Form
from handlers.exports.summary_page import Page
from handlers.views.charts import Chart

_PATIENCE_SECONDS = 120


class NotDrawn(RuntimeError):
    """The page could not be drawn; the text says what the other process complained about."""


def write_picture(page: Page, path: Path, form: Form) -> None:
    """Draw `page` into `path`. Raises NotDrawn."""
    _have_drawn({"page": page.as_json(), "form": form.value}, path)


def write_charts(charts: Sequence[Chart], path: Path) -> None:
    """Draw charts one below the other into `path`, as a PNG. Raises NotDrawn."""
    _have_drawn({"charts": [asdict(chart) for chart in charts]}, path)


def _have_drawn(what: Mapping[str, Any], path: Path) -> None:
    order = json.dumps({**what, "path": str(path)})
    environment = {**os.environ, "MPLCONFIGDIR": str(path.parent), "MPLBACKEND": "Agg"}
    package_root = Path(__file__).parents[2]
    environment["PYTHONPATH"] = os.pathsep.join(
        [str(package_root), *filter(None, [environment.get("PYTHONPATH")])]
    )
    try:
        done = subprocess.run(
            [sys.executable, "-m", "handlers.exports.drawing"],
            input=order.encode(),
            env=environment,
            capture_output=True,
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise NotDrawn("the charts took too long to draw") from late
    if done.returncode != 0 or not path.is_file():
        raise NotDrawn(done.stderr.decode(errors="replace")[-500:])
