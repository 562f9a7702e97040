"""What a touch does to the clock, and which ones are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.members import Role
from bot.domain.refusals import Refusal
from bot.domain.touches import (
    MOST_CLIENTS,
    NOTE_LIMIT,
    OLDEST_TOUCH,
    Channel,
    Direction,
    Restart,
    Touch,
    check_clients,
    check_may_change,
    check_moment,
    check_note,
    key_of,
    may_be_same,
    message_key,
    message_of,
    restart,
    submission_of,
    usual_direction,
)
from tests.bot.domain.people import NOW, member


@pytest.mark.parametrize("channel", list(Channel))
def test_what_both_sides_took_part_in_restarts_the_whole_interval_but_for_gifts(channel: Channel) -> None:
    whole = {c for c in Channel if restart(c, Direction.TWO_WAY) is Restart.WHOLE}

    assert whole == set(Channel) - {Channel.GIFT}
    assert restart(channel, Direction.OUTBOUND) is Restart.HALF


def test_a_client_who_came_to_us_was_spoken_with_where_people_meet_or_speak() -> None:
    whole = {c for c in Channel if restart(c, Direction.INBOUND) is Restart.WHOLE}

    assert whole == {Channel.CALL, Channel.VISIT, Channel.VIDEO, Channel.EVENT}


def test_mail_and_gifts_are_usually_sent_and_all_else_is_talk() -> None:
    sent = {channel for channel in Channel if usual_direction(channel) is Direction.OUTBOUND}

    assert sent == {Channel.EMAIL, Channel.GIFT}
    assert {usual_direction(channel) for channel in set(Channel) - sent} == {Direction.TWO_WAY}


def test_clocks_may_differ_by_five_minutes_and_no_more() -> None:
    check_moment(NOW + timedelta(minutes=5), NOW)
    with pytest.raises(Refusal) as refused:
        check_moment(NOW + timedelta(minutes=5, seconds=1), NOW)

    assert (refused.value.code, refused.value.facts["at"]) == (
        "touch.future",
        NOW + timedelta(minutes=5, seconds=1),
    )


def test_what_lies_three_years_back_is_too_old() -> None:
    check_moment(NOW - OLDEST_TOUCH, NOW)
    with pytest.raises(Refusal) as refused:
        check_moment(NOW - OLDEST_TOUCH - timedelta(seconds=1), NOW)

    assert refused.value.code == "touch.too_old"


def test_a_note_is_as_long_as_a_form_takes() -> None:
    check_note("x" * NOTE_LIMIT)
    with pytest.raises(Refusal) as refused:
        check_note("x" * (NOTE_LIMIT + 1))

    assert refused.value.code == "touch.note_too_long"
    assert refused.value.facts == {"length": NOTE_LIMIT + 1, "limit": NOTE_LIMIT}


def test_a_touch_is_changed_by_its_author_the_leads_concerned_and_admins() -> None:
    touch = Touch(1, 1, 1, Channel.CALL, Direction.TWO_WAY, NOW, False, "", NOW, "key")
    author, owner = member(id=1, lead_id=5), member(id=2, lead_id=6)
    lead = frozenset({Role.ACCOUNT_MANAGER, Role.LEAD})
    may = [
        author,
        member(id=5, roles=lead),
        member(id=6, roles=lead),
        member(id=9, roles=frozenset({Role.ADMIN})),
    ]
    may_not = [owner, member(id=5), member(id=7, roles=lead), member(id=8)]

    for somebody in may:
        check_may_change(somebody, touch, (author, owner))
    for somebody in may_not:
        with pytest.raises(Refusal) as refused:
            check_may_change(somebody, touch, (author, owner, None))
        assert refused.value.code == "touch.not_yours"


def test_twenty_clients_at_once_and_no_more() -> None:
    check_clients(MOST_CLIENTS)
    with pytest.raises(Refusal) as refused:
        check_clients(MOST_CLIENTS + 1)

    assert refused.value.facts == {"count": MOST_CLIENTS + 1, "limit": MOST_CLIENTS}


def test_an_answer_of_ours_restarts_the_whole_interval_like_a_conversation() -> None:
    whole = {c for c in Channel if restart(c, Direction.ANSWERED) is Restart.WHOLE}

    assert whole == set(Channel) - {Channel.GIFT}


BRUNOS = Touch(7, 1, 2, Channel.CALL, Direction.TWO_WAY, NOW, False, "prices", NOW, "k")


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ({}, True),
        ({"at": NOW + timedelta(minutes=59)}, True),
        ({"at": NOW - timedelta(minutes=59)}, True),
        ({"at": NOW + timedelta(hours=1)}, False),
        ({"client_id": 2}, False),
        ({"channel": Channel.EMAIL}, False),
        ({"whole_day": True, "at": NOW - timedelta(hours=8)}, True),
        ({"whole_day": True, "at": NOW - timedelta(days=1)}, False),
        ({"member_id": 2}, True),
        ({"member_id": 2, "note": "Prices"}, False),
        ({"member_id": 2, "note": " prices  "}, True),
        ({"member_id": 2, "logged_at": NOW + timedelta(minutes=10)}, False),
        ({"member_id": 2, "at": NOW - timedelta(days=3)}, False),
    ],
)
def test_client_channel_and_hour_of_two_and_the_same_words_of_one_may_be_the_same_touch(
    change: dict[str, Any], asked: bool
) -> None:
    mine = replace(BRUNOS, id=0, member_id=1)

    assert may_be_same(replace(mine, **change), BRUNOS, ZoneInfo("UTC")) is asked


def test_one_person_who_says_nothing_twice_is_not_asked() -> None:
    silent = replace(BRUNOS, note="")

    assert not may_be_same(silent, replace(silent, id=8), ZoneInfo("UTC"))


def test_the_touches_of_one_submission_and_of_one_message_have_keys_that_tell() -> None:
    assert [key_of("draft:7", n) for n in range(3)] == ["draft:7", "draft:7+1", "draft:7+2"]
    assert {submission_of(key_of("draft:7", n)) for n in range(3)} == {"draft:7"}
    assert message_of(message_key("C0ACME:1700.5", 3)) == "C0ACME:1700.5"
    assert message_of("draft:7") is None
