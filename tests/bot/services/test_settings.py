"""Settings move what hangs on them: the next digest, due moments, and what is said at all."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bot.domain.gate import HEARD, WEIGHTS, Weight
from bot.domain.members import Member, NewSettings, Noise, Role
from bot.domain.outbox import Entry, NewEntry, State
from bot.domain.refusals import Refusal
from bot.services import delivery, digest, settings
from handlers.messenger import SAID
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import MONDAY, Firm

LONG_AGO = MONDAY - timedelta(days=300)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment on the wall in New York (winter time)."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) + timedelta(hours=5)


def change(firm: Firm, **more: Any) -> Member:
    return settings.change(firm.house, firm.actor(firm.alice), NewSettings(**more))


def mornings(firm: Firm, until: datetime) -> list[date]:
    """The local days on which a digest was planned, minute by minute from now on."""
    days = []
    while firm.clock.now <= until:
        if digest.plan(firm.house, firm.workspace.id).digests:
            days.append(firm.alice.calendar.local_date(firm.clock.now))
        firm.clock.tick(minutes=10)
    return days


@pytest.fixture
def planned(small_firm: Firm) -> Firm:
    """Alice has a client that is long due and waits for Tuesday's digest at nine; it is 8:59 there."""
    small_firm.client("Acme", spoke_before_at=LONG_AGO)
    small_firm.clock.now = at(17, 8, 59)
    return small_firm


def test_an_hour_changed_at_one_minute_to_nine_moves_todays_digest(planned: Firm) -> None:
    assert change(planned, digest_time=time(10, 30)).next_digest_at == at(17, 10, 30)
    assert mornings(planned, at(17, 23)) == [date(2026, 11, 17)]


def test_an_earlier_hour_that_has_passed_today_brings_the_digest_at_once_and_once(planned: Firm) -> None:
    change(planned, digest_time=time(8, 35))

    assert mornings(planned, at(17, 23)) == [date(2026, 11, 17)]
    assert planned.clock.now > at(17, 23)


def test_after_todays_digest_another_hour_brings_no_second_one(planned: Firm) -> None:
    planned.clock.now = at(17, 9)
    assert digest.plan(planned.house, planned.workspace.id).digests == 1

    for hour in (8, 9, 11, 16):
        change(planned, digest_time=time(hour))

    assert mornings(planned, at(17, 23)) == []
    assert mornings(planned, at(18, 23)) == [date(2026, 11, 18)]


def test_somebody_who_came_in_the_afternoon_gets_no_digest_of_that_day_for_changing_its_hour(
    planned: Firm,
) -> None:
    planned.clock.now = at(17, 15)
    with planned.house.memory.write(planned.workspace.id) as unit:
        unit.members.move_digest(planned.alice.id, old=planned.alice.next_digest_at, new=at(18, 9))

    assert change(planned, digest_time=time(10)).next_digest_at == at(18, 10)


def test_a_new_hour_is_kept_over_a_change_of_clocks(small_firm: Firm) -> None:
    small_firm.client("Acme", spoke_before_at=LONG_AGO)
    small_firm.clock.now = datetime(2027, 3, 12, 20, tzinfo=UTC)  # Friday; on Sunday clocks go forward
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        monday = datetime(2027, 3, 15, 13, tzinfo=UTC)
        unit.members.move_digest(small_firm.alice.id, old=small_firm.alice.next_digest_at, new=monday)

    assert change(small_firm, digest_time=time(8, 30)).next_digest_at == datetime(
        2027, 3, 15, 12, 30, tzinfo=UTC
    )


def test_working_days_move_the_due_moments_of_the_own_clients(firm: Firm) -> None:
    acme = firm.client("Acme", spoke_before_at=MONDAY)
    danone = firm.client("Danone", owner=firm.bruno, spoke_before_at=MONDAY)

    change(firm, work_days=frozenset({0, 1, 2}))

    before, after = acme.due_at, firm.again(acme).due_at
    assert before is not None
    assert after is not None
    assert after > before
    assert firm.again(danone).due_at == danone.due_at


@pytest.mark.parametrize("days", [frozenset[int](), frozenset({7})])
def test_a_week_without_work_is_refused(small_firm: Firm, days: frozenset[int]) -> None:
    with pytest.raises(Refusal) as refused:
        change(small_firm, work_days=days)
    assert refused.value.code == "settings.no_work_day"


def test_own_hours_count_where_an_answer_is_expected(small_firm: Firm) -> None:
    early = change(small_firm, hours=(time(7), time(11)))

    assert early.calendar.add_working_hours(at(16, 10), timedelta(hours=3)) == at(17, 9)


# --- Leave ------------------------------------------------------------------------------------------------


def test_on_leave_there_is_no_digest_and_afterwards_one_on_the_first_working_day(planned: Firm) -> None:
    member = settings.take_leave(
        planned.house, planned.actor(planned.alice), date(2026, 11, 17), date(2026, 11, 22)
    )

    assert member.member.next_digest_at == at(23, 9)
    assert mornings(planned, at(24, 0)) == [date(2026, 11, 23)]


