"""Requests for another manager: told at once, answered by a lead, never by silence; and one outcome of every race."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.domain.clients import Client, Part
from bot.domain.members import Member, Role
from bot.domain.outbox import Entry, State
from bot.domain.reassignment import Moot, RequestState, Sheet
from bot.domain.refusals import Refusal
from bot.domain.touches import Channel, TouchDraft
from bot.ports import description_of
from bot.services import (
    client_edits,
    delivery,
    handover,
    merges,
    reassignment,
    reassignment_steps,
    touches,
)
from bot.services.members import admit
from bot.services.owners import moments_of
from tests.bot.services.messenger import ScriptedMessenger
from tests.bot.services.test_races import answers, at_once
from tests.conftest import MONDAY, Firm, profile

TUESDAY = MONDAY + timedelta(days=1)
LONG_AGO = MONDAY - timedelta(days=300)


@pytest.fixture
def acme(firm: Firm) -> Client:
    return firm.client("Acme", spoke_before_at=LONG_AGO)


def asked(firm: Firm, client: Client, by: Member | None = None) -> Sheet:
    actor = firm.actor(by or firm.alice)
    return reassignment.ask(firm.house, actor, client.id, "client", "They want somebody in Paris").sheet


def approved(firm: Firm, sheet: Sheet, to: Member | None = None, by: Member | None = None) -> Sheet:
    who = (to or firm.bruno).id
    return reassignment.approve(firm.house, firm.actor(by or firm.lea), sheet.request, who)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.code


def said(firm: Firm, member: Member) -> list[str]:
    """The kinds of what was posted to a member, the first first."""
    with firm.house.memory.read(firm.workspace.id) as unit:
        found = unit.outbox.listed([State.SENT], member_id=member.id, limit=100)
    return [entry.kind for entry in reversed(found) if entry.kind != "edit"]


def last(firm: Firm, member: Member, kind: str) -> Entry:
    with firm.house.memory.read(firm.workspace.id) as unit:
        return unit.outbox.listed([State.SENT], kind=kind, member_id=member.id)[0]


def deliver(firm: Firm) -> None:
    """What is due half an hour on is posted."""
    firm.clock.tick(minutes=30)
    for _ in range(3):
        for entry_id in delivery.due(firm.house, firm.workspace.id, 100):
            delivery.deliver(firm.house, ScriptedMessenger(), firm.workspace.id, entry_id)
        firm.clock.tick(seconds=40)


def tick(firm: Firm) -> int:
    return reassignment.tick(firm.house, firm.workspace.id)


def state_of(firm: Firm, sheet: Sheet) -> RequestState:
    with firm.house.memory.read(firm.workspace.id) as unit:
        found = unit.reassignments.get(sheet.request)
    assert found is not None
    return found.state


def close(firm: Firm, member: Member) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_active(member.id, active=False)


# --- Asked and decided ------------------------------------------------------------------------------------


def test_the_lead_is_told_at_once_and_nobody_else_is(firm: Firm, acme: Client) -> None:
    asked(firm, acme)
    deliver(firm)

    assert said(firm, firm.lea) == ["reassign_asked"]
    assert said(firm, firm.alice) == said(firm, firm.bruno) == said(firm, firm.carla) == []


def test_where_there_is_no_lead_the_admins_are_asked(firm: Firm, acme: Client) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_lead(firm.alice.id, None)
    sheet = asked(firm, acme)
    deliver(firm)

    assert said(firm, firm.carla) == ["reassign_asked"]
    assert refused(lambda: approved(firm, sheet)) == "reassign.gone"
    assert approved(firm, sheet, by=firm.carla).state == "approved"


def test_asking_twice_is_asking_once(firm: Firm, acme: Client) -> None:
    first = asked(firm, acme)
    again = reassignment.ask(firm.house, firm.actor(firm.alice), acme.id, "load")
    assert (again.again, again.sheet.request, again.sheet.reason) == (True, first.request, "client")


def test_who_has_nothing_to_do_with_the_client_does_not_ask(firm: Firm, acme: Client) -> None:
    assert refused(lambda: asked(firm, acme, by=firm.bruno)) == "client.not_yours"


@pytest.mark.parametrize(("reason", "why"), [("gone", ""), ("", ""), ("client", "x" * 501)])
def test_a_reason_is_one_that_people_may_choose(firm: Firm, acme: Client, reason: str, why: str) -> None:
    code = refused(lambda: reassignment.ask(firm.house, firm.actor(firm.alice), acme.id, reason, why))
    assert code == ("reassign.too_long" if why else "reassign.no_reason")


def test_a_yes_hands_over_and_tells_everybody(firm: Firm, acme: Client) -> None:
    sheet = asked(firm, acme)
    deliver(firm)
    done = approved(firm, sheet)
    deliver(firm)

    assert (done.state, done.to) == ("approved", "Bruno Petit")
    assert firm.again(acme).owner_id == firm.bruno.id
    assert said(firm, firm.alice) == ["reassign_news"], "who asked for it reads it once"
    assert said(firm, firm.bruno) == ["handover_in"]
    question = last(firm, firm.lea, "reassign_asked")
    with firm.house.memory.read(firm.workspace.id) as unit:
        facts = reassignment_steps.recompose(unit, firm.lea, question, firm.clock())
    assert facts is not None
    assert facts["sheet"]["handover"] is not None


def test_a_no_comes_back_with_the_reason_and_changes_nothing(firm: Firm, acme: Client) -> None:
    sheet = asked(firm, acme)
    lea = firm.actor(firm.lea)
    assert refused(lambda: reassignment.decline(firm.house, lea, sheet.request, "  ")) == "reassign.no_answer"
    reassignment.decline(firm.house, lea, sheet.request, "Let us try a call together first")
    deliver(firm)

    assert said(firm, firm.alice) == ["reassign_news"]
    told = last(firm, firm.alice, "reassign_news").facts["sheet"]
    assert isinstance(told, dict)
    assert told["answer"] == "Let us try a call together first"
    assert firm.again(acme).owner_id == firm.alice.id
    assert said(firm, firm.bruno) == []


def test_who_asked_takes_it_back(firm: Firm, acme: Client) -> None:
    sheet = asked(firm, acme)
    alice = firm.actor(firm.alice)
    reassignment.withdraw(firm.house, alice, sheet.request)
    assert reassignment.withdraw(firm.house, alice, sheet.request).state == "withdrawn"
    deliver(firm)

    assert said(firm, firm.lea) == [], "nothing is left to ask"
    assert refused(lambda: approved(firm, sheet)) == "reassign.was_withdrawn"


def test_nobody_else_learns_of_it(firm: Firm, acme: Client) -> None:
    sheet = asked(firm, acme)
    bruno = firm.actor(firm.bruno)
    assert refused(lambda: reassignment.shown(firm.house, bruno, sheet.request)) == "reassign.gone"
    assert refused(lambda: approved(firm, sheet, by=firm.bruno)) == "reassign.gone"


# --- When nobody answers ----------------------------------------------------------------------------------


def test_silence_is_never_a_yes_and_others_are_asked_after_a_working_day(firm: Firm, acme: Client) -> None:
    sheet = asked(firm, acme)
    deliver(firm)
    firm.clock.now = MONDAY + timedelta(hours=4)
    assert tick(firm) == 1
    assert tick(firm) == 0
    deliver(firm)
    assert said(firm, firm.lea) == ["reassign_asked", "reassign_again"]

    firm.clock.now = TUESDAY + timedelta(minutes=1)
    assert tick(firm) == 1
    deliver(firm)
    assert said(firm, firm.carla) == ["reassign_asked"]
    assert said(firm, firm.alice) == ["reassign_news"], "she hears that it still waits, and who is asked"

    firm.clock.now = MONDAY + timedelta(days=60)
    assert tick(firm) == 0
    assert state_of(firm, sheet) is RequestState.WAITING
    assert firm.again(acme).owner_id == firm.alice.id
    assert approved(firm, sheet, by=firm.carla).state == "approved"


def test_who_stands_in_for_the_lead_is_asked_if_they_may_decide(firm: Firm, acme: Client) -> None:
    nora = admit(firm.house, firm.workspace.id, profile("U0NORA", "Nora North"))
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_roles(nora.id, frozenset({Role.ADMIN}))
        unit.members.set_delegate(firm.lea.id, nora.id)
    asked(firm, acme)
    firm.clock.now = MONDAY + timedelta(hours=4)
    tick(firm)
    firm.clock.now = TUESDAY + timedelta(minutes=1)
    tick(firm)
    deliver(firm)

    assert said(firm, nora) == ["reassign_asked"]
    assert said(firm, firm.carla) == []


def of_carla(firm: Firm, *, lead: Member | None = None) -> Client:
    """A client of Carla's, who is the only admin."""
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_lead(firm.carla.id, None if lead is None else lead.id)
        unit.members.set_roles(firm.carla.id, frozenset({Role.ACCOUNT_MANAGER, Role.ADMIN}))
    client = firm.client("Cobalt", owner=firm.carla)
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.set_team(client.id, Part.BACKUP, firm.alice.id)
    return client


