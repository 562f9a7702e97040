"""Clients who wait: what starts and ends a clock, and who hears of it, again and to whom else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.clients import Client, Part, Tier
from bot.domain.digest import digest_key
from bot.domain.members import Member, NewSettings, Noise
from bot.domain.outbox import EDIT, Entry, Fault, State
from bot.domain.reassignment import Reason
from bot.domain.refusals import Refusal
from bot.domain.response import State as Standing
from bot.domain.response import Waiting, What
from bot.domain.touches import Channel, Direction, TouchDraft
from bot.ports import TryLater, description_of
from bot.services import (
    client_edits,
    covers,
    delivery,
    digest,
    digest_waiting,
    handover,
    merges,
    response_figures,
    response_ladder,
    responses,
    settings,
    touches,
    workspaces,
)
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import Firm

TEN = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
"""Monday 16 November 2026, 10 in New York and 16 in Paris."""


@pytest.fixture
def acme(firm: Firm) -> Client:
    """A client of Alice's in New York, tier B, whose clocks are enforced."""
    firm.clock.now = TEN
    made = firm.client("Acme", tier=Tier.B, market="US-NY", zone="America/New_York")
    enforce(firm)
    return made


def enforce(firm: Firm, since: date = date(2026, 11, 1)) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.change_workspace(replace(unit.hold_workspace(), clocks_on=since))


def begin(firm: Firm, client: Client, by: Member | None = None, key: str = "press") -> Waiting:
    return responses.start(firm.house, firm.actor(by or firm.alice), client.id, key).waiting


def settle(firm: Firm, waiting: Waiting, what: What, by: Member | None = None) -> responses.Settled:
    return responses.settle(firm.house, firm.actor(by or firm.alice), waiting.question_id, what)


def tick(firm: Firm, **span: float) -> list[Entry]:
    """Deliver what can be, let time pass, look once, and return what was put into the outbox for the ladder since."""
    deliver(firm)
    before = {each.id for each in told(firm)}
    firm.clock.tick(**span)
    response_ladder.tick(firm.house, firm.workspace.id)
    return [each for each in told(firm) if each.id not in before]


def told(firm: Firm) -> list[Entry]:
    with firm.house.memory.read(firm.workspace.id) as unit:
        entries = unit.outbox.listed(tuple(State), limit=500)
    return [each for each in entries if each.kind in (response_ladder.KIND, responses.CAME)][::-1]


def deliver(firm: Firm) -> ScriptedMessenger:
    slack = ScriptedMessenger()
    firm.clock.tick(seconds=2)
    for entry_id in delivery.due(firm.house, firm.workspace.id, 50):
        delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)
    return slack


def readers(entries: list[Entry]) -> list[int]:
    return [each.member_id for each in entries]


def test_a_question_of_an_american_climbs_to_the_manager_the_backup_and_the_lead(
    firm: Firm, acme: Client
) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.set_team(acme.id, Part.BACKUP, firm.carla.id)
    waiting = begin(firm, acme)
    assert waiting.acknowledge_by == TEN + timedelta(hours=1)
    assert waiting.answer_by == TEN + timedelta(hours=2)

    assert tick(firm, minutes=29) == []
    assert readers(tick(firm, minutes=1)) == [firm.alice.id]
    assert tick(firm, minutes=1) == []
    assert sorted(readers(tick(firm, minutes=14))) == sorted([firm.alice.id, firm.carla.id])
    assert readers(tick(firm, minutes=15)) == [firm.lea.id]
    assert tick(firm, hours=3) == []


def test_an_acknowledged_question_climbs_again_before_the_answer_is_due(firm: Firm, acme: Client) -> None:
    waiting = begin(firm, acme)
    tick(firm, minutes=30)
    settle(firm, waiting, What.ACKNOWLEDGED)
    assert tick(firm, minutes=59) == []
    assert readers(tick(firm, minutes=1)) == [firm.alice.id]
    settle(firm, waiting, What.ANSWERED)
    assert tick(firm, hours=5) == []


