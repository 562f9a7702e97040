"""What happens when several people, threads and processes do the same at the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any, TypeVar

import pytest

from bot.domain.members import Role
from bot.domain.outbox import NewEntry, Step
from bot.domain.refusals import Refusal
from bot.domain.touches import Channel, TouchDraft
from bot.ports import Unclear
from bot.services import client_edits, clients, covers, delivery, digest, members, nudges, settings, touches
from bot.services.clients import new_client
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import MONDAY, Firm, profile

T = TypeVar("T")
THREADS = 8
CALL = Channel.CALL


def at_once(*acts: Callable[[], T]) -> list[T | Refusal]:
    """Does all of these in threads of their own that start together; a refusal counts as an answer."""
    start = Barrier(len(acts))

    def run(act: Callable[[], T]) -> T | Refusal:
        start.wait(10)
        try:
            return act()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def answers(given: list[Any]) -> Counter[str]:
    return Counter(one.code if isinstance(one, Refusal) else "done" for one in given)


def test_the_same_submission_from_eight_threads_logs_once(firm: Firm) -> None:
    acme = firm.client("Acme")
    draft = TouchDraft(acme.id, CALL, new_contact="Dana")

    logged = at_once(*[lambda: touches.log(firm.house, firm.actor(firm.alice), draft, "key")] * THREADS)

    assert answers(logged) == {"done": THREADS}
    assert Counter(one.again for one in logged if not isinstance(one, Refusal)) == {
        False: 1,
        True: THREADS - 1,
    }
    with firm.house.memory.read(firm.workspace.id) as unit:
        assert len(unit.touches.recent(acme.id, 20)) == 1
        assert [person.name for person in unit.contacts.of_client(acme.id)] == ["Dana"]


def test_touches_logged_at_once_leave_the_clock_at_the_latest_of_them(firm: Firm) -> None:
    acme = firm.client("Acme", spoke_before_at=MONDAY - timedelta(days=90))

    def log(days: int) -> touches.Logged:
        draft = TouchDraft(acme.id, CALL, at=MONDAY - timedelta(days=days))
        return touches.log(firm.house, firm.actor(firm.alice), draft, f"{days}")

    at_once(*[lambda days=days: log(days) for days in (40, 0, 7, 21, 3, 60, 1, 9)])

    assert firm.again(acme).last_conversation_at == MONDAY


def test_a_snooze_is_not_lost_among_touches_and_changes_of_zone(firm: Firm) -> None:
    acme = firm.client("Acme")
    alice = firm.actor(firm.alice)
    moved = profile("U0ALICE", "Alice Ames", zone="America/Chicago")

    at_once(
        lambda: touches.log(firm.house, alice, TouchDraft(acme.id, CALL), "1") and None,
        lambda: nudges.snooze(firm.house, alice, acme.id, day=date(2026, 12, 1)) and None,
        lambda: touches.log(firm.house, alice, TouchDraft(acme.id, Channel.EMAIL), "2") and None,
        lambda: members.refresh(firm.house, firm.workspace.id, moved),
    )

    after = firm.again(acme)
    assert after.snoozed_until is not None
    assert after.snoozed_until.date() == date(2026, 12, 1)
    assert after.last_conversation_at == after.last_one_way_at == MONDAY


def test_a_touch_taken_back_while_others_are_logged_leaves_only_the_others(firm: Firm) -> None:
    acme = firm.client("Acme")
    alice = firm.actor(firm.alice)
    latest = touches.log(firm.house, alice, TouchDraft(acme.id, CALL), "latest").touch.id

    def log(days: int) -> touches.Logged:
        return touches.log(
            firm.house, alice, TouchDraft(acme.id, CALL, at=MONDAY - timedelta(days=days)), f"{days}"
        )

    at_once(
        lambda: touches.withdraw(firm.house, alice, latest),
        *[lambda days=days: log(days) for days in (5, 2, 11)],
        lambda: touches.withdraw(firm.house, alice, latest),
    )

    assert firm.again(acme).last_conversation_at == MONDAY - timedelta(days=2)


def test_a_newcomer_who_does_eight_things_at_once_is_let_in_once(firm: Firm) -> None:
    newcomer = profile("U0NEW", "Nora New")

    let_in = at_once(*[lambda: members.admit(firm.house, firm.workspace.id, newcomer)] * THREADS)

    assert len({one.id for one in let_in if not isinstance(one, Refusal)}) == 1
    with firm.house.memory.read(firm.workspace.id) as unit:
        assert [m.name for m in unit.members.all() if m.user_id == "U0NEW"] == ["Nora New"]


def test_the_same_client_added_by_eight_people_at_once_is_there_once(firm: Firm) -> None:
    added = at_once(
        *[lambda: clients.add(firm.house, firm.actor(firm.alice), new_client("Acme Inc."), "Dana")] * THREADS
    )

    assert answers(added) == {"done": 1, "client.exists": THREADS - 1}


def test_installing_the_same_team_at_once_installs_it_once(firm: Firm) -> None:
    defaults = {"zone": "UTC", "locale": "en", "currency": "USD", "country": "US"}

    made = at_once(*[lambda: firm.house.memory.install("T0NEW", "New", at=MONDAY, **defaults)] * THREADS)

    assert len({one.id for one in made if not isinstance(one, Refusal)}) == 1


def test_the_same_delivery_of_slack_seen_by_eight_threads_is_new_to_one(firm: Firm) -> None:
    def first() -> bool:
        with firm.house.memory.write(firm.workspace.id) as unit:
            return unit.deliveries.first_time("event:1", at=MONDAY)

    assert Counter(at_once(*[first] * THREADS)) == {True: 1, False: THREADS - 1}


def test_eight_planners_plan_each_digest_once(firm: Firm) -> None:
    people = [firm.alice, firm.lea, firm.carla]
    for person in people:
        firm.client(f"Client of {person.name}", owner=person, spoke_before_at=MONDAY - timedelta(days=90))
    firm.clock.now = MONDAY

    planned = at_once(*[lambda: digest.plan(firm.house, firm.workspace.id)] * THREADS)

    assert sum(one.digests for one in planned if not isinstance(one, Refusal)) == len(people)
    assert len(delivery.due(firm.house, firm.workspace.id, 100)) <= len(people)
    with firm.house.memory.read(firm.workspace.id) as unit:
        assert len(unit.outbox.due(MONDAY + timedelta(days=1), 100)) == len(people)
        assert {m.last_digest_on for m in unit.members.all() if m.id in {p.id for p in people}} == {
            MONDAY.date()
        }


@pytest.mark.parametrize("lost", [False, True], ids=["posted", "posted again after a look-up"])
def test_one_entry_delivered_by_eight_threads_is_posted_once(firm: Firm, lost: bool) -> None:
    slack = ScriptedMessenger()
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.outbox.add(NewEntry("one", "notice", firm.alice.id, {}, MONDAY), now=MONDAY)
        (entry_id,) = unit.outbox.due(MONDAY, 1)
    if lost:
        slack.on_post = [Unclear("timeout")]
        delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)
        firm.clock.now += firm.house.quarantine

    rounds = 3 if lost else 1
    steps: list[object] = []
    for _ in range(rounds):
        steps += at_once(
            *[lambda: delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)] * THREADS
        )

    assert slack.keys() == ["one"]
    assert Counter(steps)[Step.TRY_AGAIN if lost else Step.FIRST_TRY] == 1


def test_eight_members_log_for_eight_clients_at_once_and_nothing_is_lost(firm: Firm) -> None:
    books = [firm.client(f"Client {number}") for number in range(THREADS)]

    def log_ten(client_id: int) -> int:
        for number in range(10):
            draft = TouchDraft(client_id, CALL, at=MONDAY - timedelta(days=number))
            touches.log(firm.house, firm.actor(firm.alice), draft, f"{client_id}:{number}")
        return client_id

    at_once(*[lambda client_id=client.id: log_ten(client_id) for client in books])

    with firm.house.memory.read(firm.workspace.id) as unit:
        assert [len(unit.touches.recent(client.id, 50)) for client in books] == [10] * THREADS
    assert {firm.again(client).last_conversation_at for client in books} == {MONDAY}


def test_who_is_being_stripped_of_a_role_cannot_use_it_meanwhile(firm: Firm) -> None:
    """Else two admins could strip each other at the same moment, and nobody would be left."""
    plain = frozenset({Role.ACCOUNT_MANAGER})
    carla = firm.actor(firm.carla)
    with ThreadPoolExecutor(1) as pool:
        with firm.house.memory.write(firm.workspace.id) as unit:
            unit.members.hold_all()
            unit.members.set_roles(firm.carla.id, plain)
            appointed = pool.submit(members.appoint, firm.house, carla, firm.lea.id, plain)
            with pytest.raises(TimeoutError):
                appointed.result(0.3)

        with pytest.raises(Refusal, match=r"member\.not_admin"):
            appointed.result(10)


def test_two_admins_cannot_strip_each_other_at_once(firm: Firm) -> None:
    carla, ada = firm.carla, members.admit(firm.house, firm.workspace.id, profile("U0ADA", "Ada", owner=True))
    plain = frozenset({Role.ACCOUNT_MANAGER})

    given = at_once(
        lambda: members.appoint(firm.house, firm.actor(carla), ada.id, plain),
        lambda: members.appoint(firm.house, firm.actor(ada), carla.id, plain),
    )

    assert answers(given) == {"done": 1, "member.not_admin": 1}


def ask_a_colleague(firm: Firm) -> object:
    acme = firm.clients["Acme"]
    return covers.ask(firm.house, firm.actor(firm.alice), acme.id, firm.carla.id, MONDAY.date())


def accept_to_cover(firm: Firm) -> object:
    """Of the second client, which Bruno was asked about before."""
    with firm.house.memory.read(firm.workspace.id) as unit:
        (cover,) = unit.covers.of_owner(firm.alice.id, MONDAY.date())
    return covers.accept(firm.house, firm.actor(firm.bruno), cover.id)


def take_leave_with_cover(firm: Firm) -> object:
    return settings.take_leave(
        firm.house, firm.actor(firm.alice), date(2026, 11, 20), date(2026, 11, 20), colleague_id=firm.lea.id
    )


@pytest.mark.parametrize("act", [ask_a_colleague, accept_to_cover, take_leave_with_cover])
def test_who_asks_for_cover_and_who_posts_do_not_wait_for_each_other(
    firm: Firm, act: Callable[[Firm], object]
) -> None:
    """Delivery and planning take a moment of the workspace, and then hold members, clients and covers."""
    acme, beta = firm.client("Acme"), firm.client("Beta")
    asked = covers.ask(firm.house, firm.actor(firm.alice), beta.id, firm.bruno.id, MONDAY.date())
    with ThreadPoolExecutor(1) as pool:
        with firm.house.memory.write(firm.workspace.id) as unit:
            unit.take_slot(MONDAY)
            going_on = pool.submit(act, firm)
            with pytest.raises(TimeoutError):
                going_on.result(0.5)
            unit.clients.hold(acme.id)
            unit.members.hold(firm.alice.id)
            unit.members.press(firm.alice.id, at=MONDAY)
            unit.covers.settle(asked.cover, asked.cover.state, at=MONDAY)

        assert going_on.result(10)


def test_covers_leave_and_digests_all_at_once_end_without_a_deadlock(firm: Firm) -> None:
    books = [
        firm.client(f"Client {number}", spoke_before_at=MONDAY - timedelta(days=90)) for number in range(6)
    ]
    alice, bruno = firm.actor(firm.alice), firm.actor(firm.bruno)

    def ask_and_answer(client_id: int) -> object:
        sheet = covers.ask(firm.house, alice, client_id, firm.bruno.id, date(2026, 11, 18))
        covers.accept(firm.house, bruno, sheet.cover.id)
        return covers.end(firm.house, bruno, sheet.cover.id)

    def come_and_go(number: int) -> object:
        day = date(2026, 12, 1) + timedelta(days=number)
        settings.take_leave(firm.house, alice, day, day, colleague_id=firm.lea.id)
        absences = settings.standing(firm.house, alice).absences
        return [settings.end_leave(firm.house, alice, each.id) for each in absences if each.first == day]

    def log(client_id: int) -> object:
        draft = TouchDraft(client_id, Channel.CALL, at=firm.clock() - timedelta(hours=1))
        return touches.log(firm.house, alice, draft, f"touch {client_id}")

    given = at_once(
        *[lambda client_id=each.id: ask_and_answer(client_id) for each in books],
        *[lambda number=number: come_and_go(number) for number in range(3)],
        lambda: digest.plan(firm.house, firm.workspace.id),
        lambda: client_edits.archive(firm.house, alice, books[0].id),
        *[lambda client_id=each.id: log(client_id) for each in books[1:]],
    )

    assert len(given) == 16, "and none of them was ended by the database"
