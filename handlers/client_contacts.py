"""The people at a client: listed, added, edited, gone and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.clients import Contact
from bot.domain.preferences import Preference
from bot.domain.refusals import Refusal
from bot.services import client_contacts as services
from handlers import forms, origins, refusals
from handlers.answers import Answer, FormErrors, Options, UpdateForm, View
from handlers.ask import Ask, Routes
from handlers.views import contact_forms as views
from handlers.views import parts
from handlers.views.contact_forms import ContactFields

_FIELD_OF = {
    "contact.nameless": "name",
    "contact.email": "email",
    "contact.exists": "name",
}


def register(routes: Routes) -> None:
    routes.action("client.contacts", people_pressed)
    routes.action("contact.add", add_pressed)
    routes.action("contact.edit", edit_pressed)
    routes.view("contact.form", submitted)
    routes.option("contact.office", suggest_offices)


def people_pressed(ask: Ask) -> Answer:
    carried = forms.carried(ask)
    page = forms.number(carried.get("page", 0))
    return origins.form(ask, people_view(ask, forms.number(carried.get("client")), page))


def people_view(ask: Ask, client_id: int, page: int = 0, said: str = "") -> View:
    found = services.people(ask.house, ask.actor, client_id)
    notes = _origin(ask)
    return views.people_page(
        found.client, found.contacts, page, ask.words, notes, may_edit=found.may_edit, said=said
    )


def add_pressed(ask: Ask) -> Answer:
    client = services.client_to_add_to(ask.house, ask.actor, forms.number(forms.carried(ask).get("client")))
    notes = _origin(ask, client=client.id)
    return origins.form(ask, views.contact_form(client.name, ContactFields(), ask.words, notes))


def edit_pressed(ask: Ask) -> Answer:
    client, person = services.person(ask.house, ask.actor, forms.number(forms.carried(ask).get("contact")))
    return origins.form(ask, _edit_view(ask, client.name, person, views.fields_of(person, ask.words)))


def _edit_view(
    ask: Ask, client: str, person: Contact, said: ContactFields, news: tuple[str, ...] = ()
) -> View:
    notes = _origin(ask, client=person.client_id, contact=person.id, version=person.version)
    others = len(views.others(person, ask.words))
    return views.contact_form(client, said, ask.words, notes, others=others, news=news)


def submitted(ask: Ask) -> Answer:
    """The form was sent: add or save, and show the list again."""
    notes = ask.notes or {}
    client_id = forms.number(notes.get("client"))
    contact_id = forms.number(notes["contact"]) if "contact" in notes else None
    said = entered(ask)
    try:
        if contact_id is None:
            saved = services.add(ask.house, ask.actor, _new(said, client_id))
        else:
            _, person = services.person(ask.house, ask.actor, contact_id)
            new = _new(said, client_id, views.others(person, ask.words))
            version = forms.number(notes.get("version"))
            saved = services.edit(ask.house, ask.actor, contact_id, new, version, left=said.left)
    except Refusal as refusal:
        if refusal.code == "contact.changed_meanwhile" and contact_id is not None:
            return _changed_meanwhile(ask, contact_id, said)
        field = _field(refusal)
        if field is None:
            raise
        return FormErrors({forms.block_of(ask.state or {}, field): refusals.text(refusal, ask.words)})
    name = parts.one_line(saved.contact.name, 120)
    done = ask.words.say("{person} is known now.", person=name)
    if not saved.added:
        done = ask.words.say("Saved: {person}", person=name)
    return UpdateForm(people_view(ask, client_id, said=done))


def _field(refusal: Refusal) -> str | None:
    """At which field of the form a refusal is said."""
    if refusal.code.startswith("preference."):
        return f"preference_{refusal.facts['field']}"
    if refusal.code == "contact.too_long":
        return str(refusal.facts["field"])
    return _FIELD_OF.get(refusal.code)


def _changed_meanwhile(ask: Ask, contact_id: int, said: ContactFields) -> Answer:
    """The second of two who edit at once sees what stands there now, with what they entered themselves."""
    client, person = services.person(ask.house, ask.actor, contact_id)
    now = views.fields_of(person, ask.words)
    news = [ask.words.say("Somebody else changed this person while you had it open. By now it says:")]
    news += [f"• {line}" for line in views.differing(said, now, ask.words)]
    news.append(ask.words.say("What you entered is still here. Look it over, and save once more."))
    return UpdateForm(_edit_view(ask, client.name, person, said, tuple(news)))


def entered(ask: Ask) -> ContactFields:
    """What stands in the form now."""
    state = ask.state or {}
    language = forms.first_chosen(state, "language")
    return ContactFields(
        name=forms.written(state, "name"),
        role=forms.written(state, "role"),
        email=forms.written(state, "email"),
        employer=forms.written(state, "employer"),
        offices=tuple(code for code, _ in forms.chosen_many(state, "offices")),
        bound=tuple(code for code in views.BOUND if code in forms.ticked(state, "bound")),
        jurisdiction=forms.first_chosen(state, "jurisdiction"),
        language=language if language != views.NO_LANGUAGE else "",
        preferences={
            kind.value: said
            for kind in Preference
            if (said := forms.written(state, f"preference_{kind.value}"))
        },
        left="left" in forms.ticked(state, "left"),
    )


def _new(said: ContactFields, client_id: int, others: tuple[str, ...] = ()) -> services.Described:
    return services.Described(
        client_id=client_id,
        name=said.name,
        role=said.role,
        email=said.email or None,
        employer=said.employer or None,
        regimes=tuple(dict.fromkeys((*said.offices, *said.bound, *others))),
        jurisdiction=said.jurisdiction or None,
        language=said.language,
        preferences=said.preferences or {},
    )


def suggest_offices(ask: Ask) -> Answer:
    """Public offices that fit what has been typed so far."""
    known = services.public_offices(ask.house, ask.actor)
    found = dict(views.offices(ask.value, ask.words, known))
    return Options([parts.choice(label, code) for code, label in list(found.items())[: parts.CHOICES]])


def _origin(ask: Ask, **more: Any) -> Mapping[str, Any]:
    origin = origins.of_press(ask) if ask.action is not None else origins.from_notes(ask.notes)
    return origin.notes(**more)