def test_the_second_missed_clock_within_a_month_proposes_another_manager_and_a_third_does_not_again(
    firm: Firm, acme: Client
) -> None:
    def proposed() -> list[Reason]:
        with firm.house.memory.read(firm.workspace.id) as unit:
            return [each.reason for each in unit.reassignments.of_client(acme.id, 10)]

    waiting = begin(firm, acme)
    tick(firm, minutes=130)
    settle(firm, waiting, What.ANSWERED)
    assert proposed() == [], "one is no sign"

    for number in (2, 3):
        firm.clock.now = TEN + timedelta(days=number - 1)
        waiting = begin(firm, acme, key=f"press {number}")
        assert proposed() == [Reason.CLOCKS] * (number > 2), "not before it is missed"
        tick(firm, minutes=130)
        settle(firm, waiting, What.ANSWERED)
        assert proposed() == [Reason.CLOCKS]


def test_a_question_that_was_acknowledged_too_late_and_answered_in_time_is_a_missed_clock_as_well(
    firm: Firm, acme: Client
) -> None:
    for number in (1, 2):
        firm.clock.now = TEN + timedelta(days=number - 1)
        waiting = begin(firm, acme, key=f"press {number}")
        tick(firm, minutes=70)
        settle(firm, waiting, What.ANSWERED)
        tick(firm, minutes=1)

    firm.clock.now = TEN + timedelta(days=2)
    begin(firm, acme, key="one that climbs")
    tick(firm, minutes=30)

    with firm.house.memory.read(firm.workspace.id) as unit:
        assert [each.reason for each in unit.reassignments.of_client(acme.id, 10)] == [Reason.CLOCKS]


def test_a_late_tick_takes_the_last_step_that_is_due_and_only_that(firm: Firm, acme: Client) -> None:
    begin(firm, acme)
    assert readers(tick(firm, hours=2)) == [firm.lea.id]
    assert tick(firm, minutes=1) == []


def test_a_canadian_is_told_of_at_four_times_of_the_next_business_day(firm: Firm) -> None:
    firm.clock.now = TEN
    maple = firm.client("Maple", tier=Tier.B, market="CA-ON", zone="America/Toronto")
    enforce(firm)
    begin(firm, maple)

    assert tick(firm, hours=22) == []
    assert readers(tick(firm, hours=1)) == [firm.alice.id]
    assert readers(tick(firm, hours=5)) == [firm.alice.id]
    assert readers(tick(firm, hours=2)) == [firm.alice.id]
    assert readers(tick(firm, hours=1)) == [firm.lea.id]


def test_what_is_told_to_one_person_at_one_time_is_one_message(firm: Firm, acme: Client) -> None:
    second = firm.client("Second", tier=Tier.B, market="US-NY", zone="America/New_York")
    begin(firm, acme)
    begin(firm, second, key="another")
    (entry,) = tick(firm, minutes=30)
    deliver(firm)
    with firm.house.memory.read(firm.workspace.id) as unit:
        sent = unit.outbox.get(entry.id)
    assert sent is not None
    assert sent.state is State.SENT
    assert [row.client for row in response_ladder.rows_from(sent.facts)] == ["Acme", "Second"]


def test_an_answer_ends_the_ladder_and_edits_the_message_where_it_stands(firm: Firm, acme: Client) -> None:
    waiting = begin(firm, acme)
    (entry,) = tick(firm, minutes=30)
    deliver(firm)
    firm.clock.tick(minutes=5)
    settle(firm, waiting, What.ANSWERED)
    slack = deliver(firm)

    assert len(slack.edited) == 1
    known = response_ladder.current(firm.house, firm.actor(firm.alice), entry.id)
    assert known is not None
    assert [row.state for row in known.rows] == [Standing.ANSWERED]
    assert tick(firm, hours=4) == []


def test_what_is_answered_before_the_message_goes_out_is_not_told(firm: Firm, acme: Client) -> None:
    waiting = begin(firm, acme)
    (entry,) = tick(firm, minutes=30)
    settle(firm, waiting, What.ANSWERED)
    assert deliver(firm).posted == []
    with firm.house.memory.read(firm.workspace.id) as unit:
        skipped = unit.outbox.get(entry.id)
    assert skipped is not None
    assert (skipped.state, skipped.note) == (State.SKIPPED, "nothing_left")


