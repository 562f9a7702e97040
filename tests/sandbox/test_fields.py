"""Every kind of field that forms and Home have: chosen on the page and by the control API, told as Slack tells it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, expect
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from sandbox import payloads
from sandbox.driver import Driver
from sandbox.options import Options
from sandbox.server import Running
from tests.chromium import headless
from tests.sandbox.conftest import SCOPES
from tests.sandbox.tiny_app import option, plain

Json = dict[str, Any]
ALICE, BENOIT, LENA = "U0ALICE01", "U0BENOIT1", "U0LENA001"
BOOK: FilePayload = {"name": "book.csv", "mimeType": "text/csv", "buffer": b"Acme\n"}
COLOURS = [option("Red", "red"), option("Blue", "blue")]
GROUPS = [
    {"label": plain("Warm"), "options": [COLOURS[0]]},
    {"label": plain("Cold"), "options": [COLOURS[1]]},
]
ONLY_OPEN = {"include": ["public"], "exclude_external_shared_channels": True}
FIELDS: dict[str, Json] = {
    "Clients": {"type": "multi_external_select", "min_query_length": 1},
    "Colour": {"type": "static_select", "option_groups": GROUPS},
    "Colours": {"type": "multi_static_select", "option_groups": GROUPS},
    "Person": {"type": "users_select"},
    "People": {"type": "multi_users_select"},
    "Place": {"type": "conversations_select", "filter": ONLY_OPEN},
    "Places": {
        "type": "multi_conversations_select",
        "filter": {"include": ["im"], "exclude_bot_users": True},
    },
    "Time": {"type": "timepicker"},
    "Value": {"type": "number_input", "is_decimal_allowed": False, "focus_on_load": True},
    "Book": {"type": "file_input", "filetypes": ["csv"], "max_files": 1},
}


def form(*names: str) -> Json:
    inputs = [
        {
            "type": "input",
            "block_id": name,
            "label": plain(name),
            "element": {**FIELDS[name], "action_id": "x"},
        }
        for name in names or FIELDS
    ]
    words = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "All of them"}]}],
    }
    texts = {"title": plain("Fields"), "submit": plain("Send")}
    return {"type": "modal", "callback_id": "fields", **texts, "blocks": [words, *inputs]}


@dataclass
class Scripted:
    """The app: offers clients, opens the form at a command, and keeps what came."""

    api: WebClient
    view: Json
    came: list[Json] = field(default_factory=list)
    opened: str = ""

    def __call__(self, client: Any, request: SocketModeRequest) -> None:
        payload = request.payload
        self.came.append(payload)
        answer: Json | None = None
        if payload.get("type") == "block_suggestion":
            group = {"label": plain("Found"), "options": [option("Acme", "1"), option("Ford", "2")]}
            answer = {"option_groups": [group]}
        elif "command" in payload:
            self.opened = self.api.views_open(trigger_id=payload["trigger_id"], view=self.view)["view"]["id"]
        client.send_socket_mode_response(SocketModeResponse(request.envelope_id, answer))

    @property
    def submitted(self) -> Json:
        """What the fields held when the form was sent, by label."""
        (payload,) = (p for p in self.came if p.get("type") == "view_submission")
        assert payloads.check_view_submission(payload) == []
        return {label: fields["x"] for label, fields in payload["view"]["state"]["values"].items()}


@pytest.fixture
def options(options: Options) -> Options:
    return replace(options, scopes=(*SCOPES, "files:read"))


@pytest.fixture
def app(sandbox: Running, api: WebClient) -> Iterator[Scripted]:
    scripted = Scripted(api, form())
    client = SocketModeClient("xapp-sandbox", web_client=api)
    client.socket_mode_request_listeners.append(scripted)
    with contextlib.closing(client):
        client.connect()
        yield scripted


def check_all(held: Json) -> None:
    assert [o["value"] for o in held["Clients"]["selected_options"]] == ["1", "2"]
    assert held["Colour"]["selected_option"]["value"] == "blue"
    assert [o["value"] for o in held["Colours"]["selected_options"]] == ["red", "blue"]
    assert held["Person"]["selected_user"] == BENOIT
    assert held["People"]["selected_users"] == [BENOIT, LENA]
    assert held["Place"]["selected_conversation"] == "C0GENERAL"
    assert len(held["Places"]["selected_conversations"]) == 1
    assert held["Time"]["selected_time"] == "09:30"
    assert held["Value"]["value"] == "45"
    assert [file["name"] for file in held["Book"]["files"]] == ["book.csv"]


def test_every_field_is_filled_by_the_control_api(drive: Driver, app: Scripted, api: WebClient) -> None:
    drive.command(ALICE, "/form", expect="views")
    direct = drive.ask("POST", "/sandbox/direct", {"as": ALICE, "with": BENOIT})["channel"]
    found = drive.act("options", ALICE, action_id="x", block_id="Clients", value="a")["option_groups"]
    raw = {
        "Clients": found[0]["options"],
        "Colour": "blue",
        "Colours": ["red", "blue"],
        "Person": BENOIT,
        "People": [BENOIT, LENA],
        "Place": "C0GENERAL",
        "Places": [direct],
        "Time": "09:30",
        "Value": "45",
        "Book": [drive.upload(ALICE, "book.csv", b"Acme\n")],
    }
    drive.submit(ALICE, {label: {"x": value} for label, value in raw.items()})
    check_all(app.submitted)
    (file,) = app.submitted["Book"]["files"]
    assert api.files_info(file=file["id"])["file"]["name"] == "book.csv"


def test_files_of_another_kind_or_too_many_stay_with_the_client(drive: Driver, app: Scripted) -> None:
    app.view = form("Book")
    drive.command(ALICE, "/form", expect="views")
    assert drive.submit(ALICE)["field_errors"] == {"Book": "Please fill in this field."}

    def choose(*names: str) -> str:
        chosen = [drive.upload(ALICE, name, b"x") for name in names]
        return str(drive.submit(ALICE, {"Book": {"x": chosen}})["field_errors"]["Book"])

    assert choose("book.pdf") == "book.pdf is no file of these kinds: csv."
    assert choose("a.csv", "b.csv") == "Please choose at most 1 files."
    with pytest.raises(ValueError, match="no such file"):
        drive.submit(ALICE, {"Book": {"x": [drive.upload(BENOIT, "his.csv", b"x")]}})


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with headless() as chromium:
        yield chromium


def pick(field: Locator, *choices: str) -> None:
    for choice in choices:
        field.click()
        field.press_sequentially(choice[:3])
        field.page.get_by_role("listbox", name="Choices").get_by_role(
            "option", name=choice, exact=True
        ).click()


@pytest.mark.journey
def test_every_field_is_filled_on_the_page(
    browser: Browser, sandbox: Running, drive: Driver, app: Scripted
) -> None:
    drive.ask("POST", "/sandbox/direct", {"as": ALICE, "with": BENOIT})
    page = browser.new_page()
    page.set_default_timeout(10_000)
    page.goto(f"{sandbox.base_url}/?as={ALICE}")
    page.get_by_label("Message Rapport").fill("/form")
    page.get_by_label("Message Rapport").press("Escape")
    page.get_by_label("Message Rapport").press("Enter")
    shown = page.get_by_role("dialog", name="Fields")
    expect(shown.get_by_text("All of them")).to_be_visible()
    expect(shown.get_by_label("Value")).to_be_focused()
    pick(shown.get_by_role("combobox", name="Clients"), "Acme", "Ford")
    shown.get_by_label("Colour", exact=True).select_option("Blue")
    assert shown.locator("optgroup").count() == 2
    pick(shown.get_by_role("combobox", name="Colours"), "Red", "Blue")
    shown.get_by_label("Person").select_option("Benoît Lefèvre")
    pick(shown.get_by_role("combobox", name="People"), "Benoît Lefèvre", "Lena Park")
    offered = shown.get_by_label("Place", exact=True).locator("option").all_inner_texts()
    assert offered[1:] == ["general", "managers"]
    shown.get_by_label("Place", exact=True).select_option("general")
    pick(shown.get_by_role("combobox", name="Places"), "Benoît Lefèvre")
    shown.get_by_label("Time").fill("09:30")
    shown.get_by_label("Value").fill("45")
    shown.locator("input[type=file]").set_input_files([BOOK])
    expect(shown.get_by_role("list", name="Chosen files").get_by_text("book.csv")).to_be_visible()
    shown.get_by_role("button", name="Send").click()
    expect(shown).to_be_hidden()
    check_all(app.submitted)
    page.close()


@pytest.mark.journey
def test_a_menu_asks_before_it_acts(browser: Browser, sandbox: Running, drive: Driver, app: Scripted) -> None:
    confirm = {
        "title": plain("Sure?"),
        "text": plain("For good."),
        "confirm": plain("Do"),
        "deny": plain("No"),
    }
    menu = {"type": "overflow", "action_id": "more", "options": COLOURS, "confirm": confirm}
    section = {"type": "section", "text": plain("Acme"), "accessory": menu}
    app.api.views_publish(user_id=ALICE, view={"type": "home", "blocks": [section]})
    page = browser.new_page()
    page.goto(f"{sandbox.base_url}/?as={ALICE}&at=home")
    for answer in ("No", "Do"):
        page.get_by_role("button", name="More: Acme").click()
        page.get_by_role("menuitem", name="Blue").click()
        page.get_by_role("dialog", name="Sure?").get_by_role("button", name=answer).click()
    drive.until(lambda: [p for p in app.came if p.get("type") == "block_actions"])
    (pressed,) = [p for p in app.came if p.get("type") == "block_actions"]
    assert payloads.check_action(pressed) == []
    assert pressed["actions"][0]["selected_option"]["value"] == "blue"
    page.close()


@pytest.mark.journey
def test_what_is_being_looked_up_stays_when_the_form_changes(
    browser: Browser, sandbox: Running, drive: Driver, app: Scripted
) -> None:
    """The app may change a form while somebody types: neither the letters nor the place to type may go."""
    app.view = form("Clients")
    page = browser.new_page()
    page.set_default_timeout(10_000)
    page.goto(f"{sandbox.base_url}/?as={ALICE}")
    page.get_by_label("Message Rapport").fill("/form")
    page.get_by_label("Message Rapport").press("Escape")
    page.get_by_label("Message Rapport").press("Enter")
    shown = page.get_by_role("dialog", name="Fields")
    field_ = shown.get_by_role("combobox", name="Clients")
    pick(field_, "Acme")
    field_.click()
    field_.press_sequentially("Fo")
    app.api.views_update(view_id=app.opened, view=form("Clients", "Value"))
    expect(shown.get_by_label("Value")).to_be_visible()
    expect(field_).to_be_focused()
    expect(field_).to_have_value("Fo")
    page.get_by_role("listbox", name="Choices").get_by_role("option", name="Ford", exact=True).click()
    expect(shown.get_by_role("button", name="Remove Ford")).to_be_visible()
    expect(shown.get_by_role("button", name="Remove Acme")).to_be_visible()
    page.close()


def test_a_press_that_crosses_a_new_version_of_the_page_counts(drive: Driver, app: Scripted) -> None:
    """A block without a name is called otherwise each time it is published; the button in it is the same."""
    button = {"type": "button", "action_id": "more", "text": plain("More"), "value": "1"}
    page = {"type": "home", "blocks": [{"type": "actions", "elements": [button]}]}
    seen = app.api.views_publish(user_id=ALICE, view=page)["view"]["blocks"][0]["block_id"]
    now = app.api.views_publish(user_id=ALICE, view=page)["view"]["blocks"][0]["block_id"]
    assert seen != now
    drive.press(ALICE, "more", block_id=seen, home=True)
    (pressed,) = drive.until(lambda: [p for p in app.came if p.get("type") == "block_actions"])
    assert pressed["actions"][0]["block_id"] == now
    twice = {**button, "action_id": "twice"}
    two = {"type": "home", "blocks": [{"type": "actions", "elements": [twice]} for _ in range(2)]}
    app.api.views_publish(user_id=ALICE, view=two)
    with pytest.raises(ValueError, match="nothing with action_id twice"):
        drive.press(ALICE, "twice", block_id="gone", home=True)
