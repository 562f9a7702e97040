"""Who is asked, who may decide, and which state follows which."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.gifts.register import Side
from bot.domain.gifts.requests import (
    OPEN,
    PENDING,
    Act,
    Comment,
    Level,
    Request,
    RequestState,
    Roster,
    after,
    comment_from,
    delegates_of,
    is_urgent,
    level_for,
    may_decide,
    reviewers,
    step_at,
)
from bot.domain.members import Member, Role
from tests.bot.domain.people import NOW, YEAR, member

ALICE, LEA, CARLA, ADA, BOSS = 1, 2, 3, 4, 5
REQUEST = Request(
    id=1,
    check_id=1,
    first_check_id=1,
    member_id=ALICE,
    client_id=None,
    contact_id=None,
    category="gift",
    description="wine",
    value=None,
    currency="USD",
    given_on=date(2026, 12, 1),
    direction=Side.GIVEN,
    level=Level.LEAD,
    urgent=False,
    reason="",
    why=(),
    state=RequestState.WAITING,
    version=1,
    requested_at=NOW,
    asked_at=NOW,
)


def person(number: int, *roles: Role, **more: Any) -> Member:
    return replace(
        member(), id=number, user_id=f"U{number}", name=f"M{number}", roles=frozenset(roles), **more
    )


def firm(**delegates: int) -> Roster:
    people = (
        person(ALICE, Role.ACCOUNT_MANAGER, lead_id=LEA),
        person(LEA, Role.LEAD, lead_id=BOSS),
        person(CARLA, Role.COMPLIANCE),
        person(ADA, Role.ADMIN),
        person(BOSS, Role.LEAD),
    )
    return Roster(people, {int(key[1:]): value for key, value in delegates.items()})


def ids(people: tuple[Member, ...]) -> list[int]:
    return [each.id for each in people]


rosters = st.builds(
    lambda roles, leads, active, delegates: Roster(
        [person(n, *roles[n - 1], lead_id=leads[n - 1], active=active[n - 1]) for n in range(1, 6)],
        delegates,
    ),
    st.lists(st.frozensets(st.sampled_from(list(Role))), min_size=5, max_size=5),
    st.lists(st.one_of(st.none(), st.integers(1, 5)), min_size=5, max_size=5),
    st.lists(st.booleans(), min_size=5, max_size=5),
    st.dictionaries(st.integers(1, 5), st.integers(1, 5)),
)


@given(rosters, st.sampled_from(list(Level)), st.integers(1, 5), st.booleans())
def test_whoever_is_asked_may_decide_and_nobody_on_their_own_request(
    roster: Roster, level: Level, requester: int, delegated: bool
) -> None:
    request = replace(REQUEST, member_id=requester, level=level, delegated_at=NOW if delegated else None)
    asked = reviewers(level, requester, roster)
    delegates = delegates_of(level, requester, roster)

    assert requester not in ids(asked) + ids(delegates)
    assert not set(ids(asked)) & set(ids(delegates))
    assert all(each.active for each in (*asked, *delegates))
    for each in roster.members:
        decides = may_decide(each, request, roster)
        assert not (decides and (each.id == requester or not each.active))
        if each.id in ids(asked):
            assert decides
        elif each.id in ids(delegates) and not each.is_(Role.COMPLIANCE):
            assert decides is delegated
        elif not each.is_(Role.COMPLIANCE):
            assert not decides


@given(rosters, st.integers(1, 5))
def test_somebody_is_asked_as_long_as_there_is_compliance_or_an_admin_besides(
    roster: Roster, requester: int
) -> None:
    others = [m for m in roster.members if m.active and m.id != requester]
    if any(m.is_(Role.COMPLIANCE) or m.is_(Role.ADMIN) for m in others):
        for level in Level:
            assert reviewers(level, requester, roster)


def test_a_lead_decides_for_the_lead_s_people_and_compliance_where_there_is_none() -> None:
    assert ids(reviewers(Level.LEAD, ALICE, firm())) == [LEA]
    assert level_for(Level.LEAD, ALICE, firm()) is Level.LEAD
    assert level_for(Level.LEAD, BOSS, firm()) is Level.COMPLIANCE
    assert ids(reviewers(Level.LEAD, BOSS, firm())) == [CARLA]
    assert ids(reviewers(Level.COMPLIANCE, CARLA, firm())) == [ADA]


def test_the_delegate_is_who_was_named_then_the_lead_above_then_compliance_then_the_admins() -> None:
    assert ids(delegates_of(Level.LEAD, ALICE, firm(m2=ADA))) == [ADA]
    assert ids(delegates_of(Level.LEAD, ALICE, firm())) == [BOSS]
    assert ids(delegates_of(Level.LEAD, ALICE, firm(m2=ALICE))) == [BOSS], (
        "nobody stands in on their own request"
    )
    assert ids(delegates_of(Level.LEAD, LEA, firm())) == [CARLA]
    assert ids(delegates_of(Level.COMPLIANCE, ALICE, firm())) == [ADA]


@given(st.lists(st.sampled_from(list(Act)), max_size=12))
def test_a_settled_request_comes_back_only_where_it_was_taken_back(acts: list[Act]) -> None:
    state = RequestState.WAITING
    for act in acts:
        following = after(state, act)
        if state in (RequestState.REFUSED, RequestState.GIVEN):
            assert following in (None, RequestState.WITHDRAWN)
        if following is RequestState.GIVEN:
            assert state is RequestState.APPROVED, "only what was approved is given"
        if following is RequestState.APPROVED:
            assert (act, state in OPEN) == (Act.APPROVE, True), "silence is never a yes"
        state = following or state
    assert set(OPEN) < set(PENDING)


@pytest.mark.parametrize(
    ("official", "day", "urgent"),
    [(False, 18, False), (False, 17, True), (False, 16, True), (False, 1, True), (True, 30, True)],
)
def test_what_is_for_tomorrow_or_for_a_public_official_is_urgent(
    official: bool, day: int, urgent: bool
) -> None:
    found = is_urgent(official=official, day=date(2026, 11, day), today=date(2026, 11, 16))
    assert found is urgent


@given(YEAR, st.sampled_from(["America/New_York", "Europe/Paris", "Asia/Tokyo", "Pacific/Auckland"]))
def test_a_reviewer_s_time_begins_when_they_hear_of_it(asked_at: datetime, zone: str) -> None:
    reviewer = person(LEA, zone=zone)
    at_once = step_at(asked_at, [reviewer], timedelta(hours=4), at_once=True)
    grouped = step_at(asked_at, [reviewer], timedelta(hours=4), at_once=False)

    assert asked_at < at_once <= grouped
    local = grouped.astimezone(reviewer.calendar.zone)
    assert (local.hour, local.minute) == (14, 0)


def test_comments_come_back_as_they_were_said() -> None:
    said = Comment(
        2, datetime(2026, 11, 16, 14, 0, 1, 5, tzinfo=UTC), "change", "é", {"what": "wine", "value": None}
    )
    assert comment_from(said.as_json()) == said
