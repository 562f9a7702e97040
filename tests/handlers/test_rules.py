"""A workspace's own rules, edited by compliance: seen, weighed and put in force."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.money import Money
from bot.domain.refusals import Refusal
from bot.rulebook.writer import ClientPolicy, ClientRule, client_file_name, write_client_policy
from bot.services import gifts, rule_edits, rule_upkeep
from bot.services.proposals import GiftDraft
from bot.services.rules import put_in_force
from handlers.answers import FormErrors, OpenForm, View
from handlers.ask import Routes
from handlers.i18n import words_for
from handlers.messenger import SAID
from tests.conftest import MONDAY, Firm
from tests.handlers.conftest import HOSTILE, Visitor, elements_of, filled, message_faults, opened, said, seen


@pytest.fixture
def carla(small_firm: Firm, routes: Routes) -> Visitor:
    """Carla, compliance officer and admin, in English."""
    return Visitor(small_firm, small_firm.carla, routes)


def verdict(firm: Firm, amount: str, employer: str = "Duval", category: str = "gift") -> str:
    """What a check of Alice's answers."""
    draft = GiftDraft(
        employer=employer, description="basket", category=category, amount=Money(Decimal(amount), "USD")
    )
    return gifts.check(firm.house, firm.actor(firm.alice), draft).judgement.verdict.word


def the_page(visitor: Visitor) -> View:
    return opened(visitor.types("/rapport", "rules"))


def figure_form(visitor: Visitor, rule: str = "house-gift-lead") -> View:
    return opened(visitor.presses(the_page(visitor), "rules.edit_figure", choose=rule))


def policy_form(visitor: Visitor) -> View:
    return opened(visitor.presses(the_page(visitor), "rules.add_policy"))


DUVAL: dict[str, Any] = {
    "client": "Duval",
    "allow0": ["goods"],
    "amount0": "30.50",
    "prohibit": ["alcohol"],
    "told_by": "Claire Duval, purchasing",
    "english": "Things of up to 30.50, but no alcohol.",
}


def with_duval(visitor: Visitor) -> None:
    confirm = opened(visitor.submits(policy_form(visitor), **DUVAL))
    opened(visitor.submits(confirm))


# --- Who may ----------------------------------------------------------------------------------------------


def test_only_compliance_and_admins_come_to_the_rules(alice: Visitor, carla: Visitor) -> None:
    with pytest.raises(Refusal) as refused:
        alice.types("/rapport", "rules")
    assert refused.value.code == "rules.not_yours"
    assert "Rules for gifts" not in seen(alice.opens_home())

    carla.firm.client("Acme")  # before there is one, an admin is led to the set-up
    register = carla.goes(carla.opens_home(), "register")
    assert "Rules for gifts" in seen(register)
    assert isinstance(carla.presses(register, "rules.page"), OpenForm)


def test_the_page_shows_our_policy_what_clients_told_us_and_doubtful_sources(carla: Visitor) -> None:
    shown = seen(the_page(carla))

    assert "From 50 to 100 dollars the lead decides." in shown
    assert "No client has told us its rules yet." in shown
    assert "is allowed here, with a caveat" in shown


# --- Figures ----------------------------------------------------------------------------------------------


def test_a_change_is_told_with_the_checks_it_turns_before_it_is_in_force(carla: Visitor) -> None:
    firm = carla.firm
    with_duval(carla)
    assert verdict(firm, "20") == "allowed"

    confirm = opened(carla.submits(figure_form(carla, "house-gift"), amount="15"))

    assert "What changes" in seen(confirm)
    assert "Gifts of up to 15 dollars are fine" in seen(confirm)
    assert "Before: Gifts of up to 50 dollars" in seen(confirm)
    assert "From 15 to 100 dollars the lead decides." in seen(confirm)
    assert "1 of the last 1 recorded checks would come out differently" in seen(confirm)
    assert "Duval: basket, $20: Allowed → Needs approval" in seen(confirm)
    assert verdict(firm, "20") == "allowed"

    page = opened(carla.submits(confirm))

    assert "In force at once for everybody: 2 rules changed" in seen(page)
    assert "Last changed by Carla Cruz" in seen(page)
    assert verdict(firm, "20") == "needs_approval"
    with firm.house.memory.read(firm.workspace.id) as unit:
        entry = [each for each in unit.register.entries() if each.kind == "rules_changed"][-1]
    assert entry.member_id == firm.carla.id
    assert entry.facts["rules"] == ["changed house-gift", "changed house-gift-lead"]
    assert entry.facts["before"] != entry.facts["after"]