def test_all_that_waits_for_a_reader_over_the_night_is_one_message_in_the_morning(firm: Firm) -> None:
    """19 in New York is 16 in Los Angeles: its clients ask while everybody who could be told is at home."""
    firm.clock.now = TEN + timedelta(hours=9)
    enforce(firm)
    for number in range(3):
        client = firm.client(f"West {number}", tier=Tier.B, market="US-CA", zone="America/Los_Angeles")
        begin(firm, client, key=f"press {number}")
    for _ in range(4):
        tick(firm, minutes=15)
    assert sorted(readers(told(firm))) == sorted([firm.alice.id, firm.lea.id])

    firm.clock.now = TEN + timedelta(hours=22, minutes=31)  # half past eight
    slack = deliver(firm)
    assert sorted(conversation for conversation, *_ in slack.posted) == ["D-U0ALICE", "D-U0LEA"]
    for entry in told(firm):
        assert entry.state is State.SENT
        assert len(response_ladder.rows_from(entry.facts)) == 3


def test_a_message_that_cannot_be_sent_for_hours_tells_of_all_steps_once_it_can(
    firm: Firm, acme: Client
) -> None:
    begin(firm, acme)
    tick(firm, minutes=30)
    slack = ScriptedMessenger()
    slack.on_post = [TryLater("no network", fault=Fault.NETWORK)] * 20
    for _ in range(3):
        firm.clock.tick(minutes=5)
        for entry_id in delivery.due(firm.house, firm.workspace.id, 50):
            delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)
        response_ladder.tick(firm.house, firm.workspace.id)
    assert readers(told(firm)) == [firm.alice.id]


def test_who_is_not_there_is_passed_over_for_who_is(firm: Firm) -> None:
    """16 in New York is 22 in Paris: Bruno's quiet hours; his lead in New York is told."""
    firm.clock.now = TEN + timedelta(hours=6)
    acme = firm.client("Acme", firm.bruno, tier=Tier.B, market="US-NY", zone="America/New_York")
    enforce(firm)
    begin(firm, acme, firm.bruno)
    assert readers(tick(firm, minutes=30)) == [firm.lea.id]


def test_a_client_fourteen_hours_ahead_is_answered_by_its_own_clock_and_whoever_is_awake_is_told(
    firm: Firm,
) -> None:
    """In Tokyo it is Tuesday at 0:00 when it is Monday at 10:00 in New York; Bruno in Paris is the first awake."""
    firm.clock.now = TEN
    sakura = firm.client("Sakura", tier=Tier.B, market="JP", zone="Asia/Tokyo")
    enforce(firm)
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.set_team(sakura.id, Part.BACKUP, firm.bruno.id)
    waiting = begin(firm, sakura)
    assert waiting.acknowledge_by == datetime(2026, 11, 17, 3, tzinfo=UTC), "Tuesday at noon in Tokyo"
    assert waiting.answer_by == datetime(2026, 11, 17, 8, tzinfo=UTC), "Tuesday at 17:00 in Tokyo"

    seven_in_the_evening = datetime(2026, 11, 17, 0, tzinfo=UTC)
    firm.clock.now = seven_in_the_evening - timedelta(minutes=10)
    assert tick(firm) == []
    assert readers(tick(firm, minutes=10)) == [firm.alice.id], (
        "9:00 there, and nobody is awake: it waits for her"
    )
    assert not [each for each in told(firm) if each.last_try_at is not None]
    firm.clock.now = datetime(2026, 11, 17, 7, 50, tzinfo=UTC)
    assert readers(tick(firm, minutes=11)) == [firm.bruno.id], "17:00 there, 9:00 in Paris"
    firm.clock.now = datetime(2026, 11, 17, 14, tzinfo=UTC)
    deliver(firm)
    (hers,) = [each for each in told(firm) if each.member_id == firm.alice.id]
    assert hers.last_try_at is not None, "in the morning it says how it stands by then"


def test_who_gave_up_quiet_hours_is_told_at_any_hour(firm: Firm) -> None:
    firm.clock.now = TEN + timedelta(hours=6)
    acme = firm.client("Acme", firm.bruno, tier=Tier.B, market="US-NY", zone="America/New_York")
    enforce(firm)
    settings.change(firm.house, firm.actor(firm.bruno), NewSettings(quiet_hours=False))
    begin(firm, acme, firm.bruno)
    assert readers(tick(firm, minutes=30)) == [firm.bruno.id]


