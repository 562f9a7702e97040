"""Concessions: when a lead has to agree, and what a balance comes to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from bot.domain.concessions import (
    COUNTED,
    Balance,
    Concession,
    Counterpart,
    Given,
    Ground,
    Kind,
    Limits,
    State,
    balance_from,
    balance_of,
    balance_since,
    by_month,
    check_given,
    check_limits,
    grounds_of,
)
from bot.domain.money import Money
from bot.domain.refusals import Refusal

TODAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 16, 14, tzinfo=UTC)
PER_DOLLAR = {"USD": Decimal(1), "EUR": Decimal("0.5"), "JPY": Decimal(100)}
FLOOR = Money(Decimal(1000), "USD")


def convert(money: Money, currency: str, _day: date) -> Money | None:
    """Two euros are a dollar's half; nobody has a rate of the franc."""
    if money.currency == currency:
        return money
    if money.currency not in PER_DOLLAR or currency not in PER_DOLLAR:
        return None
    return Money(money.amount * PER_DOLLAR[currency] / PER_DOLLAR[money.currency], currency)


def concession(number: int = 1, state: State = State.RECORDED, **more: Any) -> Concession:
    facts: dict[str, Any] = {"kind": Kind.PRICE, "given_on": TODAY, **more}
    return Concession(number, 7, 3, Given(**facts), frozenset(), state, NOW)


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def grounds(floor: Money | None = None, /, **more: Any) -> frozenset[Ground]:
    facts: dict[str, Any] = {
        "kind": Kind.PRICE,
        "given_on": TODAY,
        "counterparts": (Counterpart.VOLUME,),
        **more,
    }
    return grounds_of(Given(**facts), Limits(), "USD", floor, convert)


# --- When a lead has to agree -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({"percent": Decimal(2)}, set()),
        ({"percent": Decimal("2.0001")}, {Ground.PERCENT}),
        ({"money": usd("500")}, set()),
        ({"money": usd("500.01")}, {Ground.AMOUNT}),
        ({"money": Money(Decimal(250), "EUR")}, set()),
        ({"money": Money(Decimal(251), "EUR")}, {Ground.AMOUNT}),
        ({"money": Money(Decimal(1), "XPF")}, {Ground.NO_RATE}),
        ({"percent": Decimal(1), "counterparts": ()}, {Ground.NO_COUNTERPART}),
        (
            {"percent": Decimal(3), "money": usd("501"), "counterparts": ()},
            {Ground.PERCENT, Ground.AMOUNT, Ground.NO_COUNTERPART},
        ),
        ({"percent": Decimal(50), "counterparts": (), "held": True}, set()),
        ({"kind": Kind.SERVICE, "note": "training"}, set()),
    ],
)
def test_a_lead_agrees_to_what_is_large_or_brings_nothing_back(
    facts: dict[str, object], wanted: set[Ground]
) -> None:
    assert grounds(None, **facts) == wanted


@pytest.mark.parametrize(
    ("price", "wanted"),
    [
        (usd("1000"), set()),
        (usd("999.99"), {Ground.FLOOR}),
        (Money(Decimal(500), "EUR"), set()),
        (Money(Decimal(499), "EUR"), {Ground.FLOOR}),
        (Money(Decimal(10**9), "XPF"), {Ground.FLOOR}),
    ],
)
def test_below_the_lowest_price_a_lead_always_agrees(price: Money, wanted: set[Ground]) -> None:
    assert grounds(FLOOR, percent=Decimal(1), price=price) == wanted
    assert grounds(None, percent=Decimal(1), price=price) == set()


_amounts = st.decimals(min_value="0.01", max_value=10_000, places=2)
_percents = st.none() | st.decimals(min_value="0.01", max_value=100, places=2)
_money = st.none() | st.builds(Money, _amounts, st.sampled_from(["USD", "EUR", "JPY"]))
_backs = st.lists(st.sampled_from(Counterpart), unique=True).map(tuple)
_givens = st.builds(
    Given,
    kind=st.sampled_from(Kind),
    given_on=st.dates(date(2025, 1, 1), TODAY),
    percent=_percents,
    money=_money,
    price=_money,
    counterparts=_backs,
    held=st.just(False),
)


