"""Gifts that one of us receives: judged by our own policy, declared whatever became of them, and both windows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.gifts.counterparts import counterpart, named
from bot.domain.gifts.rates import FixedRates
from bot.domain.gifts.register import Fate, NewGiftGiven, Side
from bot.domain.gifts.rules import Outcome
from bot.domain.members import Member
from bot.domain.money import Money
from bot.rulebook.reader import shipped_files
from bot.services import gifts
from bot.services.audit import audit
from bot.services.gifts import Checked
from bot.services.proposals import GiftDraft
from bot.services.register import Given, cancel_given, record_given
from bot.services.rulebooks import Rulebooks
from bot.services.windows import windows
from tests.bot.services.test_gifts import RULES, basket, dollars, refused
from tests.conftest import Firm


@pytest.fixture
def shop(firm: Firm) -> Firm:
    """A firm that keeps Brightside, whose own people may take no alcohol, and reckons the euro at 1.25 dollars."""
    rulebooks = Rulebooks({"house.yaml": shipped_files()["house.yaml"], "made_up.yaml": RULES})
    rates = FixedRates("EUR", {"USD": Decimal("1.25")}, date(2026, 11, 13))
    firm.house = replace(firm.house, rulebooks=rulebooks, rates=rates)
    firm.client("Brightside", market="US-NY")
    return firm


def from_them(price: str | None = "40", **more: Any) -> GiftDraft:
    """A bottle of wine from Jane Smith at Brightside."""
    usual = GiftDraft(
        "Brightside", "Jane Smith", description="wine", category="alcohol", direction=Side.RECEIVED
    )
    return replace(usual, amount=None if price is None else dollars(price), **more)


def check(firm: Firm, draft: GiftDraft, member: Member | None = None) -> Checked:
    return gifts.check(firm.house, firm.actor(member or firm.alice), draft)


def declare(firm: Firm, checked: Checked, fate: Fate, value: Money | None = None, **more: bool) -> Given:
    return record_given(
        firm.house,
        firm.actor(firm.alice),
        checked.check_id,
        value,
        add_client=more.get("add_client", False),
        fate=fate,
    )


def told(firm: Firm) -> list[tuple[str, object]]:
    """Kind and outcome of each entry of the register."""
    with firm.house.memory.read(firm.workspace.id) as unit:
        return [(entry.kind, entry.facts.get("outcome")) for entry in unit.register.entries()]


def test_what_we_receive_is_judged_by_our_policy_and_not_by_theirs(shop: Firm) -> None:
    checked = check(shop, from_them("40"))

    assert checked.judgement.verdict is Outcome.ALLOWED
    assert {finding.rule.layer for finding in checked.judgement.findings} == {"house"}
    assert checked.proposal.direction == "received"
    assert counterpart(checked.proposal) == ("Jane Smith", "Brightside")
    assert check(shop, from_them("80")).judgement.verdict is Outcome.NEEDS_APPROVAL
    assert check(shop, from_them("300")).judgement.verdict is Outcome.NOT_ALLOWED


def test_what_this_member_kept_from_there_counts_and_nothing_else_does(shop: Firm) -> None:
    declare(shop, check(shop, from_them("40")), Fate.KEPT)
    declare(shop, check(shop, from_them("45")), Fate.RETURNED)
    record_given(
        shop.house, shop.actor(shop.alice), check(shop, basket("10")).check_id
    )  # ours to them is no gift of theirs

    again = check(shop, from_them("45"))
    assert [prior.amount for prior in again.proposal.context.prior or ()] == [Decimal(40)]
    declare(shop, again, Fate.KEPT)
    assert check(shop, from_them("30")).judgement.verdict is Outcome.NEEDS_APPROVAL
    assert check(shop, from_them("30"), shop.bruno).judgement.verdict is Outcome.ALLOWED
    assert [p.amount for p in check(shop, basket("20")).proposal.context.prior or ()] == [Decimal(10)]


def test_only_an_allowed_one_is_kept_and_any_is_given_back_or_handed_in(shop: Firm) -> None:
    too_much = check(shop, from_them("300"))

    assert refused(declare, shop, too_much, Fate.KEPT).code == "gift.not_to_keep"
    assert declare(shop, too_much, Fate.HANDED_IN).fate is Fate.HANDED_IN
    assert told(shop)[-1] == ("received", "handed_in")
    assert audit(shop.house, shop.workspace.id).fault is None


def test_what_was_kept_may_go_back_later_and_each_step_is_told(shop: Firm) -> None:
    checked = check(shop, from_them("40"))

    assert declare(shop, checked, Fate.KEPT).again is False
    assert declare(shop, checked, Fate.KEPT).again is True
    assert declare(shop, checked, Fate.RETURNED).again is False
    cancel_given(shop.house, shop.actor(shop.alice), checked.check_id)

    assert told(shop) == [
        ("checked", None),
        ("received", "kept"),
        ("received", "returned"),
        ("taken_out", "returned"),
    ]
    assert audit(shop.house, shop.workspace.id).fault is None
    assert refused(declare, shop, checked, Fate.KEPT).code == "gift.withdrawn"


def test_two_presses_at_once_declare_one_gift(shop: Firm) -> None:
    checked = check(shop, from_them("40"))
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: declare(shop, checked, Fate.KEPT), range(6)))

    assert sum(not each.again for each in done) == 1
    assert told(shop) == [("checked", None), ("received", "kept")]


def test_a_gift_of_ours_has_no_fate_and_one_without_value_asks_for_it(shop: Firm) -> None:
    assert refused(declare, shop, check(shop, basket("10")), Fate.KEPT).code == "request.unknown"
    unknown = check(shop, from_them(None))
    assert refused(declare, shop, unknown, Fate.RETURNED).code == "gift.no_value"
    assert declare(shop, unknown, Fate.RETURNED, dollars("300")).value == dollars("300")


def test_who_is_in_no_book_is_kept_by_name_and_added_when_declared(shop: Firm) -> None:
    checked = check(shop, from_them("20", employer="Nordlicht AG", contact="Nora Lind"))
    drafted = gifts.drafted(shop.house, shop.actor(shop.alice), checked.check_id)

    assert (drafted.employer, drafted.contact, drafted.direction) == (
        "Nordlicht AG",
        "Nora Lind",
        Side.RECEIVED,
    )
    assert refused(declare, shop, checked, Fate.KEPT).code == "gift.no_client"
    done = declare(shop, checked, Fate.KEPT, add_client=True)
    assert (done.client.name, done.contact.name if done.contact else None) == ("Nordlicht AG", "Nora Lind")


def test_a_description_without_a_person_names_the_organisation() -> None:
    assert named("Ford") == ("", "Ford")
    assert named("Jane\nFord") == ("Jane", "Ford")


# --- Both windows -----------------------------------------------------------------------------------------


def test_both_windows_count_all_colleagues_and_convert_with_dated_rates(shop: Firm) -> None:
    jane = shop.contact(shop.clients["Brightside"], "Jane Smith")
    for member, price in ((shop.alice, "10"), (shop.bruno, "20")):
        checked = check(shop, basket(price), member)
        record_given(shop.house, shop.actor(member), checked.check_id)
    shop.clock.tick(days=60)  # into the next calendar year
    euros = check(shop, replace(basket(), amount=Money(Decimal(8), "EUR")), shop.bruno)
    record_given(shop.house, shop.actor(shop.bruno), euros.check_id)
    kronur = check(shop, replace(basket(), amount=Money(Decimal(1), "ISK"), contact=None))
    with shop.house.memory.write(shop.workspace.id) as unit:
        unit.gifts.record_given(in_kronur(kronur.check_id, shop))

    with shop.house.memory.read(shop.workspace.id) as unit:
        found = windows(unit, shop.house, shop.clients["Brightside"].id, jane.id, shop.clock().date())

    assert (found.year.number, found.year.value) == (2, dollars("10"))
    assert (found.rolling.number, found.rolling.value) == (4, dollars("40"))
    assert found.year.converted
    assert found.year.without_rate == (Money(Decimal(500), "ISK"),)
    assert found.rolling.last == shop.clock().date()


def in_kronur(check_id: int, firm: Firm) -> NewGiftGiven:

    return NewGiftGiven(
        check_id=check_id,
        member_id=firm.alice.id,
        client_id=firm.clients["Brightside"].id,
        contact_id=None,
        category="gift",
        description="sweets",
        value=Money(Decimal(500), "ISK"),
        given_on=firm.clock().date(),
        recorded_at=firm.clock(),
    )


def test_a_check_tells_what_counts_so_far(shop: Firm) -> None:
    shop.contact(shop.clients["Brightside"], "Jane Smith")
    record_given(shop.house, shop.actor(shop.alice), check(shop, basket("10")).check_id)
    declare(shop, check(shop, from_them("40")), Fate.KEPT)

    ours, theirs = check(shop, basket("10")).so_far, check(shop, from_them("10")).so_far

    assert ours is not None
    assert theirs is not None
    assert (ours.year.value, theirs.year.value) == (dollars("10"), dollars("40"))
    assert check(shop, basket("10", employer="Nobody Inc")).so_far is None
