"""Home through real Bolt: it is shown anew where somebody is, also when what they pressed is of yesterday."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.ports import description_of
from handlers.views import parts
from tests.conftest import Firm
from tests.handlers.slack_app import SlackApp, open_app

ALICE = "U0ALICE"


@pytest.fixture
def app(small_firm: Firm, sqlite_engine: Engine) -> Iterator[SlackApp]:
    opened = open_app(small_firm, sqlite_engine)
    yield opened
    opened.bot.afterwards.close(5)


def pressed(app: SlackApp, action: str, value: str, place: dict[str, Any], by: str = ALICE) -> None:
    """Press a button on the Home page that shows `place`."""
    button = parts.button("Press", action, value)
    app.interact(
        {
            "type": "block_actions",
            "actions": [{**button, "block_id": "b", "action_ts": "1.1"}],
            "container": {"type": "view", "view_id": "V0HOME"},
            "view": {
                "id": "V0HOME",
                "type": "home",
                "hash": "1.a",
                "callback_id": "home",
                "private_metadata": json.dumps(place),
                "blocks": [{"type": "actions", "block_id": "b", "elements": [button]}],
                "state": {"values": {}},
            },
        },
        by,
    )


def shown(app: SlackApp) -> dict[str, Any]:
    """The page that was published last."""
    view: dict[str, Any] = app.slack.of("views.publish")[-1]["view"]
    return view


def test_a_filter_keeps_tab_and_search_and_begins_with_the_first_page(app: SlackApp) -> None:
    app.firm.client("Acme Inc.")
    app.slack.expect("views.publish")

    pressed(app, "book.tier", "A", {"tab": "clients", "find": "acme", "page": 3})

    place = json.loads(shown(app)["private_metadata"])
    assert {**place, "at": 0} == {"tab": "clients", "find": "acme", "tier": "A", "at": 0}
    assert app.slack.of("views.publish")[0]["hash"] == "1.a"


def test_of_two_presses_in_a_row_the_latest_has_the_last_word(app: SlackApp) -> None:
    app.firm.client("Acme Inc.")
    app.slack.expect("views.publish", app.slack.refusal("hash_conflict"), {"ok": True})

    pressed(app, "home.go:clients", '{"tab":"clients"}', {"tab": "today"})

    tried, forced = app.slack.of("views.publish")
    assert (tried["hash"], forced.get("hash")) == ("1.a", None)


def test_a_page_that_was_only_opened_gives_way_to_what_was_pressed_since(app: SlackApp) -> None:
    app.slack.expect("views.publish", app.slack.refusal("hash_conflict"))
    view = {"id": "V0HOME", "type": "home", "hash": "1.a", "private_metadata": json.dumps({"tab": "today"})}

    app.event({"type": "app_home_opened", "tab": "home", "user": ALICE, "view": view})
    app.bot.afterwards.finish(5)

    (tried,) = app.slack.of("views.publish")
    assert tried["hash"] == "1.a"


def test_a_press_on_a_client_that_moved_away_meanwhile_says_so_and_shows_the_page_anew(app: SlackApp) -> None:
    acme = app.firm.client("Acme Inc.")
    with app.firm.house.memory.write(app.firm.workspace.id) as unit:
        unit.clients.update(acme.id, replace(description_of(acme), owner_id=app.firm.bruno.id))
    app.slack.expect("views.open")
    app.slack.expect("views.publish")

    pressed(app, "book.act:1", f'{{"client":{acme.id},"act":"open"}}', {"tab": "clients"})

    assert "Bruno" in str(app.slack.of("views.open")[0]["view"])
    assert json.loads(shown(app)["private_metadata"])["tab"] == "clients"
    assert "Acme" not in str(shown(app))


def test_a_press_of_somebody_who_left_empties_their_page(app: SlackApp) -> None:
    app.firm.client("Acme Inc.")
    with app.firm.house.memory.write(app.firm.workspace.id) as unit:
        unit.members.set_active(app.firm.alice.id, active=False)
    app.slack.users[ALICE] = {**app.slack.users["U0NEW"], "id": ALICE, "deleted": True}
    app.slack.expect("views.open")
    app.slack.expect("views.publish")

    pressed(app, "home.go:clients", '{"tab":"clients"}', {"tab": "today"})

    assert "Acme" not in str(shown(app))
    assert "closed" in str(shown(app)) or "deactivated" in str(shown(app))


def test_a_form_opened_from_a_page_leads_back_to_it(app: SlackApp) -> None:
    acme = app.firm.client("Acme Inc.")
    app.slack.expect("views.open")
    app.slack.expect("views.publish")
    place = {"tab": "clients", "tier": "A"}

    pressed(app, "book.act:1", f'{{"client":{acme.id},"act":"snooze"}}', place)
    form = app.slack.of("views.open")[0]["view"]
    day = {"day": {"day": {"type": "datepicker", "selected_date": "2026-11-20"}}}
    app.interact(
        {
            "type": "view_submission",
            "view": {**form, "id": "V1", "hash": "1.b", "state": {"values": day}},
        }
    )

    place_after = json.loads(shown(app)["private_metadata"])
    assert (place_after["tab"], place_after["tier"]) == ("clients", "A")
    assert "Snoozed until" in str(shown(app))
