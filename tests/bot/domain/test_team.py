"""What is said of a team: sums that hold together, and nobody by name."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.books import Group, Listed, Wanted, counted, pages_of
from bot.domain.cadence import ClientState
from bot.domain.clients import Tier
from bot.domain.members import Member, Role
from bot.domain.promises import PromiseState
from bot.domain.team import OwnerLoad, coverage, load, may_see_team, overall, people_of, promises_kept

NOW = datetime(2026, 11, 16, tzinfo=UTC)
groups = st.lists(
    st.builds(
        Group,
        st.sampled_from(Tier),
        st.sampled_from(ClientState),
        st.sampled_from(["FR", "US-NY", "GB"]),
        st.integers(1, 50),
    ),
    max_size=30,
)


def member(number: int, *roles: Role, lead: int | None = None) -> Member:
    return Member(
        id=number,
        user_id=f"U{number}",
        name=f"Member {number}",
        roles=frozenset(roles),
        zone="UTC",
        locale="en",
        country="US",
        lead_id=lead,
    )


@given(groups)
def test_every_client_is_covered_once(found: list[Group]) -> None:
    by_tier = coverage(found)
    under_a_rule = [group for group in found if group.state is not ClientState.NO_RULE]
    assert overall(by_tier).total == sum(group.count for group in under_a_rule)
    assert list(by_tier) == sorted(by_tier)


@given(groups)
def test_what_is_counted_by_state_market_and_tier_adds_up(found: list[Group]) -> None:
    listed = Listed((), 1, 1, 0, tuple(found))
    assert sum(listed.by_state().values()) == listed.reach_total == counted(found, Wanted())
    assert sum(counted(found, Wanted(market=market)) for market in listed.markets()) == listed.reach_total
    assert sum(counted(found, Wanted(tier=tier)) for tier in Tier) == listed.reach_total


def test_a_client_that_is_due_and_was_never_contacted_is_due() -> None:
    found = [Group(Tier.A, ClientState.NEVER, "FR", 2), Group(Tier.A, ClientState.DUE_SOON, "FR", 3)]
    covered = coverage(found)[Tier.A]
    assert (covered.on_track, covered.due, covered.neglected) == (3, 2, 0)


@given(st.integers(0, 10_000), st.integers(1, 100))
def test_pages_hold_all_and_none_is_empty(total: int, size: int) -> None:
    pages = pages_of(total, size)
    assert pages * size >= total
    assert pages == 1 or (pages - 1) * size < total


def test_load_is_told_as_a_range_and_what_belongs_to_nobody_here_apart() -> None:
    owners = [
        OwnerLoad(1, 10, 2.0),
        OwnerLoad(2, 30, 8.0),
        OwnerLoad(3, 20, 3.0),
        OwnerLoad(None, 4, 1.0),
        OwnerLoad(9, 5, 1.0),
    ]
    found = load(owners, frozenset([1, 2, 3, 4]))
    assert (found.managers, found.clients, found.range) == (3, 60, (10, 20, 30))
    assert (found.weekly, found.weekly_range) == (13.0, (2.0, 3.0, 8.0))
    assert (found.unowned, found.left) == (4, 5)
    assert load([], frozenset()).range == (0, 0, 0)


def test_what_a_client_released_us_from_is_no_promise_broken() -> None:
    found = promises_kept({PromiseState.KEPT: 3, PromiseState.OPEN: 1, PromiseState.RELEASED: 5})
    assert (found.made, found.kept, found.late, found.released) == (4, 3, 1, 5)


def test_a_lead_answers_for_their_own_people_and_an_admin_for_all() -> None:
    lead, admin, alice = member(1, Role.LEAD), member(2, Role.ADMIN), member(3, Role.ACCOUNT_MANAGER, lead=1)
    everybody = [lead, admin, alice]
    assert people_of(lead, everybody) == (alice,)
    assert people_of(admin, everybody) == (lead, admin, alice)
    assert people_of(alice, everybody) == ()
    assert [may_see_team(each) for each in everybody] == [True, True, False]


def test_it_is_known_by_what_a_book_was_narrowed_down() -> None:
    wanted = Wanted(Tier.A, ClientState.DUE, "FR", "Acme Inc. Général")
    assert wanted.narrowed == ("typed", "tier", "state", "market")
    assert wanted.words == ("acme", "inc", "general")
    assert Wanted().narrowed == ()
