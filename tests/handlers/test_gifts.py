"""The gift check as people meet it: typed, as a form, with its questions, and the register behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.clients import Client
from bot.domain.gifts.facts import FACTS
from bot.domain.gifts.judge import judge
from bot.domain.gifts.judgement import Alternative, Assumption, Conversion, Obligation, TaxNote
from bot.domain.gifts.proposal import CATEGORIES as CATEGORY_CODES
from bot.domain.gifts.proposal import ITEM_FIELDS, Proposal, read_proposal
from bot.domain.gifts.rates import FixedRates, Quote
from bot.domain.gifts.rules import CHECKED as CHECKED_CODES
from bot.domain.gifts.rules import LAYERS as LAYER_CODES
from bot.domain.gifts.rules import PERIODS as PERIOD_CODES
from bot.domain.gifts.rules import Outcome
from bot.domain.money import Money
from bot.domain.refusals import Refusal
from bot.rulebook.reader import shipped_files
from bot.services import gifts as service
from bot.services.rulebooks import Rulebooks
from handlers import gifts
from handlers.amounts import find_amount
from handlers.answers import (
    CloseForms,
    FormErrors,
    Message,
    OpenForm,
    Replace,
    ReplaceAt,
    Say,
    UpdateForm,
    View,
)
from handlers.ask import Routes
from handlers.i18n import Words, words_for
from handlers.views import gift_forms, gift_letter, gift_questions, gift_register, gift_rules, gift_words
from handlers.views import gifts as views
from handlers.views.gift_variants import path_of
from sandbox.payloads import check_view
from tests.bot.services.test_gifts import RULES
from tests.conftest import Firm, shipped_rulebook
from tests.handlers.conftest import HOSTILE, Visitor, elements_of, filled, message_faults, opened, said, seen

ENGLISH, FRENCH = words_for("en-US"), words_for("fr-FR")
RATES = FixedRates("USD", {"EUR": Decimal("0.9")}, date(2026, 11, 13))
REPLY = "https://hooks.slack.test/reply"


@pytest.fixture(scope="module")
def table() -> Routes:
    routes = Routes()
    gifts.register(routes)
    return routes


@pytest.fixture
def shop(small_firm: Firm) -> Firm:
    """A firm with Brightside in Alice's book, judged by made-up rules and our own policy."""
    made_up = Rulebooks({"house.yaml": shipped_files()["house.yaml"], "made_up.yaml": RULES})
    small_firm.house = replace(small_firm.house, rulebooks=made_up)
    small_firm.client("Brightside", market="US-NY")
    return small_firm


@pytest.fixture
def brightside(shop: Firm) -> Client:
    return shop.clients["Brightside"]


@pytest.fixture
def anna(shop: Firm, table: Routes) -> Visitor:
    """Alice from New York, in English."""
    return Visitor(shop, shop.alice, table)


@pytest.fixture
def bruno(shop: Firm, table: Routes) -> Visitor:
    """Bruno from Paris, in French."""
    return Visitor(shop, shop.bruno, table)


def labels(shown: Message | View) -> list[str]:
    blocks = shown.blocks if isinstance(shown, Message) else shown["blocks"]
    return [element["text"]["text"] for element in elements_of(blocks) if element["type"] == "button"]


def checks(firm: Firm) -> int:
    """How many checks are on record."""
    count = 0
    with firm.house.memory.read(firm.workspace.id) as unit:
        while unit.gifts.check(count + 1) is not None:
            count += 1
    return count


# --- Typed ------------------------------------------------------------------------------------------------


def test_more_than_the_form_holds_is_given_back_whole(anna: Visitor) -> None:
    typed = "pens " * 800
    message = said(anna.types("/gift-check", typed))
    assert "where the recipient works" in message.text
    assert typed.strip() in message.text
    assert message_faults(message) == []


def test_a_typed_gift_is_judged_at_once_with_the_rule_its_source_and_what_is_left(anna: Visitor) -> None:
    message = said(anna.types("/gift-check", "$40 flowers for Jane Smith at Brightside"))
    assert message.text.startswith("Allowed: flowers, $40, for Jane Smith at Brightside")
    for part in (
        "Brightside people take up to 60 dollars a year.",
        "Limit: up to $60 in a calendar year. $40 with this gift, $20 left.",
        "text of March 2026",
        "read in the original text",
        "enter it into our register",
    ):
        assert part in message.text
        assert part in seen(message).replace("&amp;", "&")
    assert "<https://brightside.example/code|Brightside code of conduct>" in seen(message)
    assert "I gave it" in labels(message)


def test_a_refused_gift_comes_with_what_would_pass(anna: Visitor) -> None:
    message = said(anna.types("/gift-check", "$80 flowers for Jane Smith at Brightside"))
    assert message.text.startswith("Not allowed")
    assert "What would pass\n• The same, up to $50" in message.text
    assert "I gave it" not in labels(message)


def test_a_limit_on_gifts_and_one_on_gifts_and_hospitality_are_told_apart(anna: Visitor) -> None:
    told = said(anna.types("/gift-check", "$40 book for Ann at Unheard Of Ltd")).text
    assert "up to $300 in twelve months, gifts and hospitality together." in told
    assert "up to $100 in twelve months. " in told