@given_any(
    _givens,
    st.decimals(0, 10, places=2),
    st.decimals(0, 1000, places=2),
    st.decimals(0, 1000, places=2),
    st.sets(st.sampled_from(Counterpart)),
)
def test_giving_more_never_needs_less(
    less: Given, percent: Decimal, amount: Decimal, cheaper: Decimal, lost: set[Counterpart]
) -> None:
    more = replace(
        less,
        percent=less.percent + percent if less.percent is not None else percent or None,
        money=Money(amount + Decimal("0.01"), "USD")
        if less.money is None
        else Money(less.money.amount + amount, less.money.currency),
        price=None
        if less.price is None
        else Money(max(less.price.amount - cheaper, Decimal(0)), less.price.currency),
        counterparts=tuple(each for each in less.counterparts if each not in lost),
    )
    limits = Limits()
    assert grounds_of(less, limits, "USD", FLOOR, convert) <= grounds_of(more, limits, "USD", FLOOR, convert)


@given_any(_givens, st.decimals(0, 50, places=2), st.decimals(0, 1000, places=2))
def test_higher_limits_never_need_more(entered: Given, percent: Decimal, amount: Decimal) -> None:
    strict, mild = Limits(), Limits(Limits().percent + percent, Limits().amount + amount)
    assert grounds_of(entered, mild, "USD", FLOOR, convert) <= grounds_of(
        entered, strict, "USD", FLOOR, convert
    )


# --- What may be entered ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"percent": Decimal(0)}, "concession.percent"),
        ({"percent": Decimal("100.1")}, "concession.percent"),
        ({"percent": Decimal("-1")}, "concession.percent"),
        ({"money": usd("0")}, "concession.amount"),
        ({"note": "ten percent off"}, "concession.how_much"),
        ({"kind": Kind.PAYMENT}, "concession.nothing"),
        ({"kind": Kind.PAYMENT, "note": "x" * 501}, "concession.too_long"),
        ({"percent": Decimal(1), "back": "x" * 501}, "concession.too_long"),
        ({"percent": Decimal(1), "given_on": TODAY + timedelta(days=1)}, "concession.future"),
    ],
)
def test_what_makes_no_sense_is_named(facts: dict[str, Any], code: str) -> None:
    entered = Given(**{"kind": Kind.PRICE, "given_on": TODAY, **facts})
    with pytest.raises(Refusal) as refusal:
        check_given(entered, today=TODAY, floor=None)
    assert refusal.value.code == code


def test_where_there_is_a_lowest_price_the_price_afterwards_is_asked_for() -> None:
    entered = Given(Kind.PRICE, TODAY, percent=Decimal(1))
    with pytest.raises(Refusal) as refusal:
        check_given(entered, today=TODAY, floor=FLOOR)
    assert (refusal.value.code, refusal.value.facts["floor"]) == ("concession.price", FLOOR)
    check_given(replace(entered, price=usd("1")), today=TODAY, floor=FLOOR)
    check_given(replace(entered, held=True), today=TODAY, floor=FLOOR)
    check_given(Given(Kind.SERVICE, TODAY, note="training"), today=TODAY, floor=FLOOR)


def test_nothing_comes_back_for_a_no_that_was_held() -> None:
    entered = Given(Kind.PRICE, TODAY, Decimal(9), counterparts=(Counterpart.TERM,), back="a year", held=True)
    checked = check_given(entered, today=TODAY, floor=None)
    assert (checked.counterparts, checked.back) == ((), "")


@pytest.mark.parametrize(
    "limits",
    [Limits(Decimal(-1)), Limits(Decimal(101)), Limits(amount=Decimal(-1)), Limits(Decimal("0.00001"))],
)
def test_limits_that_are_none_are_refused(limits: Limits) -> None:
    with pytest.raises(Refusal):
        check_limits(limits)