def test_who_wants_to_hear_nothing_is_passed_over(firm: Firm, acme: Client) -> None:
    settings.change(firm.house, firm.actor(firm.alice), NewSettings(noise=Noise.NONE))
    begin(firm, acme)
    assert readers(tick(firm, minutes=30)) == [firm.lea.id]


def test_where_nobody_is_there_it_waits_for_the_manager(firm: Firm, acme: Client) -> None:
    for member in (firm.alice, firm.lea):
        settings.change(firm.house, firm.actor(member), NewSettings(noise=Noise.NONE))
    begin(firm, acme)
    assert readers(tick(firm, minutes=30)) == [firm.alice.id]


def test_a_full_budget_holds_nothing_back(firm: Firm, acme: Client) -> None:
    for number in range(7):
        other = firm.client(f"Client {number}", tier=Tier.B, market="US-NY", zone="America/New_York")
        begin(firm, other, key=f"press {number}")
        tick(firm, minutes=30)
        assert len(deliver(firm).posted) >= 1


def test_the_colleague_who_covers_is_told_in_the_place_of_the_owner(firm: Firm, acme: Client) -> None:
    sheet = covers.ask(firm.house, firm.actor(firm.alice), acme.id, firm.carla.id, date(2026, 11, 20), "")
    covers.accept(firm.house, firm.actor(firm.carla), sheet.cover.id)
    begin(firm, acme)
    assert readers(tick(firm, minutes=30)) == [firm.carla.id]
    assert [each.covering for each in responses.of_member(firm.house, firm.actor(firm.carla))] == [
        "Alice Ames"
    ]


@pytest.mark.parametrize("owner_is_away", [False, True])
def test_where_the_colleague_who_covers_is_away_the_owner_is_told_or_else_who_is_there(
    firm: Firm, acme: Client, owner_is_away: bool
) -> None:
    sheet = covers.ask(firm.house, firm.actor(firm.alice), acme.id, firm.carla.id, date(2026, 11, 20), "")
    covers.accept(firm.house, firm.actor(firm.carla), sheet.cover.id)
    today = firm.clock().date()
    for member in (firm.carla, firm.alice) if owner_is_away else (firm.carla,):
        settings.take_leave(firm.house, firm.actor(member), today, today)
    begin(firm, acme)

    assert readers(tick(firm, minutes=30)) == [firm.lea.id if owner_is_away else firm.alice.id]
    assert responses.of_member(firm.house, firm.actor(firm.carla)) == ()


def test_before_the_start_date_nobody_is_told_and_what_is_older_never(firm: Firm, acme: Client) -> None:
    enforce(firm, date(2026, 11, 17))
    begin(firm, acme)
    assert tick(firm, hours=2) == []
    assert tick(firm, days=2) == []
    assert [each.client for each in responses.of_member(firm.house, firm.actor(firm.alice))] == ["Acme"]


def test_waiting_for_the_client_stops_the_ladder_and_goes_on_later(firm: Firm, acme: Client) -> None:
    waiting = begin(firm, acme)
    firm.clock.tick(minutes=20)
    paused = settle(firm, waiting, What.PAUSED).waiting
    assert (paused.state, paused.answer_by) == (Standing.PAUSED, None)
    assert tick(firm, hours=3) == []
    resumed = settle(firm, waiting, What.RESUMED).waiting
    assert resumed.answer_by == firm.clock() + timedelta(minutes=100)
    assert tick(firm, minutes=9) == []
    assert readers(tick(firm, minutes=1)) == [firm.alice.id]


def test_of_two_who_close_a_question_the_first_ones_word_counts(firm: Firm, acme: Client) -> None:
    waiting = begin(firm, acme)
    assert not settle(firm, waiting, What.ANSWERED, firm.lea).again
    second = settle(firm, waiting, What.NOT_A_QUESTION)
    assert second.again
    assert (second.waiting.state, second.waiting.closed_by) == (Standing.ANSWERED, "Lea Lang")
    back = settle(firm, waiting, What.REOPENED)
    assert back.waiting.state is Standing.OPEN
    assert back.waiting.answer_by == TEN + timedelta(hours=2)


