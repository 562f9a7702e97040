"""The welcome: in the first answer, once, whatever that answer is and however many processes answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.domain.members import Role
from bot.services import members
from tests.conftest import Firm, profile
from tests.fake_slack import user
from tests.handlers.slack_app import SlackApp, open_app, said

WELCOME = "Welcome, Nora New."


@pytest.fixture
def app(firm: Firm, engine: Engine) -> Iterator[SlackApp]:
    opened = open_app(firm, engine, newcomers=True)
    yield opened
    opened.bot.afterwards.close(5)


def text_of(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False)


def test_the_first_command_is_answered_and_the_welcome_stands_below_it_once(app: SlackApp) -> None:
    first = said(app.command("", command="/rapport", by="U0NEW"))
    again = said(app.command("", command="/rapport", by="U0NEW"))

    assert "This is what you can type" in first["text"]
    assert first["text"].index(WELCOME) > first["text"].index("This is what you can type")
    assert "add your first client" in text_of(first)
    assert WELCOME not in text_of(again)


def test_a_refused_first_command_is_answered_with_a_welcome_too(app: SlackApp) -> None:
    body = said(app.command("Nobody", command="/client", by="U0NEW"))
    assert "Nobody" in body["text"]
    assert WELCOME in body["text"]


def test_the_first_visit_to_home_is_welcomed_on_top_and_nowhere_later(app: SlackApp) -> None:
    app.slack.expect("views.publish", times=2)
    for _ in range(2):
        app.event({"type": "app_home_opened", "tab": "home", "user": "U0NEW"})
    said_later = said(app.command("", command="/rapport", by="U0NEW"))

    first, second = (text_of(dict(call["view"])) for call in app.slack.of("views.publish"))
    assert first.index(WELCOME) < first.index("Your book is empty")
    assert WELCOME not in second
    assert WELCOME not in text_of(said_later)


def test_whoever_writes_first_is_welcomed_in_that_conversation(app: SlackApp) -> None:
    app.slack.expect("chat.postMessage", {"ok": True, "channel": "D0NEW", "ts": "1.1"})
    app.event({"type": "message", "channel_type": "im", "channel": "D0NEW", "user": "U0NEW", "text": "hi"})

    assert WELCOME in app.slack.of("chat.postMessage")[0]["text"]


def test_a_form_is_left_alone_and_the_next_answer_welcomes(app: SlackApp) -> None:
    app.slack.expect("views.open")
    app.command("", by="U0NEW")
    assert WELCOME not in text_of(dict(app.slack.of("views.open")[0]["view"]))

    assert WELCOME in said(app.command("", command="/rapport", by="U0NEW"))["text"]


def test_the_welcome_is_in_the_readers_language_and_names_the_step_of_the_role(app: SlackApp) -> None:
    french = said(app.command("", command="/rapport", by="U0BRUNO"))
    assert "Bienvenue, Bruno Petit." in french["text"]
    assert "ajoutez votre premier client" in french["text"]

    assert "/rapport setup" in said(app.command("", command="/rapport", by="U0CARLA"))["text"]

    app.firm.client("Acme")
    assert "Type /client-touch" in said(app.command("", command="/rapport", by="U0ALICE"))["text"]

    with app.firm.house.memory.write(app.firm.workspace.id) as unit:
        unit.members.set_roles(app.firm.lea.id, frozenset({Role.COMPLIANCE}))
    assert "/rapport rules" in said(app.command("", command="/rapport", by="U0LEA"))["text"]


@pytest.mark.parametrize("more", [{"is_restricted": True}, {"is_stranger": True}, {"is_bot": True}])
def test_guests_outsiders_and_bots_are_not_welcomed(app: SlackApp, more: dict[str, bool]) -> None:
    app.slack.users["U0EVE"] = user("U0EVE", "Eve", **more)
    body = said(app.command("", command="/rapport", by="U0EVE"))
    assert "Welcome" not in text_of(body)


def test_of_answers_at_the_same_moment_in_two_processes_one_welcomes(
    app: SlackApp, firm: Firm, engine: Engine
) -> None:
    other = open_app(firm, engine, newcomers=True)
    members.admit(firm.house, firm.workspace.id, _nora())
    barrier, bodies = Barrier(4), []

    def types(where: SlackApp) -> None:
        barrier.wait(10)
        bodies.append(said(where.command("", command="/rapport", by="U0NEW")))

    several = [Thread(target=types, args=(each,)) for each in (app, other, app, other)]
    for each in several:
        each.start()
    for each in several:
        each.join(30)

    assert [WELCOME in body["text"] for body in bodies].count(True) == 1
    assert all("This is what you can type" in body["text"] for body in bodies)
    other.bot.afterwards.close(5)


def _nora() -> Any:
    return profile("U0NEW", "Nora New")


def test_another_language_is_spoken_on_home_at_once(app: SlackApp, firm: Firm) -> None:
    firm.client("Acme")
    app.slack.expect("views.publish", times=2)
    app.event({"type": "app_home_opened", "tab": "home", "user": "U0ALICE"})
    select = {
        "type": "static_select",
        "action_id": "settings.language",
        "block_id": "b",
        "selected_option": {"text": {"type": "plain_text", "text": "Français"}, "value": "fr-FR"},
        "action_ts": "1",
    }
    view = {"id": "V1", "type": "home", "private_metadata": json.dumps({"tab": "settings"}), "hash": "1.a"}
    app.interact({"type": "block_actions", "actions": [select], "view": view})

    before, after = (text_of(dict(call["view"])) for call in app.slack.of("views.publish"))
    assert "Today" in before
    assert "Vos réglages" in after
    assert "Aujourd’hui" in after
