"""The forms and messages about touches and clients, at their largest and in both languages."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.cadence import ClientState
from bot.domain.clients import Client, Contact, Tier
from bot.domain.lookup import NamedClient
from bot.domain.promises import Kept
from bot.domain.timeline import Month
from bot.domain.touches import Channel, Direction, Touch
from handlers.answers import Message
from handlers.i18n import Words, words_for
from handlers.views import charts, clients, figures, nudges, promises, touch_actions, touches
from handlers.views.notice import home_notice, notice
from sandbox.payloads import check_home, check_response, check_view
from tests.handlers.conftest import HOSTILE, message_faults, seen

NOW = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
DUE_ON = date(2026, 3, 12)
BIG = 10**15

CLIENT = Client(
    id=BIG,
    name=HOSTILE,
    owner_id=BIG,
    tier=Tier.A,
    market="US-NY",
    currency="USD",
    created_at=NOW,
    due_at=NOW + timedelta(days=9),
    neglected_at=NOW + timedelta(days=12),
    snoozed_until=NOW + timedelta(days=3),
)
PEOPLE = [Contact(BIG + n, BIG, f"{n} {HOSTILE}", role=HOSTILE) for n in range(150)]
TOUCH = Touch(
    id=BIG,
    client_id=BIG,
    member_id=BIG,
    channel=Channel.CALL,
    direction=Direction.TWO_WAY,
    at=NOW,
    whole_day=False,
    note=HOSTILE[:3000],
    logged_at=NOW,
    key="k",
    contact_ids=(BIG, BIG + 1),
)
CHOICES = [(BIG + n, f"{n} {HOSTILE}") for n in range(5)]
NOTES = {"reply_to": "https://hooks.slack.test/" + "x" * 200, "replace": True, "draft": BIG, "digest": BIG}


@pytest.fixture(params=["en-US", "fr-FR"])
def words(request: pytest.FixtureRequest) -> Words:
    return words_for(str(request.param))


def sound(message: Message) -> bool:
    return message_faults(message) == [] and "<!" not in message.text


def confirmation(
    words: Words, touch: Touch = TOUCH, *, own: bool = False, owner: str | None = HOSTILE
) -> Message:
    return touches.confirmation(
        touch, CLIENT, PEOPLE[:2], words, zone=PARIS, now=NOW, due_on=DUE_ON, owner=owner, own=own, again=True
    )


def test_the_forms_are_taken_at_their_largest(words: Words) -> None:
    fields = touches.Fields(
        day=date(2026, 3, 3),
        at=time(9, 5),
        clients=((BIG, HOSTILE), (BIG + 1, HOSTILE)),
        named=HOSTILE,
        channel=Channel.EMAIL,
        direction=Direction.INBOUND,
        contacts=(BIG + 3,),
        new_contact=HOSTILE,
        note=HOSTILE,
    )
    for notes in ({**NOTES, "text": "x" * 2000}, {**NOTES, "touch": BIG}, {}):
        assert check_view(touches.form(fields, PEOPLE, words, notes)) == []
    assert check_view(clients.add_form(HOSTILE, words, NOTES, explanation=HOSTILE)) == []
    for asked in (True, False):
        assert check_view(nudges.snooze_form(HOSTILE, date(2026, 3, 3), words, NOTES, ask_reason=asked)) == []


def test_the_messages_are_taken_at_their_largest(words: Words) -> None:
    assert sound(confirmation(words))
    assert sound(touches.which_client(HOSTILE, CHOICES, BIG, HOSTILE, words))
    assert sound(touches.unknown_client(HOSTILE, BIG, HOSTILE, words))
    assert sound(touches.still_to_come(NOW, True, BIG, HOSTILE, words, PARIS, NOW))
    assert sound(touches.not_logged(HOSTILE, BIG, HOSTILE, words))
    assert sound(touches.taken_back(HOSTILE, BIG, words))
    assert sound(clients.which_client(HOSTILE, CHOICES, words))
    assert sound(clients.unknown_client(HOSTILE, words))
    assert sound(clients.added(CLIENT, words, zone=PARIS, now=NOW))
    assert sound(clients.own(9999, [(CLIENT, ClientState.NEGLECTED)] * 1, words, zone=PARIS, now=NOW))
    assert sound(nudges.put_off(HOSTILE, date(2026, 3, 3), words))


def test_a_message_can_be_shown_as_a_modal_and_as_a_home_tab(words: Words) -> None:
    assert check_view(notice(confirmation(words), words, NOTES)) == []
    assert check_view(notice(Message("&lt;text alone"), words)) == []
    assert check_home(home_notice(confirmation(words))) == []
    assert check_home(home_notice(Message("text alone"))) == []


def test_lists_that_narrow_are_taken_at_their_largest(words: Words) -> None:
    found = [NamedClient(BIG + n, f"{n} {HOSTILE}", "", 1.0, own=n % 2 == 0) for n in range(120)]
    options = clients.suggestions(found, words)
    assert check_response({"options": options}) == []
    assert ["description" in option for option in options[:3]] == [False, True, False]
    assert check_response({"options": clients.markets("", words)}) == []


@pytest.mark.parametrize(
    ("at", "whole_day", "said"),
    [
        (NOW, False, "today, "),
        (NOW, True, "today"),
        (NOW - timedelta(days=1), True, "yesterday, "),
        (NOW - timedelta(days=400), True, "January 27, 2025"),
    ],
)
def test_a_moment_is_said_as_people_say_it(at: datetime, whole_day: bool, said: str) -> None:
    assert touches.when(at, whole_day, words_for("en-US"), PARIS, NOW).startswith(said)


def test_today_is_the_readers_day_and_not_greenwichs() -> None:
    late = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)
    assert touches.when(late, True, words_for("en-US"), PARIS, late) == "today"
    assert touches.when(late - timedelta(hours=2), True, words_for("en-US"), PARIS, late).startswith(
        "yesterday"
    )


def test_only_somebody_elses_client_is_said_to_be_theirs(words: Words) -> None:
    english = words_for("en-US")
    assert "looked after" not in confirmation(english, own=True).text
    assert "Nobody looks after this client yet." in confirmation(english, owner=None).text
    assert "Bruno Petit" in seen(confirmation(words, owner="Bruno Petit"))


@pytest.mark.parametrize("table", [touches.CHANNELS, touches.DIRECTIONS])
def test_every_channel_and_direction_has_words(table: dict[object, str], words: Words) -> None:
    kinds = Channel if table is touches.CHANNELS else Direction
    assert set(table) == set(kinds)
    assert len({words.say(label) for label in table.values()}) == len(table)


def test_with_common_names_no_label_of_a_form_is_cut(words: Words) -> None:
    fields = touches.Fields(day=date(2026, 3, 3), clients=((1, "Acme"),))
    shown = [
        touches.form(fields, [Contact(1, 1, "Jane Smith", role="buyer")], words, {"touch": 1}),
        touches.form(fields, (), words, {"text": "Call me back"}),
        clients.add_form("Acme", words, {}),
        nudges.snooze_form("Acme", None, words, {}, ask_reason=True),
        notice(Message("text"), words),
    ]
    for view in shown:
        assert "…" not in json.dumps(view, ensure_ascii=False)


def test_who_spoke_is_said_in_the_same_words_in_a_line_in_a_choice_and_in_a_chart(words: Words) -> None:
    alone = [words.say(label) for label in touch_actions.WHO_SPOKE.values()]
    within = [words.say(label) for label in touches.DIRECTIONS.values()]

    assert list(touch_actions.WHO_SPOKE) == list(touches.DIRECTIONS)
    assert set(touches.DIRECTIONS) == set(Direction)
    assert within == [label[0].lower() + label[1:] for label in alone]
    assert all(len(label) <= charts.LABEL for label in alone), "cut short, two might look the same"


def test_a_chart_of_touches_leaves_out_who_never_spoke(words: Words) -> None:
    months = [Month(date(2026, 10, 1), {Direction.ANSWERED: 2}), Month(date(2026, 11, 1))]

    assert [row.name for row in figures.year_chart(months, words).series] == [
        words.say(touch_actions.WHO_SPOKE[Direction.ANSWERED])
    ]
    assert len(figures.year_chart([Month(date(2026, 11, 1))], words).series) == len(Direction)


def test_kept_promises_are_counted_once_one_is_settled(words: Words) -> None:
    assert promises.kept_line(Kept(0, 2, 0), words) == ""
    assert "2" in promises.kept_line(Kept(1, 2, 0), words)
