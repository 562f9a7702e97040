"""Images of the Home tab: drawn once, shown below the words, and done without where Slack does not show them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.services import pictures
from handlers import home as page
from handlers import home_pictures
from handlers.answers import HomePicture
from handlers.ask import Ask
from handlers.exports import picture
from handlers.home.tabs import Place
from handlers.views.charts import Chart, Series
from tests.conftest import Firm
from tests.handlers.slack_app import SlackApp, open_app

HOME = {"type": "app_home_opened", "tab": "home", "user": "U0ALICE", "channel": "D0ALICE"}


class Drawing:
    """Stands for the drawing program: a few bytes, and how often they were asked for."""

    def __init__(self) -> None:
        self.digest, self.count, self.fails = "monday", 0, False

    def __call__(self, path: Path) -> None:
        self.count += 1
        if self.fails:
            raise RuntimeError("no ink")
        path.write_bytes(b"\x89PNG")

    def pictures(self, _ask: Ask, _place: Place) -> Sequence[HomePicture]:
        return [HomePicture("own", self.digest, "Your book", "Three clients of tier A.", self)]


@pytest.fixture
def app(small_firm: Firm, sqlite_engine: Engine) -> Iterator[SlackApp]:
    opened = open_app(small_firm, sqlite_engine)
    yield opened
    opened.bot.afterwards.close(5)


@pytest.fixture
def drawing(app: SlackApp, monkeypatch: pytest.MonkeyPatch) -> Drawing:
    drawing = Drawing()
    plain = page.TABS[0].render
    today = page.TABS[0]._replace(
        render=lambda ask, place: plain(ask, place)._replace(pictures=drawing.pictures(ask, place))
    )
    monkeypatch.setattr(page, "TABS", (today, *page.TABS[1:]))
    monkeypatch.setattr(page, "FIRST", ())
    monkeypatch.setattr(home_pictures, "PAUSES", (0.0, 0.0))
    object.__setattr__(app.bot.desk, "put", lambda _address, _path: None)
    return drawing


def visits(app: SlackApp) -> list[Any]:
    """The pages that a visit shows, one after the other."""
    before = len(app.slack.of("views.publish"))
    assert app.event(HOME).status == 200
    app.bot.afterwards.finish(5)
    return [call["view"]["blocks"] for call in app.slack.of("views.publish")[before:]]


def uploading(app: SlackApp, file_id: str) -> None:
    app.slack.expect(
        "files.getUploadURLExternal",
        {"ok": True, "upload_url": "https://files.slack.test/1", "file_id": file_id},
    )
    app.slack.expect("files.completeUploadExternal")


def images(blocks: Any) -> list[str]:
    return [block["slack_file"]["id"] for block in blocks if block["type"] == "image"]


def test_the_page_comes_at_once_and_once_more_with_its_picture(app: SlackApp, drawing: Drawing) -> None:
    uploading(app, "F0ONE")
    app.slack.expect("views.publish", times=3)

    first, second = visits(app)
    (third,) = visits(app)

    assert images(first) == []
    assert images(second) == images(third) == ["F0ONE"]
    assert second[-1]["alt_text"] == "Three clients of tier A."
    assert drawing.count == 1
    assert "channel_id" not in app.slack.of("files.completeUploadExternal")[0]


def test_a_picture_gives_way_to_what_was_pressed_while_it_was_drawn(app: SlackApp, drawing: Drawing) -> None:
    uploading(app, "F0ONE")
    first = {"ok": True, "view": {"id": "V0HOME", "hash": "2.b"}}
    app.slack.expect("views.publish", first, app.slack.refusal("hash_conflict"))

    visits(app)

    assert [call.get("hash") for call in app.slack.of("views.publish")] == [None, "2.b"]


def test_a_picture_of_what_is_true_no_more_is_drawn_anew_and_the_old_file_deleted(
    app: SlackApp, drawing: Drawing
) -> None:
    uploading(app, "F0ONE")
    app.slack.expect("views.publish", times=4)
    visits(app)
    drawing.digest = "tuesday"
    uploading(app, "F0TWO")
    app.slack.expect("files.delete")

    first, second = visits(app)

    assert images(first) == []
    assert images(second) == ["F0TWO"]
    assert [call["file"] for call in app.slack.of("files.delete")] == ["F0ONE"]


def test_a_new_file_that_slack_still_looks_at_is_tried_again(app: SlackApp, drawing: Drawing) -> None:
    uploading(app, "F0ONE")
    refused = app.slack.refusal("invalid_blocks")
    app.slack.expect("views.publish", {"ok": True}, refused, refused, {"ok": True})

    pages = visits(app)

    assert [images(blocks) for blocks in pages] == [[], ["F0ONE"], ["F0ONE"], ["F0ONE"]]


def test_a_file_that_was_deleted_is_forgotten_and_the_page_shown_without_it(
    app: SlackApp, drawing: Drawing
) -> None:
    uploading(app, "F0ONE")
    app.slack.expect("views.publish", times=2)
    visits(app)
    app.slack.expect("views.publish", app.slack.refusal("invalid_blocks"), {"ok": True})

    pages = visits(app)

    assert [images(blocks) for blocks in pages] == [["F0ONE"], []]
    held = pictures.uploaded(app.firm.house, app.firm.actor(app.firm.alice))
    assert held == {}


def test_a_picture_that_cannot_be_drawn_leaves_the_page_as_it_is(
    app: SlackApp, drawing: Drawing, caplog: pytest.LogCaptureFixture
) -> None:
    drawing.fails = True
    app.slack.expect("views.publish")

    (shown,) = visits(app)

    assert images(shown) == []
    assert "the picture own was not shown" in caplog.text


def test_what_is_being_drawn_does_not_keep_the_bot_from_stopping(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart = Chart("Touches", "bar", ("Nov",), (Series("Both", (3,)),), across="Month")
    begun = Event()

    def slowly(environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(60)"],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
        )
        with picture._DRAWINGS.lock:
            picture._DRAWINGS.running.add(process)
        begun.set()
        return process

    monkeypatch.setattr(picture, "_begun", slowly)
    with ThreadPoolExecutor(1) as pool:
        drawing = pool.submit(picture.write_charts, [chart], tmp_path / "own.png")
        assert begun.wait(10)
        picture.abandon()
        with pytest.raises(picture.Abandoned):
            drawing.result(10)
