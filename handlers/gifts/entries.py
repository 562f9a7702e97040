"""The register behind “I gave it”, and behind what became of a gift received."""

from __future__ import annotations

from bot.domain.gifts.register import Fate
from bot.domain.refusals import Refusal
from bot.services import gifts
from bot.services.register import Given, cancel_given, record_given
from handlers import forms, origins, refusals
from handlers.answers import Answer, CloseForms, FormErrors, Message, ReplaceAt, UpdateForm
from handlers.ask import Ask
from handlers.gifts.amounts import Fault, amount_in
from handlers.gifts.verdicts import result
from handlers.views import gift_forms, gift_register, parts
from handlers.views.notice import notice


def given(ask: Ask) -> Answer:
    return _enter(ask, add_client=False)


def given_add(ask: Ask) -> Answer:
    return _enter(ask, add_client=True, fate=_fate(forms.carried(ask).get("fate")))


def kept(ask: Ask) -> Answer:
    return _enter(ask, add_client=False, fate=Fate.KEPT)


def returned(ask: Ask) -> Answer:
    return _enter(ask, add_client=False, fate=Fate.RETURNED)


def handed_in(ask: Ask) -> Answer:
    return _enter(ask, add_client=False, fate=Fate.HANDED_IN)


def _fate(said: object) -> Fate | None:
    """What a button or a form's notes carry; None for a gift of ours. Raises Refusal ``request.unknown``."""
    if said is None:
        return None
    if said not in list(Fate):
        raise Refusal("request.unknown")
    return Fate(str(said))


def _enter(ask: Ask, *, add_client: bool, fate: Fate | None = None) -> Answer:
    check_id = forms.number(forms.carried(ask).get("check"))
    try:
        entered = record_given(ask.house, ask.actor, check_id, add_client=add_client, fate=fate)
    except Refusal as refusal:
        if refusal.code == "gift.no_client":
            return origins.tell(
                ask, gift_register.not_in_book(str(refusal.facts["employer"]), check_id, ask.words, fate)
            )
        if refusal.code == "gift.no_value":
            return _ask_value(ask, check_id, add_client=add_client, fate=fate)
        raise
    return origins.put(ask, _entered(ask, entered))


def _ask_value(ask: Ask, check_id: int, *, add_client: bool, fate: Fate | None) -> Answer:
    draft = gifts.drafted(ask.house, ask.actor, check_id)
    currency = gifts.currency_for(ask.house, ask.actor, draft.employer)
    origin = origins.of_press(ask, replace=True)
    notes = origin.notes(check=check_id, add=add_client or None, fate=fate)
    about = parts.one_line(draft.description, parts.SECTION)
    return origins.form(
        ask, gift_forms.value_form(about, currency, ask.words, notes, received=fate is not None)
    )


def valued(ask: Ask) -> Answer:
    notes, state = ask.notes or {}, ask.state or {}
    check_id = forms.number(notes.get("check"))
    try:
        value = amount_in(
            ask, "amount", forms.written(state, "amount"), forms.chosen(state, "currency") or "USD"
        )
        entered = record_given(
            ask.house,
            ask.actor,
            check_id,
            value,
            add_client=bool(notes.get("add")),
            fate=_fate(notes.get("fate")),
        )
    except Fault as fault:
        return FormErrors({forms.block_of(state, fault.field): fault.sentence})
    except Refusal as refusal:
        if refusal.code != "gift.not_cleared":
            raise
        checked = gifts.answer(ask.house, ask.actor, check_id, {}, amount=value)
        return result(ask, checked, refusals.text(refusal, ask.words))
    message, origin = _entered(ask, entered), origins.from_notes(notes)
    if origin.replace and origin.reply_to is not None:
        return CloseForms(ReplaceAt(origin.reply_to, message))
    return UpdateForm(notice(message, ask.words, origin.notes()))


def cancelled(ask: Ask) -> Answer:
    check_id = forms.number(forms.carried(ask).get("check"))
    out = cancel_given(ask.house, ask.actor, check_id)
    return origins.put(
        ask, gift_register.taken_out(out.description, out.category, out.client, ask.words, check_id=check_id)
    )


def _entered(ask: Ask, entered: Given) -> Message:
    assert entered.value is not None, "what was entered has a value"
    return gift_register.given(
        entered.description,
        entered.category,
        entered.client,
        entered.contact,
        entered.value,
        ask.words,
        check_id=entered.check_id,
        again=entered.again,
        added_client=entered.added_client,
        added_contact=entered.added_contact,
        still_allowed=entered.verdict_now == "allowed",
        fate=entered.fate,
    )