def test_a_gift_that_needs_approval_says_who_has_to_say_yes(anna: Visitor) -> None:
    message = said(anna.types("/gift-check", "$55 flowers for Jane Smith at Brightside"))
    assert message.text.startswith("Needs approval first")
    assert "Who has to say yes\n• your lead, Lea Lang" in message.text


def test_without_a_rule_on_file_there_is_a_question_to_copy_in_their_language(
    anna: Visitor, shop: Firm
) -> None:
    shop.client("Lumière", market="FR", currency="EUR")
    message = said(anna.types("/gift-check", "€40 flowers for Marie Dupont at Lumière"))
    assert message.text.startswith("Ask them first")
    (question,) = [block for block in message.blocks if block["type"] == "rich_text"]
    text = question["elements"][0]["elements"][0]["text"]
    assert text.startswith("Bonjour Marie Dupont,")
    assert "flowers, 40\xa0€" in text
    assert text.endswith("Bien cordialement")


@pytest.mark.parametrize(
    ("market", "language"),
    [("FR", "fr"), ("CA-QC", "fr"), ("CA", "en"), ("US-LA", "en"), ("DE", "en"), ("MC", "fr"), ("XX", "en")],
)
def test_they_are_asked_in_the_first_language_of_their_place(market: str, language: str) -> None:
    proposal = proposed(recipient={"jurisdiction": market, "employer": "Acme"})
    assert gift_letter.client_words(proposal, None, FRENCH).language == language


def test_a_french_reader_is_answered_in_french(bruno: Visitor) -> None:
    message = said(bruno.types("/gift-check", "45,50 $ de fleurs pour Marie Dupont chez Brightside"))
    assert message.text.startswith("Permis\u202f: fleurs, 45,50\xa0$US, pour Marie Dupont chez Brightside")
    assert "Soixante dollars par an chez Brightside." in message.text


def test_assumptions_that_decide_are_said_with_what_would_come_otherwise(anna: Visitor) -> None:
    message = said(anna.types("/gift-check", "$70 lunch for Jane Smith at Brightside"))
    assert "somebody of ours is present (otherwise: not allowed)" in message.text
    assert any(label.startswith("Answer ") for label in labels(message))


def test_a_dollar_is_the_dollar_of_the_clients_country(anna: Visitor, shop: Firm) -> None:
    shop.client("Maple", market="CA", currency="CAD")
    message = said(anna.types("/gift-check", "$20 flowers for Tom Ray at Maple"))
    assert "CA$20" in message.text


def test_a_client_may_be_named_where_a_person_usually_is(anna: Visitor) -> None:
    message = said(anna.types("/gift-check", "$20 flowers for Brightside"))
    assert "for somebody at Brightside" in message.text
    assert "Nobody is named" in message.text


def test_the_american_average_is_shown_when_an_american_gift_is_above_it_or_has_no_price(
    anna: Visitor, shop: Firm
) -> None:
    shop.client("Lumière", market="FR", currency="EUR")
    average = "the average business gift in the United States is $48"
    assert average in said(anna.types("/gift-check", "flowers for Jane Smith at Brightside")).text
    assert average in said(anna.types("/gift-check", "$49 flowers for Jane Smith at Brightside")).text
    assert average not in said(anna.types("/gift-check", "$48 flowers for Jane Smith at Brightside")).text
    assert average not in said(anna.types("/gift-check", "$80 flowers for Marie at Lumière")).text


def test_the_command_alone_opens_the_form(anna: Visitor) -> None:
    assert opened(anna.types("/gift-check"))["callback_id"] == "gift.form"
    assert opened(anna.types("/gift-check", "  "))["callback_id"] == "gift.form"
    assert opened(anna.uses("gift_form"))["callback_id"] == "gift.form"


def test_a_gift_for_nobody_opens_the_form_with_what_was_typed(anna: Visitor) -> None:
    view = opened(anna.types("/gift-check", "$12 calendar"))
    state = filled(view)
    assert state["what"]["what"]["value"] == "calendar"
    assert state["amount"]["amount"]["value"] == "12"


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("-5 wine for Bob at Brightside", "“-5” is below zero"),
        ("-$5 wine for Bob at Brightside", "below zero"),
        ("1e9 wine for Bob at Brightside", "I cannot read “1e9”"),
        ("fifty dollars wine for Bob at Brightside", "in digits"),
        ("fifty wine for Bob at Brightside", "in digits"),
        ("$40-50 wine for Bob at Brightside", "more than one amount"),
        ("$9999999999999 wine for Bob at Brightside", "more than I can reckon with"),
        ("20 francs of wine for Bob at Brightside", "more than one amount"),
    ],
)
def test_an_amount_that_cannot_be_read_is_named_and_nothing_is_lost(
    anna: Visitor, shop: Firm, typed: str, complaint: str
) -> None:
    message = said(anna.types("/gift-check", typed))
    assert complaint in message.text
    assert typed in message.text
    assert checks(shop) == 0
    form = opened(anna.presses(message, "gift.resume"))
    assert filled(form)["what"]["what"]["value"] == typed


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("45,50 € wine for Bob at Acme", "€45.50"), ("$1,000 wine for Bob at Acme", "$1,000")],
)
def test_amounts_are_read_as_people_write_them(anna: Visitor, typed: str, shown: str) -> None:
    assert shown in said(anna.types("/gift-check", typed)).text