def test_nobody_is_asked_about_a_client_of_their_own_nor_sees_or_answers_it(firm: Firm) -> None:
    nora = admit(firm.house, firm.workspace.id, profile("U0NORA", "Nora North"))
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_roles(nora.id, frozenset({Role.ADMIN}))
    client = of_carla(firm)
    sheet = asked(firm, client)
    deliver(firm)

    assert (said(firm, nora), said(firm, firm.carla)) == (["reassign_asked"], [])
    carla = firm.actor(firm.carla)
    assert refused(lambda: reassignment.shown(firm.house, carla, sheet.request)) == "reassign.gone"
    assert refused(lambda: approved(firm, sheet, by=firm.carla)) == "reassign.gone"
    assert refused(lambda: reassignment.decline(firm.house, carla, sheet.request, "No")) == "reassign.gone"
    assert approved(firm, sheet, by=nora).state == "approved"


def test_who_asks_about_a_client_of_their_own_does_not_answer_it(firm: Firm) -> None:
    client = of_carla(firm, lead=firm.lea)
    sheet = asked(firm, client, by=firm.carla)
    deliver(firm)

    assert (said(firm, firm.lea), said(firm, firm.carla)) == (["reassign_asked"], [])
    assert not reassignment.shown(firm.house, firm.actor(firm.carla), sheet.request).decides
    assert refused(lambda: approved(firm, sheet, by=firm.carla)) == "reassign.not_yours"
    assert reassignment.wish(firm.house, firm.actor(firm.carla), client.id).decides, "they may hand it over"


