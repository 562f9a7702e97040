"""Whoever gets a client by a form, a list or a merge gets it as by any other handover."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.clients import Client, Part
from bot.domain.fit import Because
from bot.domain.history import ChangeKind
from bot.domain.members import Member, Role
from bot.domain.outbox import Entry
from bot.domain.reassignment import NewRequest, Reason
from bot.domain.refusals import Refusal
from bot.domain.split import PlanRow
from bot.domain.touches import Channel, TouchDraft
from bot.ports import description_of
from bot.services import (
    client_edits,
    handover,
    handover_checks,
    handover_news,
    imports,
    merges,
    promises,
    reassignment,
    reassignment_steps,
    reviews,
    split,
    touches,
)
from bot.services.client_edits import Edited, Opened, Sheet
from tests.bot.services.test_handover import brightside, delivered, entry_of, kinds, refused
from tests.conftest import MONDAY, Firm

FRIDAY = date(2026, 11, 20)


def sheet_of(opened: Opened, owner: str) -> Sheet:
    team = {part: person.user_id for part, person in opened.team.items()}
    return Sheet(description_of(opened.client), owner, team, opened.channels)


def edited(firm: Firm, client: Client, owner: str, by: Member | None = None) -> Edited:
    """The form of the client, sent with another owner."""
    actor = firm.actor(by or firm.lea)
    opened = client_edits.opened(firm.house, actor, client.id)
    return client_edits.edit(firm.house, actor, client.id, sheet_of(opened, owner), opened.client.version)


def facts_of(entry: Entry) -> dict[str, Any]:
    return dict(entry.facts)


def promised_by(firm: Firm, client: Client) -> set[int]:
    with firm.house.memory.read(firm.workspace.id) as unit:
        return {each.member_id for each in unit.promises.open_of_client(client.id)}


# --- The form ---------------------------------------------------------------------------------------------


def test_the_form_hands_over_with_all_that_is_open_and_both_hear_of_it(firm: Firm) -> None:
    acme = firm.client("Acme")
    promises.make(firm.house, firm.actor(firm.alice), acme.id, "a quote", FRIDAY, "quote")
    asked = reassignment.ask(firm.house, firm.actor(firm.alice), acme.id, "client")

    done = edited(firm, acme, "U0BRUNO")
    delivered(firm)

    assert done.client.owner_id == firm.bruno.id
    assert done.changed["owner"] == ["Alice Ames", "Bruno Petit"]
    assert promised_by(firm, acme) == {firm.bruno.id}
    assert done.client.handed_at is not None, "the first contact is due on the next working day"
    assert handover_news.IN in kinds(firm, firm.bruno)
    assert handover_news.OUT in kinds(firm, firm.alice)
    assert reassignment.shown(firm.house, firm.actor(firm.alice), asked.sheet.request).state == "moot"
    with firm.house.memory.read(firm.workspace.id) as unit:
        told = [change.kind for change in unit.history.of_client(acme.id, 10)]
        assert ChangeKind.HANDED_OVER in told
        assert ChangeKind.EDITED not in told, "the owner is told of once"


def test_a_handover_by_the_form_is_undone_within_a_day(firm: Firm) -> None:
    acme = firm.client("Acme")
    promises.make(firm.house, firm.actor(firm.alice), acme.id, "a quote", FRIDAY, "quote")
    done = edited(firm, acme, "U0BRUNO")
    assert done.handover is not None

    handover.undo(firm.house, firm.actor(firm.lea), done.handover)

    assert firm.again(acme).owner_id == firm.alice.id
    assert promised_by(firm, acme) == {firm.alice.id}


def test_the_form_keeps_a_client_from_who_must_not_have_it_or_keeps_no_clients(firm: Firm) -> None:
    acme = firm.client("Acme")
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.fit.exclude(acme.id, firm.bruno.id, Because.CONFLICT, by=None, at=firm.clock())

    assert refused(lambda: edited(firm, acme, "U0BRUNO")) == "handover.excluded"
    assert refused(lambda: edited(firm, acme, "U0CARLA")) == "handover.no_keeper"
    assert refused(lambda: edited(firm, acme, "")) == "client.owner_wanted"
    assert firm.again(acme).owner_id == firm.alice.id


def test_the_form_of_a_new_owner_who_was_the_backup_leaves_nobody_to_stand_in_for_themselves(
    firm: Firm,
) -> None:
    acme = firm.client("Acme")
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.set_team(acme.id, Part.BACKUP, firm.bruno.id)

    done = edited(firm, acme, "U0BRUNO")

    assert done.changed["backup"] == ["Bruno Petit", None]
    with firm.house.memory.read(firm.workspace.id) as unit:
        assert not unit.clients.team(acme.id)


def test_a_form_that_was_opened_before_a_handover_says_so_and_hands_nothing_back(firm: Firm) -> None:
    acme = firm.client("Acme")
    lea = firm.actor(firm.lea)
    opened = client_edits.opened(firm.house, lea, acme.id)
    handover.hand(firm.house, lea, acme.id, firm.bruno.id, "client")

    stale = sheet_of(opened, "U0ALICE")
    assert (
        refused(lambda: client_edits.edit(firm.house, lea, acme.id, stale, opened.client.version))
        == "client.changed_meanwhile"
    )


def test_forms_handovers_and_archives_at_once_wait_for_each_other_and_none_is_lost(firm: Firm) -> None:
    """Each takes its locks in the one order: else two of them would stop each other."""
    clients = [firm.client(name) for name in ("Acme", "Northwind", "Zephyr", "Contoso")]
    for client in clients:
        reassignment.ask(firm.house, firm.actor(firm.alice), client.id, "client")
    lea = firm.actor(firm.lea)

    def run(act: Callable[[Client], object]) -> None:
        for client in clients:
            with suppress(Refusal):
                act(client)

    acts: list[Callable[[Client], object]] = [
        lambda client: edited(firm, client, "U0BRUNO"),
        lambda client: handover.hand(firm.house, lea, client.id, firm.bruno.id, "client"),
        lambda client: client_edits.archive(firm.house, lea, client.id),
        lambda client: reassignment.decline(firm.house, lea, client.id, "not now"),
    ]
    with ThreadPoolExecutor(len(acts)) as pool:
        done = list(pool.map(run, acts))

    assert len(done) == len(acts), "none was stopped by another"


# --- Two clients that become one --------------------------------------------------------------------------


def test_a_client_merged_into_a_colleagues_is_handed_over_with_all_that_is_open(firm: Firm) -> None:
    acme, zephyr = firm.client("Acme"), firm.client("Zephyr", owner=firm.bruno)
    promises.make(firm.house, firm.actor(firm.alice), acme.id, "a quote", FRIDAY, "quote")

    done = merges.merge(firm.house, firm.actor(firm.lea), zephyr.id, acme.id)
    assert promised_by(firm, zephyr) == {firm.bruno.id}
    delivered(firm)
    received = entry_of(firm, firm.bruno, handover_news.IN)
    assert facts_of(received)["rows"][0]["client"] == "Acme"
    assert facts_of(received)["rows"][0]["merged_into"] == "Zephyr"
    assert handover_news.OUT in kinds(firm, firm.alice)

    merges.undo(firm.house, firm.actor(firm.carla), done.merge.id)
    assert firm.again(acme).owner_id == firm.alice.id
    assert promised_by(firm, acme) == {firm.alice.id}
    delivered(firm)
    assert kinds(firm, firm.bruno)[-1] == kinds(firm, firm.alice)[-1] == handover_news.UNDONE


def test_what_went_on_with_the_kept_client_comes_back_when_two_are_parted(firm: Firm) -> None:
    acme, zephyr = firm.client("Acme"), firm.client("Zephyr", owner=firm.bruno)
    promises.make(firm.house, firm.actor(firm.alice), acme.id, "a quote", FRIDAY, "quote")
    done = merges.merge(firm.house, firm.actor(firm.lea), zephyr.id, acme.id)
    handover.hand(firm.house, firm.actor(firm.lea), zephyr.id, firm.lea.id, "load")
    assert promised_by(firm, zephyr) == {firm.lea.id}

    merges.undo(firm.house, firm.actor(firm.carla), done.merge.id)

    assert firm.again(acme).owner_id == firm.alice.id
    assert promised_by(firm, acme) == {firm.alice.id}
    assert firm.again(zephyr).owner_id == firm.lea.id


def test_nobody_gets_by_a_merge_whom_they_must_not_have(firm: Firm) -> None:
    acme, zephyr = firm.client("Acme"), firm.client("Zephyr", owner=firm.bruno)
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.fit.exclude(acme.id, firm.bruno.id, Because.CONFLICT, by=None, at=firm.clock())
    lea = firm.actor(firm.lea)
    assert refused(lambda: merges.merge(firm.house, lea, zephyr.id, acme.id)) == "merge.excluded"
    assert not firm.again(acme).archived


def test_a_client_kept_of_somebody_who_left_goes_to_who_had_the_other(firm: Firm) -> None:
    acme, zephyr = firm.client("Acme"), firm.client("Zephyr", owner=firm.bruno)
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_active(firm.bruno.id, active=False)
    merges.merge(firm.house, firm.actor(firm.lea), zephyr.id, acme.id)
    assert firm.again(zephyr).owner_id == firm.alice.id


def test_two_clients_of_which_each_has_a_proposal_become_one_with_one(firm: Firm) -> None:
    acme, zephyr = firm.client("Acme"), firm.client("Zephyr")
    for client in (acme, zephyr):
        with firm.house.memory.write(firm.workspace.id) as unit:
            assert reassignment_steps.propose(unit, client.id, "clocks", firm.clock()) is not None
    merges.merge(firm.house, firm.actor(firm.lea), zephyr.id, acme.id)
    with firm.house.memory.read(firm.workspace.id) as unit:
        assert len(unit.reassignments.open_of_client(zephyr.id)) == 1


def test_two_processes_propose_one_thing(firm: Firm) -> None:
    acme = firm.client("Acme")
    new = NewRequest(acme.id, firm.alice.id, None, Reason.CLOCKS, "", firm.clock(), firm.clock())
    with firm.house.memory.write(firm.workspace.id) as unit:
        assert unit.reassignments.propose(new) is not None
        assert unit.reassignments.propose(new) is None


# --- A whole book, and back -------------------------------------------------------------------------------


def a_book(firm: Firm, count: int = 12) -> list[PlanRow]:
    made = [firm.client(f"Client {number:02}") for number in range(count)]
    return [PlanRow(at, client.id, client.name, "U0ALICE", "U0BRUNO") for at, client in enumerate(made, 2)]


def owners(firm: Firm) -> set[int | None]:
    return {firm.again(client).owner_id for client in firm.clients.values()}


def test_the_lead_reads_what_the_operator_handed_over_and_takes_it_back_from_there(firm: Firm) -> None:
    split.carry_out(firm.house, firm.workspace.id, a_book(firm), reason=Reason.LEAVE)
    delivered(firm)
    told = entry_of(firm, firm.lea, handover_news.LED)
    assert len(facts_of(told)["rows"]) == 12
    assert told.facts["undoable"]

    at = datetime.fromisoformat(str(told.facts["at"]))
    assert (
        refused(lambda: handover.undo_all(firm.house, firm.actor(firm.alice), at, firm.alice.id))
        == "handover.gone"
    )
    done = handover.undo_all(firm.house, firm.actor(firm.lea), at, firm.alice.id)
    assert (len(done.clients), done.left) == (12, ())
    assert owners(firm) == {firm.alice.id}
    delivered(firm)
    assert kinds(firm, firm.bruno).count(handover_news.UNDONE) == 1
    assert kinds(firm, firm.alice).count(handover_news.UNDONE) == 1
    again = handover.undo_all(firm.house, firm.actor(firm.lea), at, firm.alice.id)
    assert len(again.clients) == 12, "twice is once"


def test_the_operator_takes_a_plan_back_but_for_what_went_on(firm: Firm) -> None:
    rows = a_book(firm, 3)
    split.carry_out(firm.house, firm.workspace.id, rows, reason=Reason.LEAVE)
    handover.hand(firm.house, firm.actor(firm.lea), rows[0].client_id, firm.lea.id, "load")

    done = split.take_back(firm.house, firm.workspace.id, rows)

    assert done.clients == ("Client 01", "Client 02")
    assert [(name, why.code) for name, why in done.left] == [("Client 00", "split.not_handed")]
    firm.clock.tick(hours=30)
    late = split.take_back(firm.house, firm.workspace.id, rows[:1])
    assert not late.clients


def test_a_lead_is_asked_in_one_message_a_day_how_a_whole_book_goes(firm: Firm) -> None:
    split.carry_out(firm.house, firm.workspace.id, a_book(firm), reason=Reason.LEAVE)
    firm.clock.now = MONDAY + timedelta(days=30)
    assert handover_checks.ask_how_it_goes(firm.house, firm.workspace.id) == 1
    assert handover_checks.ask_how_it_goes(firm.house, firm.workspace.id) == 0
    delivered(firm)
    first = entry_of(firm, firm.lea, handover_checks.CHECK)
    assert len(facts_of(first)["checks"]) == 10

    firm.clock.tick(days=1)
    assert handover_checks.ask_how_it_goes(firm.house, firm.workspace.id) == 1
    delivered(firm)
    assert len(facts_of(entry_of(firm, firm.lea, handover_checks.CHECK))["checks"]) == 2
    lea, ids = firm.actor(firm.lea), [int(each) for each in facts_of(first)["handovers"]]
    after = handover_checks.how_it_goes(firm.house, lea, ids[0], "well", ids)
    assert [each["went"] for each in after["checks"]] == ["well", *[None] * 9]


def test_the_history_offers_to_take_a_handover_back_to_who_may(firm: Firm) -> None:
    acme = firm.client("Acme")
    handover.hand(firm.house, firm.actor(firm.lea), acme.id, firm.bruno.id, "client")
    lea, bruno = firm.actor(firm.lea), firm.actor(firm.bruno)
    assert client_edits.history(firm.house, lea, acme.id, 9).undoable
    assert not client_edits.history(firm.house, bruno, acme.id, 9).undoable
    firm.clock.tick(hours=25)
    assert not client_edits.history(firm.house, lea, acme.id, 9).undoable


# --- A list -----------------------------------------------------------------------------------------------


def listed(firm: Firm, *rows: str) -> imports.Preview:
    text = "\n".join(["name,owner", *rows])
    return imports.import_clients(firm.house, firm.workspace.id, text.encode())


def test_a_list_hands_over_what_it_gives_to_somebody_else_in_one_message_for_each(firm: Firm) -> None:
    clients = [firm.client(name) for name in ("Acme", "Northwind", "Zephyr")]
    for client in clients:
        promises.make(firm.house, firm.actor(firm.alice), client.id, "a quote", FRIDAY, client.name)

    listed(firm, "Acme,U0BRUNO", "Northwind,U0BRUNO", "Zephyr,U0ALICE")

    assert [firm.again(client).owner_id for client in clients] == [
        firm.bruno.id,
        firm.bruno.id,
        firm.alice.id,
    ]
    assert [promised_by(firm, client) for client in clients] == [
        {firm.bruno.id},
        {firm.bruno.id},
        {firm.alice.id},
    ]
    delivered(firm)
    assert kinds(firm, firm.bruno).count(handover_news.IN) == 1
    assert kinds(firm, firm.alice).count(handover_news.OUT) == 1
    told = client_edits.history(firm.house, firm.actor(firm.lea), clients[0].id, 9)
    assert ChangeKind.HANDED_OVER not in [change.kind for change in told.changes], "it is told of once"
    assert told.undoable
    acme = firm.again(clients[0])
    assert acme.calm_until is not None
    assert acme.neglected_at is not None
    assert acme.neglected_at >= acme.calm_until, "nothing is red for ten working days"


def test_a_list_that_gives_somebody_clients_of_nobody_tells_them_together_with_the_others(
    firm: Firm,
) -> None:
    held = firm.client("Acme")
    imports.import_clients(firm.house, firm.workspace.id, b"name\nNorthwind\nZephyr\n")
    listed(firm, "Acme,U0BRUNO", "Northwind,U0BRUNO", "Zephyr,U0BRUNO")

    with firm.house.memory.read(firm.workspace.id) as unit:
        book = {client.name: client for client in unit.clients.of_owner(firm.bruno.id, 9)}
    assert set(book) == {"Acme", "Northwind", "Zephyr"}
    delivered(firm)
    assert kinds(firm, firm.bruno).count(handover_news.IN) == 1
    rows: Any = entry_of(firm, firm.bruno, handover_news.IN).facts["rows"]
    assert {row["client"]: row["former"] for row in rows} == {
        "Acme": "Alice Ames", "Northwind": "", "Zephyr": "",
    }  # fmt: skip

    last = imports.last(firm.house, imports.Origin(firm.workspace.id))
    assert last is not None
    assert imports.undo(firm.house, imports.Origin(firm.workspace.id), last.id).differing == []
    assert firm.again(book["Northwind"]).owner_id is None
    assert firm.again(held).owner_id == firm.alice.id
    with firm.house.memory.read(firm.workspace.id) as unit:
        (handed,) = unit.handovers.of_client(book["Northwind"].id, 9)
    assert handed.undone_at is not None


def test_a_list_taken_back_takes_its_handovers_back(firm: Firm) -> None:
    acme = firm.client("Acme")
    promises.make(firm.house, firm.actor(firm.alice), acme.id, "a quote", FRIDAY, "quote")
    listed(firm, "Acme,U0BRUNO")
    origin = imports.Origin(firm.workspace.id)
    last = imports.last(firm.house, origin)
    assert last is not None
    firm.clock.tick(days=3)

    done = imports.undo(firm.house, origin, last.id)

    assert (done.returned, done.differing) == (1, [])
    assert firm.again(acme).owner_id == firm.alice.id
    assert promised_by(firm, acme) == {firm.alice.id}


def test_a_list_taken_back_leaves_a_client_that_went_on_since(firm: Firm) -> None:
    acme = firm.client("Acme")
    listed(firm, "Acme,U0BRUNO")
    handover.hand(firm.house, firm.actor(firm.lea), acme.id, firm.lea.id, "load")
    origin = imports.Origin(firm.workspace.id)
    last = imports.last(firm.house, origin)
    assert last is not None

    assert imports.undo(firm.house, origin, last.id).differing == ["Acme"]
    assert firm.again(acme).owner_id == firm.lea.id


def test_a_list_gives_no_client_to_who_must_not_have_it_or_keeps_none(firm: Firm) -> None:
    acme = firm.client("Acme")
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.fit.exclude(acme.id, firm.bruno.id, Because.CONFLICT, by=None, at=firm.clock())
    for owner, code in (("U0BRUNO", "owner.excluded"), ("U0CARLA", "owner.no_keeper")):
        rejected = listed(firm, f"Acme,{owner}").shown[imports.Kind.REJECTED]
        assert [each.code for each in rejected] == [code]
    assert firm.again(acme).owner_id == firm.alice.id


# --- What is easily forgotten -----------------------------------------------------------------------------


def test_a_first_touch_that_is_taken_back_is_waited_for_again(firm: Firm) -> None:
    acme = firm.client("Acme")
    handover.hand(firm.house, firm.actor(firm.lea), acme.id, firm.bruno.id, "client")
    due = firm.again(acme).due_at
    firm.clock.tick(hours=1)
    earlier = TouchDraft(acme.id, Channel.CALL, at=MONDAY - timedelta(hours=2))
    logged = touches.log(firm.house, firm.actor(firm.bruno), earlier, "first")
    assert firm.again(acme).handed_at is None

    touches.withdraw(firm.house, firm.actor(firm.bruno), logged.touch.id)

    after = firm.again(acme)
    assert (after.handed_at, after.due_at) == (MONDAY, due)


@pytest.mark.parametrize("back", [False, True])
def test_a_promise_that_is_opened_again_is_of_who_has_the_client_by_then(firm: Firm, back: bool) -> None:
    acme, alice, bruno = firm.client("Acme"), firm.actor(firm.alice), firm.actor(firm.bruno)
    made = promises.make(firm.house, alice, acme.id, "a quote", FRIDAY, "quote")
    if not back:
        promises.keep(firm.house, alice, made.promise.id)
    done = handover.hand(firm.house, firm.actor(firm.lea), acme.id, firm.bruno.id, "client")
    if back:
        promises.keep(firm.house, bruno, made.promise.id)
        handover.undo(firm.house, firm.actor(firm.lea), done.handover.id)

    promises.reopen(firm.house, alice if back else bruno, made.promise.id)

    assert promised_by(firm, acme) == {firm.alice.id if back else firm.bruno.id}


def test_a_gift_that_nobody_is_left_to_decide_on_is_looked_at_until_somebody_is(firm: Firm) -> None:
    client, request_id = brightside(firm)
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_roles(firm.carla.id, frozenset({Role.ACCOUNT_MANAGER, Role.COMPLIANCE, Role.ADMIN}))
    handover.hand(firm.house, firm.actor(firm.carla), client.id, firm.carla.id, "client")
    for _ in range(3):
        firm.clock.tick(days=1, hours=1)
        reviews.step(firm.house, firm.workspace.id)
    with firm.house.memory.write(firm.workspace.id) as unit:
        request = unit.requests.get(request_id)
        assert request is not None
        assert (request.member_id, request.state.value) == (firm.carla.id, "waiting")
        assert request.next_step_at is not None, "it is not forgotten"
        unit.members.set_roles(firm.lea.id, frozenset({Role.LEAD, Role.ACCOUNT_MANAGER, Role.COMPLIANCE}))

    firm.clock.tick(days=1, hours=1)
    reviews.step(firm.house, firm.workspace.id)
    assert reviews.REMINDER in kinds(firm, firm.lea)