def test_several_presses_are_one_question(firm: Firm, acme: Client) -> None:
    first = begin(firm, acme)
    firm.clock.tick(minutes=10)
    again = responses.start(firm.house, firm.actor(firm.alice), acme.id, "another press")
    assert again.again
    assert (again.waiting.question_id, again.waiting.asked_at) == (first.question_id, TEN)


def test_a_stranger_may_neither_start_nor_end_nor_see(firm: Firm, acme: Client) -> None:
    waiting = begin(firm, acme)
    with pytest.raises(Refusal, match=r"client\.not_yours"):
        begin(firm, acme, firm.bruno)
    with pytest.raises(Refusal, match=r"client\.not_yours"):
        settle(firm, waiting, What.ANSWERED, firm.bruno)
    with pytest.raises(Refusal, match=r"client\.not_yours"):
        responses.look(firm.house, firm.actor(firm.bruno), waiting.question_id)
    with pytest.raises(Refusal, match=r"waiting\.gone"):
        responses.settle(firm.house, firm.actor(firm.alice), 99, What.ANSWERED)


def test_an_inbound_touch_with_a_question_starts_a_clock_that_goes_with_the_touch(
    firm: Firm, acme: Client
) -> None:
    draft = TouchDraft(acme.id, Channel.EMAIL, Direction.INBOUND, note="asked for the price list", at=TEN)
    logged = touches.log(firm.house, firm.actor(firm.alice), draft, "mail")
    (waiting,) = responses.start_from_touch(firm.house, firm.actor(firm.alice), logged.touch.id, asks=True)
    assert waiting.asked_at == TEN
    again = responses.start_from_touch(firm.house, firm.actor(firm.alice), logged.touch.id, asks=True)
    assert [each.question_id for each in again] == [waiting.question_id]

    touches.withdraw(firm.house, firm.actor(firm.alice), logged.touch.id)
    assert responses.of_member(firm.house, firm.actor(firm.alice)) == ()


@pytest.mark.parametrize(
    ("direction", "asks", "days"),
    [(Direction.OUTBOUND, True, 0), (Direction.INBOUND, False, 0), (Direction.INBOUND, True, 4)],
)
def test_what_we_said_what_asks_nothing_and_what_is_old_start_none(
    firm: Firm, acme: Client, direction: Direction, asks: bool, days: int
) -> None:
    at = TEN - timedelta(days=days)
    draft = TouchDraft(acme.id, Channel.EMAIL, direction, at=at)
    logged = touches.log(firm.house, firm.actor(firm.alice), draft, "mail")
    assert responses.start_from_touch(firm.house, firm.actor(firm.alice), logged.touch.id, asks=asks) == ()


def test_a_touch_of_a_day_without_a_time_is_taken_to_be_of_noon(firm: Firm, acme: Client) -> None:
    draft = TouchDraft(
        acme.id,
        Channel.EMAIL,
        Direction.INBOUND,
        at=firm.alice.calendar.starts(date(2026, 11, 15)),
        whole_day=True,
    )
    logged = touches.log(firm.house, firm.actor(firm.alice), draft, "mail")
    (waiting,) = responses.start_from_touch(firm.house, firm.actor(firm.alice), logged.touch.id, asks=True)
    assert waiting.asked_at == firm.alice.calendar.at(date(2026, 11, 15), time(12))


def test_a_client_who_came_to_the_lead_is_told_to_its_manager_at_once(firm: Firm, acme: Client) -> None:
    done = responses.came_to_lead(firm.house, firm.actor(firm.lea), acme.id, "press")
    assert done.waiting.came_to == "Lea Lang"
    assert [(each.kind, each.member_id) for each in told(firm)] == [(responses.CAME, firm.alice.id)]
    assert responses.came_to_lead(firm.house, firm.actor(firm.lea), acme.id, "again").again
    assert len(deliver(firm).posted) == 1
    with pytest.raises(Refusal, match=r"waiting\.not_lead"):
        responses.came_to_lead(firm.house, firm.actor(firm.alice), acme.id, "own")


