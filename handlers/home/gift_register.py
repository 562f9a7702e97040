"""Register: the way to the register of gifts and to its rules, for compliance and admins."""

from __future__ import annotations

from bot.domain.gifts.register import may_see_register
from bot.services import register_page
from handlers import i18n
from handlers.answers import Block
from handlers.ask import Ask
from handlers.home.tabs import Place, Tab
from handlers.views.home import gift_register as views
from handlers.views.register import Shown


def render(ask: Ask, _place: Place) -> list[Block]:
    found = register_page.page(ask.house, ask.actor)
    return views.register(ask.member, Shown(found.rows, found.total), ask.zone, ask.words)


TAB = Tab("register", i18n.message("Register"), may_see_register, render)