def test_where_the_owner_is_the_only_admin_the_leads_are_asked_and_answer(firm: Firm) -> None:
    sheet = asked(firm, of_carla(firm))
    assert sheet.asked == ["Lea Lang"]
    deliver(firm)

    assert (said(firm, firm.lea), said(firm, firm.carla)) == (["reassign_asked"], [])
    assert approved(firm, sheet, by=firm.lea).state == "approved"


def test_an_owner_who_stands_in_for_their_lead_is_not_asked_about_themselves(firm: Firm) -> None:
    client = of_carla(firm, lead=firm.lea)
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_delegate(firm.lea.id, firm.carla.id)
    asked(firm, client)
    for moment in (MONDAY + timedelta(hours=4), TUESDAY + timedelta(minutes=1)):
        firm.clock.now = moment
        tick(firm)
        deliver(firm)

    assert said(firm, firm.carla) == []
    assert said(firm, firm.alice).count("reassign_news") == 1, "it still waits"


# --- Races ------------------------------------------------------------------------------------------------


def test_of_two_who_decide_at_once_one_does_and_the_other_reads_who(firm: Firm, acme: Client) -> None:
    sheet = asked(firm, acme)
    given = at_once(
        lambda: approved(firm, sheet, to=firm.bruno, by=firm.lea),
        lambda: approved(firm, sheet, to=firm.lea, by=firm.carla),
    )

    assert answers(given) == {"done": 1, "reassign.was_approved": 1}
    refusal = next(each for each in given if isinstance(each, Refusal))
    done = next(each for each in given if isinstance(each, Sheet))
    assert refusal.facts == {"name": done.by, "to": done.to}
    with firm.house.memory.read(firm.workspace.id) as unit:
        (kept,) = unit.handovers.of_client(acme.id, 5)
        owner = unit.members.get(firm.again(acme).owner_id or 0)
    assert owner is not None
    assert (kept.to_id, owner.name) == (owner.id, done.to)


def test_a_yes_and_a_no_at_once_are_one_of_them(firm: Firm, acme: Client) -> None:
    sheet = asked(firm, acme)
    carla = firm.actor(firm.carla)
    given = at_once(
        lambda: approved(firm, sheet),
        lambda: reassignment.decline(firm.house, carla, sheet.request, "Not now"),
    )

    codes = answers(given)
    assert codes["done"] == 1
    moved = firm.again(acme).owner_id == firm.bruno.id
    assert moved == (state_of(firm, sheet) is RequestState.APPROVED)


