"""The gift check as it is typed, and what it asks back when a name is not clear."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.gifts.register import Side
from bot.domain.refusals import Refusal
from bot.services import clients, gifts
from bot.services.proposals import GiftDraft
from handlers import forms, origins, refusals
from handlers.answers import Answer, Message, OpenForm, Say
from handlers.ask import Ask
from handlers.gifts import outings
from handlers.gifts.amounts import dollar_for
from handlers.gifts.form import form_of, opened
from handlers.gifts.verdicts import verdict
from handlers.gifts.waiting import choices_of, resumed
from handlers.parsing import ParseComplaint, read_gift
from handlers.views import gift_questions, parts


def typed(ask: Ask) -> Answer:
    if not ask.text.strip():
        return opened(ask)
    try:
        invitation = outings.typed(ask)
        if invitation is not None:
            return invitation
        draft = _read(ask)
    except ParseComplaint as complaint:
        return Say(_unread(ask, complaint))
    if draft.employer == "":
        if (
            len(draft.description) > parts.TYPED
        ):  # more than the form's field holds: nothing typed may be lost
            return Say(refusals.message(Refusal("gift.no_employer"), ask.words, ask.text))
        return OpenForm(form_of(ask, draft))
    return Say(_verdict_or_question(ask, draft))


def _read(ask: Ask) -> GiftDraft:
    """What was typed as a draft; ``$`` is the dollar of the client's country."""
    read = read_gift(ask.text, ask.reader, "USD")
    employer, person = read.employer, read.contact
    if (
        not employer
        and person
        and (
            clients.leading_name(ask.house, ask.actor, person.split(), people=True) == len(person.split())
            or (read.received and gifts.knows_employer(ask.house, ask.actor, person))
        )
    ):
        employer, person = person, None  # "pens for Acme": a client may be named where a person usually is
    if employer and read.amount is not None and read.amount.currency == "USD":
        dollar = dollar_for(gifts.currency_for(ask.house, ask.actor, employer))
        if dollar != "USD":
            read = read_gift(ask.text, ask.reader, dollar)
    return GiftDraft(
        employer=employer or "",
        contact=person,
        description=read.description,
        category=read.category,
        amount=read.amount,
        quantity=read.quantity,
        direction=Side.RECEIVED if read.received else Side.GIVEN,
    )


def _unread(ask: Ask, complaint: ParseComplaint) -> Message:
    draft_id = gifts.set_aside(ask.house, ask.actor, GiftDraft(description=ask.text))
    return gift_questions.unread(refusals.text(complaint, ask.words), ask.text, draft_id, ask.words)


def _verdict_or_question(ask: Ask, draft: GiftDraft) -> Message:
    """The verdict; or which company, or which person, is meant: the draft then waits for the answer."""
    try:
        return verdict(ask, gifts.check(ask.house, ask.actor, draft))
    except Refusal as refusal:
        if refusal.code not in ("client.ambiguous", "contact.ambiguous"):
            raise
        draft_id = gifts.set_aside(ask.house, ask.actor, draft)
        name, choices = str(refusal.facts["name"]), choices_of(refusal)
        if refusal.code == "client.ambiguous":
            return gift_questions.which_client(name, choices, draft_id, ask.words)
        return gift_questions.which_person(name, str(refusal.facts["client"]), choices, draft_id, ask.words)


def client_meant(ask: Ask) -> Answer:
    """One of several clients was meant."""
    return _completed(ask, replace(resumed(ask), employer=forms.number(forms.carried(ask).get("client"))))


def no_client(ask: Ask) -> Answer:
    """None of the clients was meant: an organisation that is not in the book."""
    return _completed(ask, replace(resumed(ask), outsider=True))


def person_meant(ask: Ask) -> Answer:
    """One of several people was meant."""
    return _completed(ask, replace(resumed(ask), contact=forms.number(forms.carried(ask).get("contact"))))


def stranger(ask: Ask) -> Answer:
    """None of the people was meant: somebody who is not in the book."""
    return _completed(ask, replace(resumed(ask), stranger=True))


def _completed(ask: Ask, draft: GiftDraft) -> Answer:
    return origins.put(ask, _verdict_or_question(ask, draft))