def test_markup_in_names_and_descriptions_can_neither_mention_nor_link(anna: Visitor, shop: Firm) -> None:
    shop.client("A <!channel> & Co")
    message = said(anna.types("/gift-check", "$20 <!here> flowers for <@U1> at A <!channel> & Co"))
    assert "<!" not in message.text
    for block in message.blocks:
        for text in block.get("elements", [block.get("text", {})]):
            if text.get("type") == "mrkdwn":
                assert "<!" not in text["text"]
                assert "<@" not in text["text"]


def test_four_thousand_characters_are_judged_like_any_other(anna: Visitor, shop: Firm) -> None:
    message = said(anna.types("/gift-check", f"$20 {'very ' * 790}nice book for Jane Smith at Brightside"))
    assert "Jane Smith at Brightside" in message.text
    assert checks(shop) == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
def test_whatever_is_typed_is_answered(anna: Visitor, text: str) -> None:
    answer = anna.types("/gift-check", text)
    assert isinstance(answer, Say | OpenForm)


# --- Names that are not clear -----------------------------------------------------------------------------


def test_two_near_clients_are_asked_about_and_the_choice_is_judged(anna: Visitor, shop: Firm) -> None:
    for name in ("Dupont Paris", "Dupont Lyon"):
        shop.client(name)
    question = said(anna.types("/gift-check", "$20 flowers for Marie at Dupont"))
    assert "“Dupont” could be several companies" in question.text
    assert sorted(labels(question)) == ["Dupont Lyon", "Dupont Paris", "None of these"]
    assert checks(shop) == 0
    answer = anna.presses(question, f"gift.client_meant:{shop.clients['Dupont Lyon'].id}")
    assert isinstance(answer, Replace)
    assert "flowers, $20, for Marie at Dupont Lyon" in answer.message.text
    outside = said(anna.presses(question, "gift.no_client"))
    assert "Dupont is not in the book: judged by its name alone." in outside.text


def test_a_name_near_a_contact_is_asked_about_after_the_client(
    anna: Visitor, shop: Firm, brightside: Client
) -> None:
    shop.contact(brightside, "Dr Ann Vale", regimes=("HCP",), jurisdiction="US-VT")
    question = said(anna.types("/gift-check", "$20 flowers for Ann Vael at Brightside"))
    assert "Who at Brightside is “Ann Vael”?" in question.text
    assert said(anna.presses(question, "gift.person_meant")).text.startswith("Not allowed")
    assert said(anna.presses(question, "gift.stranger")).text.startswith("Allowed")


def test_a_question_is_answered_only_by_who_was_asked(anna: Visitor, bruno: Visitor, shop: Firm) -> None:
    for name in ("Dupont Paris", "Dupont Lyon"):
        shop.client(name)
    question = said(anna.types("/gift-check", "$20 flowers for Marie at Dupont"))
    with pytest.raises(Refusal, match=r"draft\.gone"):
        bruno.presses(question, "gift.no_client")


# --- The form ---------------------------------------------------------------------------------------------


def form_of(visitor: Visitor) -> View:
    return opened(visitor.types("/gift-check"))


def test_a_form_is_answered_in_its_own_place_with_the_questions_that_still_matter(
    anna: Visitor, shop: Firm, brightside: Client
) -> None:
    answer = anna.submits(
        form_of(anna), client=str(brightside.id), person="Jane Smith", what="lunch", amount="70"
    )
    assert isinstance(answer, UpdateForm)
    view = answer.view
    assert view["blocks"][0]["text"]["text"] == "Allowed"
    asked = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    assert "q.context.host_present" in asked
    assert 1 <= len(asked) <= 5
    again = anna.submits(view, **{"q.context.host_present": "no"})
    assert isinstance(again, UpdateForm)
    assert again.view["blocks"][0]["text"]["text"] == "Not allowed"
    assert "q.context.host_present" not in [block.get("block_id") for block in again.view["blocks"]]
    assert checks(shop) == 2


def test_choosing_a_client_shows_its_people_and_keeps_what_was_entered(
    anna: Visitor, shop: Firm, brightside: Client
) -> None:
    jane = shop.contact(brightside, "Jane Smith", role="buyer")
    form = form_of(anna)
    state = filled(form, client=str(brightside.id), what="pens")
    updated = opened(anna.presses(form, "gift.client", choose=str(brightside.id), state=state))
    people = next(b for b in updated["blocks"] if b.get("block_id") == f"contact:{brightside.id}")
    (option,) = people["element"]["options"]
    assert option["text"]["text"].startswith("Jane Smith")
    assert filled(updated)["what"]["what"]["value"] == "pens"
    answer = opened(anna.submits(updated, contact=str(jane.id), amount="$20"))
    assert "pens, $20, for Jane Smith at Brightside" in seen(answer)


