"""A file is dropped into the conversation with the bot: read, asked about, imported, and taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.domain.refusals import Refusal
from handlers import imports
from handlers.downloads import getting
from tests.conftest import Firm
from tests.handlers.conftest import filled, seen
from tests.handlers.slack_app import SlackApp, open_app
from tests.handlers.test_register import Arrivals

ADMIN = "U0CARLA"


class Shelf:
    """Takes the place of Slack's file addresses."""

    def __init__(self) -> None:
        self.content = b""

    def __call__(self, address: str, token: str, path: Path, limit: int) -> None:
        assert (address, token) == ("https://files.slack.com/list.csv", "xoxb-test")
        path.write_bytes(self.content)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def arrivals() -> Arrivals:
    return Arrivals()


@pytest.fixture
def app(small_firm: Firm, sqlite_engine: Engine, shelf: Shelf, arrivals: Arrivals) -> Iterator[SlackApp]:
    opened = open_app(small_firm, sqlite_engine)
    object.__setattr__(opened.bot.desk, "get", shelf)
    object.__setattr__(opened.bot.desk, "put", arrivals)
    opened.slack.expect("chat.update", times=99)
    for _ in range(9):
        opened.slack.expect("files.info", {"ok": True, "file": file_info()})
        opened.slack.expect("conversations.open", {"ok": True, "channel": {"id": "D0CARLA"}})
        opened.slack.expect(
            "files.getUploadURLExternal", {"ok": True, "upload_url": "https://up.test/1", "file_id": "F9"}
        )
        opened.slack.expect("files.completeUploadExternal", {"ok": True, "files": []})
    yield opened
    opened.bot.afterwards.close(5)


def file_info(name: str = "list.csv") -> dict[str, Any]:
    return {
        "id": "F0LIST",
        "name": name,
        "size": 10,
        "url_private_download": "https://files.slack.com/list.csv",
    }


def drop(app: SlackApp, *names: str, by: str = ADMIN) -> None:
    app.slack.expect("chat.postMessage", {"ok": True, "channel": "D0CARLA", "ts": "1.1"})
    app.event(
        {
            "type": "message",
            "subtype": "file_share",
            "user": by,
            "channel": "D0CARLA",
            "channel_type": "im",
            "text": "",
            "files": [file_info(name) for name in names],
        }
    )


def shown(app: SlackApp) -> Mapping[str, Any]:
    """The message as it stands now."""
    return app.slack.of("chat.update")[-1]


def button(app: SlackApp, action_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        element
        for block in shown(app)["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"] == action_id
    )
    return found


def press(app: SlackApp, action_id: str, by: str = ADMIN) -> None:
    pressed = button(app, action_id)
    app.interact(
        {
            "type": "block_actions",
            "container": {"type": "message", "channel_id": "D0CARLA", "message_ts": "1.1"},
            "response_url": "https://hooks.slack.test/actions/1",
            "actions": [{"action_id": action_id, "type": "button", "value": pressed["value"]}],
        },
        by,
    )


def submit(app: SlackApp, method: str, by: str = ADMIN, **entered: Any) -> None:
    view = app.slack.of(method)[-1]["view"]
    app.interact(
        {
            "type": "view_submission",
            "view": {**view, "id": "V1", "state": {"values": filled(view, **entered)}},
        },
        by,
    )


def clients(app: SlackApp) -> list[str]:
    with app.firm.house.memory.read(app.firm.workspace.id) as unit:
        return [held.client.name for held in unit.imports.clients(unit.imports.of_reader(None, 0, 99))]


def test_a_list_is_read_shown_imported_and_taken_back(app: SlackApp, shelf: Shelf) -> None:
    shelf.content = b"name,owner,contact\nAcme,U0ALICE,Dana\nFord,U0BRUNO,Jane\n"
    drop(app, "list.csv")
    assert "I am reading list.csv" in app.slack.of("chat.postMessage")[0]["text"]
    assert "2 new clients" in seen(shown(app))
    assert clients(app) == []

    press(app, "import.confirm")
    assert "list.csv is imported" in shown(app)["text"]
    assert clients(app) == ["Acme", "Ford"]

    press(app, "import.undo")
    assert "2 clients went" in seen(shown(app))
    assert clients(app) == []


def test_wrong_rows_are_named_sent_as_a_file_and_left_out_when_somebody_says_so(
    app: SlackApp, shelf: Shelf, arrivals: Arrivals
) -> None:
    shelf.content = b"name,tier\nAcme,A\nFord,Z\n,B\n"
    drop(app, "list.csv")

    text = seen(shown(app))
    assert "Line 3: Z is no tier" in text
    assert "Line 4: the client’s name is missing" in text
    assert b"rejected,3" in arrivals.bytes["https://up.test/1"]
    assert not any("import.confirm" in str(block) for block in shown(app)["blocks"])

    press(app, "import.skip")
    press(app, "import.confirm")
    assert clients(app) == ["Acme"]


