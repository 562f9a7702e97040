"""The terms that a workspace sets: how they are read, which are refused, and what holds for whom."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.answer_terms import (
    EVENING,
    NAMES,
    NOON,
    Market,
    Term,
    check_terms,
    policy_of,
    term_from,
    terms_of,
    tighter,
)
from bot.domain.clients import Tier
from bot.domain.refusals import Refusal


@pytest.mark.parametrize(
    ("said", "term"),
    [
        ("60", Term(span=timedelta(minutes=60))),
        (" 60m ", Term(span=timedelta(minutes=60))),
        ("45 min", Term(span=timedelta(minutes=45))),
        ("2h", Term(span=timedelta(hours=2))),
        ("1h 30m", Term(span=timedelta(minutes=90))),
        ("1h30", Term(span=timedelta(minutes=90))),
        ("12:00", NOON),
        ("17:00", EVENING),
    ],
)
def test_terms_are_read_as_people_write_them(said: str, term: Term) -> None:
    assert term_from(said) == term


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "terms.unread"),
        ("soon", "terms.unread"),
        ("-5", "terms.unread"),
        ("0", "terms.span"),
        ("17h", "terms.either"),
        ("12h30", "terms.either"),
        ("4m", "terms.span"),
        ("81h", "terms.span"),
        ("9:59", "terms.at"),
        ("20:01", "terms.at"),
        ("25:00", "terms.at"),
        ("12:60", "terms.at"),
    ],
)
def test_what_is_no_term_or_out_of_bounds_is_named(said: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        term_from(said)
    assert (refused.value.code, refused.value.facts["said"]) == (code, said)


@given(st.integers(5, 4800), st.integers(0, 10 * 60))
def test_a_term_is_read_again_as_it_is_written(minutes: int, of_day: int) -> None:
    for term in (
        Term(span=timedelta(minutes=minutes)),
        Term(at=time(10 + of_day // 60, of_day % 60)),
    ):
        assert term_from(term.written()) == term


@pytest.mark.parametrize(
    ("minutes", "written"),
    [(45, "45m"), (120, "120m"), (180, "3h"), (200, "200m"), (480, "8h"), (600, "600m"), (1260, "21h")],
)
def test_long_terms_are_written_in_hours(minutes: int, written: str) -> None:
    assert Term(span=timedelta(minutes=minutes)).written() == written


def test_a_workspaces_own_terms_hold_for_its_market_and_tier_a_stays_one_step_tighter() -> None:
    kept = {"us": ("90m", "180m")}
    assert policy_of(Market.US, Tier.B, kept).answer == (Term(span=timedelta(hours=3)),)
    assert policy_of(Market.US, Tier.A, kept).answer[1] == Term(span=timedelta(minutes=90))
    assert policy_of(Market.CANADA, Tier.B, kept) == policy_of(Market.CANADA, Tier.B)
    assert terms_of(Market.US, {"us-a": ("20m", "40m")}, tight=True)[1] == Term(span=timedelta(minutes=40))


def test_each_default_is_what_the_page_says_and_one_step_tighter_for_tier_a() -> None:
    assert [tighter(term) for term in (NOON, EVENING, Term(span=timedelta(hours=8)))] == [
        Term(span=timedelta(hours=4)),
        NOON,
        Term(span=timedelta(hours=4)),
    ]


@pytest.mark.parametrize(
    ("kept", "code"),
    [
        ({"usa": ("60m", "120m")}, "terms.market"),
        ({"us": ("120m", "60m")}, "terms.order"),
        ({"canada": ("17:00", "12:00")}, "terms.order"),
        ({"us": ("60m", "soon")}, "terms.unread"),
    ],
)
def test_terms_that_cannot_be_kept_are_refused(kept: dict[str, tuple[str, str]], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_terms(kept)
    assert refused.value.code == code


def test_all_that_can_be_set_has_a_name() -> None:
    check_terms(dict.fromkeys(NAMES, ("60m", "17:00")))
