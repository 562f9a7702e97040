"""The form of the gift check: opened, put right, sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.clients import Client, Contact
from bot.domain.gifts.register import Side
from bot.domain.refusals import Refusal
from bot.services import clients, gifts
from bot.services.proposals import GiftDraft
from handlers import forms, origins, refusals
from handlers.answers import Answer, FormErrors, OpenForm, UpdateForm, View
from handlers.ask import Ask
from handlers.gifts import waiting
from handlers.gifts.amounts import Fault, amount_in
from handlers.gifts.verdicts import result
from handlers.parsing import ParseComplaint, read_gift
from handlers.views import gift_forms


def opened(ask: Ask) -> Answer:
    return OpenForm(form_of(ask, GiftDraft()))


def resumed(ask: Ask) -> Answer:
    return origins.form(ask, form_of(ask, waiting.resumed(ask), replaces=True))


def changed(ask: Ask) -> Answer:
    check_id = forms.number(forms.carried(ask).get("check"))
    draft = gifts.drafted(ask.house, ask.actor, check_id)
    return origins.form(ask, form_of(ask, draft, replaces=True, check=check_id))


def form_of(ask: Ask, draft: GiftDraft, *, replaces: bool = False, check: int | None = None) -> View:
    """The form with what a draft knows. `check` is the check that it changes."""
    client, contacts = _known(ask, draft.employer if isinstance(draft.employer, int) else None)
    usual = gifts.currency_for(ask.house, ask.actor, draft.employer)
    fields = gift_forms.Fields(
        currency=draft.amount.currency if draft.amount is not None else usual,
        client=(client.id, client.name) if client is not None else None,
        employer=draft.employer if isinstance(draft.employer, str) else "",
        contact=draft.contact if isinstance(draft.contact, int) else None,
        person=draft.contact if isinstance(draft.contact, str) else "",
        what=draft.description,
        category=draft.category,
        amount=gift_forms.typed_amount(draft.amount, ask.words),
        quantity=draft.quantity,
        direction=draft.direction,
    )
    notes = origins.of_press(ask, replace=replaces).notes(check=check)
    return gift_forms.form(fields, contacts, ask.words, notes)


def _known(ask: Ask, client_id: int | None) -> tuple[Client | None, Sequence[Contact]]:
    return (None, ()) if client_id is None else clients.contacts_of(ask.house, ask.actor, client_id)


def client_chosen(ask: Ask) -> Answer:
    """Another client: show its people and its currency; what was entered stays."""
    fields = _fields(ask)
    client, contacts = _known(ask, fields.client[0] if fields.client else None)
    if client is not None:
        fields = replace(fields, currency=client.currency, contact=None)
    return UpdateForm(gift_forms.form(fields, contacts, ask.words, ask.notes or {}))


def direction_chosen(ask: Ask) -> Answer:
    """We give, or we receive: the labels follow; what was entered stays."""
    if not origins.in_modal(ask):
        raise Refusal("request.unknown")
    fields = _fields(ask)
    _, contacts = _known(ask, fields.client[0] if fields.client else None)
    return UpdateForm(gift_forms.form(fields, contacts, ask.words, ask.notes or {}))


def _fields(ask: Ask) -> gift_forms.Fields:
    """What stands in the form now."""
    state = ask.state or {}
    client, contact = forms.chosen(state, "client"), forms.chosen(state, "contact")
    count = forms.written(state, "quantity")
    fields = gift_forms.Fields(
        currency=forms.chosen(state, "currency") or gifts.currency_for(ask.house, ask.actor, ""),
        client=(forms.number(client), forms.chosen_label(state, "client")) if client else None,
        employer=forms.written(state, "employer"),
        contact=forms.number(contact) if contact else None,
        person=forms.written(state, "person"),
        what=forms.written(state, "what"),
        category=forms.chosen(state, "category"),
        amount=forms.written(state, "amount"),
        quantity=int(count) if count.isdecimal() and len(count) <= 9 else 0,
        direction=Side.RECEIVED if forms.chosen(state, "direction") == Side.RECEIVED else Side.GIVEN,
    )
    meant = _near_name(ask, "which", fields.employer)
    if meant is not None and meant != gift_forms.NONE_OF_THESE and fields.client is None:
        fields = replace(
            fields, client=(forms.number(meant), forms.chosen_label(state, "which")), employer=""
        )
    return fields


def _near_name(ask: Ask, field: str, name: str) -> str | None:
    """What was chosen among the names near `name`, unless another name was typed since."""
    return forms.chosen(ask.state or {}, field) if (ask.notes or {}).get(field) == name else None


def submitted(ask: Ask) -> Answer:
    fields = _fields(ask)
    try:
        check = (ask.notes or {}).get("check")
        changes = None if check is None else forms.number(check)
        return result(ask, gifts.check(ask.house, ask.actor, _draft(ask, fields), changes=changes))
    except Fault as fault:
        return FormErrors({forms.block_of(ask.state or {}, fault.field): fault.sentence})
    except Refusal as refusal:
        return _asked_back(ask, fields, refusal)


def _draft(ask: Ask, fields: gift_forms.Fields) -> GiftDraft:
    """The form's fields as a draft, with the answers that were given to the check it changes. Raises `Fault`."""
    if not fields.what:
        raise Fault("what", ask.words.say("Say in a word or two what the gift is."))
    if not 1 <= fields.quantity <= gift_forms.MOST_PIECES:
        most = ask.words.number(gift_forms.MOST_PIECES)
        raise Fault("quantity", ask.words.say("This has to be a whole number from 1 to {most}.", most=most))
    whom = _near_name(ask, "whom", fields.person)
    contact: int | str | None = fields.contact or fields.person
    if whom is not None and whom != gift_forms.NONE_OF_THESE:
        contact = forms.number(whom)
    elif fields.contact and fields.person:
        raise Fault("person", ask.words.say("Choose a person above or name somebody new, not both."))
    draft = GiftDraft(
        employer=fields.client[0] if fields.client else fields.employer,
        contact=contact or None,
        outsider=_near_name(ask, "which", fields.employer) == gift_forms.NONE_OF_THESE,
        stranger=whom == gift_forms.NONE_OF_THESE,
        description=fields.what,
        category=fields.category or _kind(ask, fields.what),
        amount=amount_in(ask, "amount", fields.amount, fields.currency),
        quantity=fields.quantity,
        direction=fields.direction,
    )
    check = (ask.notes or {}).get("check")
    if check is None:
        return draft
    before = gifts.drafted(ask.house, ask.actor, forms.number(check))
    draft = replace(draft, day=before.day)
    if (before.employer, before.contact, before.direction) != (
        draft.employer,
        draft.contact,
        draft.direction,
    ):
        return draft
    return replace(draft, facts=before.facts, outsider=before.outsider, stranger=before.stranger)


