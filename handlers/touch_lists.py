"""One's own last touches."""

from __future__ import annotations

from bot.services import touches as services
from handlers.answers import Message
from handlers.ask import Ask
from handlers.views import touch_list as views

_SHOWN = 10


def last_own(ask: Ask) -> Message:
    """The last touches of the member who asks, each with a menu to edit it or to take it back."""
    return views.last(services.last_own(ask.house, ask.actor, _SHOWN), ask.words, ask.zone, ask.now)
