"""What whoever watches over the machine is told: health, figures, and one reference through the whole way."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from bot import reference
from bot.dispatcher import Elsewhere
from bot.domain.outbox import Fault, NewEntry
from bot.domain.pacing import Lane
from bot.services import channels, delivery, health
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import Firm
from tests.handlers.slack_app import SlackApp, open_app, said

DASHBOARD = Path(__file__).parents[2] / "docs" / "dashboard.json"


@pytest.fixture
def app(small_firm: Firm, sqlite_engine: Engine) -> Iterator[SlackApp]:
    opened = open_app(small_firm, sqlite_engine)
    yield opened
    opened.bot.afterwards.close(5)


def figures(app: SlackApp) -> dict[str, float]:
    """Every sample by its name with its labels."""
    lines = [line for line in app.bot.metrics.text().decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def put(firm: Firm, key: str = "one") -> int:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.outbox.add(NewEntry(key, "notice", firm.alice.id, {}, firm.clock()), now=firm.clock())
        entry = unit.outbox.by_key(key)
    assert entry is not None
    return entry.id


def test_an_answer_is_counted_under_its_kind_and_subject(app: SlackApp) -> None:
    app.firm.client("Acme Inc.")
    app.command("Acme call yesterday")
    app.command("x", command="/unheard")

    told = figures(app)
    assert told['rapport_answer_seconds_count{kind="command",subject="touches"}'] == 1
    assert told['rapport_answer_seconds_count{kind="command",subject="unknown"}'] == 1


def test_deliveries_are_counted_by_what_became_of_them(app: SlackApp) -> None:
    house, workspace = app.bot.house, app.bot.workspace
    slack = ScriptedMessenger()
    delivery.deliver(house, slack, workspace.id, put(app.firm))
    app.firm.clock.tick(seconds=2)
    waits = put(app.firm, "two")
    app.firm.clock.tick(seconds=3)
    app.bot.metrics.failed(Fault.RATE)
    app.bot.metrics.claim_lost()
    app.bot.metrics.skipped("late")
    app.bot.metrics.late(Lane.URGENT, 0.2)
    app.bot.metrics.ticked("plan", 0.1)

    told = figures(app)
    assert told['rapport_messages_sent_total{kind="notice"}'] == 1
    assert told['rapport_delivery_failures_total{fault="rate"}'] == 1
    assert told['rapport_delivery_failures_total{fault="access"}'] == 0
    assert told["rapport_claims_lost_total"] == 1
    assert told['rapport_outbox_entries{state="pending"}'] == 1
    assert told["rapport_queue_age_seconds"] == 3
    assert (told["rapport_ready"], told["rapport_workspace_off"]) == (1, 0)
    assert waits


def test_without_a_database_the_other_figures_are_still_told(app: SlackApp, sqlite_engine: Engine) -> None:
    with sqlite_engine.begin() as connection:
        connection.execute(text("alter table outbox rename to elsewhere"))

    told = figures(app)

    assert "rapport_queue_age_seconds" not in told
    assert told["rapport_claims_lost_total"] == 0


def test_every_figure_of_the_dashboard_exists(app: SlackApp) -> None:
    test_deliveries_are_counted_by_what_became_of_them(app)
    test_an_answer_is_counted_under_its_kind_and_subject(app)
    known = {name.partition("{")[0] for name in figures(app)}
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]

    named = {name for each in asked for name in re.findall(r"rapport_[a-z_]+", each)}
    assert named - known == set()
    ours = {name for name in known if name.startswith("rapport_") and not name.endswith("_created")}
    own = {re.sub(r"_(bucket|count|sum)$", "", name) for name in ours}
    assert own - {name.removesuffix("_bucket") for name in named} == set(), "nobody looks at these"


def test_it_is_not_ready_while_the_database_is_away_or_of_another_version(
    small_firm: Firm, sqlite_engine: Engine
) -> None:
    assert health.unready(small_firm.house, small_firm.workspace.id) == []
    with sqlite_engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '0001'"))
    assert "revision 0001" in health.unready(small_firm.house, small_firm.workspace.id)[0]


class _Failing(Elsewhere):
    """An engine that begins anew again and again."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def failing_for(self) -> float:
        return self._seconds


