"""Files: announced, uploaded, shown in a conversation, kept from the page."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.driver import Driver
from sandbox.options import Options
from sandbox.server import Running, running
from tests.sandbox.conftest import SCOPES

DIRECT = "D0ALICE01"


@pytest.fixture
def options(options: Options) -> Options:
    return replace(options, scopes=(*SCOPES, "files:write"))


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


def put(address: str, content: bytes) -> int:
    request = urllib.request.Request(address, data=content, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_a_file_goes_up_in_three_steps_and_is_kept_from_the_page(
    api: WebClient, drive: Driver, sandbox: Running
) -> None:
    content = b"number,entry\r\n" * 500_000  # more than any other request may hold
    place = api.files_getUploadURLExternal(
        filename="../register.csv", length=len(content), alt_txt="7 entries"
    )
    assert put(str(place["upload_url"]), content) == 200
    done = api.files_completeUploadExternal(
        files=[{"id": str(place["file_id"]), "title": "Register"}],
        channel_id=DIRECT,
        initial_comment="Here it is.",
    )

    assert done["files"] == [{"id": place["file_id"], "title": "Register"}]
    (message,) = drive.messages()
    assert (message["text"], message["channel"]) == ("Here it is.", DIRECT)
    (file,) = message["files"]
    assert (file["name"], file["size"], file["alt"]) == ("register.csv", len(content), "7 entries")
    with urllib.request.urlopen(f"{sandbox.base_url}/files/{file['id']}/register.csv", timeout=10) as answer:
        assert answer.headers["Content-Disposition"] == "attachment"
        assert answer.read() == content


def test_what_was_not_announced_or_not_uploaded_is_refused(api: WebClient) -> None:
    place = api.files_getUploadURLExternal(filename="a.csv", length=4)
    address = str(place["upload_url"])

    def show() -> Any:
        files: list[dict[str, str | None]] = [{"id": str(place["file_id"]), "title": "a"}]
        return api.files_completeUploadExternal(files=files, channel_id=DIRECT)

    assert refused(show) == "file_not_found"
    assert put(address, b"more than four") == 400
    assert put(f"{address}x", b"four") == 400
    assert put(address, b"four") == 200
    assert put(address, b"four") == 400
    assert show()["ok"]
    assert refused(show) == "file_not_found"
    assert refused(lambda: api.files_getUploadURLExternal(filename="a", length=0)) == "invalid_arguments"


def test_a_file_is_shown_in_a_conversation_never_to_a_person(api: WebClient) -> None:
    place = api.files_getUploadURLExternal(filename="a.csv", length=1)
    put(str(place["upload_url"]), b"a")
    files: list[dict[str, str | None]] = [{"id": str(place["file_id"]), "title": "a"}]
    to_a_person = refused(lambda: api.files_completeUploadExternal(files=files, channel_id="U0ALICE01"))
    assert to_a_person == "channel_not_found"


def test_without_its_scope_it_is_missing(options: Options) -> None:
    with running(replace(options, scopes=SCOPES)) as without:
        api = WebClient("xoxb-sandbox", base_url=f"{without.base_url}/api/", retry_handlers=[])
        assert refused(lambda: api.files_getUploadURLExternal(filename="a", length=1)) == "missing_scope"
