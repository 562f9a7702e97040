"""The questions that can still change a verdict, and showing a check again or in full."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.gifts.counterparts import side_of
from bot.domain.gifts.register import Side
from bot.domain.money import Money
from bot.domain.refusals import Refusal
from bot.services import gifts
from handlers import forms, origins, refusals
from handlers.answers import Answer, FormErrors, OpenForm, UpdateForm
from handlers.ask import Ask
from handlers.gifts.amounts import Fault, amount_in
from handlers.gifts.verdicts import currency_of, result, shown_in_modal, verdict
from handlers.views import gift_forms
from handlers.views.gift_rules import rules
from handlers.views.gift_subject import subject
from handlers.views.gift_variants import path_of
from handlers.views.gift_words import AMOUNTS, CHOICES, FLAGS, NUMBERS


def asked(ask: Ask) -> Answer:
    checked = gifts.recall(ask.house, ask.actor, forms.number(forms.carried(ask).get("check")))
    notes = origins.of_press(ask, replace=True).notes(check=checked.check_id, currency=currency_of(checked))
    about = subject(checked.proposal, ask.words)
    return OpenForm(
        gift_forms.questions_form(
            about,
            checked.questions,
            currency_of(checked),
            ask.words,
            notes,
            received=side_of(checked.proposal) is Side.RECEIVED,
        )
    )


def answered(ask: Ask) -> Answer:
    notes = ask.notes or {}
    try:
        facts, category, amount = _answers(ask, str(notes["currency"]))
        checked = gifts.answer(
            ask.house, ask.actor, forms.number(notes.get("check")), facts, category=category, amount=amount
        )
    except Fault as fault:
        return FormErrors({fault.field: fault.sentence})
    except Refusal as refusal:
        field = f"q.{path_of(str(refusal.facts.get('key', '')))}"
        if refusal.code != "gift.fact" or field not in (ask.state or {}):
            raise
        return FormErrors({field: refusals.text(refusal, ask.words)})
    return result(ask, checked)


def _answers(ask: Ask, currency: str) -> tuple[Mapping[str, object], str | None, Money | None]:
    """The questions that were answered: facts by their path, the kind of gift, the price. Raises `Fault`."""
    state = ask.state or {}
    facts: dict[str, object] = {}
    price: Money | None = None
    for field in state:
        path = field.removeprefix("q.")
        if path in FLAGS and (said := forms.chosen(state, field)):
            facts[path] = said == gift_forms.YES
        elif path in CHOICES and (code := forms.chosen(state, field)):
            facts[path] = code
        elif path in NUMBERS and (count := forms.written(state, field)):
            facts[path] = int(count)
        elif path in AMOUNTS:
            money = amount_in(ask, field, forms.written(state, field), currency)
            if path == "item.unit_value":
                price = money
            elif money is not None:
                if money.currency != currency:
                    sentence = ask.words.say("This amount has to be in {currency}.", currency=currency)
                    raise Fault(field, sentence)
                facts[path] = format(money.amount, "f")
    category = facts.pop("item.category", None)
    return facts, None if category is None else str(category), price


def all_rules(ask: Ask) -> Answer:
    checked = gifts.recall(ask.house, ask.actor, forms.number(forms.carried(ask).get("check")))
    return origins.tell(ask, rules(checked.judgement, checked.proposal, ask.words, outdated=checked.outdated))


def again(ask: Ask) -> Answer:
    checked = gifts.answer(ask.house, ask.actor, forms.number(forms.carried(ask).get("check")), {})
    if origins.in_modal(ask):
        return UpdateForm(shown_in_modal(ask, checked))
    return origins.put(ask, verdict(ask, checked))
