"""The digest's buttons: each press brings the message up to date."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.domain.clients import Client, Tier
from bot.domain.refusals import Refusal
from bot.services import digest
from handlers.answers import (
    CloseForms,
    FormErrors,
    Message,
    OpenForm,
    PublishHome,
    Replace,
    ReplaceAt,
    Say,
    UpdateForm,
)
from handlers.i18n import words_for
from handlers.views import digest as views
from tests.conftest import Firm
from tests.handlers.conftest import Visitor, elements_of, message_faults, opened, said, seen

MORNING = datetime(2026, 12, 14, 14, 0, tzinfo=UTC)
"""Monday 14 December 2026, 9 in New York: four weeks after the clients came into the book."""


@pytest.fixture
def due(small_firm: Firm) -> list[Client]:
    """Two clients of Alice's that are due on that morning, Acme before Globex."""
    clients = [small_firm.client("Acme", tier=Tier.A), small_firm.client("Globex", tier=Tier.A)]
    small_firm.clock.now = MORNING
    return clients


@pytest.fixture
def morning(small_firm: Firm, due: list[Client]) -> Message:
    """Alice's digest as it is sent to her."""
    house, workspace = small_firm.house, small_firm.workspace.id
    digest.plan(house, workspace)
    with house.memory.read(workspace) as unit:
        entries = [unit.outbox.get(entry_id) for entry_id in unit.outbox.due(MORNING, 10)]
    (entry,) = [e for e in entries if e is not None and e.member_id == small_firm.alice.id]
    message = views.message(
        digest.rows_from(entry.facts),
        date.fromisoformat(str(entry.facts["day"])),
        words_for("en-US"),
        entry.id,
        0,
    )
    assert message_faults(message) == []
    return message


def test_the_text_alone_names_each_client_and_why(morning: Message) -> None:
    assert "Acme" in morning.text
    assert "Globex" in morning.text
    assert "28 days" in morning.text


def test_a_logged_client_leaves_the_digest(
    alice: Visitor, small_firm: Firm, due: list[Client], morning: Message
) -> None:
    form = opened(alice.presses(morning, f"nudge.log:{due[0].id}"))
    answer = alice.submits(form, channel="call")
    assert isinstance(answer, CloseForms)
    assert isinstance(answer.then, ReplaceAt)
    shown, confirmed = answer.then.message, answer.then.also
    assert "Acme" not in shown.text
    assert "Globex" in shown.text
    assert "1 client seen to" in seen(shown)
    assert confirmed is not None
    assert "Logged: Acme" in confirmed.text

    last = alice.submits(opened(alice.presses(shown, f"nudge.log:{due[1].id}")), channel="call")
    assert "All done for today." in said(last).text


@pytest.mark.parametrize(
    ("wish", "day"), [("tomorrow", "Dec 15"), ("three_days", "Dec 17"), ("monday", "Dec 21")]
)
def test_a_client_is_put_off_with_one_choice(
    alice: Visitor, small_firm: Firm, due: list[Client], morning: Message, wish: str, day: str
) -> None:
    answer = alice.presses(morning, f"nudge.snooze:{due[0].id}", choose=wish)
    assert isinstance(answer, Replace)
    assert "Acme" not in answer.message.text
    assert answer.also is not None
    assert "Acme" in answer.also.text
    assert day.split()[1] in answer.also.text
    assert small_firm.again(due[0]).snoozed_until is not None


def test_the_same_choice_twice_puts_off_once(
    alice: Visitor, small_firm: Firm, due: list[Client], morning: Message
) -> None:
    for _ in range(2):
        answer = alice.presses(morning, f"nudge.snooze:{due[0].id}", choose="tomorrow")
        assert isinstance(answer, Replace)
    assert small_firm.again(due[0]).snoozes == 1


