"""Taking one entry of the outbox to its reader, once, whatever happens on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.members import Member
from bot.domain.outbox import MOST_ATTEMPTS, MOST_LOOK_UPS, QUARANTINE, Entry, NewEntry, State, Step, edit_of
from bot.domain.touches import Channel, TouchDraft
from bot.ports import Refused, TryLater, Unclear
from bot.services import delivery, digest, nudges, touches
from tests.bot.services.messenger import LostAnswer, ScriptedMessenger
from tests.conftest import MONDAY, Firm

AFTER = QUARANTINE + timedelta(seconds=1)


@pytest.fixture
def slack() -> ScriptedMessenger:
    return ScriptedMessenger()


def planned(firm: Firm, *names: str) -> int:
    """A digest in the outbox for Alice, with clients that are due; its id."""
    for name in names or ("Acme",):
        firm.client(name, spoke_before_at=MONDAY - timedelta(days=60))
    assert digest.plan(firm.house, firm.workspace.id).digests == 1
    (entry_id,) = delivery.due(firm.house, firm.workspace.id, 10)
    return entry_id


def said(firm: Firm, key: str, member: Member | None = None, **more: Any) -> int:
    """A message of another kind, which nothing is checked of; its id."""
    new = NewEntry(key, "notice", (member or firm.alice).id, {"n": 1}, firm.clock(), **more)
    with firm.house.memory.write(firm.workspace.id) as unit:
        assert unit.outbox.add(new, now=firm.clock())
        entry = unit.outbox.by_key(key)
        assert entry is not None
        # As if the moments of several messages to one person had come, which are planned a second apart.
        unit.outbox.postpone(entry, until=firm.clock(), state=State.PENDING, error=None, paced=True)
    return entry.id


def entry_of(firm: Firm, entry_id: int) -> Entry:
    with firm.house.memory.read(firm.workspace.id) as unit:
        entry = unit.outbox.get(entry_id)
    assert entry is not None
    return entry


def deliver(firm: Firm, slack: ScriptedMessenger, entry_id: int) -> Step:
    return delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)


def test_a_digest_is_posted_once_and_settled(firm: Firm, slack: ScriptedMessenger) -> None:
    entry_id = planned(firm)

    steps = [deliver(firm, slack, entry_id) for _ in range(3)]

    entry = entry_of(firm, entry_id)
    assert steps == [Step.FIRST_TRY, Step.NOTHING, Step.NOTHING]
    assert slack.keys() == [f"digest:{firm.alice.id}:2026-11-16"]
    assert (entry.state, entry.conversation, entry.receipt, entry.attempts) == (
        State.SENT,
        "D-U0ALICE",
        "0",
        1,
    )


def test_the_conversation_is_opened_once_and_remembered(firm: Firm, slack: ScriptedMessenger) -> None:
    for key in ("one", "two"):
        deliver(firm, slack, said(firm, key))

    assert (slack.opened, len(slack.posted)) == (1, 2)


def test_an_unknown_entry_is_nothing_to_do(small_firm: Firm, slack: ScriptedMessenger) -> None:
    assert deliver(small_firm, slack, 4711) is Step.NOTHING


# --- Slack asks to wait -----------------------------------------------------------------------------------


def test_when_slack_asks_to_wait_the_whole_workspace_waits_as_long_and_no_attempt_counts(
    firm: Firm, slack: ScriptedMessenger
) -> None:
    first, second = said(firm, "one"), said(firm, "two", firm.bruno)
    slack.on_post = [TryLater("ratelimited", after=30)]

    deliver(firm, slack, first)

    # The second was handed out before the answer came: it is not tried either.
    assert deliver(firm, slack, second) is Step.NOTHING
    assert delivery.due(firm.house, firm.workspace.id, 10) == []
    assert (entry_of(firm, first).state, entry_of(firm, first).attempts) == (State.PENDING, 0)
    firm.clock.tick(seconds=29)
    assert delivery.due(firm.house, firm.workspace.id, 10) == []
    firm.clock.tick(seconds=1)
    for _ in range(3):  # what missed its moment meanwhile takes a new one
        for entry_id in delivery.due(firm.house, firm.workspace.id, 10):
            deliver(firm, slack, entry_id)
        firm.clock.tick(seconds=1)
    assert sorted(slack.keys()) == ["one", "two"]


def test_a_shorter_wait_does_not_end_a_longer_one(firm: Firm, slack: ScriptedMessenger) -> None:
    first = said(firm, "one")
    slack.on_post = [TryLater("ratelimited", after=30)]
    deliver(firm, slack, first)
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.block_workspace(firm.clock() + timedelta(seconds=5))

    firm.clock.tick(seconds=10)

    assert delivery.due(firm.house, firm.workspace.id, 10) == []


def test_however_often_slack_asks_to_wait_the_message_is_not_given_up(
    small_firm: Firm, slack: ScriptedMessenger
) -> None:
    entry_id = said(small_firm, "one")
    slack.on_post = [TryLater("ratelimited", after=1)] * (3 * MOST_ATTEMPTS)

    for _ in range(3 * MOST_ATTEMPTS + 1):
        deliver(small_firm, slack, entry_id)
        small_firm.clock.tick(seconds=2)

    assert slack.keys() == ["one"]


# --- Slack refuses ----------------------------------------------------------------------------------------


def test_what_slack_refuses_is_not_tried_again(firm: Firm, slack: ScriptedMessenger) -> None:
    entry_id = said(firm, "one")
    slack.on_post = [Refused("invalid_blocks")]

    deliver(firm, slack, entry_id)
    firm.clock.tick(days=1)

    entry = entry_of(firm, entry_id)
    assert (entry.state, entry.note, entry.error) == (State.DEAD, "refused", "invalid_blocks")
    assert deliver(firm, slack, entry_id) is Step.NOTHING


@pytest.mark.parametrize("at", ["on_post", "on_open"])
def test_a_closed_account_is_not_spoken_to_any_more(firm: Firm, slack: ScriptedMessenger, at: str) -> None:
    first, second = said(firm, "one"), said(firm, "two")
    setattr(slack, at, [Refused("user_disabled", account_closed=True)])

    for entry_id in (first, second):
        deliver(firm, slack, entry_id)

    assert entry_of(firm, first).state is State.DEAD
    assert (entry_of(firm, second).state, entry_of(firm, second).note) == (State.SKIPPED, "inactive")
    assert slack.posted == []


def test_a_conversation_that_is_gone_is_opened_anew_for_the_next_attempt(
    firm: Firm, slack: ScriptedMessenger
) -> None:
    entry_id = said(firm, "one")
    slack.on_post = [Refused("channel_not_found", conversation_gone=True)]

    deliver(firm, slack, entry_id)
    firm.clock.tick(minutes=5)
    deliver(firm, slack, entry_id)

    assert entry_of(firm, entry_id).state is State.SENT
    assert slack.opened == 2


def test_a_passing_failure_is_tried_again_ever_more_slowly_and_at_last_given_up(
    firm: Firm, slack: ScriptedMessenger
) -> None:
    entry_id = said(firm, "one")
    slack.on_post = [TryLater("team_added_to_org")] * MOST_ATTEMPTS
    waits = []

    for _ in range(MOST_ATTEMPTS):
        assert deliver(firm, slack, entry_id) in (Step.FIRST_TRY, Step.TRY_AGAIN)
        due = entry_of(firm, entry_id).due_at
        waits.append((due - firm.clock()).total_seconds())
        # Far apart in waking hours, so that quiet hours do not mix in.
        firm.clock.now = due if due.hour < 20 else due + timedelta(hours=18)
    last = deliver(firm, slack, entry_id)

    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert last is Step.GIVE_UP
    assert (entry_of(firm, entry_id).state, entry_of(firm, entry_id).note) == (State.DEAD, "attempts")


def test_a_message_is_rendered_once_and_repeated_as_it_was(firm: Firm, slack: ScriptedMessenger) -> None:
    entry_id = planned(firm)
    slack.on_post = [TryLater("some_passing_error")]
    deliver(firm, slack, entry_id)
    body = entry_of(firm, entry_id).body
    firm.client("Ford", spoke_before_at=MONDAY - timedelta(days=200))

    firm.clock.tick(minutes=1)
    deliver(firm, slack, entry_id)

    assert slack.posted[0][2] == body


# --- Nobody knows whether it arrived ----------------------------------------------------------------------


def test_a_lost_answer_is_looked_up_after_the_quarantine_and_found(
    firm: Firm, slack: ScriptedMessenger
) -> None:
    entry_id = planned(firm)
    slack.on_post = [LostAnswer(Unclear("timeout"))]

    deliver(firm, slack, entry_id)
    assert entry_of(firm, entry_id).state is State.TRYING
    assert deliver(firm, slack, entry_id) is Step.NOTHING
    firm.clock.now += AFTER
    assert deliver(firm, slack, entry_id) is Step.LOOK_UP

    entry = entry_of(firm, entry_id)
    assert (entry.state, entry.note, entry.receipt, len(slack.posted)) == (State.SENT, "found", "0", 1)


def test_a_message_that_did_not_arrive_is_posted_again(firm: Firm, slack: ScriptedMessenger) -> None:
    entry_id = planned(firm)
    slack.on_post = [Unclear("connection reset")]

    deliver(firm, slack, entry_id)
    firm.clock.now += AFTER
    steps = [deliver(firm, slack, entry_id) for _ in range(3)]

    assert steps == [Step.LOOK_UP, Step.TRY_AGAIN, Step.NOTHING]
    assert len(slack.posted) == 1
    assert (entry_of(firm, entry_id).state, entry_of(firm, entry_id).attempts) == (State.SENT, 2)


def test_the_look_up_reaches_back_further_than_a_clock_may_be_wrong(
    firm: Firm, slack: ScriptedMessenger
) -> None:
    entry_id = planned(firm)
    slack.on_post = [Unclear("timeout")]
    deliver(firm, slack, entry_id)
    firm.clock.now += AFTER
    deliver(firm, slack, entry_id)

    assert slack.looked_up == [MONDAY - timedelta(days=1)]


def test_a_look_up_that_gets_no_answer_is_repeated_and_at_last_given_up(
    small_firm: Firm, slack: ScriptedMessenger
) -> None:
    entry_id = said(small_firm, "one")
    slack.on_post = [Unclear("timeout")]
    slack.on_find = [Unclear("timeout")] * MOST_LOOK_UPS
    deliver(small_firm, slack, entry_id)

    for _ in range(MOST_LOOK_UPS):
        small_firm.clock.now += AFTER
        assert deliver(small_firm, slack, entry_id) is Step.LOOK_UP

    assert (entry_of(small_firm, entry_id).state, entry_of(small_firm, entry_id).note) == (
        State.SKIPPED,
        "unclear",
    )


def test_standing_in_line_for_a_look_up_does_not_use_it_up(
    small_firm: Firm, slack: ScriptedMessenger
) -> None:
    """Slack lets some apps read history once a minute: many look-ups then wait for long."""
    entry_id = said(small_firm, "one")
    slack.on_post = [LostAnswer(Unclear("timeout"))]
    slack.on_find = [TryLater("ratelimited", after=60)] * (2 * MOST_LOOK_UPS)
    deliver(small_firm, slack, entry_id)
    small_firm.clock.now += AFTER

    for _ in range(2 * MOST_LOOK_UPS):
        assert deliver(small_firm, slack, entry_id) is Step.LOOK_UP
        assert deliver(small_firm, slack, entry_id) is Step.NOTHING
        small_firm.clock.tick(seconds=60)
    deliver(small_firm, slack, entry_id)

    assert (entry_of(small_firm, entry_id).state, len(slack.posted)) == (State.SENT, 1)


def test_a_look_up_that_slack_refuses_ends_it(small_firm: Firm, slack: ScriptedMessenger) -> None:
    entry_id = said(small_firm, "one")
    slack.on_post = [Unclear("timeout")]
    slack.on_find = [Refused("channel_not_found")]
    deliver(small_firm, slack, entry_id)
    small_firm.clock.now += AFTER
    deliver(small_firm, slack, entry_id)

    assert (entry_of(small_firm, entry_id).state, entry_of(small_firm, entry_id).error) == (
        State.DEAD,
        "channel_not_found",
    )


def test_a_conversation_that_could_not_be_opened_is_certainly_no_message(
    firm: Firm, slack: ScriptedMessenger
) -> None:
    entry_id = said(firm, "one")
    slack.on_open = [Unclear("timeout"), TryLater("ratelimited", after=5)]

    for _ in range(3):
        deliver(firm, slack, entry_id)
        firm.clock.tick(seconds=31)

    assert (slack.keys(), slack.looked_up) == (["one"], [])


# --- The process ends in between --------------------------------------------------------------------------


class Killed(BaseException):
    """The process is gone at this very point."""


def test_killed_between_mark_and_post_nothing_is_lost(firm: Firm, slack: ScriptedMessenger) -> None:
    entry_id = planned(firm)
    slack.on_post = [Killed()]
    with pytest.raises(Killed):
        deliver(firm, slack, entry_id)

    assert deliver(firm, slack, entry_id) is Step.NOTHING
    firm.clock.now += AFTER
    steps = [deliver(firm, slack, entry_id) for _ in range(2)]

    assert steps == [Step.LOOK_UP, Step.TRY_AGAIN]
    assert len(slack.posted) == 1


def test_killed_between_post_and_record_nothing_is_posted_twice(firm: Firm, slack: ScriptedMessenger) -> None:
    entry_id = planned(firm)
    slack.on_post = [LostAnswer(Killed())]
    with pytest.raises(Killed):
        deliver(firm, slack, entry_id)

    firm.clock.now += AFTER
    steps = [deliver(firm, slack, entry_id) for _ in range(2)]

    assert steps == [Step.LOOK_UP, Step.NOTHING]
    assert len(slack.posted) == 1


def test_killed_during_a_look_up_it_is_looked_up_again(firm: Firm, slack: ScriptedMessenger) -> None:
    entry_id = planned(firm)
    slack.on_post, slack.on_find = [LostAnswer(Unclear("timeout"))], [Killed()]
    deliver(firm, slack, entry_id)
    firm.clock.now += AFTER
    with pytest.raises(Killed):
        deliver(firm, slack, entry_id)

    firm.clock.now += AFTER
    deliver(firm, slack, entry_id)

    assert (entry_of(firm, entry_id).state, len(slack.posted)) == (State.SENT, 1)


def test_a_process_that_slept_between_mark_and_post_does_not_post(
    firm: Firm, slack: ScriptedMessenger
) -> None:
    """Another one may have taken the entry over meanwhile: it is looked up first."""
    entry_id = planned(firm)

    def sleep() -> None:
        firm.clock.now += QUARANTINE

    slack.on_open = [sleep]
    deliver(firm, slack, entry_id)

    assert (slack.posted, entry_of(firm, entry_id).state) == ([], State.TRYING)
    deliver(firm, slack, entry_id)
    deliver(firm, slack, entry_id)
    assert len(slack.posted) == 1


# --- Still true, still wanted -----------------------------------------------------------------------------


def test_what_was_done_since_the_plan_is_left_out(firm: Firm, slack: ScriptedMessenger) -> None:
    entry_id = planned(firm, "Acme", "Ford", "Merck")
    actor = firm.actor(firm.alice)
    touches.log(firm.house, actor, TouchDraft("Acme", Channel.CALL), "k")
    nudges.snooze(firm.house, actor, firm.clients["Ford"].id, wish="tomorrow")

    deliver(firm, slack, entry_id)

    rows = digest.rows_from(entry_of(firm, entry_id).facts)
    assert [row.client for row in rows] == ["Merck"]
    assert slack.posted[0][2]["facts"] == entry_of(firm, entry_id).facts


def test_when_everything_was_done_nothing_is_said(firm: Firm, slack: ScriptedMessenger) -> None:
    entry_id = planned(firm)
    touches.log(firm.house, firm.actor(firm.alice), TouchDraft("Acme", Channel.CALL), "k")

    deliver(firm, slack, entry_id)

    assert slack.posted == []
    assert (entry_of(firm, entry_id).state, entry_of(firm, entry_id).note) == (State.SKIPPED, "nothing_left")


def test_a_digest_whose_day_is_over_is_not_sent_any_more(firm: Firm, slack: ScriptedMessenger) -> None:
    entry_id = planned(firm)
    firm.clock.now = datetime(2026, 11, 16, 23, 0, tzinfo=UTC)  # 18:00 in New York

    assert deliver(firm, slack, entry_id) is Step.EXPIRE
    assert (entry_of(firm, entry_id).state, entry_of(firm, entry_id).note) == (State.SKIPPED, "late")


def test_a_lost_answer_is_looked_up_even_when_the_day_is_over_and_not_repeated_then(
    firm: Firm, slack: ScriptedMessenger
) -> None:
    arrived, lost = planned(firm), said(firm, "two", expires_at=MONDAY + timedelta(hours=9))
    slack.on_post = [LostAnswer(Unclear("timeout")), Unclear("timeout")]
    for entry_id in (arrived, lost):
        deliver(firm, slack, entry_id)
    firm.clock.tick(days=1)

    for entry_id in (arrived, lost, lost):
        deliver(firm, slack, entry_id)

    assert entry_of(firm, arrived).state is State.SENT
    assert (entry_of(firm, lost).state, entry_of(firm, lost).note) == (State.SKIPPED, "late")
    assert len(slack.posted) == 1


def test_what_is_not_bound_to_a_day_waits_for_waking_hours(firm: Firm, slack: ScriptedMessenger) -> None:
    firm.clock.now = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)  # Friday night in New York
    entry_id = said(firm, "one")

    assert deliver(firm, slack, entry_id) is Step.NOTHING

    assert entry_of(firm, entry_id).due_at == datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
    assert (entry_of(firm, entry_id).state, entry_of(firm, entry_id).attempts) == (State.PENDING, 0)


# --- Poison -----------------------------------------------------------------------------------------------


def test_what_cannot_be_rendered_steps_aside_and_holds_nothing_up(
    firm: Firm, slack: ScriptedMessenger
) -> None:
    poisonous, sound = said(firm, "one"), said(firm, "two")
    slack.on_render = [KeyError("rows")]
    with pytest.raises(KeyError):
        deliver(firm, slack, poisonous)

    delivery.step_aside(firm.house, firm.workspace.id, poisonous)

    assert delivery.due(firm.house, firm.workspace.id, 10) == [sound]
    entry = entry_of(firm, poisonous)
    assert (entry.state, entry.error, entry.due_at) == (
        State.PENDING,
        "unexpected",
        firm.clock() + timedelta(hours=1),
    )


def test_a_message_whose_post_failed_in_a_way_nobody_foresaw_is_looked_up_before_it_is_repeated(
    firm: Firm, slack: ScriptedMessenger
) -> None:
    entry_id = said(firm, "one")
    slack.on_post = [LostAnswer(RuntimeError("surprise"))]
    with pytest.raises(RuntimeError):
        deliver(firm, slack, entry_id)
    delivery.step_aside(firm.house, firm.workspace.id, entry_id)

    firm.clock.tick(hours=1)
    assert deliver(firm, slack, entry_id) is Step.LOOK_UP
    assert len(slack.posted) == 1


def test_a_look_up_that_always_breaks_ends_some_day(small_firm: Firm, slack: ScriptedMessenger) -> None:
    entry_id = said(small_firm, "one")
    slack.on_post = [Unclear("timeout")]
    slack.on_find = [RuntimeError("surprise")] * MOST_LOOK_UPS
    deliver(small_firm, slack, entry_id)
    for _ in range(MOST_LOOK_UPS):
        small_firm.clock.tick(hours=1)
        with pytest.raises(RuntimeError):
            deliver(small_firm, slack, entry_id)
        delivery.step_aside(small_firm.house, small_firm.workspace.id, entry_id)

    small_firm.clock.tick(hours=1)
    assert deliver(small_firm, slack, entry_id) is Step.UNKNOWN
    assert entry_of(small_firm, entry_id).note == "unclear"


def test_a_settled_entry_does_not_step_aside(small_firm: Firm, slack: ScriptedMessenger) -> None:
    entry_id = said(small_firm, "one")
    deliver(small_firm, slack, entry_id)
    settled = entry_of(small_firm, entry_id)

    delivery.step_aside(small_firm.house, small_firm.workspace.id, entry_id)
    delivery.step_aside(small_firm.house, small_firm.workspace.id, 4711)

    assert entry_of(small_firm, entry_id) == settled


def test_the_messenger_is_never_called_inside_a_transaction(
    small_firm: Firm, slack: ScriptedMessenger
) -> None:
    """While Slack takes its time others write: SQLite has one writer, who would be waited for in vain."""
    written: list[bool] = []

    def others_write() -> None:
        with small_firm.house.memory.write(small_firm.workspace.id) as unit:
            written.append(unit.deliveries.first_time(f"{len(written)}", at=small_firm.clock()))

    slack.on_open, slack.on_find = [others_write], [others_write]
    slack.on_post = [others_write, LostAnswer(Unclear("timeout"))]
    for key in ("one", "two"):
        deliver(small_firm, slack, said(small_firm, key))
    small_firm.clock.now += AFTER
    for entry_id in delivery.due(small_firm.house, small_firm.workspace.id, 10):
        deliver(small_firm, slack, entry_id)

    assert written == [True, True, True]
    assert slack.keys() == ["one", "two"]


# --- Messages that are edited where they stand ------------------------------------------------------------


def edited(firm: Firm, entry_id: int, key: str = "done") -> int:
    """An edit of that message in the outbox; its id."""
    with firm.house.memory.write(firm.workspace.id) as unit:
        entry = unit.outbox.get(entry_id)
        assert entry is not None
        assert unit.outbox.add(edit_of(entry, key=key, due_at=firm.clock()), now=firm.clock())
        edit = unit.outbox.by_key(f"edit:{entry_id}:{key}")
    assert edit is not None
    return edit.id


def test_a_sent_message_is_brought_up_to_date_in_its_place(firm: Firm, slack: ScriptedMessenger) -> None:
    sent = planned(firm, "Acme", "Globex")
    deliver(firm, slack, sent)
    nudges.snooze(firm.house, firm.actor(firm.alice), firm.clients["Acme"].id, wish="tomorrow")

    edit = edited(firm, sent)
    steps = [deliver(firm, slack, edit) for _ in range(2)]

    assert steps == [Step.FIRST_TRY, Step.NOTHING]
    ((receipt, body),) = slack.edited
    assert (receipt.conversation, receipt.message) == ("D-U0ALICE", "0")
    facts = body["facts"]
    assert isinstance(facts, dict)
    assert [row["client"] for row in facts["rows"]] == ["Globex"]
    assert len(slack.posted) == 1


def test_a_message_that_is_still_to_be_posted_needs_no_edit(firm: Firm, slack: ScriptedMessenger) -> None:
    waiting = said(firm, "one")

    edit = edited(firm, waiting)
    deliver(firm, slack, edit)

    assert (entry_of(firm, edit).state, slack.edited) == (State.SKIPPED, [])


def test_an_edit_waits_until_it_is_known_where_the_message_stands(
    firm: Firm, slack: ScriptedMessenger
) -> None:
    slack.on_post = [LostAnswer(Unclear("timeout"))]
    sent = said(firm, "one")
    deliver(firm, slack, sent)

    edit = edited(firm, sent)
    deliver(firm, slack, edit)
    assert slack.edited == []
    firm.clock.tick(seconds=200)
    deliver(firm, slack, sent)
    deliver(firm, slack, edit)

    assert len(slack.edited) == 1


def test_an_edit_with_an_unclear_end_is_simply_made_again(firm: Firm, slack: ScriptedMessenger) -> None:
    sent = said(firm, "one")
    deliver(firm, slack, sent)
    slack.on_edit = [Unclear("timeout")]

    edit = edited(firm, sent)
    deliver(firm, slack, edit)
    firm.clock.tick(minutes=5)
    deliver(firm, slack, edit)

    assert (entry_of(firm, edit).state, len(slack.edited)) == (State.SENT, 1)


def test_a_process_killed_while_it_edits_leaves_an_edit_that_is_made_again(
    firm: Firm, slack: ScriptedMessenger
) -> None:
    sent = said(firm, "one")
    deliver(firm, slack, sent)
    slack.on_edit = [KeyboardInterrupt()]

    edit = edited(firm, sent)
    with pytest.raises(KeyboardInterrupt):
        deliver(firm, slack, edit)
    firm.clock.tick(minutes=5)
    deliver(firm, slack, edit)

    assert (entry_of(firm, edit).state, len(slack.edited)) == (State.SENT, 1)


def test_an_edit_that_is_refused_is_left_and_harms_nobody(firm: Firm, slack: ScriptedMessenger) -> None:
    sent = said(firm, "one")
    deliver(firm, slack, sent)
    slack.on_edit = [Refused("message_not_found")]

    edit = edited(firm, sent)
    deliver(firm, slack, edit)

    assert (entry_of(firm, edit).state, entry_of(firm, edit).note) == (State.SKIPPED, "refused")
