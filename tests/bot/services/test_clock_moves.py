"""The machine's clock is set back an hour, or jumps a day ahead and back: nothing is said twice, nothing is lost."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from bot.domain.digest import digest_key
from bot.domain.members import NewSettings
from bot.domain.outbox import NewEntry, State
from bot.ports import TryLater, Unclear
from bot.services import delivery, digest, settings
from tests.bot.services.messenger import LostAnswer, ScriptedMessenger
from tests.conftest import MONDAY, Firm

LONG_AGO = MONDAY - timedelta(days=300)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAYS, TUESDAYS, WEDNESDAYS = (date(2026, 11, day) for day in (16, 17, 18))


def run(firm: Firm, slack: ScriptedMessenger, until: datetime, minutes: float = 5) -> None:
    """Plan and deliver from now to `until` as the ticks do."""
    while firm.clock() < until:
        digest.plan(firm.house, firm.workspace.id)
        for entry_id in delivery.due(firm.house, firm.workspace.id, 100):
            delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)
        firm.clock.tick(minutes=minutes)


def state_of(firm: Firm, key: str) -> State:
    with firm.house.memory.read(firm.workspace.id) as unit:
        entry = unit.outbox.by_key(key)
    assert entry is not None
    return entry.state


@pytest.fixture
def alices(small_firm: Firm) -> Firm:
    """Alice has a client that is due, and it is half past eight on Monday."""
    small_firm.client("Acme", spoke_before_at=LONG_AGO)
    small_firm.clock.now = MONDAY - timedelta(minutes=30)
    return small_firm


@pytest.mark.parametrize("minutes_after_nine", [-1, 0, 1, 30])
def test_an_hour_back_says_nothing_twice_and_nothing_too_late(alices: Firm, minutes_after_nine: int) -> None:
    slack = ScriptedMessenger()
    run(alices, slack, MONDAY + timedelta(minutes=minutes_after_nine), minutes=1)

    alices.clock.now -= HOUR
    run(alices, slack, MONDAY + 2 * DAY + HOUR)

    assert slack.keys() == [digest_key(alices.alice.id, day) for day in (MONDAYS, TUESDAYS, WEDNESDAYS)]


def test_an_hour_back_while_an_answer_was_lost_it_is_looked_up_and_not_posted_again(alices: Firm) -> None:
    slack = ScriptedMessenger(on_post=[LostAnswer(Unclear("timeout"))])
    run(alices, slack, MONDAY + timedelta(seconds=1), minutes=1)
    assert state_of(alices, digest_key(alices.alice.id, MONDAYS)) is State.TRYING

    alices.clock.now -= HOUR
    run(alices, slack, MONDAY + 2 * HOUR)

    assert slack.keys() == [digest_key(alices.alice.id, MONDAYS)]
    assert state_of(alices, digest_key(alices.alice.id, MONDAYS)) is State.SENT


def test_a_day_ahead_and_back_again_each_day_has_its_one_message(alices: Firm) -> None:
    """The wrong Tuesday has its message on Monday; on the right one there is none, and on Wednesday there is again."""
    slack = ScriptedMessenger()
    run(alices, slack, MONDAY + timedelta(minutes=30))

    alices.clock.now += DAY
    run(alices, slack, alices.clock() + timedelta(minutes=10))
    alices.clock.now -= DAY
    run(alices, slack, MONDAY + 2 * DAY + HOUR)

    assert Counter(slack.keys()) == Counter(
        digest_key(alices.alice.id, day) for day in (MONDAYS, TUESDAYS, WEDNESDAYS)
    )


def test_what_waited_when_the_clock_jumped_is_in_the_message_of_the_day_it_jumped_to(alices: Firm) -> None:
    slack = ScriptedMessenger(on_post=[TryLater("fatal_error")])
    run(alices, slack, MONDAY + timedelta(seconds=20), minutes=1)
    assert state_of(alices, digest_key(alices.alice.id, MONDAYS)) is State.PENDING

    alices.clock.now += DAY
    run(alices, slack, alices.clock() + timedelta(minutes=10))

    assert state_of(alices, digest_key(alices.alice.id, MONDAYS)) is State.SKIPPED
    assert slack.keys() == [digest_key(alices.alice.id, TUESDAYS)]


def test_after_a_day_ahead_and_back_todays_messages_do_not_wait_for_tomorrow(alices: Firm) -> None:
    """Moments at which the workspace may be posted to were taken on a day that has not come yet."""
    slack = ScriptedMessenger()
    alices.client("Lot", alices.lea, spoke_before_at=LONG_AGO)
    run(alices, slack, MONDAY - timedelta(minutes=5))
    alices.clock.now += DAY
    run(alices, slack, alices.clock() + timedelta(minutes=10))
    alices.clock.now -= DAY
    with alices.house.memory.write(alices.workspace.id) as unit:
        slot = unit.take_slot(alices.clock())
        unit.outbox.add(
            NewEntry("news", "notice", alices.bruno.id, {}, slot, alices.clock() + HOUR),
            now=alices.clock(),
        )

    run(alices, slack, MONDAY + HOUR)

    assert slack.keys().count("news") == 1


def test_a_pause_that_was_asked_for_on_the_wrong_day_does_not_last_until_then(alices: Firm) -> None:
    slack = ScriptedMessenger(on_post=[TryLater("ratelimited", after=30)])
    alices.clock.now += DAY
    run(alices, slack, alices.clock() + timedelta(minutes=35))
    alices.clock.now = MONDAY - timedelta(minutes=5)
    settings.change(
        alices.house,
        alices.actor(alices.lea),
        NewSettings(digest_time=alices.lea.digest_time.replace(hour=10)),
    )
    alices.client("Lot", alices.lea, spoke_before_at=LONG_AGO)
    with alices.house.memory.write(alices.workspace.id) as unit:
        unit.outbox.add(NewEntry("news", "notice", alices.lea.id, {}, alices.clock()), now=alices.clock())

    run(alices, slack, MONDAY + HOUR)

    assert slack.keys().count("news") == 1
