"""The digest in three lanes: who stands where, with which reasons, and what becomes of it once it is sent."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.books import Reach
from bot.domain.cadence import ClientState
from bot.domain.clients import Client, Status
from bot.domain.digest import AnyRow, Lane, Owed, Row, Wrote, lane_of
from bot.domain.digest_facts import facts_of, rows_from, week_from
from bot.domain.members import Member
from bot.domain.occasions import OccasionKind
from bot.domain.refusals import Refusal
from bot.domain.touches import Channel, Direction, TouchDraft
from bot.ports import description_of
from bot.services import (
    client_edits,
    delivery,
    digest,
    meetings,
    nudges,
    occasions,
    promises,
    rhythms,
    touches,
    whys,
)
from tests.bot.services.messenger import ScriptedMessenger
from tests.conftest import MONDAY, Firm

TODAY = date(2026, 11, 16)
LONG_AGO = MONDAY - timedelta(days=300)
LATELY = MONDAY - timedelta(days=1)


def rows(firm: Firm) -> tuple[AnyRow, ...]:
    return digest.today(firm.house, firm.actor(firm.alice))


def lanes_of(firm: Firm) -> list[tuple[str, str]]:
    return [(lane_of(row).value, row.client) for row in rows(firm)]


def promised(firm: Firm, client: Client, text: str = "quote", days: int = 0) -> int:
    alice = firm.actor(firm.alice)
    made = promises.make(
        firm.house, alice, client.id, text, TODAY + timedelta(days=days), f"{text}{client.id}"
    )
    return made.promise.id


def sent(firm: Firm, slack: ScriptedMessenger) -> int:
    digest.plan(firm.house, firm.workspace.id)
    (entry_id,) = delivery.due(firm.house, firm.workspace.id, 10)
    delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)
    return entry_id


def edited(firm: Firm, slack: ScriptedMessenger) -> dict[str, Any]:
    """What the last edit that is due now makes of the digest; nothing is posted anew."""
    before = len(slack.posted)
    for entry_id in delivery.due(firm.house, firm.workspace.id, 20):
        delivery.deliver(firm.house, slack, firm.workspace.id, entry_id)
    assert len(slack.posted) == before
    facts: Any = slack.edited[-1][1]["facts"]
    return dict(facts)


def test_each_client_stands_in_the_first_lane_that_has_something_of_it(firm: Firm) -> None:
    acme = firm.client("Acme", spoke_before_at=LONG_AGO, relation_since=date(2021, 11, 18))
    firm.client("Ford", spoke_before_at=LONG_AGO, relation_since=date(2021, 11, 18))
    firm.client("Merck", spoke_before_at=LONG_AGO)
    firm.client("Verizon", spoke_before_at=LATELY, renews_on=TODAY + timedelta(days=60))
    promised(firm, acme)

    assert lanes_of(firm) == [
        ("owed", "Acme"),
        ("something", "Ford"),
        ("something", "Verizon"),
        ("close", "Merck"),
    ]
    owed, ford, verizon, _ = rows(firm)
    assert isinstance(owed, Owed)
    assert isinstance(ford, Row)
    assert isinstance(verizon, Row)
    assert owed.also is not None
    assert (owed.also.due, [each.kind for each in owed.also.occasions]) == (True, ["relation"])
    assert (ford.due, verizon.due) == (True, False)


def test_several_promises_to_a_client_are_one_row(firm: Firm) -> None:
    acme = firm.client("Acme", spoke_before_at=LATELY)
    promised(firm, acme, "price list", 1)
    first = promised(firm, acme, "quote")

    (row,) = rows(firm)
    assert isinstance(row, Owed)
    assert (row.text, [each.text for each in row.more]) == ("quote", ["price list"])
    promises.keep(firm.house, firm.actor(firm.alice), first)
    (row,) = rows(firm)
    assert isinstance(row, Owed)
    assert (row.text, row.more) == ("price list", ())


def test_each_lane_has_two_rows_where_three_are_full_the_middle_one_gives_way(firm: Firm) -> None:
    for number in range(4):
        promised(firm, firm.client(f"Owed {number}", spoke_before_at=LATELY))
        firm.client(f"Near {number}", spoke_before_at=LATELY, renews_on=TODAY + timedelta(days=60))
        firm.client(f"Due {number}", spoke_before_at=LONG_AGO)

    assert [lane for lane, _ in lanes_of(firm)] == ["owed", "owed", "something", "close", "close"]


def test_a_row_says_who_spoke_last_who_wrote_alone_and_to_whom(firm: Firm) -> None:
    acme = firm.client("Acme", spoke_before_at=LONG_AGO)
    dana = firm.contact(acme, "Dana White")
    firm.contact(acme, "Bob Stone")
    promised(firm, acme, "quote", 9)
    firm.clock.now = MONDAY - timedelta(days=80)
    call = TouchDraft(acme.id, Channel.CALL, contacts=(dana.id,))
    touches.log(firm.house, firm.actor(firm.alice), call, "call")
    firm.clock.now = MONDAY - timedelta(days=40)
    mail = TouchDraft(acme.id, Channel.EMAIL, Direction.OUTBOUND)
    touches.log(firm.house, firm.actor(firm.bruno), mail, "mail")
    firm.clock.now = MONDAY

    (row,) = rows(firm)
    assert isinstance(row, Row)
    assert (row.by, row.wrote, row.one_way) == ("Bruno Petit", Wrote.WE, True)
    assert (row.promised, row.promised_on) == (1, TODAY + timedelta(days=9))
    assert (row.only, row.known) == ("Dana White", 2)


def test_who_takes_a_client_over_speaks_to_it_soon_and_reads_why(firm: Firm) -> None:
    acme = firm.client("Acme", owner=firm.bruno, spoke_before_at=LATELY)
    firm.clock.tick(days=30)
    lea = firm.actor(firm.lea)
    found = client_edits.opened(firm.house, lea, acme.id).client
    sheet = client_edits.Sheet(description_of(found), firm.alice.user_id, {})
    client_edits.edit(firm.house, lea, acme.id, sheet, found.version)
    firm.clock.tick(days=1)

    (row,) = rows(firm)
    assert isinstance(row, Row)
    assert (row.usual, row.new_owner) == (7, True)


# --- After it was sent --------------------------------------------------------------------------------------


def test_a_touch_logged_elsewhere_edits_the_sent_digest_in_place(firm: Firm) -> None:
    for name in ("Acme", "Ford"):
        firm.client(name, spoke_before_at=LONG_AGO)
    slack = ScriptedMessenger()
    sent(firm, slack)

    touches.log(firm.house, firm.actor(firm.bruno), TouchDraft("Acme", Channel.CALL), "bruno")

    facts = edited(firm, slack)
    assert [row.client for row in rows_from(facts)] == ["Ford"]
    assert (facts["done"], facts["settled"]) == (1, 0)


def test_all_that_can_be_done_elsewhere_brings_the_digest_up_to_date(firm: Firm) -> None:
    alice, slack = firm.actor(firm.alice), ScriptedMessenger()
    acme = firm.client("Acme", spoke_before_at=LATELY)
    ford = firm.client("Ford", spoke_before_at=MONDAY - timedelta(days=10), relation_since=date(2020, 11, 20))
    merck = firm.client("Merck", spoke_before_at=LONG_AGO)
    promise = promised(firm, acme)
    sent(firm, slack)

    promises.keep(firm.house, alice, promise)
    assert [row.client for row in rows_from(edited(firm, slack))] == ["Ford", "Merck"]
    firm.clock.tick(seconds=1)
    occasions.see_to(firm.house, alice, ford.id, OccasionKind.RELATION, date(2026, 11, 20))
    assert [row.client for row in rows_from(edited(firm, slack))] == ["Merck"]
    firm.clock.tick(seconds=1)
    nudges.snooze(firm.house, alice, merck.id, wish="tomorrow")
    facts = edited(firm, slack)
    assert (rows_from(facts), facts["done"], facts["settled"]) == ((), 3, 1)
    firm.clock.tick(seconds=1)
    nudges.end_snooze(firm.house, alice, merck.id)
    occasions.take_back(firm.house, alice, ford.id, OccasionKind.RELATION, date(2026, 11, 20))
    promises.reopen(firm.house, alice, promise)
    assert [row.client for row in rows_from(edited(firm, slack))] == ["Acme", "Ford", "Merck"]


def test_a_touch_with_a_client_that_is_not_in_the_digest_edits_nothing(firm: Firm) -> None:
    firm.client("Acme", spoke_before_at=LONG_AGO)
    firm.client("Ford", spoke_before_at=LATELY)
    slack = ScriptedMessenger()
    sent(firm, slack)
    touches.log(firm.house, firm.actor(firm.alice), TouchDraft("Ford", Channel.CALL), "ford")
    assert list(delivery.due(firm.house, firm.workspace.id, 10)) == []


def test_a_kept_promise_leaves_the_other_reasons_in_their_lane(firm: Firm) -> None:
    slack, acme = ScriptedMessenger(), firm.client("Acme", spoke_before_at=LONG_AGO)
    promise = promised(firm, acme)
    sent(firm, slack)
    promises.keep(firm.house, firm.actor(firm.alice), promise)
    facts = edited(firm, slack)
    (row,) = rows_from(facts)
    assert (lane_of(row), facts["done"], facts["settled"]) == (Lane.CLOSE, 1, 1)


def test_a_digest_survives_the_outbox_as_it_is(firm: Firm) -> None:
    acme = firm.client("Acme", spoke_before_at=LONG_AGO, contract_on=date(2024, 11, 20))
    firm.client("Ford", spoke_before_at=LONG_AGO)
    promised(firm, acme)
    promised(firm, acme, "prices", 1)
    shown = rows(firm)
    kept = json.loads(json.dumps(facts_of(TODAY, shown)))
    assert rows_from(kept) == shown


# --- The week ahead -----------------------------------------------------------------------------------------


def test_mondays_message_shows_the_week_ahead_and_other_days_do_not(firm: Firm) -> None:
    alice, slack = firm.actor(firm.alice), ScriptedMessenger()
    firm.client("Acme", spoke_before_at=LONG_AGO)
    promised(firm, firm.client("Ford", spoke_before_at=LATELY), "quote", 3)
    firm.client("Merck", spoke_before_at=MONDAY - timedelta(days=12))
    firm.client("Verizon", spoke_before_at=MONDAY, contract_on=date(2020, 11, 22))
    meetings.enter(firm.house, alice, firm.clients["Ford"].id, MONDAY + timedelta(days=2), "m")
    sent(firm, slack)

    facts: Any = slack.posted[-1][2]["facts"]
    week = week_from(facts)
    assert week is not None
    assert [each.client for each in week.promises] == ["Ford"]
    assert [each.client for each in week.due] == ["Merck"]
    assert [each.client for each in week.occasions] == ["Verizon"]
    assert week.counts == (1, 1, 1, 1)
    assert [client for client, _ in week.meetings] == ["Ford"]

    firm.clock.tick(days=1)
    digest.plan(firm.house, firm.workspace.id)
    (tuesday,) = delivery.due(firm.house, firm.workspace.id, 10)
    with firm.house.memory.read(firm.workspace.id) as unit:
        entry = unit.outbox.get(tuesday)
    assert entry is not None
    assert week_from(entry.facts) is None


# --- Occasions, reasons, rhythms -----------------------------------------------------------------------------


def test_only_who_may_read_a_client_puts_its_occasion_aside(firm: Firm) -> None:
    acme = firm.client("Acme", relation_since=date(2020, 11, 20))
    with pytest.raises(Refusal) as refused:
        occasions.see_to(
            firm.house, firm.actor(firm.bruno), acme.id, OccasionKind.RELATION, date(2026, 11, 20)
        )
    assert refused.value.code == "client.not_yours"
    with pytest.raises(Refusal) as refused:
        occasions.see_to(firm.house, firm.actor(firm.alice), acme.id, OccasionKind.RENEWAL, TODAY)
    assert refused.value.code == "occasion.gone"
    alice = firm.actor(firm.alice)
    first, second = (
        occasions.see_to(firm.house, alice, acme.id, OccasionKind.RELATION, date(2026, 11, 20))
        for _ in range(2)
    )
    assert (first.again, second.again) == (False, True)


def test_why_names_every_term(firm: Firm) -> None:
    acme = firm.client("Acme", spoke_before_at=LONG_AGO)
    promised(firm, acme)
    found = whys.of(firm.house, firm.actor(firm.alice), acme.id)
    assert found.lanes == (Lane.OWED, Lane.CLOSE)
    assert found.urgency.neglected
    assert found.urgency.total == found.urgency.late + found.urgency.complaint
    assert (found.cadence.due, found.state) == (14, ClientState.NEGLECTED)


def spoken(firm: Firm, client: Client, gap: int, times: int, by: Member | None = None) -> None:
    now = firm.clock.now
    for number in range(times):
        at = now - timedelta(days=gap * number + 1)
        draft = TouchDraft(client.id, Channel.CALL, at=at)
        touches.log(firm.house, firm.actor(by or firm.alice), draft, f"{client.id}-{number}")


def test_a_learnt_rhythm_is_taken_over_by_one_press_and_taken_back(firm: Firm) -> None:
    acme = firm.client("Acme")
    spoken(firm, acme, 28, 8)
    alice = firm.actor(firm.alice)

    with firm.house.memory.read(firm.workspace.id) as unit:
        learnt = rhythms.of_client(unit, firm.again(acme), firm.clock())
    assert learnt is not None
    assert learnt.proposed
    assert 26 <= learnt.rhythm.days <= 29
    taken = rhythms.take(firm.house, alice, acme.id, learnt.rhythm.days)
    assert (firm.again(acme).cadence_days, taken.before) == (learnt.rhythm.days, None)
    told = client_edits.history(firm.house, alice, acme.id, 20)
    assert told.changes[0].facts == {"cadence_days": [None, learnt.rhythm.days]}
    rhythms.take(firm.house, alice, acme.id, taken.before)
    assert firm.again(acme).cadence_days is None


def test_a_declined_rhythm_is_not_proposed_again(firm: Firm) -> None:
    acme = firm.client("Acme")
    spoken(firm, acme, 28, 8)
    rhythms.decline(firm.house, firm.actor(firm.alice), acme.id, 28)
    with firm.house.memory.read(firm.workspace.id) as unit:
        learnt = rhythms.of_client(unit, firm.again(acme), firm.clock())
    assert learnt is not None
    assert not learnt.proposed
    with pytest.raises(Refusal) as refused:
        rhythms.take(firm.house, firm.actor(firm.bruno), acme.id, 28)
    assert refused.value.code == "client.not_to_edit"


def test_for_a_client_on_hold_there_is_no_rule(firm: Firm) -> None:
    firm.client("Acme", status=Status.ON_HOLD)
    with firm.house.memory.read(firm.workspace.id) as unit:
        groups = unit.books.groups(Reach(None), firm.clock())
    assert [group.state for group in groups] == [ClientState.NO_RULE]
