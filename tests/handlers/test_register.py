"""The register page and the export in Slack, for compliance and admins: through Bolt, up to the file's arrival."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.domain.clients import Contact
from bot.domain.gifts.chain import EntryKind, NewRegisterEntry, gift_facts
from bot.domain.gifts.register import NewGiftGiven
from bot.domain.money import Money
from bot.domain.refusals import Refusal
from bot.services import gifts as gift_services
from bot.services.proposals import GiftDraft
from handlers import help as helping
from handlers import home, register
from handlers.answers import FormErrors, SendFiles, View
from handlers.ask import Routes
from handlers.exports.picture import NotDrawn
from handlers.i18n import words_for
from handlers.views import register as views
from sandbox.payloads import check_view
from tests.conftest import Firm
from tests.handlers.conftest import HOSTILE, Visitor, elements_of, filled, opened, seen
from tests.handlers.slack_app import SlackApp, open_app, said


@pytest.fixture(scope="module")
def table() -> Routes:
    routes = Routes()
    for subject in (register, home, helping):
        subject.register(routes)
    return routes


@pytest.fixture
def shop(small_firm: Firm) -> Firm:
    """Alice gave Jane at Acme $10 and somebody at Ford $20."""
    acme = small_firm.client("Acme Corp")
    small_firm.client("Ford Motor")
    give(small_firm, "Acme Corp", small_firm.contact(acme, "Jane Smith"), 10)
    give(small_firm, "Ford Motor", None, 20)
    return small_firm


def give(firm: Firm, client: str, contact: Contact | None, price: int) -> None:
    """Alice checks a pen and gives it, whatever the verdict was."""
    draft = GiftDraft(client, contact.id if contact else None, description="pen", amount=dollars(price))
    checked = gift_services.check(firm.house, firm.actor(firm.alice), draft)
    given = NewGiftGiven(
        check_id=checked.check_id,
        member_id=firm.alice.id,
        client_id=firm.clients[client].id,
        contact_id=contact.id if contact else None,
        category="gift",
        description="pen",
        value=dollars(price),
        given_on=firm.clock().date(),
        recorded_at=firm.clock(),
    )
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.gifts.record_given(given)
        unit.register.append(
            NewRegisterEntry(
                EntryKind.GIVEN, firm.clock(), firm.alice.id, gift_facts(given), check_id=checked.check_id
            )
        )


def dollars(amount: int) -> Money:
    return Money(Decimal(amount), "USD")


@pytest.fixture
def carla(shop: Firm, table: Routes) -> Visitor:
    """Compliance officer and admin."""
    return Visitor(shop, shop.carla, table)


@pytest.fixture
def alice(shop: Firm, table: Routes) -> Visitor:
    return Visitor(shop, shop.alice, table)


def test_home_has_the_register_for_compliance_and_admins_alone(carla: Visitor, alice: Visitor) -> None:
    hers = [
        element["action_id"] for element in elements_of(carla.goes(carla.opens_home(), "register")["blocks"])
    ]
    his = [element["action_id"] for element in elements_of(alice.opens_home()["blocks"])]

    assert {"register.open", "register.export"} <= set(hers)
    assert not any(action.startswith("register.") for action in his)


def test_the_page_shows_the_last_entries_newest_first(carla: Visitor) -> None:
    page = opened(carla.types("/rapport", "register"))

    shown = seen(page)
    assert shown.index("*4 · Given*") < shown.index("*1 · Checked*")
    assert "pen · $20 · Ford Motor" in shown
    assert "The register has 4 entries in all." in shown
    assert opened(carla.types("/rapport", "Registre")) == page
    assert opened(carla.presses(carla.goes(carla.opens_home(), "register"), "register.open")) == page


def test_who_may_not_is_told_and_sees_nothing(alice: Visitor) -> None:
    with pytest.raises(Refusal, match="not_yours"):
        alice.types("/rapport", "register")
    for action in ("register.open", "register.export"):
        with pytest.raises(Refusal, match="not_yours"):
            alice.presses(button(action), action)


def button(action: str) -> View:
    return {
        "type": "modal",
        "blocks": [{"type": "actions", "elements": [{"action_id": action, "type": "button"}]}],
    }


@pytest.mark.parametrize(
    "typed", ["acme corp.", "jane smith", "Smith Jane", "Jane Smith at Acme", "jane chez acme"]
)
def test_a_client_or_a_person_is_found_as_they_are_typed_with_both_windows(
    carla: Visitor, typed: str
) -> None:
    page = opened(carla.submits(opened(carla.types("/rapport", "register")), about=typed))

    shown = seen(page)
    assert "*Given by all of us, in 2026*\n1 gift, $10" in shown
    assert "*Given by all of us, in twelve months*\n1 gift, $10" in shown
    assert "*Received by all of us, in 2026*\nnothing" in shown
    assert "Ford Motor" not in shown
    everything = opened(carla.submits(page, about=""))
    assert "Ford Motor" in seen(everything)


def test_several_of_a_name_are_asked_about(carla: Visitor, shop: Firm) -> None:
    shop.contact(shop.clients["Ford Motor"], "Jane Smythe")
    page = opened(carla.submits(opened(carla.types("/rapport", "register")), about="Jane"))
    assert "Whom do you mean?" in seen(page)

    chosen = opened(carla.presses(page, "register.about"))

    assert "Jane Smith at Acme Corp" in seen(chosen)
    assert "Jane Smythe" not in seen(chosen)


def test_nobody_of_that_name_is_said(carla: Visitor) -> None:
    page = opened(carla.submits(opened(carla.types("/rapport", "register")), about="Zzyzx"))

    assert "I know neither a client nor a person of that name." in seen(page)


def test_an_empty_register_says_what_makes_an_entry(small_firm: Firm, table: Routes) -> None:
    page = opened(Visitor(small_firm, small_firm.carla, table).types("/rapport", "register"))

    assert "No entry yet." in seen(page)


def test_hostile_names_make_a_page_that_slack_takes(shop: Firm, carla: Visitor) -> None:
    client = shop.client(HOSTILE[:250])
    shop.contact(client, HOSTILE[:250])
    for _ in range(9):
        gift_services.check(
            shop.house, shop.actor(shop.alice), GiftDraft(client.id, description=HOSTILE[:2000])
        )
    page = opened(carla.types("/rapport", "register"))

    assert check_view(page) == []
    assert "<!channel>" not in "".join(
        block["text"]["text"] for block in page["blocks"] if block.get("text", {}).get("type") == "mrkdwn"
    )


def test_the_export_form_asks_for_a_period_and_for_kinds_of_file(carla: Visitor) -> None:
    form = opened(carla.presses(opened(carla.types("/rapport", "register")), "register.export"))
    state = filled(form)

    assert state["first"]["first"]["selected_date"] == "2026-01-01"
    assert state["last"]["last"]["selected_date"] == "2026-11-16"
    wrong = carla.submits(form, first="2026-12-01")
    assert isinstance(wrong, FormErrors)
    assert list(wrong.errors) == ["last"]
    right = carla.submits(form, forms=["csv", "png"])
    assert isinstance(right, SendFiles)
    assert [file.name for file in right.files] == [
        "gift-register_2026-01-01_2026-11-16.csv",
        "gift-register_2026-01-01_2026-11-16.png",
    ]
    assert check_view(right.view) == []
    assert "4 entries are exported. 2 files are being made" in seen(right.view)


@pytest.mark.parametrize("words", [words_for("en-US"), words_for("fr-FR")])
def test_the_export_form_is_one_that_slack_takes(words: Any) -> None:
    assert check_view(views.export_form(date(2026, 1, 1), date(2026, 12, 31), words, {})) == []


# --- Up to the file's arrival -------------------------------------------------------------------------------


class Arrivals:
    """Takes the place of the upload addresses."""

    def __init__(self) -> None:
        self.bytes: dict[str, bytes] = {}
        self.broken = False

    def __call__(self, address: str, path: Path) -> None:
        if self.broken:
            raise ConnectionResetError("cut off")
        self.bytes[address] = path.read_bytes()


@pytest.fixture
def arrivals() -> Arrivals:
    return Arrivals()


@pytest.fixture
def app(shop: Firm, sqlite_engine: Engine, arrivals: Arrivals) -> Iterator[SlackApp]:
    opened_app = open_app(shop, sqlite_engine)
    object.__setattr__(opened_app.bot.desk, "put", arrivals)
    yield opened_app
    opened_app.bot.afterwards.close(5)


def export_through_bolt(app: SlackApp, *forms: str, by: str = "U0CARLA") -> dict[str, Any]:
    form = views.export_form(date(2026, 1, 1), date(2026, 12, 31), words_for("en-US"), {})
    state = filled(form, forms=list(forms))
    answer = app.interact(
        {"type": "view_submission", "view": {**form, "id": "V1", "state": {"values": state}}}, by
    )
    return said(answer)


def expect_upload(app: SlackApp, number: int = 1) -> None:
    for place in range(number):
        app.slack.expect("conversations.open", {"ok": True, "channel": {"id": "D0CARLA"}})
        app.slack.expect(
            "files.getUploadURLExternal",
            {"ok": True, "upload_url": f"https://files.slack.test/{place}", "file_id": f"F{place}"},
        )
        app.slack.expect("files.completeUploadExternal", {"ok": True, "files": []})


def test_the_file_comes_to_the_private_conversation_after_the_acknowledgement(
    app: SlackApp, arrivals: Arrivals
) -> None:
    expect_upload(app, 2)

    body = export_through_bolt(app, "csv", "png")

    assert body["response_action"] == "update"
    assert [call.method for call in app.slack.calls] == [
        "conversations.open",
        "files.getUploadURLExternal",
        "files.completeUploadExternal",
    ] * 2
    asked = app.slack.of("files.getUploadURLExternal")
    assert asked[0]["filename"] == "gift-register_2026-01-01_2026-12-31.csv"
    assert int(asked[0]["length"]) == len(arrivals.bytes["https://files.slack.test/0"])
    assert "Gifts by value" in asked[1]["alt_txt"], "who cannot see the charts is told what they show"
    done = app.slack.of("files.completeUploadExternal")[1]
    assert json.loads(done["files"]) == [{"id": "F1", "title": "Gift register"}]
    assert done["channel_id"] == "D0CARLA"
    assert "This export is entry 5 of the register." in done["initial_comment"]
    assert arrivals.bytes["https://files.slack.test/0"].startswith(b"\xef\xbb\xbfNumber,Entry")
    assert arrivals.bytes["https://files.slack.test/1"].startswith(b"\x89PNG")


def test_that_it_was_exported_is_recorded_before_anything_is_sent(app: SlackApp, arrivals: Arrivals) -> None:
    arrivals.broken = True
    app.slack.expect("conversations.open", {"ok": True, "channel": {"id": "D0CARLA"}})
    app.slack.expect(
        "files.getUploadURLExternal", {"ok": True, "upload_url": "https://x.test", "file_id": "F1"}
    )
    app.slack.expect("chat.postMessage")

    export_through_bolt(app, "csv")

    (told,) = app.slack.of("chat.postMessage")
    assert "could not be made or sent" in told["text"]
    assert told["channel"] == "U0CARLA"
    with app.firm.house.memory.read(app.firm.workspace.id) as unit:
        assert [entry.kind for entry in unit.register.entries()][-1] == "exported"


def test_when_slack_takes_one_file_and_not_the_other_the_other_is_said(
    app: SlackApp, arrivals: Arrivals
) -> None:
    app.slack.expect(
        "conversations.open",
        {"ok": True, "channel": {"id": "D0CARLA"}},
        {"ok": True, "channel": {"id": "D0CARLA"}},
    )
    app.slack.expect(
        "files.getUploadURLExternal",
        app.slack.refusal("ratelimited", 429),
        {"ok": True, "upload_url": "https://files.slack.test/1", "file_id": "F1"},
    )
    app.slack.expect("files.completeUploadExternal")
    app.slack.expect("chat.postMessage")

    export_through_bolt(app, "csv", "xlsx")

    assert len(app.slack.of("chat.postMessage")) == 1
    assert list(arrivals.bytes) == ["https://files.slack.test/1"]


def test_charts_that_cannot_be_drawn_are_said(app: SlackApp, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise NotDrawn("no memory")

    monkeypatch.setattr("handlers.exports.write_picture", fails)
    app.slack.expect("chat.postMessage")

    export_through_bolt(app, "pdf")

    assert len(app.slack.of("chat.postMessage")) == 1


def test_somebody_without_the_right_gets_no_file_however_the_form_came_to_them(
    app: SlackApp, arrivals: Arrivals
) -> None:
    body = export_through_bolt(app, "csv", by="U0ALICE")

    assert "for compliance and admins" in json.dumps(body)
    assert (arrivals.bytes, app.slack.calls) == ({}, [])
    with app.firm.house.memory.read(app.firm.workspace.id) as unit:
        assert "exported" not in [entry.kind for entry in unit.register.entries()]