def test_the_list_of_clients_narrows_while_somebody_types(anna: Visitor, shop: Firm) -> None:
    shop.client("Brightwater", owner=shop.bruno)
    assert anna.asks_list("gift.client", "brigh") == ["Brightside", "Brightwater"]
    assert anna.asks_list("gift.client", "zzz") == []


@pytest.mark.parametrize(
    ("entered", "field", "sentence"),
    [
        ({"amount": "-5"}, "amount", "below zero"),
        ({"amount": "$0"}, "amount", "is no price"),
        ({"amount": "1e9"}, "amount", "cannot read “1e9”"),
        ({"amount": "fifty"}, "amount", "in digits"),
        ({"amount": "abc"}, "amount", "cannot read “abc”"),
        ({"amount": "45 ABC 12"}, "amount", "cannot read"),
        ({"amount": "9999999999999"}, "amount", "more than I can reckon with"),
        ({"amount": "20 francs"}, "amount", "more than one amount"),
        ({"amount": "3 BTC"}, "amount", "do not know the currency"),
        ({"amount": "5.123456"}, "amount", ""),
        ({"quantity": "0"}, "quantity", "whole number from 1 to 9,999"),
        ({"quantity": "1.5"}, "quantity", "whole number"),
        ({"quantity": "10000"}, "quantity", "whole number"),
        ({"quantity": None}, "quantity", "whole number"),
        ({"what": "   "}, "what", "Say in a word or two"),
        ({"employer": ""}, "employer", "Choose a client, or write where the recipient works"),
    ],
)
def test_what_is_wrong_in_a_form_is_said_at_its_field(
    anna: Visitor, shop: Firm, entered: dict[str, Any], field: str, sentence: str
) -> None:
    sound = {"employer": "Brightside", "person": "Jane Smith", "what": "flowers", "amount": "20"}
    answer = anna.submits(form_of(anna), **{**sound, **entered})
    assert isinstance(answer, FormErrors)
    assert list(answer.errors) == [field]
    assert sentence in answer.errors[field]
    assert checks(shop) == 0


@pytest.mark.parametrize(
    ("typed", "currency", "shown"),
    [
        ("45,50", "EUR", "€45.50"),
        ("45,50 €", "USD", "€45.50"),
        ("$1,000", "USD", "$1,000"),
        ("$20", "EUR", "$20"),
        ("$20", "CAD", "CA$20"),
        ("20", "CAD", "CA$20"),
        ("£30", "USD", "£30"),
    ],
)
def test_an_amount_in_a_form_counts_in_the_chosen_currency_unless_it_names_one(
    anna: Visitor, typed: str, currency: str, shown: str
) -> None:
    answer = anna.submits(
        form_of(anna), employer="Brightside", what="flowers", amount=typed, currency=currency
    )
    assert shown in seen(opened(answer))


def test_near_names_are_asked_about_within_the_form(anna: Visitor, shop: Firm) -> None:
    paris = shop.client("Dupont Paris")
    shop.client("Dupont Lyon")
    shop.contact(paris, "Marie Blanc")
    form = form_of(anna)
    asked = opened(anna.submits(form, employer="Dupont", person="Marie Blank", what="flowers", amount="20"))
    person = opened(anna.submits(asked, which=str(paris.id)))
    assert "Dupont Paris" in seen(person)
    result = opened(anna.submits(person, whom="none"))
    assert "for Marie Blank at Dupont Paris" in seen(result)
    outside = opened(anna.submits(asked, which="none"))
    assert "Dupont is not in the book" in seen(outside)


def test_a_choice_among_near_names_does_not_outlive_the_name(anna: Visitor, shop: Firm) -> None:
    paris = shop.client("Dupont Paris")
    shop.client("Dupont Lyon")
    form = form_of(anna)
    asked = opened(anna.submits(form, employer="Dupont", person="Marie", what="flowers", amount="20"))
    result = opened(anna.submits(asked, which=str(paris.id), employer="Brightside"))
    assert "for Marie at Brightside" in seen(result)


def test_a_known_person_and_a_new_one_cannot_both_receive_it(
    anna: Visitor, shop: Firm, brightside: Client
) -> None:
    jane = shop.contact(brightside, "Jane Smith")
    form = form_of(anna)
    state = filled(form, client=str(brightside.id))
    updated = opened(anna.presses(form, "gift.client", choose=str(brightside.id), state=state))
    answer = anna.submits(updated, contact=str(jane.id), person="Tom Ray", what="flowers")
    assert isinstance(answer, FormErrors)
    assert list(answer.errors) == ["person"]


def test_a_client_that_vanished_meanwhile_is_said_at_its_field(anna: Visitor) -> None:
    answer = anna.submits(form_of(anna), client="987654", what="flowers")
    assert isinstance(answer, FormErrors)
    (field,) = answer.errors
    assert field.partition(":")[0] == "client"


