"""The workspace's defaults, what follows from them, and the first set-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest

from bot.domain.cadence import cadences_of
from bot.domain.clients import Tier
from bot.domain.members import Role
from bot.domain.refusals import Refusal
from bot.domain.set_up import SetUpStep
from bot.domain.workspaces import Workspace
from bot.services import briefs, clients, health, imports, members, recounting, set_up, workspaces
from bot.services.house import Actor, House
from bot.services.workspaces import seen_of
from tests.conftest import MONDAY, Firm

OURS = {"A": (14, 21), "B": (30, 45), "C": (60, 90), "D": (90, 135)}


def code_of(attempt: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as refused:
        attempt()
    return refused.value.code


def change(firm: Firm, **values: Any) -> Workspace:
    return workspaces.change(firm.house, firm.actor(firm.carla), **values)


def test_own_cadences_move_the_due_moments_of_all_clients_but_those_with_a_rhythm_of_their_own(
    firm: Firm,
) -> None:
    acme = firm.client("Acme", spoke_before_at=MONDAY)
    danone = firm.client("Danone", owner=firm.bruno, tier=Tier.B, spoke_before_at=MONDAY)
    weekly = firm.client("Weekly", cadence_days=7, spoke_before_at=MONDAY)
    dormant = firm.client("Dormant", tier=Tier.D, spoke_before_at=MONDAY)

    change(firm, cadences={**OURS, "A": (7, 14), "B": (60, 90)})

    assert acme.due_at is not None
    assert firm.again(acme).due_at == firm.alice.calendar.starts(date(2026, 11, 23))
    assert (firm.again(danone).due_at or MONDAY) > (danone.due_at or MONDAY)
    assert firm.again(weekly) == weekly
    assert firm.again(dormant) == dormant


def test_a_client_that_comes_later_is_due_by_the_workspaces_own_cadence(firm: Firm) -> None:
    change(firm, cadences={**OURS, "A": (7, 14)})

    acme = firm.client("Acme", spoke_before_at=MONDAY)

    assert acme.due_at == firm.alice.calendar.starts(date(2026, 11, 23))
    brief = briefs.brief(firm.house, firm.actor(firm.alice), acme.id)
    assert brief.usual == 7


@pytest.mark.parametrize(
    ("cadences", "code"),
    [
        ({"A": (21, 14)}, "cadence.order"),
        ({"A": (0, 14)}, "cadence.due"),
        ({"A": (731, 800)}, "cadence.due"),
        ({"A": (14, 2000)}, "cadence.neglected"),
    ],
)
def test_cadences_that_make_no_sense_are_refused(
    small_firm: Firm, cadences: dict[str, tuple[int, int]], code: str
) -> None:
    assert code_of(lambda: change(small_firm, cadences=cadences)) == code
    assert workspaces.of(small_firm.house, small_firm.workspace.id).cadences == {}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"zone": "Mars/Olympus"}, "workspace.zone"),
        ({"country": "Narnia"}, "workspace.country"),
        ({"currency": "XXQ"}, "workspace.currency"),
        ({"locale": "tlh"}, "workspace.language"),
        ({"posts_per_minute": 0}, "workspace.pace"),
        ({"posts_per_minute": 5000}, "workspace.pace"),
        ({"touch_emoji": "two words"}, "workspace.emoji"),
        ({"starts_on": date(2026, 11, 1)}, "workspace.starts_on"),
        ({"starts_on": date(2029, 11, 1)}, "workspace.starts_on"),
    ],
)
def test_defaults_that_make_no_sense_are_refused(small_firm: Firm, values: dict[str, Any], code: str) -> None:
    assert code_of(lambda: change(small_firm, **values)) == code


def test_only_admins_change_the_workspace(small_firm: Firm) -> None:
    attempts: list[Callable[[House, Actor], Any]] = [
        partial(workspaces.change, country="FR"),
        set_up.state,
        set_up.finish,
        health.look,
        members.roster,
    ]
    for member in (small_firm.alice, small_firm.lea):
        for attempt in attempts:
            refused = partial(attempt, small_firm.house, small_firm.actor(member))
            assert code_of(refused) == "member.not_admin"


def test_the_second_of_two_admins_is_told_that_the_first_changed_it(firm: Firm) -> None:
    seen = seen_of(workspaces.of_admin(firm.house, firm.actor(firm.carla)))
    change(firm, seen=seen, currency="EUR")

    assert code_of(lambda: change(firm, seen=seen, currency="CAD")) == "workspace.changed"
    assert workspaces.of(firm.house, firm.workspace.id).currency == "EUR"


def test_of_two_admins_at_the_same_moment_one_wins(firm: Firm) -> None:
    seen, barrier = seen_of(firm.workspace), Barrier(2)
    ended: list[str] = []

    def at_once(currency: str) -> None:
        barrier.wait(10)
        try:
            change(firm, seen=seen, currency=currency)
            ended.append(currency)
        except Refusal as refusal:
            ended.append(refusal.code)

    several = [Thread(target=at_once, args=(currency,)) for currency in ("EUR", "CAD")]
    for each in several:
        each.start()
    for each in several:
        each.join(20)

    assert sorted(ended)[1] == "workspace.changed"
    assert workspaces.of(firm.house, firm.workspace.id).currency == sorted(ended)[0]


# --- The start --------------------------------------------------------------------------------------------


def test_before_the_start_date_nothing_turns_red(firm: Firm) -> None:
    long_ago = firm.client("Acme", spoke_before_at=MONDAY - timedelta(days=400))
    assert (long_ago.neglected_at or MONDAY) < MONDAY

    change(firm, starts_on=date(2026, 12, 7))

    after = firm.again(long_ago)
    assert after.neglected_at == firm.alice.calendar.starts(date(2026, 12, 7))
    assert after.due_at == long_ago.due_at


def test_the_first_client_brings_a_start_date_ten_working_days_later_and_no_other_does(firm: Firm) -> None:
    clients.add(firm.house, firm.actor(firm.alice), clients.new_client("Acme"))
    first = workspaces.of(firm.house, firm.workspace.id).starts_on
    firm.clock.tick(days=7)
    clients.add(firm.house, firm.actor(firm.alice), clients.new_client("Globex"))

    assert first == date(2026, 12, 1), "Thanksgiving is no working day"
    assert workspaces.of(firm.house, firm.workspace.id).starts_on == first


def test_so_does_the_first_import_and_one_that_fails_does_not(firm: Firm) -> None:
    imports.import_clients(firm.house, firm.workspace.id, b"name,tier\nAcme,Z\n")
    assert workspaces.of(firm.house, firm.workspace.id).starts_on is None

    imports.import_clients(firm.house, firm.workspace.id, b"name,tier\nAcme,A\n")
    assert workspaces.of(firm.house, firm.workspace.id).starts_on == date(2026, 12, 1)


def test_a_start_date_that_was_chosen_stays(firm: Firm) -> None:
    change(firm, starts_on=date(2026, 12, 24))
    clients.add(firm.house, firm.actor(firm.alice), clients.new_client("Acme"))

    assert workspaces.of(firm.house, firm.workspace.id).starts_on == date(2026, 12, 24)


# --- Walking through the book -----------------------------------------------------------------------------


def test_a_walk_sets_page_after_page_what_a_change_elsewhere_left_behind(
    small_firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounting, "PAGE", 4)
    book = [small_firm.client(f"Client {n}", spoke_before_at=MONDAY) for n in range(100)]
    walk = recounting.Walk(small_firm.house, small_firm.workspace.id)
    walk.tick()
    workspaces.change_by_operator(small_firm.house, small_firm.workspace.id, cadences={**OURS, "A": (7, 14)})
    assert small_firm.again(book[0]) == book[0]

    for _ in range(3):
        walk.tick()

    assert {small_firm.again(client).due_at for client in book} == {
        small_firm.alice.calendar.starts(date(2026, 11, 23))
    }


def test_a_walk_leaves_alone_what_is_as_it_should_be_and_what_has_no_clock(small_firm: Firm) -> None:
    acme, archived = small_firm.client("Acme"), small_firm.client("Old")
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.clients.archive(archived.id, at=MONDAY)
        unit.clients.set_clock(acme, None)

    assert recounting.recount(small_firm.house, small_firm.workspace.id) is None
    assert small_firm.again(acme).due_at is None
    assert small_firm.again(archived).due_at == archived.due_at


def test_once_a_day_the_walk_begins_anew_so_that_a_client_does_not_stay_new_for_ever(
    small_firm: Firm,
) -> None:
    acme = small_firm.client("Acme", spoke_before_at=MONDAY, new_until=MONDAY + timedelta(days=3))
    walk = recounting.Walk(small_firm.house, small_firm.workspace.id)
    walk.tick()
    assert small_firm.again(acme).due_at == acme.due_at

    small_firm.clock.tick(days=4)
    walk.tick()

    assert (small_firm.again(acme).due_at or MONDAY) > (acme.due_at or MONDAY)


# --- Set-up -----------------------------------------------------------------------------------------------


def done(firm: Firm) -> frozenset[SetUpStep]:
    return set_up.state(firm.house, firm.actor(firm.carla)).done


def test_what_is_done_is_read_from_the_book(firm: Firm) -> None:
    assert done(firm) == {SetUpStep.PEOPLE, SetUpStep.MARKET}

    clients.add(firm.house, firm.actor(firm.alice), clients.new_client("Acme"))
    assert done(firm) == {SetUpStep.PEOPLE, SetUpStep.MARKET, SetUpStep.CLIENTS, SetUpStep.START}

    change(firm, cadences=OURS)
    assert done(firm) == frozenset(SetUpStep)
    assert cadences_of(workspaces.of(firm.house, firm.workspace.id)) != cadences_of(firm.workspace)


def test_without_a_lead_or_an_officer_the_people_are_not_done(firm: Firm) -> None:
    members.appoint(firm.house, firm.actor(firm.carla), firm.lea.id, frozenset({Role.ACCOUNT_MANAGER}))
    assert SetUpStep.PEOPLE not in done(firm)


def test_a_home_market_where_hardly_anybody_is_is_asked_about(firm: Firm) -> None:
    change(firm, country="CA")
    state = set_up.state(firm.house, firm.actor(firm.carla))

    assert SetUpStep.MARKET not in state.done
    assert state.elsewhere == "US"


def test_the_set_up_is_wanted_of_admins_until_it_is_put_away_or_there_are_clients(firm: Firm) -> None:
    actor = firm.actor(firm.carla)
    assert set_up.is_wanted(firm.house, actor)
    assert not set_up.is_wanted(firm.house, firm.actor(firm.alice))

    first = set_up.finish(firm.house, actor)
    firm.clock.tick(days=1)

    assert set_up.finish(firm.house, actor).workspace == first.workspace
    assert not set_up.is_wanted(firm.house, actor)


# --- People -----------------------------------------------------------------------------------------------


def arrange(firm: Firm, member_id: int, seen: str | None = None, **more: Any) -> Any:
    actor = firm.actor(firm.carla)
    person = members.colleague(firm.house, actor, member_id)
    wanted: dict[str, Any] = {
        "roles": person.member.roles,
        "lead_id": person.member.lead_id,
        "delegate_id": None,
        **more,
    }
    return members.arrange(firm.house, actor, member_id, seen=seen or person.seen, **wanted)


def test_roles_lead_and_stand_in_are_arranged_together(firm: Firm) -> None:
    person = arrange(
        firm,
        firm.bruno.id,
        roles=frozenset({Role.ACCOUNT_MANAGER, Role.COMPLIANCE}),
        lead_id=None,
        delegate_id=firm.alice.id,
    )

    assert (person.member.roles, person.lead) == (frozenset({Role.ACCOUNT_MANAGER, Role.COMPLIANCE}), None)
    assert person.delegate.id == firm.alice.id


def test_what_cannot_be_arranged_is_refused_and_changes_nothing(firm: Firm) -> None:
    alice, carla = firm.alice.id, firm.carla.id
    before = members.colleague(firm.house, firm.actor(firm.carla), alice)
    attempts: dict[str, Callable[[], Any]] = {
        "member.no_role": lambda: arrange(firm, alice, roles=frozenset()),
        "member.last_admin": lambda: arrange(firm, carla, roles=frozenset({Role.COMPLIANCE})),
        "member.own_lead": lambda: arrange(firm, firm.lea.id, lead_id=firm.lea.id),
        "member.not_lead": lambda: arrange(firm, alice, lead_id=firm.bruno.id),
        "member.own_delegate": lambda: arrange(firm, alice, delegate_id=alice),
        "member.unknown": lambda: arrange(firm, alice, delegate_id=999),
        "member.changed": lambda: arrange(firm, alice, seen="something else"),
    }

    assert {code: code_of(attempt) for code, attempt in attempts.items()} == {c: c for c in attempts}
    assert members.colleague(firm.house, firm.actor(firm.carla), alice) == before


def test_two_admins_who_take_the_role_from_each_other_at_once_leave_one(firm: Firm) -> None:
    both = frozenset({Role.ADMIN, Role.COMPLIANCE})
    arrange(firm, firm.lea.id, roles=both | {Role.LEAD})
    barrier = Barrier(2)
    ended: list[str] = []

    def strip(by: Any, whom: Any) -> None:
        person = members.colleague(firm.house, firm.actor(by), whom.id)
        barrier.wait(10)
        try:
            members.arrange(
                firm.house,
                firm.actor(by),
                whom.id,
                roles=person.member.roles - {Role.ADMIN},
                lead_id=None,
                delegate_id=None,
                seen=person.seen,
            )
            ended.append("done")
        except Refusal as refusal:
            ended.append(refusal.code)

    several = [Thread(target=strip, args=pair) for pair in ((firm.carla, firm.lea), (firm.lea, firm.carla))]
    for each in several:
        each.start()
    for each in several:
        each.join(20)

    assert sorted(ended) == ["done", "member.not_admin"]


def test_people_are_found_by_parts_of_name_and_page_by_page(firm: Firm) -> None:
    actor = firm.actor(firm.carla)
    members.close(firm.house, firm.workspace.id, "U0ALICE")

    everybody = members.roster(firm.house, actor)
    page = members.roster(firm.house, actor, skip=3, limit=3)

    assert [m.name for m in everybody.members] == ["Bruno Petit", "Carla Cruz", "Lea Lang", "Alice Ames"]
    assert ([m.name for m in page.members], page.total) == (["Alice Ames"], 4)
    assert [m.name for m in members.roster(firm.house, actor, typed="PET bru").members] == ["Bruno Petit"]
    assert [m.name for m in members.colleagues(firm.house, actor, "a")] == ["Carla Cruz", "Lea Lang"]


# --- Health -----------------------------------------------------------------------------------------------


def test_health_counts_what_there_is(firm: Firm) -> None:
    firm.client("Acme")
    imports.import_clients(firm.house, firm.workspace.id, b"name\nNobody's\n")

    seen = health.look(firm.house, firm.actor(firm.carla))

    assert seen.well
    assert (seen.clients, seen.unowned, seen.members, seen.mailless) == (2, 1, 4, 4)
    assert (seen.leads, seen.officers, seen.admins) == (1, 1, 1)
    assert seen.revision == seen.known_revision
    assert seen.last_wave is None


def test_a_missing_right_and_a_pause_are_trouble(small_firm: Firm) -> None:

    house = replace(small_firm.house, missing_scopes=("im:history",))
    assert not health.look(house, small_firm.actor(small_firm.carla)).well
    with small_firm.house.memory.write(small_firm.workspace.id) as unit:
        unit.block_workspace(MONDAY + timedelta(minutes=5))
    assert not health.look(small_firm.house, small_firm.actor(small_firm.carla)).well
