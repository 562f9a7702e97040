"""Pictures from uploaded files in blocks: shown if the app's own, done and looked at; refused otherwise."""

from __future__ import annotations

import base64
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.driver import Driver
from sandbox.options import Options
from sandbox.server import Running
from tests.chromium import headless
from tests.sandbox.conftest import SCOPES, Hand
from tests.sandbox.tiny_app import plain

Json = dict[str, Any]
ALICE, DIRECT = "U0ALICE01", "D0ALICE01"
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def options(options: Options) -> Options:
    return replace(options, scopes=(*SCOPES, "files:read", "files:write"))


def uploaded(api: WebClient, content: bytes = DOT, *, complete: bool = True, name: str = "chart.png") -> str:
    """A file of the app's own that nobody is shown."""
    place = api.files_getUploadURLExternal(filename=name, length=len(content), alt_txt="Touches per week")
    request = urllib.request.Request(str(place["upload_url"]), content, method="POST")
    urllib.request.urlopen(request, timeout=10).close()
    if complete:
        files: list[dict[str, str | None]] = [{"id": str(place["file_id"]), "title": "Touches"}]
        api.files_completeUploadExternal(files=files)
    return str(place["file_id"])


def image(**file: str) -> Json:
    return {"type": "image", "alt_text": "Touches per week: 3, 5, 8", "slack_file": file}


def home(*blocks: Json) -> Json:
    return {"type": "home", "blocks": [*blocks]}


def refused(api: WebClient, method: str, **arguments: Any) -> tuple[str, list[str]]:
    with pytest.raises(SlackApiError) as caught:
        api.api_call(method, json=arguments)
    answer = caught.value.response
    return answer["error"], answer["response_metadata"]["messages"]


def test_an_own_image_stands_in_messages_forms_and_home(api: WebClient, drive: Driver) -> None:
    file = uploaded(api)
    assert drive.messages() == []
    address = api.files_info(file=file)["file"]["url_private"]
    for named in (image(id=file), image(url=address)):
        assert api.chat_postMessage(channel=ALICE, text="x", blocks=[named])["ok"]
        assert api.views_publish(user_id=ALICE, view=home(named))["ok"]
    accessory: Json = {"type": "section", "text": plain("x"), "accessory": image(id=file)}
    context: Json = {"type": "context", "elements": [image(id=file)]}
    assert api.views_publish(user_id=ALICE, view=home(accessory, context))["ok"]


def test_a_file_that_is_not_there_not_done_or_no_image_is_refused(api: WebClient, drive: Driver) -> None:
    drive.drop(ALICE, "hers.png", DOT, wait=0)
    hers = drive.messages()[0]["files"][0]["id"]
    wrong = [
        image(id="F0NOTHERE"),
        image(id=uploaded(api, complete=False)),
        image(id=uploaded(api, b"not an image")),
        image(id=hers),
        image(url="https://files.example/x.png"),
    ]
    for block in wrong:
        code, (message,) = refused(api, "chat.postMessage", channel=ALICE, text="x", blocks=[block])
        assert code == "invalid_blocks"
        assert message == "[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]"
        code, (message,) = refused(api, "views.publish", user_id=ALICE, view=home({"type": "divider"}, block))
        assert code == "invalid_arguments"
        assert message == "[ERROR] invalid slack file [json-pointer:/view/blocks/1/slack_file]"


def test_slack_takes_its_time_to_look_at_a_new_file(api: WebClient, drive: Driver, hand: Hand) -> None:
    drive.faults(file_processing=5)
    file = uploaded(api)
    assert refused(api, "views.publish", user_id=ALICE, view=home(image(id=file)))[0] == "invalid_arguments"
    hand.seconds += 4
    post: Json = {"channel": ALICE, "text": "x", "blocks": [image(id=file)]}
    assert refused(api, "chat.postMessage", **post)[0] == "invalid_blocks"
    hand.seconds += 2
    assert api.chat_postMessage(**post)["ok"]


def test_a_deleted_file_is_shown_no_more(api: WebClient) -> None:
    file = uploaded(api)
    api.files_delete(file=file)
    assert refused(api, "views.publish", user_id=ALICE, view=home(image(id=file)))[0] == "invalid_arguments"


def test_only_images_are_served_as_such(api: WebClient, sandbox: Running) -> None:
    with urllib.request.urlopen(f"{sandbox.base_url}/images/{uploaded(api)}", timeout=10) as answer:
        assert (answer.headers.get_content_type(), answer.read()) == ("image/png", DOT)
    page = uploaded(api, b"<script>alert(1)</script>", name="x.png")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{sandbox.base_url}/images/{page}", timeout=10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with headless() as chromium:
        yield chromium


@pytest.mark.journey
def test_the_page_shows_the_picture_with_its_words(
    api: WebClient, sandbox: Running, browser: Browser, drive: Driver
) -> None:
    api.views_publish(user_id=ALICE, view=home({**image(id=uploaded(api)), "title": plain("Touches")}))
    api.chat_postMessage(channel=ALICE, text="x", blocks=[image(id=uploaded(api))])
    drive.drop(ALICE, "hers.png", DOT, wait=0)
    page = browser.new_page()
    for at, name in (("home", "Touches per week: 3, 5, 8"), (DIRECT, "Touches per week: 3, 5, 8")):
        page.goto(f"{sandbox.base_url}/?as={ALICE}&at={at}")
        shown = page.get_by_role("img", name=name)
        expect(shown).to_be_visible()
        page.wait_for_function("() => [...document.images].every((image) => image.naturalWidth === 1)")
    expect(page.get_by_role("img", name="hers.png")).to_be_attached()
    page.close()
