"""Files that people drop: told to the app as Slack tells it, read back by the app, refused to whoever may not."""

from __future__ import annotations

import base64
import tracemalloc
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import payloads
from sandbox.driver import Driver
from sandbox.options import Options
from sandbox.server import Running, running
from tests.sandbox.conftest import EVENTS, SCOPES

Json = dict[str, Any]
ALICE, BENOIT, EVE, BOT, DIRECT = "U0ALICE01", "U0BENOIT1", "U0EXTERN1", "U0RAPPORT", "D0ALICE01"
TOKEN = "xoxb-sandbox"
BOOK = b"client,city\r\nAcme,Lyon\r\n"


@pytest.fixture
def options(options: Options) -> Options:
    return replace(options, scopes=(*SCOPES, "files:read", "files:write"), events=EVENTS | {"file_shared"})


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


def told(drive: Driver, kind: str) -> list[Json]:
    """Payloads of the events of that type, all such as Slack sends."""
    found = [
        d["payload"] for d in drive.deliveries(kind="events_api") if d["payload"]["event"]["type"] == kind
    ]
    for payload in found:
        assert payloads.check_event(payload) == []
    return found


def fetch(address: str, token: str | None = TOKEN) -> tuple[int, str, bytes]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=30) as answer:
        return answer.status, answer.headers.get_content_type(), answer.read()


def test_a_dropped_file_is_told_as_a_message_with_a_file(drive: Driver, api: WebClient) -> None:
    drive.drop(ALICE, "book.csv", BOOK, text="My clients", wait=0)

    (payload,) = drive.until(lambda: told(drive, "message"))
    event = payload["event"]
    assert (event["subtype"], event["channel"], event["channel_type"]) == ("file_share", DIRECT, "im")
    assert (event["user"], event["text"]) == (ALICE, "My clients")
    (file,) = event["files"]
    assert (file["name"], file["mimetype"], file["filetype"]) == ("book.csv", "text/csv", "csv")
    assert (file["size"], file["user"], file["mode"]) == (len(BOOK), ALICE, "hosted")
    (shared,) = told(drive, "file_shared")
    assert (shared["event"]["file_id"], shared["event"]["channel_id"]) == (file["id"], DIRECT)
    assert fetch(file["url_private_download"]) == (200, "text/csv", BOOK)
    assert api.files_info(file=file["id"])["file"]["url_private"] == file["url_private"]
    (kept,) = api.conversations_history(channel=DIRECT)["messages"]
    assert kept["files"][0]["id"] == file["id"]


def test_a_file_may_come_inside_of_json_and_several_in_one_message(drive: Driver) -> None:
    drive.act("drop", ALICE, name="a.txt", content="é", wait=0)
    two = [{"name": "b.csv", "base64": base64.b64encode(BOOK).decode()}, {"name": "c.xlsx", "content": "x"}]
    drive.act("drop", ALICE, files=two, channel="C0GENERAL", wait=0)
    first, second = drive.messages()
    assert [f["size"] for f in first["files"]] == [2]
    assert [f["filetype"] for f in second["files"]] == ["csv", "xlsx"]
    drive.until(lambda: len(told(drive, "message")) == 2)
    assert told(drive, "message")[1]["event"]["channel_type"] == "channel"


def test_who_may_not_see_a_file_is_shown_a_page_for_signing_in(drive: Driver, api: WebClient) -> None:
    drive.drop(ALICE, "book.csv", BOOK, wait=0)
    address = drive.messages()[0]["files"][0]["url_private_download"]
    for token in (None, "xoxb-other", "xapp-sandbox"):
        status, kind, page = fetch(address, token)
        assert (status, kind) == (200, "text/html")
        assert BOOK not in page
    drive.faults(refuse_tokens=True)
    assert fetch(address)[1] == "text/html"
    drive.good_weather()

    drive.drop(ALICE, "apart.csv", BOOK, channel="C0NOTHERE", wait=0)
    apart = drive.messages(channel="C0NOTHERE")[0]["files"][0]
    assert fetch(apart["url_private"])[1] == "text/html"
    assert refused(lambda: api.files_info(file=apart["id"])) == "file_not_found"
    assert refused(lambda: api.files_delete(file=drive.messages()[0]["files"][0]["id"])) == "cant_delete_file"