def test_two_direct_handovers_at_once_are_one(firm: Firm, acme: Client) -> None:
    given = at_once(
        lambda: handover.hand(firm.house, firm.actor(firm.lea), acme.id, firm.bruno.id, "load"),
        lambda: handover.hand(firm.house, firm.actor(firm.carla), acme.id, firm.bruno.id, "load"),
    )

    assert answers(given) == {"done": 1, "handover.theirs": 1}


def test_for_a_client_that_just_moved_the_lead_and_who_asked_hear_so(firm: Firm, acme: Client) -> None:
    sheet = asked(firm, acme)
    deliver(firm)
    handover.hand(firm.house, firm.actor(firm.carla), acme.id, firm.lea.id, "load")
    deliver(firm)

    assert refused(lambda: approved(firm, sheet)) == "reassign.was_moot"
    assert state_of(firm, sheet) is RequestState.MOOT
    assert firm.again(acme).owner_id == firm.lea.id
    told = last(firm, firm.alice, "reassign_news").facts["sheet"]
    assert isinstance(told, dict)
    assert (told["state"], told["answer"], told["now_of"]) == ("moot", Moot.MOVED, "Lea Lang")


def test_an_owner_changed_in_the_form_of_the_client_settles_it_as_well(firm: Firm, acme: Client) -> None:
    sheet = asked(firm, acme)
    carla = firm.actor(firm.carla)
    opened = client_edits.opened(firm.house, carla, acme.id)
    filled = client_edits.Sheet(description_of(opened.client), "U0BRUNO", {}, ())
    client_edits.edit(firm.house, carla, acme.id, filled, opened.client.version)

    assert state_of(firm, sheet) is RequestState.MOOT


def test_a_candidate_who_left_before_the_yes_is_not_given_anything(firm: Firm, acme: Client) -> None:
    sheet = asked(firm, acme)
    close(firm, firm.bruno)

    assert refused(lambda: approved(firm, sheet)) == "handover.inactive"
    assert state_of(firm, sheet) is RequestState.WAITING
    assert approved(firm, sheet, to=firm.lea).to == "Lea Lang"


def test_a_client_that_is_archived_leaves_nothing_to_decide(firm: Firm, acme: Client) -> None:
    sheet = asked(firm, acme)
    client_edits.archive(firm.house, firm.actor(firm.alice), acme.id)
    deliver(firm)

    assert refused(lambda: approved(firm, sheet)) == "reassign.was_moot"
    told = last(firm, firm.alice, "reassign_news").facts["sheet"]
    assert isinstance(told, dict)
    assert told["answer"] == Moot.ARCHIVED


def test_a_client_that_is_merged_takes_its_request_along_where_the_owner_is_the_same(
    firm: Firm, acme: Client
) -> None:
    kept = firm.client("Acme Holding")
    other = firm.client("Acme France", owner=firm.lea)
    sheet = asked(firm, acme)
    merges.merge(firm.house, firm.actor(firm.alice), kept.id, acme.id)
    assert state_of(firm, sheet) is RequestState.WAITING

    merges.merge(firm.house, firm.actor(firm.carla), other.id, kept.id)
    assert state_of(firm, sheet) is RequestState.MOOT


def test_a_request_of_a_merged_client_is_decided_for_the_one_that_is_kept(firm: Firm, acme: Client) -> None:
    kept = firm.client("Acme Holding")
    sheet = asked(firm, acme)
    merges.merge(firm.house, firm.actor(firm.alice), kept.id, acme.id)

    assert approved(firm, sheet).client == "Acme Holding"
    assert firm.again(kept).owner_id == firm.bruno.id


def test_a_touch_logged_during_the_move_counts_once_and_for_the_client(firm: Firm, acme: Client) -> None:
    sheet = asked(firm, acme)
    draft = TouchDraft(acme.id, Channel.CALL)
    given = at_once(
        lambda: approved(firm, sheet),
        lambda: touches.log(firm.house, firm.actor(firm.alice), draft, "meanwhile"),
    )

    assert answers(given) == {"done": 2}
    after = firm.again(acme)
    assert (after.owner_id, after.last_conversation_at) == (firm.bruno.id, MONDAY)
    with firm.house.memory.read(firm.workspace.id) as unit:
        moments = moments_of(unit, after, firm.clock())
    assert moments is not None
    assert (after.due_at, after.neglected_at) == (moments.due_at, moments.neglected_at)


def test_an_undone_handover_lets_the_request_wait_again(firm: Firm, acme: Client) -> None:
    sheet = asked(firm, acme)
    deliver(firm)
    done = approved(firm, sheet)
    deliver(firm)
    assert done.handover is not None
    handover.undo(firm.house, firm.actor(firm.lea), done.handover)
    deliver(firm)

    assert state_of(firm, sheet) is RequestState.WAITING
    assert said(firm, firm.alice) == ["reassign_news", "reassign_news"]
    assert approved(firm, sheet, to=firm.lea).to == "Lea Lang"


