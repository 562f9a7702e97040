"""Handovers: a client goes to somebody else with all that is open, is heard of kindly, and comes back within a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.cadence import ClientState, state_of
from bot.domain.clients import Client, Part
from bot.domain.covers import CoverState
from bot.domain.fit import Because
from bot.domain.gifts.requests import RequestState
from bot.domain.handover import Done, Handover
from bot.domain.history import ChangeKind
from bot.domain.members import Member
from bot.domain.outbox import Entry, State
from bot.domain.pacing import Lane
from bot.domain.promises import PromiseState
from bot.domain.refusals import Refusal
from bot.domain.touches import Channel, TouchDraft
from bot.services import (
    approvals,
    audit,
    briefs,
    client_edits,
    covers,
    delivery,
    digest,
    handover,
    handover_checks,
    meetings,
    merges,
    nudges,
    promises,
    register,
    touches,
)
from tests.bot.services.messenger import ScriptedMessenger
from tests.bot.services.test_approvals import asked as requested
from tests.bot.services.test_approvals import furnished
from tests.conftest import MONDAY, Firm

FRIDAY = date(2026, 11, 20)
LONG_AGO = MONDAY - timedelta(days=300)


@pytest.fixture
def acme(firm: Firm) -> Client:
    """A client of Alice that is long neglected, with somebody there."""
    client = firm.client("Acme", spoke_before_at=LONG_AGO)
    firm.contact(client, "Jane Smith")
    return client


def handed(firm: Firm, client: Client, to: Member | None = None, by: Member | None = None) -> Done:
    return handover.hand(
        firm.house,
        firm.actor(by or firm.lea),
        client.id,
        (to or firm.bruno).id,
        "client",
        "They would like somebody in Paris",
    )


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.code


def delivered(firm: Firm, **later: float) -> ScriptedMessenger:
    """What is posted half an hour on."""
    slack = ScriptedMessenger()
    firm.clock.tick(**(later or {"minutes": 30}))
    for entry_id in delivery.due(firm.house, firm.workspace.id, 100):
        delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)
    return slack


def kinds(firm: Firm, member: Member) -> list[str]:
    """The kinds of all messages to a member, edits left out, the first first."""
    with firm.house.memory.read(firm.workspace.id) as unit:
        found = unit.outbox.listed(list(State), member_id=member.id, limit=100)
    return [entry.kind for entry in reversed(found) if entry.kind != "edit"]


def entry_of(firm: Firm, member: Member, kind: str) -> Entry:
    with firm.house.memory.read(firm.workspace.id) as unit:
        found = unit.outbox.listed(list(State), kind=kind, member_id=member.id)
    return found[0]


def brightside(firm: Firm) -> tuple[Client, int]:
    """A client of Alice, and her request for a fruit basket for it, which waits for Lea."""
    sheet = requested(furnished(firm))
    return firm.clients["Brightside"], sheet.request


def test_the_client_goes_with_its_promises_meetings_and_snooze(firm: Firm, acme: Client) -> None:
    alice = firm.actor(firm.alice)
    promises.make(firm.house, alice, acme.id, "a quote", FRIDAY, "quote")
    meetings.enter(firm.house, alice, acme.id, MONDAY + timedelta(days=2), "meeting")
    nudges.snooze(firm.house, alice, acme.id, wish="tomorrow")
    snoozed = firm.again(acme).snoozed_until

    done = handed(firm, acme)

    after = firm.again(acme)
    assert (after.owner_id, after.snoozed_until) == (firm.bruno.id, snoozed)
    with firm.house.memory.read(firm.workspace.id) as unit:
        (promise,) = unit.promises.open_of_client(acme.id)
        (meeting,) = unit.meetings.ahead(firm.bruno.id, firm.clock(), 5)
        assert not unit.meetings.ahead(firm.alice.id, firm.clock(), 5)
    assert promise.member_id == meeting.member_id == firm.bruno.id
    kept = done.handover
    assert (kept.from_id, kept.to_id, kept.by_id) == (firm.alice.id, firm.bruno.id, firm.lea.id)
    assert (kept.reason, kept.why, kept.at) == ("client", "They would like somebody in Paris", MONDAY)


def test_the_first_touch_is_due_within_one_working_day_and_the_past_is_not_held_against_the_new_owner(
    firm: Firm, acme: Client
) -> None:
    assert state_of(acme, MONDAY) is ClientState.NEGLECTED
    handed(firm, acme)
    after = firm.again(acme)

    assert state_of(after, MONDAY) is not ClientState.NEGLECTED
    assert after.due_at == firm.bruno.calendar.starts(date(2026, 11, 17))
    assert after.neglected_at == firm.bruno.calendar.starts(date(2026, 11, 19))
    firm.clock.tick(hours=1)
    touches.log(firm.house, firm.actor(firm.bruno), TouchDraft(acme.id, channel=Channel.CALL), "first touch")
    spoken = firm.again(acme)
    assert spoken.due_at == firm.bruno.calendar.starts(date(2026, 11, 23)), "seven days, for ninety days"


def test_a_call_earlier_today_counts_when_the_new_owner_notes_it_and_not_when_it_was_the_former_owners(
    firm: Firm, acme: Client
) -> None:
    earlier = MONDAY - timedelta(hours=1)
    draft = TouchDraft(acme.id, channel=Channel.CALL, at=earlier)
    touches.log(firm.house, firm.actor(firm.alice), draft, "former")
    handed(firm, acme)
    assert firm.again(acme).due_at == firm.bruno.calendar.starts(date(2026, 11, 17))

    firm.clock.tick(hours=1)
    other = TouchDraft(acme.id, channel=Channel.VIDEO, at=earlier)
    touches.log(firm.house, firm.actor(firm.bruno), other, "new")
    assert firm.again(acme).due_at == firm.bruno.calendar.starts(date(2026, 11, 23))


def test_a_request_for_a_gift_goes_along_and_its_reviewers_are_asked_anew(firm: Firm) -> None:
    client, request_id = brightside(firm)
    handed(firm, client)

    with firm.house.memory.read(firm.workspace.id) as unit:
        request = unit.requests.get(request_id)
        assert request is not None
    assert (request.member_id, request.state) == (firm.bruno.id, RequestState.WAITING)
    alice = firm.actor(firm.alice)
    assert refused(lambda: approvals.request(firm.house, alice, request.check_id)) == "gift.gone"
    sheet = approvals.approve(firm.house, firm.actor(firm.lea), request_id, request.version)
    assert sheet.requester == "Bruno Petit"
    register.record_given(firm.house, firm.actor(firm.bruno), request.check_id)
    assert audit.audit(firm.house, firm.workspace.id).fault is None, "what is sealed stays as it is"


def test_who_had_it_reads_it_no_more_and_the_new_owner_reads_all_of_it(firm: Firm, acme: Client) -> None:
    touches.log(
        firm.house,
        firm.actor(firm.alice),
        TouchDraft(acme.id, channel=Channel.CALL, note="They like short mails"),
        "call",
    )
    bruno, alice = firm.actor(firm.bruno), firm.actor(firm.alice)
    assert refused(lambda: briefs.brief(firm.house, bruno, acme.id)) == "client.not_yours"

    handed(firm, acme)

    assert [each.note for each in briefs.brief(firm.house, bruno, acme.id).touches] == [
        "They like short mails"
    ]
    assert client_edits.history(firm.house, bruno, acme.id, 5).changes[0].kind is ChangeKind.HANDED_OVER
    assert refused(lambda: briefs.brief(firm.house, alice, acme.id)) == "client.not_yours"


def test_both_are_told_and_the_reason_is_told_to_neither(firm: Firm, acme: Client) -> None:
    handed(firm, acme)
    slack = delivered(firm)

    assert kinds(firm, firm.bruno) == ["handover_in"]
    assert kinds(firm, firm.alice) == ["handover_out"]
    said = str([entry_of(firm, firm.bruno, "handover_in"), entry_of(firm, firm.alice, "handover_out")])
    assert len(slack.keys()) == 2
    assert "Paris" not in said.replace("Europe/Paris", "")
    assert "client asks" not in said


def test_many_clients_at_once_are_one_message(firm: Firm, acme: Client) -> None:
    others = [firm.client(f"Client {n}") for n in range(12)]
    with firm.house.memory.write(firm.workspace.id) as unit:
        for client in (acme, *others):
            handover.hand_over(unit, client, firm.bruno.id, by=firm.lea, reason="leave", now=firm.clock())
        next_slot = unit.take_slot(MONDAY, lane=Lane.URGENT)
    assert next_slot - MONDAY < timedelta(seconds=5), "two messages take up two moments"
    delivered(firm)

    assert kinds(firm, firm.bruno) == ["handover_in"]
    assert kinds(firm, firm.alice) == ["handover_out"]
    rows = entry_of(firm, firm.bruno, "handover_in").facts["rows"]
    assert isinstance(rows, list)
    assert len(rows) == 13


def test_a_cover_of_the_client_alone_goes_along_unless_who_covers_gets_it(firm: Firm, acme: Client) -> None:
    beta = firm.client("Beta")
    for client in (acme, beta):
        sheet = covers.ask(firm.house, firm.actor(firm.alice), client.id, firm.lea.id, FRIDAY)
        covers.accept(firm.house, firm.actor(firm.lea), sheet.cover.id)

    handed(firm, acme)
    handed(firm, beta, to=firm.lea)

    with firm.house.memory.read(firm.workspace.id) as unit:
        (moved,) = unit.covers.of_owner(firm.bruno.id, MONDAY.date())
        assert not unit.covers.of_owner(firm.alice.id, MONDAY.date())
    assert (moved.client_ids, moved.state) == ((acme.id,), CoverState.ACCEPTED)


def test_it_is_undone_within_a_day_and_all_of_it_comes_back(firm: Firm) -> None:
    alice = firm.actor(firm.alice)
    acme, request_id = brightside(firm)
    promise = promises.make(firm.house, alice, acme.id, "a quote", FRIDAY, "quote").promise
    sheet = covers.ask(firm.house, alice, acme.id, firm.lea.id, FRIDAY)
    covers.accept(firm.house, firm.actor(firm.lea), sheet.cover.id)
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.set_team(acme.id, Part.BACKUP, firm.bruno.id)
    before = firm.again(acme)
    done = handed(firm, acme)
    delivered(firm)
    newer = promises.make(
        firm.house, firm.actor(firm.bruno), acme.id, "a call", FRIDAY, "newer promise"
    ).promise
    firm.clock.tick(hours=20)

    back = handover.undo(firm.house, firm.actor(firm.lea), done.handover.id)
    again = handover.undo(firm.house, firm.actor(firm.lea), done.handover.id)

    assert back.handover.undone_at == again.handover.undone_at == firm.clock()
    after = firm.again(acme)
    assert (after.owner_id, after.due_at, after.new_until, after.handed_at) == (
        before.owner_id,
        before.due_at,
        before.new_until,
        before.handed_at,
    )
    with firm.house.memory.read(firm.workspace.id) as unit:
        for number in (promise.id, newer.id):
            found = unit.promises.get(number)
            assert found is not None
            assert (found.member_id, found.state) == (firm.alice.id, PromiseState.OPEN)
        request = unit.requests.get(request_id)
        assert request is not None
        assert request.member_id == firm.alice.id
        assert unit.covers.of_owner(firm.alice.id, MONDAY.date())
        assert unit.clients.team(acme.id) == {Part.BACKUP: firm.bruno.id}
    delivered(firm, hours=12)
    assert kinds(firm, firm.bruno)[-1] == "handover_undone"
    assert kinds(firm, firm.alice)[-1] == "handover_undone"


def test_it_is_not_undone_later_nor_once_the_client_went_on(firm: Firm, acme: Client) -> None:
    first = handed(firm, acme)
    firm.clock.tick(hours=1)
    second = handed(firm, acme, to=firm.lea, by=firm.carla)
    lea, carla = firm.actor(firm.lea), firm.actor(firm.carla)
    assert refused(lambda: handover.undo(firm.house, lea, first.handover.id)) == "handover.followed"
    assert (
        refused(lambda: handover.undo(firm.house, firm.actor(firm.bruno), second.handover.id))
        == "handover.gone"
    )
    firm.clock.tick(days=1)
    assert refused(lambda: handover.undo(firm.house, carla, second.handover.id)) == "handover.too_late"


def test_only_the_lead_and_admins_hand_over_and_only_to_somebody_who_is_here(
    firm: Firm, acme: Client
) -> None:
    assert refused(lambda: handed(firm, acme, by=firm.alice)) == "handover.not_yours"
    assert refused(lambda: handed(firm, acme, to=firm.alice)) == "handover.theirs"
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_active(firm.bruno.id, active=False)
    assert refused(lambda: handed(firm, acme)) == "handover.inactive"
    client_edits.archive(firm.house, firm.actor(firm.lea), acme.id)
    assert refused(lambda: handed(firm, acme, to=firm.lea)) == "client.archived"
    assert firm.again(acme).owner_id == firm.alice.id


def test_who_must_not_have_a_client_is_not_given_it(firm: Firm, acme: Client) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.fit.exclude(acme.id, firm.bruno.id, Because.CLIENT_ASKED, by=firm.lea.id, at=MONDAY)
    assert refused(lambda: handed(firm, acme)) == "handover.excluded"
    assert firm.again(acme).owner_id == firm.alice.id


def test_nor_is_who_keeps_no_clients(firm: Firm, acme: Client) -> None:
    assert refused(lambda: handed(firm, acme, to=firm.carla)) == "handover.no_keeper"
    assert handed(firm, acme, to=firm.lea).handover.to_id == firm.lea.id


def test_pressed_twice_is_once(firm: Firm, acme: Client) -> None:
    assert handed(firm, acme).handover.id == handed(firm, acme).handover.id


def test_the_digest_that_was_sent_today_is_brought_up_to_date(firm: Firm, acme: Client) -> None:
    digest.start_clocks(firm.house, firm.workspace.id)
    digest.plan(firm.house, firm.workspace.id)
    firm.clock.tick(days=1)
    digest.plan(firm.house, firm.workspace.id)
    delivered(firm, seconds=5)
    sent = entry_of(firm, firm.alice, "digest")
    assert [row["client"] for row in rows_in(sent)] == ["Acme"]

    handed(firm, acme)

    slack = delivered(firm)
    assert any(str(sent.id) in each for each in keys_of_edits(firm)), slack.keys()
    assert digest.current(firm.house, firm.actor(firm.alice), sent.id).rows == ()


def rows_in(entry: Entry) -> list[dict[str, Any]]:
    rows = entry.facts["rows"]
    assert isinstance(rows, list)
    return rows


def keys_of_edits(firm: Firm) -> list[str]:
    with firm.house.memory.read(firm.workspace.id) as unit:
        return [entry.key for entry in unit.outbox.listed(list(State), kind="edit")]


def test_the_lead_is_asked_after_thirty_days_how_it_goes_and_the_history_keeps_it(
    firm: Firm, acme: Client
) -> None:
    done = handed(firm, acme)
    delivered(firm)
    firm.clock.now = MONDAY + timedelta(days=29)
    assert handover_checks.ask_how_it_goes(firm.house, firm.workspace.id) == 0
    firm.clock.now = MONDAY + timedelta(days=30)
    assert handover_checks.ask_how_it_goes(firm.house, firm.workspace.id) == 1
    assert handover_checks.ask_how_it_goes(firm.house, firm.workspace.id) == 0
    delivered(firm)
    assert kinds(firm, firm.lea) == ["handover_check"]

    lea = firm.actor(firm.lea)
    assert (
        refused(
            lambda: handover_checks.how_it_goes(firm.house, firm.actor(firm.alice), done.handover.id, "well")
        )
        == "handover.gone"
    )
    for _ in range(2):
        assert (
            handover_checks.how_it_goes(firm.house, lea, done.handover.id, "early")["checks"][0]["went"]
            == "early"
        )
        assert (
            handover_checks.how_it_goes(firm.house, lea, done.handover.id, "early")["checks"][0]["went"]
            == "early"
        )
        firm.clock.tick(days=34)
        assert handover_checks.ask_how_it_goes(firm.house, firm.workspace.id) == 1
        delivered(firm)
        assert (
            dict[str, Any](entry_of(firm, firm.lea, "handover_check").facts)["checks"][0]["went"] is None
        ), "it is asked anew"
    handover_checks.how_it_goes(firm.house, lea, done.handover.id, "well")
    last = client_edits.history(firm.house, firm.actor(firm.bruno), acme.id, 1).changes[0]
    assert (last.kind, last.facts["went"]) == (ChangeKind.CHECKED, "well")


def test_nothing_is_asked_about_a_client_that_went_on(firm: Firm, acme: Client) -> None:
    handed(firm, acme)
    firm.clock.tick(days=2)
    handed(firm, acme, to=firm.lea, by=firm.carla)
    firm.clock.now = MONDAY + timedelta(days=31)
    assert handover_checks.ask_how_it_goes(firm.house, firm.workspace.id) == 0


def test_a_merge_takes_the_handovers_along_and_gives_them_back(firm: Firm, acme: Client) -> None:
    kept = firm.client("Acme Holding", owner=firm.bruno)
    handed(firm, acme)
    merged = merges.merge(firm.house, firm.actor(firm.carla), kept.id, acme.id)
    assert [each.client_id for each in of_client(firm, kept)] == [kept.id]
    merges.undo(firm.house, firm.actor(firm.carla), merged.merge.id)
    assert of_client(firm, kept) == []
    assert [each.client_id for each in of_client(firm, acme)] == [acme.id]


def test_it_is_not_undone_while_another_client_is_merged_into_it(firm: Firm, acme: Client) -> None:
    other = firm.client("Acme Paris", owner=firm.bruno)
    done = handed(firm, acme)
    firm.clock.tick(hours=1)
    lea = firm.actor(firm.lea)
    merged = merges.merge(firm.house, firm.actor(firm.carla), acme.id, other.id)
    assert refused(lambda: handover.undo(firm.house, lea, done.handover.id)) == "handover.merged"
    assert firm.again(acme).owner_id == firm.bruno.id

    merges.undo(firm.house, firm.actor(firm.carla), merged.merge.id)
    handover.undo(firm.house, lea, done.handover.id)
    assert (firm.again(acme).owner_id, firm.again(other).owner_id) == (firm.alice.id, firm.bruno.id)


def of_client(firm: Firm, client: Client) -> list[Handover]:
    with firm.house.memory.read(firm.workspace.id) as unit:
        return list(unit.handovers.of_client(client.id, 10))
