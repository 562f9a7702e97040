"""Settings: what holds for who asks, and what can be typed."""

from __future__ import annotations

from bot.services import settings as services
from handlers import i18n
from handlers.answers import Block
from handlers.ask import Ask
from handlers.home.tabs import Contents, Place, Tab, everybody
from handlers.views import help as helping
from handlers.views import parts
from handlers.views import settings as views


def render(ask: Ask, _place: Place) -> Contents:
    blocks: list[Block] = [
        *views.blocks(services.standing(ask.house, ask.actor), ask.words),
        parts.divider(),
        parts.header(ask.words.say("What you can type")),
        *helping.topic_blocks(ask.member, ask.words),
    ]
    return Contents(blocks)


TAB = Tab("settings", i18n.message("Settings"), everybody, render)