def test_columns_nobody_knows_are_mapped_in_a_form(app: SlackApp, shelf: Shelf) -> None:
    shelf.content = b"Firma;Land;Person\nAcme;Germany;Jo\n"
    drop(app, "list.csv")
    assert "I do not know which column" in shown(app)["text"]

    app.slack.expect("views.open")
    press(app, "import.map")
    submit(app, "views.open", **{"column-0": "name", "column-1": "country", "column-2": "contact"})
    assert "Firma → Client: name" in seen(shown(app))
    press(app, "import.confirm")
    assert clients(app) == ["Acme"]


def test_a_list_of_a_hundred_columns_is_mapped_page_by_page(app: SlackApp, shelf: Shelf) -> None:
    shelf.content = (";".join(f"F{number}" for number in range(100)) + "\n" + "x;" * 99 + "Acme\n").encode()
    drop(app, "list.csv")
    app.slack.expect("views.open")
    press(app, "import.map")
    view = app.slack.of("views.open")[-1]["view"]
    for page in range(3):
        last = {"column-99": "name"} if page == 2 else {}
        answer = app.interact(
            {
                "type": "view_submission",
                "view": {**view, "id": "V1", "state": {"values": filled(view, **last)}},
            },
            ADMIN,
        )
        view = json.loads(answer.body)["view"] if page < 2 else view
    press(app, "import.confirm")
    assert clients(app) == ["Acme"]


def test_look_alikes_are_decided_in_a_form(app: SlackApp, shelf: Shelf) -> None:
    app.firm.client("General Logistics")
    shelf.content = b"name,contact\nGenreal Logistics,Jo\n"
    drop(app, "list.csv")
    assert "looks like General Logistics" in seen(shown(app))

    app.slack.expect("views.open")
    press(app, "import.decide")
    submit(app, "views.open", **{"near-0": "same"})
    press(app, "import.confirm")
    assert clients(app) == ["General Logistics"]


def test_dates_in_doubt_are_settled_by_a_press(app: SlackApp, shelf: Shelf) -> None:
    shelf.content = b"name,last contact\nAcme,03/04/2026\n"
    drop(app, "list.csv")
    press(app, "import.dates:day")
    press(app, "import.confirm")
    assert clients(app) == ["Acme"]


def test_a_list_that_was_put_off_is_not_imported(app: SlackApp, shelf: Shelf) -> None:
    shelf.content = b"name\nAcme\n"
    drop(app, "list.csv")
    press(app, "import.cancel")
    assert "was not imported" in app.replies.sent[-1][1]["text"]
    assert clients(app) == []


def test_a_file_that_changed_since_it_was_read_is_refused(app: SlackApp, shelf: Shelf) -> None:
    shelf.content = b"name\nAcme\n"
    drop(app, "list.csv")
    shelf.content = b"name\nFord\n"
    confirm = button(app, "import.confirm")
    assert confirm
    press(app, "import.confirm")
    assert "another file" in shown(app)["text"]
    assert clients(app) == []


def test_somebody_elses_list_cannot_be_confirmed(app: SlackApp, shelf: Shelf) -> None:
    shelf.content = b"name\nAcme\n"
    drop(app, "list.csv")
    press(app, "import.confirm", by="U0ALICE")
    assert clients(app) == []
    assert "too old to be answered" in app.replies.sent[-1][1]["text"]


@pytest.mark.parametrize(
    ("names", "said"), [(("photo.png",), "as CSV"), (("a.csv", "b.csv"), "one file at a time")]
)
def test_what_is_no_list_is_answered_in_a_sentence(app: SlackApp, names: tuple[str, ...], said: str) -> None:
    drop(app, *names)
    assert said in app.slack.of("chat.postMessage")[-1]["text"]


def test_the_book_arrives_as_a_file(app: SlackApp, arrivals: Arrivals) -> None:
    app.firm.client("=1+1")
    answer = app.command("export", command="/rapport", by=ADMIN)

    assert "on their way" in json.loads(answer.body)["text"]
    assert b"\r\n'=1+1," in arrivals.bytes["https://up.test/1"]


def test_our_token_is_shown_to_slack_alone(tmp_path: Path) -> None:
    get = getting(None, "https://slack.com/api/")
    for address in (
        "https://evil.example/list.csv",
        "http://files.slack.com/x",
        "https://slack.com.evil.example/",
    ):
        with pytest.raises(Refusal, match=r"import\.not_there"):
            get(address, "xoxb-test", tmp_path / "list", 10)


def test_only_files_in_the_private_conversation_are_lists() -> None:
    event = {"subtype": "file_share", "files": [{"id": "F1"}], "channel_type": "channel"}
    assert not imports.is_drop({"event": event})
    assert imports.is_drop({"event": {**event, "channel_type": "im"}})
