"""My clients: one's own book, and how it stands in figures."""

from __future__ import annotations

from bot.domain.members import Member, Role
from bot.services import team
from handlers import figures as drawn
from handlers import i18n
from handlers.ask import Ask
from handlers.home import shelf
from handlers.home.tabs import Contents, Place, Tab
from handlers.views.home import figures


def may(member: Member) -> bool:
    """Who keeps a book; of leads, compliance officers and admins those who are account managers as well."""
    return member.is_(Role.ACCOUNT_MANAGER)


def render(ask: Ask, place: Place) -> Contents:
    if place.chosen.get("figures"):
        own = team.own_figures(ask.house, ask.actor)
        return Contents(figures.own(own, ask.words), drawn.pictures(ask, own, "own"))
    mine = {key: fact for key, fact in place.chosen.items() if key not in ("whose", "member")}
    return Contents(shelf.blocks(ask, Place(place.tab, mine)))


TAB = Tab("clients", i18n.message("My clients"), may, render, shelf.register)
