"""What leads are told, once, and never before the owner of a client was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from bot.domain.cadence import Moments
from bot.domain.clients import Client, Status, Tier
from bot.domain.digest import digest_key
from bot.domain.members import Member, Role
from bot.domain.outbox import Entry, NewEntry, State
from bot.domain.refusals import Refusal
from bot.ports import description_of
from bot.services import client_edits, delivery, digest, leads, nudges
from bot.services import settings as settings_service
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import MONDAY, Firm

LONG_AGO = MONDAY - timedelta(days=300)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment on the wall in New York (winter time)."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) + timedelta(hours=5)


def days(firm: Firm, until: datetime, slack: ScriptedMessenger | None = None, minutes: int = 30) -> list[str]:
    """Plans and delivers every half hour up to `until`; the keys of all that was posted."""
    messenger = slack or ScriptedMessenger()
    while firm.clock.now <= until:
        digest.plan(firm.house, firm.workspace.id)
        leads.plan(firm.house, firm.workspace.id)
        for entry_id in delivery.due(firm.house, firm.workspace.id, 100):
            delivery.deliver(firm.house, messenger, firm.workspace.id, entry_id)
        firm.clock.tick(minutes=minutes)
    return messenger.keys()


def of_lead(keys: list[str]) -> list[str]:
    return [key for key in keys if key.startswith("lead_")]


def entry(firm: Firm, key: str) -> Entry:
    with firm.house.memory.read(firm.workspace.id) as unit:
        found = unit.outbox.by_key(key)
    assert found is not None, key
    return found


def facts(firm: Firm, key: str) -> dict[str, Any]:
    return dict(entry(firm, key).facts)


@pytest.fixture
def acme(firm: Firm) -> Client:
    """A client of Alice that has been neglected for long, and of which nobody has told her yet."""
    return firm.client("Acme", spoke_before_at=LONG_AGO)


def neglected_since(firm: Firm, client: Client, day: date) -> None:
    """Let the client have been neglected from the beginning of a day of Alice's on."""
    with firm.house.memory.write(firm.workspace.id) as unit:
        held = unit.clients.hold(client.id)
        assert held is not None
        assert held.due_at is not None
        unit.clients.set_clock(held, Moments(held.due_at, firm.alice.calendar.starts(day)))


def told_owner(
    firm: Firm, client: Client, day: date, state: State = State.SENT, said: str = "neglected"
) -> None:
    """A digest of that day for Alice with a row on the client."""
    rows = [{"client_id": client.id, "state": said}]
    with firm.house.memory.write(firm.workspace.id) as unit:
        new = NewEntry(
            digest_key(firm.alice.id, day),
            digest.KIND,
            firm.alice.id,
            {"day": day.isoformat(), "rows": rows},
            MONDAY,
        )
        unit.outbox.add(new, now=MONDAY)
        planned = unit.outbox.by_key(new.key)
        assert planned is not None
        unit.outbox.settle(planned, state)


# --- In private -------------------------------------------------------------------------------------------


def test_the_lead_hears_of_a_client_ten_working_days_after_it_was_neglected(firm: Firm, acme: Client) -> None:
    neglected_since(firm, acme, date(2026, 11, 16))
    keys = days(firm, at(2, 12, month=12))

    # Sixteen days on: ten working days without Thanksgiving are over on the first of December.
    assert [key for key in of_lead(keys) if "neglect" in key] == [f"lead_neglect:{firm.lea.id}:2026-12-01"]
    (row,) = facts(firm, f"lead_neglect:{firm.lea.id}:2026-12-01")["rows"]
    assert (row["client"], row["owner"]) == ("Acme", "Alice Ames")


def test_whom_nobody_told_of_it_is_not_on_the_ladder(firm: Firm, acme: Client) -> None:
    neglected_since(firm, acme, date(2026, 10, 1))
    firm.clock.now = at(17, 9, 15)

    assert leads.plan(firm.house, firm.workspace.id) == 0