def _kind(ask: Ask, what: str) -> str | None:
    """The kind of gift that its description names; a description that cannot be read as one names none."""
    try:
        return read_gift(what, ask.reader, "USD").category
    except ParseComplaint:
        return None


_FIELD_OF = {
    "gift.no_employer": "employer",
    "client.gone": "client",
    "contact.gone": "contact",
    "items[0].unit_value": "amount",
    "items[0].currency": "currency",
    "items[0].description": "what",
}


def _asked_back(ask: Ask, fields: gift_forms.Fields, refusal: Refusal) -> Answer:
    """The form again: with the near names to choose from, or with a sentence at the field that is in the way."""
    notes = dict(ask.notes or {})
    if refusal.code == "client.ambiguous":
        fields, notes = (
            replace(fields, which=waiting.choices_of(refusal)),
            {**notes, "which": fields.employer},
        )
    elif refusal.code == "contact.ambiguous":
        fields, notes = replace(fields, whom=waiting.choices_of(refusal)), {**notes, "whom": fields.person}
    else:
        field = _FIELD_OF.get(str(refusal.facts.get("key", refusal.code)))
        if field is None:
            raise refusal
        return FormErrors({forms.block_of(ask.state or {}, field): refusals.text(refusal, ask.words)})
    _, contacts = _known(ask, fields.client[0] if fields.client else None)
    return UpdateForm(gift_forms.form(fields, contacts, ask.words, notes))
