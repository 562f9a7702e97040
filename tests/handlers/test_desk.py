"""The desk, through real Bolt: who asks, who answers, and what happens when something goes wrong."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk.web import SlackResponse
from sqlalchemy import Engine, text

from bot.domain.refusals import Refusal
from bot.door.assembly import assemble
from handlers.answers import Answer, CloseForms, Message, Nothing, Say, UpdateForm
from handlers.ask import Ask
from handlers.i18n import words_for
from handlers.presses import Presses
from handlers.views import charts, parts
from handlers.views.charts import Chart, Series
from tests.conftest import Firm
from tests.fake_slack import TEAM, FakeSlack, user
from tests.handlers.slack_app import SlackApp, open_app, said


@pytest.fixture
def app(small_firm: Firm, sqlite_engine: Engine) -> Iterator[SlackApp]:
    opened = open_app(small_firm, sqlite_engine)
    yield opened
    opened.bot.afterwards.close(5)


def touches_in_book(app: SlackApp, engine: Engine) -> int:
    with engine.connect() as connection:
        found: int = connection.execute(text("select count(*) from touches")).scalar_one()
        return found


def test_a_typed_touch_is_logged_and_confirmed_in_the_acknowledgement(app: SlackApp) -> None:
    app.firm.client("Acme Inc.")

    body = said(app.command("Acme call yesterday, talked about the renewal"))

    assert body["response_type"] == "ephemeral"
    assert "Acme Inc." in body["text"]
    assert app.slack.calls == [], "an answer in the acknowledgement needs no call"


def test_whoever_chose_another_language_is_answered_in_it_at_once(app: SlackApp) -> None:
    assert "Morning message" in json.dumps(said(app.command("settings", command="/rapport")))

    said(
        app.interact(
            {
                "type": "block_actions",
                "response_url": "https://hooks.slack.test/actions/1",
                "container": {"type": "message"},
                "actions": [
                    {
                        "action_id": "settings.language",
                        "block_id": "b",
                        "type": "static_select",
                        "selected_option": {"text": {"type": "plain_text", "text": "-"}, "value": "fr-FR"},
                        "action_ts": "1.1",
                    }
                ],
            }
        )
    )

    assert "Message du matin" in json.dumps(said(app.command("settings", command="/rapport")))


def test_the_same_command_delivered_twice_logs_once(app: SlackApp, sqlite_engine: Engine) -> None:
    app.firm.client("Acme Inc.")

    first = said(app.command("Acme call", trigger_id="7.7.same"))
    again = said(app.command("Acme call", trigger_id="7.7.same"))

    assert touches_in_book(app, sqlite_engine) == 1
    assert "Acme Inc." in first["text"]
    assert "Acme Inc." in again["text"]


def test_the_same_form_sent_twice_logs_once(app: SlackApp, sqlite_engine: Engine) -> None:
    client = app.firm.client("Acme Inc.")
    app.slack.expect("views.open")
    said(app.command(""))
    view = {**app.slack.of("views.open")[0]["view"], "id": "V0FORM", "hash": "1.a", "team_id": "T0FIRM"}
    view["state"] = {"values": _filled(view, str(client.id))}

    answers = [app.interact({"type": "view_submission", "view": view}) for _ in range(2)]

    assert [answer.status for answer in answers] == [200, 200]
    assert touches_in_book(app, sqlite_engine) == 1


def _filled(view: dict[str, Any], client_id: str) -> dict[str, Any]:
    from tests.handlers.conftest import filled

    return filled(view, client=client_id, channel="call")


def test_somebody_new_is_let_in_with_the_zone_slack_knows(app: SlackApp) -> None:
    body = said(app.command("help", command="/rapport", by="U0NEW"))

    assert body["text"]
    with app.firm.house.memory.read(app.firm.workspace.id) as unit:
        nora = unit.members.by_user("U0NEW")
    assert nora is not None
    assert (nora.name, nora.zone) == ("Nora New", "America/New_York")
    assert nora.next_digest_at is not None


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"is_bot": True}, "bot"),
        ({"is_restricted": True}, "guest"),
        ({"deleted": True}, "closed"),
        ({"team_id": "T0ELSEWHERE"}, "organisation"),
        ({"is_stranger": True}, "organisation"),
    ],
)
def test_who_may_not_be_a_member_is_told_why_and_kept_out(
    app: SlackApp, facts: dict[str, Any], word: str
) -> None:
    app.slack.users["U0OUT"] = user("U0OUT", "Oscar Out", **facts)

    body = said(app.command("Acme call", by="U0OUT"))

    assert word in body["text"]
    with app.firm.house.memory.read(app.firm.workspace.id) as unit:
        assert unit.members.by_user("U0OUT") is None


def test_a_press_of_somebody_from_another_organisation_is_refused_without_a_look_up(app: SlackApp) -> None:
    app.slack.expect("views.open")
    answer = app.interact(
        {
            "type": "block_actions",
            "user": {"id": "U0EVE", "name": "eve", "team_id": "T0ELSEWHERE"},
            "actions": [
                {"type": "button", "action_id": "touch.undo", "block_id": "b", "value": "1", "action_ts": "1"}
            ],
        }
    )

    assert answer.status == 200
    assert app.slack.of("users.info") == []
    assert "organisation" in str(app.slack.of("views.open")[0]["view"])


def test_what_somebody_new_typed_is_given_back_when_slack_cannot_say_who_they_are(app: SlackApp) -> None:
    app.slack.expect("users.info", app.slack.refusal("internal_error", 500))

    body = said(app.command("Acme call yesterday", by="U0NEW"))

    assert "Acme call yesterday" in body["text"]


def test_who_is_new_is_asked_for_in_less_time_than_slack_gives_us(app: SlackApp) -> None:
    waited: list[int] = []
    ask = FakeSlack.api_call

    class Watching(FakeSlack):
        def api_call(self, api_method: str, **request: Any) -> SlackResponse:
            waited.append(self.timeout)
            return ask(self, api_method, **request)

    watching = Watching()
    watching.users = app.slack.users
    bot = assemble(app.settings, app.firm.house, watching, app.identity, app.replies)
    try:
        bot.desk.people.member(TEAM, {"id": "U0NEW"})
    finally:
        bot.afterwards.close(5)

    assert waited
    assert max(waited) < 3


def test_known_people_are_served_while_slack_is_down(app: SlackApp) -> None:
    app.firm.client("Acme Inc.")

    body = said(app.command("Acme call"))

    assert "Acme Inc." in body["text"]
    assert app.slack.calls == []


def test_a_refusal_is_a_sentence(app: SlackApp) -> None:
    def refuse(ask: Ask) -> Answer:
        raise Refusal("client.gone")

    app.bot.desk.routes.commands["/client"] = refuse

    body = said(app.command("Acme", command="/client"))

    assert "no longer" in body["text"]


def test_a_surprise_gives_the_person_a_reference_that_the_log_explains(
    app: SlackApp, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(ask: Ask) -> Answer:
        raise RuntimeError("the floor gave way")

    app.bot.desk.routes.commands["/client"] = stumble

    with caplog.at_level(logging.ERROR):
        body = said(app.command("Acme", command="/client"))

    record = next(r for r in caplog.records if r.exc_info)
    assert record.reference in body["text"]  # type: ignore[attr-defined]  # an extra of ours
    assert "the floor gave way" not in body["text"]
    assert "the floor gave way" in caplog.text


def test_a_form_that_surprises_stays_open_under_a_notice(app: SlackApp) -> None:
    def stumble(ask: Ask) -> Answer:
        raise RuntimeError("the floor gave way")

    app.bot.desk.routes.views["test.form"] = stumble
    view = {"id": "V1", "hash": "1", "type": "modal", "callback_id": "test.form", "state": {"values": {}}}

    body = said(app.interact({"type": "view_submission", "view": view}))

    assert body["response_action"] == "push"


@pytest.mark.parametrize("kind", ["command", "action", "view", "shortcut", "options", "event"])
def test_every_kind_of_payload_is_acknowledged_when_nobody_knows_it(app: SlackApp, kind: str) -> None:
    app.slack.expect("views.open", times=2)
    answers = {
        "command": lambda: app.command("x", command="/never-heard"),
        "action": lambda: app.interact(
            {
                "type": "block_actions",
                "response_url": "https://hooks.slack.test/actions/1",
                "actions": [{"type": "button", "action_id": "never", "block_id": "b", "action_ts": "1"}],
            }
        ),
        "view": lambda: app.interact(
            {
                "type": "view_submission",
                "view": {"id": "V1", "type": "modal", "callback_id": "never", "state": {"values": {}}},
            }
        ),
        "shortcut": lambda: app.interact({"type": "shortcut", "callback_id": "never", "action_ts": "1"}),
        "options": lambda: app.interact(
            {"type": "block_suggestion", "action_id": "never", "block_id": "b", "value": "a"}
        ),
        "event": lambda: app.event({"type": "team_rename", "name": "x"}),
    }

    assert answers[kind]().status == 200


def test_a_closed_form_is_acknowledged(app: SlackApp) -> None:
    view = {"id": "V1", "type": "modal", "callback_id": "touch.form", "state": {"values": {}}}

    assert app.interact({"type": "view_closed", "view": view, "is_cleared": False}).status == 200


def test_a_message_to_the_bot_is_answered_once_however_often_it_is_delivered(app: SlackApp) -> None:
    app.slack.expect("chat.postMessage", {"ok": True, "channel": "D0ALICE", "ts": "1.1"})
    message = {
        "type": "message",
        "channel_type": "im",
        "channel": "D0ALICE",
        "user": "U0ALICE",
        "text": "hello?",
        "ts": "1.0",
    }

    first = app.event(message, event_id="Ev0TWICE")
    again = app.event(message, event_id="Ev0TWICE", **{"x-slack-retry-num": "1"})

    assert (first.status, again.status) == (200, 200)
    assert len(app.slack.of("chat.postMessage")) == 1


@pytest.mark.parametrize("more", [{"subtype": "message_changed"}, {"bot_id": "B1"}, {"user": None}])
def test_edits_bots_and_nobody_are_not_answered(app: SlackApp, more: dict[str, Any]) -> None:
    message = {
        "type": "message",
        "channel_type": "im",
        "channel": "D0",
        "user": "U0ALICE",
        "text": "x",
        "ts": "1",
        **more,
    }

    assert app.event(message).status == 200
    assert app.slack.calls == []


def test_the_home_tab_of_an_outsider_says_why_there_is_nothing(app: SlackApp) -> None:
    app.slack.users["U0GUEST"] = user("U0GUEST", "Gus Guest", is_restricted=True)
    app.slack.expect("views.publish")

    app.event(
        {"type": "app_home_opened", "user": "U0GUEST", "channel": "D0G", "tab": "home", "event_ts": "1"}
    )

    assert "guest" in str(app.slack.of("views.publish")[0]["view"])


def test_a_failing_call_after_the_acknowledgement_is_logged_and_hurts_nobody(
    app: SlackApp, caplog: pytest.LogCaptureFixture
) -> None:
    app.slack.expect("views.open", app.slack.refusal("expired_trigger_id"))

    with caplog.at_level(logging.ERROR):
        answer = app.command("")

    assert answer.status == 200
    assert "expired_trigger_id" in caplog.text


def test_a_form_that_slack_did_not_show_is_explained_as_that(app: SlackApp) -> None:
    app.slack.expect("views.open", app.slack.refusal("internal_error", 500))

    app.command("")

    assert any("did not let me show the form" in str(body["text"]) for _, body in app.replies.sent)


def test_a_form_that_came_too_late_to_open_is_explained(app: SlackApp) -> None:
    app.slack.expect("views.open", app.slack.refusal("expired_trigger_id"))

    app.command("")

    assert any("again" in str(body["text"]) for _, body in app.replies.sent)


def test_a_listener_may_answer_nothing(app: SlackApp) -> None:
    app.bot.desk.routes.commands["/client"] = lambda ask: Nothing()

    assert said(app.command("x", command="/client")) == {}


def test_mentions_and_entities_reach_the_listener_as_the_person_saw_them(app: SlackApp) -> None:
    heard: list[str] = []

    def listen(ask: Ask) -> Answer:
        heard.append(ask.text)
        return Nothing()

    app.bot.desk.routes.commands["/client"] = listen
    app.command("AT&amp;T &lt;b&gt; <!channel> <@U0BRUNO|bruno>", command="/client")

    assert heard == ["AT&T <b> @channel @bruno"]


def test_an_echo_of_hostile_text_mentions_nobody(app: SlackApp) -> None:
    body = said(app.command("<!channel> <@U0BRUNO|bruno> &amp; Co call"))

    assert "<!channel>" not in str(body)
    assert "<@U0BRUNO" not in str(body)


def test_a_read_only_database_is_named_and_the_text_given_back(app: SlackApp, sqlite_engine: Engine) -> None:
    app.firm.client("Acme Inc.")
    with sqlite_engine.execution_options(sqlite_begin="DEFERRED").connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
        connection.commit()

    bodies = [said(app.command("Acme call yesterday")) for _ in range(1)]

    assert "Acme call yesterday" in bodies[0]["text"]
    assert "Logged" not in bodies[0]["text"]


def test_answers_differ_in_language_by_member(app: SlackApp) -> None:
    app.firm.client("Boréal", owner=app.firm.bruno)

    body = said(app.command("Boréal appel hier", by="U0BRUNO"))

    assert "Noté" in body["text"]


def test_say_answers_to_a_press_go_to_the_response_address(app: SlackApp) -> None:
    app.bot.desk.routes.actions["test.press"] = lambda ask: Say(Message("heard"))
    app.interact(
        {
            "type": "block_actions",
            "response_url": "https://hooks.slack.test/actions/9",
            "actions": [{"type": "button", "action_id": "test.press:3", "block_id": "b", "action_ts": "1"}],
        }
    )

    address, body = app.replies.sent[0]
    assert address == "https://hooks.slack.test/actions/9"
    assert (body["text"], body["response_type"], body["replace_original"]) == ("heard", "ephemeral", False)


def test_an_answer_whose_address_has_expired_reaches_the_person_in_private(app: SlackApp) -> None:
    app.replies.expired = True
    app.slack.expect("chat.postMessage", {"ok": True, "channel": "D0ALICE", "ts": "1.1"})
    app.bot.desk.routes.views["test.form"] = lambda ask: CloseForms(Say(Message("logged all the same")))
    notes = json.dumps({"reply_to": "https://hooks.slack.test/old"})
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": "test.form",
        "private_metadata": notes,
        "state": {"values": {}},
    }

    answer = app.interact({"type": "view_submission", "view": view})

    assert answer.status == 200
    posted = app.slack.of("chat.postMessage")[0]
    assert (posted["channel"], posted["text"]) == ("U0ALICE", "logged all the same")


def _with_a_chart() -> Message:
    chart = Chart("Touches", "bar", ("Nov",), (Series("Both", (3,)),), across="Month")
    return parts.told("Three touches.", charts.blocks(chart, "Three touches.", words_for("en-US")))


def test_an_answer_with_a_chart_goes_to_the_response_address_and_without_it_where_slack_takes_none(
    app: SlackApp,
) -> None:
    app.bot.desk.routes.commands["/client-touch"] = lambda ask: Say(_with_a_chart())
    app.replies.charts_refused = True

    answer = app.command("figures")

    assert answer.status == 200
    assert answer.body == ""
    (_, body) = app.replies.sent[0]
    assert [block["type"] for block in body["blocks"]] == ["section", "table"]
    assert body["text"] == "Three touches."


def _pressed_in_form(app: SlackApp, name: str, trigger: str) -> None:
    app.interact(
        {
            "type": "block_actions",
            "trigger_id": trigger,
            "view": {
                "id": "V1",
                "hash": "1.a",
                "type": "modal",
                "callback_id": "test.form",
                "private_metadata": json.dumps({"reply_to": "https://hooks.slack.test/commands/1"}),
            },
            "actions": [
                {"type": "button", "action_id": name, "block_id": "b", "value": "1", "action_ts": "1"}
            ],
        }
    )


def _a_form(title: str) -> dict[str, Any]:
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": title},
        "blocks": [{"type": "section", "text": {"type": "plain_text", "text": title}}],
    }


def test_a_second_choice_made_before_the_first_was_answered_has_the_last_word(app: SlackApp) -> None:
    app.bot.desk.routes.actions["second"] = lambda ask: UpdateForm(_a_form("Second"))
    app.slack.expect("views.update", app.slack.refusal("hash_conflict"), {"ok": True})

    _pressed_in_form(app, "second", "2.2.second")

    tried, forced = app.slack.of("views.update")
    assert (tried["hash"], "hash" in forced) == ("1.a", False)
    assert "Second" in str(forced["view"])
    assert app.replies.sent == []


def test_the_answer_to_an_earlier_choice_does_not_undo_a_later_one(app: SlackApp) -> None:
    def overtaken(ask: Ask) -> Answer:
        app.bot.desk.presses.note("V1", "a later one")
        return UpdateForm(_a_form("First"))

    app.bot.desk.routes.actions["first"] = overtaken
    app.slack.expect("views.update", app.slack.refusal("hash_conflict"))

    _pressed_in_form(app, "first", "1.1.first")

    assert len(app.slack.of("views.update")) == 1


@pytest.mark.parametrize("refusals", [["not_found"], ["hash_conflict", "not_found"]])
def test_nothing_is_said_about_a_form_that_was_closed_before_its_update(
    app: SlackApp, refusals: list[str]
) -> None:
    app.bot.desk.routes.actions["late"] = lambda ask: UpdateForm(_a_form("Late"))
    app.slack.expect("views.update", *(app.slack.refusal(error) for error in refusals))

    _pressed_in_form(app, "late", "3.3.late")

    assert app.replies.sent == []
    assert app.slack.of("views.open") == []


def test_only_so_many_forms_are_remembered() -> None:
    presses = Presses(most=2)
    for view in ("V1", "V2", "V3"):
        presses.note(view, "first")
        presses.note(view, "second")

    assert [presses.is_latest(view, "first") for view in ("V1", "V2", "V3")] == [True, False, False]
    assert presses.is_latest("V3", "second")