def test_without_the_scope_there_is_neither_event_nor_download(options: Options) -> None:
    with running(replace(options, scopes=SCOPES)) as without:
        drive = Driver(without.base_url)
        drive.drop(ALICE, "book.csv", BOOK, wait=0)
        address = drive.messages()[0]["files"][0]["url_private_download"]
        assert fetch(address)[1] == "text/html"
        drive.until(lambda: told(drive, "message"))
        assert told(drive, "file_shared") == []
        api = WebClient(TOKEN, base_url=f"{without.base_url}/api/", retry_handlers=[])
        assert refused(lambda: api.files_info(file="F0")) == "missing_scope"


def test_fifty_megabytes_go_through_in_small_pieces(drive: Driver, tmp_path: Path) -> None:
    big = tmp_path / "big.csv"
    with big.open("wb") as file:
        for _ in range(50):
            file.write(b"0123456789abcde\n" * 65_536)
    tracemalloc.start()
    try:
        drive.drop(ALICE, "big.csv", big, wait=0)
        file_told = drive.messages()[0]["files"][0]
        request = urllib.request.Request(
            file_told["url_private_download"], headers={"Authorization": f"Bearer {TOKEN}"}
        )
        arrived = 0
        with urllib.request.urlopen(request, timeout=60) as answer:
            while chunk := answer.read(65_536):
                arrived += len(chunk)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert arrived == file_told["size"] == 50 * 1024**2
    assert peak < 16 * 1024**2


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"files": []}, "no file"),
        ({"name": "a.csv", "content": ""}, "file_is_empty"),
        ({"name": "", "content": "x"}, "invalid_arguments"),
        ({"name": "a.csv"}, "content"),
        ({"files": [{"id": "F0NOTHERE"}]}, "no such file"),
        ({"name": "a.csv", "content": "x", "channel": "C0FORDEXT"}, "not in"),
    ],
)
def test_what_cannot_be_dropped_is_refused(drive: Driver, asked: Json, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        drive.act("drop", BENOIT, **asked)
    assert drive.messages() == []


def test_a_file_uploaded_by_one_is_not_another_persons_to_drop(drive: Driver) -> None:
    uploaded = drive.upload(ALICE, "book.csv", BOOK)
    with pytest.raises(ValueError, match="no such file"):
        drive.act("drop", BENOIT, files=[{"id": uploaded}])
    drive.act("drop", ALICE, files=[{"id": uploaded}], wait=0)
    with pytest.raises(ValueError, match="no such file"):
        drive.act("drop", ALICE, files=[{"id": uploaded}])


def test_files_outlive_a_restart(options: Options) -> None:
    with running(options) as sandbox:
        Driver(sandbox.base_url).drop(ALICE, "book.csv", BOOK, wait=0)
    with running(options) as sandbox:
        api = WebClient(TOKEN, base_url=f"{sandbox.base_url}/api/", retry_handlers=[])
        (message,) = Driver(sandbox.base_url).messages()
        file = api.files_info(file=message["files"][0]["id"])["file"]
        assert fetch(file["url_private_download"])[2] == BOOK


def test_an_own_file_can_be_deleted(api: WebClient, drive: Driver, sandbox: Running) -> None:
    place = api.files_getUploadURLExternal(filename="a.csv", length=1)
    address = str(place["upload_url"])
    urllib.request.urlopen(urllib.request.Request(address, b"a", method="POST"), timeout=10).close()
    files: list[dict[str, str | None]] = [{"id": str(place["file_id"]), "title": "a"}]
    api.files_completeUploadExternal(files=files, channel_id=DIRECT)
    assert api.files_delete(file=str(place["file_id"]))["ok"]
    assert drive.messages()[0]["files"] == []
    assert refused(lambda: api.files_info(file=str(place["file_id"]))) == "file_not_found"