@pytest.mark.parametrize(
    ("state", "said", "day"),
    [
        (State.SKIPPED, "neglected", date(2026, 11, 10)),
        (State.DEAD, "neglected", date(2026, 11, 10)),
        (State.SENT, "due", date(2026, 11, 10)),
        (State.SENT, "neglected", date(2026, 9, 30)),  # of an earlier time of neglect
    ],
)
def test_only_a_digest_that_was_sent_and_said_so_counts(
    firm: Firm, acme: Client, state: State, said: str, day: date
) -> None:
    neglected_since(firm, acme, date(2026, 10, 1))
    told_owner(firm, acme, day, state, said)
    firm.clock.now = at(17, 9, 15)

    assert leads.plan(firm.house, firm.workspace.id) == 0


@pytest.fixture
def late(firm: Firm, acme: Client) -> Client:
    """A client of which Alice has been told and that has been neglected since the first of October."""
    neglected_since(firm, acme, date(2026, 10, 1))
    told_owner(firm, acme, date(2026, 11, 10))
    firm.clock.now = at(17, 9, 15)  # Tuesday: no page
    return firm.again(acme)


def planned(firm: Firm) -> int:
    return leads.plan(firm.house, firm.workspace.id)


def test_one_who_is_late_is_told_of_once(firm: Firm, late: Client) -> None:
    assert planned(firm) == 1
    keys = days(firm, at(1, 12, month=12))

    assert sum("neglect" in key for key in keys) == 1


def test_that_a_lead_cannot_be_told_is_written_down_and_the_client_is_kept_for_them(
    firm: Firm, late: Client
) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.channel_off(firm.lea.id, "restricted_action", at=firm.clock())

    assert planned(firm) == 0
    with firm.house.memory.read(firm.workspace.id) as unit:
        (decision,) = unit.decisions.of_member(firm.lea.id, 9)
        assert unit.ladder.told(firm.lea.id) == set()
    assert (decision.kind, decision.reason) == (leads.NEGLECT, "channel_off")


def test_a_time_of_neglect_is_named_by_the_contact_before_it(firm: Firm, late: Client) -> None:
    assert planned(firm) == 1
    with firm.house.memory.write(firm.workspace.id) as unit:
        assert unit.ladder.told(firm.lea.id) == {(late.id, LONG_AGO)}
        assert not unit.ladder.tell(late.id, LONG_AGO, firm.lea.id, at=MONDAY)
        assert unit.ladder.tell(late.id, MONDAY, firm.lea.id, at=MONDAY), "after a contact it is another one"


@pytest.mark.parametrize(
    "why", ["snoozed", "on hold", "archived", "calm", "no lead", "no role", "handed over"]
)
def test_some_are_not_on_the_ladder(firm: Firm, late: Client, why: str) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        match why:
            case "snoozed":
                unit.clients.snooze(late.id, at(20, 0), reason=None, count=1)
            case "on hold":
                unit.clients.update(late.id, replace(description_of(late), status=Status.ON_HOLD))
            case "archived":
                unit.clients.archive(late.id, at=MONDAY)
            case "calm":
                assert late.due_at is not None
                unit.clients.set_clock(late, Moments(late.due_at, at(30, 0)))
            case "no lead":
                unit.members.set_lead(firm.alice.id, None)
            case "no role":
                unit.members.set_roles(firm.lea.id, frozenset({Role.ACCOUNT_MANAGER}))
            case _:
                unit.clients.update(late.id, replace(description_of(late), owner_id=firm.carla.id))

    assert planned(firm) == 0


def test_what_was_seen_to_meanwhile_is_left_out_at_the_last_moment(firm: Firm, late: Client) -> None:
    assert planned(firm) == 1
    nudges.snooze(firm.house, firm.actor(firm.alice), late.id, wish="tomorrow")
    slack = ScriptedMessenger()
    for entry_id in delivery.due(firm.house, firm.workspace.id, 9):
        delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)

    assert of_lead(slack.keys()) == []
    assert entry(firm, f"lead_neglect:{firm.lea.id}:2026-11-17").state is State.SKIPPED


