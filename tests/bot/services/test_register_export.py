"""What leaves the house: who may, that it is recorded, the rows and what a period comes to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.domain.gifts.chain import EntryKind, NewRegisterEntry
from bot.domain.gifts.rates import FixedRates
from bot.domain.gifts.register import Fate, Side
from bot.domain.gifts.register_rows import Form, RegisterRow
from bot.domain.money import Money
from bot.rulebook.reader import shipped_files
from bot.services import gifts, register_export, register_rows
from bot.services.audit import audit
from bot.services.register import cancel_given, record_given
from bot.services.register_export import Export
from bot.services.rulebooks import Rulebooks
from tests.bot.services.test_gifts import RULES, basket, dollars, refused
from tests.bot.services.test_received import declare, from_them
from tests.conftest import MONDAY, Firm

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def shop(firm: Firm) -> Firm:
    """Given $10 and €8, one of $20 taken out again; received $40 (kept) and $300 (handed in); one refused."""
    rulebooks = Rulebooks({"house.yaml": shipped_files()["house.yaml"], "made_up.yaml": RULES})
    rates = FixedRates("EUR", {"USD": Decimal("1.25")}, date(2026, 11, 13))
    firm.house = replace(firm.house, rulebooks=rulebooks, rates=rates)
    firm.client("Brightside", market="US-NY")
    alice = firm.actor(firm.alice)
    for price in (dollars("10"), Money(Decimal(8), "EUR")):
        record_given(firm.house, alice, gifts.check(firm.house, alice, basket(amount=price)).check_id)
    out = gifts.check(firm.house, alice, basket("20")).check_id
    record_given(firm.house, alice, out)
    cancel_given(firm.house, alice, out)
    declare(firm, gifts.check(firm.house, alice, from_them("40")), Fate.KEPT)
    declare(firm, gifts.check(firm.house, alice, from_them("300")), Fate.HANDED_IN)
    gifts.check(firm.house, alice, basket("40", category="alcohol"))
    return firm


def begin(firm: Firm, first: date = YEAR[0], last: date = YEAR[1]) -> Export:
    return register_export.begin(firm.house, firm.actor(firm.carla), first, last, (Form.CSV, Form.PDF))


def rows(firm: Firm, export: Export) -> list[RegisterRow]:
    return list(register_export.rows(firm.house, export))


def test_only_compliance_and_admins_may(shop: Firm) -> None:
    for member in (shop.alice, shop.lea):
        said = refused(register_export.begin, shop.house, shop.actor(member), *YEAR, (Form.CSV,))
        assert said.code == "register.not_yours"
    assert refused(register_export.check_may, shop.house, shop.actor(shop.alice)).code == "register.not_yours"
    register_export.check_may(shop.house, shop.actor(shop.carla))


def test_a_period_that_ends_before_it_begins_is_refused_and_not_recorded(shop: Firm) -> None:
    with shop.house.memory.read(shop.workspace.id) as unit:
        before = unit.register.head()
    assert refused(begin, shop, YEAR[1], YEAR[0]).code == "register.period"
    with shop.house.memory.read(shop.workspace.id) as unit:
        assert unit.register.head() == before


def test_that_it_left_the_house_is_an_entry_of_its_own(shop: Firm) -> None:
    export = begin(shop)
    by_operator = register_export.begin_by_operator(shop.house, shop.workspace.id, *YEAR, (Form.PNG,))

    with shop.house.memory.read(shop.workspace.id) as unit:
        first, second = list(unit.register.entries())[-2:]
    assert (first.kind, first.number, first.member_id) == ("exported", export.number, shop.carla.id)
    assert first.facts == {
        "from": "2026-01-01",
        "to": "2026-12-31",
        "format": "csv, pdf",
        "rows": export.rows,
    }
    assert (second.member_id, second.facts["by"]) == (None, "command line")
    assert by_operator.rows == export.rows + 1
    assert audit(shop.house, shop.workspace.id).fault is None


def test_there_is_a_row_for_every_entry_in_their_order(shop: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_rows, "_PAGE", 2)
    export = begin(shop)
    found = rows(shop, export)

    assert [row.number for row in found] == list(range(1, export.rows + 1))
    assert [row.kind for row in found] == [
        *("checked", "given") * 3,
        "taken_out",
        *("checked", "received") * 2,
        "checked",
    ]
    first, given = found[:2]
    assert (first.member, first.client, first.person) == ("Alice Ames", "Brightside", "Jane Smith")
    assert (first.category, first.description, first.value) == ("perishable", "fruit basket", dollars("10"))
    assert first.verdict == "allowed"
    assert (
        "brightside-year",
        "Brightside code of conduct, https://brightside.example/code, March 2026",
    ) in first.rules
    with shop.house.memory.read(shop.workspace.id) as unit:
        assert first.rulebook == shop.house.rulebooks.of(unit).version
    assert (given.on, given.direction, given.outcome) == (MONDAY.date(), Side.GIVEN, None)
    kept, handed_in = (row for row in found if row.kind == "received")
    assert (kept.outcome, handed_in.outcome) == (Fate.KEPT, Fate.HANDED_IN)
    assert (handed_in.person, handed_in.direction, handed_in.value) == (
        "Jane Smith",
        Side.RECEIVED,
        dollars("300"),
    )
    assert found[-1].verdict == "not_allowed"
    assert all(len(row.seal) == 64 for row in found)


def test_the_rows_of_an_export_stay_the_same_whatever_happens_since(shop: Firm) -> None:
    export = begin(shop)
    before = rows(shop, export)
    gifts.check(shop.house, shop.actor(shop.alice), basket("10"))

    assert rows(shop, export) == before


def test_days_are_those_of_who_asks(shop: Firm) -> None:
    shop.clock.now = MONDAY.replace(day=17, hour=3)  # still the 16th in New York
    gifts.check(shop.house, shop.actor(shop.alice), basket("10"))

    assert len(rows(shop, begin(shop, MONDAY.date(), MONDAY.date()))) == 13
    assert rows(shop, begin(shop, MONDAY.date() + timedelta(days=1), MONDAY.date() + timedelta(days=9))) == []


def test_a_decision_has_its_decider_and_comment(shop: Firm) -> None:
    with shop.house.memory.write(shop.workspace.id) as unit:
        unit.register.append(
            NewRegisterEntry(EntryKind.REFUSED, MONDAY, shop.carla.id, {"comment": "Too much."}, check_id=1)
        )
    row = rows(shop, begin(shop))[-1]

    assert (row.decision, row.decider, row.comment) == ("refused", "Carla Cruz", "Too much.")
    assert (row.client, row.check_id) == ("Brightside", 1)


def test_a_request_is_told_as_it_was_about_at_that_moment(shop: Firm) -> None:
    facts = {
        "state": "waiting",
        "rules": ["house-gift", "brightside-year"],
        "category": "alcohol",
        "description": "two bottles",
        "value": "90",
        "currency": "EUR",
        "on": "2026-12-01",
        "reason": "Thanks for the year.",
    }
    with shop.house.memory.write(shop.workspace.id) as unit:
        entry = unit.register.append(
            NewRegisterEntry(EntryKind.REQUESTED, MONDAY, shop.alice.id, facts, check_id=1)
        )
        (row,) = register_rows.rows_of(unit, [replace(entry, request_id=5)], register_rows.Names())

    assert (row.category, row.description, row.value) == (
        "alcohol",
        "two bottles",
        Money(Decimal(90), "EUR"),
    )
    assert (row.on, row.comment, row.person) == (date(2026, 12, 1), "Thanks for the year.", "Jane Smith")
    assert row.details == "state: waiting; rules: house-gift, brightside-year"


def test_a_period_is_summed_up_without_what_was_taken_out_or_sent_back(shop: Firm) -> None:
    summary = register_export.summary(shop.house, begin(shop))

    assert (summary.given.number, summary.given.value) == (2, Decimal(20))
    assert (summary.received.number, summary.received.value) == (1, Decimal(40))
    assert summary.sent_back == 1
    assert summary.bands == {Side.GIVEN: [2, 0, 0, 0, 0, 0], Side.RECEIVED: [0, 1, 0, 0, 0, 0]}
    assert summary.verdicts == {"allowed": 4, "not_allowed": 2}
    assert [(name, tally.number) for name, tally in summary.busiest(5)[0]] == [("Brightside", 3)]
    assert list(summary.by_month()) == [date(2026, 11, 1)]


def test_an_empty_period_comes_to_nothing(firm: Firm) -> None:
    export = begin(firm)

    assert rows(firm, export) == []
    assert register_export.summary(firm.house, export).busiest(3)[0] == []