def test_a_client_that_we_waited_for_and_that_comes_to_the_lead_waits_for_us_again(
    firm: Firm, acme: Client
) -> None:
    waiting = begin(firm, acme)
    settle(firm, waiting, What.PAUSED)
    for number in (1, 2):
        firm.clock.tick(hours=1)
        done = responses.came_to_lead(firm.house, firm.actor(firm.lea), acme.id, f"press {number}")
        assert (done.waiting.state, done.waiting.came_to, done.again) == (Standing.OPEN, "Lea Lang", False)
        assert len(deliver(firm).posted) == 1
        settle(firm, waiting, What.PAUSED)


def test_what_waits_for_us_is_marked_before_what_waits_for_the_client(firm: Firm, acme: Client) -> None:
    settle(firm, begin(firm, acme), What.PAUSED)
    firm.clock.tick(minutes=5)
    other = responses.start(
        firm.house,
        firm.actor(firm.alice),
        acme.id,
        "thread",
        channel_id="C0ACME",
        message="1700000000.000001",
    )
    done = responses.came_to_lead(firm.house, firm.actor(firm.lea), acme.id, "press")
    assert done.waiting.question_id == other.waiting.question_id


def test_who_was_told_of_a_client_that_went_into_other_hands_sees_and_presses_no_more(
    firm: Firm, acme: Client
) -> None:
    waiting = begin(firm, acme)
    (entry,) = tick(firm, minutes=30)
    deliver(firm)
    handover.hand(firm.house, firm.actor(firm.carla), acme.id, firm.bruno.id, "load")
    with pytest.raises(Refusal, match=r"client\.not_yours"):
        settle(firm, waiting, What.ANSWERED)
    with pytest.raises(Refusal, match=r"client\.not_yours"):
        responses.look(firm.house, firm.actor(firm.alice), waiting.question_id)
    known = response_ladder.current(firm.house, firm.actor(firm.alice), entry.id)
    assert known == response_ladder.Told(response_ladder.KIND, (), gone=True)

    settle(firm, waiting, What.ANSWERED, firm.bruno)
    edited = deliver(firm).edited
    assert "Acme" not in repr(edited)


def test_who_lost_the_client_before_the_message_went_out_is_not_told(firm: Firm, acme: Client) -> None:
    begin(firm, acme)
    (entry,) = tick(firm, minutes=30)
    handover.hand(firm.house, firm.actor(firm.carla), acme.id, firm.bruno.id, "load")
    posted = deliver(firm).keys()
    assert entry.key not in posted


def test_changed_terms_move_the_deadlines_of_all_that_waits_and_who_is_told_when(
    firm: Firm, acme: Client
) -> None:
    begin(firm, acme)
    assert tick(firm, minutes=12) == []
    workspaces.change(firm.house, firm.actor(firm.carla), clock_terms={"us": ("20m", "40m")})
    (waiting,) = responses.of_member(firm.house, firm.actor(firm.alice))
    assert waiting.answer_by == TEN + timedelta(minutes=40)
    assert readers(tick(firm, seconds=1)) == [firm.alice.id]
    with pytest.raises(Refusal, match=r"member\.not_admin"):
        workspaces.change(firm.house, firm.actor(firm.alice), clock_terms={})
    workspaces.change(firm.house, firm.actor(firm.carla), clock_terms={"us": ("12:00", "17:00")})
    (waiting,) = responses.of_member(firm.house, firm.actor(firm.alice))
    assert waiting.answer_by == datetime(2026, 11, 17, 22, 0, tzinfo=UTC)
    assert tick(firm, hours=23) == [], "the manager was told once"
    assert readers(tick(firm, hours=5)) == [firm.alice.id]


def test_an_earlier_start_date_is_heeded_by_what_waits_already(firm: Firm, acme: Client) -> None:
    enforce(firm, date(2026, 12, 1))
    begin(firm, acme)
    workspaces.change(firm.house, firm.actor(firm.carla), clocks_on=date(2026, 11, 1))
    assert readers(tick(firm, minutes=30)) == [firm.alice.id]


def test_changed_hours_move_what_is_to_be_told(firm: Firm, acme: Client) -> None:
    """The client is closed from half past ten on: what is left of the half hour passes on the next morning."""
    begin(firm, acme)
    short = {day: ((time(9), time(10, 10)),) for day in range(5)}
    now = firm.again(acme)
    sheet = client_edits.Sheet(replace(description_of(now), hours=short), firm.alice.user_id, {})
    client_edits.edit(firm.house, firm.actor(firm.alice), acme.id, sheet, now.version)
    assert tick(firm, hours=1) == []
    assert tick(firm, hours=22, minutes=19) == []
    assert readers(tick(firm, minutes=1)) == [firm.alice.id]


