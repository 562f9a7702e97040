"""Whoever gets a client by a form, a list or a merge gets it as by any other handover."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date

from bot.domain.clients import Client, Part
from bot.domain.fit import Because
from bot.domain.history import ChangeKind
from bot.domain.members import Member
from bot.domain.refusals import Refusal
from bot.ports import description_of
from bot.services import client_edits, handover, promises, reassignment
from bot.services.client_edits import Edited, Opened, Sheet
from tests.bot.services.test_handover import delivered, kinds, refused
from tests.conftest import Firm

FRIDAY = date(2026, 11, 20)


def sheet_of(opened: Opened, owner: str) -> Sheet:
    team = {part: person.user_id for part, person in opened.team.items()}
    return Sheet(description_of(opened.client), owner, team, opened.channels)


def edited(firm: Firm, client: Client, owner: str, by: Member | None = None) -> Edited:
    """The form of the client, sent with another owner."""
    actor = firm.actor(by or firm.lea)
    opened = client_edits.opened(firm.house, actor, client.id)
    return client_edits.edit(firm.house, actor, client.id, sheet_of(opened, owner), opened.client.version)


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
    assert handover.IN in kinds(firm, firm.bruno)
    assert handover.OUT in kinds(firm, firm.alice)
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
