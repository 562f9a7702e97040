"""The brief before a meeting: sent once and in time, also in the evening; caught up or skipped."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.briefs import brief_from, facts_of
from bot.domain.clients import Client
from bot.domain.gate import Never, Speak, may_speak
from bot.domain.meetings import Meeting
from bot.domain.members import Member, NewSettings, Noise
from bot.domain.outbox import State
from bot.domain.touches import Channel, TouchDraft
from bot.services import briefs, delivery, meetings, promises, touches
from handlers.i18n import words_for
from handlers.messenger import SAID
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import MONDAY, Firm
from tests.handlers.conftest import message_faults

AT_SEVEN = datetime(2026, 11, 17, 0, 0, tzinfo=UTC)
"""Monday 16 November 2026, 19:00 in New York: within the quiet hours."""


def entered(firm: Firm, client: Client, at: datetime, by: Member | None = None) -> Meeting:
    return meetings.enter(firm.house, firm.actor(by or firm.alice), client.id, at, f"k{at}", note="x").meeting


def runs(firm: Firm, until: datetime, minutes: int = 5) -> list[datetime]:
    """Plans and delivers every few minutes; when something was posted."""
    slack, posted = ScriptedMessenger(), []
    while firm.clock.now <= until:
        meetings.plan(firm.house, firm.workspace.id)
        before = len(slack.keys())
        for entry_id in delivery.due(firm.house, firm.workspace.id, 100):
            delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)
        posted += [firm.clock.now] * (len(slack.keys()) - before)
        firm.clock.tick(minutes=minutes)
    return posted


def test_the_brief_is_sent_once_a_quarter_of_an_hour_before_and_in_the_evening_too(firm: Firm) -> None:
    entered(firm, firm.client("Acme"), AT_SEVEN)

    assert runs(firm, AT_SEVEN + timedelta(hours=1)) == [AT_SEVEN - timedelta(minutes=15)]


def test_entered_shortly_before_it_is_sent_at_once(firm: Firm) -> None:
    entered(firm, firm.client("Acme"), MONDAY + timedelta(minutes=6))

    assert runs(firm, MONDAY + timedelta(minutes=30)) == [MONDAY]


def test_after_a_downtime_it_is_made_up_for_only_before_the_meeting(firm: Firm) -> None:
    acme = firm.client("Acme")
    entered(firm, acme, MONDAY + timedelta(hours=2))
    entered(firm, acme, MONDAY + timedelta(hours=1))
    firm.clock.tick(minutes=115)

    assert runs(firm, MONDAY + timedelta(hours=4)) == [MONDAY + timedelta(minutes=115)]


def test_a_cancelled_meeting_has_no_brief_and_a_moved_one_has_it_at_its_new_time(firm: Firm) -> None:
    acme, alice = firm.client("Acme"), firm.actor(firm.alice)
    gone = entered(firm, acme, MONDAY + timedelta(hours=1))
    moved = entered(firm, acme, MONDAY + timedelta(hours=2))
    meetings.cancel(firm.house, alice, gone.id)
    meetings.move(firm.house, alice, moved.id, MONDAY + timedelta(hours=3))

    assert runs(firm, MONDAY + timedelta(hours=5)) == [MONDAY + timedelta(hours=2, minutes=45)]


def test_cancelled_between_plan_and_delivery_it_is_not_sent(firm: Firm) -> None:
    meeting = entered(firm, firm.client("Acme"), MONDAY + timedelta(minutes=10))
    meetings.plan(firm.house, firm.workspace.id)
    meetings.cancel(firm.house, firm.actor(firm.alice), meeting.id)

    assert runs(firm, MONDAY + timedelta(minutes=20)) == []
    with firm.house.memory.read(firm.workspace.id) as unit:
        entry = unit.outbox.by_key(f"meeting:{meeting.id}:{int(meeting.at.timestamp())}")
    assert entry is not None
    assert (entry.state, entry.note) == (State.SKIPPED, "nothing_left")


@pytest.mark.parametrize("silence", ["noise", "inactive"])
def test_who_wants_nothing_or_has_left_is_not_written_to(firm: Firm, silence: str) -> None:
    entered(firm, firm.client("Acme"), MONDAY + timedelta(minutes=20))
    with firm.house.memory.write(firm.workspace.id) as unit:
        if silence == "noise":
            unit.members.set_settings(firm.alice.id, NewSettings(noise=Noise.NONE))
        else:
            unit.members.set_active(firm.alice.id, active=False)

    assert runs(firm, MONDAY + timedelta(minutes=30)) == []


def test_the_gate_lets_an_own_wish_pass_at_night_and_nothing_else(firm: Firm) -> None:
    assert isinstance(may_speak(firm.alice, AT_SEVEN, about="meeting"), Speak)
    assert not isinstance(may_speak(firm.alice, AT_SEVEN), Speak | Never)


def told_before(firm: Firm, meeting: Meeting) -> dict[str, object]:
    firm.clock.now = meeting.at - timedelta(minutes=15)
    meetings.plan(firm.house, firm.workspace.id)
    with firm.house.memory.read(firm.workspace.id) as unit:
        entry = unit.outbox.by_key(f"meeting:{meeting.id}:{int(meeting.at.timestamp())}")
        assert entry is not None
        member = unit.members.get(entry.member_id)
        assert member is not None
        facts = meetings.recompose(unit, member, entry, firm.clock())
    assert facts is not None
    return dict(json.loads(json.dumps(facts)))


@pytest.mark.parametrize("locale", ["en-US", "fr-FR"])
def test_the_message_says_whom_one_meets_and_what_to_know(small_firm: Firm, locale: str) -> None:
    acme, alice = small_firm.client("Acme"), small_firm.actor(small_firm.alice)
    promises.make(small_firm.house, alice, acme.id, "quote", MONDAY.date(), "k")
    facts = told_before(small_firm, entered(small_firm, acme, MONDAY + timedelta(hours=1)))

    message = SAID["meeting"](facts, small_firm.alice, words_for(locale), 1)

    assert message_faults(message) == []
    assert "Acme" in message.text.splitlines()[0]
    assert "quote" in message.text
    assert len(message.blocks) <= 13


def test_of_a_colleagues_client_only_whom_to_ask_is_told(small_firm: Firm) -> None:
    danone = small_firm.client("Danone", owner=small_firm.bruno)
    meeting = entered(small_firm, danone, MONDAY + timedelta(hours=1))
    facts = told_before(small_firm, meeting)

    message = SAID["meeting"](facts, small_firm.alice, words_for("en-US"), 1)

    assert facts["brief"] is None
    assert "Ask Bruno Petit before you go" in message.text


# --- The brief --------------------------------------------------------------------------------------------


def full(firm: Firm) -> Client:
    """A client with people, touches, a promise and a next step."""
    acme, alice = firm.client("Acme"), firm.actor(firm.alice)
    dana = firm.contact(acme, "Dana White", role="buyer", preferences={"teams": "Yankees"})
    firm.contact(acme, "Lee Park")
    for number in range(7):
        at = MONDAY - timedelta(days=20 * number)
        draft = TouchDraft(acme.id, Channel.CALL, contacts=(dana.id,), at=at, note=f"call {number}")
        touches.log(firm.house, alice, draft, f"t{number}")
    step = TouchDraft(
        acme.id, Channel.EMAIL, note="x", next_step="send the terms", next_step_on=MONDAY.date()
    )
    touches.log(firm.house, alice, step, "step")
    promises.make(firm.house, alice, acme.id, "quote", MONDAY.date(), "p")
    return acme


def test_the_brief_counts_who_was_really_spoken_to(firm: Firm) -> None:
    acme = full(firm)

    brief = briefs.brief(firm.house, firm.actor(firm.alice), acme.id)

    assert [(p.name, p.conversations) for p in brief.people] == [("Dana White", 5), ("Lee Park", 0)]
    assert [p.name for p in brief.spoken_to] == ["Dana White"]
    assert (brief.step, brief.step_on) == ("send the terms", MONDAY.date())
    assert [p.text for p in brief.promises] == ["quote"]
    assert sum(month.touches for month in brief.months) == 8
    assert len(brief.months) == 12
    assert [(u.person, u.kind, u.verdict) for u in brief.usuals] == [
        ("Dana White", "gift", "ask"),
        ("Dana White", "meal", "ask"),
    ]


def test_asking_what_somebody_may_receive_records_nothing(firm: Firm) -> None:
    acme = full(firm)
    briefs.brief(firm.house, firm.actor(firm.alice), acme.id, whole=True)
    with firm.house.memory.read(firm.workspace.id) as unit:
        assert (unit.gifts.recent_checks(9), unit.register.count()) == ([], 0)


def test_a_brief_waits_in_the_outbox_as_plain_values(firm: Firm) -> None:
    acme = full(firm)
    with firm.house.memory.read(firm.workspace.id) as unit:
        found = briefs.without_gifts(unit, firm.alice, firm.again(acme), MONDAY)

    assert brief_from(json.loads(json.dumps(facts_of(found)))) == found


def test_an_open_complaint_waits_in_the_outbox_with_its_day(firm: Firm) -> None:
    acme = firm.client("Acme")
    angry = TouchDraft(acme.id, Channel.CALL, at=MONDAY, note="late again", complaint=True)
    touches.log(firm.house, firm.actor(firm.alice), angry, "angry")
    with firm.house.memory.read(firm.workspace.id) as unit:
        found = briefs.without_gifts(unit, firm.alice, firm.again(acme), MONDAY)

    again = brief_from(json.loads(json.dumps(facts_of(found))))

    assert again.complaint_on == MONDAY.date()
    assert again == found


def test_a_later_next_step_takes_the_place_of_an_earlier_and_an_old_one_is_dropped(firm: Firm) -> None:
    acme, alice = full(firm), firm.actor(firm.alice)
    later = TouchDraft(acme.id, Channel.CALL, at=MONDAY, note="y")
    touches.log(firm.house, alice, later, "no step")
    assert briefs.brief(firm.house, alice, acme.id).step == "send the terms"

    firm.clock.tick(days=1)
    touches.log(firm.house, alice, TouchDraft(acme.id, Channel.CALL, next_step="visit"), "other")
    assert briefs.brief(firm.house, alice, acme.id).step == "visit"

    firm.clock.tick(days=40)
    assert briefs.brief(firm.house, alice, acme.id).step == ""