def test_the_kind_is_read_from_the_description_unless_it_is_chosen(anna: Visitor) -> None:
    by_words = anna.submits(form_of(anna), employer="Brightside", what="bottle of wine", amount="20")
    assert "No alcohol at Brightside." in seen(opened(by_words))
    chosen = anna.submits(
        form_of(anna), employer="Brightside", what="bottle of wine", amount="20", category="gift"
    )
    assert "No alcohol at Brightside." not in seen(opened(chosen))


# --- From the verdict on ----------------------------------------------------------------------------------


def allowed(visitor: Visitor) -> Message:
    return said(visitor.types("/gift-check", "$40 flowers for Jane Smith at Brightside"))


def test_answering_the_questions_replaces_the_verdict_they_were_asked_under(anna: Visitor) -> None:
    verdict = said(anna.types("/gift-check", "$70 lunch for Jane Smith at Brightside"))
    form = opened(anna.presses(verdict, "gift.questions"))
    assert "lunch, $70, for Jane Smith at Brightside" in seen(form)
    answer = anna.submits(form, **{"q.context.host_present": "no"})
    assert isinstance(answer, CloseForms)
    assert isinstance(answer.then, ReplaceAt)
    assert answer.then.address == REPLY
    assert said(answer).text.startswith("Not allowed")


def test_every_kind_of_question_is_read_back(anna: Visitor, shop: Firm) -> None:
    verdict = said(anna.types("/gift-check", "pens for Jane Smith at Brightside"))
    check_id = 1
    questions = [
        "items[0].unit_value",
        "items[0].category",
        "context.guests",
        "context.occasion",
        "context.recipient_pays",
    ]
    notes = {"check": check_id, "currency": "USD"}
    form = gift_forms.questions_form("pens", questions, "USD", ENGLISH, notes)
    assert check_view(form) == []
    assert verdict.text
    answers = {
        "q.item.unit_value": "€12.50",
        "q.item.category": "promotional_item",
        "q.context.guests": "2",
        "q.context.occasion": "birthday",
        "q.context.recipient_pays": "3",
    }
    anna.submits(form, **answers)
    draft = service.drafted(shop.house, shop.actor(shop.alice), check_id + 1)
    assert draft.amount == Money(Decimal("12.50"), "EUR")
    assert draft.category == "promotional_item"
    assert draft.facts == {
        "context.guests": 2,
        "context.occasion": "birthday",
        "context.recipient_pays": "3",
    }


@pytest.mark.parametrize(
    ("key", "typed", "sentence"),
    [
        ("items[0].unit_value", "-3", "below zero"),
        ("context.recipient_pays", "€3", "has to be in USD"),
        ("giver.sources", "0", "I cannot take this as it stands"),
    ],
)
def test_an_answer_that_cannot_be_taken_is_said_at_its_field(
    anna: Visitor, key: str, typed: str, sentence: str
) -> None:
    allowed(anna)
    form = gift_forms.questions_form("flowers", [key], "USD", ENGLISH, {"check": 1, "currency": "USD"})
    field = f"q.{path_of(key)}"
    answer = anna.submits(form, **{field: typed})
    assert isinstance(answer, FormErrors)
    assert sentence in answer.errors[field]


def test_changing_a_gift_opens_the_form_with_it_and_keeps_the_answers(anna: Visitor, shop: Firm) -> None:
    verdict = said(anna.types("/gift-check", "$70 lunch for Jane Smith at Brightside"))
    form = opened(anna.presses(verdict, "gift.questions"))
    answered = said(anna.submits(form, **{"q.context.host_present": "no"}))
    change = opened(anna.presses(answered, "gift.change"))
    state = filled(change)
    assert state["amount"]["amount"]["value"] == "70"
    anna.submits(change, amount="$60")
    draft = service.drafted(shop.house, shop.actor(shop.alice), checks(shop))
    assert draft.facts == {"context.host_present": False}
    anna.submits(change, amount="$60", person="Tom Ray")
    other = service.drafted(shop.house, shop.actor(shop.alice), checks(shop))
    assert other.facts == {}


def test_all_rules_are_shown_beside_the_verdict(anna: Visitor) -> None:
    rules = anna.presses(allowed(anna), "gift.rules")
    assert isinstance(rules, Say)
    assert "Brightside people take up to 60 dollars a year." in rules.message.text
    assert "Every gift offered, received or declined is recorded." in rules.message.text
    assert "Rulebook" in rules.message.text


def test_a_given_gift_enters_the_register_and_can_be_taken_out_again(anna: Visitor) -> None:
    verdict = allowed(anna)
    entered = anna.presses(verdict, "gift.given")
    assert isinstance(entered, Replace)
    assert "In the register: flowers, $40, for Jane Smith at Brightside." in entered.message.text
    assert "Jane Smith is now a contact there." in entered.message.text
    assert "counts once" in said(anna.presses(verdict, "gift.given")).text
    assert allowed(anna).text.startswith("Not allowed")
    out = said(anna.presses(entered.message, "gift.cancel"))
    assert "Taken out of the register: flowers, Brightside." in out.text
    assert said(anna.presses(out, "gift.again")).text.startswith("Allowed")


