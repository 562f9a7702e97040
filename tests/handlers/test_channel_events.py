"""What is said in clients' channels, told by Slack: a question starts a clock, a reply of ours stops it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from bot.domain.clients import Client, Tier
from bot.domain.outbox import State as Sending
from bot.domain.refusals import Refusal
from bot.domain.response import State, Waiting, What, moment_of
from bot.services import delivery, handover, merges, response_channels, response_lookups, responses
from handlers.directory import SlackDirectory
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import MONDAY, Firm
from tests.fake_slack import user
from tests.handlers.slack_app import SlackApp, open_app, unreachable

CHANNEL = "C0ACME"


@pytest.fixture
def app(small_firm: Firm, sqlite_engine: Engine) -> Iterator[SlackApp]:
    """Acme speaks with us in a channel; Dana is of Acme, Rita a colleague who never used the bot."""
    opened = open_app(small_firm, sqlite_engine)
    opened.slack.users |= {
        "U0DANA": user("U0DANA", "Dana White", team_id="T0ACME", is_stranger=True),
        "U0COLL": user("U0COLL", "Cleo Colleague"),
        "U0ERIC": user("U0ERIC", "Eric Stone", is_restricted=True),
        "U0RITA": user("U0RITA", "Rita Reed"),
        "U0ROBOT": user("U0ROBOT", "Robot", is_bot=True),
    }
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.change_workspace(replace(unit.hold_workspace(), clocks_on=date(2026, 11, 1)))
    linked(small_firm, "Acme")
    yield opened
    opened.bot.afterwards.close(5)


def linked(firm: Firm, name: str, channel: str = CHANNEL, **more: Any) -> Client:
    client = firm.client(name, tier=Tier.B, market="US-NY", zone="America/New_York", **more)
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.set_channels(client.id, [channel])
    return client


def stamp(at: datetime, number: int = 0) -> str:
    return f"{at.timestamp():.0f}.{number:06d}"


def says(app: SlackApp, who: str, what: str, *, ts: str = "", outer_team: str = "T0FIRM", **more: Any) -> str:
    """Somebody writes in the channel; returns the timestamp of what they wrote."""
    stamped = ts or stamp(app.firm.clock(), app.firm.clock().microsecond)
    app.firm.clock.tick(seconds=1)
    event = {
        "type": "message", "channel": CHANNEL, "channel_type": "channel", "user": who, "text": what, "ts": stamped,
        "event_ts": stamped, **more,
    }  # fmt: skip
    assert app.event(event, outer_team=outer_team).status == 200
    return stamped


def waiting(app: SlackApp) -> list[Waiting]:
    return list(responses.of_member(app.bot.house, app.firm.actor(app.firm.alice)))


def test_a_question_of_a_clients_person_starts_a_clock_and_our_reply_stops_it(app: SlackApp) -> None:
    ts = says(app, "U0DANA", "When does it ship?")
    (asked,) = waiting(app)
    assert asked.client == "Acme"
    assert asked.asked_at == MONDAY
    assert asked.link == f"https://firm.slack.com/archives/C0ACME/p{ts.replace('.', '')}"

    app.firm.clock.tick(minutes=12)
    says(app, "U0ALICE", "On Friday.")
    assert waiting(app) == []
    closed = responses.look(app.bot.house, app.firm.actor(app.firm.alice), asked.question_id)
    assert (closed.state, closed.closed_by, closed.spent) == (State.ANSWERED, "Alice Ames", 12)


def test_an_event_that_slack_addresses_to_the_clients_organisation_is_heard_as_well(app: SlackApp) -> None:
    says(app, "U0DANA", "When does it ship?", outer_team="T0ACME", user_team="T0ACME")
    assert [each.client for each in waiting(app)] == ["Acme"]
    says(app, "U0ALICE", "On Friday.", outer_team="T0ACME", user_team="T0FIRM")
    assert waiting(app) == []
    assert len(app.slack.of("users.info")) == 0, "the event says of which organisation they are"


def test_nothing_of_what_was_said_is_kept(app: SlackApp, sqlite_engine: Engine) -> None:
    says(app, "U0DANA", "My secret question?")
    with sqlite_engine.connect() as connection:
        for table in ("questions", "question_notices", "channel_people", "changes", "outbox"):
            rows = connection.execute(text(f"select * from {table}")).all()
            assert "secret" not in repr(rows), table


def test_a_colleague_who_never_used_the_bot_answers_as_well(app: SlackApp) -> None:
    says(app, "U0DANA", "When does it ship?")
    says(app, "U0RITA", "On Friday.")
    assert waiting(app) == []
    assert len(app.slack.of("users.info")) == 2
    says(app, "U0DANA", "And the invoice?")
    says(app, "U0RITA", "Sent.")
    assert len(app.slack.of("users.info")) == 2, "each is looked up once"


def test_thanks_start_nothing_and_a_guest_is_the_clients(app: SlackApp) -> None:
    says(app, "U0DANA", "Thanks a lot!")
    assert waiting(app) == []
    says(app, "U0ERIC", "Could you send the contract")
    assert len(waiting(app)) == 1


def test_several_messages_in_a_row_are_one_question_from_the_first_on(app: SlackApp) -> None:
    says(app, "U0DANA", "Hello, a question")
    app.firm.clock.tick(minutes=5)
    says(app, "U0DANA", "When does it ship?")
    says(app, "U0ERIC", "We need it on Friday")
    (asked,) = waiting(app)
    assert asked.asked_at == MONDAY


def test_a_reply_in_the_thread_of_any_of_them_stops_it(app: SlackApp) -> None:
    says(app, "U0DANA", "Hello, a question")
    second = says(app, "U0DANA", "When does it ship?")
    says(app, "U0ALICE", "On Friday.", thread_ts=second)
    assert waiting(app) == []


def test_a_reply_in_another_thread_stops_nothing_and_one_in_the_channel_stops_a_thread(app: SlackApp) -> None:
    other = stamp(MONDAY - timedelta(days=9))
    says(app, "U0DANA", "And what of this?", thread_ts=other)
    says(app, "U0ALICE", "Elsewhere.", thread_ts=stamp(MONDAY - timedelta(days=8)))
    assert len(waiting(app)) == 1
    says(app, "U0ALICE", "Here is all of it.")
    assert waiting(app) == []


def test_a_reply_that_is_shown_in_the_channel_as_well_counts_for_both(app: SlackApp) -> None:
    says(app, "U0DANA", "When does it ship?")
    old = stamp(MONDAY - timedelta(days=9))
    says(app, "U0ALICE", "On Friday.", thread_ts=old, subtype="thread_broadcast")
    assert waiting(app) == []


def test_a_question_in_a_thread_is_another_one_than_that_in_the_channel(app: SlackApp) -> None:
    says(app, "U0DANA", "When does it ship?")
    thread = stamp(MONDAY - timedelta(days=9))
    says(app, "U0DANA", "And this?", thread_ts=thread)
    assert len(waiting(app)) == 2
    says(app, "U0ALICE", "Yes.", thread_ts=thread)
    assert len(waiting(app)) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"subtype": "channel_join"},
        {"subtype": "channel_topic"},
        {"subtype": "bot_message", "bot_id": "B0OTHER"},
        {"bot_id": "B0OTHER"},
        {"subtype": "message_changed", "hidden": True, "message": {"text": "When?", "user": "U0DANA"}},
        {"subtype": "message_replied"},
        {"user": None},
        {"ts": ""},
        {"channel": "C0OTHER"},
    ],
)
def test_joins_bots_edits_and_other_channels_start_nothing(app: SlackApp, more: dict[str, Any]) -> None:
    stamped = stamp(MONDAY)
    app.event(
        {"type": "message", "channel": CHANNEL, "channel_type": "channel", "user": "U0DANA",
         "text": "When does it ship?", "ts": stamped, "event_ts": stamped, **more}
    )  # fmt: skip
    assert waiting(app) == []
    assert app.slack.calls == []


def test_what_a_robot_writes_under_a_persons_name_is_nobodys_question(app: SlackApp) -> None:
    says(app, "U0ROBOT", "When does it ship?")
    assert waiting(app) == []


def test_a_file_without_a_word_waits_for_us(app: SlackApp) -> None:
    says(app, "U0DANA", "", subtype="file_share", files=[{"id": "F1"}])
    assert len(waiting(app)) == 1


def test_a_deleted_message_takes_its_question_along(app: SlackApp) -> None:
    first = says(app, "U0DANA", "When does it ship?")
    app.firm.clock.tick(minutes=1)
    second = says(app, "U0DANA", "I mean the second order")
    deleted(app, first)
    (asked,) = waiting(app)
    assert asked.asked_at > MONDAY
    deleted(app, second)
    assert waiting(app) == []


def deleted(app: SlackApp, ts: str) -> None:
    app.event(
        {"type": "message", "subtype": "message_deleted", "hidden": True, "channel": CHANNEL,
         "channel_type": "channel", "deleted_ts": ts, "ts": stamp(app.firm.clock()), "previous_message": {"ts": ts}}
    )  # fmt: skip


def test_a_deleted_message_whose_replies_stay_takes_its_question_along(app: SlackApp) -> None:
    ts = says(app, "U0DANA", "When does it ship?")
    left = {
        "type": "message",
        "subtype": "tombstone",
        "ts": ts,
        "thread_ts": ts,
        "reply_count": 1,
        "user": "USLACKBOT",
    }
    app.event(
        {"type": "message", "subtype": "message_changed", "hidden": True, "channel": CHANNEL, "message": left,
         "channel_type": "channel", "ts": stamp(app.firm.clock()), "previous_message": {"ts": ts, "user": "U0DANA"}}
    )  # fmt: skip
    assert waiting(app) == []


def test_a_message_that_only_shares_another_one_waits_for_us(app: SlackApp) -> None:
    says(app, "U0DANA", "", attachments=[{"id": 1, "is_share": True, "text": "When does it ship?"}])
    assert len(waiting(app)) == 1


def test_an_old_message_starts_no_clock_however_late_it_is_told(app: SlackApp) -> None:
    says(app, "U0DANA", "When does it ship?", ts=stamp(MONDAY - timedelta(days=4)))
    assert waiting(app) == []


def test_a_message_that_is_told_twice_is_one_question_and_none_after_the_answer(app: SlackApp) -> None:
    ts = says(app, "U0DANA", "When does it ship?")
    says(app, "U0DANA", "When does it ship?", ts=ts)
    says(app, "U0ALICE", "On Friday.")
    says(app, "U0DANA", "When does it ship?", ts=ts)
    assert waiting(app) == []


def test_a_question_is_no_answered_one_because_another_thread_was_answered_later(app: SlackApp) -> None:
    """Slack may tell of a message after it told of what was said later."""
    one, other = stamp(MONDAY - timedelta(days=9)), stamp(MONDAY - timedelta(days=8))
    says(app, "U0DANA", "When does it ship?", thread_ts=one)
    asked = app.firm.clock()
    app.firm.clock.tick(minutes=5)
    says(app, "U0ALICE", "On Friday.", thread_ts=one)
    says(app, "U0DANA", "And the invoice?", thread_ts=other, ts=stamp(asked, 7))
    assert [each.asked_at for each in waiting(app)] == [asked + timedelta(microseconds=7)]


def test_what_is_told_late_and_was_said_before_the_answer_in_its_place_is_answered(app: SlackApp) -> None:
    says(app, "U0DANA", "When does it ship?")
    between = stamp(app.firm.clock(), 7)
    app.firm.clock.tick(minutes=5)
    says(app, "U0ALICE", "On Friday.")
    says(app, "U0DANA", "We need it on Monday", ts=between)
    assert waiting(app) == []


def test_of_two_clients_a_question_is_no_answered_one_because_the_other_was_answered(app: SlackApp) -> None:
    beta = linked(app.firm, "Beta")
    app.firm.contact(beta, "Dana White")
    app.firm.contact(app.firm.clients["Acme"], "Eric Stone")
    says(app, "U0DANA", "When does it ship?")
    late = stamp(app.firm.clock(), 7)
    app.firm.clock.tick(minutes=5)
    says(app, "U0ALICE", "On Friday.")
    says(app, "U0ERIC", "And ours?", ts=late)
    assert [each.client for each in waiting(app)] == ["Acme"]


def test_what_a_client_wrote_after_an_answer_that_is_told_late_waits_on(app: SlackApp) -> None:
    says(app, "U0DANA", "When does it ship?")
    app.firm.clock.tick(minutes=5)
    answered = stamp(app.firm.clock())
    app.firm.clock.tick(minutes=1)
    after = says(app, "U0DANA", "And the invoice?")
    app.firm.clock.tick(minutes=1)
    for _ in range(2):
        says(app, "U0ALICE", "On Friday.", ts=answered)
        (asked,) = waiting(app)
        assert asked.asked_at == moment_of(after)
    says(app, "U0DANA", "And the invoice?", ts=after)
    says(app, "U0ALICE", "Here it is.")
    assert waiting(app) == []


def test_the_emoji_of_one_of_ours_acknowledges_and_that_of_the_client_does_not(app: SlackApp) -> None:
    ts = says(app, "U0DANA", "When does it ship?")
    react(app, "U0DANA", "eyes", ts)
    react(app, "U0ALICE", "wave", ts)
    assert waiting(app)[0].state is State.OPEN
    react(app, "U0ALICE", "eyes::skin-tone-3", ts)
    assert waiting(app)[0].state is State.ACKNOWLEDGED


def react(app: SlackApp, who: str, emoji: str, ts: str) -> None:
    item = {"type": "message", "channel": CHANNEL, "ts": ts}
    app.event({"type": "reaction_added", "user": who, "reaction": emoji, "item": item, "item_user": "U0DANA"})


def test_a_reply_with_the_emoji_only_acknowledges(app: SlackApp) -> None:
    says(app, "U0DANA", "When does it ship?")
    says(app, "U0ALICE", ":eyes: looking into it")
    assert waiting(app)[0].state is State.ACKNOWLEDGED
    says(app, "U0ALICE", "On Friday.")
    assert waiting(app) == []


def test_a_client_that_writes_again_ends_the_waiting_for_it(app: SlackApp) -> None:
    says(app, "U0DANA", "When does it ship?")
    (asked,) = waiting(app)
    responses.settle(app.bot.house, app.firm.actor(app.firm.alice), asked.question_id, What.PAUSED)
    app.firm.clock.tick(hours=1)
    says(app, "U0DANA", "Thanks!")
    assert waiting(app)[0].state is State.PAUSED
    says(app, "U0DANA", "Here is the order number: 12")
    assert waiting(app)[0].state is State.OPEN


def test_in_a_channel_of_two_clients_somebody_unknown_is_asked_about_once(app: SlackApp) -> None:
    beta = linked(app.firm, "Beta")
    ts = says(app, "U0DANA", "When does it ship?")
    says(app, "U0DANA", "Hello?")
    assert waiting(app) == []
    entries = asked_about(app)
    assert len(entries) == 1

    slack = ScriptedMessenger()
    app.firm.clock.tick(seconds=5)
    for entry_id in delivery.due(app.bot.house, app.firm.workspace.id, 9):
        delivery.deliver(app.bot.house, slack, app.firm.workspace.id, entry_id)
    told = response_channels.tell_whose(app.bot.house, app.firm.actor(app.firm.alice), entries[0].id, beta.id)
    assert told.client == "Beta"
    assert told.waiting is not None
    assert told.waiting.asked_at == MONDAY
    assert told.waiting.link is not None
    assert ts.replace(".", "") in told.waiting.link
    says(app, "U0DANA", "Still there?")
    assert [each.client for each in waiting(app)] == ["Beta"]
    assert len(asked_about(app)) == 1


def asked_about(app: SlackApp) -> list[Any]:
    with app.bot.house.memory.read(app.firm.workspace.id) as unit:
        return list(unit.outbox.listed(tuple(Sending), kind=response_channels.WHOSE))


def test_somebody_who_is_no_clients_starts_nothing_any_more_in_that_channel_and_in_no_other(
    app: SlackApp,
) -> None:
    linked(app.firm, "Beta")
    says(app, "U0DANA", "When does it ship?")
    (entry,) = asked_about(app)
    response_channels.tell_whose(app.bot.house, app.firm.actor(app.firm.alice), entry.id, None)
    says(app, "U0DANA", "And now?")
    assert waiting(app) == []
    linked(app.firm, "Gamma", "C0GAMMA")
    says(app, "U0DANA", "Here as well?", channel="C0GAMMA")
    assert [each.client for each in waiting(app)] == ["Gamma"]
    for name in ("Delta", "Epsilon"):
        linked(app.firm, name, "C0MANY")
    says(app, "U0DANA", "And here?", channel="C0MANY")
    assert len(asked_about(app)) == 2


def test_the_manager_of_one_client_may_say_that_somebody_is_of_a_colleagues(app: SlackApp) -> None:
    beta = linked(app.firm, "Beta", owner=app.firm.bruno)
    says(app, "U0DANA", "When does it ship?")
    (entry,) = asked_about(app)
    assert entry.member_id == app.firm.alice.id
    told = response_channels.tell_whose(app.bot.house, app.firm.actor(app.firm.alice), entry.id, beta.id)
    assert (told.client, told.waiting) == ("Beta", None)
    theirs = responses.of_member(app.bot.house, app.firm.actor(app.firm.bruno))
    assert [(each.client, each.asked_at) for each in theirs] == [("Beta", MONDAY)]


def test_whoever_sees_to_none_of_the_clients_any_more_says_of_nobody_whose_they_are(app: SlackApp) -> None:
    beta = linked(app.firm, "Beta", owner=app.firm.bruno)
    says(app, "U0DANA", "When does it ship?")
    (entry,) = asked_about(app)
    acme = app.firm.clients["Acme"]
    handover.hand(app.bot.house, app.firm.actor(app.firm.carla), acme.id, app.firm.bruno.id, "load")
    for client_id in (beta.id, None):
        with pytest.raises(Refusal, match=r"client\.not_yours"):
            response_channels.tell_whose(app.bot.house, app.firm.actor(app.firm.alice), entry.id, client_id)


def test_what_was_answered_before_it_is_known_whose_it_is_starts_no_clock(app: SlackApp) -> None:
    beta = linked(app.firm, "Beta")
    says(app, "U0DANA", "When does it ship?")
    (entry,) = asked_about(app)
    says(app, "U0ALICE", "On Friday.")
    told = response_channels.tell_whose(app.bot.house, app.firm.actor(app.firm.alice), entry.id, beta.id)
    assert (told.client, told.waiting) == ("Beta", None)
    assert waiting(app) == []
    says(app, "U0DANA", "And the invoice?")
    assert [each.client for each in waiting(app)] == ["Beta"]


def test_what_was_taken_back_before_it_is_known_whose_it_is_starts_no_clock(app: SlackApp) -> None:
    beta = linked(app.firm, "Beta")
    ts = says(app, "U0DANA", "When does it ship?")
    (entry,) = asked_about(app)
    deleted(app, ts)
    response_channels.tell_whose(app.bot.house, app.firm.actor(app.firm.alice), entry.id, beta.id)
    assert waiting(app) == []


def test_asking_whose_somebody_is_takes_up_one_moment_however_much_they_write(app: SlackApp) -> None:
    def next_slot() -> datetime | None:
        with app.bot.house.memory.read(app.firm.workspace.id) as unit:
            return unit.workspace.next_slot_at

    linked(app.firm, "Beta")
    says(app, "U0DANA", "When does it ship?")
    taken = next_slot()
    for _ in range(3):
        says(app, "U0DANA", "Hello?")
    assert next_slot() == taken


def test_whose_client_was_merged_into_another_one_writes_for_that(app: SlackApp) -> None:
    beta, gamma = linked(app.firm, "Beta"), linked(app.firm, "Gamma", "C0GAMMA")
    app.firm.contact(beta, "Dana White")
    says(app, "U0DANA", "When does it ship?")
    says(app, "U0ALICE", "On Friday.")
    merges.merge(app.bot.house, app.firm.actor(app.firm.alice), gamma.id, beta.id)
    says(app, "U0DANA", "And the invoice?")
    assert [each.client for each in waiting(app)] == ["Gamma"]


def test_a_known_contact_tells_by_name_whose_question_it_is(app: SlackApp) -> None:
    beta = linked(app.firm, "Beta")
    app.firm.contact(beta, "Dana White")
    says(app, "U0DANA", "When does it ship?")
    assert [each.client for each in waiting(app)] == ["Beta"]
    assert asked_about(app) == []


def test_whom_slack_names_as_of_another_organisation_is_the_clients_though_slack_be_down(
    app: SlackApp,
) -> None:
    app.slack.users.clear()
    says(app, "U0ZOE", "When does it ship?", user_team="T0ACME", source_team="T0ACME")
    assert len(waiting(app)) == 1
    assert app.slack.of("users.info") == []
    says(app, "U0RITA", "On Friday.", user_team="T0FIRM")
    assert len(waiting(app)) == 1, "nobody knows who that is while Slack does not say"


def test_in_a_shared_channel_of_two_clients_they_are_asked_about_without_a_name(app: SlackApp) -> None:
    linked(app.firm, "Beta")
    app.slack.users.clear()
    says(app, "U0ZOE", "When does it ship?", user_team="T0ACME", source_team="T0ACME")
    (entry,) = asked_about(app)
    assert entry.facts["name"] == ""


def test_of_two_clients_our_message_in_the_channel_answers_the_one_that_wrote_last(app: SlackApp) -> None:
    beta = linked(app.firm, "Beta")
    app.firm.contact(beta, "Dana White")
    app.firm.contact(app.firm.clients["Acme"], "Eric Stone")
    says(app, "U0DANA", "When does it ship?")
    app.firm.clock.tick(minutes=1)
    says(app, "U0ERIC", "And ours?")
    app.firm.clock.tick(minutes=1)
    says(app, "U0ALICE", "Tomorrow.")
    assert [each.client for each in waiting(app)] == ["Beta"]


def test_the_bot_that_came_late_knows_only_what_it_heard(app: SlackApp) -> None:
    """A reply to what was asked before it came stops nothing, and a further message is a question of its own."""
    before = stamp(MONDAY - timedelta(hours=1))
    says(app, "U0ALICE", "We will see.", thread_ts=before)
    says(app, "U0DANA", "And now?", thread_ts=before)
    (asked,) = waiting(app)
    assert asked.asked_at > MONDAY


def test_what_waits_when_the_bot_is_taken_out_is_closed_by_hand(app: SlackApp) -> None:
    says(app, "U0DANA", "When does it ship?")
    with app.bot.house.memory.write(app.firm.workspace.id) as unit:
        unit.clients.set_channels(app.firm.clients["Acme"].id, [])
    says(app, "U0ALICE", "Unheard.")
    (asked,) = waiting(app)
    responses.settle(app.bot.house, app.firm.actor(app.firm.alice), asked.question_id, What.ANSWERED)
    assert waiting(app) == []


def invites(app: SlackApp, who: str, channel: str = "C0NEW", **more: Any) -> None:
    event = {"type": "member_joined_channel", "user": "U0RAPPORT", "channel": channel, "channel_type": "C",
             "team": "T0FIRM", "inviter": who, "event_ts": stamp(app.firm.clock()), **more}  # fmt: skip
    app.event(event)


def asked_of(app: SlackApp) -> list[Any]:
    with app.bot.house.memory.read(app.firm.workspace.id) as unit:
        return list(unit.outbox.listed(tuple(Sending), kind=response_channels.CHANNEL))


def test_who_invites_the_bot_is_asked_of_which_client_the_channel_is(app: SlackApp) -> None:
    invites(app, "U0ALICE")
    invites(app, "U0ALICE")
    (entry,) = asked_of(app)
    assert (entry.member_id, entry.facts) == (app.firm.alice.id, {"channel": "C0NEW"})
    client = app.firm.clients["Acme"]
    response_channels.link(app.bot.house, app.firm.actor(app.firm.alice), "C0NEW", client.id)
    says(app, "U0DANA", "When does it ship?", channel="C0NEW")
    assert [each.client for each in waiting(app)] == ["Acme"]


@pytest.mark.parametrize(
    ("who", "more"),
    [
        ("U0ALICE", {"user": "U0RITA"}),
        ("U0DANA", {}),
        ("U0ALICE", {"channel": CHANNEL}),
        ("U0ALICE", {"inviter": None}),
    ],
)
def test_others_who_come_strangers_who_invite_and_known_channels_are_no_question(
    app: SlackApp, who: str, more: dict[str, Any]
) -> None:
    invites(app, who, **more)
    assert asked_of(app) == []


def test_only_who_may_edit_the_client_links_its_channel(app: SlackApp) -> None:
    client = app.firm.clients["Acme"]
    with pytest.raises(Refusal, match=r"client\.not_to_edit"):
        response_channels.link(app.bot.house, app.firm.actor(app.firm.bruno), "C0NEW", client.id)


def test_people_who_talk_in_a_channel_get_no_answer_from_the_bot(app: SlackApp) -> None:
    says(app, "U0ALICE", "help")
    says(app, "U0ALICE", "help", channel="C0OTHER")
    assert app.slack.calls == []


# --- While something does not answer -----------------------------------------------------------------------


def told(app: SlackApp, who: str, what: str, ts: str, **more: Any) -> int:
    """What Slack is answered when it tells of a message."""
    event = {
        "type": "message", "channel": CHANNEL, "channel_type": "channel", "user": who, "text": what, "ts": ts,
        "event_ts": ts, **more,
    }  # fmt: skip
    return app.event(event, event_id=f"Ev{ts}").status


def test_what_is_told_while_the_database_is_away_is_told_again_and_counts_once(
    app: SlackApp, sqlite_engine: Engine
) -> None:
    says(app, "U0DANA", "Hello!")
    ts = stamp(app.firm.clock())
    with unreachable(sqlite_engine):
        assert told(app, "U0DANA", "When does it ship?", ts) == 503
    assert [told(app, "U0DANA", "When does it ship?", ts) for _ in range(2)] == [200, 200]
    assert len(waiting(app)) == 1

    app.firm.clock.tick(minutes=5)
    answered = stamp(app.firm.clock())
    with unreachable(sqlite_engine):
        assert told(app, "U0ALICE", "On Friday.", answered) == 503
    assert len(waiting(app)) == 1
    assert [told(app, "U0ALICE", "On Friday.", answered) for _ in range(2)] == [200, 200]
    assert waiting(app) == []


def test_a_reaction_a_deletion_and_an_invitation_while_the_database_is_away_are_told_again(
    app: SlackApp, sqlite_engine: Engine
) -> None:
    ts = says(app, "U0DANA", "When does it ship?")
    item = {"type": "message", "channel": CHANNEL, "ts": ts}
    several: list[dict[str, Any]] = [
        {"type": "reaction_added", "user": "U0ALICE", "reaction": "eyes", "item": item, "item_user": "U0DANA"},
        {"type": "message", "subtype": "message_deleted", "channel": CHANNEL, "channel_type": "channel",
         "deleted_ts": ts, "ts": stamp(app.firm.clock())},
        {"type": "member_joined_channel", "user": "U0RAPPORT", "channel": "C0NEW", "channel_type": "C",
         "team": "T0FIRM", "inviter": "U0ALICE", "event_ts": ts},
    ]  # fmt: skip
    for event in several:
        with unreachable(sqlite_engine):
            assert app.event(event).status == 503
        assert [app.event(event).status for _ in range(2)] == [200, 200]
    assert waiting(app) == []
    assert len(asked_of(app)) == 1


def test_somebody_whom_slack_does_not_tell_at_once_is_looked_up_again(app: SlackApp) -> None:
    put_off: list[tuple[float, Callable[[], object]]] = []

    def later(seconds: float, task: Callable[[], object]) -> Callable[[], None]:
        put_off.append((seconds, task))
        return lambda: None

    app.bot.afterwards.later = later
    app.slack.expect("users.info", TimeoutError("no answer"), app.slack.refusal("ratelimited", 429))
    asked = says(app, "U0ERIC", "When does it ship?")
    for _ in range(2):
        assert waiting(app) == []
        app.firm.clock.tick(seconds=put_off[-1][0])
        put_off[-1][1]()
        assert app.bot.afterwards.finish(10)
    assert [seconds for seconds, _ in put_off] == [1.0, 5.0]
    assert [each.asked_at for each in waiting(app)] == [moment_of(asked)]


def test_what_slack_never_tells_is_given_up_and_what_is_put_off_ends_with_the_bot(app: SlackApp) -> None:
    put_off: list[Callable[[], object]] = []
    called_off: list[bool] = []

    def later(_seconds: float, task: Callable[[], object]) -> Callable[[], None]:
        put_off.append(task)
        return lambda: called_off.append(True)

    app.bot.afterwards.later = later
    app.slack.expect("users.info", *[TimeoutError("no answer")] * 6)
    says(app, "U0ERIC", "When does it ship?")
    for _ in range(4):
        put_off.pop()()
        assert app.bot.afterwards.finish(10)
    assert put_off == []
    says(app, "U0ERIC", "Hello?")
    app.bot.afterwards.close(5)
    assert called_off == [True]
    assert waiting(app) == []


def look_up(app: SlackApp, **span: float) -> int:
    """Let time pass, and ask Slack again who wrote what is kept of nobody known."""
    app.firm.clock.tick(**span)
    directory = SlackDirectory(app.slack, lambda: app.firm.workspace)
    return response_lookups.tick(app.firm.house, directory, app.firm.workspace.id)


def silence(app: SlackApp) -> None:
    """Slack does not say who somebody is, and the bot asks no more by itself: it was stopped."""
    app.bot.afterwards.later = lambda _seconds, _task: lambda: None
    app.slack.expect("users.info", TimeoutError("no answer"))


@pytest.fixture
def silent(app: SlackApp) -> SlackApp:
    silence(app)
    return app


def test_who_could_not_be_looked_up_is_asked_for_by_the_clock_also_after_a_restart(silent: SlackApp) -> None:
    asked = says(silent, "U0ERIC", "When does it ship?")
    assert look_up(silent, minutes=2) == 0, "it is not its turn yet"
    silent.slack.expect("users.info", silent.slack.refusal("ratelimited", 429))
    assert look_up(silent, minutes=1) == 0
    assert waiting(silent) == []
    assert look_up(silent, minutes=3) == 1
    assert [each.asked_at for each in waiting(silent)] == [moment_of(asked)]
    assert look_up(silent, hours=2) == 0, "once"


def test_a_reply_of_ours_before_it_is_known_who_wrote_answers_it(silent: SlackApp) -> None:
    says(silent, "U0ERIC", "When does it ship?")
    silent.firm.clock.tick(minutes=1)
    says(silent, "U0ALICE", "On Friday.")
    assert look_up(silent, minutes=5) == 1
    assert waiting(silent) == []
    silent.firm.clock.tick(minutes=1)
    says(silent, "U0ERIC", "And the rest?")
    assert len(waiting(silent)) == 1, "who they are is known by now"


def test_what_its_author_took_back_before_it_is_known_who_they_are_starts_nothing(silent: SlackApp) -> None:
    ts = says(silent, "U0ERIC", "When does it ship?")
    gone = {
        "type": "message", "subtype": "message_deleted", "channel": CHANNEL, "channel_type": "channel",
        "deleted_ts": ts, "ts": stamp(silent.firm.clock()),
    }  # fmt: skip
    assert silent.event(gone).status == 200
    assert look_up(silent, minutes=5) == 0
    assert waiting(silent) == []


def test_what_nobody_could_be_found_for_within_three_days_is_let_go(silent: SlackApp) -> None:
    says(silent, "U0ERIC", "When does it ship?")
    assert look_up(silent, days=4) == 1
    assert waiting(silent) == []
    assert look_up(silent, days=1) == 0


def test_a_colleague_of_whom_slack_tells_late_has_answered_when_they_wrote(app: SlackApp) -> None:
    asked = says(app, "U0DANA", "When does it ship?")
    (open_one,) = waiting(app)
    silence(app)
    app.firm.clock.tick(minutes=5)
    answered = says(app, "U0COLL", "On Friday.")
    assert len(waiting(app)) == 1
    assert look_up(app, minutes=5) == 1
    assert waiting(app) == []
    with app.firm.house.memory.read(app.firm.workspace.id) as unit:
        found = unit.questions.get(open_one.question_id)
    assert found is not None
    assert found.asked_at == moment_of(asked)
    assert found.standing.closed is not None
    assert found.standing.closed.at == moment_of(answered)
