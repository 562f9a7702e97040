"""Figures of a book or a team: as a message with Slack's own charts, and as a picture in the Home tab."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from hashlib import sha256

from bot.domain.refusals import Refusal
from bot.domain.team import Figures, may_see_team
from bot.services import team
from handlers import forms, origins
from handlers.answers import Answer, HomePicture, Message, Say
from handlers.ask import Ask, Routes
from handlers.exports.picture import write_charts
from handlers.views import figures as views

WORDS = frozenset({"figures", "charts", "chiffres", "graphiques"})
"""What may be typed after ``/rapport``."""


def register(routes: Routes) -> None:
    routes.action("figures.show", shown)


def opened(ask: Ask) -> Answer:
    """``/rapport figures``: of one's own book, or of the team for who has a team and no book."""
    figures = own(ask)
    of_team = may_see_team(ask.member) and not figures.ages.total
    if of_team:
        figures = team.team(ask.house, ask.actor).figures
    return Say(_message(ask, views.COVERAGE, figures, of_team=of_team))


def shown(ask: Ask) -> Answer:
    """A button for another chart, or for the other side's figures."""
    carried = forms.carried(ask)
    kind = str(carried.get("kind"))
    if kind not in views.KINDS:
        raise Refusal("request.unknown")
    of_team = bool(carried.get("team"))
    figures = team.team(ask.house, ask.actor).figures if of_team else own(ask)
    return origins.tell(ask, _message(ask, kind, figures, of_team=of_team))


def _message(ask: Ask, kind: str, figures: Figures, *, of_team: bool) -> Message:
    return views.message(figures, kind, ask.words, team=of_team, both=may_see_team(ask.member))


def own(ask: Ask) -> Figures:
    """The figures of one's own book."""
    return team.own_figures(ask.house, ask.actor)


def pictures(ask: Ask, figures: Figures, name: str) -> Sequence[HomePicture]:
    """The charts of these figures as one picture for the Home tab; none while there is nothing to draw.

    `name` tells the figures of one book from those of another; the same figures in the same language are the same
    picture.
    """
    charts = [
        chart for kind in views.KINDS if (chart := views.chart_of(figures, kind, ask.words)) is not None
    ]
    if not charts:
        return ()
    told = json.dumps([asdict(chart) for chart in charts], ensure_ascii=False)
    alt = "\n".join(views.sentence_of(figures, kind, ask.words) for kind in views.KINDS)
    return [
        HomePicture(
            name=name,
            digest=sha256(told.encode()).hexdigest(),
            title=ask.words.say("The same as a picture"),
            alt=alt,
            draw=partial(write_charts, charts),
        )
    ]