# --- What the bot proposes --------------------------------------------------------------------------------


def proposals(firm: Firm) -> list[str]:
    with firm.house.memory.read(firm.workspace.id) as unit:
        clients = unit.clients.of_owner(firm.alice.id, 100)
        return [
            each.reason.value
            for client in clients
            for each in unit.reassignments.of_client(client.id, 10)
            if each.proposed
        ]


def test_clients_of_somebody_who_left_are_proposed_in_one_message_and_once(firm: Firm, acme: Client) -> None:
    for n in range(3):
        firm.client(f"Client {n}")
    tick(firm)
    assert proposals(firm) == []
    close(firm, firm.alice)

    tick(firm)
    deliver(firm)
    for _ in range(3):
        firm.clock.tick(days=1)
        tick(firm)
        deliver(firm)

    assert proposals(firm) == ["gone"] * 4
    assert said(firm, firm.lea) == ["reassign_proposed"]


def test_so_are_those_of_somebody_who_keeps_no_clients_any_more(firm: Firm, acme: Client) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_roles(firm.alice.id, frozenset({Role.COMPLIANCE}))
    tick(firm)
    assert proposals(firm) == ["gone"]


def test_a_client_of_somebody_who_left_is_proposed_though_something_else_was(
    firm: Firm, acme: Client
) -> None:
    beta = firm.client("Beta")
    with firm.house.memory.write(firm.workspace.id) as unit:
        for client in (acme, beta):
            reassignment_steps.propose(unit, client.id, "clocks", firm.clock())
    tick(firm)
    deliver(firm)
    ids = last(firm, firm.lea, "reassign_proposed").facts["requests"]
    assert isinstance(ids, list)
    lea = firm.actor(firm.lea)
    reassignment.decline(firm.house, lea, ids[0], "")
    close(firm, firm.alice)

    for _ in range(3):
        tick(firm)
        deliver(firm)

    assert sorted(proposals(firm)) == ["clocks", "clocks", "gone", "gone"]
    assert said(firm, firm.lea) == ["reassign_proposed"] * 2
    old = reassignment.shown(firm.house, lea, ids[1])
    assert (old.state, old.answer) == ("moot", Moot.REPLACED)
    assert refused(lambda: reassignment.decline(firm.house, lea, ids[1], "")) == "reassign.was_replaced"


def test_what_somebody_asked_leaves_no_room_for_a_proposal(firm: Firm, acme: Client) -> None:
    asked(firm, acme)
    close(firm, firm.alice)
    tick(firm)
    assert proposals(firm) == []


def test_a_proposal_is_left_without_a_word_or_answered_with_somebody(firm: Firm, acme: Client) -> None:
    beta = firm.client("Beta")
    with firm.house.memory.write(firm.workspace.id) as unit:
        for client in (acme, beta):
            assert reassignment_steps.propose(unit, client.id, "clocks", firm.clock()) is not None
            assert reassignment_steps.propose(unit, client.id, "complaints", firm.clock()) is None
    tick(firm)
    deliver(firm)
    ids = last(firm, firm.lea, "reassign_proposed").facts["requests"]
    assert isinstance(ids, list)
    first, second = ids
    lea = firm.actor(firm.lea)

    assert reassignment.decline(firm.house, lea, first, "").state == "declined"
    assert reassignment.approve(firm.house, lea, second, firm.bruno.id).state == "approved"
    assert (firm.again(acme).owner_id, firm.again(beta).owner_id) == (firm.alice.id, firm.bruno.id)
    with firm.house.memory.write(firm.workspace.id) as unit:
        assert reassignment_steps.propose(unit, acme.id, "clocks", firm.clock()) is None, "not again so soon"
        later = firm.clock() + timedelta(days=91)
        assert reassignment_steps.propose(unit, acme.id, "clocks", later) is not None


def test_three_complaints_in_ninety_days_are_a_proposal(firm: Firm, acme: Client) -> None:
    for n in range(3):
        assert proposals(firm) == []
        draft = TouchDraft(acme.id, Channel.CALL, complaint=True)
        touches.log(firm.house, firm.actor(firm.alice), draft, f"complaint {n}")
        firm.clock.tick(days=1)
    assert proposals(firm) == ["complaints"]
