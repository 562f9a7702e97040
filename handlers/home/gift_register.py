"""Register: the way to the register of gifts and to its rules, for compliance and admins."""

from __future__ import annotations

from bot.domain.gifts.register import may_see_register
from handlers import i18n
from handlers.answers import Block
from handlers.ask import Ask
from handlers.home.tabs import Place, Tab
from handlers.views.home import gift_register as views


def render(ask: Ask, _place: Place) -> list[Block]:
    return views.register(ask.member, ask.words)


TAB = Tab("register", i18n.message("Register"), may_see_register, render)
