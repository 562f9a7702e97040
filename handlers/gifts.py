"""The gift check as people meet it: typed, as a form, with its questions; and the register behind “I gave it”."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from babel.numbers import get_currency_symbol

from bot.domain.clients import Client, Contact
from bot.domain.money import Money
from bot.domain.refusals import Refusal
from bot.services import clients, gifts
from bot.services.gifts import Checked
from bot.services.proposals import GiftDraft
from bot.services.register import Given, cancel_given, record_given
from handlers import forms, origins, refusals
from handlers.amounts import AmountError, find_amount
from handlers.answers import (
    Answer,
    CloseForms,
    FormErrors,
    Message,
    OpenForm,
    Options,
    ReplaceAt,
    Say,
    UpdateForm,
    View,
)
from handlers.ask import Ask, Routes
from handlers.parsing import ParseComplaint, Reader, read_gift
from handlers.views import gift_forms, gift_questions, gift_register, parts
from handlers.views import gifts as views
from handlers.views.gift_variants import path_of
from handlers.views.gift_words import AMOUNTS, CHOICES, FLAGS, NUMBERS
from handlers.views.notice import notice


def register(routes: Routes) -> None:
    routes.command("/gift-check", typed)
    routes.shortcut("gift_form", opened)
    routes.action("gift.open_form", opened)
    routes.action("gift.resume", resumed)
    routes.action("gift.client", client_chosen)
    routes.option("gift.client", client_list)
    routes.view("gift.form", submitted)
    routes.action("gift.client_meant", client_meant)
    routes.action("gift.no_client", no_client)
    routes.action("gift.person_meant", person_meant)
    routes.action("gift.stranger", stranger)
    routes.action("gift.questions", asked)
    routes.view("gift.questions", answered)
    routes.action("gift.change", changed)
    routes.action("gift.again", again)
    routes.action("gift.rules", all_rules)
    routes.action("gift.given", given)
    routes.action("gift.given_add", given_add)
    routes.view("gift.value", valued)
    routes.action("gift.cancel", cancelled)


# --- Typed ------------------------------------------------------------------------------------------------


def typed(ask: Ask) -> Answer:
    if not ask.text.strip():
        return opened(ask)
    try:
        draft = _read(ask)
    except ParseComplaint as complaint:
        return Say(_unread(ask, complaint))
    if draft.employer == "":
        return OpenForm(_form(ask, draft))
    return Say(_verdict_or_question(ask, draft))


def _read(ask: Ask) -> GiftDraft:
    """What was typed as a draft; ``$`` is the dollar of the client's country."""
    reader = _reader(ask)
    read = read_gift(ask.text, reader, "USD")
    employer, person = read.employer, read.contact
    if (
        not employer
        and person
        and clients.leading_name(ask.house, ask.actor, person.split()) == len(person.split())
    ):
        employer, person = person, None  # "pens for Acme": a client may be named where a person usually is
    if employer and read.amount is not None and read.amount.currency == "USD":
        dollar = _dollar(gifts.currency_for(ask.house, ask.actor, employer))
        if dollar != "USD":
            read = read_gift(ask.text, reader, dollar)
    return GiftDraft(
        employer=employer or "",
        contact=person,
        description=read.description,
        category=read.category,
        amount=read.amount,
        quantity=read.quantity,
    )


def _unread(ask: Ask, complaint: ParseComplaint) -> Message:
    draft_id = gifts.set_aside(ask.house, ask.actor, GiftDraft(description=ask.text))
    return gift_questions.unread(refusals.text(complaint, ask.words), ask.text, draft_id, ask.words)


def _verdict_or_question(ask: Ask, draft: GiftDraft) -> Message:
    """The verdict; or which company, or which person, is meant: the draft then waits for the answer."""
    try:
        return _verdict(ask, gifts.check(ask.house, ask.actor, draft))
    except Refusal as refusal:
        if refusal.code not in ("client.ambiguous", "contact.ambiguous"):
            raise
        draft_id = gifts.set_aside(ask.house, ask.actor, draft)
        name, choices = str(refusal.facts["name"]), _choices(refusal)
        if refusal.code == "client.ambiguous":
            return gift_questions.which_client(name, choices, draft_id, ask.words)
        return gift_questions.which_person(name, str(refusal.facts["client"]), choices, draft_id, ask.words)


def _choices(refusal: Refusal) -> Sequence[tuple[int, str]]:
    found = refusal.facts["choices"]
    assert isinstance(found, tuple), "choices are pairs of id and name"
    return found


