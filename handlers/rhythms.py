"""The learnt rhythm of a client: taken over, declined, and taken back."""

from __future__ import annotations

from bot.services import rhythms as services
from handlers import forms, origins
from handlers.answers import Answer
from handlers.ask import Ask, Routes
from handlers.views import rhythms as views


def register(routes: Routes) -> None:
    routes.action("rhythm.take", take)
    routes.action("rhythm.decline", decline)
    routes.action("rhythm.undo", undo)


def take(ask: Ask) -> Answer:
    """One press: the learnt rhythm is the client's own from now on."""
    facts = forms.carried(ask)
    client_id, days = forms.number(facts.get("client")), forms.number(facts.get("n"))
    return origins.tell(ask, views.taken(services.take(ask.house, ask.actor, client_id, days), ask.words))


def decline(ask: Ask) -> Answer:
    """The rhythm stays as it is, and the question is not asked again."""
    facts = forms.carried(ask)
    client_id, days = forms.number(facts.get("client")), forms.number(facts.get("n"))
    return origins.tell(
        ask, views.declined(services.decline(ask.house, ask.actor, client_id, days), ask.words)
    )


def undo(ask: Ask) -> Answer:
    """Back to the cadence that was in force before."""
    facts = forms.carried(ask)
    days = None if facts.get("n") is None else forms.number(facts["n"])
    done = services.take(ask.house, ask.actor, forms.number(facts.get("client")), days)
    return origins.put(ask, views.taken(done, ask.words))