def test_a_merged_client_takes_its_questions_along_and_gets_them_back(firm: Firm, acme: Client) -> None:
    waiting = begin(firm, acme)
    kept = firm.client("Acme Corporation", tier=Tier.B, market="US-NY")
    merged = merges.merge(firm.house, firm.actor(firm.alice), kept.id, acme.id)
    assert (
        responses.look(firm.house, firm.actor(firm.alice), waiting.question_id).client == "Acme Corporation"
    )
    merges.undo(firm.house, firm.actor(firm.alice), merged.merge.id)
    assert responses.look(firm.house, firm.actor(firm.alice), waiting.question_id).client == "Acme"


def test_an_archived_client_waits_for_nobody(firm: Firm, acme: Client) -> None:
    begin(firm, acme)
    client_edits.archive(firm.house, firm.actor(firm.alice), acme.id)
    assert tick(firm, hours=2) == []
    assert responses.of_member(firm.house, firm.actor(firm.alice)) == ()


def test_a_step_has_the_same_name_whenever_it_is_planned(firm: Firm, acme: Client) -> None:
    """After a restore it is looked up under it; after a pause the steps of another day have names of their own."""
    waiting = begin(firm, acme)
    (entry,) = tick(firm, minutes=32)
    assert entry.key == f"client_waiting:{firm.alice.id}:{waiting.question_id}:20261116T153000"


def test_after_a_pause_a_canadian_is_told_of_on_the_other_day_again(firm: Firm) -> None:
    firm.clock.now = TEN
    maple = firm.client("Maple", tier=Tier.B, market="CA-ON", zone="America/Toronto")
    enforce(firm)
    waiting = begin(firm, maple)
    assert readers(tick(firm, hours=23)) == [firm.alice.id]
    settle(firm, waiting, What.PAUSED)
    firm.clock.tick(hours=3)
    settle(firm, waiting, What.RESUMED)
    assert tick(firm, hours=20) == []
    assert readers(tick(firm, hours=1)) == [firm.alice.id]


def test_two_processes_tell_once(firm: Firm, acme: Client) -> None:
    begin(firm, acme)
    firm.clock.tick(minutes=30)
    assert response_ladder.tick(firm.house, firm.workspace.id) == 1
    assert response_ladder.tick(firm.house, firm.workspace.id) == 0
    assert len(told(firm)) == 1


def test_figures_are_of_ones_own_clients_and_of_a_team_together(firm: Firm, acme: Client) -> None:
    waiting = begin(firm, acme)
    firm.clock.tick(minutes=50)
    settle(firm, waiting, What.ANSWERED)
    late = begin(firm, acme, key="later")
    firm.clock.tick(hours=3)
    settle(firm, late, What.ANSWERED)
    none = begin(firm, acme, key="none")
    settle(firm, none, What.NOT_A_QUESTION)

    (own,) = response_figures.figures(firm.house, firm.actor(firm.alice), team=False)
    assert (own.questions, own.acknowledged, own.answered) == (2, 0.5, 0.5)
    assert (own.half, own.ninth) == (timedelta(minutes=50), timedelta(hours=3))
    assert response_figures.figures(firm.house, firm.actor(firm.bruno), team=False) == ()
    assert response_figures.figures(firm.house, firm.actor(firm.lea), team=True) == (own,)
    with pytest.raises(Refusal, match=r"team\.not_yours"):
        response_figures.figures(firm.house, firm.actor(firm.alice), team=True)


def test_edits_of_sent_messages_are_edits_and_no_new_ones(firm: Firm, acme: Client) -> None:
    waiting = begin(firm, acme)
    tick(firm, minutes=30)
    deliver(firm)
    settle(firm, waiting, What.ACKNOWLEDGED)
    with firm.house.memory.read(firm.workspace.id) as unit:
        (last, *_) = unit.outbox.listed(tuple(State), limit=5)
    assert last.kind == EDIT