def test_leave_that_is_taken_out_brings_the_digest_back(planned: Firm) -> None:
    actor = planned.actor(planned.alice)
    settings.take_leave(planned.house, actor, date(2026, 11, 17), date(2026, 11, 22))
    (absence,) = settings.standing(planned.house, actor).absences

    assert settings.end_leave(planned.house, actor, absence.id).next_digest_at == at(17, 9)


def test_leave_that_nobody_covers_ages_no_client_and_taking_it_out_brings_the_days_back(
    small_firm: Firm,
) -> None:
    acme = small_firm.client("Acme", spoke_before_at=MONDAY)
    actor = small_firm.actor(small_firm.alice)
    assert acme.due_at == at(1, 0, month=12)

    settings.take_leave(small_firm.house, actor, date(2026, 11, 17), date(2026, 11, 20))
    assert small_firm.again(acme).due_at == at(7, 0, month=12), "four working days later"

    (leave,) = settings.standing(small_firm.house, actor).absences
    settings.end_leave(small_firm.house, actor, leave.id)
    assert small_firm.again(acme).due_at == acme.due_at


def test_who_comes_back_early_gets_no_red_book_for_the_days_that_have_passed(small_firm: Firm) -> None:
    acme = small_firm.client("Acme", spoke_before_at=MONDAY)
    actor = small_firm.actor(small_firm.alice)
    settings.take_leave(small_firm.house, actor, date(2026, 11, 17), date(2026, 12, 11))
    small_firm.clock.now = at(24, 9)

    (leave,) = settings.standing(small_firm.house, actor).absences
    settings.end_leave(small_firm.house, actor, leave.id)

    assert not settings.standing(small_firm.house, actor).absences
    assert small_firm.again(acme).due_at == at(8, 0, month=12), "five days have passed without her"


def test_a_digest_that_was_planned_before_leave_was_entered_is_skipped_for_it(planned: Firm) -> None:
    planned.clock.now = at(17, 9)
    digest.plan(planned.house, planned.workspace.id)
    settings.take_leave(planned.house, planned.actor(planned.alice), date(2026, 11, 17), date(2026, 11, 18))

    entry = delivered(planned)

    assert (entry.state, entry.note) == (State.SKIPPED, "away")


def test_what_does_not_expire_waits_for_the_end_of_leave(planned: Firm) -> None:
    settings.take_leave(planned.house, planned.actor(planned.alice), date(2026, 11, 17), date(2026, 11, 22))
    planned.clock.now = at(17, 12)

    entry = told(planned, "policy_entered")

    assert (entry.state, entry.due_at) == (State.PENDING, at(23, 8, 30))


# --- Noise ------------------------------------------------------------------------------------------------


def delivered(firm: Firm) -> Entry:
    """The one open entry, after it was handed to delivery."""
    with firm.house.memory.read(firm.workspace.id) as unit:
        (entry_id,) = unit.outbox.due(firm.clock.now, 10)
    delivery.deliver(firm.house, ScriptedMessenger(), firm.workspace.id, entry_id)
    with firm.house.memory.read(firm.workspace.id) as unit:
        entry = unit.outbox.get(entry_id)
    assert entry is not None
    return entry


def told(firm: Firm, kind: str) -> Entry:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_roles(firm.alice.id, frozenset(Role))
        unit.outbox.add(
            NewEntry(
                f"{kind}:1", kind, firm.alice.id, {"rows": [], "sheets": [], "more": 0}, due_at=firm.clock.now
            ),
            now=firm.clock.now,
        )
    return delivered(firm)


def test_every_kind_of_message_has_its_weight() -> None:
    assert set(WEIGHTS) == set(SAID)


@pytest.mark.parametrize("noise", list(Noise))
@pytest.mark.parametrize("kind", sorted(WEIGHTS))
def test_each_kind_is_sent_or_skipped_with_the_reason_as_the_level_wants_it(
    small_firm: Firm, kind: str, noise: Noise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "RECOMPOSED", {})
    small_firm.clock.now = at(17, 12)
    change(small_firm, noise=noise)

    entry = told(small_firm, kind)

    heard = {
        Noise.ALL: True,
        Noise.DIGEST: WEIGHTS[kind] in (Weight.ANSWER, Weight.DAILY, Weight.URGENT, Weight.WISH),
        Noise.NONE: WEIGHTS[kind] is Weight.ANSWER,
    }[noise]
    assert (WEIGHTS[kind] in HEARD[noise]) is heard
    assert (entry.state, entry.note) == ((State.SENT, None) if heard else (State.SKIPPED, "noise"))


def test_a_kind_that_nobody_weighed_is_a_nudge(small_firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "RECOMPOSED", {})
    small_firm.clock.now = at(17, 12)
    change(small_firm, noise=Noise.DIGEST)

    assert told(small_firm, "whisper").note == "noise"


def test_whoever_wants_nothing_unasked_still_has_it_recorded_why_there_was_no_digest(planned: Firm) -> None:
    change(planned, noise=Noise.NONE)
    planned.clock.now = at(17, 9)
    digest.plan(planned.house, planned.workspace.id)

    assert (delivered(planned).state, delivered_note(planned)) == (State.SKIPPED, "noise")


def delivered_note(firm: Firm) -> str | None:
    with firm.house.memory.read(firm.workspace.id) as unit:
        entry = unit.outbox.by_key(f"digest:{firm.alice.id}:2026-11-17")
    assert entry is not None
    return entry.note