def _verdict(ask: Ask, checked: Checked, *, questions: bool = True, note: str = "") -> Message:
    """The verdict as a message; without the button to its `questions` where they stand below it anyway."""
    return views.verdict(
        checked.judgement,
        checked.proposal,
        ask.words,
        check_id=checked.check_id,
        questions=min(len(checked.questions), gift_forms.MOST_QUESTIONS) if questions else 0,
        note=note,
        client=checked.client,
        contact=checked.contact,
        lead=checked.lead,
        compliance=checked.compliance,
        registered=checked.registered,
    )


def client_meant(ask: Ask) -> Answer:
    carried = forms.carried(ask)
    draft = gifts.resume(ask.house, ask.actor, int(carried["draft"]))
    return origins.put(ask, _verdict_or_question(ask, replace(draft, employer=int(carried["client"]))))


def no_client(ask: Ask) -> Answer:
    draft = gifts.resume(ask.house, ask.actor, int(forms.carried(ask)["draft"]))
    return origins.put(ask, _verdict_or_question(ask, replace(draft, outsider=True)))


def person_meant(ask: Ask) -> Answer:
    carried = forms.carried(ask)
    draft = gifts.resume(ask.house, ask.actor, int(carried["draft"]))
    return origins.put(ask, _verdict_or_question(ask, replace(draft, contact=int(carried["contact"]))))


def stranger(ask: Ask) -> Answer:
    draft = gifts.resume(ask.house, ask.actor, int(forms.carried(ask)["draft"]))
    return origins.put(ask, _verdict_or_question(ask, replace(draft, stranger=True)))


# --- The form ---------------------------------------------------------------------------------------------


def opened(ask: Ask) -> Answer:
    return OpenForm(_form(ask, GiftDraft()))


def resumed(ask: Ask) -> Answer:
    draft = gifts.resume(ask.house, ask.actor, int(forms.carried(ask)["draft"]))
    return origins.form(ask, _form(ask, draft, replaces=True))


def changed(ask: Ask) -> Answer:
    check_id = int(forms.carried(ask)["check"])
    draft = gifts.drafted(ask.house, ask.actor, check_id)
    return origins.form(ask, _form(ask, draft, replaces=True, check=check_id))


def _form(ask: Ask, draft: GiftDraft, *, replaces: bool = False, check: int | None = None) -> View:
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
    )
    notes = origins.of_press(ask, replace=replaces).notes(check=check)
    return gift_forms.form(fields, contacts, ask.words, notes)


def _known(ask: Ask, client_id: int | None) -> tuple[Client | None, Sequence[Contact]]:
    return (None, ()) if client_id is None else clients.contacts_of(ask.house, ask.actor, client_id)


def client_list(ask: Ask) -> Answer:
    found = clients.type_ahead(ask.house, ask.actor, ask.value)
    colleague = ask.words.say("Client of a colleague")
    return Options(
        [parts.choice(each.name, str(each.client_id), "" if each.own else colleague) for each in found]
    )


def client_chosen(ask: Ask) -> Answer:
    """Another client: show its people and its currency; what was entered stays."""
    fields = _fields(ask)
    client, contacts = _known(ask, fields.client[0] if fields.client else None)
    if client is not None:
        fields = replace(fields, currency=client.currency, contact=None)
    return UpdateForm(gift_forms.form(fields, contacts, ask.words, ask.notes or {}))


def _fields(ask: Ask) -> gift_forms.Fields:
    """What stands in the form now."""
    state = ask.state or {}
    client, contact = forms.chosen(state, "client"), forms.chosen(state, "contact")
    count = forms.written(state, "quantity")
    fields = gift_forms.Fields(
        currency=forms.chosen(state, "currency") or gifts.currency_for(ask.house, ask.actor, ""),
        client=(int(client), forms.chosen_label(state, "client")) if client else None,
        employer=forms.written(state, "employer"),
        contact=int(contact) if contact else None,
        person=forms.written(state, "person"),
        what=forms.written(state, "what"),
        category=forms.chosen(state, "category"),
        amount=forms.written(state, "amount"),
        quantity=int(count) if count.isdecimal() and len(count) <= 9 else 0,
    )
    meant = _near_name(ask, "which", fields.employer)
    if meant is not None and meant != gift_forms.NONE_OF_THESE and fields.client is None:
        fields = replace(fields, client=(int(meant), forms.chosen_label(state, "which")), employer="")
    return fields


def _near_name(ask: Ask, field: str, name: str) -> str | None:
    """What was chosen among the names near `name`, unless another name was typed since."""
    return forms.chosen(ask.state or {}, field) if (ask.notes or {}).get(field) == name else None


def submitted(ask: Ask) -> Answer:
    fields = _fields(ask)
    try:
        return _result(ask, gifts.check(ask.house, ask.actor, _draft(ask, fields)))
    except _Fault as fault:
        return FormErrors({forms.block_of(ask.state or {}, fault.field): fault.sentence})
    except Refusal as refusal:
        return _asked_back(ask, fields, refusal)