# --- In the daily message ---------------------------------------------------------------------------------


NINE = datetime(2026, 11, 17, 14, 0, tzinfo=UTC)
"""Tuesday, 9 in New York and in Toronto: when the daily message comes, and the first step of a Canadian's ladder."""


def maple_of(firm: Firm, name: str = "Maple") -> Client:
    return firm.client(name, tier=Tier.B, market="CA-ON", zone="America/Toronto")


def digest_of(firm: Firm, member: Member) -> Entry | None:
    with firm.house.memory.read(firm.workspace.id) as unit:
        return unit.outbox.by_key(digest_key(member.id, NINE.date()))


def test_the_daily_message_begins_with_who_waits_for_an_answer_until_they_have_it(firm: Firm) -> None:
    firm.clock.now = TEN
    client = firm.client("Night", tier=Tier.B, market="JP", zone="Asia/Tokyo")
    enforce(firm)
    waiting = begin(firm, client)
    digest.start_clocks(firm.house, firm.workspace.id)
    firm.clock.now = NINE
    digest.plan(firm.house, firm.workspace.id)
    deliver(firm)
    sent = digest_of(firm, firm.alice)
    assert sent is not None
    assert [row.client for row in digest.waiting_of(sent.facts)] == ["Night"]

    firm.clock.tick(minutes=20)
    settle(firm, waiting, What.ANSWERED)
    edited = deliver(firm).edited
    assert len(edited) == 1
    assert "Night" not in repr(edited)
    assert digest.current(firm.house, firm.actor(firm.alice), sent.id).waiting == ()


@pytest.mark.parametrize("ladder_first", [True, False])
def test_of_a_question_one_is_told_once_where_the_ladder_and_the_daily_message_meet(
    firm: Firm, ladder_first: bool
) -> None:
    firm.clock.now = TEN
    enforce(firm)
    begin(firm, maple_of(firm))
    digest.start_clocks(firm.house, firm.workspace.id)
    firm.clock.now = NINE
    ticks = [response_ladder.tick, digest.plan]
    for each in ticks if ladder_first else ticks[::-1]:
        each(firm.house, firm.workspace.id)
    assert readers(told(firm)) == [firm.alice.id]
    sent = digest_of(firm, firm.alice)
    assert sent is None or digest.waiting_of(sent.facts) == ()
    deliver(firm)
    assert readers(tick(firm, hours=5)) == [firm.alice.id], "the next step is told"


def test_the_ladder_says_nothing_of_what_the_daily_message_said_just_now(firm: Firm) -> None:
    firm.clock.now = TEN
    enforce(firm)
    begin(firm, maple_of(firm))
    digest.start_clocks(firm.house, firm.workspace.id)
    settings.change(firm.house, firm.actor(firm.alice), NewSettings(digest_time=time(8, 57)))
    firm.clock.now = NINE - timedelta(minutes=3)
    digest.plan(firm.house, firm.workspace.id)
    assert tick(firm, minutes=3) == []
    sent = digest_of(firm, firm.alice)
    assert sent is not None
    assert [row.client for row in digest.waiting_of(sent.facts)] == ["Maple"]
    assert readers(tick(firm, hours=5)) == [firm.alice.id], "the next step is told"


def test_who_waits_takes_up_rows_of_the_daily_message_and_never_more_than_it_has(firm: Firm) -> None:
    firm.clock.now = TEN
    enforce(firm)
    for number in range(4):
        begin(firm, firm.client(f"Night {number}", market="JP", zone="Asia/Tokyo"), key=f"press {number}")
    for number in range(4):
        firm.client(f"Due {number}", spoke_before_at=TEN - timedelta(days=90))
    with firm.house.memory.write(firm.workspace.id) as unit:
        firm.clock.now = NINE
        waiting = digest_waiting.of(unit, firm.alice, NINE, 5)
        assert len(waiting) == 4
        assert len(digest.rows_of(unit, firm.alice, NINE, waiting)) == 1
        assert len(digest_waiting.of(unit, firm.alice, NINE, 3)) == 3
        unit.change_workspace(replace(unit.hold_workspace(), clocks_on=date(2026, 12, 1)))
        assert digest_waiting.of(unit, firm.alice, NINE, 5) == (), "before answers are watched nobody is told"
