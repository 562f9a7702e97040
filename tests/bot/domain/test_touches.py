"""What a touch does to the clock, and which ones are refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.refusals import Refusal
from bot.domain.touches import (
    NOTE_LIMIT,
    OLDEST_TOUCH,
    Channel,
    Direction,
    Restart,
    Touch,
    check_author,
    check_moment,
    check_note,
    restart,
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


def test_only_the_author_may_touch_a_touch() -> None:
    touch = Touch(1, 1, 1, Channel.CALL, Direction.TWO_WAY, NOW, False, "", NOW, "key")

    check_author(member(id=1), touch)
    with pytest.raises(Refusal) as refused:
        check_author(member(id=2), touch)

    assert refused.value.code == "touch.not_yours"
