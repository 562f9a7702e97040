"""Why something was said or held back, as people read it; do-not-disturb, and presses, as Slack tells of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.domain.gate import WEIGHTS
from bot.domain.outbox import NewEntry
from bot.domain.refusals import Refusal
from bot.services import delivery, members, nudges
from bot.services import settings as services
from bot.services.platform import TryLater, Unclear
from handlers.answers import OpenForm, Say
from handlers.directory import SlackDirectory, disturbance_of
from handlers.i18n import words_for
from handlers.messenger import SlackMessenger
from handlers.views import gate as views
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import MONDAY, Firm
from tests.fake_slack import FakeSlack
from tests.handlers.conftest import Visitor, opened, said, seen
from tests.handlers.slack_app import SlackApp, open_app
from tests.handlers.test_messenger import FACTS


@pytest.fixture
def app(small_firm: Firm, sqlite_engine: Engine) -> SlackApp:
    return open_app(small_firm, sqlite_engine, newcomers=True)


@pytest.fixture(autouse=True)
def nudged(small_firm: Firm) -> None:
    """Four reminders at once, of which one has to wait."""
    acme = small_firm.client("Acme", spoke_before_at=MONDAY - timedelta(days=300))
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        for n in range(4):
            facts = {"client": acme.id, "n": n}
            new = NewEntry(
                f"n{n}", "something_new", small_firm.alice.id, facts, due_at=MONDAY - timedelta(seconds=4)
            )
            unit.outbox.add(new, now=MONDAY)
    for entry_id in delivery.due(small_firm.house, small_firm.workspace.id, 9):
        delivery.deliver(small_firm.house, ScriptedMessenger(), small_firm.workspace.id, entry_id)


# --- Read -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["why", "Why", "pourquoi"])
def test_why_tells_what_was_said_what_was_held_back_and_what_is_left(alice: Visitor, typed: str) -> None:
    shown = seen(said(alice.types("/rapport", typed)))

    for told in (
        "Messages that interrupt: 3 of 6 today, 3 of 3 within the last hour.",
        "The morning message could be sent now.",
        "A reminder would have to wait until today 10:00",
        "Message (Acme), held back until today 10:00",
        "three messages an hour are enough",
        "Message (Acme), sent",
    ):
        assert told in shown.replace("\u202f", " ").replace("\xa0", " "), told


def test_the_next_morning_message_has_one_hour_and_no_other(alice: Visitor, small_firm: Firm) -> None:
    small_firm.clock.now = MONDAY.replace(hour=23) + timedelta(hours=5)
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        nine = small_firm.alice.calendar.at(date(2026, 11, 17), time(9))
        unit.members.move_digest(small_firm.alice.id, old=small_firm.alice.next_digest_at, new=nine)
    shown = seen(said(alice.types("/rapport", "why"))).replace("\u202f", " ").replace("\xa0", " ")

    assert (
        "Next morning message: Tuesday, November 17, 9:00 AM.\nIt would not be sent now: quiet hours."
        in shown
    )
    assert "The morning message would have to wait" not in shown


def test_why_of_a_client_says_whether_it_is_on_todays_list(alice: Visitor, small_firm: Firm) -> None:
    due = seen(said(alice.types("/rapport", "why Acme")))
    acme = small_firm.clients["Acme"]
    nudges.snooze(small_firm.house, small_firm.actor(small_firm.alice), acme.id, day=date(2026, 11, 19))
    snoozed = seen(said(alice.types("/rapport", "why acme")))

    assert "On today's list." in due
    assert "Not on today's list: it is snoozed until Thursday, November 19." in snoozed
    with pytest.raises(Refusal, match=r"client\.unknown"):
        alice.types("/rapport", "why Zyxwv")


def test_the_brief_and_the_settings_carry_the_button(alice: Visitor) -> None:
    brief = said(alice.types("/client", "Acme"))
    of_client = alice.presses(brief, "gate.why")
    settings = said(alice.types("/rapport", "settings"))
    of_all = alice.presses(settings, "gate.why")
    on_home = alice.presses(alice.goes(alice.opens_home(), "settings"), "gate.why")

    assert isinstance(of_client, Say)
    assert isinstance(of_all, Say)
    assert "Reminders of Acme" in seen(of_client.message)
    assert "What I said and held back" in seen(of_all.message)
    assert isinstance(on_home, OpenForm)
    assert "3 of 6 today" in seen(opened(on_home))


def test_nobody_reads_why_of_somebody_elses_client(alice: Visitor, bruno: Visitor) -> None:
    brief = said(alice.types("/client", "Acme"))

    with pytest.raises(Refusal, match=r"client\.not_yours"):
        bruno.presses(brief, "gate.why")


def test_every_reason_has_words_in_both_languages() -> None:
    french = words_for("fr-FR")
    assert set(views.KINDS) == set(WEIGHTS)
    for sentence in (*views.REASONS.values(), *views.KINDS.values(), *views.PACES.values()):
        assert french.say(sentence) != sentence or sentence == "absence"


def test_quiet_hours_are_given_up_and_taken_back(alice: Visitor, small_firm: Firm) -> None:
    settings = said(alice.types("/rapport", "settings"))
    given_up = said(alice.presses(settings, "settings.quiet", choose="any"))
    member = services.standing(small_firm.house, small_firm.actor(small_firm.alice)).member
    back = said(alice.presses(given_up, "settings.quiet", choose="quiet"))

    assert member.quiet_hours is False
    assert given_up.text.startswith("At any hour of any day")
    assert back.text.startswith("On your working days")
    with pytest.raises(Refusal):
        alice.presses(settings, "settings.quiet", choose="never")


def test_a_slowed_digest_says_so_in_one_line(small_firm: Firm) -> None:
    messenger = SlackMessenger(FakeSlack())
    slowed = messenger.render("digest", {**FACTS, "pace": "twice"}, small_firm.alice, 7)
    french = messenger.render("digest", {**FACTS, "pace": "weekly"}, small_firm.bruno, 8)

    assert "comes on Monday and Thursday only" in str(slowed["text"])
    assert "ne vient plus que le lundi" in str(french["blocks"])
    assert "only" not in str(messenger.render("digest", FACTS, small_firm.alice, 9)["text"])


# --- Do-not-disturb ---------------------------------------------------------------------------------------

SPAN = (datetime(2026, 11, 16, 15, 0, tzinfo=UTC), datetime(2026, 11, 16, 17, 0, tzinfo=UTC))
STATUS = {
    "dnd_enabled": True,
    "next_dnd_start_ts": int(SPAN[0].timestamp()),
    "next_dnd_end_ts": int(SPAN[1].timestamp()),
}


@pytest.mark.parametrize(
    ("status", "span"),
    [
        (STATUS, SPAN),
        ({**STATUS, "dnd_enabled": False}, None),
        ({"dnd_enabled": True, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}, None),
        ({"dnd_enabled": True}, None),
        ({**STATUS, "next_dnd_end_ts": "soon"}, None),
        ({**STATUS, "next_dnd_end_ts": 10**18}, None),
        ({}, None),
    ],
)
def test_slacks_status_is_read_as_a_span_or_as_none(status: dict[str, Any], span: object) -> None:
    assert disturbance_of(status) == span


def test_without_the_scope_slack_is_asked_once_and_the_bot_goes_on(small_firm: Firm) -> None:
    slack = FakeSlack()
    slack.expect("dnd.info", slack.refusal("missing_scope"))
    directory = SlackDirectory(slack, lambda: small_firm.workspace)

    assert [directory.do_not_disturb("U0ALICE") for _ in range(2)] == [None, None]
    assert len(slack.of("dnd.info")) == 1


def test_with_the_scope_slack_is_asked_and_its_troubles_are_passed_on(small_firm: Firm) -> None:
    slack = FakeSlack()
    slack.expect(
        "dnd.info", {"ok": True, **STATUS}, slack.refusal("ratelimited", 429), slack.refusal("x", 500)
    )
    directory = SlackDirectory(slack, lambda: small_firm.workspace)

    assert directory.do_not_disturb("U0ALICE") == SPAN
    with pytest.raises(TryLater):
        directory.do_not_disturb("U0ALICE")
    with pytest.raises(Unclear):
        directory.do_not_disturb("U0ALICE")


def test_the_event_is_noted_of_members_and_of_nobody_else(app: SlackApp) -> None:
    for user in ("U0ALICE", "U0STRANGER"):
        answer = app.event(
            {"type": "dnd_updated_user", "user": user, "dnd_status": STATUS, "event_ts": "1.1"}
        )
        assert answer.status == 200
    app.event({"type": "dnd_updated_user", "user": "U0BRUNO", "dnd_status": "odd", "event_ts": "1.2"})

    alice = members.of_user(app.firm.house, app.firm.workspace.id, "U0ALICE")
    assert alice is not None
    assert (alice.dnd_from, alice.dnd_until) == SPAN
    assert members.of_user(app.firm.house, app.firm.workspace.id, "U0STRANGER") is None
    assert app.slack.calls == []


# --- Presses ----------------------------------------------------------------------------------------------


def test_a_command_is_noted_once_a_day_and_a_look_at_home_is_not(app: SlackApp) -> None:
    def pressed() -> datetime | None:
        member = members.of_user(app.firm.house, app.firm.workspace.id, "U0ALICE")
        assert member is not None
        return member.last_press_at

    app.slack.expect("views.publish", times=3)
    app.event(
        {"type": "app_home_opened", "user": "U0ALICE", "channel": "D1", "tab": "home", "event_ts": "1.1"}
    )
    looked = pressed()
    app.command("help", command="/rapport")
    first = pressed()
    app.firm.clock.tick(hours=1)
    app.command("help", command="/rapport")

    assert (looked, first, pressed()) == (None, MONDAY, MONDAY)
