"""Why something was said or held back: on a press, and by `/rapport why`."""

from __future__ import annotations

from bot.services import why
from handlers import forms, origins
from handlers.answers import Answer, Say
from handlers.ask import Ask, Routes
from handlers.views import gate as views

WORDS = frozenset({"why", "pourquoi"})


def register(routes: Routes) -> None:
    routes.action("gate.why", asked)


def typed(ask: Ask) -> Answer:
    """``/rapport why``: of everything, or of the client whose name follows."""
    _, _, client = ask.text.strip().partition(" ")
    found = (
        why.outlook_of_named(ask.house, ask.actor, client.strip())
        if client.strip()
        else why.outlook(ask.house, ask.actor)
    )
    return Say(views.message(found, ask.words))


def asked(ask: Ask) -> Answer:
    """A button: of everything, or of the client that it names."""
    carried = forms.carried(ask) if ask.value else {}
    client_id = None if carried.get("client") is None else forms.number(carried["client"])
    return origins.tell(ask, views.message(why.outlook(ask.house, ask.actor, client_id), ask.words))
