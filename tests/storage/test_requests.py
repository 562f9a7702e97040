"""Requests for approval in the database: one for a check, changed by one at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from bot.domain.gifts.register import NewGiftCheck
from bot.domain.gifts.requests import Comment, Level, NewRequest, Request, RequestState
from bot.domain.money import Money
from tests.conftest import MONDAY, Firm

HOUR = timedelta(hours=1)


def recorded(firm: Firm) -> int:
    check = NewGiftCheck(firm.alice.id, None, None, {}, {}, "needs_approval", "1", MONDAY)
    with firm.house.memory.write(firm.workspace.id) as unit:
        return unit.gifts.record_check(check)


def new(firm: Firm, check_id: int) -> NewRequest:
    return NewRequest(
        check_id=check_id,
        first_check_id=check_id,
        member_id=firm.alice.id,
        client_id=None,
        contact_id=None,
        category="gift",
        description="wine",
        value=Money(Decimal("79.90"), "USD"),
        currency="USD",
        given_on=MONDAY.date(),
        level=Level.COMPLIANCE,
        urgent=False,
        reason="because",
        why=[{"rule": "house"}],
        asked_at=MONDAY,
        next_step_at=MONDAY + HOUR,
    )


def added(firm: Firm) -> Request:
    made = new(firm, recorded(firm))
    with firm.house.memory.write(firm.workspace.id) as unit:
        request_id = unit.requests.add(made, at=MONDAY)
        assert request_id is not None
        found = unit.requests.get(request_id)
    assert found is not None
    return found


def test_a_request_comes_back_as_it_was_put_in(firm: Firm) -> None:
    found = added(firm)

    assert found.value == Money(Decimal("79.90"), "USD")
    assert (found.state, found.version, found.why) == (RequestState.WAITING, 1, [{"rule": "house"}])
    assert (found.requested_at, found.asked_at, found.next_step_at) == (MONDAY, MONDAY, MONDAY + HOUR)


def test_a_check_has_one_request(firm: Firm) -> None:
    found = added(firm)

    with firm.house.memory.write(firm.workspace.id) as unit:
        assert unit.requests.add(new(firm, found.check_id), at=MONDAY) is None


def test_a_change_of_what_was_read_before_another_change_does_nothing(firm: Firm) -> None:
    found = added(firm)
    other = replace(new(firm, recorded(firm)), first_check_id=found.first_check_id, value=None)

    with firm.house.memory.write(firm.workspace.id) as unit:
        comment = Comment(firm.lea.id, MONDAY, "ask_back", "why?")
        assert unit.requests.move(found, RequestState.ASKED_BACK, comment=comment)
        assert not unit.requests.move(found, RequestState.APPROVED, decided=(firm.lea.id, MONDAY))
        assert not unit.requests.renew(found, other)
        assert not unit.requests.step(found, next_step_at=None)
        asked_back = unit.requests.get(found.id)
        assert asked_back is not None
        assert (asked_back.comments, asked_back.version) == ((comment,), 2)
        assert unit.requests.renew(asked_back, other)
        renewed = unit.requests.of_check(other.check_id)

    assert renewed is not None
    assert (renewed.id, renewed.version, renewed.state, renewed.value) == (
        found.id,
        3,
        RequestState.WAITING,
        None,
    )


def test_a_step_is_taken_once_and_leaves_the_version_to_the_reviewers(firm: Firm) -> None:
    found = added(firm)

    with firm.house.memory.write(firm.workspace.id) as unit:
        assert unit.requests.due(MONDAY + HOUR, 5) == [found.id]
        assert unit.requests.step(found, next_step_at=MONDAY + 2 * HOUR, reminded_at=MONDAY + HOUR)
        assert not unit.requests.step(found, next_step_at=MONDAY + 2 * HOUR, reminded_at=MONDAY + HOUR)
        assert unit.requests.due(MONDAY + HOUR, 5) == []
        assert unit.requests.move(found, RequestState.APPROVED), "who decides has seen this version"


def test_messages_of_a_request_are_named_once_each(firm: Firm) -> None:
    found = added(firm)

    with firm.house.memory.write(firm.workspace.id) as unit:
        for entry_id in (7, 3, 7):
            unit.requests.stands_in(found.id, entry_id)
        assert unit.requests.messages(found.id) == [3, 7]


def test_a_delegate_is_replaced_and_taken_back(firm: Firm) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        for delegate in (firm.carla.id, firm.alice.id):
            unit.members.set_delegate(firm.lea.id, delegate)
        assert unit.members.delegates() == {firm.lea.id: firm.alice.id}
        unit.members.set_delegate(firm.lea.id, None)
        assert unit.members.delegates() == {}
