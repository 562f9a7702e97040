"""Changing the rulebook: what differs, which checks would turn, and a client's answer as a rule."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from bot.domain.gifts.judge import judge
from bot.domain.gifts.rules import Outcome
from bot.rulebook.change import changes, verdict_changes
from bot.rulebook.reader import RulebookError, load_rulebook, shipped_files
from bot.rulebook.writer import ClientPolicy, ClientRule, client_file_name, write_client_policy
from tests.bot.domain.gifts.shelf import RATES, decisive, proposal, shipped

ANSWER = ClientPolicy(
    client="Düval & Fils SARL",
    told_on=date(2026, 10, 1),
    told_by="Claire Duval, purchasing",
    aliases=["Duval"],
    rules=[
        ClientRule(
            "allow",
            ["goods"],
            "Duval people keep things of up to 30.50 euros: no more.",
            "Les équipes de Duval gardent des objets jusqu'à 30,50 euros.",
            Decimal("30.50"),
            "EUR",
        ),
        ClientRule("prohibit", ["alcohol"], "No alcohol for Duval.", "Pas d'alcool pour Duval."),
    ],
)


def test_a_clients_answer_becomes_a_dated_rule_for_all_colleagues() -> None:
    book = load_rulebook({client_file_name(ANSWER.client): write_client_policy(ANSWER)})

    def outcome(value: str, day: str, category: str = "gift") -> Outcome:
        told = proposal(
            {
                "date": day,
                "recipient": {"employer": "DUVAL", "jurisdiction": "FR"},
                "items": [{"category": category, "unit_value": value}],
                "house_policy": False,
            }
        )
        return judge(told, book, rates=RATES).verdict

    assert outcome("30.50", "2026-10-01") is Outcome.ALLOWED
    assert outcome("30.51", "2026-10-01") is Outcome.NOT_ALLOWED
    assert outcome("5", "2026-10-01", "alcohol") is Outcome.NOT_ALLOWED
    assert outcome("30.50", "2026-09-30") is Outcome.ASK


def test_the_reason_shown_is_the_clients_own() -> None:
    book = load_rulebook({client_file_name(ANSWER.client): write_client_policy(ANSWER)})
    told = proposal(
        {"date": "2026-11-01", "recipient": {"employer": "Duval"}, "items": [{"category": "alcohol"}]}
    )
    judgement = judge(told, book, rates=RATES)

    assert decisive(judgement) == {"client-duval-and-fils-2"}
    assert judgement.findings[0].rule.summary["en"] == "No alcohol for Duval."
    assert judgement.findings[0].caveats == ()


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "NO",
        "null",
        "- a",
        "a: b",
        "# no comment",
        "2026-01-01",
        "1.5",
        "'quoted'",
        '"x',
        "{a}",
        "*a",
        "&a",
    ],
)
def test_whatever_a_person_writes_stays_text(text: str) -> None:
    rule = ClientRule("prohibit", ["gift"], f"{text} x.", f"{text} y.")
    policy = ClientPolicy(client=f"Acme {text}", told_on=date(2026, 10, 1), told_by=text, rules=[rule])

    book = load_rulebook({"client_acme.yaml": write_client_policy(policy)})

    written = next(each for each in book.rules if each.regime.startswith("client-acme"))
    assert written.summary == {"en": f"{text} x.", "fr": f"{text} y."}
    assert written.scope.employers == (f"Acme {text}",)


def test_an_answer_that_makes_no_sense_is_refused_by_the_reader() -> None:
    rule = ClientRule("allow", ["wine"], "Wine.", "Vin.")
    policy = ClientPolicy(client="Acme", told_on=date(2026, 10, 1), told_by="Ann", rules=[rule])

    with pytest.raises(RulebookError, match="wine"):
        load_rulebook({"client_acme.yaml": write_client_policy(policy)})


@pytest.mark.parametrize("amount", ["30", "30.5", "0", "100000", "0.01", "1E+2"])
def test_an_amount_is_read_back_as_it_was_said(amount: str) -> None:
    rule = ClientRule("allow", ["goods"], "Yes.", "Oui.", Decimal(amount), "EUR")
    policy = ClientPolicy(client="Acme", told_on=date(2026, 10, 1), told_by="Ann", rules=[rule])

    book = load_rulebook({"client_acme.yaml": write_client_policy(policy)})

    threshold = book.by_id["client-acme-1"].threshold
    assert threshold is not None
    assert threshold.amount == Decimal(amount)


def test_each_client_has_a_file_of_its_own() -> None:
    long = "Société des transports et de la logistique du Nord et de l'Ouest"
    names = ["Acme", "東京商事", "大阪商事", "Ивановъ", "Acme 東京", f"{long} un", f"{long} deux", "???", "&"]

    files = [client_file_name(name) for name in names]

    assert len(set(files)) == len(names)
    assert all(re.fullmatch(r"client_[a-z0-9_]{1,60}\.yaml", file) for file in files), files
    assert client_file_name("ACME Inc.") == client_file_name("Acme") == "client_acme.yaml"
    for name in names:
        rule = ClientRule("prohibit", ["gift"], "No.", "Non.")
        policy = ClientPolicy(client=name, told_on=date(2026, 10, 1), told_by="Ann", rules=[rule])
        assert load_rulebook({client_file_name(name): write_client_policy(policy)}).knows_employer(name)


def test_a_change_names_the_rules_and_entries_that_differ() -> None:
    house = shipped_files()["house.yaml"]
    changed = house.replace(
        "limit: {amount: 50, currency: USD, per: occasion}",
        "limit: {amount: 40, currency: USD, per: occasion}",
        1,
    )
    changed = changed.replace(
        "when: {context.conditional: true}", "when: {context.conditional: true, context.scarce: true}"
    )

    after = load_rulebook({"house.yaml": changed})

    assert [(each.rule, each.kind, each.entries) for each in changes(shipped(), after)] == [
        ("house-gift", "changed", ("limit",)),
        ("house-nothing-in-return", "changed", ("when",)),
    ]
    assert changes(after, after) == ()
    assert changes(shipped(), load_rulebook()) == ()


def test_added_and_removed_rules_are_told() -> None:
    with_duval = load_rulebook({"client_duval.yaml": write_client_policy(ANSWER)})

    assert {each.kind for each in changes(shipped(), with_duval)} == {"added"}
    assert {each.kind for each in changes(with_duval, shipped())} == {"removed"}


def test_recorded_checks_that_would_turn_are_found() -> None:
    with_duval = load_rulebook({"client_duval.yaml": write_client_policy(ANSWER)})
    recorded = [
        proposal({"date": "2026-11-01", "recipient": {"employer": "Duval"}, "items": [{"unit_value": 10}]}),
        proposal(
            {"date": "2026-11-01", "recipient": {"employer": "Ford"}, "items": [{"category": "alcohol"}]}
        ),
        proposal({"date": "2026-01-01", "recipient": {"employer": "Duval"}, "items": [{"unit_value": 10}]}),
    ]

    found = verdict_changes(recorded, shipped(), with_duval, rates=RATES)

    assert [(each.place, each.before, each.after) for each in found] == [(0, Outcome.ASK, Outcome.ALLOWED)]
