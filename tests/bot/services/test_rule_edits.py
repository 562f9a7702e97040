"""Edits of a workspace's rules on both databases: in force in every process at once, one of two editors first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.members import Role
from bot.domain.money import Money
from bot.domain.refusals import Refusal
from bot.rulebook.edits import Figure
from bot.rulebook.reader import shipped_files
from bot.rulebook.told import Caution, Preview, Saved
from bot.services import gifts, rule_edits, rules
from bot.services.proposals import GiftDraft
from bot.services.rulebooks import Rulebooks
from tests.conftest import Firm


def figure(firm: Firm, rule: str) -> Figure:
    standing = rule_edits.standing_rules(firm.house, firm.actor(firm.carla))
    return next(each for each in standing.figures if each.rule == rule)


def change(firm: Firm, amount: int) -> Preview:
    edit = replace(figure(firm, "house-gift"), amount=Decimal(amount), english="", french="")
    return rule_edits.preview(firm.house, firm.actor(firm.carla), edit)


def check(firm: Firm, amount: str = "20") -> gifts.Checked:
    draft = GiftDraft(
        employer="Google",
        description="pen",
        category="promotional_item",
        amount=Money(Decimal(amount), "USD"),
    )
    return gifts.check(firm.house, firm.actor(firm.alice), draft)


def test_another_process_takes_a_change_up_with_its_next_check(firm: Firm) -> None:
    before = check(firm).judgement
    elsewhere = replace(firm, house=replace(firm.house, rulebooks=Rulebooks(shipped_files())))
    assert check(elsewhere).judgement.rulebook_version == before.rulebook_version
    firm.clock.tick(minutes=1)

    rule_edits.save(firm.house, firm.actor(firm.carla), change(firm, 15).draft_id)

    after = check(elsewhere).judgement
    assert after.rulebook_version != before.rulebook_version
    assert (before.verdict.word, after.verdict.word) == ("allowed", "needs_approval")
    with firm.house.memory.read(firm.workspace.id) as unit:
        kept = [version.version for version in unit.rules.versions()]
    assert kept == [before.rulebook_version, after.rulebook_version]
    assert not any(each.differs for each in rules.replay(firm.house, firm.workspace.id))


def test_of_two_editors_at_once_one_is_in_force_and_the_other_sees_it(firm: Firm) -> None:
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_roles(firm.lea.id, frozenset({Role.COMPLIANCE}))
    shown = [change(firm, 30), change(firm, 40)]

    with ThreadPoolExecutor(2) as pool:
        done = list(
            pool.map(lambda each: rule_edits.save(firm.house, firm.actor(firm.carla), each.draft_id), shown)
        )

    assert sorted(type(each).__name__ for each in done) == ["Preview", "Saved"]
    (second,) = [each for each in done if isinstance(each, Preview)]
    assert second.meanwhile
    with firm.house.memory.read(firm.workspace.id) as unit:
        assert unit.workspace.rules_revision == 1
        assert [e.kind for e in unit.register.entries()].count("rules_changed") == 1
    assert isinstance(rule_edits.save(firm.house, firm.actor(firm.carla), second.draft_id), Saved)


def test_checks_go_on_while_rules_change(firm: Firm) -> None:
    check(firm)

    def turn(number: int) -> None:
        if number % 4:
            check(firm)
        else:
            rule_edits.save(firm.house, firm.actor(firm.carla), change(firm, 20 + number).draft_id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(turn, range(16)))

    assert not any(each.differs or each.now is None for each in rules.replay(firm.house, firm.workspace.id))


def test_a_draft_is_its_authors_alone(small_firm: Firm) -> None:
    firm = small_firm
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_roles(firm.lea.id, frozenset({Role.ADMIN}))
    shown = change(firm, 15)

    with pytest.raises(Refusal, match=r"draft\.gone"):
        rule_edits.save(firm.house, firm.actor(firm.lea), shown.draft_id)
    for member in (firm.alice, firm.bruno):
        with pytest.raises(Refusal, match=r"rules\.not_yours"):
            rule_edits.preview(firm.house, firm.actor(member), Caution(on=True))


def test_what_was_judged_cautiously_is_recalled_cautiously(firm: Firm) -> None:
    easy = check(firm, "5")
    firm.clock.tick(minutes=1)
    for on in (True, False):
        shown = rule_edits.preview(firm.house, firm.actor(firm.carla), Caution(on=on))
        rule_edits.save(firm.house, firm.actor(firm.carla), shown.draft_id)
        firm.clock.tick(minutes=1)
        if on:
            strict = check(firm, "5")
            firm.clock.tick(minutes=1)

    actor = firm.actor(firm.alice)
    assert (easy.judgement.verdict.word, strict.judgement.verdict.word) == ("allowed", "needs_approval")
    assert gifts.recall(firm.house, actor, easy.check_id).judgement == easy.judgement
    assert gifts.recall(firm.house, actor, strict.check_id).judgement == strict.judgement
    assert not any(each.differs for each in rules.replay(firm.house, firm.workspace.id))
