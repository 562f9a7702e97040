"""Who came to an outing: entered into the register at what it really cost, and taken out again."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.money import Money
from bot.domain.refusals import Refusal
from bot.services import outings
from bot.services.outings import Guest
from handlers import forms, origins, refusals
from handlers.answers import Answer, FormErrors
from handlers.ask import Ask
from handlers.gifts.amounts import Fault, amount_in
from handlers.gifts.outings import answer
from handlers.i18n import Words
from handlers.views import gift_forms
from handlers.views import outing_forms as form_views
from handlers.views import outings as views


def asked(ask: Ask) -> Answer:
    """The form that asks who came."""
    outing_id = forms.number(forms.carried(ask).get("outing"))
    outing, guests = outings.guests(ask.house, ask.actor, outing_id)
    ready = [each for each in guests if each.may_enter and not each.registered]
    if not ready:
        raise Refusal("outing.nobody_left")
    of = outing.circumstances
    notes = origins.of_press(ask, replace=True).notes(outing=outing_id)
    view = form_views.came_form(
        views.what(of, ask.words),
        [(each.check_id, form_views.person_label(each.name, each.company)) for each in ready],
        _remarks(guests, ask.words),
        gift_forms.typed_amount(of.cost, ask.words),
        outing.currency,
        ask.words,
        notes,
    )
    return origins.form(ask, view)


def _remarks(guests: Sequence[Guest], words: Words) -> list[str]:
    remarks = []
    if there := [each.name for each in guests if each.registered]:
        remarks.append(words.say("In the register already: {people}.", people=words.listed(there)))
    if barred := [each.name for each in guests if not each.may_enter and not each.registered]:
        remarks.append(
            words.say(
                "Not to be entered, because they may not come as it stands: {people}.",
                people=words.listed(barred),
            )
        )
    strange = [each.company for each in guests if each.may_enter and not each.registered and not each.known]
    if strange:
        companies = words.listed(list(dict.fromkeys(strange)))
        remarks.append(
            words.say("Not in the book yet, and added with those who came: {companies}.", companies=companies)
        )
    return remarks


def entered(ask: Ask) -> Answer:
    """The form was sent. Where the real cost changes an answer nobody is entered, and everybody is checked at it."""
    notes, state = ask.notes or {}, ask.state or {}
    outing_id = forms.number(notes.get("outing"))
    fields = [block for block in state if block.startswith("came")]
    came = {forms.number(value) for block in fields for value in forms.ticked(state, block)}
    try:
        currency = forms.chosen(state, "currency") or "USD"
        cost = amount_in(ask, "amount", forms.written(state, "amount"), currency)
        outing, given = outings.record_came(ask.house, ask.actor, outing_id, came, cost)
    except Fault as fault:
        return FormErrors({forms.block_of(state, fault.field): fault.sentence})
    except Refusal as refusal:
        if refusal.code == "outing.nobody_came" and fields:
            return FormErrors({fields[0]: refusals.text(refusal, ask.words)})
        if refusal.code != "gift.not_cleared" or cost is None:
            raise
        return _at_real_cost(ask, outing_id, cost)
    message = views.entered(
        outing,
        [each.contact.name if each.contact is not None else each.client.name for each in given],
        cost,
        ask.words,
        again=sum(each.again for each in given),
        added=list(dict.fromkeys(each.client.name for each in given if each.added_client)),
        changed=[
            each.contact.name if each.contact is not None else each.client.name
            for each in given
            if each.verdict_now != "allowed"
        ],
    )
    return origins.finish(ask, message)


def _at_real_cost(ask: Ask, outing_id: int, cost: Money) -> Answer:
    planned = outings.plan_at(ask.house, ask.actor, outing_id, cost, ask.key)
    note = ask.words.say(
        "At {cost} a head not all of them would be allowed as it stands, so nobody is in the register yet.",
        cost=ask.words.money(cost),
    )
    return origins.finish(ask, answer(ask, planned, note))


def undone(ask: Ask) -> Answer:
    """Everybody out of the register again."""
    outing_id = forms.number(forms.carried(ask).get("outing"))
    outing, count = outings.take_all_out(ask.house, ask.actor, outing_id)
    return origins.put(ask, views.taken_out(outing, count, ask.words))
