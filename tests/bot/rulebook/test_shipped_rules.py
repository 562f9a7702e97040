"""The rules that ship: complete, sourced, in both languages, and consistent with one another."""

from __future__ import annotations

import re
from pathlib import Path

from bot.domain.gifts.rules import Outcome, Rule
from tests.bot.domain.gifts.shelf import shipped

OBLIGATIONS = {
    "agency_authorisation",
    "ask_recipient_policy",
    "authorised_agreement",
    "committee_approval",
    "company_programme",
    "compliance_approval",
    "declare_agreement",
    "donate_to_charity",
    "ethics_advice",
    "giver_report",
    "lead_approval",
    "may_be_destroyed",
    "recipient_disclosure",
    "register",
    "return_or_pay",
    "supervisor_approval",
    "supervisor_notice",
    "written_determination",
}

#: The facts that were collected for the rulebook, one id a line; that each can speak is shown elsewhere.
KNOWN = (Path(__file__).parent / "known_facts.txt").read_text(encoding="utf-8").split()


def rules() -> tuple[Rule, ...]:
    return shipped().rules


def test_there_are_all_the_rules_we_know_of() -> None:
    assert [name for name in KNOWN if name not in shipped().by_id] == []
    assert len(KNOWN) == 246


def test_every_rule_has_a_sentence_in_english_and_one_in_french() -> None:
    for rule in rules():
        for sentence in rule.summary.values():
            assert sentence.endswith("."), rule.id
            assert len(sentence) <= 260, rule.id
        assert rule.summary["en"] != rule.summary["fr"], rule.id


def test_every_rule_that_is_not_ours_has_a_source_with_an_address_or_says_where_it_was_read() -> None:
    for rule in rules():
        assert rule.source.url is None or re.match(r"https?://", rule.source.url), rule.id
        if rule.source.url is None and not rule.own_policy:
            assert rule.source.checked != "primary", rule.id


def test_every_obligation_is_one_that_the_skin_can_name() -> None:
    used = {
        code
        for rule in rules()
        for code in (*rule.obligations, *rule.obligations_within, *rule.obligations_over)
    }

    assert used == OBLIGATIONS


def test_a_prohibition_never_lifts_anything() -> None:
    for rule in rules():
        if rule.effect == "prohibit":
            assert not rule.lifts, rule.id
            assert not rule.lifts_all, rule.id


def test_an_exception_lifts_only_what_can_refuse() -> None:
    book = shipped()
    for rule in rules():
        for target in rule.lifts:
            other = book.by_id[target]
            assert max(other.over or 0, other.within or 0) > Outcome.ALLOWED, f"{rule.id} lifts {target}"


def test_a_limit_without_a_figure_in_its_text_says_so() -> None:
    for rule in rules():
        if rule.threshold is not None and rule.threshold.yardstick:
            words = f"{rule.summary['en']} {rule.note or ''}"
            assert re.search(
                r"no (figure|amount)|nominal|minimal|modest|small|token|low-value|Inexpensive|commemorative",
                words,
                re.IGNORECASE,
            ), rule.id


def test_rules_that_replace_one_another_leave_no_gap_and_do_not_overlap() -> None:
    book = shipped()
    for before, after in (
        ("finra-3220-100", "finra-3220-300"),
        ("us-ca-590", "us-ca-630"),
        ("fr-tva-69", "fr-tva-73"),
        ("fr-tva-73", "fr-tva-2026"),
        ("de-estg-35", "de-estg-50"),
    ):
        end, start = book.by_id[before].effective_to, book.by_id[after].effective_from
        assert end is not None
        assert start is not None
        assert (start - end).days == 1


def test_two_regimes_do_not_share_a_layerless_name() -> None:
    layers: dict[str, set[str]] = {}
    for rule in rules():
        layers.setdefault(rule.regime, set()).add(rule.layer)

    assert all(len(found) == 1 for found in layers.values())


def test_phrases_exist_in_both_languages() -> None:
    for code in ("near_limit", "value_unknown", "doubtful", "lifted"):
        assert set(shipped().phrases[code]) == {"en", "fr"}
