"""Logging, changing and taking back touches, on real databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.clients import Client, Tier
from bot.domain.history import ChangeKind, Subject
from bot.domain.refusals import Refusal
from bot.domain.touches import Channel, Direction, TouchDraft
from bot.services import nudges, touches
from bot.services.house import Actor
from tests.conftest import MONDAY, Firm

CALL = Channel.CALL


def refusal_of(attempt: Callable[[], Any]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        attempt()
    return refused.value


def book_clock(client: Client) -> tuple[object, ...]:
    """All of a client that touches move."""
    return (
        client.last_conversation_at,
        client.last_one_way_at,
        client.due_at,
        client.neglected_at,
        client.snoozed_until,
    )


def test_a_logged_call_starts_the_clients_clock_anew(firm: Firm) -> None:
    acme = firm.client("Acme", spoke_before_at=MONDAY - timedelta(days=60))
    assert acme.due_at is not None
    assert acme.due_at < MONDAY

    logged = touches.log(firm.house, firm.actor(firm.alice), TouchDraft("Acme", CALL, note="renewal"), "k1")

    after = firm.again(acme)
    assert (logged.touch.note, logged.touch.direction, logged.again) == ("renewal", Direction.TWO_WAY, False)
    assert logged.touch.at == MONDAY
    assert after.last_conversation_at == MONDAY
    assert after.due_at is not None
    # Fourteen days, with Thanksgiving in between.
    assert firm.alice.calendar.local_date(after.due_at).isoformat() == "2026-12-01"
    assert (logged.due_on, logged.owner) == (date(2026, 12, 1), firm.alice.name)


def test_the_same_submission_counts_once(firm: Firm) -> None:
    acme = firm.client("Acme")
    first = touches.log(firm.house, firm.actor(firm.alice), TouchDraft(acme.id, CALL, note="one"), "key")
    firm.clock.tick(hours=1)

    second = touches.log(firm.house, firm.actor(firm.alice), TouchDraft(acme.id, CALL, note="two"), "key")

    assert second.again
    assert second.touch == first.touch
    assert firm.again(acme).last_conversation_at == MONDAY


def test_a_back_dated_touch_never_moves_a_client_before_a_later_one(firm: Firm) -> None:
    acme = firm.client("Acme")
    touches.log(firm.house, firm.actor(firm.alice), TouchDraft(acme.id, CALL), "now")
    stood = firm.again(acme)

    earlier = TouchDraft(acme.id, CALL, at=MONDAY - timedelta(days=9))
    touches.log(firm.house, firm.actor(firm.alice), earlier, "earlier")

    assert book_clock(firm.again(acme)) == book_clock(stood)


def test_mail_restarts_half_and_a_gift_too(firm: Firm) -> None:
    acme, ford = firm.client("Acme"), firm.client("Ford")

    for client, channel in ((acme, Channel.EMAIL), (ford, Channel.GIFT)):
        touches.log(firm.house, firm.actor(firm.alice), TouchDraft(client.id, channel), client.name)

    assert firm.again(acme).last_conversation_at is None
    assert firm.again(acme).last_one_way_at == firm.again(ford).last_one_way_at == MONDAY


def test_taking_a_touch_back_sets_the_clock_to_where_it_stood(firm: Firm) -> None:
    acme = firm.client("Acme", spoke_before_at=MONDAY - timedelta(days=60))
    nudges.snooze(firm.house, firm.actor(firm.alice), acme.id, wish="monday")
    stood = firm.again(acme)
    logged = touches.log(firm.house, firm.actor(firm.alice), TouchDraft(acme.id, CALL), "k")
    firm.clock.tick(minutes=5)

    undone = touches.withdraw(firm.house, firm.actor(firm.alice), logged.touch.id)
    again = touches.withdraw(firm.house, firm.actor(firm.alice), logged.touch.id)

    assert book_clock(firm.again(acme)) == book_clock(stood)
    assert undone.touch.withdrawn_at == again.touch.withdrawn_at == firm.clock()


def test_a_touch_does_not_end_a_snooze(firm: Firm) -> None:
    """Whoever asked for silence until a day has it until that day, though a short mail restarts the clock earlier."""
    acme = firm.client("Acme")
    until = nudges.snooze(
        firm.house, firm.actor(firm.alice), acme.id, day=MONDAY.date() + timedelta(days=60)
    ).until

    touches.log(firm.house, firm.actor(firm.alice), TouchDraft(acme.id, Channel.EMAIL), "k")

    assert firm.again(acme).snoozed_until == until
    assert firm.again(acme).snoozes == 0


def test_a_changed_touch_moves_the_clocks_of_both_clients(firm: Firm) -> None:
    acme, ford = firm.client("Acme"), firm.client("Ford")
    before = firm.again(acme)
    logged = touches.log(firm.house, firm.actor(firm.alice), TouchDraft(acme.id, CALL, note="x"), "k")

    changed = touches.change(
        firm.house,
        firm.actor(firm.alice),
        logged.touch.id,
        TouchDraft("Ford", Channel.EMAIL, at=MONDAY - timedelta(days=1), note="it was Ford"),
    )

    assert (changed.touch.id, changed.client.name, changed.touch.note) == (
        logged.touch.id,
        "Ford",
        "it was Ford",
    )
    assert changed.touch.logged_at == logged.touch.logged_at
    assert book_clock(firm.again(acme)) == book_clock(before)
    assert firm.again(ford).last_one_way_at == MONDAY - timedelta(days=1)
    assert firm.again(ford).last_conversation_at is None


def test_a_named_contact_is_kept_and_an_unclear_one_stays_in_the_note(firm: Firm) -> None:
    acme = firm.client("Acme")
    dana = firm.contact(acme, "Dana Whitfield", role="Buyer")
    actor = firm.actor(firm.alice)

    known = touches.log(firm.house, actor, TouchDraft(acme.id, CALL, contacts=("the buyer",)), "1")
    unknown = touches.log(firm.house, actor, TouchDraft(acme.id, CALL, contacts=("Bob",), note="hello"), "2")
    bare = touches.log(firm.house, actor, TouchDraft(acme.id, CALL, contacts=("Bob",)), "3")
    new = touches.log(firm.house, actor, TouchDraft(acme.id, CALL, new_contact=" Eve Fox "), "4")

    assert known.touch.contact_ids == (dana.id,)
    assert (unknown.touch.note, unknown.contacts) == ("Bob: hello", ())
    assert bare.touch.note == "Bob"
    assert [person.name for person in new.contacts] == ["Eve Fox"]
    with firm.house.memory.read(firm.workspace.id) as unit:
        noted = unit.history.of_subject(Subject.CONTACT, new.contacts[0].id, 5)
    assert [(each.kind, each.client_id, each.member_id, each.facts) for each in noted] == [
        (ChangeKind.ADDED, acme.id, firm.alice.id, {"name": "Eve Fox"})
    ]


def test_naming_somebody_new_who_is_known_already_adds_nobody(firm: Firm) -> None:
    acme = firm.client("Acme")
    actor = firm.actor(firm.alice)
    first = touches.log(firm.house, actor, TouchDraft(acme.id, CALL, new_contact="Zoë Fox"), "1")

    again = touches.log(firm.house, actor, TouchDraft(acme.id, CALL, new_contact="zoe fox"), "2")
    changed = touches.change(
        firm.house, actor, again.touch.id, TouchDraft(acme.id, CALL, new_contact="Zoë Fox")
    )

    assert first.contacts == again.contacts == changed.contacts
    assert len(first.contacts) == 1


def test_a_contact_of_another_client_is_refused_and_nothing_is_logged(firm: Firm) -> None:
    acme, ford = firm.client("Acme"), firm.client("Ford")
    elsewhere = firm.contact(ford, "Henry")

    refused = refusal_of(
        lambda: touches.log(
            firm.house, firm.actor(firm.alice), TouchDraft(acme.id, CALL, contacts=(elsewhere.id,)), "k"
        )
    )

    assert refused.code == "contact.gone"
    assert book_clock(firm.again(acme)) == book_clock(acme)


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (TouchDraft("", CALL), "client.missing"),
        (TouchDraft("   ", CALL), "client.missing"),
        (TouchDraft("Nobody Knows Them", CALL), "client.unknown"),
        (TouchDraft("Twin", CALL), "client.ambiguous"),
        (TouchDraft(999_999, CALL), "client.gone"),
        (TouchDraft("Acme", CALL, at=MONDAY + timedelta(minutes=6)), "touch.future"),
        (TouchDraft("Acme", CALL, at=MONDAY - timedelta(days=366 * 3 + 1)), "touch.too_old"),
        (TouchDraft("Acme", CALL, note="x" * 3001), "touch.note_too_long"),
        (TouchDraft("Acme", CALL, contacts=("x" * 200,), note="x" * 2900), "touch.note_too_long"),
        (TouchDraft("Acme", CALL, contacts=(999_999,)), "contact.gone"),
    ],
)
def test_what_cannot_be_logged_is_refused_and_leaves_nothing(
    small_firm: Firm, draft: TouchDraft, code: str
) -> None:
    acme = small_firm.client("Acme")
    small_firm.client("Twin Ltd")
    small_firm.client("Twin Inc")

    refused = refusal_of(
        lambda: touches.log(small_firm.house, small_firm.actor(small_firm.alice), draft, "k")
    )

    assert refused.code == code
    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        assert unit.touches.by_key("k") is None
        assert unit.touches.recent(acme.id, 5) == []


def test_two_clients_of_one_name_are_offered_with_their_numbers(small_firm: Firm) -> None:
    one, other = small_firm.client("Twin Ltd"), small_firm.client("Twin Inc")

    refused = refusal_of(
        lambda: touches.log(small_firm.house, small_firm.actor(small_firm.alice), TouchDraft("twin"), "k")
    )

    offered = refused.facts["choices"]
    assert offered == ((other.id, "Twin Inc"), (one.id, "Twin Ltd"))


def test_who_helps_out_may_log_for_a_colleagues_client_who_may_not_take_it_back(firm: Firm) -> None:
    acme = firm.client("Acme", owner=firm.alice)
    logged = touches.log(firm.house, firm.actor(firm.bruno), TouchDraft("Acme", CALL), "k")

    touch_id, draft = logged.touch.id, TouchDraft(acme.id, CALL)
    alice = firm.actor(firm.alice)
    for attempt in (
        partial(touches.withdraw, firm.house, alice, touch_id),
        partial(touches.to_edit, firm.house, alice, touch_id),
        partial(touches.change, firm.house, alice, touch_id, draft),
        partial(touches.together, firm.house, alice, touch_id),
        partial(touches.history, firm.house, alice, touch_id, 3),
    ):
        assert refusal_of(attempt).code == "touch.not_yours"

    assert touches.to_edit(firm.house, firm.actor(firm.bruno), logged.touch.id).touch == logged.touch
    # The client ages by its owner's calendar, whoever spoke.
    assert firm.again(acme).due_at == firm.alice.calendar.starts(logged.due_on or MONDAY.date())


def test_a_touch_that_is_gone_cannot_be_changed_and_an_unknown_one_not_taken_back(small_firm: Firm) -> None:
    acme = small_firm.client("Acme")
    actor = small_firm.actor(small_firm.alice)
    logged = touches.log(small_firm.house, actor, TouchDraft(acme.id, CALL), "k")
    touches.withdraw(small_firm.house, actor, logged.touch.id)

    draft = TouchDraft(acme.id, CALL)
    assert (
        refusal_of(lambda: touches.change(small_firm.house, actor, logged.touch.id, draft)).code
        == "touch.gone"
    )
    assert refusal_of(lambda: touches.to_edit(small_firm.house, actor, logged.touch.id)).code == "touch.gone"
    assert refusal_of(lambda: touches.withdraw(small_firm.house, actor, 4711)).code == "touch.unknown"


def test_strangers_and_closed_accounts_are_refused(small_firm: Firm) -> None:
    small_firm.client("Acme")
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.members.set_active(small_firm.bruno.id, active=False)

    stranger = Actor(small_firm.workspace.id, 4711)
    closed = small_firm.actor(small_firm.bruno)
    log = touches.log
    assert (
        refusal_of(lambda: log(small_firm.house, stranger, TouchDraft("Acme"), "k")).code == "member.unknown"
    )
    assert (
        refusal_of(lambda: log(small_firm.house, closed, TouchDraft("Acme"), "k")).code == "member.inactive"
    )


def test_a_draft_is_kept_for_its_author_alone(firm: Firm) -> None:
    draft = TouchDraft(
        "Acme",
        CALL,
        Direction.INBOUND,
        ("Dana", 7),
        "",
        MONDAY - timedelta(hours=3),
        whole_day=True,
        note="n'a pas <b>",
        also=(4, "Globex"),
        complaint=True,
        next_step="call back",
        next_step_on=MONDAY.date(),
        link="https://firm.example/1",
        message="C0:1.2",
        apart=(3,),
        begun=9,
    )
    draft_id = touches.set_aside(firm.house, firm.actor(firm.alice), draft)

    assert touches.resume(firm.house, firm.actor(firm.alice), draft_id) == draft
    assert (
        refusal_of(lambda: touches.resume(firm.house, firm.actor(firm.bruno), draft_id)).code == "draft.gone"
    )
    assert (
        refusal_of(lambda: touches.resume(firm.house, firm.actor(firm.alice), draft_id + 1)).code
        == "draft.gone"
    )


steps = st.lists(
    st.tuples(st.sampled_from(list(Channel)), st.sampled_from(list(Direction)), st.integers(0, 90)),
    max_size=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(before=steps, step=steps.filter(bool), tier=st.sampled_from(list(Tier)), snoozed=st.booleans())
def test_whatever_was_logged_undoing_it_returns_the_clock_to_exactly_where_it_stood(
    small_firm: Firm, before: list[Any], step: list[Any], tier: Tier, snoozed: bool
) -> None:
    actor = small_firm.actor(small_firm.alice)
    client = small_firm.client(f"Client {len(small_firm.clients)}", tier=tier)
    serial = len(small_firm.clients)

    def log(name: str, channel: Channel, direction: Direction, days: int) -> int:
        draft = TouchDraft(client.id, channel, direction, at=MONDAY - timedelta(days=days))
        return touches.log(small_firm.house, actor, draft, f"{serial} {name}").touch.id

    for number, facts in enumerate(before):
        log(f"before {number}", *facts)
    if snoozed:
        nudges.snooze(small_firm.house, actor, client.id, wish="monday", reason="on leave")
    stood = small_firm.again(client)
    for touch_id in [log(f"step {number}", *facts) for number, facts in enumerate(step)]:
        touches.withdraw(small_firm.house, actor, touch_id)

    assert book_clock(small_firm.again(client)) == book_clock(stood)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(logged=steps.filter(bool))
def test_in_whatever_order_touches_are_logged_the_clock_comes_out_the_same(
    small_firm: Firm, logged: list[Any]
) -> None:
    actor = small_firm.actor(small_firm.alice)
    clocks = []
    for order in (logged, logged[::-1]):
        client = small_firm.client(f"Client {len(small_firm.clients)}")
        for number, (channel, direction, days) in enumerate(order):
            draft = TouchDraft(client.id, channel, direction, at=MONDAY - timedelta(days=days))
            touches.log(small_firm.house, actor, draft, f"{client.name} {number}")
        clocks.append(book_clock(replace(small_firm.again(client))))

    assert clocks[0] == clocks[1]
