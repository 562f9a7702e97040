"""Rule files are edited as data: what the form asks changes, everything else stays, and nothing falls between bands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.gifts.book import Rulebook
from bot.domain.gifts.hearing import verdict
from bot.domain.gifts.proposal import read_proposal
from bot.domain.gifts.rules import Outcome
from bot.domain.refusals import Refusal
from bot.rulebook.change import changes
from bot.rulebook.edits import HOUSE, Figure, ended, figures, policy_of, with_figure
from bot.rulebook.rates import EcbRates
from bot.rulebook.reader import document_of, load_rulebook, shipped_files
from bot.rulebook.writer import ClientPolicy, ClientRule, write_client_policy, write_document

TODAY = date(2026, 11, 29)
LATER = date(2027, 1, 1)
SHIPPED = shipped_files()[HOUSE]


def figure(rule: str, text: str = SHIPPED) -> Figure:
    return next(each for each in figures(text) if each.rule == rule)


def book(text: str) -> Rulebook:
    return load_rulebook({HOUSE: text})


def judged(text: str, amount: str, day: date = TODAY) -> str:
    """What our policy alone says of a thing for somebody whose employer has no objection."""
    proposal = read_proposal(
        {
            "recipient": {"employer": "Google"},
            "items": [{"category": "promotional_item", "unit_value": amount, "currency": "USD"}],
        },
        today=day,
    )
    rules = [rule for rule in book(text).rules if rule.layer == "house" or rule.regime == "google"]
    small = Rulebook(
        [replace(rule, yields_to=frozenset(), exempts=frozenset()) for rule in rules],
        version="x",
        date=TODAY,
        phrases={},
    )
    return verdict(proposal, small, rates=EcbRates()).word


@pytest.mark.parametrize("name", sorted(shipped_files()))
def test_every_shipped_file_is_written_as_the_data_it_was_read_as(name: str) -> None:
    document = document_of(name, shipped_files()[name])

    assert document_of(name, write_document(document)) == document


@pytest.mark.parametrize(
    "text", ["2026-11", "09", "2026", "1.50", "2026-11-01", "true", "null", "~", "-5", "NO", "a: b"]
)
def test_what_is_text_stays_text(text: str) -> None:
    assert document_of("x.yaml", write_document({"title": text}))["title"] == text


def test_where_one_band_ends_the_next_begins() -> None:
    changed = with_figure(
        SHIPPED, replace(figure("house-gift-lead"), above=Decimal(40), amount=Decimal(120)), TODAY
    )

    now = {each.rule: each for each in figures(changed)}
    assert now["house-gift"].amount == 40
    assert (now["house-gift-lead"].above, now["house-gift-lead"].amount) == (Decimal(40), Decimal(120))
    assert now["house-gift-compliance"].above == 120
    assert now["house-gift-lead"].english == "From 40 to 120 dollars the lead decides."
    assert now["house-gift"].french == "Les cadeaux jusqu'à 40 dollars sont acceptés et inscrits au registre."
    assert now["house-hospitality"] == figure("house-hospitality")
    assert {each.rule for each in changes(book(SHIPPED), book(changed))} == {
        "house-gift",
        "house-gift-lead",
        "house-gift-compliance",
    }


def test_a_sentence_that_was_written_anew_is_taken_as_it_is() -> None:
    new = replace(figure("house-gift-lead"), amount=Decimal(120), english="Up to 120 the lead decides.")

    changed = figure("house-gift-lead", with_figure(SHIPPED, new, TODAY))

    assert changed.english == "Up to 120 the lead decides."
    assert changed.french == "De 50 à 120 dollars, le responsable décide."


def test_another_currency_holds_for_all_bands_of_the_ladder() -> None:
    changed = with_figure(SHIPPED, replace(figure("house-gift"), currency="EUR"), TODAY)

    held = {each.rule: each.currency for each in figures(changed)}
    assert {rule for rule, currency in held.items() if currency == "EUR"} == {
        "house-gift",
        "house-gift-lead",
        "house-gift-compliance",
        "house-gift-refused",
    }


def test_another_way_of_counting_holds_for_all_bands_of_the_ladder() -> None:
    changed = with_figure(SHIPPED, replace(figure("house-hospitality"), per="occasion"), TODAY)

    counted = {each.rule: each.per for each in figures(changed) if each.rule.startswith("house-hospitality")}
    assert set(counted.values()) == {"occasion"}
    assert figure("house-refreshment-hosted", changed).per == "occasion"
    assert figure("house-unhosted", changed).per == "head"


def test_an_edge_moves_in_every_band_that_touches_it_whatever_further_kinds_a_band_takes_in() -> None:
    changed = with_figure(SHIPPED, replace(figure("house-hospitality"), amount=Decimal(120)), TODAY)

    assert figure("house-hospitality-compliance", changed).above == 120
    assert figure("house-refreshment-hosted", changed).amount == 120
    assert figure("house-unhosted-lead", changed).amount == 100


def test_what_holds_beyond_can_be_changed_also_where_the_file_leaves_it_out() -> None:
    old = figure("house-gifts-12-months")
    assert old.over == "approval"

    same = with_figure(SHIPPED, replace(old, times=5), TODAY)
    changed = with_figure(SHIPPED, replace(old, over="prohibit"), TODAY)

    rule = book(same).by_id["house-gifts-12-months"]
    assert rule.threshold is not None
    assert (rule.threshold.times, rule.over) == (5, Outcome.NEEDS_APPROVAL)
    assert book(changed).by_id["house-gifts-12-months"].over is Outcome.NOT_ALLOWED


def test_a_later_figure_stands_beside_the_old_one_and_no_value_falls_between() -> None:
    changed = with_figure(SHIPPED, replace(figure("house-gift"), amount=Decimal(15), starts=LATER), TODAY)

    rules = book(changed).by_id
    assert rules["house-gift"].effective_to == LATER - timedelta(days=1)
    assert rules["house-gift-from-20270101"].effective_from == LATER
    assert rules["house-gift-lead"].effective_to == LATER - timedelta(days=1)
    before = [judged(changed, amount, LATER - timedelta(days=1)) for amount in ("15", "18", "20")]
    after = [judged(changed, amount, LATER) for amount in ("15", "18", "20")]
    assert before == [judged(SHIPPED, amount) for amount in ("15", "18", "20")]
    assert (before[1], after[0], after[1]) == ("allowed", "allowed", "needs_approval")


def test_whatever_names_the_old_rule_names_the_later_one_too() -> None:
    lifting = SHIPPED.replace("lifts: [sender-no-tender]", "lifts: [sender-no-tender, house-gift]")

    changed = with_figure(lifting, replace(figure("house-gift"), amount=Decimal(15), starts=LATER), TODAY)

    assert book(changed).by_id["house-pending-compliance"].lifts == {
        "sender-no-tender",
        "house-gift",
        "house-gift-from-20270101",
    }


def test_a_later_figure_can_be_changed_once_more_and_followed_by_another() -> None:
    once = with_figure(SHIPPED, replace(figure("house-gift"), amount=Decimal(15), starts=LATER), TODAY)
    later = figure("house-gift-from-20270101", once)

    again = with_figure(once, replace(later, amount=Decimal(16)), TODAY)
    third = with_figure(
        again,
        replace(figure("house-gift-from-20270101", again), amount=Decimal(17), starts=date(2027, 6, 1)),
        TODAY,
    )

    assert figure("house-gift-from-20270101", again).amount == 16
    assert figure("house-gift-from-20270101", third).ends == date(2027, 5, 31)
    assert figure("house-gift-from-20270601", third).amount == 17
    assert judged(third, "16", date(2027, 6, 2)) == "allowed"
    assert judged(third, "18", date(2027, 6, 2)) == "needs_approval"


def test_from_today_on_means_at_once() -> None:
    changed = figure(
        "house-gift",
        with_figure(SHIPPED, replace(figure("house-gift"), amount=Decimal(15), starts=TODAY), TODAY),
    )

    assert (changed.amount, changed.starts) == (Decimal(15), None)


def test_a_source_is_kept_with_its_date() -> None:
    new = replace(
        figure("house-events-12-months"),
        times=3,
        source_title="Board minutes",
        source_url="https://firm.example/minutes",
        source_dated="2026-11",
    )

    rule = book(with_figure(SHIPPED, new, TODAY)).by_id["house-events-12-months"]

    assert rule.threshold is not None
    assert rule.threshold.times == 3
    assert (rule.source.title, rule.source.dated, rule.source.checked) == (
        "Board minutes",
        (2026, 11),
        "primary",
    )


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"amount": Decimal(50)}, "rules.band"),
        ({"amount": Decimal(250)}, "rules.band"),
        ({"starts": date(2026, 11, 28)}, "rules.starts"),
        ({"ends": date(2026, 11, 28)}, "rules.ends"),
        ({"starts": LATER, "ends": TODAY}, "rules.ends"),
        ({"rule": "house-gift-nowhere"}, "rules.gone"),
        ({"rule": "sender-no-cash"}, "rules.gone"),
    ],
)
def test_what_makes_no_sense_is_refused(changed: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        with_figure(SHIPPED, replace(figure("house-gift-lead"), **changed), TODAY)

    assert refused.value.code == code


# --- What clients told us ---------------------------------------------------------------------------------

DUVAL = ClientPolicy(
    client="Düval & Fils",
    told_on=TODAY,
    told_by="Claire Duval: purchasing",
    rules=[
        ClientRule(
            "allow",
            ("goods",),
            "Up to 30.",
            "Jusqu'à 30.",
            Decimal("30.50"),
            "EUR",
            "head",
            "approval",
            ("supervisor_notice",),
        ),
        ClientRule("approval", ("meal",), "Up to 30.", "Jusqu'à 30.", obligations=("supervisor_notice",)),
        ClientRule("prohibit", ("alcohol",), "Up to 30.", "Jusqu'à 30."),
    ],
    aliases=("Duval",),
    url="https://duval.example/ethics",
    valid_until=LATER,
)


def test_an_answer_is_read_back_as_it_was_written() -> None:
    assert policy_of("client_duval.yaml", write_client_policy(DUVAL)) == DUVAL


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("effect: approval", "absolute: true\n    effect: approval"),
        ("layer: employer", "layer: house"),
        ("reviewed:", "phrases: {}\nreviewed:"),
        ("Answer of", "Letter of"),
    ],
)
def test_what_a_form_does_not_know_is_left_to_whoever_wrote_it(part: str, other: str) -> None:
    text = write_client_policy(DUVAL)
    assert part in text

    assert policy_of("client_duval.yaml", text.replace(part, other, 1)) is None


def test_an_ended_answer_holds_until_its_last_day_and_an_earlier_end_stays() -> None:
    text = ended("client_duval.yaml", write_client_policy(DUVAL), date(2026, 12, 24))

    assert policy_of("client_duval.yaml", text) == replace(DUVAL, valid_until=date(2026, 12, 24))
    assert ended("client_duval.yaml", text, LATER) == text
    with pytest.raises(Refusal, match=r"rules\.ends"):
        ended("client_duval.yaml", text, date(2026, 1, 1))
