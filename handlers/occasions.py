"""Occasions: one that is seen to, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.domain.occasions import OccasionKind
from bot.domain.refusals import Refusal
from bot.services import occasions as services
from handlers import forms, origins
from handlers.answers import Answer
from handlers.ask import Ask, Routes
from handlers.views import occasions as views


def register(routes: Routes) -> None:
    routes.action("occasion.seen", seen)
    routes.action("occasion.back", back)


def seen(ask: Ask) -> Answer:
    """**Seen to** in a row: nothing more is said of this occasion."""
    facts = forms.carried(ask)
    done = services.see_to(ask.house, ask.actor, forms.number(facts.get("client")), *_which(facts))
    entry = None if facts.get("entry") is None else forms.number(facts["entry"])
    return origins.refreshed(ask, entry, views.seen_to(done.client, done.occasion, ask.words))


def back(ask: Ask) -> Answer:
    """**Undo**: it counts again."""
    facts = forms.carried(ask)
    done = services.take_back(ask.house, ask.actor, forms.number(facts.get("client")), *_which(facts))
    return origins.put(ask, views.taken_back(done.client, done.occasion, ask.words))


def _which(facts: Mapping[str, Any]) -> tuple[OccasionKind, date]:
    try:
        return OccasionKind(str(facts.get("kind"))), date.fromisoformat(str(facts.get("on")))
    except ValueError as wrong:
        raise Refusal("request.unknown") from wrong
