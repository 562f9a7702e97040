"""Team: how the books of one's people stand together, and the way into them."""

from __future__ import annotations

from bot.domain.books import Whose
from bot.domain.names import fold
from bot.domain.team import may_see_team
from bot.services import team
from handlers import figures, forms, i18n
from handlers.answers import Answer, Options, ShowHome
from handlers.ask import Ask, Routes
from handlers.home import shelf
from handlers.home.tabs import Contents, Place, Tab
from handlers.views.home import team as views


def register(routes: Routes) -> None:
    routes.option("team.person", suggested)
    routes.action("team.person", chosen)


def render(ask: Ask, place: Place) -> Contents:
    if "whose" in place.chosen:
        return Contents(shelf.blocks(ask, place))
    found = team.team(ask.house, ask.actor)
    return Contents(views.team(found, ask.words), figures.pictures(ask, found.figures, "team"))


def suggested(ask: Ask) -> Answer:
    """One's people by name, of whose name each typed word is the beginning of a word."""
    typed = fold(ask.value).split()
    people = [
        (each.id, each.name)
        for each in team.people(ask.house, ask.actor)
        if all(f" {word}" in f" {fold(each.name)}" for word in typed)
    ]
    return Options(views.suggestions(people))


def chosen(ask: Ask) -> Answer:
    """The clients of one person."""
    place = Place(TAB.name, {"whose": Whose.MEMBER.value, "member": forms.number(ask.value)})
    return ShowHome(place.facts())


TAB = Tab("team", i18n.message("Team"), may_see_team, render, register)
