"""The answers to what a touch may have promised: yes, change, no. Each press brings the confirmation up to date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.refusals import Refusal
from bot.services import clients as client_services
from bot.services import promises as services
from bot.services import touches as touch_services
from handlers import forms, offers, origins, promises, touches
from handlers.answers import Answer, FormErrors, Message
from handlers.ask import Ask, Routes
from handlers.offers import Item
from handlers.views import promises as views


def register(routes: Routes) -> None:
    routes.action("promise.yes", yes)
    routes.action("promise.change", change)
    routes.action("promise.no", no)
    routes.view("promise.offered", changed)


def yes(ask: Ask) -> Answer:
    """It is a promise; one without a day is asked for it, and so is one whose day has passed since."""
    facts = forms.carried(ask)
    draft_id, offer, number = _pressed(ask, facts)
    item = offer[number]
    if item.day is None or item.day < ask.member.calendar.local_date(ask.now):
        return change(ask)
    services.make(ask.house, ask.actor, item.client_id, item.text, item.day, item.key, touch_id=item.touch_id)
    return origins.put(ask, _again(ask, draft_id, offer, _declined(facts)))


def change(ask: Ask) -> Answer:
    """The form with what was read, to be put right."""
    facts = forms.carried(ask)
    draft_id, offer, number = _pressed(ask, facts)
    item = offer[number]
    client, _ = client_services.contacts_of(ask.house, ask.actor, item.client_id)
    notes = origins.of_press(ask, replace=True).notes(
        draft=draft_id, n=number, no=list(_declined(facts)) or None
    )
    return origins.form(
        ask, views.form(client.name, item.text, item.day, ask.words, notes, callback_id="promise.offered")
    )


def changed(ask: Ask) -> Answer:
    """The form was sent: that is what was promised."""
    notes = ask.notes or {}
    draft_id, offer, number = _pressed(ask, notes)
    entered = promises.entered(ask)
    if isinstance(entered, FormErrors):
        return entered
    item = offer[number]
    try:
        services.make(
            ask.house,
            ask.actor,
            item.client_id,
            entered.text,
            entered.day,
            item.key,
            touch_id=item.touch_id,
        )
    except Refusal as refusal:
        return promises.at_its_field(ask, refusal)
    return origins.finish(ask, _again(ask, draft_id, offer, _declined(notes)))


def no(ask: Ask) -> Answer:
    """It is none: it is no longer offered."""
    facts = forms.carried(ask)
    draft_id, offer, number = _pressed(ask, facts)
    return origins.put(ask, _again(ask, draft_id, offer, (*_declined(facts), number)))


def _pressed(ask: Ask, facts: Mapping[str, Any]) -> tuple[int, Sequence[Item], int]:
    draft_id, number = forms.number(facts.get("draft")), forms.number(facts.get("n"))
    offer = offers.offered(ask, draft_id)
    if number >= len(offer):
        raise Refusal("request.unknown")
    return draft_id, offer, number


def _declined(facts: Mapping[str, Any]) -> tuple[int, ...]:
    said = facts.get("no")
    return tuple(forms.number(each) for each in said) if isinstance(said, list) else ()


def _again(ask: Ask, draft_id: int, offer: Sequence[Item], declined: Sequence[int]) -> Message:
    """The confirmation as it stands now. Raises Refusal ``touch.gone`` for a touch that was taken back."""
    first = offer[0].touch_id
    several = touch_services.together(ask.house, ask.actor, first)
    if len(several) < 2:
        several = (touch_services.to_edit(ask.house, ask.actor, first),)
    return offers.shown(touches.confirmed(ask, several), ask, draft_id, offer, declined, several)
