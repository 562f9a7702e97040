"""A plan carried out: all of it, or nothing where a line does not hold any more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.clients import Client, Tier
from bot.domain.fit import Because, Why
from bot.domain.members import Role
from bot.domain.reassignment import Reason
from bot.domain.refusals import Refusal
from bot.domain.split import Fault, PlanRow
from bot.services import client_edits, fit, split
from tests.conftest import MONDAY, Firm, profile


def line(client: Client, to: str = "U0BRUNO", before: str = "U0ALICE") -> PlanRow:
    return PlanRow(2, client.id, client.name, before, to)


def owners(firm: Firm) -> list[str]:
    with firm.house.memory.read(firm.workspace.id) as unit:
        found = [unit.clients.get(client.id) for client in firm.clients.values()]
        return [each.name for each in found if each is not None and each.owner_id == firm.bruno.id]


def test_each_client_of_a_plan_is_handed_over_and_the_new_owner_told_once(small_firm: Firm) -> None:
    rows = [line(small_firm.client(name)) for name in ("Acme", "Beta")]

    assert split.carry_out(small_firm.house, small_firm.workspace.id, rows, reason=Reason.LEAVE) == 2
    assert owners(small_firm) == ["Acme", "Beta"]
    with small_firm.house.memory.read(small_firm.workspace.id) as unit:
        due = unit.outbox.due(MONDAY + timedelta(days=1), 100)
        told = [
            entry for entry in map(unit.outbox.get, due) if entry and entry.member_id == small_firm.bruno.id
        ]
    assert len(told) == 1, [entry.kind for entry in told]


def test_nothing_is_handed_over_where_one_line_does_not_hold(small_firm: Firm) -> None:
    acme, beta = small_firm.client("Acme"), small_firm.client("Beta")
    client_edits.archive(small_firm.house, small_firm.actor(small_firm.lea), beta.id)
    with pytest.raises(Refusal) as refused:
        split.carry_out(
            small_firm.house, small_firm.workspace.id, [line(acme), line(beta)], reason=Reason.LEAVE
        )

    assert (refused.value.code, refused.value.facts["count"]) == ("split.faults", 1)
    assert owners(small_firm) == []


def test_a_line_says_what_is_wrong_with_it(small_firm: Firm) -> None:
    house, workspace = small_firm.house, small_firm.workspace.id
    acme, beta = small_firm.client("Acme"), small_firm.client("Beta")
    fit.exclude_by_operator(house, workspace, "Beta", "U0BRUNO", Because.CLIENT_ASKED)
    with house.memory.write(workspace) as unit:
        eve = unit.members.add(profile("U0EVE", "Eve"), frozenset({Role.ACCOUNT_MANAGER}), at=MONDAY)
        unit.members.set_active(eve.id, active=False)
    rows = [line(acme), line(acme), line(acme, before="U0BRUNO"), line(acme, "U0EVE"), line(beta)]

    found = [each.fault for each in split.check(house, workspace, rows)]
    assert found == [None, Fault.TWICE, Fault.MOVED, Fault.GONE, Fault.EXCLUDED]


def test_a_client_whom_nobody_may_have_is_left_with_nobody(small_firm: Firm) -> None:
    small_firm.client("Acme")
    small_firm.client("Beta", tier=Tier.C)
    fit.exclude_by_operator(small_firm.house, small_firm.workspace.id, "Acme", "U0BRUNO", Because.CONFLICT)
    found = split.plan(small_firm.house, small_firm.workspace.id, ["U0ALICE"], ["U0BRUNO"])

    assert {given.client.name: given.to and given.to.name for given in found.given} == {
        "Acme": None,
        "Beta": "Bruno Petit",
    }
    assert [(share.member.name, share.clients, share.full) for share in found.shares] == [
        ("Bruno Petit", 1, False)
    ]
    assert found.best


def test_who_gets_more_than_fits_is_said_so(small_firm: Firm) -> None:
    for number in range(21):
        small_firm.client(f"Client {number}", tier=Tier.A)
    found = split.plan(small_firm.house, small_firm.workspace.id, ["U0ALICE"], ["U0BRUNO"])

    assert found.shares[0].full
    assert all(any(reason.why is Why.FULL for reason in given.reasons) for given in found.given)
