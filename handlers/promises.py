"""Promises: typed, added in a form, kept, moved, released."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.refusals import Refusal
from bot.services import clients as client_services
from bot.services import drafts
from bot.services import promises as services
from bot.services.promises import Settled
from handlers import forms, origins, refusals
from handlers.answers import Answer, FormErrors, OpenForm, Say
from handlers.ask import Ask, Routes
from handlers.dates import find_deadline
from handlers.parsing.text import tidy
from handlers.views import promises as views

WORDS = frozenset({"promise", "promised", "promises", "promesse", "promis"})
"""What follows a client's name where a promise is typed."""
KIND = "typed_promise"

_FIELD_OF = {
    "promise.no_text": "text",
    "promise.text_too_long": "text",
    "promise.past_day": "day",
    "promise.far_day": "day",
    "promise.no_reason": "reason",
}
"""At which field of a form a refusal is shown."""


@dataclass(frozen=True, slots=True)
class Entered:
    text: str
    day: date


def register(routes: Routes) -> None:
    routes.action("promise.open_form", open_form)
    routes.action("promise.from_draft", from_draft)
    routes.view("promise.add", submitted)
    routes.action("promise.kept", kept)
    routes.action("promise.move", move)
    routes.view("promise.moved", moved)
    routes.action("promise.release", release)
    routes.view("promise.released", released)
    routes.action("promise.reopen", reopen)


# --- Making one -------------------------------------------------------------------------------------------


def typed(ask: Ask, client_id: int, text: str) -> Answer:
    """``/client Acme promise quote by Friday``: noted at once; what is missing is asked for."""
    if not text.strip():
        return _form(ask, client_id, "", None)
    due = find_deadline(text, now=ask.now, zone=ask.zone, locale=ask.member.locale)
    said = text if due is None else f"{text[: due.span[0]].rstrip(' ,')} {text[due.span[1] :].lstrip()}"
    said = tidy(
        re.sub(r"\A(?:to|de|d['’]|that|a|an|un|une)\b(?=\W) *", "", " ".join(said.split()), flags=re.I)
    )
    if due is None or not said:
        draft = drafts.keep(ask.house, ask.actor, KIND, {"client": client_id, "text": said})
        client, _ = client_services.contacts_of(ask.house, ask.actor, client_id)
        return Say(views.unclear(said, client.name, draft, ask.words))
    made = services.make(ask.house, ask.actor, client_id, said, due.day, _key(ask))
    return Say(views.made(made.promise, made.client, ask.words))


def from_draft(ask: Ask) -> Answer:
    """The form with what was typed without a day."""
    kept_facts = drafts.kept(ask.house, ask.actor, KIND, forms.number(forms.carried(ask).get("draft")))
    return _form(ask, forms.number(kept_facts["client"]), str(kept_facts["text"]), None, replace=True)


def open_form(ask: Ask) -> Answer:
    """**Add a promise** in the brief."""
    return _form(ask, forms.number(forms.carried(ask).get("client")), "", None)


def _form(ask: Ask, client_id: int, text: str, day: date | None, *, replace: bool = False) -> Answer:
    client, _ = client_services.contacts_of(ask.house, ask.actor, client_id)
    notes = origins.of_press(ask, replace=replace).notes(client=client_id)
    return OpenForm(views.form(client.name, text, day, ask.words, notes, callback_id="promise.add"))


def submitted(ask: Ask) -> Answer:
    """The form was sent: note the promise."""
    done = entered(ask)
    if isinstance(done, FormErrors):
        return done
    client_id = forms.number((ask.notes or {}).get("client"))
    try:
        made = services.make(ask.house, ask.actor, client_id, done.text, done.day, _key(ask))
    except Refusal as refusal:
        return at_its_field(ask, refusal)
    return origins.finish(ask, views.made(made.promise, made.client, ask.words))


def _key(ask: Ask) -> str:
    return f"promise:{ask.key}"[:64]


def entered(ask: Ask) -> Entered | FormErrors:
    """What a sent form says was promised; what is missing is said at the field."""
    state, errors = ask.state or {}, {}
    text, day = forms.written(state, "text"), forms.day(state, "day")
    if not text:
        errors["text"] = refusals.text(Refusal("promise.no_text"), ask.words)
    if day is None:
        errors["day"] = ask.words.say("Choose a day.")
    return FormErrors(errors) if day is None or errors else Entered(text, day)


def at_its_field(ask: Ask, refusal: Refusal) -> FormErrors:
    """A refusal at the field that it is about; any other goes on."""
    return forms.at_field(ask, refusal, _FIELD_OF)


# --- Settling one -----------------------------------------------------------------------------------------


def kept(ask: Ask) -> Answer:
    """It was done."""
    facts = forms.carried(ask)
    settled = services.keep(ask.house, ask.actor, _promise(facts))
    by = settled.by if settled.again and settled.promise.settled_by != ask.member.id else ""
    return origins.refreshed(ask, _entry(facts), views.kept(settled.promise, settled.client, ask.words, by))


def move(ask: Ask) -> Answer:
    """The form for another day and the reason."""
    found, notes = _for_form(ask)
    return origins.form(ask, views.move_form(found.promise, found.client, ask.words, notes))


def moved(ask: Ask) -> Answer:
    """The form was sent: put it off."""
    state = ask.state or {}
    day = forms.day(state, "day")
    if day is None:
        return FormErrors({"day": ask.words.say("Choose a day.")})
    try:
        done = services.move(
            ask.house, ask.actor, _promise(ask.notes or {}), day, forms.written(state, "reason")
        )
    except Refusal as refusal:
        return at_its_field(ask, refusal)
    return origins.finish(ask, views.moved(done.promise, done.client, ask.words))


def release(ask: Ask) -> Answer:
    """The form for the reason."""
    found, notes = _for_form(ask)
    return origins.form(ask, views.release_form(found.promise, found.client, ask.words, notes))


def released(ask: Ask) -> Answer:
    """The form was sent: nobody waits for it any more."""
    try:
        done = services.release(
            ask.house, ask.actor, _promise(ask.notes or {}), forms.written(ask.state or {}, "reason")
        )
    except Refusal as refusal:
        return at_its_field(ask, refusal)
    return origins.finish(ask, views.released(done.promise, done.client, ask.words))


def reopen(ask: Ask) -> Answer:
    """Undo: it is open after all."""
    done = services.reopen(ask.house, ask.actor, _promise(forms.carried(ask)))
    return origins.put(ask, views.reopened(done.promise, done.client, ask.words))


def _for_form(ask: Ask) -> tuple[Settled, Mapping[str, Any]]:
    facts = forms.carried(ask)
    found = services.one(ask.house, ask.actor, _promise(facts))
    notes = origins.of_press(ask, digest=_entry(facts)).notes(promise=found.promise.id)
    return found, notes


def _promise(facts: Mapping[str, Any]) -> int:
    return forms.number(facts.get("promise"))


def _entry(facts: Mapping[str, Any]) -> int | None:
    """The digest that a row stands in; None on the Home tab and in the brief."""
    return None if facts.get("entry") is None else forms.number(facts["entry"])