# --- What it comes to -------------------------------------------------------------------------------------

_concessions = st.lists(
    st.builds(
        Concession,
        id=st.integers(1, 99),
        client_id=st.integers(1, 4),
        member_id=st.just(1),
        given=st.builds(
            Given,
            kind=st.sampled_from(Kind),
            given_on=st.dates(date(2025, 11, 17), TODAY),
            percent=_percents,
            money=st.none() | st.builds(Money, _amounts, st.sampled_from(["USD", "EUR", "XPF"])),
            counterparts=_backs,
            held=st.booleans(),
        ),
        grounds=st.just(frozenset()),
        state=st.sampled_from(State),
        at=st.just(NOW),
    ),
    max_size=12,
)


@given_any(_concessions)
def test_a_balance_is_what_a_slow_sum_comes_to(kept: list[Concession]) -> None:
    given_count = without = held = waiting = 0
    worth: dict[str, Decimal] = {}
    back: dict[Counterpart, int] = {}
    greatest: Decimal | None = None
    for each in kept:
        if each.state is State.ASKED:
            waiting += 1
        if each.state not in COUNTED:
            continue
        if each.given.held:
            held += 1
            continue
        given_count += 1
        if len(each.given.counterparts) == 0:
            without += 1
        for one in each.given.counterparts:
            back[one] = back.get(one, 0) + 1
        if each.given.percent is not None and (greatest is None or each.given.percent > greatest):
            greatest = each.given.percent
        if each.given.money is not None:
            code = each.given.money.currency
            worth[code] = worth.get(code, Decimal(0)) + each.given.money.amount
    found = balance_of(kept)
    assert (found.given, found.without, found.held, found.waiting) == (given_count, without, held, waiting)
    assert {each.currency: each.amount for each in found.worth} == worth
    assert (found.percent, dict(found.back)) == (greatest, back)
    assert balance_from(found.facts()) == found, "it survives the outbox"
    assert found.empty == (not given_count and not held and not waiting)


@given_any(_concessions)
def test_the_months_add_up_to_the_balance(kept: list[Concession]) -> None:
    months, whole = by_month(kept), balance_of(kept)
    assert sum(each.given for each in months) == whole.given
    assert sum(each.without for each in months) == whole.without
    assert sum(each.held for each in months) == whole.held
    assert all(sum(n for _, n, _ in each.clients) == each.without for each in months)
    assert [each.first for each in months] == sorted({each.first for each in months}, reverse=True)
    for month in months:
        sums: dict[str, Decimal] = {}
        for _, _, worth in month.clients:
            for money in worth:
                sums[money.currency] = sums.get(money.currency, Decimal(0)) + money.amount
        assert {each.currency: each.amount for each in month.worth} == sums


def test_nothing_is_an_empty_balance() -> None:
    assert balance_of([]) == Balance() == balance_from(None)
    assert Balance().empty


@pytest.mark.parametrize(
    ("today", "first"), [(date(2026, 11, 16), date(2025, 11, 17)), (date(2028, 2, 29), date(2027, 3, 1))]
)
def test_twelve_months_end_with_today(today: date, first: date) -> None:
    assert balance_since(today) == first


def test_it_is_changed_within_a_day_or_while_it_waits() -> None:
    recorded, later = concession(), NOW + timedelta(hours=25)
    assert recorded.can_be_changed(NOW)
    assert not recorded.can_be_changed(later)
    assert concession(state=State.ASKED).can_be_changed(later)
    agreed = replace(concession(state=State.AGREED), decided_at=NOW)
    assert not agreed.can_be_changed(NOW)
    assert agreed.can_be_withdrawn(NOW)
    assert not agreed.can_be_withdrawn(later)
    assert not concession(state=State.DECLINED).can_be_withdrawn(NOW)
