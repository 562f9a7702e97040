"""The gift check as people meet it: typed, as a form, with its questions; and the register behind “I gave it”."""

from __future__ import annotations

from handlers import clients
from handlers.ask import Routes
from handlers.gifts import answering, entries, form, outing_entries, outings, typed


def register(routes: Routes) -> None:
    routes.command("/gift-check", typed.typed)
    routes.shortcut("gift_form", form.opened)
    routes.action("gift.open_form", form.opened)
    routes.action("gift.resume", form.resumed)
    routes.action("gift.client", form.client_chosen)
    routes.option("gift.client", clients.suggest)
    routes.action("gift.direction", form.direction_chosen)
    routes.view("gift.form", form.submitted)
    routes.action("gift.client_meant", typed.client_meant)
    routes.action("gift.no_client", typed.no_client)
    routes.action("gift.person_meant", typed.person_meant)
    routes.action("gift.stranger", typed.stranger)
    routes.action("gift.questions", answering.asked)
    routes.view("gift.questions", answering.answered)
    routes.action("gift.change", form.changed)
    routes.action("gift.again", answering.again)
    routes.action("gift.rules", answering.all_rules)
    routes.action("gift.given", entries.given)
    routes.action("gift.given_add", entries.given_add)
    routes.action("gift.kept", entries.kept)
    routes.action("gift.returned", entries.returned)
    routes.action("gift.handed_in", entries.handed_in)
    routes.view("gift.value", entries.valued)
    routes.action("gift.cancel", entries.cancelled)
    routes.shortcut("outing_form", outings.opened)
    routes.action("outing.open_form", outings.opened)
    routes.option("outing.people", outings.suggest)
    routes.view("outing.form", outings.submitted)
    routes.action("outing.open", outings.shown)
    routes.action("outing.person", outings.person)
    routes.action("outing.change", outings.changed)
    routes.action("outing.approval", outings.asking)
    routes.view("outing.approval", outings.asked_for)
    routes.action("outing.came", outing_entries.asked)
    routes.view("outing.came", outing_entries.entered)
    routes.action("outing.undo", outing_entries.undone)
