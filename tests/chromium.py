"""Chromium as the distribution packages it, for tests that look at pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


_RUNNING: list[Browser] = []


@contextmanager
def headless() -> Iterator[Browser]:
    """A browser without a window; the one that runs in this process already, where one does.

    Where there is none the test is skipped, or fails on continuous integration. Two at once in one thread are more than
    Playwright bears.
    """
    if _RUNNING:
        yield _RUNNING[-1]
        return
    path = shutil.which("chromium")
    if path is None:
        lacking = "this test needs Chromium: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(lacking)
        pytest.skip(lacking)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        _RUNNING.append(browser)
        try:
            yield browser
        finally:
            _RUNNING.remove(browser)
            browser.close()
