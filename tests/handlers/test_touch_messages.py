"""Messages that become touches: by the shortcut in their menu, and by a reaction to them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.domain.clients import Client
from bot.domain.touches import Channel, Direction, Touch
from tests.conftest import MONDAY, Firm
from tests.fake_slack import user
from tests.handlers.slack_app import SlackApp, open_app, unreachable

SAID_AT = MONDAY - timedelta(hours=2)
TS = f"{SAID_AT.timestamp():.6f}"
LINK = f"https://firm.slack.com/archives/C0ACME/p{TS.replace('.', '')}"


@pytest.fixture
def app(small_firm: Firm, sqlite_engine: Engine) -> Iterator[SlackApp]:
    opened = open_app(small_firm, sqlite_engine)
    opened.slack.users |= {
        "U0GUEST": user("U0GUEST", "Gus Guest", is_restricted=True),
        "U0DANA": user(
            "U0DANA",
            "Dana White",
            team_id="T0ACME",
            is_stranger=True,
            profile={"real_name": "Dana White", "email": "dana@acme.example"},
        ),
        "U0BOT": user("U0BOT", "Build Bot", is_bot=True),
        "U0COLL": user("U0COLL", "Cleo Colleague"),
    }
    yield opened
    opened.bot.afterwards.close(5)


@pytest.fixture
def acme(small_firm: Firm) -> Client:
    """Acme, with whom we speak in one channel."""
    client = small_firm.client("Acme")
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.clients.set_channels(client.id, ["C0ACME"])
        unit.change_workspace(replace(unit.hold_workspace(), touch_emoji="handshake"))
    return client


def touches_of(firm: Firm, client: Client) -> list[Touch]:
    with firm.house.memory.read(firm.workspace.id) as unit:
        return list(unit.touches.recent(client.id, 20))


def react(
    app: SlackApp, by: str = "U0ALICE", *, author: str | None = "U0DANA", status: int = 200, **more: Any
) -> None:
    event = {
        "type": more.pop("type", "reaction_added"),
        "user": by,
        "reaction": more.pop("reaction", "handshake"),
        "item": {"type": "message", "channel": more.pop("channel", "C0ACME"), "ts": more.pop("ts", TS)},
        "event_ts": "1.1",
        **({} if author is None else {"item_user": author}),
        **more,
    }
    assert app.event(event).status == status


def whispered(app: SlackApp) -> dict[str, Any]:
    """The last thing that only the person who reacted sees, in the channel of the message."""
    return dict(app.slack.of("chat.postEphemeral")[-1])


def listening(app: SlackApp) -> None:
    app.slack.expect("chat.postEphemeral", times=20)


def shortcut(app: SlackApp, author: str, channel: str = "C0ACME", **message: Any) -> dict[str, Any]:
    """The form that *Log as touch* opens on a message."""
    app.slack.expect("views.open")
    said = {"type": "message", "user": author, "ts": TS, "text": "Could you call me back?", **message}
    app.interact(
        {
            "type": "message_action",
            "callback_id": "touch_from_message",
            "response_url": "https://hooks.slack.test/1",
            "channel": {"id": channel, "name": "acme"},
            "message_ts": TS,
            "message": said,
        }
    )
    return dict(app.slack.of("views.open")[-1]["view"])


def chosen(view: dict[str, Any], name: str) -> Any:
    """What is chosen from the start in a field of a form: values, or None."""
    for block in view["blocks"]:
        if str(block.get("block_id", "")).partition(":")[0] == name:
            element = block["element"]
            if "initial_options" in element:
                return [option["value"] for option in element["initial_options"]]
            one = element.get("initial_option")
            return element.get("initial_date") if one is None else one["value"]
    return None


# --- The shortcut -----------------------------------------------------------------------------------------


def test_a_clients_message_chooses_client_person_and_direction(app: SlackApp, acme: Client) -> None:
    dana = app.firm.contact(acme, "Dana W.", email="Dana@acme.example")
    view = shortcut(app, "U0DANA", thread_ts="1700000000.000001")
    notes = json.loads(view["private_metadata"])

    assert chosen(view, "client") == [str(acme.id)]
    assert chosen(view, "contact") == [str(dana.id)]
    assert (chosen(view, "channel"), chosen(view, "direction")) == ("message", "inbound")
    assert notes["link"] == f"{LINK}?thread_ts=1700000000.000001&cid=C0ACME"
    assert "Could you call" not in json.dumps([b for b in view["blocks"] if b.get("block_id") == "note"])


@pytest.mark.parametrize(
    ("author", "direction"),
    [
        ("U0ALICE", "outbound"),
        ("U0BRUNO", "outbound"),
        ("U0COLL", "outbound"),
        ("U0GUEST", "inbound"),
        ("U0NOBODY", "inbound"),
        ("U0BOT", "usual"),
    ],
)
def test_who_wrote_the_message_says_who_spoke(
    app: SlackApp, acme: Client, author: str, direction: str
) -> None:
    assert chosen(shortcut(app, author), "direction") == direction


def test_in_a_direct_message_between_two_people_only_an_e_mail_tells_the_client(
    app: SlackApp, acme: Client
) -> None:
    assert chosen(shortcut(app, "U0DANA", channel="D0OTHERS"), "client") is None
    dana = app.firm.contact(acme, "Dana White")
    assert chosen(shortcut(app, "U0DANA", channel="D0OTHERS"), "client") is None
    with app.firm.house.memory.write(app.firm.workspace.id) as unit:
        unit.contacts.set_left(dana.id, at=MONDAY)
    dana = app.firm.contact(acme, "Dana White", email="dana@acme.example")
    view = shortcut(app, "U0DANA", channel="D0OTHERS")
    assert (chosen(view, "client"), chosen(view, "contact")) == ([str(acme.id)], [str(dana.id)])


def test_a_message_without_author_team_or_channel_still_opens_the_form(app: SlackApp, acme: Client) -> None:
    app.slack.expect("views.open")
    app.interact(
        {
            "type": "message_action",
            "callback_id": "touch_from_message",
            "team": {"id": "T0FIRM"},
            "response_url": "https://hooks.slack.test/1",
            "message": {"type": "message", "ts": TS, "text": ""},
        }
    )
    view = app.slack.of("views.open")[-1]["view"]
    assert "link" not in json.loads(view["private_metadata"])


# --- The reaction -----------------------------------------------------------------------------------------


def test_the_reaction_logs_the_message_and_tells_only_who_reacted(app: SlackApp, acme: Client) -> None:
    dana = app.firm.contact(acme, "Dana White", email="dana@acme.example")
    listening(app)
    react(app)
    (touch,) = touches_of(app.firm, acme)
    told = whispered(app)

    assert (touch.channel, touch.direction, touch.at) == (Channel.MESSAGE, Direction.INBOUND, SAID_AT)
    assert (touch.member_id, touch.contact_ids, touch.note) == (app.firm.alice.id, (dana.id,), "")
    assert (told["channel"], told["user"]) == ("C0ACME", "U0ALICE")
    assert "Logged: Acme" in told["text"]
    assert "touch.undo" in json.dumps(told["blocks"])


def test_the_address_of_the_message_is_kept_and_shown(app: SlackApp, acme: Client) -> None:
    listening(app)
    react(app)
    (touch,) = touches_of(app.firm, acme)
    assert touch.link == LINK
    assert f"<{LINK}|the message>" in json.dumps(whispered(app)["blocks"])


def test_taking_the_reaction_off_takes_the_touch_back_and_again_logs_it_anew(
    app: SlackApp, acme: Client
) -> None:
    listening(app)
    react(app)
    react(app, type="reaction_removed")
    assert touches_of(app.firm, acme) == []
    assert "Taken back" in whispered(app)["text"]
    react(app, type="reaction_removed")
    react(app)
    assert len(touches_of(app.firm, acme)) == 1
    react(app, "U0BRUNO", type="reaction_removed")
    assert len(touches_of(app.firm, acme)) == 1


def test_a_reaction_while_the_database_is_away_is_told_again_and_counts_once(
    app: SlackApp, acme: Client, sqlite_engine: Engine
) -> None:
    listening(app)
    for kind, left in (("reaction_added", 1), ("reaction_removed", 0)):
        with unreachable(sqlite_engine):
            react(app, type=kind, status=503)
        react(app, type=kind)
        react(app, type=kind)
        assert len(touches_of(app.firm, acme)) == left


def test_one_message_is_one_touch_whoever_reacts_and_however_often_slack_tells(
    app: SlackApp, acme: Client
) -> None:
    listening(app)
    react(app)
    react(app)
    react(app, "U0BRUNO")
    assert len(touches_of(app.firm, acme)) == 1
    assert "Alice Ames" in whispered(app)["text"]


def test_any_other_reaction_is_dropped_before_anybody_is_looked_up(app: SlackApp, acme: Client) -> None:
    react(app, "U0STRANGER", reaction="eyes")
    react(app, "U0STRANGER", item={"type": "file", "file": "F0"})
    with app.firm.house.memory.write(app.firm.workspace.id) as unit:
        unit.change_workspace(replace(unit.hold_workspace(), touch_emoji=None))
    react(app, "U0STRANGER")
    assert app.slack.calls == []


def test_a_skin_tone_makes_no_difference(app: SlackApp, acme: Client) -> None:
    listening(app)
    react(app, reaction="handshake::skin-tone-4")
    assert len(touches_of(app.firm, acme)) == 1


@pytest.mark.parametrize("by", ["U0GUEST", "U0DANA", "U0BOT"])
def test_guests_outsiders_and_apps_react_as_they_like_and_hear_nothing(
    app: SlackApp, acme: Client, by: str
) -> None:
    react(app, by)
    assert touches_of(app.firm, acme) == []
    assert {call.method for call in app.slack.calls} <= {"users.info"}


@pytest.mark.parametrize("author", [None, "U0BOT"])
def test_what_an_app_wrote_is_no_contact_with_anybody(
    app: SlackApp, acme: Client, author: str | None
) -> None:
    react(app, author=author)
    assert touches_of(app.firm, acme) == []


def test_a_channel_of_several_clients_or_of_none_asks_which(app: SlackApp, acme: Client) -> None:
    globex = app.firm.client("Globex")
    with app.firm.house.memory.write(app.firm.workspace.id) as unit:
        unit.clients.set_channels(globex.id, ["C0ACME"])
    listening(app)
    react(app)
    asked = whispered(app)
    assert touches_of(app.firm, globex) == []
    button = next(
        e
        for b in asked["blocks"]
        for e in b.get("elements", ())
        if e.get("action_id", "").endswith(f":{globex.id}")
    )
    app.interact({"type": "block_actions", "actions": [button], "response_url": "https://hooks.slack.test/1"})
    assert [touch.at for touch in touches_of(app.firm, globex)] == [SAID_AT]
    react(app, type="reaction_removed")
    assert touches_of(app.firm, globex) == []

    react(app, channel="C0NONE")
    assert "belongs to no client" in whispered(app)["text"]


def test_a_message_of_more_than_three_years_ago_is_not_logged(app: SlackApp, acme: Client) -> None:
    listening(app)
    react(app, ts=f"{datetime(2020, 1, 1, tzinfo=UTC).timestamp():.6f}")
    assert touches_of(app.firm, acme) == []
    assert "three years" in whispered(app)["text"]


def test_who_cannot_be_told_in_the_channel_is_told_in_private(app: SlackApp, acme: Client) -> None:
    app.slack.expect("chat.postEphemeral", app.slack.refusal("user_not_in_channel"))
    app.slack.expect("chat.postMessage")
    react(app)
    assert app.slack.of("chat.postMessage")[0]["channel"] == "U0ALICE"
    assert len(touches_of(app.firm, acme)) == 1
