"""Covers: ask a colleague to see to a client, answer, and end it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from bot.domain.covers import CoverSheet
from bot.domain.refusals import Refusal
from bot.services import covers as services
from handlers import forms, origins
from handlers.answers import Answer, CloseForms, FormErrors, Message, OpenForm, ReplaceAt, ShowHome
from handlers.ask import Ask, Routes
from handlers.views import cover_gaps as gap_views
from handlers.views import covers as views
from handlers.views.settings import person_choice

_FIELD_OF = {
    "cover.backwards": "until",
    "cover.past": "until",
    "cover.too_long": "until",
    "cover.too_far": "until",
    "cover.beyond": "until",
    "cover.unknown": "colleague",
    "cover.inactive": "colleague",
    "cover.oneself": "colleague",
    "cover.away": "colleague",
    "cover.known": "colleague",
    "cover.note_too_long": "note",
}
"""At which field of the form a refusal is shown."""


def register(routes: Routes) -> None:
    routes.action("cover.ask", ask_pressed)
    routes.view("cover.ask", asked)
    routes.action("cover.instead", instead_pressed)
    routes.view("cover.instead", instead_asked)
    routes.action("cover.accept", accepted)
    routes.action("cover.decline", decline_pressed)
    routes.view("cover.decline", declined)
    routes.action("cover.end", ended)


def ask_pressed(ask: Ask) -> Answer:
    """The form, with the client of the row."""
    row = forms.carried(ask)
    entry = None if row.get("entry") is None else forms.number(row["entry"])
    wish = services.proposed(ask.house, ask.actor, forms.number(row.get("client")))
    form = views.ask_form(
        wish.client.name,
        None if wish.owner.id == ask.member.id else wish.owner.name,
        None if wish.colleague is None else person_choice(wish.colleague),
        wish.until,
        ask.words,
        origins.of_press(ask, digest=entry).notes(client=wish.client.id),
    )
    return origins.form(ask, form)


def asked(ask: Ask) -> Answer:
    """The form was sent."""
    client_id = forms.number((ask.notes or {}).get("client"))
    return _asked(ask, partial(services.ask, ask.house, ask.actor, client_id))


def _asked(ask: Ask, of: Callable[[int | None, date, str], CoverSheet]) -> Answer:
    """Ask whom the form names: `of` is given the colleague, the last day, and what they should know."""
    state, chosen = ask.state or {}, forms.chosen(ask.state or {}, "colleague")
    until = forms.day(state, "until")
    if until is None:
        return FormErrors({forms.block_of(state, "until"): ask.words.say("Choose a day.")})
    try:
        sheet = of(None if chosen is None else forms.number(chosen), until, forms.written(state, "note"))
    except Refusal as refusal:
        return forms.at_field(ask, refusal, _FIELD_OF)
    return origins.finish(ask, views.asked(sheet, ask.member.id, ask.words))


def instead_pressed(ask: Ask) -> Answer:
    """The form to ask somebody else while the colleague who covers is away."""
    row = forms.carried(ask)
    gap = services.gap_of(ask.house, ask.actor, _cover(ask), str(row.get("first", "")))
    notes = origins.of_press(ask).notes(cover=gap.sheet.cover.id, first=gap.days[0].isoformat())
    colleague = None if gap.colleague is None else person_choice(gap.colleague)
    return origins.form(ask, gap_views.form(gap.sheet, gap.days, colleague, ask.member.id, ask.words, notes))


def instead_asked(ask: Ask) -> Answer:
    """The form was sent."""
    notes = ask.notes or {}
    cover_id, first = forms.number(notes.get("cover")), str(notes.get("first", ""))
    return _asked(ask, partial(services.ask_instead, ask.house, ask.actor, cover_id, first))


def accepted(ask: Ask) -> Answer:
    return _settled(ask, services.accept(ask.house, ask.actor, _cover(ask)))


def decline_pressed(ask: Ask) -> Answer:
    """A colleague reads why: the form for it."""
    sheet = services.look_at(ask.house, ask.actor, _cover(ask))
    notes = origins.of_press(ask, replace=True).notes(cover=sheet.cover.id)
    return OpenForm(views.decline_form(sheet, ask.words, notes))


def declined(ask: Ask) -> Answer:
    notes, reason = ask.notes or {}, forms.written(ask.state or {}, "reason")
    try:
        sheet = services.decline(ask.house, ask.actor, forms.number(notes.get("cover")), reason)
    except Refusal as refusal:
        return forms.at_field(ask, refusal, {"cover.no_reason": "reason", "cover.note_too_long": "reason"})
    origin = origins.from_notes(notes)
    if origin.home:
        return CloseForms(home=True)
    if origin.reply_to is None:
        return origins.finish(ask, views.question(sheet, ask.words))
    return CloseForms(ReplaceAt(origin.reply_to, views.question(sheet, ask.words)))


def ended(ask: Ask) -> Answer:
    sheet = services.end(ask.house, ask.actor, _cover(ask))
    if origins.on_home(ask):
        return ShowHome()
    shown: Message = views.ended(sheet, ask.member.id, ask.words)
    if sheet.cover.colleague_id == ask.member.id:
        shown = views.question(sheet, ask.words)
    return origins.put(ask, shown)


def _settled(ask: Ask, sheet: CoverSheet) -> Answer:
    if origins.on_home(ask):
        return ShowHome()
    return origins.put(ask, views.question(sheet, ask.words))


def _cover(ask: Ask) -> int:
    return forms.number(forms.carried(ask).get("cover"))
