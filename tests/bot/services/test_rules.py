"""Which recorded checks a change of the rules would turn."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.domain.gifts.book import Rulebook
from bot.domain.gifts.register import NewGiftCheck
from bot.domain.gifts.rules import Outcome
from bot.domain.money import Money
from bot.rulebook.reader import load_rulebook
from bot.rulebook.told import Comparison
from bot.rulebook.writer import ClientPolicy, ClientRule, write_client_policy
from bot.services import gifts
from bot.services.proposals import GiftDraft
from bot.services.rules import RECENT, compare
from tests.conftest import MONDAY, Firm

TODAY = MONDAY.date()


def with_policy(client: str, *, effect: str = "prohibit", begins: date = TODAY) -> Rulebook:
    rule = ClientRule(effect, ["goods"], "As they said.", "Comme dit.")
    policy = ClientPolicy(client=client, told_on=begins, told_by="Ann", rules=[rule])
    return load_rulebook({"client_policy.yaml": write_client_policy(policy)})


def compared_with(firm: Firm, after: Rulebook, *, on: date) -> Comparison:
    with firm.house.memory.read(firm.workspace.id) as unit:
        return compare(firm.house, unit, after, on=on)


def wine(employer: str, amount: str = "45", quantity: int = 1) -> GiftDraft:
    return GiftDraft(
        employer=employer,
        description="bottle of wine",
        category="alcohol",
        amount=Money(Decimal(amount), "USD"),
        quantity=quantity,
    )


def test_a_check_that_would_turn_is_told_with_day_client_gift_and_both_verdicts(firm: Firm) -> None:
    firm.client("Acme")
    gifts.check(firm.house, firm.actor(firm.alice), wine("Acme", quantity=2))
    gifts.check(firm.house, firm.actor(firm.bruno), wine("Ford"))
    firm.clock.tick(days=3)

    compared = compared_with(firm, with_policy("Acme"), on=firm.clock().date())

    assert (compared.compared, compared.unreadable) == (2, 0)
    (turned,) = compared.turned
    assert turned.asked_on == TODAY
    assert (turned.client, turned.description, turned.category) == ("Acme", "bottle of wine", "alcohol")
    assert (turned.quantity, turned.value) == (2, Money(Decimal(45), "USD"))
    assert (turned.before, turned.after) == (Outcome.ASK, Outcome.NOT_ALLOWED)


def test_checks_are_judged_as_if_asked_on_the_day_that_is_named(small_firm: Firm) -> None:
    firm = small_firm
    gifts.check(firm.house, firm.actor(firm.alice), wine("Acme"))
    after = with_policy("Acme", begins=TODAY + timedelta(days=10))

    def turned(days: int) -> int:
        return len(compared_with(firm, after, on=TODAY + timedelta(days=days)).turned)

    assert [turned(days) for days in (0, 9, 10, 11)] == [0, 0, 1, 1]


@pytest.mark.parametrize("named", ["Acme", "Apex Cosmetics", "APEX cosmetics, Inc."])
def test_a_rule_for_any_name_of_the_client_turns_its_checks(small_firm: Firm, named: str) -> None:
    firm = small_firm
    firm.client("Acme", aliases=("Apex Cosmetics",))
    gifts.check(firm.house, firm.actor(firm.alice), wine("Acme"))

    compared = compared_with(firm, with_policy(named), on=TODAY)

    assert [each.after for each in compared.turned] == [Outcome.NOT_ALLOWED]


def test_a_rule_for_somebody_elses_client_turns_nothing(small_firm: Firm) -> None:
    firm = small_firm
    firm.client("Acme", aliases=("Apex Cosmetics",))
    gifts.check(firm.house, firm.actor(firm.alice), wine("Acme"))
    gifts.check(firm.house, firm.actor(firm.alice), wine("Nobody's Client"))

    assert compared_with(firm, with_policy("Ajax"), on=TODAY).turned == []


def test_what_a_newer_version_no_longer_reads_is_counted_and_the_rest_compared(small_firm: Firm) -> None:
    firm = small_firm
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.gifts.record_check(
            NewGiftCheck(
                member_id=firm.alice.id,
                client_id=None,
                contact_id=None,
                proposal={"items": [{"shade": "red", "currency": "USD"}]},
                answer={},
                verdict="allowed",
                rulebook_version="0",
                checked_at=MONDAY,
            )
        )
    gifts.check(firm.house, firm.actor(firm.alice), wine("Acme"))

    compared = compared_with(firm, with_policy("Acme"), on=TODAY)

    assert (compared.compared, compared.unreadable, len(compared.turned)) == (1, 1, 1)


def test_only_the_latest_checks_are_compared(small_firm: Firm) -> None:
    firm = small_firm
    for employer in ["Acme", *["Ford"] * RECENT]:
        gifts.check(firm.house, firm.actor(firm.alice), wine(employer))

    compared = compared_with(firm, with_policy("Acme"), on=TODAY)

    assert (compared.compared, compared.turned) == (RECENT, [])


def test_nothing_is_recorded_by_comparing(small_firm: Firm) -> None:
    firm = small_firm
    checked = gifts.check(firm.house, firm.actor(firm.alice), wine("Acme"))

    compared_with(firm, with_policy("Acme"), on=TODAY)

    with firm.house.memory.read(firm.workspace.id) as unit:
        (kept,) = unit.gifts.recent_checks(9)
    assert (kept.id, kept.verdict) == (checked.check_id, "ask")
