"""When the next message of each lane may go out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pacing import MINUTE, Lane, Lanes, apart, ordinary_gap, reserve, taken
from tests.bot.domain.people import NOW


@given(
    st.integers(1, 300),
    st.lists(st.tuples(st.sampled_from([Lane.ORDINARY, Lane.URGENT]), st.integers(0, 20_000)), max_size=150),
)
def test_whatever_is_asked_for_no_minute_holds_more_posts_than_it_may(
    pace: int, wishes: list[tuple[Lane, int]]
) -> None:
    lanes, now, slots = Lanes(pace), NOW, []
    for lane, pause in wishes:
        now += timedelta(milliseconds=pause)
        slot, lanes = taken(lanes, now, lane)
        assert slot >= now
        slots.append(slot)

    slots.sort()
    for first, further in zip(slots, slots[pace:], strict=False):
        assert further - first >= MINUTE - timedelta(milliseconds=1)


def test_behind_a_wave_of_a_thousand_an_urgent_message_goes_out_at_once() -> None:
    lanes = Lanes(60)
    for _ in range(1000):
        last, lanes = taken(lanes, NOW, Lane.ORDINARY)
    urgent = []
    for _ in range(8):
        slot, lanes = taken(lanes, NOW, Lane.URGENT)
        urgent.append((slot - NOW).total_seconds())

    assert (last - NOW).total_seconds() == 999 * 1.25
    assert urgent == [0, 0, 0, 0, 0, 0, 10, 20]


def test_without_a_wave_an_urgent_message_is_one_like_others() -> None:
    slot, lanes = taken(Lanes(60), NOW, Lane.URGENT)

    assert (slot, lanes.urgent_at) == (NOW, None)
    assert taken(lanes, NOW, Lane.ORDINARY)[0] == NOW + ordinary_gap(60)


def test_where_a_minute_has_few_posts_nothing_is_kept_back() -> None:
    assert [reserve(pace) for pace in (1, 9, 10, 60, 300)] == [0, 0, 2, 12, 60]


def test_edits_have_a_lane_of_their_own() -> None:
    lanes = Lanes(60)
    slots = []
    for _ in range(3):
        slot, lanes = taken(lanes, NOW, Lane.EDITS)
        slots.append((slot - NOW).total_seconds())

    assert slots == [0, 1.5, 3]
    assert (lanes.ordinary_at, lanes.urgent_at) == (None, None)


@pytest.mark.parametrize(
    ("planned", "seconds"),
    [([], 0), ([0], 1), ([0, 1], 2), ([0.5], 1.5), ([5], 0), ([0, 1.5], 2.5), ([-1], 0)],
)
def test_messages_in_one_conversation_stand_a_second_apart(planned: list[float], seconds: float) -> None:
    moments = [NOW + timedelta(seconds=at) for at in planned]

    assert apart(NOW, moments) == NOW + timedelta(seconds=seconds)
