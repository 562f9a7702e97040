"""Whom a client would suit, who must not have it, and what one says of oneself."""

from __future__ import annotations

from bot.domain.fit import Because
from bot.domain.refusals import Refusal
from bot.domain.strengths import Declared, Strength
from bot.services import fit as services
from bot.services import settings as settings_services
from handlers import forms, origins
from handlers.answers import Answer, CloseForms, FormErrors, ReplaceAt, UpdateForm
from handlers.ask import Ask, Routes
from handlers.views import fit as views
from handlers.views import settings as settings_views
from handlers.views.notice import notice

_DECLARED_AT = {
    "strengths.language": "languages",
    "strengths.market": "markets",
    "strengths.sector": "sectors",
    "strengths.capacity": "capacity",
}
"""At which field of the form a refusal is shown; one of too many names its field itself."""


def register(routes: Routes) -> None:
    routes.action("fit.candidates", candidates_asked)
    routes.action("fit.exclude", exclude_asked)
    routes.view("fit.exclude", excluded)
    routes.action("fit.declare", declare_asked)
    routes.view("fit.declare", declared)


def candidates_asked(ask: Ask) -> Answer:
    """Whom the client would suit, with reasons."""
    found = services.suited(ask.house, ask.actor, _client(ask))
    left_out = [
        (person.name, found.excluded.because[number]) for number, person in found.excluded.people.items()
    ]
    people = [(member, candidate.reasons) for member, candidate in found.candidates]
    shown = views.candidates(found.client.id, found.client.name, people, left_out, found.unknown, ask.words)
    return origins.tell(ask, shown)


# --- Who must not have it ---------------------------------------------------------------------------------


def exclude_asked(ask: Ask) -> Answer:
    client, known = services.excluded(ask.house, ask.actor, _client(ask))
    notes = origins.of_press(ask).notes(client=client.id, seen=known.seen)
    form = views.exclude_form(
        client.name, known.because, known.people, ask.words, notes, most=services.MOST_EXCLUDED
    )
    return origins.form(ask, form)


def excluded(ask: Ask) -> Answer:
    state, notes = ask.state or {}, ask.notes or {}
    because = {
        forms.number(value): reason
        for reason in Because
        for value, _ in forms.chosen_many(state, reason.value)
    }
    client, known = services.exclude(
        ask.house, ask.actor, forms.number(notes.get("client")), because, seen=str(notes.get("seen"))
    )
    names = [person.name for person in known.people.values()]
    return origins.finish(ask, views.excluded(client.id, client.name, names, ask.words))


def _client(ask: Ask) -> int:
    return forms.number(forms.carried(ask).get("client"))


# --- What one says of oneself -----------------------------------------------------------------------------


def declare_asked(ask: Ask) -> Answer:
    said = services.declared(ask.house, ask.actor)
    return origins.form(ask, views.declare_form(said, ask.words, origins.of_press(ask).notes()))


def declared(ask: Ask) -> Answer:
    """The form was sent: back to the settings, as they are then."""
    state = ask.state or {}
    capacity = forms.written(state, "capacity")
    if capacity and not (capacity.isascii() and capacity.isdecimal() and len(capacity) <= 6):
        return FormErrors({forms.block_of(state, "capacity"): ask.words.say("Write a whole number.")})
    said = Declared(
        strengths=frozenset(
            Strength(each) for each in forms.ticked(state, "strengths") if each in set(Strength)
        ),
        languages=tuple(value for value, _ in forms.chosen_many(state, "languages")),
        markets=tuple(value for value, _ in forms.chosen_many(state, "markets")),
        sectors=tuple(forms.written(state, "sectors").replace(";", ",").split(",")),
        capacity=int(capacity) if capacity else None,
    )
    try:
        services.declare(ask.house, ask.actor, said)
    except Refusal as refusal:
        return forms.at_field(
            ask, refusal, {**_DECLARED_AT, "strengths.too_many": str(refusal.facts.get("field"))}
        )
    origin = origins.from_notes(ask.notes)
    if origin.home:
        return CloseForms(home=True)
    shown = settings_views.message(
        settings_services.standing(ask.house, ask.actor),
        ask.words,
        ask.words.say("Saved: what you are good at."),
    )
    if origin.reply_to is None:
        return UpdateForm(notice(shown, ask.words))
    return CloseForms(ReplaceAt(origin.reply_to, shown))