def test_a_later_beginning_keeps_the_old_figure_until_the_day_before(carla: Visitor) -> None:
    firm = carla.firm
    with_duval(carla)
    confirm = opened(
        carla.submits(figure_form(carla, "house-gift"), amount="15", starts="2026-11-20", source="New policy")
    )
    assert "Valid until November 19, 2026." in seen(confirm)
    assert "Valid from November 20, 2026 on." in seen(confirm)
    opened(carla.submits(confirm))

    assert verdict(firm, "20") == "allowed"
    firm.clock.tick(days=4)
    assert verdict(firm, "20") == "needs_approval"
    page = seen(the_page(carla))
    assert "until Nov 19, 2026: Gifts of up to 50 dollars" in page
    assert "from Nov 20, 2026: Gifts of up to 15 dollars" in page


@pytest.mark.parametrize(
    ("entered", "field", "said"),
    [
        ({"amount": "nothing"}, "amount", "as an amount"),
        ({"amount": "45 EUR"}, "amount", "has to be in USD"),
        ({"amount": "40"}, "amount", "more than 50"),
        ({"amount": "260"}, "amount", "more than 260"),
        ({"starts": "2026-11-01"}, "starts", "is past"),
        ({"ends": "2026-11-01"}, "ends", "before today"),
        ({"dated": "November"}, "dated", "Write a year"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(
    carla: Visitor, entered: dict[str, str], field: str, said: str
) -> None:
    answer = carla.submits(figure_form(carla), **entered)

    assert isinstance(answer, FormErrors)
    assert list(answer.errors) == [field]
    assert said in answer.errors[field]


def test_what_was_entered_can_be_changed_once_more(carla: Visitor) -> None:
    confirm = opened(carla.submits(figure_form(carla), amount="120"))

    form = opened(carla.presses(confirm, "rules.redo"))

    values = [element.get("initial_value") for element in elements_of(form["blocks"])]
    assert "120" in values
    assert "From 50 to 100 dollars the lead decides." in values
    again = opened(carla.submits(form, amount="130"))
    assert "From 50 to 130 dollars the lead decides." in seen(again)


def test_the_second_of_two_editors_is_told_and_shown_the_new_state(carla: Visitor) -> None:
    first = opened(carla.submits(figure_form(carla), amount="120"))
    second = opened(carla.submits(figure_form(carla, "house-gift"), amount="40"))
    opened(carla.submits(first))

    told = opened(carla.submits(second))

    assert "Somebody else has changed the rules since you began" in seen(told)
    assert "From 40 to 120 dollars the lead decides." in seen(told)
    assert "In force at once" in seen(opened(carla.submits(told)))
    once_more = opened(carla.submits(told))
    assert "Nothing: the rules say that already." in seen(once_more)


def test_a_change_of_somebody_who_is_no_longer_compliance_is_refused(carla: Visitor) -> None:
    confirm = opened(carla.submits(figure_form(carla), amount="120"))
    firm = carla.firm
    with firm.house.memory.write(firm.workspace.id) as unit:
        unit.members.set_roles(firm.carla.id, frozenset())

    with pytest.raises(Refusal) as refused:
        carla.submits(confirm)

    assert refused.value.code == "rules.not_yours"


# --- Doubtful sources -------------------------------------------------------------------------------------


def test_what_a_doubtful_text_allows_can_need_approval(carla: Visitor) -> None:
    firm = carla.firm
    assert verdict(firm, "5", "Google", "promotional_item") == "allowed"
    firm.clock.tick(minutes=1)

    confirm = opened(carla.presses(the_page(carla), "rules.caution"))
    assert "will need approval" in seen(confirm)
    assert "1 of the last 1 recorded checks" in seen(confirm)
    page = opened(carla.submits(confirm))

    assert "needs approval here" in seen(page)
    assert verdict(firm, "5", "Google", "promotional_item") == "needs_approval"
    recalled = gifts.recall(firm.house, firm.actor(firm.alice), 1)
    assert recalled.judgement.verdict.word == "allowed"
    back = opened(carla.submits(opened(carla.presses(page, "rules.caution"))))
    assert "is allowed here, with a caveat" in seen(back)


# --- What clients told us ---------------------------------------------------------------------------------


def test_a_clients_rules_are_added_changed_and_ended(carla: Visitor) -> None:
    firm = carla.firm
    with_duval(carla)
    assert [verdict(firm, "30.50"), verdict(firm, "31"), verdict(firm, "5", category="alcohol")] == [
        "allowed",
        "not_allowed",
        "not_allowed",
    ]

    shown = opened(carla.presses(the_page(carla), "rules.open_policy", choose="client_duval.yaml"))
    assert "things of any kind: up to $30.50 for the whole gift; beyond: not allowed" in seen(shown)
    assert "Told by Claire Duval, purchasing on November 16, 2026." in seen(shown)
    assert "Entered by Carla Cruz." in seen(shown)
    form = opened(carla.presses(shown, "rules.edit_policy"))
    confirm = opened(carla.submits(form, amount0="40", over0="approval"))
    opened(carla.submits(confirm))
    assert [verdict(firm, "40"), verdict(firm, "41")] == ["allowed", "needs_approval"]

    shown = opened(carla.presses(the_page(carla), "rules.open_policy", choose="client_duval.yaml"))
    confirm = opened(carla.submits(opened(carla.presses(shown, "rules.end_policy")), day="2026-11-17"))
    opened(carla.submits(confirm))
    assert verdict(firm, "10") == "allowed"
    firm.clock.tick(days=2)
    assert verdict(firm, "10") == "ask"


def test_a_client_among_many_is_found_by_typing(carla: Visitor) -> None:
    firm = carla.firm
    rules = [ClientRule("prohibit", ["goods"], "Nothing.", "Rien.")]
    texts = {}
    for number in range(150):
        policy = ClientPolicy(f"Client {number:03}", MONDAY.date(), "Ann", rules)
        texts[client_file_name(policy.client)] = write_client_policy(policy)
    with firm.house.memory.write(firm.workspace.id) as unit:
        put_in_force(firm.house, unit, revision=0, written=texts, member_id=firm.carla.id, now=MONDAY)

    assert "and 140 more" in seen(the_page(carla))
    assert carla.asks_list("rules.open_policy", "client 14")[:2] == ["Client 140", "Client 141"]
    assert len(carla.asks_list("rules.open_policy", "")) == 100
    shown = opened(carla.presses(the_page(carla), "rules.open_policy", choose="client_client_149.yaml"))
    assert "Told by Ann" in seen(shown)


def test_several_amounts_are_told_apart(carla: Visitor) -> None:
    empty = policy_form(carla)
    form = opened(carla.presses(empty, "rules.more", state=filled(empty)))
    entered = {**DUVAL, "allow1": ["meal"], "amount1": "60", "per1": "head", "over1": "approval"}
    del entered["client"]

    answer = carla.submits(form, client="Duval", **entered)

    assert "2 of" not in seen(opened(answer))
    opened(carla.submits(opened(answer)))
    policy = rule_edits.policy_on_file(carla.firm.house, carla.firm.actor(carla.member), "client_duval.yaml")
    assert policy.policy is not None
    assert [(rule.effect, rule.amount, rule.per) for rule in policy.policy.rules] == [
        ("allow", Decimal("30.50"), "item"),
        ("allow", Decimal(60), "head"),
        ("prohibit", None, "item"),
    ]


@pytest.mark.parametrize(
    ("left_out", "entered", "field", "said"),
    [
        ("client", {}, "client", "name of the client"),
        ("english", {}, "english", "in a sentence"),
        ("told_by", {}, "told_by", "who said so"),
        ("allow0", {}, "allow0", "of what?"),
        ("allow0", {"amount0": "", "prohibit": []}, "prohibit", "what holds"),
        ("", {"told_on": "2026-11-17"}, "told_on", "still to come"),
        ("", {"until": "2026-11-01"}, "until", "before they said it"),
        ("", {"amount0": "thirty"}, "amount0", "thirty"),
    ],
)
def test_an_answer_that_makes_no_sense_is_said_at_its_field(
    carla: Visitor, left_out: str, entered: dict[str, Any], field: str, said: str
) -> None:
    given = {key: value for key, value in {**DUVAL, **entered}.items() if key != left_out}

    answer = carla.submits(policy_form(carla), **given)

    assert isinstance(answer, FormErrors)
    assert list(answer.errors) == [field]
    assert said in answer.errors[field]


def test_rules_to_look_at_are_confirmed_or_edited_from_the_message(carla: Visitor) -> None:
    firm = carla.firm
    with_duval(carla)
    opened(carla.submits(opened(carla.submits(policy_form(carla), **{**DUVAL, "client": "Ajax"}))))
    firm.clock.now = datetime(2027, 11, 1, 16, 0, tzinfo=UTC)
    assert rule_upkeep.plan(firm.house, firm.workspace.id) == 1
    with firm.house.memory.read(firm.workspace.id) as unit:
        entry = unit.outbox.get(unit.outbox.due(firm.clock(), 9)[0])
    assert entry is not None
    sent = SAID[rule_upkeep.KIND](entry.facts, carla.member, words_for("en-US"), entry.id)
    assert "2 rule files should be looked at again" in sent.text
    assert "Ajax, as told by Claire Duval, purchasing (your own, 2 rules)." in sent.text
    assert message_faults(sent) == []

    assert isinstance(carla.presses(sent, "rules.edit_policy"), OpenForm)
    left = said(carla.presses(sent, "upkeep.valid"))
    assert "1 rule file should be looked at again" in left.text
    assert "1 is done already." in left.text
    assert "Ajax" not in left.text
    assert "All of these rules have been looked at" in said(carla.presses(left, "upkeep.valid")).text
    french = SAID[rule_upkeep.KIND](entry.facts, carla.member, words_for("fr-FR"), entry.id)
    assert "2 fichiers de règles sont à relire" in french.text


def test_rules_on_file_are_not_replaced_by_new_ones(carla: Visitor) -> None:
    with_duval(carla)

    answer = carla.submits(policy_form(carla), **{**DUVAL, "client": "DUVAL"})

    assert isinstance(answer, FormErrors)
    assert "on file already" in answer.errors["client"]


def test_whatever_people_write_fits_into_the_forms(carla: Visitor) -> None:
    given = {**DUVAL, "client": HOSTILE[:250], "told_by": HOSTILE[:200], "english": HOSTILE[:500]}

    confirm = opened(carla.submits(policy_form(carla), **given))
    page = opened(carla.submits(confirm))
    with carla.firm.house.memory.read(carla.firm.workspace.id) as unit:
        (file,) = [own.name for own in unit.rules.own()]
    assert len(carla.asks_list("rules.open_policy", "")) == 1
    shown = opened(carla.presses(page, "rules.open_policy", choose=file))
    opened(carla.presses(shown, "rules.edit_policy"))
    opened(carla.presses(shown, "rules.end_policy"))
    assert "<!channel>" not in str(page["blocks"][1])
