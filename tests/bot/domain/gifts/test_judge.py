"""Particular ways of the judge: layers, counting, conversion, doubt, explanation, information."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.gifts.facts import FACTS, Fact
from bot.domain.gifts.judge import judge
from bot.domain.gifts.judgement import Finding
from bot.domain.gifts.proposal import read_proposal
from bot.domain.gifts.rates import FixedRates
from bot.domain.gifts.rules import Outcome
from tests.bot.domain.gifts.shelf import RATES, TODAY, decisive, judged, obliged, proposal, shipped, told


def finding(data: dict[str, Any], rule: str) -> Finding:
    found = [each for each in judged(data).findings if each.rule.id == rule]
    assert found, f"{rule} did not speak"
    return found[0]


def merck(value: object, **more: Any) -> dict[str, Any]:
    return {
        "recipient": {"employer": "Merck"},
        "items": [{"category": "promotional_item", "unit_value": value, **more}],
    }


def test_between_layers_the_strictest_wins() -> None:
    both = {"recipient": {"employer": "Tyson", "regimes": ["US-FED"]}, "items": [{"unit_value": 60}]}

    judgement = judged({**both, "house_policy": True})

    assert judgement.verdict is Outcome.NOT_ALLOWED
    assert "us-fed-20-occasion" in decisive(judgement)
    assert {"tyson-100-disclosure", "house-gift-lead"} <= told(judgement)


def test_our_policy_can_be_left_out() -> None:
    assert "house-gift" in told(judged(merck(12)))
    assert "house-gift" not in told(judged({**merck(12), "house_policy": False}))


def test_our_policy_refuses_even_where_nothing_is_known_of_the_recipient() -> None:
    assert judged({"items": [{"unit_value": 251}]}).verdict is Outcome.NOT_ALLOWED
    assert judged({"items": [{"unit_value": 25}]}).verdict is Outcome.ASK


def test_an_office_that_no_rule_knows_has_to_be_asked_even_if_the_employer_allows() -> None:
    data = merck(12)
    data["recipient"]["regimes"] = ["US-ZZ"]

    assert judged(data).verdict is Outcome.ASK


def test_rules_apply_from_their_first_to_their_last_day() -> None:
    data = {"recipient": {"regimes": ["FINRA-3220"]}, "items": [{"unit_value": 200}], "house_policy": False}

    assert judged({**data, "date": "2026-03-29"}).verdict is Outcome.NOT_ALLOWED
    assert judged({**data, "date": "2026-03-30"}).verdict is Outcome.ALLOWED


def test_the_answer_tells_what_is_left_of_the_allowance() -> None:
    spoke = finding(
        {
            "date": "2025-11-03",
            "recipient": {"regimes": ["US-FED"]},
            "items": [{"unit_value": 15}],
            "context": {"prior": [{"amount": 20, "currency": "USD", "date": "2025-02-01"}]},
        },
        "us-fed-50-year",
    )

    assert (spoke.used, spoke.remaining) == (Decimal("35.00"), Decimal("15.00"))


def test_last_years_gifts_do_not_count_for_a_calendar_year_but_do_for_twelve_months() -> None:
    prior = [{"amount": 45, "currency": "USD", "date": "2025-12-30"}]
    data = {
        "date": "2026-01-05",
        "items": [{"unit_value": 10}],
        "context": {"prior": prior},
        "house_policy": False,
    }

    assert judged({**data, "recipient": {"regimes": ["US-WA"]}}).verdict is Outcome.ALLOWED
    assert judged({**data, "recipient": {"regimes": ["US-MA"]}}).verdict is Outcome.NOT_ALLOWED


def test_an_earlier_gift_of_another_kind_does_not_count() -> None:
    prior = [{"amount": 45, "currency": "USD", "date": "2026-11-01", "category": "loan"}]
    data = {"recipient": {"regimes": ["US-FED"]}, "items": [{"unit_value": 10}], "house_policy": False}

    assert judged({**data, "context": {"prior": prior}}).verdict is Outcome.ALLOWED


def test_what_is_no_gift_does_not_use_up_the_allowance_of_the_occasion() -> None:
    data = {
        "recipient": {"regimes": ["US-FED"]},
        "items": [{"category": "refreshment", "unit_value": 12}, {"category": "gift", "unit_value": 18}],
        "house_policy": False,
    }

    assert judged(data).verdict is Outcome.ALLOWED
    assert finding(data, "us-fed-20-occasion").used == Decimal("18.00")


def test_close_to_a_limit_after_conversion_a_person_decides_and_the_reason_says_so() -> None:
    # 27.00 euros are 29.70 dollars at 1.10; the rate is given, so the edge of five percent is exact.
    accor = {"recipient": {"employer": "Accor"}, "house_policy": False}

    near = judged({**accor, "items": [{"unit_value": "32.00", "currency": "USD"}]})
    inside = judged({**accor, "items": [{"unit_value": "31.00", "currency": "USD"}]})
    same_currency = judged({**accor, "items": [{"unit_value": "29.99", "currency": "EUR"}]})

    assert near.verdict is Outcome.NEEDS_APPROVAL
    assert near.findings[0].flags == ("near_limit",)
    shown: Any = near.as_json()
    reason = shown["findings"][0]["reason"]
    assert "five percent" in reason
    assert inside.verdict is Outcome.ALLOWED
    assert same_currency.verdict is Outcome.ALLOWED


def test_the_valuation_names_the_rate_and_its_day() -> None:
    judgement = judged(
        {
            "recipient": {"employer": "Accor"},
            "house_policy": False,
            "items": [{"unit_value": 11, "currency": "USD"}],
        }
    )
    conversion = judgement.valuation.conversions[0]

    assert (conversion.source, conversion.target) == ("USD", "EUR")
    assert conversion.quote is not None
    assert conversion.quote.day == date(2026, 11, 19)
    assert judgement.valuation.regimes[0].total == Decimal("10.00")


def test_without_a_rate_nothing_is_allowed() -> None:
    none = FixedRates(base="EUR", per_base={}, published=TODAY)
    data = {"recipient": {"employer": "Accor"}, "house_policy": False}
    told_one = proposal({**data, "items": [{"unit_value": 1, "currency": "USD"}]})

    judgement = judge(told_one, shipped(), rates=none)

    assert judgement.verdict is Outcome.NEEDS_APPROVAL
    assert judgement.valuation.conversions[0].quote is None


def test_a_gift_of_unknown_value_is_never_allowed_by_a_limit() -> None:
    judgement = judged({"recipient": {"employer": "Tyson"}, "items": [{}], "house_policy": False})

    assert judgement.verdict is Outcome.NEEDS_APPROVAL
    assert judgement.findings[0].flags == ("value_unknown",)


def test_a_value_known_only_to_exceed_the_limit_is_over_it() -> None:
    base = {"recipient": {"regimes": ["US-WA"]}, "house_policy": False}

    assert judged({**base, "items": [{"value_above": 50}]}).verdict is Outcome.NOT_ALLOWED
    assert judged({**base, "items": [{"value_above": 30}]}).verdict is Outcome.NEEDS_APPROVAL


def test_a_second_hand_source_speaks_with_a_caveat() -> None:
    spoke = finding(merck(12), "merck-seed")

    assert spoke.caveats == ("secondary", "old")
    assert finding(merck(12), "house-gift").caveats == ()


def test_a_cautious_workspace_does_not_let_such_a_source_allow() -> None:
    judgement = judged(merck(12), cautious=True)

    assert judgement.verdict is Outcome.NEEDS_APPROVAL
    assert "doubtful" in judgement.findings[0].flags


def test_hospitality_counts_a_head_and_not_the_table() -> None:
    data = {
        "direction": "received",
        "items": [{"category": "meal", "unit_value": 90, "quantity": 2}],
        "context": {"guests": 0},
    }

    assert (
        judged({**data, "context": {"guests": 1}}).verdict is Outcome.NOT_ALLOWED
    )  # a guest is family or friend
    assert judged({**data, "items": [{"category": "meal", "unit_value": 90}]}).verdict is Outcome.ALLOWED
    assert judged(data).verdict is Outcome.NEEDS_APPROVAL  # two dinners for one person


def test_a_third_event_in_twelve_months_goes_to_compliance() -> None:
    prior = [
        {"amount": 20, "currency": "USD", "date": "2026-02-01", "category": "entertainment"},
        {"amount": 20, "currency": "USD", "date": "2026-06-01", "category": "entertainment"},
    ]
    data = {
        "direction": "received",
        "items": [{"category": "entertainment", "unit_value": 20}],
        "context": {"prior": prior, "host_present": True},
    }

    judgement = judged(data)

    assert judgement.verdict is Outcome.NEEDS_APPROVAL
    assert decisive(judgement) == {"house-events-12-months"}
    assert "compliance_approval" in obliged(judgement)


def test_a_paid_gift_is_no_gift() -> None:
    data = {"items": [{"unit_value": 400}], "context": {"recipient_pays": 400}, "house_policy": False}

    judgement = judged(data)

    assert judgement.verdict is Outcome.ALLOWED
    assert judgement.silence == "paid_in_full"
    assert judged({**data, "context": {"recipient_pays": 399}}).verdict is Outcome.ASK


@pytest.mark.parametrize(
    ("value", "date_given", "reportable"),
    [
        ("13.81", "2026-05-01", False),
        ("13.82", "2026-05-01", True),
        ("9.99", "2027-05-01", False),
        (10, "2027-05-01", True),
    ],
)
def test_transparency_reports_follow_the_figures_of_their_year(
    value: object, date_given: str, reportable: bool
) -> None:
    judgement = judged(
        {
            "date": date_given,
            "recipient": {"regimes": ["HCP"], "jurisdiction": "US-OH"},
            "giver": {"health_products_maker": True},
            "items": [{"category": "meal", "unit_value": value}],
        }
    )
    items = [report for report in judgement.reporting if report.rule.endswith(("-item", "-base"))]

    assert [report.reportable for report in items] == [reportable]
    assert ("giver_report" in obliged(judgement)) is reportable


def tax(data: dict[str, Any]) -> dict[str, Any]:
    return {note.rule: note.value for note in judged(data).tax}


def test_a_duty_to_report_falls_due_in_doubt_and_allows_nothing() -> None:
    steward = {"recipient": {"regimes": ["LMRDA"]}, "house_policy": False}

    for item in ({"value_above": 250}, {}, {"unit_value": 228, "currency": "EUR"}):
        judgement = judged({**steward, "items": [{"category": "meal", **item}]})

        assert judgement.verdict is Outcome.ASK
        assert [report.reportable for report in judgement.reporting] == [True]
        assert obliged(judgement) == {"giver_report"}
        assert not decisive(judgement)


def test_whoever_is_a_member_of_phrma_makes_health_products() -> None:
    data = {"recipient": {"regimes": ["HCP"], "jurisdiction": "US-VT"}, "items": [{"unit_value": 5}]}

    assert "us-vt-hcp-ban" not in told(judged(data))
    assert "us-vt-hcp-ban" in decisive(judged({**data, "giver": {"phrma_member": True}}))


@pytest.mark.parametrize(
    ("codes", "place", "rule"),
    [
        (["HCP", "FR"], None, "fr-hcp-ban"),
        (["HCP", "US-MA"], None, "us-ma-hcp-items"),
        (["HCP", "UK-ENG-NHS"], None, "efpia-gift-ban"),
        (["HCP", "UK"], "FR", "fr-hcp-ban"),
    ],
)
def test_without_a_country_the_seat_of_the_office_tells_where_the_recipient_is(
    codes: list[str], place: str | None, rule: str
) -> None:
    recipient = {"regimes": codes, "jurisdiction": place}
    data = {"recipient": recipient, "giver": {"health_products_maker": True}, "items": [{"unit_value": 5}]}

    spoke = told(judged(data))

    assert rule in spoke
    assert place is None or "uk-hcp-no-meeting" not in spoke


def test_tax_is_information_for_the_givers_country() -> None:
    us = {"giver": {"jurisdiction": "US"}, "items": [{"unit_value": 40}]}
    prior = {"prior": [{"amount": 20, "currency": "USD", "date": "2026-01-05"}]}

    assert tax(us) == {"us-irc274b-25": Decimal("25.00")}
    assert tax({**us, "context": prior}) == {"us-irc274b-25": Decimal("5.00")}
    assert tax({**us, "giver": {"jurisdiction": "JP"}}) == {}


def test_a_german_euro_too_much_loses_the_whole_deduction() -> None:
    german = {"giver": {"jurisdiction": "DE"}, "recipient": {"jurisdiction": "DE"}}

    assert tax({**german, "items": [{"unit_value": 50}]})["de-estg-50"] == Decimal("50.00")
    assert tax({**german, "items": [{"unit_value": 51}]})["de-estg-50"] == Decimal("0.00")
    assert tax({**german, "date": "2023-12-31", "items": [{"unit_value": 40}]})["de-estg-35"] == Decimal(
        "0.00"
    )


def test_french_vat_is_unknown_where_the_figure_is() -> None:
    french = {
        "giver": {"jurisdiction": "FR"},
        "recipient": {"jurisdiction": "FR"},
        "items": [{"unit_value": 73}],
    }

    assert tax({**french, "date": "2025-12-31"})["fr-tva-73"] is True
    assert tax({**french, "date": "2026-01-01"})["fr-tva-2026"] is None


def test_half_a_meal_is_deductible_only_with_the_host() -> None:
    meal = {"giver": {"jurisdiction": "US"}, "items": [{"category": "meal", "unit_value": 60}]}

    assert tax(meal)["us-irc274k-meals"] == Decimal("30.00")
    assert tax({**meal, "context": {"host_present": False}})["us-irc274k-meals"] == Decimal("0.00")


def test_an_assumption_is_listed_when_the_verdict_hangs_on_it() -> None:
    judgement = judged(
        {
            "recipient": {"regimes": ["US-TX"]},
            "items": [{"category": "entertainment", "unit_value": 90}],
            "house_policy": False,
        },
        explain=True,
    )
    found = {assumption.key: assumption for assumption in judgement.assumptions}

    assert judgement.verdict is Outcome.NOT_ALLOWED
    assert found["context.host_present"].assumed is False
    assert found["context.host_present"].other is True
    assert found["context.host_present"].verdict_if_other is Outcome.ALLOWED


def test_what_was_said_is_no_assumption() -> None:
    judgement = judged(
        {
            "recipient": {"regimes": ["US-TX"]},
            "items": [{"category": "entertainment", "unit_value": 90}],
            "context": {"host_present": False},
            "house_policy": False,
        },
        explain=True,
    )

    assert "context.host_present" not in {assumption.key for assumption in judgement.assumptions}


def test_alternatives_are_allowed_when_they_are_judged_themselves() -> None:
    data: dict[str, Any] = {
        "recipient": {"employer": "Ford"},
        "items": [{"category": "alcohol", "unit_value": 45}],
    }
    for given in (
        data,
        merck(90),
        {"recipient": {"employer": "Google"}, "items": [{"category": "cash", "unit_value": 20}]},
    ):
        judgement = judged(given, explain=True)

        assert judgement.alternatives
        for alternative in judgement.alternatives:
            assert judged(_changed(given, dict(alternative.changes))).verdict is Outcome.ALLOWED


def _changed(data: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    changed = {**data, "items": [dict(item) for item in data["items"]]}
    for key, value in changes.items():
        section, _, name = key.partition(".")
        written = str(value) if isinstance(value, Decimal | date) else value
        if section.startswith("items["):
            changed["items"][int(section[6:-1])][name] = written
        elif name:
            changed[section] = {**changed.get(section, {}), name: written}
        else:
            changed[section] = written
    return changed


def test_the_highest_value_that_passes_is_offered() -> None:
    judgement = judged({**merck(90), "house_policy": False}, explain=True)
    kinds = {alternative.kind: alternative for alternative in judgement.alternatives}

    assert kinds["lower_value"].changes == {"items[0].unit_value": Decimal(20)}


def test_the_host_coming_along_is_offered_first() -> None:
    judgement = judged(
        {
            "recipient": {"regimes": ["US-TX"]},
            "items": [{"category": "entertainment", "unit_value": 90}],
            "house_policy": False,
        },
        explain=True,
    )

    assert judgement.alternatives[0].kind == "host_present"


def test_waiting_for_the_new_year_is_offered_when_the_year_is_used_up() -> None:
    judgement = judged(
        {
            "date": "2025-11-20",
            "recipient": {"regimes": ["US-WA"]},
            "items": [{"unit_value": 40}],
            "context": {"prior": [{"amount": 50, "currency": "USD", "date": "2025-03-01"}]},
            "house_policy": False,
        },
        explain=True,
    )
    kinds = {alternative.kind: alternative for alternative in judgement.alternatives}

    assert kinds["later_date"].changes == {"date": date(2026, 1, 1)}


def asked(data: dict[str, Any]) -> list[str]:
    """Keys of the facts that are worth asking, the most decisive first."""
    return [each.key for each in judged(data, explain=True).assumptions]


def test_only_questions_that_can_change_the_verdict_are_asked_and_the_most_decisive_first() -> None:
    ford = judged({"recipient": {"employer": "Ford"}, "items": [{"unit_value": 40}]}, explain=True)

    assert asked({"recipient": {"employer": "Costco"}, "items": [{"unit_value": 5}]}) == []
    assert ford.assumptions[0].key == "items[0].category"
    distances = [abs(each.verdict_if_other - ford.verdict) for each in ford.assumptions]
    assert distances == sorted(distances, reverse=True)
    assert "items[0].unit_value" not in {each.key for each in ford.assumptions}


def test_an_unknown_value_is_asked_before_anything_else() -> None:
    tyson = {"recipient": {"employer": "Tyson"}, "items": [{"category": "gift"}]}

    assert asked(tyson)[0] == "items[0].unit_value"


@pytest.mark.parametrize("category", [None, "meal", "entertainment", "alcohol", "award"])
@pytest.mark.parametrize(
    "recipient",
    [
        {"employer": "Ford", "jurisdiction": "US-MI"},
        {"employer": "Google", "jurisdiction": "US-CA"},
        {"employer": "Idal Group", "jurisdiction": "FR"},
        {"employer": "Department of Energy", "jurisdiction": "US", "regimes": ["US-FED"]},
        {"employer": "Mercy Hospital", "jurisdiction": "US-VT", "regimes": ["HCP"]},
        {"employer": "City Hall", "jurisdiction": "US-MA", "regimes": ["US-MA"]},
    ],
)
def test_a_fact_is_asked_exactly_when_some_answer_to_it_would_change_the_verdict(
    recipient: dict[str, Any], category: str | None
) -> None:
    """Every fact of the vocabulary is tried with every answer; the judge asks from what its rules read alone."""
    item: dict[str, Any] = {"category": category, "unit_value": 40, "currency": "USD", "quantity": 1}
    data: dict[str, Any] = {"recipient": recipient, "items": [item]}
    verdict = judged(data).verdict
    decisive = set()
    for path, fact in FACTS.items():
        section, _, name = path.partition(".")
        given: dict[str, Any] = {"item": item, "recipient": recipient}.get(section, {})
        answerable = fact.asked and (fact.asked_of is None or category in fact.asked_of)
        if not answerable or given.get(name) is not None:
            continue
        for value in _answers(fact):
            part = [{**item, name: value}] if section == "item" else {**given, name: value}
            if judged({**data, "items" if section == "item" else section: part}).verdict is not verdict:
                decisive.add(f"items[0].{name}" if section == "item" else path)
                break

    assert set(asked(data)) == decisive


def _answers(fact: Fact) -> list[Any]:
    if fact.kind == "flag":
        return [True, False]
    if fact.kind == "count":
        return [*range(1, 30), 100, 1000]
    return list(fact.codes)


def test_names_are_matched_without_case_accents_or_legal_form() -> None:
    for name in ("google", "GOOGLE LLC", "Google, Inc.", "Goögle"):
        data = {"recipient": {"employer": name}, "items": [{"category": "promotional_item", "unit_value": 5}]}
        assert "google-token" in told(judged(data))


def test_microsoft_as_giver_holds_itself_to_its_own_notice() -> None:
    data = {
        "recipient": {"regimes": ["US-FED"]},
        "giver": {"description": "Microsoft Corporation, Redmond"},
        "items": [{"category": "promotional_item", "unit_value": 5}],
    }

    assert judged(data).verdict is Outcome.NOT_ALLOWED
    assert "microsoft-public-sector-events" in decisive(judged(data))


def test_a_thousand_earlier_gifts_are_counted() -> None:
    prior = [{"amount": "0.10", "currency": "USD", "date": "2026-01-05"}] * 1000
    data = {"items": [{"unit_value": 1}], "recipient": {"regimes": ["US-WA"]}, "house_policy": False}
    told_one = read_proposal({**data, "context": {"prior": prior}}, today=TODAY)

    assert judge(told_one, shipped(), rates=RATES).verdict is Outcome.NOT_ALLOWED