def test_it_is_not_ready_when_its_engine_has_been_failing_for_a_minute(app: SlackApp) -> None:
    """Starting it anew would mend nothing, so it counts as alive."""
    a_moment, long = (replace(app.bot, dispatcher=_Failing(seconds)) for seconds in (59, 61))

    assert (a_moment.unready(), a_moment.dead()) == ([], [])
    assert (long.unready(), long.dead()) == (["delivery has been failing for 61 s"], [])


def test_what_a_request_writes_is_delivered_and_logged_under_its_reference(
    app: SlackApp, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[str | None] = []
    with reference.under("ab12cd34"):
        entry_id = put(app.firm)
    slack = ScriptedMessenger(on_post=[lambda: seen.append(reference.current())])

    delivery.deliver(app.bot.house, slack, app.bot.workspace.id, entry_id)

    assert seen == ["ab12cd34"]
    assert reference.current() is None


def test_the_person_reads_the_same_reference_as_the_log(
    app: SlackApp, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[str | None] = []

    def broken(*_: object, **__: object) -> None:
        logged.append(reference.current())
        raise KeyError("surprise")

    monkeypatch.setitem(app.bot.desk.routes.commands, "/client-touch", broken)
    told = str(said(app.command("Acme call")))

    assert logged[0] is not None
    assert logged[0] in told


def test_what_is_done_after_the_acknowledgement_goes_under_the_same_reference(app: SlackApp) -> None:
    seen: list[str | None] = []
    with reference.under("ab12cd34"):
        app.bot.afterwards.do(lambda: seen.append(reference.current()))
    assert app.bot.afterwards.finish(5)

    assert seen == ["ab12cd34"]


def test_who_writes_to_the_bot_is_sent_messages_again_and_who_only_looks_is_not(app: SlackApp) -> None:
    firm = app.firm
    app.slack.expect("views.publish", times=3)
    channels.turn_off_by_operator(firm.house, firm.workspace.id, "U0ALICE")

    app.event({"type": "app_home_opened", "user": "U0ALICE", "tab": "home", "channel": "D0ALICE"})
    assert is_off(firm)
    app.bot.desk.people.forget()
    app.command("Acme call yesterday")
    assert not is_off(firm)


def is_off(firm: Firm) -> bool:
    with firm.house.memory.read(firm.workspace.id) as unit:
        member = unit.members.get(firm.alice.id)
    assert member is not None
    return member.channel_off_at is not None


def test_an_admin_sees_whom_messages_do_not_reach_and_sends_to_them_again(app: SlackApp) -> None:
    firm = app.firm
    for user in ("U0ALICE", "U0BRUNO"):
        channels.turn_off_by_operator(firm.house, firm.workspace.id, user)

    shown = json.dumps(said(app.command("workspace", command="/rapport", by="U0CARLA")))
    app.interact(
        {
            "type": "block_actions",
            "actions": [
                {
                    "type": "button",
                    "action_id": "workspace.channel_on",
                    "block_id": "b",
                    "value": json.dumps({"member": firm.alice.id}),
                    "action_ts": "1.1",
                }
            ],
            "response_url": "https://hooks.slack.test/1",
        },
        by="U0CARLA",
    )

    assert "2 members are not sent anything any more" in shown
    assert "Send messages to Alice Ames again" in shown
    assert not is_off(firm)


def test_the_message_to_admins_is_said_in_both_languages(app: SlackApp) -> None:
    from handlers.i18n import words_for
    from handlers.views.channels import trouble

    failing = {"name": "Alice <!channel>", "user": "U0ALICE", "failures": 3, "off": False}
    members = [failing, {**failing, "name": "Bruno", "off": True}] + [failing] * 12
    english = trouble("restricted_action", members, words_for("en-US"))
    french = trouble("account_closed", members, words_for("fr-FR"))

    assert "The last 3 messages to Alice" in english.text
    assert "Nothing is sent to Bruno any more" in english.text
    assert "and 4 more" in english.text
    assert "est fermé" in french.text
    assert "<!channel>" not in english.text + french.text


def test_lines_of_the_log_carry_the_reference(caplog: pytest.LogCaptureFixture) -> None:
    from bot.door.logs import _Reference

    record = logging.LogRecord("bot", logging.INFO, "f", 1, "m", (), None)
    with reference.under("ab12cd34"):
        assert _Reference().filter(record)

    assert getattr(record, "reference", None) == "ab12cd34"