class _Fault(Exception):
    """A field that cannot be read, and the sentence to be shown at it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(field)
        self.field = field
        self.sentence = sentence


def _draft(ask: Ask, fields: gift_forms.Fields) -> GiftDraft:
    """The form's fields as a draft, with the answers that were given to the check it changes. Raises `_Fault`."""
    if not fields.what:
        raise _Fault("what", ask.words.say("Say in a word or two what the gift is."))
    if not 1 <= fields.quantity <= gift_forms.MOST_PIECES:
        most = ask.words.number(gift_forms.MOST_PIECES)
        raise _Fault("quantity", ask.words.say("This has to be a whole number from 1 to {most}.", most=most))
    whom = _near_name(ask, "whom", fields.person)
    contact: int | str | None = fields.contact or fields.person
    if whom is not None and whom != gift_forms.NONE_OF_THESE:
        contact = int(whom)
    elif fields.contact and fields.person:
        raise _Fault("person", ask.words.say("Choose a person above or name somebody new, not both."))
    draft = GiftDraft(
        employer=fields.client[0] if fields.client else fields.employer,
        contact=contact or None,
        outsider=_near_name(ask, "which", fields.employer) == gift_forms.NONE_OF_THESE,
        stranger=whom == gift_forms.NONE_OF_THESE,
        description=fields.what,
        category=fields.category or _kind(ask, fields.what),
        amount=_amount(ask, "amount", fields.amount, fields.currency),
        quantity=fields.quantity,
    )
    check = (ask.notes or {}).get("check")
    if check is None:
        return draft
    before = gifts.drafted(ask.house, ask.actor, int(check))
    if (before.employer, before.contact) != (draft.employer, draft.contact):
        return draft
    return replace(draft, facts=before.facts, outsider=before.outsider, stranger=before.stranger)


def _kind(ask: Ask, what: str) -> str | None:
    """The kind of gift that its description names; a description that cannot be read as one names none."""
    try:
        return read_gift(what, _reader(ask), "USD").category
    except ParseComplaint:
        return None


def _amount(ask: Ask, field: str, typed: str, currency: str) -> Money | None:
    """An amount as typed into a form, in `currency` unless it says another; None for an empty field."""
    if not typed:
        return None
    locale = ask.member.locale
    try:
        found = find_amount(typed, locale=locale, dollar=_dollar(currency))
        if found is None:
            found = find_amount(typed, locale=locale, dollar=currency, bare=True)
    except AmountError as error:
        complaint = Refusal(f"amount.{error.code}", word=error.text, span=error.span)
        raise _Fault(field, refusals.text(complaint, ask.words)) from error
    if found is None:
        complaint = Refusal("amount.not_a_number", word=typed, span=(0, len(typed)))
        raise _Fault(field, refusals.text(complaint, ask.words))
    return found.money


def _dollar(currency: str) -> str:
    """The currency that a plain ``$`` stands for where amounts are in `currency`."""
    return currency if str(get_currency_symbol(currency, locale="en")).endswith("$") else "USD"


def _reader(ask: Ask) -> Reader:
    return Reader(ask.now, ask.zone, ask.member.locale)


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
        fields, notes = replace(fields, which=_choices(refusal)), {**notes, "which": fields.employer}
    elif refusal.code == "contact.ambiguous":
        fields, notes = replace(fields, whom=_choices(refusal)), {**notes, "whom": fields.person}
    else:
        field = _FIELD_OF.get(str(refusal.facts.get("key", refusal.code)))
        if field is None:
            raise refusal
        return FormErrors({forms.block_of(ask.state or {}, field): refusals.text(refusal, ask.words)})
    _, contacts = _known(ask, fields.client[0] if fields.client else None)
    return UpdateForm(gift_forms.form(fields, contacts, ask.words, notes))


def _result(ask: Ask, checked: Checked, note: str = "") -> Answer:
    """The verdict after a form: in place of the message that the form came from, else in the form's own place."""
    origin = origins.from_notes(ask.notes)
    if origin.replace and origin.reply_to is not None:
        return CloseForms(ReplaceAt(origin.reply_to, _verdict(ask, checked, note=note)))
    return UpdateForm(_in_modal(ask, checked, note))


def _in_modal(ask: Ask, checked: Checked, note: str = "") -> View:
    return gift_forms.answered(
        _verdict(ask, checked, questions=False, note=note),
        checked.questions,
        _currency(checked),
        ask.words,
        origins.from_notes(ask.notes).notes(check=checked.check_id, currency=_currency(checked)),
    )


def _currency(checked: Checked) -> str:
    return checked.proposal.items[0].currency or checked.proposal.currency


