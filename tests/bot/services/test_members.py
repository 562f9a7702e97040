"""Members come, change and go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.members import Member, Profile, Role
from bot.domain.refusals import Refusal
from bot.services import digest, members
from bot.services.house import Actor
from tests.conftest import MONDAY, Firm, profile

PLAIN = frozenset({Role.ACCOUNT_MANAGER})


def code_of(attempt: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as refused:
        attempt()
    return refused.value.code


def known(firm: Firm, user_id: str) -> Member:
    with firm.house.memory.read(firm.workspace.id) as unit:
        found = unit.members.by_user(user_id)
    assert found is not None
    return found


def change(firm: Firm, profile: Profile) -> Member:
    members.refresh(firm.house, firm.workspace.id, profile)
    return known(firm, profile.user_id)


def test_a_newcomer_keeps_a_book_and_gets_the_next_digest_at_nine(firm: Firm) -> None:
    nora = members.admit(
        firm.house, firm.workspace.id, profile("U0NORA", "Nora", zone="Europe/Paris", country="FR")
    )

    assert (nora.roles, nora.active, nora.refreshed_at) == (PLAIN, True, MONDAY)
    assert nora.next_digest_at == datetime(2026, 11, 17, 8, tzinfo=UTC)
    assert members.recognise(firm.house, firm.workspace.id, "U0NORA") == nora


@pytest.mark.parametrize("more", [{"bot": True}, {"external": True}, {"guest": True}, {"deactivated": True}])
def test_who_may_not_be_a_member_is_not_let_in(small_firm: Firm, more: dict[str, bool]) -> None:
    stranger = profile("U0X", "X", **more)

    assert code_of(lambda: members.admit(small_firm.house, small_firm.workspace.id, stranger)).startswith(
        "member."
    )
    assert members.recognise(small_firm.house, small_firm.workspace.id, "U0X") is None


def test_somebody_known_from_an_import_only_is_not_recognised_until_slack_says_who_they_are(
    firm: Firm,
) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.add(profile("U0NORA", "U0NORA"), PLAIN, at=None)

    before = members.recognise(firm.house, firm.workspace.id, "U0NORA")
    nora = members.admit(firm.house, firm.workspace.id, profile("U0NORA", "Nora", owner=True))

    assert before is None
    assert (nora.name, nora.roles) == ("Nora", PLAIN | {Role.ADMIN})


def test_a_closed_account_is_not_recognised_and_comes_back_when_it_is_opened(firm: Firm) -> None:
    members.close(firm.house, firm.workspace.id, "U0ALICE")
    closed = members.recognise(firm.house, firm.workspace.id, "U0ALICE")
    members.close(firm.house, firm.workspace.id, "U0NOBODY")

    members.admit(firm.house, firm.workspace.id, profile("U0ALICE", "Alice Ames"))

    assert closed is None
    assert known(firm, "U0ALICE").active


def test_a_new_name_language_and_zone_are_taken_over(firm: Firm) -> None:
    moved = profile(
        "U0ALICE", "Alice Brown", zone="Europe/Paris", locale="fr-FR", country="FR", email="a@b.example"
    )

    alice = change(firm, moved)

    assert (alice.name, alice.zone, alice.locale, alice.country, alice.email) == (
        "Alice Brown",
        "Europe/Paris",
        "fr-FR",
        "FR",
        "a@b.example",
    )
    assert alice.next_digest_at == datetime(2026, 11, 16, 8, tzinfo=UTC), "today's, which Paris is still owed"


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Los_Angeles", "Asia/Dubai"])
def test_who_travels_gets_one_digest_of_the_day_neither_none_nor_two(firm: Firm, zone: str) -> None:
    firm.client("Acme Inc.")
    firm.clock.tick(days=28, hours=-1)  # a Monday, 8 in New York

    change(firm, profile("U0ALICE", "Alice Ames", zone=zone))
    sent = 0
    for _ in range(2 * 14):
        sent += digest.plan(firm.house, firm.workspace.id).digests
        firm.clock.tick(minutes=30)
        change(firm, profile("U0ALICE", "Alice Ames", zone=zone))

    assert sent == 1


def test_a_new_zone_moves_the_due_moments_of_the_members_clients(firm: Firm) -> None:
    acme = firm.client("Acme", spoke_before_at=MONDAY - timedelta(days=4))
    brie = firm.client("Brie", owner=firm.bruno, spoke_before_at=MONDAY - timedelta(days=4))

    change(firm, profile("U0ALICE", "Alice Ames", zone="Asia/Tokyo", country="JP"))

    moved, still = firm.again(acme), firm.again(brie)
    assert moved.due_at is not None
    assert moved.due_at.hour == 15  # midnight in Tokyo
    assert still.due_at == brie.due_at


@pytest.mark.parametrize("more", [{"guest": True}, {"external": True}, {"bot": True}, {"deactivated": True}])
def test_who_has_become_an_outsider_is_closed_out(firm: Firm, more: dict[str, bool]) -> None:
    assert not change(firm, profile("U0ALICE", "Alice Ames", **more)).active


def test_unknown_people_are_left_alone_by_a_refresh(small_firm: Firm) -> None:
    members.refresh(small_firm.house, small_firm.workspace.id, profile("U0X", "X"))

    assert members.recognise(small_firm.house, small_firm.workspace.id, "U0X") is None


def test_profiles_older_than_a_day_are_stale_those_never_asked_for_first(firm: Firm) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.add(profile("U0ZOE", "U0ZOE"), PLAIN, at=None)
    firm.clock.tick(hours=12)
    change(firm, profile("U0LEA", "Lea Lang"))
    firm.clock.tick(hours=13)

    assert members.stale(firm.house, firm.workspace.id) == ["U0ZOE", "U0ALICE", "U0BRUNO", "U0CARLA"]
    assert members.stale(firm.house, firm.workspace.id, limit=2) == ["U0ZOE", "U0ALICE"]


def test_somebody_admitted_after_an_import_gets_their_clients_by_their_own_calendar(firm: Firm) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        nora = unit.members.add(profile("U0NORA", "U0NORA"), PLAIN, at=None)
    acme = firm.client("Acme", owner=nora, spoke_before_at=MONDAY - timedelta(days=4))

    members.admit(firm.house, firm.workspace.id, profile("U0NORA", "Nora", zone="Europe/Paris", country="FR"))

    with firm.house.memory.read(firm.workspace.id) as unit:
        moved = unit.clients.get(acme.id)
    assert moved is not None
    assert moved.due_at is not None
    assert moved.due_at.astimezone(ZoneInfo("Europe/Paris")).hour == 0


def test_only_admins_appoint_and_place_people(firm: Firm) -> None:
    for asker in (firm.alice, firm.lea):
        appoint = partial(
            members.appoint, firm.house, firm.actor(asker), firm.bruno.id, frozenset({Role.ADMIN})
        )
        assert code_of(appoint) == "member.not_admin"
        place = partial(members.put_under, firm.house, firm.actor(asker), firm.bruno.id, firm.lea.id)
        assert code_of(place) == "member.not_admin"

    changed = members.appoint(firm.house, firm.actor(firm.carla), firm.bruno.id, frozenset({Role.LEAD}))
    members.put_under(firm.house, firm.actor(firm.carla), firm.alice.id, firm.bruno.id)
    members.put_under(firm.house, firm.actor(firm.carla), firm.bruno.id, None)

    assert changed.roles == {Role.LEAD}
    assert (known(firm, "U0ALICE").lead_id, known(firm, "U0BRUNO").lead_id) == (firm.bruno.id, None)


def test_a_workspace_keeps_an_admin(small_firm: Firm) -> None:
    carla = small_firm.actor(small_firm.carla)

    assert (
        code_of(lambda: members.appoint(small_firm.house, carla, carla.member_id, PLAIN))
        == "member.last_admin"
    )
    members.appoint(small_firm.house, carla, small_firm.lea.id, frozenset({Role.ADMIN}))
    members.appoint(small_firm.house, carla, carla.member_id, PLAIN)

    assert known(small_firm, "U0CARLA").roles == PLAIN


def test_nobody_leads_themselves_and_unknown_people_are_refused(small_firm: Firm) -> None:
    carla, alice = small_firm.actor(small_firm.carla), small_firm.alice.id
    house = small_firm.house

    assert code_of(lambda: members.put_under(house, carla, alice, alice)) == "member.own_lead"
    assert code_of(lambda: members.put_under(house, carla, alice, 4711)) == "member.unknown"
    assert code_of(lambda: members.put_under(house, carla, 4711, alice)) == "member.unknown"
    assert code_of(lambda: members.appoint(house, carla, 4711, PLAIN)) == "member.unknown"
    assert code_of(lambda: members.who(house, Actor(small_firm.workspace.id, 4711))) == "member.unknown"


def test_the_operator_of_the_machine_needs_no_role(small_firm: Firm) -> None:
    house, workspace_id = small_firm.house, small_firm.workspace.id
    operate = partial(members.set_by_operator, house, workspace_id)

    shown = operate("U0BRUNO")
    changed = operate("U0BRUNO", roles=frozenset({Role.LEAD}), lead="U0CARLA")

    assert shown.roles == PLAIN
    assert (changed.roles, changed.lead_id) == (frozenset({Role.LEAD}), small_firm.carla.id)
    assert code_of(lambda: operate("U0NOBODY")) == "member.unknown"
    assert code_of(lambda: operate("U0BRUNO", lead="U0NOBODY")) == "member.unknown"
    assert code_of(lambda: operate("U0BRUNO", roles=PLAIN, lead="U0BRUNO")) == "member.own_lead"
    assert known(small_firm, "U0BRUNO").roles == {Role.LEAD}