def test_a_gift_without_a_price_is_asked_for_it_before_it_enters(anna: Visitor) -> None:
    verdict = said(anna.types("/gift-check", "coffee for Jane Smith at Brightside"))
    assert verdict.text.startswith("Allowed")
    form = opened(anna.presses(verdict, "gift.given"))
    assert form["callback_id"] == "gift.value"
    wrong = anna.submits(form, amount="-4")
    assert isinstance(wrong, FormErrors)
    answer = anna.submits(form, amount="4.50")
    assert isinstance(answer, CloseForms)
    assert "coffee, $4.50, for Jane Smith" in said(answer).text


def test_a_company_outside_the_book_is_added_with_its_first_gift(anna: Visitor) -> None:
    verdict = said(anna.types("/gift-check", "$20 flowers for Nora Lind at Brightside Foods"))
    assert "Brightside Foods is not in the book: judged by its name alone." in verdict.text
    offer = anna.presses(verdict, "gift.given")
    assert isinstance(offer, Say)
    assert "Brightside Foods is not in the book yet" in offer.message.text
    entered = said(anna.presses(offer.message, "gift.given_add"))
    assert "Brightside Foods is now in your book." in entered.text


def test_in_a_form_everything_stays_in_the_form(anna: Visitor, brightside: Client) -> None:
    result = opened(
        anna.submits(
            form_of(anna), client=str(brightside.id), person="Jane Smith", what="flowers", amount="40"
        )
    )
    rules = anna.presses(result, "gift.rules")
    assert isinstance(rules, OpenForm)
    entered = anna.presses(result, "gift.given")
    assert isinstance(entered, UpdateForm)
    assert "In the register" in seen(entered.view)
    out = anna.presses(entered.view, "gift.cancel")
    assert isinstance(out, UpdateForm)
    again = anna.presses(out.view, "gift.again")
    assert isinstance(again, UpdateForm)
    assert again.view["callback_id"] == "gift.questions"


def test_somebody_else_cannot_press_the_buttons_of_a_check(anna: Visitor, bruno: Visitor) -> None:
    verdict = allowed(anna)
    for action in ("gift.given", "gift.questions", "gift.change", "gift.rules"):
        with pytest.raises(Refusal, match=r"gift\.gone"):
            bruno.presses(verdict, action)


def test_what_was_promised_of_the_named_companies(small_firm: Firm, table: Routes) -> None:
    """Ford takes no alcohol, Verizon nothing at all; Google takes a small pen."""
    visitor = Visitor(small_firm, small_firm.alice, table)
    for name in ("Ford", "Verizon", "Google"):
        small_firm.client(name)
    wine = said(visitor.types("/gift-check", "$45 bottle of wine for Jane Smith at Ford"))
    assert wine.text.startswith("Not allowed: bottle of wine, $45, for Jane Smith at Ford")
    pen = said(visitor.types("/gift-check", "$10 branded pen for Jane Smith at Verizon"))
    assert pen.text.startswith("Not allowed")
    token = said(visitor.types("/gift-check", "$10 branded pen for Jane Smith at Google"))
    assert token.text.startswith("Allowed")
    assert "take care" in token.text


# --- Words for every code ---------------------------------------------------------------------------------


def test_every_code_of_the_vocabulary_has_words() -> None:
    assert set(gift_words.CATEGORIES) == set(CATEGORY_CODES)
    assert set(gift_words.LAYERS) == set(LAYER_CODES)
    assert set(gift_words.VERDICTS) == {outcome.word for outcome in Outcome}
    assert set(gift_words.CHECKED) == {*CHECKED_CODES, "undated", "old"}
    assert set(gift_words.PERIODS) == set(PERIOD_CODES)


def test_every_fact_that_people_are_asked_for_has_a_question() -> None:
    asked = {path: fact for path, fact in FACTS.items() if fact.asked}
    assert set(gift_words.FLAGS) == {path for path, fact in asked.items() if fact.kind == "flag"}
    assert set(gift_words.NUMBERS) == {path for path, fact in asked.items() if fact.kind == "count"}
    choices = {path: set(fact.codes) for path, fact in asked.items() if fact.kind == "code"}
    assert {path: set(choice.codes) for path, choice in gift_words.CHOICES.items()} == choices
    assert {fact.kind for fact in asked.values()} <= {"flag", "count", "code"}
    assert {path.partition(".")[2] for path in gift_words.AMOUNTS if path.startswith("item.")} <= set(
        ITEM_FIELDS
    )


def test_every_obligation_of_our_rulebook_has_words() -> None:
    known = {*gift_words.OBLIGATIONS, *gift_words.APPROVERS, "lead_approval", "compliance_approval"}
    codes = {
        code
        for rule in shipped_rulebook().rules
        for code in (*rule.obligations, *rule.obligations_within, *rule.obligations_over)
    }
    assert codes - known == set()


