"""Whether a member, or a whole workspace, can be reached; and who hears of it when not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.members import Member, Role
from bot.domain.outbox import (
    OFF_AFTER,
    PERHAPS_TWICE,
    QUARANTINE,
    TOLD_AFTER,
    Entry,
    Fault,
    NewEntry,
    State,
    Step,
)
from bot.domain.refusals import Refusal
from bot.ports import NotLetIn, Refused, TryLater, Unclear
from bot.services import channels, delivery, health
from tests.bot.services.messenger import LostAnswer, ScriptedMessenger
from tests.bot.services.test_delivery import deliver, entry_of, said
from tests.conftest import Firm

AFTER = QUARANTINE + timedelta(seconds=1)


@pytest.fixture
def slack() -> ScriptedMessenger:
    return ScriptedMessenger()


def again(firm: Firm, member: Member) -> Member:
    with firm.house.memory.read(firm.workspace.id) as unit:
        found = unit.members.get(member.id)
    assert found is not None
    return found


def to_admins(firm: Firm) -> list[Entry]:
    with firm.house.memory.read(firm.workspace.id) as unit:
        return list(unit.outbox.listed(tuple(State), kind=channels.KIND))


def fail(firm: Firm, slack: ScriptedMessenger, times: int, member: Member | None = None) -> None:
    """So many messages to a member that are refused, each for certain."""
    for number in range(times):
        slack.on_post = [Refused("restricted_action", fault=Fault.CHANNEL)]
        deliver(firm, slack, said(firm, f"{(member or firm.alice).name} {firm.clock()} {number}", member))
        firm.clock.tick(seconds=2)


# --- One member -------------------------------------------------------------------------------------------


def test_after_three_failures_in_a_row_the_admins_are_told_once(firm: Firm, slack: ScriptedMessenger) -> None:
    fail(firm, slack, TOLD_AFTER - 1)
    assert to_admins(firm) == []

    fail(firm, slack, 2)

    (told,) = to_admins(firm)
    assert (told.member_id, told.urgent) == (firm.carla.id, True)
    deliver(firm, slack, told.id)
    facts = slack.posted[-1][2]["facts"]
    assert facts == {
        "reason": "restricted_action",
        "members": [{"name": "Alice Ames", "user": "U0ALICE", "failures": 4, "off": False}],
    }


def test_after_ten_failures_in_a_row_nothing_is_tried_any_more(firm: Firm, slack: ScriptedMessenger) -> None:
    fail(firm, slack, OFF_AFTER)

    alice = again(firm, firm.alice)
    assert (alice.channel_off_at is not None, alice.channel_failures) == (True, OFF_AFTER)
    entry_id = said(firm, "eleventh")
    deliver(firm, slack, entry_id)
    assert (entry_of(firm, entry_id).state, entry_of(firm, entry_id).note) == (State.SKIPPED, "channel_off")
    assert len(to_admins(firm)) == 1
    assert [member.name for member in health.look(firm.house, firm.actor(firm.carla)).silent] == [
        "Alice Ames"
    ]


def test_a_message_that_arrives_makes_up_for_all_that_did_not(firm: Firm, slack: ScriptedMessenger) -> None:
    fail(firm, slack, TOLD_AFTER - 1)
    deliver(firm, slack, said(firm, "arrives"))
    fail(firm, slack, TOLD_AFTER - 1)

    assert to_admins(firm) == []
    assert again(firm, firm.alice).channel_failures == TOLD_AFTER - 1


def test_an_outage_of_slack_says_nothing_about_anybodys_channel(
    small_firm: Firm, slack: ScriptedMessenger
) -> None:
    failures = [
        Unclear("timeout"),
        Unclear("fatal", fault=Fault.PLATFORM),
        TryLater("ratelimited", after=1),
        TryLater("no network", fault=Fault.NETWORK),
        Refused("invalid_blocks"),
    ]
    for number, failure in enumerate(failures):
        slack.on_post = [failure]
        deliver(small_firm, slack, said(small_firm, str(number)))
        small_firm.clock.tick(seconds=3)

    assert again(small_firm, small_firm.alice).channel_failures == 0


def test_of_a_closed_account_the_admins_are_told_at_once(firm: Firm, slack: ScriptedMessenger) -> None:
    slack.on_post = [Refused("user_disabled", account_closed=True)]
    deliver(firm, slack, said(firm, "one"))

    (told,) = to_admins(firm)
    assert told.facts["reason"] == channels.ACCOUNT_CLOSED
    assert (again(firm, firm.alice).active, again(firm, firm.alice).channel_off_at) == (False, firm.clock())


def test_a_second_member_of_the_same_cause_is_added_to_the_same_message(
    firm: Firm, slack: ScriptedMessenger
) -> None:
    slack.on_post = [Refused("user_disabled", account_closed=True)]
    deliver(firm, slack, said(firm, "one"))
    (told,) = to_admins(firm)
    deliver(firm, slack, told.id)
    firm.clock.tick(seconds=5)

    slack.on_post = [Refused("user_disabled", account_closed=True)]
    deliver(firm, slack, said(firm, "two", firm.lea))

    assert len(to_admins(firm)) == 1
    with firm.house.memory.read(firm.workspace.id) as unit:
        (edit,) = unit.outbox.listed([State.PENDING], kind="edit")
    firm.clock.tick(seconds=5)
    deliver(firm, slack, edit.id)
    facts = slack.edited[-1][1]["facts"]
    assert isinstance(facts, dict)
    assert [each["name"] for each in facts["members"]] == ["Alice Ames", "Lea Lang"]


def test_the_member_whose_channel_fails_is_not_the_one_who_is_told(
    small_firm: Firm, slack: ScriptedMessenger, caplog: pytest.LogCaptureFixture
) -> None:
    fail(small_firm, slack, TOLD_AFTER, small_firm.carla)

    assert to_admins(small_firm) == []
    assert "no admin can be told" in caplog.text


def test_when_all_are_reached_again_before_the_admin_reads_of_it_nothing_is_said(
    small_firm: Firm, slack: ScriptedMessenger
) -> None:
    fail(small_firm, slack, TOLD_AFTER)
    (told,) = to_admins(small_firm)
    channels.turn_on_by_operator(small_firm.house, small_firm.workspace.id, "U0ALICE")

    deliver(small_firm, slack, told.id)

    assert (entry_of(small_firm, told.id).state, entry_of(small_firm, told.id).note) == (
        State.SKIPPED,
        "nothing_left",
    )


def test_when_it_begins_again_on_the_day_on_which_nothing_was_said_the_admins_hear_of_it(
    firm: Firm, slack: ScriptedMessenger
) -> None:
    fail(firm, slack, TOLD_AFTER)
    (untold,) = to_admins(firm)
    deliver(firm, slack, said(firm, "arrives"))
    deliver(firm, slack, untold.id)
    assert entry_of(firm, untold.id).state is State.SKIPPED

    fail(firm, slack, TOLD_AFTER)
    fail(firm, slack, TOLD_AFTER, firm.bruno)

    (told,) = [each for each in to_admins(firm) if each.state is State.PENDING]
    deliver(firm, slack, told.id)
    facts: Any = slack.posted[-1][2]["facts"]
    assert [each["name"] for each in facts["members"]] == ["Alice Ames", "Bruno Petit"]
    assert len(to_admins(firm)) == 2


def test_a_channel_is_on_again_for_who_speaks_to_the_bot_and_by_an_admins_word(
    firm: Firm, slack: ScriptedMessenger
) -> None:
    ways: list[Callable[[], int]] = [
        lambda: channels.heard_from(firm.house, firm.actor(firm.alice)),
        lambda: channels.turn_on(firm.house, firm.actor(firm.carla), firm.alice.id),
        lambda: channels.turn_on(firm.house, firm.actor(firm.carla)),
        lambda: channels.turn_on_by_operator(firm.house, firm.workspace.id, "U0ALICE"),
        lambda: channels.turn_on_by_operator(firm.house, firm.workspace.id),
    ]
    for turned_on in ways:
        channels.turn_off_by_operator(firm.house, firm.workspace.id, "U0ALICE")
        assert again(firm, firm.alice).channel_off_at is not None

        assert turned_on() == 1

        alice = again(firm, firm.alice)
        assert (alice.channel_off_at, alice.channel_reason, alice.channel_failures) == (None, None, 0)
        assert turned_on() == 0


def test_only_admins_turn_channels_on_and_only_those_of_known_members(small_firm: Firm) -> None:
    with pytest.raises(Refusal, match=r"member\.not_admin"):
        channels.turn_on(small_firm.house, small_firm.actor(small_firm.lea), small_firm.alice.id)
    with pytest.raises(Refusal, match=r"member\.unknown"):
        channels.turn_on(small_firm.house, small_firm.actor(small_firm.carla), 4711)
    with pytest.raises(Refusal, match=r"member\.unknown"):
        channels.turn_on_by_operator(small_firm.house, small_firm.workspace.id, "U0NOBODY")


def test_all_at_once_leaves_closed_accounts_alone(small_firm: Firm, slack: ScriptedMessenger) -> None:
    slack.on_post = [Refused("user_disabled", account_closed=True)]
    deliver(small_firm, slack, said(small_firm, "one"))

    assert channels.turn_on(small_firm.house, small_firm.actor(small_firm.carla)) == 0
    assert again(small_firm, small_firm.alice).channel_off_at is not None
    assert channels.turn_on(small_firm.house, small_firm.actor(small_firm.carla), small_firm.alice.id) == 1
    assert again(small_firm, small_firm.alice).active


def test_every_admin_is_told(small_firm: Firm, slack: ScriptedMessenger) -> None:
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.members.set_roles(small_firm.lea.id, frozenset({Role.ADMIN}))
    fail(small_firm, slack, TOLD_AFTER)

    assert {entry.member_id for entry in to_admins(small_firm)} == {small_firm.lea.id, small_firm.carla.id}


# --- The whole workspace ----------------------------------------------------------------------------------


def test_a_revoked_token_stops_everything_and_costs_no_attempt(firm: Firm, slack: ScriptedMessenger) -> None:
    first, second = said(firm, "one"), said(firm, "two", firm.bruno)
    slack.on_post = [NotLetIn("token_revoked", answer={"ok": False, "error": "token_revoked"})]

    deliver(firm, slack, first)

    assert deliver(firm, slack, second) is Step.NOTHING
    assert delivery.due(firm.house, firm.workspace.id, 10) == []
    entry = entry_of(firm, first)
    assert (entry.state, entry.attempts, entry.error) == (State.PENDING, 0, "token_revoked")
    assert entry.answer == {"ok": False, "error": "token_revoked"}
    assert again(firm, firm.alice).channel_failures == 0
    seen = health.look(firm.house, firm.actor(firm.carla))
    assert (seen.off, seen.well) == (("token_revoked", firm.clock()), False)
    assert health.unready(firm.house, firm.workspace.id) == ["nothing can be posted: token_revoked"]


def test_it_comes_back_by_itself_when_slack_lets_us_in_again(firm: Firm, slack: ScriptedMessenger) -> None:
    entry_id = said(firm, "one")
    slack.on_post = [NotLetIn("token_revoked")]
    deliver(firm, slack, entry_id)
    slack.on_knock = [NotLetIn("token_revoked"), Unclear("timeout")]

    assert not delivery.knock(firm.house, slack, firm.workspace.id)
    assert not delivery.knock(firm.house, slack, firm.workspace.id)
    assert delivery.knock(firm.house, slack, firm.workspace.id)
    assert delivery.knock(firm.house, slack, firm.workspace.id)

    assert slack.knocked == 3
    for due in delivery.due(firm.house, firm.workspace.id, 10):
        deliver(firm, slack, due)
    assert slack.keys() == ["one"]
    assert health.unready(firm.house, firm.workspace.id) == []


def test_a_token_revoked_during_a_look_up_leaves_it_to_be_looked_up(
    small_firm: Firm, slack: ScriptedMessenger
) -> None:
    entry_id = said(small_firm, "one")
    slack.on_post, slack.on_find = [LostAnswer(Unclear("timeout"))], [NotLetIn("token_revoked")]
    deliver(small_firm, slack, entry_id)
    small_firm.clock.now += AFTER
    deliver(small_firm, slack, entry_id)
    delivery.knock(small_firm.house, slack, small_firm.workspace.id)

    deliver(small_firm, slack, entry_id)

    assert (entry_of(small_firm, entry_id).state, entry_of(small_firm, entry_id).note) == (
        State.SENT,
        "found",
    )
    assert len(slack.posted) == 1


# --- Nobody may look --------------------------------------------------------------------------------------


def put(firm: Firm, kind: str) -> int:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.outbox.add(NewEntry(kind, kind, firm.alice.id, {}, firm.clock()), now=firm.clock())
        entry = unit.outbox.by_key(kind)
    assert entry is not None
    return entry.id


CANNOT_LOOK = NotLetIn("missing_scope", missing="im:history")


def test_without_the_right_to_look_what_is_told_daily_is_skipped(
    firm: Firm, slack: ScriptedMessenger
) -> None:
    entry_id = put(firm, "notice")
    slack.on_post, slack.on_find = [LostAnswer(Unclear("timeout"))], [CANNOT_LOOK]
    deliver(firm, slack, entry_id)
    firm.clock.now += AFTER
    deliver(firm, slack, entry_id)

    entry = entry_of(firm, entry_id)
    assert (entry.state, entry.note, entry.error) == (State.SKIPPED, "unclear", "missing_scope")
    assert again(firm, firm.alice).channel_off_at is None
    assert health.unready(firm.house, firm.workspace.id) == []


def test_without_the_right_to_look_what_somebody_waits_for_may_come_twice_and_no_more(
    firm: Firm, slack: ScriptedMessenger
) -> None:
    entry_id = put(firm, "policy_answered")
    slack.on_post = [LostAnswer(Unclear("timeout"))] * 2
    slack.on_find = [CANNOT_LOOK] * 2
    for _ in range(4):
        deliver(firm, slack, entry_id)
        firm.clock.now += AFTER

    entry = entry_of(firm, entry_id)
    assert (entry.state, entry.note, len(slack.posted)) == (State.DEAD, "unclear", 2)


def test_that_it_may_have_come_twice_stands_on_the_row(firm: Firm, slack: ScriptedMessenger) -> None:
    entry_id = put(firm, "policy_answered")
    slack.on_post, slack.on_find = [Unclear("timeout")], [CANNOT_LOOK]
    for _ in range(3):
        deliver(firm, slack, entry_id)
        firm.clock.now += AFTER

    entry = entry_of(firm, entry_id)
    assert (entry.state, entry.note, len(slack.posted)) == (State.SENT, PERHAPS_TWICE, 1)


def test_when_slack_lets_us_read_once_a_minute_the_other_look_ups_do_not_ask(
    small_firm: Firm, slack: ScriptedMessenger
) -> None:
    readers = (small_firm.alice, small_firm.bruno)
    entries = [said(small_firm, str(number), readers[number % 2]) for number in range(4)]
    slack.on_post = [LostAnswer(Unclear("timeout"))] * 4
    for entry_id in entries:
        deliver(small_firm, slack, entry_id)
    small_firm.clock.now += AFTER
    slack.on_find = [TryLater("ratelimited", after=60)]

    for entry_id in entries:
        deliver(small_firm, slack, entry_id)

    assert len(slack.looked_up) == 1
    assert delivery.due(small_firm.house, small_firm.workspace.id, 10) == []
    small_firm.clock.tick(seconds=60)
    for entry_id in entries:
        deliver(small_firm, slack, entry_id)
    assert {entry_of(small_firm, entry_id).state for entry_id in entries} == {State.SENT}
    assert (len(slack.looked_up), len(slack.posted)) == (5, 4)
