"""Concessions: recorded at once or agreed to by a lead, never by silence; and one outcome of every race."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.clients import Client, Part
from bot.domain.concessions import Counterpart, Given, Kind, Sheet
from bot.domain.members import Member, Role
from bot.domain.money import Money
from bot.domain.outbox import State
from bot.domain.refusals import Refusal
from bot.services import (
    briefs,
    client_edits,
    concession_steps,
    concessions,
    delivery,
    handover,
    merges,
    nudges,
    workspaces,
)
from bot.services.members import admit
from tests.bot.services.messenger import ScriptedMessenger
from tests.bot.services.test_races import answers, at_once
from tests.conftest import MONDAY, Firm, profile

LONG_AGO = MONDAY - timedelta(days=300)
TODAY = date(2026, 11, 16)
VOLUME = (Counterpart.VOLUME,)


@pytest.fixture
def acme(firm: Firm) -> Client:
    return firm.client("Acme", spoke_before_at=LONG_AGO)


def of(**more: Any) -> Given:
    return Given(**{"kind": Kind.PRICE, "given_on": TODAY, "percent": Decimal(2), **more})


def entered(firm: Firm, client: Client, by: Member | None = None, key: str = "a", **more: Any) -> Sheet:
    return concessions.record(firm.house, firm.actor(by or firm.alice), client.id, of(**more), key)


def agreed(firm: Firm, sheet: Sheet, by: Member | None = None) -> Sheet:
    return concessions.agree(firm.house, firm.actor(by or firm.lea), sheet.concession, sheet.version)


def declined(firm: Firm, sheet: Sheet, by: Member | None = None, answer: str = "Ask for volume") -> Sheet:
    who = firm.actor(by or firm.lea)
    return concessions.decline(firm.house, who, sheet.concession, sheet.version, answer)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.code


def said(firm: Firm, member: Member) -> list[str]:
    """The kinds of what was posted to a member, the first first."""
    with firm.house.memory.read(firm.workspace.id) as unit:
        found = unit.outbox.listed([State.SENT], member_id=member.id, limit=100)
    return [entry.kind for entry in reversed(found) if entry.kind != "edit"]


def deliver(firm: Firm) -> None:
    """What is due half an hour on is posted."""
    firm.clock.tick(minutes=30)
    for _ in range(3):
        for entry_id in delivery.due(firm.house, firm.workspace.id, 100):
            delivery.deliver(firm.house, ScriptedMessenger(), firm.workspace.id, entry_id)
        firm.clock.tick(seconds=40)


def balance(firm: Firm, client: Client, by: Member | None = None) -> Any:
    return concessions.listed(firm.house, firm.actor(by or firm.alice), client.id).balance


def appoint(firm: Firm, member: Member, *roles: Role) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_roles(member.id, frozenset(roles))


# --- Recorded or asked ------------------------------------------------------------------------------------


def test_a_small_one_that_brings_something_back_is_recorded_at_once(firm: Firm, acme: Client) -> None:
    sheet = entered(firm, acme, money=Money(Decimal(500), "USD"), counterparts=VOLUME)
    deliver(firm)

    assert (sheet.state, sheet.grounds) == ("recorded", [])
    assert said(firm, firm.lea) == []
    assert (balance(firm, acme).given, balance(firm, acme).back) == (1, ((Counterpart.VOLUME, 1),))


@pytest.mark.parametrize(
    ("facts", "grounds"),
    [
        ({}, ["no_counterpart"]),
        ({"percent": Decimal("2.1"), "counterparts": VOLUME}, ["percent"]),
        ({"money": Money(Decimal(501), "USD"), "counterparts": VOLUME}, ["amount"]),
        ({"money": Money(Decimal(500), "EUR"), "counterparts": VOLUME}, ["amount"]),
        ({"money": Money(Decimal(500), "CAD"), "counterparts": VOLUME}, []),
    ],
)
def test_what_is_large_or_brings_nothing_back_waits_for_the_lead(
    firm: Firm, acme: Client, facts: dict[str, Any], grounds: list[str]
) -> None:
    sheet = entered(firm, acme, **facts)
    deliver(firm)

    assert sheet.grounds == grounds
    assert said(firm, firm.lea) == (["concession_asked"] if grounds else [])
    assert said(firm, firm.carla) == said(firm, firm.bruno) == []
    assert balance(firm, acme).given == (0 if grounds else 1)


def test_a_snooze_of_the_manager_does_not_keep_the_question_from_the_lead(firm: Firm, acme: Client) -> None:
    nudges.snooze(firm.house, firm.actor(firm.alice), acme.id, day=TODAY + timedelta(days=9))
    entered(firm, acme)
    deliver(firm)
    assert said(firm, firm.lea) == ["concession_asked"]


def test_below_the_lowest_price_a_lead_always_agrees(firm: Firm) -> None:
    floor = Money(Decimal(1000), "USD")
    ford = firm.client("Ford", price_floor=floor)
    assert refused(lambda: entered(firm, ford, counterparts=VOLUME)) == "concession.price"
    low = entered(firm, ford, counterparts=VOLUME, price=Money(Decimal(999), "USD"))
    fair = entered(firm, ford, counterparts=VOLUME, price=floor, key="b")
    assert (low.grounds, fair.grounds) == (["floor"], [])


def test_the_limits_are_the_workspaces_own(firm: Firm, acme: Client) -> None:
    carla = firm.actor(firm.carla)
    workspaces.change(firm.house, carla, concession_percent=Decimal(10), concession_amount=Decimal(0))
    assert entered(firm, acme, percent=Decimal(10), counterparts=VOLUME).state == "recorded"
    little = entered(firm, acme, percent=None, money=Money(Decimal(1), "USD"), counterparts=VOLUME, key="b")
    assert little.grounds == ["amount"]
    assert refused(lambda: workspaces.change(firm.house, carla, concession_percent=Decimal(101))) == (
        "workspace.concession_percent"
    )


def test_a_no_that_was_held_counts_for_who_held_it(firm: Firm, acme: Client) -> None:
    sheet = entered(firm, acme, percent=Decimal(15), held=True)
    deliver(firm)

    assert (sheet.state, said(firm, firm.lea)) == ("recorded", [])
    assert (balance(firm, acme).given, balance(firm, acme).held) == (0, 1)
    with firm.house.memory.read(firm.workspace.id) as unit:
        assert unit.concessions.held_by(firm.alice.id, TODAY, TODAY) == 1
        assert unit.concessions.held_by(firm.bruno.id, TODAY, TODAY) == 0


def test_the_same_form_twice_is_one_concession(firm: Firm, acme: Client) -> None:
    first, again = entered(firm, acme), entered(firm, acme)
    deliver(firm)
    assert first.concession == again.concession
    assert said(firm, firm.lea) == ["concession_asked"]


def test_the_same_form_at_the_same_moment_is_one_concession(firm: Firm, acme: Client) -> None:
    found = at_once(*[lambda: entered(firm, acme, counterparts=VOLUME).concession] * 4)
    assert answers(found) == {"done": 4}
    assert balance(firm, acme).given == 1


def test_who_gives_is_who_may_edit_the_client_or_covers(firm: Firm, acme: Client) -> None:
    assert refused(lambda: entered(firm, acme, by=firm.bruno)) == "client.not_to_edit"
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.set_team(acme.id, Part.SPONSOR, firm.bruno.id)
    assert refused(lambda: entered(firm, acme, by=firm.bruno)) == "client.not_to_edit", "a sponsor only reads"
    assert not concessions.listed(firm.house, firm.actor(firm.bruno), acme.id).may_give
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.clients.set_team(acme.id, Part.SPONSOR, None)
        unit.clients.set_team(acme.id, Part.BACKUP, firm.bruno.id)
    assert entered(firm, acme, by=firm.bruno, counterparts=VOLUME).author == "Bruno Petit"


def test_who_may_not_read_the_client_reads_none_of_it(firm: Firm, acme: Client) -> None:
    sheet = entered(firm, acme)
    bruno = firm.actor(firm.bruno)
    assert refused(lambda: concessions.listed(firm.house, bruno, acme.id)) == "client.not_yours"
    assert refused(lambda: concessions.shown(firm.house, bruno, sheet.concession)) == "concession.gone"
    assert refused(lambda: agreed(firm, sheet, by=firm.bruno)) == "concession.gone"
    assert refused(lambda: concessions.withdraw(firm.house, bruno, sheet.concession)) == "concession.gone"


# --- Decided ----------------------------------------------------------------------------------------------


def test_a_yes_counts_and_is_told(firm: Firm, acme: Client) -> None:
    sheet = entered(firm, acme)
    deliver(firm)
    done = agreed(firm, sheet)
    deliver(firm)

    assert (done.state, done.by) == ("agreed", "Lea Lang")
    assert said(firm, firm.alice) == ["concession_news"]
    assert (balance(firm, acme).given, balance(firm, acme).without) == (1, 1)
    assert agreed(firm, sheet).state == "agreed", "pressed twice"


def test_a_no_needs_a_reason_and_counts_for_nothing(firm: Firm, acme: Client) -> None:
    sheet = entered(firm, acme)
    assert refused(lambda: declined(firm, sheet, answer=" ")) == "concession.no_answer"
    assert declined(firm, sheet).answer == "Ask for volume"
    deliver(firm)
    assert said(firm, firm.alice) == ["concession_news"]
    assert balance(firm, acme).empty
    alice = firm.actor(firm.alice)
    assert refused(lambda: concessions.withdraw(firm.house, alice, sheet.concession)) == (
        "concession.was_declined"
    )


def test_nobody_agrees_to_their_own(firm: Firm, acme: Client) -> None:
    own = entered(firm, acme, by=firm.lea)
    deliver(firm)
    assert said(firm, firm.lea) == []
    assert said(firm, firm.carla) == ["concession_asked"], "the lead asks: an admin is asked"
    assert refused(lambda: agreed(firm, own)) == "concession.own"
    assert agreed(firm, own, by=firm.carla).state == "agreed"


def test_where_the_lead_asks_and_nobody_is_an_admin_another_lead_is_asked(firm: Firm, acme: Client) -> None:
    appoint(firm, firm.carla, Role.COMPLIANCE)
    appoint(firm, firm.bruno, Role.ACCOUNT_MANAGER, Role.LEAD)
    own = entered(firm, acme, by=firm.lea)
    deliver(firm)
    assert said(firm, firm.bruno) == ["concession_asked"]
    assert agreed(firm, own, by=firm.bruno).state == "agreed"


def test_where_nobody_could_agree_nothing_is_kept(firm: Firm, acme: Client) -> None:
    for member in (firm.lea, firm.carla):
        appoint(firm, member, Role.ACCOUNT_MANAGER)
    assert refused(lambda: entered(firm, acme)) == "concession.nobody"
    assert entered(firm, acme, counterparts=VOLUME).state == "recorded"


def test_of_two_who_decide_at_once_the_first_counts(firm: Firm, acme: Client) -> None:
    sheet = entered(firm, acme)
    found = at_once(lambda: agreed(firm, sheet).state, lambda: declined(firm, sheet, by=firm.carla).state)
    state = concessions.shown(firm.house, firm.actor(firm.alice), sheet.concession).state
    assert answers(found) == {f"concession.was_{state}": 1, "done": 1}


def test_nobody_decides_on_what_they_have_not_seen(firm: Firm, acme: Client) -> None:
    sheet = entered(firm, acme)
    alice = firm.actor(firm.alice)
    changed = concessions.change(firm.house, alice, sheet.concession, of(percent=Decimal(30)), sheet.version)
    assert changed.version == sheet.version + 1
    assert refused(lambda: agreed(firm, sheet)) == "concession.changed"
    assert agreed(firm, changed).percent == "30"


# --- Changed and taken back -------------------------------------------------------------------------------


def test_a_change_is_judged_anew(firm: Firm, acme: Client) -> None:
    alice = firm.actor(firm.alice)
    sheet = entered(firm, acme)
    deliver(firm)
    small = concessions.change(firm.house, alice, sheet.concession, of(counterparts=VOLUME), sheet.version)
    assert (small.state, small.grounds) == ("recorded", [])
    assert refused(lambda: agreed(firm, small)) == "concession.was_recorded"
    large = concessions.change(
        firm.house, alice, sheet.concession, of(percent=Decimal(3), counterparts=VOLUME), small.version
    )
    deliver(firm)
    assert (large.state, large.grounds) == ("asked", ["percent"])
    assert said(firm, firm.lea) == ["concession_asked", "concession_asked"]
    same = of(percent=Decimal(3), counterparts=VOLUME)
    assert concessions.change(firm.house, alice, sheet.concession, same, small.version) == replace(
        concessions.shown(firm.house, alice, sheet.concession)
    ), "sent twice"
    words = of(
        note=" for  the\nrenewal ", back=" by May ", counterparts=(Counterpart.TERM, Counterpart.VOLUME)
    )
    told = concessions.change(firm.house, alice, sheet.concession, words, large.version)
    assert told.note == "for the renewal"
    again = concessions.change(firm.house, alice, sheet.concession, words, large.version)
    assert again == told, "sent twice, however it was typed"
    stale = of(percent=Decimal(9))
    assert (
        refused(lambda: concessions.change(firm.house, alice, sheet.concession, stale, sheet.version))
        == "concession.changed"
    )


def test_it_is_changed_and_taken_back_within_a_day(firm: Firm, acme: Client) -> None:
    alice = firm.actor(firm.alice)
    sheet = entered(firm, acme, counterparts=VOLUME)
    firm.clock.tick(hours=25)
    again = concessions.shown(firm.house, alice, sheet.concession)
    assert (again.can_change, again.can_withdraw) == (False, False)
    late = of(given_on=TODAY, counterparts=VOLUME)
    assert (
        refused(lambda: concessions.change(firm.house, alice, sheet.concession, late, sheet.version))
        == "concession.too_late"
    )
    assert refused(lambda: concessions.withdraw(firm.house, alice, sheet.concession)) == "concession.too_late"

    other = entered(firm, acme, counterparts=VOLUME, key="b")
    assert concessions.withdraw(firm.house, alice, other.concession).state == "withdrawn"
    assert concessions.withdraw(firm.house, alice, other.concession).state == "withdrawn", "twice is once"
    assert balance(firm, acme).given == 1


def test_what_is_taken_back_leaves_the_leads_message_without_buttons(firm: Firm, acme: Client) -> None:
    sheet = entered(firm, acme)
    deliver(firm)
    concessions.withdraw(firm.house, firm.actor(firm.alice), sheet.concession)
    with firm.house.memory.read(firm.workspace.id) as unit:
        entry = unit.outbox.listed([State.SENT], kind="concession_asked", member_id=firm.lea.id)[0]
        facts = concession_steps.recompose(unit, firm.lea, entry, firm.clock())
        waiting = unit.outbox.listed([State.PENDING], kind="edit", member_id=firm.lea.id)
    assert facts is not None
    assert (facts["sheet"]["state"], facts["sheet"]["decides"]) == ("withdrawn", False)
    assert len(waiting) == 1
    assert refused(lambda: agreed(firm, sheet)) == "concession.was_withdrawn"


# --- When nobody answers ----------------------------------------------------------------------------------


def test_silence_reminds_then_asks_others_and_is_never_a_yes(firm: Firm, acme: Client) -> None:
    sheet = entered(firm, acme)
    deliver(firm)
    firm.clock.tick(hours=4)
    assert concessions.tick(firm.house, firm.workspace.id) == 1
    assert concessions.tick(firm.house, firm.workspace.id) == 0, "once"
    deliver(firm)
    assert said(firm, firm.lea) == ["concession_asked", "concession_again"]
    firm.clock.tick(hours=24)
    assert concessions.tick(firm.house, firm.workspace.id) == 1
    deliver(firm)
    assert said(firm, firm.carla) == ["concession_asked"]
    assert said(firm, firm.alice) == ["concession_news"]
    firm.clock.tick(days=30)
    assert concessions.tick(firm.house, firm.workspace.id) == 0
    shown = concessions.shown(firm.house, firm.actor(firm.alice), sheet.concession)
    assert (shown.state, shown.widened) == ("asked", True)
    assert agreed(firm, shown, by=firm.carla).state == "agreed"


# --- With the client --------------------------------------------------------------------------------------


def test_what_waits_goes_to_the_lead_of_the_new_owner(firm: Firm, acme: Client) -> None:
    mia = admit(firm.house, firm.workspace.id, profile("U0MIA", "Mia Moss"))
    nils = admit(firm.house, firm.workspace.id, profile("U0NILS", "Nils Nye"))
    appoint(firm, mia, Role.ACCOUNT_MANAGER, Role.LEAD)
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_lead(nils.id, mia.id)
    sheet = entered(firm, acme)
    deliver(firm)
    handover.hand(firm.house, firm.actor(firm.lea), acme.id, nils.id, "client")
    deliver(firm)
    assert "concession_asked" in said(firm, mia)
    moved = concessions.shown(firm.house, firm.actor(firm.alice), sheet.concession)
    assert refused(lambda: agreed(firm, moved)) == "concession.not_yours"
    assert agreed(firm, moved, by=mia).state == "agreed"


@pytest.mark.parametrize("yes", [True, False])
def test_who_looks_after_the_client_by_then_hears_what_became_of_it_as_who_asked_does(
    firm: Firm, acme: Client, yes: bool
) -> None:
    sheet = entered(firm, acme)
    handover.hand(firm.house, firm.actor(firm.lea), acme.id, firm.bruno.id, "client")
    moved = concessions.shown(firm.house, firm.actor(firm.alice), sheet.concession)
    (agreed if yes else declined)(firm, moved)
    deliver(firm)
    assert said(firm, firm.alice).count("concession_news") == 1
    assert said(firm, firm.bruno).count("concession_news") == 1
    other = entered(firm, acme, by=firm.bruno, key="b")
    (agreed if yes else declined)(firm, other)
    deliver(firm)
    assert said(firm, firm.bruno).count("concession_news") == 2
    assert said(firm, firm.alice).count("concession_news") == 1, "no longer hers, and not what she asked"


def test_a_handover_to_somebody_of_the_same_lead_asks_nobody_twice(firm: Firm, acme: Client) -> None:
    sheet = entered(firm, acme)
    deliver(firm)
    handover.hand(firm.house, firm.actor(firm.lea), acme.id, firm.bruno.id, "client")
    deliver(firm)
    assert said(firm, firm.lea).count("concession_asked") == 1
    assert agreed(firm, sheet).state == "agreed"


def test_merging_takes_them_along_and_back(firm: Firm, acme: Client) -> None:
    twin = firm.client("Acme Corporation Two")
    entered(firm, twin, counterparts=VOLUME)
    waiting = entered(firm, twin, key="b")
    merged = merges.merge(firm.house, firm.actor(firm.alice), acme.id, twin.id)
    assert (balance(firm, acme).given, balance(firm, acme).waiting) == (1, 1)
    assert concessions.shown(firm.house, firm.actor(firm.lea), waiting.concession).decides
    merges.undo(firm.house, firm.actor(firm.alice), merged.merge.id)
    assert balance(firm, acme).empty
    assert (balance(firm, twin).given, balance(firm, twin).waiting) == (1, 1)


def test_archiving_takes_back_what_waits_and_tells_so(firm: Firm, acme: Client) -> None:
    sheet = entered(firm, acme)
    entered(firm, acme, counterparts=VOLUME, key="b")
    deliver(firm)
    client_edits.archive(firm.house, firm.actor(firm.alice), acme.id)
    deliver(firm)
    shown = concessions.shown(firm.house, firm.actor(firm.alice), sheet.concession)
    assert (shown.state, shown.answer) == ("withdrawn", "archived")
    assert said(firm, firm.alice) == ["concession_news"]
    assert balance(firm, acme).given == 1, "what was given was given"
    assert refused(lambda: entered(firm, acme, key="c")) == "client.archived"


def test_the_balance_stands_in_the_brief_and_forgets_what_is_older_than_a_year(
    firm: Firm, acme: Client
) -> None:
    entered(firm, acme, counterparts=VOLUME, money=Money(Decimal(100), "USD"))
    entered(firm, acme, counterparts=VOLUME, given_on=date(2025, 11, 16), key="b")
    alice = firm.actor(firm.alice)
    found = briefs.brief(firm.house, alice, acme.id)
    assert (found.balance.given, found.balance.worth) == (1, (Money(Decimal(100), "USD"),))
    assert found.may_give
    firm.clock.tick(days=366)
    assert briefs.brief(firm.house, alice, acme.id).balance.empty