# --- Questions --------------------------------------------------------------------------------------------


def asked(ask: Ask) -> Answer:
    checked = gifts.recall(ask.house, ask.actor, int(forms.carried(ask)["check"]))
    notes = origins.of_press(ask, replace=True).notes(check=checked.check_id, currency=_currency(checked))
    about = views.subject(checked.proposal, ask.words)
    return OpenForm(gift_forms.questions_form(about, checked.questions, _currency(checked), ask.words, notes))


def answered(ask: Ask) -> Answer:
    notes = ask.notes or {}
    try:
        facts, category, amount = _answers(ask, str(notes["currency"]))
        checked = gifts.answer(
            ask.house, ask.actor, int(notes["check"]), facts, category=category, amount=amount
        )
    except _Fault as fault:
        return FormErrors({fault.field: fault.sentence})
    except Refusal as refusal:
        field = f"q.{path_of(str(refusal.facts.get('key', '')))}"
        if refusal.code != "gift.fact" or field not in (ask.state or {}):
            raise
        return FormErrors({field: refusals.text(refusal, ask.words)})
    return _result(ask, checked)


def _answers(ask: Ask, currency: str) -> tuple[Mapping[str, object], str | None, Money | None]:
    """The questions that were answered: facts by their path, the kind of gift, the price. Raises `_Fault`."""
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
            money = _amount(ask, field, forms.written(state, field), currency)
            if path == "item.unit_value":
                price = money
            elif money is not None:
                if money.currency != currency:
                    sentence = ask.words.say("This amount has to be in {currency}.", currency=currency)
                    raise _Fault(field, sentence)
                facts[path] = format(money.amount, "f")
    category = facts.pop("item.category", None)
    return facts, None if category is None else str(category), price


def all_rules(ask: Ask) -> Answer:
    checked = gifts.recall(ask.house, ask.actor, int(forms.carried(ask)["check"]))
    return origins.tell(ask, views.rules(checked.judgement, checked.proposal, ask.words))


def again(ask: Ask) -> Answer:
    checked = gifts.answer(ask.house, ask.actor, int(forms.carried(ask)["check"]), {})
    if origins.in_modal(ask):
        return UpdateForm(_in_modal(ask, checked))
    return origins.put(ask, _verdict(ask, checked))


# --- The register -----------------------------------------------------------------------------------------


def given(ask: Ask) -> Answer:
    return _enter(ask, add_client=False)


def given_add(ask: Ask) -> Answer:
    return _enter(ask, add_client=True)


def _enter(ask: Ask, *, add_client: bool) -> Answer:
    check_id = int(forms.carried(ask)["check"])
    try:
        entered = record_given(ask.house, ask.actor, check_id, add_client=add_client)
    except Refusal as refusal:
        if refusal.code == "gift.no_client":
            return origins.tell(
                ask, gift_register.not_in_book(str(refusal.facts["employer"]), check_id, ask.words)
            )
        if refusal.code == "gift.no_value":
            return _ask_value(ask, check_id, add_client=add_client)
        raise
    return origins.put(ask, _entered(ask, entered))


def _ask_value(ask: Ask, check_id: int, *, add_client: bool) -> Answer:
    draft = gifts.drafted(ask.house, ask.actor, check_id)
    currency = gifts.currency_for(ask.house, ask.actor, draft.employer)
    origin = origins.of_press(ask, replace=True)
    notes = origin.notes(check=check_id, add=add_client or None)
    about = parts.one_line(draft.description, parts.SECTION)
    return origins.form(ask, gift_forms.value_form(about, currency, ask.words, notes))


def valued(ask: Ask) -> Answer:
    notes, state = ask.notes or {}, ask.state or {}
    check_id = int(notes["check"])
    try:
        value = _amount(
            ask, "amount", forms.written(state, "amount"), forms.chosen(state, "currency") or "USD"
        )
        entered = record_given(ask.house, ask.actor, check_id, value, add_client=bool(notes.get("add")))
    except _Fault as fault:
        return FormErrors({forms.block_of(state, fault.field): fault.sentence})
    except Refusal as refusal:
        if refusal.code != "gift.not_cleared":
            raise
        checked = gifts.answer(ask.house, ask.actor, check_id, {}, amount=value)
        return _result(ask, checked, refusals.text(refusal, ask.words))
    message, origin = _entered(ask, entered), origins.from_notes(notes)
    if origin.replace and origin.reply_to is not None:
        return CloseForms(ReplaceAt(origin.reply_to, message))
    return UpdateForm(notice(message, ask.words, origin.notes()))


def cancelled(ask: Ask) -> Answer:
    check_id = int(forms.carried(ask)["check"])
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
    )