def test_all_of_a_morning_stand_in_one_message_and_more_than_ten_wait_for_the_next(firm: Firm) -> None:
    rows = []
    for n in range(12):
        client = firm.client(f"Client {n:02}", spoke_before_at=LONG_AGO)
        neglected_since(firm, client, date(2026, 10, 1))
        rows.append({"client_id": client.id, "state": "neglected"})
    with firm.house.memory.write(firm.workspace.id) as unit:
        key = digest_key(firm.alice.id, date(2026, 11, 10))
        said = {"day": "2026-11-10", "rows": rows}
        unit.outbox.add(NewEntry(key, digest.KIND, firm.alice.id, said, MONDAY), now=MONDAY)
        sent = unit.outbox.by_key(key)
        assert sent is not None
        unit.outbox.settle(sent, State.SENT)
    firm.clock.now = at(17, 9, 15)

    assert (planned(firm), planned(firm)) == (1, 0)
    firm.clock.now = at(18, 9, 15)
    assert planned(firm) == 1
    assert [len(facts(firm, f"lead_neglect:{firm.lea.id}:2026-11-{day}")["clients"]) for day in (17, 18)] == [
        10,
        2,
    ]


def test_a_leads_moment_is_taken_by_one_of_two_who_plan_at_once(firm: Firm, late: Client) -> None:
    with firm.house.memory.read(firm.workspace.id) as unit:
        ((lead_id, moment),) = unit.ladder.due(firm.clock(), 9)
    assert planned(firm) == 1

    with firm.house.memory.write(firm.workspace.id) as unit:
        assert unit.ladder.due(firm.clock(), 9) == []
        assert not unit.ladder.move(lead_id, old=moment, new=at(30, 9))


# --- The page ---------------------------------------------------------------------------------------------


def test_the_page_comes_on_monday_at_a_quarter_past_nine_and_once_a_week(firm: Firm, acme: Client) -> None:
    firm.clock.now = at(16, 9)
    keys = days(firm, at(16, 9, 10), minutes=5)
    assert of_lead(keys) == []

    keys = days(firm, at(24, 18))
    assert [key for key in of_lead(keys) if "page" in key] == [
        f"lead_page:{firm.lea.id}:2026-W47",
        f"lead_page:{firm.lea.id}:2026-W48",
    ]


def test_late_on_the_same_day_it_still_comes_and_on_the_next_day_it_does_not(
    firm: Firm, acme: Client
) -> None:
    firm.clock.now = at(16, 16, 40)
    assert planned(firm) == 1

    firm.clock.now = at(24, 10)  # the whole of Monday was missed
    assert planned(firm) == 0


def test_where_monday_is_off_it_comes_on_the_first_day_of_work(firm: Firm, acme: Client) -> None:
    settings_service.take_leave(firm.house, firm.actor(firm.lea), date(2026, 11, 23), date(2026, 11, 24))
    firm.clock.now = at(20, 18)

    keys = days(firm, at(27, 18))

    assert [key for key in of_lead(keys) if "page" in key] == [f"lead_page:{firm.lea.id}:2026-W48"]
    assert facts(firm, f"lead_page:{firm.lea.id}:2026-W48")["day"] == "2026-11-25"


def test_there_is_no_page_where_there_is_nothing_to_say(firm: Firm) -> None:
    firm.client("Fresh", spoke_before_at=MONDAY)
    firm.clock.now = at(16, 9, 15)

    assert planned(firm) == 0


def test_a_client_of_which_the_owner_was_not_told_counts_as_due(firm: Firm, acme: Client) -> None:
    neglected_since(firm, acme, date(2026, 10, 1))
    firm.clock.now = at(16, 9, 15)
    with firm.house.memory.read(firm.workspace.id) as unit:
        before = leads.page_of(unit, firm.lea, MONDAY.date(), firm.clock())
    told_owner(firm, acme, date(2026, 11, 13))
    with firm.house.memory.read(firm.workspace.id) as unit:
        after = leads.page_of(unit, firm.lea, MONDAY.date(), firm.clock())

    assert (before.red, before.due, before.longer) == (0, 1, 0)
    assert (after.red, after.due, after.longer) == (1, 0, 1)
    assert leads.page_from(leads.as_json(after)) == after


