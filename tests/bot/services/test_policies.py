"""Clients are asked for their policy, asked after, and their answer holds for everybody at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.domain.members import Member
from bot.domain.money import Money
from bot.domain.refusals import Refusal
from bot.rulebook.writer import ClientPolicy, ClientRule
from bot.services import gifts, policies
from bot.services.proposals import GiftDraft
from tests.conftest import MONDAY, Firm

TODAY = MONDAY.date()
NOTHING = ClientPolicy(
    client="Acme",
    told_on=TODAY,
    told_by="Dana Dee, purchasing",
    rules=[ClientRule("prohibit", ["goods"], "Acme people take nothing.", "Rien pour Acme.")],
)


def check(firm: Firm, by: Member, employer: str = "Acme") -> gifts.Checked:
    draft = GiftDraft(employer=employer, description="book", amount=Money(Decimal(20), "USD"))
    return gifts.check(firm.house, firm.actor(by), draft)


def ask(firm: Firm, by: Member, check_id: int, day: date = TODAY) -> policies.Asked:
    return policies.asked(firm.house, firm.actor(by), check_id, "Dana Dee", day)


def messages(firm: Firm, kind: str) -> list[int]:
    """Who has a message of that kind waiting."""
    with firm.house.memory.read(firm.workspace.id) as unit:
        entries = [unit.outbox.get(number) for number in unit.outbox.due(MONDAY + timedelta(days=400), 99)]
    return [entry.member_id for entry in entries if entry is not None and entry.kind == kind]


def register(firm: Firm) -> list[str]:
    with firm.house.memory.read(firm.workspace.id) as unit:
        return [entry.kind for entry in unit.register.entries()]


def test_who_asked_is_reminded_after_five_working_days_and_once_more_after_ten(firm: Firm) -> None:
    asked = ask(firm, firm.alice, check(firm, firm.alice).check_id)
    # The Monday is followed by Thanksgiving, a Thursday of the week after.
    assert asked.reminder_on == date(2026, 11, 23)
    reminded = []
    for day in range(40):
        firm.clock.now = MONDAY + timedelta(days=day)
        if policies.remind(firm.house, firm.workspace.id):
            reminded.append((MONDAY + timedelta(days=day)).date())

    assert reminded == [date(2026, 11, 23), date(2026, 12, 1)]
    assert messages(firm, policies.REMINDER) == [firm.alice.id, firm.alice.id]
    assert "policy_asked" in register(firm)


def test_two_clocks_remind_once(firm: Firm) -> None:
    ask(firm, firm.alice, check(firm, firm.alice).check_id)
    firm.clock.tick(days=8)

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: policies.remind(firm.house, firm.workspace.id), range(4)))

    assert sum(done) == 1
    assert messages(firm, policies.REMINDER) == [firm.alice.id]


def test_asking_twice_for_the_same_check_is_one_question(firm: Firm) -> None:
    checked = check(firm, firm.alice)
    first, again = ask(firm, firm.alice, checked.check_id), ask(firm, firm.alice, checked.check_id)

    assert (first.question_id, again.again) == (again.question_id, True)
    assert register(firm).count("policy_asked") == 1


def test_a_day_long_past_reminds_at_the_next_working_day_and_not_at_once(small_firm: Firm) -> None:
    firm = small_firm
    asked = ask(firm, firm.alice, check(firm, firm.alice).check_id, date(2020, 1, 1))
    assert asked.reminder_on == date(2026, 11, 17)


def test_a_reminder_is_put_off_or_withdrawn_by_its_own_asker_alone(firm: Firm) -> None:
    number = ask(firm, firm.alice, check(firm, firm.alice).check_id).question_id
    with pytest.raises(Refusal, match=r"policy\.gone"):
        policies.withdraw(firm.house, firm.actor(firm.bruno), number)

    later = policies.put_off(firm.house, firm.actor(firm.alice), number)
    assert later.reminder_on == date(2026, 11, 19)
    policies.withdraw(firm.house, firm.actor(firm.alice), number)

    firm.clock.tick(days=9)
    assert policies.remind(firm.house, firm.workspace.id) == 0
    with pytest.raises(Refusal, match=r"policy\.gone"):
        policies.put_off(firm.house, firm.actor(firm.alice), number)


def test_an_answer_holds_for_everybody_at_once_and_tells_who_asked_and_compliance(firm: Firm) -> None:
    firm.client("Acme", aliases=("Apex",))
    mine = check(firm, firm.alice)
    theirs = check(firm, firm.bruno)
    ask(firm, firm.bruno, theirs.check_id)
    check(firm, firm.lea)
    check(firm, firm.lea, "Brandnew")

    done = policies.answer(
        firm.house, firm.actor(firm.alice), mine.check_id, replace(NOTHING, aliases=("Apex",))
    )

    assert done.checked.judgement.verdict.word == "not_allowed"
    assert done.told == 2
    assert messages(firm, policies.ANSWERED) == [firm.bruno.id, firm.lea.id]
    assert messages(firm, policies.ENTERED) == [firm.carla.id]
    assert check(firm, firm.bruno, "Apex").judgement.verdict.word == "not_allowed"
    assert register(firm)[-4:-1] == ["rules_changed", "policy_answered", "checked"]
    firm.clock.tick(days=9)
    assert policies.remind(firm.house, firm.workspace.id) == 0


def test_an_answer_on_file_is_not_replaced_unless_it_was_seen(firm: Firm) -> None:
    actor = firm.actor(firm.alice)
    checked = check(firm, firm.alice)
    policies.answer(firm.house, actor, checked.check_id, NOTHING)
    milder = replace(NOTHING, rules=[replace(NOTHING.rules[0], effect="allow")])
    with pytest.raises(Refusal, match=r"policy\.on_file"):
        policies.answer(firm.house, actor, checked.check_id, milder)
    shown = policies.subject_of(firm.house, actor, checked.check_id)
    assert shown.policy is not None
    assert shown.policy.told_by == "Dana Dee, purchasing"

    policies.answer(firm.house, actor, checked.check_id, milder, instead_of=shown.digest)

    with pytest.raises(Refusal, match=r"policy\.on_file"):
        policies.answer(firm.house, actor, checked.check_id, NOTHING, instead_of=shown.digest)


def test_of_two_answers_at_once_one_is_put_on_file_and_the_other_sees_it(firm: Firm) -> None:
    firm.client("Acme")
    checks = {member.id: check(firm, member).check_id for member in (firm.alice, firm.bruno)}

    def enter(member: Member) -> str:
        policy = replace(NOTHING, told_by=member.name)
        try:
            policies.answer(firm.house, firm.actor(member), checks[member.id], policy)
        except Refusal as refusal:
            return refusal.code
        return "entered"

    with ThreadPoolExecutor(2) as pool:
        done = sorted(pool.map(enter, (firm.alice, firm.bruno)))

    assert done == ["entered", "policy.on_file"]
    assert register(firm).count("rules_changed") == 1


def test_different_clients_may_answer_at_the_same_time(firm: Firm) -> None:
    names = ["Acme", "Ajax", "Atlas"]
    checks = {name: check(firm, firm.alice, name).check_id for name in names}

    def enter(name: str) -> str:
        policy = replace(NOTHING, client=name)
        return policies.answer(
            firm.house, firm.actor(firm.alice), checks[name], policy
        ).checked.judgement.verdict.word

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(enter, names)) == ["not_allowed"] * 3


def test_an_answer_that_no_rule_can_hold_changes_nothing(small_firm: Firm) -> None:
    firm = small_firm
    checked = check(firm, firm.alice)
    wrong = replace(NOTHING, rules=[replace(NOTHING.rules[0], english="x" * 3000)])

    with pytest.raises(Refusal, match=r"rules\.unreadable"):
        policies.answer(firm.house, firm.actor(firm.alice), checked.check_id, wrong)

    assert "rules_changed" not in register(firm)
    assert check(firm, firm.alice).judgement.verdict.word == "ask"


def test_a_reminder_of_what_has_been_answered_is_not_sent(small_firm: Firm) -> None:
    firm = small_firm
    checked = check(firm, firm.alice)
    ask(firm, firm.alice, checked.check_id)
    firm.clock.tick(days=7)
    policies.remind(firm.house, firm.workspace.id)
    policies.answer(firm.house, firm.actor(firm.alice), checked.check_id, NOTHING)
    with firm.house.memory.read(firm.workspace.id) as unit:
        (entry,) = [
            entry
            for number in unit.outbox.due(firm.clock() + timedelta(days=1), 9)
            if (entry := unit.outbox.get(number)) is not None and entry.kind == policies.REMINDER
        ]
        assert policies.recompose(unit, firm.alice, entry, firm.clock()) is None
