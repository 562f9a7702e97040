"""Meetings as people meet them: written to the bot, typed, in a form; listed, moved, cancelled."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.clients import Client
from bot.domain.meetings import Meeting
from bot.domain.refusals import Refusal
from bot.services import meetings
from handlers.answers import FormErrors, Message, Nothing, Post
from handlers.parsing import Reader
from handlers.parsing.meetings import TypedMeeting, read_meeting
from tests.conftest import MONDAY, Firm
from tests.handlers.conftest import HOSTILE, Visitor, elements_of, opened, said, seen

TOMORROW_AT_THREE = datetime(2026, 11, 17, 20, 0, tzinfo=UTC)
"""Tuesday 17 November 2026, 15:00 in New York."""


@pytest.fixture
def acme(small_firm: Firm) -> Client:
    return small_firm.client("Acme")


def writes(visitor: Visitor, text: str) -> Message:
    answer = visitor.sends(
        {
            "type": "message",
            "channel_type": "im",
            "channel": "D1",
            "user": visitor.member.user_id,
            "text": text,
        }
    )
    assert isinstance(answer, Post)
    return answer.message


def ahead(firm: Firm) -> list[Meeting]:
    return [each.meeting for each in meetings.ahead(firm.house, firm.actor(firm.alice))]


# --- Read -------------------------------------------------------------------------------------------------


def read(visitor: Visitor, text: str) -> TypedMeeting | None:
    reader = Reader(MONDAY, visitor._ask({}).zone, visitor.member.locale)
    return read_meeting(text, reader, lambda words: int(bool(words) and words[0].casefold() == "acme"))


@pytest.mark.parametrize(
    ("text", "client", "hour", "note"),
    [
        ("meeting with Acme tomorrow 15:00", "Acme", 15, ""),
        ("Acme meeting tomorrow at 3", "Acme", 15, ""),
        ("tomorrow 15:00 meeting with Acme about the renewal", "Acme", 15, "about the renewal"),
        ("lunch with Dana at Acme tomorrow noon: the renewal", "Acme", 12, "Dana: the renewal"),
        ("I have a call with Acme tomorrow 9am, pricing", "Acme", 9, "pricing"),
        ("rdv avec Acme demain 15h", "Acme", 15, ""),
        ("réunion Acme demain à 9h30 : contrat", "Acme", 9, "contrat"),
        ("déjeuner avec Marie chez Acme demain midi", "Acme", 12, "Marie"),
        ('meeting with "Meeting Rooms Inc" tomorrow 15:00', "Meeting Rooms Inc", 15, ""),
    ],
)
def test_a_meeting_is_read_as_people_write_it(
    alice: Visitor, text: str, client: str, hour: int, note: str
) -> None:
    found = read(alice, text)
    assert found is not None
    assert found.at is not None
    assert (found.client, found.at.hour, found.note) == (client, hour, note)


@pytest.mark.parametrize("text", ["hello", "thanks for the meeting", "what can you do?", "help", "Acme", ""])
def test_what_speaks_of_no_meeting_is_left_alone(alice: Visitor, text: str) -> None:
    assert read(alice, text) is None


# --- Entered ----------------------------------------------------------------------------------------------


def test_a_meeting_written_to_the_bot_is_entered_and_the_brief_announced(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    message = writes(alice, "meeting with Acme tomorrow 15:00")
    assert "Meeting with Acme: tomorrow, 3:00" in message.text
    assert "15 minutes before" in message.text
    (meeting,) = ahead(small_firm)
    assert (meeting.at, meeting.client_id) == (TOMORROW_AT_THREE, acme.id)


def test_in_french_it_is_entered_on_the_writers_own_clock(bruno: Visitor, small_firm: Firm) -> None:
    danone = small_firm.client("Danone", owner=small_firm.bruno)
    message = writes(bruno, "rdv avec Danone demain 15h")
    assert "Rendez-vous avec Danone" in message.text
    (entered,) = meetings.ahead(small_firm.house, small_firm.actor(small_firm.bruno))
    assert (entered.meeting.at.hour, entered.client.id) == (14, danone.id)


def test_anything_else_still_gets_help_and_bots_get_nothing(alice: Visitor) -> None:
    assert "/client-touch" in writes(alice, "hello").text
    answer = alice.sends({"type": "message", "channel_type": "channel", "user": "U0ALICE", "text": "meeting"})
    assert isinstance(answer, Nothing)


def test_without_an_hour_the_form_asks_for_it(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    question = writes(alice, "meeting with Acme tomorrow")
    assert "At what time" in question.text
    form = opened(alice.presses(question, "meeting.from_draft"))
    assert isinstance(alice.submits(form, client=str(acme.id)), FormErrors)
    alice.submits(form, client=str(acme.id), time="15:00")
    assert [meeting.at for meeting in ahead(small_firm)] == [TOMORROW_AT_THREE]


def test_a_name_that_is_not_clear_asks_which_client(alice: Visitor, small_firm: Firm) -> None:
    north = small_firm.client("Acme North")
    small_firm.client("Acme South")
    question = writes(alice, "meeting with Acme tomorrow 15:00")
    assert ahead(small_firm) == []
    alice.presses(question, f"meeting.candidate:{north.id}")
    assert [meeting.client_id for meeting in ahead(small_firm)] == [north.id]


def test_an_unknown_client_and_a_moment_that_has_passed_are_explained(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    assert "no client called “Nobody”" in writes(alice, "meeting with Nobody tomorrow 15:00").text
    assert "At what time" in writes(alice, "meeting with Acme yesterday 15:00").text
    form = opened(alice.types("/client", "Acme meeting"))
    errors = alice.submits(form, day="2026-11-02", time="09:00")
    assert isinstance(errors, FormErrors)
    assert "passed" in errors.errors["day"]
    assert ahead(small_firm) == []


def test_a_meeting_is_typed_behind_the_clients_name(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    for _ in range(2):
        message = said(alice.types("/client", "Acme meeting tomorrow 15:00 the renewal"))
    assert "only once" in message.text
    (meeting,) = ahead(small_firm)
    assert (meeting.at, meeting.note) == (TOMORROW_AT_THREE, "the renewal")


def test_the_brief_has_a_form_for_it_and_then_names_the_meeting(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    brief = said(alice.types("/client", "Acme"))
    form = opened(alice.presses(brief, "meeting.open_form"))
    alice.submits(form, day="2026-11-17", time="15:00", note="the renewal")
    assert "You meet them" in said(alice.types("/client", "Acme")).text


def test_a_touch_still_to_come_is_entered_as_the_meeting_it_is(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    question = said(alice.types("/client-touch", "Acme meeting tomorrow 15:00: the renewal"))
    form = opened(alice.presses(question, "meeting.from_touch"))
    alice.submits(form, client=str(acme.id))
    (meeting,) = ahead(small_firm)
    assert (meeting.at, meeting.note) == (TOMORROW_AT_THREE, "the renewal")


# --- One's own --------------------------------------------------------------------------------------------


def test_own_meetings_are_listed_moved_and_cancelled(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    assert "You have entered no meeting" in said(alice.types("/rapport", "meetings")).text
    writes(alice, "meeting with Acme tomorrow 15:00")
    listed = said(alice.types("/rapport", "meetings"))
    assert "1 meeting ahead" in listed.text
    assert "tomorrow, 3:00" in seen(listed)

    form = opened(alice.presses(listed, "meeting.move"))
    moved = said(alice.submits(form, time="16:00"))
    assert "Moved" in moved.text
    for _ in range(2):
        cancelled = said(alice.presses(listed, "meeting.cancel"))
        assert "Cancelled" in cancelled.text
    assert ahead(small_firm) == []
    with pytest.raises(Refusal) as refused:
        alice.presses(listed, "meeting.move")
    assert refused.value.code == "meeting.gone"


def test_nobody_touches_the_meeting_of_somebody_else(alice: Visitor, small_firm: Firm, acme: Client) -> None:
    writes(alice, "meeting with Acme tomorrow 15:00")
    (meeting,) = ahead(small_firm)
    for call in (meetings.cancel, meetings.own):
        with pytest.raises(Refusal) as refused:
            call(small_firm.house, small_firm.actor(small_firm.lea), meeting.id)
        assert refused.value.code == "meeting.gone"


def test_many_meetings_with_strange_notes_are_what_slack_takes(
    alice: Visitor, small_firm: Firm, acme: Client
) -> None:
    alice_there = small_firm.actor(small_firm.alice)
    for number in range(30):
        at = TOMORROW_AT_THREE.replace(minute=number)
        note = HOSTILE.replace("\n", " ")[:500]
        meetings.enter(small_firm.house, alice_there, acme.id, at, f"k{number}", note=note)
    listed = said(alice.types("/rapport", "meetings"))
    assert len(list(elements_of(listed.blocks))) > 50
    assert "<!" not in listed.text


# --- On the Home tab --------------------------------------------------------------------------------------


def test_today_shows_the_next_meetings_and_the_way_to_all(alice: Visitor, acme: Client) -> None:
    home = alice.opens_home()
    assert "ahead" not in seen(home)
    alice.submits(opened(alice.presses(home, "meeting.open_form")), client=str(acme.id), time="15:00")
    for day in range(18, 25):
        writes(alice, f"meeting with Acme on November {day} 15:00")
    home = alice.opens_home()
    assert "8 meetings ahead" in seen(home)
    assert seen(home).count(": Acme") == 5
    everything = opened(alice.presses(home, "meeting.list"))
    assert [e["action_id"].partition(":")[0] for e in elements_of(everything["blocks"])].count(
        "meeting.move"
    ) == 8