def test_a_page_names_nobody(firm: Firm, late: Client) -> None:
    firm.clock.now = at(16, 9, 15)
    planned(firm)
    said = str(facts(firm, f"lead_page:{firm.lea.id}:2026-W47"))

    for name in ("Acme", "Alice", "Bruno"):
        assert name not in said


def test_who_leads_nobody_gets_nothing(firm: Firm, late: Client) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_lead(firm.alice.id, None)
        unit.members.set_lead(firm.bruno.id, None)
    firm.clock.now = at(16, 9, 15)

    assert planned(firm) == 0


# --- Never before the owner -------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_a_lead_never_learns_of_a_client_before_its_owner_did(small_firm: Firm, seed: int) -> None:
    """Digests arrive or are lost, mornings are missed, owners go on leave: whatever a lead is told of by name, or as a
    part of a sum, stood in a message that its owner had got before."""
    firm, slack, chance = small_firm, ScriptedMessenger(), Random(seed)
    for n in range(chance.randint(1, 12)):
        firm.client(f"Client {n}", tier=chance.choice(list(Tier)), spoke_before_at=LONG_AGO)
    if chance.random() < 0.5:
        first = date(2026, 11, chance.randint(16, 28))
        settings_service.take_leave(firm.house, firm.actor(firm.alice), first, first + timedelta(days=4))
    for _ in range(30):
        firm.clock.now += timedelta(days=chance.choice([1, 1, 2, 3]))
        firm.clock.now = firm.clock.now.replace(hour=14, minute=0)
        if chance.random() < 0.6:
            digest.plan(firm.house, firm.workspace.id)
        if chance.random() < 0.6:
            deliver_all(firm, slack)
        firm.clock.tick(minutes=chance.choice([0, 15, 60, 300]))
        leads.plan(firm.house, firm.workspace.id)
        deliver_all(firm, slack)
    told: set[str] = set()
    for _, key, body in slack.posted:
        said: Any = body["facts"]
        if key.startswith("digest:"):
            told |= {row["client"] for row in said["rows"] if row.get("state") == "neglected"}
        elif key.startswith("lead_neglect"):
            assert {row["client"] for row in said["rows"]} <= told
        elif key.startswith("lead_page"):
            assert sum(counts[2] for counts in said["page"]["coverage"].values()) <= len(told)


def deliver_all(firm: Firm, slack: ScriptedMessenger) -> None:
    for entry_id in delivery.due(firm.house, firm.workspace.id, 100):
        delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)


# --- Help -------------------------------------------------------------------------------------------------


def test_a_lead_offers_help_once_a_day_and_the_owner_reads_of_it(firm: Firm, late: Client) -> None:
    first = leads.offer_help(firm.house, firm.actor(firm.lea), late.id)
    again = leads.offer_help(firm.house, firm.actor(firm.lea), late.id)

    assert (first.again, again.again) == (False, True)
    offered = entry(firm, f"help_offered:{late.id}:{firm.lea.id}:2026-11-17")
    assert (offered.member_id, offered.facts["lead"]) == (firm.alice.id, "Lea Lang")
    assert offered.urgent, "it does not stand behind the morning wave"


@pytest.mark.parametrize("who", ["bruno", "alice"])
def test_only_who_leads_the_owner_offers_help(firm: Firm, late: Client, who: str) -> None:
    member: Member = getattr(firm, who)
    with pytest.raises(Refusal) as refused:
        leads.offer_help(firm.house, firm.actor(member), late.id)
    assert refused.value.code == "lead.not_yours"


def test_a_lead_may_hand_a_late_client_over(firm: Firm, late: Client) -> None:
    assert client_edits.opened(firm.house, firm.actor(firm.lea), late.id).may_hand_over
