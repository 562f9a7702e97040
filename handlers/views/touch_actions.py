"""What can be done with a touch wherever it is shown: buttons, the choice of who spoke, and a menu of all."""

from __future__ import annotations

from bot.domain.touches import Direction, Touch
from handlers import i18n
from handlers.i18n import Words
from handlers.views import parts

WHO_SPOKE = {
    Direction.TWO_WAY: i18n.message("We conversed"),
    Direction.INBOUND: i18n.message("We listened"),
    Direction.ANSWERED: i18n.message("We answered them"),
    Direction.OUTBOUND: i18n.message("We told them"),
}
"""A direction as a choice: who spoke."""


def undo(touch_id: int, client: str, words: Words) -> parts.Element:
    return parts.button(
        words.say("Undo"),
        f"touch.undo:{touch_id}",
        parts.value_of(touch=touch_id),
        spoken=words.say("Undo the touch with {client}", client=parts.one_line(client, 40)),
    )


def edit(touch_id: int, client: str, words: Words) -> parts.Element:
    return parts.button(
        words.say("Edit"),
        f"touch.edit:{touch_id}",
        parts.value_of(touch=touch_id),
        spoken=words.say("Edit the touch with {client}", client=parts.one_line(client, 40)),
    )


def who_spoke(touch: Touch, words: Words, *, together: bool = False) -> parts.Element:
    """The choice of who spoke, which takes effect at once; `together`: for all that were logged with the touch."""
    everyone = 1 if together else None
    choices = [
        parts.choice(
            words.say(label), parts.value_of(touch=touch.id, all=everyone, direction=direction.value)
        )
        for direction, label in WHO_SPOKE.items()
    ]
    chosen = parts.value_of(touch=touch.id, all=everyone, direction=Direction(touch.direction).value)
    return parts.select("touch.direction", choices, words.say("Who spoke"), chosen)


def menu(touch_id: int, words: Words) -> parts.Element:
    """A menu for a touch in a list: Edit, and Undo. It stands beside a section as its accessory."""
    return {
        "type": "overflow",
        "action_id": f"touch.more:{touch_id}",
        "options": [
            parts.choice(words.say("Edit"), parts.value_of(touch=touch_id, do="edit")),
            parts.choice(words.say("Undo"), parts.value_of(touch=touch_id, do="undo")),
        ],
    }
