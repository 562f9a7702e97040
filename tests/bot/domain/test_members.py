"""Who may become a member, and who may read what."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.clients import Part, check_may_read, may_edit, may_govern, may_hand_over, may_read
from bot.domain.members import Member, Profile, Role, check_admission, first_roles
from bot.domain.refusals import Refusal
from tests.bot.domain.people import client, member

ALICE = member(lead_id=3)
BRUNO = member(id=2, name="Bruno Petit")
LEA = member(id=3, name="Lea Lang", roles=frozenset({Role.ACCOUNT_MANAGER, Role.LEAD}))
OTHER_LEAD = member(id=4, name="Max Moor", roles=frozenset({Role.LEAD}))
CARLA = member(id=5, name="Carla Cruz", roles=frozenset({Role.COMPLIANCE}))
ADMIN = member(id=6, name="Ada Admin", roles=frozenset({Role.ADMIN}))
ACME = client(owner_id=ALICE.id)
ORPHAN = client(owner_id=None)


def profile(**more: Any) -> Profile:
    return Profile("U0ALICE", "Alice Ames", "America/New_York", "en-US", "US", **more)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"bot": True}, "member.bot"),
        ({"external": True}, "member.external"),
        ({"deactivated": True}, "member.deactivated"),
        ({"guest": True}, "member.guest"),
        ({"bot": True, "external": True, "guest": True}, "member.bot"),
        ({"external": True, "owner": True}, "member.external"),
    ],
)
def test_bots_outsiders_guests_and_closed_accounts_are_kept_out(more: dict[str, bool], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_admission(profile(**more))

    assert (refused.value.code, refused.value.facts["name"]) == (code, "Alice Ames")


@given(
    st.fixed_dictionaries(
        {key: st.booleans() for key in ("bot", "external", "deactivated", "guest", "owner")}
    )
)
def test_only_an_employee_with_an_open_account_is_let_in(more: dict[str, bool]) -> None:
    kept_out = any(more[key] for key in ("bot", "external", "deactivated", "guest"))

    try:
        check_admission(profile(**more))
    except Refusal:
        assert kept_out
    else:
        assert not kept_out


def test_everybody_keeps_a_book_and_who_runs_the_workspace_is_admin() -> None:
    assert first_roles(profile()) == {Role.ACCOUNT_MANAGER}
    assert first_roles(profile(owner=True)) == {Role.ACCOUNT_MANAGER, Role.ADMIN}


@pytest.mark.parametrize(
    ("reader", "may"),
    [(ALICE, True), (BRUNO, False), (LEA, True), (OTHER_LEAD, False), (CARLA, False), (ADMIN, True)],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_a_client_is_read_by_its_owner_the_owners_lead_and_admins(reader: object, may: bool) -> None:
    readers = {m.name: m for m in (ALICE, BRUNO, LEA, OTHER_LEAD, CARLA, ADMIN)}

    assert may_read(readers[getattr(reader, "name", "")], ACME, ALICE) is may


def test_a_client_that_nobody_owns_is_read_by_leads_and_admins() -> None:
    allowed = {m.name for m in (ALICE, BRUNO, LEA, OTHER_LEAD, CARLA, ADMIN) if may_read(m, ORPHAN, None)}

    assert allowed == {"Lea Lang", "Max Moor", "Ada Admin"}


def test_who_stands_by_a_client_reads_it_and_a_backup_edits_it() -> None:
    team = {Part.BACKUP: BRUNO.id, Part.SPONSOR: CARLA.id}
    everybody = (ALICE, BRUNO, LEA, OTHER_LEAD, CARLA, ADMIN)

    def those(rule: Callable[[Member], bool]) -> set[str]:
        return {person.name for person in everybody if rule(person)}

    governing = {"Alice Ames", "Lea Lang", "Ada Admin"}
    assert those(lambda m: may_read(m, ACME, ALICE, team)) == governing | {"Bruno Petit", "Carla Cruz"}
    assert those(lambda m: may_edit(m, ACME, ALICE, team)) == governing | {"Bruno Petit"}
    assert those(lambda m: may_govern(m, ACME, ALICE)) == governing
    assert those(lambda m: may_hand_over(m, ALICE)) == {"Lea Lang", "Ada Admin"}
    assert those(lambda m: may_hand_over(m, None)) == {"Lea Lang", "Max Moor", "Ada Admin"}


def test_the_refusal_names_client_and_owner() -> None:
    with pytest.raises(Refusal) as refused:
        check_may_read(BRUNO, ACME, ALICE)

    assert refused.value.code == "client.not_yours"
    assert refused.value.facts == {"client": "Acme", "owner": "Alice Ames"}


@given(st.frozensets(st.sampled_from(list(Role))))
def test_a_role_more_never_closes_a_client(roles: frozenset[Role]) -> None:
    for owner, role in product((ALICE, BRUNO, None), Role):
        fewer, more = member(id=9, roles=roles), member(id=9, roles=roles | {role})
        assert may_read(more, ACME, owner) >= may_read(fewer, ACME, owner)