def test_an_obligation_that_only_a_workspace_knows_is_shown_by_its_code(shop: Firm, table: Routes) -> None:
    rules = RULES.replace("id: brightside-year", "id: brightside-year\n        obligations: [tell_the_board]")
    made_up = Rulebooks({"house.yaml": shipped_files()["house.yaml"], "made_up.yaml": rules})
    shop.house = replace(shop.house, rulebooks=made_up)
    visitor = Visitor(shop, shop.alice, table)
    assert "• tell the board" in allowed(visitor).text


@given(
    st.decimals(min_value=0, max_value=10**11, places=2),
    st.sampled_from(["USD", "EUR", "CAD", "GBP", "JPY", "XAF"]),
    st.sampled_from([("en-US", ENGLISH), ("fr-FR", FRENCH)]),
)
def test_an_amount_in_the_form_is_read_back_as_it_was(
    amount: Decimal, currency: str, reader: tuple[str, Words]
) -> None:
    locale, words = reader
    shown = gift_forms.typed_amount(Money(amount, currency), words)
    found = find_amount(shown, locale=locale, dollar=currency, bare=True)
    assert found is not None
    assert found.money == Money(amount, currency)


# --- Views at their largest -------------------------------------------------------------------------------


def proposed(**more: Any) -> Proposal:
    data: dict[str, Any] = {
        "recipient": {"name": "Jane Smith", "employer": "Brightside", "jurisdiction": "US-NY"},
        "items": [{"description": "flowers", "unit_value": "120", "currency": "USD", "quantity": 3}],
        **more,
    }
    return read_proposal(data, today=date(2026, 11, 16))


def largest(outcome: Outcome) -> tuple[Any, Proposal, tuple[str, ...]]:
    """A judgement with as much in it as there can be, on a proposal of hostile words."""
    rulebook = shipped_rulebook()
    proposal = proposed(
        recipient={"name": HOSTILE[:4000], "employer": HOSTILE[:4000], "jurisdiction": "US-NY"},
        items=[
            {
                "description": HOSTILE[:4000],
                "category": "gift",
                "unit_value": "999999999.99",
                "quantity": 9999,
            }
        ],
    )
    base = judge(proposed(recipient={"employer": "Google"}), rulebook, rates=RATES, explain=True)
    rules = [rule for rule in rulebook.rules if rule.layer != "tax"]
    template = base.findings[0]
    findings = tuple(
        replace(
            template,
            rule=replace(
                rule,
                summary=dict.fromkeys(("en", "fr"), HOSTILE[:2000]),
                source=replace(
                    rule.source, title=HOSTILE[:2000], text_date=HOSTILE[:2000], url="https://a.example/<|>&"
                ),
            ),
            outcome=outcome,
            counts_as=outcome,
            decisive=True,
            used=Decimal("999999999.99"),
            remaining=Decimal("0.01"),
            times_used=12,
            flags=("near_limit", "value_unknown"),
            caveats=("secondary", "undated", "old"),
        )
        for rule in rules
    )
    codes = {*gift_words.OBLIGATIONS, *gift_words.APPROVERS, "lead_approval", "compliance_approval"}
    facts = [*gift_words.FLAGS, *gift_words.CHOICES, *gift_words.NUMBERS]
    alternatives = tuple(
        Alternative("any", dict(changes))
        for changes in (
            {"items[0].category": "discount", "context.offered_to": "all_employees"},
            {
                "items[0].unit_value": Decimal(20),
                "items[0].face_value": Decimal(30),
                "items[0].value_above": None,
            },
            {"context.presentation": True, "context.host_present": True, "context.setting": "workplace"},
        )
    )
    judgement = replace(
        base,
        verdict=outcome,
        findings=findings,
        obligations=tuple(Obligation(code, "some-rule") for code in sorted(codes)),
        assumptions=tuple(
            Assumption(
                path,
                FACTS[path].codes[0] if FACTS[path].codes else 0,
                FACTS[path].codes[-1] if FACTS[path].codes else 3,
                Outcome.NOT_ALLOWED,
            )
            for path in facts
        ),
        alternatives=alternatives,
        tax=(
            TaxNote("t", "deductible", Decimal(25), "USD"),
            TaxNote("t", "vat_recoverable", True, None),
            TaxNote("t", "deductible", None, None),
        ),
        valuation=replace(
            base.valuation,
            conversions=(
                Conversion("EUR", "USD", Quote(Decimal("1.0812345"), date(2026, 11, 13))),
                Conversion("XAF", "USD", None),
            ),
        ),
    )
    questions = tuple(facts)
    return judgement, proposal, questions


@pytest.mark.parametrize(("outcome", "words"), list(product(Outcome, (ENGLISH, FRENCH))))
def test_the_largest_verdict_fits_in_both_languages(shop: Firm, outcome: Outcome, words: Words) -> None:
    judgement, proposal, questions = largest(outcome)
    client = replace(shop.clients["Brightside"], name=HOSTILE)
    lead = replace(shop.lea, name=HOSTILE)
    message = views.verdict(
        judgement,
        proposal,
        words,
        check_id=10**15,
        questions=5,
        client=client,
        contact=None,
        lead=lead,
        compliance=[lead] * 9,
        note=HOSTILE,
    )
    assert message_faults(message) == []
    assert "<!" not in message.text
    assert message_faults(gift_rules.rules(judgement, proposal, words)) == []
    for at in range(0, len(questions), 5):
        view = gift_forms.answered(
            message, questions[at:], "USD", words, {"check": 10**15, "reply_to": REPLY}
        )
        assert check_view(view) == []
        form = gift_forms.questions_form(HOSTILE, questions[at:], "USD", words, {"check": 10**15})
        assert check_view(form) == []


