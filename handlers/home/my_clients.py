"""My clients: one's own book, and how it stands in figures."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.members import Member, Role
from bot.services import team
from handlers import figures as drawn
from handlers import i18n
from handlers.answers import Block, HomePicture
from handlers.ask import Ask
from handlers.home import shelf
from handlers.home.tabs import Place, Tab
from handlers.views.home import figures


def may(member: Member) -> bool:
    """Who keeps a book; of leads, compliance officers and admins those who are account managers as well."""
    return member.is_(Role.ACCOUNT_MANAGER)


def render(ask: Ask, place: Place) -> list[Block]:
    if place.chosen.get("figures"):
        return figures.own(team.own_figures(ask.house, ask.actor), ask.words)
    mine = {key: fact for key, fact in place.chosen.items() if key not in ("whose", "member")}
    return shelf.blocks(ask, Place(place.tab, mine))


def pictures(ask: Ask, place: Place) -> Sequence[HomePicture]:
    """The charts below the figures."""
    return drawn.pictures(ask, drawn.own(ask), "own") if place.chosen.get("figures") else ()


TAB = Tab("clients", i18n.message("My clients"), may, render, shelf.register, pictures)
