"""The answer to a gift check: as a message, or in the place of the form that asked for it."""

from __future__ import annotations

from bot.domain.gifts.counterparts import side_of
from bot.domain.gifts.register import Side
from bot.services.gifts import Checked
from handlers import origins
from handlers.answers import Answer, CloseForms, Message, ReplaceAt, UpdateForm, View
from handlers.ask import Ask
from handlers.views import gift_forms
from handlers.views import gifts as views


def verdict(ask: Ask, checked: Checked, *, questions: bool = True, note: str = "") -> Message:
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
        request=checked.request,
        reopened=checked.reopened,
        fate=checked.fate,
        so_far=checked.so_far,
    )


def result(ask: Ask, checked: Checked, note: str = "") -> Answer:
    """The verdict after a form: in place of the message that the form came from, else in the form's own place."""
    origin = origins.from_notes(ask.notes)
    if origin.replace and origin.reply_to is not None:
        return CloseForms(ReplaceAt(origin.reply_to, verdict(ask, checked, note=note)))
    return UpdateForm(shown_in_modal(ask, checked, note))


def shown_in_modal(ask: Ask, checked: Checked, note: str = "") -> View:
    """The verdict in a form's place, with its questions below it."""
    return gift_forms.answered(
        verdict(ask, checked, questions=False, note=note),
        checked.questions,
        currency_of(checked),
        ask.words,
        origins.from_notes(ask.notes).notes(check=checked.check_id, currency=currency_of(checked)),
        received=side_of(checked.proposal) is Side.RECEIVED,
    )


def currency_of(checked: Checked) -> str:
    """The currency in which further amounts of this check are asked for."""
    return checked.proposal.items[0].currency or checked.proposal.currency
