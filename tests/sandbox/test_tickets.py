"""Trigger ids, response addresses and socket tickets: how long they live and how often they work."""

from __future__ import annotations

import pytest

from sandbox.tickets import ResponseAddress, TicketRefused, Tickets, Trigger
from tests.sandbox.conftest import Hand


@pytest.fixture
def tickets(hand: Hand) -> Tickets:
    return Tickets(hand)


def refusal_of_trigger(tickets: Tickets, trigger_id: str) -> str:
    with pytest.raises(TicketRefused) as caught:
        tickets.redeem_trigger(trigger_id)
    return caught.value.code


def refusal_of_address(tickets: Tickets, secret: str) -> str:
    with pytest.raises(TicketRefused) as caught:
        tickets.use_response_address(secret)
    return caught.value.code


def test_a_trigger_works_once(tickets: Tickets) -> None:
    trigger_id = tickets.new_trigger(Trigger("U0ALICE01"))
    assert tickets.redeem_trigger(trigger_id).person == "U0ALICE01"
    assert refusal_of_trigger(tickets, trigger_id) == "exchanged_trigger_id"


def test_a_trigger_lives_three_seconds(tickets: Tickets, hand: Hand) -> None:
    in_time, too_late = (tickets.new_trigger(Trigger("U0ALICE01")) for _ in range(2))
    hand.seconds += 3.0
    tickets.redeem_trigger(in_time)
    hand.seconds += 0.001
    assert refusal_of_trigger(tickets, too_late) == "expired_trigger_id"


def test_a_trigger_that_was_never_given_is_invalid(tickets: Tickets) -> None:
    assert refusal_of_trigger(tickets, "123.456.abc") == "invalid_trigger_id"


def test_a_response_address_works_five_times(tickets: Tickets) -> None:
    secret = tickets.new_response_address(ResponseAddress("C0GENERAL", "U0ALICE01"))
    for _ in range(5):
        assert tickets.use_response_address(secret).channel == "C0GENERAL"
    assert refusal_of_address(tickets, secret) == "used_url"


def test_a_response_address_lives_thirty_minutes(tickets: Tickets, hand: Hand) -> None:
    secret = tickets.new_response_address(ResponseAddress("C0GENERAL", "U0ALICE01"))
    hand.seconds += 30 * 60
    tickets.use_response_address(secret)
    hand.seconds += 1
    assert refusal_of_address(tickets, secret) == "expired_url"
    assert refusal_of_address(tickets, "guessed") == "no_such_url"


def test_a_socket_ticket_opens_one_socket_soon(tickets: Tickets, hand: Hand) -> None:
    first, second = tickets.new_socket_ticket(), tickets.new_socket_ticket()
    assert tickets.redeem_socket_ticket(first) is True
    assert tickets.redeem_socket_ticket(first) is False
    hand.seconds += 31
    assert tickets.redeem_socket_ticket(second) is False
