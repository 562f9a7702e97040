"""The rows of the three lanes, pressed: seen to, why, the learnt rhythm, the days of a client in its form."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.clients import Client
from bot.domain.touches import Channel, TouchDraft
from bot.services import digest, touches
from bot.services.owners import moments_of
from handlers.answers import Message, Replace
from handlers.i18n import words_for
from handlers.views import digest as views
from tests.conftest import Firm
from tests.handlers.conftest import Visitor, elements_of, message_faults, said

MORNING = datetime(2026, 12, 14, 14, 0, tzinfo=UTC)
"""Monday 14 December 2026, 9 in New York."""


@pytest.fixture
def acme(small_firm: Firm) -> Client:
    """A client of Alice's that is due on that morning, and five years with us on the Wednesday."""
    client = small_firm.client("Acme", relation_since=date(2021, 12, 16))
    small_firm.clock.now = MORNING
    return client


@pytest.fixture
def morning(small_firm: Firm, acme: Client) -> Message:
    """Alice's digest as it is sent to her."""
    house, workspace = small_firm.house, small_firm.workspace.id
    digest.plan(house, workspace)
    with house.memory.read(workspace) as unit:
        (entry_id,) = unit.outbox.due(MORNING, 10)
        entry = unit.outbox.get(entry_id)
    assert entry is not None
    day = date.fromisoformat(str(entry.facts["day"]))
    message = views.message(digest.rows_from(entry.facts), day, words_for("en-US"), entry.id, 0)
    assert message_faults(message) == []
    return message


def test_an_occasion_that_is_seen_to_leaves_the_client_among_the_due(
    alice: Visitor, acme: Client, morning: Message
) -> None:
    assert "You have something for them" in morning.text
    assert "5 years together on Wednesday, December 16." in morning.text

    answer = alice.presses(morning, f"occasion.seen:{acme.id}")

    assert isinstance(answer, Replace)
    assert "Stay close" in answer.message.text
    assert "5 years" not in answer.message.text
    assert answer.also is not None
    undone = alice.presses(answer.also, "occasion.back")
    assert "counts again" in said(undone).text


def test_the_three_dots_say_why_a_row_is_there(alice: Visitor, acme: Client, morning: Message) -> None:
    answer = said(alice.presses(morning, f"nudge.more:{acme.id}", choose="why"))
    assert "Why you see Acme" in answer.text
    assert "You have something for them: 5 years together" in answer.text
    assert "Contact every 14 days: that of tier A." in answer.text
    assert "press “Seen to”" in answer.text


def test_why_tells_of_a_question_that_was_left_waiting_too_long(
    alice: Visitor, small_firm: Firm, acme: Client, morning: Message
) -> None:
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        held = unit.clients.hold(acme.id)
        assert held is not None
        missed = replace(held, missed_at=MORNING - timedelta(days=4))
        unit.clients.set_clock(missed, moments_of(unit, missed, MORNING))
    answer = said(alice.presses(morning, f"nudge.more:{acme.id}", choose="why"))
    assert "Contact within 3 working days, until somebody has spoken to them after the answer" in answer.text
    assert "a question was left waiting too long on " in answer.text


def test_a_learnt_rhythm_is_taken_over_from_the_brief_by_one_press(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    for number in range(8):
        at = MORNING - timedelta(days=28 * number + 1)
        draft = TouchDraft(acme.id, Channel.CALL, at=at)
        touches.log(small_firm.house, small_firm.actor(small_firm.alice), draft, f"call {number}")

    brief = said(alice.types("/client", "Acme"))
    assert "Lately you have talked every" in brief.text
    taken = said(alice.presses(brief, "rhythm.take"))
    days = small_firm.again(acme).cadence_days
    assert days is not None
    assert f"a contact every {days} days from now on" in taken.text
    alice.presses(taken, "rhythm.undo")
    assert small_firm.again(acme).cadence_days is None

    alice.presses(brief, "rhythm.decline")
    assert "Lately" not in said(alice.types("/client", "Acme")).text


def test_a_merged_row_offers_what_both_reasons_need(morning: Message) -> None:
    labels = [e.get("accessibility_label", "") for e in elements_of(morning.blocks)]
    assert "Log a touch with Acme" in labels
    assert "Say nothing more of this occasion of Acme" in labels


def test_why_says_that_a_row_gives_way_and_until_when(
    alice: Visitor, small_firm: Firm, acme: Client, morning: Message
) -> None:
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        for _ in range(3):
            unit.clients.named_in_vain(
                [acme.id], small_firm.alice.id, at=MORNING, often=3, until=MORNING + timedelta(days=7)
            )

    answer = said(alice.presses(morning, f"nudge.more:{acme.id}", choose="why"))

    assert "3 morning messages named it to you and nothing was done: until Monday, December 21" in answer.text
