"""What may be done with an entry of the outbox next."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.outbox import MOST_ATTEMPTS, MOST_LOOK_UPS, Entry, State, Step, next_step, pause_after
from tests.bot.domain.people import NOW

FRESH = Entry(1, "digest:1:2026-11-16", "digest", 1, {}, State.PENDING, NOW, NOW)
BODY = {"text": "Good morning"}
LATER, EARLIER = NOW + timedelta(seconds=1), NOW - timedelta(seconds=1)

entries = st.builds(
    replace,
    st.just(FRESH),
    state=st.sampled_from(list(State)),
    due_at=st.sampled_from([EARLIER, NOW, LATER]),
    expires_at=st.sampled_from([None, EARLIER, NOW, LATER]),
    attempts=st.integers(0, MOST_ATTEMPTS + 1),
    look_ups=st.integers(0, MOST_LOOK_UPS + 1),
    body=st.sampled_from([None, BODY]),
)


@pytest.mark.parametrize(
    ("entry", "step"),
    [
        (FRESH, Step.FIRST_TRY),
        (replace(FRESH, due_at=LATER), Step.NOTHING),
        (replace(FRESH, body=BODY, attempts=1), Step.TRY_AGAIN),
        (replace(FRESH, expires_at=NOW), Step.EXPIRE),
        (replace(FRESH, expires_at=LATER), Step.FIRST_TRY),
        (replace(FRESH, attempts=MOST_ATTEMPTS), Step.GIVE_UP),
        (replace(FRESH, attempts=MOST_ATTEMPTS, expires_at=EARLIER), Step.EXPIRE),
        (replace(FRESH, state=State.TRYING), Step.LOOK_UP),
        (replace(FRESH, state=State.TRYING, due_at=LATER), Step.NOTHING),
        (replace(FRESH, state=State.TRYING, expires_at=EARLIER), Step.LOOK_UP),
        (replace(FRESH, state=State.TRYING, attempts=MOST_ATTEMPTS), Step.LOOK_UP),
        (replace(FRESH, state=State.TRYING, look_ups=MOST_LOOK_UPS), Step.UNKNOWN),
        (replace(FRESH, state=State.SENT), Step.NOTHING),
        (replace(FRESH, state=State.DEAD), Step.NOTHING),
        (replace(FRESH, state=State.SKIPPED), Step.NOTHING),
    ],
)
def test_the_row_alone_says_what_comes_next(entry: Entry, step: Step) -> None:
    assert next_step(entry, NOW) is step


@given(entries)
def test_while_it_is_unknown_whether_the_last_post_arrived_nothing_is_posted(entry: Entry) -> None:
    if entry.state is State.TRYING:
        assert next_step(entry, NOW) in (Step.NOTHING, Step.LOOK_UP, Step.UNKNOWN)


@given(entries)
def test_before_its_moment_and_after_its_end_nothing_is_done_with_an_entry(entry: Entry) -> None:
    settled = entry.state in (State.SENT, State.DEAD, State.SKIPPED)

    assert (next_step(entry, NOW) is Step.NOTHING) == (settled or entry.due_at > NOW)


@given(entries, st.sampled_from([EARLIER, NOW, LATER]))
def test_nothing_is_posted_that_has_become_useless(entry: Entry, now: datetime) -> None:
    if next_step(entry, now) in (Step.FIRST_TRY, Step.TRY_AGAIN):
        assert entry.expires_at is None or now < entry.expires_at
        assert entry.attempts < MOST_ATTEMPTS


def test_pauses_grow_from_half_a_minute_to_an_hour() -> None:
    assert [pause_after(n).total_seconds() for n in (0, 1, 2, 3, 8, 9, 100)] == [
        30,
        30,
        60,
        120,
        3600,
        3600,
        3600,
    ]