@pytest.mark.parametrize("words", [ENGLISH, FRENCH])
def test_the_largest_forms_and_questions_fit_in_both_languages(shop: Firm, words: Words) -> None:
    contacts = [
        replace(shop.contact(shop.clients["Brightside"], "Jane"), id=number, name=HOSTILE, role=HOSTILE)
        for number in range(1, 150)
    ]
    near = [(number, HOSTILE) for number in range(1, 6)]
    fields = gift_forms.Fields(
        currency="XAF",
        client=(10**15, HOSTILE),
        person=HOSTILE,
        what=HOSTILE,
        category="meal",
        amount=HOSTILE,
        quantity=10**9,
        which=near,
        whom=near,
    )
    notes = {
        "reply_to": "https://hooks.slack.test/" + "x" * 200,
        "check": 10**15,
        "which": "é" * 255,
        "whom": "é" * 255,
    }
    for form in (
        gift_forms.form(fields, contacts, words, notes),
        gift_forms.form(replace(fields, client=None, employer=HOSTILE), (), words, notes),
        gift_forms.value_form(HOSTILE, "XAF", words, notes),
    ):
        assert check_view(form) == []
    client, contact = replace(shop.clients["Brightside"], name=HOSTILE), contacts[0]
    for message in (
        gift_questions.which_client(HOSTILE, near, 10**15, words),
        gift_questions.which_person(HOSTILE, HOSTILE, near, 10**15, words),
        gift_questions.unread(HOSTILE, HOSTILE, 10**15, words),
        gift_register.not_in_book(HOSTILE, 10**15, words),
        gift_register.taken_out(HOSTILE, "meal", client, words, check_id=10**15),
        gift_register.given(
            HOSTILE,
            "meal",
            client,
            contact,
            Money(Decimal(10) ** 11, "XAF"),
            words,
            check_id=10**15,
            again=False,
            added_client=True,
            added_contact=True,
        ),
        gift_register.given(
            "",
            "meal",
            client,
            None,
            Money(Decimal(1), "USD"),
            words,
            check_id=1,
            again=True,
            added_client=False,
            added_contact=False,
        ),
    ):
        assert message_faults(message) == []
        assert "<!" not in message.text


@pytest.mark.parametrize("words", [ENGLISH, FRENCH])
def test_every_assumption_the_judge_can_name_is_said_in_words(words: Words) -> None:
    judgement, proposal, _ = largest(Outcome.ALLOWED)
    for path, fact in FACTS.items():
        if not fact.asked:
            continue
        key = f"items[0].{path.partition('.')[2]}" if path.startswith("item.") else path
        values: list[object] = [True, False] if fact.kind == "flag" else [*fact.codes] or [0, 1, None]
        for assumed in values:
            one = replace(judgement, assumptions=(Assumption(key, assumed, values[0], Outcome.ASK),))
            lines, _ = views.verdict_blocks(
                one, proposal, words, client=None, contact=None, lead=None, compliance=[]
            )
            line = lines[lines.index(words.say("Assumed")) + 1]
            assert path not in line
            assert not any(f" {code} " in line for code in fact.codes if "_" in code)


@pytest.mark.parametrize(
    ("employer", "regimes"),
    [
        ("Ford", []),
        ("Google", []),
        ("Telenor", ["HCP"]),
        ("Department of Energy", ["US-FED"]),
        ("Zephyr", []),
    ],
)
def test_whatever_the_judge_says_by_our_rulebook_can_be_shown(employer: str, regimes: list[str]) -> None:
    for category in CATEGORY_CODES:
        shown_whole(employer, regimes, category)


def shown_whole(employer: str, regimes: list[str], category: str) -> None:
    proposal = proposed(
        recipient={"employer": employer, "jurisdiction": "US", "regimes": regimes},
        items=[{"category": category, "unit_value": "60", "currency": "EUR", "quantity": 2}],
        context={"guests": 1, "pending_decision": True},
    )
    rulebook = shipped_rulebook()
    judgement = judge(proposal, rulebook, rates=RATES, explain=True)
    questions = [assumption.key for assumption in judgement.assumptions]
    message = views.verdict(
        judgement,
        proposal,
        FRENCH,
        check_id=1,
        questions=3,
        client=None,
        contact=None,
        lead=None,
        compliance=[],
    )
    assert message_faults(message) == []
    assert check_view(gift_forms.answered(message, questions, "EUR", FRENCH, {"check": 1})) == []
    assert len(gift_forms.question_fields(questions, "EUR", FRENCH)) == min(len(questions), 5)
