"""`rapport workspace`: what holds for all members of one workspace."""

from __future__ import annotations

from bot.services import touch_messages
from bot.services.house import House

OFF = "off"


def set_touch_emoji(house: House, workspace_id: int, name: str | None) -> str:
    """One line on the reaction by which a message becomes a touch, after setting it (None: as it is; ``off``: none).

    Raises Refusal ``touch.emoji``.
    """
    if name is not None:
        touch_messages.set_emoji(house, workspace_id, "" if name == OFF else name)
    emoji = touch_messages.emoji(house, workspace_id)
    return f"touch emoji: {OFF if emoji is None else f':{emoji}:'}"
