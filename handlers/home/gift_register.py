"""Register: the way to the register of gifts and to its rules, for compliance and admins."""

from __future__ import annotations

from bot.domain.gifts.register import may_see_register
from bot.services import register_page
from handlers import i18n
from handlers.ask import Ask
from handlers.home.tabs import Contents, Place, Tab
from handlers.views.home import gift_register as views
from handlers.views.register import Shown


def render(ask: Ask, _place: Place) -> Contents:
    found = register_page.page(ask.house, ask.actor)
    listed = Shown(found.rows, found.total)
    return Contents(views.register(ask.member, listed, ask.zone, ask.words))


TAB = Tab("register", i18n.message("Register"), may_see_register, render)
