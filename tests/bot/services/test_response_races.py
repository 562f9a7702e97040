"""Several people, threads and deliveries of the same, at the same moment: one question, one answer, one message."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from bot.domain.clients import Client, Tier
from bot.domain.outbox import State
from bot.domain.refusals import Refusal
from bot.domain.response import ChannelPerson, Said, What, Whose
from bot.services import response_channels, response_ladder, responses
from tests.bot.services.test_races import at_once
from tests.conftest import MONDAY, Firm

THREADS = 8


@pytest.fixture
def acme(firm: Firm) -> Client:
    """A client of Alice's with a channel, in which Dana writes for it."""
    client = firm.client("Acme", tier=Tier.B, market="US-NY", zone="America/New_York")
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.change_workspace(replace(unit.hold_workspace(), clocks_on=date(2026, 11, 1)))
        unit.clients.set_channels(client.id, ["C0ACME"])
        unit.questions.put_person(ChannelPerson("U0DANA", Whose.CLIENT, client.id), at=MONDAY)
    return client


def of_alice(firm: Firm) -> int:
    return len(responses.of_member(firm.house, firm.actor(firm.alice)))


def test_one_question_however_often_it_is_started_at_once(firm: Firm, acme: Client) -> None:
    given = at_once(
        *(
            lambda key=key: responses.start(firm.house, firm.actor(firm.alice), acme.id, f"press {key}")
            for key in range(THREADS)
        )
    )
    assert Counter(one.again for one in given if not isinstance(one, Refusal)) == {
        False: 1,
        True: THREADS - 1,
    }
    assert of_alice(firm) == 1


def test_one_question_however_often_its_message_is_told_at_once(firm: Firm, acme: Client) -> None:
    said = Said("C0ACME", f"{MONDAY.timestamp():.6f}", "U0DANA")
    given = at_once(*[lambda: response_channels.heard(firm.house, firm.workspace.id, said)] * THREADS)
    assert given == [True] * THREADS
    assert of_alice(firm) == 1


def test_of_those_who_close_it_at_once_one_is_the_first(firm: Firm, acme: Client) -> None:
    number = responses.start(firm.house, firm.actor(firm.alice), acme.id, "press").waiting.question_id
    acts = [
        lambda who=who, what=what: responses.settle(firm.house, firm.actor(who), number, what)
        for who in (firm.alice, firm.lea)
        for what in (What.ANSWERED, What.NOT_A_QUESTION)
    ]
    given = [one for one in at_once(*acts) if not isinstance(one, Refusal)]
    assert Counter(one.again for one in given) == {False: 1, True: 3}
    (first,) = [one for one in given if not one.again]
    assert {one.waiting.state for one in given} == {first.waiting.state}


def test_clients_that_share_a_channel_are_asked_answered_and_deleted_at_once(
    firm: Firm, acme: Client
) -> None:
    """Whoever writes of several clients holds them in one order: nobody waits for somebody who waits for them."""
    beta = firm.client("Beta", tier=Tier.B, market="US-NY", zone="America/New_York")
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.set_channels(beta.id, ["C0ACME"])
        unit.questions.put_person(ChannelPerson("U0ERIC", Whose.CLIENT, beta.id), at=MONDAY)
        unit.questions.put_person(ChannelPerson("U0ZOE", Whose.ASKED), at=MONDAY)

    def says(user: str, number: int, root: str = "") -> bool:
        ts = f"{MONDAY.timestamp() + number / 1000:.6f}"
        said = Said("C0ACME", ts, user, root=root, in_channel=not root)
        return response_channels.heard(firm.house, firm.workspace.id, said)

    first = f"{MONDAY.timestamp():.6f}"
    says("U0DANA", 0)
    says("U0ERIC", 1)
    firm.clock.tick(minutes=1)

    def deletes() -> bool:
        response_channels.deleted(firm.house, firm.workspace.id, "C0ACME", first)
        return True

    def presses() -> bool:
        responses.start(firm.house, firm.actor(firm.alice), beta.id, "press")
        return True

    writers = enumerate(("U0DANA", "U0ERIC", "U0ALICE", "U0ZOE") * 2, start=2)
    acts = [partial(says, who, number) for number, who in writers]
    given = at_once(*acts, partial(says, "U0ALICE", 20, first), deletes, presses)
    assert all(one is True or isinstance(one, Refusal) for one in given)
    with firm.house.memory.read(firm.workspace.id) as unit:
        asked = unit.outbox.listed(tuple(State), kind=response_channels.WHOSE)
        assert len(asked) == 1


def test_of_processes_that_look_at_once_one_tells(firm: Firm, acme: Client) -> None:
    responses.start(firm.house, firm.actor(firm.alice), acme.id, "press")
    firm.clock.tick(minutes=30)
    at_once(*[lambda: response_ladder.tick(firm.house, firm.workspace.id)] * 4)
    with firm.house.memory.read(firm.workspace.id) as unit:
        assert len(unit.outbox.listed(tuple(State), kind=response_ladder.KIND)) == 1
