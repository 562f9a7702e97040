"""What a lead can do about a client that stays neglected; covering and handing over belong to their own subjects."""

from __future__ import annotations

from bot.services import leads as services
from handlers import forms, origins
from handlers.answers import Answer
from handlers.ask import Ask, Routes
from handlers.views import leads as views


def register(routes: Routes) -> None:
    routes.action("lead.help", help_pressed)


def help_pressed(ask: Ask) -> Answer:
    """Let the owner know that their lead would help."""
    offered = services.offer_help(ask.house, ask.actor, forms.number(forms.carried(ask).get("client")))
    said = views.offered(offered.client.name, offered.owner.name, ask.words, again=offered.again)
    return origins.tell(ask, said)
