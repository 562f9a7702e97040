"""What is said once an occasion is seen to."""

from __future__ import annotations

from bot.domain.clients import Client
from bot.domain.occasions import Occasion
from handlers.answers import Message
from handlers.i18n import Words
from handlers.views import parts, reasons

_NAME = 120


def seen_to(client: Client, occasion: Occasion, words: Words) -> Message:
    """Nothing more is said of it, with the way back."""
    said = words.say(
        "{client}: you hear no more of this occasion ({occasion}).",
        client=parts.one_line(client.name, _NAME),
        occasion=reasons.occasion_name(occasion, words),
    )
    value = parts.value_of(client=client.id, kind=occasion.kind.value, on=occasion.on.isoformat())
    return parts.stated(said, parts.actions(parts.button(words.say("Undo"), "occasion.back", value)))


def taken_back(client: Client, occasion: Occasion, words: Words) -> Message:
    """It counts again."""
    return parts.stated(
        words.say(
            "{client}: this occasion counts again ({occasion}).",
            client=parts.one_line(client.name, _NAME),
            occasion=reasons.occasion_name(occasion, words),
        )
    )
