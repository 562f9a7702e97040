"""What a gift check finds, records and counts, on a real database file."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.gifts.register import NewGiftCheck
from bot.domain.gifts.rules import Outcome
from bot.domain.history import ChangeKind, Subject
from bot.domain.members import Member
from bot.domain.money import Money
from bot.domain.refusals import Refusal
from bot.rulebook.reader import shipped_files
from bot.services import gifts
from bot.services.gifts import Checked
from bot.services.house import Actor
from bot.services.proposals import GiftDraft
from bot.services.register import Given, cancel_given, record_given
from bot.services.rulebooks import Rulebooks
from tests.conftest import Firm

RULES = """
title: Rules of two made-up companies and one made-up state
reviewed: 2026-11-01
sources:
  code:
    title: Brightside code of conduct
    url: https://brightside.example/code
    checked: primary
    text_date: March 2026
    dated: 2026-03
groups:
  - regime: brightside
    layer: employer
    source: code
    applies_to: {employers: [Brightside, Brightside Foods], not_employers: [Brightside GmbH, Brightside Foods GmbH]}
    rules:
      - id: brightside-year
        effect: limit
        categories: [goods]
        limit: {amount: 60, currency: USD, per: calendar_year}
        summary: {en: Brightside people take up to 60 dollars a year., fr: Soixante dollars par an chez Brightside.}
      - id: brightside-alcohol
        effect: prohibit
        categories: [alcohol]
        absolute: true
        summary: {en: No alcohol at Brightside., fr: Pas d'alcool chez Brightside.}
      - id: brightside-meals
        effect: limit
        categories: [meal]
        when: {context.host_present: true}
        limit: {amount: 80, currency: USD, per: head}
        summary: {en: Meals with the host are fine up to 80 dollars., fr: Repas avec l'hôte jusqu'à 80 dollars.}
      - id: brightside-meals-alone
        effect: prohibit
        categories: [meal]
        when: {context.host_present: false}
        summary: {en: No meals without the host., fr: Pas de repas sans l'hôte.}
      - id: brightside-coffee
        effect: allow
        categories: [refreshment]
        summary: {en: Coffee is fine at Brightside., fr: Le café est admis chez Brightside.}
  - regime: doctors
    layer: healthcare
    source: code
    applies_to: {regimes: [HCP], jurisdictions: [US-VT]}
    rules:
      - id: doctors-nothing
        effect: prohibit
        categories: [any]
        absolute: true
        summary: {en: Doctors in Vermont take nothing., fr: Rien pour les médecins du Vermont.}
"""


@pytest.fixture
def shop(small_firm: Firm) -> Firm:
    """A firm with Brightside in Alice's book, judged by the rules above and our own policy."""
    rules = Rulebooks({"house.yaml": shipped_files()["house.yaml"], "made_up.yaml": RULES})
    small_firm.house = replace(small_firm.house, rulebooks=rules)
    small_firm.client("Brightside", market="US-NY")
    return small_firm


def dollars(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def basket(price: str = "40", **more: Any) -> GiftDraft:
    """A fruit basket for Jane Smith at Brightside; `more` says what is unusual."""
    usual = GiftDraft("Brightside", "Jane Smith", description="fruit basket", category="perishable")
    return replace(usual, amount=dollars(price), **more) if "amount" not in more else replace(usual, **more)


def check(shop: Firm, draft: GiftDraft, member: Member | None = None) -> Checked:
    return gifts.check(shop.house, shop.actor(member or shop.alice), draft)


def refused(call: object, *arguments: object, **named: object) -> Refusal:
    assert callable(call)
    with pytest.raises(Refusal) as caught:
        call(*arguments, **named)
    return caught.value


# --- What is judged ---------------------------------------------------------------------------------------


def test_the_verdict_follows_the_strictest_of_their_rules_and_ours(shop: Firm) -> None:
    assert check(shop, basket("40")).judgement.verdict is Outcome.ALLOWED
    assert check(shop, basket("40", category="alcohol")).judgement.verdict is Outcome.NOT_ALLOWED
    assert check(shop, basket("55")).judgement.verdict is Outcome.NEEDS_APPROVAL


def test_a_check_is_recorded_with_what_was_asked_and_answered(shop: Firm) -> None:
    checked = check(shop, basket("40", quantity=1))
    with shop.house.memory.read(shop.workspace.id) as unit:
        kept = unit.gifts.check(checked.check_id)
    assert kept is not None
    assert (kept.member_id, kept.client_id, kept.verdict) == (
        shop.alice.id,
        shop.clients["Brightside"].id,
        "allowed",
    )
    assert kept.proposal["recipient"] == {
        "name": "Jane Smith",
        "employer": "Brightside",
        "jurisdiction": "US-NY",
    }
    assert kept.proposal["items"] == [
        {
            "description": "fruit basket",
            "category": "perishable",
            "unit_value": "40",
            "currency": "USD",
            "quantity": 1,
        }
    ]
    assert kept.answer["verdict"] == "allowed"
    assert kept.rulebook_version == checked.judgement.rulebook_version
    with shop.house.memory.read(shop.workspace.id) as unit:
        assert kept.rulebook_version == shop.house.rulebooks.of(unit).version


def test_the_day_of_giving_is_the_members_own(shop: Firm) -> None:
    shop.clock.now = datetime(2027, 1, 1, 3, 0, tzinfo=UTC)
    assert check(shop, basket()).proposal.date.isoformat() == "2026-12-31"
    assert check(shop, basket(), shop.bruno).proposal.date.isoformat() == "2027-01-01"


def test_special_rules_of_a_contact_are_known_when_the_contact_is(shop: Firm) -> None:
    brightside = shop.clients["Brightside"]
    shop.contact(brightside, "Dr Ann Vale", regimes=("HCP",), jurisdiction="US-VT", role="physician")
    checked = check(shop, basket(contact="Ann Vale"))
    assert checked.judgement.verdict is Outcome.NOT_ALLOWED
    assert [f.rule.id for f in checked.judgement.findings if f.decisive] == ["doctors-nothing"]
    assert checked.proposal.recipient.role == "physician"


def test_a_contact_who_works_for_somebody_else_is_judged_by_their_rules(shop: Firm) -> None:
    acme = shop.client("Acme")
    shop.contact(acme, "Paul Fox", employer="Brightside Foods Inc.")
    checked = check(shop, basket(employer="Acme", contact="Paul", category="alcohol"))
    assert checked.judgement.verdict is Outcome.NOT_ALLOWED


def test_a_client_is_judged_by_whichever_of_its_names_the_rules_know(shop: Firm) -> None:
    shop.client("BSF Holding", aliases=("Brightside Foods",))
    checked = check(shop, basket(employer="BSF Holding", category="alcohol"))
    assert checked.proposal.recipient.employer == "Brightside Foods"
    assert checked.judgement.verdict is Outcome.NOT_ALLOWED


def test_a_company_that_is_no_client_is_judged_by_its_name(shop: Firm) -> None:
    unknown = check(shop, basket(employer="Zephyr Mills"))
    assert unknown.client is None
    assert unknown.judgement.verdict is Outcome.ASK
    known = check(shop, basket(employer="Brightside Foods", outsider=True, category="alcohol"))
    assert known.client is None
    assert known.judgement.verdict is Outcome.NOT_ALLOWED


def test_somebody_has_to_be_named_as_the_employer(shop: Firm) -> None:
    assert refused(check, shop, basket(employer="  ")).code == "gift.no_employer"
    assert refused(check, shop, basket(employer=987654)).code == "client.gone"
    assert refused(check, shop, basket(contact=987654)).code == "contact.gone"


def test_who_would_have_to_say_yes_comes_with_the_verdict(shop: Firm) -> None:
    checked = check(shop, basket("55"))
    assert checked.lead is not None
    assert checked.lead.name == "Lea Lang"
    assert [member.name for member in checked.compliance] == ["Carla Cruz"]


def test_a_long_and_hostile_description_is_taken_as_it_is(shop: Firm) -> None:
    text = "<!channel> & \u202e🎁 " * 300
    checked = check(shop, basket(description=text[:4000]))
    assert checked.proposal.items[0].description == text[:4000]


# --- Names that are not clear -----------------------------------------------------------------------------


def test_two_near_clients_are_asked_about_and_the_draft_waits(shop: Firm) -> None:
    one = shop.client("Dupont Paris")
    shop.client("Dupont Lyon")
    draft = basket("45.50", employer="Dupont", quantity=3, facts={"context.host_present": True})
    refusal = refused(check, shop, draft)
    assert refusal.code == "client.ambiguous"
    choices = refusal.facts["choices"]
    assert isinstance(choices, tuple)
    assert {name for _, name in choices} == {"Dupont Paris", "Dupont Lyon"}
    waiting = gifts.set_aside(shop.house, shop.actor(shop.alice), draft)
    resumed = gifts.resume(shop.house, shop.actor(shop.alice), waiting)
    assert resumed == draft
    assert check(shop, replace(resumed, employer=one.id)).client == shop.again(one)
    assert refused(gifts.resume, shop.house, shop.actor(shop.bruno), waiting).code == "draft.gone"


def test_a_name_the_rules_know_is_not_taken_for_a_client_that_merely_resembles_it(shop: Firm) -> None:
    shop.client("Brightside Foodstore")
    refusal = refused(check, shop, basket(employer="Brightside Foods"))
    assert refusal.code == "client.ambiguous"
    judged = check(shop, basket(employer="Brightside Foods", outsider=True, category="alcohol"))
    assert judged.judgement.verdict is Outcome.NOT_ALLOWED


def test_a_namesake_that_the_rules_tell_apart_is_asked_about_and_judged_as_somebody_else(shop: Firm) -> None:
    brightside = shop.clients["Brightside"]

    refusal = refused(check, shop, basket(employer="Brightside GmbH"))

    assert (refusal.code, refusal.facts["choices"]) == ("client.ambiguous", ((brightside.id, "Brightside"),))
    other = check(shop, basket(employer="Brightside GmbH", outsider=True))
    assert (other.client, other.judgement.verdict) == (None, Outcome.ASK)
    assert check(shop, basket(employer="Brightside Inc.")).client == brightside
    foods = shop.client("Brightside Foods GmbH")
    assert check(shop, basket(employer="Brightside Foods GmbH")).client == foods


@pytest.mark.parametrize(
    "typed",
    ["Mrs Smyth", "Doctor Smith", "Madame Smith", "Prof. J. Smith", "Tom and Jane", "Tom Ray & Jane Smith"],
)
def test_neither_a_title_nor_company_hides_a_known_person(shop: Firm, typed: str) -> None:
    jane = shop.contact(shop.clients["Brightside"], "Dr. Jane Smith", regimes=("HCP",))
    refusal = refused(check, shop, basket(contact=typed))
    assert (refusal.code, refusal.facts["choices"]) == ("contact.ambiguous", ((jane.id, "Dr. Jane Smith"),))


def test_a_misspelt_client_is_found_when_nobody_else_is_near(shop: Firm) -> None:
    checked = check(shop, basket(employer="brigthside"))
    assert checked.client is not None
    assert checked.client.name == "Brightside"


def test_a_person_whose_name_comes_near_a_contact_is_asked_about(shop: Firm) -> None:
    jane = shop.contact(shop.clients["Brightside"], "Jane Smith")
    refusal = refused(check, shop, basket(contact="Jane Smyth"))
    assert refusal.code == "contact.ambiguous"
    assert refusal.facts["choices"] == ((jane.id, "Jane Smith"),)
    other = check(shop, basket(contact="Jane Smyth", stranger=True))
    assert (other.contact, other.proposal.recipient.name) == (None, "Jane Smyth")
    assert check(shop, basket(contact=jane.id)).contact == jane
    assert check(shop, basket(contact="Robert Brown")).contact is None


def test_two_contacts_of_the_same_first_name_are_asked_about(shop: Firm) -> None:
    for name in ("Jane Smith", "Jane Miller"):
        shop.contact(shop.clients["Brightside"], name)
    assert refused(check, shop, basket(contact="Jane")).code == "contact.ambiguous"


# --- Answers to what is open ------------------------------------------------------------------------------


def lunch() -> GiftDraft:
    return basket("70", description="lunch", category="meal")


def test_the_questions_are_those_that_could_still_change_the_verdict(shop: Firm) -> None:
    checked = check(shop, lunch())
    assert checked.judgement.verdict is Outcome.ALLOWED
    assert "context.host_present" in checked.questions
    again = gifts.answer(
        shop.house, shop.actor(shop.alice), checked.check_id, {"context.host_present": False}
    )
    assert again.judgement.verdict is Outcome.NOT_ALLOWED
    assert again.check_id != checked.check_id
    assert "context.host_present" not in again.questions


def test_answers_add_up(shop: Firm) -> None:
    first = check(shop, lunch())
    alice = shop.actor(shop.alice)
    second = gifts.answer(shop.house, alice, first.check_id, {"context.pending_decision": False})
    third = gifts.answer(
        shop.house,
        alice,
        second.check_id,
        {"item.branded": True},
        category="perishable",
        amount=dollars("12.50"),
    )
    assert third.proposal.context.pending_decision is False
    assert third.proposal.items[0].branded is True
    assert third.proposal.items[0].category == "perishable"
    assert third.proposal.items[0].unit_value == Decimal("12.50")
    kept = gifts.drafted(shop.house, alice, third.check_id)
    assert kept.facts == {"context.pending_decision": False, "item.branded": True}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("recipient.name", "Somebody else"),
        ("context.prior", []),
        ("context.host_present", "maybe"),
        ("context.wealth", True),
        ("date", "2020-01-01"),
        ("giver.sources", 0),
    ],
)
def test_what_is_no_fact_to_be_answered_is_refused(shop: Firm, path: str, value: object) -> None:
    checked = check(shop, lunch())
    refusal = refused(gifts.answer, shop.house, shop.actor(shop.alice), checked.check_id, {path: value})
    assert refusal.code == "gift.fact"
    assert refusal.facts["key"] == path


def test_an_amount_with_too_many_decimals_is_refused_at_its_field(shop: Firm) -> None:
    refusal = refused(check, shop, basket("4.123456"))
    assert (refusal.code, refusal.facts["key"]) == ("gift.fact", "items[0].unit_value")


def test_a_check_belongs_to_who_asked_for_it(shop: Firm) -> None:
    checked = check(shop, basket())
    bruno = shop.actor(shop.bruno)
    assert refused(gifts.answer, shop.house, bruno, checked.check_id, {}).code == "gift.gone"
    assert refused(gifts.recall, shop.house, bruno, checked.check_id).code == "gift.gone"
    assert refused(gifts.drafted, shop.house, bruno, checked.check_id).code == "gift.gone"
    assert refused(record_given, shop.house, bruno, checked.check_id).code == "gift.gone"
    assert refused(cancel_given, shop.house, bruno, checked.check_id).code == "gift.gone"


def test_another_workspace_sees_no_check(shop: Firm) -> None:
    checked = check(shop, basket())
    other = shop.house.memory.install(
        "T0OTHER", "Other", at=shop.clock(), zone="UTC", locale="en-US", currency="USD", country="US"
    )
    stranger = Actor(other.id, shop.alice.id)
    assert refused(gifts.recall, shop.house, stranger, checked.check_id).code == "member.unknown"


def test_a_check_is_recalled_as_it_was_answered(shop: Firm) -> None:
    checked = check(shop, basket("40"))
    recalled = gifts.recall(shop.house, shop.actor(shop.alice), checked.check_id)
    assert recalled == checked


def test_a_check_by_rules_that_have_changed_since_is_shown_under_those_that_made_it(shop: Firm) -> None:
    checked = check(shop, basket("65"))
    changed = Rulebooks(
        {"house.yaml": shipped_files()["house.yaml"], "made_up.yaml": RULES.replace("60", "70")}
    )
    later = replace(shop.house, rulebooks=changed)
    recalled = gifts.recall(later, shop.actor(shop.alice), checked.check_id)
    assert recalled.outdated
    assert recalled.judgement == checked.judgement
    again = gifts.answer(later, shop.actor(shop.alice), checked.check_id, {})
    assert again.judgement.rulebook_version != checked.judgement.rulebook_version
    assert not gifts.recall(later, shop.actor(shop.alice), again.check_id).outdated
    assert gifts.recall(later, shop.actor(shop.alice), checked.check_id) == recalled


def test_a_check_by_rules_that_nobody_kept_is_not_recalled(shop: Firm) -> None:
    with shop.house.memory.write(shop.workspace.id) as unit:
        check_id = unit.gifts.record_check(
            NewGiftCheck(
                member_id=shop.alice.id,
                client_id=None,
                contact_id=None,
                proposal={"items": [{"currency": "USD"}], "recipient": {"employer": "Acme"}},
                answer={},
                verdict="ask",
                rulebook_version="000000000000",
                checked_at=shop.clock(),
            )
        )
    assert refused(gifts.recall, shop.house, shop.actor(shop.alice), check_id).code == "gift.rules_changed"


# --- The register -----------------------------------------------------------------------------------------


def give(shop: Firm, checked: Checked, value: Money | None = None, *, add_client: bool = False) -> Given:
    return record_given(shop.house, shop.actor(shop.alice), checked.check_id, value, add_client=add_client)


def test_a_gift_that_was_given_counts_at_the_next_check(shop: Firm) -> None:
    jane = shop.contact(shop.clients["Brightside"], "Jane Smith")
    given = give(shop, check(shop, basket("40")))
    assert (given.contact, given.value, given.again) == (jane, dollars("40"), False)
    second = check(shop, basket("30"))
    assert second.judgement.verdict is Outcome.NOT_ALLOWED
    (decisive,) = [f for f in second.judgement.findings if f.decisive]
    assert decisive.used == Decimal("70.00")
    assert check(shop, basket("20")).judgement.verdict is Outcome.ALLOWED


def test_what_was_given_since_the_check_is_entered_all_the_same_and_said_to_be_too_much(shop: Firm) -> None:
    shop.contact(shop.clients["Brightside"], "Jane Smith")
    first, second = check(shop, basket("40")), check(shop, basket("40"))

    within, beyond = give(shop, first), give(shop, second)

    assert within.verdict_now == "allowed"
    assert (beyond.verdict_now, beyond.value) == ("not_allowed", dollars("40"))
    assert check(shop, basket("1")).judgement.verdict is Outcome.NOT_ALLOWED


def test_a_gift_to_one_person_does_not_count_for_another(shop: Firm) -> None:
    for name in ("Jane Smith", "Robert Brown"):
        shop.contact(shop.clients["Brightside"], name)
    give(shop, check(shop, basket("40")))
    assert check(shop, basket("40", contact="Robert Brown")).judgement.verdict is Outcome.ALLOWED


def test_a_gift_to_nobody_by_name_counts_for_everybody_there(shop: Firm) -> None:
    shop.contact(shop.clients["Brightside"], "Jane Smith")
    give(shop, check(shop, basket("40", contact=None)))
    assert check(shop, basket("30")).judgement.verdict is Outcome.NOT_ALLOWED


@pytest.mark.parametrize("nobody", [None, "the buyer", "un acheteur"])
def test_leaving_the_name_out_counts_what_somebody_there_received(shop: Firm, nobody: str | None) -> None:
    for name, prices in (("Jane Smith", ("20", "25")), ("Robert Brown", ("30",))):
        shop.contact(shop.clients["Brightside"], name)
        for price in prices:
            give(shop, check(shop, basket(price, contact=name)))

    unnamed = check(shop, basket("20", contact=nobody))

    assert [str(prior.amount) for prior in unnamed.proposal.context.prior or ()] == ["20", "25"]
    assert unnamed.judgement.verdict is Outcome.NOT_ALLOWED
    assert check(shop, basket("20", contact="Nora Lind")).judgement.verdict is Outcome.ALLOWED


def test_a_shortened_first_name_is_asked_about(shop: Firm) -> None:
    samuel = shop.contact(shop.clients["Brightside"], "Samuel Brandt")

    refusal = refused(check, shop, basket(contact="Sam"))
    short = refused(check, shop, basket(contact="Sam B."))

    assert refusal.code == short.code == "contact.ambiguous"
    assert refusal.facts["choices"] == ((samuel.id, "Samuel Brandt"),)


def test_a_colleagues_gift_counts_as_well(shop: Firm) -> None:
    shop.contact(shop.clients["Brightside"], "Jane Smith")
    give(shop, check(shop, basket("40")))
    assert check(shop, basket("30"), shop.bruno).judgement.verdict is Outcome.NOT_ALLOWED


def test_a_gift_of_last_year_has_left_the_yearly_count(shop: Firm) -> None:
    shop.contact(shop.clients["Brightside"], "Jane Smith")
    give(shop, check(shop, basket("40")))
    shop.clock.tick(days=60)
    later = check(shop, basket("40"))
    assert later.proposal.date.year == 2027
    assert later.proposal.context.prior_count == 0
    assert later.judgement.verdict is Outcome.ALLOWED
    assert [str(prior.amount) for prior in later.proposal.context.prior or ()] == ["40"]


def test_a_gift_enters_the_register_once_however_often_it_is_pressed(shop: Firm) -> None:
    shop.contact(shop.clients["Brightside"], "Jane Smith")
    checked = check(shop, basket("20"))
    with ThreadPoolExecutor(4) as pool:
        given = list(pool.map(lambda _: give(shop, checked), range(8)))
    assert sum(not each.again for each in given) == 1
    assert {each.value for each in given} == {dollars("20")}
    (prior,) = check(shop, basket("20")).proposal.context.prior or ()
    assert prior.amount == Decimal(20)
    assert gifts.recall(shop.house, shop.actor(shop.alice), checked.check_id).registered is True


def test_on_either_database_two_presses_at_once_enter_one_gift_and_one_person(firm: Firm) -> None:
    rules = Rulebooks({"house.yaml": shipped_files()["house.yaml"], "made_up.yaml": RULES})
    firm.house = replace(firm.house, rulebooks=rules)
    draft = basket("20", employer="Brightside Foods", contact="Nora Lind")
    checked = check(firm, draft)
    with ThreadPoolExecutor(6) as pool:
        given = list(pool.map(lambda _: give(firm, checked, add_client=True), range(6)))
    assert sum(not each.again for each in given) == 1
    (client_id,) = {each.client.id for each in given}
    with firm.house.memory.read(firm.workspace.id) as unit:
        assert [person.name for person in unit.contacts.of_client(client_id)] == ["Nora Lind"]
        assert len(unit.clients.named("Brightside Foods")) == 1
    cancel_given(firm.house, firm.actor(firm.alice), checked.check_id)
    assert refused(give, firm, checked).code == "gift.withdrawn"


def test_several_pieces_count_with_their_whole_value(shop: Firm) -> None:
    assert give(shop, check(shop, basket("15", quantity=3))).value == dollars("45")


def test_only_what_was_allowed_enters_the_register(shop: Firm) -> None:
    refusal = refused(give, shop, check(shop, basket("55")))
    assert (refusal.code, refusal.facts["verdict"]) == ("gift.not_allowed", "needs_approval")


def test_a_gift_without_a_price_is_asked_for_it(shop: Firm) -> None:
    coffee = check(shop, basket(category="refreshment", amount=None, description="coffee"))
    assert coffee.judgement.verdict is Outcome.ALLOWED
    assert refused(give, shop, coffee).code == "gift.no_value"
    assert give(shop, coffee, dollars("6")).value == dollars("6")


def test_a_gift_that_cost_more_than_was_checked_is_judged_by_what_it_cost(shop: Firm) -> None:
    checked = check(shop, basket("20"))
    refusal = refused(give, shop, checked, dollars("300"))
    assert (refusal.code, refusal.facts["value"]) == ("gift.not_cleared", dollars("300"))
    assert refused(give, shop, checked, dollars("61")).facts["verdict"] == "not_allowed"
    assert give(shop, checked, dollars("22")).value == dollars("22")


def test_a_gift_can_be_taken_out_of_the_register_again(shop: Firm) -> None:
    shop.contact(shop.clients["Brightside"], "Jane Smith")
    checked = check(shop, basket("40"))
    give(shop, checked)
    alice = shop.actor(shop.alice)
    out = cancel_given(shop.house, alice, checked.check_id)
    assert (out.value, out.again) == (None, False)
    assert cancel_given(shop.house, alice, checked.check_id).again is True
    assert check(shop, basket("40")).judgement.verdict is Outcome.ALLOWED
    assert refused(give, shop, checked).code == "gift.withdrawn"


def test_a_named_person_becomes_a_contact_with_their_first_gift(shop: Firm) -> None:
    given = give(shop, check(shop, basket("40", contact="Nora Lind")))
    assert given.added_contact is True
    assert given.contact is not None
    assert given.contact.name == "Nora Lind"
    assert check(shop, basket("40", contact="Nora Lind")).judgement.verdict is Outcome.NOT_ALLOWED


def test_a_role_is_nobodys_name(shop: Firm) -> None:
    given = give(shop, check(shop, basket("40", contact="the buyer")))
    assert (given.contact, given.added_contact) == (None, False)


def test_a_company_outside_the_book_is_added_when_its_gift_is_registered(shop: Firm) -> None:
    draft = basket("20", employer="Brightside Foods", outsider=True, contact="Nora Lind")
    checked = check(shop, draft)
    assert checked.judgement.verdict is Outcome.ALLOWED
    refusal = refused(give, shop, checked)
    assert (refusal.code, refusal.facts["employer"]) == ("gift.no_client", "Brightside Foods")
    first = give(shop, checked, add_client=True)
    again = give(shop, checked, add_client=True)
    assert (first.added_client, first.added_contact) == (True, True)
    assert (again.added_client, again.again, again.client.id) == (False, True, first.client.id)
    with shop.house.memory.read(shop.workspace.id) as unit:
        noted = unit.history.of_client(first.client.id, 5)
    assert [(each.subject, each.kind, each.member_id, each.facts["name"]) for each in noted] == [
        (Subject.CONTACT, ChangeKind.ADDED, shop.alice.id, "Nora Lind"),
        (Subject.CLIENT, ChangeKind.ADDED, shop.alice.id, "Brightside Foods"),
    ]
    anew = gifts.answer(shop.house, shop.actor(shop.alice), checked.check_id, {})
    assert anew.client is not None
    assert [prior.amount for prior in anew.proposal.context.prior or ()] == [Decimal(20)]


def test_amounts_are_in_the_clients_currency_when_nobody_says_it(shop: Firm) -> None:
    paris = shop.client("Lumière", market="FR", currency="EUR")
    alice = shop.actor(shop.alice)
    assert gifts.currency_for(shop.house, alice, paris.id) == "EUR"
    assert gifts.currency_for(shop.house, alice, "lumiere") == "EUR"
    assert gifts.currency_for(shop.house, alice, "Nobody") == "USD"
    assert gifts.currency_for(shop.house, alice, "") == "USD"
    checked = check(shop, basket(employer="Lumière", amount=None))
    assert checked.proposal.items[0].currency == "EUR"


def test_an_open_complaint_sends_every_gift_to_compliance_without_asking(shop: Firm) -> None:
    calm = check(shop, basket("20")).judgement
    with shop.house.memory.write(shop.workspace.id) as unit:
        (named,) = unit.clients.named("Brightside")
        unit.clients.set_complaint(named.client_id, shop.clock())

    complained = check(shop, basket("20"))

    assert calm.verdict is Outcome.ALLOWED
    assert complained.judgement.verdict is Outcome.NEEDS_APPROVAL
    assert "compliance_approval" in [obligation.code for obligation in complained.judgement.obligations]
    assert "house-complaint-compliance" in str(complained.judgement)
    assert not any("complaint" in assumption.key for assumption in complained.judgement.assumptions)
