"""Has the page with charts drawn, in a process of its own.

The drawing library takes a second and a hundred megabytes to load: the bot itself never does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from bot.domain.gifts.register_rows import Form
from handlers.exports.summary_page import Page

_PATIENCE_SECONDS = 120


class NotDrawn(RuntimeError):
    """The page could not be drawn; the text says what the other process complained about."""


def write_picture(page: Page, path: Path, form: Form) -> None:
    """Draw `page` into `path`. Raises NotDrawn."""
    order = json.dumps({"page": page.as_json(), "path": str(path), "form": form.value})
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
