"""The rows of the digest and of the Home tab: log, put off, open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.domain.refusals import Refusal
from bot.services import clients as client_services
from bot.services import nudges as services
from bot.services import whys
from bot.services.nudges import Snoozed
from handlers import clients, covers, forms, origins, touches
from handlers.answers import Answer, FormErrors, Message, OpenForm, View
from handlers.ask import Ask, Routes
from handlers.views import nudges as views
from handlers.views import whys as why_views
from handlers.views.digest import WISHES

_FIELD_OF = {"snooze.past": "day", "snooze.too_far": "day", "snooze.reason": "reason"}
"""At which field of the form a refusal is shown."""


def register(routes: Routes) -> None:
    routes.action("nudge.log", log)
    routes.action("nudge.snooze", snooze)
    routes.action("nudge.open", open_brief)
    routes.action("nudge.more", more)
    routes.action("promise.open", open_brief)
    routes.view("nudge.snooze_until", snooze_until)


def log(ask: Ask) -> Answer:
    """The form with the client of the row."""
    row = forms.carried(ask)
    return touches.form_for(ask, forms.number(row.get("client")), origins.of_press(ask, digest=_entry(row)))


def _entry(row: Mapping[str, Any]) -> int | None:
    """The digest that a row stands in; None on the Home tab."""
    return None if row.get("entry") is None else forms.number(row["entry"])


def open_brief(ask: Ask) -> Answer:
    """What to know of the client of the row."""
    return origins.tell(ask, clients.brief_of(ask, forms.number(forms.carried(ask).get("client"))))


def more(ask: Ask) -> Answer:
    """The three dots of a row: why it is there, the form to log a touch, or the one to ask a colleague for cover."""
    match forms.carried(ask).get("do"):
        case "log":
            return log(ask)
        case "cover":
            return covers.ask_pressed(ask)
    found = whys.of(ask.house, ask.actor, forms.number(forms.carried(ask).get("client")))
    return origins.tell(ask, why_views.message(found, ask.words))


def snooze(ask: Ask) -> Answer:
    """Put the client of the row off; a date, and a reason where one is due, are asked for in a form."""
    row = forms.carried(ask)
    client_id, entry, wish = forms.number(row.get("client")), _entry(row), str(row.get("wish"))
    if wish not in WISHES:
        raise Refusal("request.unknown")
    notes = origins.of_press(ask, digest=entry).notes(client=client_id)
    if wish == "date":
        client, _ = client_services.contacts_of(ask.house, ask.actor, client_id)
        return OpenForm(
            views.snooze_form(client.name, None, ask.words, notes, ask_reason=client.snoozes >= 1)
        )
    try:
        snoozed = services.snooze(ask.house, ask.actor, client_id, wish=wish)
    except Refusal as refusal:
        if refusal.code != "snooze.reason":
            raise
        return OpenForm(_ask_reason(ask, refusal, notes))
    return origins.refreshed(ask, entry, _said(ask, snoozed))


def _ask_reason(ask: Ask, refusal: Refusal, notes: Mapping[str, Any]) -> View:
    """The form for a reason, with the day that was wished for."""
    client, day = str(refusal.facts["client"]), refusal.facts["day"]
    assert isinstance(day, date), "the refusal says which day was wished for"
    return views.snooze_form(client, day, ask.words, notes, ask_reason=True)


def snooze_until(ask: Ask) -> Answer:
    """The form was sent: put the client off until that day."""
    state = ask.state or {}
    client_id = forms.number((ask.notes or {}).get("client"))
    day = forms.day(state, "day")
    if day is None:
        return FormErrors({"day": ask.words.say("Choose a day.")})
    try:
        snoozed = services.snooze(
            ask.house, ask.actor, client_id, day=day, reason=forms.written(state, "reason")
        )
    except Refusal as refusal:
        return forms.at_field(ask, refusal, _FIELD_OF)
    return origins.finish(ask, _said(ask, snoozed))


def _said(ask: Ask, snoozed: Snoozed) -> Message:
    return views.put_off(snoozed.client.name, snoozed.day, ask.words)
