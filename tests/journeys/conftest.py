"""A demo for each file of journeys, so that none depends on what another left; people before their pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.chromium import headless
from tests.journeys.demo import Demo, running_demo
from tests.journeys.screen import Screen

ALICE, BENOIT, LENA, CARLA = "U0ALICE01", "U0BENOIT1", "U0LENA001", "U0CARLA01"
EVE, GUS = "U0EXTERN1", "U0GUEST01"
DESK: ViewportSize = {"width": 1280, "height": 1000}
TELEPHONE: ViewportSize = {"width": 375, "height": 740}
PATIENCE_MS = 10_000

Scheme = Literal["light", "dark"]
Sitting = Callable[..., Screen]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with headless() as browser:
        yield browser


@contextmanager
def watched_demo(folder: Path) -> Iterator[Demo]:
    """A fresh demo. At the end nothing may have gone wrong that nobody saw on the page."""
    with running_demo(folder) as started:
        yield started
        assert started.driver.look("complaints")["complaints"] == []
        ends = {one["outcome"] for one in started.driver.deliveries()}
        assert ends <= {"acked", "waiting"}, started.driver.deliveries()
        assert "Traceback" not in started.written(), started.written()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Demo]:
    with watched_demo(tmp_path_factory.mktemp("demo")) as started:
        yield started


@pytest.fixture
def sits_down(demo: Demo, chromium: Browser, tmp_path: Path) -> Iterator[Sitting]:
    """Somebody opens the page. A script error or a complaint of the browser fails the test."""
    opened: list[Screen] = []

    def sit(user_id: str, *, size: ViewportSize = DESK, scheme: Scheme = "light") -> Screen:
        locale = "fr-FR" if user_id == BENOIT else "en-US"
        context = chromium.new_context(
            viewport=size, color_scheme=scheme, locale=locale, reduced_motion="reduce"
        )
        tab = context.new_page()
        tab.set_default_timeout(PATIENCE_MS)
        screen = Screen(tab, user_id, tmp_path)
        tab.on("pageerror", lambda error: screen.wrong.append(str(error)))
        tab.on("console", lambda said: screen.wrong.append(said.text) if said.type == "error" else None)
        tab.goto(f"{demo.url}/?as={user_id}")
        expect(tab.get_by_text("App connected", exact=True)).to_be_visible()
        opened.append(screen)
        return screen

    yield sit
    for screen in opened:
        screen.page.context.close()
        while demo.driver.look("views", **{"as": screen.user_id})["views"]:
            demo.driver.act("close", screen.user_id)  # a test that failed leaves nothing to the next one
    assert [screen.wrong for screen in opened] == [[] for _ in opened]


@pytest.fixture
def alice(sits_down: Sitting) -> Screen:
    """Account manager in New York, English."""
    return sits_down(ALICE)


@pytest.fixture
def benoit(sits_down: Sitting) -> Screen:
    """Account manager in Paris, French."""
    return sits_down(BENOIT)