def test_a_date_is_asked_for_in_a_form(
    alice: Visitor, small_firm: Firm, due: list[Client], morning: Message
) -> None:
    form = opened(alice.presses(morning, f"nudge.snooze:{due[0].id}", choose='"date"'))
    empty = alice.submits(form)
    assert isinstance(empty, FormErrors)
    answer = alice.submits(form, day="2026-12-22")
    assert isinstance(answer, CloseForms)
    assert isinstance(answer.then, ReplaceAt)
    assert "Acme" not in answer.then.message.text
    until = small_firm.again(due[0]).snoozed_until
    assert until == datetime(2026, 12, 22, 5, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hint"), [("2026-12-14", "not ahead"), ("2027-12-14", "too far")])
def test_a_date_that_cannot_be_is_told_at_its_field(
    alice: Visitor, due: list[Client], morning: Message, day: str, hint: str
) -> None:
    form = opened(alice.presses(morning, f"nudge.snooze:{due[0].id}", choose='"date"'))
    answer = alice.submits(form, day=day)
    assert isinstance(answer, FormErrors)
    assert hint in answer.errors["day"]


def test_from_the_second_time_on_a_reason_is_asked(
    alice: Visitor, small_firm: Firm, due: list[Client], morning: Message
) -> None:
    alice.presses(morning, f"nudge.snooze:{due[0].id}", choose="tomorrow")
    asked = alice.presses(morning, f"nudge.snooze:{due[0].id}", choose="monday")
    assert isinstance(asked, OpenForm)
    assert "snoozed before" in seen(asked.view)
    picker = next(e for e in elements_of(asked.view["blocks"]) if e["type"] == "datepicker")
    assert picker["initial_date"] == "2026-12-21"
    silent = alice.submits(asked.view, reason="  ")
    assert isinstance(silent, FormErrors)
    assert list(silent.errors) == ["reason"]
    alice.submits(asked.view, reason="their office is closed")
    assert small_firm.again(due[0]).snoozed_until == datetime(2026, 12, 21, 5, tzinfo=UTC)


def test_open_tells_the_brief_and_leaves_the_digest(
    alice: Visitor, due: list[Client], morning: Message
) -> None:
    answer = alice.presses(morning, f"nudge.open:{due[0].id}")
    assert isinstance(answer, Say)
    assert "Nothing logged yet" in answer.message.text


def test_what_was_done_counts_even_when_the_digest_is_known_no_more(
    alice: Visitor, small_firm: Firm, due: list[Client]
) -> None:
    rows = digest.today(small_firm.house, small_firm.actor(small_firm.alice))
    message = views.message(rows, MORNING.date(), words_for("en-US"), 999, 0)
    answer = alice.presses(message, f"nudge.snooze:{due[0].id}", choose="tomorrow")
    assert isinstance(answer, Say)
    assert small_firm.again(due[0]).snoozed_until is not None
    logged = alice.submits(opened(alice.presses(message, f"nudge.log:{due[1].id}")), channel="call")
    assert "Logged: Globex" in said(logged).text


def test_nobody_puts_off_a_colleagues_client(
    bruno: Visitor, small_firm: Firm, due: list[Client], morning: Message
) -> None:
    with pytest.raises(Refusal, match="not_yours"):
        bruno.presses(morning, f"nudge.snooze:{due[0].id}", choose="tomorrow")
    assert small_firm.again(due[0]).snoozed_until is None


def test_on_the_home_tab_a_press_brings_the_tab_up_to_date(
    alice: Visitor, small_firm: Firm, due: list[Client]
) -> None:
    home = alice.opens_home()
    assert "Acme" in seen(home)
    put_off = alice.presses(home, f"nudge.snooze:{due[0].id}", choose="tomorrow")
    assert isinstance(put_off, PublishHome)
    rows = [e["action_id"] for e in elements_of(put_off.view["blocks"]) if "nudge.log" in e["action_id"]]
    assert rows == [f"nudge.log:{due[1].id}"]
    logged = alice.submits(opened(alice.presses(put_off.view, f"nudge.log:{due[1].id}")), channel="call")
    assert isinstance(logged, UpdateForm)
    assert logged.home
    assert "Undo" in seen(logged.view)
    assert "Nobody is due today" in seen(alice.opens_home())


def test_on_the_home_tab_a_brief_opens_as_a_modal_from_which_a_touch_is_logged(
    alice: Visitor, due: list[Client]
) -> None:
    brief = alice.presses(alice.opens_home(), f"nudge.open:{due[0].id}")
    assert isinstance(brief, OpenForm)
    form = alice.presses(brief.view, "client.log")
    assert isinstance(form, OpenForm)
    answer = alice.submits(form.view, channel="call")
    assert isinstance(answer, UpdateForm)
    assert answer.home
