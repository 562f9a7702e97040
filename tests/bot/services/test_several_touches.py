"""Several clients at once, what may be the same touch twice, and changes by others than the author."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from bot.domain.cadence import moments
from bot.domain.history import ChangeKind
from bot.domain.members import Member
from bot.domain.refusals import Refusal
from bot.domain.touches import MOST_CLIENTS, NOTE_LIMIT, Channel, Direction, TouchDraft
from bot.services import touch_marks, touches
from tests.conftest import MONDAY, Firm

CALL, EMAIL = Channel.CALL, Channel.EMAIL


def refusal_of(attempt: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        attempt()
    return refused.value


def test_one_touch_for_each_client_and_each_person_where_they_work(firm: Firm) -> None:
    acme, globex = firm.client("Acme"), firm.client("Globex")
    dana, bob = firm.contact(acme, "Dana White"), firm.contact(globex, "Bob Ray")
    draft = TouchDraft("Acme", CALL, also=("Globex",), contacts=("Dana", "Bob", "Zoe"), note="pricing")

    first, second = touches.log_all(firm.house, firm.actor(firm.alice), draft, "k")

    assert [first.client.id, second.client.id] == [acme.id, globex.id]
    assert (first.touch.contact_ids, second.touch.contact_ids) == ((dana.id,), (bob.id,))
    assert {first.touch.note, second.touch.note} == {"Zoe: pricing"}
    for client in (acme, globex):
        assert firm.again(client).last_conversation_at == MONDAY


def test_a_name_at_two_of_the_clients_is_nobodys_and_a_role_is_meant_at_each(firm: Firm) -> None:
    acme, globex = firm.client("Acme"), firm.client("Globex")
    danas = [firm.contact(acme, "Dana White", role="buyer"), firm.contact(globex, "Dana Fox", role="buyer")]
    draft = TouchDraft("Acme", CALL, also=("Globex",))

    unclear = touches.log_all(firm.house, firm.actor(firm.alice), replace(draft, contacts=("Dana",)), "1")
    clear = touches.log_all(firm.house, firm.actor(firm.alice), replace(draft, contacts=("the buyer",)), "2")

    assert [logged.touch.contact_ids for logged in unclear] == [(), ()]
    assert {logged.touch.note for logged in unclear} == {"Dana"}
    assert [logged.touch.contact_ids for logged in clear] == [(danas[0].id,), (danas[1].id,)]


def test_all_or_nothing_is_logged_and_the_same_submission_once(firm: Firm) -> None:
    acme, globex = firm.client("Acme"), firm.client("Globex")
    actor = firm.actor(firm.alice)
    unknown = TouchDraft("Acme", CALL, also=("Globex", "Nobody Knows"))
    assert refusal_of(lambda: touches.log_all(firm.house, actor, unknown, "k")).code == "client.unknown"
    assert touches.last_own(firm.house, actor, 10) == ()

    draft = TouchDraft("Acme", CALL, also=("Globex", "ACME"))
    once = touches.log_all(firm.house, actor, draft, "k")
    again = touches.log_all(firm.house, actor, draft, "k")

    assert [logged.client.id for logged in once] == [acme.id, globex.id]
    assert [logged.touch.id for logged in again] == [logged.touch.id for logged in once]
    assert all(logged.again for logged in again)
    assert len(touches.last_own(firm.house, actor, 10)) == 2


def test_more_clients_than_fit_into_one_message_are_refused(firm: Firm) -> None:
    clients = [firm.client(f"Client {number:02}") for number in range(MOST_CLIENTS + 1)]
    ids = [client.id for client in clients]
    actor = firm.actor(firm.alice)

    many = TouchDraft(ids[0], CALL, also=tuple(ids[1:]))
    assert refusal_of(lambda: touches.log_all(firm.house, actor, many, "k")).code == "touch.too_many"
    assert len(touches.log_all(firm.house, actor, TouchDraft(ids[0], CALL, also=tuple(ids[1:-1])), "k")) == 20


def test_all_that_one_submission_logged_is_found_and_taken_back_together(firm: Firm) -> None:
    for name in ("Acme", "Globex"):
        firm.client(name)
    actor = firm.actor(firm.alice)
    _first, second = touches.log_all(firm.house, actor, TouchDraft("Acme", CALL, also=("Globex",)), "k")
    touches.log(firm.house, actor, TouchDraft("Acme", EMAIL), "other")

    several = touches.together(firm.house, actor, second.touch.id)
    touches.withdraw_all(firm.house, actor, [logged.touch.id for logged in several])

    assert [logged.client.name for logged in several] == ["Acme", "Globex"]
    assert [logged.touch.channel for logged in touches.last_own(firm.house, actor, 10)] == [EMAIL]


# --- The same twice ---------------------------------------------------------------------------------------


def test_a_colleagues_touch_of_that_hour_is_asked_about_and_never_refused_for_good(firm: Firm) -> None:
    acme = firm.client("Acme")
    theirs = touches.log(firm.house, firm.actor(firm.bruno), TouchDraft(acme.id, CALL), "1")
    draft = TouchDraft(acme.id, CALL, at=MONDAY - timedelta(minutes=40), note="pricing")

    asked = refusal_of(lambda: touches.log(firm.house, firm.actor(firm.alice), draft, "2"))
    known = replace(draft, apart=(theirs.touch.id,))
    logged = touches.log(firm.house, firm.actor(firm.alice), known, "2")

    assert (asked.code, asked.facts["author"], asked.facts["own"]) == ("touch.same", "Bruno Petit", False)
    assert asked.facts["touch_id"] == theirs.touch.id
    assert logged.touch.note == "pricing"


def test_the_same_one_takes_my_people_and_adds_nothing_else(firm: Firm) -> None:
    acme, globex = firm.client("Acme"), firm.client("Globex")
    dana = firm.contact(acme, "Dana White")
    theirs = touches.log(firm.house, firm.actor(firm.bruno), TouchDraft(acme.id, CALL, note="theirs"), "1")
    draft = TouchDraft("Acme", CALL, also=("Globex",), contacts=("Dana",), note="mine")

    joined = touch_marks.join(firm.house, firm.actor(firm.alice), draft, theirs.touch.id)

    assert joined.added == ("Dana White",)
    assert (joined.logged.touch.contact_ids, joined.logged.touch.note) == ((dana.id,), "theirs")
    assert joined.left is not None
    assert (joined.left.client, joined.left.also) == ("Globex", ())
    (told,) = touches.history(firm.house, firm.actor(firm.bruno), theirs.touch.id, 5)
    assert (told.by, told.facts) == ("Alice Ames", {"contact_ids": [[], [dana.id]]})

    long_ago = replace(draft, at=MONDAY - timedelta(days=9))
    unasked = refusal_of(
        lambda: touch_marks.join(firm.house, firm.actor(firm.alice), long_ago, theirs.touch.id)
    )
    assert unasked.code == "touch.gone"

    elsewhere = TouchDraft(globex.id, CALL)
    wrong = refusal_of(
        lambda: touch_marks.join(firm.house, firm.actor(firm.alice), elsewhere, theirs.touch.id)
    )
    assert wrong.code == "touch.gone"


def test_the_same_words_within_minutes_are_asked_about_and_later_are_not(firm: Firm) -> None:
    acme, actor = firm.client("Acme"), firm.actor(firm.alice)
    touches.log(firm.house, actor, TouchDraft(acme.id, CALL, note="renewal"), "1")

    asked = refusal_of(lambda: touches.log(firm.house, actor, TouchDraft(acme.id, CALL, note="renewal"), "2"))
    other = touches.log(firm.house, actor, TouchDraft(acme.id, CALL, note="pricing"), "3")
    firm.clock.tick(minutes=11)
    later = touches.log(firm.house, actor, TouchDraft(acme.id, CALL, note="renewal"), "4")

    assert (asked.code, asked.facts["own"]) == ("touch.same", True)
    assert not other.again
    assert not later.again


def test_two_people_who_log_at_the_same_moment_see_each_other(firm: Firm) -> None:
    acme = firm.client("Acme")
    together = Barrier(2)
    codes: list[str] = []

    def log(member: Member, key: str) -> None:
        together.wait(10)
        try:
            touches.log(firm.house, firm.actor(member), TouchDraft(acme.id, CALL), key)
        except Refusal as refusal:
            codes.append(refusal.code)

    both = [Thread(target=log, args=each) for each in ((firm.alice, "1"), (firm.bruno, "2"))]
    for one in both:
        one.start()
    for one in both:
        one.join(30)

    assert codes == ["touch.same"]


# --- Changed by whom --------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["lea", "carla"])
def test_leads_and_admins_change_and_take_back_what_their_people_logged(firm: Firm, who: str) -> None:
    acme = firm.client("Acme")
    logged = touches.log(firm.house, firm.actor(firm.alice), TouchDraft(acme.id, CALL, note="one"), "k")
    boss = firm.actor(getattr(firm, who))

    changed = touches.change(firm.house, boss, logged.touch.id, TouchDraft(acme.id, EMAIL, note="two"))
    touches.withdraw(firm.house, boss, logged.touch.id)
    touches.withdraw(firm.house, boss, logged.touch.id)

    assert (changed.touch.member_id, changed.author) == (firm.alice.id, "Alice Ames")
    taken, edited = touches.history(firm.house, firm.actor(firm.alice), logged.touch.id, 5)
    assert (taken.kind, edited.kind) == (ChangeKind.WITHDRAWN, ChangeKind.EDITED)
    assert edited.by == taken.by == getattr(firm, who).name
    assert edited.facts == {
        "channel": ["call", "email"],
        "direction": ["two-way", "outbound"],
        "note": ["one", "two"],
    }


def test_who_saves_second_is_stopped_and_sees_what_changed(firm: Firm) -> None:
    acme, actor = firm.client("Acme"), firm.actor(firm.alice)
    logged = touches.log(firm.house, actor, TouchDraft(acme.id, CALL, note="one"), "k")
    seen = logged.touch.version
    draft = TouchDraft(acme.id, CALL, note="two")
    touches.change(firm.house, firm.actor(firm.lea), logged.touch.id, draft, version=seen)

    late = refusal_of(lambda: touches.change(firm.house, actor, logged.touch.id, draft, version=seen))
    now = touches.to_edit(firm.house, actor, logged.touch.id)

    assert late.code == "touch.changed"
    assert now.touch.note == "two"
    assert touches.change(firm.house, actor, logged.touch.id, draft, version=now.touch.version)
    assert (
        len(touches.history(firm.house, actor, logged.touch.id, 9)) == 1
    )  # nothing differed the second time


def test_who_spoke_changes_the_clock_and_nothing_else(firm: Firm) -> None:
    acme, actor = firm.client("Acme"), firm.actor(firm.alice)
    logged = touches.log(firm.house, actor, TouchDraft(acme.id, EMAIL, note="x"), "k")
    assert firm.again(acme).last_conversation_at is None

    (answered,) = touch_marks.direct(firm.house, actor, [logged.touch.id], Direction.ANSWERED)

    assert (answered.touch.direction, answered.touch.note) == (Direction.ANSWERED, "x")
    assert firm.again(acme).last_conversation_at == MONDAY
    assert firm.again(acme).last_one_way_at is None


# --- Complaints -------------------------------------------------------------------------------------------


def test_a_complaint_is_due_in_three_working_days_until_it_is_settled(firm: Firm) -> None:
    acme, actor = firm.client("Acme"), firm.actor(firm.alice)
    calm = touches.log(firm.house, actor, TouchDraft(acme.id, CALL), "0").client.due_at
    logged = touches.log(firm.house, actor, TouchDraft(acme.id, CALL, note="late", complaint=True), "1")

    open_one = firm.again(acme)
    calendar = firm.alice.calendar
    today = calendar.local_date(MONDAY)
    assert open_one.complaint_at == MONDAY
    assert logged.due_on == calendar.add_working_days(today, 3)
    assert open_one.due_at == calendar.starts(calendar.add_working_days(today, 3))
    assert open_one.neglected_at == calendar.starts(calendar.add_working_days(today, 5))

    settled, now_so = touch_marks.settle(firm.house, actor, acme.id)
    again, once_more = touch_marks.settle(firm.house, actor, acme.id)
    assert (now_so, once_more) == (True, False)
    assert settled.complaint_at is again.complaint_at is None
    assert settled.due_at == calm
    # What was settled is not opened anew by putting its note right, nor by taking it back.
    touches.change(
        firm.house, actor, logged.touch.id, TouchDraft(acme.id, CALL, note="late!", complaint=True)
    )
    assert firm.again(acme).complaint_at is None


def test_a_complaint_never_makes_a_client_due_later(firm: Firm) -> None:
    acme, actor = firm.client("Acme"), firm.actor(firm.alice)
    firm.clock.tick(days=40)
    before = firm.again(acme).due_at
    touches.log(firm.house, actor, TouchDraft(acme.id, EMAIL, Direction.INBOUND, complaint=True), "k")
    overdue = firm.again(acme)
    assert before is not None
    assert overdue.due_at is not None
    without = moments(replace(overdue, complaint_at=None), firm.alice.calendar, firm.clock())
    assert overdue.due_at <= without.due_at


def test_a_complaint_that_was_none_or_was_taken_back_is_open_no_more(firm: Firm) -> None:
    acme, globex, actor = firm.client("Acme"), firm.client("Globex"), firm.actor(firm.alice)
    first = touches.log(
        firm.house, actor, TouchDraft(acme.id, CALL, complaint=True, at=MONDAY - timedelta(days=4)), "1"
    )
    second = touches.log(firm.house, actor, TouchDraft(acme.id, EMAIL, complaint=True), "2")
    assert firm.again(acme).complaint_at == MONDAY - timedelta(days=4)

    touches.withdraw(firm.house, actor, first.touch.id)
    assert firm.again(acme).complaint_at == MONDAY
    touches.change(firm.house, actor, second.touch.id, TouchDraft(globex.id, EMAIL, complaint=True))
    assert firm.again(acme).complaint_at is None
    assert firm.again(globex).complaint_at == MONDAY
    touch_marks.mark_complaint(firm.house, actor, [second.touch.id], False)
    assert firm.again(globex).complaint_at is None
    touch_marks.mark_complaint(firm.house, actor, [second.touch.id], True)
    assert firm.again(globex).complaint_at == MONDAY


def test_only_who_reads_the_client_or_noted_the_complaint_settles_it(firm: Firm) -> None:
    acme = firm.client("Acme", owner=firm.alice)
    assert (
        refusal_of(lambda: touch_marks.settle(firm.house, firm.actor(firm.bruno), acme.id)).code
        == "client.not_yours"
    )
    touches.log(firm.house, firm.actor(firm.bruno), TouchDraft(acme.id, CALL, complaint=True), "k")
    assert touch_marks.settle(firm.house, firm.actor(firm.bruno), acme.id)[1]
    assert (
        refusal_of(lambda: touch_marks.settle(firm.house, firm.actor(firm.lea), 4711)).code == "client.gone"
    )


# --- Limits -----------------------------------------------------------------------------------------------


def test_a_note_of_exactly_the_limit_is_kept_whole_for_every_client(firm: Firm) -> None:
    for name in ("Acme", "Globex"):
        firm.client(name)
    actor = firm.actor(firm.alice)
    long = TouchDraft("Acme", CALL, also=("Globex",), note="é" * NOTE_LIMIT)

    logged = touches.log_all(firm.house, actor, long, "k")
    over = refusal_of(
        lambda: touches.log_all(firm.house, actor, replace(long, note="é" * (NOTE_LIMIT + 1)), "l")
    )

    assert {len(one.touch.note) for one in logged} == {NOTE_LIMIT}
    assert over.facts == {"length": NOTE_LIMIT + 1, "limit": NOTE_LIMIT}


def test_a_client_that_was_archived_meanwhile_is_gone_for_all(firm: Firm) -> None:
    acme, globex = firm.client("Acme"), firm.client("Globex")
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.archive(globex.id, at=MONDAY)
    actor = firm.actor(firm.alice)

    draft = TouchDraft(acme.id, CALL, also=(globex.id,))
    assert refusal_of(lambda: touches.log_all(firm.house, actor, draft, "k")).code == "client.gone"
    assert firm.again(acme).last_touch_at is None


def test_a_client_that_was_merged_meanwhile_stands_for_the_one_that_was_kept(firm: Firm) -> None:
    acme, globex = firm.client("Acme"), firm.client("Globex")
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.archive(globex.id, at=MONDAY, merged_into_id=acme.id)
    actor = firm.actor(firm.alice)

    logged = touches.log_all(firm.house, actor, TouchDraft(acme.id, CALL, also=(globex.id,)), "k")
    assert {each.client.id for each in logged} == {acme.id}
    assert len({each.touch.id for each in logged}) == 1
