"""How fast clients are answered: ``/rapport answers``, and below the figures of a book or a team."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.response import MonthFigures
from bot.domain.team import may_see_team
from bot.services import response_figures as services
from handlers import forms, origins
from handlers.answers import Answer, Message, Say
from handlers.ask import Ask, Routes
from handlers.views import responses as views

WORDS = frozenset({"answers", "response times", "réponses", "reponses"})
"""What may be typed after ``/rapport``."""


def register(routes: Routes) -> None:
    routes.action("waiting.figures", shown)


def opened(ask: Ask) -> Answer:
    """``/rapport answers``: of one's own clients, or of the team for who has a team and was asked nothing."""
    found = services.figures(ask.house, ask.actor, team=False)
    of_team = may_see_team(ask.member) and not found
    return Say(_message(ask, team=True) if of_team else _shown(ask, found, team=False))


def shown(ask: Ask) -> Answer:
    """A button: of one's own clients, or of the team's together."""
    return origins.tell(ask, _message(ask, team=bool(forms.carried(ask).get("team"))))


def _message(ask: Ask, *, team: bool) -> Message:
    return _shown(ask, services.figures(ask.house, ask.actor, team=team), team=team)


def _shown(ask: Ask, found: Sequence[MonthFigures], *, team: bool) -> Message:
    return views.figures(found, ask.words, team=team, both=may_see_team(ask.member))
